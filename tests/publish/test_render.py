"""`readiness render`: plain Markdown that another site generator builds, in a folder of its own."""

from __future__ import annotations

import html
import json
import posixpath
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import cmarkgfm
import pytest
import yaml
from cmarkgfm.cmark import Options
from tests.optional import needed
from tests.plugin.pages import Element, broken_links, files, load, parse
from tests.plugin.projects import Project, three_versions
from tools.builders import FOLDER, configuration

from readiness.archive import Archive
from readiness.assessment import assess
from readiness.render.pages.context import SiteContext
from readiness.render.pages.markdown_export import markdown_export
from readiness.render.pages.pages import build_pages
from readiness.render.pages.routes import SourceRoutes
from readiness.report import Reports

VERDICTS = [("1.0.0", "Not ready: Blocked"), ("1.1.0", "Ready"), ("2.0.0", "Not ready: Blocked")]

CONF = """\
project = "Product"
extensions = ["myst_parser"]
suppress_warnings = ["toc.not_included"]
myst_heading_anchors = 3
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return three_versions(tmp_path_factory.getbasetemp()).copy(tmp_path_factory.mktemp("render") / "project")


def rendered(project: Project, target: Path, *options: str) -> dict[str, str]:
    code, printed = project.run("readiness", "render", "--to", str(target), *options)
    assert code == 0, printed
    return {path: text.decode() for path, text in files(target).items()}


def as_repositories_show_it(text: str) -> Element:
    return parse(cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE))


@pytest.fixture(scope="module")
def pages(project: Project, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return rendered(project, tmp_path_factory.mktemp("pages") / "readiness")


@pytest.fixture(scope="module")
def book(pages: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of Sphinx and MyST that holds the pages beside one of its own, built with warnings as errors."""
    folder = tmp_path_factory.mktemp("book")
    for path, text in pages.items():
        (folder / "readiness" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "readiness" / path).write_text(text, encoding="utf-8")
    (folder / "conf.py").write_text(CONF)
    (folder / "index.md").write_text("# Book\n\n```{toctree}\nreadiness/index\n```\n")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", str(folder), str(folder / "html")],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return folder / "html"


def expected_paths(project: Project) -> set[str]:
    """Each index, each release, each run of the archive; blockers come on top."""
    reports = {f"reports/{path.parent.name}.md" for path in project.history.rglob("run.json")}
    releases = {f"releases/{version}.md" for version, _ in VERDICTS}
    return (
        {"index.md", *(f"{name}/index.md" for name in ("reports", "releases", "blockers", "policy", "tests", "trends"))}
        | reports
        | releases
    )


def test_every_page_is_there(project: Project, pages: dict[str, str]) -> None:
    data = {f"{path.removesuffix('.md')}/report.json" for path in pages if re.fullmatch(r"reports/\d.*\.md", path)}
    rest = set(pages) - expected_paths(project) - data - {".readiness-render.json", "tests/tests.csv"}

    assert data <= set(pages)
    assert expected_paths(project) <= set(pages)
    assert rest
    assert all(re.fullmatch(r"blockers/B-[A-Z2-7]{6}\.md", path) for path in rest)


def test_another_generator_builds_every_page_and_every_link_resolves(book: Path, pages: dict[str, str]) -> None:
    built = {path.relative_to(book / "readiness").as_posix() for path in (book / "readiness").rglob("*.html")}

    assert built == {path.removesuffix("md") + "html" for path in pages if path.endswith(".md")}
    assert [line for line in broken_links(book) if line.startswith("/readiness/")] == []


@pytest.mark.parametrize(("version", "verdict"), VERDICTS)
def test_another_generator_shows_the_verdict_and_why(version: str, verdict: str, book: Path, project: Project) -> None:
    for path in (f"reports/{project.runs[version]}.html", f"releases/{version}.html"):
        page = load(book / "readiness" / path).one("div", "body")
        quote = next(page.all("blockquote"))
        assert quote.one("strong").words == verdict
        assert "have a result" in quote.words
        assert version in page.one("h1").words
    home = load(book / "readiness" / "index.html").one("div", "body")
    assert next(home.all("blockquote")).one("strong").words == "Not ready: Blocked"


