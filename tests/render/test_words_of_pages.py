"""What pages say of short lines of runs, of a READY that rests on waivers, and of what stops a release."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from tests.scenario import Run, append, checklist, demands, readiness, story, waiver

from readiness.archive import Archive
from readiness.assessment import assess
from readiness.render.pages.context import SiteContext
from readiness.render.pages.pages import build_pages
from readiness.render.pages.routes import Routes
from readiness.report import Reports

NONE_FAIL = "none: failures = 0"
GOOD, BAD = "a pass, b pass | a b", "a fail boom, b pass | a b"


def pages_of(root: Path, *, strict: bool = True) -> dict[str, str]:
    """Path -> text of each page without its markup."""
    archive = Archive(root)
    context = SiteContext(archive, Reports(assess(archive, None, strict=strict)), Routes())
    return {page.path: _text(page.markdown) for page in build_pages(context)}


def _text(markdown: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markdown)).split()).replace("\u2011", "-")


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        (1, "First run of this release line. A trend starts with the second."),
        (2, "Too few runs for a trend."),
    ],
)
def test_a_short_line_of_runs(runs: int, said: str, tmp_path: Path) -> None:
    story(tmp_path, *[GOOD] * runs)
    pages = pages_of(tmp_path)
    assert said in pages["index.md"]
    assert said in pages["trends/index.md"]


def test_the_one_run_that_is_left_is_not_called_the_first(tmp_path: Path) -> None:
    first = append(tmp_path, GOOD, 0)
    append(tmp_path, GOOD, 1)
    (first.folder / "junit.xml.gz").write_bytes(b"damaged")
    pages = pages_of(tmp_path, strict=False)
    for path in ("index.md", "trends/index.md"):
        assert "This is the only run of this release line that could be read." in pages[path]
        assert "First run of this release line" not in pages[path]


def test_a_ready_that_rests_on_waivers_says_how_many_are_in_force(tmp_path: Path) -> None:
    waives = [waiver("test", "tests.test_app::a", "2025-01-31")]
    (found,) = story(tmp_path, BAD, policy=demands(NONE_FAIL, waivers=waives, product="shop"))
    pages = pages_of(tmp_path)
    report = pages[f"reports/{found.run.id}.md"]
    assert "shop 1.0: Ready with 1 waiver in force, as of 1 January 2025, valid through 31 January 2025, run" in report
    for path in ("reports/index.md", "releases/index.md"):
        assert "Ready with 1 waiver Expired" in pages[path]


def test_a_waiver_that_a_ready_does_not_need_is_not_counted(tmp_path: Path) -> None:
    low = [{"title": "T", "message": "boom", "severity": "low"}]
    waives = [waiver("test", "tests.test_app::a", "2025-01-31")]
    story(tmp_path, BAD, policy=demands("few: failures <= 3", categories=low, waivers=waives))
    assert "Ready with" not in " ".join(pages_of(tmp_path).values())


def test_evidence_that_ages_within_a_day_is_valid_until_that_minute(tmp_path: Path) -> None:
    (found,) = story(tmp_path, GOOD, policy=demands("none: failures = 0; max_age 30 h"))
    report = pages_of(tmp_path)[f"reports/{found.run.id}.md"]
    assert "valid until 2 January 2025, 06:00 UTC" in report


def test_what_stops_the_release_is_no_residual_risk(tmp_path: Path) -> None:
    story(tmp_path, GOOD, policy=demands(NONE_FAIL, checklist=checklist({"id": "docs", "title": "Docs"})))
    home = pages_of(tmp_path)["index.md"]
    assert "## Next steps" in home
    assert "Docs" in home.partition("## Next steps")[2]
    assert "## Residual risk" not in home


def test_tests_of_a_blocker_that_failed_and_that_were_skipped_are_told_apart(tmp_path: Path) -> None:
    skips, fails = (
        "a skip db not available, b skip db not available | a b",
        "a fail boom, b skip db not available | a b",
    )
    story(tmp_path, skips, fails, policy=demands(NONE_FAIL))
    (blocker,) = (text for path, text in pages_of(tmp_path).items() if path.startswith("blockers/B-"))
    assert "Test State Last failed or skipped" in blocker
    assert "last failed: 1.1 Failing 1.1" in blocker
    assert "last skipped: 1.1 Skipped 1.1" in blocker


def test_how_long_a_blocker_has_stood(tmp_path: Path) -> None:
    story(tmp_path, Run(BAD, "1.0"), Run(BAD, "1.1"), policy=demands(NONE_FAIL))
    pages = pages_of(tmp_path)
    (blocker,) = (text for path, text in pages.items() if path.startswith("blockers/B-"))
    assert "Age 1 day" in blocker
    assert "1.0 (1 day)" in pages["blockers/index.md"]
    (tmp_path / "first").mkdir()
    story(tmp_path / "first", BAD, policy=demands(NONE_FAIL))
    (blocker,) = (text for path, text in pages_of(tmp_path / "first").items() if path.startswith("blockers/B-"))
    assert "Age less than a day" in blocker


def test_runs_of_one_version_are_told_apart_by_their_time(tmp_path: Path) -> None:
    policy = demands(NONE_FAIL)
    found = story(tmp_path, Run(BAD, "1.0", policy=policy), Run(GOOD, "1.0", policy=policy))
    report = pages_of(tmp_path)[f"reports/{found[1].run.id}.md"]
    assert "## What changed Since the run of 1 January 2025, 00:00 UTC ." in report
    assert "+50.0 points since the previous run" in report
    assert "previous report: the run of 1 January 2025, 00:00 UTC" in report
    assert "## What changed since the run of 1 January 2025, 00:00 UTC" in pages_of(tmp_path)["index.md"]
    told = readiness("gate", "--history", tmp_path).stdout
    assert "\nSince the run of 2025-01-01 00:00 UTC (BLOCKED)\n" in told
