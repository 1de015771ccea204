"""The life of blockers that are made of tests, stepped along the chain."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from readiness.analysis import Cause, RunFacts, RunRef, Sighting, cause_of, ref_to
from readiness.assessment.blockers import Blocker, BlockerState, Kind, TestBlocker, blocker_id
from readiness.assessment.diagnosis import diagnose, look, missing_components
from readiness.assessment.members import Member, MemberState, gathered, leading, without_parameters
from readiness.assessment.notes import Note, note
from readiness.assessment.owners import owner_of_member
from readiness.model import Detail, Outcome, Scope, TestKey, TestResult
from readiness.policy import Policy

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
    as_of: datetime
    """When it is judged."""
    seen: Mapping[TestKey, Sighting]
    """What the run says of each member that is watched."""
    unlisted: Collection[TestKey]
    """Those of them that a complete list no longer holds."""
    retired: Mapping[TestKey, Note]
    """Those of them that the policy has taken out of service, and why."""

    @property
    def here(self) -> RunRef:
        """The run's point on the chain."""
        return ref_to(self.facts.run)

    @property
    def commit(self) -> str:
        """What passes are counted by: the commit, else the run."""
        return self.facts.run.commit or self.facts.run.id


def step(before: Mapping[str, Blocker], moment: Moment, past: Past) -> dict[str, TestBlocker]:
    """The blockers after a run, from those before it; `past` is asked only where a test joins one that is there."""
    failing = {result.key: (result, cause_of(result)) for result in moment.facts.problems}
    missing = missing_components(moment.facts, moment.policy, moment.as_of)
    members = [*watched(before.values())]
    skips = [member.cause.message for member in members if member.detail.kind == "skipped"]
    look(moment.policy, (*(cause for _, cause in failing.values()), *(member.cause for member in members)), skips)
    after = {
        blocker.id: blocker if blocker.state is BlockerState.CLOSED else _moved(blocker, moment, failing, missing)
        for blocker in before.values()
        if isinstance(blocker, TestBlocker)
    }
    _revive(after, _held(before.values()) | failing.keys() | missing.keys(), moment)
    _place(after, moment, failing, missing, past)
    return after


def watched(blockers: Iterable[Blocker]) -> Iterator[Member]:
    """The members that a run can move: those of blockers that are not closed, and of closed ones the withdrawn."""
    for blocker in blockers:
        closed = blocker.state is BlockerState.CLOSED
        yield from (one for one in blocker.members if not closed or one.state is MemberState.WITHDRAWN)


def _revive(after: dict[str, TestBlocker], taken: Collection[TestKey], moment: Moment) -> None:
    """Take up closed blockers whose withdrawn tests are back in service: what was owed then is owed again.

    `taken`: a test that fails finds its place as any other does, one that an open blocker held stays its own. One that
    two closed blockers held belongs to the later.
    """
    closed = [one for one in after.values() if one.state is BlockerState.CLOSED and one.closed]
    for blocker in sorted(closed, key=lambda one: (one.closed.time, one.id) if one.closed else (), reverse=True):
        back = {
            member.key: moved
            for member in blocker.members
            if member.state is MemberState.WITHDRAWN and member.key not in taken
            if (moved := _advance(member, None, moment)).state is not MemberState.WITHDRAWN
        }
        if back:
            taken = {*taken, *back}
            members = tuple(back.get(member.key, member) for member in blocker.members)
            revived = _diagnosed(replace(blocker, members=members), moment)
            closed_still = revived.state is BlockerState.CLOSED
            after[blocker.id] = replace(revived, closed=blocker.closed if closed_still else None)


def _moved(
    blocker: TestBlocker, moment: Moment, failing: Mapping[TestKey, Found], missing: Mapping[TestKey, Found]
) -> TestBlocker:
    # A test that is now skipped since something is missing fails, whatever it failed of before.
    members = tuple(
        _advance(member, failing.get(member.key) or missing.get(member.key), moment) for member in blocker.members
    )
    moved = _diagnosed(replace(blocker, members=members), moment)
    return replace(moved, closed=moment.here if moved.state is BlockerState.CLOSED else None)


def _diagnosed(blocker: TestBlocker, moment: Moment) -> TestBlocker:
    """The blocker as the policy sees what its members do now."""
    members = tuple(_as_seen_by(moment.policy, one) for one in blocker.members)
    lead = leading(members, blocker.signature)
    owner = owner_of_member(lead, moment.facts.area_of.get(lead.key, blocker.area), moment.policy)
    return replace(blocker, members=members, owner=owner)


