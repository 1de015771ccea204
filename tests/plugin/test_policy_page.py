"""The policy page: what is demanded, how it stands, when it changed. What it must say is typed from the YAML here."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from tests.plugin.pages import Element, article, broken_links, load, rows_of, sections
from tests.plugin.projects import GOOD, READINESS_YML, Failed, Project, new_project

FIRST = """\
product: Shop
areas:
  - {name: Core, tests: ["core.*"], owner: Ann, critical: true}
  - {name: Empty, tests: ["nowhere.*", "no?where*"]}
variants: {required: [linux]}
vanished_allowed: 0%
waiver_cap: 60 d
retired:
  - {tests: ["till.*"], reason: The old till is gone., by: sam, date: 2025-01-02}
criteria:
  - {id: no-failures, title: No test fails, measure: failures, equals: 0, max_age: 7 d}
  - id: core-rate
    title: The core passes
    measure: pass_rate
    at_least: 95%
    where: {area: Core}
    min_evidence: 2
  - {id: memory, title: Memory is bounded, measure: metric.peak_rss, at_most: 300 MB, tier: advisory}
categories:
  - title: Card is refused
    message: refused by (bank|shop)
    severity: critical
    risk: Nobody can pay.
    fix: Ask the bank.
    effort: {min: 1, max: 2}
checklist:
  - group: Product
    items:
      - {id: core, title: The core works, tests: ["core.*"]}
      - {id: none, title: Nothing fails, criterion: no-failures}
      - {id: heap, title: The heap is small, metric: {name: heap, at_most: 3 MB}, blocking: false}
  - group: Day of the release
    items:
      - {id: backup, title: The backup was restored, owner: sam}
plan:
  streams: 2
  phases: [{name: Validation, min: 2, max: 3}]
  working_days: [mon, tue]
  holidays: [2025-12-25]
"""

SECOND = FIRST.replace("at_least: 95%", "at_least: 50%").replace(
    "owner: sam}", 'owner: sam, signoff: {by: kim, date: 2025-01-10, expires: 2025-02-28, note: "on the spare host"}}'
) + (
    """\
waivers:
  - test: core.a::two
    reason: Refused cards are handled by hand.
    ticket: SHOP-91
    owner: kim
    approver: lee
    expires: 2025-02-20
"""
)

BROKEN = {**GOOD, "core.a::two": Failed("ValueError: refused by bank")}


def digest(policy: str) -> str:
    return hashlib.sha256(policy.encode()).hexdigest()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Judged by FIRST on 10 January 2025, judged again by SECOND on the twelfth."""
    project = new_project(tmp_path_factory.mktemp("policy") / "shop", readiness_yml=FIRST)
    project.archive("1.0.0", "2025-01-10T08:00:00Z", BROKEN)
    project.write("readiness.yml", SECOND)
    code, printed = project.run("readiness", "judge", "--at", "2025-01-12T09:00:00Z")
    assert code in (0, 1, 3), printed
    project.build()
    return project


@pytest.fixture(scope="module")
def page(shop: Project) -> Element:
    return article(shop.site / "policy" / "index.html")


def changes_of(page: Element) -> list[list[str]]:
    """(when, and by which policy; what changed) of each change, the latest first."""
    entries = sections(page)["Policy changes"].one("ul").all("li")
    return [[part.words for part in entry.children if isinstance(part, Element)] for entry in entries]


def test_the_first_screen_says_what_it_is(page: Element, shop: Project) -> None:
    assert page.one("h1").words.startswith("Policy")
    lead = page.one("p", "rd-lead")
    assert lead.words == (f"What Shop requires for a release, and where 1.0.0 stands. Policy {digest(SECOND)[:8]}.")
    assert lead.one("a").attributes["href"] == f"../reports/{shop.runs['1.0.0']}/2/"
    figures = {one.one("dt").words: [part.words for part in one.all("dd")] for one in page.all(css="rd-fig")}
    assert figures == {
        "Blocking criteria": ["2", "1 met"],
        "Advisory criteria": ["1", "never block"],
        "Blocking items": ["3", "1 done"],
        "Waivers in force": ["1", "the first expires on 20 February 2025"],
        "Areas": ["2", "1 critical"],
        "Changes": ["1", "since 1.0.0"],
    }


def test_every_criterion_stands_with_its_limit_in_words_and_how_it_is_now(page: Element) -> None:
    assert rows_of(page, "Criteria") == [
        [
            "No test fails failures, from a run at most 7 d old no-failures now 1; 0 with 1 waived",
            "exactly 0",
            "1; 0 with 1 waived",
            "Waived",
        ],
        [
            "The core passes pass rate, area Core, from at least 2 values core-rate now 50 %; 100 % with 1 waived",
            "at least 50 %",
            "50 %; 100 % with 1 waived",
            "Met",
        ],
    ]
    assert rows_of(page, "Advisory criteria") == [
        ["Memory is bounded metric peak_rss memory now –", "at most 300 MB", "–", "Unproven"],
    ]


