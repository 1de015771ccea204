"""Release lines beside the one that leads to now: nightlies, maintained releases, branches."""

from __future__ import annotations

import html
from pathlib import Path

import pytest
from tests.scenario import Run, append

from readiness.archive import Archive, line_of
from readiness.assessment import assess
from readiness.render.pages.context import MOST_LINES, SiteContext
from readiness.render.pages.pages import build_pages
from readiness.render.pages.routes import Routes
from readiness.report import Reports


@pytest.mark.parametrize(
    ("version", "line"),
    [
        *(("1.3.5", "1.x"), ("2.1.4", "2.1.x"), ("2.1rc1", "2.1.x"), ("0.9", "0.x")),
        *(("nightly", "nightly"), ("nightly-7", "nightly"), ("nightly-2025-11-28", "nightly")),
        *(("nightly-20251128T041200Z", "nightly"), ("nightly_20251128-abc1234", "nightly"), ("build77", "build")),
        *(("feature/x 1", "feature/x"), ("main", "main"), ("deadbeef", "deadbeef"), ("-" * 99_999, "-" * 99_999)),
    ],
)
def test_the_line_of_a_version(version: str, line: str) -> None:
    assert line_of(version, "2.4") == line


def site(root: Path, *versions: str) -> SiteContext:
    for day, version in enumerate(versions):
        append(root / "history", Run("a pass", version), day)
    archive = Archive(root / "history")
    return SiteContext(archive, Reports(assess(archive)), Routes())


def lines(site: SiteContext) -> list[tuple[str, str]]:
    return [(line.name, line.newest.run.version) for line in site.lines]


def test_releases_that_follow_one_another_are_one_line(tmp_path: Path) -> None:
    assert lines(site(tmp_path, "1.0", "1.1", "2.0", "3.0rc1", "3.0")) == []


def test_the_newest_of_each_other_line(tmp_path: Path) -> None:
    found = site(tmp_path, "1.0", "2.0", "1.1", "2.1", "2.0.1", "nightly-9", "nightly-10", "feature/x", "1.2")
    assert lines(found) == [("2.0.x", "2.0.1"), ("1.x", "1.2"), ("nightly", "nightly-10"), ("feature/x", "feature/x")]
    pages = {page.path: page for page in build_pages(found)}
    home, own = (html.unescape(pages[path].markdown) for path in ("index.md", "trends/nightly.md"))
    assert "## Other release lines" in home
    for name in ("2.0.x", "1.x", "nightly"):
        assert f"trends/{name}/" in home
    assert pages["trends/nightly.md"].title == "Trends of nightly"
    assert "2 runs on the release line of" in own, "nightly-9 and nightly-10"
    assert "../1.x/" in own


def test_where_names_alone_are_archived_the_newest_is_now(tmp_path: Path) -> None:
    found = site(tmp_path, "nightly-9", "nightly-10")
    assert found.now
    assert (found.now.run.version, lines(found)) == ("nightly-10", [])


def test_a_correction_of_a_run_that_leads_to_now_is_no_line(tmp_path: Path) -> None:
    first = append(tmp_path / "history", Run("a pass", "1.0"), 0)
    append(tmp_path / "history", Run("a pass", "2.0"), 1)
    append(tmp_path / "history", Run("a pass, b pass", "1.0"), 2, replaced=first)
    assert lines(site(tmp_path)) == []


def test_of_many_lines_the_newest_are_told(tmp_path: Path) -> None:
    found = site(tmp_path, "1.0", *(f"branch-{name}" for name in "abcdefghijklmno"))
    assert [name for name, _ in lines(found)] == [f"branch-{name}" for name in "onmlkjihgfed"]
    assert len(lines(found)) == MOST_LINES
