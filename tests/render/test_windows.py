"""Where to look, on the page of a blocker: linked runs, commits, and what was changed in between."""

from __future__ import annotations

import html
from dataclasses import replace
from pathlib import Path

from tests.scenario import Run, demands, story

from readiness.archive import Archive
from readiness.assessment import assess
from readiness.render.pages.context import SiteContext
from readiness.render.pages.pages import build_pages
from readiness.render.pages.routes import Routes
from readiness.report import Reports

A, B, C = ("a1" * 20, "b2" * 20, "c3" * 20)


def part(root: Path) -> str:
    """The part of the only blocker's page."""
    site = SiteContext(Archive(root), Reports(assess(Archive(root))), Routes())
    (page,) = (one.markdown for one in build_pages(site) if one.path.startswith("blockers/B-"))
    return html.unescape(page).split("## Where to look", 1)[1].split("\n## ", 1)[0]


def test_runs_commits_and_the_policy_between_are_told(tmp_path: Path) -> None:
    policies = demands("none: failures = 0"), demands("few: failures <= 3; tier advisory")
    runs = (("a pass", "1.0", A, policies[0]), ("a skip busy", "1.1", B, policies[0]))
    steps = (Run(results, version, commit, policy=policy) for results, version, commit, policy in runs)
    story(tmp_path / "history", *steps, Run("a fail boom", "1.1", C, policy=policies[1]))
    told = part(tmp_path / "history")
    assert f"{A[:10]}..{C[:10]}" in told
    assert f"git bisect start {C[:10]} {A[:10]}" in told
    assert f"{B[:10]} (1.1)" in told
    assert "2 January 2025" in told  # the run between is of the version of the failure
    assert "Policy" in told


def test_a_commit_that_is_no_hash_is_no_command(tmp_path: Path) -> None:
    hostile = "x; rm -rf ~ `id` <b>"
    steps = Run("a pass", "1.0", A), Run("a fail boom", "1.1", hostile)
    story(tmp_path / "history", *steps)
    told = part(tmp_path / "history")
    assert "git bisect" not in told
    assert f"{A[:10]}..{hostile}" in told


def test_of_one_commit_in_both_runs_it_says_so(tmp_path: Path) -> None:
    story(tmp_path / "history", Run("a pass", "1.0", A), Run("a fail boom", "1.1", A))
    assert "the same commit in both runs" in part(tmp_path / "history")


def test_a_first_failure_without_a_pass_before_says_so(tmp_path: Path) -> None:
    story(tmp_path / "history", Run("a pass", "1.0", A), Run("a pass, b fail boom", "1.1", B))
    assert "never passed in the 1 run before 1.1" in part(tmp_path / "history")


def test_of_a_limit_it_says_between_which_runs_it_was_missed_and_that_the_policy_moved_it(tmp_path: Path) -> None:
    policies = (demands(f"memory: metric.rss <= {limit} MB") for limit in (20, 10))
    runs = (Run("a pass", "1.0", A), Run("a pass", "1.1", B))
    steps = (
        replace(run, policy=policy, metrics={"rss": rss})
        for run, policy, rss in zip(runs, policies, ("9 MB", "11 MB"), strict=True)
    )
    story(tmp_path / "history", *steps)
    told = part(tmp_path / "history")
    assert "Last met" in told
    assert "First missed" in told
    assert f"git bisect start {B[:10]} {A[:10]}" in told
    assert "20 MB" in told.split("Policy", 1)[1]


def test_of_a_gap_it_says_which_run_had_last_what_is_missing(tmp_path: Path) -> None:
    story(tmp_path / "history", Run("shop/a pass, b pass", "1.0", A), Run("b pass", "1.1", B))
    told = part(tmp_path / "history")
    assert "<dt>Last present</dt><dd><a href=" in told
    assert "<dt>First missing</dt><dd><a href=" in told
    assert "Last met" not in told
