"""The gate's answers to all scenarios, in the formats that machines read."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.assessment.test_scenarios import SCENARIOS
from tests.publish.answers import answer
from tests.publish.test_gate_json import told
from tests.publish.test_gate_junit import assert_sound
from tests.scenario import Run, story


@pytest.mark.parametrize("steps", SCENARIOS.values(), ids=SCENARIOS)
def test_scenarios_fit_the_schema_and_are_read_back(steps: list[tuple[Run, str, str]], tmp_path: Path) -> None:
    for one, (_, verdict, _) in zip(story(tmp_path, *(run for run, _, _ in steps)), steps, strict=True):
        assert told(one)["report"]["verdict"]["word"] == verdict
        assert_sound(answer(one))
