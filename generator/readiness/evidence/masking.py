"""Masks secrets in evidence before it is written: tokens and keys of fixed patterns, and what is called one.

Names and every other byte stay as they are. Nothing is guessed at by its entropy.
"""

import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from readiness.evidence.encoding import Codec, declared_codec, wide_codec
from readiness.evidence.findings import plural
from readiness.evidence.homes import USER_NAME, user_names
from readiness.evidence.secret_patterns import NAMED, PATTERN_SET, PRIVATE_KEY, rules
from readiness.evidence.text_nodes import Nodes
from readiness.model import Finding

__all__ = ["PATTERN_SET", "Masked", "mask", "masked_finding", "without_secrets"]

LARGE = 4 * 1024 * 1024
"""Characters from which on the columnar engine is worth its loading: it searches ten times as fast as `re`."""
PIECE = 64 * 1024
OVERLAP = 1024
"""More than the longest anchor."""
BATCH = 128
"""Pieces that are searched at once, so that memory does not grow with the file."""
LONGEST = 4096
"""Characters behind a mark that are looked at first; a secret that goes on beyond them is followed."""
CHAIN = 100_000
"""Anchors before a mark that are kept in mind, to be tried again where its chain comes to them."""
PASSES = 4
MARK = re.compile(rb"\[masked(?:: ([a-z0-9 ]{1,60}))?\]")
USER_MARK = "[masked]"
"""In place of a user's name in a path. One word, so that the path stays one, which signatures leave out."""
USER_INFO = re.compile(r"://[^\s/?#@]{1,1000}@")
FLAG = "\x01"
PLAIN = bytes(range(128)).replace(b"\x01", b"\x02") + 128 * b"~"
"""One ASCII character for each byte, and none of them a flag: for an anchor, all these are alike."""

PRINTABLE = bytes(range(32, 127))
KEY_BEGIN = "-----BEGIN"
KEY_END = re.compile(r"-----END[ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)?-----")
KEY_DATA = re.compile(
    r"(?:\s|\\+[nrt\"']|\\u000[aAdD9]|&#(?:x0*[aAdD9]|0*(?:10|13|9));|&quot;|&apos;|E |[>|+,\"'$-]){1,60}+"
    r"(?:[A-Za-z0-9+/]{16}|Proc-Type|DEK-Info|Version|Comment|Hash)",
    re.ASCII,
)
"""How a key goes on after its first line, with the line ends and margins of runners; where one is only named, it does
not."""


@dataclass(frozen=True, slots=True)
class Masked:
    """Evidence without its secrets."""

    content: bytes
    """The very bytes that were given, where they hold no secret."""
    count: int
    kinds: Mapping[str, int]
    """How many there were of each kind, by the name of the pattern."""


class _Secret(NamedTuple):
    """Where a secret stands in a text, and of what kind it is."""

    start: int
    end: int
    kind: str


def masked_finding(count: int, masked: bytes = b"") -> Finding:
    """What the manifest and the report say of secrets that were masked in a file, with kinds and lines of its text."""
    lines: dict[str, list[int]] = {}
    for number, line in enumerate(masked.replace(b"\0", b"").split(b"\n") if b"[" in masked else (), start=1):
        for kind in MARK.findall(line):
            lines.setdefault(kind.decode(), []).append(number)
    users = lines.pop("", [])
    told = ", ".join(f"{kind} ({_places(at)})" for kind, at in sorted(lines.items()))
    secrets = max(count - len(users), 0)
    parts = [f"{plural(secrets, 'secret')} masked{told and ': '}{told}"] if secrets or not users else []
    parts += [f"{plural(len(users), 'user name')} in paths masked ({_places(users)})"] if users else []
    return Finding(code="secrets-masked", message="; ".join(parts))


def _places(numbers: list[int]) -> str:
    numbers = list(dict.fromkeys(numbers))
    shown = ", ".join(map(str, numbers[:3]))
    more = f" and {len(numbers) - 3} more" if len(numbers) > 3 else ""
    return f"{'line' if len(numbers) == 1 else 'lines'} {shown}{more}"


def without_secrets(text: str) -> str:
    """A text that is no evidence, such as the address of a CI: an address without who asked, other secrets masked."""
    return mask(USER_INFO.sub("://", text).encode(errors="surrogatepass")).content.decode(errors="surrogatepass")


def mask(content: bytes) -> Masked:
    """Evidence of any format, whole or damaged but not packed, with `[masked: kind]` in place of each secret.

    Names of tests, files and metrics are kept even where they hold one. Masking a second time finds nothing.
    """
    counts: Counter[str] = Counter()
    if wide := wide_codec(content):
        content = _rewritten(content, wide, counts)
    content = _rewritten(content, _declared(content), counts)
    return Masked(content, counts.total(), MappingProxyType(dict(sorted(counts.items()))))


def _declared(content: bytes) -> Codec:
    """The encoding that XML declares, where its bytes are in it; else each byte is taken for a character.

    Secrets and markup are ASCII, which UTF-8 holds as it is, and which damage to other characters does not change.
    """
    codec = declared_codec(content) or Codec()
    holds_ascii = PRINTABLE.decode(codec.name, "replace") == PRINTABLE.decode("ascii")  # EBCDIC does not
    return codec if holds_ascii else Codec()


