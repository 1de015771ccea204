"""What is kept of a run while it is archived is what its stored evidence says."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from tests.benchmarks.histories import History
from tests.scenario import readiness

from readiness.archive import Archive, cache_path
from readiness.results import cache as kept
from readiness.results import load_results

SECRET = "gh" + "p_" + "x" * 36
FAILING = f'<testsuite name="s"><testcase name="a"><failure message="{SECRET}">boom</failure></testcase></testsuite>'
PASSING = '<testsuite name="s"><testcase name="a"/><testcase name="b"/></testsuite>'
PACKED = gzip.compress(PASSING.encode())

FILES: dict[str, dict[str, bytes]] = {
    "plain": {"junit.xml": PASSING.encode(), "collected.txt": b"t.py::a\nt.py::b\n\n2 tests collected in 0.1s\n"},
    "a secret": {"junit.xml": FAILING.encode()},
    "the same twice": {"one.xml": PASSING.encode(), "two.xml": PASSING.encode()},
    "packed": {"junit.xml.gz": PACKED},
    "damaged, beside another": {"junit.xml.gz": PACKED[:-9], "other.xml": FAILING.encode()},
    "truncated, beside another": {"junit.xml": FAILING.encode()[:60], "other.xml": PASSING.encode()},
    "a history": {one.name: one.content for one in History(runs=3, tests=60, causes=9).run(2).files},
}


@pytest.mark.parametrize("name", FILES)
def test_it_is_what_the_evidence_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    for file, content in FILES[name].items():
        (tmp_path / file).write_bytes(content)
    again = ["--rerun", "two.xml"] if "two.xml" in FILES[name] else []
    files = [file for file in FILES[name] if file not in again]
    readiness("archive", *files, *again, "--version", "1.0", "--started", "2025-01-01")

    (run,) = Archive(tmp_path / "history").runs.values()
    fresh = load_results(run, None)
    monkeypatch.setattr(kept, "derive", None if name != "damaged, beside another" else kept.derive)
    found = load_results(run, cache_path(tmp_path))

    assert list(found.table.iter_rows()) == list(fresh.table.iter_rows())
    assert {**vars(found), "table": None} == {**vars(fresh), "table": None}