def test_the_figures_are_those_of_the_run(project: Project, pages: dict[str, str]) -> None:
    page = as_repositories_show_it(pages[f"reports/{project.runs['2.0.0']}.md"])

    assert "3 passed, 1 failed" in page.words
    assert "ValueError: seven" in page.words
    assert next(page.all("pre")).text.strip() == "no trace"


DRAWN = {"rd-only-narrow", "rd-hint", "rd-pointing"}
"""Classes of what says again what stands elsewhere, or speaks of a drawing."""


def spoken(element: Element) -> Iterator[str]:
    """The words of a page that readers are told; what only repeats or draws them is left out."""
    for child in element.children:
        if isinstance(child, str):
            yield from re.findall(r"\w+", child)
        elif child.attributes.keys() & {"hidden", "aria-hidden"} or DRAWN & {*child.classes}:
            continue
        elif child.words not in ("Data as a table", "Headroom"):
            yield from spoken(child)


@pytest.mark.parametrize("example", ["three versions", "lukhas"])
def test_no_word_of_a_page_is_lost(example: str, project: Project, repo_root: Path) -> None:
    archive = Archive(project.history if example == "three versions" else repo_root / "examples" / "lukhas" / "history")
    context = SiteContext(archive, Reports(assess(archive, None)), SourceRoutes())
    for page in build_pages(context):
        told = Counter(spoken(parse(page.markdown.split("---\n", 2)[2])))
        shown = Counter(spoken(as_repositories_show_it(markdown_export(page.markdown))))
        assert (told - shown, shown - told) == (Counter(), Counter()), page.path


def test_repositories_show_pages_without_script_style_or_drawing(pages: dict[str, str]) -> None:
    for path, text in pages.items():
        if not path.endswith(".md"):
            continue
        page = as_repositories_show_it(text)
        assert not text.startswith("---"), path
        tags = {element.tag for element in page.all()}
        assert not tags & {"script", "style", "svg", "link", "figure", "div", "span"}, path
        assert not any("class" in element.attributes for element in page.all()), path
        for table in page.all("table"):
            header, *rows = table.all("tr")
            assert rows, path
            assert {len(row.children) for row in rows} == {len(header.children)}, path


def anchors(text: str) -> set[str]:
    """The anchors that repositories give to the headings of a page."""
    headings = re.findall(r"^#+ ([A-Za-z ,]+)$", text, re.MULTILINE)
    return {name.lower().replace(",", "").replace(" ", "-") for name in headings}


@pytest.mark.parametrize("options", [(), ("--readme",)], ids=["index.md", "README.md"])
def test_links_lead_to_files_of_the_folder(options: tuple[str, ...], project: Project, tmp_path: Path) -> None:
    found = rendered(project, tmp_path / "out", *options)

    assert ("README.md" in found) == bool(options)
    assert any(path.endswith("index.md") for path in found) != bool(options)
    for path, text in found.items():
        links = re.findall(r"\]\(([^)]*)\)|href=\"([^\"]*)\"", text) if path.endswith(".md") else []
        for address, anchor in ((one or other).partition("#")[::2] for one, other in links):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), address)) if address else path
            assert target in found, (path, address)
            assert not anchor or anchor in anchors(found[target]), (path, address, anchor)


def test_rich_pages_are_those_of_the_site_with_addresses_as_in_their_source(project: Project, tmp_path: Path) -> None:
    found = rendered(project, tmp_path / "out", "--rich")
    assert expected_paths(project) <= set(found)
    named = yaml.safe_load(found["navigation.yml"])
    assert {*(path for one in named["nav"] for path in one.values()), *named["extra_css"]} <= set(found)
    seen = 0
    for path, text in found.items():
        for address in re.findall(r'\s(?:href|src)="([^"]*)"', text) if path.endswith(".md") else ():
            file = html.unescape(address).partition("#")[0]
            assert posixpath.normpath(posixpath.join(posixpath.dirname(path), file)) in found or not file, (path, file)
            seen += file.endswith(".md")
    assert seen > 100
    assert 'class="rd-verdict' in found["index.md"]


