"""Appending to the archive: what is written, under which names, and what is left when it fails."""

from __future__ import annotations

import errno
import gzip
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tests.scenario import Run, append, archive_files, collected, contents, evidence, junit, metrics, readiness, write

from readiness.archive import Archive
from readiness.evidence.masking import PATTERN_SET
from readiness.policy import default_text

FILES = {
    "junit.xml": junit("a pass, b fail boom"),
    "collected.txt": collected("a b"),
    "metrics.json": metrics({"rss": "3 MB"}),
}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def digest_by_hand(version: str, commit: str, *triples: tuple[str, str, bytes]) -> str:
    """Length-prefixed version, commit, and source, variant and sha256 of every file in order."""
    hashed = hashlib.sha256()
    ordered = sorted((source, variant, sha256(content)) for source, variant, content in triples)
    for part in (version, commit, *(part for triple in ordered for part in triple)):
        hashed.update(len(part.encode()).to_bytes(8, "big") + part.encode())
    return hashed.hexdigest()


@pytest.fixture
def history(tmp_path: Path) -> Path:
    return tmp_path / "history"


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    return write(tmp_path / "in", FILES)


def test_what_is_written(history: Path, files: list[str]) -> None:
    done = archive_files(history, *files, started="2025-08-10T04:12:00Z")
    run_id = done.stdout.strip()
    assert done.exit_code == 0
    policy = sha256(default_text())
    folder = f"runs/2025-08/{run_id}"
    assert set(contents(history)) == {
        f"policies/{policy}.yml",
        f"{folder}/run.json",
        f"{folder}/judgements/1.yml",
        *(f"{folder}/{name}.gz" for name in FILES),
    }
    assert contents(history)[f"policies/{policy}.yml"] == default_text()
    for name, content in FILES.items():
        assert gzip.decompress((history / folder / f"{name}.gz").read_bytes()) == content


def test_manifest(history: Path, files: list[str], tmp_path: Path) -> None:
    (tmp_path / "readiness.yml").write_text("product: shop\n")
    options = ("--commit", "abc", "--branch", "main", "--ci-url", "https://ci.example/7", "--env", "python=3.12")
    told = ("--version", "1.4.0", "--started", "2025-08-10T06:12:00+02:00", "--finished", "2025-08-10T04:20:00Z")
    done = readiness("archive", *files, *told, *options, "--history", history)
    (path,) = history.rglob("run.json")
    manifest = json.loads(path.read_text())
    digest = digest_by_hand("1.4.0", "abc", *(("tests", "", content) for content in FILES.values()))
    inputs = manifest.pop("inputs")
    assert manifest == {
        "schema": 2,
        "rules": 1,
        "number": 1,
        "id": f"20250810T041200Z-{digest[:12]}",
        "digest": digest,
        "product": "shop",
        "version": "1.4.0",
        "commit": "abc",
        "branch": "main",
        "ci_url": "https://ci.example/7",
        "started": "2025-08-10T04:12:00Z",
        "finished": "2025-08-10T04:20:00Z",
        "environment": {"python": "3.12"},
        "previous": None,
        "supersedes": None,
        "masking": PATTERN_SET,
    }
    assert done.stdout.strip() == manifest["id"] == path.parent.name
    assert [(one["name"], one["kind"], one["read"]) for one in inputs] == [
        ("collected.txt", "collected", "read"),
        ("junit.xml", "junit", "read"),
        ("metrics.json", "metrics", "read"),
    ]
    for one in inputs:
        content = FILES[one["name"]]
        assert (one["sha256"], one["stored_sha256"], one["bytes"]) == (sha256(content), sha256(content), len(content))


def test_judgement(history: Path, files: list[str]) -> None:
    archive_files(history, *files, "--finished", "2025-01-01T01:00:00Z")
    (path,) = history.rglob("judgements/*.yml")
    *lines, seal = path.read_bytes().splitlines(keepends=True)
    assert seal.decode() == f"digest: {sha256(b''.join(lines))}\n"
    judgement = yaml.safe_load(b"".join(lines))
    tool = judgement.pop("tool")
    assert tool.startswith("mkdocs-readiness ")
    assert judgement == {
        "schema": 2,
        "number": 1,
        "manifest": sha256(next(history.rglob("run.json")).read_bytes()),
        "policy": sha256(default_text()),
        "time": "2025-01-01T01:00:00Z",
    }


def test_commit_branch_and_link_come_from_the_ci(
    history: Path, files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "GITHUB_ACTIONS": "true",
        "GITHUB_SHA": "c0ffee",
        "GITHUB_REF_NAME": "main",
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_REPOSITORY": "acme/shop",
        "GITHUB_RUN_ID": "7",
    }.items():
        monkeypatch.setenv(name, value)
    readiness("archive", *files, "--version", "1.0", "--history", history)
    (run,) = Archive(history).runs.values()
    found = (run.manifest.commit, run.manifest.branch, run.manifest.ci_url)
    assert found == ("c0ffee", "main", "https://github.example/acme/shop/actions/runs/7")


