"""The report as JSON: read back without loss, true to its schema, the same bytes every time, and without words."""

from __future__ import annotations

import gzip
import html
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from jsonschema import Draft202012Validator
from tests.hostile.hostile_runs import PAYLOADS
from tests.model.answers import Step, archived
from tests.model.chains import chains
from tests.scenario import Again, Run, checklist, demands, story, waiver, warned
from tests.tries import tries

from readiness.archive import Archive
from readiness.assessment import assess
from readiness.assessment.diagnosis import MISSING, UNCLASSIFIED
from readiness.model import Outcome
from readiness.policy import default_categories, default_text
from readiness.report import Report, Reports, read, report_of, schema, written

ARCHIVES = ("history", "examples/lukhas/history")


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(schema(Report, "report"), format_checker=Draft202012Validator.FORMAT_CHECKER)


MADE = re.compile(
    r"((gap:)?(area|variant|criterion|file) .+|checklist:.+|test:.+|.+, (line|row|test) \d+|[^\s,]+(, [^\s,]+)+"
    r"|\S+ [>@] \S+|\S+ (linux|mac) tests)",
    re.DOTALL,
)
"""What we make of what a run or a policy says: identities, references, places in files."""


def reports(root: Path) -> Iterator[Report]:
    """Every judgement of an archive."""
    archive = Archive(root)
    found = Reports(assess(archive, None))
    for run in archive.runs:
        yield from found.judgements_of(run)


def checked(report: Report) -> Any:
    """What is written of it, after it was read back and held to the schema; no key is there that the schema lacks."""
    text = written(report)
    assert text.isascii()
    back = read(text, Report)
    assert back == report
    assert written(back) == text
    told = json.loads(text, parse_constant=pytest.fail)
    validator().validate(told)
    return told


def texts(value: Any) -> Iterator[str]:
    """Every text in a JSON document; keys are told by the schema, or are names of their own."""
    if isinstance(value, str):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts(one)


def given_to(root: Path) -> str:
    """Everything that an archive holds, as one text: what a run, a policy or its author has said."""
    defaults = [default_text().decode(), *(text for one in default_categories() for text in texts(one.model_dump()))]
    found = [*defaults, *(text for one in (MISSING, UNCLASSIFIED) for text in texts(one.model_dump()))]
    for path in sorted(root.rglob("*")):
        if path.is_file():
            content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            text = content.decode(errors="replace")
            found.append(html.unescape(text) if path.suffixes[0] == ".xml" else text)
            if path.suffix in (".yml", ".json"):
                found += texts(yaml.safe_load(text))
    return _plain("\n".join(found))


def _plain(text: str) -> str:
    """The text in one line, without addresses in memory, which titles leave out."""
    return " ".join(re.sub(r" at 0x[0-9a-fA-F]+", "", text.replace("\\n", " ")).split())


def sentences_of_ours(told: Any, given: str) -> list[str]:
    """Texts of three words or more that neither a run nor a policy has said."""
    some = (text for text in texts(told) if len(text.split()) > 2)
    return [text for text in some if not MADE.fullmatch(text) and _plain(text) not in given]


@pytest.mark.parametrize("archive", ARCHIVES)
def test_real_reports_come_back_and_hold_no_words_of_ours(archive: str, repo_root: Path) -> None:
    given_texts = given_to(repo_root / archive)
    found = list(reports(repo_root / archive))
    for report in found:
        told = checked(report)
        assert sentences_of_ours(told, given_texts) == []
        assert [text for text in texts(told) if str(repo_root) in text or text.startswith(str(Path.home()))] == []
        assert [text for text in texts(told) if "http" in text and _plain(text) not in given_texts] == []
    assert found


