"""The records of the archive: manifest of a run, judgement, and how they are read from and written to bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError, WithJsonSchema

from readiness.archive.plain import RESTORE, content_of, damaged
from readiness.archive.upgrade import SCHEMA, upgraded
from readiness.errors import ArchiveError
from readiness.evidence import quoted
from readiness.model import RULES, Finding, ReadState

MANIFEST = "run.json"
"""Name of a run's manifest in its folder."""

SAFE_NAME = r"^[A-Za-z0-9_][A-Za-z0-9._-]*$"
"""What a stored file may be called: one plain path part, so that no manifest can point out of its folder."""

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def utc_text(moment: datetime) -> str:
    """`2025-08-10T04:12:00Z`, with microseconds only where there are some."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_utc(text: str) -> datetime:
    """An ISO 8601 timestamp as aware UTC; a date alone is its midnight, a missing zone is UTC.

    Raises ValueError where the text is no timestamp.
    """
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


Moment = Annotated[
    datetime,
    BeforeValidator(lambda value: parse_utc(value) if isinstance(value, str) else value),
    PlainSerializer(utc_text, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


class Record(BaseModel):
    """Frozen, and without room for keys that this version does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Link(Record):
    """A run and the number of its judgement that was the latest when the link was made.

    `sha256` is of the bytes of that judgement, which holds the digest of its manifest, which holds those of the
    evidence: whoever changes anything in the past of a run changes the run.
    """

    run: str
    judgement: int = Field(ge=1)
    sha256: Digest | None = None
    """None in what was written by schema 1."""


class InputFinding(Record):
    """A reader's finding as it stands in the manifest."""

    code: str
    message: str
    place: str = ""
    loss: bool = False

    @classmethod
    def of(cls, finding: Finding) -> InputFinding:
        """The same finding, ready to be written."""
        return cls(code=finding.code, message=finding.message, place=finding.place, loss=finding.loss)


Identity = tuple[str, str, str]
"""What of a piece of evidence makes the digest of its run."""


class FilePattern(Record):
    """Files as the command line named them: the source or the variant that they were to have, and the pattern."""

    source: str = ""
    variant: str = ""
    pattern: str

    @property
    def label(self) -> str:
        """`variant linux`: what people call it."""
        return f"variant {self.variant}" if self.variant else f"source {self.source}"

    @property
    def note(self) -> str:
        """Why they are missing."""
        return f"no file matched {quoted(self.pattern)}"

    @property
    def identity(self) -> Identity:
        """What a run without these files has in its digest."""
        return self.source, self.variant, f"missing {self.pattern}"


class Input(Record):
    """One evidence file: what it is, how it was read, and both digests."""

    name: str
    stored: str = Field(pattern=SAFE_NAME)
    kind: str
    source: str
    variant: str = ""
    sha256: Digest
    """Of the original bytes: makes the identity."""
    stored_sha256: Digest
    """Of the bytes after unpacking the stored file: what `verify` recomputes."""
    bytes: int = Field(ge=0)
    """Size of the original, unpacked."""
    masked: int = Field(ge=0, default=0)
    """How many secrets were masked before it was stored; the only way in which the two digests can differ."""
    rerun: bool = Field(default=False, exclude_if=lambda rerun: not rerun)
    """True where it holds the attempts of a second job, which ran the failures of the first again."""
    declared: dict[str, Any] = {}
    read: ReadState
    reason: str = ""
    findings: tuple[InputFinding, ...] = ()

    @property
    def place(self) -> tuple[str, str, str, bool]:
        """What tells it from the other inputs of its run."""
        return self.source, self.variant, self.name, self.rerun

    @property
    def identity(self) -> Identity:
        """What of it makes the run's digest."""
        return evidence_identity(self.source, self.variant, self.sha256, rerun=self.rerun)

    @property
    def loss(self) -> bool:
        """True where something that this file held cannot be counted."""
        return self.read is not ReadState.READ or any(finding.loss for finding in self.findings)


class Manifest(Record):
    """`run.json`: everything about a run but its evidence. Times are aware UTC."""

    schema_: Literal[2] = Field(alias="schema", default=SCHEMA)
    rules: int = Field(ge=1)
    """Version of the rules of counting and judging."""
    number: int | None = Field(ge=1, default=None)
    """Its place in the order of archiving: one more than the highest that the archive held then, so that no clock is
    asked. Two clones of an archive may give one number twice. None in what earlier versions wrote."""
    id: str = Field(pattern=r"^\d{8}T\d{6}Z-[0-9a-f]{12}$")
    """Start in UTC, and the first twelve digits of `digest`; name of the run's folder."""
    digest: Digest
    """Over version, commit, and source, variant and `sha256` of every input, and what was missing."""
    product: str = ""
    version: str = Field(min_length=1)
    commit: str = ""
    branch: str = ""
    ci_url: str = ""
    started: Moment
    finished: Moment
    environment: dict[str, str] = {}
    previous: Link | None = None
    """The run that it follows."""
    supersedes: str | None = None
    """Id of the run that it replaces."""
    masking: str = ""
    """The set of patterns by which secrets were looked for; empty: they were not."""
    inputs: tuple[Input, ...]
    missing: tuple[FilePattern, ...] = Field(default=(), exclude_if=lambda missing: not missing)
    """Sources and variants of which no file was there."""

    def evidence(self) -> tuple[Identity, ...]:
        """What of its files, and of those that were missing, makes the digest."""
        return (*(one.identity for one in self.inputs), *(one.identity for one in self.missing))

    @property
    def losses(self) -> int:
        """How many of its files, and of the groups of files that were named, cannot be counted in full."""
        return sum(item.loss for item in self.inputs) + len(self.missing)