def test_the_start_is_the_earliest_timestamp_in_the_evidence(history: Path, tmp_path: Path) -> None:
    texts = {
        f"{hour}.xml": f'<testsuite timestamp="2025-03-0{hour}T0{hour}:00:00Z" time="60">'
        f'<testcase name="t{hour}"/></testsuite>'
        for hour in (3, 2, 4)
    }
    paths = write(tmp_path / "in", {name: text.encode() for name, text in texts.items()})
    readiness("archive", *paths, "--version", "1.0", "--history", history)
    (run,) = Archive(history).runs.values()
    assert run.id.startswith("20250302T020000Z-")
    assert f"{run.manifest.finished:%dT%H:%M:%S}" == "04T04:01:00"


def _again(tmp_path: Path, how: str) -> list[str]:
    if how == "other order":
        return write(tmp_path / "in", dict(reversed(FILES.items())))
    if how == "other names":
        return write(tmp_path / "other", {f"other-{name}": content for name, content in FILES.items()})
    if how == "compressed":
        return write(tmp_path / "gz", {f"{name}.gz": gzip.compress(content) for name, content in FILES.items()})
    if how == "one of them twice":
        named = write(tmp_path / "in", FILES)
        return [*named, *(f"{tmp_path}/in/../in/{Path(name).name}" for name in named)]
    return write(tmp_path / "in", FILES)


@pytest.mark.parametrize("how", ["as it is", "other order", "other names", "compressed", "one of them twice"])
@pytest.mark.parametrize("started", ["2025-01-01", "2025-02-02"])
def test_the_same_evidence_again_is_a_no_op(
    how: str, started: str, history: Path, files: list[str], tmp_path: Path
) -> None:
    first = archive_files(history, *files)
    before = {path: path.stat().st_mtime_ns for path in history.rglob("*")}
    again = archive_files(history, *_again(tmp_path, how), started=started)
    assert (again.exit_code, again.stdout) == (0, first.stdout)
    assert "archived already" in again.stderr
    assert {path: path.stat().st_mtime_ns for path in history.rglob("*")} == before


def test_compressed_evidence_is_stored_the_same(tmp_path: Path, files: list[str]) -> None:
    archive_files(tmp_path / "plain", *files)
    archive_files(tmp_path / "packed", *_again(tmp_path, "compressed"))
    plain, packed = contents(tmp_path / "plain"), contents(tmp_path / "packed")
    assert set(plain) == set(packed)
    # The manifest holds the names that the files came under, and the judgement its digest.
    assert {name: text for name, text in plain.items() if name.endswith(".gz")} == {
        name: text for name, text in packed.items() if name.endswith(".gz")
    }


@pytest.mark.parametrize(
    "other",
    [Run("a pass", "1.0"), Run("a fail", "1.1"), Run("a fail", "1.0", commit="c1"), Run("a fail", "1.0", variant="w")],
    ids=["evidence", "version", "commit", "variant"],
)
def test_anything_that_differs_is_another_run(other: Run, history: Path) -> None:
    first, second = append(history, Run("a fail", "1.0")), append(history, other)
    assert first.manifest.digest != second.manifest.digest
    assert len(Archive(history).runs) == 2


@pytest.mark.parametrize(
    ("names", "stored"),
    [
        (["../x.xml"], {"x.xml.gz"}),
        (["run.json"], {"run.json.gz"}),
        (["judgements"], {"judgements.gz"}),
        ([".hidden.xml"], {"hidden.xml.gz"}),
        (["a b\n'\"<&>.xml"], {"a-b-.xml.gz"}),
        (["Ünï—☃.xml"], {"n-.xml.gz"}),
        (["☃"], {"evidence.gz"}),
        (["-rf.xml"], {"rf.xml.gz"}),
        (["CON.xml", "con.XML"], {"CON.xml.gz", "2-con.XML.gz"}),
        (["x.xml", "X.XML", "2-x.xml"], {"2-x.xml.gz", "X.XML.gz", "3-x.xml.gz"}),
        ([f"{'n' * 300}.xml"], {f"{'n' * 96}.xml.gz"}),
    ],
)
def test_stored_names_are_plain_and_distinct(names: list[str], stored: set[str], history: Path) -> None:
    """`…/1/x.xml` and the like never leave the run's folder, nor collide where letter case does not count."""
    files = {name: junit(f"t{number} pass") for number, name in enumerate(names)}
    run = append(history, Run("", files=files))
    found = {item.name: item.stored for item in run.manifest.inputs}
    assert {found[name] for name in names} | {"junit.xml.gz"} == stored | {"junit.xml.gz"}
    assert len({name.lower() for name in found.values()}) == len(found)
    assert {path.parent for path in history.rglob("*.gz")} == {run.folder}
    for name, content in files.items():
        assert next(run.evidence(item) for item in run.manifest.inputs if item.name == name) == content


