"""A run that was archived by mistake stays, and counts for nothing."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pytest
from tests.notices.conftest import WHY, id_of
from tests.scenario import Run, append, archive_files, contents, junit, readiness, write

from readiness.archive import Archive, Chain, Link, Manifest


def test_it_is_no_release_and_nothing_follows_it(history: Path) -> None:
    typo, before = id_of(history, "13.0"), contents(history)
    done = readiness("withdraw", "13.0", *WHY)
    assert done.exit_code == 0
    assert f"13.0, run {typo} is withdrawn" in done.output
    assert f"Highest release: 13.0, run {typo} -> 1.1, run {id_of(history, '1.1')}" in done.output
    assert "13.0 is no release any more" in done.output
    added = set(contents(history)) - set(before)
    assert {path.partition("/")[0] for path in added} == {"notices"}
    assert contents(history).items() >= before.items()
    assert "BLOCKED" in readiness("gate").output
    asked = readiness("gate", "--run", typo, "--at", "2025-01-04")
    assert asked.exit_code == 3
    assert "NOT READY: withdrawn although READY" in asked.output
    assert "by Ada: a mistake" in asked.output
    assert readiness("gate", "--release", "13.0", "--at", "2025-01-04").exit_code == 3
    assert readiness("gate", "--run", "13.0", "--at", "2025-01-04", "--format", "junit").output.count("<error") == 1
    assert readiness("notes", "13.0").exit_code == 2
    assert [line.split()[-1] for line in readiness("list").output.splitlines() if "13.0" in line] == ["withdrawn"]
    checked = readiness("verify")
    assert checked.exit_code == 0
    assert f"1 run withdrawn on 2026-01-01 by Ada: a mistake ({typo})" in checked.output
    later = append(history, Run("a pass, b pass", version="14.0"), 3)
    assert later.manifest.previous == Link(
        run=id_of(history, "1.1"), judgement=1, sha256=Archive(history).get(id_of(history, "1.1")).judgement_sha256[0]
    )


def test_a_second_time_and_a_dry_run_write_nothing(history: Path) -> None:
    before = contents(history)
    assert "would be withdrawn" in readiness("withdraw", "13.0", *WHY, "--dry-run").output
    assert contents(history) == before
    readiness("withdraw", "13.0", *WHY)
    before = contents(history)
    done = readiness("withdraw", "13.0", "--reason", "again", "--by", "Eve")
    assert (done.exit_code, len(done.output.splitlines())) == (0, 1)
    assert contents(history) == before


def test_nothing_follows_or_supersedes_it_by_name_either(history: Path) -> None:
    readiness("withdraw", "13.0", *WHY)
    (file,) = write(Path("in"), {"junit.xml": junit("c pass")})
    for option in ("--previous", "--supersedes"):
        done = archive_files(history, file, option, id_of(history, "13.0"), version="13.0", started="2025-01-03")
        assert (done.exit_code, len(done.output.splitlines())) == (2, 1)
        assert "was withdrawn" in done.output


def test_an_archive_of_withdrawn_runs_alone(history: Path) -> None:
    for version in ("1.0", "1.1", "13.0"):
        readiness("withdraw", version, *WHY)
    done = readiness("gate")
    assert (done.exit_code, len(done.output.splitlines())) == (2, 1)
    assert "each was withdrawn" in done.output
    assert readiness("verify").exit_code == 0


@pytest.mark.parametrize("missing", ["--reason", "--by"])
def test_why_and_by_whom_must_be_said(missing: str, history: Path) -> None:
    told = {"--reason": "r", "--by": "b"} | {missing: "  "}
    done = readiness("withdraw", "13.0", *(word for pair in told.items() for word in pair))
    assert (done.exit_code, len(done.output.splitlines())) == (2, 1)


def run(number: int, version: str = "1.0", supersedes: int | None = None) -> Manifest:
    """The manifest of a run, as far as its order goes."""
    return Manifest.model_construct(
        id=str(number), version=version, number=number, supersedes=supersedes and str(supersedes), previous=None,
        started=number,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("withdrawn", "standing", "superseded"),
    [
        ("", "4", {"1": ("2",), "2": ("3",)}),
        ("4", "3", {"1": ("2",), "2": ("3",)}),
        ("3 4", "2", {"1": ("2",)}),
        ("2 4", "3", {"1": ("3",), "2": ("3",)}),
        ("2 3 4", "1", {}),
        ("1 4", "3", {"1": ("2",), "2": ("3",)}),
        ("1 2 3 4", "", {}),
    ],
)
def test_what_a_withdrawn_run_replaced_stands_again(
    withdrawn: str, standing: str, superseded: dict[str, tuple[str, ...]]
) -> None:
    """2 supersedes 1, 3 supersedes 2; 4 is a run of its own."""
    runs = [run(1), run(2, supersedes=1), run(3, supersedes=2), run(4)]
    chain = Chain(runs, withdrawn.split())
    assert chain.archived_last() == chain.latest() == chain.latest("1.0") == tuple(standing.split())
    assert dict(chain.superseded) == superseded


def test_what_was_published_of_a_withdrawn_run_alone_says_so_and_no_badge_is_green(history: Path) -> None:
    Path("docs").mkdir()
    config = "site_name: x\ntheme: {name: material, font: false}\nplugins: [readiness]\n"
    Path("mkdocs.yml").write_text(config, encoding="utf-8")
    assert readiness("publish", "--to", "public", "--only", "1.0").exit_code == 0
    for version in ("1.0", "1.1", "13.0"):
        readiness("withdraw", version, *WHY)
    done = readiness("publish", "--to", "public", "--only", "1.0")
    assert done.exit_code == 0, done.output
    assert "Withdrawn" in html.unescape(Path("public/1.0/index.html").read_text(encoding="utf-8"))
    badges = [json.loads(path.read_text(encoding="utf-8"))["message"] for path in Path("public").rglob("badge.json")]
    assert badges == ["no run"] * 3
    assert json.loads(Path("public/readiness.json").read_text(encoding="utf-8"))["now"] is None
