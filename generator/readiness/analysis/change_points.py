"""Change points: the runs at which a series of measurements changed its level for good, confirmed ones only.

Candidates by ranks on intervals (Kovács, Bühlmann, Li and Munk, Seeded binary segmentation, Biometrika 110, 2023), of
which a fit of medians with an L1 cost and a penalty as BIC has it chooses; confirmed by the test of Mann and Whitney
(1947), exact where a side is short, and by the likelihood ratio of a first-order process with and without the changes,
both for all places tried; false discovery by Benjamini and Hochberg (1995). docs/guide/statistics.md tells it, and what
it does not see.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, islice, pairwise
from math import asin, comb, exp, inf, log, sqrt
from statistics import NormalDist, median

from readiness.analysis.beta import beta_cdf
from readiness.analysis.histories import LETTERS, Histories, History
from readiness.model import Outcome, TestKey

LEAST = 3
"""Runs on each side."""
EFFECT = 0.05
"""The smallest change, as a share of the level before; of a rate, of what it lacked to 100 %."""
POINTS = 0.005
"""The smallest change of a rate."""
ALONE, FALSE = 0.007, 0.05
"""How improbable a change must be in its series, and the share of false ones among those of a family of series."""
FEWEST = 2 * LEAST
"""Runs with a value that a series needs."""
RECENT = 200
"""Runs up to now over which the times of tests are looked at: a further run costs the same after any history."""
SMALLEST_S = 0.01
"""The smallest change of a test's time: below it, clocks and schedulers are measured."""

_SCREEN, _SHORTEST = 6.0, 8
_PENALTY = 1.0
_CORRELATIONS = tuple(at / 20 for at in range(17))
_FAR = 8.0
"""Standard deviations that noise does not wander."""
_DRAWN = 3.5
"""Standard deviations from the level to which outliers are drawn in."""
_ALIKE = 5
"""Neighbouring places part nearly the same ranks: so many count as one."""
_EXACT = 20_000
"""Steps up to which the tail of ranks is counted; beyond it, both sides are long and it is nearly normal."""
_NORMAL = NormalDist()
_PASSED = LETTERS[Outcome.PASSED]
_HUGEST = 1e150


@dataclass(frozen=True, slots=True)
class Change:
    """A series changed its level between two runs, counted from 0."""

    last: int
    """The last run with a value of the level before."""
    first: int
    """The run at which it changed: the first with a value of the level after."""
    before: float
    """The level, a median; a rate is 0 to 1."""
    after: float
    runs_before: int
    """Runs with a value on the level before, up to the change before this one."""
    runs_after: int
    p: float
    """How probable noise alone makes it at most."""

    @property
    def effect(self) -> float | None:
        """The change as a share of the level before; None where that was 0."""
        return (self.after - self.before) / abs(self.before) if self.before else None


Weigh = Callable[[int, int, int], float]
"""(from, at, to): the least probability of a change there for what ranks do not know; 1 where it is too small."""


def level_changes(values: Sequence[float | None], smallest: float = 0.0) -> tuple[Change, ...]:
    """The changes of one series, each improbable by itself; `smallest` is in its unit. A run may hold no value.

    Linear in the runs but for a logarithm, and with the square of the places at which levels may change: 2,000 runs
    take 0.1 s where few levels hold long, and 7 s where they wander.
    """
    runs = [at for at, value in enumerate(values) if value is not None and abs(value) < _HUGEST]
    known = [float(value) for value in values if value is not None and abs(value) < _HUGEST]

    def weigh(start: int, at: int, end: int) -> float:
        before, after = median(known[start:at]), median(known[at:end])
        by = abs(after - before)
        return 0.0 if by >= smallest and by >= EFFECT * abs(before) else 1.0

    return tuple(_change(runs, known, cut, p) for cut, p in _cuts(known, weigh))


