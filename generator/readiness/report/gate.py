"""The gate's result: one judgement, asked at one time, with its place among the other runs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from readiness.archive import Archive, parse_version
from readiness.assessment import Judged, Word
from readiness.report.collection import Reports
from readiness.report.model import Report
from readiness.serial import ALWAYS_THERE

EXIT: dict[Word, Literal[0, 1, 3]] = {Word.READY: 0, Word.BLOCKED: 1, Word.UNPROVEN: 3}


@dataclass(frozen=True)
class Withdrawn:
    """That a run was archived by mistake."""

    time: datetime
    by: str
    reason: str


@dataclass(frozen=True)
class Place:
    """What a careful reader of one run's verdict must know of other runs."""

    siblings: tuple[Judged, ...] = ()
    """The runs that count alike, the one that answers among them, since nothing says which is later; else empty."""
    successors: tuple[Judged, ...] = ()
    """What replaced the run; empty while it stands."""
    latest: Judged | None = None
    """The latest run of its release, where that is another one and nobody has named this one."""
    highest: Judged | None = None
    """The verdict on the highest release, where that is another one and nobody has named this one."""
    withdrawn: Withdrawn | None = None
    """Why the run does not count at all; None while it does."""
    overrules: bool = False
    """True where one of the successors or siblings is not READY when the gate is asked, or the run was withdrawn."""


@dataclass(frozen=True)
class GateResult:
    """A judgement, and what the moment of asking adds to it. The moment itself is told nowhere."""

    __pydantic_config__ = ALWAYS_THERE

    schema: Literal[1]
    ready: bool
    """True for READY that has not expired and is not overruled."""
    exit_code: Literal[0, 1, 3]
    """0 READY, 1 BLOCKED, 3 UNPROVEN, expired or overruled."""
    expired: bool
    """True for a READY of which evidence, a waiver or a sign-off has ended when the gate is asked."""
    overruled: bool
    """True for a READY whose run was withdrawn, or replaced by one, or counts beside one, that is not READY when the
    gate is asked."""
    policy: str
    """SHA-256 of the policy that it was judged by."""
    recorded: bool
    """False where that is not the policy of the recorded judgement."""
    trial: bool
    """True where the run is not archived: the answer is what it would be."""
    link: str | None
    """Address of the report in the published site, where that is known."""
    place: Place
    report: Report


def gate_result(
    report: Report,
    at: datetime,
    place: Place | None = None,
    policy: str | None = None,
    link: str | None = None,
    *,
    trial: bool = False,
) -> GateResult:
    """What the gate says of a judgement at that time; `policy`: by which it was judged instead of the recorded one."""
    place = place or Place()
    expired = report.verdict.expired(at)
    overruled = report.verdict.ready and not expired and place.overrules
    ready = report.verdict.ready and not expired and not overruled
    word = report.verdict.word
    return GateResult(
        schema=1,
        ready=ready,
        exit_code=EXIT[Word.UNPROVEN] if word is Word.READY and not ready else EXIT[word],
        expired=expired,
        overruled=overruled,
        policy=policy or report.judgement.policy,
        recorded=policy is None,
        trial=trial,
        link=link,
        place=place,
        report=report,
    )


def place_of(
    found: Report, archive: Archive, reports: Reports, runs: Iterable[str], at: datetime, *, told: bool
) -> Place:
    """The place of a judgement; `runs` are all that were asked for, `told` says that somebody named run or release."""
    chain, own = archive.chain, found.run.id
    beside = (
        sorted({*runs, *chain.siblings(own)}) if not {own} & {*chain.superseded, *archive.notices.withdrawn} else []
    )
    latest, highest = chain.latest(found.run.version), chain.latest()
    name = archive.runs[highest[0]].manifest.version
    higher = name != found.run.version and parse_version(name) is not None
    siblings = [reports.latest_of(run) for run in beside] if len(beside) > 1 else []
    successors = [reports.latest_of(run) for run in chain.standing(own) if run != own]
    notice = next(iter(archive.notices.withdrawn.get(own, ())), None)
    others_stop = any(not other.verdict.ready or other.verdict.expired(at) for other in (*siblings, *successors))
    return Place(
        siblings=tuple(other.judged for other in siblings),
        successors=tuple(other.judged for other in successors),
        latest=reports.worst_of(latest).judged if not told and own not in latest else None,
        highest=reports.worst_of(highest).judged if not told and higher else None,
        withdrawn=Withdrawn(notice.time, notice.by, notice.reason) if notice else None,
        overrules=notice is not None or others_stop,
    )
