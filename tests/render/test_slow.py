"""Where the time goes: areas and classes of the latest run, against sums by hand, and compared with the baseline."""

from __future__ import annotations

import html
from dataclasses import replace

import pytest
from tests.scenario import Run, story

from readiness.analysis import History
from readiness.archive import Archive
from readiness.assessment import assess
from readiness.model import TestKey
from readiness.render.pages import tested
from readiness.render.pages.context import Here, SiteContext
from readiness.render.pages.measures import measure_rows
from readiness.render.pages.pages import build_pages
from readiness.render.pages.routes import TRENDS, Routes
from readiness.render.pages.slow import slow_view
from readiness.report import Reports


def of_area(area: str, name: str, count: int, then: float, now: float, strip: str = "pp") -> list[tested.Tested]:
    history = History(strip, (then, now), whole=False)
    keys = (TestKey("tests", "", name, f"t{at}") for at in range(count))
    return [tested.Tested(key, history, area, "", None, ()) for key in keys]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> SiteContext:
    """Two runs of four areas, the first of them the baseline."""
    root = tmp_path_factory.mktemp("slow") / "history"
    story(root, Run("a pass", "1.0"), Run("a pass", "1.1"))
    made = SiteContext(Archive(root), Reports(assess(Archive(root))), Routes())
    assert made.now
    first, now = made.chain
    rows = [
        *of_area("Cart", "cart.TestA", 12, 1.0, 1.5),
        *of_area("Cart", "cart.TestB", 1, 1.0, 1.0),
        *of_area("Mail", "mail.TestA", 20, 0.2, 0.1),
        *of_area("Pay", "pay.TestA", 10, 0.5, 0.5),
        *of_area("Pay", "pay.TestB", 10, 9.0, 30.0, "fp"),  # it did not pass then: no pair
        *(one for at in range(5) for one in of_area(f"Tiny{at}", f"tiny.Test{at}", 1, 0.001, 0.001)),
        *of_area("None", "none.TestA", 2, 1.0, 0.0),
    ]
    made.__dict__["tested"] = tested.TestedLine([first, now], rows, {})
    made.__dict__["now"] = replace(now, baseline=first.judged)
    return made


def test_areas_are_told_by_their_time_with_share_and_pace(site: SiteContext) -> None:
    """12 x 1.5 + 1, 20 x 0.1, 10 x 0.5 + 10 x 30, 5 x 0.001: together 326.005 s."""
    view = slow_view(Here(site, TRENDS))
    assert view
    assert [(row.area, row.time, row.share, row.tests, row.pace, row.kind) for row in view.rows][:4] == [
        ("Pay", "305 s", "93.5 %", "20", "0 %", ""),
        ("Cart", "19 s", "5.8 %", "13", "+50 %", "slower"),
        ("Mail", "2 s", "0.6 %", "20", "−50 %", "faster"),
        ("Tiny0", "0.001 s", "0.0 %", "1", "", ""),
    ]
    assert view.baseline
    assert view.baseline.text == "1.0"
    assert view.says.startswith("In 1.1, 58 of 60 tests with a result took 326 s together. For the others, the files")


def test_what_is_small_is_one_box_and_classes_lie_in_their_area(site: SiteContext) -> None:
    view = slow_view(Here(site, TRENDS))
    assert view
    assert [(box.name, [one.short for one in box.inside]) for box in view.boxes] == [
        ("Pay", ["TestB", "TestA"]),
        ("Cart", ["TestA", "TestB"]),
        ("6 others", []),
    ]
    assert [(one.kind, one.pace) for one in view.boxes[1].inside] == [("slower", "+50 %"), ("", "")]


def test_the_page_tells_it_once_with_a_drawing_and_a_table(site: SiteContext) -> None:
    page = next(html.unescape(one.markdown) for one in build_pages(site) if one.path == TRENDS)
    part = page.split("## Where the time goes", 1)[1]
    assert part.count('class="rd-box') == 3 + 4
    assert "+50 % slower" in part
    assert page.count("Where the time goes") == 1


def test_a_drawing_of_one_box_is_left_out(site: SiteContext) -> None:
    """The table says it; an area of several classes is worth its boxes."""
    other = SiteContext(site.archive, site.reports, Routes())
    one = of_area("App", "a", 3, 1.0, 1.0)
    for rows, drawn in (
        (one, 0),
        (one + of_area("App", "b", 3, 1.0, 1.0), 1),
        (one + of_area("Mail", "a", 3, 1.0, 1.0), 2),
    ):
        other.__dict__["tested"] = tested.TestedLine(site.chain, rows, {})
        view = slow_view(Here(other, TRENDS))
        assert view
        assert len(view.boxes) == drawn
        assert view.says.startswith(f"In 1.1, {len(rows)} tests took {len(rows)} s together.")
        assert view.rows


def test_without_a_time_nothing_is_told(site: SiteContext) -> None:
    other = SiteContext(site.archive, site.reports, Routes())
    other.__dict__["tested"] = tested.TestedLine(site.chain, of_area("App", "a", 3, 0.0, 0.0), {})
    assert slow_view(Here(other, TRENDS)) is None


@pytest.mark.parametrize(("summed", "told"), [(None, ""), (0.0, ""), (0.0004, "< 0.001 s"), (0.0021, "0.0021 s")])
def test_tests_that_took_a_moment_took_no_zero(site: SiteContext, summed: float | None, told: str) -> None:
    """Each of the times was rounded: that their sum is zero says nothing."""
    assert site.now
    timed = replace(site.now, facts=replace(site.now.facts, wall_s=0.04, summed_s=summed))
    (row,) = measure_rows(site, timed)
    assert (row.value, row.note) == ("0.04 s", f"tests only: {told}" if told else "")
