"""What a run was expected to test: what its lists and results hold, and what is owed from the runs before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import narwhals as nw

from readiness.analysis.identity import Identity, identified, told_apart
from readiness.analysis.ledger import COLUMNS, Ledger, Pair, moved, owed_by, owed_by_suites, told_again
from readiness.analysis.moves import Move, moves_between
from readiness.analysis.tables import HAS_RESULT, JOINTS, beneath, with_classes, with_labels
from readiness.model import Outcome, Scope, TestKey
from readiness.results import BASE, KEY, SAID, RunResults, Table, key_of, keys_of, keys_table

PLACE = ("source", "variant", "origin", "group")
CLASS = ("source", "variant", "origin", "class")
SUITE = ("source", "variant", "suite")
SOURCE_FILE = ("source", "variant", "file")
FILE = ("last", "input")
"""An evidence file, by the run that it belonged to."""


@dataclass(frozen=True)
class Names:
    """What tests are called on a run: what tells namesakes apart, and every move of a class up to it."""

    identity: Identity = field(default_factory=Identity)
    moves: tuple[Move, ...] = ()

    def keyed(self, table: Table, then: Names) -> Table:
        """The results of an earlier run, whose names were `then`, with the keys that its tests go by now."""
        table = identified(table, self.identity)
        for move in self.moves[len(then.moves) :]:
            old = zip(PLACE, move.old, strict=True)
            here = nw.all_horizontal(*(nw.col(name) == value for name, value in old), ignore_nulls=False)
            new = zip(PLACE[2:], move.new[2:], strict=True)
            table = table.with_columns(
                *(nw.when(here).then(nw.lit(value)).otherwise(nw.col(name)).alias(name) for name, value in new)
            )
        return table


class Basis(StrEnum):
    """Where the number of expected tests comes from."""

    LIST = "list"
    PARTIAL_LIST = "partial list"
    RUN = "run"
    """Some of it from the runs before."""
    NONE = "none"
    """A first run without a list: nothing says what was expected."""


@dataclass(frozen=True)
class Expectation:
    """The run's rows (labelled, `not_run` where an expected test has no result) and what else is owed."""

    run: str
    basis: Basis
    table: Table
    owed: Table
    """The ledger's rows of the tests without a result in this run, vanished ones included."""
    vanished: tuple[TestKey, ...]
    """Tests of a class that ran which have no result, and that no list of this run names."""
    absent: frozenset[TestKey]
    """Owed tests whose whole class, suite or file has no result, or of which there are fewer: no share excuses it."""
    fewer: frozenset[TestKey]
    """Of the absent ones those of which a namesake has a result."""
    adrift: frozenset[TestKey]
    """Of the vanished ones those of whose evidence file nothing is there any more, and those of a replaced run."""
    at_least: bool
    """How many were expected is a lower bound: a list was partial, or part of the results had none."""
    held: Mapping[Pair, int]
    """How many collected lists of each source and variant there are."""
    covered: frozenset[Pair]
    """The sources and variants whose lists are all there, so that they decide what is expected."""
    before: Ledger
    """What was owed before, with what this run tells of namesakes and moves."""
    renamed: Mapping[TestKey, TestKey]
    """Keys of the runs before -> what they are called from this run on."""
    moves: tuple[Move, ...]
    """Classes that are called otherwise from this run on."""
    silent: tuple[TestKey, ...] = ()
    """Suites of this run that did not run, as what stands for them."""

    @property
    def checked(self) -> bool:
        """True where it is known, at least in part, what was expected."""
        return self.basis is not Basis.NONE

    @property
    def names(self) -> Names:
        """What tests are called from this run on."""
        return Names(self.before.identity, self.before.moves)

    def after(self, retires: Callable[[TestKey], bool], *, accepted: bool) -> Ledger:
        """The ledger after a judgement.

        `accepted`: it is READY without waivers, which ends every debt but of what this run lists. What the policy
        `retires` is no debt as long as it does, and stays known.
        """
        owed = self.owed
        if accepted:
            kept = [key for key, listed in zip(keys_of(owed), owed["listed"], strict=True) if listed or retires(key)]
            owed = owed.join(keys_table(kept, owed), on=list(KEY), how="semi")
        fresh = owed_by(_without(self.table, self.owed), self.run)
        owed = owed.select(*COLUMNS)
        suites = _without(owed_by_suites(self.silent), nw.concat([fresh, owed]))
        table = _without_wholes(nw.concat([fresh, owed, suites]))
        lists = self.held if accepted else _most(self.held, self.before.lists)
        return replace(self.before, table=table, lists=lists, recent=frozenset({self.run}))


