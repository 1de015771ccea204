"""The cause behind a failure: exception, masked message and the last frame outside libraries, as one signature."""

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property

from readiness.model import TestResult
from readiness.shorten import first_line

_NAMED = re.compile(
    r"^((?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*(?:Error|Exception|Warning|Failure|Failed|Timeout|Interrupt|Exit|Check|Exceeded))\b(?::|$|\s)"
)
_PYTEST_FRAME = re.compile(r"^(?P<file>(?:[A-Za-z]:)?[^\s:<>][^:\n<>]*\.py):\d+: ?(?P<exception>[\w.]*)")
_PYTEST_SHORT = re.compile(r"^(?P<file>(?:[A-Za-z]:)?[^\s:<>][^:\n<>]*\.py):\d+: in (?P<function>.+)$")
_PYTEST_ERROR = re.compile(r"^E\s{2,}(?P<message>\S.*)$")
_PYTHON_FRAME = re.compile(r'^\s*File "(?P<file>[^"]+)", line \d+, in (?P<function>.+)$')
_PYTHON_DEF = re.compile(r"^[ >]\s*(?:async )?def (?P<function>\w+)\(")
_JAVA_FRAME = re.compile(r"^\s*at (?P<function>[\w$.<>]+)\((?P<file>[\w$]+\.(?:java|kt|scala|groovy)):\d+\)")
_JS_FRAME = re.compile(r"^\s*at (?:(?P<function>[^()\n]+) )?\(?(?P<file>[^()\s]+\.[cm]?[jt]sx?):\d+:\d+\)?")
_LIBRARY = re.compile(
    r"site-packages|dist-packages|(?:^|/)lib/python3|<frozen|node_modules|node:internal|(?:^|/)_pytest/"
    r"|^(?:java|javax|jdk|sun|junit|org\.junit|org\.testng|org\.apache\.maven|org\.gradle|kotlin|scala)\."
)

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")

_MASKS = (
    (re.compile(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"), "<id>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"), "<time>"),
    (re.compile(r"\b\d\d:\d\d:\d\d(?:[.,]\d+)?"), "<time>"),
    (re.compile(r"0x[0-9a-fA-F]+"), "<hex>"),
    (re.compile(r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,}\b"), "<hex>"),
    (re.compile(r"(?<![\w.])(?:[A-Za-z]:\\|~?/|\.{1,2}/)[^\s'\"<>|:;,()]+"), "<path>"),
)
_KEPT = "\x00"
"""Stands for a status code while numbers are masked, and for itself."""
_STATUS = re.compile(
    r"(?i)(\bHTTP/\d(?:\.\d)?\s+|\b(?:status|http|code|error|response)(?:[ _-]?code)?\W{0,3})(\d{3})(?!\d)|\x00"
)
_NUMBER = re.compile(r"(?<![A-Za-z_])[-+]?\d+(?:[.,]\d+)*(?:[eE][-+]?\d+)?")


@dataclass(frozen=True)
class Cause:
    """What a failure says of its cause: exception type, first line of the message, and the frame it came from."""

    exception: str
    message: str
    frame: str
    """`file::function`, without line; empty where every frame lies in a library or none is shown."""

    @property
    def said(self) -> str:
        """The message without the name of its exception, addresses in memory, and what the runner put before it."""
        plain = _ADDRESS.sub("", self.message.removeprefix("Skipped: ").removeprefix("Failed: "))
        named = _NAMED.match(plain)
        return plain[named.end() :].strip() or plain if named else plain

    @cached_property
    def signature(self) -> str:
        """`sig1:` and a hash over the exception, the masked message and the frame."""
        text = "\n".join((self.exception, mask(self.message), self.frame))
        return "sig1:" + hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:24]


def mask(message: str) -> str:
    """The message without what differs from run to run: ids, times, addresses, paths, numbers; status codes stay."""
    for pattern, word in _MASKS:
        message = pattern.sub(word, message)
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.extend(match[0] if match[2] is None else [*re.findall(_KEPT, match[1]), match[2]])
        return _KEPT if match[2] is None else f"{match[1]}{_KEPT}"

    message = _NUMBER.sub("#", _STATUS.sub(keep, message))
    codes = iter(kept)
    return " ".join(re.sub(_KEPT, lambda _: next(codes), message).split())


def cause_of(result: TestResult) -> Cause:
    """The cause of a failing result, from the detail that decided its outcome."""
    if not result.details:
        return Cause("", "", "")
    detail = result.details[0]
    frame, thrown = _last_frame(detail.text)
    collector = detail.message == "collection failure"
    message = first_line(_told_by_collector(detail.text) if collector else detail.message or detail.text)
    named = _NAMED.match(message)
    exception = detail.type or (named[1] if named else "") or thrown
    if not exception and message.startswith("assert"):
        exception = "AssertionError"
    return Cause(exception, message, frame)


def _told_by_collector(text: str) -> str:
    """A collector's error proper: the last `E` line of the trace, else its first line."""
    told = [line[1:].strip() for line in text.splitlines() if re.match(r"E\s{2,}\S", line)]
    return told[-1] if told else text


def _last_frame(text: str) -> tuple[str, str]:
    """(`file::function` of the innermost frame outside libraries, exception named by the innermost frame of all).

    Python prints the innermost frame last, Java and JavaScript print it first.
    """
    last, first, thrown, function = "", "", "", ""
    for line in text.splitlines():
        if match := _PYTHON_DEF.match(line):
            # The first of a frame's listing is the function itself, those after it are nested in it.
            function = function or match["function"]
        elif match := _PYTEST_ERROR.match(line):
            named = _NAMED.match(match["message"])
            thrown = named[1] if named else thrown
        elif match := _PYTEST_SHORT.match(line):
            if not _LIBRARY.search(match["file"]):
                last = f"{_plain(match['file'])}::{match['function'].strip()}"
        elif match := _PYTEST_FRAME.match(line):
            thrown = match["exception"] or thrown
            if not _LIBRARY.search(match["file"]):
                last = f"{_plain(match['file'])}::{function}"
            function = ""
        elif match := _PYTHON_FRAME.match(line):
            if not _LIBRARY.search(match["file"]):
                last = f"{_plain(match['file'])}::{match['function'].strip()}"
        elif match := _JAVA_FRAME.match(line) or _JS_FRAME.match(line):
            place = match["function"] or ""
            if not first and not _LIBRARY.search(match["file"]) and not _LIBRARY.search(place):
                first = f"{_plain(match['file'])}::{place.strip()}"
    return last or first, thrown


def _plain(file: str) -> str:
    """A path that does not depend on the machine: forward slashes, and no folders above a checkout's usual ones."""
    parts = file.replace("\\", "/").split("/")
    absolute = file.startswith("/") or re.match(r"[A-Za-z]:", file)
    return "/".join(parts[-2:]) if absolute else "/".join(part for part in parts if part not in (".", ".."))
