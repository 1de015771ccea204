"""A site built from what is kept is the site built from nothing, whatever changed in between."""

from __future__ import annotations

import html
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mkdocs.structure.pages import Page
from tests.plugin.pages import files
from tests.plugin.projects import GOOD, Failed, Project, new_project
from tests.tries import tries

from readiness.archive import Archive
from readiness.assessment import assess
from readiness.plugin.blocks import Blocks, split
from readiness.render.pages.context import Here, SiteContext
from readiness.render.pages.registry import PAGES
from readiness.render.pages.routes import Routes
from readiness.report import Reports
from readiness.results import KeptTexts

BROKEN = {**GOOD, "core.a::two": Failed()}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = new_project(tmp_path_factory.mktemp("kept") / "project")
    made.write("docs/index.md", "# Ours\n\n```html\n<div>\n\n<p>\n```\n\n<div>open\n\nLast *words*.\n")
    made.write("docs/more.md", "# More\n\n[Blockers](blockers/index.md)\n")
    made.archive("1.0", "2025-01-10T08:00:00Z", BROKEN)
    made.archive("1.1", "2025-02-10T08:00:00Z")
    return made


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages that Markdown makes from here on."""
    found: list[str] = []
    render = Page.render

    def noted(page: Page, *arguments: Any) -> None:
        found.append(page.file.src_uri)
        render(page, *arguments)

    monkeypatch.setattr(Page, "render", noted)
    return found


def cold(project: Project) -> dict[str, bytes]:
    """The site built from nothing."""
    cache = project.folder / ".cache"
    aside = cache.rename(project.folder / "aside") if cache.exists() else None
    project.build("--site-dir", "cold")
    shutil.rmtree(cache)
    if aside:
        aside.rename(cache)
    found = files(project.folder / "cold")
    shutil.rmtree(project.folder / "cold")
    return found


def run_added(project: Project) -> None:
    project.archive("2.0", "2025-03-10T08:00:00Z", BROKEN)


def judged_again(project: Project) -> None:
    policy = (project.folder / "readiness.yml").read_text(encoding="utf-8")
    waiver = "{test: 'core.a::two', ticket: T-1, reason: known, owner: Ann, approver: Bob, expires: 2026-01-01}"
    project.write("readiness.yml", f"{policy}\nwaivers: [{waiver}]\n")
    code, printed = project.run("readiness", "judge", project.runs["1.0"], "--at", "2025-04-01T00:00:00Z")
    assert code == 0, printed


def extension_changed(project: Project) -> None:
    project.configure("permalink: true", "permalink: '#'")


def template_changed(project: Project) -> None:
    project.configure("  - readiness\n", "  - readiness:\n      templates: theirs\n")
    project.write("theirs/macros.html", '{% macro icon(kind) -%}<svg class="rd-icon {{ kind }}"></svg>{%- endmacro %}')


def palette_changed(project: Project) -> None:
    project.configure("  font: false", "  font: false\n  palette:\n    primary: teal")


def theme_changed(project: Project) -> None:
    project.configure("  font: false", "  font: false\n  custom_dir: overrides")
    project.write(
        "overrides/main.html", '{% extends "base.html" %}{% block footer %}<p>{{ page.title }}</p>{% endblock %}'
    )


def theme_shows_others(project: Project) -> None:
    project.write(
        "overrides/main.html",
        '{% extends "base.html" %}{% block footer %}<p>{{ nav.homepage.meta.description }}</p>{% endblock %}',
    )
    project.archive("3.0", "2025-04-10T08:00:00Z", {**GOOD, "core.a::one": Failed("KeyError: 1")})


def nav_changed(project: Project) -> None:
    indexes = ["index.md", *(f"{name}/index.md" for name in ("reports", "releases", "blockers", "policy", "trends"))]
    lines = "".join(f"  - {path}\n" for path in indexes)
    project.configure("plugins:", f"nav:\n{lines}  - Else: more.md\nplugins:")


def title_changed(project: Project) -> None:
    """A title that the navigation takes from a page which is read after ours were looked up."""
    project.configure("  - Else: more.md", "  - more.md")
    project.write("docs/more.md", "# Quite another title\n")


CHANGES: tuple[Callable[[Project], None], ...] = (
    run_added,
    judged_again,
    extension_changed,
    template_changed,
    palette_changed,
    nav_changed,
    title_changed,
    theme_changed,
    theme_shows_others,
)


UNTOUCHED = {run_added: "1.0", judged_again: "2.0"}
"""A run whose report is not made again: what follows another one, or how that is judged, is no matter of it."""


def test_kept_and_made_are_the_same_bytes_after_every_change(project: Project, rendered: list[str]) -> None:
    project.build()
    for change in CHANGES:
        change(project)
        rendered.clear()
        project.build()
        made = files(project.site)
        if change in UNTOUCHED:
            assert f"reports/{project.runs[UNTOUCHED[change]]}.md" not in rendered, change.__name__
            assert any(name.startswith("reports/2") for name in rendered), change.__name__

        expected = cold(project)
        assert [name for name in {*made, *expected} if made.get(name) != expected.get(name)] == [], change.__name__
        assert "sitemap.xml.gz" in made


def test_whatever_became_of_what_is_kept_the_site_is_the_same(versions: Project, tmp_path: Path) -> None:
    project = versions.copy(tmp_path / "project")
    project.build()
    before = files(project.site)
    kept = [path for name in ("texts", "rendered") for path in (project.folder / ".cache/readiness" / name).iterdir()]
    for number, path in enumerate(sorted(kept)):
        content = path.read_bytes()
        at = (number * 37) % len(content)
        path.write_bytes(content[:at] + bytes([content[at] ^ 0x20]) + content[at + 1 :])
    kept[0].write_bytes(b"")
    kept[1].write_bytes(kept[2].read_bytes())

    project.build()

    assert files(project.site) == before


def test_a_plugin_that_changes_pages_has_its_say_each_time(versions: Project, tmp_path: Path) -> None:
    project = versions.copy(tmp_path / "project")
    project.configure("plugins:", "hooks: [none.py]\nplugins:")
    for before, word in (("none", "one"), ("one", "two")):  # MkDocs reads a hook once a process
        project.configure(f"{before}.py", f"{word}.py")
        project.write(f"{word}.py", f"def on_post_page(output, **_):\n    return output + '<!-- {word} -->'\n")
        project.build()

        site = files(project.site)
        pages = [name for name in site if name.endswith(".html") and name != "404.html"]
        assert [name for name in pages if not site[name].endswith(f"<!-- {word} -->".encode())] == []


def test_what_is_kept_is_let_go_when_no_build_uses_it(tmp_path: Path) -> None:
    keep = KeptTexts(tmp_path)
    for name in ("old", "new", "used"):
        keep.keep(name, f"the text {name} \ud800")
    for name, days in (("old", 9), ("used", 6)):
        then = (tmp_path / name).stat().st_mtime - days * 86_400
        os.utime(tmp_path / name, (then, then))
    assert keep.text("used") == "the text used \ud800"

    keep.tidy()

    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "used"]
    assert (tmp_path / "used").stat().st_mtime > (tmp_path / "new").stat().st_mtime - 86_400


class Watched:
    """Notes what is asked of something."""

    def __init__(self, watched: Any, prefix: str, seen: set[str]) -> None:
        self._watched, self._prefix, self._seen = watched, prefix, seen

    def __getattr__(self, name: str) -> Any:
        self._seen.add(f"{self._prefix}{name}")
        found = getattr(self._watched, name)
        return Watched(found, "reports.", self._seen) if name == "reports" else found

    def __contains__(self, name: object) -> bool:
        return name in self._watched


FROM_THE_ADDRESS = "named chain_of policy_of changes_between release_before since_release_before address"
FIXED = {"routes", "product", "missing", "version", "previous", "reports"} | {
    f"reports.{name}" for name in re.findall(r"\w+", FROM_THE_ADDRESS)
}
"""What follows from the address of a report, or is a part of the name of every page of a site."""


def test_what_a_kept_page_asks_of_its_site_stands_in_its_name(versions: Project) -> None:
    archive = Archive(versions.history)
    site = SiteContext(archive, Reports(assess(archive), archive), Routes())
    for kind in PAGES:
        for told in kind.every(site) if kind.depends else ():
            asked, named = set[str](), set[str]()
            here, by_name = (Here(Watched(site, "", seen), kind.route(told)) for seen in (asked, named))  # type: ignore[arg-type]
            kind.view(here, told), kind.title(here, told), kind.description(here, told)
            assert kind.depends
            kind.depends(by_name, told)

            assert asked <= named | FIXED, kind.template


EXTENSIONS = (["toc", "tables"], ["toc", "tables", "fenced_code", "md_in_html", "attr_list", "def_list", "footnotes"])
FRAGMENTS = (
    "\n\n",
    "\n\n",
    "\n\n",
    "\n",
    "<div>",
    "</div>",
    "<p class=a>x</p>",
    "<table id='t'>\n<tr><td>1</td></tr></table>",
    "<ul>\n<li><p>a</p>\n</li></ul>",
    "<div><div>",
    "</p>",
    "<p>",
    "text *b* `c`",
    "# H <span id=h></span>",
    "`<p>x</p>`",
    "<!-- note -->",
    "<!-- open",
    "-->",
    "```",
    "    <div>a</div>",
    "- item",
    "<div markdown='1'>*b*</div>",
    "<pre>",
    "<pre>\n\na\n</pre>",
    "<br>",
    "<hr>",
    "<svg/>",
    "<?php",
    "<script>",
    "</script>",
    "[^1]",
    "[^1]: note",
    "&#x3c;div&#x3e;",
    "<p><em>x</p>",
    "<details><summary>a</summary>",
    "</details>",
    "<nav>n</nav> tail",
    " <div>b</div>",
    "<form>f</form>",
    "<dl>",
    "</dl>",
)


@tries(150)
@given(
    st.lists(st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=2).map("".join), max_size=5).map("\n\n".join),
    st.sampled_from(EXTENSIONS),
)
def test_blocks_that_pass_by_the_parser_come_out_as_it_leaves_them(text: str, extensions: list[str]) -> None:
    assert markdown.markdown(text, extensions=[*extensions, Blocks()]) == markdown.markdown(text, extensions=extensions)


def test_pages_come_out_the_same_and_their_anchors_are_known(versions: Project, tmp_path: Path) -> None:
    project = versions.copy(tmp_path / "project")
    project.build()
    pages = [*(project.folder / ".cache/readiness/pages").rglob("*.md")]
    assert len(pages) > 10
    for page in pages:
        _, _, text = page.read_text(encoding="utf-8").partition("\n---\n")
        blocks = Blocks()
        found = markdown.markdown(text, extensions=["toc", blocks])

        assert split(f"{text}\n\n"), f"{page} is left to Markdown's parser"
        assert found == markdown.markdown(text, extensions=["toc"])
        # Headings are Markdown's; what their text brings along is seen by MkDocs itself.
        by_markdown = set(re.findall(r'<h[1-6] id="([^"]*)"|<span id="([^"]*)"></span>', found))
        assert set(map(html.unescape, re.findall(r'\sid="([^"]*)"', found))) <= blocks.anchors | {
            "".join(one) for one in by_markdown
        }
