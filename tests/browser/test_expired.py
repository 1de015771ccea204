"""A READY that has expired since its page was built: no page goes on calling it ready."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import OpenPage
from tests.plugin.projects import READINESS_YML, Project, new_project

pytestmark = pytest.mark.browser

POLICY = f"""{READINESS_YML}
checklist:
  - group: Operations
    items:
      - id: backup
        title: The backup was restored
        signoff: {{by: kim, date: 2025-01-05, expires: 2025-03-10}}
criteria:
  - {{id: rss, title: Memory, measure: metric.rss, at_most: 3 MB}}
waivers:
  - {{criterion: rss, reason: Not measured yet., ticket: T-1, owner: kim, approver: lee, expires: 2025-02-10}}
"""
PAGES = ["", "reports/{run}/", "releases/1.0.0/"]
LISTS = ["reports/", "releases/"]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """One release, ready on 10 January with a waiver that holds through 10 February."""
    made = new_project(tmp_path_factory.mktemp("expiring") / "project", readiness_yml=POLICY)
    made.archive("1.0.0", "2025-01-10T08:00:00Z")
    made.build()
    return made


@pytest.fixture
def at(project: Project, serve: Callable[[Path], str], page: Callable[..., OpenPage]) -> Callable[[str, str], Page]:
    """`at(path, moment)` opens a page of the site as it looks at that moment."""
    address = serve(project.site)

    def look(path: str, moment: str) -> Page:
        opened = page()
        opened.page.clock.set_fixed_time(datetime.fromisoformat(moment))
        return opened.goto(address + path.format(run=project.runs["1.0.0"]))

    return look


@pytest.mark.parametrize("path", PAGES)
def test_until_its_last_moment_it_is_ready(path: str, at: Callable[[str, str], Page]) -> None:
    site = at(path, "2025-02-10T23:59:59+00:00")
    verdict = site.locator(".rd-verdict")
    expect(verdict.locator(".rd-word:visible")).to_have_text("Ready")
    expect(verdict.locator(".rd-asof")).to_have_text("As of 10 January 2025, valid through 10 February 2025")
    expect(site.locator(".rd-expired")).to_have_count(0)


@pytest.mark.parametrize("path", PAGES)
def test_after_it_word_colour_and_recommendation_are_those_of_the_gate(
    path: str, at: Callable[[str, str], Page], project: Project
) -> None:
    code, told = project.run("readiness", "gate", "--at", "2025-02-11T00:00:01Z")
    assert code == 3
    verdict = at(path, "2025-02-11T00:00:01+00:00").locator(".rd-verdict")
    expect(verdict.locator(".rd-word:visible")).to_have_text("Not ready Expired")
    expect(verdict).not_to_have_class("rd-verdict good")
    recommended = verdict.locator(".rd-rec:visible")
    expect(recommended).to_have_count(1)
    assert recommended.inner_text() in told
    assert "Fit to deploy" not in verdict.inner_text()


@pytest.mark.parametrize("path", LISTS)
def test_lists_call_it_expired(path: str, at: Callable[[str, str], Page]) -> None:
    cell = "table.rd tbody td:nth-child(2)"
    expect(at(path, "2025-02-10T12:00:00+00:00").locator(cell)).to_have_text("Ready with 1 waiver", use_inner_text=True)
    expect(at(path, "2025-03-01T00:00:00+00:00").locator(cell)).to_have_text("Expired", use_inner_text=True)
