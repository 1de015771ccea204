"""`readiness import` from the outside: a tree of old files goes in, an archive comes out."""

from __future__ import annotations

import gzip
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import Result
from tests.scenario import append, collected, contents, junit, metrics, readiness, write

from readiness.archive import Archive

STAMPED = b'<testsuite timestamp="%s" name="s"><testcase classname="tests.test_app" name="a"/></testsuite>'


def stamped(moment: str) -> bytes:
    return STAMPED % moment.encode()


@pytest.fixture
def history(tmp_path: Path) -> Path:
    return tmp_path / "history"


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """Three versions, the later of which lies first in the alphabet."""
    folder = tmp_path / "reports"
    for at, version in enumerate(("1.9", "1.10", "2.0")):
        write(
            folder / version / "linux", {"junit.xml": junit(f"a pass, b fail boom{at}"), "list.txt": collected("a b")}
        )
        write(folder / version / "mac", {"junit.xml": junit(f"a pass, c skip {at}")})
        write(tmp_path / "metrics", {f"{version}.json": metrics({"rss": f"{at} MB"})})
    (tmp_path / "dates.txt").write_text("1.9 2025-01-01\n1.10 2025-02-01\n2.0 2025-02-01\n")
    return folder


ALL = ("reports/{version}/{variant}/*", "metrics/{version}.json")


def import_(*arguments: object) -> Result:
    return readiness("import", *arguments)


def told(root: Path) -> list[tuple[str, str, str, str | None]]:
    """(version, start, commit, version of the run before) of every run in order of id."""
    runs = Archive(root).runs
    found = []
    for run in runs.values():
        manifest = run.manifest
        before = runs[manifest.previous.run].manifest.version if manifest.previous else None
        found.append((manifest.version, f"{manifest.started:%Y-%m-%d}", manifest.commit, before))
    return found


def rows(done: Result) -> list[list[str]]:
    """The table of the plan, cell by cell."""
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Date ")
    cells = []
    for line in lines[1:]:
        if "  " not in line:
            break
        cells.append([cell.strip() for cell in line.split("  ") if cell.strip()])
    return cells


@pytest.mark.usefixtures("reports")
def test_the_plan_is_shown_and_nothing_is_written(history: Path) -> None:
    for arguments in ((), ("--dry-run",), ("--dry-run", "--yes")):
        done = import_(*ALL, "--dates", "dates.txt", *arguments)
        assert (done.exit_code, done.stderr) == (0, "")
        assert rows(done) == [
            ["2025-01-01T00:00:00Z", "dates file", "1.9", "linux, mac", "4", "new"],
            ["2025-02-01T00:00:00Z", "dates file", "1.10", "linux, mac", "4", "new"],
            ["2025-02-01T00:00:00Z", "dates file", "2.0", "linux, mac", "4", "new"],
        ]
        assert "3 runs, 12 files: 3 new." in done.stdout
        assert "nothing was archived" in done.stdout
        assert ("--yes" in done.stdout) == (arguments == ())
        assert not history.exists()


@pytest.mark.usefixtures("reports")
def test_runs_are_archived_in_order(history: Path, tmp_path: Path) -> None:
    (tmp_path / "readiness.yml").write_text("product: shop\n")
    done = import_(*ALL, "--dates", "dates.txt", "--yes", "--env", "python=3.12")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "3 runs archived, 0 archived already, 0 left out."
    assert sorted(told(history)) == [
        ("1.10", "2025-02-01", "", "1.9"),
        ("1.9", "2025-01-01", "", None),
        ("2.0", "2025-02-01", "", "1.10"),
    ]
    run = next(iter(Archive(history).runs.values()))
    assert {(item.name, item.variant, item.source) for item in run.manifest.inputs} == {
        ("linux/junit.xml", "linux", "tests"),
        ("list.txt", "linux", "tests"),
        ("mac/junit.xml", "mac", "tests"),
        ("1.9.json", "", "tests"),
    }
    assert (run.manifest.product, run.manifest.environment) == ("shop", {"python": "3.12"})
    assert Archive(history).policy(run.judgements[0].policy) == b"product: shop\n"
    assert readiness("verify").exit_code == 0


