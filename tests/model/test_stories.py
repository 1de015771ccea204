"""Stories of release life with the answer fixed beforehand, in the notation: model and product must end so.

What lies outside the model's scope (coverage, the choice of the run that a gate judges, other dialects) goes through
the product alone, in the second half, and says what it needs.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.model.answers import Step, by_model, by_product
from tests.scenario import Run, archive_files, collected, demands, junit, readiness, waiver, write

EXIT = {0: "READY", 1: "BLOCKED", 3: "UNPROVEN"}
NONE_FAILS = "f: failures = 0"
COSMETIC = {"title": "Cosmetic", "message": "cosmetic", "severity": "low"}
NINE = ", ".join(f"t{number} pass" for number in range(1, 10))
FIVE = ", ".join(f"t{number} pass" for number in range(1, 6))
IMPORT = "could not import 'stripe': No module named 'stripe'"


def policy(*criteria: str, **more: object) -> dict[str, Any]:
    """A policy of these criteria, else of the default ones."""
    found: dict[str, Any] = json.loads(demands(*criteria, **more))
    return found if criteria else {key: value for key, value in found.items() if key != "criteria"}


def told(*days: str | Run | tuple[str | Run, dict[str, Any]]) -> list[Step]:
    """Runs day after day, each of its own version, commit and stamp; with a policy, it is a pair."""
    steps = []
    for day, one in enumerate(days):
        run, by = one if isinstance(one, tuple) else (one, None)
        run = run if isinstance(run, Run) else Run(run, f"1.{day}", f"c{day}", stamp=day)
        steps.append(Step(run, by, day))
    return steps


def many(first: int, last: int, outcome: str = "pass", where: str = "") -> str:
    return ", ".join(f"{where}t{number} {outcome}" for number in range(first, last + 1))


def ids(first: int, last: int, where: str = "") -> str:
    return " ".join(f"{where}t{number}" for number in range(first, last + 1))


LOW = policy(NONE_FAILS, categories=[COSMETIC])
MOST = policy("r: pass_rate >= 80%", categories=[COSMETIC])
LOSS = {"metrics.json": b'{"metrics": [{"name": "a", "value": 1}, {"name": "b", "value": null}]}'}
MAC = policy(NONE_FAILS, variants={"required": ["linux", "mac"]}, waivers=[waiver("test", "tests.test_b::t1")])
PY38 = {"variants": ["py38"], "reason": "end of life", "by": "kim", "date": "2025-01-01"}
TILL = [{"tests": ["tests.test_till*"], "reason": "by mistake", "by": "kim", "date": "2024-12-31"}]

STORIES: dict[str, tuple[list[Step], list[int | None]]] = {
    "a1 a low blocker hides no test that did not run": (
        told((f"{NINE}, b/x fail cosmetic", LOW), (NINE, LOW)),
        [1, 3],
    ),
    "a1 control: it passed before": (told((f"{NINE}, b/x pass", LOW), (NINE, LOW)), [0, 3]),
    "a3 a low blocker takes the severity of a new cause": (
        told((f"{NINE}, pay/x fail cosmetic", MOST), (f"{NINE}, pay/x fail charged twice", MOST)),
        [0, 1],
    ),
    "a3 control: a first run": (told((f"{NINE}, pay/x fail charged twice", MOST)), [1]),
    "a5 a waiver of a blocker accepts no other cause": (
        told(
            f"{NINE}, pay/x fail wrong colour",
            (
                f"{NINE}, pay/x fail charged twice",
                policy(waivers=[waiver("blocker", "?tests.test_pay::x", at_most=1)]),
            ),
        ),
        [1, 1],
    ),
    "a5 control: the same cause": (
        told(
            f"{NINE}, pay/x fail wrong colour",
            (f"{NINE}, pay/x fail wrong colour", policy(waivers=[waiver("blocker", "?tests.test_pay::x", at_most=1)])),
        ),
        [1, 0],
    ),
    "b1 a list without a label counts for no labelled results": (
        told(
            "@linux a pass, b pass // @mac a pass, b pass, mac/x fail // | a b",
            "@linux a pass, b pass // @mac a pass, b pass // | a b",
        ),
        [1, 3],
    ),
    "b3 a module skipped for want of something is a missing component": (
        told(f"{FIVE}, b unimported {IMPORT}"),
        [1],
    ),
    "b3 control: skipped inside the test": (told(f"{FIVE}, b/x skip {IMPORT}"), [1]),
    "b4 listed no more, then again, and skipped": (
        told(
            f"{FIVE}, till/x fail | {ids(1, 5)} till/x",
            f"{FIVE} | {ids(1, 5)}",
            f"{FIVE}, till/x skip | {ids(1, 5)} till/x",
        ),
        [1, 0, 3],
    ),
    "b4 retired, then no longer, and skipped": (
        told(
            f"{FIVE}, till/x fail",
            (f"{FIVE}, till/x skip", policy(retired=TILL)),
            (f"{FIVE}, till/x skip", policy(product="x")),
        ),
        [1, None, 3],
    ),
    "c1 a source that came in a run with a loss is owed": (
        told(
            f"@unit: {FIVE}",
            Run(f"@unit: {FIVE} // @e2e: {many(1, 5, where='e2e/')}", "1.1", "c1", files=LOSS, stamp=1),
            f"@unit: {FIVE}",
        ),
        [0, 3, 3],
    ),
    "c3 listed tests that never ran do not vanish with the list": (
        told(f"{many(1, 97)} | {ids(1, 100)}", many(1, 97)),
        [3, 3],
    ),
    "c4 a rerun of one test that replaces the whole run leaves nine owed": (
        told(f"{NINE}, b/x fail", Run("b/x pass", supersedes=0, stamp=1)),
        [1, 3],
    ),
    "c5 missing twice is not forgiven": (told(many(1, 100), many(1, 50), many(1, 50)), [0, 3, 3]),
    "e4 skipped in one file, passed in another": (
        told(f"{FIVE}, db/x fail", f"{FIVE}, db/x skip // @=late db/x pass"),
        [1, 3],
    ),
    "e4 control: in one file": (told(f"{FIVE}, db/x fail", f"{FIVE}, db/x skip, db/x pass"), [1, 3]),
    "f2 a waiver of a test waives no gap of a variant": (
        told(
            (f"@linux {NINE}, b/t1 pass // @mac {NINE}, b/t1 pass", MAC),
            (f"@linux {NINE}, b/t1 pass // @mac {many(1, 9, 'skip')}", MAC),
        ),
        [0, 3],
    ),
    "g4 a skipped module is owed by what lies beneath it": (
        told(
            f"{FIVE}, b unimported {IMPORT}",
            f"{FIVE}, {many(1, 9, where='b/')}",
            f"{FIVE}, {many(1, 9, where='b/')}",
        ),
        [1, 0, 0],
    ),
    "g6 a variant at its end of life is retired by name": (
        told(
            (f"@py38 {NINE} // @py39 {NINE}", policy(variants={"required": ["py39"]})),
            (f"@py39 {NINE}", policy(variants={"required": ["py39"]}, retired=[PY38])),
            ("@py39 t1 pass", policy(variants={"required": ["py39"]}, retired=[PY38])),
        ),
        [0, 0, 3],
    ),
    "g6 control: nobody retired it": (told(f"@py38 {NINE} // @py39 {NINE}", f"@py39 {NINE}"), [0, 3]),
    "g7 a second browser joins the first": (
        told(
            "{login@chromium} t1 pass, t2 pass, t3 pass",
            "{login@chromium} t1 pass, t2 pass, t3 pass, {login@firefox} t1 pass, t2 pass, t3 pass",
        ),
        [0, 0],
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_the_model_ends_as_the_story_says(name: str) -> None:
    steps, right = STORIES[name]
    assert_ends([one["word"] for one in by_model(steps)], right)


@pytest.mark.parametrize("name", STORIES)
def test_the_product_ends_as_the_story_says(name: str, tmp_path: Path) -> None:
    steps, right = STORIES[name]
    assert_ends([one["word"] for one in by_product(tmp_path, steps)], right)


def assert_ends(words: list[str], right: list[int | None]) -> None:
    """The words are as the exit codes say; None: the story does not tell."""
    assert words == [word if code is None else EXIT[code] for word, code in zip(words, right, strict=True)]


# Through the command alone, for what the model knows nothing of.


class Desk:
    """A folder with an archive and a policy, and the command in it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.history, self.day = folder, folder / "history", 1
        self.policy(product="shop")

    def policy(self, **keys: object) -> None:
        (self.folder / "readiness.yml").write_text(json.dumps(keys))

    def archive(self, files: Mapping[str, bytes], *more: object, version: str = "1.0", started: str = "") -> str:
        """Archive files a day after the run before; the run's id."""
        self.day += 1
        paths = write(self.folder / f"evidence-{self.day}", files)
        more = (*more, "--policy", self.folder / "readiness.yml")
        when = started or f"2025-03-{self.day:02}T10:00:00Z"
        result = archive_files(self.history, *paths, *more, version=version, started=when)
        return result.stdout.splitlines()[-1]

    def replace(self, run: str, files: Mapping[str, bytes]) -> None:
        self.day += 1
        readiness(
            "archive",
            *write(self.folder / f"evidence-{self.day}", files),
            *("--supersedes", run, "--policy", self.folder / "readiness.yml", "--history", self.history),
        )

    def gate(self, *more: object) -> int:
        return readiness("gate", "--history", self.history, *more).exit_code

    def blockers(self) -> list[str]:
        return re.findall(r"^B-\w+", readiness("gate", "--history", self.history).stdout, re.MULTILINE)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def results(written: str, stamp: int | None = None) -> dict[str, bytes]:
    return {"junit.xml": junit(written, stamp)}


