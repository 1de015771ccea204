"""What chats and search engines show of a link: title and description of every generated page, letter for letter."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.plugin.pages import load
from tests.plugin.projects import GOOD, READINESS_YML, Failed, Project, new_project

from readiness.plugin.open_graph import preview_tags, with_preview
from readiness.render.pages.meta_description import LIMIT, plain
from readiness.render.pages.pages import GeneratedPage
from readiness.render.pages.registry import PAGES

EVIL = """</title></head><script>alert(1)</script>" onload='x' &amp; &lt;b&gt; {{ 7 }} `a` *b*"""
POLICY = READINESS_YML.replace("product: Product", f"product: '{EVIL.replace(chr(39), chr(39) * 2)}'")
FACTS = "1 of 3 executed tests fails. All 3 expected tests have a result."
KEYS = {"description", "og:type", "og:site_name", "og:title", "og:description", "og:url"}


def head(path: Path) -> dict[str, str]:
    """Name or property -> content of the meta tags of a page, once each; `title` too."""
    document = load(path)
    found: dict[str, str] = {}
    for tag in document.one("head").all("meta"):
        name = tag.attributes.get("property") or tag.attributes.get("name", "")
        assert not name or name not in found, name
        found[name] = tag.attributes.get("content", "")
    return {**found, "title": document.one("title").words}


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Project]:
    """A plain site, and one whose product has a hostile name."""
    built = {}
    for name, policy in (("plain", READINESS_YML), ("hostile", POLICY)):
        project = new_project(tmp_path_factory.mktemp(name) / "project", readiness_yml=policy)
        project.write("docs/rules.md", "# Rules\n")
        project.archive("1.0.0", "2025-01-10T08:00:00Z", {**GOOD, "core.a::one": Failed(f"ValueError: {EVIL}")})
        project.build()
        built[name] = project
    return built


def generated(project: Project) -> list[Path]:
    return [path for path in sorted(project.site.rglob("index.html")) if path.parent.name != "rules"]


def test_every_generated_page_says_what_it_is_about(sites: dict[str, Project]) -> None:
    for project in sites.values():
        pages = generated(project)
        assert len(pages) == 10
        for path in pages:
            found = head(path)
            assert found.keys() >= KEYS, path
            assert found["og:description"] == found["description"], path
            assert 20 < len(found["description"]) <= LIMIT, path
            assert found["og:site_name"] == "Product readiness"
            where = path.parent.relative_to(project.site).as_posix()
            assert found["og:url"] == f"https://example.org/readiness/{'' if where == '.' else where + '/'}"


def test_a_hand_written_page_is_left_alone(sites: dict[str, Project]) -> None:
    assert not any(name.startswith("og:") for name in head(sites["plain"].site / "rules" / "index.html"))


def test_descriptions_hold_the_facts(sites: dict[str, Project]) -> None:
    project = sites["plain"]
    run, (blocker,) = project.runs["1.0.0"], (project.site / "blockers").glob("B-*")
    verdict = f"Product 1.0.0 is NOT READY: BLOCKED. {FACTS}"
    said = {
        "": ("Is Product 1.0.0 ready?", "website", verdict),
        f"reports/{run}": ("Product 1.0.0 report", "article", verdict),
        "releases/1.0.0": ("Product 1.0.0", "article", verdict),
        "reports": ("Reports", "website", f"1 report of Product. Latest: {verdict}"),
        "releases": ("Releases", "website", f"1 release of Product, none of them ready. Latest: {verdict}"),
        "blockers": (
            "Blockers",
            "website",
            "Product 1.0.0: 1 open blocker blocking the release; 1 on record.",
        ),
        "policy": (
            *("Policy", "website"),
            "What Product requires for a release: 3 criteria, 2 of them met by 1.0.0.",
        ),
        "trends": ("Trends", "website", "Product, 1 run, 1.0.0 to 1.0.0: is it getting better?"),
    }
    for page, (title, kind, description) in said.items():
        found = head(project.site / page / "index.html")
        assert (found["og:title"], found["og:type"], found["description"]) == (title, kind, description)
    found = head(blocker / "index.html")
    assert found["og:title"].startswith(f"{blocker.name} ")
    assert re.fullmatch(r"Severity high, open, first opened in 1\.0\.0: .+ Tests: 1 failing\.", found["description"])