@tries(25)
@given(chains(longest=5))
def test_reports_of_random_chains_come_back(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archived(Path(folder), steps)
        given_texts = given_to(Path(folder))
        for report in reports(Path(folder)):
            assert sentences_of_ours(checked(report), given_texts) == []


NONE_FAILS = demands("none: failures = 0")
EVERYTHING = demands(
    "none: failures = 0",
    "all: completion >= 100%",
    "rss: metric.rss <= 300 MB; tier advisory",
    variants={"required": [{"name": "linux"}, {"name": "mac"}]},
    waivers=[waiver("test", "tests.test_app::a"), waiver("blocker", "B-GONE"), waiver("criterion", "all")],
    checklist=checklist({"id": "core", "tests": ["*app*"]}, {"id": "backup", "owner": "sam"}),
    categories=[{"title": "Memory", "message": "boom", "effort": {"min": 1, "max": 2.5}}],
    product="shop",
    areas=[{"name": "All of it", "tests": ["*"]}],
    plan={"phases": [{"name": "Validation", "min": 2, "max": 3}], "holidays": ["2025-01-06"]},
    retired=[{"tests": ["*old*"], "reason": "gone", "by": "kim", "date": "2025-01-02"}],
)


@pytest.fixture(scope="module")
def eventful(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive in which a report has something to tell in each of its parts."""
    root = tmp_path_factory.mktemp("eventful") / "history"
    runs = "@linux a fail boom, b pass, shop/x skip no card, old pass | a b shop/x old // @mac a pass, b flaky bang"
    story(
        root,
        Run("@linux a pass, b pass, old pass | a b old // @mac a pass, b pass | a b", "1.0", policy=NONE_FAILS),
        Run(runs, "1.1", "c1", policy=EVERYTHING, metrics={"rss": "400 MB"}, files=warned("old")),
        Again(NONE_FAILS, 2),
        Run("@linux a fail boom, pay/z error bang | a b pay/z -2", "1.2", "c1", policy=EVERYTHING),
        Run("@linux a pass, b pass, pay/z error bang | a b pay/z // @mac a pass, b pass | a b", "1.3"),
    )
    return root


def test_every_part_of_a_report_is_told_of(eventful: Path) -> None:
    told = [checked(report) for report in reports(eventful)]
    empty = {name for name in told[0] if not any(one[name] for one in told)}
    assert empty == {"incomplete"}
    given_texts = given_to(eventful)
    assert [sentences_of_ours(one, given_texts) for one in told] == [[]] * len(told)


def test_the_same_bytes_whatever_the_order_of_sets(eventful: Path) -> None:
    program = "from readiness.cli import main; main()"
    printed = set()
    for seed in ("1", "2", "3"):
        done = subprocess.run(
            [sys.executable, "-c", program, "gate", "--format", "json", "--history", eventful],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=eventful.parent,
            capture_output=True,
            check=False,
        )
        assert done.returncode in (1, 3), done.stderr
        printed.add(done.stdout)
    assert len(printed) == 1
    assert str(eventful.parent).encode() not in printed.pop()


def hostile_files() -> dict[str, bytes]:
    """Evidence with half characters, control characters, numbers beyond all measure, and none at all."""
    tests = [
        {"name": f"{name} \ud800\x00\x1b[31m", "status": "failed", "duration": 1, "message": f"{text}\ud800\x07\u202e"}
        for name, text in PAYLOADS.items()
    ]
    summary = dict.fromkeys(("passed", "skipped", "pending", "other"), 0)
    results = {
        "tool": {"name": "x"},
        "summary": {"tests": len(tests), "failed": len(tests), **summary, "start": 1, "stop": 2},
        "tests": tests,
    }
    huge = b'{"metrics": [{"name": "huge", "value": %s, "unit": "MB"}, {"name": "n", "value": NaN}]}' % (b"9" * 300)
    times = "".join(f'<testcase classname="c" name="t{time}" time="{time}"/>' for time in ("nan", "1e999", "-inf"))
    return {
        "ctrf.json": json.dumps({"results": results}).encode(),
        "metrics.json": huge,
        "times.xml": f'<testsuite time="nan">{times}</testsuite>'.encode(),
    }


def test_hostile_texts_and_numbers_come_back(tmp_path: Path) -> None:
    policy = demands("none: failures = 0", "huge: metric.huge <= 99999999999999999999999999999999 MB")
    (found,) = story(tmp_path, Run("a pass | a", files=hostile_files()), policy=policy)
    report = report_of(found)
    failed = [one for one in report.facts.problems if one.outcome is Outcome.FAILED]
    told = checked(report)
    assert len(failed) == len(PAYLOADS)
    assert {one.key.name for one in failed} <= {*texts(told)}
    (measured,) = (one["measured"] for one in told["criteria"] if one["criterion"]["id"] == "huge")
    assert measured["value"]["exact"] == str(10**300)


def test_what_is_no_report_is_refused() -> None:
    with pytest.raises(ValueError, match="schema"):
        read('{"schema": 2}', Report)
