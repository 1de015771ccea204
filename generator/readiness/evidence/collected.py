"""The list of collected tests: the output of `pytest --collect-only -q`."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from itertools import takewhile
from operator import or_

from readiness.evidence.findings import Findings, plural
from readiness.evidence.intake import Intake
from readiness.evidence.listing import plain_lines
from readiness.evidence.nodeids import Names, key_names, module_of
from readiness.model import CollectedList, EvidenceFile

AGAIN = "run `pytest --collect-only -q` again and archive its whole output"
ENDED_EARLY = f"pytest was interrupted or failed while collecting: the list is incomplete; {AGAIN}"
WITHOUT_CLOSING = f"the list ends without pytest's closing line: it was cut off; {AGAIN}"

HEADER = re.compile(r"={3,} .+ ={3,}|!{3,} .+ !{3,}|={10,}")
SECTION = re.compile(r"={3,} (?!test session starts).+ ={3,}")
CLOSING = re.compile(
    r"(?:=+ )?(?:(?P<count>\d{1,12})(?:/\d+)? tests? collected|no tests collected)"
    r"(?: \((?P<deselected>\d{1,12}) deselected\))?(?:, (?P<errors>\d{1,12}) errors?)?(?:, \d+ \w+)*"
    r" in \d[\d.]*s(?: \([\d:, a-z]+\))?(?: =+)?",
    re.ASCII,
)
NODE_ID = re.compile(r"[^\s<:].*?::\S.*|[^\s<:{\"][^:\"]*\.\w+::")
"""Notebooks and the like may be items without a name."""
FILE_ID = re.compile(r"[^\s<:{\"][^:\"]*\.\w+::\S")
"""An id that surely is one: it begins with a file."""
LONGEST_ID = 50
"""Lines of one id."""
COUNT_PER_FILE = re.compile(r"\S.*\.\w+: \d+", re.ASCII)
TREE = re.compile(r"\s*<(?:Dir|Package|Module|Class|Function|DoctestItem|Session|UnitTestCase|TestCaseFunction) .+>")
ERROR_LINE = re.compile(r"ERROR (?P<id>.+?\.py(?:::\S++)?|\S+)(?: - .*)?")
ERROR_HEADER = re.compile(r"_{3,} ERROR collecting (?P<id>.+?) _{3,}")
DIED = re.compile(
    r"INTERNALERROR> .*|mainloop: caught unexpected SystemExit!|!{3,} (?:KeyboardInterrupt|[\w.]*Exit: .*) !{3,}"
)
"""Lines of a pytest that did not come to the end of collecting, though it writes its closing line."""
LONGEST_LINE = 4_000
"""Characters of a line about an error that are looked at."""


def looks_collected(text: str) -> bool:
    """True where the text is such a list, whole or cut off, or one that pytest wrote in another shape."""
    lines = [line.strip() for line in plain_lines(text)]
    if any(CLOSING.fullmatch(line) for line in reversed(lines[-20:])):
        return True
    told = list(takewhile(lambda line: not SECTION.fullmatch(line), filter(None, lines)))
    ids = sum(".py::" in line and FILE_ID.match(line) is not None for line in told)
    counts = sum(COUNT_PER_FILE.fullmatch(line) is not None and ".py: " in line for line in told)
    return bool(told) and max(ids, counts) * 2 > len(told)


def read_collected(text: str, intake: Intake) -> EvidenceFile:
    """The tests a runner would run; several lists in one file, each with its closing line, add up.

    Ids count only above the first section of pytest's report. Without a closing line a list was cut off, which is a
    loss. Collection errors, or a count that disagrees, make it partial: the number of expected tests is then a lower
    bound. Tests that were deselected do not, but then a test that is missing from the list is not proven to be gone.
    """
    findings = intake.findings
    blocks = list(_blocks(plain_lines(text)))
    if not any(block.ids for block in blocks) and (refusal := _other_shape(blocks[0].other)):
        return intake.rejected(refusal)
    for block in blocks:
        block.note(findings)
    ids = [node for block in blocks for node in block.ids]
    failed = list(dict.fromkeys(node for block in blocks for node in block.failed))
    # What one list holds several times is several tests; what several lists hold may be one and the same.
    counts = [Counter(key_names(node) for node in block.ids) for block in blocks]
    tests = reduce(or_, counts, Counter[Names]())
    apart = sum(len(count) for count in counts)
    distinct = sum(len(set(block.ids)) for block in blocks)
    if len(tests) < apart:
        told = f"{plural(apart - len(tests), 'id')} in several lists: one key may stand for different tests"
        findings.add("listed-twice", f"{told}; archive each list with a source or variant of its own")
    if apart < distinct:
        told = f"{plural(distinct - apart, 'id')} that pytest reports under the name of another"
        findings.add("listed-twice", f"{told}: a dot in the name of a folder or file reads like a folder")
    if distinct < len(ids):
        findings.add("listed-twice", f"{plural(len(ids) - distinct, 'id')} listed more than once: each is expected")
    if (deselected := sum(block.deselected for block in blocks)) > 0:
        told = f"{plural(deselected, 'test')} deselected: a test missing from this list may still exist"
        findings.add("deselected", told)
    cut, died = blocks[-1].closing is None, any(block.died for block in blocks)
    reason = ENDED_EARLY if died else WITHOUT_CLOSING if cut else ""
    whole, declared = [block for block in blocks if block.agrees], sum(block.declared for block in blocks)
    return intake.read(
        reason,
        collected=CollectedList(
            tests=tuple(intake.key(*names) for names in tests.elements()),
            errors=tuple(intake.key(*key_names(node)) for node in failed),
            unreliable=tuple(dict.fromkeys(_prefix(node) for node in failed)),
            modules=tuple(dict.fromkeys(module_of(node.partition("::")[0]) for block in whole for node in block.ids)),
            declared=None if cut else declared,
            partial=any(block.partial for block in blocks) or len(tests) < apart,
            deselected=deselected,
        ),
        declared={} if cut else {"tests": declared, "errors": sum(block.errors for block in blocks)},
    )


def named_lines(text: str) -> dict[int, str]:
    """The numbers of the lines, from 0, that names are taken from, each with what stands last in it of the name."""
    named: dict[int, str] = {}
    for block in _blocks(plain_lines(text)):
        named |= {block.start + at: block.lines[at] for span in _spans(block.lines) for at in span}
        named |= {block.start + at: found["id"] for at, found in _error_lines(block.lines)}
    return named


@dataclass(slots=True)
class _Block:
    """One list, with the closing line that ends it."""

    start: int
    lines: list[str]
    closing: re.Match[str] | None
    ids: list[str] = field(init=False)
    other: list[str] = field(init=False)
    failed: list[str] = field(init=False)
    """Ids of the files and classes that could not be collected."""
    died: bool = field(init=False)
    """True where pytest did not come to the end of collecting."""
    declared: int = field(init=False)
    """Collected tests, collection errors and deselected tests in the closing line."""
    errors: int = field(init=False)
    deselected: int = field(init=False)

    def __post_init__(self) -> None:
        told = self.closing.groupdict() if self.closing else {}
        self.declared, self.errors, self.deselected = (
            int(told.get(name) or 0) for name in ("count", "errors", "deselected")
        )
        spans = list(_spans(self.lines))
        self.ids = ["\n".join(self.lines[span.start : span.stop]) for span in spans]
        taken = {at for span in spans for at in span}
        self.other = [line for at, line in enumerate(self.lines[: _end(self.lines)]) if at not in taken]
        if self.closing and len(self.ids) > self.declared:  # a line that is no id, such as a log's, may look like one
            named = [node for node in self.ids if FILE_ID.match(node)]
            self.ids = named if len(named) == self.declared else self.ids
        self.failed = _errors(self.lines)
        self.died = any(DIED.fullmatch(line[:LONGEST_LINE]) for line in self.lines)

    @property
    def agrees(self) -> bool:
        """True where the closing line counts what is listed."""
        return self.closing is not None and self.declared == len(self.ids)

    @property
    def partial(self) -> bool:
        """True where more may have been collected, or could have been."""
        return bool(not self.agrees or self.failed or self.errors or self.died or not self.ids)

    def note(self, findings: Findings) -> None:
        """Say what keeps the list from being whole."""
        homeless = sum(line.startswith("::") for line in self.other)
        if self.died:
            findings.lost("list-cut-off", ENDED_EARLY)
        elif self.closing is None:
            findings.lost("list-cut-off", WITHOUT_CLOSING, line=len(self.lines))
        elif homeless:
            told = f"{plural(homeless, 'id')} without a file: the tests lie outside pytest's rootdir and are left out"
            findings.add("outside-rootdir", f"{told}; run pytest from the folder that holds all tests")
        elif not self.agrees:
            listed = f"{len(self.ids)} are listed"
            findings.add("count-differs", f"pytest says it collected {self.declared} tests, but {listed}; {AGAIN}")
        elif not self.ids:
            findings.lost("list-empty", "pytest collected no test: an empty list proves nothing")
        if self.failed or self.errors:
            count = plural(max(len(self.failed), self.errors), "error")
            findings.add("collection-errors", f"{count} while collecting: an unknown number of tests is not listed")


def _blocks(lines: list[str]) -> Iterator[_Block]:
    """The lists of a file: each ends with its closing line; one that follows the last closing line was cut off."""
    start = 0
    for number, line in enumerate(lines):
        if " in " in line and (closing := CLOSING.fullmatch(line.strip())):
            yield _Block(start, lines[start:number], closing)
            start = number + 1
    if start == 0 or any(FILE_ID.match(line) for line in lines[start:]):
        yield _Block(start, lines[start:], None)


def _prefix(node_id: str) -> str:
    """Dotted prefix of everything that an error may hide: a package's `__init__.py` hides the whole package."""
    return module_of(node_id.partition("::")[0]).removesuffix(".__init__")


