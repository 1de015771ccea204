"""Blockers: causes that stop releases, with a life of their own."""

import base64
import hashlib
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from readiness.analysis import Cause, RunRef
from readiness.assessment.members import DONE, Member, MemberState, leading
from readiness.assessment.notes import Note, note
from readiness.assessment.window import Window
from readiness.model import TestKey
from readiness.policy import Diagnosis, Effort, Severity
from readiness.serial import telling
from readiness.shorten import short


class BlockerState(StrEnum):
    """The worst state of a blocker's members."""

    OPEN = "open"
    REOPENED = "reopened"
    UNVERIFIED = "unverified"
    OBSERVING = "observing"
    CLOSED = "closed"

    @property
    def stops(self) -> bool:
        """True for a blocker that is there now; an unverified one may be."""
        return self in (BlockerState.OPEN, BlockerState.REOPENED)


class Kind(StrEnum):
    """What a blocker is made of."""

    FAILURE = "failure"
    """Failing tests of one signature."""
    COMPONENT = "component"
    """Tests that were skipped because something is missing."""
    CRITERION = "criterion"
    """A blocking criterion that is not met, of a kind that no test stands behind."""
    GAP = "gap"
    """Evidence that is missing."""
    CHECKLIST = "checklist"
    """A blocking item of the checklist that is not done."""


NAMED, MESSAGE = 60, 200
"""Characters of a message that is short enough to say what is missing, and of any message in a title."""

STOPPING = ("critical", "high")
"""Severities whose open blockers stop a release."""


@dataclass(frozen=True, order=True)
class Kept:
    """A criterion, or an item of the checklist, that a blocker keeps from being met."""

    kind: Literal[Kind.CRITERION, Kind.CHECKLIST]
    ref: str
    """Id of the criterion or item."""


@telling("state", "severity", "title", "label", "risk", "fix", "effort")
@dataclass(frozen=True, kw_only=True)
class Blocker(ABC):
    """One cause that stops releases, with a life of its own."""

    id: str
    kind: Kind
    signature: str
    """Its identity along the chain, with its area."""
    opened: RunRef
    area: str = ""
    owner: str = ""
    reopened: RunRef | None = None
    closed: RunRef | None = None
    members: tuple[Member, ...] = ()
    """Its tests; a requirement has none."""
    keeps_open: tuple[Kept, ...] = ()
    """Criteria and items that fail for nothing but what open blockers hold, this one among them."""
    kept_by: tuple[str, ...] = ()
    """Ids of the blockers that hold it: it is told there, and is none of its own. Empty for all but requirements."""
    window: Window | None = None
    """Where to look for what it came from, when it was opened or reopened last."""
    apart: Literal["", "area", "outcome", "id"] = ""
    """What its title names beside the rest, since another open blocker would read alike."""

    @cached_property
    def states(self) -> frozenset[MemberState]:
        """How what it consists of stands."""
        return frozenset(member.state for member in self.members)

    @property
    @abstractmethod
    def severity(self) -> Severity:
        """How bad it is by the policy of now."""

    @property
    @abstractmethod
    def effort(self) -> Effort | None:
        """Working days to fix it; None where nobody has estimated them."""

    @property
    @abstractmethod
    def title(self) -> str | Note:
        """What it is, and what it concerns."""

    @property
    def label(self) -> str:
        """The kind of failure; empty where the title names it, and for what has no tests."""
        return ""

    @property
    @abstractmethod
    def fix(self) -> str | Note:
        """What to do."""

    @property
    @abstractmethod
    def risk(self) -> str | Note:
        """What it endangers."""

    @cached_property
    def state(self) -> BlockerState:
        """The worst state of the members; closed when all are passed or withdrawn."""
        states = self.states
        if MemberState.FAILING in states:
            return BlockerState.REOPENED if self.reopened else BlockerState.OPEN
        if MemberState.UNVERIFIED in states:
            return BlockerState.UNVERIFIED
        return BlockerState.OBSERVING if MemberState.OBSERVING in states else BlockerState.CLOSED

    @property
    def stopping(self) -> bool:
        """True where it stops a release while it is open, or leaves it unproven."""
        return self.severity in STOPPING or self.doubted

    @property
    def blocks(self) -> bool:
        """True where it stops a release now."""
        return self.state.stops and self.severity in STOPPING

    @property
    def doubted(self) -> bool:
        """True where something as bad as that may be there still: it gave no result, whatever the others do."""
        unverified = (member for member in self.members if member.state is MemberState.UNVERIFIED)
        return any(member.category.severity in STOPPING for member in unverified)

    def without(self, tests: Collection[TestKey]) -> Self:
        """The blocker as its other members alone make it; unchanged where there are none."""
        left = tuple(member for member in self.members if member.key not in tests)
        return replace(self, members=left) if left else self

    def age(self, at: datetime) -> timedelta:
        """How long ago it was first opened."""
        return at - self.opened.time

    @property
    def standing(self) -> dict[str, int]:
        """How many members stand how, by their words, the worst first."""
        order = list(MemberState)
        members = sorted(self.members, key=lambda member: (order.index(member.state), member.word))
        return dict(Counter(member.word for member in members))

    def _told_apart(self, title: str | Note) -> str | Note:
        return note("told_apart", title=title, by=self.id) if self.apart == "id" else title

    def count(self, state: MemberState) -> int:
        """How many members are in that state."""
        return sum(member.state is state for member in self.members)


