"""`readiness verify` names what differs; nothing is judged on a damaged archive."""

from __future__ import annotations

import gzip
import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.scenario import append, readiness

from readiness.archive import Archive, ArchivedRun, verify
from readiness.assessment import assess

Damage = Callable[[ArchivedRun], Path | None]


def _flip(path: Path, position: int) -> Path:
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(bytes(content))
    return path


def _edit(path: Path, **changes: object) -> Path:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    return path


def _policy(run: ArchivedRun) -> Path:
    return next((run.folder.parents[2] / "policies").iterdir())


def _evidence(run: ArchivedRun) -> Path:
    return run.folder / "junit.xml.gz"


def _other_evidence(run: ArchivedRun) -> Path:
    _evidence(run).write_bytes(gzip.compress(b"<testsuite/>"))
    return _evidence(run)


def _missing(path: Path) -> Path:
    path.unlink()
    return path


def _foreign(run: ArchivedRun) -> Path:
    (run.folder / "notes.txt").write_text("mine")
    return run.folder / "notes.txt"


def _linked(run: ArchivedRun) -> Path:
    real = _evidence(run).rename(run.folder.parents[2] / "elsewhere.gz")
    _evidence(run).symlink_to(real)
    return _evidence(run)


def _half(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def _shorter(run: ArchivedRun) -> Path:
    inputs = json.loads((run.folder / "run.json").read_text())["inputs"]
    return _edit(run.folder / "run.json", inputs=inputs[1:])


DAMAGES: dict[str, tuple[Damage, str]] = {
    "a flipped byte of the evidence": (lambda run: _flip(_evidence(run), 30), "junit.xml.gz"),
    "other evidence": (_other_evidence, "differs from the digest"),
    "missing evidence": (lambda run: _missing(_evidence(run)), "is missing"),
    "a foreign file": (_foreign, "is not in the manifest"),
    "evidence that is a symbolic link": (_linked, "symbolic link"),
    "half a manifest": (lambda run: _half(run.folder / "run.json"), "not valid JSON"),
    "an empty manifest": (lambda run: Path.write_bytes(run.folder / "run.json", b"") and None, "not valid JSON"),
    "a manifest without its version": (lambda run: _edit(run.folder / "run.json", version=""), "key version"),
    "a manifest that forgets an input": (_shorter, "is not in the manifest"),
    "another digest": (lambda run: _edit(run.folder / "run.json", digest="0" * 64), "run.json"),
    "another version": (lambda run: _edit(run.folder / "run.json", version="9.9"), "does not follow from its inputs"),
    "another commit": (lambda run: _edit(run.folder / "run.json", commit="c9"), "does not follow from its inputs"),
    "a key nobody knows": (lambda run: _edit(run.folder / "run.json", extra=1), "key extra"),
    "a path out of the folder": (
        lambda run: _edit(
            run.folder / "run.json",
            inputs=[one | {"stored": "../../x"} for one in json.loads((run.folder / "run.json").read_text())["inputs"]],
        ),
        "key inputs.0.stored",
    ),
    "half a judgement": (lambda run: _half(run.folder / "judgements" / "1.yml"), "1.yml"),
    "no judgement": (lambda run: _missing(run.folder / "judgements" / "1.yml"), "judgements"),
    "another policy": (lambda run: _flip(_policy(run), 5), "differs from the digest in its name"),
    "a missing policy": (lambda run: _missing(_policy(run)), "is missing"),
}
NOT_NEEDED_TO_JUDGE = {"a foreign file", "another version", "another commit", "a manifest that forgets an input"}
each_damage = pytest.mark.parametrize("name", DAMAGES)


@pytest.fixture
def history(tmp_path: Path) -> Path:
    for day in range(2):
        append(tmp_path / "history", "a pass", day)
    return tmp_path / "history"


def damaged(history: Path, name: str) -> tuple[Path | None, str]:
    damage, words = DAMAGES[name]
    return damage(next(iter(Archive(history).runs.values()))), words


def test_a_whole_archive(history: Path) -> None:
    done = readiness("verify", "--history", history)
    assert (done.exit_code, done.stdout) == (0, "2 runs, 2 files: nothing differs.\n")


@each_damage
def test_verify_names_it(name: str, history: Path) -> None:
    path, words = damaged(history, name)
    done = readiness("verify", "--history", history)
    assert done.exit_code == 1
    named = [line for line in done.stdout.splitlines() if words in line]
    assert named, done.stdout
    if path and name not in ("a missing policy", "no judgement", "a manifest that forgets an input"):
        assert str(path) in named[0]


@pytest.mark.parametrize("name", [name for name in DAMAGES if name not in NOT_NEEDED_TO_JUDGE])
@pytest.mark.parametrize("cached", [False, True], ids=["without cache", "with cache"])
def test_the_gate_does_not_judge_on_it(name: str, cached: bool, history: Path) -> None:
    if cached:
        assert readiness("gate", "--history", history).exit_code == 0
    damaged(history, name)
    done = readiness("gate", "--history", history)
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("record", ["run.json", "judgements/1.yml"])
def test_a_newer_schema_is_refused_by_name(record: str, history: Path) -> None:
    run = next(iter(Archive(history).runs.values()))
    path = run.folder / record
    if record == "run.json":
        _edit(path, schema=2)
    else:
        path.write_text(path.read_text().replace("schema: 1", "schema: 2"))
    for command in ("gate", "list"):
        done = readiness(command, "--history", history)
        assert done.exit_code == 2
        assert str(path) in done.stderr
        assert "schema 2" in done.stderr
        assert "Upgrade" in done.stderr


def test_a_lost_run_is_named_by_the_one_that_follows_it(history: Path) -> None:
    first, second = Archive(history).runs.values()
    for path in sorted(first.folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    first.folder.rmdir()
    (problem,) = [error for _, problems in verify(Archive(history)) for error in problems]
    assert first.id in problem.line
    assert str(second.folder) in problem.line


def test_nothing_is_archived_on_top_of_damage(history: Path, tmp_path: Path) -> None:
    damaged(history, "half a manifest")
    (tmp_path / "junit.xml").write_bytes(b'<testsuite><testcase name="x"/></testsuite>')
    done = readiness("archive", tmp_path / "junit.xml", "--version", "1.2", "--history", history)
    assert done.exit_code == 2
    assert "run.json" in done.stderr


@contextmanager
def _within(seconds: int) -> Iterator[None]:
    """What hangs fails instead."""

    def late(number: int, frame: object) -> None:
        pytest.fail(f"takes longer than {seconds} s")

    signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


def test_runs_that_follow_each_other_in_a_circle(history: Path) -> None:
    first, second = Archive(history).runs.values()
    _edit(first.folder / "run.json", previous={"run": second.id, "judgement": 1})
    assert readiness("gate", "--history", history).exit_code == 2
    with _within(5):
        found = assess(Archive(history), None, strict=False)
    assert not [run for run, judged in found.by_run.items() if judged[-1].verdict.ready]


def test_a_run_that_follows_itself(history: Path) -> None:
    first = next(iter(Archive(history).runs.values()))
    _edit(first.folder / "run.json", previous={"run": first.id, "judgement": 1})
    done = readiness("gate", "--run", first.id, "--history", history)
    assert done.exit_code == 2


def test_a_judgement_that_is_not_there(history: Path) -> None:
    first, second = Archive(history).runs.values()
    _edit(second.folder / "run.json", previous={"run": first.id, "judgement": 3})
    done = readiness("gate", "--history", history)
    assert done.exit_code == 2
    assert "judgement 3" in done.stderr