def _as_seen_by(policy: Policy, member: Member) -> Member:
    category, caught = diagnose(member.cause, policy, skipped=member.detail.kind == "skipped")
    return replace(member, category=category, caught=caught)


def _advance(member: Member, found: Found | None, moment: Moment) -> Member:
    here, seen = moment.here, moment.seen[member.key]
    if found is not None:
        result, cause = found
        failed = _failed_again(member, here)
        told = replace(failed, cause=cause, detail=_detail(result), scope=result.scope, file=result.file, reason=None)
        return replace(told, state=MemberState.FAILING, skipped=result.outcome is Outcome.SKIPPED)
    if seen.outcome in (Outcome.FAILED, Outcome.ERROR):
        # What fails beneath a class or module has a blocker of its own; that it was there once stays true.
        if member.state is MemberState.PASSED:
            return member
        return replace(member, state=MemberState.UNVERIFIED, reason=note("beneath_fails"))
    if seen.outcome is Outcome.FLAKY:
        # It proves nothing: what failed or is unverified stays so, what has passed is to be observed again.
        withdrawn = member.state is MemberState.WITHDRAWN
        unsettled = member.state in (MemberState.FAILING, MemberState.UNVERIFIED)
        state = member.state if unsettled else MemberState.UNVERIFIED if withdrawn else MemberState.OBSERVING
        return replace(_failed_again(member, here), state=state, reason=note("passed_after_retry_alone"))
    if seen.outcome is Outcome.PASSED and seen.repeated:
        # It was executed for an earlier run: what was owed before is owed still.
        settled = member.state in (MemberState.OBSERVING, MemberState.PASSED)
        return member if settled else replace(member, state=MemberState.UNVERIFIED, reason=_REPEATED)
    if seen.outcome is Outcome.PASSED:
        passed = replace(member, passes=tuple(dict.fromkeys((*member.passes, moment.commit))), reason=None)
        done = len(passed.passes) >= passed.required
        return replace(passed, state=MemberState.PASSED if done else MemberState.OBSERVING)
    if member.state is MemberState.PASSED:
        return member
    # What a list has let go stays so until a list or a result says that it is back, whatever was retired meanwhile.
    dropped = member.unlisted and member.state is MemberState.WITHDRAWN and seen.outcome is None
    unlisted = dropped or member.key in moment.unlisted
    if unlisted or member.key in moment.retired:
        reason = moment.retired.get(member.key, _UNLISTED)
        return replace(member, state=MemberState.WITHDRAWN, unlisted=unlisted, reason=reason)
    reasons = {Outcome.SKIPPED: note("member_skipped", reason=seen.reason), Outcome.NOT_RUN: note("member_not_run")}
    why = reasons[seen.outcome] if seen.outcome else note("member_gone")
    return replace(member, state=MemberState.UNVERIFIED, reason=why)


_REPEATED = note("member_repeated")
_UNLISTED = note("member_unlisted")


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
    after: dict[str, TestBlocker],
    moment: Moment,
    failing: Mapping[TestKey, Found],
    missing: Mapping[TestKey, Found],
    past: Past,
) -> None:
    """Give every test that no open blocker holds a place: an open blocker, a closed one again, or a new one."""
    held = _held(after.values())
    fresh: dict[Place, list[Found]] = {}
    for kind, found in ((Kind.FAILURE, failing), (Kind.COMPONENT, missing)):
        for key, (result, cause) in found.items():
            if key not in held:
                fresh.setdefault((kind, cause.signature, moment.facts.area_of[key]), []).append((result, cause))
    homes = _Homes(after.values(), moment.policy)
    joining: dict[str, list[Found]] = {}
    opening: dict[tuple[str, ...], list[tuple[Place, list[Found]]]] = {}
    for place, results in sorted(fresh.items()):
        gathers = _member(*results[0], moment).gathers
        if home_id := homes.of(place, gathers):
            joining.setdefault(home_id, []).extend(results)
        else:
            opening.setdefault((place[0], *gathers, place[2]) if gathers else place, []).append((place, results))
    for places in opening.values():
        opened = _opened(places[0][0], [one for _, found in places for one in found], moment, frozenset(after))
        after[opened.id] = opened
    for home_id, results in joining.items():
        home = after.pop(home_id)
        # A test belongs to one open blocker: a reopened one leaves those that have found another place since.
        elsewhere = _held(after.values())
        members = tuple(member for member in home.members if member.key not in elsewhere)
        after[home.id] = _joined(replace(home, members=members), results, moment, past)


