"""`readiness explain`: why, and everything about one blocker, criterion or test."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.scenario import Run, append, readiness, story

from readiness.archive import Archive
from readiness.assessment import assess

POLICY = """
product: shop
areas: [{name: Cart, tests: ["tests.test_app*"], owner: kim}]
criteria:
  - {id: fails, title: No test fails, measure: failures, equals: 0}
  - {id: rate, title: Most pass, measure: pass_rate, at_least: 50%, where: {area: Cart}}
  - {id: memory, title: Memory, measure: metric.rss, at_most: 300 MiB}
"""


@pytest.fixture
def history(tmp_path: Path) -> Path:
    root = tmp_path / "history"
    metrics = {"rss": "250 MiB"}
    append(root, Run("a pass, b fail boom, c pass | a b c", metrics=metrics), 0, POLICY)
    append(root, Run("a pass, b pass, c pass | a b c", metrics=metrics), 1, POLICY)
    append(root, Run("a pass, b fail boom, c skip no card | a b c", metrics=metrics), 2, POLICY)
    return root


def told(history: Path, *arguments: str) -> str:
    done = readiness("explain", *arguments, "--history", history)
    assert (done.exit_code, done.stderr) == (0, "")
    return done.stdout


def blocker_of(history: Path) -> str:
    archive = Archive(history)
    found = assess(archive, None)
    (blocker,) = found.latest_of(archive.latest().id).blockers
    return blocker


def test_why_and_what_is_left_to_do(history: Path) -> None:
    text, blocker = told(history), blocker_of(history)
    lines = text.splitlines()
    assert lines[0].startswith("Release 1.2, run ")
    assert "  criterion fails  No test fails: 1, required 0" in lines
    assert f"  blocker {blocker}  b: boom" in lines
    (step,) = lines[lines.index("Next steps") + 1 :]
    assert step.startswith(f"  {blocker}  b: boom: Fix 1 failing test.")


def test_an_earlier_run(history: Path) -> None:
    assert "READY: nothing left to do." in told(history, "--run", "1.1")


def test_what_is_missing(tmp_path: Path) -> None:
    append(tmp_path / "history", Run("a pass | a b", files={"noise.bin": b"\x00\x01nothing"}))
    lines = told(tmp_path / "history").splitlines()
    at = lines.index("Missing evidence")
    assert lines[at + 1].startswith("  noise.bin: ")
    assert any(line.startswith("  criterion complete  ") for line in lines)


def test_a_blocker(history: Path) -> None:
    blocker, runs = blocker_of(history), list(Archive(history).runs)
    text = told(history, blocker)
    for words in (
        f"{blocker}  b: boom",
        "Kind           failure",
        "State          reopened",
        "Area           Cart",
        "Owner          kim",
        f"Opened         1.0, run {runs[0]}, 2025-01-01 00:00 UTC, 2 days before this judgement",
        f"Reopened       1.2, run {runs[2]}",
        "Cause          boom",
        "Signature      sig1:",
        f"  1.0  {runs[0]}  open: 1 failing",
        f"  1.1  {runs[1]}  closed: 1 passed",
        f"  1.2  {runs[2]}  reopened: 1 failing",
        "  tests.test_app::b  failing, needs 3 more clean passes",
        f"    fails in 1.2, run {runs[2]}, junit.xml, line 1",
    ):
        assert words in text


def test_passes_owed_and_where_it_last_failed(history: Path) -> None:
    """It failed in 2 of 3 executions: max(3, ceil(ln 0.05 / ln(1/3))) is 3, one pass is there."""
    append(history, Run("a pass, b pass, c pass | a b c", metrics={"rss": "250 MiB"}), 3, POLICY)
    runs = list(Archive(history).runs)
    text = told(history, blocker_of(history))
    assert "  tests.test_app::b  observing, needs 2 more clean passes" in text
    assert f"    last failed in 1.2, run {runs[2]}, junit.xml, line 1" in text


@pytest.mark.parametrize("shorten", [str.lower, lambda name: name[:5]])
def test_a_blocker_in_short(shorten: object, history: Path) -> None:
    blocker = blocker_of(history)
    assert callable(shorten)
    assert told(history, shorten(blocker)) == told(history, blocker)


def test_a_blocker_without_tests(tmp_path: Path) -> None:
    run = Run("a pass | a", metrics={"rss": "400 MiB"})
    append(tmp_path / "history", run, policy=POLICY)
    text = told(tmp_path / "history", blocker_of(tmp_path / "history"))
    for words in ("Kind           criterion", "Now            400 MiB, required at most 300 MiB", "open: 400 MiB"):
        assert words in text


def test_a_criterion(history: Path) -> None:
    text = told(history, "rate")
    for words in (
        "rate  Most pass",
        "State          Met",
        "Measure        pass_rate",
        "Area           Cart",
        "Required       ≥ 50 %",
        "Actual         50 %",
        "Of             1 of 2",
        "Headroom       0 %",
        "  junit.xml  junit, read, sha256 ",
        "  collected.txt  collected, read, sha256 ",
    ):
        assert words in text
    assert "metrics.json" not in text


def test_the_tests_and_files_behind_a_criterion(history: Path) -> None:
    assert "  tests.test_app::b  junit.xml, line 1" in told(history, "fails").splitlines()
    memory = told(history, "memory").splitlines()
    assert [line.endswith(": 250 MiB") for line in memory if line.startswith("  metrics.json  metrics, read")] == [True]
    assert not [line for line in memory if line.startswith("  junit.xml")]


@pytest.mark.parametrize("ref", ["tests.test_app::b", "tests/test_app.py::b"])
def test_a_test(ref: str, history: Path) -> None:
    text, runs = told(history, ref), list(Archive(history).runs)
    rows = [line.split()[:3] for line in text.splitlines() if line.startswith("1.")]
    assert rows == [["1.0", runs[0], "failed"], ["1.1", runs[1], "passed"], ["1.2", runs[2], "failed"]]
    assert f"  {blocker_of(history)}  reopened, b: boom (this test: failing)" in text


def test_a_test_by_its_name_alone(tmp_path: Path) -> None:
    root = tmp_path / "history"
    append(root, "shop/TestCard.pay pass, shop/TestCash.pay fail boom, take[1.5] pass, late pass | give", 0)
    append(root, "shop/TestCard.pay pass | give", 1)
    whole = {
        "TestCard::pay": "tests.test_shop::TestCard.pay",
        "TestCash.pay": "tests.test_shop::TestCash.pay",
        "take[1.5]": "tests.test_app::take[1.5]",
        "take": "tests.test_app::take[1.5]",
        "late": "tests.test_app::late",
        "give": "tests.test_app::give",
    }
    for ref, label in whole.items():
        assert told(root, ref) == told(root, label)
    done = readiness("explain", "pay", "--history", root)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(
        "readiness: 'pay' names 2 tests: 'tests.test_shop::TestCard.pay', 'tests.test_shop::TestCash.pay'. Write"
    )


def test_a_test_that_was_expected_and_did_not_run(tmp_path: Path) -> None:
    append(tmp_path / "history", "a pass, shop/x pass", 0)
    append(tmp_path / "history", "a pass", 1)
    rows = [line.split() for line in told(tmp_path / "history", "tests.test_shop::x").splitlines()]
    assert [row[2:4] for row in rows if row and row[0] == "1.1"] == [["not", "run"]]


@pytest.mark.parametrize("ref", ["B-", "B-QQQQQQ", "nothing", "", "tests.test_app::zzz", "pp::a", "::", ".", "\x1b[m"])
def test_what_is_not_there(ref: str, history: Path) -> None:
    done = readiness("explain", ref, "--history", history)
    assert (done.exit_code, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert "is not a blocker, criterion, item or test" in line
    assert "readiness explain" in line


def test_what_a_run_says_does_not_reach_the_terminal(tmp_path: Path) -> None:
    xml = '<testsuite><testcase classname="c" name="n&#x9b;31m"><failure message="x&#x9b;31m"/></testcase></testsuite>'
    append(tmp_path / "history", Run("a pass", files={"odd.xml": xml.encode()}))
    for ref in ((), (blocker_of(tmp_path / "history"),), ("no-failures",), ("c::n\x9b31m",)):
        assert "\x9b" not in told(tmp_path / "history", *ref)


def test_an_empty_archive(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    done = readiness("explain", "--history", tmp_path / "none")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "contains no runs" in done.stderr


def test_a_run_in_place_of_a_ref(history: Path) -> None:
    done = readiness("explain", "1.1", "--history", history)
    assert done.exit_code == 2
    assert done.stderr.rstrip().endswith("It is a run: write `readiness explain --run 1.1`")


def test_the_waivers_of_a_blocker(tmp_path: Path) -> None:
    root = tmp_path / "history"
    waives = """
