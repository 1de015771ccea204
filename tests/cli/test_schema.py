"""The published schemas are those of the code, and every real record fits them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from tests.scenario import readiness

RECORDS = ("policy", "manifest", "judgement", "notice", "report", "gate", "diff")


@cache
def printed(record: str) -> str:
    return readiness("schema", record).stdout


def schema(record: str) -> Any:
    return json.loads(printed(record))


@pytest.mark.parametrize("record", RECORDS)
def test_the_published_schema_is_that_of_the_code(record: str, repo_root: Path) -> None:
    published = repo_root / "docs" / "schema" / f"{record}.json"
    assert published.read_text(encoding="utf-8") == printed(record), (
        f"`readiness schema {record} > docs/schema/{record}.json` writes it anew"
    )
    Draft202012Validator.check_schema(schema(record))


@pytest.mark.parametrize(("record", "pattern"), [("manifest", "run.json"), ("judgement", "judgements/*.yml")])
def test_every_record_of_the_archive_fits(record: str, pattern: str, repo_root: Path) -> None:
    validator = Draft202012Validator(schema(record))
    found = list((repo_root / "history").rglob(pattern))
    for path in found:
        validator.validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    assert len(found) == 21


def test_policies_fit(repo_root: Path) -> None:
    validator = Draft202012Validator(schema("policy"))
    policies = [repo_root / "readiness.yml", *(repo_root / "generator").rglob("default.yml")]
    for path in policies:
        validator.validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    assert len(policies) == 2


@pytest.mark.parametrize(
    "text",
    [
        "criterion: []",
        "criteria: [{id: a, title: A, measure: nonsense, equals: 0}]",
        "criteria: [{id: a, title: A, measure: failures}]",
        "criteria: [{id: a, title: A, measure: failures, equals: 0, at_most: 1}]",
        "criteria: [{id: A B, title: A, measure: failures, equals: 0}]",
        "areas: [{name: Core, tests: []}]",
        "categories: [{title: x, type: y, severity: grave}]",
    ],
)
def test_mistakes_that_an_editor_can_show(text: str) -> None:
    assert not Draft202012Validator(schema("policy")).is_valid(yaml.safe_load(text))
