"""Attacks on what is read, by text alone: each would stop a command or hide something."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.scenario import Run, append, archive_files, readiness

from readiness.analysis import cause_of, skip_reasons
from readiness.errors import UsageError
from readiness.evidence import mask, read
from readiness.model import Detail, Outcome, TestKey, TestResult
from readiness.policy import parse_policy

SMALL, LARGE = 64_000, 256_000
"""Four times as much text may take eight times as long: what is quadratic takes sixteen times."""


def grows(function: Callable[[str], object], unit: str, before: str = "", after: str = "") -> None:
    """Fail where the time grows with the square of the text; what takes no time at all is let pass."""

    def took(size: int) -> float:
        text = before + unit * (size // len(unit)) + after
        began = time.process_time()
        function(text)
        return time.process_time() - began

    large = took(LARGE)
    if large > 0.3:
        large = min(large, took(LARGE))
        assert large < 8 * max(min(took(SMALL), took(SMALL)), 0.04), f"{large:.1f} s"


def signature(text: str) -> str:
    detail = Detail(kind="failure", message=text, type="", text=text)
    return cause_of(TestResult(TestKey("tests", "", "a", "b"), Outcome.FAILED, details=(detail,))).signature


def masked(text: str) -> int:
    return mask(text.encode()).count


CHAIN = "SG" + "." + "a" * 65 + "-"


@pytest.mark.parametrize(
    "unit", ["abc1Q~", CHAIN, "://u:", "eyJ", "-----BEGIN PRIVATE KEY-----", "password=", "token: ", "token=", "glcbt-"]
)
def test_masking_many_that_are_nearly_secrets(unit: str) -> None:
    grows(masked, unit)
    grows(masked, unit, "<a>")


def test_masking_within_a_tag_with_an_endless_name() -> None:
    grows(masked, "a", "<", " x='gh" + "p_" + 36 * "a" + "'>")


def test_status_codes_without_end() -> None:
    grows(signature, "status 404 ")
    assert signature("status 404 a 17") == signature("status 404 a 18") != signature("status 405 a 17")


def test_reasons_of_skips_that_quote_and_quote() -> None:
    grows(lambda text: skip_reasons("", text), '(a, 1, "Skipped: ', after=")")
    assert skip_reasons("", "('a.py', 3, 'Skipped: no (b, 2, \"docker\")')") == ('no (b, 2, "docker")',)


def test_numbers_that_are_nearly_times() -> None:
    grows(lambda text: read(text.encode(), "a.xml"), "0", "<testsuite time='-", "x'><testcase name='a'/></testsuite>")


def test_lines_of_a_list_that_nearly_end() -> None:
    head = "a.py::b\n=== short test summary info ===\nERROR a"
    grows(lambda text: read(text.encode(), "list"), ".py::a", head, " x\n1 test collected in 0.01s\n")


def test_declarations_that_never_end() -> None:
    grows(lambda text: read(text.encode(), "a.xml"), "<?xml a?", "\n", "<testsuite/>")


def test_a_pattern_of_a_policy_that_would_never_end(tmp_path: Path) -> None:
    policy = "categories:\n  - {title: X, message: '(.*a)*(.*b)*c$', skip: '(x+x+)+y'}\n"
    append(tmp_path / "history", Run("a fail " + "ab" * 5_000 + " | a"), policy=policy)
    began = time.process_time()
    assert readiness("gate", "--history", tmp_path / "history").exit_code == 1
    assert time.process_time() - began < 20


@pytest.mark.parametrize(
    "use", ["product: {}", "retired: [{{tests: [a], reason: x, by: y, date: {}}}]", "vanished_allowed: {}", "areas: {}"]
)
def test_a_policy_whose_aliases_double_and_double(use: str) -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{at}: &a{at} [*a{at - 1}, *a{at - 1}]" for at in range(1, 40))]
    with pytest.raises(UsageError) as raised:
        parse_policy("\n".join([*lines, use.format("*a39")]).encode(), "readiness.yml")
    assert len(str(raised.value)) < 2_000


@pytest.mark.parametrize(
    "content",
    [
        f"<testsuite tests='{'9' * 5000}'><testcase name='a' time='{'9' * 5000}'/></testsuite>",
        "<testsuite time='1e999999' timestamp='99999-99-99T99:99:99'><testcase name='a' time='nan'/></testsuite>",
        f"<testsuite><properties><property name='n' value='{'9' * 9999}'/></properties></testsuite>",
        json.dumps({"metrics": [{"name": "a", "value": 1}]}).replace("1}", f"{'9' * 5000}}}"),
        json.dumps({"results": {"tool": {"name": "x"}, "summary": {}, "tests": []}}).replace("[]", "[" * 50_000),
        f"SF:a\nDA:{'9' * 5000},{'9' * 5000}\nend_of_record\n",
        f"a.py::b\n{'9' * 5000} tests collected in 0.01s\n",
    ],
)
def test_numbers_beyond_all_measure_are_one_line(tmp_path: Path, content: str) -> None:
    path = tmp_path / "evidence.txt"
    path.write_text(content)
    done = archive_files(tmp_path / "history", path)
    assert done.exit_code in (0, 1, 4), done.output
    if done.exit_code != 4:
        assert readiness("gate", "--history", tmp_path / "history").exit_code in (1, 3)


@pytest.mark.parametrize("unit", [": {", ": { lines ", ": { statements  coverage "])
def test_names_of_members_that_look_like_objects(unit: str) -> None:
    grows(lambda text: read(json.dumps({text: {}}).encode(), "a.json"), unit)
