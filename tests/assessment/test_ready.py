"""What is left to do until a release is READY: as few things as there are, in the order in which to fix it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.scenario import Run, append, checklist, demands, named_by, story, waiver

from readiness import phrases
from readiness.archive import Archive
from readiness.assessment import Assessment, assess, planned, to_ready

NONE_FAIL, ALL_RUN = "none: failures = 0", "all: completion >= 100%"
MEDIUM = [{"title": "Boom", "message": "boom", "severity": "medium"}]
EXPIRED = {"by": "kim", "date": "2024-10-01", "expires": "2024-11-01"}
PLAIN = demands(NONE_FAIL, ALL_RUN)

RUN_THEM = (
    "Run the missing tests. If they are gone for good, retire them with `readiness retire`, "
    "or archive the complete list of tests."
)


def steps(assessment: Assessment) -> str:
    """`boom 1, rss 1, *none 2, +core 1`: blockers, with a star criteria, each with the number of things to do.

    A plus marks items of the checklist that follow from the rest.
    """
    said = []
    for step in to_ready(assessment):
        blocker = assessment.blockers.get(step.ref)
        name = named_by(blocker) if blocker else step.ref
        said.append(f"{'*' if step.criterion else '+' if step.follows else ''}{name} {step.count}")
    return ", ".join(said)


CASES: dict[str, tuple[str, list[Run | str], str]] = {
    "nothing": (PLAIN, ["a pass | a"], ""),
    "what stops most tests first": (
        PLAIN,
        ["a fail boom, b fail boom, c fail bang, d pass | a b c d"],
        "boom 2, bang 1",
    ),
    "a criterion that the list of blockers meets is left out": (PLAIN, ["a fail boom, b pass | a b"], "boom 1"),
    "so is a rate": (demands("rate: pass_rate >= 100%"), ["a fail boom, b pass | a b"], "boom 1"),
    "but not one that skips keep down": (
        demands("rate: success_rate >= 100%"),
        ["a fail boom, b skip slow | a b"],
        "boom 1, *rate 2",
    ),
    "a criterion whose failing tests stop nothing is listed": (
        demands(NONE_FAIL, categories=MEDIUM),
        ["a fail boom, b pass | a b"],
        "*none 1",
    ),
    "a criterion whose failing tests stop in part is listed": (
        demands(NONE_FAIL, categories=MEDIUM),
        ["a fail boom, b fail bang | a b"],
        "bang 1, *none 2",
    ),
    "a criterion that wants failures is not met by mending them": (
        demands("three: failures = 3"),
        ["a fail boom, b fail boom | a b"],
        "boom 2, *three 2",
    ),
    "a criterion with a blocker of its own": (
        demands("rss: metric.rss <= 3 MB"),
        [Run("a pass", metrics={"rss": "4 MB"})],
        "rss 1",
    ),
    "a criterion with a gap of its own": (demands("rss: metric.rss <= 3 MB"), ["a pass"], "criterion rss 1"),
    "a gap says what completion lacks": (PLAIN, ["a pass | a b c"], "area tests.test_app 1"),
    "and what is not run": (demands("all: not_run = 0"), ["a pass | a b c"], "area tests.test_app 1"),
    "but not what is skipped": (
        demands("run: execution >= 100%"),
        ["a pass, c skip slow | a b c"],
        "area tests.test_app 1, *run 2",
    ),
    "an unverified blocker says what completion lacks": (
        PLAIN,
        ["a fail boom, b pass | a b", "b pass | a b"],
        "boom 1",
    ),
    "a missing variant says so": (
        demands(NONE_FAIL, ALL_RUN, variants={"required": ["mac"]}),
        ["@linux a pass // @mac a pass", "@linux a pass"],
        "variant mac 1",
    ),
    "no results at all": (PLAIN, ["a pass", ""], "results 1, file junit.xml 1"),
    "everything skipped": (PLAIN, ["a skip slow | a"], "*none 1, *all 1"),
    "what could not be collected": (PLAIN, ["a pass, shop uncollected twice | a !shop"], "twice 1"),
    "what could not be collected and stops nothing": (
        demands(ALL_RUN, categories=[{"title": "T", "message": "twice", "severity": "low"}]),
        ["a pass, shop uncollected twice | a !shop"],
        "*all 1",
    ),
    "a lost file": (
        demands(NONE_FAIL, "read: evidence_loss = 0"),
        [Run("a pass", files={"noise.txt": b"?"})],
        "file noise.txt 1",
    ),
    "another blocker says nothing of completion": (
        demands("run: execution >= 100%", "rss: metric.rss <= 3 MB"),
        [Run("a pass, b skip slow | a b", metrics={"rss": "4 MB"})],
        "rss 1, *run 1",
    ),
    "nor of what has vanished": (
        demands("gone: vanished = 0", "rss: metric.rss <= 3 MB"),
        [", ".join(f"t{n} pass" for n in range(50)), ", ".join(f"t{n} pass" for n in range(49))],
        "criterion rss 1, *gone 1",
    ),
    "a new failure is mended with its blocker": (
        demands("new: new_failures = 0"),
        ["a pass, b pass", "a fail boom, b pass"],
        "boom 1",
    ),
    "too little evidence is not mended by its failures": (
        demands("none: failures = 0; min_evidence 5"),
        ["a fail boom, b pass"],
        "boom 1, *none 1",
    ),
    "an advisory criterion is not listed": (
        demands("rss: metric.rss <= 3 MB; tier advisory"),
        [Run("a pass", metrics={"rss": "4 MB"})],
        "",
    ),
    "an item follows from the blockers of its tests": (
        demands(NONE_FAIL, checklist=checklist({"id": "core", "tests": ["*"]}, {"id": "docs"})),
        ["a fail boom, b fail boom, c skip db not available | a b c"],
        "db not available 1, boom 2, docs 1",
    ),
    "but not where something else holds one of them": (
        demands(NONE_FAIL, checklist=checklist({"id": "core", "tests": ["*"]}), categories=MEDIUM),
        ["a fail boom, b fail bang | a b"],
        "bang 1, core 1, *none 2",
    ),
    "nor where nobody has signed it off": (
        demands(NONE_FAIL, checklist=checklist({"id": "core", "tests": ["*"], "signoff": EXPIRED})),
        ["a fail boom | a"],
        "boom 1, core 1",
    ),
    "what is waived of its tests is no matter": (
        demands(
            NONE_FAIL,
            checklist=checklist({"id": "core", "tests": ["*"]}),
            waivers=[waiver("test", "tests.test_app::a")],
        ),
        ["a fail boom, b fail bang | a b"],
        "bang 1",
    ),
    "an item follows from what its criterion needs": (
        demands(
            NONE_FAIL,
            "rss: metric.rss <= 3 MB",
            checklist=checklist({"id": "quiet", "criterion": "none"}, {"id": "small", "criterion": "rss"}),
        ),
        [Run("a fail boom | a", metrics={"rss": "4 MB"})],
        "boom 1, rss 1",
    ),
    "but not from one that only advises": (
        demands("rss: metric.rss <= 3 MB; tier advisory", checklist=checklist({"id": "small", "criterion": "rss"})),
        [Run("a pass", metrics={"rss": "4 MB"})],
        "small 1",
    ),
    "an item without its tests needs them": (
        demands(NONE_FAIL, checklist=checklist({"id": "core", "tests": ["*core*"]})),
        ["a pass"],
        "core 1",
    ),
    "what is observed is not listed": (PLAIN, ["a fail boom | a", "a pass | a", "a fail boom | a", "a pass | a"], ""),
}


@pytest.mark.parametrize(("policy", "runs", "said"), CASES.values(), ids=CASES)
def test_steps(policy: str, runs: list[Run | str], said: str, tmp_path: Path) -> None:
    found = story(tmp_path, *runs, policy=policy)[-1]
    assert steps(found) == said
    assert (said == "") == found.verdict.ready


def test_what_is_to_be_done_in_words(tmp_path: Path) -> None:
    runs = ["a fail boom, b fail boom, c pass | a b c", "a fail boom, c pass | a b c d"]
    found = story(tmp_path, *runs, policy=demands(NONE_FAIL, ALL_RUN, "rss: metric.rss <= 3 MB"))[-1]
    assert sorted(phrases.said(step.todo) for step in to_ready(found)) == [
        f"1 of 4 expected tests has no result. 1 more test without a result belongs to another blocker. {RUN_THEM}",
        "Fix 1 failing test and get 1 unverified test to pass. Read the failure and fix its cause.",
        "No metric rss was archived. Archive the evidence for this criterion.",
    ]


def test_a_failing_test_that_is_gone_can_be_retired(tmp_path: Path) -> None:
    found = story(tmp_path, "a fail boom, b pass, c pass", "b pass, c pass")[-1]
    (step,) = to_ready(found)
    assert phrases.said(step.todo) == (
        "Get 1 unverified test to pass. Read the failure and fix its cause. If the test without a result is gone "
        "for good, retire it with `readiness retire`, or archive the complete list of tests."
    )


ITEM, PHASE = {"id": "core", "tests": ["*"]}, {"phases": [{"name": "Ship", "min": 1, "max": 2}]}
PLANS: dict[str, tuple[dict[str, object], dict[str, object], str]] = {
    "an item that follows is no fix": (ITEM, {}, "0 to 0 estimated, boom not"),
    "unless it states an effort": (ITEM | {"effort": {"min": 3, "max": 4}}, {}, "3 to 4 estimated, boom not"),
    "one that waits for a criterion alone is": (
        {"id": "core", "criterion": "none"},
        {"categories": MEDIUM},
        "0 to 0 estimated, core not",
    ),
}


@pytest.mark.parametrize(("item", "more", "said"), PLANS.values(), ids=PLANS)
def test_items_in_the_plan(item: dict[str, object], more: dict[str, object], said: str, tmp_path: Path) -> None:
    policy = demands(NONE_FAIL, checklist=checklist(item), plan=PHASE, **more)
    (found,) = story(tmp_path, "a fail boom | a", policy=policy)
    assert planned_of(found) == said


def test_an_item_that_the_plan_estimates_is_a_fix(tmp_path: Path) -> None:
    listed = checklist(ITEM)
    (first,) = story(tmp_path / "first", "a fail boom | a", policy=demands(NONE_FAIL, checklist=listed))
    (item,) = (one.id for one in first.blockers.values() if one.signature == "checklist:core")
    plan = {"estimates": [{"blocker": item, "min": 5, "max": 8}]}
    (found,) = story(tmp_path / "then", "a fail boom | a", policy=demands(NONE_FAIL, checklist=listed, plan=plan))
    assert planned_of(found) == "5 to 8 estimated, boom not"


def planned_of(found: Assessment) -> str:
    """`1 to 2 estimated, boom not`: days of work for all fixes, and the blockers without an estimate."""
    plan = planned(found)
    assert plan
    fewest, most = (sum(getattr(one.fix.effort, end) for one in plan.fixes if one.fix.effort) for end in ("min", "max"))
    unknown = [found.blockers[fix.ref] for fix in plan.unknown]
    names = ", ".join(named_by(one) for one in unknown)
    return f"{fewest:g} to {most:g} estimated, {names} not"


def test_an_incomplete_past_is_listed(tmp_path: Path) -> None:
    runs = [append(tmp_path, "a pass", day) for day in range(3)]
    (runs[1].folder / "junit.xml.gz").write_bytes(b"damaged")
    found = assess(Archive(tmp_path), None, strict=False).latest_of(runs[2].id)
    (step,) = to_ready(found)
    assert (step.ref, runs[1].id in phrases.said(step.todo)) == ("past", True)
