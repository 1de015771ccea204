"""What runners wrote, turned into the model: one function reads every format that is known."""

from __future__ import annotations

from readiness.evidence.recognise import read

__all__ = ["read"]
