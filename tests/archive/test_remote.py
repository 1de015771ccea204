"""An archive in an object store: memory, a folder, and an S3 server of somebody else's."""

from __future__ import annotations

import json
import shutil
import sys
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from tests.optional import needed
from tests.plugin.projects import GOOD, new_project
from tests.scenario import FIRST_DAY, Run, append, contents, inputs, junit, readiness, stored, write

from readiness.archive import Archive, NewRun, Writer, mirrored, store_at, verify
from readiness.archive import remote as module
from readiness.errors import ArchiveError, UsageError
from readiness.policy import default_text

needed("fsspec")

FIXED = ("--commit", "none", "--branch", "none", "--ci-url", "none")


def put(address: str, path: str, content: bytes) -> None:
    store, base = store_at(address)
    store.pipe_file(f"{base}/{path}", content)


def run_of(number: int, results: str = "a pass") -> NewRun:
    day = FIRST_DAY + timedelta(days=number)
    return NewRun(version=f"1.{number}", started=day, inputs=inputs(Run(f"{results}, t{number} pass | a b t{number}")))


def archived(address: str, cache: Path, run: NewRun) -> tuple[str, bool]:
    """Archive as a machine with that cache does."""
    with Writer(mirrored(address, cache)) as writer:
        found, new = writer.append(run, default_text(), "tests")
    return found.id, new


def whole(address: str, cache: Path) -> Archive:
    """The archive as a machine with that cache sees it, of which nothing differs."""
    archive = Archive(mirrored(address, cache))
    assert [error.line for _, problems in verify(archive) for error in problems] == []
    return archive


def test_the_store_holds_what_a_folder_would(address: str, tmp_path: Path) -> None:
    """The same commands on a folder and on an address: the same files, and the same answers from another machine."""
    files = {
        "1.0": write(tmp_path / "1", {"junit.xml": junit("a pass, b fail boom", 1)}),
        "1.1": write(tmp_path / "2", {"junit.xml": junit("a pass, b pass", 2)}),
    }
    (tmp_path / "own").mkdir()
    said = {}
    for where in (str(tmp_path / "own" / "history"), address):
        for version, paths in files.items():
            done = readiness("archive", *paths, "--version", version, *FIXED, "--history", where)
            assert done.exit_code == 0, done.output
        done = readiness(
            "judge",
            "--at",
            "2025-06-01",
            "--policy",
            write(tmp_path, {"p.yml": b"product: shop\n"})[0],
            "--history",
            where,
        )
        assert done.exit_code == 0, done.output
        shutil.rmtree(tmp_path / ".cache", ignore_errors=True)
        said[where] = [readiness(*one, "--history", where).output for one in (["list"], ["gate"], ["verify"])]
    folder = {
        path.relative_to(tmp_path / "own" / "history").as_posix(): path.read_bytes()
        for path in (tmp_path / "own" / "history").rglob("*")
        if path.is_file()
    }
    held = stored(address)
    assert held == folder
    assert sum(path.endswith("judgements/2.yml") for path in held) == 1
    assert said[address] == said[str(tmp_path / "own" / "history")]
    again = readiness("archive", *files["1.1"], "--version", "1.1", *FIXED, "--history", address)
    assert (again.exit_code, "archived already" in again.stderr) == (0, True)
    assert stored(address) == held


def test_a_folder_named_by_its_address_is_that_folder(tmp_path: Path) -> None:
    history = tmp_path / "my history"
    found = append(history, "a pass")
    listed = readiness("list", "--history", history.as_uri()).stdout
    assert found.id in listed
    assert not [*tmp_path.rglob(".readiness-address")]


def test_an_address_without_an_archive(address: str) -> None:
    done = readiness("list", "--history", address)
    assert (done.exit_code, done.output) == (
        0,
        f"{address} contains no runs yet; `readiness archive FILES… --version V` adds one.\n",
    )


def test_writers_at_once(s3: str, tmp_path: Path) -> None:
    """From different machines: of different runs none is lost, the same evidence is one run, and one judges it."""
    address = f"s3://evidence/{tmp_path.name}/history"

    def both(number: int) -> list[tuple[str, bool]]:
        return [archived(address, tmp_path / f"m{number}", run_of(run)) for run in (9, number)]

    def judge(number: int) -> str:
        try:
            with Writer(mirrored(address, tmp_path / f"m{number}")) as writer:
                time = FIRST_DAY + timedelta(days=10)
                _, new = writer.judge(run, f"product: p{number}\n".encode(), time, "tests")
                return str(new)
        except UsageError as error:
            return error.problem

    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(both, range(3)))
        found = whole(address, tmp_path / "other").runs
        assert sorted({run for two in done for run, _ in two}) == sorted(found)
        assert (len(found), [two[1][1] for two in done]) == (4, [True] * 3)
        ((run, _), _), *_ = done
        judged = list(pool.map(judge, range(3)))
    assert set(judged) <= {"True", "another job judged the run at the same time"}
    assert len(whole(address, tmp_path / "other").runs[run].judgements) == 1 + judged.count("True") >= 2


