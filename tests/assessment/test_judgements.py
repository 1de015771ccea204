"""What the policy and time do to a verdict: retired tests, least evidence, ages, judging again; by tables."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tests.assessment.situations import Row, Table, check
from tests.scenario import FIRST_DAY, Again, Run, demands, states, story, told, verdicts, why

from readiness import phrases
from readiness.report import report_of

NONE_FAIL = "none: failures = 0"
ALL_RUN = "all: completion >= 100%"


def retired(*tests: str) -> str:
    how = {"tests": list(tests), "reason": "the old till is gone", "by": "kim", "date": "2025-01-01"}
    return demands(NONE_FAIL, ALL_RUN, retired=[how])


PLAIN = demands(NONE_FAIL, ALL_RUN)
OLD = retired("*::a", "tests.test_old*")

RETIRED: Table = {
    "a failure of a retired test that no longer runs": [
        ("a fail boom, b pass", "BLOCKED none, boom ~ all", "boom open: a failing"),
        (Run("b pass", policy=OLD), "READY", "boom closed: a withdrawn"),
    ],
    "a retired test that still fails": [
        (Run("a fail boom, b pass", policy=OLD), "BLOCKED none, boom ~ all", "boom open: a failing"),
        (Run("a fail boom, b pass", policy=OLD), "BLOCKED none, boom", "boom open: a failing"),
        (Run("a skip gone, b pass", policy=OLD), "READY", "boom closed: a withdrawn"),
    ],
    "a retired test that is listed and does not run": [
        (Run("b pass | a b", policy=OLD), "READY", ""),
        (Run("b pass | a b"), "UNPROVEN ? all", "gap:area tests.test_app unverified"),
    ],
    "a retired module": [
        ("b pass, old/x pass", "READY ~ all", ""),
        ("b pass", "UNPROVEN ? all", "gap:area tests.test_old unverified"),
        (Run("b pass", policy=OLD), "READY", "gap:area tests.test_old closed"),
    ],
    "retired tests that vanish": [
        ("a pass, b pass", "READY ~ all", ""),
        (Run("b pass", policy=OLD), "READY", ""),
    ],
    "a retired test that lacks a component": [
        (Run("a skip reader not available, b pass | a b", policy=OLD), "READY", ""),
        (
            "a skip reader not available, b pass | a b",
            "BLOCKED reader not available",
            "reader not available open: a failing",
        ),
        (
            Run("a skip reader not available, b pass | a b", policy=OLD),
            "READY",
            "reader not available closed: a withdrawn",
        ),
    ],
    "a retired test comes back and fails": [
        ("a fail boom, b pass", "BLOCKED none, boom ~ all", "boom open: a failing"),
        (Run("b pass", policy=OLD), "READY", "boom closed: a withdrawn"),
        (Run("a fail boom, b pass", policy=OLD), "BLOCKED none, boom", "boom reopened: a failing"),
    ],
    "retired while a list lets it go, and no longer retired": [
        ("a fail boom, b pass", "BLOCKED none, boom ~ all", "boom open: a failing"),
        (Run("b pass | b", policy=OLD), "READY", "boom closed: a withdrawn"),
        (Run("b pass", policy=retired("*::c")), "READY", "boom closed: a withdrawn"),
    ],
    "another test is retired": [
        ("a fail boom, b pass", "BLOCKED none, boom ~ all", "boom open: a failing"),
        (Run("b pass", policy=retired("*::c")), "UNPROVEN ? boom", "boom unverified: a unverified"),
    ],
}


@pytest.mark.parametrize("rows", RETIRED.values(), ids=RETIRED)
def test_retired(rows: list[Row], tmp_path: Path) -> None:
    check(tmp_path, rows, PLAIN)


def test_who_retired_it_when_and_why(tmp_path: Path) -> None:
    found = story(tmp_path, Run("a fail boom, b pass", policy=PLAIN), Run("b pass", policy=OLD))
    (blocker,) = found[1].blockers.values()
    assert phrases.said(blocker.members[0].reason) == "retired by kim on 2025-01-01: the old till is gone"


EVIDENCE: dict[str, tuple[str, list[Row]]] = {
    "as many as it needs": (
        demands("most: pass_rate >= 50%; min_evidence 3"),
        [("a pass, b pass, c pass", "READY", "")],
    ),
    "fewer than it needs": (
        demands("most: pass_rate >= 50%; min_evidence 3"),
        [
            ("a pass, b pass, c skip slow", "UNPROVEN ? most", ""),
            ("a pass, b pass, c pass", "READY", ""),
        ],
    ),
    "fewer than it needs, and beyond the limit": (
        demands("most: pass_rate >= 100%; min_evidence 3"),
        [("a pass, b fail boom", "BLOCKED boom ? most", "boom open: b failing")],
    ),
    "fewer values of a metric than it needs": (
        demands("rss: metric.rss <= 300 MB; min_evidence 2"),
        [(Run("a pass", metrics={"rss": "200 MB"}), "UNPROVEN ? rss", "gap:criterion rss unverified")],
    ),
    "fewer tests of an area than it needs": (
        demands("shop: failures = 0; area tests.test_shop; min_evidence 2"),
        [
            ("a pass, shop/x pass", "UNPROVEN ? shop", ""),
            ("a pass, shop/x pass, shop/y pass", "READY", ""),
        ],
    ),
}


@pytest.mark.parametrize(("policy", "rows"), EVIDENCE.values(), ids=EVIDENCE)
def test_least_evidence(policy: str, rows: list[Row], tmp_path: Path) -> None:
    check(tmp_path, rows, policy)


def aged(days: str, more: str = "") -> str:
    return demands(f"none: failures = 0; max_age {days} d", *([more] if more else []))


AGES: Table = {
    "judged again while it is young enough": [
        (Run("a pass", policy=aged("7")), "READY", ""),
        (Again(aged("7.0"), 7), "READY", ""),
    ],
    "judged again when it is too old": [
        (Run("a pass", policy=aged("7")), "READY", ""),
        (Again(aged("7.0"), 7.01), "UNPROVEN ? none", ""),
        (Again(aged("30"), 8), "READY", ""),
    ],
    "too old, and failing": [
        (Run("a fail boom", policy=aged("7")), "BLOCKED none, boom", "boom open: a failing"),
        (Again(aged("7.0"), 8), "BLOCKED boom ? none", "boom open: a failing"),
    ],
    "the age of the evidence by itself": [
        (Run("a pass", policy=demands("young: evidence_age <= 7 d")), "READY", ""),
        (Again(demands("young: evidence_age <= 7.0 d"), 7), "READY", ""),
        (Again(demands("young: evidence_age <= 7 d"), 7.01), "UNPROVEN ? young", ""),
    ],
    "a metric that is too old opens a gap": [
        (Run("a pass", metrics={"rss": "2 MB"}, policy=demands("rss: metric.rss <= 3 MB; max_age 7 d")), "READY", ""),
        (Again(demands("rss: metric.rss <= 3 MB; max_age 7.0 d"), 8), "UNPROVEN ? rss", "gap:criterion rss unverified"),
        (
            Run("a pass", metrics={"rss": "2 MB"}, policy=demands("rss: metric.rss <= 3 MB")),
            "READY",
            "gap:criterion rss closed",
        ),
    ],
}


@pytest.mark.parametrize("rows", AGES.values(), ids=AGES)
def test_age(rows: list[Row], tmp_path: Path) -> None:
    check(tmp_path, rows)


@pytest.mark.parametrize(
    ("criteria", "days"),
    [
        ((NONE_FAIL,), None),
        (("none: failures = 0; max_age 7 d",), 7),
        (("none: failures = 0; max_age 7 d", "young: evidence_age <= 5 d"), 5),
        (("none: failures = 0; max_age 7 d", "most: pass_rate >= 50%; max_age 36 h"), 1.5),
        (("none: failures = 0; max_age 7 d", "most: pass_rate >= 50%; max_age 36 h; tier advisory"), 7),
        # What stops the release already does not become too old for it.
        (("none: failures = 0; max_age 7 d", "rss: metric.rss <= 3 MB; max_age 1 d"), 7),
        # Not checked on a first run; a week later it is unproven.
        (("all: completion >= 100%; max_age 7 d",), 7),
        (("old: evidence_age >= 1 d",), None),
    ],
)
def test_valid_until_the_first_of_its_evidence_is_too_old(
    criteria: tuple[str, ...], days: float | None, tmp_path: Path
) -> None:
    (found,) = story(tmp_path, "a pass", policy=demands(*criteria))
    until = None if days is None else FIRST_DAY + timedelta(days=days)
    assert found.verdict.valid_until == until
    if until:
        assert not found.verdict.expired(until)
        assert found.verdict.expired(until + timedelta(seconds=1))


def test_a_verdict_is_valid_until_it_would_be_another_one(tmp_path: Path) -> None:
    policy = demands("all: completion >= 100%; max_age 7 d")
    found = story(tmp_path, Run("a pass", policy=policy), Again(policy.replace("7 d", "7.0 d"), 7), Again(policy, 7.01))
    assert verdicts(found) == ["READY", "READY", "UNPROVEN"]


JUDGED: Table = {
    "a stricter policy, then a looser one": [
        (
            Run("a pass, b fail boom | a b", policy=demands("few: failures <= 1")),
            "BLOCKED boom",
            "boom open: b failing",
        ),
        (
            Again(demands(NONE_FAIL), 2),
            "BLOCKED none, boom",
            "boom open: b failing",
        ),
        (
            Again(demands("few: failures <= 1", categories=[{"title": "T", "message": "boom", "severity": "low"}]), 3),
            "READY ~ boom",
            "boom open: b failing",
        ),
    ],
    "the run that follows goes on from the judgement that was the latest": [
        (
            Run("a pass", metrics={"rss": "4 MB"}, policy=demands("rss: metric.rss <= 3 MB")),
            "BLOCKED rss",
            "criterion:rss open",
        ),
        (Again(demands(NONE_FAIL), 2), "READY", ""),
        (Run("a pass", policy=demands(NONE_FAIL)), "READY", ""),
    ],
    "and carries its blockers on": [
        (Run("a pass", policy=demands(NONE_FAIL)), "READY", ""),
        (Again(demands("rss: metric.rss <= 3 MB"), 2), "UNPROVEN ? rss", "gap:criterion rss unverified"),
        (Run("a pass", policy=demands(NONE_FAIL)), "READY", "gap:criterion rss closed"),
    ],
    "a test is retired afterwards": [
        (Run("a fail boom, b pass | a b", policy=PLAIN), "BLOCKED none, boom", "boom open: a failing"),
        (Run("b pass | a b", policy=PLAIN), "UNPROVEN ? all, boom", "boom unverified: a unverified"),
        (Again(OLD, 5), "READY", "boom closed: a withdrawn"),
    ],
    "a variant is required afterwards": [
        (Run("@linux a pass", policy=demands(NONE_FAIL)), "READY", ""),
        (
            Again(demands(NONE_FAIL, variants={"required": ["mac"]}), 2),
            "UNPROVEN ? variant mac",
            "gap:variant mac unverified",
        ),
        (Again(demands(NONE_FAIL, variants={"required": ["linux"]}), 2), "READY", ""),
    ],
}


@pytest.mark.parametrize("rows", JUDGED.values(), ids=JUDGED)
def test_judged_again(rows: list[Row], tmp_path: Path) -> None:
    check(tmp_path, rows)


EXACT = [
    # 95 % of 20 are 19, of 21 are 19.95, of 1,000 are 950.
    (19, 1, "most: pass_rate >= 95%", "met"),
    (18, 1, "most: pass_rate >= 95%", "unmet"),
    (19, 2, "most: pass_rate >= 95%", "unmet"),
    (95, 5, "most: pass_rate >= 95%", "met"),
    (94, 5, "most: pass_rate >= 95%", "unmet"),
    (2, 1, "most: pass_rate >= 66.66%", "met"),
    (2, 1, "most: pass_rate >= 66.67%", "unmet"),
    (1, 2, "most: pass_rate = 33.3333333333%", "unmet"),
    (1, 3, "most: pass_rate = 25%", "met"),
    (1, 2, "most: failures <= 2", "met"),
    (1, 2, "most: failures <= 1.5", "unmet"),
]


@pytest.mark.parametrize(("passed", "failed", "criterion", "state"), EXACT)
def test_limits_are_exact(passed: int, failed: int, criterion: str, state: str, tmp_path: Path) -> None:
    outcomes = ["pass"] * passed + ["fail boom"] * failed
    run = ", ".join(f"t{number} {outcome}" for number, outcome in enumerate(outcomes))
    (found,) = story(tmp_path, run, policy=demands(criterion))
    assert states(found) == {"most": state}


@pytest.mark.parametrize(
    ("measured", "limit", "how"),
    [
        ("300.004 MB", "300 MB", "300.004 MB, required at most 300 MB"),
        ("0.30000001 GB", "300 MB", "0.30000001 GB, required at most 300 MB"),
        ("1000.04 ms", "1 s", "1,000.0 ms, required at most 1 s"),
        ("300.5 MB", "300 MB", "300.5 MB, required at most 300 MB"),
        ("1500 MB", "300 MB", "1,500 MB, required at most 300 MB"),
    ],
)
def test_a_value_beyond_its_limit_does_not_read_like_it(measured: str, limit: str, how: str, tmp_path: Path) -> None:
    policy = demands(f"size: metric.size <= {limit}")
    (found,) = story(tmp_path, Run("a pass", metrics={"size": measured}), policy=policy)
    assert [phrases.reason_text(one, report_of(found)) for one in found.verdict.blocked] == [f"Size: {how}"]
    assert how in phrases.summary(report_of(found))


def test_judging_a_run_again_opens_its_blockers_once(tmp_path: Path) -> None:
    policies = [demands(NONE_FAIL), demands("few: failures <= 3")]
    found = story(tmp_path, Run("a fail boom", policy=policies[0]), Again(policies[1], 3), "a fail boom")
    (first,), (second,), (third,) = (list(one.blockers.values()) for one in found)
    assert (first.id, first.opened) == (second.id, second.opened) == (third.id, third.opened)
    assert [one.opened for one in found] == [(first.id,), (first.id,), ()]
    assert found[2].previous == found[1]
    assert (told(found[2]), why(found[1])) == ("boom open: a failing", "BLOCKED boom")
