"""Flaky tests on pages: how often they fail, what they cost, since when, and the way to the last failure."""

from __future__ import annotations

import csv
import html
import io
import json
import math
import re

import pytest
from scipy.stats import beta
from tests.scenario import Run, story

from readiness.archive import Archive
from readiness.assessment import Assessment, assess
from readiness.render.pages.context import SiteContext
from readiness.render.pages.pages import build_pages, build_tests
from readiness.render.pages.routes import Routes
from readiness.render.pages.routes import test_anchor as anchor
from readiness.report import Reports

SLOW = b"""<testsuite><testcase classname="slow" name="s" time="90">
<flakyFailure message="late" type="Timeout">the whole trace</flakyFailure></testcase></testsuite>"""
STEPS = (
    Run("a pass, b pass", "1.0", "c1"),
    Run("a fail boom, b pass", "1.1", "c1", files={"slow.xml": SLOW}),
    Run("a pass, b pass", "1.2", "c2"),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Assessment], SiteContext]:
    root = tmp_path_factory.mktemp("flaky")
    found = story(root, *STEPS)
    return found, SiteContext(Archive(root), Reports(assess(Archive(root), None)), Routes())


def page(site: SiteContext, path: str) -> str:
    return html.unescape(next(one.markdown for one in build_pages(site) if one.path == path))


def section(markdown: str) -> str:
    """The text between the heading and the next one."""
    return re.split(r"\n## ", markdown.split("## Flaky tests", 1)[1])[0]


def test_the_section_of_a_report(made: tuple[list[Assessment], SiteContext]) -> None:
    """Of a and s, too few for a suite: by Jeffreys' prior (1 + 0.5) / (2 + 1) and the same of s's two attempts."""
    runs, site = made
    told = section(page(site, f"reports/{runs[1].run.id}.md"))
    assert "about 75 of 100 runs, before any retry" in told  # 1 - 0.5 * 0.5
    assert "The last executions cost 1 rerun and at least 1.5 min." in told
    assert told.count("50 %") == 2
    assert told.count("6.0 % to 93.9 %") == 2
    assert f'id="{anchor(runs[1].flakes[0].key)}"' in told
    assert "the whole trace" in told


def test_links_lead_to_the_last_failure(made: tuple[list[Assessment], SiteContext]) -> None:
    runs, site = made
    told = section(page(site, f"reports/{runs[2].run.id}.md"))
    (flake,) = runs[2].flakes
    assert (flake.key.name, flake.track.last_failed) == ("a", runs[1].run.id)
    link = f"{runs[1].run.id}/#{anchor(flake.key)}"
    assert told.count(link) == 1
    assert f'id="{anchor(flake.key)}"' in page(site, f"reports/{runs[1].run.id}.md")


def test_the_tests_page_says_the_same(made: tuple[list[Assessment], SiteContext]) -> None:
    """In the third run a has 1 failed of 3 attempts, and Beta(1.5, 2.5)."""
    runs, site = made
    (flake,) = runs[2].flakes
    files = dict(build_tests(site))
    low, high = (f"{math.floor(1000 * one) / 10:.1f} %" for one in beta(1.5, 2.5).interval(0.95))
    told = f"37.5 % of attempts fail, 95 % interval {low} to {high}"
    assert [*json.loads(files["tests/data.json"])["rates"].values()] == [told]
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(files["tests/tests.csv"]))}
    numbers = [float(rows["a"][name]) for name in ("flaky_rate", "flaky_rate_low", "flaky_rate_high")]
    assert numbers == [flake.rate.mean, flake.rate.low, flake.rate.high]
    assert rows["b"]["flaky_rate"] == ""
    assert f"37.5 % ({low} to {high}), last in 1.1" in section(page(site, "tests/index.md"))