@pytest.mark.parametrize("stamp", range(8))
def test_d1_superseding_the_first_run_of_a_day_does_not_bring_it_to_the_front(desk: Desk, stamp: int) -> None:
    """Needs: the order of runs of one moment, whatever their digests."""
    day = {"started": "2025-08-10"}
    first = desk.archive(results(FIVE, stamp), **day)
    desk.archive(results(f"{many(1, 4)}, t5 fail", stamp), **day)
    desk.replace(first, {"late.xml": junit(many(1, 2, where="late/"), stamp)})
    assert desk.gate() == 1
    last = desk.archive(results(f"{many(1, 4)}, t5 skip, {many(1, 2, where='late/')}"), **day)
    assert desk.gate("--run", last) == 3


@pytest.mark.parametrize("stamp", range(8))
def test_d2_of_two_runs_that_replace_one_the_worse_answers(desk: Desk, stamp: int) -> None:
    """Needs: an archive merged from two clones."""
    run = desk.archive(results(FIVE))
    shutil.copytree(desk.history, desk.folder / "clone")
    desk.replace(run, {"s1.xml": junit("s1/a pass, s1/b fail")})
    shutil.copytree(desk.history, desk.folder / "bad")
    shutil.rmtree(desk.history)
    (desk.folder / "clone").rename(desk.history)
    desk.replace(run, {"s2.xml": junit("s2/a pass", stamp)})
    shutil.copytree(desk.folder / "bad", desk.history, dirs_exist_ok=True)
    assert readiness("verify", "--history", desk.history).exit_code == 0
    assert desk.gate() in (1, 2, 3)