def expect(
    run: str, results: RunResults, ledger: Ledger, replaced: Sequence[tuple[str, RunResults]] = ()
) -> Expectation:
    """Fill in what is missing.

    Owed is what `ledger` holds, and what the runs had that this one replaces. The complete lists of a source and
    variant release what they no longer hold, unless an earlier run had more of them: then one of them may be lost.
    What is missing has not run where nothing of its class, suite or file has a result, where it is listed, where it
    never had one, or where it is fewer than before; single tests missing from a class that ran have vanished.
    """
    renamed: dict[TestKey, TestKey] = {}
    for earlier, had in replaced:
        ledger, told = _taken_in(ledger, earlier, had)
        renamed = _then(renamed, told)
    ledger, told = told_again(ledger, told_apart(results.table, ledger.told_by))
    renamed = _then(renamed, told)
    table = with_classes(with_labels(identified(results.table, ledger.identity)))
    ran = table.filter(~nw.col("run_level"), HAS_RESULT)
    listed = table.filter(nw.col("listed"))
    # Of what is listed and owed the ledger knows more than the list.
    waiting = table.filter(~HAS_RESULT)
    if len(waiting):
        named = waiting.join(ledger.table, on=list(KEY), how="semi")
        unrun = _without(waiting, ran, BASE).join(ledger.table, on=list(BASE), how="semi")
        table = _without(table, nw.concat([named, unrun]))
    held = _lists(results)
    covered = frozenset(pair for pair, count in held.items() if count >= ledger.lists.get(pair, 0))
    # A skip of a whole class or module is one of every test that is known beneath it, owed or listed.
    owed, skipped = _skipped_whole(_without(ledger.table, ran), ran)
    listed_alone, skipped_too = _skipped_whole(table.filter(~HAS_RESULT), ran)
    table = nw.concat([table.filter(HAS_RESULT), listed_alone, skipped_too.select(*table.columns)])
    same = [earlier for earlier, _ in replaced]
    owed = _unreleased(owed, ran, results, covered, same)
    owed = _without(owed, _wholes_of(owed, listed))
    moves = _moves(ledger, _without(owed, listed, BASE), ran)
    ledger, told = moved(ledger, moves)
    renamed = _then(renamed, told)
    owed = _without(moved(replace(ledger, table=owed), moves)[0].table, ran)
    owed = _classified(owed, ledger, ran, listed, same)
    left = owed.filter(~nw.col("gone"))
    table = nw.concat([table, _as_results(skipped, table), _as_results(owed.filter(nw.col("gone")), table)])
    pairs = set(table.filter(~nw.col("run_level")).select("source", "variant").unique().iter_rows())
    first = not len(ledger.table)
    partial = any(one.partial for one in results.lists) or (bool(covered) and first and not pairs <= covered)
    basis = Basis.NONE if first else Basis.RUN
    if covered and (first or pairs <= covered):
        basis = Basis.PARTIAL_LIST if partial else Basis.LIST
    return Expectation(
        run=run,
        basis=basis,
        table=table,
        owed=owed,
        vanished=tuple(sorted(keys_of(left))),
        absent=frozenset(keys_of(owed.filter(nw.col("absent")))),
        fewer=frozenset(keys_of(owed.filter(nw.col("fewer")))),
        adrift=frozenset(keys_of(left.filter(nw.col("adrift")))),
        at_least=partial,
        held=held,
        covered=covered,
        before=ledger,
        renamed=renamed,
        moves=moves,
        silent=results.silent,
    )


def _then(first: Mapping[TestKey, TestKey], second: Mapping[TestKey, TestKey]) -> dict[TestKey, TestKey]:
    """One renaming after another."""
    return {**second, **{old: second.get(new, new) for old, new in first.items()}}


def _without(table: Table, other: Table, by: Sequence[str] = KEY) -> Table:
    """The rows whose key does not stand in another table."""
    if not len(table) or not len(other):
        return table
    return table.join(other.select(*by).unique(), on=list(by), how="anti")


