"""Runs in a compact notation, archived and judged by the real functions and the real command.

A run is one line, `a pass, b fail boom, shop/c skip no card | a b shop/c`: results, and after the bar the list of
collected tests. `c` is `tests.test_app::c`, `shop/c` is `tests.test_shop::c`, `shop/TestCard/c` lies in a class. In the
list `!shop` and `!shop/TestCard` could not be collected, and `-3` says that three tests were deselected. `shop
uncollected boom` is pytest's error of a module that it could not collect, `shop unimported no stripe` its skip of one.

`@linux a pass | a // @mac a fail boom` is one run of two variants. A label is `@source:variant=file`, each part of it
as needed: `@unit: a pass // @e2e:mac=shop a pass` are junit.xml of the source unit, and shop.xml of e2e on mac. What
follows `{suite@host#file}` stands in a suite of that name and host, its cases in that file: `{core} a pass, {shop} a
pass` are namesakes in two suites, `a pass, a pass` ones that nothing tells apart.

A policy is a line for each criterion, `rss: metric.rss <= 300 MB; tier advisory; variant linux`, and what else there is
in YAML: see `demands`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from click.testing import CliRunner, Result

from readiness.archive import Archive, ArchivedRun, NewInput, NewRun, Writer, new_input, replacing, store_at
from readiness.assessment import Assessment, Blocker, ReasonKind, Requirement, TestBlocker, assess
from readiness.cli import main
from readiness.model import DEFAULT_SOURCE
from readiness.policy import default_text

FIRST_DAY = datetime(2025, 1, 1, tzinfo=UTC)
MODULE = "app"


@dataclass(frozen=True)
class Run:
    """One run. `results` in the notation above; `files` are further evidence, by name; each run is a day later.

    `supersedes` is the number of the step whose run it replaces, `stamp` the day that its suites state: runs of equal
    results then differ in their bytes, as real ones do.
    """

    results: str
    version: str = ""
    commit: str = ""
    variant: str = ""
    policy: str = ""
    metrics: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    of_day: int | None = None
    """The day whose evidence it is: that of an earlier run is archived again."""
    supersedes: int | None = None
    stamp: int | None = None


@dataclass(frozen=True)
class Case:
    """One case of the notation, and where it stands."""

    test: str
    outcome: str
    message: str = ""
    suite: str = "pytest"
    host: str = ""
    file: str = ""


@dataclass(frozen=True)
class Part:
    """The files of one label: results, and what was collected, None where there is no list."""

    source: str
    variant: str
    name: str
    results: str
    listed: str | None

    @property
    def files(self) -> tuple[str, str]:
        """The names of its files: results, list."""
        return (f"{self.name}.xml", f"{self.name}.txt") if self.name else ("junit.xml", "collected.txt")


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


def parts(written: str, variant: str = "") -> list[Part]:
    """What stands under each label of a run; `variant` where none is named."""
    return [_part(one.strip(), variant) for one in written.split(" // ")]


def _part(written: str, variant: str) -> Part:
    label, _, rest = written[1:].partition(" ") if written.startswith("@") else ("", "", written)
    found = re.fullmatch(r"(?:([\w.-]*):)?([\w.-]*)(?:=([\w.-]+))?", label)
    assert found, f"@{label} is no label"
    results, bar, listed = rest.partition("|")
    return Part(found[1] or DEFAULT_SOURCE, found[2] or variant, found[3] or "", results, listed if bar else None)


_SUITE = re.compile(r"\{([^}@#]*)(?:@([^}#]*))?(?:#([^}]*))?\}")


def cases(results: str) -> Iterator[Case]:
    """The cases of one file."""
    where: dict[str, str] = {}
    for one in filter(None, (one.strip() for one in results.split(","))):
        found = _SUITE.match(one)
        if found:
            where = {"suite": found[1] or "pytest", "host": found[2] or "", "file": found[3] or ""}
        test, _, said = one[found.end() if found else 0 :].strip().partition(" ")
        outcome, _, message = said.partition(" ")
        yield Case(test, outcome, message, **where)


def junit(results: str, stamp: int | None = None) -> bytes:
    """JUnit XML in pytest's dialect."""
    suites: dict[tuple[str, str], list[str]] = {}
    for case in cases(results):
        suites.setdefault((case.suite, case.host), []).append(_case(case))
    time = f' timestamp="{(FIRST_DAY + timedelta(days=stamp)).isoformat()}"' if stamp is not None else ""
    written = ""
    for (name, host), inside in (suites or {("pytest", ""): []}).items():
        at = f" hostname={quoteattr(host)}" if host else ""
        written += f"<testsuite name={quoteattr(name)}{at}{time}>{''.join(inside)}</testsuite>"
    return f"<testsuites>{written}</testsuites>".encode()


def _case(case: Case) -> str:
    group, name = case_names(case)
    told = f" message={quoteattr(case.message)}" if case.message else ""
    text = escape(case.message)
    inside = {
        "pass": "",
        "fail": f"<failure{told}/>",
        "error": f"<error{told}/>",
        "skip": f"<skipped{told}/>",
        "flaky": f"<flakyFailure{told}/>",
        "uncollected": f'<error message="collection failure">{text}</error>',
        "unimported": f'<skipped message="collection skipped">("/w/t.py", 3, "Skipped: {text}")</skipped>',
    }[case.outcome]
    file = f" file={quoteattr(case.file)}" if case.file else ""
    return f"<testcase classname={quoteattr(group)} name={quoteattr(name)}{file}>{inside}</testcase>"


def case_names(case: Case) -> tuple[str, str]:
    """(class name, name) of a case; a module as a whole stands without a class."""
    if case.outcome in ("uncollected", "unimported") and "/" not in case.test:
        return "", f"tests.test_{case.test}"
    return names(case.test)