@pytest.mark.parametrize("other", [1, 2], ids=["the same run", "another run"])
def test_overtaken_at_every_file(other: int, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before each file that one writer puts, another one archives as a whole."""
    create = module.Mirror._create
    number = len(run_of(1).inputs) + 3
    for at in range(number):
        place, left = f"{address}{at}", iter(range(at))

        def overtaken(self: module.Mirror, name: str, content: bytes) -> bool:
            if next(left, None) is None:  # noqa: B023
                with monkeypatch.context() as patch:
                    patch.setattr(module.Mirror, "_create", create)
                    archived(place, tmp_path / f"fast{at}", run_of(other))  # noqa: B023
            return create(self, name, content)

        with monkeypatch.context() as patch:
            patch.setattr(module.Mirror, "_create", overtaken)
            slow, _ = archived(place, tmp_path / f"slow{at}", run_of(1))
        found = whole(place, tmp_path / f"reader{at}").runs
        assert slow in found
        assert len(found) == other


def test_a_writer_that_dies_between_files(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After each of them: no half run, what was there is whole, and the same command goes on."""
    first, _ = archived(address, tmp_path / "m", run_of(0))
    create = module.Mirror._create
    number = len(run_of(1).inputs) + 2  # the policy is there
    for dies_after in range(number):
        left = iter(range(dies_after))

        def dying(self: module.Mirror, name: str, content: bytes, left: Iterator[int] = left) -> bool:
            if next(left, None) is None:
                raise KeyboardInterrupt
            return create(self, name, content)

        with monkeypatch.context() as patch:
            patch.setattr(module.Mirror, "_create", dying)
            with pytest.raises(KeyboardInterrupt):
                archived(address, tmp_path / "m", run_of(1))
        assert [*whole(address, tmp_path / f"reader{dies_after}").runs] == [first]
    assert len(stored(address)) > len(inputs(Run("a pass | a"))) + 3
    second, new = archived(address, tmp_path / "m", run_of(1))
    assert new
    assert [*whole(address, tmp_path / "other").runs] == [first, second]


def test_files_of_another_that_never_end(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a dead writer left under the same id with other content is not overwritten; the line says what to do."""
    monkeypatch.setattr(module, "_PAUSE_S", 0)
    with Writer(tmp_path / "own") as writer:
        run, _ = writer.append(run_of(1), default_text(), "tests")
    place = run.folder.relative_to(tmp_path / "own").as_posix()
    put(address, f"{place}/judgements/1.yml", b"schema: 2\n")
    with pytest.raises(ArchiveError) as told:
        archived(address, tmp_path / "m", run_of(1))
    assert f"{address}/{place}: holds files of a job" in told.value.line
    assert "may be removed" in told.value.line
    assert stored(address)[f"{place}/judgements/1.yml"] == b"schema: 2\n"
    assert whole(address, tmp_path / "other").runs == {}


def test_a_store_that_knows_no_conditional_put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that was written over sees it when it reads what it wrote."""
    address = f"memory://{tmp_path.name}/history"
    run, _ = archived(address, tmp_path / "m", run_of(1))
    create = module.Mirror._create

    def overwritten(self: module.Mirror, name: str, content: bytes) -> bool:
        done = create(self, name, content)
        put(address, name, content.replace(b"2025-01-10", b"2025-01-11"))
        return done

    monkeypatch.setattr(module.Mirror, "_create", overwritten)
    with Writer(mirrored(address, tmp_path / "m")) as writer, pytest.raises(UsageError, match="at the same time"):
        writer.judge(run, b"product: mine\n", FIRST_DAY + timedelta(days=9), "tests")


def test_a_mirror_is_mended_from_the_store(address: str, tmp_path: Path) -> None:
    """Whatever happens to its files: what is damaged, gone or strange in it never counts."""
    archived(address, tmp_path / "m", run_of(0))
    archived(address, tmp_path / "m", run_of(1))
    folder = mirrored(address, tmp_path / "m")
    good = contents(folder)
    for path in sorted(folder.parent.rglob("*")):
        if path.is_file() and path.name != ".readiness-address":
            content = path.read_bytes()
            path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
            assert contents(mirrored(address, tmp_path / "m")) == good
    (folder / "runs" / "strange").write_text("x")
    shutil.rmtree(folder / "policies")
    assert contents(mirrored(address, tmp_path / "m")) == good


def test_what_changes_in_the_store_is_seen(address: str, tmp_path: Path) -> None:
    """Damage, a file that is gone, a run that is gone: as it would be seen in a folder."""
    archived(address, tmp_path / ".cache" / "readiness", run_of(0))
    evidence = next(path for path in stored(address) if path.endswith("junit.xml.gz"))
    good = stored(address)[evidence]
    put(address, evidence, bytes([*good[:-1], good[-1] ^ 1]))
    done = readiness("verify", "--history", address)
    assert done.exit_code == 1
    assert done.stdout.startswith(f"{address}/{evidence}: ")
    store, base = store_at(address)
    store.rm_file(f"{base}/{evidence}")
    assert f"{address}/{evidence}: is missing" in readiness("gate", "--history", address).stderr
    store.rm(base, recursive=True)
    assert "contains no runs yet" in readiness("list", "--history", address).output


def test_a_name_that_leads_out_of_the_mirror(s3: str, tmp_path: Path) -> None:
    address, key = "s3://evidence/hostile/history", "hostile/history/policies/../../../../out"
    needed("boto3").client("s3").put_object(Bucket="evidence", Key=key, Body=b"x")
    done = readiness("list", "--history", address)
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert "does not belong into the archive" in done.stderr
    assert not [*tmp_path.rglob("out")]


def test_a_store_without_permission(s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a user who may read alone, of one who may nothing, of a bucket that is not there: one line each."""
    address = "s3://evidence/permission/history"
    archived(address, tmp_path / "m", run_of(0))
    iam = needed("boto3").client("iam")
    users = {}
    for name, actions in {"reader": ["s3:List*", "s3:Get*"], "nobody": ["sns:*"]}.items():
        iam.create_user(UserName=name)
        allowed = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(allowed))
        users[name] = iam.create_access_key(UserName=name)["AccessKey"]
    file = write(tmp_path, {"junit.xml": junit("a pass", 5)})[0]
    _guard(s3, 0)
    try:
        for name, problem in {"reader": "cannot be written", "nobody": "cannot be read"}.items():
            monkeypatch.setenv("AWS_ACCESS_KEY_ID", users[name]["AccessKeyId"])
            monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", users[name]["SecretAccessKey"])
            type(store_at(address)[0]).clear_instance_cache()
            done = readiness("archive", file, "--version", "2.0", *FIXED, "--history", address)
            assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
            assert f"{address}: the archive {problem} (" in done.stderr
    finally:
        _guard(s3, 1_000_000)
        type(store_at(address)[0]).clear_instance_cache()
    done = readiness("list", "--history", "s3://not-there/history")
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)


def _guard(server: str, after: int) -> None:
    """Let the server ask for permission after so many requests."""
    plain = {"Content-Type": "text/plain"}
    request = urllib.request.Request(f"{server}/moto-api/reset-auth", str(after).encode(), plain, method="POST")
    urllib.request.urlopen(request).close()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("nonsense://x/y", "nonsense"),
        ("s3://", "names no location"),
        ("memory://", "names no location"),
        ("dropbox://x", "dropbox"),
    ],
)
def test_an_address_that_cannot_be(address: str, words: str) -> None:
    done = readiness("list", "--history", address)
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert words in done.stderr


def test_without_fsspec(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An address names what to install; a folder never asks for it."""
    monkeypatch.setitem(sys.modules, "fsspec", None)
    done = readiness("list", "--history", "s3://bucket/history")
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert "pip install 'mkdocs-readiness[s3]'" in done.stderr
    append(tmp_path / "history", "a pass")
    assert readiness("list", "--history", tmp_path / "history").exit_code == 0


def test_the_site_is_the_same(tmp_path: Path) -> None:
    """Built from an address, with nothing of the archive in the project."""
    address = f"memory://{tmp_path.name}/history"
    sites = []
    for name, options in (("folder", ()), ("address", ("--history", address))):
        project = new_project(tmp_path / name)
        project.archive("1.0", "2025-08-01", GOOD, *options)
        if options:
            shutil.rmtree(project.folder / ".cache")
            project.configure("- readiness", f"- readiness:\n      history: {address}")
        project.build()
        sites.append({path: content for path, content in contents(project.site).items() if path.endswith(".html")})
    assert sites[0] == sites[1]
    assert not (project.folder / "history").exists()
