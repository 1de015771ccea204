"""Putting a newly built site where an older one of the same version may lie: published report bodies are kept."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from readiness.archive import replace_file, replace_folder
from readiness.errors import ReadinessError

RECORD = "published.json"
"""In each version's folder: which judgements of which runs its pages tell of."""

# The sign of exclamation keeps these comments where a plugin removes comments; it may take the sign away.
_BANNER = re.compile(rb"<!--!? readiness:banner -->.*?<!--!? /readiness:banner -->", re.DOTALL)


def recorded(folder: Path) -> dict[str, Any] | None:
    """What was published in `folder`; None where nothing was. Raises ReadinessError where the record is damaged."""
    path = folder / RECORD
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(plain, dict) or not isinstance(plain.get("runs"), dict):
            raise ValueError("no runs")
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise ReadinessError(
            f"is damaged ({error})", path=path, remedy="Restore it, or publish this version anew with --rebuild"
        ) from error
    return plain


def record(folder: Path, runs: Mapping[str, int], tool: str) -> None:
    """Write down what the site in `folder` tells of."""
    plain = {"schema": 1, "tool": tool, "runs": dict(sorted(runs.items()))}
    (folder / RECORD).write_text(json.dumps(plain, indent=2) + "\n", encoding="utf-8")


def place(built: Path, target: Path, *, keep: bool) -> None:
    """Put the site in `built` at `target`, which it replaces or, with `keep`, grows into.

    With `keep`, a report that is there already keeps its body, whatever the tool or its templates have become since;
    only the banner that says what became of it, with the links below it, is renewed. Files that older pages name stay.
    """
    if not keep or not target.exists():
        replace_folder(built, target)
        return
    # Reports before the pages that link to them, the record last: what stops half-way is done again next time.
    order = sorted(
        (path for path in built.rglob("*") if path.is_file()), key=lambda path: _rank(path.relative_to(built))
    )
    for source in order:
        relative = source.relative_to(built)
        there = target / relative
        content = source.read_bytes()
        old = there.read_bytes() if there.is_file() else None
        if old is not None and _is_report(relative):
            content = old if relative.suffix == ".json" else _with_banner_of(old, content)
        if content == old:
            continue
        there.parent.mkdir(parents=True, exist_ok=True)
        replace_file(there, content)
    shutil.rmtree(built)


def _rank(path: Path) -> tuple[int, str]:
    rank = 3 if path.as_posix() == RECORD else 2 if path.suffix != ".html" else 1
    if path.parts[0] in ("assets", "reports") and path.as_posix() != "reports/index.html":
        rank = 0
    return rank, path.as_posix()


def _is_report(path: Path) -> bool:
    """True for the page of one report, and for its JSON; false for their index."""
    return path.parts[0] == "reports" and path.suffix in (".html", ".json") and path.as_posix() != "reports/index.html"


def _with_banner_of(old: bytes, new: bytes) -> bytes:
    """The published page, with the banner of the page as it would be built today."""
    fresh = _BANNER.search(new)
    return _BANNER.sub(lambda _: fresh[0], old, count=1) if fresh else old
