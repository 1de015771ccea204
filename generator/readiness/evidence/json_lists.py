"""Lists of tests that runners write as JSON: vitest, Jest, Playwright, CTest and cargo-nextest."""

import posixpath
from collections.abc import Iterator
from typing import NamedTuple

from readiness.evidence.intake import Intake
from readiness.evidence.json_values import items, members, text, whole
from readiness.evidence.listing import Listing, evidence_of
from readiness.model import EvidenceFile

BETWEEN_TITLES = " › "
"""What Playwright's JUnit reporter writes between the titles of a test."""


# ---- arrays: vitest, Jest


def is_vitest(top: list[object]) -> bool:
    """True for an array of tests with name and file, or of files alone; it may be damaged."""
    entries = [entry for entry in top if isinstance(entry, dict)]
    return bool(entries) and all(
        isinstance(entry.get("file"), str) and ("name" in entry or entry.keys() <= {"file", "projectName"})
        for entry in entries
    )


def read_vitest(top: list[object], intake: Intake) -> EvidenceFile:
    """Tests by file; its JUnit report names the file, relative to vitest's root, as class."""
    entries = [members(entry) for entry in top]
    files = not any("name" in entry for entry in entries)
    readable = [one for one in entries if text(one.get("file")) and (files or text(one.get("name")).strip())]
    folder, paths = _relative([text(one["file"]) for one in readable])
    listing = Listing(
        runner="vitest",
        tests=[("", path) if files else (path, text(one["name"])) for path, one in zip(paths, readable, strict=True)],
        unread=len(entries) - len(readable),
        files=files,
        folder=folder,
    )
    return evidence_of(listing, intake)


def is_jest(top: list[object]) -> bool:
    """True for an array of paths; it may be damaged."""
    paths = [entry for entry in top if isinstance(entry, str)]
    return bool(paths) and all("/" in path or "\\" in path for path in paths)


def read_jest(top: list[object], intake: Intake) -> EvidenceFile:
    """Files alone: Jest does not know its tests before it runs them."""
    folder, paths = _relative([path for entry in top if (path := text(entry))])
    listing = Listing(
        runner="jest",
        tests=[("", path) for path in paths],
        unread=len(top) - len(paths),
        files=True,
        folder=folder,
    )
    return evidence_of(listing, intake)


def _relative(paths: list[str]) -> tuple[str, list[str]]:
    """The folder that holds all the files, and their paths in it, with slashes whatever the system."""
    plain = [path.replace("\\", "/") for path in paths]
    folders = [posixpath.dirname(path) for path in plain]
    absolute = [folder.startswith("/") or folder[1:2] == ":" for folder in folders]
    if not plain or not all(absolute):
        return "", plain
    try:
        folder = posixpath.commonpath(folders)
    except ValueError:  # of several drives
        return "", plain
    return folder, [_below(folder, path) for path in plain]


def _below(folder: str, path: str) -> str:
    """The path as seen from the folder, where it lies in it."""
    return path.removeprefix(f"{folder.rstrip('/')}/")


# ---- Playwright


def is_playwright(top: dict[str, object]) -> bool:
    """True for Playwright's JSON where not one test has a result: so it writes a list."""
    if not {"config", "suites"} <= top.keys() or not isinstance(top["suites"], list):
        return False
    return not any(items(test.get("results")) for found in _specs(top) for test in found.tests)


class _Spec(NamedTuple):
    file: str
    titles: tuple[str, ...]
    tests: list[dict[str, object]]


def _specs(top: dict[str, object]) -> Iterator[_Spec]:
    """Every spec with its file and the titles around it, whatever the depth."""
    opened: list[tuple[dict[str, object], str, tuple[str, ...]]] = [
        (members(suite), text(members(suite).get("title")), ()) for suite in reversed(items(top["suites"]))
    ]
    while opened:
        suite, file, titles = opened.pop()
        for spec in map(members, items(suite.get("specs"))):
            yield _Spec(file, (*titles, text(spec.get("title"))), [members(one) for one in items(spec.get("tests"))])
        within = map(members, reversed(items(suite.get("suites"))))
        opened.extend((inner, file, (*titles, text(inner.get("title")))) for inner in within)


def read_playwright(top: dict[str, object], intake: Intake) -> EvidenceFile:
    """Tests by file, each once per project; its JUnit report names the project as host."""
    config, found = members(top["config"]), list(_specs(top))
    tests = [(spec, test) for spec in found for test in spec.tests]
    counts = [whole(members(top.get("stats")).get(name)) for name in ("expected", "skipped", "unexpected", "flaky")]
    known = [count for count in counts if count is not None]
    root = text(config.get("rootDir")).replace("\\", "/")
    errors = [members(error) for error in items(top.get("errors"))]
    files = [text(members(error.get("location")).get("file")).replace("\\", "/") for error in errors]
    listing = Listing(
        runner="playwright",
        tests=[(spec.file, BETWEEN_TITLES.join(filter(None, spec.titles))) for spec, _ in tests],
        hosts=[text(test.get("projectName")) for _, test in tests],
        errors=list(dict.fromkeys(_below(root, file) for file in files if file)),
        whole=list(dict.fromkeys(spec.file for spec in found)),
        declared=sum(known) if known else None,
        left_out=int(bool(members(config.get("shard")))),
        broken=bool(errors),
        unread=sum(not spec.file or not spec.titles[-1] or not spec.tests for spec in found),
    )
    return evidence_of(listing, intake)


# ---- CTest


def is_ctest(top: dict[str, object]) -> bool:
    """True for what CTest tells of its tests."""
    return top.get("kind") == "ctestInfo"


def read_ctest(top: dict[str, object], intake: Intake) -> EvidenceFile:
    """Tests by name; CTest's JUnit report gives each a class of its own name."""
    entries = items(top.get("tests"))
    names = [name for entry in entries if (name := text(members(entry).get("name")))]
    listing = Listing(
        runner="ctest",
        tests=[(name, name) for name in names],
        unread=len(entries) - len(names) + (not isinstance(top.get("tests"), list)),
    )
    return evidence_of(listing, intake)


# ---- cargo-nextest


def is_nextest(top: dict[str, object]) -> bool:
    """True for nextest's list of tests, not for that of binaries alone."""
    return isinstance(top.get("rust-suites"), dict)


def read_nextest(top: dict[str, object], intake: Intake) -> EvidenceFile:
    """Tests by binary id, as in its JUnit report. What `#[ignore]` or a filter leaves out is not expected."""
    suites = {text(name): members(suite) for name, suite in members(top["rust-suites"]).items()}
    cases = [
        (binary, text(name), members(case))
        for binary, suite in suites.items()
        for name, case in members(suite.get("testcases")).items()
    ]
    matches = [text(members(case.get("filter-match")).get("status")) for _, _, case in cases]
    skipped = sum(text(suite.get("status")).startswith("skipped") for suite in suites.values())
    listing = Listing(
        runner="nextest",
        tests=[(binary, name) for (binary, name, _), status in zip(cases, matches, strict=True) if status == "matches"],
        whole=list(suites),
        declared=whole(top.get("test-count")),
        counted=len(cases),
        left_out=matches.count("mismatch") + skipped,
        unread=sum(status not in ("matches", "mismatch") for status in matches)
        + sum(not isinstance(suite.get("testcases"), dict) for suite in suites.values()),
    )
    return evidence_of(listing, intake)