def rate_changes(rates: Sequence[tuple[int, int] | None]) -> tuple[Change, ...]:
    """The same of a rate, (part, whole) of each run: it must also exceed what so few trials scatter.

    Rates are compared as arcsines of their roots, with the dispersion that the runs show, which is never below that of
    independent trials.
    """
    runs = [at for at, rate in enumerate(rates) if rate and rate[1] > 0]
    known = [rate for rate in rates if rate and rate[1] > 0]
    shares = [part / whole for part, whole in known]

    def weigh(start: int, at: int, end: int) -> float:
        levels = median(shares[start:at]), median(shares[at:end])
        if abs(levels[1] - levels[0]) < max(POINTS, EFFECT * (1 - levels[0])):
            return 1.0
        sides = known[start:at], known[at:end]
        scattered = [_scatter(one, level) for side, level in zip(sides, levels, strict=True) for one in side]
        dispersion = max(1.0, _sigma(scattered) ** 2)
        error = sqrt(dispersion / 4 * sum(1 / sum(whole for _, whole in side) for side in sides))
        return _two_sided((_angle(levels[1]) - _angle(levels[0])) / error)

    found = _cuts([_angle(share) for share in shares], weigh)
    return tuple(_change(runs, shares, cut, p) for cut, p in found)


def confirmed(family: Sequence[Sequence[Change]]) -> list[tuple[Change, ...]]:
    """Of the changes of each series those that stand when all series are looked at together."""
    known = sorted(change.p for found in family for change in found)
    tried = sum(max(1, len(found)) for found in family)
    limit = max((p for rank, p in enumerate(known, 1) if p <= FALSE * rank / tried), default=-1.0)
    return [tuple(change for change in found if change.p <= limit) for found in family]


def time_changes(found: Histories) -> Mapping[TestKey, tuple[Change, ...]]:
    """The tests whose time changed its level in the `RECENT` runs, all of them one family."""
    family = [_times(one) for one in found.tests.values()]
    told = zip(found.tests, confirmed([level_changes(times, SMALLEST_S) for times in family]), strict=True)
    return {key: changes for key, changes in told if changes}


def _times(history: History) -> list[float | None]:
    """Of the runs that it passed: a failure may end a test early or late. What never varies enough is left out."""
    older = max(0, len(history.strip) - RECENT)
    recent = zip(history.strip[older:], history.times[older:], strict=True)
    passed = [None] * older + [time if letter == _PASSED else None for letter, time in recent]
    known = [time for time in passed if time is not None]
    return passed if known and max(known) - min(known) >= SMALLEST_S else []


def _change(runs: Sequence[int], known: Sequence[float], cut: tuple[int, int, int], p: float) -> Change:
    start, at, end = cut
    levels = median(known[start:at]), median(known[at:end])
    return Change(runs[at - 1], runs[at], *levels, at - start, end - at, p)


def _cuts(known: Sequence[float], weigh: Weigh) -> list[tuple[tuple[int, int, int], float]]:
    """((from, at, to), p) of each change: the least certain goes, until each stands against its neighbours."""
    noise = _noise(known) if len(known) >= FEWEST else 0.0
    candidates = sorted(_parting(known) | _steps(known, noise)) if noise else []
    ends = _fit(known, noise, candidates) if candidates else []
    while len(ends) > 1:
        cuts = [*zip([0, *ends], ends, ends[1:], strict=False)]
        told = [_probability(known, cut, weigh) for cut in cuts]
        worst = max(range(len(cuts)), key=told.__getitem__)
        if told[worst] <= ALONE and _together(known, ends) <= ALONE:
            return [*zip(cuts, told, strict=True)]
        del ends[worst]
        for at, end in enumerate(ends[1:]):
            start = ends[at - 1] if at else 0
            within = [place for place in candidates if start + LEAST <= place <= end - LEAST]
            ends[at] = min(within, key=lambda place: _cost(known[start:place]) + _cost(known[place:end]))
    return []