@pytest.mark.parametrize(("archived", "asked"), [("20260318", "20260319"), ("1", "2")])
def test_d6_a_version_that_was_never_archived_is_a_usage_error(desk: Desk, archived: str, asked: str) -> None:
    """Needs: the choice of the run that a gate judges."""
    desk.archive(results(FIVE), version=archived, started="2026-03-19T00:10:00Z")
    assert desk.gate("--run", asked) == 2


def cobertura(*files: tuple[str, int, int]) -> bytes:
    """Cobertura XML of (file, covered, valid)."""
    classes = "".join(
        f'<class filename="{name}"><lines>'
        + "".join(f'<line number="{line}" hits="{int(line <= covered)}"/>' for line in range(1, valid + 1))
        + "</lines></class>"
        for name, covered, valid in files
    )
    packages = f'<packages><package name="p"><classes>{classes}</classes></package></packages>'
    return f'<coverage line-rate="0.5">{packages}</coverage>'.encode()


LINES = {"id": "cov", "title": "Lines", "measure": "coverage.line", "at_least": "60%"}
MEMORY = {"id": "mem", "title": "Memory", "measure": "metric.rss", "at_most": "300 MB"}


def rss(value: int) -> bytes:
    return json.dumps({"metrics": [{"name": "rss", "value": value, "unit": "MB"}]}).encode()


