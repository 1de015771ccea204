"""What files the command line names: labels without files, a second job's files, one file twice, what is no file."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest
from tests.scenario import archive_files, junit, readiness, write

from readiness.archive import Archive, verify
from readiness.archive.manifest import Manifest, run_digest


@pytest.fixture
def history(tmp_path: Path) -> Path:
    return tmp_path / "history"


def manifest(history: Path, run: str = "") -> Manifest:
    """The manifest of a run, else of the only one; with nothing wrong in the archive."""
    archive = Archive(history)
    assert not [error for _, problems in verify(archive) for error in problems]
    return archive.get(run or next(iter(archive.runs))).manifest


def reports(tmp_path: Path, **files: str) -> None:
    """`linux_a="a pass"` is written to linux/a.xml below the caller's folder."""
    for place, results in files.items():
        folder, _, name = place.partition("_")
        write(tmp_path / folder, {f"{name}.xml": junit(results)})


BOTH = ("--variant", "linux=linux/*.xml", "--variant", "mac=mac/*.xml")


def test_a_variant_without_files_is_recorded_as_missing(history: Path, tmp_path: Path) -> None:
    reports(tmp_path, mac_a="a pass")
    done = archive_files(history, *BOTH)
    assert done.exit_code == 1
    assert done.stderr.splitlines()[-3:] == [
        "variant linux: no file matched 'linux/*.xml'",
        "Archived, but there was no file for variant linux: the run cannot be READY.",
        "Once the files exist, add them to the run with --supersedes.",
    ]
    (missing,) = manifest(history).missing
    assert missing.model_dump() == {"source": "", "variant": "linux", "pattern": "linux/*.xml"}
    gate = readiness("gate", "--history", history)
    assert gate.exit_code == 3
    assert "1 group of files is missing" in gate.stdout
    assert "variant linux: no file matched 'linux/*.xml'. Archive these files with --supersedes" in gate.stdout
    assert "no file of variant linux" in readiness("list", "--history", history).stdout


def test_a_source_without_files_is_recorded_beside_lost_evidence(history: Path, tmp_path: Path) -> None:
    write(tmp_path, {"junit.xml": junit("a pass"), "cut.xml": junit("b pass")[:-20]})
    done = archive_files(history, "junit.xml", "cut.xml", "--source", "e2e=e2e/**/*.xml")
    assert done.exit_code == 1
    assert "evidence was lost in 1 file, and there was no file for source e2e" in done.stderr
    assert "evidence was lost in 1 file and 1 group of files is missing" in readiness("gate").stdout
    assert [one.label for one in manifest(history).missing] == ["source e2e"]


def test_what_is_missing_is_part_of_the_identity(history: Path, tmp_path: Path) -> None:
    reports(tmp_path, mac_a="a pass")
    with_missing = archive_files(history, *BOTH)
    assert archive_files(history, *BOTH).stdout == with_missing.stdout
    without = archive_files(history, *BOTH[2:])
    assert without.stdout != with_missing.stdout
    item = manifest(history, without.stdout.strip()).inputs[0]
    assert manifest(history, without.stdout.strip()).digest == run_digest("1.0", "", [("tests", "mac", item.sha256)])


def test_nothing_new_is_written_where_nothing_is_missing(history: Path, tmp_path: Path) -> None:
    reports(tmp_path, mac_a="a pass")
    run = archive_files(history, *BOTH[2:]).stdout.strip()
    record = json.loads((Archive(history).get(run).folder / "run.json").read_text())
    assert "missing" not in record
    assert [item.keys() & {"rerun"} for item in record["inputs"]] == [set()]


def test_strict_patterns_archive_nothing(history: Path, tmp_path: Path) -> None:
    reports(tmp_path, mac_a="a pass")
    done = archive_files(history, *BOTH, "--strict-patterns")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "linux/*.xml: no such file" in done.stderr
    assert not history.exists()


def test_nothing_is_archived_where_no_label_has_files(history: Path) -> None:
    done = archive_files(history, *BOTH)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "linux/*.xml: no such file" in done.stderr
    assert not history.exists()


