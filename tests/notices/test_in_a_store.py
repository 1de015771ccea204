"""Redacting and pruning in an object store: as in a folder, killed between any two requests, and never two at once."""

from __future__ import annotations

import gzip
import os
import shlex
import shutil
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from tests.notices.conftest import SECRET, WHY
from tests.optional import needed
from tests.scenario import Run, append, contents, junit, readiness, stored, write

from readiness.archive import Mirror, Writer, mirrored, store_at
from readiness.archive.store_lock import LOCK
from readiness.cli.noting import tell_of_versions
from readiness.errors import UsageError

needed("fsspec")

COMMANDS = (("redact", "--text-file", "secret.txt"), ("prune", "--keep-runs", "1"))


class Killed(BaseException):
    """The process is gone: what it would do in the end is not done."""


@pytest.fixture
def archived(address: str, history: Path) -> str:
    """The archive of `history` at the address."""
    write(Path(), {"secret.txt": SECRET.encode()})
    copied(history, address)
    return address


def copied(history: Path, address: str) -> None:
    store, base = store_at(address)
    for path, content in contents(history).items():
        store.pipe_file(f"{base}/{path}", content)


def call(command: tuple[str, ...], address: str) -> tuple[int, str]:
    done = readiness(*command, *WHY, "--history", address)
    return done.exit_code, done.output


@contextmanager
def before_request(address: str, number: int, does: Callable[[], None]) -> Iterator[None]:
    """Do something before that request, counted from 1, of those that change the store, and before each later one."""
    store, left = store_at(address)[0], [number]

    def counted(really: Callable[..., object], *arguments: object, **more: object) -> object:
        left[0] -= 1
        if left[0] <= 0:
            does()
        return really(*arguments, **more)

    with pytest.MonkeyPatch.context() as patch:
        for name in ("pipe_file", "rm_file"):
            patch.setattr(store, name, partial(counted, getattr(store, name)))
        yield


@pytest.mark.parametrize("command", COMMANDS, ids=["redact", "prune"])
def test_it_does_what_it_does_in_a_folder(command: tuple[str, ...], archived: str, history: Path) -> None:
    dry = call((*command, "--dry-run"), archived)
    assert (dry[0], stored(archived)) == (0, contents(history))
    code, told = call(command, archived)
    assert (code, ".cache" in told) == (0, False), told
    assert readiness(*command, *WHY).exit_code == 0
    assert stored(archived) == contents(history)
    assert readiness("verify", "--history", archived).exit_code == 0
    assert call(command, archived)[0] == 0
    assert stored(archived) == contents(history)


def kill() -> None:
    raise Killed


@pytest.mark.parametrize("command", COMMANDS, ids=["redact", "prune"])
def test_killed_before_each_request(command: tuple[str, ...], tmp_path: Path, history: Path) -> None:
    """What is read is whole; the next one is told of the lock, and without it ends what was begun."""
    write(Path(), {"secret.txt": SECRET.encode()})
    append(history, Run(f"a pass, b fail {SECRET}", version="1.4"), 4)
    append(history, Run("a pass, b pass", version="1.5"), 5)
    base = Path("base")
    shutil.copytree(history, base)
    readiness(*command, *WHY)
    for number in range(1, 100):
        place = f"memory://{tmp_path.name}/{number}"
        copied(base, place)
        try:
            with before_request(place, number, kill):
                call(command, place)
            break
        except Killed:
            pass
        verified = readiness("verify", "--history", place)
        assert verified.exit_code == 0 or "that was stopped" in verified.output, verified.output
        assert readiness("gate", "--run", "1.1", "--history", place).exit_code == 1
        if number > 1:
            code, told = call(command, place)
            assert (code, told.count("\n"), f"remove {place}/{LOCK}" in told) == (2, 1, True), told
            store, root = store_at(place)
            store.rm_file(f"{root}/{LOCK}")
        assert call(command, place)[0] == 0
        assert stored(place) == contents(history)
    assert number > 4


