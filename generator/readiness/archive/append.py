"""Runs and their evidence on the way into the archive, and the manifest that they become."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from readiness.archive.durable import packed
from readiness.archive.manifest import (
    MANIFEST,
    FilePattern,
    Identity,
    Input,
    InputFinding,
    Manifest,
    evidence_identity,
    run_digest,
    run_id,
)
from readiness.archive.store import ArchivedRun
from readiness.evidence import (
    Findings,
    TooLarge,
    answered,
    mask,
    masked_finding,
    note_shared,
    quoted,
    read,
    run_wall,
    split,
    unpacked,
)
from readiness.model import RULES, EvidenceFile, Finding, ReadState


@dataclass(frozen=True)
class NewInput:
    """One evidence file on its way into the archive.

    `content` is what will be stored, `file` what the reader made of it. `sha256` and `size` are of the original bytes,
    unpacked, before `masked` secrets were masked: the same file compressed or not is the same evidence.
    """

    name: str
    source: str
    variant: str
    content: bytes
    file: EvidenceFile
    sha256: str
    size: int
    masked: int = 0
    rerun: bool = False
    """True where it holds the attempts of a second job."""

    @property
    def place(self) -> tuple[str, str, str, bool]:
        """What tells it from the other inputs of its run."""
        return self.source, self.variant, self.name, self.rerun

    @property
    def identity(self) -> Identity:
        """What of it makes the run's digest."""
        return evidence_identity(self.source, self.variant, self.sha256, rerun=self.rerun)


def new_input(
    content: bytes, name: str, *, source: str, variant: str = "", rerun: bool = False, masking: bool = True
) -> NewInput:
    """Unpack, mask and read one evidence file."""
    original = unpacked(content)
    item = NewInput(
        name=name,
        source=source,
        variant=variant,
        content=original,
        # Read as it came: what is wrong with its packing is a finding too.
        file=read(content, name, source=source, variant=variant),
        sha256=hashlib.sha256(original).hexdigest(),
        size=len(original),
        rerun=rerun,
    )
    return _masked(item) if masking else item


def _masked(item: NewInput) -> NewInput:
    """The input without secrets.

    Of damaged gzip data that hold one, what can be unpacked is kept, as plain bytes; where other bytes stand behind
    gzip data, both parts are masked and kept as they stood.
    """
    findings = Findings()
    try:
        content, tail = split(item.content, findings)
    except TooLarge:
        content, tail = item.content, b""
    packed_twice = content is not item.content and not findings.all()
    found, behind = mask(content), mask(tail)
    count = found.count + behind.count
    if packed_twice or not count:
        return item
    stored = packed(found.content) + behind.content if tail else found.content
    file, before = read(stored, item.name, source=item.source, variant=item.variant), item.file
    if not tail:
        file = _still_damaged(file, before.findings, state=before.state, reason=before.reason)
    return _noted(replace(item, content=stored, file=file), item.masked + count, found.content)


def _still_damaged(file: EvidenceFile, known: Iterable[Finding], *, state: ReadState, reason: str) -> EvidenceFile:
    """The file with the known damage of its packing, which what was unpacked and masked no longer shows."""
    damage = tuple(one for one in known if one.code.startswith("gzip-") and one not in file.findings)
    return replace(file, state=state, reason=reason, findings=(*damage, *file.findings)) if damage else file


def _noted(item: NewInput, masked: int, text: bytes) -> NewInput:
    """The input with the finding that tells how many secrets were masked in it, and where."""
    others = (one for one in item.file.findings if one.code != "secrets-masked")
    file = replace(item.file, findings=(masked_finding(masked, text), *others))
    return replace(item, file=file, masked=masked)


def ordered(inputs: Iterable[NewInput]) -> list[NewInput]:
    """The inputs in a fixed order, with a finding for all that an earlier one holds too: a test, or the same bytes."""
    found = list(_alike(sorted(inputs, key=lambda item: (item.source, item.variant, item.sha256, *item.place))))
    # What a second job's files share with the first's are attempts, not tests that are counted twice.
    noted = iter(note_shared([item.file for item in found if not item.rerun]))
    told = [item if item.rerun else replace(item, file=next(noted)) for item in found]
    return [_answered(item, told) if item.file.failures_told else item for item in told]


def _answered(log: NewInput, inputs: Iterable[NewInput]) -> NewInput:
    """A session's log, compared with the results of its source and variant."""
    others = (item.file for item in inputs if item.place[:2] == log.place[:2])
    return replace(log, file=answered(log.file, others))


def _alike(inputs: Iterable[NewInput]) -> Iterator[NewInput]:
    """The inputs; one of the same bytes as another has a note, for a file that was copied by mistake counts twice."""
    first: dict[str, NewInput] = {}
    for item in inputs:
        other = first.setdefault(item.sha256, item)
        if other is not item:
            told = f"holds the same bytes as {quoted(other.name)}: each is counted"
            item = replace(item, file=replace(item.file, findings=(*item.file.findings, Finding("same-bytes", told))))
        yield item


@dataclass(frozen=True)
class NewRun:
    """A run on its way into the archive. `finished` None: start plus the declared wall time, `now` at the latest."""

    version: str
    started: datetime
    inputs: Sequence[NewInput]
    product: str = ""
    commit: str = ""
    branch: str = ""
    ci_url: str = ""
    finished: datetime | None = None
    now: datetime | None = None
    """When it is archived: no run that has started is finished later. None: nobody asked the clock."""
    environment: Mapping[str, str] = field(default_factory=dict)
    previous: str | None = None
    """The run it follows; empty: none; None: found by version and time."""
    supersedes: str | None = None
    """The run it replaces; it follows what that one followed."""
    masking: str = ""
    """The set of patterns by which secrets were masked; empty where none were looked for."""
    missing: Sequence[FilePattern] = ()
    """Sources and variants of which no file was there."""
    matched: Sequence[FilePattern] = ()
    """Those of which some were."""

    @property
    def digest(self) -> str:
        """SHA-256 that makes the run's identity."""
        found = (*(one.identity for one in self.inputs), *(one.identity for one in self.missing))
        return run_digest(self.version, self.commit, found)


