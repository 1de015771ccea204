"""The gate's answer as GitHub's workflow commands: a line each, and no text can make another."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.publish.answers import SITE, answer, retold
from tests.scenario import story

from readiness.assessment import Assessment, TestBlocker
from readiness.render.github import gate_github

COMMAND = re.compile(r"::(error|warning|notice) title=([^:,\r\n]*)::([^\r\n]*)")


def commands(text: str) -> list[tuple[str, str, str]]:
    """(level, title, message) of each line, taken apart as the runner does."""
    assert text.endswith("\n")
    lines = text[:-1].split("\n")
    # .NET ends a line at these three.
    assert not re.search("\r", text)
    found = [COMMAND.fullmatch(line) for line in lines]
    assert None not in found
    return [(one[1], _plain(one[2]), _plain(one[3])) for one in found if one]


def _plain(text: str) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


def test_the_verdict_comes_first_and_then_each_reason(tmp_path: Path) -> None:
    (found,) = story(tmp_path, "a pass, b fail 100%: b::c | a b c")
    told = commands(gate_github(answer(found, site=SITE)))
    (blocker,) = (one for one in found.blockers.values() if isinstance(one, TestBlocker))
    assert [(level, title) for level, title, _ in told] == [
        ("error", "Release 1.0"),
        ("error", "Criterion no-failures"),
        ("error", f"Blocker {blocker.id}, high, open"),
        ("warning", "Criterion complete"),
    ]
    assert told[0][2].startswith("NOT READY: BLOCKED as of 2025-01-01 00:00 UTC. 1 of 2 executed tests fails")
    assert told[0][2].endswith(f"{SITE}/reports/{found.run.id}/")


def test_ready_is_a_notice(tmp_path: Path) -> None:
    (found,) = story(tmp_path, "a pass | a")
    ((level, title, message),) = commands(gate_github(answer(found)))
    assert (level, title) == ("notice", "Release 1.0")
    assert message.startswith("READY as of")


def test_expired_is_an_error(tmp_path: Path) -> None:
    aged = "criteria: [{id: f, title: F, measure: failures, equals: 0, max_age: 7 d}]"
    (found,) = story(tmp_path, "a pass | a", policy=aged)
    until = found.verdict.valid_until
    assert until is not None
    told = commands(gate_github(answer(found, until + timedelta(seconds=1))))
    assert [(level, title) for level, title, _ in told] == [("error", "Release 1.0"), ("error", "Expired")]
    assert told[0][2].startswith("NOT READY: expired")


def test_hostile_runs_make_no_line(malicious: list[Assessment]) -> None:
    for one in malicious:
        verdict = one.verdict
        assert len(commands(gate_github(answer(one)))) == 1 + sum(
            map(len, (verdict.blocked, verdict.unproven, verdict.residual))
        )


@given(
    st.lists(
        st.text(st.sampled_from("%0AD3aC:,\r\n\x0b\x0c\x85\u2028=]#[ ") | st.characters(), max_size=80),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_no_text_makes_a_line_or_a_property(blocked: Assessment, texts: list[str]) -> None:
    found = retold(blocked, texts)
    told = commands(gate_github(answer(found)))
    assert len(told) == 1 + len(found.verdict.blocked) + len(found.verdict.residual)
