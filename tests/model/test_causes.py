"""Telling things together changes no verdict: random chains, with causes and checklists, told together and apart."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from tests.model.answers import Step, archived
from tests.model.chains import chains
from tests.scenario import checklist
from tests.tries import tries

from readiness import phrases
from readiness.archive import Archive
from readiness.assessment import Assessment, MemberState, assess, judging, open_blockers

CAUSE = {"title": "Broken", "message": "boom|bang", "cause": True, "items": ["small"]}
ITEMS = checklist(
    {"id": "core", "tests": ["tests.test_app*"]},
    {"id": "small", "metric": {"name": "rss", "at_most": "300 MB"}},
    {"id": "fails", "criterion": "failures"},
)
CRITERIA = [
    {"id": "failures", "title": "None fails", "measure": "failures", "equals": 0},
    {"id": "rss", "title": "Small", "measure": "metric.rss", "at_most": "300 MB"},
]


def with_items(steps: list[Step], *, cause: bool) -> list[Step]:
    """The chain with a checklist, its failures as one cause; without waivers of blockers, which then are others."""
    return [replace(step, policy=_policy(dict(step.policy or {}), cause=cause)) for step in steps]


def _policy(policy: dict[str, Any], *, cause: bool) -> dict[str, Any]:
    known = {one["id"]: one for one in (*policy.get("criteria", ()), *CRITERIA)}
    kinds = [*policy.get("categories", ()), {**CAUSE, "cause": cause, "items": CAUSE["items"] if cause else []}]
    waivers = [one for one in policy.get("waivers", ()) if "blocker" not in one]
    waivers = [one for one in waivers if one.get("criterion", "failures") in known]
    return {**policy, "criteria": [*known.values()], "categories": kinds, "checklist": ITEMS, "waivers": waivers}


def judged(steps: list[Step]) -> list[Assessment]:
    with tempfile.TemporaryDirectory() as folder:
        archived(Path(folder), steps)
        found = assess(Archive(Path(folder)), None).by_run
        return [one for run in found for one in found[run]]


def words(found: list[Assessment]) -> list[tuple[str, str]]:
    return [(one.verdict.word.value, one.unwaived.word.value) for one in found]


@pytest.mark.slow
@tries(6)
@given(chains(longest=4))
def test_no_verdict_depends_on_what_is_told_where(steps: list[Step]) -> None:
    told = judged(with_items(steps, cause=True))
    with mock.patch.object(judging, "kept_open", lambda situation, *_: dict(situation.blockers)):
        apart = judged(with_items(steps, cause=False))
    assert words(told) == words(apart)
    for one in told:
        shown = open_blockers(one)
        titles = [phrases.title_of(blocker) for blocker in shown]
        assert len(set(titles)) == len(titles)
        held = [key for blocker in shown for key in (member.key for member in blocker.members)]
        assert len(set(held)) == len(held)
        failing = {m.key for blocker in shown for m in blocker.members if m.state is MemberState.FAILING}
        assert {result.key for result in one.facts.problems} <= failing
        assert one.verdict.ready or any(blocker.blocks or blocker.doubted for blocker in shown) == any(
            blocker.blocks or blocker.doubted for blocker in one.blockers.values()
        )
