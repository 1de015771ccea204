"""The plugin in somebody's site: with `path:` nothing hand-written changes, and everything of ours lies below it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.plugin.pages import article, broken_links, files, load
from tests.plugin.projects import Project

OWN = {
    "docs/index.md": "# My product\n\nWelcome. See [the release](releases/1.0.0.md).\n",
    "docs/releases/1.0.0.md": "# Release 1.0.0\n\nWritten by hand.\n",
    "docs/blockers.md": "# Blockers\n\nNo, these are chess pieces.\n",
}
NAV = "\nnav: [index.md, releases/1.0.0.md, blockers.md]\nvalidation: {omitted_files: warn, anchors: warn}\n"


@pytest.fixture
def project(versions: Project, tmp_path: Path) -> Project:
    project = versions.copy(tmp_path / "project")
    for path, text in OWN.items():
        project.write(path, text)
    config = project.folder / "mkdocs.yml"
    config.write_text(config.read_text(encoding="utf-8") + NAV, encoding="utf-8")
    return project


def guest(project: Project, path: str = "quality") -> None:
    project.configure("  - readiness\n", f"  - readiness:\n      path: {path}\n")


def test_hand_written_pages_stay_as_they_were_but_for_the_names_of_two_files(project: Project) -> None:
    project.configure("  - readiness\n", "")
    project.build()
    others = files(project.site)
    before = {path: text for path, text in others.items() if path.endswith(".html")}
    project.configure("  - search\n", "  - search\n  - readiness:\n      path: quality\n")
    project.build("--strict")
    after = files(project.site)
    for path, text in before.items():
        ours = re.sub(rb"\s*<(?:link|script)[^>]*quality/assets/readiness/[^>]*>(?:</script>)?", b"", after[path])
        assert [line.strip() for line in ours.split(b"\n") if line.strip()] == [
            line.strip() for line in text.split(b"\n") if line.strip()
        ], path
    indexes = [json.loads(one["search/search_index.json"]) for one in (others, after)]
    indexes[1]["docs"] = [one for one in indexes[1]["docs"] if not one["location"].startswith("quality/")]
    assert indexes[0] == indexes[1]
    sitemap = re.sub(rb"\s*<url>\s*<loc>[^<]*/quality/.*?</url>", b"", after["sitemap.xml"], flags=re.DOTALL)
    assert sitemap == others["sitemap.xml"]


def test_everything_of_ours_lies_below_the_path_and_leads_around(project: Project) -> None:
    guest(project)
    project.build("--strict")
    assert broken_links(project.site, "/readiness/") == []
    ours = {"reports", "trends", "policy", "readiness.json", "feed.xml", "badge.svg"}
    assert ours <= {path.name for path in (project.site / "quality").iterdir()}
    assert not ours & {path.name for path in project.site.iterdir()}
    (report,) = (project.site / "quality" / "reports").glob(f"{project.runs['2.0.0']}/index.html")
    around = article(report).one("nav", "rd-around")
    assert around.words == "OverviewReportsReleasesBlockersTrendsTestsPolicy"


def test_the_style_sheet_comes_before_those_of_the_site(project: Project) -> None:
    guest(project)
    project.write("docs/own.css", "h1 { color: teal }\n")
    project.configure("site_name", "extra_css: [own.css]\nsite_name")
    project.build()
    page = (project.site / "quality" / "index.html").read_text(encoding="utf-8")
    assert page.index("assets/readiness/readiness.") < page.index("own.css")


def test_versions_are_published_below_the_path_and_link_to_each_other(project: Project) -> None:
    guest(project)
    code, printed = project.run("readiness", "publish", "--to", "public")
    assert code == 0, printed
    assert broken_links(project.folder / "public", "/readiness/") == []
    run = project.runs["2.0.0"]
    report = project.folder / "public" / "2.0.0" / "quality" / "reports" / run / "index.html"
    before = report.read_bytes()
    project.write("mine/words.jinja", "{% macro next_steps() %}What is left{% endmacro %}\n")
    project.configure("      path: quality\n", "      path: quality\n      templates: mine\n")
    project.archive("2.0.0", "2025-03-20T08:00:00Z", {"edge.b::three": "passed"})
    assert project.run("readiness", "publish", "--to", "public")[0] == 0
    assert b"Next steps" in report.read_bytes()
    assert b"What is left" not in report.read_bytes()
    assert before != report.read_bytes(), "the banner leads to the newer report"


@pytest.mark.parametrize("path", ["../up", "a b", ".hidden"])
def test_a_path_that_is_no_folder_of_a_site_is_refused_in_one_line(path: str, project: Project) -> None:
    guest(project, f"'{path}'")
    code, printed = project.run("mkdocs", "build")
    assert code == 1
    assert "is no folder of a site. Write it like `quality`, or leave it out" in printed
    assert "Traceback" not in printed


def test_a_path_that_is_taken_by_a_hand_written_page_is_refused(project: Project) -> None:
    project.write("docs/quality/index.md", "# Ours\n")
    guest(project)
    code, printed = project.run("mkdocs", "build")
    assert code == 1
    assert "quality/index.md has the address of a generated page" in printed


def test_links_that_are_printed_name_the_path(project: Project) -> None:
    guest(project)
    code, printed = project.run("readiness", "link", "2.0.0", "--site", "https://example.org")
    assert (code, printed.strip()) == (0, f"https://example.org/2.0.0/quality/reports/{project.runs['2.0.0']}/")


def test_text_of_ours_says_its_language_where_the_site_has_another(project: Project) -> None:
    guest(project)
    project.configure("  font: false\n", "  font: false\n  language: de\n")
    german = "{% macro language() %}de{% endmacro %}\n"
    for words, language in (("", "en"), (german, None)):
        project.write("w/words.jinja", words)
        project.configure("      path: quality\n", "      path: quality\n      templates: w\n") if not words else None
        project.build()
        marked = load(project.site / "quality" / "reports" / "index.html").one("article").attributes.get("lang")
        own = load(project.site / "index.html").one("article").attributes.get("lang")
        assert (marked, own) == (language, None)
