"""Which tests a policy has taken out of service at a time, by which line, and which variants it still demands."""

from collections.abc import Iterable
from datetime import datetime

from readiness.analysis import retires
from readiness.assessment.notes import Note, note
from readiness.model import TestKey
from readiness.policy import Policy, RequiredVariant, Retired, Variants


def retirements(policy: Policy, keys: Iterable[TestKey], as_of: datetime) -> dict[TestKey, Note]:
    """Those of the tests that the policy retires at that time, each with who did so, when and why.

    The first line of the policy that names a test tells.
    """
    found: dict[TestKey, Note] = {}
    released = policy.released(as_of)
    for key in keys:
        line = next((line for kind, glob, line in released if retires((kind, glob), key)), None)
        if line is not None:
            found[key] = _told(line)
    return found


def demanding(policy: Policy, as_of: datetime) -> Policy:
    """The policy with those of its required variants alone that it still demands at that time."""
    gone = [(kind, glob) for kind, glob, _ in policy.released(as_of) if kind == "variants"]
    required = (
        one
        for one in policy.variants.required
        if not any(retires(retired, TestKey("", one.name, "", "")) for retired in gone)
    )
    return policy.model_copy(update={"variants": Variants(required=tuple(required))})


def _told(line: Retired | RequiredVariant) -> Note:
    if isinstance(line, RequiredVariant):
        return note("variant_until", variant=line.name, until=str(line.until))
    return note("retired", by=line.by, day=str(line.date), reason=line.reason)
