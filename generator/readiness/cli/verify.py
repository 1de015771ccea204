"""`readiness verify`: recompute every digest and name what differs."""

import sys
from pathlib import Path

import click

from readiness.cli.files import expanded
from readiness.cli.noting import notice_line
from readiness.cli.options import FILE, archive_in, history, tell_empty
from readiness.cli.selection import judged_archive, sound_archive
from readiness.errors import UsageError
from readiness.numbers import plural


@click.command(
    "verify",
    epilog="\b\nExample\n  readiness verify --history history\n"
    "  readiness verify --bundle summary.sigstore.json --key cosign.pub --subject dist/shop-1.4.0.tar.gz",
)
@click.option("--bundle", type=FILE, help="Check a signed statement of `readiness attest` instead, without a network.")
@click.option("--key", type=FILE, help="Public key that it must be signed with, as PEM.")
@click.option("--identity", metavar="NAME", help="Who must have signed it, where Sigstore knows the signer.")
@click.option("--issuer", metavar="URL", help="Who vouches for that identity.")
@click.option("--subject", "subjects", multiple=True, metavar="PATTERN", help="Files that it must be about.")
@history
def command(
    bundle: Path | None,
    key: Path | None,
    identity: str | None,
    issuer: str | None,
    subjects: tuple[str, ...],
    history: Path,
) -> None:
    """Recompute every digest of the archive; exits 1 where something differs.

    With --bundle: check who signed a statement, that the archive holds the judgement, the policy and the evidence that
    it names, that the judgement still says so, and that it is about the files of --subject.
    """
    from readiness.archive import Archive, mirror_of, verify
    from readiness.render.console import progress

    if bundle is not None:
        _verify_bundle(history, bundle, subjects, key=key, identity=identity, issuer=issuer)
        return
    if key or identity or issuer or subjects:
        raise UsageError("--key, --identity, --issuer and --subject need --bundle", remedy="Name a signed statement")
    mirror = mirror_of(history)
    if mirror:
        with progress("Fetching all") as advance:
            mirror.pull(fresh=True, progress=advance)
    archive = Archive(archive_in(history).root)  # what an index says is not looked at
    problems, files = 0, 0
    total = len(archive.runs) + 1
    with progress("Verifying") as advance:
        for done, (run, found) in enumerate(verify(archive), start=1):
            advance(done, total)
            files += len(archive.runs[run].manifest.inputs) if run and not archive.runs[run].is_pruned else 0
            for error in found:
                problems += 1
                click.echo(error.line)
    if not archive.runs and not problems:
        tell_empty(history)
        return
    files += len(archive.notices.pruned)
    for notice in archive.notices.all:
        click.echo(notice_line(notice))
    click.echo(
        f"{plural(len(archive.runs), 'run')}, {plural(files, 'file')}: "
        f"{problems or 'nothing'} differ{'' if problems > 1 else 's'}."
    )
    sys.exit(1 if problems else 0)


def _verify_bundle(
    history: Path, path: Path, subjects: tuple[str, ...], *, key: Path | None, identity: str | None, issuer: str | None
) -> None:
    """Check a signed statement; exits 1 where it says what is not so."""
    from readiness.cli.attest import sha256_of
    from readiness.cli.bundle import differences, names_failed, said, signed_statement

    statement = signed_statement(path, key=key, identity=identity, issuer=issuer)
    archive = sound_archive(history)
    files = [(file.name, sha256_of(file)) for pattern in subjects for file in expanded(pattern)]
    problems = list(differences(statement, archive, files))
    if not problems:
        run, number, word = said(statement)
        report = judged_archive(archive).meant(f"{run}#{number}")
        if report.verdict.word.value != word:
            problems.append(f"it says {word}, but the judgement says {report.verdict.word.value}")
        if not names_failed(statement, report.facts):
            problems.append("it names other tests that failed")
    for problem in problems:
        click.echo(f"{path}: {problem}")
    if problems:
        sys.exit(1)
    click.echo(f"{path}: signed, and matches the archive: run {run}, {word}.")
