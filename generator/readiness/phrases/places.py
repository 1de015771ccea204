"""Sentences about where a run stands among the others: what replaced it, what counts beside it, what is higher."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from readiness.assessment.record import Assessment
from readiness.phrases.verdicts import verdict_word
from readiness.phrases.wording import Sentence, say


def siblings_told(found: Sequence[Assessment]) -> Sentence:
    """That nothing says which of some runs is the latest, and what each says."""
    return say("siblings", runs=tuple(_named(one) for one in found))


def superseded_told(found: Assessment, successors: Sequence[Assessment]) -> Sentence:
    """By what a run was replaced, and how to ask for that."""
    return say(
        "superseded_by", run=found.run.id, runs=tuple(_named(one) for one in successors), id=successors[0].run.id
    )


def latest_told(latest: Assessment) -> Sentence:
    """Which run is the latest of a release, what it says, and how to ask for it."""
    version = latest.run.manifest.version
    return say("latest_of_release", version=version, run=_named(latest), asked=shlex.quote(version))


def highest_told(highest: Assessment) -> Sentence:
    """Which release is the highest, what its verdict is, and how to ask for it."""
    version, verdict = highest.run.manifest.version, verdict_word(highest.verdict.word)
    return say("highest_release", version=version, verdict=verdict, asked=shlex.quote(version))


def overruled_recommendation() -> Sentence:
    """What to do about a READY that another run overrules."""
    return say("overruled_recommendation")


def _named(one: Assessment) -> Sentence:
    return say(
        "run_and_verdict",
        version=one.run.manifest.version,
        run=one.run.id,
        verdict=verdict_word(one.verdict.word),
    )
