"""Names of people in the paths of their home folders: `/home/anna/shop/a.py`.

Nothing is guessed: whose folder it is, a line of a trace tells, which names a file in it and a line of that. Where one
does, the user's name is found in every path of the text. A route such as `/home/settings/` stays as it is.
"""

import re
from collections.abc import Iterator

USER_NAME = "user-name"
NO_NAMES = frozenset(
    {"runner", "runneradmin", "circleci", "travis", "vsts", "jenkins", "gitlab-runner", "buildkite-agent", "ubuntu"}
    | {"vagrant", "user", "app", "node", "root", "admin", "docker", "linuxbrew", "Public", "Shared", "Default"}
)
"""Users of build machines and images."""
TRIES = 100_000
"""Paths of a text that are looked at for a line of a trace: no text can ask for more."""

_CHAR = r"[^\s\"'<>|:;,()\[\]{}/\\.&]"
_USER = rf"(?:{_CHAR}|\.(?={_CHAR})){{1,64}}+"
PLAIN_USER = re.compile(_USER)
WINDOWS_USER = re.compile(rf"(?:{_CHAR}|[. ](?={_CHAR})){{1,64}}+(?=\\)|{_USER}")
USERS = {"/home/": PLAIN_USER, "/Users/": PLAIN_USER, "\\Users\\": WINDOWS_USER}
"""What stands before a user's name, and the name: on Windows it may hold a blank."""
FRAME = re.compile(r"[/\\][^\s\"'<>|:;,()\[\]]{1,400}\.\w{1,6}(?:\\?\"|&quot;)?(?:, line |:)\d")
"""What follows the name in a line of a trace: folders, a file, and a line."""
GOES_ON = re.compile(r"(?<!\\)[\w.~-]|(?<=\\)[a-mo-qsu-zA-Z0-9_.~-]|/")
"""What makes of a home folder a part of a longer path or of an address; `\\n` before it does not."""


def user_names(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every name of a user in the path of a home folder, in the order of the text."""
    places = sorted(_places(text))
    users = {text[start:end] for start, end in places[:TRIES] if FRAME.match(text, end)} - NO_NAMES
    return ((start, end) for start, end in places if text[start:end] in users)


def _places(text: str) -> Iterator[tuple[int, int]]:
    """Where there may be the name of a user."""
    for folder, user in USERS.items():
        at = text.find(folder)
        while at >= 0:
            start = at + len(folder)
            while start < len(text) and text[start] == "\\" and start < at + 12:
                start += 1  # of JSON, or of JSON in JSON
            found = user.match(text, start)
            if found and not _goes_on(text, at):
                yield found.span()
            at = text.find(folder, start - 1)


def _goes_on(text: str, at: int) -> bool:
    """True where the folder is part of a longer path, but for a drive as `/c/Users` and `/mnt/c/Users` write it."""
    if at == 0 or (at >= 7 and text.startswith("file://", at - 7)):
        return False
    drive = at >= 2 and text[at - 2] == "/" and text[at - 1].isalpha()
    return not drive and GOES_ON.match(text, at - 1) is not None
