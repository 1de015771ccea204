"""Runs in a compact notation, archived and judged by the real functions and the real command.

A run is one line, `a pass, b fail boom, shop/c skip no card | a b shop/c`: results, and after the bar the list of
collected tests. `c` is `tests.test_app::c`, `shop/c` is `tests.test_shop::c`, `shop/TestCard/c` lies in a class. In the
list `!shop` and `!shop/TestCard` could not be collected.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from click.testing import CliRunner, Result

from readiness.archive import Archive, ArchivedRun, NewRun, Writer, new_input
from readiness.assessment import Assessment, Blocker, assess
from readiness.cli import main
from readiness.model import DEFAULT_SOURCE
from readiness.policy import default_text

FIRST_DAY = datetime(2025, 1, 1, tzinfo=UTC)
MODULE = "app"


@dataclass(frozen=True)
class Run:
    """One run. `results` in the notation above; `files` are further evidence, by name; each run is a day later."""

    results: str
    version: str = ""
    commit: str = ""
    variant: str = ""
    metrics: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)


def names(test: str) -> tuple[str, str]:
    """(class name, name) of a test as pytest writes them."""
    *path, name = test.split("/")
    module, *classes = path or [MODULE]
    return ".".join([f"tests.test_{module}", *classes]), name


def junit(results: str) -> bytes:
    """JUnit XML in pytest's dialect."""
    cases = [_case(*one.strip().partition(" ")[::2]) for one in results.split(",") if one.strip()]
    return f'<testsuites><testsuite name="pytest">{"".join(cases)}</testsuite></testsuites>'.encode()


def _case(test: str, said: str) -> str:
    outcome, _, message = said.partition(" ")
    group, name = names(test)
    if outcome == "uncollected":
        group, name = names(test) if "/" in test else ("", f"tests.test_{test}")
        inside = f'<error message="collection failure">{escape(message)}</error>'
    else:
        told = f" message={quoteattr(message)}" if message else ""
        inside = {
            "pass": "",
            "fail": f"<failure{told}/>",
            "error": f"<error{told}/>",
            "skip": f"<skipped{told}/>",
            "flaky": f"<flakyFailure{told}/>",
        }[outcome]
    return f"<testcase classname={quoteattr(group)} name={quoteattr(name)}>{inside}</testcase>"


def collected(tests: str) -> bytes:
    """What `pytest --collect-only -q` prints."""
    ids = [_node(test) for test in tests.split() if not test.startswith("!")]
    failed = [_node(test[1:], whole=True) for test in tests.split() if test.startswith("!")]
    lines = [*ids, ""]
    if failed:
        lines += [f"{' short test summary info ':=^60}", *(f"ERROR {node}" for node in failed)]
    errors = f", {len(failed)} error{'s' * (len(failed) > 1)}" if failed else ""
    return "\n".join([*lines, f"{len(ids)} tests collected{errors} in 0.01s", ""]).encode()


def _node(test: str, *, whole: bool = False) -> str:
    module, *rest = test.split("/") if "/" in test or whole else [MODULE, test]
    return "::".join([f"tests/test_{module}.py", *rest])


def metrics(values: Mapping[str, str]) -> bytes:
    """metrics.json of `{"rss": "300 MiB"}`."""
    entries = []
    for name, written in values.items():
        value, _, unit = written.partition(" ")
        entries.append({"name": name, "value": float(value), "unit": unit})
    return json.dumps({"metrics": entries}).encode()


def evidence(run: Run) -> dict[str, bytes]:
    """The files of a run, by name."""
    results, bar, listed = run.results.partition("|")
    files = {"junit.xml": junit(results)}
    if bar:
        files["collected.txt"] = collected(listed)
    if run.metrics:
        files["metrics.json"] = metrics(run.metrics)
    return files | dict(run.files)


def append(root: Path, run: Run | str, day: int = 0, policy: str = "") -> ArchivedRun:
    """Archive one run `day` days after the first."""
    run = Run(run) if isinstance(run, str) else run
    inputs = [
        new_input(content, name, source=DEFAULT_SOURCE, variant=run.variant) for name, content in evidence(run).items()
    ]
    new = NewRun(
        version=run.version or f"1.{day}",
        started=FIRST_DAY + timedelta(days=day),
        inputs=inputs,
        commit=run.commit,
    )
    with Writer(root) as writer:
        archived, _ = writer.append(new, policy.encode() or default_text(), "tests")
    return archived


def story(root: Path, *runs: Run | str, policy: str = "") -> list[Assessment]:
    """Archive runs day after day and judge them; the assessments in that order."""
    archived = [append(root, run, day, policy) for day, run in enumerate(runs)]
    found = assess(Archive(root), None)
    return [found.latest_of(run.id) for run in archived]


def verdicts(assessments: Iterable[Assessment]) -> list[str]:
    """The verdict of each."""
    return [one.verdict.word.value for one in assessments]


def told(assessment: Assessment) -> str:
    """All blockers of tests in one line: `boom open: a failing, b passed; bang observing: c observing owes 2`."""
    return "; ".join(sorted(_told(blocker) for blocker in assessment.blockers.values() if blocker.own is None))


def demanded(assessment: Assessment) -> str:
    """The blockers that no test stands behind, in one line: `criterion:rss open; gap:variant linux closed`."""
    asked = [blocker for blocker in assessment.blockers.values() if blocker.own is not None]
    return "; ".join(sorted(f"{blocker.signature} {blocker.state.value}" for blocker in asked))


def _told(blocker: Blocker) -> str:
    members = [
        f"{member.key.name} {member.state.value}" + (f" owes {member.owed}" if member.state == "observing" else "")
        for member in blocker.members
    ]
    return f"{blocker.cause.message} {blocker.state.value}: {', '.join(members)}"


def states(assessment: Assessment) -> dict[str, str]:
    """The state of each criterion by id."""
    return {result.criterion.id: result.state.value for result in assessment.criteria}


def write(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """Write files; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [str(folder / name) for name in files]


def readiness(*arguments: object) -> Result:
    """Run the command; whatever a user causes ends with an exit code and without a traceback."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise AssertionError(f"readiness {arguments} ends in a traceback") from result.exception
    return result


def archive_files(history: Path, *arguments: object, version: str = "1.0", started: str = "2025-01-01") -> Result:
    """`readiness archive` without anything that depends on where it runs."""
    fixed = ("--commit", "none", "--branch", "none", "--ci-url", "none", "--history", history)
    return readiness("archive", *arguments, "--version", version, "--started", started, *fixed)


def contents(root: Path) -> dict[str, bytes]:
    """Every file below `root` with its bytes."""
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
