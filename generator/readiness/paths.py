"""Where the templates lie: beside the sources in a checkout, inside the package once installed."""

from pathlib import Path

from readiness.errors import ReadinessError

_PACKAGE = Path(__file__).resolve().parent


def templates_dir() -> Path:
    """The folder of Jinja templates, with `assets/` in it.

    A checkout's own templates/ goes first, so that an editable install never reads the copy that its wheel
    carries. Raises ReadinessError where the installation has lost them.
    """
    checkout = _PACKAGE.parent.parent
    in_checkout = _PACKAGE.parent.name == "generator" and (checkout / "pyproject.toml").is_file()
    templates = (checkout if in_checkout else _PACKAGE) / "templates"
    if not templates.is_dir():
        raise ReadinessError("the page templates are missing", path=templates, remedy="Install mkdocs-readiness again")
    return templates
