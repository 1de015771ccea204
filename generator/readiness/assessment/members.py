"""Members of blockers: the tests, how each stands, and what it owes."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from readiness.analysis import Cause, RunRef, clean_runs
from readiness.assessment.notes import Note
from readiness.model import Detail, Scope, TestKey
from readiness.policy import SEVERITIES, Diagnosis
from readiness.serial import telling


class MemberState(StrEnum):
    """How a blocker's test stands now."""

    FAILING = "failing"
    UNVERIFIED = "unverified"
    OBSERVING = "observing"
    PASSED = "passed"
    WITHDRAWN = "withdrawn"


DONE = (MemberState.PASSED, MemberState.WITHDRAWN)


@telling("required", "owed")
@dataclass(frozen=True)
class Member:
    """A test that belongs to a blocker.

    `executions` and `failures` count from the blocker's first opening to the member's last failure; `passes` are the
    commits (or runs without one) on which it passed cleanly since.
    """

    key: TestKey
    state: MemberState
    joined: RunRef
    last_failed: RunRef
    cause: Cause
    """Of what it failed last."""
    detail: Detail
    category: Diagnosis
    """What that means by the policy of now."""
    caught: str = ""
    """What the named groups of the category's patterns caught in the message: the name of what is missing."""
    file: str = ""
    """The test's file, where the results say so."""
    scope: Scope = Scope.TEST
    executions: int = 1
    failures: int = 1
    passed_between: bool = False
    passes: tuple[str, ...] = ()
    unlisted: bool = False
    """True where it is withdrawn since a complete list no longer held it."""
    reason: Note | None = None
    """Why it is unverified or withdrawn, quoting a skip's own reason."""
    skipped: bool = False
    """True where it failed last by not running: it was skipped, since something is missing."""

    @property
    def word(self) -> str:
        """How it stands: the state, and `skipped` instead of `failing` where it did not run."""
        return "skipped" if self.skipped and self.state is MemberState.FAILING else self.state.value

    @property
    def gathers(self) -> tuple[str, str] | None:
        """Its cause, whatever its message: category and name of what is missing; None where the message tells it."""
        return gathered(self.category, self.caught)

    @property
    def required(self) -> int:
        """Clean passes that resolve it.

        One, if no pass lies between the blocker's first opening and the last failure; else as `clean_runs` says.
        """
        return clean_runs(self.failures, self.executions) if self.passed_between else 1

    @property
    def owed(self) -> int:
        """Clean passes still missing."""
        return 0 if self.state in DONE else max(0, self.required - len(self.passes))


def gathered(category: Diagnosis, caught: str) -> tuple[str, str] | None:
    """The cause that a category is: its title, and the name of what is missing; None for a kind of failure."""
    return (category.title, caught.casefold()) if category.cause else None


def without_parameters(name: str) -> str:
    """`test_x` of `test_x[1-a]`."""
    return name[: name.find("[")] if name.endswith("]") and "[" in name[1:] else name


_STANDING = {state: at for at, state in enumerate(MemberState)}


def leading(members: Iterable[Member], signature: str) -> Member:
    """The member that a blocker is judged by: of those that stand worst the one of the worst cause."""
    return min(
        members,
        key=lambda one: (
            _STANDING[one.state],
            SEVERITIES.index(one.category.severity),
            one.cause.signature != signature,
            one.key,
        ),
    )