@pytest.mark.parametrize("command", COMMANDS, ids=["redact", "prune"])
def test_others_write_before_each_request(command: tuple[str, ...], tmp_path: Path, history: Path) -> None:
    """A second redaction or pruning is refused; another job's run is there, and what it holds is said."""
    write(Path(), {"secret.txt": SECRET.encode()})
    for number in range(2, 100):
        place, said = f"memory://{tmp_path.name}/{number}", []
        copied(history, place)
        (file,) = write(Path("in"), {f"{number}.xml": junit(f"a fail {SECRET}", number)})

        def others(said: list[int] = said, place: str = place, file: object = file) -> None:
            if not said:
                said.append(0)
                mine = Path.cwd()
                os.chdir(Path("other"))
                try:
                    said[0] = call(("redact", "--pattern", "geheim"), place)[0]
                    new = ("archive", mine / str(file), "--version", "2.0", "--history", place)
                    assert readiness(*new, "--commit", "none", "--branch", "none", "--ci-url", "none").exit_code == 0
                finally:
                    os.chdir(mine)

        Path("other").mkdir(exist_ok=True)
        with before_request(place, number, others):
            code, told = call(command, place)
        if not said:
            break
        assert said == [2]
        assert readiness("verify", "--history", place).exit_code == 0
        assert "2.0" in readiness("list", "--history", place).output
        if command[0] == "redact":
            assert (code, "still holds the text" in told) == (1, True)
            assert call(command, place)[0] == 2
            assert call((*command, "--as", "[redacted_2]"), place)[0] == 0
            files = stored(place).items()
            assert not [
                path for path, one in files if b"geheim" in (gzip.decompress(one) if path.endswith(".gz") else one)
            ]
    assert number > 4


def test_what_the_scan_at_the_end_sees(archived: str) -> None:
    """The store itself: a file of a run that was never whole, and what somebody puts back meanwhile."""
    store, base = store_at(archived)
    store.pipe_file(f"{base}/runs/2025-01/20250101T000000Z-0123456789ab/a.xml", SECRET.encode())
    code, told = call(COMMANDS[0], archived)
    assert (code, f"{archived}/runs/2025-01/20250101T000000Z-0123456789ab/a.xml: still holds" in told) == (1, True)


