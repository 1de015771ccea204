"""Finding the files that a pattern names: folder after folder, only those that can hold one."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from readiness.cli.backlog.patterns import Pattern, is_literal, literal_text
from readiness.errors import UsageError

_RENAME = "Rename it, or make the pattern narrower"


@dataclass(frozen=True)
class Match:
    """A file and what its path says, by placeholder. `problem`: why it cannot even be opened."""

    path: Path
    says: Mapping[str, str]
    problem: str = ""


def find(pattern: Pattern) -> list[Match]:
    """The files that a pattern names, in order of path.

    Links to files and folders are followed where a part of the pattern names them; `**` follows none, so it ends even
    where folders are linked in a circle. Raises UsageError where nothing is there, a folder cannot be read, or a path
    leaves a placeholder empty or gives it two values.
    """
    found = []
    for relative in sorted(set(_walk(pattern))):
        path = Path(pattern.base, relative)
        says = _told(pattern, path, relative)
        if says is not None:
            found.append(Match(path, says, _problem(path)))
    if not found:
        remedy = "Check it letter by letter; a placeholder or * never crosses a slash, and quotes keep the shell off it"
        raise UsageError("matches no file", path=f"pattern {pattern.text!r}", remedy=remedy)
    return found


def _told(pattern: Pattern, path: Path, relative: str) -> Mapping[str, str] | None:
    try:
        says = pattern.match(relative)
    except UsageError as error:
        raise UsageError(error.problem, path=path, remedy=error.remedy) from error
    for name, value in (says or {}).items():
        if not value.strip():
            raise UsageError(f"leaves {{{name}}} empty", path=path, remedy=_RENAME)
        if value != value.encode(errors="replace").decode():
            raise UsageError(f"holds bytes in {{{name}}} that are no UTF-8 text", path=path, remedy=_RENAME)
    return says


def _walk(pattern: Pattern) -> Iterator[str]:
    """Paths, relative to the base, of all but folders whose names fit part by part."""
    waiting = [("", 0)]
    while waiting:
        inside, at = waiting.pop()
        part, last = pattern.parts[at], at == len(pattern.parts) - 1
        if not part and not last:
            waiting.append((inside, at + 1))
        for name, linked in _names(pattern, inside, at):
            path = f"{inside}/{name}" if inside else name
            is_folder = Path(pattern.base, path).is_dir()
            if not part and is_folder and not linked:
                waiting.append((path, at))
            elif part and not last:
                waiting.append((path, at + 1))
            elif last and not is_folder:
                yield path


def _names(pattern: Pattern, inside: str, at: int) -> Iterator[tuple[str, bool]]:
    """Names in a folder that part `at` may mean, and whether they are links."""
    part, folder = pattern.parts[at], Path(pattern.base, inside)
    if is_literal(part):
        path = folder / literal_text(part)
        if path.is_symlink() or path.exists():
            yield literal_text(part), path.is_symlink()
        return
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if pattern.names[at].fullmatch(entry.name) if part else not entry.name.startswith("."):
                    yield entry.name, entry.is_symlink()
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
            remedy = "Permit reading it, or make the pattern narrower: what it holds would be missing without a word"
            raise UsageError(f"cannot be read ({error.strerror})", path=folder, remedy=remedy) from error


def _problem(path: Path) -> str:
    """Why a file cannot be opened, if so. A pipe is not even tried: it would wait for ever."""
    try:
        if not path.is_file():
            return "is no file" if path.exists() else "is a link that leads nowhere"
        with path.open("rb"):
            return ""
    except OSError as error:
        return f"cannot be opened ({error.strerror})"