def test_a_hostile_name_is_shown_letter_for_letter_and_does_nothing(sites: dict[str, Project]) -> None:
    project = sites["hostile"]
    report = project.site / "reports" / project.runs["1.0.0"] / "index.html"
    found = head(report)
    assert found["og:title"] == f"{EVIL} 1.0.0 report"
    assert found["title"] == f"{EVIL} 1.0.0 report - Product readiness"
    assert found["description"] == f"{EVIL} 1.0.0 is NOT READY: BLOCKED. {FACTS}"[: LIMIT + 1]
    assert head(project.site / "index.html")["og:title"] == f"Is {EVIL} 1.0.0 ready?"
    for path in generated(project):
        assert not any("alert" in script.text for script in load(path).all("script")), path
        assert not any("onload" in tag.attributes for tag in load(path).all("meta")), path


def test_another_theme_gets_the_description_too(sites: dict[str, Project], tmp_path: Path) -> None:
    project = sites["plain"].copy(tmp_path / "project")
    project.configure("  name: material\n  font: false\n", "  name: mkdocs\n")

    project.build()

    for path in generated(project):
        assert head(path).keys() >= KEYS, path


def test_without_an_address_of_the_site_no_page_states_one(sites: dict[str, Project], tmp_path: Path) -> None:
    project = sites["plain"].copy(tmp_path / "project")
    project.configure("site_url: https://example.org/readiness/\n", "")

    project.build()

    assert head(project.site / "index.html").keys() & KEYS == KEYS - {"og:url"}


def test_an_empty_site_says_that_nothing_is_known(tmp_path: Path) -> None:
    project = new_project(tmp_path / "project")

    project.build()

    found = head(project.site / "index.html")
    assert found["description"] == "No run has been archived yet, so nothing is known."
    assert found["og:title"] == "Overview"


def test_words_of_ones_own_are_used(sites: dict[str, Project], tmp_path: Path) -> None:
    project = sites["plain"].copy(tmp_path / "project")
    project.configure("  - readiness\n", "  - readiness:\n      templates: mine\n")
    project.write(
        "mine/words.jinja", "{% macro preview_judgement(title, verdict, summary) %}<b>{{ title }}</b>!{% endmacro %}"
    )

    project.build()

    assert head(project.site / "index.html")["description"] == "Product 1.0.0!"


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("a <a href='#x'>1&#x2c;377</a> b &#x3c;b&#x3e;", "a 1,377 b <b>"),
        ("&#x26;lt&#x3b;", "&lt;"),
        ("w" * 200, "w" * 200),
        ("w" * 201, "w" * 199 + "…"),
        ("word " * 60, "word " * 38 + "word…"),
        ("a " + "w" * 300, "a " + "w" * 197 + "…"),
    ],
)
def test_text_is_cut_at_a_word(printed: str, expected: str) -> None:
    assert plain(printed) == expected


@pytest.mark.parametrize("there", ['<meta name="description" content="x">', "<meta name=description content=x>"])
def test_a_description_that_is_there_is_not_written_twice(there: str) -> None:
    page = GeneratedPage(PAGES[0], "index.md", 'Say "hi"', "<b> & 'c'", "", None)

    assert preview_tags(there, page, "A & B", None) == (
        '<meta property="og:type" content="website">\n'
        '<meta property="og:site_name" content="A &amp; B">\n'
        '<meta property="og:title" content="Say &quot;hi&quot;">\n'
        '<meta property="og:description" content="&lt;b&gt; &amp; &#x27;c&#x27;">\n'
    )
    assert with_preview("<p>no head</p>", page, "A & B", None) == "<p>no head</p>"
