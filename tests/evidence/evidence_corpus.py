"""Real files and what independent counters found in them: a few beside the tests, all where ../shared exists."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from readiness.analysis import Identity, identified, told_apart
from readiness.evidence import read
from readiness.model import EvidenceFile
from readiness.results import keys_of, row_of, table_of

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests" / "fixtures" / "evidence"
CORPUS = ROOT.parent / "shared" / "corpus"
REAL_RUNS = ROOT.parent / "shared" / "real-runs" / "attrs"


def rows() -> list[dict[str, str]]:
    """Rows of the manifest; without ../shared those of the copied files."""
    manifest = CORPUS / "MANIFEST.tsv"
    with (manifest if manifest.exists() else FIXTURES / "EXPECTED.tsv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def content(path: str) -> bytes:
    """A file's bytes, from the corpus or from its copy."""
    copied = FIXTURES / path
    return copied.read_bytes() if copied.exists() else (CORPUS / path).read_bytes()


def read_path(path: str) -> EvidenceFile:
    """Read a file of the corpus."""
    return read(content(path), path)


def titles(*files: EvidenceFile) -> list[str]:
    """What the tests of the files of one run are called, once namesakes are told apart or counted."""
    table = table_of(row_of(result, file.name) for file in files for result in file.results)
    return [key.title for key in keys_of(identified(table, Identity(told_apart(table, {}))))]


def outcomes(evidence: EvidenceFile) -> Counter[str]:
    """How many tests have each outcome; run-level errors apart."""
    return Counter(result.outcome.value for result in evidence.results if not result.run_level)


def run_level(evidence: EvidenceFile) -> list[str]:
    """Names of the run-level errors."""
    return [result.key.label for result in evidence.results if result.run_level]


def bad_messages(evidence: EvidenceFile) -> int:
    """Messages of failures, errors and failed attempts: as many as keep a run from being clean."""
    return sum(detail.kind != "skipped" for result in evidence.results for detail in result.details)
