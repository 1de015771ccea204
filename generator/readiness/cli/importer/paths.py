"""Patterns of paths, `reports/{version}/*.xml`: the files that they name, and what a path says of its file."""

import errno
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from string import Formatter

from readiness.cli.options import is_text
from readiness.errors import UsageError

PLACEHOLDERS = ("version", "variant", "source", "date", "commit", "branch")

_FOLDERS = "**"
_NOT_HIDDEN = r"(?!\.)"
_GROUP = re.compile(r"\(\?P[<=]\w+(?:>\[\^/\]\+\?)?\)")


@dataclass(frozen=True)
class Match:
    """A file and what its path says, by placeholder. `problem`: why it cannot even be opened."""

    path: Path
    says: Mapping[str, str]
    problem: str = ""


@dataclass(frozen=True)
class Pattern:
    """A pattern: the folder it starts in, and a regular expression for each name below that; `**` stands as it is."""

    text: str
    base: Path
    names: tuple[str, ...]

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """What a path below the base must look like, with a group for each placeholder."""
        folders = rf"(?:{_NOT_HIDDEN}[^/]+/)*"
        *above, last = (folders if name == _FOLDERS else f"{name}/" for name in self.names)
        end = f"{folders}{_NOT_HIDDEN}[^/]+" if last == folders else last[:-1]
        return re.compile("".join((*above, end)), re.DOTALL)

    def match(self, path: Path) -> Mapping[str, str] | None:
        """What the path says, by placeholder; None where it is not meant.

        A placeholder stands for the shortest text that fits, and never crosses a slash. Raises UsageError where a
        placeholder would be empty, or would mean two things.
        """
        relative = path.relative_to(self.base).as_posix()
        fits = self.regex.fullmatch(relative)
        if not fits and not re.fullmatch(_any_text(self.regex.pattern), relative, re.DOTALL):
            return None
        if not fits or not all(value.strip() and is_text(value) for value in fits.groupdict().values()):
            problem = "a placeholder would be empty, contain bytes that are not UTF-8 text, or mean two things"
            raise UsageError(problem, path=path, remedy="Rename it, or make the pattern narrower")
        return fits.groupdict()


def _any_text(regex: str) -> str:
    """The regular expression with any text in the place of every placeholder."""
    return _GROUP.sub("[^/]*", regex)


def parse_pattern(text: str) -> Pattern:
    """Take a pattern apart; raises UsageError naming what is wrong with it."""
    names = [name for name in text.split("/") if name not in ("", ".")]
    base = Path("/" if text.startswith("/") else "", *takewhile(lambda name: not set(name) & set("{}*?"), names))
    held: set[str] = set()
    below = names[len(base.parts) - base.is_absolute() :]
    regexes = tuple(name if name == _FOLDERS else _regex(name, text, held) for name in below)
    if "version" not in held:
        raise _wrong(text, "holds no {version}", "Put it where the version stands in the path")
    return Pattern(text, base, regexes)


def _regex(name: str, pattern: str, held: set[str]) -> str:
    """The regular expression of one name; `held` gains its placeholders, which mean the same wherever they occur."""
    try:
        tokens = list(Formatter().parse(name))
    except ValueError:
        problem = "has a brace without its partner"
        raise _wrong(pattern, problem, "Write {{ or }} for the character itself") from None
    # As in a shell, what begins with a wildcard matches no hidden file or folder.
    regex = _NOT_HIDDEN if re.match(r"[*?]|\{(?!\{)", name) else ""
    before: str | None = None
    for literal, field, spec, conversion in tokens:
        if field is not None and (field not in PLACEHOLDERS or spec or conversion):
            known = ", ".join(f"{{{one}}}" for one in PLACEHOLDERS)
            raise _wrong(pattern, f"holds {{{field}}}, which is no placeholder", f"There are {known}")
        if (before and (literal.startswith("*") or (field and not literal))) or (field and literal.endswith("*")):
            remedy = "Put a character between it and the * or placeholder beside it"
            raise _wrong(pattern, f"leaves open where {{{field or before}}} begins and ends", remedy)
        regex += re.escape(literal).replace(r"\*", "[^/]*?").replace(r"\?", "[^/]")
        if field:
            regex += f"(?P={field})" if field in held else f"(?P<{field}>[^/]+?)"
            held.add(field)
        before = field
    return regex


def _wrong(text: str, problem: str, remedy: str) -> UsageError:
    return UsageError(problem, path=f"pattern {text!r}", remedy=remedy)


def find(pattern: Pattern) -> list[Match]:
    """The files that a pattern names, in order of path.

    Raises UsageError where nothing is there, a folder cannot be read, or a path leaves open what it says.
    """
    said = ((path, pattern.match(path)) for path in sorted(_walk(pattern)))
    matches = [Match(path, says, _problem(path)) for path, says in said if says is not None]
    if not matches:
        remedy = (
            "It names files, letter by letter; a placeholder or * crosses no slash, and quotes keep the shell off it"
        )
        raise _wrong(pattern.text, "matches no file", remedy)
    return matches


def _walk(pattern: Pattern) -> Iterator[Path]:
    """All but folders, in every folder that can hold what is meant.

    Links to folders are followed where a name before `**` means them, so it ends even where they lead in a circle.
    """
    folders_of = [re.compile(_any_text(name), re.DOTALL) for name in takewhile(_FOLDERS.__ne__, pattern.names)]
    deep = len(folders_of) < len(pattern.names)
    for folder, folders, files in os.walk(pattern.base, onerror=_unreadable, followlinks=True):
        depth = len(Path(folder).relative_to(pattern.base).parts)
        if depth < len(folders_of):
            last = depth == len(pattern.names) - 1
            folders[:] = [name for name in folders if folders_of[depth].fullmatch(name) and not last]
        else:
            folders[:] = [name for name in folders if deep and not Path(folder, name).is_symlink()]
        yield from (Path(folder, name) for name in files)


def _unreadable(error: OSError) -> None:
    if error.errno not in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
        remedy = "Make it readable, or narrow the pattern: otherwise its content would be silently missing"
        raise UsageError(f"cannot be read ({error.strerror})", path=error.filename, remedy=remedy) from error


def _problem(path: Path) -> str:
    """Why a file cannot be opened, if so. A pipe is not even tried: it would wait for ever."""
    try:
        if not path.is_file():
            return "is no file" if path.exists() else "is a link that leads nowhere"
        with path.open("rb"):
            return ""
    except OSError as error:
        return f"cannot be opened ({error.strerror})"
