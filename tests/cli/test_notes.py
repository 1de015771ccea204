"""`readiness notes` and `readiness link`: what release notes say, and the addresses that they may cite for good."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.hostile.hostile_runs import junit, policy
from tests.scenario import Run, append, readiness

from readiness.render.notes import LIMIT, MARKUPS

SITE = "https://example.org/shop"


@pytest.fixture
def history(tmp_path: Path) -> Path:
    history = tmp_path / "history"
    append(history, Run("a pass, b pass", "1.0"))
    append(history, Run("a pass, b fail boom", "1.1"), 1)
    return history


def notes(history: Path, *options: str) -> str:
    done = readiness("notes", *options, "--history", history)
    assert (done.exit_code, done.stderr) == (0, "")
    assert len(done.stdout.encode()) <= LIMIT
    return done.stdout


def test_markdown_holds_verdict_reason_changes_blockers_and_permanent_links(history: Path) -> None:
    text = notes(history, "1.1", "--site", f"{SITE}/")
    blocker = readiness("link", "1.1", "--site", SITE, "--history", history).stdout.strip()
    assert blocker.startswith(f"{SITE}/1.1/reports/")
    assert f"[The report]({blocker})" in text
    assert f"({SITE}/1.1/releases/1.1/badge.svg)" in text
    assert "1.1: NOT READY: BLOCKED**" in text
    assert "1 of 2 executed tests fails" in text
    assert "**Since 1.0 (READY)**" in text
    assert "- 1 test newly failing: tests.test_app::b" in text
    assert f"]({SITE}/1.1/blockers/B-" in text


@pytest.mark.parametrize("form", MARKUPS)
def test_hostile_and_endless_names_stay_within_two_kilobytes(form: str, tmp_path: Path) -> None:
    history = tmp_path / "history"
    for day, version in enumerate(("1.0", "2.0")):
        files = {"h.xml": junit(version == "2.0").encode()}
        append(history, Run("a pass", version, files=files, policy=policy()), day)
    assert "NOT READY" in notes(history, "1.0", "--format", form, "--site", SITE)


def test_the_address_of_the_site_is_that_of_mkdocs_yml(history: Path) -> None:
    config = history.parent / "mkdocs.yml"
    config.write_text(f"site_url: {SITE}/\nextra: !!python/name:os.system x\nuse_directory_urls: false\n")
    told = readiness("link", "--history", history).stdout
    assert told.startswith(f"{SITE}/1.1/reports/")
    assert told.endswith(".html\n")
    assert readiness("link", "--rolling", "--history", history).stdout.startswith(f"{SITE}/reports/")


def test_without_an_address_notes_link_nowhere_and_link_says_so(history: Path) -> None:
    assert "](" not in notes(history)
    done = readiness("link", "--history", history)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "Set site_url there, or pass it with --site" in done.stderr


def test_a_blocker_that_is_not_there_is_refused(history: Path) -> None:
    done = readiness("link", "B-AAAAAA", "--site", SITE, "--history", history)
    assert done.exit_code == 2
    assert "there is no blocker B-AAAAAA" in done.stderr


def test_a_test_has_a_line_for_each_variant_and_one_that_is_unknown_is_refused(history: Path) -> None:
    told = readiness("link", "tests.test_app::b", "--site", SITE, "--history", history)
    assert told.exit_code == 0, told.stderr
    assert re.fullmatch(rf"{SITE}/1\.1/tests/#t\.[0-9a-f]{{12}}\n", told.stdout)
    done = readiness("link", "t::gone", "--site", SITE, "--history", history)
    assert (done.exit_code, "there is no test 't::gone'" in done.stderr) == (2, True)
