"""The life of blockers that are made of tests, stepped along the chain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from readiness.analysis import Cause, RunFacts, Sighting, cause_of
from readiness.assessment.blockers import DONE, Blocker, BlockerState, Kind, Member, MemberState, RunRef, blocker_id
from readiness.assessment.diagnosis import classify, diagnose_skip, missing_components
from readiness.model import Detail, Outcome, Scope, TestKey, TestResult
from readiness.policy import Diagnosis, Policy

Past = Callable[[str, Mapping[TestKey, Scope]], Mapping[TestKey, Sequence[tuple[str, Sighting]]]]
"""(run, members) -> what each run from that one on, up to the one before now, showed of each: (commit, sighting)."""

Found = tuple[TestResult, Cause]
Place = tuple[Kind, str, str]
"""Kind, signature and area: where a failing test belongs."""


@dataclass(frozen=True)
class Moment:
    """A run as the blockers see it."""

    facts: RunFacts
    policy: Policy
    seen: Mapping[TestKey, Sighting]
    """What the run says of each member of a blocker that is not closed."""
    withdrawn: Mapping[TestKey, str]
    """Those of them that are out of service for good, and why."""

    @property
    def here(self) -> RunRef:
        """The run's point on the chain."""
        manifest = self.facts.run.manifest
        return RunRef(manifest.id, manifest.version, manifest.finished)

    @property
    def commit(self) -> str:
        """What passes are counted by: the commit, else the run."""
        return self.facts.run.manifest.commit or self.facts.run.id


def step(before: Mapping[str, Blocker], moment: Moment, past: Past) -> dict[str, Blocker]:
    """The blockers after a run, from those before it; `past` is asked only where a test joins one that is there."""
    failing = {result.key: (result, cause_of(result)) for result in moment.facts.problems}
    missing = missing_components(moment.facts, moment.policy)
    after = {
        blocker.id: blocker if blocker.state is BlockerState.CLOSED else _moved(blocker, moment, failing, missing)
        for blocker in before.values()
        if blocker.own is None
    }
    _place(after, moment, failing, missing, past)
    return after


def _moved(
    blocker: Blocker, moment: Moment, failing: Mapping[TestKey, Found], missing: Mapping[TestKey, Found]
) -> Blocker:
    skipped = missing if blocker.kind is Kind.COMPONENT else {}
    members = tuple(
        _advance(member, failing.get(member.key) or skipped.get(member.key), moment) for member in blocker.members
    )
    moved = replace(_diagnosed(blocker, moment.policy), members=members)
    return replace(moved, closed=moment.here if moved.state is BlockerState.CLOSED else None)


def _diagnosed(blocker: Blocker, policy: Policy) -> Blocker:
    """The blocker as this policy sees it."""
    category = _category(blocker.kind, blocker.cause, policy)
    return replace(blocker, category=category, owner=_owner(blocker.area, policy))


def _category(kind: Kind, cause: Cause, policy: Policy) -> Diagnosis:
    return diagnose_skip(cause.message, policy) if kind is Kind.COMPONENT else classify(cause, policy)


def _advance(member: Member, found: Found | None, moment: Moment) -> Member:
    here, seen = moment.here, moment.seen[member.key]
    if found is not None:
        result, cause = found
        detail = result.details[0] if result.details else member.detail
        failed = _failed_again(member, here)
        told = replace(failed, cause=cause, detail=detail, scope=result.scope, reason="")
        return replace(told, state=MemberState.FAILING, skipped=result.outcome is Outcome.SKIPPED)
    if seen.outcome in (Outcome.FAILED, Outcome.ERROR):
        return replace(_failed_again(member, here), state=MemberState.FAILING, reason="tests beneath it fail")
    if seen.outcome is Outcome.FLAKY:
        # It proves nothing: what failed or is unverified stays so, what has passed is to be observed again.
        unsettled = member.state in (MemberState.FAILING, MemberState.UNVERIFIED)
        state = member.state if unsettled else MemberState.OBSERVING
        return replace(_failed_again(member, here), state=state, reason="passed only after a retry")
    if seen.outcome is Outcome.PASSED:
        passed = replace(member, passes=tuple(dict.fromkeys((*member.passes, moment.commit))), reason="")
        done = len(passed.passes) >= passed.required
        return replace(passed, state=MemberState.PASSED if done else MemberState.OBSERVING)
    if member.state in DONE:
        return member
    if member.key in moment.withdrawn:
        return replace(member, state=MemberState.WITHDRAWN, reason=moment.withdrawn[member.key])
    reasons = {
        Outcome.SKIPPED: f"skipped: {seen.reason}" if seen.reason else "skipped",
        Outcome.NOT_RUN: "expected, but without a result",
    }
    reason = reasons[seen.outcome] if seen.outcome else "no longer reported, and no complete list says that it is gone"
    return replace(member, state=MemberState.UNVERIFIED, reason=reason)


