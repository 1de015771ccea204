"""The verdict as a small picture for a README, and as the JSON from which shields.io draws its own."""

import html
import json

from readiness.assessment import Word
from readiness.phrases import say
from readiness.render.pages.inert import visible
from readiness.shorten import short

_COLOURS = {Word.READY: "#1a7f4b", Word.BLOCKED: "#b42318", Word.UNPROVEN: "#8a5a00"}
_GREY = "#59636e"
_LETTER, _PADDING, _LONGEST = 6.6, 12, 40
"""Width of a letter and of the room around a text, in pixels; characters of the longest text."""


def badge_svg(subject: str, word: Word | None) -> str:
    """`subject | ready`, 20 pixels high, None for no run; the text is stretched to what is drawn, whatever the font."""
    left, right = short(visible(subject), _LONGEST), _message(word)
    one, two = (round(len(text) * _LETTER) + _PADDING for text in (left, right))
    label = html.escape(f"{left}: {right}")

    def words(text: str, middle: float, width: int) -> str:
        return f'<text x="{middle:g}" y="14" textLength="{width - _PADDING}">{html.escape(text)}</text>'

    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{one + two}" height="20" role="img" aria-label="{label}">'
        f'<title>{label}</title><clipPath id="r"><rect width="{one + two}" height="20" rx="3"/></clipPath>'
        f'<g clip-path="url(#r)"><rect width="{one}" height="20" fill="#444c56"/>'
        f'<rect x="{one}" width="{two}" height="20" fill="{_colour(word)}"/></g>'
        '<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f"{words(left, one / 2, one)}{words(right, one + two / 2, two)}</g></svg>\n"
    )


def badge_json(subject: str, word: Word | None) -> str:
    """What https://shields.io/badges/endpoint-badge reads."""
    plain = {"schemaVersion": 1, "label": short(subject, _LONGEST), "message": _message(word), "color": _colour(word)}
    return json.dumps(plain) + "\n"


def _message(word: Word | None) -> str:
    return say("badge", verdict=word.value if word else "")


def _colour(word: Word | None) -> str:
    return _COLOURS[word] if word else _GREY
