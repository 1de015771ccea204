"""Paths of traces as a reader knows them: from the top of the project, not of the machine that it was tested on."""

import re

from readiness.analysis import module_of
from readiness.model import TestKey

_FOLDER = re.compile(r"(?<![\w:+./\\])(?:[A-Za-z]:)?[/\\][^\s\"'<>|:;,()]*$")
FURTHEST = 400
"""Characters of a folder that are looked at."""


def from_checkout(text: str, key: TestKey, file: str = "") -> str:
    """The text of a test without the folder of the checkout.

    Which that is, the text itself tells, where it names the test's own file by its whole path; else nothing changes.
    """
    module = module_of(key)
    own = file or (module if "/" in module or "\\" in module else f"{module.replace('.', '/')}.py")
    own = own.replace("\\", "/").removeprefix("./")
    at = text.replace("\\", "/").find(f"/{own}")
    folder = _FOLDER.search(text[max(at - FURTHEST, 0) : at]) if at > 0 and own and not own.startswith("/") else None
    if not folder or ("\\" not in folder[0] and "/" not in folder[0][1:]):
        return text  # at the top of the file system, where paths of any folder begin
    return text.replace(folder[0] + text[at], "")
