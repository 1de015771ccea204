"""A text is taken out of all that is stored; nothing else changes."""

from __future__ import annotations

import gzip
import subprocess
from pathlib import Path

import pytest
from tests.notices.conftest import SECRET, WHY, id_of
from tests.scenario import Run, append, archive_files, contents, junit, readiness, write

from readiness.archive import Archive, verify
from readiness.evidence import Wanted, redact


def holders(folder: Path, text: str) -> list[str]:
    """The files that hold the text, by no code of the product."""
    found = {path: gzip.decompress(one) if path.endswith(".gz") else one for path, one in contents(folder).items()}
    return [path for path, one in found.items() if text.encode() in one]


@pytest.fixture
def secret(history: Path) -> tuple[str, ...]:
    write(Path(), {"secret.txt": f"{SECRET}\n".encode()})
    return ("--text-file", "secret.txt", *WHY)


def test_it_is_taken_out_of_evidence_and_manifest(history: Path, secret: tuple[str, ...]) -> None:
    (file,) = write(Path("in"), {"late.xml": junit("a pass, b pass")})
    archive_files(history, file, "--env", f"token={SECRET}", version="1.2", started="2025-01-05")
    gates = [readiness("gate", "--run", version).exit_code for version in ("1.0", "1.1", "1.2", "13.0")]
    runs = [run.id for run in Archive(history).runs.values()]
    before = contents(history)
    dry = readiness("redact", *secret, "--dry-run")
    assert contents(history) == before
    done = readiness("redact", *secret)
    assert done.exit_code == 0
    assert set(dry.output.splitlines()[:2]) <= set(done.output.splitlines())
    assert "Nothing holds the text any more" in done.output
    assert holders(Path("history"), "geheim") == []
    assert {path.split("/")[-1] for path in before if contents(history)[path] != before[path]} == {
        "junit.xml.gz",
        "run.json",
    }
    assert [run.id for run in Archive(history).runs.values()] == runs
    assert [readiness("gate", "--run", version).exit_code for version in ("1.0", "1.1", "1.2", "13.0")] == gates
    checked = readiness("verify")
    assert checked.exit_code == 0
    assert "redacted on 2026-01-01 by Ada" in checked.output
    again = readiness("redact", *secret)
    assert (again.exit_code, len(list((history / "notices").iterdir()))) == (0, 1)


def test_what_is_left_is_said_and_exits_1(history: Path, secret: tuple[str, ...]) -> None:
    write(Path("public/1.0"), {"published.json": b"{}", "page.html": b"geheim &amp; &#34;x&quot; &lt;42&gt;"})
    done = readiness("redact", *secret)
    assert done.exit_code == 1
    assert "public/1.0/page.html: still holds the text" in done.output
    (Path("public/1.0") / "page.html").write_text("renewed")
    assert readiness("redact", *secret).exit_code == 0


def test_what_makes_the_identity_stays_and_is_said(history: Path) -> None:
    done = readiness("redact", "--pattern", r"13\.0", *WHY)
    assert done.exit_code == 1
    assert "withdraw the run" in done.output
    assert readiness("verify").exit_code == 0


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("pass", "nothing holds"),
        ("(", "no regular expression"),
        ("x*", "narrower"),
        ("redac", "narrower"),
        ("a mistake", "--reason or --by holds the text"),
    ],
)
def test_patterns_that_cannot_be(pattern: str, problem: str, history: Path) -> None:
    before = contents(history)
    done = readiness("redact", "--pattern", pattern, *WHY)
    assert problem in done.output.lower()
    assert contents(history) == before


def test_nothing_that_counts_is_redacted(history: Path) -> None:
    """The element of a failure, the name of a test: the file would say something else."""
    before = contents(history)
    for pattern in ("<failure[^>]*>", "failure", r'name="."', "testcase"):
        done = readiness("redact", "--pattern", pattern, *WHY)
        assert done.exit_code in (1, 2)
        assert "stays" in done.output or "could not be judged" in done.output
    assert contents(history) == before


def test_some_runs_alone(history: Path) -> None:
    append(history, Run(f"a fail other {SECRET}, b pass", version="1.2"), 4)
    write(Path(), {"secret.txt": SECRET.encode()})
    done = readiness("redact", id_of(history, "1.1"), "--text-file", "secret.txt", *WHY)
    assert done.exit_code == 1
    assert [path.split("/")[2] for path in holders(history, "geheim")] == [id_of(history, "1.2")]


