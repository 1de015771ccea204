"""Where the run that answers stands among the others: what replaced it, what counts alike, what is later or higher."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from readiness.archive import Archive, parse_version
from readiness.assessment import Assessment, Assessments
from readiness.phrases.places import highest_told, latest_told, siblings_told, superseded_told


@dataclass(frozen=True)
class Place:
    """What a careful reader of one run's verdict must know of other runs."""

    siblings: tuple[Assessment, ...] = ()
    """The runs that count alike, the one that answers among them, since nothing says which is later; else empty."""
    successors: tuple[Assessment, ...] = ()
    """What replaced the run; empty while it stands."""
    latest: Assessment | None = None
    """The latest run of its release, where that is another one and nobody has named this one."""
    highest: Assessment | None = None
    """The verdict on the highest release, where that is another one and nobody has named this one."""

    def overrules(self, at: datetime) -> bool:
        """True where a run that replaced it, or counts alike, is not READY at that time."""
        return any(not one.verdict.ready or one.verdict.expired(at) for one in (*self.siblings, *self.successors))

    def notes(self, found: Assessment) -> Iterator[tuple[str, str]]:
        """(what it is about, a sentence) of each thing to know, for the judgement that answers."""
        if self.successors:
            yield "superseded", superseded_told(found, self.successors)
        if self.siblings:
            yield "siblings", siblings_told(self.siblings)
        if self.latest:
            yield "latest", latest_told(self.latest)
        if self.highest:
            yield "highest", highest_told(self.highest)


ALONE = Place()


def place_of(
    found: Assessment, archive: Archive, assessments: Assessments, runs: Iterable[str], *, told: bool
) -> Place:
    """The place of a judgement; `runs` are all that were asked for, `told` says that somebody named run or release."""
    chain, own = archive.chain, found.run.id
    beside = sorted({*runs, *chain.siblings(own)}) if own not in chain.superseded else []
    version = found.run.manifest.version
    latest, highest = chain.latest(version), chain.latest()
    name = archive.runs[highest[0]].manifest.version
    higher = name != version and parse_version(name) is not None
    return Place(
        siblings=tuple(assessments.latest_of(run) for run in beside) if len(beside) > 1 else (),
        successors=tuple(assessments.latest_of(run) for run in chain.standing(own) if run != own),
        latest=assessments.worst_of(latest) if not told and own not in latest else None,
        highest=assessments.worst_of(highest) if not told and higher else None,
    )
