"""Cases that nothing in the files tells apart: each is a test of its own, and is said to have namesakes."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from readiness.evidence.findings import Findings, quoted
from readiness.model import EvidenceFile, TestKey, TestResult

Identity = tuple[str, ...]


def identity(result: TestResult) -> Identity:
    """All that a file says of which test it is."""
    return (*result.key[:4], result.suite, result.host, result.file)


def note_repeats(results: Iterable[TestResult], findings: Findings) -> None:
    """A finding for every test that one file holds several times."""
    first: dict[TestKey, TestResult] = {}
    found: dict[Identity, list[TestResult]] = {}
    for result in results:
        other = first.setdefault(result.key, result)
        if other is not result:
            found.setdefault(identity(other), [other])
            found.setdefault(identity(result), []).append(result)
    for alike in found.values():
        if len(alike) > 1:
            told = f"{quoted(alike[0].key.label)} stands {len(alike)} times"
            if len({one.outcome for one in alike}) > 1:
                told += f" ({', '.join(one.outcome.value for one in alike[:6])})"
            findings.add("repeated", f"{told}, and nothing tells them apart: each counts", place=alike[0].place)


def note_shared(files: Sequence[EvidenceFile]) -> list[EvidenceFile]:
    """The files, each with a finding for every test of it that an earlier one holds too."""
    holder: dict[Identity, str] = {}
    noted = []
    for file in files:
        findings = Findings()
        told: set[Identity] = set()
        for result in file.results:
            key = identity(result)
            if result.run_level or key in told:
                continue
            other = holder.setdefault(key, file.name)
            if other != file.name:
                told.add(key)
                message = f"{quoted(result.key.label)} stands in {quoted(other)} too, and nothing tells them apart"
                findings.add("in-two-files", f"{message}: each counts", place=result.place)
        noted.append(replace(file, findings=(*file.findings, *findings.all())))
    return noted