@pytest.mark.parametrize("pattern", ["linux/*.xml", "late/*.xml"])
def test_the_late_shard_clears_what_was_missing(pattern: str, history: Path, tmp_path: Path) -> None:
    reports(tmp_path, mac_a="a pass")
    old = archive_files(history, *BOTH).stdout.strip()
    reports(tmp_path, linux_b="a pass", late_b="a pass")
    done = readiness("archive", "--supersedes", old, "--variant", f"linux={pattern}")
    assert done.exit_code == 0
    assert "variant linux" not in done.stderr
    new = manifest(history, done.stdout.strip())
    assert (new.missing, new.losses, new.supersedes) == ((), 0, old)
    assert [(item.variant, item.name) for item in new.inputs] == [("linux", "b.xml"), ("mac", "a.xml")]


def test_of_two_shards_that_are_missing_each_is_cleared_by_its_own_pattern(history: Path, tmp_path: Path) -> None:
    reports(tmp_path, mac_a="a pass")
    shards = ("--variant", "linux=one/*.xml", "--variant", "linux=two/*.xml")
    run = archive_files(history, "mac/a.xml", *shards).stdout.strip()
    reports(tmp_path, one_s="a pass", other_s="b pass")
    done = readiness("archive", "--supersedes", run, "--variant", "linux=other/*.xml")
    assert done.exit_code == 1
    assert [one.pattern for one in manifest(history, done.stdout.strip()).missing] == ["one/*.xml", "two/*.xml"]
    done = readiness("archive", "--supersedes", done.stdout.strip(), *shards)
    assert done.exit_code == 1
    assert [one.pattern for one in manifest(history, done.stdout.strip()).missing] == ["two/*.xml"]


def test_a_late_file_of_another_label_clears_nothing(history: Path, tmp_path: Path) -> None:
    reports(tmp_path, mac_a="a pass")
    run = archive_files(history, *BOTH).stdout.strip()
    reports(tmp_path, mac_b="b pass")
    done = readiness("archive", "--supersedes", run, "--variant", "mac=mac/b.xml")
    assert done.exit_code == 1
    assert [one.label for one in manifest(history, done.stdout.strip()).missing] == ["variant linux"]


def test_the_report_says_what_is_missing_and_which_files_are_a_second_jobs(history: Path, tmp_path: Path) -> None:
    reports(tmp_path, mac_a="a fail boom", again_a="a pass")
    archive_files(history, *BOTH, "--rerun", "again/*.xml")
    readiness("render", "--to", "pages", "--history", history)
    page = next((tmp_path / "pages").rglob("reports/*.md")).read_text()
    assert "variant linux" in page
    assert "reruns from a second job" in page


def test_files_of_a_second_job_are_marked_end_to_end(history: Path, tmp_path: Path) -> None:
    reports(tmp_path, mac_a="a fail boom, b pass", again_a="a pass")
    plain = archive_files(history, "mac/a.xml", "again/a.xml", "--variant", "mac=*/a.xml").stdout
    marked = archive_files(history, "mac/a.xml", "--variant", "mac=*/a.xml", "--rerun", "again/*.xml").stdout
    assert plain != marked
    inputs = manifest(history, marked.strip()).inputs
    assert [(item.name, item.variant, item.rerun) for item in inputs] == [
        ("again/a.xml", "mac", True),
        ("mac/a.xml", "mac", False),
    ]
    assert "1 of a second job" in readiness("list", "--history", history).stdout


def test_a_second_jobs_file_replaces_none_of_the_first(history: Path, tmp_path: Path) -> None:
    reports(tmp_path, first_junit="a fail boom, b pass", second_junit="a fail boom", third_junit="a pass")
    run = archive_files(history, "first/junit.xml").stdout.strip()
    run = readiness("archive", "--supersedes", run, "--rerun", "second/junit.xml").stdout.strip()
    second = manifest(history, run)
    assert [(item.name, item.rerun) for item in second.inputs] == [("junit.xml", False), ("junit.xml", True)]
    run = readiness("archive", "--supersedes", run, "--rerun", "third/junit.xml").stdout.strip()
    third = manifest(history, run)
    assert third.inputs[0] == second.inputs[0]
    assert [item.rerun for item in third.inputs] == [False, True]
    assert third.inputs[1].sha256 != second.inputs[1].sha256


def test_one_file_is_one_however_it_is_spelled(history: Path, tmp_path: Path) -> None:
    write(tmp_path, {"junit.xml": junit("a pass")})
    (tmp_path / "link.xml").symlink_to("junit.xml")
    named = ("junit.xml", "./junit.xml", tmp_path / "junit.xml", "junit.*", "link.xml", "--source", "unit=*.xml")
    assert archive_files(history, *named).exit_code == 0
    assert [(item.name, item.source) for item in manifest(history).inputs] == [("junit.xml", "unit")]


