"""How often a property is tried: half as often in CI, and by the profile `nightly` ten times, others every night."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings

PROFILE = settings.get_current_profile_name()
NIGHTLY = PROFILE == "nightly"


def tries(examples: int, *, halved: bool = True, **more: Any) -> settings:
    """For what takes long to try: so many examples, the same ones each time; not `halved`: as many in CI."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    number = examples * 10 if NIGHTLY else (examples + 1) // 2 if PROFILE == "ci" and halved else examples
    return settings(max_examples=number, derandomize=not NIGHTLY, deadline=None, suppress_health_check=slow, **more)