@dataclass(frozen=True, kw_only=True)
class TestBlocker(Blocker):
    """Tests that fail, or are skipped, of one cause. `signature` and `area` are those of its opening."""

    __test__ = False  # pytest takes every class of such a name for tests

    cause: Cause
    subject: str
    """The common name of the tests that opened it; empty where they have none."""
    size: int
    """How many tests opened it."""
    test: str = ""
    """The name of its one test, as its title has it: with the class or parameters where that alone tells it apart."""

    @cached_property
    def lead(self) -> Member:
        """The member that it is judged by: what the members do now, not what opened it."""
        return leading(self.members, self.signature)

    @property
    def category(self) -> Diagnosis:
        """That of the leading member."""
        return self.lead.category

    @property
    def severity(self) -> Severity:
        """The category's severity."""
        return self.category.severity

    @property
    def effort(self) -> Effort | None:
        """The category's effort."""
        return self.category.effort

    @property
    def fix(self) -> str:
        """What the category advises."""
        return self.category.fix

    @property
    def risk(self) -> str:
        """What the category says."""
        return self.category.risk

    @property
    def label(self) -> str:
        """The category's title; empty where the title of the blocker names it."""
        lead = self.lead
        return "" if _is_named_by_cause(lead) or not lead.cause.said else lead.category.title

    @cached_property
    def title(self) -> str | Note:
        """What is missing, or what the tests say; of a cause that the policy names its name."""
        lead = self.lead
        left = sum(member.state not in DONE for member in self.members) or len(self.members)
        area = self.area if self.apart in ("area", "outcome") else ""
        outcome = lead.word if self.apart == "outcome" else ""
        tests = self.test or note("tests_in", tests=left, area=area, outcome=outcome)
        said = short(lead.cause.said, MESSAGE)
        if _is_named_by_cause(lead):
            told = note(
                "blocker_of_cause",
                what=short(lead.caught, MESSAGE),
                category=lead.category.title,
                tests=tests,
            )
        elif self.test and not lead.category.cause:
            told = note("blocker_of_test", test=self.test, message=said, category=lead.category.title)
        else:
            told = note("blocker_of_tests", message=said, category=lead.category.title, tests=tests)
        return self._told_apart(told)


def _is_named_by_cause(lead: Member) -> bool:
    """True where a blocker is called by its category: a cause, unless a short message soon says what is missing."""
    said, caught = lead.cause.said, lead.caught
    return lead.category.cause and not (caught and len(said) <= NAMED and 0 <= said.find(caught) <= NAMED // 3)


@dataclass(frozen=True)
class Demand:
    """Something that a release has to show, and how that stands: a criterion, evidence, an item of the checklist."""

    kind: Kind
    ref: str
    """Id of the criterion or of the item, identity of the gap."""
    title: str | Note
    state: MemberState
    notes: tuple[Note, ...]
    """What was measured or is missing."""
    fix: Note
    severity: Severity = "high"
    effort: Effort | None = None
    owner: str = ""

    @property
    def signature(self) -> str:
        """`criterion:no-failures`."""
        return f"{self.kind.value}:{self.ref}"


@dataclass(frozen=True, kw_only=True)
class Requirement(Blocker):
    """What a release has to show and does not; it has no tests of its own."""

    demand: Demand

    @property
    def ref(self) -> str:
        """Id of the criterion or of the item, identity of the gap."""
        return self.demand.ref

    @cached_property
    def states(self) -> frozenset[MemberState]:
        """Its own state."""
        return frozenset({self.demand.state})

    @property
    def severity(self) -> Severity:
        """The item's severity; anything else is high."""
        return self.demand.severity

    @property
    def effort(self) -> Effort | None:
        """The item's effort."""
        return self.demand.effort

    @property
    def title(self) -> str | Note:
        """What is demanded, and what was measured."""
        return self._told_apart(self.demand.title)

    @property
    def fix(self) -> Note:
        """What meets the demand."""
        return self.demand.fix

    @property
    def risk(self) -> Note:
        """What every demand of its kind guards."""
        return note(f"risk_{self.kind.value}")

    @property
    def doubted(self) -> bool:
        """True where it is not proven, and that is bad."""
        return self.demand.state is MemberState.UNVERIFIED and self.severity in STOPPING


def blocker_id(opened: RunRef, signature: str, area: str, taken: Iterable[str]) -> str:
    """`B-` and 6 base32 characters over start and version of the opening run, signature and area; longer where taken.

    Start and version stay when a run is superseded, and when its evidence is cut into other files.
    """
    start = opened.run.partition("-")[0]
    told = "\n".join((start, opened.version, signature, area)).encode(errors="surrogatepass")
    digest = base64.b32encode(hashlib.sha256(told).digest()).decode()
    known = frozenset(taken)
    return next(candidate for length in range(6, 53) if (candidate := f"B-{digest[:length]}") not in known)


class _Either:
    """In a report either kind of blocker, which tells itself by what it has."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        kinds = {"tests": TestBlocker, "requirement": Requirement}
        choices = {name: handler.generate_schema(kind) for name, kind in kinds.items()}
        return core_schema.tagged_union_schema(choices, _kind)


def _kind(found: object) -> str:
    has_demand = "demand" in found if isinstance(found, dict) else isinstance(found, Requirement)
    return "requirement" if has_demand else "tests"


AnyBlocker = Annotated[Blocker, _Either()]
"""Either kind of blocker, as data."""
