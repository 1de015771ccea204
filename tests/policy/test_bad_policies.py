"""What is wrong with a policy is told in one line: file, line, key, problem, remedy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from readiness.errors import UsageError
from readiness.policy import default_text, end_of, is_default, parse_policy


@dataclass(frozen=True)
class Bad:
    """A policy, the line that is at fault (counted from 1), and words that the message must hold."""

    text: str
    line: int
    words: tuple[str, ...]


GOOD = """\
product: shop
criteria:
  - id: no-failures
    title: No test fails
    measure: failures
    equals: 0
"""

RETIRED = """\
retired:
  - tests: [tests.test_old*]
    reason: gone
    by: kim
    date: 2025-08-31
"""

WAIVER = """\
waivers:
  - blocker: B-ABCDEF
    reason: The old reader is rare.
    ticket: T-1
    owner: kim
    approver: lee
    expires: 2025-08-31
"""

ITEM = """\
checklist:
  - group: Infrastructure
    items:
      - id: backup
        title: The backup was restored
        signoff: {by: kim, date: 2025-08-01}
"""

PLAN = """\
plan:
  streams: 2
  working_days: [mon, tue]
  holidays: [2025-12-25]
  phases:
    - {name: Validation, min: 1, max: 2}
  estimates:
    - {blocker: B-ABCDEF, min: 1, max: 2}
