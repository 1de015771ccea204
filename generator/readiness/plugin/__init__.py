"""The MkDocs plugin `readiness`: hands the generated pages to MkDocs."""

from readiness.plugin.plugin import ReadinessConfig, ReadinessPlugin

__all__ = ["ReadinessConfig", "ReadinessPlugin"]
