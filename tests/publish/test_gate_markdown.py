"""The gate's answer for job summaries and comments: nothing of a run acts, and it always fits."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.hostile.hostile_runs import ONE_LINE, PAYLOADS, POLICY_TEXT, shown
from tests.publish.answers import SITE, answer, retold

from readiness.assessment import Assessment
from readiness.render.markdown import gate_markdown

TAGS = {"p", "strong", "ul", "li", "wbr", "a"}
ACTING = re.compile(r"@\w|#\d|\b(?i:GH)-\d|\$\S|:[a-z\d_+-]+:")
"""What GitHub acts upon in a piece of text: mentions, references, formulas, emoji, whose names are in lower case."""
MOST = 65_000
LIMITED = 65_536


class Page(HTMLParser):
    """A rendered page: tags, attributes, pieces of text, and whether every tag was closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.pieces: list[str] = []
        self.open: list[str] = []
        self.sound = True
        self.feed(text)
        self.close()

    @property
    def told(self) -> str:
        """The text, with runs of spaces as one."""
        return re.sub(r"[ \t\n]+", " ", "".join(self.pieces))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag != "wbr":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.sound &= bool(self.open) and self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    def handle_comment(self, data: str) -> None:
        self.tags.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.tags.append("declaration")


def rendered(markdown: str) -> Page:
    """The page as GitHub makes it."""
    return Page(cmarkgfm.github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE))


def assert_inert(page: Page, links: int = 0) -> None:
    assert set(page.tags) <= TAGS
    assert page.sound
    assert page.open == []
    assert page.tags.count("a") == len(page.attributes) == links
    assert [piece for piece in page.pieces if ACTING.search(piece)] == []


def test_what_it_says(blocked: Assessment) -> None:
    page = rendered(gate_markdown(answer(blocked, site=SITE)))
    told = page.told
    for words in ("❌ NOT READY: BLOCKED", "1.0", "1 of 2 executed tests fails", "No test fails", "100 %", "2 of 2"):
        assert words in told
    assert f"{SITE}/reports/{blocked.run.id}/" in [value for _, value in page.attributes]
    assert "Left out" not in told


@pytest.mark.parametrize("at", [0, 1])
def test_hostile_runs_are_inert(at: int, malicious: list[Assessment]) -> None:
    page = rendered(gate_markdown(answer(malicious[at])))
    assert_inert(page)
    told = page.told
    assert f"criterion {POLICY_TEXT}"[:150] in told
    assert f"limit {ONE_LINE['heading']}" in told


@pytest.mark.parametrize("name", PAYLOADS)
def test_each_trick_is_shown_and_inert(name: str, blocked: Assessment) -> None:
    page = rendered(gate_markdown(answer(retold(blocked, [PAYLOADS[name]]))))
    assert_inert(page)
    assert " ".join(shown(ONE_LINE[name]).split())[:150] in page.told


MENTIONS = ("@octocat", "a@b", "#123", "org/repo#1", "GH-12", "gh-12", "$x$", ":tada:", "::tada:", "@@a", "##1", "`@a`")


@pytest.mark.parametrize("text", MENTIONS)
def test_nobody_is_called_and_nothing_referred_to(text: str, blocked: Assessment) -> None:
    page = rendered(gate_markdown(answer(retold(blocked, [text]))))
    assert_inert(page)
    assert text in page.told


LETTERS = "@#$:a1G H-`|<>&;\\\n\r\t\u202e\u2028\x00\x1b😀é[](){}*_~"
texts = st.text(st.sampled_from(LETTERS) | st.characters(), max_size=300)


@given(st.lists(texts, min_size=1, max_size=8), st.sampled_from(["", SITE]))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_any_text_is_inert(blocked: Assessment, given_texts: list[str], site: str) -> None:
    markdown = gate_markdown(answer(retold(blocked, given_texts), site=site))
    assert_inert(rendered(markdown), links=1 if site else 0)
    assert len(markdown.encode()) <= MOST


@given(st.integers(0, 1_500), st.sampled_from(["x", "😀", "\u202e", "@", "`", "é|"]), st.integers(1, 500))
@settings(max_examples=8, deadline=None, derandomize=True)
def test_it_fits_and_says_how_much_was_left_out(blocked: Assessment, count: int, letter: str, length: int) -> None:
    many = retold(blocked, [letter * length] * max(count, 1))
    markdown = gate_markdown(answer(many))
    assert len(markdown.encode()) <= MOST < LIMITED
    page = rendered(markdown)
    assert_inert(page)
    told = page.told
    for things, total in (("criteria", len(many.criteria)), ("blockers", len(many.blockers))):
        rows = markdown.partition(f"**{things.capitalize()}**\n\n")[2].partition("\n\n")[0].count("\n") + 1
        left = re.search(rf"([\d,]+) of ([\d,]+) {things}", told.partition("Left out:")[2])
        missing = int(left[1].replace(",", "")) if left else 0
        assert rows + missing == total
        assert rows > 0


def test_where_the_rest_is(blocked: Assessment) -> None:
    many = retold(blocked, ["x" * 300] * 500)
    without = rendered(gate_markdown(answer(many))).told
    assert f"readiness gate --run {many.run.id} shows everything" in without
    page = rendered(gate_markdown(answer(many, site=SITE)))
    assert [value for _, value in page.attributes] == [f"{SITE}/reports/{many.run.id}/"] * 2
    assert "The report has everything." in page.told


def test_the_runs_of_attrs(attrs: list[Assessment]) -> None:
    for one in attrs:
        markdown = gate_markdown(answer(one))
        assert_inert(rendered(markdown))
        assert len(markdown.encode()) <= MOST
    assert len(attrs) == 21
