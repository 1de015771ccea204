"""The evidence ledger of a report: every input file as it was read, and the identity of the run."""

from collections.abc import Sequence
from dataclasses import dataclass

from readiness.archive import Input
from readiness.model import ReadState
from readiness.phrases import say
from readiness.render.pages.dates import minute
from readiness.render.pages.status import Status, read_status
from readiness.render.pages.truncated import Truncated, worst
from readiness.report import Report


@dataclass(frozen=True)
class InputView:
    """One line of the evidence ledger."""

    name: str
    kind: str
    labels: str
    status: Status
    size: str
    digest: str
    declared: str
    notes: tuple[str, ...]


def ledger(inputs: Sequence[Input]) -> Truncated[InputView]:
    """The input files, those that were not read as a whole first to stay."""
    return worst(inputs, lambda item: (item.read is ReadState.READ, not item.findings)).of(input_view)


def input_view(item: Input) -> InputView:
    """One input file as the manifest tells of it."""
    again = say("second_job") if item.rerun else ""
    labels = ", ".join(filter(None, (item.source, item.variant, again)))
    notes = tuple(f"{finding.message}{f' ({finding.place})' if finding.place else ''}" for finding in item.findings)
    # A declared total is shown without a needless decimal part.
    declared = (f"{name} {value:{'.10g' if isinstance(value, float) else ''}}" for name, value in item.declared.items())
    return InputView(
        name=item.name,
        kind=item.kind,
        labels=labels,
        status=read_status(item.read),
        size=_size(item.bytes),
        digest=item.sha256,
        declared=", ".join(declared),
        notes=notes or ((item.reason,) if item.reason else ()),
    )


def _size(count: int) -> str:
    """`12.3 KiB`."""
    if count < 1024:
        return f"{count} B"
    return f"{count / 1024:,.1f} KiB" if count < 1024**2 else f"{count / 1024**2:,.1f} MiB"


def identity(report: Report) -> tuple[tuple[str, str], ...]:
    """(term, value) of everything that identifies the run and its judgement."""
    manifest, policy = report.run, report.judgement.policy
    return (
        (say("run"), report.run.id),
        (say("judgement"), say("judged_on", number=report.judgement.number, moment=minute(report.judgement.time))),
        (say("started"), minute(manifest.started)),
        (say("finished"), minute(manifest.finished)),
        (say("commit"), manifest.commit or say("not_known")),
        (say("branch"), manifest.branch or say("not_known")),
        (say("digest_of_the_run"), manifest.digest),
        (say("policy"), say("default_marked", what=policy) if report.default_policy else policy),
        (say("rules"), str(manifest.rules)),
    )
