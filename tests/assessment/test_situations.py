"""Every line of the tables of verdicts, members and blockers, as situations under the default policy."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.assessment.situations import Row, Table, check
from tests.scenario import Run, collected, junit


def many(word: str, *numbers: int, name: str = "t") -> str:
    """Results of tests numbered so: `t0 pass, t1 pass`."""
    return ", ".join(f"{name}{number} {word}" for number in range(*numbers))


def listed(*numbers: int, name: str = "t") -> str:
    return " ".join(f"{name}{number}" for number in range(*numbers))


def two(first: str, results: str, tests: str) -> Run:
    """A run of two shards, each with a list of its own."""
    return Run(first, files={"shop.xml": junit(results), "shop.txt": collected(tests)})


CUT = b'<testsuite name="api"><testcase classname="api" name="x"/><testcase class'
API = b'<testsuite name="api"><testcase classname="api" name="x"/></testsuite>'
EARLY = "damaged or cut off (unclosed token: line 1, column 58): only what stands before is read"
SHARD = b'<testsuite><testcase classname="tests.test_shop" name="x"/></testsuite>'
NO_PORT = b'<testsuite name="api"><error message="no port"/><testcase classname="api" name="b"/></testsuite>'

VERDICTS: Table = {
    "a first run that passes": [
        ("a pass, b pass", "READY ~ complete", ""),
    ],
    "a first run that passes, with a list": [
        ("a pass, b pass | a b", "READY", ""),
    ],
    "a first run that fails": [
        ("a fail boom", "BLOCKED no-failures, boom ~ complete", "boom open: a failing"),
    ],
    "an error counts as a failure": [
        ("a error boom, b pass | a b", "BLOCKED no-failures, boom", "boom open: a failing"),
    ],
    "failing and incomplete: both kinds of reasons": [
        (
            "a fail boom | a b",
            "BLOCKED no-failures, boom ? complete",
            "boom open: a failing; gap:area tests.test_app unverified",
        ),
    ],
    "zero tests": [
        (
            "",
            "UNPROVEN ? no-failures, complete, no-evidence-loss, junit.xml, results",
            "gap:file junit.xml unverified; gap:results unverified",
        ),
    ],
    "zero tests, all of them listed": [
        (
            " | a b",
            "UNPROVEN ? no-failures, complete, no-evidence-loss, junit.xml, results",
            "gap:file junit.xml unverified; gap:results unverified",
        ),
        ("a pass, b pass | a b", "READY", "gap:file junit.xml closed; gap:results closed"),
    ],
    "zero tests after a failure": [
        ("a fail boom, b pass | a b", "BLOCKED no-failures, boom", "boom open: a failing"),
        (
            "",
            "UNPROVEN ? no-failures, complete, no-evidence-loss, boom, junit.xml, results",
            "boom unverified: a unverified; gap:file junit.xml unverified; gap:results unverified",
        ),
        ("a pass, b pass", "READY", "boom closed: a passed; gap:file junit.xml closed; gap:results closed"),
    ],
    "all skipped": [
        ("a skip slow, b skip slow | a b", "UNPROVEN ? no-failures, complete", ""),
    ],
    "all skipped after a run that passed": [
        ("a pass, b pass", "READY ~ complete", ""),
        ("a skip slow, b skip slow", "UNPROVEN ? no-failures, complete", ""),
    ],
    "one skipped": [
        ("a pass, b skip slow | a b", "READY", ""),
    ],
    "listed, without a result": [
        ("a pass | a b", "UNPROVEN ? complete", "gap:area tests.test_app unverified"),
        ("a pass, b pass | a b", "READY", "gap:area tests.test_app closed"),
    ],
    "a list that is not whole, by its own count": [
        (
            Run("a pass", files={"list.txt": b"tests/test_app.py::a\n\n2 tests collected in 0.01s\n"}),
            "UNPROVEN ? complete",
            "gap:list unverified",
        ),
        ("a pass, b pass | a b", "READY", "gap:list closed"),
    ],
    "a list with an error: the test is a failure, completion is unproven": [
        (
            "a pass, shop uncollected twice | a !shop",
            "BLOCKED no-failures, twice ? complete",
            "twice open: tests.test_shop failing",
        ),
        ("a pass, shop/x pass | a shop/x", "READY", "twice closed: tests.test_shop passed"),
    ],
    "a listed error without a result of its own": [
        (
            "a pass | a !shop",
            "BLOCKED no-failures, tests.test_shop ? complete",
            "tests.test_shop open: tests.test_shop failing",
        ),
    ],
    "a file that is cut off": [
        # The case that was open is an error, so this is a failure too.
        (
            Run("a pass", files={"cut.xml": CUT}),
            f"BLOCKED no-failures, {EARLY} ? no-evidence-loss, cut.xml ~ complete",
            f"{EARLY} open: (early end) failing; gap:file cut.xml unverified",
        ),
        # What was read of a damaged file is owed like anything else, and so is the file itself.
        (
            "a pass",
            "UNPROVEN ? complete, no-evidence-loss, cut.xml",
            f"{EARLY} closed: (early end) passed; gap:area api unverified; gap:file cut.xml unverified",
        ),
        (
            Run("a pass", files={"api.xml": API}),
            "READY",
            f"{EARLY} closed: (early end) passed; gap:area api closed; gap:file cut.xml closed",
        ),
    ],
    "a file that is not read at all": [
        (
            Run("a pass", files={"noise.txt": b"nothing known"}),
            "UNPROVEN ? no-evidence-loss, noise.txt ~ complete",
            "gap:file noise.txt unverified",
        ),
        ("a pass", "READY", "gap:file noise.txt closed"),
    ],
    "a shard is missing, and its list with it": [
        (
            two("a pass, b fail boom | a b", "shop/x pass", "shop/x"),
            "BLOCKED no-failures, boom",
            "boom open: b failing",
        ),
        (
            "shop/x pass | shop/x",
            "UNPROVEN ? complete, boom",
            "boom unverified: b unverified; gap:area tests.test_app unverified",
        ),
        (
            "shop/x pass | shop/x",
            "UNPROVEN ? complete, boom",
            "boom unverified: b unverified; gap:area tests.test_app unverified",
        ),
        (
            two("a pass, b pass | a b", "shop/x pass", "shop/x"),
            "READY",
            "boom closed: b passed; gap:area tests.test_app closed",
        ),
    ],
    "a file that is called like another gap": [
        (
            Run("", files={"results": b"nothing known"}),
            "UNPROVEN ? no-failures, complete, no-evidence-loss, junit.xml, results, results",
            "gap:file junit.xml unverified; gap:file results unverified; gap:results unverified",
        ),
    ],
    "a missing module is a gap until it is back": [
        ("a pass, shop/x pass", "READY ~ complete", ""),
        ("a pass", "UNPROVEN ? complete", "gap:area tests.test_shop unverified"),
        ("a pass", "UNPROVEN ? complete", "gap:area tests.test_shop unverified"),
        ("a pass, shop/x pass", "READY", "gap:area tests.test_shop closed"),
        ("a pass", "UNPROVEN ? complete", "gap:area tests.test_shop unverified"),
    ],
    "a missing module, and nothing of it in a complete list": [
        ("a pass, shop/x pass", "READY ~ complete", ""),
        ("a pass | a", "READY", ""),
    ],
    "a shard is missing": [
        (Run("a pass", files={"shard2.xml": SHARD}), "READY ~ complete", ""),
        ("a pass", "UNPROVEN ? complete", "gap:area tests.test_shop unverified"),
        (Run("a pass", files={"shard2.xml": SHARD}), "READY", "gap:area tests.test_shop closed"),
    ],
    "a shard that failed is missing": [
        ("a pass, shop/x fail boom, shop/y pass", "BLOCKED no-failures, boom ~ complete", "boom open: x failing"),
        (
            "a pass",
            "UNPROVEN ? complete, boom",
            "boom unverified: x unverified; gap:area tests.test_shop unverified",
        ),
    ],
    "all that did not run belongs to a blocker: no gap of its own": [
        ("a pass, shop/x fail boom", "BLOCKED no-failures, boom ~ complete", "boom open: x failing"),
        ("a pass", "UNPROVEN ? complete, boom", "boom unverified: x unverified"),
        ("a pass, shop/x pass", "READY", "boom closed: x passed"),
    ],
    "the error of a suite": [
        (
            Run("a pass", files={"api.xml": NO_PORT}),
            "BLOCKED no-failures, no port ~ complete",
            "no port open: (suite error) failing",
        ),
        (
            Run("a pass", files={"api.xml": SHARD}),
            "UNPROVEN ? complete, no port",
            "no port unverified: (suite error) unverified; gap:area api unverified",
        ),
    ],
}

VANISHED: Table = {
    "400 tests renamed": [
        (many("pass", 1000), "READY ~ complete", ""),
        (f"{many('pass', 600)}, {many('pass', 400, name='new')}", "UNPROVEN ? vanished", "gap:vanished unverified"),
    ],
    "400 tests renamed, with a complete list": [
        (many("pass", 1000), "READY ~ complete", ""),
        (
            f"{many('pass', 600)}, {many('pass', 400, name='new')} | {listed(600)} {listed(400, name='new')}",
            "READY",
            "",
        ),
    ],
    "400 tests renamed, one of them had failed": [
        (f"{many('pass', 999)}, t999 fail boom", "BLOCKED no-failures, boom ~ complete", "boom open: t999 failing"),
        (
            f"{many('pass', 600)}, {many('pass', 400, name='new')}",
            "UNPROVEN ? boom, vanished",
            "boom unverified: t999 unverified; gap:vanished unverified",
        ),
    ],
    "a few vanish": [
        (many("pass", 100), "READY ~ complete", ""),
        (many("pass", 95), "READY", ""),
    ],
    "a failure vanishes": [
        (f"a fail boom, {many('pass', 30)}", "BLOCKED no-failures, boom ~ complete", "boom open: a failing"),
        (many("pass", 30), "UNPROVEN ? boom", "boom unverified: a unverified"),
        (f"a pass, {many('pass', 30)}", "READY", "boom closed: a passed"),
    ],
    "a failure vanishes, of a few tests: it is missing once, not twice": [
        ("a fail boom, b pass", "BLOCKED no-failures, boom ~ complete", "boom open: a failing"),
        ("b pass", "UNPROVEN ? boom", "boom unverified: a unverified"),
    ],
    "a failure is no longer in the complete list": [
        ("a fail boom, b pass | a b", "BLOCKED no-failures, boom", "boom open: a failing"),
        ("b pass | b", "READY", "boom closed: a withdrawn"),
    ],
    "a list of selected tests withdraws nothing": [
        ("a fail boom, b pass | a b", "BLOCKED no-failures, boom", "boom open: a failing"),
        (
            Run("b pass", files={"list.txt": b"tests/test_app.py::b\n\n1/2 tests collected (1 deselected) in 0.01s\n"}),
            "UNPROVEN ? boom",
            "boom unverified: a unverified",
        ),
    ],
}

FAILURES: Table = {
    "a failure turns into skips": [
        ("a fail boom, b pass", "BLOCKED no-failures, boom ~ complete", "boom open: a failing"),
        ("a skip slow, b pass", "UNPROVEN ? boom", "boom unverified: a unverified"),
        ("a skip slow, b pass", "UNPROVEN ? boom", "boom unverified: a unverified"),
        ("a pass, b pass", "READY", "boom closed: a passed"),
    ],
    "the same failure in two areas": [
        (
            "a fail boom, shop/a fail boom | a shop/a",
            "BLOCKED no-failures, boom, boom",
            "boom open: a failing; boom open: a failing",
        ),
        ("a pass, shop/a fail boom", "BLOCKED no-failures, boom", "boom closed: a passed; boom open: a failing"),
        ("a pass, shop/a pass", "READY", "boom closed: a passed; boom closed: a passed"),
    ],
    "the message changes while it keeps failing": [
        ("a fail boom | a", "BLOCKED no-failures, boom", "boom open: a failing"),
        ("a fail bang | a", "BLOCKED no-failures, boom", "boom open: a failing"),
        ("a error crash | a", "BLOCKED no-failures, boom", "boom open: a failing"),
        ("a pass | a", "READY", "boom closed: a passed"),
    ],
    "two causes in one module, mended one by one": [
        (
            "a fail boom, b fail bang | a b",
            "BLOCKED no-failures, bang, boom",
            "bang open: b failing; boom open: a failing",
        ),
        ("a pass, b fail bang | a b", "BLOCKED no-failures, bang", "bang open: b failing; boom closed: a passed"),
        (
            "a fail bang, b fail bang | a b",
            "BLOCKED no-failures, bang",
            "bang open: a failing, b failing; boom closed: a passed",
        ),
        # a passed once between the opening of bang and its failure there: 2 failures in 3 executions.
        (
            "a pass, b pass | a b",
            "READY ~ bang",
            "bang observing: a observing owes 2, b passed; boom closed: a passed",
        ),
    ],
    "the fix fails again": [
        ("a fail boom | a", "BLOCKED no-failures, boom", "boom open: a failing"),
        ("a pass | a", "READY", "boom closed: a passed"),
        ("a fail boom | a", "BLOCKED no-failures, boom", "boom reopened: a failing"),
        ("a pass | a", "READY ~ boom", "boom observing: a observing owes 2"),
        ("a pass | a", "READY ~ boom", "boom observing: a observing owes 1"),
        ("a pass | a", "READY", "boom closed: a passed"),
    ],
    "skipped while it is observed": [
        ("a fail boom, b pass", "BLOCKED no-failures, boom ~ complete", "boom open: a failing"),
        ("a pass, b pass", "READY", "boom closed: a passed"),
        ("a fail boom, b pass", "BLOCKED no-failures, boom", "boom reopened: a failing"),
        ("a pass, b pass", "READY ~ boom", "boom observing: a observing owes 2"),
        ("a skip slow, b pass", "UNPROVEN ? boom", "boom unverified: a unverified"),
        # The pass before the skip counts.
        ("a pass, b pass", "READY ~ boom", "boom observing: a observing owes 1"),
        ("a pass, b pass", "READY", "boom closed: a passed"),
    ],
    "flaky after a failure": [
        ("a fail boom | a", "BLOCKED no-failures, boom", "boom open: a failing"),
        ("a flaky boom | a", "BLOCKED boom", "boom open: a failing"),
        ("a pass | a", "READY", "boom closed: a passed"),
    ],
    "flaky proves nothing of what is unverified": [
        ("a fail boom, b pass | a b", "BLOCKED no-failures, boom", "boom open: a failing"),
        ("a skip slow, b pass | a b", "UNPROVEN ? boom", "boom unverified: a unverified"),
        ("a flaky boom, b pass | a b", "UNPROVEN ? boom", "boom unverified: a unverified"),
        ("a pass, b pass | a b", "READY", "boom closed: a passed"),
    ],
    "flaky alone": [
        ("a flaky boom, b pass | a b", "READY", ""),
    ],
    "a maintenance branch beside main": [
        (Run("a pass | a", "1.3.4"), "READY", ""),
        (Run("a fail boom | a", "1.4.0"), "BLOCKED no-failures, boom", "boom open: a failing"),
        (Run("a fail bang | a", "1.3.5"), "BLOCKED no-failures, bang", "bang open: a failing"),
        (Run("a pass | a", "1.4.1"), "READY", "boom closed: a passed"),
        (Run("a skip slow | a", "1.3.6"), "UNPROVEN ? no-failures, complete, bang", "bang unverified: a unverified"),
    ],
    "one test failing in one variant": [
        (
            "@linux a pass // @mac a fail boom",
            "BLOCKED no-failures, boom ~ complete",
            "boom open: a failing",
        ),
        ("@linux a fail boom // @mac a pass", "BLOCKED no-failures, boom", "boom open: a failing, a passed"),
        # On linux 1 failure in 2 executions since the blocker opened: ln 0.05 / ln 0.5 = 4.32, so 5 clean passes.
        ("@linux a pass // @mac a pass", "READY ~ boom", "boom observing: a observing owes 4, a passed"),
    ],
}


@pytest.mark.parametrize("rows", (VERDICTS | VANISHED | FAILURES).values(), ids=VERDICTS | VANISHED | FAILURES)
def test_situation(rows: list[Row], tmp_path: Path) -> None:
    check(tmp_path, rows)
