"""Evidence files as the command line names them: patterns, labels, and names that tell them apart."""

from __future__ import annotations

import glob
import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.errors import EvidenceError, UsageError
from readiness.model import DEFAULT_SOURCE, ReadState
from readiness.reading import plain_content

if TYPE_CHECKING:
    from readiness.archive import FilePattern, NewInput


@dataclass(frozen=True)
class Labelled:
    """One file with the source and variant it belongs to; `rerun`: it holds the attempts of a second job."""

    path: Path
    source: str = DEFAULT_SOURCE
    variant: str = ""
    rerun: bool = False


@dataclass(frozen=True)
class Chosen:
    """The files that the command line names, and its labels: those with files, and those whose pattern matched none."""

    files: list[Labelled]
    matched: list[FilePattern]
    missing: list[FilePattern]


def labelled(
    files: Iterable[str], sources: Iterable[str], variants: Iterable[str], reruns: Iterable[str] = (), *, strict: bool
) -> Chosen:
    """Every file that `files`, `reruns`, `NAME=PATTERN` of `sources` or of `variants` names, once, with its labels.

    A file that several of them name belongs to each. Raises UsageError for a pattern that matches nothing, unless it
    is one of `reruns`, or has a label and others match, and `strict` is false; for a folder, a label that is not
    written NAME=PATTERN, and a file with two sources or two variants.
    """
    spelled: dict[Path, Path] = {}

    def once(paths: Iterable[Path]) -> list[Path]:
        """The paths as they were spelled first: `./a.xml` is `a.xml`."""
        return [spelled.setdefault(Path(os.path.realpath(path)), path) for path in paths]

    found = once(path for pattern in files for path in expanded(pattern))
    patterns = (*_patterns("--source", sources), *_patterns("--variant", variants))
    paths = {one: once(matches(one.pattern)) for one in patterns}
    source_of = _label_of("--source", {one: paths[one] for one in paths if one.source})
    variant_of = _label_of("--variant", {one: paths[one] for one in paths if one.variant})
    again = dict.fromkeys(once(path for pattern in reruns for path in _again(pattern, strict=strict)))
    missing = [one for one in paths if not paths[one]]
    every = dict.fromkeys([*found, *source_of, *variant_of, *again])
    if missing and (strict or not every):
        raise _no_such_file(missing[0].pattern)
    if not every:
        raise UsageError("no file is named", remedy="Name the files that the test run wrote, for example junit.xml")
    chosen = [
        Labelled(path, source_of.get(path, DEFAULT_SOURCE), variant_of.get(path, ""), path in again) for path in every
    ]
    return Chosen(chosen, [one for one in paths if not again.keys() >= set(paths[one])], missing)


def _again(pattern: str, *, strict: bool) -> list[Path]:
    """The files of a second job; a pattern without any is told, for where nothing failed no second job ran."""
    if strict or not glob.has_magic(pattern):
        return expanded(pattern)
    found = matches(pattern)
    if not found:
        click.echo(f"--rerun {pattern}: no file matched, so no test has a second attempt", err=True)
    return found


def _patterns(option: str, texts: Iterable[str]) -> Iterator[FilePattern]:
    from readiness.archive import FilePattern

    for text in texts:
        name, _, pattern = text.partition("=")
        if not name.strip() or not pattern:
            raise UsageError(
                f"{option} {text!r} names no files", remedy=f"Write it like {option} linux='reports/*.xml'"
            )
        yield FilePattern(**{option.lstrip("-"): name, "pattern": pattern})


def _label_of(option: str, paths: Mapping[FilePattern, Iterable[Path]]) -> dict[Path, str]:
    found: dict[Path, str] = {}
    for one, named in paths.items():
        name = one.source or one.variant
        for path in named:
            if found.setdefault(path, name) != name:
                raise UsageError(f"belongs to {option} {found[path]!r} and to {name!r}", path=path, remedy="Choose one")
    return found


def matches(pattern: str) -> list[Path]:
    """The files that a path or a pattern with `*`, `?` and `**` names, by name; raises UsageError for a folder."""
    # Path.glob takes no absolute patterns, and Path.exists raises where the system cannot even look.
    names = [pattern] if os.path.exists(pattern) else sorted(glob.glob(pattern, recursive=True))  # noqa: PTH110, PTH207
    folder = next((name for name in names if os.path.isdir(name)), None)  # noqa: PTH112
    if folder is not None:
        raise UsageError("is a folder", path=folder, remedy=f"Name its files, for example '{folder.rstrip('/')}/*.xml'")
    return [Path(name) for name in names]


def expanded(pattern: str) -> list[Path]:
    """The files that a path or a pattern names; raises UsageError where there is none, and for folders."""
    names = matches(pattern)
    if not names:
        raise _no_such_file(pattern)
    return names


def _no_such_file(pattern: str) -> UsageError:
    return UsageError("no such file", path=pattern, remedy="Check the path; was the report written?")


def distinct_names(paths: Sequence[Path]) -> list[str]:
    """The shortest ending of each path that no other path shares: `junit.xml`, or `linux/junit.xml` beside another."""
    parts = [path.absolute().parts for path in paths]
    names: dict[int, str] = {}
    length, waiting = 1, list(range(len(parts)))
    while waiting:
        shared = Counter(own[-length:] for own in parts)
        for at in waiting:
            ending = parts[at][-length:]
            if shared[ending] == 1 or length >= len(parts[at]):
                # A file name may be bytes that are no text; in the archive it is, and distinct all the same.
                names[at] = os.fsencode("/".join(ending)).decode(errors="backslashreplace")
        waiting = [at for at in waiting if at not in names]
        length += 1
    return [names[at] for at in range(len(parts))]


def read_content(path: Path) -> bytes:
    """The bytes of a plain file; raises UsageError for anything else, at once, and where it cannot be read."""
    return plain_content(path, remedy="Write the report to a file and name that")


def digest_of(version: str, commit: str, files: Iterable[Labelled]) -> str:
    """The digest of the run that these files would be; they are read, but not understood."""
    from readiness.archive import run_digest
    from readiness.evidence import unpacked

    contents = ((one.source, one.variant, unpacked(read_content(one.path))) for one in files)
    triples = ((source, variant, hashlib.sha256(content).hexdigest()) for source, variant, content in contents)
    return run_digest(version, commit, triples)


def read_inputs(files: Sequence[Labelled], *, masking: bool) -> list[NewInput]:
    """Read the files; raises EvidenceError where not one of them is even partly readable."""
    from readiness.archive import new_input, ordered

    names = distinct_names([one.path for one in files])
    found = [
        new_input(
            read_content(one.path), name, source=one.source, variant=one.variant, rerun=one.rerun, masking=masking
        )
        for one, name in zip(files, names, strict=True)
    ]
    if all(item.file.state is ReadState.REJECTED for item in found):
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        reason = found[0].file.reason.rstrip(".")
        raise EvidenceError(f"{reason}{more}", path=files[0].path, remedy="Nothing was archived")
    return ordered(found)
