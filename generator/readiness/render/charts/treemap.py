"""A squarified treemap: rectangles as large as what they stand for, and as near to squares as that goes."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, in the unit of the whole."""

    left: float
    top: float
    width: float
    height: float


def squarified(sizes: Sequence[float], width: float, height: float) -> list[Box]:
    """A box for each size, which are positive, the largest first; together they fill the whole.

    M. Bruls, K. Huizing and J. van Wijk, Squarified treemaps (2000): rows are filled along the shorter side, as long as
    that makes the longest box of the row no longer.
    """
    scale = width * height / sum(sizes) if sizes else 0.0
    areas, found, left, top = [size * scale for size in sizes], list[Box](), 0.0, 0.0
    while areas:
        side = min(width, height)
        count = 1
        while count < len(areas) and _longest(areas[: count + 1], side) <= _longest(areas[:count], side):
            count += 1
        depth, at, upright = sum(areas[:count]) / side, 0.0, width >= height
        for area in areas[:count]:
            along = area / depth
            found.append(Box(left, top + at, depth, along) if upright else Box(left + at, top, along, depth))
            at += along
        if upright:
            left, width = left + depth, width - depth
        else:
            top, height = top + depth, height - depth
        del areas[:count]
    return found


def _longest(row: Sequence[float], side: float) -> float:
    """The longest side of a row's boxes, by the shorter one."""
    total = sum(row)
    return max(side * side * max(row) / (total * total), total * total / (side * side * min(row)))
