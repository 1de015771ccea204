"""Putting a newly built site where an older one of the same version may lie: published report bodies are kept."""

import filecmp
import json
import os
import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from readiness.archive import keep_only
from readiness.errors import ReadinessError
from readiness.publish.stage import Stage

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
            f"is damaged ({error})", path=path, remedy="Restore it, or publish this version again with --rebuild"
        ) from error
    return plain


def record(runs: Mapping[str, int], tool: str, notices: Sequence[str] = (), *, rebuilding: bool = False) -> bytes:
    """What is written down of a site that tells of those judgements and notices.

    `rebuilding`: of one that is being replaced.
    """
    plain: dict[str, Any] = {"schema": 1, "tool": tool, "runs": dict(sorted(runs.items()))}
    plain |= {"notices": list(notices)} if notices else {}
    return (json.dumps(plain | ({"rebuilding": True} if rebuilding else {}), indent=2) + "\n").encode()


def place(
    stage: Stage, built: Path, target: Path, *, keep: bool, renewed: Collection[str] = (), base: str = ""
) -> None:
    """Put the site in `built` at `target`, which it replaces or, with `keep`, grows into, one whole file at a time.

    With `keep`, a report that is there already keeps its body, whatever the tool or its templates have become since;
    only the banner that says what became of it, with the links below it, is renewed. Files that older pages name stay.
    The one exception are the reports of the runs in `renewed`, of which something was redacted: they are replaced, and
    blocker pages that are built no more are removed.
    """
    if not target.exists() or not any(target.iterdir()):
        stage.move(built, target)
        return
    # Reports before the pages that link to them, the record last: what stops half-way is done again next time.
    order = sorted(_files(built), key=lambda path: _rank(path, base))
    for relative in [one for one in order if keep or one.as_posix() != RECORD]:
        source, there = built / relative, target / relative
        content = source.read_bytes()
        old = there.read_bytes() if there.is_file() else None
        if old is not None and keep and _is_report(relative, base) and not _is_of(relative, renewed):
            content = _with_banner_of(old, content) if relative.suffix == ".html" else old
            source.write_bytes(content)
        if content != old:
            stage.move(source, there)
    if renewed:
        keep_only(
            target / base / "blockers",
            {one.relative_to(f"{base}blockers") for one in order if one.is_relative_to(f"{base}blockers")},
        )
    if not keep:
        keep_only(target, set(order))
        stage.move(built / RECORD, target / RECORD)


def link_equal(stage: Stage, built: Path, other: Path) -> None:
    """Keep what the sites of two versions have in common once on the disk, where its file system can do that.

    Files are replaced and never written to, so a change of one leaves the other as it is.
    """
    for relative in _files(built):
        here, there = built / relative, other / relative
        with suppress(OSError):
            if filecmp.cmp(here, there, shallow=False):
                twin = stage.fresh()
                os.link(there, twin)
                twin.replace(here)


def _files(folder: Path) -> list[Path]:
    return [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]


def _rank(path: Path, base: str) -> tuple[int, str]:
    rank = 3 if path.as_posix() == RECORD else 2 if path.suffix != ".html" else 1
    if path.is_relative_to("assets") or (path.is_relative_to(f"{base}reports") and not _is_index(path, base)):
        rank = 0
    return rank, path.as_posix()


def _is_index(path: Path, base: str) -> bool:
    return path.as_posix() == f"{base}reports/index.html"


def _is_report(path: Path, base: str) -> bool:
    """True for the page of one report, for its JSON and its Markdown; false for their index."""
    within = path.is_relative_to(f"{base}reports") and path.suffix in (".html", ".json", ".md")
    return within and not _is_index(path, base)


def _is_of(path: Path, runs: Collection[str]) -> bool:
    return any(part.removesuffix(".html") in runs for part in path.parts)


def _with_banner_of(old: bytes, new: bytes) -> bytes:
    """The published page, with the banner of the page as it would be built today."""
    fresh = _BANNER.search(new)
    return _BANNER.sub(lambda _: fresh[0], old, count=1) if fresh else old
