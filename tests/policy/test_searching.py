"""The patterns of a policy are searched in linear time, and find what `re` finds."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.tries import tries

from readiness.errors import UsageError
from readiness.policy import default_categories, parse_policy
from readiness.policy.searching import is_found, refusal, search

OURS = sorted({one for each in default_categories() for one in (each.type, each.message, each.skip) if one})
WORDS = st.sampled_from(
    [
        "memory",
        "limit",
        "TypeError",
        "Timeout",
        ">",
        "timed",
        "out",
        "not",
        "installed",
        "missing",
        "module",
        "named",
        "no",
        "ImportError",
        ".",
        ":",
        "\n",
        "é",
        "\x1c",
        "12",
    ]
)


@tries(60)
@given(st.lists(WORDS).map(" ".join))
def test_the_default_patterns_find_what_re_finds(text: str) -> None:
    for pattern in OURS:
        search(pattern, [text, text + "\n"])
        for one in (text, text + "\n"):
            assert is_found(pattern, one) == (re.search(pattern, one) is not None), pattern


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"a\Z", "ba"),
        ("a$", "a\n"),
        ("a$", "a\nb"),
        ("(?m)a$", "a\nb"),
        (r"\<x\>", "<x>"),
        ("[[x]&&y]", "&"),
        ("a{,2}b", "aab"),
        ("{", "a{"),
        ("a{1", "a{1"),
        (r"\bé", "é"),
        (r"é\b", "éa"),
        (r"\d", "٣"),
        ("(?i)STRASSE", "strasse"),
        ("[]x]+$", "]"),
    ],
)
@pytest.mark.filterwarnings("ignore:Possible")
def test_the_syntax_is_that_of_python(pattern: str, text: str) -> None:
    assert not refusal(pattern)
    assert is_found(pattern, text) == (re.search(pattern, text) is not None)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(?=a)b", "looks around"),
        ("(?<!a)b", "looks around"),
        (r"(a)\1", "refers back"),
        ("(?P<q>a)(?P=q)", "refers back"),
        ("a++b", "possessive"),
        (r"\w{1,60000}", "too large"),
    ],
)
def test_what_only_a_backtracking_engine_finds_is_refused_by_rule_file_and_line(pattern: str, reason: str) -> None:
    text = f"product: x\ncategories:\n  - title: a\n    message: '{pattern}'\n".encode()
    with pytest.raises(UsageError) as raised:
        parse_policy(text, Path("readiness.yml"))
    said = str(raised.value)
    assert "readiness.yml" in said
    assert "line 4, key categories[0].message" in said
    assert reason in said
    recorded = parse_policy(text, Path("readiness.yml"), recorded=True)
    assert recorded.categories[0].message == pattern


def test_a_recorded_pattern_that_looks_around_still_finds() -> None:
    assert is_found("a(?!b)", "ac")
    assert not is_found("a(?!b)", "ab")


def test_a_pattern_that_would_never_end_ends() -> None:
    began = time.process_time()
    assert not is_found("(a+)+$", "a" * 200_000 + "b")
    assert not is_found(".*x.*y.*z.*!", "xyz" * 50_000)
    assert time.process_time() - began < 2


def test_half_a_character_does_no_harm() -> None:
    assert is_found("b", "\ud800b")
