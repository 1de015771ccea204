"""How often a property is tried: the profile `nightly` tries ten times as many examples, others every night."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings

NIGHTLY = settings.get_current_profile_name() == "nightly"


def tries(examples: int, **more: Any) -> settings:
    """For what takes long to try: so many examples, the same ones each time."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    number = examples * 10 if NIGHTLY else examples
    return settings(max_examples=number, derandomize=not NIGHTLY, deadline=None, suppress_health_check=slow, **more)
