"""An evidence file while it is being read: the one thing that every reader is given besides the content."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from readiness.evidence.findings import Findings
from readiness.model import NOTHING, EvidenceFile, ReadState, TestKey

Facts = Mapping[str, str] | Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Intake:
    """What the file is called and taken for, the source and variant of its tests, what has been noticed so far."""

    name: str
    source: str
    variant: str
    kind: str = ""
    findings: Findings = field(default_factory=Findings)

    def key(self, group: str, name: str) -> TestKey:
        """Key of a test of this file."""
        return TestKey(self.source, self.variant, group, name)

    def read(
        self, partly: str = "", *, declared: Mapping[str, Any] = NOTHING, environment: Facts = NOTHING, **held: Any
    ) -> EvidenceFile:
        """The file with what it holds; `partly` says, with the remedy, why that is not all, where it is not."""
        state = ReadState.PARTLY if partly else ReadState.READ
        held |= {"declared": MappingProxyType(dict(declared)), "environment": MappingProxyType(dict(environment))}
        return EvidenceFile(self.name, self.kind, state, partly, findings=self.findings.all(), **held)

    def rejected(self, reason: str, code: str = "not-read", *, kind: str = "") -> EvidenceFile:
        """The file when nothing of it is read, with reason and remedy in one line; that is a loss."""
        self.findings.lost(code, reason)
        state, findings = ReadState.REJECTED, self.findings.all()
        return EvidenceFile(self.name, kind or self.kind, state, reason, findings=findings)
