"""Old evidence goes, the reports stay: what is judged and shown afterwards is what it was, to the byte."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.notices.conftest import WHY, id_of
from tests.notices.test_redact import git
from tests.scenario import Run, append, archive_files, contents, junit, readiness, write
from tests.tries import NIGHTLY

from readiness.archive import Archive, verify
from readiness.assessment import assess
from readiness.errors import ArchiveError
from readiness.report import Reports, written
from readiness.results import KeptTexts, kept_bytes, load_results
from readiness.results.kept import kept_results


def reports(history: Path, cache: Path | None = None) -> dict[str, str]:
    """Every report as JSON."""
    archive = Archive(history)
    made = Reports(assess(archive, cache))
    return {f"{run} {one.judgement.number}": written(one) for run in archive.runs for one in made.judgements_of(run)}


@pytest.fixture(scope="module")
def attrs(repo_root: Path) -> dict[str, str]:
    """The reports of the committed archive, whose evidence is all there."""
    return reports(repo_root / "history")


@pytest.mark.skipif(not NIGHTLY, reason="takes minutes; every night")
@pytest.mark.parametrize("kept", range(1, 21))
def test_reports_and_gates_at_every_cut(kept: int, attrs: dict[str, str], repo_root: Path, tmp_path: Path) -> None:
    history = shutil.copytree(repo_root / "history", tmp_path / "history")
    gate = readiness("gate", "--format", "json").output
    assert readiness("prune", "--keep-runs", kept, *WHY).exit_code == 0
    assert sum(1 for run in Archive(history).runs.values() if run.is_pruned) == 21 - kept
    assert reports(history) == attrs
    shutil.rmtree(tmp_path / ".cache")
    assert readiness("gate", "--format", "json").output == gate
    assert readiness("verify").exit_code == 0


def test_every_run_reads_back_as_it_was(repo_root: Path) -> None:
    for run in [*Archive(repo_root / "history").runs.values()][:: 1 if NIGHTLY else 5]:
        results = load_results(run, None)
        back = kept_results(run, kept_bytes(run, results))
        assert back.table.rows() == results.table.rows()
        assert back.table.schema == results.table.schema
        assert {**vars(back), "table": None} == {**vars(results), "table": None}


def test_a_report_that_was_kept_is_read_after_its_run_was_pruned(history: Path, tmp_path: Path) -> None:
    append(history, Run("a pass, b pass", version="1.1"), 400)

    def texts() -> list[str]:
        archive, keep = Archive(history), KeptTexts(tmp_path / "texts")
        made = Reports(assess(archive, None), archive, keep)
        return [written(made.latest_of(run)) for run in archive.runs]

    before = texts()
    assert readiness("prune", "--keep-runs", "1", *WHY).exit_code == 0
    assert texts() == before


def test_a_kept_report_that_cannot_be_read_is_made_again(history: Path, tmp_path: Path) -> None:
    class Broken(KeptTexts):
        def text(self, name: str) -> str | None:
            return super().text(name) and '{"product": "\\ud800"}'

    archive = Archive(history)
    for keep in (KeptTexts(tmp_path / "texts"), Broken(tmp_path / "texts")):
        made = Reports(assess(archive, None), archive, keep)
        assert [made.latest_of(run).run.id for run in archive.runs] == [*archive.runs]


def test_what_is_pruned_while_it_is_read_is_told(history: Path) -> None:
    run = next(iter(Archive(history).runs.values()))
    append(history, Run("a pass, b pass", version="1.1"), 400)
    assert readiness("prune", "--keep-runs", "1", *WHY).exit_code == 0
    with pytest.raises(ArchiveError, match=r"was pruned meanwhile\. Call the command again"):
        run.contents()


def test_what_is_kept_is_chosen(history: Path) -> None:
    append(history, Run("a pass, b pass", version="1.1"), 400)
    append(history, Run("a pass, b pass", version="14.0"), 401)
    for options, pruned in (
        (["--keep", "2d"], ["1.0", "1.1", "13.0"]),
        (["--keep-runs", "2"], ["1.0", "1.1", "13.0"]),
        (["--keep-releases"], ["1.1"]),
        (["--keep-releases", "--keep", "9000d"], []),
        (["--keep", "1d", "--at", "2026-10-01"], ["1.0", "1.1", "13.0", "1.1"]),
    ):
        done = readiness("prune", *WHY[:4], "--at", "2026-02-06", *options, "--dry-run")
        assert [line.partition(",")[0] for line in done.output.splitlines() if ", run " in line] == pruned, options
    assert not (history / "notices").exists()


@pytest.mark.parametrize(
    "options", [[], ["--keep", "400"], ["--keep", "-4d"], ["--keep", "999999d"], ["--keep-runs", "0"]]
)
def test_what_cannot_be_kept_by(options: list[str], history: Path) -> None:
    done = readiness("prune", *WHY, *options)
    assert (done.exit_code, len(done.output.splitlines())) == (2, 1)


def test_later_runs_judgements_and_git(history: Path) -> None:
    """A pruned archive goes on as the whole one does, and git brings the evidence back."""
    git("init", "-q")
    git("add", "history")
    git("commit", "-qm", "archived")
    whole = shutil.copytree(history, Path("whole/history"))
    assert readiness("prune", "--keep-runs", "1", *WHY).exit_code == 0
    pruned = contents(history)
    assert "2 runs pruned" in readiness("verify").output
    assert "Nothing to prune" in readiness("prune", "--keep-runs", "1", *WHY).output
    for root in (history, whole):
        append(root, Run("a pass, b fail boom", version="13.1"), 5)
        readiness(
            "judge",
            id_of(root, "1.1"),
            "--at",
            "2025-06-01",
            "--policy",
            *write(root.parent, {"p.yml": b"{}"}),
            "--history",
            root,
        )
    assert reports(history) == reports(whole)
    assert reports(history, Path("cache")) == reports(whole, Path("cache"))
    assert [error for _, found in verify(Archive(history)) for error in found] == []
    assert contents(history).items() >= pruned.items()
    git("checkout", "--", "history")
    shutil.rmtree(history / "notices")
    assert readiness("verify").exit_code == 1  # the checkpoints are left
    shutil.rmtree(history / "checkpoints")
    assert readiness("verify").exit_code == 0
    assert reports(history) == reports(whole)


def test_what_needs_the_evidence_says_so(history: Path) -> None:
    readiness("prune", "--keep-runs", "1", *WHY)
    (file,) = write(Path("in"), {"late.xml": junit("c pass")})
    done = archive_files(history, file, "--supersedes", id_of(history, "1.0"), version="1.0")
    assert (done.exit_code, len(done.output.splitlines())) == (2, 1)
    assert "was pruned" in done.output
    assert readiness("explain", "tests.test_app::b").exit_code == 0
    assert readiness("export", "--to", "out").exit_code == 0
    checkpoint = next((history / "checkpoints").iterdir())
    checkpoint.write_bytes(checkpoint.read_bytes()[:-9])
    for command in ("verify", "gate"):
        assert readiness(command).exit_code in (1, 2)
