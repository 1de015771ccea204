"""A language that nobody speaks: every word of ours marked, so that one that no macro says stands out.

Letters of `words.jinja` that are shown become full-width ones: `ｒｅａｄｙ`. What comes from runs and policies in these
tests has a `qq` in every word.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from xml.etree import ElementTree

from jinja2 import Environment

from readiness.policy import MEASURES

MARKS = {code: code + 0xFEE0 for code in (*range(ord("A"), ord("Z") + 1), *range(ord("a"), ord("z") + 1))}
_KEPT = re.compile(r"(<[^>]*>|&#?\w+;|`[^`]*`)")
_DATA = re.compile(r"[\w.:/*\[\]-]*qq[\w.:/*\[\]-]*", re.IGNORECASE)
_IDS = re.compile(
    r", line \d+|\d{8}T\d{6}Z-[0-9a-f]{12}|B-[A-Z2-7]{6}"
    r"|\b[0-9a-f]{8,64}(?:\.yml)?\b|\bt\.[0-9a-f]{12}\b|readiness\.yml"
)
"""Ids, and where in a file a reader found something."""
_MEASURES = re.compile(rf"\b(?:{'|'.join(MEASURES)})(?= (?:ａｔ ｌｅａｓｔ|ａｔ ｍｏｓｔ|ｅｘａｃｔｌｙ) )")
"""A criterion that changed is told with the name of its measure as the policy has it."""
_SHOWN = ("name", "text", "ticktext", "hovertemplate", "ticksuffix")
"""Where a figure holds text that is shown; traces of these names are drawn without them."""
_NAMELESS = {"state", "interval", "count"}


def marked(words: str) -> str:
    """The file with every letter marked that it shows; of its strings those that no value is compared with."""
    tokens = [token[1:] for token in Environment().lex(words)]
    told = [value for kind, value in tokens if kind != "whitespace"]
    made, at, is_listed = [], 0, False
    for kind, value in tokens:
        third, second, before, after = (
            told[max(0, at - 3) : at] + told[at + 1 : at + 2] if 3 <= at < len(told) - 1 else [""] * 4
        )
        is_listed = value != ")" if is_listed else (before, value) == ("in", "(")
        # A key of a mapping, what is compared or subscribed, and the value that a word is asked for.
        is_key = after == ":" or before in ("==", "!=") or (before == "[" and second.isidentifier())
        is_key |= before == "(" and (second == "get" or third == ".")
        shown = kind == "data" or (kind == "string" and not is_key and not is_listed)
        made.append(_mark(value) if shown else value)
        at += kind != "whitespace"
    return "".join(made)


def _mark(text: str) -> str:
    return "".join(part if at % 2 else part.translate(MARKS) for at, part in enumerate(_KEPT.split(text)))


def unmarked(shown: str, *data: str) -> set[str]:
    """The words of Latin letters in a text that are neither marked nor data."""
    phrases = sorted(filter(None, data), key=len, reverse=True)
    known = re.compile("|".join(map(re.escape, phrases)), re.IGNORECASE)
    for left_out in (_MEASURES, known, re.compile(r"`[^`]*`|https?://\S+"), _DATA, _IDS):
        shown = left_out.sub(" ", shown)
    return set(re.findall(r"[A-Za-z]{2,}", shown)) - {"READY", "BLOCKED", "UNPROVEN", "UTC"}


def of_page(markdown: str) -> str:
    """What a page shows and says: its text, what charts draw, names for those who hear it; no code and no trace."""
    front, _, body = markdown.removeprefix("---\n").partition("\n---\n")
    told = [line.partition(": ")[2] for line in front.splitlines() if line.startswith(("title", "description"))]
    for drawn in re.findall(r'<div class="rd-chart-json"[^>]*>(.*?)</div>', body, re.DOTALL):
        told += _drawn(json.loads(html.unescape(drawn)))
    told += re.findall(r' (?:aria-label|title|alt)="([^"]*)"', body)
    body = re.sub(
        r'<div class="rd-chart-json".*?</div>|<pre.*?</pre>|<code>.*?</code>|<!--.*?-->', " ", body, flags=re.DOTALL
    )
    return html.unescape(html.unescape("\n".join([*told, re.sub(r"<[^>]*>", " ", body)]))).replace("\u2011", "-")


def _drawn(part: object) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _drawn(each)
    elif isinstance(part, dict):
        for name, value in part.items():
            texts = value if isinstance(value, list) else [value]
            if name in _SHOWN:
                yield from (re.sub(r"%\{[^}]*\}|<[^>]*>", " ", str(text)) for text in texts if text not in _NAMELESS)
            else:
                yield from _drawn(value)


def of_junit(written: str) -> str:
    """What JUnit XML says: messages, names of cases and values of properties."""
    told = []
    for element in ElementTree.fromstring(written).iter():
        says = {"testcase": "name", "property": "value"}.get(element.tag, "message")
        # Of evidence that is missing the name is an id.
        told += [
            "" if element.get("classname") == "readiness.evidence" else element.get(says) or "",
            element.text or "",
        ]
    return "\n".join(told)