def test_e1_coverage_is_never_overstated(desk: Desk) -> None:
    """Needs: coverage of several files. x 0 of 100 and y 100 of 100 are half."""
    desk.policy(criteria=[LINES])
    unit = cobertura(("x.py", 0, 100), ("y.py", 100, 100))
    desk.archive(results(FIVE) | {"unit.xml": unit, "e2e.xml": cobertura(("y.py", 100, 100))})
    assert desk.gate() == 1


@pytest.mark.parametrize(
    ("asked", "whole", "left"),
    [
        (LINES, {"u.xml": cobertura(("x.py", 10, 100)), "e.xml": cobertura(("y.py", 90, 100))}, "e.xml"),
        (MEMORY, {"a.json": rss(400), "b.json": rss(100)}, "b.json"),
    ],
    ids=["coverage", "metrics"],
)
def test_e2_a_measure_of_fewer_files_is_unproven(
    desk: Desk, asked: dict[str, Any], whole: dict[str, bytes], left: str
) -> None:
    """Needs: which files a measure had before."""
    desk.policy(criteria=[asked])
    desk.archive(results(FIVE) | whole)
    assert desk.gate() == 1
    desk.archive(results(FIVE, 2) | {left: whole[left]})
    assert desk.gate() == 3


@pytest.mark.parametrize(("ran", "right"), [(7, 0), (1, 3)])
def test_f1_a_bound_holds_for_missing_results_too(desk: Desk, ran: int, right: int) -> None:
    """Needs: blockers of gaps by their ids."""
    listed = {"collected.txt": collected(f"{ids(1, 5)} {ids(1, 10, 'b/')}")}
    desk.archive(results(f"{FIVE}, {many(1, 8, where='b/')}") | listed)
    desk.policy(waivers=[waiver("blocker", one, "2025-03-30", at_most=3) for one in desk.blockers()])
    desk.archive(results(f"{FIVE}, {many(1, ran, where='b/')}") | listed)
    assert desk.gate("--at", "2025-03-10") == right


def timed(written: str, seconds: int) -> bytes:
    return junit(written).replace(b'name="pytest"', f'name="pytest" time="{seconds}"'.encode())


def test_f4_shards_side_by_side_do_not_end_in_the_future(desk: Desk) -> None:
    """Needs: the end of a run. 20 shards of 40 minutes began 45 minutes ago; its waiver is granted now."""
    shards = {f"s{at}.xml": timed(f"m{at}/x {'fail' if at == 1 else 'pass'}", 2400) for at in range(1, 21)}
    now = datetime.now(UTC).replace(microsecond=0)
    desk.archive(shards, started=(now - timedelta(minutes=45)).isoformat())
    desk.policy(waivers=[waiver("blocker", desk.blockers()[0], str((now + timedelta(days=10)).date()))])
    judged = readiness("judge", "--policy", desk.folder / "readiness.yml", "--history", desk.history)
    assert judged.exit_code == 0, judged.output


