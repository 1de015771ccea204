"""Everything about one blocker, one criterion or one test, on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import narwhals as nw

from readiness.analysis import Names
from readiness.analysis.tables import keys_of, with_labels
from readiness.archive import Input, load_results
from readiness.assessment import (
    Assessment,
    Blocker,
    CriterionResult,
    ItemResult,
    MemberState,
    release_words,
    words,
)
from readiness.assessment.numbers import amount, plural
from readiness.assessment.words import test_name
from readiness.cli.terminal import console, listed, table, text
from readiness.evidence import read
from readiness.evidence.formats import kinds
from readiness.evidence.nodeids import key_names
from readiness.model import TestKey
from readiness.render.phrases import minute, one_line
from readiness.render.terminal import standing_line


def show_blocker(found: Assessment, blocker: Blocker) -> None:
    """Print what it is, its life along the chain, and how each of its tests stands."""
    out = console()
    out.print(text(f"{blocker.id}  {blocker.title}", "bold"))
    out.print(text(standing_line(found)))
    out.print()
    _pairs(_about(found, blocker))
    about = found.waivers_about.get(blocker.id, ())
    listed("Waivers", (f"{one.state.value}  {one.text}" for one in about))
    listed("Life", _life(found, blocker.id))
    if blocker.members:
        out.print()
        out.print(text(f"Tests: {words.members(blocker)}"))
    for member in blocker.members:
        told = member.word + (f", {member.reason}" if member.reason else "")
        owed = f", owes {plural(member.owed, 'clean pass', 'clean passes')}" if member.owed else ""
        out.print(text(f"  {test_name(member.key)}  {one_line(told, 300)}{owed}"))
        failed = member.last_failed
        verb = "was skipped" if member.skipped else "fails"
        if member.state is not MemberState.FAILING or failed.run != found.run.id:
            verb = "was last skipped" if member.skipped else "last failed"
        out.print(text(f"    {verb} in {failed.version}, run {failed.run}, {_place(found, failed.run, member.key)}"))


def _about(found: Assessment, blocker: Blocker) -> Iterator[tuple[str, str]]:
    opened, category = blocker.opened, blocker.category
    yield "Kind", blocker.kind.value
    yield "State", f"{words.blocker_state(blocker, found)}{'' if blocker.stopping else ', stops no release'}"
    yield "Severity", blocker.severity
    yield "Area", blocker.area
    yield "Owner", blocker.owner
    age = plural(blocker.age(found.verdict.as_of).days, "day")
    yield "Opened", f"{opened.version}, run {opened.run}, {minute(opened.time)}, {age} before this judgement"
    if blocker.reopened:
        yield "Reopened", f"{blocker.reopened.version}, run {blocker.reopened.run}"
    if blocker.closed:
        yield "Closed", f"{blocker.closed.version}, run {blocker.closed.run}"
    exception, message = blocker.cause.exception, blocker.cause.message
    yield "Cause", one_line(message if message.startswith(exception) else f"{exception}: {message}", 500)
    yield "Signature", blocker.signature
    yield "Now", blocker.note
    yield "Risk", category.risk
    yield "Fix", category.fix
    if category.effort:
        yield "Effort", words.effort(category.effort)


def _life(found: Assessment, blocker_id: str) -> Iterator[str]:
    """The runs that changed it."""
    last = ""
    for one in found.chain():
        blocker = one.blockers.get(blocker_id)
        told = f"{blocker.state.value}: {words.members(blocker)}" if blocker else ""
        if blocker and told != last:
            yield f"{one.run.manifest.version}  {one.run.id}  {one_line(told, 300)}"
        last = told


def _place(found: Assessment, run: str, key: TestKey) -> str:
    """Where the result of a test lies in the evidence of a run."""
    there = next((one for one in found.chain() if one.run.id == run), None)
    if there is None:
        return "which is not in this archive"
    facts = there.facts
    result = next((one for one in (*facts.problems, *facts.flaky, *facts.skipped) if one.key == key), None)
    return result.place if result and result.place else "in tests beneath it"


def show_criterion(found: Assessment, result: CriterionResult) -> None:
    """Print what it demands, what was measured, and the tests and files behind the number."""
    criterion, measured = result.criterion, result.measured
    out = console()
    out.print(text(f"{criterion.id}  {criterion.title}", "bold"))
    out.print(text(standing_line(found)))
    out.print()
    where = criterion.where
    _pairs(
        (
            ("State", words.state_word(result)),
            ("Tier", criterion.tier),
            ("Measure", criterion.measure),
            ("Area", where.area or "" if where else ""),
            ("Variant", where.variant or "" if where else ""),
            ("Required", words.required(result)),
            ("Actual", words.actual(measured)),
            ("Of", words.out_of(measured)),
            ("Headroom", "" if result.headroom is None else amount(result.headroom, measured.unit)),
            ("Oldest run", criterion.max_age.text if criterion.max_age else ""),
            ("Least evidence", str(criterion.min_evidence or "")),
        )
    )
    places = {one.key: one.place for one in (*found.facts.problems, *found.facts.flaky, *found.facts.skipped)}
    listed(
        "Tests behind the number",
        (f"{test_name(key)}  {places.get(key, 'without a result')}" for key in measured.holders),
    )
    listed("Files", _files(found, criterion.measure))


def show_item(found: Assessment, result: ItemResult) -> None:
    """Print how an item of the checklist stands, who vouches for it, and the tests that keep it from being done."""
    item, signoff = result.item, result.item.signoff
    out = console()
    out.print(text(f"{item.id}  {item.title}", "bold"))
    out.print(text(standing_line(found)))
    out.print()
    blocker = release_words.blocker_of(result, found)
    proofs = [*(item.tests or ())]
    proofs += [f"criterion {item.criterion}"] if item.criterion else []
    proofs += [f"metric {item.metric.name}"] if item.metric else []
    _pairs(
        (
            ("State", release_words.item_state(result, found)),
            ("Group", result.group),
            ("Blocking", "yes" if item.blocking else "no"),
            ("Owner", item.owner),
            ("Proved by", ", ".join(proofs)),
            ("Signed off", f"{signoff.by}, {signoff.date}" if signoff else ""),
            ("Until", str(signoff.expires) if signoff and signoff.expires else ""),
            ("Note", signoff.note if signoff else ""),
            ("Now", result.note),
            ("Blocker", f"{blocker.id}, {blocker.state.value}" if blocker else ""),
        )
    )
    listed("Tests that keep it from being done", (test_name(key) for key in result.holders))


def _files(found: Assessment, measure: str) -> Iterator[str]:
    """The files that such a number is made of, and how they were read."""
    for item in found.run.manifest.inputs:
        points: list[str] = []
        if measure.startswith("coverage."):
            counts = item.kind in kinds("coverage")
        elif measure == "warnings":
            counts = item.kind in kinds("warnings")
        elif measure.startswith("metric."):
            points = _points(found, item, measure.removeprefix("metric."))
            counts = bool(points)
        else:
            of_tests = item.kind in kinds("results", "run errors", "list", "warnings")
            counts = of_tests or measure in ("evidence_loss", "evidence_age")
        if counts:
            state = f"{item.read.value}, evidence was lost" if item.loss else item.read.value
            told = f": {', '.join(points)}" if points else ""
            yield f"{item.name}  {item.kind}, {state}, sha256 {item.sha256[:12]}{told}"
    if measure == "evidence_loss":
        yield from (f"{one.label}  {one.note}" for one in found.run.manifest.missing)


def _points(found: Assessment, item: Input, metric: str) -> list[str]:
    """The values of a metric that a file holds, read from the evidence itself."""
    file = read(found.run.evidence(item), item.name, source=item.source, variant=item.variant)
    return [amount(Fraction(str(one.value)), one.unit) for one in file.metrics if one.name == metric]


def show_test(found: Assessment, ref: str, cache: Path) -> bool:
    """Print a test's outcomes along the chain and its blockers; False where no run knows it."""
    label = "::".join(key_names(ref)) if ".py::" in ref else ref
    rows = [row for one in found.chain() for row in _outcomes(one, found.names, label, cache)]
    if not rows:
        return False
    out = console()
    out.print(text(label, "bold"))
    out.print(text(standing_line(found)))
    out.print()
    table(("Version", "Run", "Variant", "Outcome", "Time", "Where", "Message"), rows)
    held = [
        f"{blocker.id}  {blocker.state.value}, {blocker.title}: this test is {member.word}"
        for blocker in found.blockers.values()
        for member in blocker.members
        if member.key.label == label
    ]
    listed("Blockers", held or ["none"])
    return True


def _outcomes(one: Assessment, names: Names, label: str, cache: Path) -> Iterator[tuple[str, ...]]:
    rows = with_labels(names.keyed(load_results(one.run, cache).table, one.names))
    rows = rows.filter(nw.col("label") == label)
    version, run = one.run.manifest.version, one.run.id
    known = set(keys_of(rows))
    for row in rows.iter_rows(named=True):
        place = ", ".join(filter(None, (row["input"], row["place"])))
        time = "" if row["time_s"] is None else f"{row['time_s']:.3f} s"
        outcome = row["outcome"] or "not run"
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
