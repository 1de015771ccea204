"""Criteria over several runs: limits relative to the baseline, slower tests, and the share of flaky ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.scenario import Again, Run, checklist, demands, states, story, verdicts, waiver

from readiness import phrases
from readiness.assessment import Assessment, changes
from readiness.report import Report, read, report_of, written

MEMORY = demands("memory: metric.rss <= baseline + 10%")
FAST = demands("speed: metric.rps >= baseline - 5%")


def measured(rss: str, version: str = "", policy: str = "", results: str = "a pass") -> Run:
    return Run(results, version=version, metrics={"rss": rss} if rss else {}, policy=policy)


def limits(found: list[Assessment]) -> list[str]:
    """`met <= 110 MB` of the first criterion of each."""
    return [f"{one.criteria[0].state.value} {phrases.required(one.criteria[0])}" for one in found]


def test_the_limit_follows_the_last_ready_run(tmp_path: Path) -> None:
    """100 + 10 % = 110; 109 + 10 % = 119.9, still after the run of 120, which was not READY."""
    runs = [measured(f"{value} MB") for value in ("100", "109", "120", "119.9")]
    found = story(tmp_path, *runs, policy=MEMORY)
    assert limits(found) == ["not checked ≤ baseline + 10%", "met ≤ 110 MB", "unmet ≤ 119.9 MB", "met ≤ 119.9 MB"]
    assert verdicts(found) == ["READY", "READY", "BLOCKED", "READY"]
    told = phrases.how_told(found[2].criteria[0])
    assert told == "120 MB, required at most 119.9 MB (baseline + 10%, 1.1 had 109 MB)"
    assert phrases.how_told(found[0].criteria[0]) == "no earlier run to compare with"
    assert str(found[2].criteria[0].headroom) == "-1/10"


@pytest.mark.parametrize(
    ("policy", "before", "now", "state"),
    [
        (MEMORY, "1 GB", "1.05 GiB", "unmet"),  # 1,127 MB of 1,100
        (MEMORY, "1 GB", "1.02 GiB", "met"),  # 1,095 MB
        (MEMORY, "1 GB", "1.05 s", "unproven"),
        (MEMORY, "1 GB", "", "unproven"),
        (MEMORY, "0 MB", "0 MB", "met"),
        (MEMORY, "-10 MB", "-9 MB", "met"),
        (MEMORY, "-10 MB", "-8.9 MB", "unmet"),
        (demands("memory: metric.rss >= baseline - 5%"), "100", "95", "met"),
        (demands("memory: metric.rss >= baseline - 5%"), "100", "94.99", "unmet"),
        (demands("memory: metric.rss <= baseline"), "100", "100.01", "unmet"),
    ],
)
def test_units_and_directions(policy: str, before: str, now: str, state: str, tmp_path: Path) -> None:
    found = story(tmp_path, measured(before), measured(now), policy=policy)
    assert (found[0].criteria[0].state.value, found[1].criteria[0].state.value) == ("not checked", state)


def test_the_worst_of_several_values_is_compared_with_the_worst(tmp_path: Path) -> None:
    def values(*rss: int) -> Run:
        told = ", ".join(f'{{"name": "rss", "value": {one}}}' for one in rss)
        return Run("a pass", files={"m.json": f'{{"metrics": [{told}]}}'.encode()})

    assert limits(story(tmp_path, values(50, 100), values(110, 20), policy=MEMORY))[1] == "met ≤ 110"


def test_a_baseline_that_was_not_asked_for_the_metric_is_not_held_against_the_run(tmp_path: Path) -> None:
    plain = demands("failures: failures = 0")
    found = story(tmp_path, measured("", policy=plain), measured("1 MB", policy=MEMORY))
    assert limits(found)[1] == "not checked ≤ baseline + 10%"


def test_a_baseline_that_lacks_what_it_was_asked_for_proves_nothing(tmp_path: Path) -> None:
    found = story(tmp_path, measured("", "1.0"), measured("1 MB", "1.1"), measured("1 MB", "1.2"), policy=MEMORY)
    assert [one.criteria[0].state.value for one in found] == ["unproven", "unproven", "met"]
    assert "the baseline 1.0" in phrases.how_told(found[1].criteria[0])


def test_without_a_baseline_it_is_never_met(tmp_path: Path) -> None:
    failing = measured("1 MB", "1.0", results="a fail boom")
    found = story(tmp_path, failing, failing, policy=demands("memory: metric.rss <= baseline", "ok: failures = 0"))
    assert [states(one)["memory"] for one in found] == ["not checked"] * 2


def test_an_item_of_the_checklist_is_compared_too(tmp_path: Path) -> None:
    item = {"id": "rss", "metric": {"name": "rss", "at_most": "baseline + 10%"}}
    policy = demands("ok: failures = 0", checklist=checklist(item))
    found = story(tmp_path, measured("100 MB"), measured("120 MB"), policy=policy)
    assert [one.items[0].state.value for one in found] == ["unproven", "not done"]


def test_a_waiver_bounds_the_value(tmp_path: Path) -> None:
    def up_to(bound: str) -> str:
        return demands("memory: metric.rss <= baseline + 10%", waivers=[waiver("criterion", "memory", at_most=bound)])

    runs = measured("100 MB"), measured("120 MB")
    found = story(tmp_path, *runs, Again(up_to("119 MB"), 1), Again(up_to("125 MB"), 1), policy=MEMORY)
    assert verdicts(found) == ["READY", "BLOCKED", "BLOCKED", "READY"]


def test_only_the_policy_turns_what_another_share_allows(tmp_path: Path) -> None:
    first, second = measured("100 MB"), measured("120 MB")
    again = Again(demands("memory: metric.rss <= baseline + 30%"), 1)
    *_, before, now = story(tmp_path, first, second, again, policy=MEMORY)
    (turned,) = changes(before, now).turned
    assert (turned.by_policy, turned.now and turned.now.state.value) == (True, "met")


def test_a_report_with_such_a_limit_is_read_back_as_it_was(tmp_path: Path) -> None:
    report = report_of(story(tmp_path, measured("100 MB"), measured("120 MB"), policy=MEMORY)[-1])
    assert read(written(report), Report) == report


def timed(**seconds: float | None) -> Run:
    """A run of tests that took so long; None: nothing says how long."""
    cases = "".join(
        f'<testcase classname="t" name="{name}"' + (f' time="{one}"/>' if one is not None else "/>")
        for name, one in seconds.items()
    )
    return Run("z pass", files={"timed.xml": f"<testsuite>{cases}</testsuite>".encode()})


@pytest.mark.parametrize(
    ("before", "now", "limit", "state", "value"),
    [
        ({"a": 1, "b": 1}, {"a": 2, "b": 1.9}, "= 0", "unmet", 1),
        ({"a": 1, "b": 1}, {"a": 2, "b": 1.9}, "<= 1", "met", 1),
        ({"a": 0.1}, {"a": 0.9}, "= 0", "met", 0),
        ({"a": None}, {"a": 5}, "= 0", "unproven", None),
        ({"a": 1, "b": 1}, {"a": 1, "b": None}, "= 0", "unproven", 0),
        ({"a": 1, "b": 1}, {"a": 5, "b": None}, "<= 0", "unmet", 1),
        ({"a": 1}, {"b": 50}, "= 0", "unproven", None),
    ],
)
def test_slower_tests(
    before: dict[str, float | None],
    now: dict[str, float | None],
    limit: str,
    state: str,
    value: int | None,
    tmp_path: Path,
) -> None:
    policy = demands(f"speed: slower_than_baseline {limit}")
    first, second = story(tmp_path, timed(**before), timed(**now), policy=policy)
    assert first.criteria[0].state.value == "not checked"
    assert (second.criteria[0].state.value, second.criteria[0].measured.value) == (state, value)


def test_slower_tests_are_counted_against_the_baseline_and_may_be_waived(tmp_path: Path) -> None:
    """Each run is 1.5 times as slow as the one before: the third is slower than the first, which is the baseline."""
    policy = demands("speed: slower_than_baseline = 0")
    waived = demands("speed: slower_than_baseline = 0", waivers=[waiver("test", "t::a")])
    slow = timed(a=2.25)
    failing = Run("z fail boom", files=timed(a=1.5).files)
    found = story(tmp_path, timed(a=1), failing, slow, Again(waived, 3), policy=policy)
    assert [one.criteria[0].state.value for one in found] == ["not checked", "met", "unmet", "unmet"]
    assert (verdicts(found)[2:], found[3].criteria[0].waived) == (["BLOCKED", "READY"], True)


def test_the_share_of_flaky_tests(tmp_path: Path) -> None:
    """Nothing can have failed again on a first run; then 1 of 4 is 25 %, until its five passes are paid."""
    rest = "b pass, c pass, d pass"
    runs = [f"a flaky boom, {rest}", f"a flaky boom, {rest}", *[f"a pass, {rest}"] * 5]
    found = story(tmp_path, *runs, policy=demands("flaky: flaky_rate <= 24.9%"))
    assert [one.criteria[0].state.value for one in found] == ["not checked", *["unmet"] * 5, "met"]
    assert phrases.out_of(found[1].criteria[0].measured) == "1 of 4"
    assert verdicts(found) == ["READY", *["BLOCKED"] * 5, "READY"]


def test_of_nothing_executed_no_share_is_known(tmp_path: Path) -> None:
    found = story(tmp_path, "a pass", "a skip late", policy=demands("flaky: flaky_rate <= 1%"))
    assert found[1].criteria[0].state.value == "unproven"