def test_two_files_of_equal_bytes_are_two_with_a_note(history: Path, tmp_path: Path) -> None:
    reports(tmp_path, one_junit="a pass", two_junit="a pass")
    once = archive_files(history, "one/junit.xml").stdout
    twice = archive_files(history, "one/junit.xml", "two/junit.xml").stdout
    assert once != twice
    inputs = manifest(history, twice.strip()).inputs
    assert [item.name for item in inputs] == ["one/junit.xml", "two/junit.xml"]
    notes = [finding.message for item in inputs for finding in item.findings if finding.code == "same-bytes"]
    assert notes == ["holds the same bytes as 'one/junit.xml': each is counted"]
    assert not any(item.loss for item in inputs)
    assert archive_files(history, "two/junit.xml", "one/junit.xml").stdout == twice


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(path))


NO_FILES = {
    "a pipe": lambda path: os.mkfifo(path),
    "a socket": _socket,
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "a view into the system": lambda path: path.symlink_to("/proc/self/environ"),
    "a folder": lambda path: path.mkdir(),
}


@pytest.mark.parametrize("kind", NO_FILES)
@pytest.mark.parametrize("command", ["archive", "inspect"])
def test_what_is_no_file_is_refused_at_once(kind: str, command: str, history: Path, tmp_path: Path) -> None:
    write(tmp_path, {"junit.xml": junit("a pass")})
    NO_FILES[kind](tmp_path / "odd.xml")
    version = ("--version", "1.0") if command == "archive" else ()
    done = readiness(command, "junit.xml", "odd.xml", *version)
    assert done.exit_code == (4 if command == "inspect" and kind != "a folder" else 2)
    assert f"odd.xml: is {kind}" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not history.exists()


@pytest.mark.parametrize("command", ["archive", "inspect"])
def test_standard_input_is_refused_where_it_is_a_pipe(command: str, history: Path) -> None:
    reading, writing = os.pipe()
    try:
        version = ("--version", "1.0") if command == "archive" else ()
        done = readiness(command, f"/dev/fd/{reading}", *version)
    finally:
        os.close(reading)
        os.close(writing)
    assert done.exit_code == (4 if command == "inspect" else 2)
    assert len(done.stderr.splitlines()) == 1
    assert not history.exists()


def test_a_file_that_vanishes_after_it_was_found_is_told_in_one_line(
    history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"junit.xml": junit("a pass")})
    (tmp_path / "gone.xml").symlink_to("nowhere")
    done = archive_files(history, "*.xml")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "gone.xml: cannot be read (No such file or directory)" in done.stderr
    read = Path.read_bytes

    def refused(path: Path) -> bytes:
        if path.name == "junit.xml":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refused)
    done = archive_files(history, "junit.xml")
    assert "junit.xml: cannot be read (Permission denied). Check the path and its permission" in done.stderr
    assert not history.exists()


def test_a_second_attempt_of_a_job_is_told_the_first_time(history: Path, tmp_path: Path) -> None:
    """Each counts, and from then on two are expected: whoever meant a retry has to know at once."""
    reports(tmp_path, shard_a="a pass", again_a="a pass, b pass")
    first = archive_files(history, "shard/a.xml", "again/a.xml")
    assert "'tests.test_app::a' stands in" in first.stderr
    assert "a second attempt with --rerun." in first.stderr
    second = archive_files(history, "shard/a.xml", "again/a.xml", version="1.1", started="2025-01-02")
    assert "--rerun" not in second.stderr


def test_without_a_failure_there_is_no_second_job(history: Path, tmp_path: Path) -> None:
    reports(tmp_path, first_a="a fail x", second_a="a pass", third_a="a pass")
    done = archive_files(history, "third/a.xml", "--rerun", "none/*.xml")
    assert (done.exit_code, done.stderr.splitlines()[0]) == (
        0,
        "--rerun none/*.xml: no file matched, so no test has a second attempt",
    )
    for wrong in (["--rerun", "none.xml"], ["--rerun", "none/*.xml", "--strict-patterns"]):
        assert archive_files(history, "third/a.xml", *wrong, version="1.1").exit_code == 2
    attempts = archive_files(history, "first/a.xml", "--rerun", "second/a.xml", version="1.1", started="2025-01-02")
    assert "each counts" not in attempts.stderr
    run = Archive(history).chain.latest("1.1")[0]
    assert [one for item in manifest(history, run).inputs for one in item.findings if one.code == "in-two-files"] == []