"""

BAD: dict[str, Bad] = {
    "unknown key": Bad("product: x\ncritera: []\n", 2, ("critera", "unknown key", "spelling")),
    "unknown key of a criterion": Bad(GOOD + "    owner: kim\n", 7, ("criteria[0].owner", "unknown key")),
    "unknown key of an area": Bad("areas:\n  - name: A\n    tests: ['*']\n    severty: high\n", 4, ("severty",)),
    "where that selects nothing": Bad(GOOD + "    where: {}\n", 7, ("where", "selects nothing")),
    "where with an empty variant": Bad(GOOD + "    where: {variant: ''}\n", 7, ("where.variant", "is empty")),
    "where with an unknown key": Bad(GOOD + "    where: {platform: linux}\n", 7, ("where.platform", "unknown key")),
    "age without unit": Bad(GOOD + "    max_age: 7\n", 7, ("max_age", "period")),
    "age in another unit": Bad(GOOD + "    max_age: 7 MB\n", 7, ("max_age", "period")),
    "no age": Bad(GOOD + "    max_age: 0 d\n", 7, ("max_age", "period")),
    "endless age": Bad(GOOD + "    max_age: 99999999 d\n", 7, ("max_age", "period")),
    "least evidence of none": Bad(GOOD + "    min_evidence: 0\n", 7, ("min_evidence", "greater than or equal to 1")),
    "least evidence with unit": Bad(GOOD + "    min_evidence: 5%\n", 7, ("min_evidence", "integer")),
    "least evidence of one number": Bad(
        GOOD.replace("failures\n    equals: 0", "duration\n    at_most: 5 s") + "    min_evidence: 3\n",
        3,
        ("duration", "min_evidence"),
    ),
    "warnings by area": Bad(
        GOOD.replace("measure: failures", "measure: warnings") + "    where: {area: A}\n", 3, ("warnings", "by area")
    ),
    "age of evidence as a number": Bad(
        GOOD.replace("failures\n    equals: 0", "evidence_age\n    at_most: 7"), 3, ("'7'", "period")
    ),
    "a count compared with the baseline": Bad(
        GOOD.replace("equals: 0", "at_most: baseline + 10%"), 3, ("'no-failures'", "only metric.NAME", "like 10")
    ),
    "a duration compared with the baseline": Bad(
        GOOD.replace("failures\n    equals: 0", "duration\n    at_most: baseline"), 3, ("metric.NAME", "60 s")
    ),
    "the baseline and an amount": Bad(
        GOOD.replace("failures\n    equals: 0", "metric.rss\n    at_most: baseline + 10 MB"),
        6,
        ("criteria[0].at_most", "'baseline + 10 MB'", "baseline + 10%"),
    ),
    "exactly the baseline": Bad(
        GOOD.replace("failures\n    equals: 0", "metric.rss\n    equals: baseline"),
        6,
        ("equals", "'baseline'", "amount"),
    ),
    "a waiver up to the baseline": Bad(
        WAIVER + "    at_most: baseline + 10%\n", 8, ("waivers[0].at_most", "is not an amount")
    ),
    "the share of flaky tests as a number": Bad(
        GOOD.replace("failures\n    equals: 0", "flaky_rate\n    at_most: 1"), 3, ("flaky_rate", "95%")
    ),
    "flaky tests by area": Bad(
        GOOD.replace("failures\n    equals: 0", "flaky_rate\n    at_most: 1%") + "    where: {area: A}\n",
        3,
        ("by area",),
    ),
    "retired without globs": Bad(RETIRED.replace("[tests.test_old*]", "[]"), 2, ("retired[0].tests", "empty list")),
    "retired without anything": Bad(
        RETIRED.replace("tests: [tests.test_old*]\n    reason", "reason"),
        2,
        ("retired[0]", "retires nothing", "variants"),
    ),
    "retired classes without any": Bad(
        RETIRED.replace("tests: [tests.test_old*]", "classes: []"), 2, ("classes", "empty")
    ),
    "a required variant with an empty name": Bad("variants: {required: ['']}\n", 1, ("variants.required[0]", "empty")),
    "a required variant until no day": Bad(
        "variants:\n  required:\n    - {name: mac, until: soon}\n", 3, ("required[0].until", "'soon'")
    ),
    "a required variant that is a number": Bad("variants: {required: [3]}\n", 1, ("required[0]", "keys and values")),
    "retired with an empty glob": Bad(RETIRED.replace("tests.test_old*", "''"), 2, ("retired[0].tests[0]", "is empty")),
    "retired without a reason": Bad(RETIRED.replace("    reason: gone\n", ""), 2, ("retired[0].reason", "missing")),
    "retired by nobody": Bad(RETIRED.replace("kim", "''"), 4, ("retired[0].by", "is empty")),
    "retired at no date": Bad(RETIRED.replace("2025-08-31", "soon"), 5, ("retired[0].date", "'soon'", "2025-08-31")),
    "retired at a date that is not": Bad(RETIRED.replace("2025-08-31", "'2025-02-30'"), 5, ("date", "2025-02-30")),
    "retired at a number": Bad(RETIRED.replace("2025-08-31", "20250831"), 5, ("retired[0].date", "20250831")),
    "retired at a time": Bad(RETIRED.replace("2025-08-31", "2025-08-31 04:12:00"), 5, ("retired[0].date",)),
    "retired with an unknown key": Bad(RETIRED + "    until: 2026-01-01\n", 6, ("retired[0].until", "unknown key")),
    "bad regular expression of skips": Bad("categories:\n  - title: T\n    skip: '['\n", 3, ("'['", "expression")),
    "not YAML": Bad("product: x\nareas: [\n", 3, ("YAML",)),
    "tab": Bad("product: x\nareas:\n\t- name: A\n", 3, ("YAML",)),
    "a list": Bad("- product: x\n", 1, ("keys and values",)),
    "plain text": Bad("be good\n", 1, ("keys and values",)),
    "a key twice": Bad("product: x\nareas: []\nproduct: y\n", 3, ("product", "twice")),
    "a nested key twice": Bad(GOOD + "    equals: 1\n", 7, ("equals", "twice")),
    "criterion twice": Bad(
        GOOD + "  - id: no-failures\n    title: T\n    measure: failed\n    equals: 0\n", 7, ("no-failures", "twice")
    ),
    "area twice": Bad(
        "areas:\n  - {name: A, tests: ['a']}\n  - {name: B, tests: ['b']}\n  - {name: A, tests: ['c']}\n",
        4,
        ("'A'", "twice"),
    ),
    "no criteria": Bad("product: x\ncriteria: []\n", 2, ("criteria",)),
    "no id": Bad("criteria:\n  - title: T\n    measure: failures\n    equals: 0\n", 2, ("id", "missing")),
    "bad id": Bad(GOOD.replace("no-failures", "No Failures"), 3, ("criteria[0].id",)),
    "no limit": Bad(GOOD.replace("    equals: 0\n", ""), 3, ("exactly one of at_least, at_most, equals",)),
    "two limits": Bad(GOOD + "    at_most: 3\n", 3, ("exactly one of at_least, at_most, equals",)),
    "unknown measure": Bad(GOOD.replace("measure: failures", "measure: failurs"), 3, ("failurs", "known are")),
    "metric without a name": Bad(GOOD.replace("measure: failures", "measure: metric."), 3, ("metric.",)),
    "unit that does not fit": Bad(GOOD.replace("equals: 0", "at_most: 95%"), 3, ("95 %", "does not fit failures")),
    "rate without unit": Bad(GOOD.replace("failures\n    equals: 0", "pass_rate\n    at_least: 0.95"), 3, ("95%",)),
    "time for a rate": Bad(GOOD.replace("failures\n    equals: 0", "pass_rate\n    at_least: 5 s"), 3, ("5 s",)),
    "no amount": Bad(GOOD.replace("equals: 0", "equals: none at all"), 6, ("none at all", "amount")),
    "yes is no amount": Bad(GOOD.replace("equals: 0", "equals: yes"), 6, ("equals", "amount")),
    "out of range": Bad(GOOD.replace("equals: 0", "at_most: 1e5000"), 6, ("at_most", "1e5000", "out of range")),
    "infinity": Bad(GOOD.replace("equals: 0", "at_most: .inf"), 6, ("at_most", "amount")),
    "unknown tier": Bad(GOOD + "    tier: nice\n", 7, ("tier", "blocking")),
    "unknown area": Bad(
        "areas:\n  - {name: A, tests: ['*']}\n" + GOOD.split("\n", 1)[1] + "    where: {area: B}\n",
        8,
        ("'B'", "not defined"),
    ),
    "area without globs": Bad("areas:\n  - name: A\n    tests: []\n", 3, ("areas[0].tests",)),
    "empty glob": Bad("areas:\n  - name: A\n    tests:\n      - 'a*'\n      - ''\n", 5, ("areas[0].tests[1]",)),
    "area without name": Bad("areas:\n  - name: ''\n    tests: ['*']\n", 2, ("areas[0].name",)),
    "globs that are no list": Bad("areas:\n  - name: A\n    tests: 'a*'\n", 3, ("areas[0].tests",)),
    "bad regular expression": Bad("categories:\n  - title: T\n    message: '('\n", 3, ("'('", "regular expression")),
    "category that recognises nothing": Bad("categories:\n  - title: T\n", 2, ("needs a type, a message or a skip",)),
    "cause that nothing recognises": Bad("categories:\n  - {title: T, cause: true}\n", 2, ("needs a type, a message",)),
    "criteria of no cause": Bad(
        "categories:\n  - title: T\n    type: x\n    criteria: [no-failures]\n", 2, ("add cause: true",)
    ),
    "unknown criterion of a cause": Bad(
        "categories:\n  - title: T\n    type: x\n    cause: true\n    criteria: [nope]\n",
        5,
        ("categories[0].criteria[0]", "'nope'", "not defined"),
    ),
    "unknown item of a cause": Bad(
        "categories:\n  - {title: T, type: x, cause: true, items: [nope]}\n", 2, ("'nope'", "not defined")
    ),
    "criterion of two causes": Bad(
        "categories:\n  - {title: T, type: x, cause: true, criteria: [complete]}\n"
        "  - {title: U, type: y, cause: true, criteria: [complete]}\n",
        3,
        ("'complete'", "'T' already"),
    ),
    "second document": Bad("product: a\n---\nproduct: b\n", 3, ("second YAML document",)),
    "unknown severity": Bad("categories:\n  - {title: T, type: x, severity: bad}\n", 2, ("severity", "critical")),
    "effort the wrong way": Bad(
        "categories:\n  - title: T\n    type: x\n    effort: {min: 3, max: 1}\n", 4, ("max is below min",)
    ),
    "negative effort": Bad("categories:\n  - title: T\n    type: x\n    effort: {min: -1, max: 1}\n", 4, ("min",)),
    "share without unit": Bad("product: x\nvanished_allowed: 5\n", 2, ("vanished_allowed",)),
    "share of another kind": Bad("product: x\nvanished_allowed: 5 MB\n", 2, ("vanished_allowed",)),
    "product that is a list": Bad("product: [x]\n", 1, ("product",)),
    "waiver of nothing": Bad(
        WAIVER.replace("blocker: B-ABCDEF", "at_most: 3"), 2, ("waivers[0]", "exactly one target")
    ),
    "waiver of two things": Bad(WAIVER + "    test: tests.test_app::a\n", 2, ("waivers[0]", "exactly one target")),
    "waiver of an empty name": Bad(WAIVER.replace("B-ABCDEF", "''"), 2, ("waivers[0].blocker", "is empty")),
    **{
        f"waiver without {key}": Bad(
            "".join(line for line in WAIVER.splitlines(keepends=True) if f"{key}:" not in line),
            2,
            (f"waivers[0].{key}", "missing"),
        )
        for key in ("reason", "ticket", "owner", "approver", "expires")
    },
    "waiver for good": Bad(WAIVER.replace("2025-08-31", "never"), 7, ("waivers[0].expires", "'never'", "2025-08-31")),
    "waiver that its owner approves": Bad(
        WAIVER.replace("lee", "' Kim'"), 2, ("waivers[0]", "the same", "another person")
    ),
    "waiver with an unknown key": Bad(WAIVER + "    until: 2026-01-01\n", 8, ("waivers[0].until", "unknown key")),
    "bound of a test": Bad(WAIVER.replace("blocker: B-ABCDEF", "test: a::b") + "    at_most: 3\n", 2, ("at_most",)),
    "bound of a blocker in another unit": Bad(WAIVER + "    at_most: 5%\n", 2, ("a number of failing tests",)),
    "bound that is no amount": Bad(WAIVER + "    at_most: few\n", 8, ("waivers[0].at_most", "'few'", "amount")),
    "bound that does not fit the criterion": Bad(
        WAIVER.replace("blocker: B-ABCDEF", "criterion: no-failures") + "    at_most: 3 MB\n",
        8,
        ("waivers[0].at_most", "'3 MB'", "does not fit"),
    ),
    "bound above a lower limit": Bad(
        WAIVER.replace("blocker: B-ABCDEF", "criterion: complete") + "    at_most: 90%\n",
        8,
        ("lower limit", "leave out"),
    ),
    "waiver of an unknown criterion": Bad(
        WAIVER.replace("blocker: B-ABCDEF", "criterion: nope"), 2, ("waivers[0].criterion", "'nope'", "not defined")
    ),
    "waiver of the same thing twice": Bad(
        WAIVER + WAIVER.removeprefix("waivers:\n"), 8, ("waivers[1].blocker", "waived twice")
    ),
    "cap of no period": Bad("waiver_cap: 90\n", 1, ("waiver_cap", "period")),
    "group without items": Bad("checklist:\n  - {group: A, items: []}\n", 2, ("checklist[0].items", "empty list")),
    "group without a name": Bad("checklist:\n  - items: [{id: a, title: A}]\n", 2, ("checklist[0].group", "missing")),
    "group twice": Bad(
        ITEM + ITEM.removeprefix("checklist:\n").replace("backup", "b"), 7, ("'Infrastructure'", "twice")
    ),
    "item twice": Bad(ITEM + "      - {id: backup, title: T}\n", 7, ("items[1].id", "'backup'", "twice")),
    "item without a title": Bad(
        ITEM.replace("        title: The backup was restored\n", ""), 4, ("items[0].title", "missing")
    ),
    "item with a bad id": Bad(ITEM.replace("id: backup", "id: The Backup"), 4, ("items[0].id", "lower-case")),
    "item with two proofs": Bad(
        ITEM + "        tests: ['*']\n        criterion: no-failures\n",
        4,
        ("'backup'", "one of tests, criterion"),
    ),
    "item without globs": Bad(ITEM + "        tests: []\n", 7, ("items[0].tests", "empty list")),
    "item of an unknown criterion": Bad(ITEM + "        criterion: nope\n", 7, ("items[0].criterion", "'nope'")),
    "item of a metric without limit": Bad(ITEM + "        metric: {name: rss}\n", 7, ("metric", "exactly one of")),
    "item of a metric with two limits": Bad(
        ITEM + "        metric: {name: rss, at_most: 1, equals: 1}\n", 7, ("metric", "exactly one of")
    ),
    "item of a metric without amount": Bad(ITEM + "        metric: {name: rss, at_most: x}\n", 7, ("at_most", "'x'")),
    "item of no severity that stops": Bad(ITEM + "        severity: low\n", 7, ("severity", "'critical' or 'high'")),
    "item that blocks perhaps": Bad(ITEM + "        blocking: perhaps\n", 7, ("blocking", "true or false")),
    "item with an unknown key": Bad(ITEM + "        due: 2025-08-31\n", 7, ("items[0].due", "unknown key")),
    "signed off by nobody": Bad(ITEM.replace("kim", "''"), 6, ("signoff.by", "is empty")),
    "signed off at no date": Bad(ITEM.replace(", date: 2025-08-01", ""), 6, ("signoff.date", "missing")),
    "signed off for a number": Bad(
        ITEM.replace("2025-08-01", "2025-08-01, version: 1.10"), 6, ("signoff.version", "put it in quotes")
    ),
    "signed off for no version": Bad(
        ITEM.replace("2025-08-01", "2025-08-01, version: ''"), 6, ("signoff.version", "is empty")
    ),
    "signed off and expired before": Bad(
        ITEM.replace("2025-08-01", "2025-08-01, expires: 2025-07-31"), 6, ("signoff", "expires before its own date")
    ),
    "no streams": Bad(PLAN.replace("streams: 2", "streams: 0"), 2, ("plan.streams",)),
    "streams that are no number": Bad(PLAN.replace("streams: 2", "streams: some"), 2, ("plan.streams",)),
    "no working days": Bad(PLAN.replace("[mon, tue]", "[]"), 3, ("plan.working_days", "empty list")),
    "unknown working day": Bad(PLAN.replace("tue", "day"), 3, ("working_days[1]", "'mon'")),
    "holiday at no date": Bad(PLAN.replace("2025-12-25", "christmas"), 4, ("plan.holidays[0]", "'christmas'")),
    "phase the wrong way": Bad(PLAN.replace("Validation, min: 1", "Validation, min: 3"), 6, ("max is below min",)),
    "phase without end": Bad(PLAN.replace("max: 2}\n  est", "max: .inf}\n  est"), 6, ("phases[0].max",)),
    "phase without a name": Bad(PLAN.replace("name: Validation, ", ""), 6, ("phases[0].name", "missing")),
    "estimate of nothing": Bad(PLAN.replace("blocker: B-ABCDEF, ", ""), 8, ("estimates[0].blocker", "missing")),
    "estimated twice": Bad(
        PLAN + "    - {blocker: B-ABCDEF, min: 1, max: 2}\n", 9, ("estimates[1].blocker", "estimated twice")
    ),
    "null": Bad("product: x\nareas:\n", 2, ("areas",)),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_the_message_names_file_line_and_problem(bad: Bad) -> None:
    with pytest.raises(UsageError) as caught:
        parse_policy(bad.text.encode(), "readiness.yml")
    told = caught.value.line
    assert told.startswith(f"readiness.yml, line {bad.line}")
    assert [word for word in bad.words if word not in told] == []
    assert "\n" not in told
    assert caught.value.remedy
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "text",
    [b"\xff\xfe product", b"product: \xe9", b"product: x\0", b"[" * 20_000, b"a: &a [*a]", b"? [1, 2]\n: x\n", b"1: x"],
    ids=["utf-16", "latin-1", "zero byte", "deep", "circle", "odd key", "number as key"],
)
def test_what_is_hardly_text_is_refused_in_one_line(text: bytes) -> None:
    with pytest.raises(UsageError) as caught:
        parse_policy(text, "readiness.yml")
    assert caught.value.line.startswith("readiness.yml")


@pytest.mark.parametrize("text", ["", "# nothing\n", "{}\n", "product: shop\n"])
def test_without_criteria_those_of_the_default_apply(text: str) -> None:
    policy = parse_policy(text.encode(), "readiness.yml")
    assert [(one.measure, one.direction, one.limit.text) for one in policy.criteria] == [
        ("failures", "equals", "0"),
        ("completion", "at_least", "100 %"),
        ("evidence_loss", "equals", "0"),
    ]
    assert all(one.tier == "blocking" for one in policy.criteria)


def test_the_default_policy_is_itself_a_policy() -> None:
    assert parse_policy(default_text(), "default.yml").criteria == parse_policy(b"", "x").criteria
    assert is_default(default_text())
    assert not is_default(b"product: shop\n")


def test_a_good_policy() -> None:
    text = GOOD + "areas:\n  - {name: A, tests: ['a[1]*'], owner: kim, critical: true}\nvanished_allowed: 2.5%\n"
    policy = parse_policy(text.encode(), "readiness.yml")
    assert (policy.product, policy.areas[0].owner, policy.areas[0].critical) == ("shop", "kim", True)
    assert float(policy.vanished_allowed.base) == 0.025


def test_an_area_named_unassigned_may_be_asked_for() -> None:
    text = "areas: [{name: A, tests: ['*']}]\n" + GOOD.split("\n", 1)[1] + "    where: {area: Unassigned}\n"
    assert parse_policy(text.encode(), "readiness.yml").criteria[0].where.area == "Unassigned"


def test_a_policy_for_the_day_of_the_release() -> None:
    policy = parse_policy(f"{WAIVER}{ITEM}{PLAN}waiver_cap: 30 d\n".encode(), "readiness.yml")
    (waiver,), (item,) = policy.waivers, policy.items
    assert (waiver.target, str(waiver.expires)) == (("blocker", "B-ABCDEF"), "2025-08-31")
    assert item.signoff
    assert (item.id, item.blocking, item.signoff.by) == ("backup", True, "kim")
    assert policy.plan
    assert (policy.plan.streams, policy.plan.phases[0].max, policy.waiver_cap.text) == (2, 2, "30 d")


def test_it_holds_to_the_end_of_its_last_day() -> None:
    assert end_of(date(2025, 8, 31)) == datetime(2025, 9, 1, tzinfo=UTC)
    assert end_of(date.max) == datetime.max.replace(tzinfo=UTC)


def test_the_policy_of_this_projects_own_tests_is_sound(repo_root: Path) -> None:
    text = (repo_root / "tools" / "own" / "readiness.yml").read_bytes()
    assert parse_policy(text, "tools/own/readiness.yml").product == "mkdocs-readiness"