@pytest.mark.usefixtures("reports")
def test_it_is_the_run_that_archive_would_make(history: Path, tmp_path: Path) -> None:
    import_(*ALL, "--dates", "dates.txt", "--yes")
    files = ("--variant", "linux=reports/1.9/linux/*", "--variant", "mac=reports/1.9/mac/*", "metrics/1.9.json")
    fixed = ("--commit", "none", "--branch", "none", "--ci-url", "none", "--history", tmp_path / "other")
    done = readiness("archive", *files, "--version", "1.9", "--started", "2025-01-01", *fixed)
    assert done.exit_code == 0
    other = contents(tmp_path / "other")
    assert {name: content for name, content in contents(history).items() if name in other} == other


def test_files_that_came_later_make_only_new_runs(reports: Path, history: Path) -> None:
    import_(*ALL, "--dates", "dates.txt", "--yes")
    before = contents(history)
    write(reports / "3.0" / "linux", {"junit.xml": junit("a pass")})
    done = import_(ALL[0], ALL[1], "--dates", "dates.txt", "--yes")
    assert (done.exit_code, contents(history)) == (2, before)
    assert "3.0: no date" in done.stderr
    with Path("dates.txt").open("a") as dates:
        dates.write("3.0 2025-03-01\n")
    done = import_(*ALL, "--dates", "dates.txt", "--yes")
    assert done.exit_code == 0
    assert [row[-1] for row in rows(done)] == ["archived already"] * 3 + ["new"]
    assert done.stdout.splitlines()[-1] == "1 run archived, 3 archived already, 0 left out."
    after = contents(history)
    assert {name: after[name] for name in before} == before


@pytest.mark.usefixtures("reports")
def test_nothing_new_needs_no_answer() -> None:
    import_(*ALL, "--dates", "dates.txt", "--yes")
    done = import_(*ALL, "--dates", "dates.txt")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1] == "0 runs archived, 3 archived already, 0 left out."


# Dates


def test_dates_of_paths_go_before_the_list_and_that_before_the_evidence(history: Path, tmp_path: Path) -> None:
    write(tmp_path / "r" / "1.0" / "20250110", {"junit.xml": stamped("2025-05-01T00:00:00Z")})
    write(tmp_path / "r" / "1.1", {"junit.xml": stamped("2025-05-02T00:00:00Z")})
    write(
        tmp_path / "r" / "1.2",
        {"junit.xml": stamped("2025-05-03T04:12:00.5+02:00"), "b.xml": stamped("2025-06-01T00:00:00Z")},
    )
    (tmp_path / "dates.csv").write_bytes(b"\xef\xbb\xbfversion,date\r\n1.0,2025-01-20\r\n1.1,2025-01-21\r\n")
    done = import_("r/{version}/{date}/*.xml", "r/{version}/*.xml", "--dates", "dates.csv", "--yes")
    assert done.exit_code == 0
    assert [row[:3] for row in rows(done)] == [
        ["2025-01-10T00:00:00Z", "path", "1.0"],
        ["2025-01-21T00:00:00Z", "dates file", "1.1"],
        ["2025-05-03T02:12:00Z", "evidence", "1.2"],
    ]
    assert [(version, day) for version, day, *_ in told(history)] == [
        ("1.0", "2025-01-10"),
        ("1.1", "2025-01-21"),
        ("1.2", "2025-05-03"),
    ]


@pytest.fixture
def undated(tmp_path: Path) -> None:
    write(tmp_path / "r" / "1.0" / "2025-01-01", {"junit.xml": junit("a pass")})
    write(tmp_path / "r" / "1.1" / "latest", {"junit.xml": junit("b pass")})
    write(tmp_path / "r" / "1.2" / "next", {"junit.xml": junit("c pass")})


@pytest.mark.usefixtures("undated")
def test_without_every_date_nothing_is_archived(history: Path) -> None:
    for arguments in (("--yes",), (), ("--dry-run",)):
        done = import_("r/{version}/{date}/*.xml", *arguments)
        assert done.exit_code == 2
        assert [row[-1] for row in rows(done)] == ["new", "no date", "no date"]
        (line,) = done.stderr.splitlines()
        assert "1.1 and 1 other run: no date ('latest' is none), so nothing was archived" in line
        assert "--dates FILE" in line
        assert not history.exists()


