"""What runners wrote, turned into the model: one function reads every format that is known."""

from readiness.evidence.attempts import join_attempts
from readiness.evidence.cases import SEPARATOR
from readiness.evidence.encoding import TooLarge, split, unpacked
from readiness.evidence.failsafe import GROUP
from readiness.evidence.findings import Findings, quoted
from readiness.evidence.formats import Holds, kinds
from readiness.evidence.junit_wholes import stands_for_group
from readiness.evidence.limits import LIMITS
from readiness.evidence.listing import COMMANDS, list_command
from readiness.evidence.masking import PATTERN_SET, mask, masked_finding, without_secrets
from readiness.evidence.matching import aligned
from readiness.evidence.namesakes import note_shared
from readiness.evidence.nodeids import key_names
from readiness.evidence.recognise import read
from readiness.evidence.redacting import HARMLESS, REDACTED, SHORTEST_TEXT, Wanted, reads_alike, redact, redacted_text
from readiness.evidence.reportlog import answered
from readiness.evidence.union import united
from readiness.evidence.wall import run_wall

__all__ = [
    "COMMANDS",
    "GROUP",
    "HARMLESS",
    "LIMITS",
    "PATTERN_SET",
    "REDACTED",
    "SEPARATOR",
    "SHORTEST_TEXT",
    "Findings",
    "Holds",
    "TooLarge",
    "Wanted",
    "aligned",
    "answered",
    "join_attempts",
    "key_names",
    "kinds",
    "list_command",
    "mask",
    "masked_finding",
    "note_shared",
    "quoted",
    "read",
    "reads_alike",
    "redact",
    "redacted_text",
    "run_wall",
    "split",
    "stands_for_group",
    "united",
    "unpacked",
    "without_secrets",
]
