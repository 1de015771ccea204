"""Is this release ready for production, what stops it, and is it getting better? Computed from archived test runs.

What `__all__` names is for others to use, and is told in docs/guide/python.md; all else is private.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from readiness.archive import Archive
    from readiness.assessment import assess
    from readiness.errors import ReadinessError
    from readiness.report import Report, Reports, read, written
    from readiness.results import summaries

__all__ = ["Archive", "ReadinessError", "Report", "Reports", "assess", "read", "summaries", "written"]
__version__ = "0.1.0"

TOOL = f"mkdocs-readiness {__version__}"
"""What judgements and published sites name as their maker."""

_HOMES = {"Archive": "archive", "ReadinessError": "errors", "assess": "assessment", "summaries": "results"}


def __getattr__(name: str) -> object:
    """A public name, from its package when it is first asked for: `import readiness` itself loads nothing."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'report')}"), name)
