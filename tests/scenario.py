"""Runs in a compact notation, archived and judged by the real functions and the real command.

A run is one line, `a pass, b fail boom, shop/c skip no card | a b shop/c`: results, and after the bar the list of
collected tests. `c` is `tests.test_app::c`, `shop/c` is `tests.test_shop::c`, `shop/TestCard/c` lies in a class. In the
list `!shop` and `!shop/TestCard` could not be collected. `@linux a pass | a // @mac a fail boom` is one run of two
variants.

A policy is a line for each criterion, `rss: metric.rss <= 300 MB; tier advisory; variant linux`, and what else there is
in YAML: see `demands`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from click.testing import CliRunner, Result

from readiness.archive import Archive, ArchivedRun, NewInput, NewRun, Writer, new_input
from readiness.assessment import Assessment, Blocker, ReasonKind, assess
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
    policy: str = ""
    metrics: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    of_day: int | None = None
    """The day whose evidence it is: that of an earlier run is archived again."""


@dataclass(frozen=True)
class Again:
    """The run before is judged again, by a policy, so many days after the first run."""

    policy: str
    day: float


_LIMITS = {"<=": "at_most", ">=": "at_least", "=": "equals"}


def demands(*criteria: str, **more: object) -> str:
    """A policy: `rss: metric.rss <= 300 MB; tier advisory; area Shop; variant linux; max_age 7 d; min_evidence 3`.

    `more` are its other keys, such as `variants={"required": ["linux"]}`.
    """
    return json.dumps({"criteria": [_criterion(*one.split("; ")) for one in criteria]} | more)


def _criterion(demanded: str, *more: str) -> dict[str, object]:
    name, _, rest = demanded.partition(": ")
    measure, sign, limit = rest.split(" ", 2)
    found: dict[str, object] = {"id": name, "title": name.capitalize(), "measure": measure, _LIMITS[sign]: limit}
    for key, _, value in (one.partition(" ") for one in more):
        if key in ("area", "variant"):
            found["where"] = {**found.get("where", {}), key: value}  # type: ignore[dict-item]
        else:
            found[key] = int(value) if key == "min_evidence" else value
    return found


def warned(*messages: str) -> dict[str, bytes]:
    """The log of a session that raised these warnings, as a further file."""
    records = [
        {"pytest_version": "9.0.1", "$report_type": "SessionStart"},
        *({"$report_type": "WarningMessage", "category": "UserWarning", "message": one} for one in messages),
        {"exitstatus": 0, "$report_type": "SessionFinish"},
    ]
    return {"log.jsonl": "".join(f"{json.dumps(record)}\n" for record in records).encode()}


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
    """The files of a run of one variant, by name."""
    return _results(run.results) | _further(run)


def _results(written: str) -> dict[str, bytes]:
    results, bar, listed = written.partition("|")
    return {"junit.xml": junit(results)} | ({"collected.txt": collected(listed)} if bar else {})


def _further(run: Run) -> dict[str, bytes]:
    return ({"metrics.json": metrics(run.metrics)} if run.metrics else {}) | dict(run.files)


def inputs(run: Run) -> list[NewInput]:
    """The files of a run, read."""
    found = [(run.variant, *file) for file in _further(run).items()]
    for part in run.results.split(" // "):
        variant, _, results = part[1:].partition(" ") if part.startswith("@") else (run.variant, "", part)
        found += [(variant, *file) for file in _results(results).items()]
    return [new_input(content, name, source=DEFAULT_SOURCE, variant=variant) for variant, name, content in found]


def append(root: Path, run: Run | str, day: int = 0, policy: str = "") -> ArchivedRun:
    """Archive one run `day` days after the first."""
    run = Run(run) if isinstance(run, str) else run
    new = NewRun(
        version=run.version or f"1.{day}",
        started=FIRST_DAY + timedelta(days=day),
        inputs=[_dated(one, day if run.of_day is None else run.of_day) for one in inputs(run)],
        commit=run.commit,
    )
    with Writer(root) as writer:
        archived, _ = writer.append(new, (run.policy or policy).encode() or default_text(), "tests")
    return archived


def _dated(item: NewInput, day: int) -> NewInput:
    """The same evidence as a run of that day writes it: no two real runs write the same bytes."""
    if not day or not item.name.endswith(".xml"):
        return item
    content = item.content + f"<!-- day {day} -->".encode()
    return new_input(content, item.name, source=item.source, variant=item.variant)


def story(root: Path, *steps: Run | Again | str, policy: str = "") -> list[Assessment]:
    """Archive runs day after day and judge them, some of them again; the assessments in that order."""
    judged: list[tuple[str, int]] = []
    for day, step in enumerate(steps):
        if isinstance(step, Again):
            judged.append((judged[-1][0], again(root, judged[-1][0], step)))
        else:
            judged.append((append(root, step, day, policy).id, 1))
    found = assess(Archive(root), None)
    return [found.by_run[run][number - 1] for run, number in judged]


def again(root: Path, run: str, step: Again) -> int:
    """Judge a run again; the number of the judgement."""
    with Writer(root) as writer:
        time = FIRST_DAY + timedelta(days=step.day)
        judgement, new = writer.judge(run, step.policy.encode() or default_text(), time, "tests")
    assert new, "the same policy judges nothing again"
    return judgement.number


def verdicts(assessments: Iterable[Assessment]) -> list[str]:
    """The verdict of each."""
    return [one.verdict.word.value for one in assessments]


def why(assessment: Assessment) -> str:
    """The verdict and its reasons in one line, `BLOCKED no-failures, boom ? complete, area app ~ cov`.

    What blocks, after `?` what is unproven, after `~` the residual risks. A blocker goes by its message, or what it is
    about; blockers stand in alphabetical order after the criteria. Items of the checklist and waivers come last.
    """
    verdict = assessment.verdict
    parts = [verdict.word.value]
    for mark, reasons in ((" ", verdict.blocked), (" ? ", verdict.unproven), (" ~ ", verdict.residual)):
        named: dict[ReasonKind, list[str]] = {kind: [] for kind in ReasonKind}
        for one in reasons:
            blocker = assessment.blockers.get(one.ref)
            named[one.kind].append((blocker.cause.message or blocker.ref or blocker.subject) if blocker else one.ref)
        refs = [*named[ReasonKind.CRITERION], *sorted(named[ReasonKind.BLOCKER]), *named[ReasonKind.EVIDENCE]]
        refs += [*named[ReasonKind.CHECKLIST], *named[ReasonKind.WAIVER]]
        parts += [f"{mark}{', '.join(refs)}"] if refs else []
    return "".join(parts)


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
    return f"{blocker.cause.message or blocker.subject} {blocker.state.value}: {', '.join(members)}"


def waiver(kind: str, target: str, expires: str = "2025-01-31", **more: object) -> dict[str, object]:
    """A waiver of a blocker, criterion or test."""
    how = {"reason": "rare", "ticket": "T-1", "owner": "kim", "approver": "lee", "expires": expires}
    return {kind: target, **how, **more}


def checklist(*items: Mapping[str, object]) -> list[dict[str, object]]:
    """A checklist of one group; an item needs only an id, and what proves it."""
    return [{"group": "All", "items": [{"title": str(item["id"]).capitalize(), **item} for item in items]}]


def waived(assessment: Assessment) -> str:
    """The waivers in one line, and the word without them: `test:tests.test_app::a in force; without BLOCKED`."""
    told = [f"{one.ref} {one.state.value}" for one in assessment.waivers]
    return "; ".join([*told, f"without {assessment.unwaived.word.value}"])


def items(assessment: Assessment) -> str:
    """The checklist in one line: `backup done, speed not done`."""
    return ", ".join(f"{one.item.id} {one.state.value}" for one in assessment.items)


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
