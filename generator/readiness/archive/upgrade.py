"""Records of earlier schemas, brought to the present one a step at a time; what lies in the archive stays as it is."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

SCHEMA: Literal[2] = 2
"""Version of the archive's records. A newer one is refused by name."""


def _judgement_to_2(plain: Mapping[str, Any]) -> dict[str, Any]:
    """Schema 1 did not hold the digest of the manifest."""
    return {**plain, "schema": 2, "manifest": None}


def _manifest_to_2(plain: Mapping[str, Any]) -> dict[str, Any]:
    """Schema 1 knew neither masking nor digests in links; what is left out says so."""
    return {**plain, "schema": 2}


STEPS: Mapping[tuple[str, int], Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    ("Manifest", 1): _manifest_to_2,
    ("Judgement", 1): _judgement_to_2,
}
"""(record, schema) -> the step to the schema after it."""


def upgraded(plain: Any, record: str) -> Any:
    """The record in the present schema; as it is where there is no step for it."""
    while isinstance(plain, dict) and isinstance(plain.get("schema"), int):
        step = STEPS.get((record, plain["schema"]))
        if step is None:
            break
        plain = step(plain)
    return plain
