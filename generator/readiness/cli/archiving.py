"""From evidence that was read to a run in the archive: the one way, which all commands that archive share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness import TOOL
from readiness.cli.options import indexed, project_of
from readiness.cli.selection import tied
from readiness.errors import UsageError
from readiness.model import ReadState

if TYPE_CHECKING:
    from readiness.archive import Archive, ArchivedRun, NewInput, NewRun


@dataclass(frozen=True)
class Terms:
    """What runs are archived under: the policy that judges them, and the product that it names."""

    policy: bytes
    product: str


def terms_of(policy: Path | None) -> Terms:
    """The terms of the policy in that file, else of readiness.yml, else of the default; raises what is wrong there."""
    from readiness.policy import POLICY_FILE, parse_policy, policy_text

    text = policy_text(policy, pipes=True)
    return Terms(text, parse_policy(text, policy or POLICY_FILE).product)


def require_usable(versions: Collection[str], archive: Archive) -> None:
    """Raise UsageError for a version that the site cannot hold: `latest`, and what another one's folder would be."""
    from readiness.render.pages.routes import clash, is_latest

    known = {run.manifest.version for run in archive.runs.values()}
    for version in sorted(versions):
        if is_latest(version):
            problem = f"a version cannot be called {version!r}: the site keeps this name for its latest one"
            raise UsageError(problem, remedy="Name the version that was tested, for example 1.4.0")
        if twin := clash(version, sorted({*known, *versions})):
            problem = f"versions {version!r} and {twin!r} differ only in letter case"
            raise UsageError(problem, remedy="Use that spelling, or a different name")


def tell_of_default(policy: bytes, before: str) -> None:
    """Say on standard error that the default policy judges where another one did before, of digest `before`."""
    from readiness.policy import is_default, policy_digest

    if is_default(policy) and before != policy_digest(policy):
        click.echo("The default policy applies, but another policy applied before: was readiness.yml moved?", err=True)


@contextmanager
def appending(history: Path, terms: Terms) -> Iterator[Callable[[NewRun], tuple[ArchivedRun, bool]]]:
    """A function that appends a run under these terms: (the archived run, whether it is new)."""
    from readiness.archive import Writer, cache_path

    with Writer(history, cache_path(project_of(history))) as writer:

        def append(run: NewRun) -> tuple[ArchivedRun, bool]:
            run = replace(run, product=terms.product)
            equal = writer.candidates(run)
            if len(equal) > 1:
                run = replace(run, previous=_worst(history, equal))
            archived, new = writer.append(run, terms.policy, TOOL)
            if new:
                from readiness.results import cache_folder, keep_results

                # What is derived from a new run is kept while its evidence is at hand.
                keep_results(archived, run.inputs, cache_folder(project_of(history)))
            return archived, new

        yield append


def _worst(history: Path, runs: tuple[str, ...]) -> str:
    """Of runs that nothing orders the one that a new run follows: what stops the worst must not be forgotten."""
    from readiness.assessment import assess
    from readiness.results import cache_folder

    found = assess(indexed(history), cache_folder(project_of(history))).worst_of(runs).run.id
    click.echo(f"{tied(runs)}. This run follows the worst, {found}; choose another with --previous.", err=True)
    return found


AHEAD = timedelta(minutes=5)
"""How far the clocks of two machines may differ."""


def now() -> datetime:
    """The time at which a run is archived."""
    return datetime.now(UTC)


def is_ahead(moment: datetime) -> bool:
    """True for a time that has not come yet: a run of that time would count as the latest until it has."""
    return moment > now() + AHEAD


def require_past(moment: datetime, named: str) -> None:
    """Raise UsageError for a time that has not come yet; `named` says where it comes from."""
    if is_ahead(moment):
        problem = f"{named} is in the future: {moment:%Y-%m-%dT%H:%M:%SZ}, and it is {now():%Y-%m-%dT%H:%M:%SZ}"
        option = named if named.startswith("--") else "--started"
        remedy = f"Nothing was written: name the time in UTC with {option}, and set the clock that is ahead"
        raise UsageError(problem, remedy=remedy)


def earliest(inputs: Iterable[NewInput]) -> datetime | None:
    """The earliest timestamp in the evidence that is certain."""
    return min((item.file.started for item in inputs if item.file.started), default=None)


def losses(inputs: Iterable[NewInput]) -> Iterator[tuple[str, str]]:
    """(name, what was lost) of every file that was not read in full."""
    for item in inputs:
        if not item.file.loss:
            continue
        reasons = [
            f"{finding.message} ({finding.place})" if finding.place else finding.message
            for finding in item.file.findings
            if finding.loss
        ]
        state = "" if item.file.state is ReadState.READ else f"{item.file.state.value}: "
        yield item.name, f"{state}{'; '.join(reasons) or item.file.reason}"