def _taken_in(ledger: Ledger, run: str, results: RunResults) -> tuple[Ledger, Mapping[TestKey, TestKey]]:
    """The ledger with everything that a replaced run had or listed."""
    ledger, told = told_again(ledger, told_apart(results.table, ledger.told_by))
    table = identified(results.table, ledger.identity)
    listed = _without(table.filter(~HAS_RESULT), ledger.table, BASE)
    fresh = owed_by(nw.concat([table.filter(HAS_RESULT), listed]), run)
    fresh = nw.concat([fresh, _without(owed_by_suites(results.silent), nw.concat([ledger.table, fresh]))])
    lists = _most(_lists(results), ledger.lists)
    known = _without_wholes(nw.concat([_without(ledger.table, fresh), fresh]))
    return replace(ledger, table=known, lists=lists, recent=ledger.recent | {run}), told


def _lists(results: RunResults) -> Mapping[Pair, int]:
    return Counter((one.source, one.variant) for one in results.lists)


def _most(held: Mapping[Pair, int], due: Mapping[Pair, int]) -> Mapping[Pair, int]:
    return {pair: max(held.get(pair, 0), due.get(pair, 0)) for pair in {*held, *due}}


def _unreleased(
    owed: Table, ran: Table, results: RunResults, covered: Collection[Pair], replaced: Collection[str]
) -> Table:
    """Without what complete lists no longer hold, what was only listed and has run by now, and wholes that have.

    What had a result in one of the `replaced` runs is there still, whatever the lists say: it is the same commit.
    """
    # What was only listed had no suite, host or file yet: it has run where a test of its key has one.
    waiting = owed.filter(~nw.col("ran"))
    files = set(ran["file"].to_list()) | set(ran["suite"].to_list())
    ran_file = [key for key in keys_of(waiting) if not key.group and key.name in files]
    elsewhere = _without(waiting.join(ran.select(*BASE).unique(), on=list(BASE), how="semi"), ran, (*BASE, "origin"))
    owed = _without(_without(owed, elsewhere), keys_table(ran_file, owed))
    listed = set(results.table.filter(nw.col("listed")).select(*BASE).iter_rows()) if covered else set()
    rows = owed.select("collection", _had_result(replaced).alias("there")).iter_rows()
    released = [
        key
        for key, (whole, there) in zip(keys_of(owed), rows, strict=True)
        if (key[:4] not in listed and not there and proves_absence(results, key, covered))
        or (whole and len(beneath(ran, key, Scope.COLLECTION)))
    ]
    return _without(owed, keys_table(released, owed)) if released else owed


def _moves(ledger: Ledger, owed: Table, ran: Table) -> tuple[Move, ...]:
    """The classes of the ledger without any result whose tests go by another class in this run."""
    gone = _without(owed.filter(nw.col("ran"), ~nw.col("collection")), ran, PLACE)
    if not len(gone):
        return ()
    new = _without(ran.filter(~nw.col("collection")), ledger.table, PLACE)
    # A test that has no namesake says nothing of the suites and hosts of those that have.
    kept = ledger.table.join(ran.select(*PLACE).unique(), on=list(PLACE), how="semi").filter(nw.col("origin") != "")
    staying = set(kept.select("source", "variant", "group").unique().iter_rows())
    return tuple(moves_between(keys_of(gone), keys_of(new), staying))


def _had_result(runs: Collection[str]) -> nw.Expr:
    """True for what is owed that last had a result in one of these runs."""
    return nw.col("ran") & nw.col("last").is_in(list(runs))


def _skipped_whole(tests: Table, ran: Table) -> tuple[Table, Table]:
    """(the others, those of the tests that were skipped with their whole class or module, as its skip tells it)."""
    found = []
    for row in ran.filter(nw.col("collection"), nw.col("outcome") == Outcome.SKIPPED.value).iter_rows(named=True):
        under = beneath(tests, key_of(row), Scope.COLLECTION)
        told = {name: nw.lit(row[name], nw.String) for name in ("outcome", *SAID)}
        found.append(under.with_columns(**told))
        tests = _without(tests, under)
    return tests, nw.concat(found) if found else tests.head(0)