class _Homes:
    """Where tests belong that no open blocker holds."""

    def __init__(self, blockers: Iterable[TestBlocker], policy: Policy) -> None:
        self._of = {(blocker.kind, blocker.signature, blocker.area): blocker for blocker in blockers}
        self._policy = policy

    def of(self, place: Place, gathers: tuple[str, str] | None) -> str | None:
        """Id of the blocker of that signature or cause, one that is open before a closed one; None where it is new."""
        alike = [self._of[place]] if place in self._of else []
        alike += self._gathering.get((place[0], *gathers, place[2]), ()) if gathers else []
        return next((one.id for one in sorted(alike, key=lambda one: one.state is BlockerState.CLOSED)), None)

    @cached_property
    def _gathering(self) -> dict[tuple[str, ...], list[TestBlocker]]:
        """Kind, cause and area -> the blockers that were opened by it, oldest first."""
        found: dict[tuple[str, ...], list[TestBlocker]] = {}
        for blocker in sorted(self._of.values(), key=lambda one: (one.opened.time, one.id)):
            skipped = blocker.kind is Kind.COMPONENT
            if gathers := gathered(*diagnose(blocker.cause, self._policy, skipped=skipped)):
                found.setdefault((blocker.kind, *gathers, blocker.area), []).append(blocker)
        return found


def _held(blockers: Iterable[Blocker]) -> frozenset[TestKey]:
    """The members of blockers that are not closed."""
    return frozenset(
        member.key for blocker in blockers if blocker.state is not BlockerState.CLOSED for member in blocker.members
    )


def _joined(home: TestBlocker, found: list[Found], moment: Moment, past: Past) -> TestBlocker:
    # One whose last member passed in this very run was never seen closed.
    closed = home.closed not in (None, moment.here)
    known = {member.key: member for member in home.members}
    seen = past(home.opened.run, {result.key: result.scope for result, _ in found})
    for result, cause in found:
        joined = known[result.key].joined if result.key in known else moment.here
        member = replace(_member(result, cause, moment), joined=joined)
        known[result.key] = _counted(member, seen[result.key], skips_fail=home.kind is Kind.COMPONENT)
    members = tuple(known[key] for key in sorted(known))
    moved = _diagnosed(replace(home, members=members, closed=None), moment)
    return replace(moved, reopened=moment.here) if closed else moved


def _counted(member: Member, seen: Sequence[tuple[str, Sighting]], *, skips_fail: bool) -> Member:
    """The member that fails now, with its failures and executions since the blocker's first opening."""
    failing = {Outcome.FAILED, Outcome.ERROR, Outcome.FLAKY} | ({Outcome.SKIPPED} if skips_fail else set())
    new = [(commit, sighting.outcome) for commit, sighting in seen if not sighting.repeated]
    failures = sum(outcome in failing for _, outcome in new)
    passes = len({commit for commit, outcome in new if outcome is Outcome.PASSED})
    return replace(member, failures=failures + 1, executions=failures + passes + 1, passed_between=passes > 0)


def _opened(place: Place, found: list[Found], moment: Moment, taken: frozenset[str]) -> TestBlocker:
    kind, signature, area = place
    cause, here = found[0][1], moment.here
    opened = TestBlocker(
        id=blocker_id(here, signature, area, taken),
        kind=kind,
        signature=signature,
        area=area,
        cause=cause,
        subject=_subject(result.key for result, _ in found),
        size=len(found),
        opened=here,
        members=tuple(_member(result, own, moment) for result, own in found),
    )
    return _diagnosed(opened, moment)


def _member(result: TestResult, cause: Cause, moment: Moment) -> Member:
    here, skipped = moment.here, result.outcome is Outcome.SKIPPED
    category, caught = diagnose(cause, moment.policy, skipped=_detail(result).kind == "skipped")
    return Member(
        key=result.key,
        state=MemberState.FAILING,
        joined=here,
        last_failed=here,
        cause=cause,
        detail=_detail(result),
        category=category,
        caught=caught,
        file=result.file,
        scope=result.scope,
        skipped=skipped,
    )


def _detail(result: TestResult) -> Detail:
    return result.details[0] if result.details else Detail(result.outcome.value, "", "", "")


def _subject(keys: Iterable[TestKey]) -> str:
    """The common name without parameters; empty where there is none."""
    names = {without_parameters(key.name) for key in keys}
    return names.pop() if len(names) == 1 else ""
