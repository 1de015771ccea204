"""history/: evidence and judgements, append-only, one folder a run."""

from readiness.archive.append import NewInput, NewRun, new_input, ordered, replacing
from readiness.archive.chain import Chain, line_of, parse_version, version_order
from readiness.archive.durable import keep_only, locked, make_folders, remove_empty, replace_file
from readiness.archive.index import cache_folder, cache_path, opened, own_cache, sealed
from readiness.archive.json_schema import judgement_schema, manifest_schema, notice_schema
from readiness.archive.manifest import FilePattern, Input, Judgement, Link, Manifest, parse_utc, run_digest, utc_text
from readiness.archive.notices import Notice, NoticedRun, NoticeKind
from readiness.archive.object_store import folder_at, is_address, own_address, store_at
from readiness.archive.ownership import own_folder
from readiness.archive.pruning import Keep, plan_pruning
from readiness.archive.redaction import Redaction, plan_redaction, search_folder
from readiness.archive.remote import Mirror, mirror_of, mirrored
from readiness.archive.stale import with_stale
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
    "Keep",
    "Link",
    "Manifest",
    "Mirror",
    "NewInput",
    "NewRun",
    "Notice",
    "NoticeKind",
    "NoticedRun",
    "Redaction",
    "Writer",
    "cache_folder",
    "cache_path",
    "folder_at",
    "is_address",
    "judgement_schema",
    "keep_only",
    "line_of",
    "locked",
    "make_folders",
    "manifest_schema",
    "mirror_of",
    "mirrored",
    "new_input",
    "notice_schema",
    "opened",
    "ordered",
    "own_address",
    "own_cache",
    "own_folder",
    "parse_utc",
    "parse_version",
    "plan_pruning",
    "plan_redaction",
    "remove_empty",
    "replace_file",
    "replacing",
    "run_digest",
    "sealed",
    "search_folder",
    "store_at",
    "utc_text",
    "verify",
    "version_order",
    "with_stale",
]
