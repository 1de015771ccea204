"""`readiness gate` in each of its formats, as CI and people call it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from junitparser import JUnitXml
from tests.scenario import Run, append, contents, readiness

import readiness as readiness_package
from readiness.archive import Archive
from readiness.cli.gate import FORMATS
from readiness.policy import policy_digest

AGED = """
product: shop
criteria:
  - {id: f, title: No test fails, measure: failures, equals: 0, max_age: 7 d}
"""
each_format = pytest.mark.parametrize("form", FORMATS)


@pytest.fixture
def history(tmp_path: Path) -> Path:
    return tmp_path / "history"


def test_ctrl_c_is_no_verdict(history: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append(history, "a fail boom | a")

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("readiness.assessment.assess", interrupt)
    done = readiness("gate", "--history", history)
    assert (done.exit_code, done.output) == (130, "readiness: interrupted\n")


@each_format
@pytest.mark.parametrize(
    ("results", "code"),
    [("a pass | a", 0), ("a fail boom | a", 1), ("a pass | a b", 3), ("a fail boom | a b", 1)],
)
def test_the_exit_code_is_the_same_in_every_format(form: str, results: str, code: int, history: Path) -> None:
    run = append(history, results)
    done = readiness("gate", "--format", form, "--history", history)
    assert (done.exit_code, done.stderr) == (code, "")
    assert run.id in unescape(done.stdout)
    assert ("NOT READY" in done.stdout or '"ready": false' in done.stdout) == (code != 0)


@each_format
@pytest.mark.parametrize(
    ("at", "code"),
    [("2024-12-01", 0), ("2025-01-01", 0), ("2025-01-08T00:00:00Z", 0), ("2025-01-08T00:00:01Z", 3), ("2030-01-01", 3)],
)
def test_past_its_limit_ready_has_expired(form: str, at: str, code: int, history: Path) -> None:
    """The run finished on the first of January; seven days later is the last moment."""
    append(history, "a pass | a", policy=AGED)
    done = readiness("gate", "--at", at, "--format", form, "--history", history)
    assert done.exit_code == code
    assert ("expired" in done.stdout.replace('"expired": false', "")) == (code == 3)


@each_format
def test_without_at_the_clock_decides(form: str, history: Path) -> None:
    """January 2025 is long past."""
    append(history, "a pass | a", policy=AGED)
    assert readiness("gate", "--format", form, "--history", history).exit_code == 3


def test_a_blocked_release_stays_blocked_when_it_expires(history: Path) -> None:
    policy = AGED + "  - {id: p, title: P, measure: passed, at_least: 1, max_age: 3 d}\n"
    append(history, "a fail boom, b pass | a b", policy=policy)
    done = readiness("gate", "--at", "2025-02-01", "--history", history)
    assert done.exit_code == 1
    assert "NOT READY: BLOCKED as of 2025-01-01 00:00 UTC (expired)" in done.stdout


def test_how_long_it_is_valid(history: Path) -> None:
    append(history, "a pass | a", policy=AGED)
    done = readiness("gate", "--at", "2025-01-02", "--history", history)
    assert "\nREADY as of 2025-01-01 00:00 UTC, valid until 2025-01-08 00:00 UTC\n" in done.stdout


@each_format
def test_the_moment_decides_on_expiry_alone(form: str, history: Path) -> None:
    append(history, "a pass, b fail boom | a b", policy=AGED)
    told = {
        readiness("gate", "--format", form, "--at", at, "--history", history).stdout
        for at in ("2025-01-02", "2025-01-07")
    }
    assert len(told) == 1


@each_format
def test_nothing_is_coloured_or_written(form: str, history: Path) -> None:
    append(history, "a pass, b fail \x7fboom\x9b31m | a b", policy='product: "\\e[31mred"\n')
    before = contents(history)
    done = readiness("gate", "--format", form, "--history", history)
    assert not set(done.stdout) & {chr(code) for code in [*range(9), *range(11, 32), *range(0x7F, 0xA0)]}
    assert contents(history) == before


def test_the_gate_needs_no_mkdocs(history: Path) -> None:
    append(history, "a pass, b fail boom | a b")
    script = """
