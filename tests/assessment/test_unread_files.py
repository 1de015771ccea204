"""A file that was not read in full is owed by the runs after it, until it comes whole or is let go by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.scenario import Run, demands, readiness, story, verdicts, why

from readiness.policy import parse_policy

PLAIN = demands("none: failures = 0")
GONE = demands(
    "none: failures = 0", retired=[{"files": ["m.json"], "reason": "gone", "by": "kim", "date": "2025-01-01"}]
)
LOST, WHOLE = b'{"metrics": [{"name": "a", "value": null}]}', b'{"metrics": [{"name": "a", "value": 1}]}'

CHAINS: dict[str, list[tuple[Run | str, str]]] = {
    "left out": [("a pass", "UNPROVEN"), ("a pass", "UNPROVEN")],
    "whole": [(Run("a pass", files={"m.json": WHOLE}), "READY"), ("a pass", "READY")],
    "whole, by another name": [(Run("a pass", files={"n.json": WHOLE}), "READY")],
    "lost again": [(Run("a pass", files={"m.json": LOST}), "UNPROVEN"), ("a pass", "UNPROVEN")],
    "retired": [(Run("a pass", policy=GONE), "READY")],
    "retired too late": [(Run("a pass", policy=GONE, files={"m.json": LOST}), "UNPROVEN")],
}


@pytest.mark.parametrize("steps", CHAINS.values(), ids=CHAINS)
def test_what_was_not_read_in_full_is_owed(steps: list[tuple[Run | str, str]], tmp_path: Path) -> None:
    found = story(tmp_path, Run("a pass", files={"m.json": LOST}), *(run for run, _ in steps), policy=PLAIN)
    assert verdicts(found) == ["UNPROVEN", *(word for _, word in steps)]


def test_as_many_of_a_kind_as_there_were(tmp_path: Path) -> None:
    runs = [
        Run("a pass", files={"m.json": LOST, "n.json": WHOLE}),
        Run("a pass", files={"z.json": WHOLE}),
        Run("a pass", files={"x.json": WHOLE, "y.json": WHOLE}),
    ]
    assert verdicts(story(tmp_path, *runs, policy=PLAIN)) == ["UNPROVEN", "UNPROVEN", "READY"]


@pytest.mark.parametrize(("damaged", "word"), [(b"", "UNPROVEN"), (b"<testsuite", "UNPROVEN"), (b"hello", "READY")])
def test_what_nobody_can_call_evidence_is_not_owed(damaged: bytes, word: str, tmp_path: Path) -> None:
    found = story(tmp_path, Run("a pass", files={"x.txt": damaged}), "a pass", policy=PLAIN)
    assert verdicts(found) == ["UNPROVEN", word]


def test_the_blocker_stays_and_names_run_and_remedy(tmp_path: Path) -> None:
    first, second = story(tmp_path, Run("a pass", files={"m.json": LOST}), "a pass", policy=PLAIN)
    assert (list(first.blockers), why(second)) == (list(second.blockers), "UNPROVEN ? m.json")
    told = readiness("gate", "--history", tmp_path).stdout
    assert f"not read in full in 1.0, run {first.run.id}" in told
    policy = tmp_path / "readiness.yml"
    policy.write_text("product: shop\n")
    said = ("--reason", "gone", "--by", "kim", "--policy", policy, "--history", tmp_path)
    done = readiness("retire", "m.json", *said)
    assert done.exit_code == 0, done.stderr
    assert parse_policy(policy.read_bytes(), policy).retired[0].files == ("m.json",)
