"""A run that replaces another, and a run that is judged again: both are new records, nothing old is touched."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
import yaml
from tests.scenario import Run, append, archive_files, contents, junit, metrics, readiness, write

from readiness.archive import Archive, verify
from readiness.assessment import assess

CUT = b'<testsuites><testsuite><testcase classname="tests.test_app" name="b"/><testcase class'


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """1.0 passed; of 1.1, started ten seconds after a whole hour, one file was cut off."""
    append(tmp_path / "history", Run("a pass", "1.0"), 0)
    files = write(tmp_path / "in", {"junit.xml": junit("a pass"), "more.xml": CUT})
    told = ("--commit", "c1", "--branch", "main", "--ci-url", "https://ci.example/1", "--env", "os=linux")
    started = ("--version", "1.1", "--started", "2025-01-02T10:00:10Z", "--finished", "2025-01-02T10:30:00Z")
    done = readiness("archive", *files, *told, *started, "--history", tmp_path / "history")
    assert done.exit_code == 1
    return tmp_path / "history"


@pytest.fixture
def cut(history: Path) -> str:
    return next(run.id for run in Archive(history).runs.values() if run.manifest.version == "1.1")


def supersede(history: Path, run: str, tmp_path: Path, *options: str, **files: bytes) -> tuple[int, str, str]:
    paths = write(tmp_path / "late", {f"{name}.xml": content for name, content in files.items()})
    done = readiness("archive", *paths, "--supersedes", run, *options, "--history", history)
    return done.exit_code, done.stdout.strip(), done.stderr


def test_a_corrected_file_replaces_the_one_of_its_name(history: Path, cut: str, tmp_path: Path) -> None:
    before = contents(history)
    code, new, said = supersede(history, cut, tmp_path, more=junit("b fail boom"))
    assert (code, said.count("\n")) == (0, 1)
    assert said.startswith(f"more.xml: replaced in run {cut} by the new file of the same name.")
    archive = Archive(history)
    old, run = archive.runs[cut].manifest, archive.runs[new].manifest
    assert [item.name for item in run.inputs] == ["junit.xml", "more.xml"]
    same = ("version", "commit", "branch", "ci_url", "started", "finished", "environment", "previous", "product")
    assert {name: getattr(run, name) for name in same} == {name: getattr(old, name) for name in same}
    assert (run.supersedes, old.supersedes, dict(archive.superseded)) == (cut, None, {cut: (new,)})
    assert archive.latest().id == new  # type: ignore[union-attr]
    assert {path: contents(history)[path] for path in before} == before
    assert not [error for _, problems in verify(archive) for error in problems]
    assessed = assess(archive, None).latest_of(new)
    assert (assessed.facts.counts.passed, assessed.facts.counts.failed, assessed.facts.losses) == (1, 1, ())


def test_a_late_shard_is_added_to_the_files_that_were_there(history: Path, cut: str, tmp_path: Path) -> None:
    _, fixed, _ = supersede(history, cut, tmp_path, more=junit("b pass"))
    _, new, _ = supersede(history, fixed, tmp_path, "--env", "shard=late", late=junit("c pass"))
    run = Archive(history).runs[new].manifest
    assert [item.name for item in run.inputs] == ["junit.xml", "late.xml", "more.xml"]
    assert run.environment == {"os": "linux", "shard": "late"}
    counts = assess(Archive(history), None).latest_of(new).facts.counts
    assert (counts.passed, counts.not_run) == (3, 0)


def test_what_a_later_run_follows_is_the_run_that_replaced(history: Path, cut: str, tmp_path: Path) -> None:
    _, new, _ = supersede(history, cut, tmp_path, more=junit("b pass"))
    later = append(history, Run("a pass, b pass", "1.2"), 5)
    assert later.manifest.previous
    assert later.manifest.previous.run == new


def test_a_run_that_followed_the_replaced_one_goes_on_following_it(history: Path, cut: str, tmp_path: Path) -> None:
    later = append(history, Run("a pass, b pass", "1.2"), 5)
    _, new, _ = supersede(history, cut, tmp_path, more=junit("b pass"))
    archive = Archive(history)
    assert archive.runs[later.id] == later
    assert (archive.runs[new].manifest.previous, later.manifest.previous and later.manifest.previous.run) == (
        archive.runs[cut].manifest.previous,
        cut,
    )


def test_superseding_again_with_the_same_files_is_a_no_op(history: Path, cut: str, tmp_path: Path) -> None:
    first = supersede(history, cut, tmp_path, more=junit("b pass"))
    before = contents(history)
    again = supersede(history, cut, tmp_path, more=junit("b pass"))
    assert again[:2] == first[:2]
    assert "archived already" in again[2]
    assert contents(history) == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--version", "2.0"), "--version cannot be chosen"),
        (("--started", "2025-01-03"), "--started cannot be chosen"),
        (("--commit", "c2"), "--commit cannot be chosen"),
        (("--branch", "other"), "--branch cannot be chosen"),
        (("--previous", "none"), "--previous cannot be chosen"),
        (("--finished", "2025-01-01"), "is before the start"),
    ],
)
def test_what_makes_it_another_run_cannot_be_chosen(
    options: tuple[str, ...], said: str, history: Path, cut: str, tmp_path: Path
) -> None:
    before = contents(history)
    code, out, line = supersede(history, cut, tmp_path, *options, more=junit("b pass"))
    assert (code, out, len(line.splitlines())) == (2, "", 1)
    assert said in line
    assert contents(history) == before


def test_the_same_version_and_commit_may_be_named(history: Path, cut: str, tmp_path: Path) -> None:
    code, _, _ = supersede(history, cut, tmp_path, "--version", "1.1", "--commit", "c1", more=junit("b pass"))
    assert code == 0


def test_a_run_is_superseded_once(history: Path, cut: str, tmp_path: Path) -> None:
    _, new, _ = supersede(history, cut, tmp_path, more=junit("b pass"))
    code, _, line = supersede(history, cut, tmp_path, more=junit("b pass, c pass"))
    assert code == 2
    assert f"is superseded by {new} already" in line
    assert f"--supersedes {new}" in line


def test_a_run_that_is_not_there_cannot_be_superseded(history: Path, tmp_path: Path) -> None:
    code, _, line = supersede(history, "20990101", tmp_path, more=junit("b pass"))
    assert (code, "there is no run" in line) == (2, True)


def test_damaged_evidence_is_not_carried_over(history: Path, cut: str, tmp_path: Path) -> None:
    (Archive(history).runs[cut].folder / "junit.xml.gz").write_bytes(b"damaged")
    before = contents(history)
    code, _, line = supersede(history, cut, tmp_path, more=junit("b pass"))
    assert code == 2
    assert "junit.xml.gz: cannot be unpacked" in line
    assert contents(history) == before


# Judged again


def policy(tmp_path: Path, limit: str) -> str:
    text = f"criteria: [{{id: rss, title: Memory, measure: metric.rss, at_most: {limit}}}]\n"
    return write(tmp_path, {f"{limit}.yml": text.encode()})[0]


@pytest.fixture
def measured(tmp_path: Path) -> tuple[Path, str]:
    """A run of 3 MB, judged by a limit of 2 MB."""
    history = tmp_path / "history"
    files = write(tmp_path / "in", {"junit.xml": junit("a pass"), "metrics.json": metrics({"rss": "3 MB"})})
    done = archive_files(history, *files, "--policy", policy(tmp_path, "2MB"))
    return history, done.stdout.strip()


def test_judged_again_by_another_policy(measured: tuple[Path, str], tmp_path: Path) -> None:
    history, run = measured
    before = contents(history)
    assert readiness("gate", "--history", history).exit_code == 1
    done = readiness("judge", "--policy", policy(tmp_path, "4MB"), "--at", "2025-03-01", "--history", history)
    assert (done.exit_code, done.stdout, done.stderr) == (0, f"{run} judgement 2: READY\n", "")
    assert readiness("gate", "--history", history).exit_code == 0
    assert readiness("verify", "--history", history).exit_code == 0
    after = contents(history)
    assert {path: after[path] for path in before} == before
    (record, stored) = sorted({*after} - {*before}, reverse=True)
    judgement = yaml.safe_load(after[record])
    assert (record, judgement["number"], judgement["time"]) == (
        f"runs/2025-01/{run}/judgements/2.yml",
        2,
        "2025-03-01T00:00:00Z",
    )
    assert stored == f"policies/{judgement['policy']}.yml"
    assert after[stored] == Path(policy(tmp_path, "4MB")).read_bytes()
    first, second = assess(Archive(history), None).by_run[run]
    assert (first.verdict.word.value, second.verdict.word.value) == ("BLOCKED", "READY")
    assert f"{second.verdict.as_of:%Y-%m-%d}" == "2025-03-01"


def test_the_same_policy_again_is_a_no_op(measured: tuple[Path, str], tmp_path: Path) -> None:
    history, run = measured
    before = contents(history)
    done = readiness("judge", run, "--policy", policy(tmp_path, "2MB"), "--history", history)
    assert (done.exit_code, done.stdout) == (0, f"{run} judgement 1: NOT READY: BLOCKED\n")
    assert "nothing was written" in done.stderr
    assert contents(history) == before


def test_a_policy_may_come_back(measured: tuple[Path, str], tmp_path: Path) -> None:
    history, run = measured
    for number, limit in enumerate(("4MB", "2MB", "4MB"), start=2):
        told = ("--policy", policy(tmp_path, limit), "--at", f"2025-03-0{number}")
        assert f"judgement {number}" in readiness("judge", run, *told, "--history", history).stdout
    assert len(list((history / "policies").iterdir())) == 2


def test_a_judgement_is_not_before_the_one_that_it_follows(measured: tuple[Path, str], tmp_path: Path) -> None:
    history, _ = measured
    before = contents(history)
    done = readiness("judge", "--policy", policy(tmp_path, "4MB"), "--at", "2024-12-31", "--history", history)
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert "2024-12-31T00:00:00Z is before judgement 1, 2025-01-01T00:00:00Z" in done.stderr
    assert contents(history) == before


def test_without_a_time_it_is_judged_now(measured: tuple[Path, str], tmp_path: Path) -> None:
    history, run = measured
    readiness("judge", "--policy", policy(tmp_path, "4MB"), "--history", history)
    time = Archive(history).runs[run].judgements[-1].time
    assert abs((datetime.now(time.tzinfo) - time).total_seconds()) < 60


def test_a_broken_policy_judges_nothing(measured: tuple[Path, str], tmp_path: Path) -> None:
    history, _ = measured
    before = contents(history)
    (broken,) = write(tmp_path, {"broken.yml": b"criteria: []\n"})
    done = readiness("judge", "--policy", broken, "--history", history)
    assert (done.exit_code, "broken.yml, line 1" in done.stderr) == (2, True)
    assert contents(history) == before


def test_a_run_follows_the_judgement_that_was_the_latest(measured: tuple[Path, str], tmp_path: Path) -> None:
    """Judging the earlier run again changes nothing of the run that follows it."""
    history, run = measured
    told = ("--policy", policy(tmp_path, "4MB"), "--history", history)
    readiness("judge", run, *told, "--at", "2025-02-01")
    later = append(history, Run("a fail boom", "1.1"), 60)
    link = later.manifest.previous
    assert link
    assert (link.run, link.judgement) == (run, 2)
    said = assess(Archive(history), None).latest_of(later.id)
    readiness("judge", run, "--policy", policy(tmp_path, "1MB"), "--history", history, "--at", "2025-04-01")
    again = assess(Archive(history), None).latest_of(later.id)
    assert (again.verdict, again.blockers, again.criteria) == (said.verdict, said.blockers, said.criteria)


def test_an_empty_archive_has_nothing_to_judge(tmp_path: Path) -> None:
    (tmp_path / "history").mkdir()
    done = readiness("judge", "--history", tmp_path / "history")
    assert (done.exit_code, "contains no runs" in done.stderr) == (2, True)
    assert not list((tmp_path / "history").iterdir())


def test_list_names_them(history: Path, cut: str, tmp_path: Path) -> None:
    supersede(history, cut, tmp_path, more=junit("b pass"))
    lines = readiness("list", "--history", history).stdout.splitlines()
    assert [line.split()[1] for line in lines[1:]] == ["1.0", "1.1", "1.1"]
    assert next(line for line in lines if cut in line.split()[0]).rstrip().endswith("superseded")


def test_a_manifest_of_schema_1_is_read_as_it_was(repo_root: Path, tmp_path: Path) -> None:
    """Two releases of attrs, as the first version of the tool archived them."""
    root = repo_root / "tests" / "fixtures" / "archive-schema-1"
    assert {json.loads(path.read_bytes())["schema"] for path in root.rglob("run.json")} == {1}
    archive = Archive(root)
    assert [error.line for _, problems in verify(archive) for error in problems] == []
    assert [(run.manifest.version, run.manifest.masking) for run in archive.runs.values()] == [
        ("19.1.0", ""),
        ("19.2.0", ""),
    ]
    found = [assess(archive, None).latest_of(run) for run in archive.runs]
    counted = [(one.facts.counts.passed, one.facts.counts.failures, one.facts.counts.skipped) for one in found]
    assert counted == [(653, 7, 4), (680, 11, 5)]
