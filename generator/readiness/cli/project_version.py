"""The version of the product: the CI's tag, else READINESS_VERSION, else the file in which the project says it."""

import json
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

_TAGS = (("GITHUB_REF_TYPE", "GITHUB_REF_NAME"), ("CI_COMMIT_TAG", "CI_COMMIT_TAG"), ("TAG_NAME", "TAG_NAME"))
"""Variable that tells a tag from a branch, and the one that names it."""


def told_version(folder: Path) -> str:
    """The version, said on standard error with where it comes from; empty where nothing says it."""
    version, where = next(_versions(folder), ("", ""))
    if version:
        click.echo(f"Version {version}, from {where}.", err=True)
    return version


def found_version(folder: Path) -> str:
    """The same, and nothing is said; what variables hold does not count."""
    return next(_in_files(folder), ("", ""))[0]


def _versions(folder: Path) -> Iterator[tuple[str, str]]:
    for mark, name in _TAGS:
        tag = os.environ.get(name, "") if os.environ.get(mark) not in (None, "", "branch") else ""
        if tag:
            yield re.sub(r"^v(?=\d)", "", tag), f"the tag {tag}"
    if os.environ.get("READINESS_VERSION"):
        yield os.environ["READINESS_VERSION"], "READINESS_VERSION"
    yield from _in_files(folder)


def _in_files(folder: Path) -> Iterator[tuple[str, str]]:
    for name, read, section in (
        ("pyproject.toml", tomllib.loads, "project"),
        ("package.json", json.loads, ""),
        ("Cargo.toml", tomllib.loads, "package"),
    ):
        version = _version(folder / name, read, section)
        # 0.0.0 stands where the version is written at release only.
        if version and not version.startswith("0.0.0"):
            yield version, name


def _version(path: Path, read: Any, section: str) -> str:
    """What a file of the project says; empty where it says nothing that can be relied on."""
    try:
        held = read(path.read_text(encoding="utf-8"))
        version = (held[section] if section else held)["version"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return version if isinstance(version, str) else ""