waivers:
  - {test: "tests.test_app::b", reason: By hand, ticket: T-1, owner: kim, approver: lee, expires: 2025-01-31}
  - {test: "tests.test_app::a", reason: By hand, ticket: T-1, owner: kim, approver: lee, expires: 2025-01-31}
"""
    append(root, Run("a pass, b fail boom, c pass | a b c", metrics={"rss": "250 MiB"}), 0, POLICY + waives)
    lines = told(root, blocker_of(root)).splitlines()
    (line,) = lines[lines.index("Waivers") + 1 : lines.index("History") - 1]
    assert line.startswith("  in force  Waived until 2025-01-31: tests.test_app::b (1 result;")


def test_a_blocker_is_told_with_the_commits_that_git_has_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second or third of five commits halves them, whatever the run between tested."""
    monkeypatch.chdir(tmp_path)
    commits = [_committed(tmp_path, f"Change {at}") for at in range(6)]
    steps = (Run("a pass", "1.0", commit=commits[0]), Run("a skip busy", "1.1", commit=commits[1]))
    judged = story(tmp_path / "history", *steps, Run("a fail boom", "1.2", commit=commits[5]))
    (blocker,) = (name for name, one in judged[-1].blockers.items() if one.members)
    shown = told(tmp_path / "history", blocker).split("Where to look\n", 1)[1].split("\n\n", 1)[0]
    listed = [line.rsplit(" ", 2)[1:] for line in shown.splitlines() if "  commit  " in line]
    assert listed == [["Change", str(at)] for at in (5, 4, 3, 2, 1)]
    assert f"commits        {commits[0][:10]}..{commits[5][:10]}" in shown
    assert any(f"test next      {commit[:10]}" in shown for commit in commits[2:4])
    assert shown.endswith(f"git bisect start {commits[5][:10]} {commits[0][:10]}")


