"""Lists of tests that are plain text: `go test -list`, `dotnet test --list-tests`, and one that anybody can write."""

import re
from collections import Counter

from readiness.evidence.intake import Intake
from readiness.evidence.listing import Listing, evidence_of, plain_lines
from readiness.evidence.nodeids import Names
from readiness.model import EvidenceFile

PLAIN_HEAD = "# readiness list"
PLAIN_COUNT = re.compile(r"# (\d{1,12}) tests?", re.ASCII)

GO_NAME = re.compile(r"(?:Test|Fuzz|Example|Benchmark)(?:[^\Wa-z]\w*)?")
GO_PACKAGE = re.compile(r"(?P<word>ok|FAIL|\?)\s+(?P<package>[^\s:]+)(?:\s+(?P<rest>.*))?")
GO_RUN = re.compile(r"=== (?:RUN|PAUSE|CONT)\b|\s*--- (?:PASS|FAIL|SKIP): |PASS$")

DOTNET_HEAD = "The following Tests are available:"
DOTNET_ERROR = re.compile(r".*\berror [A-Z]{2,}\d+: .*|Build FAILED\..*")


def _lines(text: str) -> tuple[list[str], bool]:
    """The lines without colours, and whether the last one has no end: then it was cut off."""
    *lines, last = plain_lines(text)
    return [*lines, *filter(None, [last])], bool(last)


# ---- written by anybody


def looks_plain(text: str) -> bool:
    """True where the first line says so."""
    return text.partition("\n")[0].rstrip() == PLAIN_HEAD


def read_plain(text: str, intake: Intake) -> EvidenceFile:
    """One test a line, `group::name`, parted at the first `::`; `# 12 tests` is the count, another `#` a comment."""
    lines, cut_off = _lines(text)
    told = [line.strip() for line in lines[1:] if line.strip()]
    counts = [int(found[1]) for line in told if (found := PLAIN_COUNT.fullmatch(line))]
    labels = [line for line in told if line != "#" and not line.startswith("# ")]
    parted = [label.partition("::") for label in labels]
    tests = [(group, name) if separator else ("", group) for group, separator, name in parted]
    listing = Listing(
        runner="plain",
        tests=[names for names in tests if names[1]],
        declared=sum(counts) if counts else None,
        unread=sum(not name for _, name in tests),
        cut_off=cut_off and not counts,
    )
    return evidence_of(listing, intake)


# ---- go test -list


def looks_go(text: str) -> bool:
    """True for lines of names that a line of their package follows, where nothing was run."""
    lines, _ = _lines(text)
    named = any(GO_NAME.fullmatch(line) for line in lines)
    return named and any(map(GO_PACKAGE.fullmatch, lines)) and not any(map(GO_RUN.match, lines))


def read_go(text: str, intake: Intake) -> EvidenceFile:
    """Tests, fuzz targets and examples by package. Benchmarks are listed too, but `go test` does not run them."""
    lines, cut_off = _lines(text)
    tests: list[Names] = []
    packages: Counter[str] = Counter()
    failed: list[str] = []
    names: list[str] = []
    for line in lines:
        if GO_NAME.fullmatch(line):
            names.append(line)
        elif found := GO_PACKAGE.fullmatch(line):
            package = found["package"]
            packages[package] += 1
            if found["word"] == "FAIL":
                failed.append(package)
            tests += [(package, name) for name in names if not name.startswith("Benchmark")]
            names = []
    listing = Listing(
        runner="go",
        tests=tests,
        errors=list(dict.fromkeys(failed)),
        whole=[package for package, times in packages.items() if times == 1 and package not in failed],
        repeated=[package for package, times in packages.items() if times > 1],
        cut_off=cut_off or bool(names),
    )
    return evidence_of(listing, intake)


# ---- dotnet test --list-tests


def looks_dotnet(text: str) -> bool:
    """True where the line that begins such a list stands alone."""
    return DOTNET_HEAD in text and any(line.strip() == DOTNET_HEAD for line in _lines(text)[0])


def read_dotnet(text: str, intake: Intake) -> EvidenceFile:
    """The indented lines under each head. xUnit lists full names, MSTest and NUnit the method alone."""
    lines, cut_off = _lines(text)
    tests: list[Names] = []
    inside = False
    for line in lines:
        if line.strip() == DOTNET_HEAD:
            inside = True
        elif line.startswith("    ") and inside and line.strip():
            tests.append(_dotnet_names(line.strip()))
        elif line.strip() and not line.startswith((" ", "[")):
            inside = False
    listing = Listing(
        runner="dotnet",
        tests=tests,
        broken=any(DOTNET_ERROR.fullmatch(line[:4_000]) for line in lines),
        cut_off=cut_off,
    )
    return evidence_of(listing, intake)


def _dotnet_names(display: str) -> Names:
    """Class and method of a full name, parameters with the method; a name in words has no class."""
    plain, bracket, parameters = display.partition("(")
    group, dot, name = plain.rpartition(".")
    if not dot or not name.strip() or any(letter.isspace() for letter in plain.strip()):
        return "", display
    return group, name + bracket + parameters
