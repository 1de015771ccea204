"""Is this release ready for production, what stops it, and is it getting better? Computed from archived test runs."""

__version__ = "0.1.0"

TOOL = f"mkdocs-readiness {__version__}"
"""What judgements and published sites name as their maker."""
