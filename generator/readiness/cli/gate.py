"""`readiness gate`: the verdict on one run, for people and for CI, and as exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from readiness.cli.archiving import Terms, terms_of
from readiness.cli.described import Described
from readiness.cli.options import FILE, history, moment, of_a_run, project_of, site_link
from readiness.cli.selection import judged_archive, runs_meant, sound_archive
from readiness.cli.trial import supposed
from readiness.errors import UsageError

if TYPE_CHECKING:
    from readiness.archive import Archive
    from readiness.assessment import Word
    from readiness.report import GateResult

FORMATS = ("text", "markdown", "json", "junit", "github")


@click.command(
    "gate",
    epilog="\b\nExample\n  readiness gate && ./deploy.sh\n  readiness gate --run 20250810T041200Z-3f9a1c2e71d0\n"
    "  readiness gate --release 1.4.0\n  readiness gate --policy-from origin/main\n"
    "  readiness gate junit.xml collected.txt --format markdown\n"
    '  readiness gate --format markdown >> "$GITHUB_STEP_SUMMARY"',
)
@of_a_run
@click.option("--run", "run_id", metavar="RUN", help="The run, by id or version (default: the one archived last).")
@click.option("--release", metavar="VERSION", help="The release: its latest run.")
@click.option(
    "--policy",
    type=FILE,
    help="Judge by this policy instead of the recorded ones, without recording it.",
)
@click.option(
    "--policy-from",
    "base",
    metavar="REF",
    help="Judge by readiness.yml of that git ref, the base of a pull request; say what your own would change.",
)
@click.option(
    "--at", callback=moment, metavar="TIME", help="Time of the question, which only affects expiry (default: now)."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="markdown: job summaries and comments; github: annotations.",
)
@site_link
@history
def command(
    run_id: str | None,
    release: str | None,
    policy: Path | None,
    base: str | None,
    at: datetime | None,
    form: str,
    link: str,
    history: Path,
    **described: Any,
) -> None:
    """Tell whether a release is ready, with the criteria and blockers behind the answer.

    Without --run and --release the run archived last answers. Where nothing says which of several runs is later, the
    worst answers. FILES are judged as `archive` would take them, against the runs of the archive, and not archived;
    without --version they are of the version archived last. Exits 0 for READY, 1 for BLOCKED, 3 for UNPROVEN, for
    expired, and for a run that was superseded by one that is not READY; 2 for a usage or configuration error; 4 where
    no file can be read.
    """
    from readiness.policy import policy_digest
    from readiness.render.pages.routes import Routes, report_page
    from readiness.report import gate_result, place_of
    from readiness.results import cache_folder

    if run_id is not None and release is not None:
        raise UsageError("--run and --release both say what is asked for", remedy="Leave one of them out")
    if policy is not None and base is not None:
        raise UsageError("--policy and --policy-from both say what judges", remedy="Leave one of them out")
    files, cache = Described(**described), cache_folder(project_of(history))
    _require_one_question(files, asked=run_id is not None or release is not None)
    terms = terms_of(policy) if base is None else _terms_of_base(base)
    text, at = None if policy is None and base is None else terms.policy, at or datetime.now(UTC)
    with supposed(history, files, terms, cache) if files.names_files else nullcontext() as trial:
        archive = trial.archive if trial else sound_archive(history)
        if trial:
            runs: tuple[str, ...] = (trial.run,)
        else:
            runs = _asked_for(archive, run_id) if release is None else _release(archive, release)
        # Files are judged by it as their run will be: the past keeps its own.
        instead = None if trial and trial.new else text
        reports = judged_archive(archive, instead, cache).reports
        report = reports.worst_of(runs)
        if base is not None:
            _tell_of_own_policy(archive, terms.policy, base, result_of=runs, verdict=report.verdict.word)
        if text is None and not trial:
            tell_of_another_policy(history, report.judgement.policy, report.run.id)
        told = bool(trial) or run_id is not None or release is not None
        if not told:
            _tell_of_another_commit(report.run.id, report.run.commit)
        result = gate_result(
            report,
            at,
            place_of(report, archive, reports, runs, at, told=told),
            policy=None if instead is None else policy_digest(instead),
            link=f"{link}/{Routes().url(report_page(report.run.id, report.judgement.number))}" if link else None,
            trial=bool(trial and trial.new),
        )
    try:
        tell(result, form)
        sys.stdout.flush()
    except (
        BrokenPipeError,
        SystemExit,
    ):  # `gate | head`: who reads no further still gets the answer; rich would exit 1
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(result.exit_code)


def _require_one_question(files: Described, *, asked: bool) -> None:
    """Raise UsageError where files and a run of the archive are asked about, or options describe no files."""
    if files.names_files and asked:
        raise UsageError("files are judged, or a run of the archive", remedy="Leave out FILES, or --run and --release")
    if not files.names_files and not files.is_empty:
        remedy = "Name the files too, or leave out what describes them"
        raise UsageError("options describe a run, but no file of it is named", remedy=remedy)


def _release(archive: Archive, version: str) -> tuple[str, ...]:
    """The latest run of a release, or several that nothing orders."""
    found = archive.chain.latest(version) or archive.recorded.latest(version)
    if not found:
        remedy = "`readiness list` shows the versions; write one of them in full"
        raise UsageError(f"there is no run of version {version!r} in {archive.root}", remedy=remedy)
    return found


def _asked_for(archive: Archive, ref: str | None) -> tuple[str, ...]:
    """The run that is asked for; its latest judgement alone answers, lest what was READY once opens the gate again."""
    try:
        return runs_meant(archive, ref)
    except UsageError:
        run, mark, _ = (ref or "").rpartition("#")
        if not mark:
            raise
        runs_meant(archive, run)
        raise UsageError(
            f"the latest judgement of a run answers, not {ref!r}",
            remedy=f"Write --run {run}; `readiness explain --run {ref}` shows another judgement",
        ) from None


def _terms_of_base(ref: str) -> Terms:
    """The terms of the policy that a git ref holds, checked; the default one where it holds none."""
    from readiness.policy import POLICY_FILE, default_text, parse_policy

    text = _policy_at(ref)
    if text is None:
        click.echo(f"{ref} has no {POLICY_FILE}: the default policy applies.", err=True)
        text = default_text()
    return Terms(text, parse_policy(text, f"{ref}:{POLICY_FILE}").product)


def _policy_at(ref: str) -> bytes | None:
    """The bytes of readiness.yml of the current folder as `ref` holds it; None where it holds none.

    Raises UsageError where there is no git, no repository, or no such ref in the clone.
    """
    from readiness.policy import POLICY_FILE

    if _git("rev-parse", "--git-dir") is None:
        remedy = "Run this within the clone, or name a file with --policy"
        raise UsageError("--policy-from needs a git repository, and there is none here", remedy=remedy)
    commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if commit is None:
        raise UsageError(f"git knows no commit {ref!r} here", remedy=_fetching(ref))
    name = commit.decode().strip()
    place = f"{name}:./{POLICY_FILE}"
    if _git("ls-tree", "--name-only", name, f"./{POLICY_FILE}"):
        # Not `git show`, which lets attributes of the working tree change what it prints.
        text = _git("cat-file", "blob", place)
        if text is None:
            raise UsageError(f"git cannot read {POLICY_FILE} of {ref!r}", remedy="Run `git fetch --refetch`")
        return text
    return None


def _fetching(ref: str) -> str:
    branch = ref.removeprefix("origin/")
    if (_git("rev-parse", "--is-shallow-repository") or b"").strip() == b"true":
        return f"The clone is shallow: fetch it first, `git fetch --depth=1 origin {branch}`, and write FETCH_HEAD"
    return f"Fetch it first, `git fetch origin {branch}`, and write origin/{branch}"


def _git(*arguments: str) -> bytes | None:
    """What git prints; None where it fails."""
    import subprocess

    try:
        done = subprocess.run(["git", *arguments], capture_output=True, timeout=60, check=False, cwd=Path.cwd())
    except FileNotFoundError:
        raise UsageError("--policy-from needs git", remedy="Install it, or name a file with --policy") from None
    except (OSError, subprocess.SubprocessError) as error:
        raise UsageError(f"git does not answer ({error})", remedy="Name a file with --policy instead") from error
    return done.stdout if done.returncode == 0 else None


def _tell_of_own_policy(archive: Archive, base: bytes, ref: str, *, result_of: tuple[str, ...], verdict: Word) -> None:
    """Say on standard error that the policy of the working tree is another one, and what its verdict would be."""
    from readiness.policy import POLICY_FILE

    try:
        own = terms_of(None).policy
    except UsageError as error:
        click.echo(f"{POLICY_FILE} here is not that of {ref}, and cannot be used: {error.line}", err=True)
        return
    if own == base:
        return
    word = judged_archive(archive, own).reports.worst_of(result_of).verdict.word
    by_own = "the verdict would be the same" if word is verdict else f"the verdict would be {word.value}"
    click.echo(f"{POLICY_FILE} here is not that of {ref}, which judges {verdict.value}; by it {by_own}.", err=True)


def _tell_of_another_commit(run: str, commit: str) -> None:
    """Say on standard error that the run archived last is not of this job's commit: its own may not be archived."""
    from readiness.cli.ci_context import from_ci

    here = from_ci()
    if here and here.commit and commit and here.commit != commit:
        told = f"Run {run}, which was archived last, is of commit {commit[:10]}, this job of {here.commit[:10]}"
        click.echo(f"{told}. If `archive` failed before, this is not its verdict: name the run with --run.", err=True)


def tell_of_another_policy(history: Path, digest: str, run: str) -> None:
    """Say on standard error that the policy beside the archive is not the one that the run was judged by."""
    from readiness.policy import POLICY_FILE, policy_digest, policy_text

    beside = project_of(history) / POLICY_FILE
    if not beside.is_file():
        return
    try:
        same = policy_digest(policy_text(beside)) == digest
    except UsageError:
        same = False
    if not same:
        differs = f"{POLICY_FILE} has changed since this run was judged"
        click.echo(f"{differs}; `readiness judge {run}` judges it by the new one", err=True)


def tell(result: GateResult, form: str) -> None:
    """Print the result in one of `FORMATS`."""
    if form == "text":
        from readiness.render.terminal import show

        show(result)
        return
    from readiness.render.github import gate_github
    from readiness.render.junit import gate_junit
    from readiness.render.markdown import gate_markdown
    from readiness.report import written

    made: dict[str, Callable[[GateResult], str]]
    made = {"markdown": gate_markdown, "json": written, "junit": gate_junit, "github": gate_github}
    click.echo(made[form](result).encode(), nl=form == "json")