def _end(lines: list[str]) -> int:
    """Number of the first header of a section: above it stand the ids."""
    headers = (at for at, line in enumerate(lines) if HEADER.fullmatch(line) and "test session starts" not in line)
    return next(headers, len(lines))


def _spans(lines: list[str]) -> Iterator[range]:
    """The lines of each id."""
    at, end = 0, _end(lines)
    while at < end:
        line = lines[at]
        at += 1
        if NODE_ID.fullmatch(line) and not TREE.fullmatch(line) and not DIED.fullmatch(line[:LONGEST_LINE]):
            more = _continued(line, lines, at, end)
            yield range(at - 1, at + more)
            at += more


def _continued(line: str, lines: list[str], at: int, end: int) -> int:
    """How many lines the id goes on for: where pytest does not escape them, parameters may hold line ends."""
    if "[" not in line.partition("::")[2] or line.endswith("]"):
        return 0
    for more, following in enumerate(lines[at : min(end, at + LONGEST_ID)], 1):
        if FILE_ID.match(following):
            break
        if following.endswith("]"):
            return more
    return 0


def _other_shape(lines: list[str]) -> str:
    """Why there are no ids, where pytest was asked for another shape of list."""
    if any(TREE.fullmatch(line) for line in lines):
        return "the list is pytest's tree, without test ids; run `pytest --collect-only -q`"
    if any(COUNT_PER_FILE.fullmatch(line) for line in lines):
        return "the list holds counts per file, no test ids (`-qq`); run `pytest --collect-only -q` with one -q in all"
    return ""


def _errors(lines: list[str]) -> list[str]:
    """Ids of the files and classes that could not be collected.

    The summary names the class too; where it is switched off, the headings of the error section name the file.
    """
    found = [error for _, error in _error_lines(lines)]
    summary = [error["id"] for error in found if error.re is ERROR_LINE]
    named = {node.partition("::")[0] for node in summary}
    headed = [error["id"] for error in found if error.re is ERROR_HEADER]
    return list(dict.fromkeys([*summary, *(path for path in headed if path.partition("::")[0] not in named)]))


def _error_lines(lines: list[str]) -> Iterator[tuple[int, re.Match[str]]]:
    """The headings of errors, and what the summary says of them, each with the number of its line."""
    inside = False
    for at, whole in enumerate(lines):
        line = whole.strip()[:LONGEST_LINE]
        if header := ERROR_HEADER.fullmatch(line):
            yield at, header
        if HEADER.fullmatch(line):
            inside = "short test summary info" in line
        elif inside and (found := ERROR_LINE.fullmatch(line)):
            yield at, found
