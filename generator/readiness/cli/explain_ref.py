"""Everything about one blocker, one criterion or one test, on a terminal."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import narwhals as nw

from readiness import phrases
from readiness.archive import Input
from readiness.assessment import (
    Assessment,
    Blocker,
    CriterionResult,
    ItemResult,
    Kind,
    MemberState,
    Requirement,
    TestBlocker,
)
from readiness.cli.ci_context import git
from readiness.cli.named_tests import label_of, rows
from readiness.cli.options import project_of
from readiness.cli.policy import proofs
from readiness.cli.selection import JudgedArchive
from readiness.evidence import Holds, kinds, read
from readiness.model import TestKey
from readiness.numbers import amount, plural
from readiness.phrases import minute, one_line, test_name
from readiness.policy import METRIC, Criterion, differences
from readiness.render.console import console, listed, table, text
from readiness.render.terminal import standing_line
from readiness.report import Report
from readiness.results import keys_of

_HOLDS: dict[str, tuple[Holds, ...]] = {
    "coverage": ("coverage",),
    "tests": ("results", "run errors", "list", "warnings"),
    "warnings": ("warnings",),
}
"""What the files hold that a measure goes by."""
_COMMITS = 20
"""Commits that are listed."""


def show_blocker(judged: JudgedArchive, found: Assessment, blocker: Blocker) -> None:
    """Print what it is, its life along the chain, and how each of its tests stands."""
    out, report = console(), _head(judged, found, f"{blocker.id}  {phrases.title_of(blocker)}")
    _pairs(_about(report, blocker))
    about = found.waivers_about.get(blocker.id, ())
    listed("Also keeps open", phrases.kept_open(blocker, report))
    listed("Waivers", (f"{one.state.value}  {phrases.waiver_text(one)}" for one in about))
    listed("History", _life(found, blocker.id))
    listed("Where to look", _window_lines(found, blocker, project_of(judged.archive.root)))
    if blocker.members:
        out.print()
        out.print(text(f"Tests: {phrases.members(blocker)}"))
    for member in blocker.members:
        told = member.word + (f", {phrases.said(member.reason)}" if member.reason else "")
        owed = f", needs {plural(member.owed, 'more clean pass', 'more clean passes')}" if member.owed else ""
        out.print(text(f"  {test_name(member.key)}  {one_line(told, 300)}{owed}"))
        failed = member.last_failed
        verb = "was skipped" if member.skipped else "fails"
        if member.state is not MemberState.FAILING or failed.run != found.run.id:
            verb = "was last skipped" if member.skipped else "last failed"
        out.print(text(f"    {verb} in {failed.version}, run {failed.run}, {_place(found, failed.run, member.key)}"))


def _head(judged: JudgedArchive, found: Assessment, title: str) -> Report:
    """Print what it is about, and which judgement tells it: the report of that."""
    out, report = console(), judged.reports.made(found)
    out.print(text(title, "bold"))
    out.print(text(standing_line(report)))
    out.print()
    return report


def _about(found: Report, blocker: Blocker) -> Iterator[tuple[str, str]]:
    opened = blocker.opened
    yield "Kind", blocker.kind.value
    yield "State", f"{phrases.blocker_state(blocker, found)}{'' if blocker.stopping else ', does not block a release'}"
    yield "Severity", blocker.severity
    yield "Area", blocker.area
    yield "Owner", blocker.owner
    age = plural(blocker.age(found.verdict.as_of).days, "day")
    yield "Opened", f"{opened.version}, run {opened.run}, {minute(opened.time)}, {age} before this judgement"
    if blocker.reopened:
        yield "Reopened", f"{blocker.reopened.version}, run {blocker.reopened.run}"
    if blocker.closed:
        yield "Closed", f"{blocker.closed.version}, run {blocker.closed.run}"
    if isinstance(blocker, TestBlocker):
        exception, message = blocker.cause.exception, blocker.cause.message
        yield "Cause", one_line(message if message.startswith(exception) else f"{exception}: {message}", 500)
    yield "Signature", blocker.signature
    yield "Blocked by", ", ".join(blocker.kept_by)
    if isinstance(blocker, Requirement):
        yield "Now", phrases.told(blocker.demand.notes)
    yield "Risk", phrases.said(blocker.risk)
    yield "Fix", phrases.said(blocker.fix)
    if blocker.effort:
        yield "Effort", phrases.effort(blocker.effort)


def _life(found: Assessment, blocker_id: str) -> Iterator[str]:
    """The runs that changed it."""
    last = ""
    for one in found.chain():
        blocker = one.blockers.get(blocker_id)
        told = f"{blocker.state.value}: {phrases.members(blocker)}" if blocker else ""
        if blocker and told != last:
            yield f"{one.run.manifest.version}  {one.run.id}  {one_line(told, 300)}"
        last = told


def _window_lines(found: Assessment, blocker: Blocker, project: Path) -> Iterator[str]:
    """What came between the last pass of its tests and their first failure; `project` may be a checkout of git."""
    window = blocker.window
    if window is None:
        return
    passed, failed = window.passed, window.failed
    if never := phrases.never_passed(window):
        yield never
    if passed is None:
        return
    last, first = (phrases.say(name, kind=blocker.kind.value).lower() for name in ("last_pass", "first_failure"))
    yield f"{last:<14} {passed.version}, run {passed.run}"
    for run in window.between:
        yield f"no result      {run.version}, run {run.run}"
    yield f"{first:<14} {failed.version}, run {failed.run}"
    yield f"commits        {phrases.commits_told(passed.commit, failed.commit)}"
    yield from (f"environment    {one_line(phrases.differs(one), 300)}" for one in window.environment)
    policies = [one.policy for one in found.chain() if one.run.id in (passed.run, failed.run)]
    if len(policies) == 2:
        yield from (f"policy         {line}" for line in phrases.amendments(differences(*policies)))
    command = phrases.bisect(window)
    between = "..".join(reversed(command.split()[-2:]))
    known = git(project, "log", "--oneline", "--no-decorate", between).splitlines() if command else []
    yield from (f"commit         {one_line(line, 200)}" for line in known[:_COMMITS])
    if len(known) > _COMMITS:
        yield f"               and {plural(len(known) - _COMMITS, 'more commit')}"
    middle = git(project, "rev-list", "--bisect", between) if len(known) > 1 else ""
    if halving := middle or (window.next.commit if window.next else ""):
        yield f"test next      {phrases.commit_name(halving)}"
    if command:
        yield f"find it        {command}"


def _place(found: Assessment, run: str, key: TestKey) -> str:
    """Where the result of a test lies in the evidence of a run."""
    there = next((one for one in found.chain() if one.run.id == run), None)
    if there is None:
        return "which is not in this archive"
    facts = there.facts
    result = next((one for one in (*facts.problems, *facts.flaky, *facts.skipped) if one.key == key), None)
    return result.place if result and result.place else "in tests nested under it"


def show_criterion(judged: JudgedArchive, found: Assessment, result: CriterionResult) -> None:
    """Print what it demands, what was measured, and the tests and files behind the number."""
    criterion, measured = result.criterion, result.measured
    report, where = _head(judged, found, f"{criterion.id}  {criterion.title}"), criterion.where
    _pairs(
        (
            ("State", phrases.state_word(result)),
            ("Tier", criterion.tier),
            ("Measure", criterion.measure),
            ("Area", where.area or "" if where else ""),
            ("Variant", where.variant or "" if where else ""),
            ("Required", phrases.required(result)),
            ("Actual", phrases.actual(measured)),
            ("Of", phrases.out_of(measured)),
            ("Headroom", "" if result.headroom is None else amount(result.headroom, measured.unit)),
            ("Blocked by", _held_by(report, Kind.CRITERION, criterion.id)),
            ("Oldest run", criterion.max_age.text if criterion.max_age else ""),
            ("Least evidence", str(criterion.min_evidence or "")),
        )
    )
    places = {one.key: one.place for one in (*found.facts.problems, *found.facts.flaky, *found.facts.skipped)}
    listed(
        "Tests behind the number",
        (f"{test_name(key)}  {places.get(key, 'without a result')}" for key in measured.holders),
    )
    listed("Files", _files(found, criterion))


def show_item(judged: JudgedArchive, found: Assessment, result: ItemResult) -> None:
    """Print how an item of the checklist stands, who vouches for it, and the tests that keep it from being done."""
    item, signoff = result.item, result.item.signoff
    report = _head(judged, found, f"{item.id}  {item.title}")
    _pairs(
        (
            ("State", phrases.item_state(result, report)),
            ("Group", result.group),
            ("Blocking", "yes" if item.blocking else "no"),
            ("Owner", item.owner),
            ("Proved by", proofs(item)),
            ("Signed off", f"{signoff.by}, {signoff.date}" if signoff else ""),
            ("For version", signoff.version or "" if signoff else ""),
            ("Until", str(signoff.expires) if signoff and signoff.expires else ""),
            ("Note", signoff.note if signoff else ""),
            ("Now", phrases.told(result.notes)),
            ("Blocked by", _held_by(report, Kind.CHECKLIST, item.id)),
        )
    )
    listed("Tests that keep it from being done", (test_name(key) for key in result.holders))


def _held_by(report: Report, kind: Kind, ref: str) -> str:
    """The blockers that keep it from being met."""
    return ", ".join(f"{one.id} ({one.state.value})" for one in report.holders_of(kind, ref))


def _files(found: Assessment, criterion: Criterion) -> Iterator[str]:
    """The files that such a number is made of, and how they were read."""
    row = criterion.row
    for item in found.run.manifest.inputs:
        points = _points(found, item, criterion.measure.removeprefix("metric.")) if row is METRIC else []
        if points or row.evidence == "any" or item.kind in kinds(*_HOLDS.get(row.evidence, ())):
            state = f"{item.read.value}, evidence was lost" if item.loss else item.read.value
            told = f": {', '.join(points)}" if points else ""
            yield f"{item.name}  {item.kind}, {state}, sha256 {item.sha256[:12]}{told}"
    if row.says == "loss":
        yield from (f"{one.label}  {one.note}" for one in found.run.manifest.missing)


def _points(found: Assessment, item: Input, metric: str) -> list[str]:
    """The values of a metric that a file holds, read from the evidence itself; none of one that was pruned."""
    if found.run.is_pruned:
        return []
    file = read(found.run.evidence(item), item.name, source=item.source, variant=item.variant)
    return [amount(Fraction(str(one.value)), one.unit) for one in file.metrics if one.name == metric]


def show_test(judged: JudgedArchive, found: Assessment, ref: str) -> bool:
    """Print a test's outcomes along the chain and its blockers; False where no run knows it."""
    label = label_of(ref)
    told = [row for one in found.chain() for row in _outcomes(judged, found, one, label)]
    if not told:
        return False
    _head(judged, found, label)
    table(("Version", "Run", "Variant", "Outcome", "Time", "Where", "Message"), told)
    held = [
        f"{blocker.id}  {blocker.state.value}, {phrases.title_of(blocker)} (this test: {member.word})"
        for blocker in found.blockers.values()
        for member in blocker.members
        if member.key.label == label
    ]
    listed("Blockers", held or ["none"])
    return True


def _outcomes(judged: JudgedArchive, found: Assessment, one: Assessment, label: str) -> Iterator[tuple[str, ...]]:
    there = rows(judged, found, one).filter(nw.col("label") == label)
    version, run = one.run.manifest.version, one.run.id
    known = set(keys_of(there))
    for row in there.iter_rows(named=True):
        place = ", ".join(filter(None, (row["input"], row["place"])))
        time = "" if row["time_s"] is None else f"{row['time_s']:.3f} s"
        outcome = row["outcome"].replace("_", " ")
        yield version, run, row["variant"], outcome, time, place, one_line(row["message"] or row["trace"] or "", 80)
    for outcome, keys in (("not run", one.facts.not_run), ("vanished", one.facts.vanished)):
        for key in keys:
            if key.label == label and key not in known:
                yield version, run, key.variant, outcome, "", "", ""


def _pairs(pairs: Iterable[tuple[str, str]]) -> None:
    """Names and values, those without a value left out."""
    out = console()
    for name, value in pairs:
        if value:
            out.print(text(f"{name:14} {value}"))
