"""The list of all tests in a real browser: made as it scrolls, filtered, sorted, by keyboard, by address."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import OpenPage
from tests.plugin.projects import new_project
from tests.scenario import Run, append, demands

pytestmark = pytest.mark.browser

AREAS = [{"name": "Pay", "tests": ["*test_pay*"], "owner": "payers"}]
MANY = ", ".join(f"many/t{number:03} pass" for number in range(300))
RUNS = (
    f"@linux pay/a pass, old/x pass, old/y fail odd, old/z pass, b pass, {MANY} // @mac b pass",
    f"@linux pay/a fail boom, new/x pass, new/y pass, new/z pass, b flaky, {MANY} // @mac b fail no",
    f"@linux pay/a fail boom, new/x pass, new/y skip, new/z pass, b pass, {MANY} // @mac b pass",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    policy = demands("none: failures = 0", areas=AREAS, product="Shop")
    project = new_project(tmp_path_factory.mktemp("tests") / "project", readiness_yml=policy)
    for day, results in enumerate(RUNS):
        append(project.history, Run(results, f"1.{day}", policy=policy), day)
    project.build()
    return project.site


@pytest.fixture
def tests(site: Path, serve: Callable[[Path], str], page: Callable[..., OpenPage]) -> Callable[..., Page]:
    opened = page()
    address = serve(site)

    def shown(path: str = "tests/") -> Page:
        found = opened.goto(address + path)
        if "tests/" in path:
            found.locator(".rd-row").first.wait_for()
        assert opened.console_errors == []
        assert opened.foreign_requests == []
        return found

    return shown


def names(shown: Page) -> list[str]:
    return shown.locator(".rd-row-name > .rd-test:first-child").all_text_contents()


def test_rows_are_made_as_they_come_into_view(tests: Callable[..., Page]) -> None:
    shown = tests()
    expect(shown.get_by_role("status").first).to_have_text("306 of 306 tests")
    assert 10 < len(names(shown)) < 60
    shown.get_by_role("listbox").focus()
    shown.keyboard.press("End")
    expect(shown.locator("[aria-selected=true]")).to_have_attribute("aria-posinset", "306")
    assert 10 < len(names(shown)) < 60


@pytest.mark.parametrize(
    ("width", "shown_heads"),
    [
        (1280, ["Test", "Runs, oldest to newest", "Outcome now", "Failures", "Time"]),
        (390, ["Test", "Runs, oldest to newest", "Outcome now"]),
    ],
)
def test_the_columns_have_heads_that_stand_above_them(
    width: int, shown_heads: list[str], tests: Callable[..., Page]
) -> None:
    shown = tests()
    shown.set_viewport_size({"width": width, "height": 844})
    heads, row = shown.locator(".rd-columns > *"), shown.locator(".rd-row").first
    assert [one.inner_text() for one in heads.all() if one.is_visible()] == shown_heads
    # Their left edges, and their right ones: a head is the wider, or its cell.
    edges = "all => all.map(one => one.getBoundingClientRect()).map(box => [box.left, box.right])"
    above, below = (found.evaluate_all(edges) for found in (heads, row.locator("> *")))
    for at, end in ((0, 0), (1, 1), (3, 1), (4, 1)):
        assert above[at][end] == pytest.approx(below[at][end], abs=1)


def test_a_row_is_read_with_the_heads_of_its_columns(tests: Callable[..., Page]) -> None:
    shown = tests("tests/#?text=test_new+y")
    heads, row = shown.locator(".rd-columns"), shown.locator(".rd-row[role=option]").first
    expect(row).to_have_accessible_name(
        re.compile(r"^y, linux, tests\.test_new, Outcome now: Skipped, Failures: failed 1 of 2 times$")
    )
    shown.get_by_label("Sort by").select_option("Flaky rate")
    expect(heads).to_contain_text("Flaky rate")
    shown.get_by_label("Show").select_option("Much slower")
    expect(heads).to_contain_text("Much slower")
    shown.get_by_label("Show").select_option("All")
    shown.get_by_label("Sort by").select_option("Name")
    expect(heads).to_contain_text("Failures")


def test_the_list_is_as_high_as_its_rows_and_scrolls_where_they_are_many(tests: Callable[..., Page]) -> None:
    shown = tests()
    rows = shown.locator(".rd-rows")
    heights = "list => [list.clientHeight, list.firstElementChild.clientHeight]"
    many, whole = rows.evaluate(heights)
    assert many < 600 < whole == 306 * 44
    rows.evaluate("list => list.style.setProperty('--rd-count', 9)")
    assert rows.evaluate(heights)[0] == 9 * 44


def test_filters_and_order_stand_in_the_address(tests: Callable[..., Page]) -> None:
    shown = tests()
    shown.get_by_label("Show").select_option("Changed")
    expect(shown.locator(".rd-find [role=status]")).to_have_text("3 of 306 tests")
    assert sorted(names(shown)) == ["b", "b", "y"]
    shown.get_by_label("Sort by").select_option("Failures")
    shown.get_by_role("searchbox", name="Search tests").fill("linux")
    expect(shown).to_have_url(re.compile(r"/tests/#\?text=linux&show=changed&sort=failures$"))
    assert names(shown) == ["y", "b"]
    again = tests("tests/?again#?area=Pay&group=class")
    assert names(again) == ["a"]
    expect(again.locator(".rd-row-head")).to_have_text("tests.test_pay, linux 1")


def test_the_keyboard_opens_and_closes_a_test(tests: Callable[..., Page]) -> None:
    shown = tests("tests/#?text=test_new")
    shown.get_by_role("listbox").focus()
    shown.keyboard.press("ArrowDown")
    shown.keyboard.press("Enter")
    panel = shown.get_by_role("region", name="y")
    expect(panel.get_by_role("heading", name="y", exact=True)).to_be_focused()
    expect(shown).to_have_url(re.compile(r"#\?text=test_new&test=t\.[0-9a-f]{12}$"))
    rows = panel.locator(".rd-segments tbody tr")
    expect(rows).to_have_text([re.compile("1.2.*Skipped"), re.compile("1.1.*Passed"), re.compile("1.0.*Failed")])
    expect(panel.get_by_role("link", name="1.0").first).to_be_visible()
    shown.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(shown.get_by_role("listbox")).to_be_focused()
    expect(shown).to_have_url(re.compile(r"#\?text=test_new$"))


def test_a_report_leads_to_a_test_by_the_name_it_had_then(tests: Callable[..., Page], site: Path) -> None:
    first = min(path.name for path in (site / "reports").iterdir() if path.is_dir())
    report = tests(f"reports/{first}/")
    report.locator("details.rd-trace", has_text="odd").locator("summary").click()
    report.get_by_role("link", name="This test in every run").first.click()
    panel = report.get_by_role("region", name="y")
    expect(panel).to_contain_text("tests.test_new")
    expect(panel).to_contain_text("failed 1 of 2 times")


def test_variants_of_a_test_lead_to_each_other(tests: Callable[..., Page]) -> None:
    shown = tests("tests/#?text=test_app+linux")
    shown.locator(".rd-row").first.click()
    shown.locator(".rd-one").get_by_role("link", name="mac").click()
    expect(shown.locator(".rd-one")).to_contain_text("failed 1 of 3 times")
    expect(shown.locator(".rd-one dd", has_text="mac")).to_be_visible()


def test_of_many_that_failed_in_the_same_runs_the_first_are_named_and_all_counted(
    tests: Callable[..., Page], site: Path
) -> None:
    found = json.loads((site / "tests/data.json").read_text("utf-8"))
    failing = next(at for at, strip in enumerate(found["strips"]) if "f" in strip)
    found["strip"] = [failing] * len(found["strip"])
    shown = tests()
    script = next((site / "assets/readiness").glob("tests.*.js")).read_text("utf-8")
    shown.route("**/data.json", lambda route: route.fulfill(json=found))
    shown.route("**/tests.*.js", lambda route: route.fulfill(body=script.replace("named = 500", "named = 50")))
    shown.reload()
    shown.locator(".rd-row").first.click()
    expect(shown.locator(".rd-together tr")).to_have_count(50)
    expect(shown.get_by_role("heading", name="Failed in the same runs")).to_have_text(re.compile("50 of 305 tests"))


def test_what_cannot_be_loaded_or_found_is_said(tests: Callable[..., Page], site: Path) -> None:
    shown = tests("tests/#t.000000000000")
    expect(shown.locator(".rd-find [role=status]")).to_have_text("This test is in none of these runs.")
    shown.route("**/data.json", lambda route: route.abort())
    shown.reload()
    expect(shown.locator(".rd-explorer")).to_have_text("The list could not be loaded.")
