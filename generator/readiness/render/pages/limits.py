"""Limits of criteria on charts: as dashed lines, as labels, and as a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from readiness.phrases.wording import Sentence, say
from readiness.render.pages.figures import BAD, amount, drawn, note


@dataclass(frozen=True, slots=True)
class Limit:
    """What a criterion requires of a value, in the value's own unit (percent for rates)."""

    value: Fraction
    direction: Literal["at_least", "at_most", "equals"]
    advisory: bool = False

    @property
    def word(self) -> str:
        """The direction in words."""
        return {"at_least": "at least", "at_most": "at most", "equals": "exactly"}[self.direction]

    def holds(self, value: Fraction) -> bool:
        """True where the value is within the limit, compared exactly."""
        if self.direction == "equals":
            return value == self.value
        return value >= self.value if self.direction == "at_least" else value <= self.value


def limit_lines(limits: Iterable[Limit]) -> list[dict[str, Any]]:
    """A dashed line across the chart for each limit."""
    stroke = {"color": BAD, "width": 1, "dash": "4px,3px"}
    found = dict.fromkeys(drawn(limit.value) for limit in limits)
    return [
        {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": value, "y1": value, "line": stroke}
        for value in found
        if value is not None
    ]


def limit_notes(limits: Iterable[Limit], unit: str, values: Sequence[float | None]) -> list[dict[str, Any]]:
    """The labels of the limits; those of one value stand in one label."""
    texts: dict[float, list[str]] = {}
    for limit in limits:
        value = drawn(limit.value)
        if value is not None:
            advisory = " (advisory)" if limit.advisory else ""
            texts.setdefault(value, []).append(f"{limit.word} {amount(limit.value, unit)}{advisory}")
    return [_limit_note(value, ", ".join(dict.fromkeys(told)), values) for value, told in texts.items()]


def _limit_note(limit: float, text: str, values: Sequence[float | None]) -> dict[str, Any]:
    """At the end of the limit's line that is farther from the values, on the side where they are not."""
    reach = max(1, len(values) // 3)
    left, right = ([value for value in end if value is not None] for end in (values[:reach], values[-reach:]))
    side, near = max(
        (("left", left), ("right", right)), key=lambda end: min((abs(v - limit) for v in end[1]), default=0)
    )
    above = not near or sum(near) / len(near) <= limit
    place = {"xref": "paper", "xanchor": side, "yanchor": "bottom" if above else "top"}
    return note(0, limit, text, BAD, **place) | {"x": 0 if side == "left" else 1}


def required(limits: Sequence[Limit], values: Sequence[Fraction | None], unit: str, name: str = "") -> Sentence | None:
    """`Required: at most 60 s, held by 20 of 21 runs.`, for every limit; None where there is none, or no value."""
    known = [value for value in values if value is not None]
    if not limits or not known:
        return None
    demands = tuple(
        say(
            "limit_held",
            name=name,
            bound=limit.word,
            limit=amount(limit.value, unit),
            advisory=limit.advisory,
            held=sum(limit.holds(value) for value in known),
            runs=len(values),
        )
        for limit in limits
    )
    return say("limits_held", demands=demands, without=len(values) - len(known))
