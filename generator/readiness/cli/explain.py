"""`readiness explain`: why the verdict is what it is, or everything about one blocker, criterion or test."""

from pathlib import Path

import click

from readiness import phrases
from readiness.assessment import Assessment, Blocker, BlockerState
from readiness.assessment import judged as named
from readiness.cli.options import history
from readiness.cli.selection import JudgedArchive, judged_in
from readiness.errors import UsageError
from readiness.report import Report

NAMED = 5
"""Tests of a name that several have, told by name."""


@click.command(
    "explain",
    epilog="\b\nExample\n  readiness explain\n  readiness explain B-YIUS6G\n  readiness explain peak-memory --run 1.4.0"
    "\n  readiness explain tests.test_shop.TestCard::test_declined",
)
@click.argument("ref", required=False, metavar="[REF]")
@click.option(
    "--run",
    "run_ref",
    metavar="RUN",
    help="Run or version, `#N` for its Nth judgement (default: the run archived last).",
)
@history
def command(ref: str | None, run_ref: str | None, history: Path) -> None:
    """Explain the verdict, and list what is left to do until READY.

    REF is the id of a blocker, of a criterion or of an item of the checklist, or a test as `group::name` or by its
    name alone: then it tells everything about that.
    """
    from readiness.cli import explain_ref

    judged = judged_in(history)
    found = judged.meant(run_ref)
    if ref is None:
        show(judged.reports.made(found))
    elif blocker := _blocker(found, ref):
        explain_ref.show_blocker(judged, found, blocker)
    elif result := next((one for one in found.criteria if one.criterion.id == ref), None):
        explain_ref.show_criterion(judged, found, result)
    elif item := next((one for one in found.items if one.item.id == ref), None):
        explain_ref.show_item(judged, found, item)
    elif holders := [one for one in judged.latest() if ref.upper() in one.blockers]:
        show_elsewhere(judged, ref.upper(), holders, found)
    elif not explain_ref.show_test(judged, found, ref):
        _show_test_like(judged, found, ref)


def _show_test_like(judged: JudgedArchive, found: Assessment, ref: str) -> None:
    """Print the test whose name ends with `ref`. Raises UsageError where it means a run, no test, or several."""
    from readiness.cli.explain_ref import show_test
    from readiness.cli.named_tests import tests_like

    if _means_a_run(judged, ref):
        remedy = f"It is a run: write `readiness explain --run {ref}`"
    elif not (alike := tests_like(judged, found, ref)):
        remedy = (
            "`readiness explain` lists blockers, `readiness policy check` criteria and items; write a test like "
            "group::name"
        )
    elif len(alike) == 1:
        show_test(judged, found, alike[0])
        return
    else:
        more = f" and {len(alike) - NAMED:,} more" if len(alike) > NAMED else ""
        named = ", ".join(repr(label) for label in alike[:NAMED])
        raise UsageError(
            f"{ref!r} names {len(alike):,} tests: {named}{more}", remedy="Write `group::name` of one of them"
        )
    raise UsageError(
        f"{ref!r} is not a blocker, criterion, item or test of run {found.run.id} or of the runs before it",
        remedy=remedy,
    )


def show_elsewhere(judged: JudgedArchive, ref: str, holders: list[Assessment], found: Assessment) -> None:
    """Print what stands in the place of a blocker that only superseded runs had.

    `holders` are the judgements that know it, oldest first. Raises UsageError where one of them still stands.
    """
    from readiness.cli import explain_ref
    from readiness.render.console import console, text

    chain, before = judged.archive.chain, holders[-1]
    standing = [one.run.id for one in holders if one.run.id not in chain.superseded]
    if standing:
        raise UsageError(
            f"{ref} is not a blocker of run {found.run.id} or of the runs before it",
            remedy=f"Another run has it: write `readiness explain {ref} --run {standing[-1]}`",
        )
    later = judged.answering(chain.standing(before.run.id))
    out, old = console(), before.blockers[ref]
    out.print(text(phrases.superseded_told(named(before), [named(later)])))
    successor = _successor(old, later)
    if successor is None:
        out.print(text(f"No blocker there has a test or the cause of {ref}. This is how it was."))
        out.print()
        explain_ref.show_blocker(judged, before, old)
        return
    out.print(text(f"{ref} is {successor.id} there."))
    out.print()
    known = found.blockers.get(successor.id)
    explain_ref.show_blocker(judged, *((found, known) if known else (later, successor)))


def _successor(old: Blocker, later: Assessment) -> Blocker | None:
    """The blocker that holds the same cause in the same area, else one that shares a test; an open one first."""
    tests = {member.key for member in old.members}
    found = sorted(later.blockers.values(), key=lambda one: one.state is BlockerState.CLOSED)
    same = [one for one in found if (one.signature, one.area) == (old.signature, old.area)]
    sharing = [one for one in found if tests & {member.key for member in one.members}]
    return next(iter((*same, *sharing)), None)


def _means_a_run(judged: JudgedArchive, ref: str) -> bool:
    try:
        judged.meant(ref)
    except UsageError:
        return False
    return True


def _blocker(found: Assessment, ref: str) -> Blocker | None:
    """The blocker of that id in either case, or of a unique beginning of one."""
    wanted = ref.upper()
    if not wanted.startswith("B-") or len(wanted) < len("B-") + 1:
        return None
    if wanted in found.blockers:
        return found.blockers[wanted]
    matching = [blocker for blocker in found.blockers.values() if blocker.id.startswith(wanted)]
    if len(matching) > 1:
        raise UsageError(f"several blockers match {ref!r}", remedy=f"Write one of {', '.join(b.id for b in matching)}")
    return matching[0] if matching else None


def show(found: Report) -> None:
    """Print every reason of the verdict, what evidence is missing, and what is left to do, fewest first."""
    from readiness.render.console import console, listed, text
    from readiness.render.terminal import show_release, standing_line

    out, verdict = console(), found.verdict
    out.print(text(standing_line(found)))
    if told := phrases.verdict_without(found):
        out.print(text(told))
    out.print(text(phrases.summary(found)))
    out.print(text(phrases.recommendation(found)))
    reasons = (("Blocked by", verdict.blocked), ("Unproven", verdict.unproven), ("Residual risk", verdict.residual))
    for title, given in reasons:
        listed(
            title,
            (
                f"{reason.kind.value} {phrases.reason_name(reason)}  {phrases.reason_text(reason, found)}"
                for reason in given
            ),
        )
    listed("Missing evidence", (f"{phrases.gap_text(gap)}. {phrases.said(gap.fix)}" for gap in found.gaps))
    show_release(found)
    listed(
        "Next steps",
        (f"{one.ref}  {phrases.said(one.title)}: {phrases.said(one.todo)}" for one in found.steps),
    )
    if verdict.ready:
        out.print()
        out.print(text("READY: nothing left to do."))
