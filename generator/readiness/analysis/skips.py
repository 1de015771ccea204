"""Why a test was skipped, in the runner's own words."""

from __future__ import annotations

import re

from readiness.shorten import first_line

_WHOLE = "collection skipped"
"""What pytest says of every module that was skipped as a whole; the reason stands in the text."""
_QUOTED = re.compile(r"""\(.*, \d+, (['"])(?:Skipped: )?(?P<reason>.*)\1\)""")
_LOCATED = re.compile(r"\S+?:\d+: ")
"""pytest's `tests/test_a.py:3: ` before the reason."""


def skip_reasons(message: str, text: str) -> tuple[str, ...]:
    """The first lines of message and text, without what says nothing; the one to show first."""
    told = first_line(text)
    quoted = _QUOTED.fullmatch(told)
    told = quoted["reason"] if quoted else _LOCATED.sub("", told, count=1) if _LOCATED.match(told) else told
    said = first_line(message)
    return tuple(dict.fromkeys(one for one in (said if said != _WHOLE else "", told) if one))