def _failed_again(member: Member, here: RunRef) -> Member:
    return replace(
        member,
        executions=member.executions + len(member.passes) + 1,
        failures=member.failures + 1,
        passed_between=member.passed_between or bool(member.passes),
        passes=(),
        last_failed=here,
        skipped=False,
    )


def _place(
    after: dict[str, Blocker],
    moment: Moment,
    failing: Mapping[TestKey, Found],
    missing: Mapping[TestKey, Found],
    past: Past,
) -> None:
    """Give every test that no open blocker holds a place: an open blocker, a closed one again, or a new one."""
    held = _held(after.values())
    homes = {(blocker.kind, blocker.signature, blocker.area): blocker.id for blocker in after.values()}
    fresh: dict[Place, list[Found]] = {}
    for kind, found in ((Kind.FAILURE, failing), (Kind.COMPONENT, missing)):
        for key, (result, cause) in found.items():
            if key not in held:
                fresh.setdefault((kind, cause.signature, moment.facts.area_of[key]), []).append((result, cause))
    for place, results in sorted(fresh.items()):
        if place not in homes:
            opened = _opened(place, results, moment, frozenset(after))
            after[opened.id] = opened
    for place, results in sorted(fresh.items()):
        if place in homes:
            home = after.pop(homes[place])
            # A test belongs to one open blocker: a reopened one leaves those that have found another place since.
            elsewhere = _held(after.values())
            members = tuple(member for member in home.members if member.key not in elsewhere)
            after[home.id] = _joined(replace(home, members=members), results, moment, past)


def _held(blockers: Iterable[Blocker]) -> frozenset[TestKey]:
    """The members of blockers that are not closed."""
    return frozenset(
        member.key for blocker in blockers if blocker.state is not BlockerState.CLOSED for member in blocker.members
    )


def _joined(home: Blocker, found: list[Found], moment: Moment, past: Past) -> Blocker:
    # One whose last member passed in this very run was never seen closed.
    closed = home.closed not in (None, moment.here)
    known = {member.key: member for member in home.members}
    seen = past(home.opened.run, {result.key: result.scope for result, _ in found})
    for result, cause in found:
        joined = known[result.key].joined if result.key in known else moment.here
        member = replace(_member(result, cause, moment.here), joined=joined)
        known[result.key] = _counted(member, seen[result.key], skips_fail=home.kind is Kind.COMPONENT)
    members = tuple(known[key] for key in sorted(known))
    moved = replace(_diagnosed(home, moment.policy), members=members, closed=None)
    return replace(moved, reopened=moment.here) if closed else moved


def _counted(member: Member, seen: Sequence[tuple[str, Sighting]], *, skips_fail: bool) -> Member:
    """The member that fails now, with its failures and executions since the blocker's first opening."""
    failing = {Outcome.FAILED, Outcome.ERROR, Outcome.FLAKY} | ({Outcome.SKIPPED} if skips_fail else set())
    failures = sum(sighting.outcome in failing for _, sighting in seen)
    passes = len({commit for commit, sighting in seen if sighting.outcome is Outcome.PASSED})
    return replace(member, failures=failures + 1, executions=failures + passes + 1, passed_between=passes > 0)


def _opened(place: Place, found: list[Found], moment: Moment, taken: frozenset[str]) -> Blocker:
    kind, signature, area = place
    cause, here = found[0][1], moment.here
    return Blocker(
        id=blocker_id(here, signature, area, taken),
        kind=kind,
        signature=signature,
        area=area,
        cause=cause,
        subject=_subject([result.key for result, _ in found], area),
        opened=here,
        members=tuple(_member(result, own, here) for result, own in found),
        category=_category(kind, cause, moment.policy),
        owner=_owner(area, moment.policy),
    )


def _member(result: TestResult, cause: Cause, here: RunRef) -> Member:
    detail = result.details[0] if result.details else Detail(result.outcome.value, "", "", "")
    skipped = result.outcome is Outcome.SKIPPED
    return Member(result.key, MemberState.FAILING, here, here, cause, detail, scope=result.scope, skipped=skipped)


def _subject(keys: list[TestKey], area: str) -> str:
    """The members' common name without parameters, else their area."""
    names = {
        key.name[: key.name.find("[")] if key.name.endswith("]") and "[" in key.name[1:] else key.name for key in keys
    }
    name = names.pop() if len(names) == 1 else ""
    return name or f"{len(keys)} {'test' if len(keys) == 1 else 'tests'} in {area}"


def _owner(area: str, policy: Policy) -> str:
    return next((one.owner for one in policy.areas if one.name == area), "")
