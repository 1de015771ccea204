"""Each page type of this repository's own site as a file to read: a change of words or numbers shows as a diff.

The pages' Markdown, with two things shortened: icons (`<svg bad>`) and the JSON of charts; and with the character
references that make foreign text inert turned back into letters. That they are there is tested with hostile runs.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from readiness.archive import Archive
from readiness.assessment import assess
from readiness.render.pages.context import SiteContext
from readiness.render.pages.pages import build_pages
from readiness.render.pages.routes import Routes
from readiness.report import Reports

ICON = re.compile(r'(<span class="rd-s (\w+)">)?<svg class="rd-icon".*?</svg>', re.DOTALL)
CHART = re.compile(r'(<div class="rd-chart-json" [^>]*>)(.{60}).*?</div>')


def built(project: Path) -> dict[str, str]:
    archive = Archive(project / "history")
    text = (project / "docs" / "index.md").read_text(encoding="utf-8")
    context = SiteContext(archive, Reports(assess(archive, None)), Routes(), home_text=text)
    return {page.path: page.markdown for page in build_pages(context)}


@pytest.fixture(scope="module")
def pages(repo_root: Path) -> dict[str, str]:
    return built(repo_root)


@pytest.fixture(scope="module")
def example(repo_root: Path) -> dict[str, str]:
    return built(repo_root / "examples" / "lukhas")


def readable(markdown: str) -> str:
    shown = ICON.sub(lambda icon: f"{icon[1]}<svg {icon[2]}>" if icon[1] else "<svg>", markdown)
    shown = re.sub(r"&#x[0-9a-f]+;", lambda reference: html.unescape(reference[0]), shown)
    shown = CHART.sub(r"\1\2…</div>", shown)
    return re.sub(r"\n{3,}", "\n\n", shown)


@pytest.mark.parametrize(
    ("page", "golden_file"),
    [
        ("index.md", "home.md"),
        ("reports/index.md", "reports.md"),
        ("reports/20190303*.md", "report-19.1.0.md"),
        ("reports/20191001*.md", "report-19.2.0.md"),
        ("reports/20220728*.md", "report-22.1.0.md"),
        ("reports/20240803*.md", "report-24.1.0.md"),
        ("reports/20260319*.md", "report-26.1.0.md"),
        ("releases/index.md", "releases.md"),
        ("releases/22.1.0.md", "release-22.1.0.md"),
        ("releases/26.1.0.md", "release-26.1.0.md"),
        ("blockers/index.md", "blockers.md"),
        ("blockers/B-YIUS6G.md", "blocker-B-YIUS6G.md"),
        ("policy/index.md", "policy.md"),
        ("tests/index.md", "tests.md"),
        ("trends/index.md", "trends.md"),
    ],
)
def test_a_page_reads_as_its_golden_file(
    page: str, golden_file: str, pages: dict[str, str], golden: Callable[[str, str], None]
) -> None:
    (path,) = (path for path in pages if re.fullmatch(page.replace("*", "[^/]*"), path))
    golden(golden_file, readable(pages[path]))


@pytest.mark.parametrize(
    ("page", "golden_file"), [("index.md", "example-home.md"), ("reports/20250810*.md", "example-report.md")]
)
def test_a_page_of_the_example_reads_as_its_golden_file(
    page: str, golden_file: str, example: dict[str, str], golden: Callable[[str, str], None]
) -> None:
    (path,) = (path for path in example if re.fullmatch(page.replace("*", "[^/]*"), path))
    golden(golden_file, readable(example[path]))