def test_files_of_one_name_from_two_folders(history: Path, tmp_path: Path) -> None:
    paths = [
        *write(tmp_path / "linux", {"junit.xml": junit("a pass")}),
        *write(tmp_path / "windows", {"junit.xml": junit("b fail boom")}),
    ]
    archive_files(history, *paths)
    (run,) = Archive(history).runs.values()
    names = [item.name for item in run.manifest.inputs]
    assert names == ["linux/junit.xml", "windows/junit.xml"]


def test_a_file_name_that_is_no_text(history: Path, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"report-\xff.xml")
    path.write_bytes(junit("a pass"))
    done = archive_files(history, path)
    assert done.exit_code in (0, 2)
    lines = [line for line in done.stderr.splitlines() if "no list of collected tests" not in line]
    assert len(lines) <= 1


SCRIPT = "from readiness.cli import main; main()"


def _start(history: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    fixed = ("--version", "1.0", "--started", "2025-01-01", "--commit", "none", "--branch", "none", "--ci-url", "none")
    command = [sys.executable, "-c", SCRIPT, "archive", *arguments, *fixed, "--history", str(history)]
    return subprocess.Popen(
        command, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_two_processes_at_once(history: Path, files: list[str], tmp_path: Path) -> None:
    other = write(tmp_path / "other", {"junit.xml": junit("z pass")})
    running = [_start(history, *files), _start(history, *files), _start(history, *other)]
    told = [process.communicate(timeout=60) for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], told
    archive = Archive(history)
    assert {run_id.strip() for run_id, _ in told} == set(archive.runs)
    assert (len(archive.runs), archive.damage) == (2, ())
    assert readiness("verify", "--history", history).exit_code == 0
    assert not list(history.rglob(".*"))


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "7", "TZ": "Pacific/Kiritimati"},
        {"PYTHONHASHSEED": "0", "TZ": "America/St_Johns", "LC_ALL": "C", "PYTHONUTF8": "0"},
    ],
    ids=["far east", "plain C"],
)
def test_made_again_elsewhere_it_is_the_same_bytes(
    environment: dict[str, str], history: Path, files: list[str], tmp_path: Path
) -> None:
    archive_files(history, *files)
    again = _start(tmp_path / "again", *reversed(files), **environment)
    assert "Traceback" not in again.communicate(timeout=60)[1]
    assert again.returncode == 0
    assert contents(tmp_path / "again") == contents(history)


def test_what_a_killed_process_left_is_no_run(history: Path) -> None:
    run = append(history, "a pass")
    left = run.folder.parent / f".incoming-{run.id[:-1]}0-4711"
    (left / "judgements").mkdir(parents=True)
    (left / "junit.xml.gz").write_bytes(b"half")
    archive = Archive(history)
    assert (list(archive.runs), archive.damage) == ([run.id], ())
    assert readiness("verify", "--history", history).exit_code == 0
    assert append(history, "b pass", 1).manifest.previous.run == run.id


def _full(*arguments: object, **options: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class _FullAfter:
    """fsync that works a few times, then finds the disk full."""

    def __init__(self, times: int) -> None:
        self.left = times
        self.real = os.fsync

    def __call__(self, handle: int) -> None:
        self.left -= 1
        if self.left < 0:
            _full()
        self.real(handle)


@pytest.mark.parametrize("times", range(10))
def test_a_full_disk_leaves_nothing_behind(
    times: int, history: Path, files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten flushes: three files, judgement, manifest, two folders, the policy and its folder, the month."""
    append(history, "z pass")
    before = contents(history)
    monkeypatch.setattr(os, "fsync", _FullAfter(times))
    done = archive_files(history, *files, "--policy", *write(history.parent, {"own.yml": b"product: shop\n"}))
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert "No space left on device" in done.stderr
    assert "Nothing was archived" in done.stderr
    assert contents(history) == before


def test_a_policy_that_another_run_names_stays_when_writing_fails(
    history: Path, files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    append(history, "z pass")
    monkeypatch.setattr(os, "fsync", _FullAfter(7))
    assert archive_files(history, *files).exit_code == 2
    monkeypatch.undo()
    assert readiness("verify", "--history", history).exit_code == 0


def test_a_refused_rename_leaves_nothing_behind(
    history: Path, files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    append(history, "z pass")
    before = contents(history)
    monkeypatch.setattr(Path, "rename", _full)
    done = archive_files(history, *files)
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert contents(history) == before


def test_after_a_failed_attempt_the_same_evidence_can_be_archived(
    history: Path, files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", _full)
        assert archive_files(history, *files).exit_code == 2
    assert archive_files(history, *files).exit_code == 0
    assert readiness("verify", "--history", history).exit_code == 0


def test_the_notation_names_its_files() -> None:
    assert list(evidence(Run("a pass | a", metrics={"m": "1"}))) == ["junit.xml", "collected.txt", "metrics.json"]
