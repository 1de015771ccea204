"""Formats that are known by name but not read, each with the way to one that is: the table in `foreign.tsv`.

A row fits where each of its patterns, parted by ` & `, is found in the face of the file. Data and text are looked at as
they begin; XML is the root (`<TestRun>`), a line for each of its attributes (`@name=value`) and what follows; JSON is a
line for each member of the object, or of the first entry of the list (`name: value`).
"""

import re
from collections.abc import Mapping
from functools import cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

BEGINNING = {"bytes": 400, "xml": 20_000, "text": 50_000}
"""Characters that are looked at."""
MEMBERS = 1_000
"""Members of an object that are looked at."""


class Foreign(NamedTuple):
    """A format that is not read."""

    form: str
    """`bytes`, `xml`, `json` or `text`."""
    kind: str
    title: str
    remedy: str
    patterns: tuple[re.Pattern[str], ...] = ()

    @property
    def reason(self) -> str:
        """Why the file is rejected, and what to do."""
        return f"{self.title} is not read; {self.remedy}"


@cache
def foreign_formats() -> tuple[Foreign, ...]:
    """The table; of several rows that fit the first one counts."""
    _, *rows = Path(__file__).with_name("foreign.tsv").read_text(encoding="utf-8").splitlines()
    parted = [row.split("\t") for row in rows]
    return tuple(
        Foreign(form, kind, title, remedy, tuple(re.compile(one, re.MULTILINE) for one in patterns.split(" & ")))
        for form, kind, title, remedy, patterns in parted
    )


def _first_fit(form: str, face: str) -> Foreign | None:
    rows = (row for row in foreign_formats() if row.form == form)
    return next((row for row in rows if all(pattern.search(face) for pattern in row.patterns)), None)


def foreign_binary(content: bytes) -> Foreign | None:
    """The format of binary data, or None where it is none that is known."""
    return _first_fit("bytes", content[: BEGINNING["bytes"]].decode("latin-1"))


def foreign_text(text: str) -> Foreign | None:
    """The format of plain text: mostly what a runner shows in a terminal."""
    return _first_fit("text", text[: BEGINNING["text"]])


def foreign_xml(tag: str, attributes: Mapping[str, str], content: bytes) -> Foreign:
    """The format with this root element; an unknown one is named after it."""
    told = "".join(f"@{name}={value}\n" for name, value in attributes.items())
    start = content[: BEGINNING["xml"]].replace(b"\0", b"").decode("latin-1")
    shown = tag if len(tag) < 60 else f"{tag[:59]}…"
    remedy = "archive JUnit XML (root <testsuites> or <testsuite>)"
    unknown = Foreign("xml", "xml", f"XML with the unknown root <{shown}>", remedy)
    return _first_fit("xml", f"<{tag}>\n{told}{start}") or unknown


def foreign_json(top: object) -> Foreign | None:
    """The format of a JSON value, or None where it is none that is known."""
    top = top[0] if isinstance(top, list) and top else top
    if not isinstance(top, dict):
        return _first_fit("json", _shown(top))
    return _first_fit("json", "\n".join(f"{name}: {_shown(value)}" for name, value in islice(top.items(), MEMBERS)))


def _shown(value: object) -> str:
    """A value as patterns see it: the names in an object, or in the first of a list, and its texts behind them."""
    if isinstance(value, list):
        return f"[ {_shown(value[0])}" if value and isinstance(value[0], dict) else "["
    if isinstance(value, dict):
        shown = dict(islice(value.items(), 100))
        texts = (text[:100] for text in shown.values() if isinstance(text, str))
        return f"{{ {' '.join([*shown, '}', *texts])}".replace("\n", " ")
    return value[:100].replace("\n", " ") if isinstance(value, str) else ""
