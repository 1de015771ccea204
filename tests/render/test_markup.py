"""Foreign text in each markup: shown as it is, and nothing of it acts."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import cmarkgfm
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.hostile.hostile_runs import PAYLOADS
from tests.publish.test_gate_markdown import ACTING
from tests.tries import tries

from readiness.render.markup import Html, Markdown, Plain, Slack
from readiness.render.pages.inert import visible

TEXTS = st.text(st.sampled_from("@#1:$*_`~[]()<>&;|!\\-+=.ab \n/wGH") | st.characters(codec="utf-8"), max_size=60)


class Shown(HTMLParser):
    """The tags of a rendered page, and its text, in pieces as tags part it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.pieces = [""]
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)
        self.pieces.append("")

    def handle_data(self, data: str) -> None:
        self.pieces[-1] += data


def shown(markdown: str) -> Shown:
    return Shown(cmarkgfm.github_flavored_markdown_to_html(markdown, cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE))


def words(text: str) -> list[str]:
    """What a browser shows: runs of spaces are one."""
    return re.sub(r"[ \t\n]+", " ", text).split(" ")


@tries(150)
@given(TEXTS)
@example("1. @kim fixes #12, __init__ <b>x</b> https://evil.example www.evil.example $x$ :smile:")
@example("![x](http://[bad) `code` ~~gone~~ | cell | \\ &amp; a@b.example")
def test_markdown_shows_every_text_and_acts_on_none(text: str) -> None:
    for line in (Markdown().items([Markdown().text(text)]), Markdown().paragraph(Markdown().text(text))):
        page = shown(line)
        assert set(page.tags) <= {"ul", "li", "p", "wbr"}
        assert [one for one in words("".join(page.pieces)) if one] == [one for one in words(visible(text)) if one]
        assert not any(ACTING.search(piece) for piece in page.pieces)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payloads_are_inert(payload: str) -> None:
    text = PAYLOADS[payload]
    assert set(shown(Markdown().text(text)).tags) <= {"p", "wbr"}
    assert Shown(Html().text(text)).tags == []
    assert not re.search("[<>]", Slack().text(text))
    assert "\n" not in Plain().text(text)


def test_ordinary_names_read_as_they_are_written() -> None:
    for text in (
        "tests.test_shop::test_pay",
        "a pass rate of 94.6 %, required at least 95 %",
        "26.1.0: READY (2 of 3)",
    ):
        assert Markdown().text(text) == text


def test_links_and_emphasis_of_each_markup() -> None:
    def link(markup: Plain) -> str:
        return f"{markup.strong('a|b')} {markup.link('a|b', 'https://x.example/(1)')}"

    assert link(Plain()) == "a|b a|b: https://x.example/(1)"
    assert link(Markdown()) == "**a\\|b** [a\\|b](<https://x.example/(1)>)"
    assert link(Html()) == '<strong>a|b</strong> <a href="https://x.example/(1)">a|b</a>'
    assert link(Slack()) == "*a|b* <https://x.example/(1)|a¦b>"
