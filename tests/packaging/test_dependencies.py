"""What pyproject.toml declares is what the package imports, no more and no less."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

BY_NAME = {"mkdocs-material", "polars"}
"""The theme that pages are made for, and the engine that Narwhals is told: nothing imports them."""


OF_SIGN = {"sigstore", "cryptography"}
"""What the extra `sign` brings; it is imported where a signature is checked, and told where it is missing."""


def imports(package: Path) -> Iterator[str]:
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module


def test_what_is_imported_is_declared_and_what_is_declared_is_imported(repo_root: Path) -> None:
    project = tomllib.loads((repo_root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}
    modules = {name.split(".")[0] for name in imports(repo_root / "generator" / "readiness")}
    distributions = packages_distributions()
    others = modules - sys.stdlib_module_names - {"readiness", *OF_SIGN}
    imported = {canonicalize_name(distributions.get(name, [name])[0]) for name in others}
    optional = {canonicalize_name(Requirement(line).name) for line in project["optional-dependencies"]["remote"]}

    assert imported == (declared - BY_NAME) | optional
    assert declared >= BY_NAME
