"""Other plugins and extensions switched on, before ours and after it, and properdocs: no page says anything else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.hostile.hostile_runs import PAYLOADS, shown
from tests.plugin.pages import Element, article, broken_links, load
from tests.plugin.projects import GOOD, READINESS_YML, Failed, Project, new_project

HOSTILE = (
    "expression",
    "statement",
    "snippet",
    "abbreviation",
    "attributes",
    "emoji",
    "footnote",
    "task",
    "smart",
    "script",
)

ALONE = """\
site_name: Product readiness
site_url: http://127.0.0.1/
use_directory_urls: false
theme:
  name: material
  font: false
  features: [navigation.instant]
plugins:
  - readiness
"""

OTHERS = """\
  - search
  - tags
  - macros
  - redirects:
      redirect_maps: {old/address.md: reports/index.md}
  - minify:
      minify_html: true
      minify_js: true
      minify_css: true
      htmlmin_opts: {remove_comments: true}
  - offline
"""

EXTENSIONS = """\
markdown_extensions:
  - abbr
  - admonition
  - attr_list
  - footnotes
  - md_in_html
  - smarty
  - toc: {permalink: true}
  - pymdownx.details
  - pymdownx.emoji:
      emoji_index: !!python/name:material.extensions.emoji.twemoji
      emoji_generator: !!python/name:material.extensions.emoji.to_svg
  - pymdownx.snippets: {check_paths: true}
  - pymdownx.tasklist: {custom_checkbox: true}
"""

CONFIGURATIONS = {
    "before the others": ("mkdocs", ALONE + OTHERS + EXTENSIONS),
    "after the others": ("mkdocs", ALONE.replace("  - readiness\n", f"{OTHERS}  - readiness\n") + EXTENSIONS),
    "built by properdocs": ("properdocs", ALONE + OTHERS + EXTENSIONS),
}

HOME = "## House rules\n\nSix times seven is {{ 6 * 7 }}.\n"
RULES = "---\ntags: [house]\n---\n\n# Rules\n\nSeven times seven is {{ 7 * 7 }}: see [reports](reports/index.md).\n"


@dataclass(frozen=True)
class Built:
    """A built site with the words of each generated page."""

    project: Project

    @property
    def pages(self) -> dict[str, Element]:
        site = self.project.site
        found = (path for path in site.rglob("*.html") if path.name not in ("404.html", "address.html", "rules.html"))
        return {path.relative_to(site).as_posix(): article(path) for path in sorted(found)}


def build(project: Project, command: str, mkdocs_yml: str) -> Built:
    project.write("mkdocs.yml", mkdocs_yml)
    code, printed = project.run_apart(command, "build", "--strict", "-f", "mkdocs.yml")
    assert code == 0, printed
    return Built(project)


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Two runs: one in which a test fails for each hostile text, in its name, message and trace; one that passes."""
    project = new_project(tmp_path_factory.mktemp("others") / "project")
    project.write("docs/index.md", HOME)
    project.write("docs/rules.md", RULES)
    names = {f"core.{name}::test {PAYLOADS[name]}": PAYLOADS[name] for name in HOSTILE}
    failing = {label: Failed(f"Error: {text}", f"trace {text}\n    {text}\nend") for label, text in names.items()}
    project.archive("1.0.0", "2025-01-10T08:00:00Z", {**GOOD, **failing}, listed=False)
    project.archive("2.0.0", "2025-02-10T08:00:00Z", {**GOOD, **dict.fromkeys(failing)}, listed=False)
    return project


@pytest.fixture(scope="module")
def alone(archived: Project, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """No other plugin, no extension. Macros would act in the hand-written text alone."""
    project = archived.copy(tmp_path_factory.mktemp("alone") / "project")
    project.write("docs/index.md", HOME.replace("{{ 6 * 7 }}", "42"))
    project.write("docs/rules.md", "# Rules\n")
    return build(project, "mkdocs", ALONE)


@pytest.fixture(scope="module", params=CONFIGURATIONS)
def built(request: pytest.FixtureRequest, archived: Project, tmp_path_factory: pytest.TempPathFactory) -> Built:
    project = archived.copy(tmp_path_factory.mktemp("built") / "project")
    return build(project, *CONFIGURATIONS[request.param])


def said(page: Element) -> str:
    """The words of a page without the signs of the headings' permalinks."""
    return page.words.replace("¶", "").replace(" ", "")


def test_no_page_says_anything_else(built: Built, alone: Built) -> None:
    pages, expected = built.pages, alone.pages

    assert len(expected) > 10
    assert set(pages) == set(expected)
    for path, page in pages.items():
        assert said(page) == said(expected[path]), path


def test_every_link_resolves(built: Built) -> None:
    assert broken_links(built.project.site) == []


def test_the_data_of_every_chart_is_as_it_was(built: Built, alone: Built) -> None:
    charts = 0
    for path, page in built.pages.items():
        data = [json.loads(element.text) for element in page.all("div", "rd-chart-json")]
        assert data == [json.loads(element.text) for element in alone.pages[path].all("div", "rd-chart-json")], path
        assert all("data" in figure for figure in data)
        charts += len(data)
    assert charts > 3


def test_names_messages_and_traces_stay_letter_for_letter(built: Built) -> None:
    page = built.pages[f"reports/{built.project.runs['1.0.0']}.html"]
    traces = [pre.text.strip() for pre in page.all("pre")]

    for name in HOSTILE:
        text = shown(PAYLOADS[name])
        assert f"test {text}" in page.text, name
        assert f"Error: {text}" in page.text, name
        assert f"trace {text}\n    {text}\nend" in traces, name


def test_the_other_plugins_did_their_work(built: Built) -> None:
    site = built.project.site

    assert "Six times seven is 42." in article(site / "index.html").words
    assert "Seven times seven is 49" in article(site / "rules.html").words
    assert "house" in load(site / "rules.html").words
    assert "../reports/" in (site / "old" / "address.html").read_text(encoding="utf-8")
    assert (site / "search" / "search_index.js").is_file()  # what the plugin offline writes
    assert "<!--" not in (site / "index.html").read_text(encoding="utf-8").replace("<!-- readiness", "")


def test_the_search_finds_blockers_and_releases_but_no_report(built: Built) -> None:
    index = json.loads((built.project.site / "search" / "search_index.json").read_text(encoding="utf-8"))
    places = {entry["location"].partition("#")[0] for entry in index["docs"]}

    assert {"releases/1.0.0.html", "rules.html"} <= places
    assert any(place.startswith("blockers/B-") for place in places)
    assert not any(place.startswith("reports/2") for place in places)


def test_a_published_report_gains_its_banner_where_comments_are_removed(archived: Project, tmp_path: Path) -> None:
    project = archived.copy(tmp_path / "project")
    project.write("mkdocs.yml", ALONE + OTHERS + EXTENSIONS)
    report = project.folder / "public" / "2.0.0" / "reports" / f"{project.runs['2.0.0']}.html"

    code, printed = project.run_apart("readiness", "publish", "--to", "public")
    assert code == 0, printed
    assert "newer report" not in load(report).words
    project.write("readiness.yml", READINESS_YML.replace("Product", "Renamed"))
    project.run_apart("readiness", "judge", "2.0.0")
    code, printed = project.run_apart("readiness", "publish", "--to", "public")

    assert code == 0, printed
    assert "2.0.0: grown" in printed
    assert "See the newer report" in load(report).words
