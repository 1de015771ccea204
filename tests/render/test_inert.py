"""Hostile text, through Jinja and through Markdown with everything a site may switch on, is what a reader sees."""

from html.parser import HTMLParser
from pathlib import Path

import jinja2
import markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2.sandbox import SecurityError
from markupsafe import Markup

from readiness.model import Outcome
from readiness.render.pages.inert import Words, finalize, http_url, inert, visible
from readiness.render.pages.templating import environment

HOSTILE = [
    "<script>alert(1)</script>",
    "](javascript:alert(1))",
    "![x](y)",
    "|",
    "a | b",
    "`code` ``` ~~~",
    '--8<-- "/etc/passwd"',
    "--8<--",
    "{{ config }} {% raw %}",
    "[a](http://[bad)",
    "<http://[bad>",
    "http://example.com www.example.com x@example.com",
    "&#x3c; &lt;b&gt; &amp;amp; &copy",
    "$$x^2$$ \\(a\\)",
    ":material-x: :smile:",
    "[[toc]]",
    "[TOC]",
    "*[abbr]: x",
    "[^1]: x",
    "[ref]: http://example.com",
    "# h",
    "Title\n=====",
    "1. x",
    "- x",
    "> x",
    "!!! note",
    "??? note",
    "=== tab",
    "::: module",
    "a\n\n    indented\n",
    "\n    code",
    "     code",
    "two blanks  \nbreak  ",
    "<!-- -->",
    "<!--",
    "]]>",
    "</p></td></tr></table></code></pre></div>",
    "{: .x onclick=alert(1) }",
    "{ #id .class }",
    "**bold** _em_ ~~del~~ ==mark== ++ins++ {++x++} ^sup^ ~sub~",
    "(c) -- ... \"q\" 'q' ->",
    "++ctrl+a++",
    "\\<b\\>",
    "wzxhzdk:0 klzzwxh:0000",
    "title: x",
    "term\n:   definition",
    " ",
    "https",
    "tests/test_x.py::TestY::test_z[a|b-<1>]",
    "naïve 測試 🙂 \U0001f469\u200d\U0001f680",
    "tab\tx",
]
UNSEEN = {
    "a\u202eb\u2066c": "a‹U+202E›b‹U+2066›c",
    "nul\x00x\x1b[31m": "nul␀x␛[31m",
    "\x02wzxhzdk:0\x03": "␂wzxhzdk:0␃",
    "\ud800x\udfff": "‹U+D800›x‹U+DFFF›",
    "a\r\nb\rc": "a\nb␍c",
    "\x7f\x85\x80\u2028": "␡‹U+0085›‹U+0080›‹U+2028›",
    "\ufeffa\ufffe\U0001ffff": "‹U+FEFF›a‹U+FFFE›‹U+1FFFF›",
    "soft\u00adhyphen zero\u200bwidth": "soft‹U+00AD›hyphen zero‹U+200B›width",
}
EXTENSIONS = {
    "abbr": {},
    "admonition": {},
    "attr_list": {},
    "def_list": {},
    "footnotes": {},
    "md_in_html": {},
    "meta": {},
    "nl2br": {},
    "sane_lists": {},
    "smarty": {},
    "tables": {},
    "toc": {"permalink": False},
    "wikilinks": {},
    "pymdownx.arithmatex": {"generic": True},
    "pymdownx.betterem": {},
    "pymdownx.blocks.admonition": {},
    "pymdownx.blocks.html": {},
    "pymdownx.caret": {},
    "pymdownx.critic": {},
    "pymdownx.details": {},
    "pymdownx.emoji": {},
    "pymdownx.escapeall": {},
    "pymdownx.highlight": {},
    "pymdownx.inlinehilite": {},
    "pymdownx.keys": {},
    "pymdownx.magiclink": {"repo_url_shorthand": True, "social_url_shorthand": True, "user": "u", "repo": "r"},
    "pymdownx.mark": {},
    "pymdownx.progressbar": {},
    "pymdownx.smartsymbols": {},
    "pymdownx.snippets": {"check_paths": True},
    "pymdownx.striphtml": {},
    "pymdownx.superfences": {},
    "pymdownx.tabbed": {"alternate_style": True},
    "pymdownx.tasklist": {"custom_checkbox": True},
    "pymdownx.tilde": {},
}
MARKDOWN = markdown.Markdown(extensions=list(EXTENSIONS), extension_configs=EXTENSIONS)
PLACES = {
    "paragraph": "{{ text }}",
    "paragraph between words": "before {{ text }} after",
    "heading": "## {{ text }}",
    "table cell": "<table>\n<tr><td>{{ text }}</td></tr>\n</table>",
    "pre": "<pre><code>{{ text }}</code></pre>",
    "inline code": "see <code>{{ text }}</code> here",
    "attribute": '<div title="{{ text }}">x</div>',
    "pipe table": "| a | b |\n|---|---|\n| x {{ text }} | y |",
    "list item": "- x {{ text }}",
    "link text": "[x {{ text }}](target.md)",
    "macro": "{% macro m(t) %}<b>{{ t }}</b>{% endmacro %}before {{ m(text) }}",
    "concatenated": '<div>{{ "x" ~ text ~ 1 }}</div>',
    "joined": '<div>{{ [text, "x"]|join(text) }}</div>',
    "added": "<div>{{ text + text }}</div>",
    "macro plus text": "{% macro m() %}<b>x</b>{% endmacro %}<div>{{ m() + text }}{{ text + m() }}</div>",
    "macro with text": "{% macro m() %}<b>x</b>{% endmacro %}<div>{{ m() ~ text }}</div>",
    "captured": "{% set x %}<b>{{ text }}</b>{% endset %}<div>{{ x }}</div>",
    "captured plus text": "{% set x %}<b>y</b>{% endset %}<div>{{ x + text }}</div>",
    "autoescape off": "{% autoescape false %}<div>{{ text }}{{ text ~ text }}</div>{% endautoescape %}",
    "mapped": '<div>{{ [text]|map("string")|join("x") }}</div>',
    "default": "<div>{{ none|default(text, true) or text }}</div>",
    "call block": "{% macro m() %}<b>{{ caller() }}</b>{% endmacro %}<div>{% call m() %}{{ text }}{% endcall %}</div>",
}


