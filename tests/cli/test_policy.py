"""`readiness policy`: a policy is checked before it judges anything."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.scenario import Run, append, checklist, contents, demands, readiness, waiver

from readiness.policy import default_text

GOOD = """
product: shop
areas:
  - {name: Cart, tests: [tests.test_app*], owner: kim, critical: true}
  - {name: Card, tests: [tests.test_shop*]}
variants: {required: [linux]}
criteria:
  - {id: fails, title: No test fails, measure: failures, equals: 0}
  - {id: rate, title: Most pass, measure: pass_rate, at_least: 95%, where: {area: Cart, variant: linux}, tier: advisory}
categories: [{title: Boom, message: boom, severity: low}]
retired: [{tests: [tests.test_old*], reason: gone, by: kim, date: 2025-08-31}]
vanished_allowed: 2%
"""


@pytest.fixture
def history(tmp_path: Path) -> Path:
    return tmp_path / "history"


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "readiness.yml"
    path.write_text(GOOD)
    return path


def test_what_it_demands(policy: Path) -> None:
    done = readiness("policy", "check")
    assert (done.exit_code, done.stderr) == (0, "")
    for words in (
        "readiness.yml is sound.",
        "  shop",
        "  Cart: tests.test_app*; kim; critical",
        "  linux",
        "  fails  No test fails: failures exactly 0, blocking",
        "  rate  Most pass: pass_rate at least 95 % in the area Cart in the variant linux, advisory",
        "  Boom: low",
        "  tests.test_old*: gone, kim, 2025-08-31",
        "  2 %",
    ):
        assert words in done.stdout.splitlines()


def test_another_file(policy: Path, tmp_path: Path) -> None:
    policy.rename(tmp_path / "own.yml")
    assert "own.yml is sound." in readiness("policy", "check", "own.yml").stdout


def test_without_a_file_the_default_applies() -> None:
    done = readiness("policy", "check")
    assert done.exit_code == 0
    assert "There is no readiness.yml: the default policy applies" in done.stdout
    assert "  no-failures  No test fails: failures exactly 0, blocking" in done.stdout


def test_every_problem_has_a_line(tmp_path: Path) -> None:
    (tmp_path / "readiness.yml").write_text("prodct: x\ncriteria:\n  - {id: a, title: T, measure: nope, equals: 0}\n")
    done = readiness("policy", "check")
    assert (done.exit_code, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    assert len(lines) == 2
    assert any(line.startswith("readiness: readiness.yml, line 1, key prodct: unknown key. ") for line in lines)
    assert any(line.startswith("readiness: readiness.yml, line 3, key criteria[0]: ") for line in lines)


def test_every_contradiction_has_a_line(tmp_path: Path) -> None:
    text = GOOD.replace("area: Cart", "area: Nope").replace("name: Card", "name: Cart").replace("id: rate", "id: fails")
    (tmp_path / "readiness.yml").write_text(text + "product: again\n")
    done = readiness("policy", "check")
    assert done.exit_code == 2
    for words in ("key areas[1].name", "key criteria[1].id", "key criteria[1].where.area", "key product"):
        assert words in done.stderr
    assert len(done.stderr.splitlines()) == 4


@pytest.mark.parametrize("text", ["[", "- a", "\x00", "a: &a [*a]"])
def test_what_is_no_policy(text: str, tmp_path: Path) -> None:
    (tmp_path / "readiness.yml").write_text(text)
    done = readiness("policy", "check")
    assert (done.exit_code, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


def test_a_file_that_is_not_there() -> None:
    done = readiness("policy", "check", "nope.yml")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "nope.yml" in done.stderr


def test_what_no_archived_test_fits(policy: Path, history: Path) -> None:
    append(history, Run("a pass", variant="mac"))
    done = readiness("policy", "check", "--history", history)
    assert done.exit_code == 0
    parts = (
        "'tests.test_shop*' of the area 'Card'",
        "required variant 'linux'",
        "criterion 'rate'",
        "'tests.test_old*'",
    )
    for line, words in zip(done.stderr.splitlines(), parts, strict=True):
        assert line.startswith("Warning: ")
        assert words in line


def test_what_fits_is_not_warned_of(policy: Path, history: Path) -> None:
    """The retired tests are gone from the latest run, and were there before."""
    append(history, Run("a pass, shop/x pass, old/y pass", variant="linux"), 0)
    append(history, Run("a pass, shop/x pass", variant="linux"), 1)
    done = readiness("policy", "check", "--history", history)
    assert (done.exit_code, done.stderr) == (0, "")


def test_the_day_of_the_release(tmp_path: Path, history: Path) -> None:
    listed = checklist({"id": "core", "tests": ["*core*"]}, {"id": "backup", "blocking": False})
    plan = {"phases": [{"name": "Validation", "min": 1, "max": 2}]}
    (tmp_path / "readiness.yml").write_text(
        demands("none: failures = 0", waivers=[waiver("blocker", "B-AAAAAA")], checklist=listed, plan=plan)
    )
    append(history, "a pass")
    done = readiness("policy", "check", "--history", history)
    for line in (
        "core  Core: *core*",
        "backup  Backup: to be signed off; does not block",
        "B-AAAAAA: until 2025-01-31, kim, T-1",
        "Validation: 1 to 2 working days",
    ):
        assert f"  {line}\n" in done.stdout
    assert "'*core*' of the item 'core' matches no test of run" in done.stderr


def test_waivers_that_would_waive_nothing_today(tmp_path: Path, history: Path) -> None:
    targets = [("test", "tests.test_app::a"), ("test", "tests.test_app::aa"), ("blocker", "B-AAAAAA")]
    soon = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}"
    waivers = [waiver(*targets[0], "2025-01-31"), *(waiver(*one, soon) for one in targets[1:])]
    (tmp_path / "readiness.yml").write_text(demands("none: failures = 0", waivers=waivers))
    append(history, "a fail boom")
    done = readiness("policy", "check", "--history", history)
    assert done.exit_code == 0
    first, second, third = done.stderr.splitlines()
    assert first.endswith("tests.test_app::a has no effect: it expired on 2025-01-31")
    assert second.endswith(
        "tests.test_app::aa has no effect: no test of that name is failing, skipped or without a result"
    )
    assert third.endswith("B-AAAAAA has no effect: no blocker has that id")


def test_a_waiver_of_what_fails_today_has_an_effect(tmp_path: Path, history: Path) -> None:
    """It is granted today, whatever failed before: as `judge` will say, not as if the past had been judged by it."""
    for day, results in enumerate(["a fail boom, b pass", "a pass, b pass", "a pass, b fail boom"]):
        append(history, results, day)
    soon = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}"
    policy = demands("none: failures = 0", waivers=[waiver("test", "tests.test_app::b", soon)])
    (tmp_path / "readiness.yml").write_text(policy)
    before = contents(history)
    assert readiness("policy", "check", "--history", history).stderr == ""
    assert contents(history) == before
    assert readiness("judge", "--history", history).stdout.endswith(": READY\n")


@pytest.mark.parametrize("name", ["readiness.yaml", ".readiness.yml"])
def test_a_policy_by_another_name_is_not_passed_over(name: str, tmp_path: Path, history: Path) -> None:
    (tmp_path / "junit.xml").write_text('<testsuite><testcase classname="m" name="a"/></testsuite>')
    (tmp_path / name).write_text(GOOD)
    for arguments in (["policy", "check"], ["archive", "junit.xml", "--version", "1", "--history", history]):
        done = readiness(*arguments)
        assert (done.exit_code, done.stdout) == (2, "")
        (line,) = done.stderr.splitlines()
        assert line == f"readiness: {name}: is not read as policy, readiness.yml is. Rename it or move it"
    assert not history.exists()
    (tmp_path / "readiness.yml").write_text(GOOD)
    assert readiness("policy", "check").exit_code == 0


def test_a_damaged_archive_does_not_hinder(policy: Path, history: Path) -> None:
    run = append(history, "a pass")
    (run.folder / "junit.xml.gz").write_bytes(b"damaged")
    done = readiness("policy", "check", "--history", history)
    assert done.exit_code == 0
    assert "Not compared with the archive: " in done.stderr


def test_checking_archives_nothing(policy: Path, history: Path) -> None:
    readiness("policy", "check", "--history", history)
    assert not history.exists()


def test_the_default_policy_can_be_used_as_it_is(tmp_path: Path) -> None:
    done = readiness("policy", "default")
    assert (done.exit_code, done.stdout_bytes) == (0, default_text())
    (tmp_path / "readiness.yml").write_bytes(done.stdout_bytes)
    assert readiness("policy", "check").exit_code == 0


@pytest.mark.parametrize("command", ["check", "default"])
def test_help_shows_an_example(command: str) -> None:
    done = readiness("policy", command, "--help")
    assert done.exit_code == 0
    assert f"  readiness policy {command}" in done.stdout
