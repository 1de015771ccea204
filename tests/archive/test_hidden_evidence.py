"""Bytes behind gzip data are a loss and are kept; failing tests of a log need a result that says so."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from tests.evidence.evidence_corpus import content
from tests.scenario import archive_files, readiness, write

from readiness.archive import Archive, verify

PASSED = b'<testsuite name="s"><testcase classname="a" name="%s"/></testsuite>'
FAILED = b'<testsuite name="s"><testcase classname="a" name="%s"><failure/></testcase></testsuite>'


@pytest.fixture
def history(tmp_path: Path) -> Path:
    return tmp_path / "history"


def test_the_stored_copy_keeps_what_stands_behind(history: Path, tmp_path: Path) -> None:
    packed = content("faults/16-gzip-tail.xml.gz")
    done = archive_files(history, *write(tmp_path / "in", {"junit.xml.gz": packed}))
    assert done.exit_code == 1
    run = Archive(history).get(done.stdout.strip())
    (item,) = run.manifest.inputs
    assert run.evidence(item) == packed
    assert (item.read, [finding.code for finding in item.findings if finding.loss]) == ("partly", ["gzip-tail"])
    assert not any(problems for _, problems in verify(Archive(history)))
    assert readiness("gate", "--history", history).exit_code != 0


def test_padding_is_no_evidence(history: Path, tmp_path: Path) -> None:
    padded = gzip.compress(PASSED % b"t") + b"\0" * 100
    done = archive_files(history, *write(tmp_path / "in", {"junit.xml.gz": padded}))
    run = Archive(history).get(done.stdout.strip())
    assert (done.exit_code, run.evidence(run.manifest.inputs[0])) == (0, PASSED % b"t")


def losses(history: Path, tmp_path: Path, **files: bytes) -> list[str]:
    """Messages of the losses of a run with a log of one failing test."""
    report = {"nodeid": "a.py::t", "outcome": "failed", "when": "call", "$report_type": "TestReport"}
    records = {"$report_type": "SessionStart"}, report, {"exitstatus": 1, "$report_type": "SessionFinish"}
    log = "".join(json.dumps(record) + "\n" for record in records).encode()
    contents = {"log.jsonl": log} | {f"{name}.xml": made for name, made in files.items()}
    run = archive_files(history, *write(tmp_path / "in", contents)).stdout.strip()
    inputs = Archive(history).get(run).manifest.inputs
    return [finding.message for item in inputs for finding in item.findings if finding.loss]


def test_a_failure_that_only_a_log_tells_is_a_loss(history: Path, tmp_path: Path) -> None:
    told = "'a.py::t' failed, and no result of the run says so: archive the session's JUnit XML"
    assert losses(history, tmp_path, other=PASSED % b"u") == [told]


def test_a_failure_that_the_results_show_is_none(history: Path, tmp_path: Path) -> None:
    assert losses(history, tmp_path, junit=FAILED % b"t") == []