def test_every_item_stands_with_what_proves_it(page: Element) -> None:
    product = {row[0].partition(" Done when ")[0]: row[1:] for row in rows_of(page, "Product")}
    assert product == {
        "The core works not done; 1 of 2 tests fails": ["every test of core.* passes", "Waived"],
        "Nothing fails not done; 1, required 0": ["the criterion “No test fails” is met", "Waived"],
        "The heap is small no metric heap was archived; does not block": [
            "the metric heap is at most 3 MB",
            "Unproven",
        ],
    }
    ((title, proof, state),) = rows_of(page, "Day of the release")
    assert title.startswith(
        "The backup was restored signed off by kim on 10 January 2025, until 28 February 2025; on the spare host; "
        "owner sam"
    )
    assert (proof, state) == ("it is signed off", "Done")


def test_waivers_name_until_when_who_and_where(page: Element) -> None:
    section = sections(page)["Waivers"]
    assert "A waiver may last at most 60 days." in section.words
    assert "Without waivers: NOT READY: BLOCKED." in section.words
    ((what, by, until, state),) = rows_of(page, "Waivers")
    assert what.startswith("core.a::two Refused cards are handled by hand. test: 1 result; since 10 January 2025")
    assert (by, until, state) == ("kim, approved by leeSHOP-91", "20 February 2025", "In force")


def test_areas_count_the_tests_that_fall_in_them(page: Element) -> None:
    assert rows_of(page, "Areas") == [
        ["Core critical, owner Ann core.*", "2"],
        ["Empty nowhere.*, no?where*", "0"],
        ["Unassigned tests that match no pattern", "1"],
    ]


def test_what_else_the_policy_says(page: Element) -> None:
    facts = {one.one("dt").words: one.one("dd").words for one in page.one("dl", "rd-facts").all("div")}
    assert facts == {
        "Required variants": "linux (no result in the latest run)",
        "Tests allowed to vanish": "none",
    }
    assert rows_of(page, "Retired tests") == [["till.* The old till is gone.", "sam, 2025-01-02"]]
    own, *built_in = rows_of(page, "Kinds of failure")
    assert own == [
        "Card is refused Nobody can pay. Ask the bank. 1 to 2 working days. message refused by (bank|shop)",
        "Critical",
    ]
    folded = sections(page)["Kinds of failure"].one("details")
    assert folded.one("summary").words == f"{len(built_in)} built-in kinds, tried after these"
    assert len(built_in) > 10
    assert {one.one("dt").words: one.one("dd").words for one in sections(page)["Plan"].one("dl").all("div")} == {
        "Fixes in parallel": "2",
        "Afterwards": "Validation: 2 to 3 working days",
        "Working days": "Monday, Tuesday",
        "Holidays": "2025-12-25",
    }


def test_when_it_changed_and_how(page: Element, shop: Project) -> None:
    changed, first = changes_of(page)
    assert changed[0] == f"12 January 2025 1.0.0, judgement 2 {digest(SECOND)[:8]}"
    assert changed[1] == (
        "“The core passes” requires pass_rate at least 50 % in the area Core from at least 2 values, blocking; before: "
        "pass_rate at least 95 % in the area Core from at least 2 values, blocking. "
        "“The backup was restored” is signed off by kim on 10 January 2025, until 28 February 2025. "
        "Waived until 20 February 2025: the test core.a::two (Refused cards are handled by hand.; owner kim, approved "
        "by lee, SHOP-91)."
    )
    assert first == [
        f"10 January 2025 1.0.0 {digest(FIRST)[:8]}",
        "The first policy on this release line: 3 criteria, 2 areas, 4 items on the checklist.",
    ]
    links = [one.attributes["href"] for one in sections(page)["Policy changes"].all("a")]
    run = shop.runs["1.0.0"]
    assert links == [f"../reports/{run}/2/", f"../reports/{run}/"]


def test_the_files_are_named_and_are_there(page: Element, shop: Project) -> None:
    rows = rows_of(page, "Policy files")
    assert [(row[0].split()[0], row[0].split()[-1], row[1]) for row in rows] == [
        ("In", f"history/policies/{digest(SECOND)}.yml", "1"),
        ("Replaced", f"history/policies/{digest(FIRST)}.yml", "1"),
    ]
    for row in rows:
        assert (shop.folder / row[0].split()[-1]).is_file()


def test_reports_lead_to_it_and_to_the_policy_they_were_judged_by(shop: Project) -> None:
    assert broken_links(shop.site, "/readiness/") == []
    run = shop.runs["1.0.0"]
    for address, up, policy in ((run, "../../", FIRST), (f"{run}/2", "../../../", SECOND)):
        report = article(shop.site / "reports" / address / "index.html")
        links = [one.attributes["href"] for one in report.all("a")]
        anchor = f"{up}policy/#policy.{digest(policy)[:12]}"
        assert links.count(anchor) == 1
        assert f"{up}policy/" in links
    assert f"{up}policy/#policy.waivers" in links


