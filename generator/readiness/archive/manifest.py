"""The records of the archive: manifest of a run, judgement, and how they are read from and written to bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError

from readiness.errors import ArchiveError
from readiness.model import Finding, ReadState

SCHEMA: Literal[1] = 1
"""Version of the records below. A newer one is refused by name."""

SAFE_NAME = r"^[A-Za-z0-9_][A-Za-z0-9._-]*$"
"""What a stored file may be called: one plain path part, so that no manifest can point out of its folder."""

DIGEST = r"^[0-9a-f]{64}$"


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
]


class Record(BaseModel):
    """Frozen, and without room for keys that this version does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Link(Record):
    """A run and the number of its judgement that was the latest when the link was made."""

    run: str
    judgement: int = Field(ge=1)


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


class Input(Record):
    """One evidence file: what it is, how it was read, and both digests."""

    name: str
    stored: str = Field(pattern=SAFE_NAME)
    kind: str
    source: str
    variant: str = ""
    sha256: str = Field(pattern=DIGEST)
    """Of the original bytes: makes the identity."""
    stored_sha256: str = Field(pattern=DIGEST)
    """Of the bytes after unpacking the stored file: what `verify` recomputes."""
    bytes: int = Field(ge=0)
    declared: dict[str, Any] = {}
    read: ReadState
    reason: str = ""
    findings: tuple[InputFinding, ...] = ()

    @property
    def loss(self) -> bool:
        """True where something that this file held cannot be counted."""
        return self.read is not ReadState.READ or any(finding.loss for finding in self.findings)


class Manifest(Record):
    """`run.json`: everything about a run but its evidence. Times are aware UTC."""

    schema_: Literal[1] = Field(alias="schema", default=SCHEMA)
    rules: int = Field(ge=1)
    id: str = Field(pattern=r"^\d{8}T\d{6}Z-[0-9a-f]{12}$")
    digest: str = Field(pattern=DIGEST)
    product: str = ""
    version: str = Field(min_length=1)
    commit: str = ""
    branch: str = ""
    ci_url: str = ""
    started: Moment
    finished: Moment
    environment: dict[str, str] = {}
    previous: Link | None = None
    supersedes: str | None = None
    inputs: tuple[Input, ...]

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Judgement(Record):
    """`judgements/N.yml`: which policy judged the run, when, and by which version of the tool."""

    schema_: Literal[1] = Field(alias="schema", default=SCHEMA)
    number: int = Field(ge=1)
    policy: str = Field(pattern=DIGEST)
    time: Moment
    tool: str

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def run_digest(version: str, commit: str, evidence: Iterable[tuple[str, str, str]]) -> str:
    """SHA-256 over version, commit and (source, variant, sha256) of all evidence, whatever names and order."""
    digest = hashlib.sha256()
    for part in (version, commit, *(text for triple in sorted(set(evidence)) for text in triple)):
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()


def to_bytes(record: Manifest | Judgement) -> bytes:
    """The record as it is written: JSON for a manifest, YAML for a judgement, keys in a fixed order."""
    plain = record.model_dump(mode="json", by_alias=True)
    if isinstance(record, Manifest):
        return (json.dumps(plain, indent=2, ensure_ascii=False) + "\n").encode()
    return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True).encode()


def read_manifest(path: Path) -> Manifest:
    """The manifest at `path`; raises ArchiveError naming what is wrong with it."""
    return _validated(Manifest, path, _parsed(path, json.loads, "JSON"))


def read_judgement(path: Path) -> Judgement:
    """The judgement at `path`; raises ArchiveError naming what is wrong with it."""
    return _validated(Judgement, path, _parsed(path, yaml.safe_load, "YAML"))


R = TypeVar("R", Manifest, Judgement)

_RESTORE = "Restore the file from version control or a backup; `readiness verify` checks the rest"


def _parsed(path: Path, parse: Any, language: str) -> Any:
    try:
        return parse(path.read_bytes().decode())
    except OSError as error:
        raise ArchiveError(f"cannot be read ({error.strerror})", path=path, remedy=_RESTORE) from error
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        place = str(error).splitlines()[0]
        raise ArchiveError(f"is damaged: not valid {language} ({place})", path=path, remedy=_RESTORE) from error


def _validated(kind: type[R], path: Path, plain: Any) -> R:
    schema = plain.get("schema") if isinstance(plain, dict) else None
    if isinstance(schema, int) and schema > SCHEMA:
        raise ArchiveError(
            f"was written by a newer version: schema {schema}, this version reads up to {SCHEMA}",
            path=path,
            remedy="Upgrade mkdocs-readiness",
        )
    try:
        return kind.model_validate(plain)
    except ValidationError as error:
        first = error.errors()[0]
        where = "key " + ".".join(str(part) for part in first["loc"])
        raise ArchiveError(f"is damaged: {first['msg']}", path=path, where=where, remedy=_RESTORE) from error
