"""The gate's answer and the difference of two judgements on a terminal: tables and lists, plain where piped."""

from readiness import phrases
from readiness.assessment import Changes
from readiness.phrases import say, verdict_word
from readiness.render.console import console, listed, table, text
from readiness.render.sections import change_lines, change_sections, head, release_sections, sections
from readiness.report import GateResult, Report

STYLES = {"READY": "bold green", "BLOCKED": "bold red", "UNPROVEN": "bold yellow"}
MOST = 10
"""Lines of a list; the other formats and `readiness explain` hold the rest."""
MOST_CHANGED = 20


def show(answer: GateResult) -> None:
    """Print the verdict, and everything behind it in short."""
    verdict, out = answer.report.verdict, console()
    style = "UNPROVEN" if verdict.ready and not answer.ready else verdict.word.value
    about, *lines = head(answer)
    out.print(text(f"{phrases.subject(answer.report)}, {about}"))
    out.print(text(f"{phrases.headline(answer)} {phrases.when(answer)}", STYLES[style]))
    for line in lines:
        out.print(text(line))
    if answer.link:
        out.print(text(say("report_at", address=answer.link)))
    for one in sections(answer):
        if one.table:
            out.print()
            table(*one.table)
        else:
            listed(one.title, one.lines, MOST)


def show_changes(found: Changes) -> None:
    """Print what changed, the verdict first."""
    for line in change_lines(found):
        console().print(text(line))
    for one in change_sections(found):
        listed(one.title, one.lines, MOST_CHANGED)


def show_release(found: Report) -> None:
    """Print waivers, checklist and plan, where there are some."""
    for one in release_sections(found):
        listed(one.title, one.lines)


def standing_line(found: Report) -> str:
    """`attrs 26.1.0, run …, judgement 1: NOT READY: BLOCKED as of D`."""
    manifest, verdict = found.run, found.verdict
    return say(
        "run_stands",
        subject=say("release_name", product=manifest.product, version=manifest.version),
        run=manifest.id,
        judgement=found.judgement.number,
        verdict=verdict_word(verdict.word),
        when=phrases.as_of(verdict),
    )
