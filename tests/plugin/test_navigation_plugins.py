"""Plugins that order the navigation or build several languages; those that are not installed are skipped."""

from __future__ import annotations

from pathlib import Path

import pytest
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import get_navigation
from tests.optional import needed
from tests.plugin.pages import broken_links, load
from tests.plugin.projects import Project

from readiness.plugin.neighbours import is_arranged, without_pages

I18N = """\
  - i18n:
      docs_structure: suffix
      languages:
        - {locale: en, name: English, default: true}
        - {locale: de, name: Deutsch}
"""
PLUGINS = {
    "mkdocs_literate_nav": (
        "  - literate-nav: {nav_file: SUMMARY.md}\n",
        "docs/SUMMARY.md",
        "* [Home](index.md)\n* *\n",
    ),
    "mkdocs_awesome_nav": ("  - awesome-nav\n", "docs/.nav.yml", "nav: [index.md, '*']\n"),
    "mkdocs_section_index": ("  - section-index\n", "docs/guide/index.md", "# Guide\n"),
    "mkdocs_static_i18n": (I18N, "docs/index.de.md", "# Startseite\n"),
}


def test_a_navigation_that_somebody_else_arranges_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "hook.py").write_text("def on_nav(nav, config, files):\n    return nav\n")
    for more, expected in (({}, False), ({"nav": ["index.md"]}, True), ({"hooks": [str(tmp_path / "hook.py")]}, True)):
        config = MkDocsConfig(config_file_path=str(tmp_path / "mkdocs.yml"))
        config.load_dict({"site_name": "x", "plugins": ["search", "readiness"], **more})
        assert config.validate() == ([], [])
        assert is_arranged(config) is expected


def test_pages_leave_the_navigation_with_the_sections_that_held_nothing_else() -> None:
    config = MkDocsConfig()
    config.load_dict({"site_name": "x", "nav": ["a.md", {"Reports": ["r/1.md", "r/2.md"]}, {"B": ["b.md", "r/3.md"]}]})
    assert config.validate() == ([], [])
    names = ("a", "b", "r/1", "r/2", "r/3")
    files = Files([File(f"{name}.md", "docs", "site", use_directory_urls=True) for name in names])
    nav = get_navigation(files, config)
    without_pages(nav, {"r/1.md", "r/2.md", "r/3.md"})
    assert [page.file.src_uri for page in nav.pages] == ["a.md", "b.md"]
    assert [item.title for item in nav.items] == [None, "B"]
    first, last = nav.pages
    assert (first.previous_page, first.next_page, last.previous_page, last.next_page) == (None, last, first, None)


def test_an_address_without_a_slash_at_its_end_leads_to_the_same_pages(versions: Project, tmp_path: Path) -> None:
    """As mike sets it for each version."""
    project = versions.copy(tmp_path / "project")
    hook = "def on_config(config):\n    config.site_url = 'https://example.org/readiness/1.0'\n"
    project.write("hook.py", hook)
    project.configure("plugins:", "hooks: [hook.py]\nplugins:")
    project.build()
    assert '"https://example.org/readiness/1.0/reports/' in (project.site / "readiness.json").read_text("utf-8")


@pytest.mark.parametrize("path", ["", "quality"])
@pytest.mark.parametrize("module", PLUGINS)
def test_beside_it_the_site_is_whole(module: str, path: str, versions: Project, tmp_path: Path) -> None:
    needed(module)
    plugin, file, text = PLUGINS[module]
    project = versions.copy(tmp_path / "project")
    project.write("docs/index.md", "# Welcome\n")
    project.write(file, text)
    ours = f"  - readiness:\n      path: '{path}'\n"
    project.configure("  - readiness\n", f"{plugin}{ours}" if path else f"{ours}{plugin}")
    project.build("--strict")
    assert broken_links(project.site, "/readiness/") == []
    folder = project.site / path
    assert len([*folder.glob("reports/*/index.html")]) == len([*project.history.glob("runs/*/*/run.json")])
    links = [one.attributes.get("href", "") for one in load(project.site / "index.html").all("a", "md-nav__link")]
    base = f"{path}/" if path else ""
    assert f"{base}reports/" in links
    assert not [one for one in links if one.startswith(f"{base}reports/2")]
    if module == "mkdocs_static_i18n":
        german = load(project.site / "de" / "index.html")
        assert german.one("h1").words.startswith("Startseite")
        assert f"../{base}reports/" in [one.attributes.get("href") for one in german.all("a", "md-nav__link")]
        assert 'lang="en"' in (folder / "reports" / "index.html").read_text("utf-8")