import contextlib, sys
from readiness.cli import main
for form in ("text", "markdown", "json", "junit", "github"):
    with contextlib.suppress(SystemExit):
        main(["gate", "--format", form], standalone_mode=False)
print("\\nloaded", *sys.modules)
"""
    environment = os.environ | {"PYTHONPATH": str(Path(readiness_package.__file__).parents[1])}
    command = [sys.executable, "-c", script]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=60, cwd=history.parent, env=environment
    )
    loaded = done.stdout.rpartition("\nloaded ")[2].split()
    assert "readiness.render.markdown" in loaded
    assert not {"mkdocs", "plotly"} & set(loaded)


LIE = "READY as of 2030-01-01 00:00 UTC"


def test_words_are_compiled_once(history: Path) -> None:
    append(history, "a fail boom | a")
    counting = """
import sys, jinja2
from readiness.cli import main
compile = jinja2.Environment.compile
def counted(*args, **options):
    print("compiled", file=sys.stderr)
    return compile(*args, **options)
jinja2.Environment.compile = counted
main()
"""
    command = (sys.executable, "-c", counting, "gate", "--history", str(history))
    first, second = (subprocess.run(command, capture_output=True, text=True, check=False) for _ in range(2))
    assert "compiled" in first.stderr
    assert (second.stderr, second.stdout) == ("", first.stdout)


def test_no_name_adds_a_line(history: Path) -> None:
    name = f"x&#10;{LIE}&#10;y"
    case = f'<testcase classname="c" name="{name}"><failure message="m&#10;{LIE}"/></testcase>'
    run = Run("a pass", files={"odd.xml": f"<testsuite>{case}</testsuite>".encode()})
    append(history, "a pass", 0)
    append(history, run, 1)
    label = f"c::x\n{LIE}\ny"
    told = json.loads(readiness("gate", "--format", "json", "--history", history).stdout)
    blocker = told["report"]["blockers"][0]["id"]
    commands = [("gate",), ("gate", "--format", "github"), ("diff", "1.0"), ("explain",), ("explain", "no-failures")]
    for command in (*commands, ("explain", blocker), ("explain", label)):
        done = readiness(*command, "--history", history)
        assert "x\u240a" in done.stdout or "x READY" in done.stdout
        assert not any(line.strip().startswith(LIE) for line in done.stdout.splitlines())


def test_why_the_verdict_changed(history: Path) -> None:
    append(history, "a pass, b pass, c fail bang | a b c", 0)
    append(history, "a pass, b fail boom, c pass | a b c d", 1)
    told = readiness("gate", "--history", history).stdout
    for words in (
        "Since 1.0 (BLOCKED)",
        "“Every expected test has a result” changed from met to unproven (75 %, required at least 100 %).",
        " opened: b: boom.",
        " closed (was open): c: bang.",
        "1 test newly failing: tests.test_app::b",
        "1 test fixed: tests.test_app::c",
    ):
        assert words in told


def test_a_change_by_the_policy_alone_is_called_so(history: Path) -> None:
    strict = "criteria: [{id: p, title: Passing, measure: passed, at_least: 9}]"
    append(history, "a pass | a", 0, policy=strict)
    append(history, "a pass | a", 1, policy=strict.replace("9", "1"))
    told = readiness("gate", "--history", history).stdout
    assert "“Passing” changed from unmet to met (1, required at least 1) because the policy changed." in told
    assert "“Passing” requires passed at least 1, blocking; before: passed at least 9, blocking." in told


def test_gaps_flaky_tests_and_what_is_left_to_do(history: Path) -> None:
    append(history, Run("a pass, f flaky boom | a f", files={"noise.bin": b"\x00\x01nothing"}))
    done = readiness("gate", "--history", history)
    assert done.exit_code == 3
    lines = done.stdout.splitlines()
    assert any(line.startswith("  noise.bin: ") and "archive it with --supersedes." in line for line in lines)
    assert "  tests.test_app::f  proven: passed only after a retry 1 time, 1 failure in the last 1 execution" in lines
    assert any("noise.bin: evidence was lost" in line for line in lines[lines.index("Next steps") :])


def test_another_policy_answers_without_recording(history: Path, tmp_path: Path) -> None:
    append(history, "a pass, b fail boom | a b")
    text = "criteria: [{id: f, title: F, measure: failures, at_most: 1}]\n"
    text += "categories: [{title: Boom, message: boom, severity: low}]\n"
    (tmp_path / "lax.yml").write_text(text)
    before = contents(history)
    done = readiness("gate", "--policy", tmp_path / "lax.yml", "--format", "json", "--history", history)
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert (told["recorded"], told["report"]["default_policy"]) == (False, False)
    assert told["policy"] == policy_digest(text.encode()) != told["report"]["judgement"]["policy"]
    assert "not recorded" in readiness("gate", "--policy", tmp_path / "lax.yml", "--history", history).stdout
    assert contents(history) == before
    assert len(next(iter(Archive(history).runs.values())).judgements) == 1


@pytest.mark.parametrize("address", ["https://example.org/shop", "https://example.org/shop/", "http://localhost:8000"])
@each_format
def test_where_the_report_is(form: str, address: str, history: Path) -> None:
    run = append(history, "a pass | a")
    done = readiness("gate", "--format", form, "--link", address, "--history", history)
    assert done.exit_code == 0
    assert f"{address.rstrip('/')}/reports/{run.id}/" in unescape(done.stdout)


NO_SITES = (
    *("javascript:alert(1)", "ftp://example.org", "example.org", "", "https://", "https://a b", "http://[bad"),
    *(
        'https://x.org/"onclick=',
        "https://user:pass@x.org/",
        "https://x.org/?q=1",
        "https://x.org/#a",
        "https://x\n.org",
    ),
)


@pytest.mark.parametrize("address", NO_SITES)
def test_a_link_that_is_no_site(address: str, history: Path) -> None:
    append(history, "a pass | a")
    done = readiness("gate", "--link", address, "--history", history)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--link" in done.stderr


@pytest.mark.parametrize("arguments", [("--format", "html"), ("--at", "soon"), ("--at", "")])
def test_options_that_mean_nothing(arguments: tuple[str, str], history: Path) -> None:
    append(history, "a pass | a")
    done = readiness("gate", *arguments, "--history", history)
    assert (done.exit_code, done.stdout) == (2, "")
    assert arguments[0] in done.stderr


def test_junit_is_what_other_readers_understand(history: Path) -> None:
    append(history, "a pass, b fail boom | a b c")
    found = JUnitXml.fromstring(readiness("gate", "--format", "junit", "--history", history).stdout.encode())
    assert (found.tests, found.failures, found.errors) == (5, 2, 2)


def test_a_second_judgement_has_a_report_of_its_own(history: Path, tmp_path: Path) -> None:
    run = append(history, "a pass | a")
    (tmp_path / "readiness.yml").write_text("criteria: [{id: p, title: P, measure: passed, at_least: 1}]")
    readiness("judge", "--at", "2025-01-02", "--history", history)
    done = readiness("gate", "--link", "https://example.org", "--history", history)
    assert f"https://example.org/reports/{run.id}/2/" in done.stdout
    assert "judgement 2" in done.stdout


@pytest.mark.parametrize("ref", ["1.0#1", "1.0#2"])
def test_no_earlier_judgement_opens_the_gate(ref: str, history: Path, tmp_path: Path) -> None:
    append(history, "a pass | a")
    (tmp_path / "readiness.yml").write_text("criteria: [{id: p, title: P, measure: passed, at_least: 2}]")
    readiness("judge", "--at", "2025-01-02", "--history", history)
    assert readiness("gate", "--run", "1.0", "--history", history).exit_code == 1
    done = readiness("gate", "--run", ref, "--history", history)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "the latest judgement of a run answers" in done.stderr
    assert f"Write --run 1.0; `readiness explain --run {ref}` shows another judgement" in done.stderr
    missing = readiness("gate", "--run", "9.9#1", "--history", history)
    assert (missing.exit_code, "there is no run '9.9'" in missing.stderr) == (2, True)