def _classified(owed: Table, ledger: Ledger, ran: Table, listed: Table, replaced: Collection[str]) -> Table:
    """What is owed, with `listed`, `absent`, `fewer`, `gone` (it has not run, else it has vanished) and `adrift`.

    What a replaced run had is adrift too: the commit is the same, so a test that is no longer reported was left out.
    """
    if not len(owed):
        return owed.with_columns(**dict.fromkeys(("listed", "absent", "fewer", "gone"), nw.lit(value=False)))
    owed = with_classes(owed)
    ran = ran.filter(~nw.col("collection"))
    whole = nw.col("last").is_in(list(ledger.recent)) | nw.col("adrift")
    file = _counted(ledger.table.filter(whole), "all")
    file = file.join(_counted(owed.filter(whole), "missing"), on=list(FILE), how="inner")
    lost = file.filter(nw.col("all") == nw.col("missing"))
    owed = _marked(owed, listed, BASE, "listed")
    owed = _marked(owed, ran, CLASS, "of_class")
    owed = _marked(owed, ran, SUITE, "of_suite")
    owed = _marked(owed, ran, SOURCE_FILE, "of_file")
    owed = _marked(owed, ran, (*BASE, "origin"), "alike")
    owed = _marked(owed, lost, FILE, "of_lost")
    silent = ~nw.col("of_class") | (~nw.col("of_suite") & (nw.col("suite") != ""))
    silent |= (~nw.col("of_file") & (nw.col("file") != "")) | nw.col("alike")
    fewer = nw.col("alike") & nw.col("ran")
    adrift = nw.col("of_lost") | _had_result(replaced)
    owed = owed.with_columns(absent=silent & nw.col("ran"), fewer=fewer, adrift=adrift)
    return owed.with_columns(gone=nw.col("absent") | ~nw.col("ran") | nw.col("listed"))


def _counted(table: Table, name: str) -> Table:
    return table.group_by(*FILE).agg(nw.len().alias(name))


def _marked(table: Table, other: Table, by: Sequence[str], name: str) -> Table:
    """The table with a column that is true where the other has a row with the same values."""
    if not len(other):
        return table.with_columns(nw.lit(value=False).alias(name))
    flags = other.select(*by).unique().with_columns(nw.lit(value=True).alias(name))
    return table.join(flags, on=list(by), how="left").with_columns(nw.col(name).fill_null(value=False))


def _as_results(owed: Table, like: Table) -> Table:
    """Rows of the ledger as rows of results; those that say nothing have not run."""
    if not len(owed):
        return like.head(0)
    blank = {**dict.fromkeys(SAID, ""), "outcome": Outcome.NOT_RUN.value, "kind": None}
    given = {} if "outcome" in owed.columns else {name: nw.lit(text, nw.String) for name, text in blank.items()}
    rows = with_classes(with_labels(owed)).with_columns(
        **given,
        listed=nw.lit(value=False),
        run_level=nw.lit(value=False),
        time_s=nw.lit(None, dtype=nw.Float64),
        line=nw.lit(None, dtype=nw.Int64),
        attempts=nw.lit(0, dtype=nw.Int64),
    )
    return rows.select(*like.columns)


def _wholes_of(owed: Table, listed: Table) -> Table:
    """The classes and modules that are owed by what lies beneath them from now on: a list of this run names it."""
    wholes = keys_of(owed.filter(nw.col("collection")))
    return keys_table([key for key in wholes if len(beneath(listed, key, Scope.COLLECTION))], owed)


def _without_wholes(table: Table) -> Table:
    """The ledger without classes and modules of which tests are known: these are owed."""
    wholes = [key for key in keys_of(table.filter(nw.col("collection"))) if len(beneath(table, key, Scope.COLLECTION))]
    return _without(table, keys_table(wholes, table)) if wholes else table


def proves_absence(results: RunResults, key: TestKey, covered: Collection[Pair]) -> bool:
    """True where the collected lists of the test's source and variant are all there and leave no room for it.

    Each of them must have been able to name it: none left tests out on purpose, none broke where the test would stand.
    """
    pair = key.source, key.variant
    lists = [one for one in results.lists if (one.source, one.variant) == pair]
    dotted = f"{key.group}.{key.name}" if key.group else key.name
    if pair not in covered or any(one.deselected for one in lists):
        return False
    if any(_under(dotted, prefix) for one in lists for prefix in one.unreliable):
        return False
    partial = [one for one in lists if one.partial]
    return not partial or any(_under(dotted, module) for one in partial for module in one.modules)


def _under(dotted: str, prefix: str) -> bool:
    return dotted == prefix or dotted.startswith(tuple(prefix + joint for joint in JOINTS))
