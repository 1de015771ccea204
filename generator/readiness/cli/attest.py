"""`readiness attest`: what the gate says of a run as in-toto statements, for a signer of your own."""

import hashlib
import re
from datetime import UTC, datetime
from pathlib import Path

import click

from readiness.cli.files import expanded
from readiness.cli.options import history, is_text, moment, target
from readiness.cli.selection import judged_archive, run_meant, sound_archive
from readiness.errors import UsageError

VERIFIER = "urn:mkdocs-readiness:gate"


def _uri(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+", value):
        raise UsageError(f"{value!r} is no URI", where=parameter.opts[0], remedy="Write it like urn:shop:gate")
    return value


@click.command(
    "attest",
    epilog="\b\nExample\n  readiness attest --to statements --subject 'dist/*.whl'\n"
    "  readiness attest 1.4.0 --to statements --subject dist/shop-1.4.0.tar.gz",
)
@click.argument("ref", required=False, metavar="[RUN]")
@target
@click.option(
    "--subject",
    "subjects",
    multiple=True,
    metavar="PATTERN",
    help="Files of the release (default: the statements are about the commit, or about the run).",
)
@click.option(
    "--verifier", default=VERIFIER, callback=_uri, metavar="URI", help="Who verifies, as those who trust you know you."
)
@click.option(
    "--resource", callback=_uri, metavar="URI", help="What is released (default: pkg:generic/PRODUCT@VERSION)."
)
@click.option("--at", callback=moment, metavar="TIME", help="Time of the question (default: now).")
@history
def command(
    ref: str | None,
    target: Path,
    subjects: tuple[str, ...],
    verifier: str,
    resource: str | None,
    at: datetime | None,
    history: Path,
) -> None:
    """Write the latest judgement of a run as unsigned in-toto statements.

    One states the result of the tests; for READY another sums up the verification. RUN is an id or a version; else the
    run archived last. They name evidence, policy and judgement by their digests. Sign them with what you have, `cosign`
    or `actions/attest`; `readiness verify --bundle` checks the signed ones against the archive.
    """
    from readiness.archive import replace_file
    from readiness.render.statements import SUMMARY, TEST_RESULT, is_ready, test_result, verification_summary
    from readiness.report import gate_result, place_of

    archive = sound_archive(history)
    run = run_meant(archive, ref)
    at = at or datetime.now(UTC)
    reports = judged_archive(archive).reports
    report = reports.worst_of((run.id,))
    result = gate_result(report, at, place_of(report, archive, reports, (run.id,), at, told=ref is not None))
    paths = dict.fromkeys(path for each in subjects for path in expanded(each))
    if unnamed := next((path.name for path in paths if not is_text(path.name)), None):  # no statement can hold it
        shown = unnamed.encode(errors="backslashreplace").decode()
        raise UsageError("the name of the file is not UTF-8", path=shown, remedy="Rename it")
    files = [(path.name, sha256_of(path)) for path in paths]
    if len({name for name, _ in files}) < len(files):
        raise UsageError("two files of the release have the same name", remedy="Name each once")
    judgement = run.judgement_sha256[report.judgement.number - 1]
    written = {TEST_RESULT: ("test-result", test_result(result, judgement, files))}
    if is_ready(result):
        summary = verification_summary(result, judgement, files, verifier, resource)
        written[SUMMARY] = ("verification-summary", summary)
    for kind, (name, statement) in written.items():
        path = target / f"{run.id}.{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, statement)
        click.echo(f"{path}  {kind}")
    if SUMMARY not in written:
        click.echo("The gate does not say READY, so no verification is summed up.", err=True)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file of any size; raises UsageError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UsageError(f"cannot be read ({error.strerror})", path=path, remedy="Check the path") from error
