"""The site of this repository: every page is there, every link leads somewhere, the numbers are those of the runs."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from decimal import ROUND_DOWN, Decimal
from pathlib import Path

import pytest
from tests.plugin.pages import article, broken_links, load, outcome_counts, table_rows
from tests.plugin.projects import Project

GREEN = {"22.1.0", "22.2.0", "24.1.0"}
"""The releases that the manifest of the real runs calls green."""


def manifests(project: Project) -> list[dict[str, str]]:
    return [json.loads(path.read_bytes()) for path in sorted(project.history.glob("runs/*/*/run.json"))]


def report_of(project: Project, version: str) -> Path:
    (run,) = (manifest["id"] for manifest in manifests(project) if manifest["version"] == version)
    return project.site / "reports" / run / "index.html"


def test_every_page_type_is_built(attrs: Project) -> None:
    runs = manifests(attrs)
    assert len(runs) == 21
    expected = {f"reports/{run['id']}" for run in runs} | {f"releases/{run['version']}" for run in runs}
    expected |= {"reports", "releases", "blockers", "policy", "tests", "trends"}
    written = attrs.folder / "docs"
    pages = {path.relative_to(written).with_suffix("").as_posix() for path in written.rglob("*.md")} - {"index"}
    expected |= {page.removesuffix("/index") for page in pages}

    built = {path.parent.relative_to(attrs.site).as_posix() for path in attrs.site.rglob("index.html")}

    assert expected | {"."} <= built
    blockers = {path for path in built - expected if path.startswith("blockers/B-")}
    assert built == expected | blockers | {"."}
    assert blockers


def test_every_link_and_anchor_leads_somewhere(attrs: Project) -> None:
    assert broken_links(attrs.site) == []


def test_no_page_names_a_file_of_the_machine_that_built_it(attrs: Project) -> None:
    for page in attrs.site.rglob("*.html"):
        assert str(attrs.folder) not in page.read_text(encoding="utf-8"), page


def test_ids_are_unique_within_each_page(attrs: Project) -> None:
    for page in attrs.site.rglob("*.html"):
        ids = [element.attributes["id"] for element in load(page).all() if "id" in element.attributes]
        doubles = {one for one in ids if ids.count(one) > 1}
        assert doubles == set(), page


def real_runs(readme: str) -> dict[str, dict[str, str]]:
    """The table "The runs": release -> column -> cell."""
    table = [line for line in readme.partition("## The runs")[2].splitlines() if line.startswith("|")]
    header, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in table[:23])
    return {row[0]: dict(zip(header, row, strict=True)) for row in rows[1:]}


@pytest.fixture(scope="session")
def manifest_table(shared: Path) -> dict[str, dict[str, str]]:
    found = real_runs((shared / "real-runs" / "README.md").read_text(encoding="utf-8"))
    assert len(found) == 21
    return found


OWED = {"19.2.0": 8, "19.3.0": 8}
"""Tests of files that could not be collected which 19.1.0 had: tests/assessment/test_attrs.py counts them."""


def test_reports_count_what_the_manifest_of_the_runs_counts(
    attrs: Project, manifest_table: dict[str, dict[str, str]]
) -> None:
    for version, row in manifest_table.items():
        counts = outcome_counts(article(report_of(attrs, version)))
        shown = {word: counts.get(word, 0) for word in ("passed", "failed", "skipped")}
        assert shown == {
            "passed": int(row["Passed"]),
            "failed": int(row["Failed"]),
            "skipped": int(row["Skipped (of them xfail)"].split()[0]),
        }, version
        assert counts.get("errors", counts.get("error", 0)) == int(row["Errors"]), version
        assert sum(counts.values()) == int(row["Tests"]) + OWED.get(version, 0), version


def in_seconds(shown: str) -> Decimal:
    """`34.46 s` or `1 min 0.38 s` as a number."""
    minutes, seconds = re.fullmatch(r"(?:(\d+)\smin\s)?([\d.]+)\ss", shown).groups()  # type: ignore[union-attr]
    return 60 * Decimal(minutes or 0) + Decimal(seconds)


def test_reports_show_the_durations_and_coverage_of_the_manifest(
    attrs: Project, manifest_table: dict[str, dict[str, str]]
) -> None:
    for version, row in manifest_table.items():
        page = article(report_of(attrs, version))
        rows = [cells for table in page.all("table") for cells in table_rows(table) if len(cells) in (3, 4)]
        measured = {cells[0].partition("before:")[0]: cells[1] for cells in rows}
        duration, coverage = (
            next(value for name, value in measured.items() if name.startswith(label))
            for label in ("Run duration", "Line coverage")
        )
        assert abs(in_seconds(duration) - Decimal(row["Suite time (s)"])) <= Decimal("0.05"), version
        whole = Decimal(row["Coverage"].removesuffix(" %"))
        # The table has two digits, rounded; pages have one, and do not round up to what was not reached.
        cut = {(whole + off).quantize(Decimal("0.1"), ROUND_DOWN) for off in (Decimal("-0.005"), 0)}
        assert coverage in {f"{value} %" for value in cut}, version


def test_the_reports_index_adds_up_to_the_manifest(attrs: Project, manifest_table: dict[str, dict[str, str]]) -> None:
    rows = table_rows(article(attrs.site / "reports" / "index.html").one("table"))
    assert [re.match(r"\d+\.\d\.0", row[0])[0] for row in rows] == list(reversed(manifest_table))  # type: ignore[index]
    for cells, (version, row) in zip(rows, reversed(manifest_table.items()), strict=True):
        # A bound of zero says nothing.
        assert (cells[5] == "unknown") == (row["Errors"] != "0" and version not in OWED), version
        counts = (cell.replace("unknown", "0").removeprefix("at least ").replace(",", "") for cell in cells[2:6])
        passed, failed, skipped, not_run = map(int, counts)
        assert (passed, failed) == (int(row["Passed"]), int(row["Failed"]) + int(row["Errors"])), version
        assert skipped == int(row["Skipped (of them xfail)"].split()[0]), version
        assert not_run == OWED.get(version, 0), version
        assert int(cells[6].removeprefix("at least ").replace(",", "")) == int(row["Tests"]) + not_run, version
        # Where classes could not be collected, nobody knows how many tests there should have been.
        assert cells[6].startswith("at least ") == (row["Errors"] != "0"), version


def named_tests(page_lists: list[str], title: str) -> list[str]:
    return [entry for entry in page_lists if entry.endswith(title)]


def test_newly_failing_and_fixed_tests_are_those_that_the_manifest_opened_and_closed(
    attrs: Project, manifest_table: dict[str, dict[str, str]]
) -> None:
    for version, row in list(manifest_table.items())[1:]:
        page = article(report_of(attrs, version))
        lists = {}
        folds = list(page.all("details", "rd-more"))
        # A fold in a fold tells of the way from an earlier release.
        inner = {id(within) for fold in folds for within in fold.all("details", "rd-more")}
        for fold in folds:
            if id(fold) in inner:
                continue
            count, _, title = fold.one("summary").words.partition(" ")
            if count.isdigit():
                lists[title] = [name.text for name in fold.all("span", "rd-test")]
        gone = "failed before, no clean result now"
        for word, titles in {"opened": ("newly failing",), "closed": ("fixed", gone)}.items():
            told = re.search(rf"{word} (.+?)(?:;|$)", row["What changed since the release before"])
            names = re.findall(r"`([^`]+)`", told[1]) if told else []
            more = re.search(r"and (\d+) more", told[1]) if told else None
            shown = [name for title in titles for name in lists.get(title, [])]
            assert len(shown) == len(names) + int(more[1] if more else 0), (version, word)
            for name in names:
                assert any(label.endswith(f"::{name}") for label in shown), (version, word, name)


def test_only_the_green_releases_are_called_ready(attrs: Project) -> None:
    for manifest in manifests(attrs):
        verdict = article(report_of(attrs, manifest["version"])).one("p", "rd-word").words
        assert verdict == ("Ready" if manifest["version"] in GREEN else "Not ready Blocked"), manifest["version"]


def test_the_sitemap_dates_each_page_by_its_run(attrs: Project) -> None:
    sitemap = (attrs.site / "sitemap.xml").read_text(encoding="utf-8")
    entries = dict(re.findall(r"<loc>http://127\.0\.0\.1/(.*?)</loc>\s*<lastmod>(.*?)</lastmod>", sitemap))
    finished = {run["id"]: run["finished"][:10] for run in manifests(attrs)}
    newest = max(finished.values())
    today = f"{datetime.now(UTC):%Y-%m-%d}"

    assert {entries[f"reports/{run}/"] for run in finished} == set(finished.values())
    for run, day in finished.items():
        assert entries[f"reports/{run}/"] == day
    for run in manifests(attrs):
        assert entries[f"releases/{run['version']}/"] == finished[run["id"]]
    for page in ("", "reports/", "releases/", "blockers/", "policy/", "trends/"):
        assert entries[page] == newest
    assert today not in entries.values()


def test_the_search_finds_blockers_and_releases_but_no_report(attrs: Project) -> None:
    index = json.loads((attrs.site / "search" / "search_index.json").read_bytes())
    pages = {entry["location"].partition("#")[0] for entry in index["docs"]}
    reports = {page for page in pages if page.startswith("reports/") and page != "reports/"}

    assert reports == set()
    assert {f"releases/{run['version']}/" for run in manifests(attrs)} <= pages
    built = {f"blockers/{path.parent.name}/" for path in attrs.site.glob("blockers/*/index.html")}
    assert built <= pages
    assert not any("hovertemplate" in entry["text"] for entry in index["docs"])


@pytest.mark.parametrize("section", ["reports", "releases", "blockers"])
def test_a_page_hangs_below_its_index_and_is_not_in_the_navigation(attrs: Project, section: str) -> None:
    page = next(path for path in sorted(attrs.site.glob(f"{section}/*/index.html")))
    document = load(page)

    path = [link.attributes["href"] for link in document.one("nav", "md-path").all("a")]
    assert "../" in path
    active = [link.words for link in document.all("a", "md-tabs__link") if link.attributes["href"] == "../"]
    assert active == [section.capitalize()]
    for navigation in load(attrs.site / "index.html").all("nav"):
        for link in navigation.all("a"):
            assert not re.search(rf"{section}/.", link.attributes.get("href", ""))


def test_titles_name_the_page_and_the_site(attrs: Project) -> None:
    titles = {
        "reports/index.html": "Reports - attrs readiness",
        "releases/26.1.0/index.html": "attrs 26.1.0 - attrs readiness",
        "trends/index.html": "Trends - attrs readiness",
    }
    assert {path: load(attrs.site / path).one("title").words for path in titles} == titles
    assert load(attrs.site / "index.html").one("title").words.count("attrs readiness") == 1
    every = [load(page).one("title").words for page in attrs.site.rglob("index.html")]
    assert len(set(every)) == len(every), "two pages share a title"


def test_each_page_has_one_first_heading(attrs: Project) -> None:
    for page in attrs.site.rglob("index.html"):
        assert len(list(article(page).all("h1"))) == 1, page
