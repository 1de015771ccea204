"""What each waiver accepted when it was granted, carried along the chain: it covers nothing that came later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from readiness.assessment.blockers import BlockerState
from readiness.assessment.criteria import CriterionState
from readiness.assessment.members import Member, MemberState
from readiness.model import TestKey
from readiness.policy import SEVERITIES, Policy, Severity, Waiver
from readiness.serial import ByTest

if TYPE_CHECKING:
    from readiness.assessment.waivers import Situation


@dataclass(frozen=True)
class Accepted:
    """A cause that was known, and how bad it was."""

    signature: str
    severity: Severity

    def covers(self, member: Member) -> bool:
        """True where the member fails of that cause, and that is no worse than it was."""
        no_worse = SEVERITIES.index(member.category.severity) >= SEVERITIES.index(self.severity)
        return no_worse and member.cause.signature == self.signature


@dataclass(frozen=True)
class Grant:
    """A waiver, and what was known when it was granted."""

    waiver: Waiver
    causes: ByTest[Accepted | None]
    """Of what each of its tests failed; None: it gave no result."""
    unproven: bool = False
    """True where its criterion was not proven."""

    def accepts(self, member: Member) -> bool:
        """True where the member fails of what was known of it; of a test that came later, of what was known at all."""
        if member.key in self.causes:
            known = self.causes[member.key]
            return known is not None and known.covers(member)
        return any(one is not None and one.covers(member) for one in self.causes.values())

    def exceeded_by(self, situation: Situation) -> tuple[Member, ...]:
        """The tests that fail of a cause that was not known."""
        return tuple(one for one in _failing(self.waiver, situation) if not self.accepts(one))

    def carried(self, situation: Situation) -> Grant:
        """The grant after a judgement: what it accepted of tests that came later is known from then on."""
        joined = {
            one.key: _accepted(one)
            for one in _failing(self.waiver, situation)
            if one.key not in self.causes and self.accepts(one)
        }
        return replace(self, causes={**self.causes, **joined}) if joined else self


def grants_after(
    before: Mapping[tuple[str, str], Grant],
    policy: Policy,
    situation: Situation,
    known: Situation | None,
    renamed: Mapping[TestKey, TestKey],
) -> dict[tuple[str, str], Grant]:
    """Target -> what its waiver accepted, after a judgement.

    A waiver is granted at the first judgement whose policy holds it in those very words: whoever changes it grants it
    anew. `known` is how things stood before that judgement, None where its own evidence is all there was to know.
    `renamed`: what the tests of both are called from now on.
    """
    found: dict[tuple[str, str], Grant] = {}
    for waiver in policy.waivers:
        grant = before.get(waiver.target)
        kept = grant is not None and grant.waiver == waiver
        if grant and kept:
            found[waiver.target] = replace(grant, causes=_by_new(grant.causes, renamed)).carried(situation)
        else:
            found[waiver.target] = _granted(waiver, situation, known, renamed)
    return found


def _by_new(
    causes: Mapping[TestKey, Accepted | None], renamed: Mapping[TestKey, TestKey]
) -> dict[TestKey, Accepted | None]:
    return {renamed.get(key, key): cause for key, cause in causes.items()}


def _granted(
    waiver: Waiver, situation: Situation, known: Situation | None, renamed: Mapping[TestKey, TestKey]
) -> Grant:
    causes = _by_new(_known(waiver, known or situation), renamed if known else {})
    now = {one.key: one for one in _failing(waiver, situation)}
    nothing_known = not causes
    for key, member in now.items():
        cause = causes.get(key)
        # The policy that grants the waiver says how bad a known cause is.
        if (cause and cause.signature == member.cause.signature) or nothing_known:
            causes[key] = _accepted(member)
    results = (known or situation).criteria
    states = [one.state for one in results if waiver.target == ("criterion", one.criterion.id)]
    return Grant(waiver, causes, CriterionState.UNPROVEN in states)


def _known(waiver: Waiver, situation: Situation) -> dict[TestKey, Accepted | None]:
    kind, name = waiver.target
    found: dict[TestKey, Accepted | None] = {}
    if kind == "test":
        found = dict.fromkeys(situation.labelled(name))
    return found | {one.key: _accepted(one) for one in _members(waiver, situation)}


def _members(waiver: Waiver, situation: Situation) -> list[Member]:
    """The members of blockers that a waiver names, those of blockers that are not closed last."""
    kind, name = waiver.target
    if kind == "blocker":
        return list(situation.blockers[name].members) if name in situation.blockers else []
    blockers = sorted(situation.blockers.values(), key=lambda one: one.state is not BlockerState.CLOSED)
    return [one for blocker in blockers for one in blocker.members if kind == "test" and one.key.label == name]


def _failing(waiver: Waiver, situation: Situation) -> list[Member]:
    return [one for one in _members(waiver, situation) if one.state is MemberState.FAILING]


def _accepted(member: Member) -> Accepted:
    return Accepted(member.cause.signature, member.category.severity)
