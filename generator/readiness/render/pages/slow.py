"""Where the time of the tests goes in the latest run, and what takes longer than in the baseline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite

from readiness import numbers
from readiness.analysis import LETTERS, NO_RESULT, Pace, pace
from readiness.model import Outcome
from readiness.phrases import Sentence, say
from readiness.render.charts import Box, squarified
from readiness.render.pages.context import Here, Linked
from readiness.render.pages.tested import Tested
from readiness.render.pages.truncated import Truncated, first

ROWS, BOXES = 20, 12
"""Areas in the table; areas, and classes of each, in the drawing."""
_LEAST = 0.01
"""The share of the whole, or of its area, that is drawn by itself."""
_ROOMY = 0.05
"""The share of an area that has room for its classes."""
WIDTH, HEIGHT = 100.0, 50.0
"""Of the drawing, in any unit."""
_PASSED = LETTERS[Outcome.PASSED]


@dataclass(frozen=True)
class TimeRow:
    """The time that the tests of an area took."""

    area: str
    time: str
    share: str
    tests: str
    pace: str
    """How much longer a typical test takes than in the baseline; empty where that is not known."""
    kind: str
    """`slower`, `faster`, or empty."""


@dataclass(frozen=True)
class TimeBox:
    """An area in the drawing, or a class in it; places in percent of what it lies in."""

    name: str
    short: str
    """Its last part, which fits in."""
    time: str
    pace: str
    """Where a typical test is slower or faster, by how much."""
    place: str
    """As CSS."""
    kind: str
    inside: Sequence[TimeBox] = ()


@dataclass(frozen=True)
class SlowView:
    """Where the time goes."""

    says: Sentence
    baseline: Linked | None
    """What the tests are compared with."""
    rows: Truncated[TimeRow]
    boxes: Sequence[TimeBox]
    has_classes: bool
    """True where boxes lie in others."""


@dataclass(frozen=True)
class _Part:
    name: str
    tests: Sequence[Tested]
    seconds: float
    pace: Pace | None

    @property
    def kind(self) -> str:
        if self.pace is None or not self.pace.differs:
            return ""
        return "slower" if self.pace.ratio > 1 else "faster"


def slow_view(here: Here) -> SlowView | None:
    """The tests of the latest run by area and class; None where it says of none how long it took."""
    line, now = here.site.tested, here.site.now
    if line is None or now is None:
        return None
    timed = [one for one in line.tests if one.time_s and isfinite(one.time_s)]
    if not timed:
        return None
    runs = [report.run.id for report in here.site.chain]
    at = runs.index(now.baseline.run) if now.baseline and now.baseline.run in runs else None
    whole = _part("", timed, at)
    areas = _parts(timed, lambda one: one.area, at)
    compared, boxes = whole.pace, [*_boxes(areas, WIDTH, HEIGHT, at, nested=True)]
    return SlowView(
        says=say(
            "time_lead",
            tests=len(timed),
            of=sum(one.now not in NO_RESULT for one in line.tests),
            version=now.run.version,
            time=_seconds(whole.seconds),
            pace=_pace(compared) if compared else "",
            compared=compared.tests if compared else 0,
            differs=bool(compared and compared.differs),
        ),
        baseline=None if at is None else here.report(here.site.chain[at]),
        rows=first(areas, ROWS).of(lambda area: _row(area, whole.seconds)),
        boxes=boxes if len(boxes) > 1 or any(box.inside for box in boxes) else (),
        has_classes=any(box.inside for box in boxes),
    )


def _parts(tests: Iterable[Tested], by: Callable[[Tested], str], at: int | None) -> list[_Part]:
    """The tests in parts, that which took longest first."""
    groups: dict[str, list[Tested]] = defaultdict(list)
    for one in tests:
        groups[by(one)].append(one)
    parts = (_part(name, inside, at) for name, inside in groups.items())
    return sorted(parts, key=lambda part: (-part.seconds, part.name))


def _part(name: str, tests: Sequence[Tested], at: int | None) -> _Part:
    pairs = [pair for one in tests if at is not None for pair in _pair(one, at)]
    return _Part(name, tests, sum(one.time_s or 0.0 for one in tests), pace(pairs))


def _pair(one: Tested, at: int) -> Iterator[tuple[float, float]]:
    """(then, now) of a test that passed both times: a failure may end it early or late."""
    strip, times = one.history.strip, one.history.times
    then, now = times[at], times[-1]
    if strip[at] == strip[-1] == _PASSED and then is not None and now is not None:
        yield then, now


def _row(area: _Part, seconds: float) -> TimeRow:
    return TimeRow(
        area=area.name,
        time=_seconds(area.seconds),
        share=numbers.percent(Fraction(area.seconds) / Fraction(seconds) * 100),
        tests=numbers.number(len(area.tests)),
        pace=_pace(area.pace) if area.pace else "",
        kind=area.kind,
    )


def _boxes(parts: Sequence[_Part], width: float, height: float, at: int | None, *, nested: bool) -> Iterator[TimeBox]:
    """The parts as boxes; what is small is one of its own, the last. None where that takes most of the time."""
    whole = sum(part.seconds for part in parts)
    large = [part for part in parts if part.seconds >= _LEAST * whole][:BOXES]
    large = list(parts) if len(parts) == len(large) + 1 else large
    if 2 * sum(part.seconds for part in large) < whole:
        return
    shown: list[tuple[str, float, _Part | None]] = [(part.name, part.seconds, part) for part in large]
    if rest := parts[len(large) :]:
        shown.append((say("time_of_others", count=len(rest)), sum(part.seconds for part in rest), None))
    shown.sort(key=lambda one: -one[1])
    for (name, seconds, part), box in zip(shown, squarified([one[1] for one in shown], width, height), strict=True):
        roomy = nested and box.width * box.height >= _ROOMY * width * height
        classes = _parts(part.tests, lambda one: one.key.place, at) if part and roomy else []
        inside = [*_boxes(classes, box.width, box.height, at, nested=False)] if len(classes) > 1 else []
        kind = part.kind if part else ""
        told = _pace(part.pace) if part and part.pace and kind else ""
        short = name.rpartition(".")[2] if part and " " not in name else name
        yield TimeBox(name, short, _seconds(seconds), told, _place(box, width, height), kind, inside)


def _place(box: Box, width: float, height: float) -> str:
    sides = ("left", box.left / width), ("top", box.top / height), ("width", box.width / width)
    return ";".join(f"{name}:{100 * part:.2f}%" for name, part in (*sides, ("height", box.height / height)))


def _pace(found: Pace) -> str:
    """`+12 %`, rounded."""
    by = round(100 * (found.ratio - 1))
    return f"{'−' if by < 0 else '+'}{numbers.number(abs(by))} %" if by else "0 %"


def _seconds(time: float) -> str:
    return numbers.amount(Fraction(f"{time:.3g}"), "s")