def test_zensical_builds_rich_pages_with_every_link(project: Project, tmp_path: Path) -> None:
    needed("zensical")
    out = tmp_path / "book" / "docs" / FOLDER
    rendered(project, out, "--rich")
    (out.parent / "index.md").write_text("# Welcome\n")
    (tmp_path / "book" / "mkdocs.yml").write_text(yaml.safe_dump(configuration(out)))
    command = (Path(sys.executable).with_name("zensical"), "build", "--clean")
    subprocess.run(command, cwd=tmp_path / "book", check=True, capture_output=True)
    assert broken_links(tmp_path / "book" / "site", "/") == []


def test_the_same_archive_gives_the_same_bytes_and_replaces_what_was_rendered(project: Project, tmp_path: Path) -> None:
    first = rendered(project, tmp_path / "out", "--readme")
    assert rendered(project, tmp_path / "out", "--readme") == first
    second = rendered(project, tmp_path / "out")

    assert "README.md" not in second
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]
    assert rendered(project, tmp_path / "other") == second


def test_files_of_others_are_not_overwritten(project: Project, tmp_path: Path) -> None:
    target = tmp_path / "out"
    rendered(project, target)
    (target / "reports" / "notes.md").write_text("mine")
    before = files(tmp_path)

    code, printed = project.run("readiness", "render", "--to", str(target))

    assert code == 2
    assert printed == (
        f"readiness: {target}: contains reports/notes.md, which was not written by this command. "
        "The folder is replaced as a whole: name a new or empty one\n"
    )
    assert files(tmp_path) == before


@pytest.mark.parametrize("mark", [None, "", "[]", '{"pages": 7}', '{"pages": ["../x"]}', '{"pages": [7]}'])
def test_without_a_sound_mark_a_folder_is_somebody_elses(mark: str | None, project: Project, tmp_path: Path) -> None:
    (tmp_path / "index.md").write_text("mine")
    if mark is not None:
        (tmp_path / ".readiness-render.json").write_text(mark)

    code, printed = project.run("readiness", "render", "--to", str(tmp_path))

    assert (code, len(printed.splitlines())) == (2, 1)
    assert (tmp_path / "index.md").read_text() == "mine"


def test_the_mark_names_the_pages(pages: dict[str, str]) -> None:
    mark = json.loads(pages[".readiness-render.json"])

    assert mark["pages"] == sorted(pages.keys() - {".readiness-render.json"})


def test_templates_of_ones_own(project: Project, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "trends.md").write_text("# Ours\n\n{{ count }} runs until *{{ last }}*\n")

    found = rendered(project, tmp_path / "out", "--templates", str(tmp_path / "mine"))

    assert found["trends/index.md"] == "# Ours\n\n4 runs until *2.0.0*\n"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("--history", "nowhere"), "there is no such folder"),
        (("--history", "empty"), "contains no runs"),
        (("--templates", "broken"), "no_such_thing"),
        (("--templates", "nowhere"), "does not exist"),
        (("--to", "history/pages"), "is inside the archive"),
    ],
)
def test_mistakes_are_told_in_one_line(command: tuple[str, ...], words: str, project: Project, tmp_path: Path) -> None:
    own = project.copy(tmp_path / "project")
    own.write("broken/trends.md", "{{ no_such_thing }}")
    (own.folder / "empty").mkdir()

    code, printed = own.run("readiness", "render", "--to", "out", *command)

    assert (code, len(printed.splitlines())) == (2, 1), printed
    assert words in printed
    assert not (own.folder / "out").exists()


def test_a_damaged_archive_is_named(project: Project, tmp_path: Path) -> None:
    own = project.copy(tmp_path / "project")
    (damaged,) = own.run_folder("1.0.0").glob("junit.xml*")
    damaged.write_bytes(b"{")

    code, printed = own.run("readiness", "render", "--to", "out")

    assert (code, len(printed.splitlines())) == (2, 1), printed
    assert damaged.name in printed
    assert not (own.folder / "out").exists()