def collected(tests: str) -> bytes:
    """What `pytest --collect-only -q` prints."""
    ids = [_node(test) for test in tests.split() if test[0] not in "!-"]
    left_out = sum(int(test[1:]) for test in tests.split() if test.startswith("-"))
    failed = [_node(test[1:], whole=True) for test in tests.split() if test.startswith("!")]
    lines = [*ids, ""]
    if failed:
        lines += [f"{' short test summary info ':=^60}", *(f"ERROR {node}" for node in failed)]
    errors = f", {len(failed)} error{'s' * (len(failed) > 1)}" if failed else ""
    number = f"{len(ids)}/{len(ids) + left_out}" if left_out else f"{len(ids)}"
    deselected = f" ({left_out} deselected)" if left_out else ""
    return "\n".join([*lines, f"{number} tests collected{deselected}{errors} in 0.01s", ""]).encode()


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
    return _results(parts(run.results)[0], run.stamp) | _further(run)


def _results(part: Part, stamp: int | None) -> dict[str, bytes]:
    results, listed = part.files
    found = {results: junit(part.results, stamp)}
    return found | ({listed: collected(part.listed)} if part.listed is not None else {})


def _further(run: Run) -> dict[str, bytes]:
    return ({"metrics.json": metrics(run.metrics)} if run.metrics else {}) | dict(run.files)


def inputs(run: Run) -> list[NewInput]:
    """The files of a run, read."""
    found = [(DEFAULT_SOURCE, run.variant, *file) for file in _further(run).items()]
    several = parts(run.results, run.variant)
    for part in several:
        files = _results(part, run.stamp)
        if len(several) > 1 and not part.results.strip() and part.listed is not None:
            del files[part.files[0]]
        found += [(part.source, part.variant, *file) for file in files.items()]
    return [new_input(content, name, source=source, variant=variant) for source, variant, name, content in found]


def append(
    root: Path, run: Run | str, day: float = 0, policy: str = "", replaced: ArchivedRun | None = None
) -> ArchivedRun:
    """Archive one run `day` days after the first, as one that replaces `replaced` where that is named."""
    run = Run(run) if isinstance(run, str) else run
    files = inputs(run)
    if run.stamp is None:
        files = [_dated(one, day if run.of_day is None else run.of_day) for one in files]
    new = NewRun(
        version=run.version or f"1.{day}",
        started=FIRST_DAY + timedelta(days=day),
        inputs=files,
        commit=run.commit,
    )
    with Writer(root) as writer:
        new = replacing(replaced, new) if replaced else new
        archived, _ = writer.append(new, (run.policy or policy).encode() or default_text(), "tests")
    return archived


def _dated(item: NewInput, day: float) -> NewInput:
    """The same evidence as a run of that day writes it: no two real runs write the same bytes."""
    if not day or not item.name.endswith(".xml"):
        return item
    content = item.content + f"<!-- day {day} -->".encode()
    return new_input(content, item.name, source=item.source, variant=item.variant)


def story(root: Path, *steps: Run | Again | str, policy: str = "") -> list[Assessment]:
    """Archive runs day after day and judge them, some of them again; the assessments in that order."""
    judged: list[tuple[str, int]] = []
    archived: dict[int, ArchivedRun] = {}
    for day, step in enumerate(steps):
        if isinstance(step, Again):
            judged.append((judged[-1][0], again(root, judged[-1][0], step)))
        else:
            replaced = step.supersedes if isinstance(step, Run) else None
            archived[day] = append(root, step, day, policy, None if replaced is None else archived[replaced])
            judged.append((archived[day].id, 1))
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
            named[one.kind].append(named_by(blocker) if blocker else one.ref.removeprefix("file "))
        refs = [*named[ReasonKind.CRITERION], *sorted(named[ReasonKind.BLOCKER]), *named[ReasonKind.EVIDENCE]]
        refs += [*named[ReasonKind.CHECKLIST], *named[ReasonKind.WAIVER]]
        parts += [f"{mark}{', '.join(refs)}"] if refs else []
    return "".join(parts)


def named_by(blocker: Blocker) -> str:
    """What its tests said, or what it demands; else the name of its tests, or how many they are."""
    if isinstance(blocker, Requirement):
        return blocker.ref
    assert isinstance(blocker, TestBlocker)
    return blocker.cause.message or blocker.subject or f"{blocker.size} tests"


def told(assessment: Assessment) -> str:
    """All blockers of tests in one line: `boom open: a failing, b passed; bang observing: c observing owes 2`."""
    return "; ".join(
        sorted(_told(blocker) for blocker in assessment.blockers.values() if isinstance(blocker, TestBlocker))
    )


def demanded(assessment: Assessment) -> str:
    """The blockers that no test stands behind, in one line: `criterion:rss open; gap:variant linux closed`."""
    asked = [blocker for blocker in assessment.blockers.values() if isinstance(blocker, Requirement)]
    return "; ".join(sorted(f"{blocker.signature} {blocker.state.value}" for blocker in asked))


def _told(blocker: Blocker) -> str:
    members = [
        f"{member.key.name} {member.state.value}" + (f" owes {member.owed}" if member.state == "observing" else "")
        for member in blocker.members
    ]
    return f"{named_by(blocker)} {blocker.state.value}: {', '.join(members)}"


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


def stored(address: str) -> dict[str, bytes]:
    """Every file at an address by its path there, read without our code."""
    store, base = store_at(address)
    store.invalidate_cache()
    return {name.removeprefix(base)[1:]: store.cat_file(name) for name in store.find(base)}
