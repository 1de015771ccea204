"""A text is found however its characters are written, and the bytes around it stay as they are."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from urllib.parse import quote
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.tries import tries

from readiness.evidence import REDACTED, Wanted, redact

TEXT = 'p&ss "wö"rd<1>\\n\U0001f600\n2'
FORMS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "other line ends": lambda text: text.replace("\n", "\r\n"),
    "XML": escape,
    "an attribute": lambda text: quoteattr(text, {"\n": "&#10;"})[1:-1],
    "numbers": lambda text: "".join(f"&#{ord(one)};" for one in text),
    "hexadecimal numbers": lambda text: "".join(f"&#x{ord(one):06X};" for one in text),
    "some of it entities": lambda text: "".join(f"&#{ord(c)};" if n % 2 else escape(c) for n, c in enumerate(text)),
    "XML in XML": lambda text: escape(escape(text)),
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON in Unicode": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "JSON in JSON": lambda text: json.dumps(json.dumps(text)[1:-1])[1:-1],
    "JSON in XML": lambda text: escape(json.dumps(text)[1:-1]),
    "XML in JSON": lambda text: json.dumps(escape(text))[1:-1],
    "Python": lambda text: repr(text)[1:-1],
    "an address": quote,
    "an address in XML": lambda text: escape(f"a=b&c={quote(text)}"),
    "sections": lambda text: text[:6] + "]]><![CDATA[" + text[6:],
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32-be"])
def test_every_form(form: str, encoding: str) -> None:
    content = f"<a>before {FORMS[form](TEXT)} after é</a>".encode(encoding)
    found = redact(content, Wanted(text=TEXT))
    assert found.count == 1
    left = found.content.decode(encoding)
    assert left.startswith("<a>before ")
    assert left.endswith(f"{REDACTED} after é</a>")
    assert redact(found.content, Wanted(text=TEXT)).count == 0


@pytest.mark.parametrize("before", ["", "u", "us", "use"])
def test_base64_wherever_it_begins(before: str) -> None:
    content = base64.b64encode(f"{before}correct horse battery".encode())
    found = redact(b"Basic " + content + b" ok", Wanted(text="correct horse"))
    assert found.count == 1
    left = found.content.split()[1]
    gone = b"A" * (len(content) - len(left) + len(REDACTED))
    assert b"horse" not in base64.b64decode(left.replace(REDACTED.encode(), gone))


def test_what_does_not_hold_it_stays_to_the_byte() -> None:
    content = bytes(range(256)) * 3
    assert redact(content, Wanted(text="absent")).content is content


def test_bytes_that_are_no_text_stay() -> None:
    content = b"\xff\xfe\xfd secret\xe9 \x80"
    assert redact(content, Wanted(text="secret")).content == b"\xff\xfe\xfd [redacted]\xe9 \x80"
    assert redact(b"<a>caf\xe9 noir</a>", Wanted(text="café noir")).content == b"<a>[redacted]</a>"


PLAIN = st.characters(exclude_categories=("Cs", "Cc"))


@tries(60)
@given(st.text(PLAIN, min_size=4, max_size=12), st.text(PLAIN, max_size=8), st.sampled_from(sorted(FORMS)))
def test_xml_stays_xml_and_says_the_same_around_it(text: str, around: str, form: str) -> None:
    if text in around or text in f"{REDACTED}{around}{REDACTED}":
        return
    section = form == "sections"
    inner = f"<![CDATA[{FORMS[form](text)}]]>" if section and "]]>" not in text else escape(FORMS[form](text))
    content = f"<a b={quoteattr(around)}>{inner}{escape(around)}</a>".encode()
    found = redact(content, Wanted(text=text))
    assert found.count >= 1
    root = ElementTree.fromstring(found.content)
    assert text not in (root.text or "")
    assert REDACTED in ElementTree.tostring(root, encoding="unicode")
    assert redact(found.content, Wanted(text=text)).count == 0


@pytest.mark.parametrize("hostile", ["\\" * 80_000, "&amp;" * 20_000, "%" * 80_000, "]]>" * 30_000, "&#" * 40_000])
def test_linear_in_hostile_text(hostile: str) -> None:
    assert redact(hostile.encode(), Wanted(text="not there")).count == 0
