"""Treemaps: the paper's example, and what holds of every one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some
from tests.tries import tries

from readiness.render.charts import Box, squarified


def test_the_example_of_the_paper() -> None:
    """Sizes 6, 6, 4, 3, 2, 2, 1 in a rectangle of 6 by 4."""
    found = squarified([6, 6, 4, 3, 2, 2, 1], 6, 4)
    assert found[:2] == [Box(0, 0, 3, 2), Box(0, 2, 3, 2)]
    assert [round(box.width * box.height, 9) for box in found] == [6, 6, 4, 3, 2, 2, 1]
    assert [round(box.height, 3) for box in found[2:]] == [2.333, 2.333, 1.667, 1.667, 1.667]
    assert squarified([], 6, 4) == []


@tries(60)
@given(some.lists(some.floats(0.01, 1000), min_size=1, max_size=13), some.floats(1, 100), some.floats(1, 100))
def test_boxes_are_as_large_as_their_sizes_and_fill_the_whole_without_overlap(
    sizes: list[float], width: float, height: float
) -> None:
    sizes.sort(reverse=True)
    found = squarified(sizes, width, height)
    scale = width * height / sum(sizes)
    assert [box.width * box.height for box in found] == pytest.approx([size * scale for size in sizes])
    near = 1e-6 * max(width, height)
    for at, box in enumerate(found):
        assert -near <= box.left <= box.left + box.width <= width + near
        assert -near <= box.top <= box.top + box.height <= height + near
        for other in found[:at]:
            apart = other.left + other.width <= box.left + near or box.left + box.width <= other.left + near
            assert apart or other.top + other.height <= box.top + near or box.top + box.height <= other.top + near
