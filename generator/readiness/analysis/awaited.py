"""What earlier runs lack and later ones owe: labels without any file, and files that were not read in full."""

from collections.abc import Iterable, Mapping
from typing import get_args

from readiness.analysis.tables import Selectors
from readiness.archive import Input, Manifest
from readiness.evidence import Holds, kinds

READ_KINDS = kinds(*get_args(Holds))
"""Kinds of files that are read; of another, too damaged to be known, the name alone tells that it is back."""
_NOT_OWED = kinds("list") | {"text"}
"""Lists decide nothing once they are gone, and of a text that no reader knows nobody can say that it was evidence."""


def lost_files(run: Manifest) -> list[Input]:
    """The files of a run that were not read in full, and that later runs owe.

    A rerun is not among them, whose tests have failed in another file; nor a file that says itself that it has no test.
    """
    lost = (one for one in run.inputs if one.loss and not one.rerun and one.kind not in _NOT_OWED)
    return [one for one in lost if not _says_none(one)]


def lacking(run: Manifest) -> list[str]:
    """What a run lacks: `source e2e`, `file a.xml (tests, linux)`."""
    return [*(one.label for one in run.missing), *map(_label, lost_files(run))]


def lost_file(label: str, run: Manifest) -> Input | None:
    """The file that a run lacks by that label; None where the label is that of no file."""
    return next((one for one in lost_files(run) if _label(one) == label), None)


def awaited_in(
    awaited: Mapping[str, str], run: Manifest, first: Mapping[str, Manifest], there: Iterable[str]
) -> dict[str, str]:
    """What is awaited still in a run, each with the run that said so first; `there`: its labels that have a result."""
    known = set(there)
    return {
        label: since
        for label, since in awaited.items()
        if label not in known and not _is_back(lost_file(label, first[since]), first[since], run)
    }


def retired_of(selectors: Selectors, awaited: Mapping[str, str], first: Mapping[str, Manifest]) -> set[str]:
    """Those that nobody expects: by their name, or with their source or variant."""
    found = set()
    for label, since in awaited.items():
        one = lost_file(label, first[since])
        asked = (f"file {one.name}", f"source {one.source}", f"variant {one.variant}") if one else (label,)
        found |= {label} if selectors.retired_labels(asked) else set()
    return found


def _label(one: Input) -> str:
    return f"file {one.name} ({', '.join(filter(None, (one.source, one.variant)))})"


def _says_none(one: Input) -> bool:
    lost = {finding.code for finding in one.findings if finding.loss}
    return lost == {"no-cases"} and not one.declared.get("tests")


def _is_back(lost: Input | None, first: Manifest, run: Manifest) -> bool:
    """True where a file of that name has been read in full, or as many of its kind as there were.

    A runner may name its files anew in each run. A rerun holds a part of the tests alone.
    """
    if lost is None:
        return False
    whole = [one for one in run.inputs if not one.loss and not one.rerun]
    as_many = sum(_alike(one, lost) for one in whole) >= sum(_alike(one, lost) for one in first.inputs)
    return any(_label(one) == _label(lost) for one in whole) or (as_many and lost.kind in READ_KINDS)


def _alike(one: Input, lost: Input) -> bool:
    return (one.source, one.variant, one.kind, one.rerun) == (lost.source, lost.variant, lost.kind, lost.rerun)
