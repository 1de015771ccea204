"""What some tests need and not every machine has: engines, what speaks to object stores, other plugins."""

from __future__ import annotations

import importlib
import os
from typing import Any

import pytest


def missing(what: str) -> None:
    """Skip the test, or fail it where READINESS_REQUIRE_EVERYTHING is set, as CI does."""
    if os.environ.get("READINESS_REQUIRE_EVERYTHING"):
        pytest.fail(f"{what}, and READINESS_REQUIRE_EVERYTHING is set", pytrace=False)
    pytest.skip(f"{what}: make test EXTRAS=dev,everything installs it", allow_module_level=True)


def needed(module: str) -> Any:
    """The module; where it is not installed the test is skipped, or fails."""
    try:
        return importlib.import_module(module)
    except ImportError:
        return missing(f"{module} is not installed")
