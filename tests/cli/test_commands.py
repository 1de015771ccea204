"""Help, list and gate as people and machines use them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.scenario import append, archive_files, demands, junit, readiness, waiver, write

from readiness import __version__
from readiness.archive import Archive
from readiness.cli.main import COMMANDS

REPEATED = "All results were already archived, byte for byte: they prove nothing new.\n"


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_shows_an_example(command: str, option: str) -> None:
    done = readiness(command, option)
    assert done.exit_code == 0
    assert "Example" in done.stdout
    assert f"  readiness {command}" in done.stdout


def test_help_of_the_whole_names_every_command_and_exit_code() -> None:
    told = readiness("--help").stdout
    assert [command for command in COMMANDS if f"  {command} " not in told] == []
    assert [code for code in range(5) if f"\n    {code}  " not in told] == []


def test_the_version_is_told() -> None:
    assert readiness("--version").stdout.strip().endswith(__version__)


def test_a_command_nobody_knows() -> None:
    done = readiness("bless")
    assert done.exit_code == 2
    assert "bless" in done.stderr


def test_help_needs_no_heavy_import() -> None:
    script = "import sys; from readiness.cli import main; main(['--help'], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    loaded = set(done.stdout.split())
    assert not loaded & {"polars", "narwhals", "pydantic", "mkdocs", "jinja2", "plotly"}


def test_ctrl_c_while_python_still_imports_is_no_verdict() -> None:
    script = """
import sys

class Interrupt:
    def find_spec(self, name, *_):
        if name == "click":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupt())
from readiness.__main__ import main
main()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "readiness: interrupted\n")


def test_python_m_is_the_command() -> None:
    command = [sys.executable, "-m", "readiness", "--version"]
    assert (
        subprocess.run(command, capture_output=True, text=True, timeout=60).stdout
        == f"readiness, version {__version__}\n"
    )


@pytest.fixture
def history(tmp_path: Path) -> Path:
    return tmp_path / "history"


@pytest.mark.parametrize(
    ("results", "code", "word"),
    [
        ("a pass, b pass | a b", 0, "READY as of 2025-01-01"),
        ("a pass, b fail boom | a b", 1, "NOT READY: BLOCKED as of 2025-01-01"),
        ("a pass | a b", 3, "NOT READY: UNPROVEN as of 2025-01-01"),
    ],
)
def test_gate_tells_the_verdict_as_text_and_as_exit_code(results: str, code: int, word: str, history: Path) -> None:
    run = append(history, results)
    done = readiness("gate", "--history", history)
    assert done.exit_code == code
    assert run.id in done.stdout
    assert any(line.startswith(word) for line in done.stdout.splitlines())


def test_gate_names_blockers_and_criteria(history: Path) -> None:
    append(history, "a pass, b fail boom | a b c")
    told = readiness("gate", "--history", history).stdout
    for words in ("No test fails", "1 failing", "2 of 3", "b", "66.6 %", "Unproven", "default policy"):
        assert words in told


def test_gate_judges_the_run_that_is_named(history: Path) -> None:
    first = append(history, "a fail boom | a", 0)
    append(history, "a pass | a", 1)
    assert readiness("gate", "--history", history).exit_code == 0
    assert readiness("gate", "--history", history, "--run", first.id).exit_code == 1
    assert readiness("gate", "--history", history, "--run", first.id[-12:]).exit_code == 1


def test_gate_by_another_policy_records_nothing(history: Path, tmp_path: Path) -> None:
    append(history, "a pass, b fail boom | a b")
    text = "criteria: [{id: f, title: F, measure: failures, at_most: 1}]\n"
    text += "categories: [{title: Boom, message: boom, severity: low}]\n"
    (tmp_path / "lax.yml").write_text(text)
    assert readiness("gate", "--history", history, "--policy", tmp_path / "lax.yml").exit_code == 0
    assert readiness("gate", "--history", history).exit_code == 1
    assert len(next(iter(Archive(history).runs.values())).judgements) == 1


def test_the_policy_of_the_moment_is_kept(history: Path, tmp_path: Path) -> None:
    (tmp_path / "readiness.yml").write_text("criteria: [{id: p, title: P, measure: passed, at_least: 2}]\n")
    files = write(tmp_path / "in", {"junit.xml": junit("a pass")})
    archive_files(history, *files)
    (tmp_path / "readiness.yml").write_text("criteria: [{id: p, title: P, measure: passed, at_least: 1}]\n")
    assert readiness("gate", "--history", history).exit_code == 1


def test_the_policy_beside_the_caller_is_that_of_the_run(history: Path, tmp_path: Path) -> None:
    text = b"product: shop\ncriteria: [{id: p, title: P, measure: passed, at_least: 1}]\n"
    write(tmp_path, {"own.yml": text})
    files = write(tmp_path / "in", {"junit.xml": junit("a pass")})
    archive_files(history, *files, "--policy", tmp_path / "own.yml")
    (run,) = Archive(history).runs.values()
    assert Archive(history).policy(run.judgements[0].policy) == text
    assert run.manifest.product == "shop"


