"""Limits of criteria on charts: as dashed lines, as labels, and as a sentence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import plotly.graph_objects as go

from readiness.phrases import Sentence, say
from readiness.render.charts.figure import amount, drawn, plain
from readiness.render.charts.look import BAD


@dataclass(frozen=True, slots=True)
class Limit:
    """What a criterion requires of a value, in the value's own unit (percent for rates)."""

    value: Fraction
    direction: Literal["at_least", "at_most", "equals"]
    advisory: bool = False

    def told(self, unit: str) -> str:
        """`at most 60 s (advisory)`."""
        told = say("limit", direction=self.direction, amount=amount(self.value, unit))
        return say("advisory", what=told) if self.advisory else told

    def holds(self, value: Fraction) -> bool:
        """True where the value is within the limit, compared exactly."""
        if self.direction == "equals":
            return value == self.value
        return value >= self.value if self.direction == "at_least" else value <= self.value


def draw_limits(chart: go.Figure, limits: Iterable[Limit], unit: str, values: Sequence[float | None]) -> None:
    """A dashed line across the chart for each limit; those of one value stand in one label."""
    texts: dict[float, list[str]] = {}
    for limit in limits:
        if (value := drawn(limit.value)) is not None:
            texts.setdefault(value, []).append(limit.told(unit))
    for value, told in texts.items():
        text = plain(", ".join(dict.fromkeys(told)))
        place = _clear_of(values, value)
        chart.add_hline(value, annotation_text=text, annotation_position=place, annotation_font_color=BAD)


def _clear_of(values: Sequence[float | None], limit: float) -> str:
    """The end of the limit's line that is farther from the values, on the side where they are not."""
    reach = max(1, len(values) // 3)
    left, right = ([value for value in end if value is not None] for end in (values[:reach], values[-reach:]))
    side, near = max(
        (("left", left), ("right", right)), key=lambda end: min((abs(v - limit) for v in end[1]), default=0)
    )
    return f"{'top' if not near or sum(near) / len(near) <= limit else 'bottom'} {side}"


def required(limits: Sequence[Limit], values: Sequence[Fraction | None], unit: str, name: str = "") -> Sentence | None:
    """`Required: at most 60 s, held by 20 of 21 runs.`, for every limit; None where there is none, or no value."""
    known = [value for value in values if value is not None]
    if not limits or not known:
        return None
    demands = tuple(
        say(
            "limit_held",
            name=name,
            bound=limit.direction,
            limit=amount(limit.value, unit),
            advisory=limit.advisory,
            held=sum(limit.holds(value) for value in known),
            runs=len(values),
        )
        for limit in limits
    )
    return say("limits_held", demands=demands, without=len(values) - len(known))
