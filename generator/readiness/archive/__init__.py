"""history/: evidence and judgements, append-only, one folder a run."""

from readiness.archive.append import NewInput, NewRun, new_input, ordered, replacing
from readiness.archive.chain import Chain, parse_version, version_order
from readiness.archive.durable import replace_file, replace_folder
from readiness.archive.index import cache_folder, cache_path, forget_superseded
from readiness.archive.json_schema import judgement_schema, manifest_schema
from readiness.archive.manifest import FilePattern, Input, Judgement, Link, Manifest, parse_utc, run_digest, utc_text
from readiness.archive.ownership import own_folder
from readiness.archive.store import Archive, ArchivedRun
from readiness.archive.verification import verify
from readiness.archive.writer import Writer

__all__ = [
    "Archive",
    "ArchivedRun",
    "Chain",
    "FilePattern",
    "Input",
    "Judgement",
    "Link",
    "Manifest",
    "NewInput",
    "NewRun",
    "Writer",
    "cache_folder",
    "cache_path",
    "forget_superseded",
    "judgement_schema",
    "manifest_schema",
    "new_input",
    "ordered",
    "own_folder",
    "parse_utc",
    "parse_version",
    "replace_file",
    "replace_folder",
    "replacing",
    "run_digest",
    "utc_text",
    "verify",
    "version_order",
]
