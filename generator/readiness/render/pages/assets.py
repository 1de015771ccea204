"""Style sheet, script and chart library, under names with their digest: a published page meets no newer one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from readiness.paths import templates_dir

FOLDER = "assets/readiness"


@dataclass(frozen=True)
class Asset:
    """A file of ours and the path under which the site serves it."""

    source: Path
    path: str


@cache
def asset(name: str, folder: Path | None = None) -> Asset:
    """The asset that lies under `name` in the templates' assets folder."""
    source = (folder or templates_dir()) / "assets" / name
    stem, _, ending = name.rpartition(".")
    digest = hashlib.sha256(source.read_bytes()).hexdigest()[:8]
    return Asset(source, f"{FOLDER}/{stem}.{digest}.{ending}")


def style() -> Asset:
    """Our style sheet."""
    return asset("readiness.css")


def script() -> Asset:
    """Our script."""
    return asset("readiness.js")


def plotly() -> Asset:
    """The chart library, loaded when the first chart comes near the screen."""
    return asset(next(templates_dir().glob("assets/plotly-*.min.js")).name)