@pytest.mark.usefixtures("undated")
def test_undated_runs_are_left_out_when_told_so(history: Path) -> None:
    done = import_("r/{version}/{date}/*.xml", "--skip-undated", "--yes")
    assert done.exit_code == 1
    assert done.stdout.splitlines()[-1] == "1 run archived, 0 archived already, 2 left out."
    assert [version for version, *_ in told(history)] == ["1.0"]
    done = import_("r/{version}/{date}/*.xml", "--skip-undated", "--yes")
    assert done.exit_code == 1
    assert done.stdout.splitlines()[-1] == "0 runs archived, 1 archived already, 2 left out."


def test_commit_branch_and_source_come_from_the_path(history: Path, tmp_path: Path) -> None:
    for day, commit in ((1, "abc123"), (2, "def456")):
        folder = tmp_path / "ci" / "main" / f"2025-01-0{day}T04-12-00Z-{commit}"
        write(folder / "unit", {"junit-1.0.xml": junit("a pass")})
        write(folder / "e2e", {"junit-1.0.xml": junit(f"b pass, c pass{' ' * day}")})
    done = import_("ci/{branch}/{date}Z-{commit}/{source}/junit-{version}.xml", "--yes")
    assert done.exit_code == 0
    assert [row[3] for row in rows(done)] == ["abc123", "def456"]
    assert told(history) == [("1.0", "2025-01-01", "abc123", None), ("1.0", "2025-01-02", "def456", "1.0")]
    for run in Archive(history).runs.values():
        assert run.manifest.branch == "main"
        assert {item.source for item in run.manifest.inputs} == {"unit", "e2e"}


def test_dates_by_commit(history: Path, tmp_path: Path) -> None:
    for commit in ("abc", "def"):
        write(tmp_path / "r" / commit, {"1.0.xml": junit("a pass")})
    (tmp_path / "dates").write_text("abc 2025-01-02\ndef 2025-01-01\n1.0 2024-01-01\nunused 2020-01-01\n")
    assert import_("r/{commit}/{version}.xml", "--dates", "dates", "--yes").exit_code == 0
    assert told(history) == [("1.0", "2025-01-01", "def", None), ("1.0", "2025-01-02", "abc", "1.0")]


# What cannot be read


def test_unreadable_files_are_named_and_the_others_go_on(history: Path, tmp_path: Path) -> None:
    write(tmp_path / "r" / "1.0", {"junit.xml": junit("a pass"), "page.html": b"<html><body>502</body></html>"})
    write(tmp_path / "r" / "1.1", {"junit.xml": b"", "other.xml": b"\0"})
    write(tmp_path / "r" / "1.2", {"junit.xml": junit("a pass")})
    (tmp_path / "r" / "1.3").mkdir()
    (tmp_path / "r" / "1.3" / "gone.xml").symlink_to("nowhere")
    write(tmp_path / "r" / "1.3", {"junit.xml": junit("a pass")})
    (tmp_path / "dates").write_text("1.0 2025-01-01\n1.1 2025-01-02\n1.2 2025-01-03\n1.3 2025-01-04\n")
    for archived, already in ((2, 0), (0, 2)):
        done = import_("r/{version}/*", "--dates", "dates", "--yes")
        assert done.exit_code == 1
        assert f"{archived} runs archived, {already} archived already, 2 left out." in done.stdout
        assert "r/1.1/junit.xml: the file is empty" in done.stdout
        assert "r/1.3/gone.xml: is a link that leads nowhere" in done.stdout
        assert done.stderr == "Evidence was lost in 1 run, which cannot be READY.\n"
    assert [version for version, *_ in told(history)] == ["1.0", "1.2"]
    done = import_("r/{version}/*", "--dates", "dates", "--history", "another")
    assert "new, evidence lost in 1 file" in done.stdout
    assert "r/1.0/page.html: rejected: " in done.stdout


def test_nothing_readable_at_all(history: Path, tmp_path: Path) -> None:
    write(tmp_path / "r" / "1.0", {"junit.xml": b""})
    done = import_("r/{version}/*")
    assert done.exit_code == 4
    assert [row[-1] for row in rows(done)] == ["cannot be read"]
    assert done.stderr == "readiness: none of the runs can be read. Nothing was archived: the plan names each file\n"
    assert not history.exists()


