"""What the command line says of a run, and the run that its files become."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.cli.archiving import earliest, now, require_past, require_usable
from readiness.cli.files import labelled, read_inputs
from readiness.cli.selection import run_meant
from readiness.errors import UsageError

if TYPE_CHECKING:
    from readiness.archive import Archive, ArchivedRun, NewRun


_UNCOMMITTED = (
    "No commit is recorded: tracked files have changes that are not committed. "
    "Commit before you test, or name the commit with --commit."
)


@dataclass(frozen=True)
class Described:
    """The values of FILES and of the options of `options.of_a_run`."""

    files: tuple[str, ...]
    sources: tuple[str, ...]
    variants: tuple[str, ...]
    reruns: tuple[str, ...]
    strict: bool
    version: str | None
    started: datetime | None
    finished: datetime | None
    commit: str | None
    branch: str | None
    ci_url: str | None
    environment: dict[str, str]
    previous: str | None
    supersedes: str | None
    masking: bool

    @property
    def names_files(self) -> bool:
        """True where there are files that a run could be made of."""
        return bool(self.files or self.sources or self.variants or self.reruns)

    @property
    def is_empty(self) -> bool:
        """True where nothing at all is described."""
        return self == Described((), (), (), (), False, None, None, None, None, None, None, {}, None, None, True)

    def new_run(self, archive: Archive, untold: Callable[[], str]) -> NewRun:
        """The files read, as the run that they are; `untold` gives the version without --version.

        Raises what is wrong with files and options.
        """
        from readiness.archive import NewRun, replacing, with_stale
        from readiness.cli.ci_context import ci_context
        from readiness.evidence import PATTERN_SET, without_secrets

        version, old = "", None if self.supersedes is None else run_meant(archive, self.supersedes)
        if old:
            self._require_same(old)
        else:
            version = untold() if self.version is None else self.version
            if not version.strip():
                raise UsageError(
                    "no version is named", remedy="Name the one that was tested, for example --version 1.4.0"
                )
            require_usable({version}, archive)
        chosen = labelled(self.files, self.sources, self.variants, self.reruns, strict=self.strict)
        inputs = read_inputs(chosen.files, masking=self.masking)
        found, clock = ci_context(Path.cwd()), now()
        if found.uncommitted and self.commit is None and not old:
            click.echo(_UNCOMMITTED, err=True)
        run = NewRun(
            version=version,
            started=self.started or earliest(inputs) or clock,
            finished=self.finished,
            now=clock,
            inputs=inputs,
            commit=_told(self.commit, found.commit),
            branch=_told(self.branch, found.branch),
            ci_url=without_secrets(_told(self.ci_url, found.ci_url)),
            environment=(
                {name: without_secrets(value) for name, value in self.environment.items()}
                if self.masking
                else self.environment
            ),
            previous=self._followed(archive),
            masking=PATTERN_SET if self.masking else "",
            missing=chosen.missing,
            matched=chosen.matched,
        )
        if old:
            run = replacing(old, run)
        else:
            require_past(run.started, "--started" if self.started else "the earliest timestamp in the evidence")
        if self.finished:
            require_past(self.finished, "--finished")
        if all(item.rerun for item in run.inputs):
            remedy = "Name the first job's files too, or add these to its run with --supersedes RUN"
            raise UsageError("every file is a rerun from a second job (--rerun)", remedy=remedy)
        if self.finished and self.finished < run.started:
            when, start = (f"{one:%Y-%m-%dT%H:%M:%SZ}" for one in (self.finished, run.started))
            problem = f"--finished {when} is before the start, {start}"
            raise UsageError(problem, remedy="Correct --started or --finished")
        # Who names the start says when the tests ran, whatever the reports say.
        return run if self.started else with_stale(run, archive)

    def _followed(self, archive: Archive) -> str | None:
        if self.previous in (None, "none"):
            return None if self.previous is None else ""
        return run_meant(archive, self.previous).id

    def _require_same(self, old: ArchivedRun) -> None:
        """A run that replaces another is of the same version, commit, branch and start, and follows the same run."""
        for name in ("version", "commit", "branch", "started", "previous"):
            value, own = getattr(self, name), getattr(old.manifest, name)
            if value is not None and (name == "previous" or (own or "none") != value):
                remedy = "Leave the option out, or archive the files as a run of their own"
                raise UsageError(f"--{name} cannot be chosen for a run that supersedes another", remedy=remedy)


def _told(given: str | None, found: str) -> str:
    return found if given is None else "" if given == "none" else given
