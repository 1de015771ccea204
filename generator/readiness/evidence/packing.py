"""The bytes that make the identity of evidence: what the runner wrote, compressed since or not."""

from readiness.evidence.encoding import TooLarge, unpack
from readiness.evidence.findings import Findings


def unpacked(content: bytes) -> bytes:
    """What gzip data unpack to; the bytes as they are where they are no gzip, damaged, or larger than the limit."""
    findings = Findings()
    try:
        plain = unpack(content, findings)
    except TooLarge:
        return content
    return plain if plain and not any(finding.loss for finding in findings.all()) else content