def test_a_file_that_went_away_after_the_plan(history: Path, reports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from readiness.cli import importing

    plain = importing.show
    monkeypatch.setattr(importing, "show", lambda plan: (plain(plan), (reports / "1.10/mac/junit.xml").unlink()))
    done = import_(*ALL, "--dates", "dates.txt", "--yes")
    assert done.exit_code == 1
    assert done.stderr == "left out: reports/1.10/mac/junit.xml: cannot be read (No such file or directory)\n"
    assert sorted(version for version, *_ in told(history)) == ["1.9", "2.0"]


def test_the_same_evidence_twice_is_one_run(history: Path, tmp_path: Path) -> None:
    for day in ("2025-01-01", "2025-01-02"):
        write(tmp_path / "r" / day, {"1.0.xml": junit("a pass")})
    for what in ("new", "archived already"):
        done = import_("r/{date}/{version}.xml", "--yes")
        assert done.exit_code == 0
        assert rows(done)[0][-1] == what
    assert len(told(history)) == 1


# Patterns and odd trees


BAD = {
    "nothing matches": ("no/{version}/*.xml", "matches no file"),
    "unknown placeholder": ("r/{os}/{version}.xml", "{os}, which is no placeholder"),
    "no version": ("r/*/*.xml", "holds no {version}"),
    "contradiction": (
        "r/{version}/x-{version}.xml",
        "r/1.0/x-2.0.xml: a placeholder would be empty, contain bytes that are not UTF-8 text, or mean two things",
    ),
    "empty": ("r/1.0/v{version}.txt", "r/1.0/v.txt: a placeholder would be empty"),
    "blank": ("r/1.0/b{version}.txt", "r/1.0/b .txt: a placeholder would be empty"),
    "bytes": ("r/1.0/u{version}.txt", "contain bytes that are not UTF-8 text"),
}


@pytest.mark.parametrize("name", BAD)
def test_patterns_that_lead_nowhere(name: str, history: Path, tmp_path: Path) -> None:
    pattern, words = BAD[name]
    write(
        tmp_path / "r" / "1.0",
        {"x-2.0.xml": junit("a pass"), "v.txt": b"", "b .txt": b"", os.fsdecode(b"u\xff.txt"): b""},
    )
    done = import_(pattern, "--yes")
    assert (done.exit_code, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert words in line
    assert not history.exists()


def test_a_folder_that_cannot_be_read(reports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it holds must not be missing without a word."""
    plain = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("mac"):
            raise PermissionError(13, "Permission denied", path)
        return plain(path)

    monkeypatch.setattr(os, "scandir", scandir)
    done = import_(*ALL, "--dates", "dates.txt", "--yes")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "mac: cannot be read (Permission denied)" in done.stderr
    assert reports.is_dir()


def test_no_pattern_and_bad_lists_of_dates(reports: Path, tmp_path: Path) -> None:
    done = import_()
    assert (done.exit_code, "no pattern is named" in done.stderr) == (2, True)
    for content, words in (
        (b"1.9 soon\n", "odd, line 1: '1.9 soon' is not a name and a date"),
        (b"1.9 2025-01-01\n1.9 2025-01-02\n", "line 2: gives 1.9 a second date"),
        (b"1.9\n", "odd, line 1: '1.9' is not a name and a date"),
        (b"\xff\xfe", "odd, line 1: "),
    ):
        (tmp_path / "odd").write_bytes(content)
        done = import_(*ALL, "--dates", "odd")
        assert (done.exit_code, done.stdout) == (2, "")
        assert words in done.stderr
    assert "No such file" in import_(*ALL, "--dates", "none").stderr
    assert reports.is_dir()


def test_absolute_patterns_and_odd_names(history: Path, tmp_path: Path) -> None:
    odd = ["with space.xml", "line\nbreak.xml", os.fsdecode(b"\xff.xml"), "[x].xml", "{y}.xml"]
    write(tmp_path / "r" / "1 0\n", {name: stamped(f"2025-01-0{at + 1}T00:00:00Z") for at, name in enumerate(odd)})
    done = import_(tmp_path / "r" / "{version}" / "*.xml", "--yes")
    assert done.exit_code == 0
    assert len(done.stdout.splitlines()) == 4
    (run,) = Archive(history).runs.values()
    assert run.manifest.version == "1 0\n"
    assert {item.name for item in run.manifest.inputs} == {
        "with space.xml",
        "line\nbreak.xml",
        "\\xff.xml",
        "[x].xml",
        "{y}.xml",
    }
    assert readiness("verify").exit_code == 0


def test_circles_of_links(history: Path, tmp_path: Path) -> None:
    folder = tmp_path / "r" / "1.0"
    write(folder / "deep" / "er", {"junit.xml": stamped("2025-01-01T00:00:00Z")})
    (folder / "round").symlink_to("..")
    (folder / "deep" / "self").symlink_to("self")
    (tmp_path / "r" / "2.0").symlink_to("2.0")
    done = import_("r/{version}/**/*.xml", "--yes")
    assert done.exit_code == 0
    assert [version for version, *_ in told(history)] == ["1.0"]
    done = import_("r/{version}/*/*/*.xml", "--history", "another")
    assert rows(done)[0][2:] == ["1.0", "–", "1", "new"]


def test_pipes_are_not_waited_for(tmp_path: Path) -> None:
    write(tmp_path / "r" / "1.0", {"junit.xml": stamped("2025-01-01T00:00:00Z")})
    os.mkfifo(tmp_path / "r" / "1.0" / "pipe.xml")
    done = import_("r/{version}/*.xml", "--yes")
    assert done.exit_code == 4
    assert "r/1.0/pipe.xml: is no file" in done.stdout


def test_bad_policy_and_damaged_archive(reports: Path, history: Path, tmp_path: Path) -> None:
    (tmp_path / "own.yml").write_text("critera: []\n")
    done = import_(*ALL, "--dates", "dates.txt", "--policy", "own.yml", "--yes")
    assert (done.exit_code, "own.yml, line 1" in done.stderr) == (2, True)
    append(history, "a pass")
    manifest = next(history.rglob("run.json"))
    manifest.write_text("{")
    done = import_(*ALL, "--dates", "dates.txt", "--yes")
    assert (done.exit_code, str(manifest.name) in done.stderr) == (2, True)
    assert len(list(history.rglob("run.json"))) == 1
    assert reports.is_dir()


# Interruptions


def at_rename(number: int, act: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Act just before the `number`th run is put in its place."""
    real, done = Path.rename, [0]

    def rename(self: Path, target: Path) -> Path:
        if target.parents[1].name == "runs":
            done[0] += 1
            if done[0] == number:
                act()
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)


def interrupt() -> None:
    raise KeyboardInterrupt


@pytest.mark.usefixtures("reports")
def test_ctrl_c_says_how_far_it_came(history: Path, tmp_path: Path) -> None:
    import_(*ALL, "--dates", "dates.txt", "--yes", "--history", tmp_path / "whole")
    with pytest.MonkeyPatch.context() as patch:
        at_rename(3, interrupt, patch)
        done = import_(*ALL, "--dates", "dates.txt", "--yes")
    assert done.exit_code == 130
    so_far = "2 of 3 runs were archived; the same command goes on from there."
    assert done.stderr == f"{so_far}\nreadiness: interrupted\n"
    assert len(told(history)) == 2
    done = import_(*ALL, "--dates", "dates.txt", "--yes")
    assert done.stdout.splitlines()[-1] == "1 run archived, 2 archived already, 0 left out."
    assert contents(history) == contents(tmp_path / "whole")


@pytest.mark.usefixtures("reports")
def test_a_full_disk_says_how_far_it_came(history: Path) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    with pytest.MonkeyPatch.context() as patch:
        at_rename(2, full, patch)
        done = import_(*ALL, "--dates", "dates.txt", "--yes")
    assert done.exit_code == 2
    first, second = done.stderr.splitlines()
    assert first == "1 of 3 runs were archived; the same command goes on from there."
    assert "No space left on device" in second
    assert len(told(history)) == 1


KILLED = """
import os, signal, sys
from pathlib import Path
real, number, done = Path.rename, int(sys.argv.pop(1)), [0]
def rename(self, target):
    if target.parents[1].name == "runs":
        done[0] += 1
        if done[0] == number:
            os.kill(os.getpid(), signal.SIGKILL)
    return real(self, target)
Path.rename = rename
from readiness.cli import main
main(sys.argv[1:])
"""


def run_command(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


def attrs_arguments(folder: Path, dates: Path, root: Path, history: Path) -> Sequence[object]:
    names = ("junit.xml", "inventory.txt", "coverage.xml", "metrics.json")
    patterns = [folder / "{version}" / name for name in names]
    return ("import", *patterns, "--dates", dates, "--policy", root / "readiness.yml", "--history", history, "--yes")


@pytest.fixture(scope="module")
def attrs(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The releases of the example, taken out of its archive again: one folder a version."""
    folder = tmp_path_factory.mktemp("attrs")
    for manifest in (repo_root / "history" / "runs").glob("*/*/run.json"):
        run = json.loads(manifest.read_text())
        packed = {item["name"]: manifest.parent / item["stored"] for item in run["inputs"]}
        write(folder / run["version"], {name: gzip.decompress(path.read_bytes()) for name, path in packed.items()})
        with (folder / "dates.tsv").open("a") as dates:
            dates.write(f"{run['version']}\t{run['started']}\n")
    return folder


def chain(root: Path) -> dict[str, str | None]:
    return {run.id: run.manifest.previous.run if run.manifest.previous else None for run in Archive(root).runs.values()}


@pytest.mark.slow
def test_killed_in_the_middle_it_goes_on(attrs: Path, repo_root: Path, history: Path) -> None:
    """What is there in the end is the chain that the example's own archive has, each run once."""
    arguments = attrs_arguments(attrs, attrs / "dates.tsv", repo_root, history)
    for killed_at, there in ((6, 5), (9, 13)):
        done = run_command(KILLED, killed_at, *arguments)
        assert done.returncode == -signal.SIGKILL
        assert len(chain(history)) == there
    done = run_command("import sys; from readiness.cli import main; main(sys.argv[1:])", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "8 runs archived, 13 archived already, 0 left out."
    assert chain(history) == chain(repo_root / "history")
    assert readiness("verify").exit_code == 0


@pytest.mark.slow
def test_the_original_files_give_the_runs_of_the_example(shared: Path, repo_root: Path, history: Path) -> None:
    folder = shared / "real-runs" / "attrs"
    dates = {run.parent.name: json.loads(run.read_text())["release_date"] for run in folder.glob("*/run.json")}
    Path("dates").write_text("".join(f"{version} {date}\n" for version, date in dates.items()))
    done = readiness(*attrs_arguments(folder, Path("dates"), repo_root, history))
    assert done.exit_code == 0
    assert len(dates) == 21
    assert chain(history) == chain(repo_root / "history")


# On a terminal


def on_terminal(answer: str, *arguments: object) -> tuple[int, str]:
    """(exit code, all that the terminal showed) of the command, answered once it asks."""
    main, side = pty.openpty()
    script = "import sys; from readiness.cli import main; main(sys.argv[1:])"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "TERM": "xterm", "COLUMNS": "100"}
    command = [sys.executable, "-c", script, *map(str, arguments)]
    with subprocess.Popen(command, stdin=side, stdout=side, stderr=side, env=environment) as process:
        os.close(side)
        shown = b""
        while True:
            try:
                more = os.read(main, 4096)
            except OSError:
                break
            if not more:
                break
            shown += more
            if answer and b"[y/N]" in shown:
                os.write(main, answer.encode())
                answer = ""
        code = process.wait(timeout=60)
    os.close(main)
    return code, shown.decode()


@pytest.mark.usefixtures("reports")
def test_on_a_terminal_it_asks(history: Path) -> None:
    code, shown = on_terminal("n\n", "import", *ALL, "--dates", "dates.txt")
    assert code == 0
    assert "Archive 3 runs? [y/N]" in shown
    assert "nothing was archived" in shown
    assert not history.exists()
    code, shown = on_terminal("\x04", "import", *ALL, "--dates", "dates.txt")  # Ctrl+D: to click the same as Ctrl+C
    assert code == 130
    assert "readiness: interrupted" in shown
    assert not history.exists()
    code, shown = on_terminal("y\n", "import", *ALL, "--dates", "dates.txt")
    assert code == 0
    assert "Reading" in shown
    assert "Archiving" in shown
    assert "3 runs archived" in shown
    assert len(told(history)) == 3
