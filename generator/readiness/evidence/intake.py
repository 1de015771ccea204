"""An evidence file while it is being read: the one thing that every reader is given besides the content."""

from __future__ import annotations

from dataclasses import dataclass, field

from readiness.evidence.findings import Findings
from readiness.model import EvidenceFile, ReadState, TestKey


@dataclass(frozen=True, slots=True)
class Intake:
    """What the file is called, the source and variant its tests belong to, and what has been noticed so far."""

    name: str
    source: str
    variant: str
    findings: Findings = field(default_factory=Findings)

    def key(self, group: str, name: str) -> TestKey:
        """Key of a test of this file."""
        return TestKey(self.source, self.variant, group, name)

    def rejected(self, kind: str, reason: str, code: str = "not-read") -> EvidenceFile:
        """The file when nothing of it is read, with reason and remedy in one line; that is a loss."""
        self.findings.add(code, reason, loss=True)
        return EvidenceFile(
            name=self.name, kind=kind, state=ReadState.REJECTED, reason=reason, findings=self.findings.all()
        )
