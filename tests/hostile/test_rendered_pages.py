"""`readiness render` of the hostile archive: whatever reads the pages as Markdown obeys none of their texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import cmarkgfm
import markdown
import pytest
from cmarkgfm.cmark import Options
from markdown_it import MarkdownIt
from tests.hostile.hostile_runs import PAYLOADS, Hostile, shown
from tests.plugin.pages import parse

TAGS = {
    *("a", "blockquote", "br", "code", "details", "h1", "h2", "h3", "li", "ol", "p", "pre", "strong", "summary"),
    *("table", "tbody", "td", "th", "thead", "tr", "ul", "wbr"),
}
"""What the pages are made of."""

RENDERERS: dict[str, Callable[[str], str]] = {
    "as GitHub does": lambda text: cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE),
    "CommonMark with quotes and dashes": MarkdownIt("commonmark", {"html": True, "typographer": True})
    .enable(["table", "strikethrough", "replacements", "smartquotes"])
    .render,
    "Python-Markdown": lambda text: markdown.markdown(
        text, extensions=["abbr", "admonition", "attr_list", "def_list", "footnotes", "tables", "toc"]
    ),
}


@pytest.fixture(scope="module")
def rendered(hostile: Hostile, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    target = tmp_path_factory.mktemp("rendered") / "pages"
    code, printed = hostile.project.run("readiness", "render", "--to", str(target))
    assert code == 0, printed
    return {path.relative_to(target).as_posix(): path.read_text(encoding="utf-8") for path in target.rglob("*.md")}


def one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("renderer", RENDERERS)
def test_no_text_becomes_an_element_an_attribute_or_a_link(renderer: str, rendered: dict[str, str]) -> None:
    for path, text in rendered.items():
        if renderer != "as GitHub does" and path.startswith("blockers/B-"):
            continue  # one renderer reads the pages of all blockers: they are many and alike
        for element in parse(RENDERERS[renderer](text)).all():
            assert element.tag in TAGS, (path, element)
            assert set(element.attributes) <= {"href", "id", "align", "style", "start"}, (path, element)
            assert re.fullmatch(r"text-align: ?(left|right);?|", element.attributes.get("style", "")), (path, element)
            if element.tag == "a" and "href" not in element.attributes:
                assert re.fullmatch("[a-z][a-z0-9-]+", element.attributes["id"]), (path, element)
            elif element.tag == "a":
                pages, data = (
                    r"[A-Za-z0-9._/+-]+\.md(?:#[a-z-]+)?|#[a-z-]+",
                    r"[A-Za-z0-9._/+-]+/report\.json|tests\.csv",
                )
                assert re.fullmatch(f"{pages}|{data}", element.attributes["href"]), (path, element)


@pytest.mark.parametrize("renderer", RENDERERS)
def test_every_text_is_shown_letter_for_letter(renderer: str, rendered: dict[str, str], hostile: Hostile) -> None:
    page = parse(RENDERERS[renderer](rendered[f"reports/{hostile.runs[0]}.md"]))
    words = one_line(page.text)
    traces = [pre.text for pre in page.all("pre")]

    for name, text in PAYLOADS.items():
        assert one_line(shown(f"test {name} {text}")) in words, name
        (trace,) = (trace for trace in traces if trace.startswith(f"trace {name}\n"))
        assert shown(f"\n    {text}\nE   Error") in trace, name


def test_nothing_is_left_for_the_template_language_of_another_generator(rendered: dict[str, str]) -> None:
    for path, text in rendered.items():
        assert not re.search(r"[{}`]|^---", text, re.MULTILINE), path
        assert set(re.findall(r"<([^ >]*)", text)) <= {f"{end}{tag}" for tag in TAGS for end in ("", "/")}


def test_github_reads_no_mention_reference_or_emoji_out_of_the_page(rendered: dict[str, str]) -> None:
    for path, text in rendered.items():
        prose = re.sub(r"<pre>.*?</pre>", "", text, flags=re.DOTALL)
        for element in parse(RENDERERS["as GitHub does"](prose)).all():
            for piece in (child for child in element.children if isinstance(child, str)):
                assert not re.search(r"@\w|#\d|\$\w|:[\w+-]+:|\bGH-\d", piece), (path, piece)


def test_no_file_is_outside_the_folder_or_of_a_strange_name(rendered: dict[str, str]) -> None:
    assert len(rendered) > 10
    for path in rendered:
        assert re.fullmatch(r"(?:[A-Za-z0-9_+-][A-Za-z0-9._+-]*/)*[A-Za-z0-9_+-][A-Za-z0-9._+-]*\.md", path), path


def test_the_pages_name_no_folder_of_the_machine(rendered: dict[str, str], hostile: Hostile) -> None:
    for path, text in rendered.items():
        assert str(Path(hostile.project.folder)) not in text, path
