"""The gate's answers about runs in the compact notation, for the tests of its formats."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from tests.hostile.hostile_runs import junit, policy
from tests.scenario import Run, story

from readiness.assessment import Assessment, Reason, ReasonKind
from readiness.assessment.notes import note
from readiness.report import GateResult, gate_result, report_of

SITE = "https://example.org/shop"


def answer(assessment: Assessment, at: datetime | None = None, site: str = "") -> GateResult:
    """What the gate says of a judgement by the recorded policy; asked at the time of the judgement, or later."""
    link = f"{site}/reports/{assessment.run.id}/" if site else None
    return gate_result(report_of(assessment), at or assessment.verdict.as_of, link=link)


def hostile(root: Path) -> list[Assessment]:
    """Two runs whose every text tries to do something, the first failing, the second passing."""
    runs = [
        Run("a pass", version, files={"hostile.xml": junit(version == "2.0").encode()}) for version in ("1.0", "2.0")
    ]
    return story(root, *runs, policy=policy())


def retold(assessment: Assessment, texts: Iterable[str]) -> Assessment:
    """The same judgement, in which a text stands wherever a run or a policy can put one, once for each text.

    Needs a run with one failing test: its blocker, criterion and reasons are multiplied.
    """
    (blocker,) = assessment.blockers.values()
    result, texts = assessment.criteria[0], list(texts)
    blockers, criteria, reasons = {}, [], []
    for number, text in enumerate(texts):
        name = f"B-{number:06}"
        member = replace(blocker.members[0], key=blocker.members[0].key._replace(group=text, name=text))
        member = replace(member, reason=note("member_skipped", reason=text))
        blockers[name] = replace(blocker, id=name, subject=text, members=(member,), area=text, owner=text)
        criterion = result.criterion.model_copy(update={"id": f"c{number}", "title": text})
        measured = replace(result.measured, holders=(member.key,))
        criteria.append(replace(result, criterion=criterion, measured=measured))
        reasons += [Reason(ReasonKind.CRITERION, f"c{number}"), Reason(ReasonKind.BLOCKER, name)]
    verdict = replace(assessment.verdict, blocked=tuple(reasons), residual=tuple(reasons), unproven=())
    manifest = assessment.run.manifest.model_copy(
        update={"product": "".join(texts[:1]), "version": "".join(texts[-1:])}
    )
    run, facts = replace(assessment.run, manifest=manifest), replace(assessment.facts, run=manifest)
    return replace(assessment, run=run, facts=facts, verdict=verdict, blockers=blockers, criteria=tuple(criteria))
