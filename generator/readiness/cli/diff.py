"""`readiness diff`: what changed between two judgements."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.cli.options import history

if TYPE_CHECKING:
    from readiness.analysis import Comparison
    from readiness.assessment import Assessment, Changes
    from readiness.cli.selection import JudgedArchive

MOST = 20
"""Tests of a list; `--format json` names them all."""


@click.command(
    "diff", epilog="\b\nExample\n  readiness diff 1.3.0 1.4.0\n  readiness diff 1.4.0#1 1.4.0#2 --format json"
)
@click.argument("before", metavar="A")
@click.argument("now", metavar="[B]", required=False)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@history
def command(before: str, now: str | None, form: str, history: Path) -> None:
    """Show what changed from judgement A to judgement B.

    A and B are runs (an id, or 8 characters or more of its digest) or versions, whose latest run counts. `#N` means
    the Nth judgement of the run; else it is the latest. Without B it is the latest run of the highest version. They
    need not follow each other.
    """
    from readiness.assessment import changes
    from readiness.cli.selection import judged_archive, sound_archive
    from readiness.report import written

    archive = sound_archive(history)
    judged = judged_archive(archive)
    first = judged.meant(before)
    second = judged.answering(archive.chain.latest()) if now is None else judged.meant(now)
    found = changes(first, second, comparison(judged, first, second))
    if form == "json":
        click.echo(written(found))
    else:
        show(found)


def comparison(judged: JudgedArchive, before: Assessment, now: Assessment) -> Comparison:
    """The tests of two runs compared; what the later one was compared with already is taken from it."""
    from readiness.analysis import compare
    from readiness.results import load_results

    for known in (now.facts.comparison, now.baseline_comparison):
        if known and known.earlier == before.run.id:
            return known
    then, later = (now.names.keyed(load_results(one.run, judged.cache).table, one.names) for one in (before, now))
    return compare(later, then, before.run.id)


def show(found: Changes) -> None:
    """Print what changed, the verdict first."""
    from readiness.numbers import number
    from readiness.phrases import (
        amendments,
        blockers_told,
        criteria_told,
        items_told,
        say,
        test_name,
        tests_of,
        verdict_word,
        waivers_told,
    )
    from readiness.render.console import console, listed, text

    out = console()
    for word, one in (("From", found.before), ("To", found.now)):
        verdict = verdict_word(one.verdict)
        place = f"{one.version}, run {one.run}, judgement {one.judgement}"
        out.print(text(f"{word:4} {place}: {verdict}"))
    out.print(text(f"The verdict {'changed' if found.verdict else 'is the same'}."))
    told_of = (criteria_told, blockers_told, items_told, waivers_told)
    parts = [*(tell(found) for tell in told_of), amendments(found.policy)]
    for title, sentences in zip(("Criteria", "Blockers", "Checklist", "Waivers", "Policy"), parts, strict=True):
        listed(title, sentences)
    tests = tests_of(found.tests) if found.tests else []
    for how, keys in tests:
        listed(f"Tests {say('turned', how=how)}: {number(len(keys))}", (test_name(key) for key in keys), MOST)
    slower = found.tests.slower if found.tests else ()
    told = (f"{test_name(one.key)}  {one.now_s:,.2f} s, before {one.before_s:,.2f} s" for one in slower)
    listed(f"Tests slower: {number(len(slower))}", told, MOST)
    turned = (found.turned, found.moved, found.items, found.waivers)
    if not (any(turned) or found.unknown or found.policy or tests or slower):
        out.print(text("Nothing else changed."))