def test_where_to_look_names_the_ends_by_what_the_blocker_is_about(tmp_path: Path) -> None:
    """Tests pass and fail, a limit is met and missed, evidence is present and missing."""
    runs = (
        Run("shop/a pass, b pass", "1.0", metrics={"rss": "9 MB"}),
        Run("b fail boom", "1.1", metrics={"rss": "400 MB"}),
    )
    judged = story(tmp_path / "history", *runs, policy=POLICY)
    found: dict[str, list[str]] = {}
    for ref in judged[-1].blockers:
        lines = told(tmp_path / "history", ref).splitlines()
        kind = next(line.split()[1] for line in lines if line.startswith("Kind "))
        at = lines.index("Where to look")
        found[kind] = [" ".join(line.split()[:2]) for line in lines[at + 1 : at + 3]]
    assert found == {
        "failure": ["last pass", "first failure"],
        "criterion": ["last met", "first missed"],
        "gap": ["last present", "first missing"],
    }


def _committed(folder: Path, message: str) -> str:
    """The hash of a new commit."""
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    if not (folder / ".git").is_dir():
        subprocess.run(["git", "init", "-q", str(folder)], check=True)
    command = ["git", "-C", str(folder), *who, "commit", "-q", "--allow-empty", "-m", message]
    subprocess.run(command, check=True)
    done = subprocess.run(["git", "-C", str(folder), "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    return done.stdout.strip()
