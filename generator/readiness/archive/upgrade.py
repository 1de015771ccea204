"""Records of earlier schemas, brought to the present one a step at a time; what lies in the archive stays as it is."""

from collections.abc import Mapping
from typing import Any, Literal

SCHEMA: Literal[2] = 2
"""Version of the archive's records. A newer one is refused by name."""


STEPS: Mapping[tuple[str, int], Mapping[str, Any]] = {
    # It knew neither masking nor digests in links; what is left out says so.
    ("Manifest", 1): {"schema": 2},
    # It did not hold the digest of the manifest.
    ("Judgement", 1): {"schema": 2, "manifest": None},
}
"""(record, schema) -> what it holds otherwise in the schema after it."""


def upgraded(plain: Any, record: str) -> Any:
    """The record in the present schema; as it is where there is no step for it."""
    while isinstance(plain, dict) and isinstance(plain.get("schema"), int):
        step = STEPS.get((record, plain["schema"]))
        if step is None:
            break
        plain = {**plain, **step}
    return plain
