"""The day of the release on the pages: plan, checklist and waivers, each fact where it belongs."""

from __future__ import annotations

import html
import json
import re
from datetime import date

import plotly.graph_objects as go
import pytest
from tests.scenario import Again, Run, checklist, demands, story, waiver

from readiness.archive import Archive
from readiness.assessment import assess
from readiness.assessment.plan import Fix, timeline
from readiness.policy import Effort, Plan
from readiness.render.charts import timeline_chart
from readiness.render.pages.context import SiteContext
from readiness.render.pages.pages import build_pages
from readiness.render.pages.routes import Routes
from readiness.report import Reports

A = "tests.test_app::a"
MEMORY = {"title": "Memory", "message": "boom", "fix": "Free the cache.", "effort": {"min": 1, "max": 2}}
BACKUP = {"id": "backup", "title": "The backup was restored", "owner": "sam"}
SIGNED = BACKUP | {"signoff": {"by": "kim", "date": "2024-12-30", "expires": "2025-03-01", "note": "on the spare host"}}
CORE = {"id": "core", "title": "The core works", "tests": ["*app*"]}
RARE = {"id": "rare", "title": "Rare paths", "blocking": False}


def policy(backup: dict[str, object], *waivers: dict[str, object]) -> str:
    more = {"categories": [MEMORY], "plan": {"phases": [{"name": "Validation", "min": 2, "max": 3}]}}
    criteria = ("none: failures = 0", "all: completion >= 100%")
    return demands(*criteria, checklist=checklist(CORE, backup, RARE), waivers=list(waivers), **more)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Path -> text of each page without its markup: blocked, then judged again with a waiver and a sign-off."""
    root = tmp_path_factory.mktemp("history")
    run = Run("a fail boom, b pass | a b", "1.0", policy=policy(BACKUP))
    story(root, run, Again(policy(SIGNED, waiver("test", A, "2025-02-28"), waiver("blocker", "B-GONE")), 1))
    archive = Archive(root)
    built = build_pages(SiteContext(archive, Reports(assess(archive, None)), Routes()))
    return {page.path: _text(page.markdown) for page in built}


def _text(markdown: str) -> str:
    shown = re.sub(r"<(p|span)[^>]* data-lapsed.*?</\1>", " ", markdown)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", shown)).split()).replace("\u2011", "-")


def _reports(pages: dict[str, str]) -> list[str]:
    return [pages[path] for path in sorted(pages, key=lambda path: "/2" in path[8:]) if path.startswith("reports/2")]


def test_the_sections_stand_in_their_order(pages: dict[str, str]) -> None:
    for report in _reports(pages):
        titles = ["## Criteria", "## Required fixes and timeline", "## Checklist", "esidual risk", "## Cite"]
        places = [report.index(title) for title in titles]
        assert places == sorted(places)


def test_the_chart_is_one_that_plotly_accepts_and_says_the_same_as_the_table() -> None:
    plan = Plan.model_validate({"phases": [{"name": "Validation", "min": 2, "max": 3}]})
    fixes = [
        Fix("B-ABCDEF", ("B-ABCDEF",), "Memory <b>", "", "", Effort(min=1, max=2)),
        Fix("B-ABCDEG", ("B-ABCDEG",), "x", "", "", None),
    ]
    chart = timeline_chart(timeline(fixes, plan, date(2025, 8, 29)), lambda ref: f"blockers/{ref}/")
    assert chart
    drawn = go.Figure(json.loads(chart.to_json()))
    soonest, latest = drawn.data
    assert ([*soonest.base], [*soonest.x], [*latest.base], [*latest.x]) == ([0, 1], [1, 2], [1, 3], [1, 2])
    assert [note.text for note in drawn.layout.annotations][:2] == ["Memory &lt;b&gt;", "Validation"]
    assert [(shape.x0, shape.x1) for shape in drawn.layout.shapes] == [(3, 3), (5, 5)]
    assert [*drawn.layout.xaxis.ticktext] == ["1 Sep", "2 Sep", "3 Sep", "4 Sep", "5 Sep"]
    assert [(row.url, row.cells) for row in chart.rows] == [
        ("blockers/B-ABCDEF/", ("Memory <b>", "0 to 1", "0 to 2", "1 to 2 September 2025")),
        ("", ("Validation", "1 to 3", "2 to 5", "3 to 5 September 2025")),
    ]
    assert chart.caption.startswith("Fixes and phases in order")


def test_without_a_day_there_is_no_chart() -> None:
    nothing = timeline([Fix("B-ABCDEF", ("B-ABCDEF",), "x", "", "", None)], Plan(), date(2025, 8, 29))
    assert timeline_chart(nothing, str) is None


def test_blocked(pages: dict[str, str]) -> None:
    report, _ = _reports(pages)
    for fact in (
        "1 of 2 executed tests fails and 2 blocking checklist items are not done.",
        "3 to 5 days of work for 1 fix and 1 phase: done 6 to 8 January 2025. 1 fix has no estimate",
        "a: boom Free the cache. 1 to 2 days 2 January 2025 2 to 3 January 2025",
        "Validation after everything above 2 to 3 days 3 January 2025 6 to 8 January 2025",
        "Without an estimate: 1",
        "0 of 3 items done, 3 not done.",
        "Not done The core works 1 of 2 tests fails",
        "Not done The backup was restored not signed off; owner sam",
        "Not done Rare paths not signed off; does not block",
        "## Waivers and residual risk Rare paths: not done (not signed off)",
    ):
        assert fact in report
    assert "Without waivers" not in report
    assert "checklist item" in " ".join(pages.values())
    assert "Not done The core works 1 of 2 tests fails Blocked by a: boom B-" in report


def test_the_page_of_a_blocker_tells_who_accepted_what(pages: dict[str, str]) -> None:
    blockers = [text for path, text in pages.items() if path.startswith("blockers/B-")]
    assert len(blockers) > 1
    waived = [text for text in blockers if "## Waivers" in text]
    assert len(waived) == 1
    for text in waived:
        assert "Also keeps open The core works (checklist)" in text
        assert "## Waivers Waiver Accepted by Until State tests.test_app::a" in text
        assert "kim, approved by lee T-1 28 February 2025 In force" in text


def test_ready_by_waivers(pages: dict[str, str]) -> None:
    _, report = _reports(pages)
    for fact in (
        "Ready Without waivers: NOT READY: BLOCKED",
        "1 waiver in force; without it, the verdict would be NOT READY: BLOCKED.",
        "Ready to deploy if you accept the waived risks listed in the report.",
        "As of 2 January 2025, valid through 28 February 2025",
        "1; 0 with 1 waived Waived",
        "Open, waived",
        "Done The backup was restored signed off by kim on 30 December 2024, until 1 March 2025; on the spare host",
        "Waived The core works not done; 1 of 2 tests fails",
        "2 waivers: 1 in force, 1 unmatched, the oldest granted 1 day ago. Without waivers: NOT READY: BLOCKED.",
        "kim, approved by lee T-1 28 February 2025 In force",
        "B-GONE rare blocker: no blocker has that id; since 1 January 2025, in force in 0 releases",
        "Granted tests.test_app::a waiver; 1 result",
        "Done The backup was restored was not done; signed off by kim",
    ):
        assert fact in report


@pytest.mark.parametrize("page", ["index.md", "releases/1.0.md"])
def test_home_and_release_say_it_in_short(page: str, pages: dict[str, str]) -> None:
    text = pages[page]
    assert "Open, waived, 1 failing" in text
    assert "tests.test_app::a rare test: 1 result" in text
    assert "B-GONE" not in text
