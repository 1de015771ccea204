"""history/: evidence and judgements, append-only, one folder a run; the derived table of results, and its export."""

from readiness.archive.append import NewInput, NewRun, append_run
from readiness.archive.cache import cache_folder
from readiness.archive.chain import latest, parse_version, version_order
from readiness.archive.export import Exported, export
from readiness.archive.manifest import Input, Judgement, Link, Manifest, parse_utc, run_digest, utc_text
from readiness.archive.results import RunResults, load_results, result_row, rows_table
from readiness.archive.store import Archive, ArchivedRun
from readiness.archive.verify import verify

__all__ = [
    "Archive",
    "ArchivedRun",
    "Exported",
    "Input",
    "Judgement",
    "Link",
    "Manifest",
    "NewInput",
    "NewRun",
    "RunResults",
    "append_run",
    "cache_folder",
    "export",
    "latest",
    "load_results",
    "parse_utc",
    "parse_version",
    "result_row",
    "rows_table",
    "run_digest",
    "utc_text",
    "verify",
    "version_order",
]
