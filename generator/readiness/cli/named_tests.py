"""The tests that a name given on the command line means."""

import narwhals as nw

from readiness.analysis import with_labels
from readiness.assessment import Assessment
from readiness.cli.selection import JudgedArchive
from readiness.evidence import key_names
from readiness.model import TestKey
from readiness.results import Table, keys_of, load_results


def keys_of_test(judged: JudgedArchive, found: Assessment, ref: str) -> list[TestKey]:
    """A test of that name in each variant, as the runs up to this one know it."""
    label = label_of(ref)
    keys = (key for one in found.chain() for key in keys_of(rows(judged, found, one).filter(nw.col("label") == label)))
    return [*dict.fromkeys(keys)]


def tests_like(judged: JudgedArchive, found: Assessment, ref: str) -> list[str]:
    """Each `group::name` that ends with `ref`, a name or a class and a name; else those with parameters behind it."""
    wanted = f".{_dotted(ref)}"
    last = wanted.rpartition(".")[2]
    if not last:
        return []
    labels: set[str] = set()
    for one in found.chain():
        labels.update(rows(judged, found, one)["label"])
        labels.update(key.label for key in (*one.facts.not_run, *one.facts.vanished))
    dotted = {label: f".{_dotted(label)}" for label in sorted(labels) if last in label}
    whole = [label for label, name in dotted.items() if name.endswith(wanted)]
    return whole or [label for label, name in dotted.items() if f"{wanted}[" in name]


def label_of(ref: str) -> str:
    """The name of a test as reports show it; of one that its runner names by its file too."""
    return "::".join(key_names(ref)) if ".py::" in ref else ref


def rows(judged: JudgedArchive, found: Assessment, one: Assessment) -> Table:
    """The results of a run before `found` with their labels, under the names that `found` has for the tests."""
    return with_labels(found.names.keyed(load_results(one.run, judged.cache).table, one.names))


def _dotted(label: str) -> str:
    return label.replace("::", ".")
