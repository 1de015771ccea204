"""`readiness verify` names what differs; nothing is judged on a damaged archive."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
import signal
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
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
    """Change the manifest, and whatever pins it, as somebody would who knows the format."""
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    for judgement in (path.parent / "judgements").iterdir():
        _reseal(judgement, manifest=hashlib.sha256(path.read_bytes()).hexdigest())
    return path


def _edited(**changes: object) -> Damage:
    return lambda run: _edit(run.folder / "run.json", **changes)


def _reseal(path: Path, **changes: object) -> Path:
    record = yaml.safe_load(path.read_text()) | changes
    del record["digest"]
    lines = yaml.safe_dump(record, sort_keys=False)
    path.write_text(f"{lines}digest: {hashlib.sha256(lines.encode()).hexdigest()}\n")
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


def _written(path: Path) -> Path:
    path.write_text("mine")
    return path


def _made(path: Path) -> Path:
    path.mkdir()
    return path


def _renamed(path: Path) -> Path:
    return path.rename(path.with_name("x.yml"))


def _moved(path: Path) -> Path:
    """What was there lies elsewhere now, and a link leads to it."""
    elsewhere = path.parents[[part.name for part in path.parents].index("history") + 1] / "elsewhere"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    return path


def _pipe(run: ArchivedRun) -> Path:
    os.mkfifo(_missing(_evidence(run)))
    return _evidence(run)


def _judgement(run: ArchivedRun) -> Path:
    return run.folder / "judgements" / "1.yml"


def _replaced(path: Path, old: bytes, new: bytes) -> Path:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))
    return path


def _stored(*names: str) -> Damage:
    def damage(run: ArchivedRun) -> Path:
        (only,) = json.loads((run.folder / "run.json").read_text())["inputs"]
        return _edit(run.folder / "run.json", inputs=[only | {"stored": name} for name in names])

    return damage


def _original(run: ArchivedRun, digest: str) -> Path:
    (only,) = json.loads((run.folder / "run.json").read_text())["inputs"]
    return _edit(run.folder / "run.json", inputs=[only | {"sha256": digest}])


def _size(run: ArchivedRun) -> Path:
    (only,) = json.loads((run.folder / "run.json").read_text())["inputs"]
    _edit(run.folder / "run.json", inputs=[only | {"bytes": 1}])
    return _evidence(run)


def _shorter(run: ArchivedRun) -> Path:
    inputs = json.loads((run.folder / "run.json").read_text())["inputs"]
    return _edit(run.folder / "run.json", inputs=inputs[1:])


DAMAGES: dict[str, tuple[Damage, str]] = {
    "a flipped byte of the evidence": (lambda run: _flip(_evidence(run), 30), "junit.xml.gz"),
    "other evidence": (_other_evidence, "differs from the digest"),
    "missing evidence": (lambda run: _missing(_evidence(run)), "is missing"),
    "a foreign file": (_foreign, "does not belong"),
    "a foreign judgement": (lambda run: _written(run.folder / "judgements" / "notes.yml"), "does not belong"),
    "a foreign file beside the runs": (lambda run: _written(run.folder.parent / "notes.txt"), "does not belong"),
    "a foreign file among the months": (lambda run: _written(run.folder.parents[1] / "notes.txt"), "does not belong"),
    "a foreign folder": (lambda run: _made(run.folder.parent / "20250101T000000Z-000000000000"), "is missing"),
    "evidence that is a symbolic link": (_linked, "symbolic link"),
    "half a manifest": (lambda run: _half(run.folder / "run.json"), "not valid JSON"),
    "an empty manifest": (lambda run: Path.write_bytes(run.folder / "run.json", b"") and None, "not valid JSON"),
    "a manifest without its version": (_edited(version=""), "key version"),
    "a manifest that forgets an input": (_shorter, "does not follow from version, commit and inputs"),
    "another digest": (_edited(digest="0" * 64), "run.json"),
    "another version": (_edited(version="9.9"), "does not follow from version, commit and inputs"),
    "another commit": (_edited(commit="c9"), "does not follow from version, commit and inputs"),
    "a key nobody knows": (_edited(extra=1), "key extra"),
    "a path out of the folder": (
        lambda run: _edit(
            run.folder / "run.json",
            inputs=[one | {"stored": "../../x"} for one in json.loads((run.folder / "run.json").read_text())["inputs"]],
        ),
        "key inputs.0.stored",
    ),
    "an absolute path": (_stored("/etc/passwd"), "key inputs.0.stored"),
    "a path in another notation": (_stored("..\\x"), "key inputs.0.stored"),
    "evidence that is the manifest": (_stored("run.json"), "stores two files under one name"),
    "names that differ only in letter case": (_stored("A.gz", "a.gz"), "stores two files under one name"),
    "evidence that is a pipe": (_pipe, "is not a plain file"),
    "evidence that is a folder": (lambda run: _made(_missing(_evidence(run))), "is not a plain file"),
    "a run that is a symbolic link": (lambda run: _moved(run.folder), "symbolic link"),
    "a month that is a symbolic link": (lambda run: _moved(run.folder.parent), "symbolic link"),
    "runs that are a symbolic link": (lambda run: _moved(run.folder.parents[1]), "symbolic link"),
    "a manifest that is a symbolic link": (lambda run: _moved(run.folder / "run.json"), "symbolic link"),
    "judgements that are a symbolic link": (lambda run: _moved(run.folder / "judgements"), "symbolic link"),
    "a judgement that is a symbolic link": (lambda run: _moved(_judgement(run)), "symbolic link"),
    "a policy that is a symbolic link": (lambda run: _moved(_policy(run)), "symbolic link"),
    "policies that are a symbolic link": (lambda run: _moved(_policy(run).parent), "symbolic link"),
    "another start": (
        _edited(started="2024-01-01T00:00:00Z"),
        "does not follow from start",
    ),
    "another month": (lambda run: run.folder.parent.rename(run.folder.parents[1] / "2024-12"), "is in 2024-12"),
    "another end": (
        _edited(finished="2031-01-01T00:00:00Z"),
        "another time",
    ),
    "a judgement of another time": (lambda run: _reseal(_judgement(run), time="2031-01-01T00:00:00Z"), "another time"),
    "a judgement of another number": (lambda run: _reseal(_judgement(run), number=2), "says that it is judgement 2"),
    "a judgement that was edited": (lambda run: _replaced(_judgement(run), b"tests", b"TESTS"), "in its last line"),
    "a manifest that was edited": (
        lambda run: _replaced(run.folder / "run.json", b'"branch": ""', b'"branch": "x"'),
        "differs from the digest in judgements/1.yml",
    ),
    "another original": (lambda run: _original(run, "0" * 64), "does not follow from version, commit and inputs"),
    "another size": (_size, "though nothing was masked"),
    "a policy of another name": (
        lambda run: _policy(run).rename(_policy(run).with_name("x.yml")),
        "digest in its name",
    ),
    "half a judgement": (lambda run: _half(run.folder / "judgements" / "1.yml"), "1.yml"),
    "no judgement": (lambda run: _missing(run.folder / "judgements" / "1.yml"), "judgements"),
    "another policy": (lambda run: _flip(_policy(run), 5), "differs from the digest in its name"),
    "a missing policy": (lambda run: _missing(_policy(run)), "is missing"),
}
NOT_NEEDED_TO_JUDGE = {
    *("a foreign file", "a foreign file beside the runs", "a foreign file among the months", "a foreign judgement"),
    *("another month", "another size"),
}
"""`verify` names these; no number of a report depends on them."""
NAMED_ELSEWHERE = {"a missing policy", "no judgement", "another end"}
"""What contradicts them is named instead."""
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
    if path and name not in NAMED_ELSEWHERE:
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
    _edit(path, schema=3) if record == "run.json" else _reseal(path, schema=3)
    for command in ("gate", "list"):
        done = readiness(command, "--history", history)
        assert done.exit_code == 2
        assert str(path) in done.stderr
        assert "schema 3" in done.stderr
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


def test_newer_rules_are_refused_by_name(history: Path) -> None:
    run = next(iter(Archive(history).runs.values()))
    path = _edit(run.folder / "run.json", rules=2)
    done = readiness("gate", "--history", history)
    assert done.exit_code == 2
    assert f"{path}: was counted by newer rules: 2" in done.stderr


def test_a_run_pins_its_whole_past(history: Path) -> None:
    """Whoever changes an old run, and seals it anew, is found out by every run that follows."""
    first, second = Archive(history).runs.values()
    _edit(first.folder / "run.json", branch="another")
    (problem,) = Archive(history).damage
    assert f"is not what run {second.id} followed" in problem.line
    assert str(first.folder / "judgements" / "1.yml") in problem.line


def test_a_flipped_bit_anywhere_is_found(history: Path) -> None:
    """One bit of each byte of the archive, but for those that gzip itself leaves without meaning."""
    bits = random.Random(7)
    for path in [one for one in history.rglob("*") if one.is_file()]:
        content = path.read_bytes()
        for position in range(len(content)):
            flipped = bytearray(content)
            flipped[position] ^= 1 << bits.randrange(8)
            if path.suffix == ".gz" and _same(bytes(flipped), content):
                continue
            path.write_bytes(bytes(flipped))
            archive = Archive(history)
            found = [error.line for _, problems in verify(archive) for error in problems]
            assert found, f"byte {position} of {path}"
        path.write_bytes(content)
    assert not [error for _, problems in verify(Archive(history)) for error in problems]


def _same(packed: bytes, other: bytes) -> bool:
    try:
        return packed[:10] == other[:10] and gzip.decompress(packed) == gzip.decompress(other)
    except (OSError, EOFError, zlib.error):
        return False


def test_the_newest_run_is_judged_on_a_policy_that_is_there(history: Path) -> None:
    """A judgement that names another policy of the archive is sealed wrongly."""
    other = append(history, "c pass", 2, policy="product: other\n")
    mine, theirs = (run.judgements[0].policy for run in (next(iter(Archive(history).runs.values())), other))
    path = _replaced(other.folder / "judgements" / "1.yml", theirs.encode(), mine.encode())
    done = readiness("verify", "--history", history)
    assert done.exit_code == 1
    assert str(path) in done.stdout
