"""Blockers that no test stands behind: criteria beyond their limit, and evidence that is missing; by tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.assessment.situations import Row, Table, check
from tests.scenario import Run, demands, story, warned

from readiness import phrases
from readiness.assessment import to_ready
from readiness.report import report_of

RSS = "rss: metric.rss <= 300 MB"
NONE_FAIL = "none: failures = 0"
NO_PORT = b'<testsuite name="api"><error message="no port"/></testsuite>'
LOW, HIGH = {"rss": "200 MB"}, {"rss": "400 MB"}


def run(metrics: dict[str, str], policy: str = "") -> Run:
    return Run("a pass | a", metrics=metrics, policy=policy)


CRITERIA: Table = {
    "within its limit": [
        (run(LOW), "READY", ""),
    ],
    "beyond its limit, then within, then beyond again": [
        (run(HIGH), "BLOCKED rss", "criterion:rss open"),
        (run(HIGH), "BLOCKED rss", "criterion:rss open"),
        (run(LOW), "READY", "criterion:rss closed"),
        (run(HIGH), "BLOCKED rss", "criterion:rss reopened"),
        (run(LOW), "READY", "criterion:rss closed"),
    ],
    "beyond its limit, then not measured": [
        (run(HIGH), "BLOCKED rss", "criterion:rss open"),
        (run({}), "UNPROVEN ? rss", "criterion:rss unverified"),
        (run({}), "UNPROVEN ? rss", "criterion:rss unverified"),
        (run(HIGH), "BLOCKED rss", "criterion:rss open"),
        (run({}), "UNPROVEN ? rss", "criterion:rss unverified"),
        (run(LOW), "READY", "criterion:rss closed"),
    ],
    "not measured, then beyond its limit": [
        (run({}), "UNPROVEN ? rss", "gap:criterion rss unverified"),
        (run(HIGH), "BLOCKED rss", "criterion:rss open; gap:criterion rss closed"),
        (run(LOW), "READY", "criterion:rss closed; gap:criterion rss closed"),
        (run({}), "UNPROVEN ? rss", "criterion:rss closed; gap:criterion rss unverified"),
    ],
    "measured in a unit that does not fit": [
        (run({"rss": "400 s"}), "UNPROVEN ? rss", "gap:criterion rss unverified"),
    ],
    "removed from the policy": [
        (run(HIGH), "BLOCKED rss", "criterion:rss open"),
        (run(HIGH, demands(NONE_FAIL)), "READY", "criterion:rss closed"),
        (run(HIGH), "BLOCKED rss", "criterion:rss reopened"),
    ],
    "made advisory": [
        (run(HIGH), "BLOCKED rss", "criterion:rss open"),
        (run(HIGH, demands(f"{RSS}; tier advisory")), "READY ~ rss", "criterion:rss closed"),
    ],
    "its limit is moved": [
        (run(HIGH), "BLOCKED rss", "criterion:rss open"),
        (run(HIGH, demands("rss: metric.rss <= 500 MB")), "READY", "criterion:rss closed"),
    ],
    "unproven, then removed from the policy": [
        (run({}), "UNPROVEN ? rss", "gap:criterion rss unverified"),
        (run({}, demands(NONE_FAIL)), "READY", "gap:criterion rss closed"),
    ],
    "beside a failure": [
        (
            Run("a fail boom | a", metrics=HIGH, policy=demands(NONE_FAIL, RSS)),
            "BLOCKED none, rss, boom",
            "boom open: a failing; criterion:rss open",
        ),
        (
            Run("a pass | a", metrics=HIGH, policy=demands(NONE_FAIL, RSS)),
            "BLOCKED rss",
            "boom closed: a passed; criterion:rss open",
        ),
    ],
    "two at once": [
        (
            run(HIGH, demands(RSS, "cov: coverage.line >= 95%", "quick: duration <= 1 s")),
            "BLOCKED rss ? cov, quick",
            "criterion:rss open; gap:criterion cov unverified; gap:criterion quick unverified",
        ),
    ],
}

VARIANTS: Table = {
    "both": [
        ("@linux a pass | a // @mac a pass | a", "READY", ""),
    ],
    "one never there": [
        ("@linux a pass | a", "UNPROVEN ? variant mac", "gap:variant mac unverified"),
    ],
    "one missing, then back": [
        ("@linux a pass // @mac a pass", "READY ~ complete", ""),
        ("@linux a pass", "UNPROVEN ? complete, variant mac", "gap:variant mac unverified"),
        ("@linux a pass", "UNPROVEN ? complete, variant mac", "gap:variant mac unverified"),
        ("@linux a pass // @mac a pass", "READY", "gap:variant mac closed"),
        ("@linux a pass", "UNPROVEN ? complete, variant mac", "gap:variant mac unverified"),
    ],
    "one missing with a failure in it": [
        ("@linux a pass // @mac a fail boom", "BLOCKED none, boom ~ complete", "boom open: a failing"),
        (
            "@linux a pass",
            "UNPROVEN ? complete, boom, variant mac",
            "boom unverified: a unverified; gap:variant mac unverified",
        ),
    ],
    "one that is all skipped proves nothing": [
        (
            "@linux a pass | a // @mac a skip slow | a",
            "UNPROVEN ? variant mac",
            "gap:variant mac unverified",
        ),
    ],
    "one with nothing but an error of the run itself": [
        (
            Run("@linux a pass | a", variant="mac", files={"api.xml": NO_PORT}),
            "BLOCKED none, no port ? variant mac",
            "no port open: (suite error) failing; gap:variant mac unverified",
        ),
    ],
    "no longer required": [
        ("@linux a pass | a", "UNPROVEN ? variant mac", "gap:variant mac unverified"),
        (Run("@linux a pass | a", policy=demands(NONE_FAIL)), "READY", "gap:variant mac closed"),
    ],
    "one that is not required and missing": [
        ("@linux a pass // @mac a pass // @bsd a pass", "READY ~ complete", ""),
        ("@linux a pass // @mac a pass", "UNPROVEN ? complete", "gap:area tests.test_app unverified"),
    ],
}

AREAS = [{"name": "Shop", "tests": ["tests.test_shop*"]}, {"name": "Rest", "tests": ["*"]}]
GAPS: dict[str, tuple[str, list[Row]]] = {
    "no criterion over completeness: the gap is a reason by itself": (
        demands(NONE_FAIL),
        [("a pass | a b", "UNPROVEN ? area tests.test_app", "gap:area tests.test_app unverified")],
    ),
    "a criterion that is content with as many": (
        demands("most: completion >= 50%"),
        [("a pass | a b", "READY", "")],
    ),
    "one that is not content": (
        demands("most: completion >= 51%"),
        [("a pass | a b", "UNPROVEN ? most", "gap:area tests.test_app unverified")],
    ),
    "two that disagree": (
        demands("most: completion >= 50%", "all: not_run = 0"),
        [("a pass | a b", "UNPROVEN ? all", "gap:area tests.test_app unverified")],
    ),
    "one over another area says nothing of this one": (
        demands(NONE_FAIL, "shop: completion >= 50%; area Shop", areas=AREAS),
        [
            ("a pass, shop/x pass | a b shop/x shop/y", "UNPROVEN ? area Rest", "gap:area Rest unverified"),
            ("a pass, b pass, shop/x pass | a b shop/x shop/y", "READY", "gap:area Rest closed"),
        ],
    ),
    "one over this area, unproven, beside one over all, met": (
        demands("most: completion >= 50%", "shop: completion >= 100%; area Shop", areas=AREAS),
        [("a pass, shop/x pass | a b shop/x shop/y", "UNPROVEN ? shop", "gap:area Shop unverified")],
    ),
    "one over another variant says nothing of this one": (
        demands("mac: completion >= 100%; variant mac"),
        [
            (
                "@linux a pass | a b // @mac a pass | a",
                "UNPROVEN ? area tests.test_app",
                "gap:area tests.test_app unverified",
            )
        ],
    ),
    "an advisory one leaves the gap to be a reason": (
        demands(NONE_FAIL, "all: completion >= 100%; tier advisory"),
        [("a pass | a b", "UNPROVEN ? area tests.test_app ~ all", "gap:area tests.test_app unverified")],
    ),
    "two areas": (
        demands("all: completion >= 100%", areas=AREAS),
        [
            (
                "a pass, shop/x pass | a b shop/x shop/y",
                "UNPROVEN ? all",
                "gap:area Rest unverified; gap:area Shop unverified",
            ),
            (
                "a pass, b pass, shop/x pass | a b shop/x shop/y",
                "UNPROVEN ? all",
                "gap:area Rest closed; gap:area Shop unverified",
            ),
        ],
    ),
    "execution: a skip is no gap": (
        demands("run: execution >= 100%"),
        [("a pass, b skip slow | a b", "UNPROVEN ? run", "")],
    ),
    "vanished at all": (
        demands("gone: vanished = 0"),
        [
            (", ".join(f"t{number} pass" for number in range(50)), "READY", ""),
            (", ".join(f"t{number} pass" for number in range(49)), "UNPROVEN ? gone", ""),
        ],
    ),
    "none may vanish": (
        demands(NONE_FAIL, vanished_allowed="0%"),
        [
            (", ".join(f"t{number} pass" for number in range(50)), "READY", ""),
            (", ".join(f"t{number} pass" for number in range(49)), "UNPROVEN ? vanished", "gap:vanished unverified"),
        ],
    ),
    "the criterion is over its limit for want of what a blocker holds": (
        demands(NONE_FAIL, "all: completion >= 100%"),
        [
            ("a fail boom, b pass | a b", "BLOCKED none, boom", "boom open: a failing"),
            ("b pass | a b", "UNPROVEN ? all, boom", "boom unverified: a unverified"),
            (
                "b pass | a b c",
                "UNPROVEN ? all, boom",
                "boom unverified: a unverified; gap:area tests.test_app unverified",
            ),
        ],
    ),
}

WHERE: dict[str, tuple[str, list[Row]]] = {
    "an area without a test": (
        demands("bank: failures = 0; area Bank", areas=[{"name": "Bank", "tests": ["tests.test_bank*"]}]),
        [("a pass", "UNPROVEN ? bank", "")],
    ),
    "a variant without a test": (
        demands("mac: failures = 0; variant mac"),
        [("@linux a pass", "UNPROVEN ? mac", "")],
    ),
    "an area in a variant without a test": (
        demands("it: failures = 0; area Shop; variant mac", areas=AREAS),
        [("@linux shop/x pass // @mac a pass", "UNPROVEN ? it", "")],
    ),
    "a failure in another variant": (
        demands("mac: failures = 0; variant mac"),
        [("@linux a fail boom // @mac a pass", "BLOCKED boom", "boom open: a failing")],
    ),
    "a failure in this variant": (
        demands("mac: failures = 0; variant mac"),
        [("@linux a pass // @mac a fail boom", "BLOCKED mac, boom", "boom open: a failing")],
    ),
    "a rate over one variant": (
        demands("mac: pass_rate >= 75%; variant mac"),
        [("@linux a pass // @mac a pass, b pass, c pass, d fail boom", "BLOCKED boom", "boom open: d failing")],
    ),
    "new failures of one variant": (
        demands("mac: new_failures = 0; variant mac"),
        [
            ("@linux a pass // @mac a fail boom", "BLOCKED mac, boom", "boom open: a failing"),
            ("@linux a fail boom // @mac a fail boom", "BLOCKED boom", "boom open: a failing, a failing"),
        ],
    ),
}


@pytest.mark.parametrize("rows", CRITERIA.values(), ids=CRITERIA)
def test_criterion(rows: list[Row], tmp_path: Path) -> None:
    check(tmp_path, rows, demands(RSS))


@pytest.mark.parametrize("rows", VARIANTS.values(), ids=VARIANTS)
def test_required_variant(rows: list[Row], tmp_path: Path) -> None:
    both = {"required": ["linux", "mac"]}
    check(tmp_path, rows, demands(NONE_FAIL, "complete: completion >= 100%", variants=both))


@pytest.mark.parametrize(("policy", "rows"), (GAPS | WHERE).values(), ids=GAPS | WHERE)
def test_gap_and_where(policy: str, rows: list[Row], tmp_path: Path) -> None:
    check(tmp_path, rows, policy)


NEW: list[Row] = [
    ("a fail boom, b pass | a b", "BLOCKED new, boom", "boom open: a failing"),
    ("a fail boom, b pass | a b", "BLOCKED boom", "boom open: a failing"),
    ("a fail bang, b fail boom | a b", "BLOCKED new, boom", "boom open: a failing, b failing"),
    # b: 1 failure in 3 executions: ln 0.05 / ln(2/3) = 7.39, so 8 clean passes
    ("a fail bang, b pass | a b", "BLOCKED boom", "boom open: a failing, b observing owes 7"),
]


def test_new_failures_are_those_that_did_not_fail_before(tmp_path: Path) -> None:
    found = check(tmp_path, NEW, demands("new: new_failures = 0"))
    assert [[key.name for key in one.criteria[0].measured.holders] for one in found] == [["a"], [], ["b"], []]


@pytest.mark.parametrize(
    ("messages", "limit", "verdict"),
    [((), "= 0", "READY"), (("old", "old"), "<= 2", "READY"), (("old", "older", "old"), "<= 2", "BLOCKED")],
)
def test_warnings_are_counted(messages: tuple[str, ...], limit: str, verdict: str, tmp_path: Path) -> None:
    rows: list[Row] = [
        (
            Run("a pass", files=warned(*messages)),
            f"{verdict} few" if verdict == "BLOCKED" else verdict,
            "criterion:few open" if verdict == "BLOCKED" else "",
        )
    ]
    check(tmp_path, rows, demands(f"few: warnings {limit}"))


def test_without_a_log_warnings_are_unproven(tmp_path: Path) -> None:
    check(tmp_path, [("a pass", "UNPROVEN ? few", "gap:criterion few unverified")], demands("few: warnings = 0"))


def test_a_reopened_criterion_keeps_its_age_and_its_address(tmp_path: Path) -> None:
    found = story(tmp_path, run(HIGH), run(LOW), run(HIGH), policy=demands(RSS))
    blockers = [next(iter(one.blockers.values())) for one in found]
    assert {(one.id, one.opened.version) for one in blockers} == {(blockers[0].id, "1.0")}
    assert [one.reopened and one.reopened.version for one in blockers] == [None, None, "1.2"]
    assert [one.closed and one.closed.version for one in blockers] == [None, "1.1", None]
    assert [one.severity for one in blockers] == ["high"] * 3


def test_the_notes_say_how_it_stands(tmp_path: Path) -> None:
    runs = [run(HIGH), run({}), run(LOW), run(HIGH, demands(NONE_FAIL))]
    found = story(tmp_path, *runs, policy=demands(RSS))
    assert [phrases.members(one) for each in found for one in each.blockers.values()] == [
        "400 MB, required at most 300 MB",
        "no metric rss was archived",
        "200 MB, required at most 300 MB",
        "200 MB, required at most 300 MB",
    ]


@pytest.mark.parametrize(
    ("second", "note", "state"),
    [
        (Run("@linux a pass", policy=demands(NONE_FAIL)), "the policy no longer requires it", "withdrawn"),
        (Run("@linux a pass // @mac a pass"), "nothing is missing in this run", "passed"),
    ],
)
def test_a_gap_ends_filled_or_because_nobody_asks(second: Run, note: str, state: str, tmp_path: Path) -> None:
    policy = demands(NONE_FAIL, variants={"required": ["linux", "mac"]})
    found = story(tmp_path, "@linux a pass", second, policy=policy)
    (blocker,) = found[1].blockers.values()
    assert (phrases.told(blocker.demand.notes), blocker.demand.state) == (note, state)


def test_what_is_unmet_is_told_and_counted_once(tmp_path: Path) -> None:
    (found,) = story(tmp_path, run(HIGH), policy=demands(NONE_FAIL, RSS))
    assert [reason.ref for reason in found.verdict.blocked] == ["rss"]
    assert phrases.summary(report_of(found)).count("Rss") == 1
    assert phrases.recommendation(report_of(found)) == "Do not deploy. Resolve 1 blocker first."
    assert len(to_ready(found)) == 1


def test_what_is_unproven_is_told_and_counted_once(tmp_path: Path) -> None:
    (found,) = story(tmp_path, run({}), policy=demands(NONE_FAIL, RSS))
    assert [reason.ref for reason in found.verdict.unproven] == ["rss"]
    assert phrases.summary(report_of(found)).count("Rss") == 1
    assert len(to_ready(found)) == 1
