"""The tests page: every test by every run as the script shows it, and the tests that matter as tables."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from readiness import phrases
from readiness.analysis import ABSENT, FAILED, LETTERS, NO_RESULT
from readiness.numbers import capital
from readiness.phrases import Sentence, say
from readiness.render.pages import routes
from readiness.render.pages.assets import explorer
from readiness.render.pages.context import Here, Linked
from readiness.render.pages.flakes import last_failure
from readiness.render.pages.inert import Whole
from readiness.render.pages.status import Status
from readiness.render.pages.tested import Tested, TestedLine
from readiness.render.pages.truncated import Truncated, first
from readiness.report import Report

ROWS, ROWS_OF_A_VERSION = 50, 20
"""Tests in each table; the site of one version is kept small."""

_SAID = (
    *("run", "result", "area", "owner", "variant", "source", "outcome", "runs", "time", "failures"),
    *("first_failure", "last_failure", "blockers", "flaky", "rate", "history", "times", "variants", "none"),
    *("copy", "copied", "not_copied", "close", "shown", "nothing", "unknown", "not_loaded", "failures_of"),
    *("span", "range", "level", "unlabelled", "no_time", "unassigned"),
    *("failing_since", "together", "together_of", "before"),
)
"""What the script says: macro `explorer` of each."""
OUTCOMES = {letter: outcome.value for outcome, letter in LETTERS.items()} | {ABSENT: "absent"}
"""Letter of a strip -> what it stands for."""
_KINDS = {"p": "pass", "k": "flaky", "f": "fail", "e": "fail", "s": "skip", "n": "none", ".": "absent"}


@dataclass(frozen=True)
class TestRow:
    """One test in a table."""

    anchor: str
    """Its id; the first row of a test on the page has it."""
    is_first: bool
    name: str
    group: str
    status: Status
    value: Linked
    """Since when, how long, or what says so."""


@dataclass(frozen=True)
class TestTable:
    """Tests that have something in common."""

    kind: str
    """The macro of the heading."""
    head: str
    """What the last column is called."""
    rows: Truncated[TestRow]


@dataclass(frozen=True)
class TestsView:
    """The tests page."""

    lead: Sentence | None
    """How many tests there are in how many runs; None without a run."""
    count: int
    """Of the tests: as many rows as the list has at first."""
    tables: Sequence[TestTable]
    filters: Sequence[str]
    """`area`, `variant`: which of them there are several of."""
    shows: Sequence[tuple[Sentence, Sequence[tuple[str, Sentence]]]]
    """What the list can show, in groups: (heading, (value, words))."""
    outcomes: Sequence[tuple[str, str, str]]
    """(letter, kind, word) of each kind of outcome, for the key and the filter."""
    script: str
    """Address of the script that shows every test by every run."""
    source: str
    """Address of what it shows."""
    csv: str
    """Address of every test as a table; empty in the site of one version."""
    said: str
    """What the script says, as JSON."""


def tests_view(here: Here, _: Report | None) -> tuple[TestsView]:
    """The tests of the line that leads to now."""
    line = here.site.tested
    address = here.site.routes.asset
    tests = line.tests if line else ()
    values = {"area": {one.area for one in tests}, "variant": {one.key.variant for one in tests}}
    filters = [name for name, several in values.items() if len(several) > 1]
    outcomes = {letter: say("outcome", value=value) for letter, value in OUTCOMES.items()}
    view = TestsView(
        lead=_lead(line) if line else None,
        count=len(tests),
        filters=filters,
        shows=[*_shows(line, "variant" in filters)] if line else (),
        tables=_numbered(_tables(here, line)) if line else (),
        outcomes=[(letter, kind, outcomes[letter]) for letter, kind in _KINDS.items()],
        script=address(here.page, explorer().path),
        source=address(here.page, routes.TESTS_DATA),
        csv=address(here.page, routes.TESTS_CSV) if here.site.version is None else "",
        said=Whole(json.dumps({**{name: say("explorer", value=name) for name in _SAID}, **outcomes})),
    )
    return (view,)


def _shows(line: TestedLine, variants: bool) -> Iterator[tuple[Sentence, Sequence[tuple[str, Sentence]]]]:
    """What is asked of the latest run, against the release before, and of all runs."""
    now = ("changed", "flaky", "slow", *(("skipped_everywhere", "differing") if variants else ("skipped",)))
    before = "" if line.since is None else line.chain[line.since].run.version
    groups = {"now": now, "since": ("new", "gone", "slower") if before else (), "ever": ("failed", "once")}
    for group, names in groups.items():
        if names:
            yield say("tests_asked", of=group, version=before), [(name, say("tests_by", value=name)) for name in names]


def _lead(line: TestedLine) -> Sentence:
    first, last = line.chain[0].run.version, line.chain[-1].run.version
    return say("tests_lead", tests=len(line.tests), runs=len(line.chain), first=first, last=last)


def _tables(here: Here, line: TestedLine) -> Iterable[TestTable]:
    chain = line.chain
    rows = ROWS if here.site.version is None else ROWS_OF_A_VERSION

    def linked(at: int | None) -> Linked:
        return Linked("–") if at is None else here.report(chain[at])

    def table(kind: str, head: str, tests: Sequence[Tested], value: Callable[[Tested], Linked]) -> TestTable:
        return TestTable(kind, head, first(tests, rows).of(lambda one: _row(one, value(one))))

    failing = sorted((one for one in line.tests if one.now in FAILED), key=lambda one: (-one.failing_since, one.key))
    silent = [one for one in line.tests if one.now in NO_RESULT]
    silent.sort(key=lambda one: (-1 if one.last_result is None else -one.last_result, one.key))
    owed, gone = ([one for one in silent if (one.now == ABSENT) is absent] for absent in (False, True))
    skipped = [one for one in line.tests if one.is_newly_skipped]
    yield table("failing_now", say("failing_since"), failing, lambda one: linked(one.failing_since))
    yield table("flaky_tests", say("flaky_rate"), line.flakiest, lambda one: _rate(here, one))
    yield table(
        "slowest_tests", say("explorer", value="time"), line.slowest, lambda one: Linked(seconds(one.time_s or 0))
    )
    yield table("newly_skipped_tests", say("last_executed"), skipped, lambda one: linked(len(chain) - 2))
    yield table("tests_without_a_result", say("last_result"), owed, lambda one: linked(one.last_result))
    yield table("no_longer_reported", say("last_result"), gone, lambda one: linked(one.last_result))


def _rate(here: Here, one: Tested) -> Linked:
    """How often it fails by itself, linked to its last failure."""
    if one.flake is None:
        return Linked("")
    rate, last = one.flake.rate, last_failure(here, one.flake)
    told = say("flake_in_short", rate=phrases.share(rate.mean), interval=phrases.interval(rate), version=last.text)
    return Linked(told, last.url)


def seconds(time: float) -> str:
    """`1.23 s`, with three significant digits."""
    return f"{float(f'{time:.3g}'):,} s" if time >= 0.001 else "< 0.001 s"


def _row(one: Tested, value: Linked) -> TestRow:
    kind = {"p": "good", "k": "warn", "f": "bad", "e": "bad"}.get(one.now, "idle")
    return TestRow(
        anchor=one.anchor,
        is_first=False,
        name=one.key.short,
        group=", ".join(filter(None, (one.key.place, one.key.variant))),
        status=Status(kind, capital(say("outcome", value=OUTCOMES[one.now]))),
        value=value,
    )


def _numbered(tables: Iterable[TestTable]) -> Sequence[TestTable]:
    """The tables that have a row, the first row of each test marked: an id stands once on a page."""
    seen: set[str] = set()

    def marked(row: TestRow) -> TestRow:
        is_first = row.anchor not in seen
        seen.add(row.anchor)
        return replace(row, is_first=is_first)

    return tuple(replace(table, rows=table.rows.of(marked)) for table in tables if table.rows)


def of_tests(here: Here, report: Report) -> Sentence:
    """The page's description."""
    line = here.site.tested
    tests = line.tests if line else ()
    return say(
        "preview_tests",
        product=here.site.product,
        version=report.run.version,
        tests=len(tests),
        runs=len(here.site.chain),
        failing=sum(one.now in FAILED for one in tests),
    )
