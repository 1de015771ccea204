"""The derived tables: the results of each run, kept in the cache folder, rebuilt at any time; and their export."""

from readiness.results.cache import cache_folder, load_results
from readiness.results.derive import RunResults
from readiness.results.exporting import Exported, export
from readiness.results.keeping import KeptTexts, digest, files_digest, release, sources_digest, unpacked_text
from readiness.results.repeated import InputFile, Repeated
from readiness.results.rows import BASE, DETAIL, KEY, Table, key_of, keys_of, keys_table, results_of, row_of, table_of

__all__ = [
    "BASE",
    "DETAIL",
    "KEY",
    "Exported",
    "InputFile",
    "KeptTexts",
    "Repeated",
    "RunResults",
    "Table",
    "cache_folder",
    "digest",
    "export",
    "files_digest",
    "key_of",
    "keys_of",
    "keys_table",
    "load_results",
    "release",
    "results_of",
    "row_of",
    "sources_digest",
    "table_of",
    "unpacked_text",
]
