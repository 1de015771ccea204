"""A limit relative to the baseline on pages: what it comes to, and the run that it comes from."""

from __future__ import annotations

import html
from pathlib import Path

from tests.scenario import Run, demands, story

from readiness.archive import Archive
from readiness.assessment import assess
from readiness.render.pages.context import SiteContext
from readiness.render.pages.pages import build_pages
from readiness.render.pages.routes import Routes
from readiness.report import Reports


def test_it_leads_to_the_run_that_it_comes_from(tmp_path: Path) -> None:
    runs = [Run("a pass", version, metrics={"rss": value}) for version, value in (("1.0", "100 MB"), ("1.1", "120 MB"))]
    first, second = story(tmp_path, *runs, policy=demands("memory: metric.rss <= baseline + 10%"))
    site = SiteContext(Archive(tmp_path), Reports(assess(Archive(tmp_path), None)), Routes())
    pages = {page.path: html.unescape(page.markdown) for page in build_pages(site)}
    shown = {
        f"reports/{second.run.id}.md": ("≤ 110 MB", f"../{first.run.id}/"),
        "policy/index.md": ("at most 110 MB", f"../reports/{first.run.id}/"),
    }
    for path, (limit, address) in shown.items():
        assert limit in pages[path]
        assert f'<a href="{address}">baseline + 10%, 1.0 had 100 MB</a>' in pages[path]
    assert "≤ baseline + 10%" in pages[f"reports/{first.run.id}.md"]
    assert any("Memory: 120 MB, limit 110 MB" in text for path, text in pages.items() if path.startswith("blockers/B-"))
    assert "rss" in pages["trends/index.md"]
