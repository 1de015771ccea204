"""What a measure proves: from how many files it comes, and whether it is a lower bound."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.scenario import FIRST_DAY, Run, demands, story, verdicts, warned

from readiness import phrases
from readiness.archive import Archive, NewRun, Writer, new_input, replacing
from readiness.assessment import Assessment, CriterionState, assess
from readiness.assessment.measures import VALUES, measure
from readiness.policy import MEASURES, METRIC, Criterion

MEMORY = demands("memory: metric.rss <= 300 MB")
LINES = demands("lines: coverage.line >= 60%")


def measured(value: float, name: str = "rss") -> bytes:
    """A metrics file."""
    return json.dumps({"metrics": [{"name": name, "value": value, "unit": "MB"}]}).encode()


def lines(path: str, covered: int, valid: int = 100) -> bytes:
    """A tracefile of one source file."""
    listed = "".join(f"DA:{at},{int(at <= covered)}\n" for at in range(1, valid + 1))
    return f"TN:\nSF:{path}\n{listed}end_of_record\n".encode()


def with_files(**files: bytes) -> Run:
    """A run of one test with these further files."""
    return Run("a pass", files=dict(files))


def timed(*seconds: float | None, start: str = "") -> dict[str, bytes]:
    """JUnit files of that duration, which begin at that time."""
    found = {}
    for number, time in enumerate(seconds):
        told = f' time="{time}"' if time is not None else ""
        stamp = f' timestamp="2025-01-01T{start}Z"' if start else ""
        case = f'<testcase classname="m{number}" name="t"/>'
        found[f"s{number}.xml"] = f"<testsuites><testsuite{told}{stamp}>{case}</testsuite></testsuites>".encode()
    return found


def judged(root: Path, files: dict[str, bytes], policy: str, **more: datetime) -> Assessment:
    """One run of these files alone."""
    inputs = [new_input(content, name, source="tests") for name, content in files.items()]
    with Writer(root) as writer:
        run, _ = writer.append(NewRun("1.0", FIRST_DAY, inputs, **more), policy.encode(), "tests")  # type: ignore[arg-type]
    return assess(Archive(root), None).latest_of(run.id)


def test_a_metric_from_fewer_files_is_unproven(tmp_path: Path) -> None:
    both, one = with_files(a=measured(200), b=measured(100)), with_files(b=measured(100))
    first, second, third = story(tmp_path, both, one, both, policy=MEMORY)
    assert (first.criteria[0].state, third.criteria[0].state) == (CriterionState.MET,) * 2
    assert second.criteria[0].state is CriterionState.UNPROVEN
    assert f"measured in 1 file, but run {first.run.id} had 2" in phrases.said(second.criteria[0].measured.missing)


def test_beyond_its_limit_it_is_unmet_all_the_same(tmp_path: Path) -> None:
    both, one = with_files(a=measured(200), b=measured(100)), with_files(b=measured(400))
    *_, last = story(tmp_path, both, one, policy=MEMORY)
    assert last.criteria[0].state is CriterionState.UNMET


def test_coverage_from_fewer_files_is_unproven_either_way(tmp_path: Path) -> None:
    both = with_files(a=lines("x.py", 10), b=lines("y.py", 90))
    low, high = with_files(a=lines("x.py", 10)), with_files(b=lines("y.py", 90))
    found = story(tmp_path, both, low, high, both, policy=LINES)
    states = [one.criteria[0].state.value for one in found]
    assert states == ["unmet", "unproven", "unproven", "unmet"]


def test_what_is_owed_stays_owed_until_a_run_has_it(tmp_path: Path) -> None:
    three = with_files(a=measured(1), b=measured(1), c=measured(400))
    two, one = with_files(a=measured(1), b=measured(1)), with_files(a=measured(1))
    found = story(tmp_path, three, one, two, two, three, policy=MEMORY)
    assert verdicts(found) == ["BLOCKED", "UNPROVEN", "UNPROVEN", "UNPROVEN", "BLOCKED"]


def test_a_policy_without_the_criterion_ends_it(tmp_path: Path) -> None:
    two, one = with_files(a=measured(1), b=measured(400)), with_files(a=measured(1))
    other = Run("a pass", files=one.files, policy=demands("failures: failures = 0; tier advisory"))
    found = story(tmp_path, two, one, other, one, policy=MEMORY)
    assert verdicts(found)[1:] == ["UNPROVEN", "READY", "READY"]


def test_an_accepted_run_ends_it(tmp_path: Path) -> None:
    advisory = demands("memory: metric.rss <= 300 MB; tier advisory")
    two, one = with_files(a=measured(1), b=measured(1)), with_files(a=measured(1))
    found = story(tmp_path, two, one, one, policy=advisory)
    states = [one.criteria[0].state.value for one in found]
    assert (states, verdicts(found)) == (["met", "unproven", "met"], ["READY"] * 3)


def test_an_item_of_the_checklist_asks_the_same(tmp_path: Path) -> None:
    item = {"id": "memory", "title": "Memory", "metric": {"name": "rss", "at_most": "300 MB"}}
    policy = json.dumps({"checklist": [{"group": "G", "items": [item]}]})
    two, one = with_files(a=measured(1), b=measured(400)), with_files(a=measured(1))
    found = story(tmp_path, two, one, policy=policy)
    assert verdicts(found) == ["BLOCKED", "UNPROVEN"]


def test_warnings_from_fewer_files_are_unproven(tmp_path: Path) -> None:
    none, some = warned()["log.jsonl"], warned("old")["log.jsonl"]
    policy = demands("quiet: warnings = 0")
    found = story(tmp_path, with_files(a=none, b=some), with_files(a=none), with_files(a=some), policy=policy)
    assert [one.criteria[0].state.value for one in found] == ["unmet", "unproven", "unmet"]


def test_a_run_that_replaces_another_owes_what_that_had(tmp_path: Path) -> None:
    files = {"a.json": measured(1), "b.json": measured(1)}
    first = judged(tmp_path, {"j.xml": timed(1)["s0.xml"], **files}, MEMORY)
    late = new_input(measured(1, "other"), "b.json", source="tests")
    with Writer(tmp_path) as writer:
        run, _ = writer.append(replacing(first.run, NewRun("", FIRST_DAY, [late])), MEMORY.encode(), "tests")
    assert assess(Archive(tmp_path), None).latest_of(run.id).criteria[0].state is CriterionState.UNPROVEN


@pytest.mark.parametrize(
    ("files", "limit", "state", "shown"),
    [
        (timed(40), "60 s", "met", "40 s"),
        (timed(40, 50), "60 s", "unproven", "at least 50 s"),
        (timed(40, 50), "45 s", "unmet", "at least 50 s"),
        (timed(40, None), "60 s", "unproven", "at least 40 s"),
        (timed(None), "60 s", "unproven", "–"),
        (timed(40, 50, start="00:00:00"), "60 s", "met", "50 s"),
    ],
)
def test_a_duration_that_may_be_longer_meets_no_limit(
    tmp_path: Path, files: dict[str, bytes], limit: str, state: str, shown: str
) -> None:
    (result,) = judged(tmp_path, files, demands(f"quick: duration <= {limit}")).criteria
    assert (result.state.value, phrases.actual(result.measured)) == (state, shown)


def test_a_lower_bound_proves_that_it_took_as_long(tmp_path: Path) -> None:
    assert judged(tmp_path, timed(40, 50), demands("long: duration >= 45 s")).criteria[0].state is CriterionState.MET


def test_no_run_ends_after_it_was_archived(tmp_path: Path) -> None:
    policy = demands("quick: duration <= 60 s")
    parallel = timed(*[2400] * 20)
    soon, late = FIRST_DAY + timedelta(minutes=45), datetime(2025, 3, 1, tzinfo=UTC)
    ends = {
        now: judged(tmp_path / f"{now:%d}", parallel, policy, now=now).run.manifest.finished for now in (soon, late)
    }
    assert set(ends.values()) == {FIRST_DAY + timedelta(minutes=40)}
    whole = judged(tmp_path / "whole", timed(7200), policy, now=soon)
    assert whole.run.manifest.finished == soon
    ahead = judged(tmp_path / "ahead", timed(7200), policy, now=FIRST_DAY - timedelta(days=1))
    assert ahead.run.manifest.finished == FIRST_DAY


def test_every_measure_of_the_policy_has_a_value(tmp_path: Path) -> None:
    """A row in the table of the policy and one in that of the assessment, by the same name, for each."""
    assert VALUES.keys() == {*MEASURES, METRIC.name}
    found = story(tmp_path, Run("a pass, b fail boom, c skip | a b c d", metrics={"rss": "1 MB"}))[0]
    for row in (*MEASURES.values(), METRIC):
        name = "metric.rss" if row is METRIC else row.name
        limit = {"number": "1", "ratio": "1%", "time": "1 d", "": "1 MB"}[row.dimension]
        criterion = Criterion.model_validate({"id": "x", "title": "X", "measure": name, "at_most": limit})
        assert criterion.row is row
        value = measure(criterion, found.facts, found.known)
        assert (value.value is None) == bool(value.missing), row
        if value.value is not None and row.dimension != "":
            assert value.unit == {"number": "", "ratio": "%", "time": "s"}[row.dimension]