def test_what_would_join_or_part_blockers_needs_another_word(history: Path) -> None:
    append(history, Run(f"a fail {SECRET}, b fail {SECRET}", version="1.2"), 4)
    before = contents(history)
    write(Path(), {"secret.txt": SECRET.encode()})
    done = readiness("redact", id_of(history, "1.1"), "--text-file", "secret.txt", *WHY)
    assert done.exit_code == 2
    assert done.stderr.startswith("readiness: nothing was written: without the text the report of run ")
    assert contents(history) == before


def test_texts_that_alone_tell_failures_apart_go_one_by_one(history: Path) -> None:
    append(history, Run("a pass, c fail key hunter, d fail key winter", version="1.2"), 4)
    gate = readiness("gate", "--run", "1.2").output
    together = readiness("redact", "--pattern", "hunter|winter", *WHY)
    assert (together.exit_code, "each with its own --as" in together.output) == (2, True)
    assert "for a number" not in together.output
    for number, text in enumerate(("hunter", "winter")):
        done = readiness("redact", "--pattern", text, "--as", f"[redacted_{number}]", *WHY)
        assert done.exit_code == 0, done.output
    assert holders(history, "hunter") + holders(history, "winter") == []
    assert [len(holders(history, f"[redacted_{number}]")) for number in (0, 1)] == [1, 1]
    assert readiness("gate", "--run", "1.2").output.count("\n") == gate.count("\n")
    assert readiness("verify").exit_code == 0


def test_a_number_that_is_like_another(history: Path) -> None:
    """Numbers make no cause of their own: what stands in place of one is a number too."""
    append(history, Run("a pass, c fail pin 4711, d fail pin 4712", version="1.2"), 4)
    told = readiness("redact", "--pattern", "4711", *WHY).output
    assert ("000 for a number" in told, "its own --as" in told) == (True, False)
    assert readiness("redact", "--pattern", "4711", "--as", "0000", *WHY).exit_code == 0
    assert holders(history, "4711") == []


@pytest.mark.parametrize("word", ["", "<x>", "a&b", 'a"b', "a\nb", "é", "x" * 61, "{}", "secret"])
def test_words_that_cannot_stand_in_its_place(word: str, history: Path) -> None:
    before = contents(history)
    done = readiness("redact", "--pattern", "secret|geheim", "--as", word, *WHY)
    assert (done.exit_code, done.stderr.count("\n"), contents(history) == before) == (2, 1, True)


def test_pruned_runs_too(history: Path, secret: tuple[str, ...]) -> None:
    readiness("prune", "--keep-runs", "1", *WHY)
    gate = readiness("gate", "--run", "1.1").exit_code
    assert [path.split("/")[0] for path in holders(history, "geheim")] == ["checkpoints"]
    assert readiness("redact", *secret).exit_code == 0
    assert holders(history, "geheim") == []
    assert [error for _, found in verify(Archive(history)) for error in found] == []
    assert (gate, readiness("gate", "--run", "1.1").exit_code) == (1, 1)


def test_git_gives_the_old_state_back_and_still_holds_it(history: Path, secret: tuple[str, ...]) -> None:
    git("init", "-q")
    git("add", "history")
    git("commit", "-qm", "archived")
    before, gate = contents(history), readiness("gate", "--run", "1.1").output
    done = readiness("redact", *secret)
    assert "git filter-repo --strip-blobs-with-ids" in done.output
    git("add", "history")
    git("commit", "-qm", "redacted")
    assert holders(history, "geheim") == []
    assert holders(history, "[redacted]") != []
    git("revert", "--no-edit", "HEAD")
    assert contents(history) == before
    assert readiness("verify").exit_code == 0
    assert readiness("gate", "--run", "1.1").output == gate


def git(*arguments: str) -> None:
    """Run git as nobody in particular."""
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "core.autocrlf=false")
    subprocess.run(["git", *who, *arguments], check=True, capture_output=True)


@pytest.mark.parametrize("text", ["hunter2hunter2", SECRET, "Zoë\nß\t€ 😀 \\path"])
def test_what_is_wanted_is_found_in_gzip(text: str) -> None:
    content = gzip.compress(f"<a>{text}</a>".encode())
    found = redact(content, Wanted(text=text))
    assert gzip.decompress(found.content) == b"<a>[redacted]</a>"