def test_old_versions_of_a_bucket_are_named(s3: str, history: Path) -> None:
    client = needed("boto3").client("s3")
    client.create_bucket(Bucket="versioned")
    client.put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})
    write(Path(), {"secret.txt": SECRET.encode()})
    copied(history, "s3://versioned/history")
    for command, number in zip(COMMANDS, (1, 2), strict=True):
        code, told = call(command, "s3://versioned/history")
        assert (code, f"still holds {number} old version" in told) == (0, True), told
        lines = [shlex.split(line) for line in told.splitlines() if "aws s3api delete-object" in line]
        for line in lines:
            assert line[3:7] == ["--endpoint-url", s3, "--bucket", "versioned"]
            client.delete_object(Bucket="versioned", Key=line[8], VersionId=line[10])
        assert len(lines) == number


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("https://s3.amazonaws.com", ""),
        ("https://s3.eu-central-1.amazonaws.com", ""),
        ("https://s3.cn-north-1.amazonaws.com.cn", ""),
        ("https://a.r2.cloudflarestorage.com", "https://a.r2.cloudflarestorage.com"),
        ("https://s3.example.org/amazonaws.com", "https://s3.example.org/amazonaws.com"),
    ],
)
def test_servers_other_than_aws_are_named(address: str, named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = SimpleNamespace(s3=SimpleNamespace(meta=SimpleNamespace(endpoint_url=address)))
    monkeypatch.setattr("readiness.archive.remote.store_at", lambda address: (store, "bucket"))
    assert Mirror("s3://bucket", Path("none")).endpoint == named


@pytest.mark.parametrize("server", ["", "https://a.r2.cloudflarestorage.com/$(id)"])
def test_what_a_bucket_names_is_quoted(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    held = [("b $x", "it's; a", "`v`")]
    tell_of_versions(cast("Mirror", SimpleNamespace(old_versions=lambda paths: held, endpoint=server)), ["a"])
    named = ["--bucket", "b $x", "--key", "it's; a", "--version-id", "`v`"]
    words = ["aws", "s3api", "delete-object", *(["--endpoint-url", server] if server else []), *named]
    assert shlex.split(capsys.readouterr().out.splitlines()[1]) == words


@pytest.mark.parametrize("request_", ["cat_file", "exists"])
def test_a_lock_that_is_removed_while_it_is_read(request_: str, archived: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other job ends between two requests of ours: then it is our turn."""
    store, base = store_at(archived)
    lock = f"{base}/{LOCK}"
    store.pipe_file(lock, b"2026-01-01T00:00:00Z 00\n")
    told = call(COMMANDS[0], archived)[1]
    assert "a job has been changing the archive since 2026-01-01T00:00:00Z. Try again later" in told
    really = getattr(store, request_)
    ends = [True]

    def after_the_end(path: str, *arguments: object, **more: object) -> object:
        there = really(path, *arguments, **more) if request_ == "exists" else None
        if path == lock and ends:
            ends.clear()
            store.rm_file(lock)
        return there if request_ == "exists" else really(path, *arguments, **more)

    monkeypatch.setattr(store, request_, after_the_end)
    code, told = call(COMMANDS[0], archived)
    assert (code, ends, store.exists(lock)) == (0, [], False), told


@pytest.mark.parametrize("in_ci", [True, False])
def test_the_next_one_is_told_which_job_is_at_work(in_ci: bool, archived: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"GITLAB_CI": "true", "CI_JOB_URL": "https://ci.example.org/jobs/7"}.items():
        monkeypatch.setenv(name, value) if in_ci else monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    with before_request(archived, 2, kill), pytest.raises(Killed):
        call(COMMANDS[1], archived)
    where = "https://ci.example.org/jobs/7" if in_ci else f"process {os.getpid()} on {socket.gethostname()}"
    code, told = call(COMMANDS[0], archived)
    assert (code, f"{archived}: `readiness prune` ({where}) has been changing the archive since 20" in told) == (
        2,
        True,
    )
    assert told.endswith(
        f"Z. Try again later. If that job has ended, remove {archived}/{LOCK} and call the same command again\n"
    )


def test_what_a_lock_says_cannot_act(archived: str) -> None:
    store, base = store_at(archived)
    store.pipe_file(f"{base}/{LOCK}", b"2026-01-01T00:00:00Z 00 \x1b[2J\xff\n::error::" + b"x" * 9_000)
    code, told = call(COMMANDS[0], archived)
    assert (code, told.count("\n"), "\x1b" in told, len(told) < 1_000) == (2, 1, False, True)


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("command", COMMANDS, ids=["redact", "prune"])
def test_being_asked_to_end_lets_go_of_the_lock(
    command: tuple[str, ...], number: int, archived: str, history: Path
) -> None:
    """As CI asks before it kills; the same command goes on where it was."""
    asked = iter([signal.SIGTERM])
    with before_request(archived, number, lambda: [os.kill(os.getpid(), one) for one in asked] and None):
        assert call(command, archived)[0] == 143
    assert LOCK not in stored(archived)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    assert call(command, archived)[0] == 0
    readiness(*command, *WHY)
    assert stored(archived) == contents(history)


def test_without_its_lock_a_job_stops(archived: str, history: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody took it for dead: nothing is put; where that happened between two puts, it does not end well."""
    store, base = store_at(archived)
    theirs = b"2026-01-01T00:00:00Z 00 another\n"
    pull = Mirror.pull

    def taken(self: Mirror, **more: bool) -> None:
        pull(self, **more)
        store.pipe_file(f"{base}/{LOCK}", theirs)

    with monkeypatch.context() as patch:
        patch.setattr(Mirror, "pull", taken)
        folder = mirrored(archived, Path(".cache").absolute())
        store.rm_file(f"{base}/{LOCK}")
        with Writer(folder, changes="test") as writer, pytest.raises(UsageError, match="was removed while this job"):
            writer.note(None, {}, {"policies/a": None})
    assert stored(archived) == contents(history) | {LOCK: theirs}
    store.rm_file(f"{base}/{LOCK}")
    gone = iter([f"{base}/{LOCK}"])
    with before_request(archived, 3, lambda: [store.rm_file(one) for one in gone] and None):
        code, told = call(COMMANDS[0], archived)
    assert (code, "was removed while this job was at work" in told) == (2, True)
    assert call(COMMANDS[0], archived)[0] == 0


def test_a_writer_that_only_adds_drops_no_change(archived: str) -> None:
    folder = mirrored(archived, Path(".cache").absolute())
    with Writer(folder) as writer, pytest.raises(ValueError, match="changes="):
        writer.note(None, {}, {"runs/a": None})
