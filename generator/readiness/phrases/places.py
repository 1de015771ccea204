"""Sentences about where a run stands among the others: what replaced it, what counts beside it, what is higher."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from readiness.assessment import Judged
from readiness.phrases.verdicts import verdict_word
from readiness.phrases.wording import Sentence, say


def siblings_told(found: Sequence[Judged]) -> Sentence:
    """That nothing says which of some runs is the latest, and what each says."""
    return say("siblings", runs=tuple(_named(one) for one in found))


def superseded_told(found: Judged, successors: Sequence[Judged]) -> Sentence:
    """By what a run was replaced, and how to ask for that."""
    return say("superseded_by", run=found.run, runs=tuple(_named(one) for one in successors), id=successors[0].run)


def latest_told(latest: Judged) -> Sentence:
    """Which run is the latest of a release, what it says, and how to ask for it."""
    version = latest.version
    return say("latest_of_release", version=version, run=_named(latest), asked=shlex.quote(version))


def highest_told(highest: Judged) -> Sentence:
    """Which release is the highest, what its verdict is, and how to ask for it."""
    version, verdict = highest.version, verdict_word(highest.verdict)
    return say("highest_release", version=version, verdict=verdict, asked=shlex.quote(version))


def _named(one: Judged) -> Sentence:
    return say(
        "run_and_verdict",
        version=one.version,
        run=one.run,
        verdict=verdict_word(one.verdict),
    )
