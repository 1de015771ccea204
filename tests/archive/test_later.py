"""Which run is later: the chain against an oracle written from the design's sentences, on trees of runs from clones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.version import Version

from readiness.archive import Chain, Link, Manifest, run_digest

ORDERED = ("1.3", "1.4.0", "1.4", "2.0rc1", "2.0")
UNORDERED = ("nightly-7", "main")
FIRST = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Known:
    """A run as the oracle sees it: plain values, links by name."""

    name: str
    version: str
    day: int
    number: int | None
    previous: str | None = None
    supersedes: str | None = None

    def manifest(self) -> Manifest:
        started = FIRST + timedelta(days=self.day)
        return Manifest(
            rules=1,
            id=self.name,
            digest=run_digest(self.version, self.name, ()),
            version=self.version,
            started=started,
            finished=started,
            number=self.number,
            previous=Link(run=self.previous, judgement=1) if self.previous else None,
            supersedes=self.supersedes,
            inputs=(),
        )


Runs = Mapping[str, Known]


def place(runs: Runs, name: str) -> Known:
    """A superseding run stands at the place of the run it replaces."""
    run = runs[name]
    return place(runs, run.supersedes) if run.supersedes else run


def is_replaced(runs: Runs, name: str) -> bool:
    return any(run.supersedes == name for run in runs.values())


def follows(runs: Runs, one: Known, other: Known) -> bool:
    """One place follows another by recorded links, directly or not."""
    return one.previous is not None and (
        place(runs, one.previous) == other or follows(runs, place(runs, one.previous), other)
    )


def past(runs: Runs, one: Known) -> int:
    return 1 + past(runs, place(runs, one.previous)) if one.previous else 0


def later(runs: Runs, one: str, other: str) -> bool:
    """What follows by recorded links, else what started later, else what was archived later."""
    a, b = place(runs, one), place(runs, other)
    if follows(runs, a, b) or follows(runs, b, a):
        return follows(runs, a, b)
    if a.day != b.day:
        return a.day > b.day
    if a.number is None and b.number is None:
        # Written before there were numbers: the longer past, then the id.
        return (past(runs, a), a.name) > (past(runs, b), b.name)
    return (a.number or 0) > (b.number or 0)


def last(runs: Runs, names: Sequence[str]) -> set[str]:
    """The runs of which no other one is later."""
    return {name for name in names if not any(later(runs, other, name) for other in names)}


def order(version: str) -> Version | None:
    return None if version in UNORDERED else Version(version)


def followed(runs: Runs, version: str, day: int) -> set[str]:
    """The latest run started before it, not superseded, of the highest version not above its own."""
    own = order(version)
    able = [one for one in runs.values() if one.day <= day and not is_replaced(runs, one.name)]
    if own is None:
        return last(runs, [one.name for one in able if order(one.version) is None])
    lower = {one.name: found for one in able if (found := order(one.version)) is not None and found <= own}
    highest = max(lower.values(), default=None)
    return last(runs, [name for name, found in lower.items() if found == highest])


def now(runs: Runs, version: str | None = None) -> set[str]:
    """The latest run of a release, else of the highest version; what cannot be ordered comes last."""
    standing = [one for one in runs.values() if not is_replaced(runs, one.name)]
    if version is not None:
        return last(runs, [one.name for one in standing if one.version == version])
    highest = max((found for one in standing if (found := order(one.version)) is not None), default=None)
    return last(runs, [one.name for one in standing if order(one.version) == highest])


def archived_last(runs: Runs) -> set[str]:
    """The run archived last, at its place; of runs of one number the later of each release."""
    standing = [one.name for one in runs.values() if not is_replaced(runs, one.name)]
    top = max(place(runs, name).number or 0 for name in standing)
    if not top:
        return last(runs, standing)
    ties = [name for name in standing if place(runs, name).number == top]
    versions = {runs[name].version for name in ties}
    return {
        found for version in versions for found in last(runs, [name for name in ties if runs[name].version == version])
    }


@st.composite
def archives(draw: st.DrawFn) -> dict[str, Known]:
    """An archive as runs come in any order of their starts, now and then in two clones that are merged again.

    Some were archived by a version that recorded no numbers.
    """
    numbered = False
    clones: list[dict[str, Known]] = [{}]
    for step in range(draw(st.integers(1, 9))):
        if len(clones) == 1 and draw(st.booleans()):
            clones.append(dict(clones[0]))
        elif len(clones) == 2 and draw(st.integers(0, 2)) == 0:
            clones = [clones[0] | clones[1]]
        runs = draw(st.sampled_from(clones))
        numbered = numbered or draw(st.booleans())
        number = 1 + max((one.number or 0 for one in runs.values()), default=0) if numbered else None
        standing = sorted(name for name in runs if not is_replaced(runs, name))
        name = f"20250101T000000Z-{draw(st.integers(0, 0xFFFF)):04x}{step:08x}"
        if standing and draw(st.integers(0, 3)) == 0:
            old = runs[draw(st.sampled_from(standing))]
            runs[name] = replace(old, name=name, number=number, supersedes=old.name)
            continue
        version, day = draw(st.sampled_from((*ORDERED, *UNORDERED))), draw(st.integers(0, 3))
        before = sorted(followed(runs, version, day))
        chosen = draw(st.sampled_from(before)) if before else None
        runs[name] = Known(name, version, day, number, chosen)
    return clones[0] | clones[-1]


@given(archives(), st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_the_order_is_that_of_the_design(runs: dict[str, Known], random: object) -> None:
    """In whatever order the manifests are read."""
    names = sorted(runs)
    random.shuffle(names)  # type: ignore[attr-defined]
    chain = Chain(runs[name].manifest() for name in names)
    for version in (*ORDERED, *UNORDERED):
        assert set(chain.latest(version)) == now(runs, version)
        for day in range(4):
            assert set(chain.predecessors(version, FIRST + timedelta(days=day))) == followed(runs, version, day)
    assert set(chain.latest()) == now(runs)
    assert set(chain.archived_last()) == archived_last(runs)
    assert chain.number == max(one.number or 0 for one in runs.values())
    for name in runs:
        beside = [one for one in runs if not is_replaced(runs, one) and runs[one].version == runs[name].version]
        alike = {one for one in beside if not later(runs, one, name) and not later(runs, name, one)}
        assert set(chain.siblings(name)) == alike
        under = {one for one in runs if not is_replaced(runs, one) and name in _replaced_by(runs, one)}
        assert set(chain.standing(name)) == under


def _replaced_by(runs: Runs, name: str) -> set[str]:
    """The run, and what it replaces."""
    above = runs[name].supersedes
    return {name} | (_replaced_by(runs, above) if above else set())


@given(archives())
@settings(max_examples=200, deadline=None)
def test_an_unordered_version_never_precedes_an_ordered_one(runs: dict[str, Known]) -> None:
    chain = Chain(run.manifest() for run in runs.values())
    for version in (*ORDERED, *UNORDERED, "nightly-8", "9.9"):
        before = chain.predecessors(version, FIRST + timedelta(days=9))
        assert {order(runs[name].version) is None for name in before} <= {version.startswith(("nightly", "main"))}


def test_links_go_before_clocks() -> None:
    """A run that was made to follow one that started later is later, and so is what comes between in time."""
    runs = (
        Known("a", "1.0", 1, 3, previous="c"),
        Known("b", "1.0", 2, 2, previous=None),
        Known("c", "1.0", 3, 1),
    )
    made = [replace(one, name=_id(one.name), previous=one.previous and _id(one.previous)).manifest() for one in runs]
    assert Chain(made).latest() == (_id("a"),)


def _id(letter: str) -> str:
    return f"20250101T000000Z-{letter * 12}"


def test_a_circle_of_damaged_records_ends() -> None:
    one, other = (
        Known(_id("a"), "1.0", 1, 1, previous=_id("b"), supersedes=_id("b")),
        Known(_id("b"), "1.0", 1, 2, previous=_id("a"), supersedes=_id("a")),
    )
    chain = Chain([one.manifest(), other.manifest()])
    assert chain.latest()
    assert chain.standing(_id("a"))


def test_a_version_of_thousands_of_digits_cannot_be_ordered() -> None:
    chain = Chain([Known(_id("a"), "9" * 5_000, 1, 1).manifest()])
    assert chain.latest() == (_id("a"),)
    assert chain.predecessors("1.0", FIRST + timedelta(days=9)) == ()