class Page(HTMLParser):
    """Text and tags of a page, as a browser's parser would see them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.comments: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [pair for pair in attrs if pair[0] != "id"]

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def render(template: str, text: str) -> str:
    return environment(jinja2.DictLoader({"page": template})).get_template("page").render(text=text)


def to_html(source: str) -> Page:
    return Page(MARKDOWN.reset().convert(source))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text", [*HOSTILE, *UNSEEN])
def test_text_is_shown_letter_for_letter_and_does_nothing(place: str, text: str) -> None:
    template = PLACES[place]
    shown = UNSEEN.get(text, text)
    page = to_html(render(template, text))
    marker = to_html(render(template, "QQ"))

    assert page.text == marker.text.replace("QQ", shown)
    assert page.tags == marker.tags
    assert page.attributes == [(name, value and value.replace("QQ", shown)) for name, value in marker.attributes]
    assert page.comments == []


@given(st.text(st.characters(codec=None, categories=None), max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_survives_a_paragraph_and_a_code_block(text: str) -> None:
    source = render("x {{ text }} y\n\n<pre><code>{{ text }}</code></pre>\n", text)
    shown = visible(text)

    assert source.isascii()
    assert to_html(source).text == f"x {shown} y\n{shown}"
    assert to_html(source).tags == ["p", "pre", "code"]


def test_empty_text_is_nothing() -> None:
    assert render("<p>{{ text }}</p>", "") == "<p></p>"


def test_plain_text_passes_unchanged_and_the_rest_becomes_references() -> None:
    assert inert("test one 1") == "test one 1"
    assert inert("a.b") == "a&#x2e;b"
    assert inert("<\n>") == "&#x3c;&#xa;&#x3e;"
    assert inert(" a ") == "&#x20;a&#x20;"
    assert isinstance(inert("x"), Words)


def test_finalize_passes_what_is_ours_and_refuses_what_is_no_text() -> None:
    assert finalize(Words("<b>&amp;</b>")) == "<b>&amp;</b>"
    assert finalize(Markup("<b>")) == "<b>"
    assert str(finalize(-3)) == "-3"
    assert str(finalize(0.5)) == "0.5"
    assert finalize(None) == ""
    assert finalize(Outcome.NOT_RUN) == "not&#x5f;run"
    for value in (True, ["x"], {"a": 1}, object(), b"x"):
        with pytest.raises(TypeError, match="view model"):
            finalize(value)


def test_words_make_inert_whatever_joins_them() -> None:
    bad = "<i>`"
    safe = "&#x3c;i&#x3e;&#x60;"
    assert Words("<b>{}</b> {:.1f} {}").format(bad, 94.62, 7) == f"<b>{safe}</b> 94.6 7"
    assert Words("{x}").format_map({"x": bad}) == safe
    assert Words("<b>%s</b> %d") % (bad, 3) == f"<b>{safe}</b> 3"
    assert Words("<b>") + bad == f"<b>{safe}"
    assert bad + Words("<b>") == f"{safe}<b>"
    assert Words("<br>").join([bad, Words("<b>"), "x"]) == f"{safe}<br><b><br>x"
    assert Words("x-y").replace("y", bad) == f"x-{safe}"
    assert Words("{}").format(Words("<b>")) == "<b>"
    assert Words("{}").format(Markup("<b>")) == "<b>"


@pytest.mark.parametrize(
    "template",
    [
        "{{ text|safe }}",
        "{{ text|e }}",
        "{{ text|escape }}",
        "{{ text|forceescape }}",
        "{{ text|replace('a', 'b') }}",
        "{{ '%s'|format(text) }}",
        "{{ text|urlize }}",
        "{{ text|indent }}",
        "{{ {'a': text}|xmlattr }}",
        "{{ text|tojson }}",
        "{% filter upper %}{{ text }}{% endfilter %}",
        "{{ '{}'.format(text) }}",
        "{{ text.upper() }}",
        "{{ text['join']([text]) }}",
        "{% macro m() %}<b>{% endmacro %}{{ m() % text }}",
        "{% macro m() %}{}{% endmacro %}{{ m().format(text) }}",
        "{% macro m() %}<b>{% endmacro %}{{ m().join([text]) }}",
        "{{ [text] }}",
        "{{ missing }}",
        "{{ text.missing }}",
        "{{ text == text }}",
    ],
)
def test_ways_around_are_errors(template: str) -> None:
    with pytest.raises((jinja2.TemplateError, SecurityError, TypeError)):
        render(template, "<b>")


@pytest.mark.parametrize(
    "url",
    [
        "https://ci.example.com/run/1?a=b&c=d#e",
        "http://localhost:8080/x",
        "HTTPS://EXAMPLE.COM",
        "http://[::1]/x",
        "https://example.com/a|b(c)",
    ],
)
def test_well_formed_addresses_pass(url: str) -> None:
    assert http_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        " https://example.com",
        "https://example.com\n",
        "data:text/html,x",
        "ftp://example.com",
        "//example.com",
        "/runs/1",
        "http://",
        "https:///x",
        "http:example.com",
        "http://[bad",
        "http://[bad)",
        "http://example.com:99999/",
        "http://example.com:x/",
        "http://:80/",
        "https://token:x@example.com/",
        "https://user@example.com/",
        "https://exa mple.com",
        'https://example.com/"onmouseover=x',
        "https://example.com/\\@evil.example",
        "https://example.com/\u202egnp.exe",
        "https://example.com/\x00",
        "https://example.com/\ud800",
        "<https://example.com>",
    ],
)
def test_everything_else_is_no_address(url: str) -> None:
    assert http_url(url) is None


def test_every_template_compiles_without_a_way_around() -> None:
    folder = Path(__file__).parents[2] / "templates"
    pages = [path for path in folder.rglob("*") if path.is_file() and not {"assets", "ci"} & {*path.parts}]
    made = environment(jinja2.FileSystemLoader(folder))

    assert pages
    for path in pages:
        made.get_template(path.relative_to(folder).as_posix())
