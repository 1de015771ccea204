"""Which run the gate judges: the one archived last, at its place; and what it says of all others that matter."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from tests.scenario import Run, append, archive_files, junit, readiness, write

from readiness.archive import Archive, verify
from readiness.cli import archiving, described
from readiness.cli.gate import FORMATS

each_format = pytest.mark.parametrize("form", FORMATS)


@pytest.fixture
def history(tmp_path: Path) -> Path:
    return tmp_path / "history"


def archived(history: Path, results: str, *options: object, version: str = "1.0", started: str = "2025-08-10") -> str:
    """A run of one JUnit file."""
    files = write(history.parent / "in" / str(len(list(history.rglob("run.json")))), {"junit.xml": junit(results)})
    done = archive_files(history, *files, *options, version=version, started=started)
    assert done.exit_code == 0, done.stderr
    return done.stdout.strip()


def superseded(history: Path, run: str, results: str, name: str = "late.xml") -> str:
    """The run that replaces `run`, with one file more."""
    files = write(history.parent / "late", {name: junit(results)})
    done = readiness("archive", *files, "--supersedes", run, "--history", history)
    assert done.exit_code == 0, done.stderr
    return done.stdout.strip()


def gate(history: Path, *options: object) -> tuple[int, str]:
    done = readiness("gate", *options, "--history", history)
    return done.exit_code, unescape(done.stdout + done.stderr).replace("<wbr>", "")


def merged(base: Path, other: Path) -> Path:
    """The archive of one clone with what another one added, as git merges new files."""
    shutil.copytree(other, base, dirs_exist_ok=True)
    return base


# The run archived last


@pytest.mark.parametrize("late", [f"late{number} pass" for number in range(8)])
def test_superseding_the_first_run_of_a_day_brings_it_not_before_the_second(late: str, history: Path) -> None:
    """Whatever the digests are: in each try another file makes another id."""
    first = archived(history, "a pass, b pass")
    second = archived(history, "a pass, b fail boom")
    superseded(history, first, late)
    code, told = gate(history)
    assert (code, second in told.splitlines()[0]) == (1, True)
    third = archived(history, f"a pass, b skip later, {late}")
    assert Archive(history).runs[third].manifest.previous.run == second  # type: ignore[union-attr]
    code, told = gate(history, "--run", third)
    assert (code, third in told.splitlines()[0]) == (3, True)


def test_what_was_archived_after_the_highest_release_answers_and_says_so(history: Path) -> None:
    high = archived(history, "a pass, b pass", version="2.0.0", started="2025-08-01")
    low = archived(history, "a pass, b fail boom", version="1.9.1", started="2025-08-02")
    code, told = gate(history)
    assert (code, low in told.splitlines()[0]) == (1, True)
    assert "2.0.0 is the highest release; its verdict is READY: `readiness gate --release 2.0.0`\n" in told
    for options in (("--release", "2.0.0"), ("--run", "2.0.0"), ("--run", high), ("--run", high[-12:])):
        code, told = gate(history, *options)
        assert (code, high in told.splitlines()[0], "highest release" in told) == (0, True, False)


@each_format
def test_every_format_names_the_highest_release(form: str, history: Path) -> None:
    archived(history, "a pass, b fail boom", version="2.0.0", started="2025-08-01")
    archived(history, "a pass, b pass", version="1.9.1", started="2025-08-02")
    code, told = gate(history, "--format", form)
    assert code == 0
    if form == "json":
        found = json.loads(told)["place"]["highest"]
        assert (found["version"], found["verdict"]) == ("2.0.0", "BLOCKED")
    else:
        assert "2.0.0 is the highest release; its verdict is NOT READY: BLOCKED" in told


def test_neither_clock_nor_times_of_files_decide(history: Path, tmp_path: Path) -> None:
    """The run archived last started first; in a fresh clone all files are of one time, or in another order."""
    archived(history, "a pass", version="2.0.0", started="2025-08-09")
    last = archived(history, "a fail boom", version="1.0", started="2025-08-01")
    clone = shutil.copytree(history, tmp_path / "clone" / "history", copy_function=shutil.copyfile)
    for age, path in enumerate(sorted(clone.rglob("*"), reverse=True)):
        os.utime(path, (age, age))
    for root in (history, clone):
        code, told = gate(root)
        assert (code, last in told.splitlines()[0]) == (1, True)


def test_a_run_of_the_past_says_that_its_release_has_a_later_one(history: Path) -> None:
    later = archived(history, "a fail boom", started="2025-08-09")
    archived(history, "a pass, b pass", started="2025-08-01")
    code, told = gate(history)
    assert code == 0
    assert f"The latest run of 1.0 is 1.0, run {later} (NOT READY: BLOCKED)" in told
    assert "`readiness gate --release 1.0`" in told
    assert gate(history, "--release", "1.0")[0] == 1


def test_archiving_the_same_evidence_again_brings_nothing_to_the_front(history: Path) -> None:
    files = write(history.parent / "in", {"junit.xml": junit("a pass")})
    first = archive_files(history, *files).stdout
    second = archived(history, "a fail boom", started="2025-08-11")
    assert archive_files(history, *files).stdout == first
    assert second in gate(history)[1].splitlines()[0]


def test_an_archive_without_numbers_is_ordered_by_start() -> None:
    """As earlier versions wrote them."""
    old = Path(__file__).parents[1] / "fixtures" / "archive-schema-1"
    code, told = gate(old)
    newest = max(Archive(old).runs.values(), key=lambda run: run.manifest.started)
    assert newest.manifest.number is None
    assert newest.id in told.splitlines()[0]
    assert code in (0, 1, 3)


def test_a_run_archived_to_an_old_archive_comes_after_all_of_it(history: Path) -> None:
    shutil.copytree(Path(__file__).parents[1] / "fixtures" / "archive-schema-1", history)
    run = archived(history, "a pass", started="2018-01-01")
    assert Archive(history).runs[run].manifest.number == 1
    assert run in gate(history)[1].splitlines()[0]


def test_numbers_go_on(history: Path) -> None:
    runs = [archived(history, f"t{number} pass", started=f"2025-08-1{9 - number}") for number in range(3)]
    runs.append(superseded(history, runs[0], "late pass"))
    assert [Archive(history).runs[run].manifest.number for run in runs] == [1, 2, 3, 4]


# Siblings that nothing orders


@pytest.fixture
def two(history: Path) -> tuple[Path, str, str]:
    """Two clones supersede one run, one of them with a shard that fails."""
    first = archived(history, "a pass, b pass")
    other = shutil.copytree(history, history.parent / "other" / "history")
    bad = superseded(other, first, "c pass, d fail boom", "bad.xml")
    good = superseded(history, first, "e pass", "good.xml")
    merged(history, other)
    assert not [error for _, problems in verify(Archive(history)) for error in problems]
    return history, good, bad


@each_format
@pytest.mark.parametrize("asked", [(), ("--release", "1.0"), ("--run", "1.0")])
def test_the_worse_sibling_answers_and_both_are_told(
    asked: tuple[str, ...], form: str, two: tuple[Path, str, str]
) -> None:
    history, good, bad = two
    code, told = gate(history, *asked, "--format", form)
    assert code == 1
    if form == "json":
        found = json.loads(told)
        assert found["report"]["run"]["id"] == bad
        siblings = found["place"]["siblings"]
        assert {one["run"]: one["verdict"] for one in siblings} == {good: "READY", bad: "BLOCKED"}
    else:
        assert "2 runs are tied, and nothing says which is later" in told
        assert f"run {good} (READY)" in told
        assert f"run {bad} (NOT READY: BLOCKED)" in told


@each_format
def test_a_sibling_that_is_asked_for_does_not_open_the_gate_alone(form: str, two: tuple[Path, str, str]) -> None:
    history, good, bad = two
    code, told = gate(history, "--run", good, "--format", form)
    assert (code, good in told, bad in told) == (3, True, True)
    assert "NOT READY: disputed" in told or form == "json"
    assert gate(history, "--run", bad)[0] == 1


def test_a_new_run_follows_the_worse_sibling(two: tuple[Path, str, str]) -> None:
    """What failed in it is not proven by a run that skips it."""
    history, good, bad = two
    files = write(history.parent / "in" / "new", {"junit.xml": junit("a pass, b pass, c pass, d skip later, e pass")})
    done = archive_files(history, *files, version="1.0", started="2025-08-11")
    assert (done.exit_code, good in done.stderr, bad in done.stderr) == (0, True, True)
    assert f"This run follows the worst, {bad}; choose another with --previous." in done.stderr
    assert Archive(history).runs[done.stdout.strip()].manifest.previous.run == bad  # type: ignore[union-attr]
    assert gate(history)[0] == 3


@pytest.mark.parametrize("command", [("judge", "1.0"), ("judge",)])
def test_one_of_two_must_be_named(command: tuple[str, ...], two: tuple[Path, str, str]) -> None:
    history, good, bad = two
    done = readiness(*command, "--history", history)
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert good in done.stderr
    assert bad in done.stderr


def test_explain_and_diff_say_that_they_are_two(two: tuple[Path, str, str]) -> None:
    history, good, bad = two
    for command in (("explain",), ("explain", "--run", "1.0"), ("diff", good)):
        done = readiness(*command, "--history", history)
        assert (done.exit_code, bad in done.stdout) == (0, True)
        assert "2 runs are tied" in done.stderr


def test_superseding_what_two_replaced_names_both(two: tuple[Path, str, str]) -> None:
    history, good, bad = two
    first = next(run for run in Archive(history).runs if run not in (good, bad))
    files = write(history.parent / "late", {"more.xml": junit("f pass")})
    done = readiness("archive", *files, "--supersedes", first, "--history", history)
    assert done.exit_code == 2
    assert f"--supersedes {' or '.join(sorted((good, bad)))}" in done.stderr


def test_two_runs_of_one_moment_from_two_clones(history: Path) -> None:
    archived(history, "a pass", started="2025-08-01")
    other = shutil.copytree(history, history.parent / "other" / "history")
    good = archived(history, "a pass, b pass")
    bad = archived(other, "a pass, b fail boom")
    merged(history, other)
    code, told = gate(history)
    assert (code, good in told, bad in told) == (1, True, True)


def test_two_clones_of_two_releases_both_count(history: Path) -> None:
    archived(history, "a pass", version="1.0", started="2025-08-01")
    other = shutil.copytree(history, history.parent / "other" / "history")
    good = archived(history, "a pass, b pass", version="1.9.1", started="2025-08-03")
    bad = archived(other, "a pass, b fail boom", version="2.0.0", started="2025-08-02")
    merged(history, other)
    code, told = gate(history)
    assert (code, good in told, bad in told) == (1, True, True)


def test_of_one_release_from_two_clones_the_later_run_answers(history: Path) -> None:
    archived(history, "a pass", started="2025-08-01")
    other = shutil.copytree(history, history.parent / "other" / "history")
    good = archived(history, "a pass, b pass", started="2025-08-03")
    archived(other, "a pass, b fail boom", started="2025-08-02")
    merged(history, other)
    code, told = gate(history)
    assert (code, good in told.splitlines()[0], "are tied" in told) == (0, True, False)


# A run that was replaced


@each_format
def test_a_ready_that_was_replaced_by_what_fails_does_not_open_the_gate(form: str, history: Path) -> None:
    first = archived(history, "a pass, b pass")
    last = superseded(history, superseded(history, first, "c pass"), "d fail boom", "later.xml")
    code, told = gate(history, "--run", first, "--format", form)
    assert (code, first in told, last in told) == (3, True, True)
    if form == "json":
        found = json.loads(told)
        word = found["report"]["verdict"]["word"]
        assert (word, found["ready"], found["overruled"], found["exit_code"]) == ("READY", False, True, 3)
        assert [one["run"] for one in found["place"]["successors"]] == [last]
    else:
        assert "NOT READY: superseded" in told
        assert f"was superseded by 1.0, run {last} (NOT READY: BLOCKED)" in told


def test_what_was_replaced_says_by_what(history: Path) -> None:
    first = archived(history, "a pass, b pass")
    last = superseded(history, first, "c pass")
    code, told = gate(history, "--run", first)
    assert (code, first in told.splitlines()[0]) == (0, True)
    assert f"Run {first} was superseded by 1.0, run {last} (READY)" in told
    assert f"`readiness gate --run {last}`" in told


def test_what_failed_before_it_was_replaced_still_fails(history: Path) -> None:
    first = archived(history, "a pass, b fail boom")
    last = superseded(history, first, "a pass, b pass", "junit.xml")
    code, told = gate(history, "--run", first)
    assert (code, f"(READY). Ask for what counts now: `readiness gate --run {last}`" in told) == (1, True)
    assert gate(history, "--run", "1.0")[0] == 0


# Exact names


@pytest.mark.parametrize(
    ("version", "asked"),
    [
        ("20260318", "20260319"),
        ("1", "2"),
        ("1.4.0", "1.4"),
        ("1.4", "1.4.0"),
        ("1.4.0", "v1.4.0"),
        ("1.4.0", "1.4.0 "),
        ("1.4.0", ""),
        ("1.4.0", "2026"),
        ("1.4.0", "20260319T001000Z"),
        ("1.4.0", "#1"),
    ],
)
def test_what_is_not_archived_is_not_guessed(version: str, asked: str, history: Path) -> None:
    archived(history, "a pass", version=version, started="2026-03-19T00:10:00Z")
    commands = [("gate", "--run"), ("gate", "--release"), ("explain", "--run"), ("judge",), ("diff",)]
    for command in commands:
        done = readiness(*command, asked, "--history", history)
        assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
        assert "readiness list" in done.stderr
    files = write(history.parent / "late", {"late.xml": junit("b pass")})
    for options in (("--supersedes", asked), ("--version", "9.0", "--previous", asked)):
        done = readiness("archive", *files, *options, "--started", "2026-03-20", "--history", history)
        assert (done.exit_code, done.stdout) == (2, "")


def test_an_id_may_be_shortened_to_eight_characters_of_its_digest(history: Path) -> None:
    run = archived(history, "a pass")
    for short in (run[17:25], run[17:28], run[17:], run):
        assert gate(history, "--run", short)[0] == 0
    for wrong in (run[17:24], run[:24], run[17:25].upper() + "G", f"{run}0"):
        assert gate(history, "--run", wrong)[0] == 2


def test_run_and_release_together_are_refused(history: Path) -> None:
    run = archived(history, "a pass")
    code, told = gate(history, "--run", run, "--release", "1.0")
    assert (code, "Leave one of them out" in told) == (2, True)


def test_what_is_judged_again_by_default_is_what_the_gate_asks_about(history: Path) -> None:
    archived(history, "a pass", version="2.0.0", started="2025-08-01")
    low = archived(history, "a fail boom", version="1.9.1", started="2025-08-02")
    done = readiness("judge", "--history", history)
    assert (done.exit_code, done.stdout.startswith(low)) == (0, True)
    assert low in readiness("explain", "--history", history).stdout
    assert low in gate(history)[1]


# A clock that is ahead

NOW = datetime(2025, 8, 10, 12, tzinfo=UTC)


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (archiving, described):
        monkeypatch.setattr(module, "now", lambda: NOW)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--started", "2025-08-10T12:06:00Z"), "--started is in the future: 2025-08-10T12:06:00Z"),
        (("--started", "2025-08-10T12:06:00-03:00"), "--started is in the future: 2025-08-10T15:06:00Z"),
        (("--started", "8999-01-01"), "--started is in the future"),
        (("--started", "2025-08-10", "--finished", "2025-08-11"), "--finished is in the future"),
    ],
)
def test_a_start_in_the_future_is_refused(
    options: tuple[str, ...], said: str, history: Path, at_noon: None, tmp_path: Path
) -> None:
    files = write(tmp_path / "in", {"junit.xml": junit("a pass")})
    done = readiness("archive", *files, "--version", "1.0", *options, "--history", history)
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert said in done.stderr
    assert "and it is 2025-08-10T12:00:00Z" in done.stderr
    assert f"in UTC with {said.partition(' ')[0]}" in done.stderr
    assert not history.exists()


def test_a_judgement_of_the_future_is_refused(history: Path) -> None:
    archived(history, "a pass")
    done = readiness("judge", "--at", "8999-01-01", "--history", history)
    assert (done.exit_code, "--at is in the future" in done.stderr) == (2, True)


def test_so_is_evidence_of_the_future(history: Path, at_noon: None, tmp_path: Path) -> None:
    stamped = junit("a pass").replace(b'name="pytest"', b'name="pytest" timestamp="2025-08-10T13:00:00+00:00"')
    files = write(tmp_path / "in", {"junit.xml": stamped})
    done = readiness("archive", *files, "--version", "1.0", "--history", history)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "the earliest timestamp in the evidence is in the future: 2025-08-10T13:00:00Z" in done.stderr
    told = readiness("archive", *files, "--version", "1.0", "--started", "2025-08-10T11:00Z", "--history", history)
    assert told.exit_code == 0


def test_clocks_may_differ_a_little(history: Path, at_noon: None) -> None:
    run = archived(history, "a pass", started="2025-08-10T12:04:00Z")
    assert run.startswith("20250810T120400Z")


def test_a_run_of_now_is_no_run_of_the_future(history: Path, at_noon: None, tmp_path: Path) -> None:
    files = write(tmp_path / "in", {"junit.xml": junit("a pass")})
    done = readiness("archive", *files, "--version", "1.0", "--history", history)
    assert (done.exit_code, done.stdout[:16]) == (0, "20250810T120000Z")


def test_import_leaves_out_what_lies_in_the_future(history: Path, at_noon: None, tmp_path: Path) -> None:
    write(tmp_path / "old" / "1.0" / "2025-08-01", {"junit.xml": junit("a pass")})
    write(tmp_path / "old" / "1.1" / "2025-09-01", {"junit.xml": junit("b pass")})
    pattern = str(tmp_path / "old" / "{version}" / "{date}" / "*.xml")
    done = readiness("import", pattern, "--yes", "--history", history)
    assert (done.exit_code, "date in the future" in done.stdout) == (1, True)
    assert [run.manifest.version for run in Archive(history).runs.values()] == ["1.0"]


def test_the_gate_may_be_asked_about_any_time(history: Path, at_noon: None) -> None:
    archived(history, "a pass")
    assert gate(history, "--at", "2030-01-01")[0] == 0


# A blocker that only a superseded run had


def blockers(history: Path, run: str) -> list[str]:
    report = json.loads(gate(history, "--run", run, "--format", "json")[1])["report"]
    return [one["id"] for one in report["blockers"] if one["state"] != "closed"]


def test_a_blocker_of_a_replaced_run_leads_to_what_became_of_it(history: Path) -> None:
    """The corrected file gives the same test another cause."""
    first = archived(history, "a pass, b fail boom")
    last = superseded(history, first, "a pass, b fail bang", "junit.xml")
    (old,), (new,) = blockers(history, first), blockers(history, last)
    done = readiness("explain", old, "--history", history)
    assert done.exit_code == 0
    assert f"{new}  b: bang" in done.stdout
    if old != new:
        assert f"Run {first} was superseded by 1.0, run {last} (NOT READY: BLOCKED)" in done.stdout
        assert f"{old} is {new} there." in done.stdout


def test_a_blocker_that_has_no_successor_is_told_as_it_was(history: Path) -> None:
    first = archived(history, "a pass, b fail boom")
    last = superseded(history, first, "a pass, b pass", "junit.xml")
    (old,) = blockers(history, first)
    done = readiness("explain", old.lower(), "--history", history)
    assert done.exit_code == 0
    assert f"was superseded by 1.0, run {last} (READY)" in done.stdout
    assert f"No blocker there has a test or the cause of {old}." in done.stdout
    assert "Cause          boom" in done.stdout


def test_a_blocker_of_another_line_says_how_to_ask(history: Path) -> None:
    high = archived(history, "a pass, b fail boom", version="2.0.0", started="2025-08-01")
    archived(history, "a pass, b pass", version="1.9.1", started="2025-08-02")
    (blocker,) = blockers(history, high)
    done = readiness("explain", blocker, "--history", history)
    assert done.exit_code == 2
    assert f"`readiness explain {blocker} --run {high}`" in done.stderr
    assert readiness("explain", blocker, "--run", high, "--history", history).exit_code == 0


def test_append_and_archive_number_alike(history: Path) -> None:
    append(history, Run("a pass", "1.0"))
    archived(history, "b pass")
    assert sorted(run.manifest.number or 0 for run in Archive(history).runs.values()) == [1, 2]
