"""What the lists of all runners have in common: from tests to an evidence file, with what keeps it from being whole."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from readiness.evidence.findings import plural
from readiness.evidence.intake import Intake
from readiness.evidence.nodeids import Names
from readiness.model import CollectedList, EvidenceFile

ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "pytest": "python -m pytest --collect-only -q",
        "vitest": "npx vitest list --json",
        "jest": "npx jest --listTests --json",
        "playwright": "npx playwright test --list --reporter=json",
        "go": "go test -list . ./...",
        "ctest": "ctest --show-only=json-v1",
        "nextest": "cargo nextest list --message-format json",
        "dotnet": "dotnet test --list-tests",
    }
)
"""What writes the list of each runner that has one."""

RUNNER = "test runner"
"""Fact of the environment by which results name theirs; CTRF has its `tool`, with a version behind the name."""


def plain_lines(text: str) -> list[str]:
    """The lines without colours; names may hold characters that `splitlines` would split at."""
    return [ANSI.sub("", line).rstrip("\r") for line in text.split("\n")]


def list_command(environment: Mapping[str, str]) -> tuple[str, str]:
    """The runner that the results of a run name, and the command that lists its tests; two empty texts in doubt."""
    told = [*environment.get(RUNNER, "").split(", "), *environment.get("tool", "").split(", ")]
    known = {name for one in told if (name := one.partition(" ")[0].lower()) in COMMANDS}
    runner = known.pop() if len(known) == 1 else ""
    return runner, COMMANDS.get(runner, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list as its reader found it."""

    runner: str
    tests: Sequence[Names]
    """Group and name of each test, in the spelling of the runner's results."""
    hosts: Sequence[str] = ()
    errors: Sequence[str] = ()
    """Groups (files, packages) that could not be listed."""
    whole: Sequence[str] = ()
    """Groups that are listed in full though others are not."""
    declared: int | None = None
    """How many tests the list says it holds."""
    counted: int | None = None
    """How many of the list's own count were found, where that is not the number of `tests`."""
    left_out: int = 0
    """Tests that the runner was told to leave out, at least."""
    broken: bool = False
    """True where the runner failed, so that tests may be missing."""
    repeated: Sequence[str] = ()
    """Groups that stand there several times, so that one name may refer to different tests."""
    unread: int = 0
    """Entries that are no test."""
    cut_off: bool = False
    files: bool = False
    folder: str = ""

    @property
    def again(self) -> str:
        """The remedy for a list that is not whole."""
        command = COMMANDS.get(self.runner)
        return f"run {f'`{command}`' if command else 'what wrote it'} again and archive its whole output"


def evidence_of(listing: Listing, intake: Intake) -> EvidenceFile:
    """The evidence file of a list; an empty one, or one that was cut off, is a loss and proves nothing."""
    findings, again, noun = intake.findings, listing.again, "file" if listing.files else "test"
    found = len(listing.tests) if listing.counted is None else listing.counted
    differs = listing.declared is not None and listing.declared != found
    reason = ""
    if listing.cut_off:
        reason = f"the list was cut off; {again}"
        findings.lost("list-cut-off", reason)
    elif listing.unread:
        reason = f"{plural(listing.unread, 'entry', 'entries')} of the list cannot be read; {again}"
        findings.lost("test-unreadable", reason)
    elif differs:
        told = f"the list says it holds {plural(listing.declared or 0, noun)}, but {found} are listed"
        findings.add("count-differs", f"{told}; {again}")
    elif not listing.tests:
        findings.lost("list-empty", f"no {noun} is listed: an empty list proves nothing")
    if listing.errors or listing.broken:
        count = plural(max(len(listing.errors), 1), "error")
        findings.add("collection-errors", f"{count} while listing: an unknown number of tests is not listed")
    if listing.repeated:
        told = f"{plural(len(listing.repeated), 'group')} listed several times: one name may refer to different tests"
        findings.add("listed-twice", f"{told}; archive each list with a source or variant of its own")
    if listing.left_out:
        told = f"{plural(listing.left_out, noun)} left out: a test missing from this list may still exist"
        findings.add("deselected", told)
    if listing.files:
        told = f"{listing.runner} lists files, no tests: a file has run where a result names it"
        if listing.runner == "jest":
            told += " (have jest-junit write it: JEST_JUNIT_ADD_FILE_ATTRIBUTE=true)"
        findings.add("files-listed", f"{told}; how many tests there are is not known from it")
    return intake.read(
        reason,
        collected=CollectedList(
            tests=tuple(intake.key(*names) for names in listing.tests),
            errors=tuple(intake.key("", group) for group in listing.errors),
            unreliable=tuple(listing.errors),
            modules=() if reason or differs else tuple(listing.whole),
            declared=listing.declared,
            partial=bool(
                reason or differs or not listing.tests or listing.errors or listing.broken or listing.repeated
            ),
            deselected=listing.left_out,
            runner=listing.runner,
            files=listing.files,
            folder=listing.folder,
            hosts=tuple(listing.hosts),
        ),
        declared={} if listing.declared is None else {"tests": listing.declared},
    )
