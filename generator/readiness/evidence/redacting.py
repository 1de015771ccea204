"""Takes a text out of evidence of any format, however its characters are written: entities, escapes, base64, gzip."""

import base64
import gzip
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from readiness.evidence.encoding import GZIP, Codec, declared_codec, split, wide_codec
from readiness.evidence.findings import Findings
from readiness.model import EvidenceFile

REDACTED = "[redacted]"
"""What stands in place of the text unless another one is named."""

HARMLESS = re.compile(r"[A-Za-z0-9_.\[\]/ -]{1,60}")
"""What can stand in place of a text: plain ASCII that means nothing within a text of XML, JSON, YAML and LCOV."""

SHORTEST_TEXT = 4
"""Characters below which a text is too common to be told from what must stay."""


@dataclass(frozen=True)
class Wanted:
    """The text that is looked for, or a pattern that it matches."""

    text: str = ""
    pattern: str = ""
    instead: str = REDACTED
    """What stands in its place: plain text that no format takes for more."""

    @cached_property
    def plain(self) -> re.Pattern[str]:
        """Finds it where every character stands for itself. Raises re.error."""
        return re.compile(self.pattern or r"\r?\n".join(map(re.escape, self.text.split("\n"))))

    @cached_property
    def raw(self) -> re.Pattern[str]:
        """The same, and a text in base64, wherever it begins there."""
        forms = sorted(set(_base64_forms(self.text)), key=len, reverse=True) if self.text else []
        return re.compile("|".join((self.plain.pattern, *map(re.escape, forms)))) if forms else self.plain


