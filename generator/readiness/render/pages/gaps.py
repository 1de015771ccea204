"""Evidence gaps of a report: what is missing or was not checked, what to do about it, and which tests it concerns."""

from collections.abc import Iterator
from dataclasses import dataclass

from readiness import phrases
from readiness.analysis import Basis
from readiness.assessment import Gap, GapKind, ReasonKind
from readiness.evidence import list_command
from readiness.model import TestKey
from readiness.phrases import say
from readiness.render.pages.changes import TestList, named
from readiness.render.pages.context import Linked
from readiness.render.pages.status import StatusRow, state
from readiness.render.pages.truncated import ROWS, Truncated, first, worst
from readiness.report import Report

REASON_LIMIT = 200
"""Characters of a skip's reason by which skipped tests are listed together."""


@dataclass(frozen=True)
class GapsView:
    """The gaps, and the tests without a result, by reason."""

    notes: Truncated[StatusRow]
    """What is missing or was not checked, each with what to do about it."""
    lists: tuple[TestList, ...]


def gaps_view(report: Report) -> GapsView:
    """What is missing from the evidence of a judgement."""
    notes = first([*_not_checked(report), *_unproven(report)])
    return GapsView(notes, tuple(_without_result(report)))


def _not_checked(report: Report) -> Iterator[StatusRow]:
    if report.facts.basis is not Basis.NONE:
        return
    text = say("gap_not_checked", why=say("first_run"))
    _, command = list_command(report.run.environment)
    fix = say("gap_not_checked_fix", run=report.run.id, command=command)
    yield StatusRow(state("idle", "not checked"), Linked(text), fix)


def _unproven(report: Report) -> Iterator[StatusRow]:
    """The reasons that leave the verdict unproven, then the gaps that criteria state already."""
    fixes = {_stated(gap): phrases.said(gap.fix) for gap in report.gaps}
    reasons, status = report.verdict.unproven, state("warn", "unproven")
    for reason in reasons:
        yield StatusRow(status, Linked(phrases.reason_text(reason, report)), fixes.get(reason.ref, ""))
    told = {reason.ref for reason in reasons if reason.kind is not ReasonKind.BLOCKER}
    for gap in report.gaps:
        if _stated(gap) not in told:
            yield StatusRow(status, Linked(phrases.gap_text(gap)), phrases.said(gap.fix))


def _stated(gap: Gap) -> str:
    """What a reason for it refers to: a criterion without evidence is a reason itself."""
    return gap.name if gap.kind is GapKind.CRITERION else gap.identity


def _without_result(report: Report) -> Iterator[TestList]:
    facts = report.facts
    if facts.not_run:
        yield named(say("list_not_run"), facts.not_run)
    if facts.vanished:
        yield named(say("list_vanished"), facts.vanished)
    skipped: dict[str, list[TestKey]] = {}
    for result in facts.skipped:
        reason = result.details[0].message or result.details[0].text if result.details else ""
        skipped.setdefault(" ".join(reason.split())[:REASON_LIMIT] or say("without_reason"), []).append(result.key)
    reasons = worst(sorted(skipped.items()), lambda found: -len(found[1]), ROWS)
    for reason, keys in reasons:
        yield named(say("list_skipped", reason=reason), keys)
    if reasons.more:
        told = dict(reasons)
        others = [key for reason, keys in sorted(skipped.items()) if reason not in told for key in keys]
        yield named(say("list_skipped_more", reasons=reasons.beyond), others)
