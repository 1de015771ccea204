"""Columns derived from the results table: label, module and area of each test."""

import fnmatch
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import narwhals as nw

from readiness.evidence import GROUP as FAILSAFE
from readiness.evidence import stands_for_group
from readiness.model import Outcome, Scope, TestKey
from readiness.results import CLASS_NAMES, Table

Retirement = tuple[str, str]
"""What a policy retires: `tests`, `classes`, `sources`, `variants` or `files`, and a glob."""
AreaGlobs = Sequence[tuple[str, Sequence[str]]]
"""Area name and its globs, in order: the first that matches wins."""
FAILING = [one.value for one in Outcome if one.failing]
HAS_RESULT = nw.col("outcome") != Outcome.NOT_RUN.value
"""True for the rows of tests that have a result in the run."""


NESTED = r"(?:\.|::| > |\$).*"
"""What follows the name of a class in the names of what is nested in it."""
CLASS_NAME = re.compile(r"\.[A-Z][A-Za-z0-9_$]*+", re.ASCII)


@dataclass(frozen=True)
class Selectors:
    """The globs by which a policy sorts tests: into areas, and out of service at one time."""

    areas: AreaGlobs
    unassigned: str
    """Name of the area of tests that no area's globs match."""
    retired: Sequence[Retirement] = ()
    samples: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Globs of tests that are asked for by a name."""

    def retires(self, key: TestKey) -> bool:
        """True for a test that was taken out of service."""
        return any(retires(one, key) for one in self.retired)

    def retired_labels(self, labels: Iterable[str]) -> list[str]:
        """Those of the labels (`variant win`, `source e2e`, `file a.xml`) that were taken out of service."""
        kinds = {"variants": "variant ", "sources": "source ", "files": "file "}
        globs = [kinds[kind] + glob for kind, glob in self.retired if kind in kinds]
        return [label for label in labels if matches(globs, label)]


def retires(retirement: Retirement, key: TestKey) -> bool:
    """True where it takes that test out of service."""
    kind, glob = retirement
    inside = within(key)
    subjects = {
        "tests": (key.label, f"{key.origin} > {key.label}", f"{key.label} {key.origin}"),
        "classes": (inside, f"{key.origin} > {inside}", f"{key.group} {key.origin}"),
        "sources": (key.source,),
        "variants": (key.variant,),
        "files": (),
    }
    matching = _matching(glob, nested=kind == "classes")
    return any(matching.match(subject) for subject in subjects[kind])


def is_retired(retired: Iterable[Retirement]) -> nw.Expr:
    """True for the rows of tests that any of them takes out of service; of a table with keys and labels.

    Namesakes go by their label, all of them, or by what tells one apart: `module-b > com.x.SmokeTest`.
    """
    group, name, label, origin = (nw.col(column) for column in ("group", "name", "label", "origin"))
    inside = nw.when(group == "").then(name).otherwise(nw.concat_str(group, nw.lit("."), name))
    at, of = nw.lit(" "), nw.lit(" > ")
    subjects = {
        "tests": (label, nw.concat_str(origin, of, label), nw.concat_str(label, at, origin)),
        "classes": (inside, nw.concat_str(origin, of, inside), nw.concat_str(group, at, origin)),
        "sources": (nw.col("source"),),
        "variants": (nw.col("variant"),),
        "files": (),
    }
    found = label.is_null()  # false of each row: every test has a label, and a file has no tests
    for kind, glob in retired:
        for subject in subjects[kind]:
            found |= subject.str.contains(_retired_regex(kind, glob))
    return found


def within(key: TestKey) -> str:
    """`tests.test_a.TestX.test_y`: the test below its class, or the class below its module."""
    return f"{key.group}.{key.name}" if key.group else key.name


def matches(globs: Iterable[str], label: str) -> bool:
    """True where any of the globs matches the whole label: what `any_glob` finds in a table."""
    return any(_matching(glob).match(label) for glob in globs)


@cache
def _matching(glob: str, *, nested: bool = False) -> re.Pattern[str]:
    """A glob for `re`, which tries no star but the last one again, so that no label takes long."""
    plain = fnmatch.translate(glob.replace("[", "[[]"))
    return re.compile(f"{plain[:-3]}(?:{NESTED})?{plain[-3:]}" if nested else plain)


@cache
def _retired_regex(kind: str, glob: str) -> str:
    """A class holds what is nested in it, however its runner joins the names."""
    return glob_regex(glob)[:-1] + f"(?s:{NESTED})?$" if kind == "classes" else glob_regex(glob)


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


def module_of(key: TestKey) -> str:
    """The group without trailing class names, `tests.test_a`; of what has no group the name."""
    group = key.group
    # Part by part from the end: a search for all of them at once would begin anew at every dot.
    while (last := group.rfind(".")) >= 0 and CLASS_NAME.fullmatch(group, last):
        group = group[:last]
    return group or key.name


def with_areas(table: Table, areas: AreaGlobs, unassigned: str) -> Table:
    """Add `area`: the first whose globs match the label; without areas, the test module."""
    if not areas:
        return table.with_columns(area=nw.col("module"))
    area = nw.lit(unassigned)
    for name, globs in reversed(areas):
        area = nw.when(nw.col("label").str.contains(any_glob(globs))).then(nw.lit(name)).otherwise(area)
    return table.with_columns(area=area)


def areas_of(keys: Sequence[TestKey], wholes: Sequence[bool], selectors: Selectors) -> list[str]:
    """The area of each test; `wholes`: which of them stand for all tests beneath them."""
    columns = {**dict(zip(TestKey._fields, zip(*keys, strict=True), strict=True)), "collection": wholes} if keys else {}
    if not columns:
        return []
    table = nw.from_dict({name: list(column) for name, column in columns.items()}, backend="polars")
    return with_areas(with_labels(table), selectors.areas, selectors.unassigned)["area"].to_list()


def with_classes(table: Table) -> Table:
    """Add `class`: the group; the suite where a runner writes each test as a class of its own, or no class."""
    alone = (nw.col("group") == nw.col("name")) | (nw.col("group") == "")
    inside = nw.when(nw.col("collection") & (nw.col("group") == "")).then(nw.col("name")).otherwise(nw.col("suite"))
    return table.with_columns(nw.when(alone).then(inside).otherwise(nw.col("group")).alias("class"))


def beneath(table: Table, key: TestKey, scope: Scope) -> Table:
    """The tests that a former error or skip of a class, module, suite or run stands for.

    What lies beneath a suite or file may have names of its own classes.
    """
    prefix = stands_for(key, scope)
    near = (nw.col("source") == key.source) & (nw.col("variant") == key.variant) & ~nw.col("collection")
    if prefix:
        inside = nw.lit(value=False)
        for column in ("group", "suite") if scope is Scope.RUN else ("group", "suite", "file"):
            inside |= nw.col(column) == prefix
            for joint in JOINTS if column == "group" or scope is Scope.RUN else ():
                inside |= nw.col(column).str.starts_with(prefix + joint)
        near &= inside
    return table.filter(near)


JOINTS = (".", "::", " > ", "$")
"""Between the names of a class or suite and of what is nested in it."""


def stands_for(key: TestKey, scope: Scope) -> str:
    """The class, module or suite that something stands for; empty for all that the run executed."""
    if scope is Scope.RUN:
        return "" if key.group == FAILSAFE else key.group
    return key.group if stands_for_group(key.name, key.group) else within(key)
