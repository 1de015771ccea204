"""Sites other than the usual one: empty, without a home text, with other addresses, with pages of the same name."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from tests.plugin.pages import article, broken_links, files, load
from tests.plugin.projects import MKDOCS_YML, Project, new_project


@pytest.fixture
def project(versions: Project, tmp_path: Path) -> Project:
    return versions.copy(tmp_path / "project")


def test_without_an_archive_the_site_says_that_no_run_has_been_archived(tmp_path: Path) -> None:
    project = new_project(tmp_path / "project", readiness_yml=None)

    project.build()

    for page in ("", "reports", "releases", "blockers", "policy", "trends"):
        assert "No run has been archived yet" in article(project.site / page / "index.html").words, page
    assert list(article(project.site / "index.html").all("p", "rd-word")) == []
    assert "readiness archive" in article(project.site / "index.html").words
    assert broken_links(project.site, "/readiness/") == []
    assert not project.history.exists()


def test_the_home_page_needs_no_hand_written_text(project: Project) -> None:
    assert list((project.folder / "docs").iterdir()) == []

    project.build()

    assert article(project.site / "index.html").one("p", "rd-word").words == "Not ready Blocked"


def test_a_hand_written_home_text_follows_the_verdict(project: Project) -> None:
    project.write("docs/index.md", "---\ntitle: Mine\n---\n## House rules\n\nAsk [us](rules.md) first.\n")
    project.write("docs/rules.md", "# Rules\n\nBack [home](index.md).\n")

    project.build()

    home = article(project.site / "index.html")
    assert home.words.index("Not ready") < home.words.index("House rules")
    assert "Ask us first." in home.words
    assert "title: Mine" not in home.words
    assert broken_links(project.site, "/readiness/") == []


def test_without_a_nav_our_pages_stand_first_in_our_order_and_breadcrumbs_name_each_step_once(
    project: Project,
) -> None:
    features = "[navigation.tabs, navigation.indexes, navigation.path, navigation.footer]"
    project.configure("  font: false", f"  font: false\n  features: {features}")
    project.write("docs/about.md", "# About us\n")
    project.write("docs/notes/index.md", "# Notes\n")

    project.build()

    home, about = load(project.site / "index.html"), load(project.site / "about" / "index.html")
    ours = ["Overview", "Reports", "Releases", "Blockers", "Policy", "Tests", "Trends"]
    assert [one.words for one in home.all("li", "md-tabs__item")] == [*ours, "About us", "Notes"]
    footers = [one.one("nav", "md-footer__inner") for one in (home, about)]
    links = [[one.attributes["href"] for one in footer.all("a", "md-footer__link")] for footer in footers]
    assert links == [["reports/"], ["../trends/", "../notes/"]]

    for page, steps in (("reports/2*", ["Overview", "Reports"]), ("blockers/B-*", ["Overview", "Blockers"])):
        document = load(next(project.site.glob(f"{page}/index.html")))
        assert [link.words for link in document.one("nav", "md-path").all("a")] == steps
        assert [one.words for one in document.all("li", "md-tabs__item--active")] == steps[1:]


def test_addresses_without_folders_resolve(project: Project) -> None:
    project.configure("theme:", "use_directory_urls: false\ntheme:")

    project.build()

    assert (project.site / "reports" / f"{project.runs['2.0.0']}.html").is_file()
    assert broken_links(project.site, "/readiness/") == []


def test_a_hand_written_page_of_a_generated_name_is_named_in_a_warning(project: Project) -> None:
    project.write("docs/blockers/index.md", "# Mine\n")

    code, printed = project.run("mkdocs", "build")

    assert code == 0
    (warning,) = (line for line in printed.splitlines() if line.startswith("WARNING"))
    assert "blockers/index.md" in warning
    assert "rename" in warning
    assert article(project.site / "blockers" / "index.html").one("h1").words.startswith("Blockers")
    assert project.run("mkdocs", "build", "--strict")[0] == 1


def test_a_template_of_ones_own_stands_before_ours(project: Project) -> None:
    project.configure("  - readiness\n", "  - readiness:\n      templates: mine\n")
    project.write("mine/trends.md", "# Ours\n\n{{ count }} runs until {{ last }}\n")

    project.build()

    assert "4 runs until 2.0.0" in article(project.site / "trends" / "index.html").words
    assert article(project.site / "index.html").one("p", "rd-word").words == "Not ready Blocked"


def test_one_section_of_a_page_can_be_replaced_and_one_added(project: Project) -> None:
    project.configure("  - readiness\n", "  - readiness:\n      templates: mine\n")
    project.write(
        "mine/report.md",
        '{% extends "readiness/report.md" %}\n'
        "{% block warnings %}\n## House rules\n\nAsk the owner of {{ title }} first.\n\n{{ super() }}{% endblock %}\n"
        "{% block criteria %}\n## Criteria\n\nOne line each: {{ criteria | length }}.\n\n{% endblock %}\n",
    )

    project.build()

    report = article(project.site / "reports" / project.runs["2.0.0"] / "index.html")
    headings = [heading.words.rstrip("¶") for heading in report.all("h2")]
    assert headings.index("House rules") > headings.index("Next steps")
    assert "One line each: 3." in report.words
    assert report.one("p", "rd-word").words == "Not ready Blocked"


def test_one_sentence_and_one_partial_can_be_replaced(project: Project) -> None:
    project.configure("  - readiness\n", "  - readiness:\n      templates: mine\n")
    project.write(
        "mine/words.jinja",
        "{% macro resolve_blockers(count) -%}\nHold the release: {{ n(count, 'cause') }} left.\n{%- endmacro %}\n",
    )
    project.write(
        "mine/blocks.html", "{% macro criteria(rows) %}\n<p>{{ rows | length }} demands</p>\n{% endmacro %}\n"
    )

    project.build()

    home = article(project.site / "index.html")
    (held,) = (one.words for one in home.all("p", "rd-rec"))
    assert re.fullmatch(r"Hold the release: \d+ causes? left\.", held)
    report = article(project.site / "reports" / project.runs["2.0.0"] / "index.html")
    assert "3 demands" in report.words
    assert "executed tests" in home.one("div", "rd-verdict").words
    assert "rd-cards" in (project.site / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("template", "text", "mistake"),
    [
        ("trends.md", "# Ours\n\n{{ no_such_thing }}\n", "no_such_thing"),
        ("words.jinja", "{% macro resolve_blockers(count, unverified) %}{{ cuont }}{% endmacro %}\n", "cuont"),
        ("trends.md", "{{ blocks.no_such_part() }}\n", "no_such_part"),
    ],
)
def test_a_broken_template_is_named_without_a_traceback(
    template: str, text: str, mistake: str, project: Project
) -> None:
    project.configure("  - readiness\n", "  - readiness:\n      templates: mine\n")
    project.write(f"mine/{template}", text)

    code, printed = project.run("mkdocs", "build")

    assert code == 1
    assert template in printed
    assert mistake in printed
    assert "Traceback" not in printed


def test_a_templates_folder_that_is_not_there_is_named(project: Project) -> None:
    project.configure("  - readiness\n", "  - readiness:\n      templates: mine\n")

    code, printed = project.run("mkdocs", "build")

    assert code == 1
    assert "mine" in printed
    assert "Traceback" not in printed


def test_another_place_for_the_archive(project: Project) -> None:
    project.history.rename(project.folder / "records")
    project.configure("  - readiness\n", "  - readiness:\n      history: records\n")

    project.build()

    assert (project.site / "reports" / project.runs["2.0.0"] / "index.html").is_file()


def test_the_configuration_may_be_named_from_another_folder(project: Project, tmp_path: Path) -> None:
    elsewhere = Project(tmp_path)
    code, printed = elsewhere.run("mkdocs", "build", "--strict", "-f", str(project.folder / "mkdocs.yml"))

    assert code == 0, printed
    assert (project.site / "reports" / project.runs["2.0.0"] / "index.html").is_file()


def test_a_build_writes_nothing_but_the_site_and_the_cache(project: Project) -> None:
    before = files(project.folder)

    project.build()

    after = files(project.folder)
    assert {name: after[name] for name in after if not name.startswith(("site/", ".cache/"))} == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a read-only archive")
def test_reading_the_archive_needs_no_permission_to_write_anything_but_the_site(
    project: Project, tmp_path: Path
) -> None:
    if not shutil.which("unshare"):
        pytest.skip("unshare is not there")
    site = tmp_path / "out"
    mount = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"'
    before = ("unshare", "-m", "sh", "-c", mount, "sh", str(project.folder))
    if project.run_apart("mkdocs", "--version", before=before)[0]:
        pytest.skip("mounting is not allowed here")

    code, printed = project.run_apart("mkdocs", "build", "--strict", "-d", str(site), before=before)

    assert code == 0, printed
    assert (site / "reports" / project.runs["2.0.0"] / "index.html").is_file()
    assert not (project.folder / ".cache").exists()


def test_other_plugins_and_other_themes_get_the_pages_too(tmp_path: Path, versions: Project) -> None:
    project = versions.copy(tmp_path / "project")
    project.write("mkdocs.yml", MKDOCS_YML.replace("name: material\n  font: false", "name: mkdocs"))

    project.build()

    assert "Not ready" in load(project.site / "index.html").words
    assert broken_links(project.site, "/readiness/") == []