def test_f4_a_run_ends_before_the_sign_off_of_the_next_day(desk: Desk) -> None:
    """Needs: the end of a run, and sign-offs. It ended on 2 March at 22:45."""
    item = {"id": "b", "title": "Backup", "signoff": {"by": "kim", "date": "2025-03-03"}}
    desk.policy(checklist=[{"group": "G", "items": [item]}])
    shards = {f"s{at}.xml": timed(f"m{at}/x pass", 2400) for at in range(1, 21)}
    desk.archive(shards, started="2025-03-02T22:00:00Z")
    assert desk.gate() == 1


def suite(name: str, *cases: str) -> bytes:
    """JUnit XML as Surefire writes it."""
    written = f'<testsuite name="{name}" tests="{len(cases)}">{"".join(cases)}</testsuite>'
    return f'<?xml version="1.0"?>{written}'.encode()


def case(group: str, name: str, inside: str = "") -> str:
    return f'<testcase classname="{group}" name="{name}" time="0.1">{inside}</testcase>'


PAY = [case("com.shop.PayTest", f"t{number}") for number in range(1, 11)]


def test_g1_the_error_of_a_whole_run_passes_when_what_is_beneath_it_passes(desk: Desk) -> None:
    """Needs: failsafe-summary.xml."""

    def summary(result: str, failures: int, message: str) -> bytes:
        counts = f"<completed>3</completed><errors>0</errors><failures>{failures}</failures><skipped>0</skipped>"
        told = f"<failureMessage>{message}</failureMessage>"
        return f'<failsafe-summary result="{result}" timeout="false">{counts}{told}</failsafe-summary>'.encode()

    tests = [case("com.shop.PayIT", f"t{number}") for number in (2, 3)]
    broken = suite("com.shop.PayIT", case("com.shop.PayIT", "t1", '<failure message="boom"/>'), *tests)
    whole = suite("com.shop.PayIT", case("com.shop.PayIT", "t1"), *tests)
    name = "TEST-PayIT.xml"
    desk.archive({"failsafe-summary.xml": summary("255", 1, "There are test failures."), name: broken})
    assert desk.gate() == 1
    desk.archive({"failsafe-summary.xml": summary("null", 0, ""), name: whole}, "--env", "n=2")
    assert desk.gate() == 0


@pytest.mark.parametrize("name", ["", "initializationError"])
def test_g3_the_error_of_a_whole_class_passes_when_its_tests_pass(desk: Desk, name: str) -> None:
    """Needs: what Surefire and Gradle call a class that failed as a whole."""
    cart = suite("com.shop.CartTest", *(case("com.shop.CartTest", f"t{number}") for number in range(1, 11)))
    error = '<error type="java.lang.IllegalStateException" message="no db"/>'
    desk.archive({"a.xml": cart, "b.xml": suite("com.shop.PayTest", *PAY)}, version="1.1")
    desk.archive(
        {"a.xml": cart, "b.xml": suite("com.shop.PayTest", case("com.shop.PayTest", name, error))}, version="1.2"
    )
    assert desk.gate() == 1
    again = (one.replace('time="0.1"', 'time="0.2"') for one in PAY)
    desk.archive({"a.xml": cart, "b.xml": suite("com.shop.PayTest", *again)}, version="1.3")
    assert desk.gate() == 0


def test_g9_nothing_is_called_waived_without_a_waiver(desk: Desk) -> None:
    """Needs: the words."""
    desk.policy(criteria=[{"id": "ok", "title": "Success", "measure": "success_rate", "at_least": "90%"}])
    desk.archive(results(FIVE) | LOSS)
    desk.archive(results(FIVE, 2))
    told = readiness("gate", "--history", desk.history)
    assert (told.exit_code, "waived" in told.stdout) == (3, False)
    assert "unverified  1.0" in told.stdout
