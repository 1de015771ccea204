"""The links of a report to those beside it."""

from __future__ import annotations

import html
import shutil
from pathlib import Path

import pytest
from tests.scenario import Again, Run, demands, evidence, story

from readiness.archive import Archive, NewRun, Writer, new_input, replacing
from readiness.assessment import Word, assess
from readiness.render.pages.context import Here, SiteContext
from readiness.render.pages.pages import build_pages
from readiness.render.pages.related import outdated, related
from readiness.render.pages.routes import Routes, report_page
from readiness.report import Reports

GOOD, BAD, WORSE = "a pass, b pass | a b", "a fail boom, b pass | a b", "a fail boom, b fail boom | a b"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """1.0 ready, then two runs of 1.1 and two of 1.2 that are not: the commit of 1.1's first run is tested thrice."""
    root = tmp_path_factory.mktemp("related")
    runs = ((GOOD, "1.0", "c0"), (BAD, "1.1", "c1"), (WORSE, "1.1", "c1"), (BAD, "1.2", "c2"), (WORSE, "1.2", "c1"))
    policy = demands("none: failures = 0")
    story(root, *(Run(results, version, commit, policy=policy) for results, version, commit in runs))
    return Archive(root)


def links(archive: Archive, at: int, version: str | None = None) -> dict[str, list[int | str]]:
    """Relation -> the runs that it leads to, by their place in the archive, or the release."""
    context = SiteContext(archive, Reports(assess(archive, None)), Routes(), version)
    ids = list(archive.runs)
    found = related(Here(context, report_page(ids[at])), context.reports.latest_of(ids[at]))
    place = {f"../{run}/": number for number, run in enumerate(ids)}
    return {relation: [place.get(one.url, one.url) for one in reports] for relation, reports in found}


def test_a_report_leads_to_those_before_and_after_it(archive: Archive) -> None:
    assert links(archive, 0) == {"Release": ["../../releases/1.0/"], "Next": [1]}
    assert links(archive, 1) == {"Release": ["../../releases/1.1/"], "Previous": [0], "Next": [2], "Same commit": [4]}


def test_the_baseline_and_other_runs_of_the_commit_are_named_once(archive: Archive) -> None:
    assert links(archive, 2) == {
        "Release": ["../../releases/1.1/"],
        "Previous": [1],
        "Next": [3],
        "Baseline": [0],
        "Same commit": [4],
    }
    assert links(archive, 4)["Same commit"] == [1, 2]
    assert "Same commit" not in links(archive, 3)


def test_reports_of_one_version_are_named_by_their_run(archive: Archive) -> None:
    context = SiteContext(archive, Reports(assess(archive, None)), Routes())
    ids = list(archive.runs)
    found = dict(related(Here(context, report_page(ids[2])), context.reports.latest_of(ids[2])))
    named = {relation: [one.text for one in reports] for relation, reports in found.items()}
    assert named == {
        "Release": ["1.1"],
        "Previous": [ids[1]],
        "Next": [ids[3]],
        "Baseline": ["1.0"],
        "Same commit": [ids[4]],
    }


def test_on_the_frozen_site_of_a_version_what_follows_is_of_that_version(archive: Archive) -> None:
    assert links(archive, 1, "1.1") == {"Release": ["../../releases/1.1/"], "Previous": [0], "Next": [2]}
    assert links(archive, 2, "1.1") == {"Release": ["../../releases/1.1/"], "Previous": [1], "Baseline": [0]}


def test_links_lead_to_the_latest_judgement(tmp_path: Path) -> None:
    once, twice = (demands("none: failures = 0", product=name) for name in ("x", "y"))
    story(tmp_path, Run(GOOD, "1.0", policy=once), Run(GOOD, "1.1", policy=once), Again(twice, 2))
    archive = Archive(tmp_path)
    first, second = archive.runs
    context = SiteContext(archive, Reports(assess(archive, None)), Routes())
    found = dict(related(Here(context, report_page(first)), context.reports.latest_of(first)))
    assert [one.url for one in found["Next"]] == [f"../{second}/2/"]