def replacing(old: ArchivedRun, run: NewRun) -> NewRun:
    """`run` as the one that supersedes `old`: it is of the same version, commit and start, and has its inputs as well.

    An input of the same source, variant and name replaces the older one, but a second job's replaces none of the
    first's. What was missing is missing until files of its label arrive. Raises ArchiveError where the evidence of
    `old` is damaged.
    """
    before = old.manifest
    carried = [_carried(old, item, masking=bool(run.masking)) for item in before.inputs]
    inputs = ordered({item.place: item for item in (*carried, *run.inputs)}.values())
    told_by_evidence = {name for item in carried for name in item.file.environment}
    return replace(
        run,
        version=before.version,
        commit=before.commit,
        branch=before.branch,
        ci_url=run.ci_url or before.ci_url,
        started=before.started,
        finished=run.finished or max(before.finished, _finish(before.started, inputs, run.now)),
        environment={name: value for name, value in before.environment.items() if name not in told_by_evidence}
        | dict(run.environment),
        inputs=inputs,
        supersedes=old.id,
        masking=", ".join(dict.fromkeys(filter(None, (before.masking, run.masking)))),
        missing=tuple(dict.fromkeys((*_still_missing(before.missing, run.matched), *run.missing))),
    )


def _still_missing(missing: Sequence[FilePattern], matched: Sequence[FilePattern]) -> Iterator[FilePattern]:
    """What has not arrived: under its own pattern, or under any where nothing else of its label was missing."""
    labels = Counter(one.label for one in missing)
    arrived = {one.label for one in matched if labels[one.label] == 1}
    return (one for one in missing if one not in matched and one.label not in arrived)


def _carried(run: ArchivedRun, item: Input, *, masking: bool) -> NewInput:
    content = run.evidence(item)
    file = read(content, item.name, source=item.source, variant=item.variant)
    known = (Finding(one.code, one.message, one.place, one.loss) for one in item.findings)
    file = _still_damaged(file, known, state=item.read, reason=item.reason)
    carried = NewInput(
        item.name, item.source, item.variant, content, file, item.sha256, item.bytes, item.masked, item.rerun
    )
    again = _masked(carried) if masking else carried
    return _noted(again, item.masked, again.content) if item.masked and again is carried else again


def _finish(started: datetime, inputs: Iterable[NewInput], now: datetime | None) -> datetime:
    """The start and the time that the files declare together, in whole seconds.

    Later than `now` only where the start is: a time that does not fit in between is not the time by the clock.
    """
    wall = run_wall(item.file for item in inputs)
    end = started + timedelta(seconds=int(wall.seconds or 0.0))
    return end if now is None else min(end, max(started, now.replace(microsecond=0)))


def manifest_of(run: NewRun) -> Manifest:
    """The manifest of a run, but for the run that it follows."""
    placed = sorted(run.inputs, key=lambda item: (*item.place, item.sha256))
    stored = stored_names([item.name for item in placed])
    started = run.started.replace(microsecond=0)
    return Manifest(
        rules=RULES,
        id=run_id(started, run.digest),
        digest=run.digest,
        product=run.product,
        version=run.version,
        commit=run.commit,
        branch=run.branch,
        ci_url=run.ci_url,
        started=started,
        finished=run.finished or _finish(started, run.inputs, run.now),
        environment=_environment(run),
        supersedes=run.supersedes,
        masking=run.masking,
        inputs=tuple(_input(item, name) for item, name in zip(placed, stored, strict=True)),
        missing=tuple(sorted(run.missing, key=lambda one: one.identity)),
    )


def _environment(run: NewRun) -> dict[str, str]:
    """What the evidence says of its surroundings, then what the caller said; a name with two values keeps both."""
    values_of: dict[str, dict[str, None]] = {}
    for item in sorted(run.inputs, key=lambda item: item.place):
        for name, value in item.file.environment.items():
            values_of.setdefault(name, {})[value] = None
    merged = {name: ", ".join(values) for name, values in values_of.items()} | dict(run.environment)
    return dict(sorted(merged.items()))


def _input(item: NewInput, stored: str) -> Input:
    return Input(
        name=item.name,
        stored=stored,
        kind=item.file.kind,
        source=item.source,
        variant=item.variant,
        rerun=item.rerun,
        sha256=item.sha256,
        stored_sha256=hashlib.sha256(item.content).hexdigest(),
        bytes=item.size,
        masked=item.masked,
        declared=dict(item.file.declared),
        read=item.file.state,
        reason=item.file.reason,
        findings=tuple(InputFinding.of(finding) for finding in item.file.findings),
    )


def stored_names(names: Sequence[str]) -> list[str]:
    """File names inside the run's folder: plain, and distinct even where letter case does not count."""
    taken = {MANIFEST, "judgements"}
    stored: list[str] = []
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(name).name.removesuffix(".gz")).lstrip(".-")[-100:].lstrip(".-")
        ending = f"{plain or 'evidence'}.gz"
        candidates = (f"{number}-{ending}" if number > 1 else ending for number in count(1))
        stored.append(next(candidate for candidate in candidates if candidate.lower() not in taken))
        taken.add(stored[-1].lower())
    return stored
