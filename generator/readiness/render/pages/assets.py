"""Style sheet, script and chart library, under names with their digest: a published page meets no newer one."""

import hashlib
from dataclasses import dataclass
from functools import cache

from readiness.paths import templates_dir
from readiness.render.charts import look_json

FOLDER = "assets/readiness"


@dataclass(frozen=True)
class Asset:
    """What the site serves under `path`."""

    path: str
    content: bytes


@cache
def _asset(name: str, before: str = "") -> Asset:
    content = before.encode() + (templates_dir() / "assets" / name).read_bytes()
    stem, _, ending = name.rpartition(".")
    return Asset(f"{FOLDER}/{stem}.{hashlib.sha256(content).hexdigest()[:8]}.{ending}", content)


def style() -> Asset:
    """Our style sheet."""
    return _asset("readiness.css")


def script() -> Asset:
    """Our script, which is told how charts look."""
    return _asset("readiness.js", f"window.readinessLook = {look_json()};\n")


def explorer() -> Asset:
    """The script of the tests page."""
    return _asset("tests.js")


def plotly() -> Asset:
    """The chart library, loaded when the first chart comes near the screen."""
    return _asset(next(templates_dir().glob("assets/plotly-*.min.js")).name)
