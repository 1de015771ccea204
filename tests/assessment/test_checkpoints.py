"""What was judged is kept in the cache: it saves time, and changes nothing."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from tests.model.answers import Step, archived
from tests.model.chains import chains
from tests.scenario import Run, append
from tests.tries import tries

from readiness.archive import Archive, ArchivedRun
from readiness.assessment import assess, earlier
from readiness.report import Reports, written


def reports(root: Path, cache: Path | None) -> dict[str, list[str]]:
    """Every report of an archive as it is written."""
    archive = Archive(root)
    found = Reports(assess(archive, cache))
    return {run: [written(report) for report in found.judgements_of(run)] for run in archive.runs}


@given(chains())
@settings(max_examples=25, derandomize=True, deadline=None)
def test_a_cache_changes_nothing(tmp_path_factory: pytest.TempPathFactory, steps: list[Step]) -> None:
    root, cache = (tmp_path_factory.mktemp(name) for name in ("history", "cache"))
    archived(root, steps)
    expected = reports(root, None)

    assert reports(root, cache) == expected
    assert reports(root, cache) == expected


@given(chains())
@tries(5)
def test_outcomes_are_asked_for_one_by_one_as_in_a_table(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Step]
) -> None:
    root = tmp_path_factory.mktemp("history")
    archived(root, steps)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(earlier, "_is_plain", lambda *_: False)
        expected = reports(root, None)

    assert reports(root, None) == expected


def test_a_run_more_costs_that_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, cache = tmp_path / "history", tmp_path / "cache"
    runs = [append(root, Run("a pass, b fail boom", stamp=day), day) for day in range(6)]
    reports(root, cache)
    last = append(root, Run("a pass, b pass", stamp=6), 6)
    read: list[str] = []
    evidence = ArchivedRun.evidence
    monkeypatch.setattr(ArchivedRun, "evidence", lambda run, item: read.append(run.id) or evidence(run, item))

    found = Reports(assess(Archive(root), cache)).latest_of(last.id)

    # What it is compared with: the run before, and that one's baseline.
    assert set(read) == {runs[-2].id, runs[-1].id, last.id}
    assert [blocker.state.value for blocker in found.blockers] == ["closed"]


@pytest.mark.parametrize("seed", range(6))
def test_a_damaged_cache_is_made_again(tmp_path: Path, seed: int) -> None:
    root, cache, chance = tmp_path / "history", tmp_path / "cache", random.Random(seed)
    for day, results in enumerate(("a pass, b fail boom", "a pass", "a fail bang, b pass", "a pass, b pass")):
        append(root, Run(results, stamp=day), day)
    expected = reports(root, cache)
    for path in (path for path in cache.rglob("*") if path.is_file()):
        content = bytearray(path.read_bytes())
        at = chance.randrange(len(content))
        damage = chance.choice(("flip", "cut", "gone"))
        if damage == "flip":
            content[at] ^= 1 << chance.randrange(8)
        path.write_bytes(content[: at if damage == "cut" else None])
        if damage == "gone":
            path.unlink()

    assert reports(root, cache) == expected


@pytest.mark.parametrize("kind", ["*.carried", "*.judged", "*.closed", "*.parquet", "rest.json"])
def test_one_kind_of_file_is_lost(tmp_path: Path, kind: str) -> None:
    root, cache = tmp_path / "history", tmp_path / "cache"
    for day, results in enumerate(("a pass, b fail boom", "a pass", "a fail bang, b pass", "a pass, b pass")):
        append(root, Run(results, stamp=day), day)
    reports(root, cache)
    append(root, Run("a pass", stamp=5), 5)
    for path in cache.rglob(kind):
        path.unlink()

    last = Reports(assess(Archive(root), cache)).latest_of([*Archive(root).runs][-1])
    assert reports(root, cache) == reports(root, None)
    assert written(last) == reports(root, None)[last.run.id][-1]


def test_a_build_in_spite_of_damage_keeps_nothing(tmp_path: Path) -> None:
    root, cache = tmp_path / "history", tmp_path / "cache"
    runs = [append(root, Run("a pass, b pass", stamp=day), day) for day in range(3)]
    assess(Archive(root), cache).latest_of(runs[-1].id)
    (evidence,) = runs[1].folder.glob("*.gz")
    content = evidence.read_bytes()
    evidence.unlink()

    found = assess(Archive(root), cache, strict=False)

    assert (list(found.skipped), found.latest_of(runs[2].id).verdict.word.value) == ([runs[1].id], "UNPROVEN")
    evidence.write_bytes(content)
    assert reports(root, cache) == reports(root, None)


def test_a_cache_that_cannot_be_written_is_no_matter(tmp_path: Path) -> None:
    root, cache = tmp_path / "history", tmp_path / "cache"
    append(root, "a pass", 0)
    cache.write_text("no folder")

    assert reports(root, cache) == reports(root, None)


def test_what_another_policy_would_say_is_not_kept(tmp_path: Path) -> None:
    root, cache = tmp_path / "history", tmp_path / "cache"
    run = append(root, "a pass", 0)
    text = b'{"criteria": [{"id": "rss", "title": "Rss", "measure": "metric.rss", "at_most": 1}]}'

    other = assess(Archive(root), cache, policy=text).latest_of(run.id)
    own = assess(Archive(root), cache).latest_of(run.id)

    assert (other.criteria[0].criterion.id, own.criteria[0].criterion.id) == ("rss", "no-failures")


def test_two_processes_share_a_cache(tmp_path: Path) -> None:
    root, cache = tmp_path / "history", tmp_path / "cache"
    for day in range(8):
        append(
            root, Run(f"a pass, b {'pass' if day % 3 else 'fail boom'}, c {'fail bang' if day == 4 else 'pass'}"), day
        )
    code = (
        "import sys; from pathlib import Path\n"
        "from readiness.archive import Archive; from readiness.assessment import assess\n"
        "root, cache = map(Path, sys.argv[1:]); archive = Archive(root, cache); found = assess(archive, cache)\n"
        "print([found.latest_of(run).verdict.word.value for run in archive.runs])"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", code, str(root), str(cache)]
    both = [subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    told = [process.communicate(timeout=120)[0] for process in both]

    assert told[0] == told[1] != ""
    assert reports(root, cache) == reports(root, None)
    assert not list(cache.rglob(".*-*"))


def test_what_an_older_version_kept_is_removed_after_a_month(tmp_path: Path) -> None:
    root, cache = tmp_path / "history", tmp_path / "cache"
    append(root, "a pass", 0)
    for name in ("archive", "results", "judged"):
        for age in (29, 31):
            (cache / name / f"{age} days").mkdir(parents=True)
            (cache / name / f"{age} days" / "file").write_text("kept")
            then = time.time() - age * 86_400
            os.utime(cache / name / f"{age} days", (then, then))

    assess(Archive(root, cache), cache).latest_of(next(iter(Archive(root).runs)))

    assert sorted(path.parent.name for path in cache.rglob("file")) == ["29 days"] * 3
