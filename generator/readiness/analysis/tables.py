"""Columns derived from the results table: label, module and area of each test."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw

from readiness.model import Detail, Outcome, Scope, TestKey, TestResult

Table = nw.DataFrame[Any]
KEY = TestKey._fields
_TYPES: Mapping[str, Any] = {"instance": nw.Int64}
AreaGlobs = Sequence[tuple[str, Sequence[str]]]
"""Area name and its globs, in order: the first that matches wins."""


@dataclass(frozen=True)
class Selectors:
    """The globs by which a policy sorts tests: into areas, and out of service."""

    areas: AreaGlobs
    unassigned: str
    """Name of the area of tests that no area's globs match."""
    retired: Sequence[str] = ()
    samples: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Globs of tests that are asked for by a name."""

    def retires(self, key: TestKey) -> bool:
        """True for a test that was taken out of service."""
        return bool(self.retired and re.fullmatch(any_glob(self.retired), key.label))


CLASS_NAMES = r"(\.[A-Z][A-Za-z0-9_$]*)+$"
"""Trailing class names of a dotted group, `.TestX.TestY` of `tests.test_a.TestX.TestY`."""


def glob_regex(glob: str) -> str:
    """The glob as a regular expression for a whole label: `*` any text, `?` one character, all else stands for itself.

    Brackets are ordinary characters, because parametrised test names are full of them.
    """
    plain = {"*": "(?s:.)*", "?": "(?s:.)"}
    return "^" + "".join(plain.get(character, re.escape(character)) for character in glob) + "$"


def any_glob(globs: Iterable[str]) -> str:
    """A regular expression for a whole label that any of the globs matches."""
    return "|".join(f"(?:{glob_regex(glob)})" for glob in globs)


def with_labels(table: Table) -> Table:
    """Add `label` (`group::name`) and `module` (the group without trailing class names, else the name)."""
    labelled = table.with_columns(
        label=nw.when(nw.col("group") == "")
        .then(nw.col("name"))
        .otherwise(nw.concat_str(nw.col("group"), nw.lit("::"), nw.col("name"))),
        module=nw.col("group").str.replace(CLASS_NAMES, ""),
    )
    return labelled.with_columns(
        module=nw.when(nw.col("module") != "")
        .then(nw.col("module"))
        .otherwise(nw.when(nw.col("collection")).then(nw.col("name")).otherwise(nw.col("source")))
    )


def with_areas(table: Table, areas: AreaGlobs, unassigned: str) -> Table:
    """Add `area`: the first whose globs match the label; without areas, the test module."""
    if not areas:
        return table.with_columns(area=nw.col("module"))
    area = nw.lit(unassigned)
    for name, globs in reversed(areas):
        area = nw.when(nw.col("label").str.contains(any_glob(globs))).then(nw.lit(name)).otherwise(area)
    return table.with_columns(area=area)


def with_classes(table: Table, whole: str = "collection") -> Table:
    """Add `class`: the group; the suite where a runner writes each test as a class of its own, or no class."""
    alone = (nw.col("group") == nw.col("name")) | (nw.col("group") == "")
    inside = nw.when(nw.col(whole) & (nw.col("group") == "")).then(nw.col("name")).otherwise(nw.col("suite"))
    return table.with_columns(nw.when(alone).then(inside).otherwise(nw.col("group")).alias("class"))


def select_keys(table: Table, keys: Iterable[TestKey]) -> Table:
    """The rows of those tests."""
    wanted = sorted(set(keys))
    if not wanted:
        return table.head(0)
    return table.join(keys_table(wanted, table), on=list(KEY), how="semi")


def keys_table(keys: Sequence[TestKey], beside: Table) -> Table:
    """Keys as a table of the same engine."""
    columns = {name: [key[at] for key in keys] for at, name in enumerate(KEY)}
    return nw.from_dict(columns, {name: _TYPES.get(name, nw.String) for name in KEY}, backend=beside.implementation)


def beneath(table: Table, key: TestKey, scope: Scope) -> Table:
    """The tests that a former error or skip of a class, module, suite or run stands for."""
    prefix = key.group if scope is Scope.RUN else f"{key.group}.{key.name}" if key.group else key.name
    near = (nw.col("source") == key.source) & (nw.col("variant") == key.variant) & ~nw.col("collection")
    if prefix:
        inside = nw.col("group") == prefix
        for joint in (".", "::", " > "):
            inside |= nw.col("group").str.starts_with(prefix + joint)
        near &= inside
    return table.filter(near)


def keys_of(table: Table) -> list[TestKey]:
    """The keys of a table's rows, in order."""
    return [TestKey(*row) for row in table.select(*KEY).iter_rows()]


def key_of(row: Mapping[str, Any]) -> TestKey:
    """The key of a row by name."""
    return TestKey(*(row[name] for name in KEY))


def results_of(table: Table) -> list[TestResult]:
    """The rows as records; meant for the few that matter."""
    found = []
    for row in table.iter_rows(named=True):
        first = Detail(_kind(row["outcome"]), row["type"], row["message"], row["trace"])
        more = tuple(Detail(*detail) for detail in json.loads(row["more"])) if row["more"] else ()
        found.append(
            TestResult(
                key=key_of(row),
                outcome=Outcome(row["outcome"]),
                time_s=row["time_s"],
                details=(first, *more) if any(first[1:]) or more else (),
                file=row["file"],
                line=row["line"],
                attempts=row["attempts"],
                collection=row["collection"],
                run_level=row["run_level"],
                place=", ".join(filter(None, (row["input"], row["place"]))),
            )
        )
    return found


def _kind(outcome: str) -> str:
    return {"failed": "failure", "flaky": "rerun"}.get(outcome, outcome)