class Judgement(Record):
    """`judgements/N.yml`: which policy judged the run, when, and by which version of the tool."""

    schema_: Literal[2] = Field(alias="schema", default=SCHEMA)
    number: int = Field(ge=1)
    manifest: Digest | None
    """SHA-256 of the bytes of `run.json`; None in what was written by schema 1."""
    policy: Digest
    time: Moment
    tool: str


def run_id(started: datetime, digest: str) -> str:
    """`20250810T041200Z-3f9a1c2e71d0`: start in UTC and the first digits of the digest."""
    return f"{started:%Y%m%dT%H%M%SZ}-{digest[:12]}"


def evidence_identity(source: str, variant: str, sha256: str, *, rerun: bool = False) -> Identity:
    """What of a file makes the run's digest: not its name."""
    return source, variant, f"{sha256} rerun" if rerun else sha256


def run_digest(version: str, commit: str, evidence: Iterable[Identity]) -> str:
    """SHA-256 over version, commit and the identities of all evidence, each as often as it occurs, in any order."""
    digest = hashlib.sha256()
    for part in (version, commit, *(text for triple in sorted(evidence) for text in triple)):
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()


def manifest_bytes(manifest: Manifest) -> bytes:
    """The manifest as it is written: JSON, keys in a fixed order."""
    plain = manifest.model_dump(mode="json", by_alias=True)
    return (json.dumps(plain, indent=2, ensure_ascii=False) + "\n").encode()


def judgement_bytes(judgement: Judgement) -> bytes:
    """The judgement as it is written: YAML; the last line is the SHA-256 of the lines above it."""
    plain = judgement.model_dump(mode="json", by_alias=True)
    lines = yaml.safe_dump(plain, sort_keys=False, allow_unicode=True).encode()
    return lines + f"{_SEAL}{hashlib.sha256(lines).hexdigest()}\n".encode()


_SEAL = "digest: "
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's, ten times as fast, where PyYAML was built with it."""


def read_manifest(path: Path) -> tuple[Manifest, str]:
    """The manifest at `path` and the digest of its bytes; raises ArchiveError naming what is wrong with it."""
    content = content_of(path)
    manifest = _validated(Manifest, path, _parsed(path, content, json.loads, "JSON"))
    if manifest.rules > RULES:
        problem = f"was counted by newer rules: {manifest.rules}, this version knows up to {RULES}"
        raise ArchiveError(problem, path=path, remedy=_UPGRADE)
    return manifest, hashlib.sha256(content).hexdigest()


def read_judgement(path: Path) -> tuple[Judgement, str]:
    """The judgement at `path` and the digest of its bytes; raises ArchiveError naming what is wrong with it."""
    content = content_of(path)
    plain = _parsed(path, content, lambda text: yaml.load(text, _LOADER), "YAML")
    if isinstance(plain, dict) and plain.get("schema") == SCHEMA:
        lines, _, seal = content.rpartition(_SEAL.encode())
        if plain.pop("digest", None) is None or seal != f"{hashlib.sha256(lines).hexdigest()}\n".encode():
            raise damaged(path, "differs from the digest in its last line")
    return _validated(Judgement, path, plain), hashlib.sha256(content).hexdigest()


R = TypeVar("R", Manifest, Judgement)

_UPGRADE = "Upgrade mkdocs-readiness"


def _parsed(path: Path, content: bytes, parse: Any, language: str) -> Any:
    try:
        return parse(content.decode())
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        place = str(error).splitlines()[0]
        raise damaged(path, f"is damaged: not valid {language} ({place})") from error


def _validated(kind: type[R], path: Path, plain: Any) -> R:
    schema = plain.get("schema") if isinstance(plain, dict) else None
    if isinstance(schema, int) and schema > SCHEMA:
        raise ArchiveError(
            f"was written by a newer version: schema {schema}, this version reads up to {SCHEMA}",
            path=path,
            remedy=_UPGRADE,
        )
    try:
        return kind.model_validate(upgraded(plain, kind.__name__))
    except ValidationError as error:
        first = error.errors()[0]
        where = "key " + ".".join(str(part) for part in first["loc"])
        raise ArchiveError(f"is damaged: {first['msg']}", path=path, where=where, remedy=RESTORE) from error
