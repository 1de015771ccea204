"""Killed, out of room, refused, read meanwhile, twice at once: what was published is served, and nothing is left."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from tests.plugin.pages import broken_links, files
from tests.plugin.projects import Project
from tests.publish.small import CHANGES, SmallBuilder, grow, published, small_project
from tests.scenario import Run, append

from readiness.errors import UsageError
from readiness.publish import build
from readiness.publish.site import Choice

ROOT = Path(__file__).parents[2]


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small project, whose two versions are published."""
    monkeypatch.setattr(build, "Builder", SmallBuilder)
    project = small_project(tmp_path / "project")
    published(project)
    return project


@pytest.mark.parametrize("situation", CHANGES)
def test_stopped_at_calls_that_write(situation: str, tmp_path: Path) -> None:
    """At each call every night; see killing.py, which says what must hold then."""
    every = 1 if settings.get_current_profile_name() == "nightly" else 13
    command = [sys.executable, Path(__file__).with_name("killing.py"), tmp_path, situation, str(every)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False, env=env)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) * every >= 80


def test_a_reader_meets_no_error_while_pages_are_put_in_place(small: Path) -> None:
    public = small / "public"
    before = files(public)
    missed: list[object] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            for path in before:
                try:
                    content = (public / path).read_bytes()
                except OSError as error:
                    missed.append(error)
                    continue
                if path.endswith(".html") and not content.endswith((b"\n",)):
                    missed.append((path, content))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for _ in range(3):
            published(small, rebuild=True)
        grow(small)
        published(small)
    finally:
        done.set()
        reader.join()
    assert missed == []


def test_two_at_once_wait_for_each_other(small: Path) -> None:
    reference = small.parent / "reference"
    grow(small)
    subprocess.run(["cp", "-a", small, reference], check=True)
    published(reference)
    said: list[str] = []
    errors: list[UsageError] = []
    first = threading.Event()

    class Slow(SmallBuilder):
        def build(self, *arguments: object) -> dict[str, bytes]:
            first.set()
            while not said:  # the other one has come
                first.wait(0.01)
            return super().build(*arguments)  # type: ignore[arg-type]

    def run(builder: type[SmallBuilder]) -> None:
        build.Builder = builder  # type: ignore[assignment, misc]
        try:
            published(small, waiting=lambda: said.append("waiting"))
        except UsageError as error:
            errors.append(error)

    slow = threading.Thread(target=run, args=(Slow,))
    slow.start()
    assert first.wait(30)
    run(SmallBuilder)
    slow.join()
    assert (errors, said) == ([], ["waiting"])
    assert files(small / "public") == files(reference / "public")


def test_an_unchanged_publication_writes_nothing_and_loads_no_mkdocs(small: Path) -> None:
    grown = files(small / "public")
    script = (
        "import sys; from pathlib import Path; from readiness.publish.site import publish\n"
        "found = publish(Path('mkdocs.yml'), Path('public'))\n"
        "assert {one.what for one in found.versions} == {'unchanged'}\n"
        "assert not {'mkdocs.config', 'mkdocs.plugins', 'material', 'polars', 'narwhals'} & set(sys.modules)\n"
    )
    # Only the cache may be written: two seconds after a run was archived its index is made once more.
    writes = (
        "def told(event, what):\n"
        "    if event in ('os.mkdir', 'os.rename', 'os.remove') and '.cache' not in str(what[0]): sys.exit(event)\n"
        "sys.addaudithook(told)\n"
    )
    command = [sys.executable, "-c", f"import sys\n{writes}{script}"]
    done = subprocess.run(command, cwd=small, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert files(small / "public") == grown


def test_what_an_older_tool_left_when_it_was_killed_is_put_back_or_removed(small: Path) -> None:
    public = small / "public"
    whole = files(public)
    (public / "1.0").rename(public / ".building-1.0-old")
    (public / ".building-1.1").mkdir()
    (public / ".building-1.1" / "index.html").write_text("half")
    (public / ".latest.new").mkdir()
    published(small)
    assert files(public) == whole


def test_a_rebuilding_that_was_killed_goes_on_the_next_time(small: Path) -> None:
    (record,) = (small / "public" / "1.0").glob("published.json")
    record.write_text(record.read_text().replace('"schema"', '"rebuilding": true, "schema"'))
    assert [one.what for one in published(small).versions] == ["unchanged", "rebuilt"]
    assert "rebuilding" not in record.read_text()


def test_a_file_with_the_name_of_a_version_is_named(small: Path) -> None:
    grow(small)
    (small / "public" / "2.0").write_text("theirs")
    with pytest.raises(UsageError, match="is a file"):
        published(small)


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A disk of a quarter of a megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    options = ["-t", "tmpfs", "-o", "size=256k", "tmpfs"]
    if os.geteuid() or subprocess.run(["mount", *options, place], capture_output=True, check=False).returncode:
        pytest.skip("this user can mount nothing")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_full_disk_is_told_in_one_line(versions: Project, tmp_path: Path, tiny: Path) -> None:
    project = versions.copy(tmp_path / "project")
    code, printed = project.run("readiness", "publish", "--to", str(tiny))
    assert code == 2, printed
    (line,) = printed.splitlines()
    assert "No space left on device" in line
    assert "free some space" in line
    assert files(tiny) == {}


def test_a_read_only_target_is_told_in_one_line(small: Path) -> None:
    grow(small)
    public = small / "public"
    mount = ["mount", "--bind", "-o", "ro", str(public), str(public)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this user can mount nothing")
    try:
        before = files(public)
        with pytest.raises(UsageError, match="Read-only file system") as raised:
            published(small)
        assert "\n" not in raised.value.line
        assert files(public) == before
    finally:
        subprocess.run(["umount", public], check=True)
    assert [one.what for one in published(small).versions] == ["new", "unchanged", "grown"]
    assert broken_links(public) == []


def test_patterns_choose_what_is_published(small: Path) -> None:
    grow(small)
    found = published(small, choice=Choice(without=("2.*",)))
    assert ([one.version for one in found.versions], found.latest, found.left_out) == (["1.1", "1.0"], "1.1", 1)
    assert not (small / "public" / "2.0").exists()
    found = published(small, choice=Choice(only=("2.?",)))
    # What lies there stays in the list of versions.
    assert ([one.version for one in found.versions], found.latest, found.left_out) == (["2.0"], "2.0", 0)
    assert '"version": "1.0"' in (small / "public" / "versions.json").read_text()
    with pytest.raises(UsageError, match="no version is left"):
        published(small, choice=Choice(only=("3*",)))


def test_of_versions_that_share_a_folder_one_can_be_left_out(small: Path) -> None:
    """Where two clones of an archive were merged, `archive` could refuse neither."""
    for day, version in ((7, "RC"), (8, "rc"), (9, "latest")):
        append(small / "history", Run("a pass", version), day)
    with pytest.raises(UsageError, match="--except"):
        published(small)
    found = published(small, choice=Choice(without=("rc", "latest")))
    assert {one.version: one.what for one in found.versions}["RC"] == "new"
    assert (found.latest, found.left_out) == ("1.1", 2)