def _noise(known: Sequence[float]) -> float:
    """The standard deviation of the noise, from steps between neighbours: a level shifts one, a spike two of them."""
    steps = sorted(abs(after - before) for before, after in pairwise(known))
    lower = steps[: max(1, len(steps) * 3 // 4)]
    # Of normal noise, three quarters of the steps are 0.735 standard deviations on average.
    return sum(lower) / len(lower) / 0.735 or sum(steps) / len(steps)


def _parting(known: Sequence[float]) -> set[int]:
    """Where ranks part best, in the whole and in its halves, quarters …, each overlapping the next by half."""
    order = {value: rank for rank, value in enumerate(sorted(set(known)))}
    ranks, found = [order[value] for value in known], set()
    length = len(ranks)
    while length >= min(_SHORTEST, len(ranks)):
        starts = range(0, len(ranks) - length, max(1, length // 2))
        for start in (*starts, len(ranks) - length):
            if at := _parted(ranks[start : start + length]):
                found.add(start + at)
        length //= 2
    return found


def _steps(known: Sequence[float], noise: float) -> set[int]:
    """Where the medians of three neighbours make the largest step around: in a series that drifts ranks part midway."""
    medians = [sorted(known[at : at + 3])[1] for at in range(len(known) - 2)]
    steps = [abs(after - before) for before, after in zip(medians, medians[3:], strict=False)]
    tops = (at for at, step in enumerate(steps) if step > 3 * noise and step == max(steps[max(0, at - 2) : at + 3]))
    return {at + LEAST for at in tops}


def _parted(ranks: Sequence[int]) -> int:
    """Where the ranks on both sides differ most; 0 where nowhere by more than noise often does."""
    size, ordered = len(ranks), sorted(ranks)
    places = range(1 - size, size, 2)
    middle = dict(zip(ordered, places, strict=True))  # of equal ones the last
    if len(middle) < size:
        first = dict(zip(reversed(ordered), reversed(places), strict=True))
        middle = {rank: (first[rank] + last) // 2 for rank, last in middle.items()}
    totals = islice(accumulate(map(middle.__getitem__, ranks[: size - LEAST])), LEAST - 1, None)
    apart = [total * total / pairs for total, pairs in zip(totals, _pairs(size), strict=True)]
    best = max(apart, default=0.0)
    return apart.index(best) + LEAST if best * 3 > _SCREEN * (size + 1) else 0


@lru_cache(1024)
def _pairs(size: int) -> tuple[int, ...]:
    """How many pairs of a value before and one after there are, at each place that leaves enough on both sides."""
    return tuple(at * (size - at) for at in range(LEAST, size - LEAST + 1))


def _fit(known: Sequence[float], noise: float, candidates: Sequence[int]) -> list[int]:
    """The ends of the segments that are dear least: deviations from medians, and a penalty for each segment."""
    places, penalty = [0, *candidates, len(known)], _PENALTY * log(len(known))
    costs, came = [0.0, *[inf] * (len(places) - 1)], [0] * len(places)
    for to, end in enumerate(places[1:], 1):
        for start_at, start in enumerate(places[:to]):
            if end - start >= LEAST:
                cost = costs[start_at] + penalty + _cost(known[start:end]) / noise
                if cost < costs[to]:
                    costs[to], came[to] = cost, start_at
    ends, at = [], len(places) - 1
    while at:
        ends.append(places[at])
        at = came[at]
    return ends[::-1]


def _cost(part: Sequence[float]) -> float:
    level = median(part)
    return sum(abs(value - level) for value in part)


def _sigma(rest: Sequence[float]) -> float:
    """A standard deviation that outliers do not move."""
    sizes = [abs(value) for value in rest]
    return 1.4826 * median(sizes) or sum(sizes) / len(sizes)


def _probability(known: Sequence[float], cut: tuple[int, int, int], weigh: Weigh) -> float:
    """How probable noise makes a change there: the largest of three answers, each for all places."""
    start, at, end = cut
    sides, places = (known[start:at], known[at:end]), len(known) - FEWEST + 1
    least = max(places * weigh(*cut), places / _ALIKE * _mann_whitney(*sides))
    return min(1.0, least if least > ALONE else max(least, places * _correlated(*sides)))


def _together(known: Sequence[float], ends: Sequence[int]) -> float:
    """How probable correlated noise alone makes all changes: it wanders there and back more easily than to one side."""
    if len(ends) == 2:
        return 0.0
    parts = [known[start:end] for start, end in pairwise((0, *ends))]
    likely = _correlated(*parts)
    # In logarithms: many changes have more choices of places than a float holds.
    return exp(min(0.0, log(comb(len(known) - FEWEST + 1, len(parts) - 1)) + log(likely))) if likely else 0.0


def _correlated(*parts: Sequence[float]) -> float:
    """How probable noise alone makes levels that differ so, if it is a first-order process.

    The ratio of the likelihoods of one level and of a level for each part, each with the correlation that suits it
    best, as the F test has it. Outliers are drawn in.
    """
    levels = [median(part) for part in parts]
    rest = [value - level for part, level in zip(parts, levels, strict=True) for value in part]
    sigma, changes = _sigma(rest), len(parts) - 1
    if all(abs(after - before) > _FAR * sigma for before, after in pairwise(levels)):
        return 0.0
    # In standard deviations: the squares of tiny values are 0.
    drawn = [
        [(level - levels[0]) / sigma + max(-_DRAWN, min(_DRAWN, (value - level) / sigma)) for value in part]
        for part, level in zip(parts, levels, strict=True)
    ]
    joined = [value for part in drawn for value in part]
    # Fitted are the levels, the places of the changes, the correlation and the size of the noise.
    freedom = len(joined) - 2 * changes - 3
    if freedom < 1:
        return 1.0
    better = exp(min(0.0, _misfit(drawn) - _misfit([joined])) / len(joined))
    return beta_cdf(better, freedom / 2, changes / 2)


def _misfit(parts: Sequence[Sequence[float]]) -> float:
    """Minus twice the logarithm of the likelihood, but for a constant, with the correlation from 0 that suits best."""
    size = sum(map(len, parts))
    return min(
        size * log(sum(_squares(part, correlation) for part in parts) / size) - len(parts) * log(1 - correlation**2)
        for correlation in _CORRELATIONS
    )


def _squares(part: Sequence[float], correlation: float) -> float:
    """The squares of what a run does not have from the run before it, around the level that makes them least."""
    first, other = sqrt(1 - correlation**2), 1 - correlation
    fresh = [first * part[0], *(value - correlation * before for before, value in pairwise(part))]
    projected = first * fresh[0] + other * sum(fresh[1:])
    return sum(value * value for value in fresh) - projected * projected / (first**2 + (len(part) - 1) * other**2)


def _mann_whitney(before: Sequence[float], after: Sequence[float]) -> float:
    """Two-sided."""
    one, other, ordered = len(before), len(after), sorted(after)
    doubled = sum(bisect_left(ordered, value) + bisect_right(ordered, value) for value in before)
    least = min(doubled, 2 * one * other - doubled)
    if min(one, other) * least <= 2 * _EXACT:
        return min(1.0, 2 * _tail(*sorted((one, other)), (least + 1) // 2))
    return _two_sided(max(0.0, one * other - least - 1) / 2 / sqrt(one * other * (one + other + 1) / 12))


@lru_cache(4096)
def _tail(fewer: int, more: int, most: int) -> float:
    """P(U <= most) where there is no difference: coefficients of a Gaussian binomial, by its product."""
    ways = [1] + [0] * most
    for size in range(1, fewer + 1):
        for at in range(most, more + size - 1, -1):
            ways[at] -= ways[at - more - size]
        for at in range(size, most + 1):
            ways[at] += ways[at - size]
    return sum(ways) / comb(fewer + more, fewer)


def _two_sided(z: float) -> float:
    return 2 * _NORMAL.cdf(-abs(z))


def _angle(share: float) -> float:
    return asin(sqrt(share))


def _scatter(rate: tuple[int, int], level: float) -> float:
    """How many standard errors of independent trials a rate is away from a level."""
    part, whole = rate
    level = min(max(level, 0.5 / whole), 1 - 0.5 / whole)
    return (part - whole * level) / sqrt(whole * level * (1 - level))
