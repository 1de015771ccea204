"""Who owns which files: the rules of a CODEOWNERS file, as GitHub and GitLab write them; the last that matches wins."""

import re
from collections.abc import Iterable
from functools import cache

from readiness.policy.parts import Part
from readiness.policy.searching import is_found

STEPS = 1_000_000
"""What `re` may try at most for a path and a pattern; beyond that the engine that cannot backtrack takes over."""

_SECTION = re.compile(r"\^?\[[^\]]+\](?:\[\d+\])?(?P<owners>.*)")
_FIELDS = re.compile(r"(?P<pattern>(?:\\.|[^\s\\])+)(?P<owners>.*)")
_COMMENT = re.compile(r"(?:^|\s)#.*")


class Ownership(Part):
    """One rule: a pattern of paths, and who owns what it matches; nobody does where no owner stands there."""

    identity = ("pattern",)
    pattern: str
    owners: str = ""


def read_codeowners(text: str) -> tuple[Ownership, ...]:
    """The rules of a CODEOWNERS file, in its order; a line that is none is left out, as the hosts do.

    The default owners of a GitLab section own what its rules leave open. What a rule with `!` excludes has no owner.
    """
    found, defaults = [], ""
    for line in text.splitlines():
        told = _COMMENT.sub("", line).strip()
        section, fields = _SECTION.fullmatch(told), _FIELDS.fullmatch(told)
        if section:
            defaults = _names(section["owners"])
        elif fields:
            excludes = fields["pattern"].startswith("!")
            owners = "" if excludes else _names(fields["owners"]) or defaults
            found.append(Ownership(pattern=fields["pattern"].removeprefix("!"), owners=owners))
    return tuple(found)


def owner_of(path: str, rules: Iterable[Ownership]) -> str:
    """Who owns a file, by the last rule that matches its path; empty where none does."""
    owners = ""
    for rule in rules:
        if _is_of(path, rule.pattern):
            owners = rule.owners
    return owners


def _names(written: str) -> str:
    return ", ".join(written.split())


def _is_of(path: str, pattern: str) -> bool:
    regex = _regex(pattern)
    if len(path) ** (pattern.count("*") + 1) < STEPS:
        return re.fullmatch(regex, path, re.DOTALL) is not None
    return is_found(rf"(?s)^(?:{regex})\Z", path)


@cache
def _regex(pattern: str) -> str:
    """The pattern as gitignore has it, but that `docs/*` takes nothing from folders within, and `[` is a letter.

    A pattern with a slash before its end begins at the top, another one anywhere. It takes all that lies in a folder.
    """
    plain = re.sub(r"\\(.)", r"\1", pattern)
    inner = plain.strip("/")
    anchored = plain.startswith("/") or "/" in inner
    body = "".join(map(_part, re.split(r"(\*\*/|/\*\*$|\*|\?)", inner)))
    last = inner.rpartition("/")[2]
    below = "/.*" if plain.endswith("/") else "" if "*" in last else "(?:/.*)?"
    return f"{'' if anchored else '(?:.*/)?'}{body}{below if inner else '.*'}"


def _part(part: str) -> str:
    return {"**/": "(?:.*/)?", "/**": "/.*", "*": "[^/]*", "?": "[^/]"}.get(part) or re.escape(part)
