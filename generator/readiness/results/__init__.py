"""The derived tables: the results of each run, kept in the cache folder, rebuilt at any time; and their export."""

from readiness.archive import cache_folder
from readiness.results.cache import keep_results, load_results, load_summary
from readiness.results.derive import RunResults
from readiness.results.engines import Engine, summaries, write_summary
from readiness.results.exporting import export
from readiness.results.keeping import KeptTexts, digest, files_digest, release, sources_digest, unpacked_text
from readiness.results.kept import kept_bytes
from readiness.results.outcomes import Outcomes, load_outcomes
from readiness.results.repeated import InputFile, Repeated
from readiness.results.rows import (
    BASE,
    KEY,
    SAID,
    SCHEMA,
    Table,
    key_of,
    keys_of,
    keys_table,
    results_of,
    row_of,
    table_of,
)
from readiness.results.signatures import Cause, cause_of, mask
from readiness.results.summary import CLASS_NAMES, SUMMARY, summary

__all__ = [
    "BASE",
    "CLASS_NAMES",
    "KEY",
    "SAID",
    "SCHEMA",
    "SUMMARY",
    "Cause",
    "Engine",
    "InputFile",
    "KeptTexts",
    "Outcomes",
    "Repeated",
    "RunResults",
    "Table",
    "cache_folder",
    "cause_of",
    "digest",
    "export",
    "files_digest",
    "keep_results",
    "kept_bytes",
    "key_of",
    "keys_of",
    "keys_table",
    "load_outcomes",
    "load_results",
    "load_summary",
    "mask",
    "release",
    "results_of",
    "row_of",
    "sources_digest",
    "summaries",
    "summary",
    "table_of",
    "unpacked_text",
    "write_summary",
]