def _rewritten(content: bytes, codec: Codec, counts: Counter[str]) -> bytes:
    """The bytes with their secrets masked and counted."""
    before, text, after = codec.decode(content)
    masked = text
    # A mark may end what has hidden another secret, such as the user's name in a URL whose password is masked. What
    # touches a mark is found at once, else a chain of secrets would need as many passes as it has links.
    for _ in range(PASSES):
        if not (secrets := sorted(_secrets(masked))):
            break
        masked = _without(masked, secrets)
        counts.update(secret.kind for secret in secrets)
    if users := list(user_names(masked)):
        nodes = Nodes(masked)
        secrets = [_Secret(*span, USER_NAME) for span in users if not nodes.at(span[0]).name]
        masked = _without(masked, secrets) if secrets else masked
        counts.update(secret.kind for secret in secrets)
    return content if masked is text else before + codec.encode(masked) + after


def _without(text: str, secrets: list[_Secret]) -> str:
    """The text with a mark in place of each secret: plain ASCII that means nothing in XML, JSON and LCOV."""
    parts = []
    start = 0
    for secret in secrets:
        mark = USER_MARK if secret.kind == USER_NAME else f"[masked: {secret.kind.replace('-', ' ')}]"
        parts += [text[start : secret.start], mark]
        start = secret.end
    return "".join([*parts, text[start:]])


def _secrets(text: str) -> Iterator[_Secret]:
    """Every secret that stands in no name; of two at one place the longer."""
    nodes, key_ends = Nodes(text), _KeyEnds(text)
    done = 0
    passed: deque[tuple[int, str]] = deque(maxlen=CHAIN)
    """Anchors since the last secret at which nothing was found."""
    for place, anchor in _anchors(text):
        if place < done:
            continue
        secret = _longest(text, place, anchor) or (_after_mark(text, place, anchor) if place == done else None)
        if secret is None:
            passed.append((place, anchor))
            continue
        node = nodes.at(secret.start)
        if node.name:
            continue
        if secret.kind == PRIVATE_KEY:
            secret = secret._replace(end=key_ends.of(secret.end, node.end))
        if secret.end > secret.start:
            yield from _before_mark(text, secret.start, [each for each in passed if each[0] >= max(done, node.start)])
            passed.clear()
            done = min(secret.end, node.end)
            yield secret._replace(end=done)


def _longest(text: str, place: int, anchor: str, end: int | None = None) -> _Secret | None:
    """The longest secret at an anchor, in the text up to an end; of one that is called so, what its own form tells."""
    found = _at(text, place, anchor, end)
    while found and found.kind in NAMED and (known := _pattern().match(text, found.start)):
        inner = _at(text, found.start, known[0], end)
        if inner is None or inner.start < found.start:
            break
        found = inner
    return found


def _at(text: str, place: int, anchor: str, end: int | None) -> _Secret | None:
    found = [_Secret(*span, rule.name) for rule in rules().at(anchor) if (span := rule.match(text, place, end))]
    return max(found, key=lambda each: each.end, default=None)


def _after_mark(text: str, place: int, anchor: str) -> _Secret | None:
    """The secret that begins where a mark will end: what it hides now is no part of its word."""
    size = LONGEST
    while found := _longest("]" + text[place : place + size], 1, anchor):
        if found.end <= size or place + size >= len(text):
            return found._replace(start=found.start + place - 1, end=found.end + place - 1)
        size *= 2
    return None


def _before_mark(text: str, mark: int, passed: list[tuple[int, str]]) -> Iterator[_Secret]:
    """The secrets before a mark, from the last one back: each ends where the mark of another will begin."""
    for place, anchor in reversed(passed):
        if mark - place > LONGEST:
            return
        if place < mark and (found := _longest(text, place, anchor, mark)) and found.kind != PRIVATE_KEY:
            yield found
            mark = found.start


class _KeyEnds:
    """Finds the ends of private keys, reading the text once however many keys begin in it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._next = 0
        """End of the last line of a key that was found last; beyond the text where there is none."""

    def of(self, start: int, limit: int) -> int:
        """End of the key whose first line ends at `start`, 0 where it is only named.

        One that is cut off ends where the next one begins, or at the limit.
        """
        following = self._text.find(KEY_BEGIN, start, limit)
        limit = following if following >= 0 else limit
        if self._next < start:
            found = KEY_END.search(self._text, start)
            self._next = found.end() if found else len(self._text) + 1
        if self._next <= limit:
            return self._next
        return limit if KEY_DATA.match(self._text, start) else 0


def _anchors(text: str) -> Iterator[tuple[int, str]]:
    """Places where a secret may begin, with the anchor found there, in the order of the text."""
    done = 0
    for start in _found_in_pieces(text) if len(text) > LARGE else _found(text):
        anchor = _pattern().match(text, start)
        # One may begin within another: a token within an address that only looks as if it had a password.
        for place in range(max(done, start), anchor.end() if anchor else start):
            if found := _pattern().match(text, place):
                yield place, found[0]
            done = place + 1


def _found(text: str) -> Iterator[int]:
    return (found.start() for found in _pattern().finditer(text))


def _found_in_pieces(text: str) -> Iterator[int]:
    """The same for a long text. What is of another alphabet than the Latin one is searched as slowly as a short one."""
    import narwhals as nw

    try:
        is_plain = text.isascii() and FLAG not in text
        plain = text if is_plain else text.encode("latin-1").translate(PLAIN).decode("ascii")
    except UnicodeEncodeError:
        yield from _found(text)
        return
    for batch in range(0, len(text), PIECE * BATCH):
        starts = range(batch, min(batch + PIECE * BATCH, len(text)), PIECE)
        pieces = nw.new_series(
            "pieces", [plain[at : at + PIECE + OVERLAP] for at in starts], nw.String, backend="polars"
        )
        for start, piece in zip(starts, pieces.str.replace_all(rules().anchors, FLAG + "${0}"), strict=True):
            flags = (found.start() - number for number, found in enumerate(re.finditer(FLAG, piece)))
            yield from (start + at for at in flags if at < PIECE)


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(rules().anchors, re.ASCII)
