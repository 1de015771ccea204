"""Waivers: every state over time, what they take out of the judgement, and what they leave alone; by tables."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scenario import (
    Again,
    Run,
    checklist,
    demanded,
    demands,
    named_by,
    states,
    story,
    told,
    verdicts,
    waived,
    waiver,
    why,
)
from tests.tries import tries

from readiness import phrases
from readiness.assessment import Assessment, Blocker, TestBlocker, WaiverResult, Word, to_ready
from readiness.assessment.waivers import Situation, grant
from readiness.report import report_of

NONE_FAIL = "none: failures = 0"
ALL_RUN = "all: completion >= 100%"
A, B = "tests.test_app::a", "tests.test_app::b"
Row = tuple[Run | Again | str, str, str]
"""A run, its verdict with every reason, and its waivers."""


def policy(*waivers: Mapping[str, object], **more: object) -> str:
    return demands(NONE_FAIL, ALL_RUN, waivers=list(waivers), **more)


def blocker_of(run: Run | str, message: str, **more: object) -> str:
    """The id that a blocker gets on a first run: it depends on no policy."""
    with tempfile.TemporaryDirectory() as folder:
        (found,) = story(Path(folder), run, policy=policy(**more))
    (blocker,) = (one for one in found.blockers.values() if message in (named_by(one), one.signature))
    return blocker.id


BOOM = "a fail boom, b pass | a b"
BOTH = "a fail boom, b fail boom | a b"
BOOM_ID = "B-3M52HP"
MAC = {"required": ["mac"]}
MAC_ID = "B-UGLR47"
NOTHING_ID = "B-SV2E77"
"""The ids of blockers in the policies below: what a waiver names never changes."""

STATES: dict[str, list[Row]] = {
    "in force": [
        (Run(BOOM, policy=policy(waiver("test", A))), f"READY ~ test:{A}", f"test:{A} in force; without BLOCKED"),
    ],
    "granted after the run, and it holds to the end of its last day": [
        (Run(BOOM, policy=policy()), "BLOCKED none, boom", "without BLOCKED"),
        (Again(policy(waiver("test", A, "2025-01-03")), 1), f"READY ~ test:{A}", f"test:{A} in force; without BLOCKED"),
        (
            Again(policy(waiver("test", A, "2025-01-03"), product="x"), 2.999),
            f"READY ~ test:{A}",
            f"test:{A} in force; without BLOCKED",
        ),
        (
            Again(policy(waiver("test", A, "2025-01-03"), product="y"), 3),
            f"BLOCKED none, boom ~ test:{A}",
            f"test:{A} expired; without BLOCKED",
        ),
        (
            Again(policy(waiver("test", A, "2025-01-09")), 4),
            f"READY ~ test:{A}",
            f"test:{A} in force; without BLOCKED",
        ),
    ],
    "longer than any waiver may be": [
        (
            Run(BOOM, policy=policy(waiver("test", A, "2025-04-01"))),
            f"BLOCKED none, boom ~ test:{A}",
            f"test:{A} too long; without BLOCKED",
        ),
        # It ends 90 days after the second of January.
        (
            Again(policy(waiver("test", A, "2025-04-01"), product="x"), 1),
            f"READY ~ test:{A}",
            f"test:{A} in force; without BLOCKED",
        ),
        (
            Again(policy(waiver("test", A, "2025-04-01"), waiver_cap="30 d"), 1),
            f"BLOCKED none, boom ~ test:{A}",
            f"test:{A} too long; without BLOCKED",
        ),
    ],
    "of a test that passes": [
        (
            Run(BOOM, policy=policy(waiver("test", B))),
            f"BLOCKED none, boom ~ test:{B}",
            f"test:{B} unmatched; without BLOCKED",
        ),
        ("a pass, b pass | a b", "READY", "without READY"),
    ],
    "of a blocker": [
        (
            Run(BOTH, policy=policy(waiver("blocker", BOOM_ID))),
            f"READY ~ blocker:{BOOM_ID}",
            f"blocker:{BOOM_ID} in force; without BLOCKED",
        ),
        # Mended: nothing is left to waive.
        (
            Run("a pass, b pass | a b", policy=policy(waiver("blocker", BOOM_ID))),
            f"READY ~ blocker:{BOOM_ID}",
            f"blocker:{BOOM_ID} unmatched; without READY",
        ),
    ],
    "of a blocker that grows beyond its bound": [
        (
            Run(BOOM, policy=policy(waiver("blocker", BOOM_ID, at_most=1))),
            f"READY ~ blocker:{BOOM_ID}",
            f"blocker:{BOOM_ID} in force; without BLOCKED",
        ),
        (
            Run(BOTH, policy=policy(waiver("blocker", BOOM_ID, at_most=1))),
            f"BLOCKED none, boom ~ blocker:{BOOM_ID}",
            f"blocker:{BOOM_ID} exceeded; without BLOCKED",
        ),
    ],
    "of a blocker whose test is now skipped": [
        (Run(BOOM, policy=policy()), "BLOCKED none, boom", "without BLOCKED"),
        (
            Run("a skip later, b pass | a b", policy=policy(waiver("blocker", BOOM_ID))),
            f"READY ~ blocker:{BOOM_ID}",
            f"blocker:{BOOM_ID} in force; without UNPROVEN",
        ),
    ],
    "of an unknown blocker": [
        (
            Run(BOOM, policy=policy(waiver("blocker", "B-NOWHERE"))),
            "BLOCKED none, boom ~ blocker:B-NOWHERE",
            "blocker:B-NOWHERE unmatched; without BLOCKED",
        ),
    ],
    "of one test of two": [
        (
            Run(BOTH, policy=policy(waiver("test", A))),
            f"BLOCKED none, boom ~ test:{A}",
            f"test:{A} in force; without BLOCKED",
        ),
        (
            Run(BOTH, policy=policy(waiver("test", A), waiver("test", B))),
            f"READY ~ test:{A}, test:{B}",
            f"test:{A} in force; test:{B} in force; without BLOCKED",
        ),
    ],
    "of a test without a result": [
        (
            Run("b pass | a b", policy=policy(waiver("test", A))),
            f"READY ~ test:{A}",
            f"test:{A} in force; without UNPROVEN",
        ),
    ],
    "of the criterion that every expected test has a result": [
        (
            Run("b pass | a b", policy=policy(waiver("criterion", "all"))),
            "READY ~ criterion:all",
            "criterion:all in force; without UNPROVEN",
        ),
    ],
    "of a required variant": [
        (
            Run("b pass | b", policy=policy(waiver("blocker", MAC_ID), variants=MAC)),
            f"READY ~ blocker:{MAC_ID}",
            f"blocker:{MAC_ID} in force; without UNPROVEN",
        ),
    ],
    "nothing executed cannot be waived": [
        (
            Run("| a", policy=policy(waiver("blocker", NOTHING_ID), waiver("test", A))),
            f"UNPROVEN ? none, all, results ~ blocker:{NOTHING_ID}, test:{A}",
            f"blocker:{NOTHING_ID} unmatched; test:{A} in force; without UNPROVEN",
        ),
    ],
}
RSS = "rss: metric.rss <= 3 MB"
FOUR = {"rss": "4 MB"}


def test_ids_of_blockers_are_those_that_policies_name() -> None:
    assert [blocker_of(run, "boom") for run in (BOOM, BOTH)] == [BOOM_ID, BOOM_ID]
    assert blocker_of("b pass | b", "gap:variant mac", variants=MAC) == MAC_ID
    assert blocker_of("| a", "gap:results") == NOTHING_ID


@pytest.mark.parametrize("rows", STATES.values(), ids=STATES)
def test_states(rows: list[Row], tmp_path: Path) -> None:
    found = story(tmp_path, *(run for run, _, _ in rows), policy=policy())
    shown = [(why(one).replace(", junit.xml", ""), waived(one)) for one in found]
    assert shown == [(verdict, waivers) for _, verdict, waivers in rows]


CRITERION: list[tuple[dict[str, object], dict[str, str], str, str]] = [
    ({}, FOUR, "READY ~ criterion:rss", "criterion:rss in force; without BLOCKED"),
    ({"at_most": "4 MB"}, FOUR, "READY ~ criterion:rss", "criterion:rss in force; without BLOCKED"),
    ({"at_most": "4 MB"}, {"rss": "4.01 MB"}, "BLOCKED rss ~ criterion:rss", "criterion:rss exceeded; without BLOCKED"),
    ({}, {"rss": "3 MB"}, "READY ~ criterion:rss", "criterion:rss unmatched; without READY"),
    ({}, {}, "READY ~ criterion:rss", "criterion:rss in force; without UNPROVEN"),
    # Of what was not measured nobody knows that it lies within the bound.
    ({"at_most": "4 MB"}, {}, "UNPROVEN ? rss ~ criterion:rss", "criterion:rss exceeded; without UNPROVEN"),
]


@pytest.mark.parametrize(("more", "measured", "verdict", "waivers"), CRITERION)
def test_of_a_criterion(
    more: dict[str, object], measured: dict[str, str], verdict: str, waivers: str, tmp_path: Path
) -> None:
    text = demands(RSS, waivers=[waiver("criterion", "rss", **more)])
    (found,) = story(tmp_path, Run("a pass", metrics=measured, policy=text))
    assert (why(found), waived(found)) == (verdict, waivers)


def test_what_is_waived_is_shown_and_not_judged(tmp_path: Path) -> None:
    run = ", ".join([*(f"f{number} fail boom" for number in range(10)), *(f"p{number} pass" for number in range(30))])
    criteria = (NONE_FAIL, "rate: pass_rate >= 95%")
    with tempfile.TemporaryDirectory() as folder:
        (before,) = story(Path(folder), run, policy=demands(*criteria))
    (blocker,) = before.blockers
    (found,) = story(tmp_path, run, policy=demands(*criteria, waivers=[waiver("blocker", blocker)]))
    none, rate = found.criteria
    assert (none.measured.value, none.measured.waived, none.measured.judged) == (10, 10, 0)
    assert (rate.measured.value, rate.measured.waived, rate.measured.judged) == (Fraction(75), 10, 100)
    assert [phrases.actual(one.measured) for one in found.criteria] == [
        "10; 0 with 10 waived",
        "75 %; 100 % with 10 waived",
    ]
    assert [phrases.state_word(one) for one in found.criteria] == ["Waived", "Waived"]
    assert (found.facts.counts.failed, found.facts.counts.pass_rate) == (10, Fraction(3, 4))
    assert states(found) == {"none": "unmet", "rate": "unmet"}
    assert phrases.summary(report_of(found)) == (
        "10 of 40 executed tests fail. Which tests were expected is unknown: this is the first run, and it "
        "has no list of collected tests. 1 waiver in force; without it, the verdict would be NOT READY: BLOCKED."
    )


def test_a_rate_of_nothing_is_not_met(tmp_path: Path) -> None:
    text = demands("rate: pass_rate >= 95%", waivers=[waiver("test", A)])
    (found,) = story(tmp_path, "a fail boom", policy=text)
    assert why(found) == f"BLOCKED rate ~ test:{A}"
    assert phrases.actual(found.criteria[0].measured) == "0 %; nothing is left with 1 waived"


def test_what_is_left_to_do_leaves_out_what_is_waived(tmp_path: Path) -> None:
    (found,) = story(tmp_path, "a fail boom, b fail bang | a b", policy=policy(waiver("test", A)))
    (step,) = to_ready(found)
    assert (named_by(found.blockers[step.ref]), step.count) == ("bang", 1)


def test_an_item_that_fails_for_nothing_but_what_is_waived(tmp_path: Path) -> None:
    listed = checklist({"id": "core", "tests": ["*"]}, {"id": "none", "criterion": "none"})
    (found,) = story(tmp_path, BOOM, policy=policy(waiver("test", A), checklist=listed))
    assert why(found) == f"READY ~ test:{A}"
    assert [one.state.value for one in found.items] == ["not done", "not done"]
    assert demanded(found) == "checklist:core open; checklist:none open"


def test_it_is_valid_until_the_waiver_ends(tmp_path: Path) -> None:
    young = demands("none: failures = 0; max_age 7 d", ALL_RUN, waivers=[waiver("test", A, "2025-01-05")])
    (found,) = story(tmp_path, Run(BOOM, policy=young))
    until = datetime(2025, 1, 6, tzinfo=UTC)
    assert found.verdict.valid_until == until
    assert not found.verdict.expired(until - timedelta(seconds=1))
    assert found.verdict.expired(until)
    assert found.unwaived.valid_until is None


def test_a_waiver_that_nothing_rests_on_limits_nothing(tmp_path: Path) -> None:
    low = [{"title": "T", "message": "boom", "severity": "low"}]
    text = demands("few: failures <= 3", waivers=[waiver("test", A, "2025-01-05")], categories=low)
    (found,) = story(tmp_path, Run(BOOM, policy=text))
    assert (waived(found), found.verdict.valid_until) == (f"test:{A} in force; without READY", None)


def test_a_waived_release_is_no_baseline(tmp_path: Path) -> None:
    good, waives = "a pass, b pass | a b", policy(waiver("test", A))
    found = story(
        tmp_path, Run(good, "1.0"), Run(BOOM, "1.1", policy=waives), Run(BOOM, "1.2", policy=waives), policy=policy()
    )
    assert verdicts(found) == ["READY", "READY", "READY"]
    assert found[2].baseline == found[0]


def test_debt(tmp_path: Path) -> None:
    waives, other = policy(waiver("test", A, "2025-01-02")), policy(waiver("test", B))
    runs = [
        Run(BOOM, "1.0", policy=waives),
        Run(BOOM, "1.1", policy=other),
        Run(BOOM, "1.2", policy=policy(waiver("test", A))),
    ]
    found = story(tmp_path, *runs, Run(BOOM, "1.2", "c2", policy=policy(waiver("test", A))))[-1]
    debt = found.debts[f"test:{A}"]
    assert (debt.since.day, debt.releases) == (1, 2)
    assert found.debts[f"test:{B}"].releases == 0


TESTS = ("a", "b", "shop/c")
OUTCOMES = ("pass", "fail boom", "fail bang", "skip no card", "skip card not available", "flaky boom")
LABELS = (A, B, "tests.test_shop::c")
_ORDER = (Word.READY, Word.UNPROVEN, Word.BLOCKED)
runs = st.dictionaries(st.sampled_from(TESTS), st.sampled_from(OUTCOMES), min_size=1).map(
    lambda said: ", ".join(f"{test} {outcome}" for test, outcome in sorted(said.items())) + " | a b shop/c"
)
targets = st.sets(
    st.sampled_from(
        [*(("test", one) for one in LABELS), ("criterion", "none"), ("criterion", "all"), ("criterion", "rss")]
    )
)
ends = st.sampled_from(["2024-12-30", "2025-01-31", "2026-01-31"])
CHECKED = checklist({"id": "core", "tests": ["*app*"]}, {"id": "rss", "criterion": "rss", "blocking": False})


def judged(chain: list[str], waivers: list[dict[str, object]]) -> list[Assessment]:
    text = demands(NONE_FAIL, ALL_RUN, RSS, waivers=waivers, checklist=CHECKED)
    with tempfile.TemporaryDirectory() as folder:
        return story(Path(folder), *(Run(run, metrics=FOUR) for run in chain), policy=text)


@given(st.lists(runs, min_size=1, max_size=3), targets, targets, ends)
@tries(12)
def test_waivers_change_no_fact_and_make_nothing_worse(
    chain: list[str], some: set[tuple[str, str]], more: set[tuple[str, str]], end: str
) -> None:
    sets = ([], sorted(some), sorted(some | more))
    plain, few, many = (judged(chain, [waiver(*one, end) for one in given]) for given in sets)
    for none, one, two in zip(plain, few, many, strict=True):
        for with_waivers in (one, two):
            assert with_waivers.facts.counts == none.facts.counts
            assert lives(with_waivers) == lives(none)
            assert with_waivers.unwaived.word is none.verdict.word
            assert states(with_waivers) == states(none)
            assert (not to_ready(with_waivers)) == with_waivers.verdict.ready
            advice = phrases.recommendation(report_of(with_waivers))
            assert advice.startswith("Do not deploy") != with_waivers.verdict.ready
            in_force = [found for found in with_waivers.waivers if found.in_force]
            for blocker in with_waivers.granted.blockers:
                assert any(one.in_force for one in with_waivers.waivers_about[blocker])
            for result in in_force:
                said = {name for name, waivers in with_waivers.waivers_about.items() if result in waivers}
                assert said <= touched(with_waivers, result)
            if not in_force:
                assert with_waivers.verdict == with_waivers.unwaived
                assert why(with_waivers).partition(" ~ ")[0] == why(none).partition(" ~ ")[0]
        order = [_ORDER.index(found.verdict.word) for found in (none, one, two)]
        assert order == sorted(order, reverse=True)
        assert told(one) == told(none)
    if end != "2025-01-31":
        assert not any(found.in_force for found in many[-1].waivers)


def lives(found: Assessment) -> dict[str, Blocker]:
    """The blockers; where a criterion or item is told is no part of their life."""
    plain = {name: replace(one, keeps_open=(), kept_by=(), apart="") for name, one in found.blockers.items()}
    return {name: replace(one, test="") if isinstance(one, TestBlocker) else one for name, one in plain.items()}


def touched(found: Assessment, result: WaiverResult) -> set[str]:
    """Blockers of which the waiver by itself takes something out of the judgement."""
    situation = Situation(found.facts, found.criteria, found.blockers, found.gaps, found.items)
    alone, _ = grant([result], situation)
    held = {f"criterion:{one.criterion.id}": set(one.measured.holders) for one in found.criteria}
    held |= {f"gap:{one.identity}": set(one.tests) for one in found.gaps}
    held |= {f"checklist:{one.item.id}": set(one.holders) for one in found.items}
    judged = {f"checklist:{one.item.id}" for one in found.items if one.item.criterion in alone.criteria}
    judged |= {f"gap:{one.identity}" for one in found.gaps if one.stated and alone.criteria}
    return alone.blockers | {
        blocker.id
        for blocker in found.blockers.values()
        if alone.tests & ({one.key for one in blocker.members} | held.get(blocker.signature, set()))
        or blocker.signature in judged
    }


def about(found: Assessment) -> dict[str, list[str]]:
    """Signature of each blocker -> the targets of the waivers that are about it."""
    told = found.waivers_about
    return {one.signature: [waiver.ref for waiver in told.get(one.id, ())] for one in found.blockers.values()}


def test_a_waiver_is_about_what_it_names_and_what_stands_by_that(tmp_path: Path) -> None:
    names = [("test", A), ("test", B), ("blocker", BOOM_ID), ("criterion", "none"), ("criterion", "rss")]
    rss = "rss: metric.rss <= 300 MB"
    listed = checklist(
        {"id": "core", "tests": ["*"]},
        {"id": "quiet", "criterion": "none"},
        {"id": "rss", "metric": {"name": "rss", "at_most": "3 MB"}},
    )
    demanded_by = demands(NONE_FAIL, ALL_RUN, rss, waivers=[waiver(*name) for name in names], checklist=listed)
    (found,) = story(tmp_path, Run(BOOM, policy=demanded_by))
    of_boom = [f"test:{A}", f"blocker:{BOOM_ID}"]
    assert about(found) == {
        found.blockers[BOOM_ID].signature: of_boom,
        "gap:criterion rss": ["criterion:rss"],
        "checklist:core": of_boom,
        "checklist:quiet": [*of_boom, "criterion:none"],
        "checklist:rss": [],
    }


def test_a_waiver_of_a_gap_is_about_what_its_tests_keep_open(tmp_path: Path) -> None:
    few = "a pass, b pass | a b shop/c"
    gap = blocker_of(few, "gap:area tests.test_shop")
    names = [("test", LABELS[2]), ("blocker", gap), ("criterion", "all"), ("criterion", "none")]
    listed = checklist({"id": "shop", "tests": ["*shop*"]})
    (found,) = story(tmp_path, Run(few, policy=policy(*(waiver(*name) for name in names), checklist=listed)))
    assert about(found) == {
        "gap:area tests.test_shop": [f"test:{LABELS[2]}", f"blocker:{gap}", "criterion:all"],
        "checklist:shop": [f"test:{LABELS[2]}", f"blocker:{gap}"],
    }


def test_a_waiver_of_an_item_is_about_that_item_alone(tmp_path: Path) -> None:
    both = checklist({"id": "small", "criterion": "rss"}, {"id": "tiny", "criterion": "rss"})
    rss = demands("rss: metric.rss <= 300 MB", checklist=both)
    (first,) = story(tmp_path / "first", Run("a pass", policy=rss, metrics={"rss": "400 MB"}))
    (small,) = (one.id for one in first.blockers.values() if one.signature == "checklist:small")
    waives = demands("rss: metric.rss <= 300 MB", checklist=both, waivers=[waiver("blocker", small)])
    (found,) = story(tmp_path / "then", Run("a pass", policy=waives, metrics={"rss": "400 MB"}))
    assert about(found) == {"criterion:rss": [], "checklist:small": [f"blocker:{small}"], "checklist:tiny": []}


def test_a_waiver_for_one_area_is_not_about_another(tmp_path: Path) -> None:
    few = "a pass | a shop/b pay/c"
    area = {"name": "Shop", "tests": ["tests.test_shop*"]}
    shop = blocker_of(few, "gap:area tests.test_shop")
    (found,) = story(tmp_path / "gap", Run(few, policy=policy(waiver("blocker", shop))))
    assert about(found) == {"gap:area tests.test_shop": [f"blocker:{shop}"], "gap:area tests.test_pay": []}
    of_shop = demands(
        ALL_RUN, "shop: completion >= 100%; area Shop", areas=[area], waivers=[waiver("criterion", "shop")]
    )
    (found,) = story(tmp_path / "criterion", Run(few, policy=of_shop))
    assert {one: waivers for one, waivers in about(found).items() if waivers} == {"gap:area Shop": ["criterion:shop"]}