def test_list_names_every_run(history: Path) -> None:
    runs = [append(history, "a pass", day) for day in range(3)]
    lines = readiness("list", "--history", history).stdout.splitlines()[1:]
    assert [line.split()[0] for line in lines] == [run.id for run in runs]
    assert [run.id in line for run, line in zip(runs, lines[1:], strict=False)] == [True, True]


def test_labels_reach_the_keys(history: Path, tmp_path: Path) -> None:
    linux, mac, unit = (write(tmp_path / name, {"junit.xml": junit("a pass")})[0] for name in ("linux", "mac", "unit"))
    labels = ("--variant", f"linux={linux}", "--variant", f"mac={mac}", "--source", f"unit={unit}")
    assert archive_files(history, *labels).exit_code == 0
    (run,) = Archive(history).runs.values()
    found = {(item.source, item.variant) for item in run.manifest.inputs}
    assert found == {("tests", "linux"), ("tests", "mac"), ("unit", "")}


@pytest.mark.parametrize("command", ["list", "verify", "gate", "judge", "export --to out"])
def test_an_archive_that_is_not_there_is_an_error(command: str, tmp_path: Path) -> None:
    done = readiness(*command.split(), "--history", tmp_path / "histroy")
    assert (done.exit_code, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"readiness: {tmp_path / 'histroy'}: there is no such folder")
    assert "--history" in line


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("bless", ("bless", "`readiness --help`")),
        ("--colour", ("--colour", "`readiness --help`")),
        ("list --colour", ("--colour", "`readiness list --help`")),
        ("gate --run", ("--run", "`readiness gate --help`")),
        ("schema nothing", ("nothing", "policy", "`readiness schema --help`")),
        ("publish", ("--to", "`readiness publish --help`")),
    ],
)
def test_wrong_usage_is_told_in_one_line(arguments: str, words: tuple[str, ...]) -> None:
    done = readiness(*arguments.split())
    assert (done.exit_code, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("readiness: ")
    assert [word for word in words if word not in line] == []


def test_the_first_run_of_a_new_archive_is_told(history: Path, tmp_path: Path) -> None:
    """In a folder below the project's, `archive` would begin a second archive there unnoticed."""
    first = archive_files(history, *write(tmp_path / "in", {"junit.xml": junit("a pass")}))
    assert f"{history}: there was no archive here" in first.stderr
    second = archive_files(history, *write(tmp_path / "in", {"junit.xml": junit("a pass, b pass")}))
    assert second.stderr == ""


def test_a_policy_that_has_gone_is_told(history: Path, tmp_path: Path) -> None:
    own = tmp_path / "readiness.yml"
    own.write_text("criteria: [{id: p, title: P, measure: passed, at_least: 1}]")
    (tmp_path / "junit.xml").write_text('<testsuite><testcase classname="m" name="a"/></testsuite>')
    assert archive_files(history, tmp_path / "junit.xml").exit_code == 0
    own.unlink()
    told = "The default policy applies, but another policy applied before: was readiness.yml moved?\n"
    judged = readiness("judge", "--at", "2025-01-02", "--history", history)
    assert (judged.exit_code, judged.stderr) == (0, told)
    later = archive_files(history, tmp_path / "junit.xml", version="1.1", started="2025-01-03")
    assert (later.exit_code, later.stderr) == (
        0,
        "All results were already archived, byte for byte: they prove nothing new.\n",
    )


def test_judge_names_the_waivers_that_waive_nothing(history: Path, tmp_path: Path) -> None:
    append(history, "a fail boom, b pass | a b")
    waivers = [waiver("test", "tests.test_app::b"), waiver("test", "tests.test_app::a")]
    (tmp_path / "readiness.yml").write_text(demands("none: failures = 0", waivers=waivers))
    done = readiness("judge", "--at", "2025-01-02", "--history", history)
    assert (done.exit_code, done.stdout.split(": ")[1]) == (0, "READY\n")
    (line,) = done.stderr.splitlines()
    assert line.endswith(
        "tests.test_app::b has no effect: no test of that name is failing, skipped or without a result."
    )


def test_a_first_run_without_a_list_of_tests_is_told(history: Path, tmp_path: Path) -> None:
    (tmp_path / "junit.xml").write_text('<testsuite><testcase classname="m" name="a"/></testsuite>')
    first = archive_files(history, tmp_path / "junit.xml")
    assert first.exit_code == 0
    assert "The files include no list of collected tests" in first.stderr
    later = archive_files(history, tmp_path / "junit.xml", version="1.1", started="2025-01-03")
    assert (later.exit_code, later.stderr) == (
        0,
        "All results were already archived, byte for byte: they prove nothing new.\n",
    )