@pytest.mark.parametrize("shards", range(4))
def test_a_superseded_run_hides_neither_a_follower_nor_an_open_blocker(shards: int, tmp_path: Path) -> None:
    policy = demands("none: failures = 0")
    story(tmp_path, Run(BAD, "nightly-7", policy=policy), Run(BAD, "nightly-8", policy=policy))
    with Writer(tmp_path) as writer:
        for shard in range(shards):
            (run,) = (run for run in Archive(tmp_path).runs.values() if is_last(Archive(tmp_path), run.id))
            late = new_input(evidence(Run(f"late{shard} pass"))["junit.xml"], "late.xml", source="tests")
            writer.append(replacing(run, NewRun("", run.manifest.started, [late])), policy.encode(), "tests")
    archive = Archive(tmp_path)
    context = SiteContext(archive, Reports(assess(archive, None)), Routes())
    (last,) = (run for run in archive.runs if is_last(archive, run))
    newest = Here(context, report_page(last)).report_url(context.reports.latest_of(last))
    told = {run: outdated(Here(context, report_page(last)), context.reports.latest_of(run)) for run in archive.runs}
    replaced = {run: found.url for run, found in told.items() if found}
    assert replaced == dict.fromkeys(archive.superseded, newest)
    first = next(iter(archive.runs))
    assert [one.run.id for one in context.followers[first]] == [last]
    seen = [seen for seen in context.blockers.values() if seen.blocker.opened.run == first]
    assert {one.report.run.id for one in seen} == {last}


def test_a_banner_leads_past_a_run_that_was_left_out(tmp_path: Path) -> None:
    policy = demands("none: failures = 0")
    (first,) = story(tmp_path, Run(GOOD, "1.0", policy=policy))
    run, late = first.run, []
    with Writer(tmp_path) as writer:
        for shard in range(2):
            more = new_input(evidence(Run(f"late{shard} pass"))["junit.xml"], "late.xml", source="tests")
            run, _ = writer.append(replacing(run, NewRun("", run.manifest.started, [more])), policy.encode(), "tests")
            late.append(run)
    (late[0].folder / "late.xml.gz").write_bytes(b"damaged")
    archive = Archive(tmp_path)
    context = SiteContext(archive, Reports(assess(archive, None, strict=False)), Routes())
    assert late[0].id not in context.reports
    told = outdated(Here(context, report_page(first.run.id)), context.reports.latest_of(first.run.id))
    assert told
    assert told.url == f"../{late[1].id}/"


def is_last(archive: Archive, run: str) -> bool:
    return archive.runs[run].manifest.version == "nightly-8" and run not in archive.superseded


def test_two_runs_that_replaced_one_are_both_told(tmp_path: Path) -> None:
    """Two clones of the archive superseded one run: the pages show the worse, and say that they are two."""
    policy = demands("none: failures = 0")
    (first,) = story(tmp_path / "one", Run(GOOD, "1.0", policy=policy))
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    for clone, results in (("one", "late pass"), ("two", "late fail boom")):
        with Writer(tmp_path / clone) as writer:
            late = new_input(evidence(Run(results))["junit.xml"], "late.xml", source="tests")
            new = replacing(first.run, NewRun("", first.run.manifest.started, [late]))
            writer.append(new, policy.encode(), "tests")
    shutil.copytree(tmp_path / "two", tmp_path / "one", dirs_exist_ok=True)
    archive = Archive(tmp_path / "one")
    context = SiteContext(archive, Reports(assess(archive, None)), Routes())
    pages = {page.path: page.markdown for page in build_pages(context)}
    later = archive.superseded[first.run.id]
    assert len(later) == 2
    assert context.now
    assert context.now.verdict.word is Word.BLOCKED
    for path in ("index.md", "releases/1.0.md"):
        told = html.unescape(pages[path]).replace("<wbr>", "")
        assert "2 runs are tied, and nothing says which is later" in told
        assert all(f"Report of {run}" in told for run in later)
    banner = outdated(Here(context, report_page(first.run.id)), context.reports.latest_of(first.run.id))
    assert banner
    assert (banner.text, context.now.run.id in banner.url) == (
        "Superseded by 2 runs, in no known order",
        True,
    )
    version = SiteContext(archive, context.reports, Routes(), "1.0")
    assert version.now is context.now


def test_nothing_is_said_of_runs_in_order(archive: Archive) -> None:
    context = SiteContext(archive, Reports(assess(archive, None)), Routes())
    assert not any("are tied" in page.markdown for page in build_pages(context))