def _base64_forms(text: str) -> Iterator[str]:
    content = text.encode(errors="surrogatepass")
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + content).decode()
        # The characters that nothing around the text has a part in.
        found = encoded[-(-8 * before // 6) : 8 * (before + len(content)) // 6]
        if len(found) >= 2 * SHORTEST_TEXT:
            yield from (found, found.replace("+", "-").replace("/", "_"))


@dataclass(frozen=True)
class Redacted:
    """Content without the text; the very bytes that were given where they do not hold it."""

    content: bytes
    count: int


def redact(content: bytes, wanted: Wanted) -> Redacted:
    """The bytes with another text in its place. What is packed is unpacked, and packed again where it held it."""
    if content.startswith(GZIP):
        findings = Findings()
        head, tail = (redact(part, wanted) for part in split(content, findings))
        count = head.count + tail.count
        if not count:
            return Redacted(content, 0)
        # What is damaged cannot be packed as it was: it is kept unpacked.
        damaged = any(one.code != "gzip-tail" for one in findings.all())
        stored = head.content if damaged else gzip.compress(head.content, mtime=0)
        return Redacted(stored + tail.content, count)
    total = 0
    for codec in _codecs(content):
        before, text, after = codec.decode(content)
        found, count = redacted_text(text, wanted)
        if count:
            content, total = before + codec.encode(found) + after, total + count
    return Redacted(content, total)


def _codecs(content: bytes) -> Iterator[Codec]:
    """Each way to see the bytes as text."""
    if wide := wide_codec(content):
        yield wide
    yield Codec("utf-8", errors="surrogateescape")
    if declared := declared_codec(content):
        yield declared
    yield Codec()


def redacted_text(text: str, wanted: Wanted) -> tuple[str, int]:
    """The text without what is wanted, and how often it was there: as it stands, or in any of the usual escapes."""
    total = 0
    for view in _VIEWS:
        layers = _layers(text, view)
        if layers is None:
            continue
        shown = layers[-1].shown if layers else text
        found = (wanted.plain if layers else wanted.raw).finditer(shown)
        spans = [_through(layers, *one.span()) for one in found if one.end() > one.start()]
        if spans:
            text, total = _without(text, spans, wanted.instead), total + len(spans)
    return text, total


def _without(text: str, spans: Sequence[tuple[int, int]], instead: str) -> str:
    parts, at = [], 0
    for start, end in spans:
        if start >= at:
            parts += [text[at:start], instead]
            at = end
    return "".join([*parts, text[at:]])


_ENTITY = re.compile(
    r"&(?:(?P<name>amp|lt|gt|quot|apos)|\#0*(?P<decimal>\d{1,7})|\#[xX]0*(?P<hex>[0-9a-fA-F]{1,6}));|\]\]><!\[CDATA\["
)
_NAMES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ESCAPE = re.compile(
    r"\\(?:u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|(?:u(?P<four>[0-9a-fA-F]{4})|x(?P<two>[0-9a-fA-F]{2})|U(?P<eight>00[0-9a-fA-F]{6}))|(?P<one>[nrtbf/\"'\\]))"
)
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_HEX = "%[0-9a-fA-F]{2}"
_PERCENT = re.compile(
    rf"%[0-7][0-9a-fA-F]|%[c-dC-D][0-9a-fA-F]{_HEX}|%[eE][0-9a-fA-F]({_HEX}){{2}}|%[fF][0-7]({_HEX}){{3}}"
)


def _entity(found: re.Match[str]) -> str:
    if found["name"]:
        return _NAMES[found["name"]]
    code = int(found["decimal"]) if found["decimal"] else int(found["hex"], 16) if found["hex"] else -1
    return "" if code < 0 else chr(code) if code < 0x110000 else found[0]


def _escape(found: re.Match[str]) -> str:
    if found["high"]:
        return chr(0x10000 + ((int(found["high"], 16) & 0x3FF) << 10) + (int(found["low"], 16) & 0x3FF))
    if found["one"]:
        return _CONTROLS.get(found["one"], found["one"])
    code = int(found["four"] or found["two"] or found["eight"], 16)
    return chr(code) if code < 0x110000 else found[0]


def _percent(found: re.Match[str]) -> str:
    return bytes.fromhex(found[0].replace("%", "")).decode(errors="replace")


_Form = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]
_XML: _Form = (_ENTITY, _entity)
_JSON: _Form = (_ESCAPE, _escape)
_URL: _Form = (_PERCENT, _percent)
_VIEWS: tuple[tuple[_Form, ...], ...] = (
    (),
    (_XML,),
    (_JSON,),
    (_URL,),
    (_XML, _XML),
    (_XML, _JSON),
    (_JSON, _XML),
    (_JSON, _JSON),
    (_XML, _JSON, _JSON),
    (_XML, _XML, _JSON),
    (_XML, _URL),
    (_JSON, _URL),
)
"""What a text can be written in, the outermost form first."""


class _Layer:
    """A text with the characters of one form in place of what stands for them, and where each came from."""

    def __init__(self, text: str, form: _Form) -> None:
        pattern, character = form
        parts: list[str] = []
        self._shown: list[int] = []
        self._origin: list[tuple[int, int]] = []
        """Start of each piece, and its length where it is no text but stands for some; else 0."""
        at = length = 0
        for found in pattern.finditer(text):
            for piece, start, width in ((text[at : found.start()], at, 0), (character(found), *_span(found))):
                self._shown.append(length)
                self._origin.append((start, width))
                parts.append(piece)
                length += len(piece)
            at = found.end()
        self._shown.append(length)
        self._origin.append((at, 0))
        self.shown = "".join([*parts, text[at:]])
        self.is_plain = len(self._shown) == 1

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Where what is shown there stands in the text that it came from."""
        first, last = self._place(start), self._place(end - 1)
        return first[0], last[1]

    def _place(self, at: int) -> tuple[int, int]:
        number = bisect_right(self._shown, at) - 1
        start, width = self._origin[number]
        if not width:
            start, width = start + at - self._shown[number], 1
        return start, start + width


def _span(found: re.Match[str]) -> tuple[int, int]:
    return found.start(), found.end() - found.start()


def _layers(text: str, view: Sequence[_Form]) -> list[_Layer] | None:
    """The layers of a view; None where one of them changes nothing, so that a shorter view has seen the same."""
    layers: list[_Layer] = []
    for form in view:
        layer = _Layer(layers[-1].shown if layers else text, form)
        if layer.is_plain:
            return None
        layers.append(layer)
    return layers


def _through(layers: Sequence[_Layer], start: int, end: int) -> tuple[int, int]:
    for layer in reversed(layers):
        start, end = layer.origin(start, end)
    return start, end


def reads_alike(one: EvidenceFile, other: EvidenceFile) -> bool:
    """True where two files say the same but for texts: as many tests, told apart as before, of the same outcomes."""
    return _figures(one) == _figures(other)


def _figures(file: EvidenceFile) -> tuple[object, ...]:
    listed = file.collected
    return (
        file.kind,
        file.state,
        Counter((result.outcome, result.attempts, len(result.details), result.run_level) for result in file.results),
        len({result.key for result in file.results}),
        [(metric.value, metric.unit) for metric in file.metrics],
        file.coverage,
        (len(listed.tests), len(set(listed.tests)), len(listed.errors), listed.partial) if listed else None,
        dict(file.declared),
        sorted((finding.code, finding.loss) for finding in file.findings),
        file.wall_s,
        None if file.warnings is None else len(file.warnings),
    )
