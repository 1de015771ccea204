"""What earlier runs lack and later ones owe: labels without any file, and files that were not read in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import get_args

from readiness.analysis.tables import Selectors
from readiness.archive import Input, Manifest
from readiness.evidence import Holds, kinds

FILE = "file "
_READ = kinds(*get_args(Holds))
"""Kinds of files that are read; of another, too damaged to be known, the name alone tells that it is back."""
_NOT_OWED = kinds("list") | {"text"}
"""Lists decide nothing once they are gone, and of a text that no reader knows nobody can say that it was evidence."""


def lacking(run: Manifest) -> list[str]:
    """What a run lacks: `source e2e`, `file a.xml` with its source and variant.

    A rerun is not among it, whose tests have failed in another file; nor a file that says itself that it holds no test.
    """
    files = (one for one in run.inputs if one.loss and not one.rerun and one.kind not in _NOT_OWED)
    return [*(one.label for one in run.missing), *(_label(one) for one in files if not _says_none(one))]


def awaited_in(
    awaited: Mapping[str, str], run: Manifest, first: Mapping[str, Manifest], there: Iterable[str]
) -> dict[str, str]:
    """What is awaited still in a run, each with the run that said so first; `there`: its labels that have a result."""
    known = set(there)
    return {
        label: since
        for label, since in awaited.items()
        if label not in known and not (label.startswith(FILE) and _is_back(label, first[since], run))
    }


def retired_of(selectors: Selectors, awaited: Iterable[str]) -> set[str]:
    """Those that nobody expects: by their name, or with their source or variant."""
    found = set()
    for label in awaited:
        shown, _, place = label.partition("\0")
        source, _, variant = place.partition("\0")
        asked = (shown, f"source {source}", f"variant {variant}") if place else (shown,)
        found |= {label} if selectors.retired_labels(asked) else set()
    return found


def file_name(label: str) -> str:
    """The name of an awaited file; empty of another label."""
    return label.partition("\0")[0].removeprefix(FILE) if label.startswith(FILE) else ""


def _label(one: Input) -> str:
    return "\0".join((FILE + one.name, one.source, one.variant))


def _says_none(one: Input) -> bool:
    lost = {finding.code for finding in one.findings if finding.loss}
    return lost == {"no-cases"} and not one.declared.get("tests")


def _is_back(label: str, first: Manifest, run: Manifest) -> bool:
    """True where a file of that name has been read in full, or as many of its kind as there were.

    A runner may name its files anew in each run.
    """
    lost = next(one for one in first.inputs if _label(one) == label and not one.rerun)
    whole = [one for one in run.inputs if not one.loss and _alike(one, lost)]
    as_many = len(whole) >= sum(_alike(one, lost) for one in first.inputs)
    return any(_label(one) == label for one in run.inputs if not one.loss) or (as_many and lost.kind in _READ)


def _alike(one: Input, lost: Input) -> bool:
    return (one.source, one.variant, one.kind, one.rerun) == (lost.source, lost.variant, lost.kind, lost.rerun)