def test_search_and_navigation_lead_to_it(shop: Project) -> None:
    index = json.loads((shop.site / "search" / "search_index.json").read_bytes())
    found = {one["location"]: one["text"] for one in index["docs"]}
    assert "What Shop requires" in found["policy/"]
    assert "Refused cards" in found["policy/#waivers"]
    home = load(shop.site / "index.html")
    assert "policy/" in [one.attributes.get("href") for one in home.one("nav", "md-nav--primary").all("a")]


def test_the_default_policy_says_so_and_how_to_write_one(tmp_path: Path) -> None:
    project = new_project(tmp_path / "plain", readiness_yml=None)
    project.archive("1.0.0", "2025-01-10T08:00:00Z")
    project.write("readiness.yml", READINESS_YML)
    project.archive("1.1.0", "2025-01-11T08:00:00Z")
    (project.folder / "readiness.yml").unlink()
    project.archive("1.2.0", "2025-01-12T08:00:00Z")
    project.build()
    page = article(project.site / "policy" / "index.html")
    assert "There is no readiness.yml, so the default policy applies" in page.one(css="rd-banner").words
    assert "readiness policy default > readiness.yml" in page.one("pre").words
    assert [row[0].partition(" now ")[0].rpartition(" ")[0] for row in rows_of(page, "Criteria")] == [
        "No test fails failures",
        "Every expected test has a result completion",
        "All evidence was read evidence loss",
    ]
    assert sections(page)["Areas"].words == "No areas are defined, so each test module is one: 2 test modules in 1.2.0."
    assert "No waivers." in sections(page)["Waivers"].words
    back, own, first = changes_of(page)
    assert back[1].startswith("The default policy applies again. The product is now called nothing; before: Product.")
    assert own[1].startswith("The product now has its own policy. The product is now called Product; before: nothing.")
    assert first[1].startswith("The default policy on this release line: 3 criteria, 0 areas.")


def test_without_a_run_nothing_is_known(tmp_path: Path) -> None:
    project = new_project(tmp_path / "empty")
    project.build()
    page = article(project.site / "policy" / "index.html")
    assert page.words.startswith("Policy")
    assert "No run has been archived yet, so nothing is known." in page.words
    assert list(page.all("table")) == []


def test_a_published_version_has_the_policy_of_its_own_latest_judgement(shop: Project, tmp_path: Path) -> None:
    project = shop.copy(tmp_path / "shop")
    project.publish()
    first = project.folder / "public" / "1.0.0" / "policy" / "index.html"
    before = article(first).words
    assert digest(SECOND)[:8] in before
    project.write("readiness.yml", READINESS_YML)
    project.archive("2.0.0", "2025-03-01T08:00:00Z")
    project.publish()
    assert article(first).words == before
    second = article(project.folder / "public" / "2.0.0" / "policy" / "index.html")
    assert "What Product requires" in second.words
    assert [row[0].split()[-1] for row in changes_of(second)] == [
        digest(text)[:8] for text in (READINESS_YML, SECOND, FIRST)
    ]
    assert [link for link in broken_links(project.folder / "public") if "404.html:" not in link] == []
    code, printed = project.run("readiness", "judge", shop.runs["1.0.0"], "--at", "2025-03-02T08:00:00Z")
    assert code in (0, 1, 3), printed
    project.publish()
    assert "What Product requires" in article(first).words


def test_a_policy_of_another_line_of_releases_is_named_too(tmp_path: Path) -> None:
    """1.3.5 follows 1.3.4, not 1.4.0: its policy is on no chain that leads to "now", but its report links to it."""
    project = new_project(tmp_path / "lines")
    project.archive("1.3.4", "2025-01-10T08:00:00Z")
    project.archive("1.4.0", "2025-01-11T08:00:00Z")
    project.write("readiness.yml", FIRST)
    project.archive("1.3.5", "2025-01-12T08:00:00Z", allowed=(0,))
    project.build()
    page = article(project.site / "policy" / "index.html")
    assert len(changes_of(page)) == 1
    files = rows_of(page, "Policy files")
    assert [row[0].split()[-1] for row in files] == [
        f"history/policies/{digest(text)}.yml" for text in (READINESS_YML, FIRST)
    ]
    assert broken_links(project.site, "/readiness/") == []


@pytest.mark.parametrize("directory_urls", [True, False])
def test_a_hand_written_page_of_the_same_address_gives_way_with_a_warning(directory_urls: bool, tmp_path: Path) -> None:
    """docs/policy.md would be written to policy/index.html, as the generated page is."""
    project = new_project(tmp_path / "own")
    project.archive("1.0.0", "2025-01-10T08:00:00Z")
    project.write("docs/policy.md", "# Ours\n")
    project.configure("plugins:", f"use_directory_urls: {str(directory_urls).lower()}\nplugins:")
    code, printed = project.run("mkdocs", "build")
    assert code == 0, printed
    there = project.site / "policy" / "index.html"
    assert "What Product requires" in article(there).words
    assert ("policy.md" in printed) == directory_urls
    if not directory_urls:
        assert article(project.site / "policy.html").one("h1").words.startswith("Ours")
