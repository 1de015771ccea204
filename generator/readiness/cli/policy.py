"""`readiness policy`: checks readiness.yml, and prints the default policy."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from readiness import TOOL, phrases
from readiness.analysis import Identity, any_glob, identified, is_retired, lost_files, matches, with_labels
from readiness.archive import ArchivedRun, Judgement
from readiness.assessment import assess
from readiness.cli.options import FILE, history, indexed, project_of
from readiness.errors import ReadinessError
from readiness.phrases import say
from readiness.policy import (
    POLICY_FILE,
    ChecklistItem,
    Policy,
    check_policy,
    default_text,
    policy_digest,
    policy_text,
    texts,
)
from readiness.results import Table, cache_folder, load_results


@click.group("policy", epilog="\b\nExample\n  readiness policy check\n  readiness policy default > readiness.yml")
def command() -> None:
    """Check what a release must show, or print the default of it."""


@command.command(
    "default", epilog="\b\nExample\n  readiness policy default > readiness.yml", short_help="Print the default policy."
)
def default() -> None:
    """Print the policy that applies where there is no readiness.yml, ready to be changed."""
    click.echo(default_text(), nl=False)


@command.command(
    "check",
    epilog="\b\nExample\n  readiness policy check\n  readiness policy check stricter.yml",
    short_help="Check a policy, and show what it requires.",
)
@click.argument("file", required=False, metavar="[FILE]", type=FILE)
@history
def check(file: Path | None, history: Path) -> None:
    """Check a policy (default: readiness.yml) and show what it requires.

    Where there is an archive, it warns of areas, variants and retired tests that no archived test fits, and of waivers
    that would waive nothing today. Exits 2 where the policy cannot be used, with a line for each problem.
    """
    written = file is not None or POLICY_FILE.exists()
    name = file or POLICY_FILE
    text = policy_text(file, pipes=True)
    policy, problems = check_policy(text, name)
    for problem in problems:
        click.echo(f"readiness: {problem.line}", err=True)
    if policy is None or problems:
        sys.exit(ReadinessError.exit_code)
    _show(policy, f"{name} is sound." if written else f"There is no {name}: the default policy applies.")
    try:
        for warning in (*_warnings(policy, history), *_idle_waivers(policy, text, history)):
            click.echo(f"Warning: {warning}", err=True)
    except ReadinessError as error:
        click.echo(f"Not compared with the archive: {error.line}", err=True)


def _show(policy: Policy, opening: str) -> None:
    """Print what a policy requires."""
    from readiness.render.console import console, listed, text

    console().print(text(opening))
    listed("Product", [policy.product] if policy.product else [])
    areas = (
        f"{area.name}: {', '.join(area.tests)}"
        + (f"; {area.owner}" if area.owner else "")
        + ("; critical" if area.critical else "")
        for area in policy.areas
    )
    listed("Areas", areas if policy.areas else ["the test modules"])
    listed("Required variants", (str(one) for one in policy.variants.required))
    listed("Criteria", (f"{one.id}  {one.title}: {say('demand', criterion=texts(one))}" for one in policy.criteria))
    listed("Categories of failure", (f"{one.title}: {one.severity}" for one in policy.categories))
    listed("Retired tests", (f"{one}: {one.reason}, {one.by}, {one.date}" for one in policy.retired))
    listed("Tests allowed to vanish", [policy.vanished_allowed.text])
    listed("Checklist", (_item(one) for one in policy.items))
    waivers = (f"{one.target[1]}: until {one.expires}, {one.owner}, {one.ticket}" for one in policy.waivers)
    listed(f"Waivers, at most {policy.waiver_cap.text}", waivers)
    if policy.plan:
        listed("Phases", (f"{one.name}: {one.min:g} to {one.max:g} working days" for one in policy.plan.phases))


def proofs(item: ChecklistItem) -> str:
    """What proves an item of the checklist; empty where only a sign-off does."""
    proofs = [*(item.tests or ())]
    proofs += [f"criterion {item.criterion}"] if item.criterion else []
    proofs += [f"metric {item.metric.name}"] if item.metric else []
    return ", ".join(proofs)


def _item(item: ChecklistItem) -> str:
    """`core  The core works: tests.test_core*; signed off by kim`."""
    told = list(filter(None, [proofs(item)]))
    sign = item.signoff
    told += [f"signed off by {sign.by}{f' for {sign.version}' if sign.version else ''}"] if sign else []
    told = told or ["to be signed off"]
    return f"{item.id}  {item.title}: {'; '.join(told if item.blocking else [*told, 'does not block'])}"


def _idle_waivers(policy: Policy, text: bytes, history: Path) -> Iterator[str]:
    """The waivers that would waive nothing if the latest run were judged again today: its past keeps its policies."""
    archive = indexed(history)
    run = archive.latest()
    if run is None or not policy.waivers:
        return
    last, now = run.judgements[-1], datetime.now(UTC).replace(microsecond=0)
    by, time = policy_digest(text), max(now, last.time)
    again = Judgement(number=last.number + 1, manifest=run.manifest_sha256, policy=by, time=time, tool=TOOL)
    supposed = archive.supposing(run.judged(again), text)
    judged = assess(supposed, cache_folder(project_of(history))).latest_of(run.id)
    yield from (phrases.waiver_text(one).rstrip(".") for one in judged.waivers if not one.in_force)


def _warnings(policy: Policy, history: Path) -> Iterator[str]:
    """What no archived test fits; nothing where nothing is archived."""
    archive = indexed(history)
    run = archive.latest()
    if run is None:
        return
    cache = cache_folder(project_of(history))
    table = with_labels(identified(load_results(run, cache).table, Identity()))
    where = f"run {run.id} of {run.manifest.version}"
    globs = [(glob, f"area {area.name!r}") for area in policy.areas for glob in area.tests]
    globs += [(glob, f"item {item.id!r}") for item in policy.items for glob in item.tests or ()]
    for glob, of in globs:
        if not table["label"].str.contains(any_glob([glob])).any():
            yield f"{glob!r} of the {of} matches no test of {where}"
    there = set(table["variant"].to_list())
    for variant in policy.variants.required:
        if variant.name not in there:
            yield f"the required variant {variant.name!r} has no test in {where}"
    for criterion in policy.criteria:
        named = criterion.where.variant if criterion.where else None
        if named is not None and named not in there:
            yield f"criterion {criterion.id!r} names the variant {named!r}, which has no test in {where}"
    # Retired tests are gone from the latest run: any run before it may have held them.
    waiting = [glob for one in policy.retired for glob in one.globs]
    here = run
    while waiting:
        table = with_labels(identified(load_results(here, cache).table, Identity()))
        waiting = [one for one in waiting if not _had(here, table, one)]
        previous = here.manifest.previous
        if previous is None or previous.run not in archive.runs:
            break
        here = archive.runs[previous.run]
    for kind, glob in waiting:
        what = "no file that was lost in" if kind == "files" else "no test of"
        yield f"{glob!r} of the retired {kind} matches {what} {where}, or of a run before it"


def _had(run: ArchivedRun, table: Table, retired: tuple[str, str]) -> bool:
    """True where a run had what a line of the policy retires."""
    kind, glob = retired
    if kind == "files":
        return any(matches((glob,), one.name) for one in lost_files(run.manifest))
    return bool(len(table.filter(is_retired([retired]))))
