"""The patterns of a policy, searched by an engine that cannot backtrack: no text can make it slow.

That is the columnar engine's own, so texts are searched many at once; what was found is kept while there is room.
"""

import hashlib
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

ROOM, LONG = 200_000, 500
"""Answers that are kept, and characters of a text beyond which its digest stands for it there."""
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*+\]|\{\d*,?\d*\}|.", re.DOTALL)
_COUNTED = re.compile(r"\{\d+(?:,\d*)?\}|\{,\d+\}")
_found: dict[tuple[str, str | bytes], bool] = {}


def refusal(pattern: str) -> str:
    """Why the pattern cannot be searched without backtracking; empty where it can."""
    try:
        _translated(pattern)
    except ValueError as error:
        return str(error)
    return ""


def is_found(pattern: str, text: str) -> bool:
    """True where the pattern is found in the text; an empty one is found everywhere."""
    if not pattern:
        return True
    name = pattern, _short(text)
    if name not in _found:
        search(pattern, [text])
    return _found[name]


def _short(text: str) -> str | bytes:
    return text if len(text) <= LONG else hashlib.blake2b(text.encode(errors="surrogatepass")).digest()


@lru_cache(1_000)
def named_groups(pattern: str, text: str) -> tuple[str, ...]:
    """What the named groups catch where the pattern is first found, in order, without those that catch nothing."""
    names = re.compile(pattern).groupindex
    if not names:
        return ()
    if refusal(pattern):
        found = re.search(pattern, text)
        groups = found.groupdict() if found else {}
    else:
        groups = _series([text]).to_native().str.extract_groups(_translated(pattern))[0]
    return tuple(groups[name] for name in names if groups.get(name))


def search(pattern: str, texts: Iterable[str]) -> None:
    """Find out for many texts at once whether the pattern is found in them.

    A pattern of a recorded policy that this engine does not know is searched as it was when it was recorded.
    """
    if len(_found) > ROOM:
        _found.clear()
    asked = [text for text in dict.fromkeys(texts) if (pattern, _short(text)) not in _found]
    if not asked:
        return
    if refusal(pattern):
        found = [re.search(pattern, text) is not None for text in asked]
    else:
        found = _contains(_translated(pattern), asked)
    _found.update(zip(((pattern, _short(text)) for text in asked), found, strict=True))


def _contains(pattern: str, texts: list[str]) -> list[bool]:
    found: list[bool] = _series(texts).str.contains(pattern).to_list()
    return found


def _series(texts: list[str]) -> Any:
    import narwhals as nw

    plain = [text.encode(errors="replace").decode() for text in texts]  # a half of a pair of surrogates is no text
    return nw.new_series("text", plain, nw.String, backend="polars")


@cache
def _translated(pattern: str) -> str:
    """Python's syntax as that of the engine; raises ValueError where that has nothing like it."""
    written, before = [], ""
    multiline = re.compile(pattern).flags & re.MULTILINE
    for token in _TOKEN.findall(pattern):
        if token == "+" and (before in ("*", "+", "?") or _COUNTED.fullmatch(before)):
            raise ValueError("it is possessive, and the engine for policies never goes back anyway")
        written.append(_as_theirs(token, bool(multiline)))
        before = "" if token == "?" and (before in ("*", "+", "?") or _COUNTED.fullmatch(before)) else token
    theirs = "".join(written)
    try:
        _contains(theirs, ["a"])
    except Exception as error:  # noqa: BLE001 - the class is the engine's own, which is not imported here
        if "look-around" in str(error):
            raise ValueError("it looks around ((?=…), (?!…), (?<=…), (?<!…))") from None
        if "backreferences" in str(error) or "(?P=" in pattern or "(?(" in pattern:
            raise ValueError("it refers back to a group") from None
        if "size limit" in str(error):
            raise ValueError("it is too large; repeat less often than {…,1000}") from None
        problem = next((line for line in str(error).splitlines() if line.startswith("error:")), "error: unknown syntax")
        raise ValueError(problem.removeprefix("error: ")) from None
    return theirs


def _as_theirs(token: str, multiline: bool) -> str:
    if token.startswith("["):
        inner = re.sub(r"\\.|\[|&&|--|~~", lambda at: at[0] if at[0][0] == "\\" else re.escape(at[0]), token[1:-1])
        return f"[{inner}]"
    if token.startswith("{") and not _COUNTED.fullmatch(token):
        return re.escape(token)
    if token.startswith("{,"):
        return "{0" + token[1:]
    if token == "$":
        return r"(?:\n?\z)" if not multiline else "$"
    return {r"\Z": r"\z", r"\<": "<", r"\>": ">"}.get(token, token)
