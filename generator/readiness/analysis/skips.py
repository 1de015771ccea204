"""Why a test was skipped, in the runner's own words."""

import re

from readiness.shorten import first_line

_WHOLE = "collection skipped"
"""What pytest says of every module that was skipped as a whole; the reason stands in the text."""
_QUOTED = re.compile(r""", \d+, (['"])""")
"""What stands before the reason in pytest's `('tests/test_a.py', 3, 'Skipped: reason')`."""
_LOCATED = re.compile(r"\S+?:\d+: ")
"""pytest's `tests/test_a.py:3: ` before the reason."""


def skip_reasons(message: str, text: str) -> tuple[str, ...]:
    """The first lines of message and text, without what says nothing; the one to show first."""
    told = first_line(text)
    quoted = _quoted(told)
    located = _LOCATED.match(told)
    told = quoted if quoted is not None else told[located.end() :] if located else told
    said = first_line(message)
    return tuple(dict.fromkeys(one for one in (said if said != _WHOLE else "", told) if one))


def _quoted(told: str) -> str | None:
    """The reason that stands in quotes as the last of three in brackets, if it does."""
    if not (told.startswith("(") and told.endswith(("')", '")'))):
        return None
    before = [found for found in _QUOTED.finditer(told, 1, len(told) - 2) if found[1] == told[-2]]
    return told[before[-1].end() : -2].removeprefix("Skipped: ") if before else None
