"""Evidence files as the command line names them: patterns, labels, and names that tell them apart."""

from __future__ import annotations

import glob
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from readiness.errors import EvidenceError, UsageError
from readiness.model import DEFAULT_SOURCE, ReadState

if TYPE_CHECKING:
    from readiness.archive import NewInput


@dataclass(frozen=True)
class Labelled:
    """One file with the source and variant it belongs to."""

    path: Path
    source: str = DEFAULT_SOURCE
    variant: str = ""


def labelled(files: Iterable[str], sources: Iterable[str], variants: Iterable[str]) -> list[Labelled]:
    """Every file that `files`, `NAME=PATTERN` of `sources` or of `variants` names, once, with its labels.

    A file that a source and a variant both name belongs to both. Raises UsageError for a pattern that matches nothing,
    a folder, a label that is not written NAME=PATTERN, and a file with two sources or two variants.
    """
    found: dict[Path, None] = dict.fromkeys(path for pattern in files for path in expanded(pattern))
    source_of = _labels("--source", sources)
    variant_of = _labels("--variant", variants)
    found |= dict.fromkeys([*source_of, *variant_of])
    if not found:
        raise UsageError("no file is named", remedy="Name the files that the test run wrote, for example junit.xml")
    return [Labelled(path, source_of.get(path, DEFAULT_SOURCE), variant_of.get(path, "")) for path in found]


def _labels(option: str, texts: Iterable[str]) -> dict[Path, str]:
    found: dict[Path, str] = {}
    for text in texts:
        name, _, pattern = text.partition("=")
        if not name.strip() or not pattern:
            raise UsageError(
                f"{option} {text!r} names no files", remedy=f"Write it like {option} linux='reports/*.xml'"
            )
        for path in expanded(pattern):
            if found.setdefault(path, name) != name:
                raise UsageError(f"belongs to {option} {found[path]!r} and to {name!r}", path=path, remedy="Choose one")
    return found


def expanded(pattern: str) -> list[Path]:
    """The files that a path or a pattern with `*`, `?` and `**` names, in order of name; raises UsageError."""
    # Path.glob takes no absolute patterns.
    names = [pattern] if Path(pattern).exists() else sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207
    if not names:
        raise UsageError("no such file", path=pattern, remedy="Check the path; was the report written?")
    folder = next((name for name in names if Path(name).is_dir()), None)
    if folder is not None:
        raise UsageError("is a folder", path=folder, remedy=f"Name its files, for example '{folder.rstrip('/')}/*.xml'")
    return [Path(name) for name in names]


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
                # A file name may be bytes that are no text; in the archive it is.
                names[at] = "/".join(ending).encode(errors="replace").decode()
        waiting = [at for at in waiting if at not in names]
        length += 1
    return [names[at] for at in range(len(parts))]


def read_content(path: Path) -> bytes:
    """The bytes of a file; raises UsageError where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        remedy = "Check the path and its permission"
        raise UsageError(f"cannot be read ({error.strerror})", path=path, remedy=remedy) from error


def digest_of(version: str, commit: str, files: Iterable[Labelled]) -> str:
    """The digest of the run that these files would be; they are read, but not understood."""
    from readiness.archive import run_digest
    from readiness.evidence.packing import unpacked

    contents = ((one.source, one.variant, unpacked(read_content(one.path))) for one in files)
    triples = ((source, variant, hashlib.sha256(content).hexdigest()) for source, variant, content in contents)
    return run_digest(version, commit, triples)


def read_inputs(files: Sequence[Labelled], *, masking: bool) -> list[NewInput]:
    """Read the files; raises EvidenceError where not one of them is even partly readable."""
    from readiness.archive import distinct, new_input

    names = distinct_names([one.path for one in files])
    found = [
        new_input(read_content(one.path), name, source=one.source, variant=one.variant, masking=masking)
        for one, name in zip(files, names, strict=True)
    ]
    if all(item.file.state is ReadState.REJECTED for item in found):
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        reason = found[0].file.reason.rstrip(".")
        raise EvidenceError(f"{reason}{more}", path=files[0].path, remedy="Nothing was archived")
    return distinct(found)
