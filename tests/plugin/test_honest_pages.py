"""What pages say where evidence is missing, where criteria share a measure, and where blockers stop nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.plugin.pages import Element, article, table_rows
from tests.plugin.projects import GOOD, READINESS_YML, Failed, Project, Skipped, new_project

CRITERIA = """\
criteria:
  - {id: no-failures, title: No test fails, measure: failures, equals: 0}
  - {id: memory, title: Memory stays low, measure: metric.memory, at_most: 300 MB}
  - {id: less-memory, title: Memory is modest, measure: metric.memory, at_most: 0.2 GB, tier: advisory}
  - {id: some-memory, title: Memory is used, measure: metric.memory, at_least: 100 MB, tier: advisory}
  - {id: workers, title: Three workers, measure: metric.workers, equals: 3, tier: advisory}
"""


def section(page: Element, title: str) -> str:
    """The words from one heading of the second level to the next."""
    _, _, rest = page.words.partition(f" {title}¶")
    return rest.partition("¶")[0]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """One run, without a list of collected tests."""
    project = new_project(tmp_path_factory.mktemp("first") / "project")
    project.archive("1.0.0", "2025-01-10T08:00:00Z", {**GOOD, "core.a::s": Skipped()}, listed=False)
    project.build()
    return project


def report(project: Project, version: str) -> Element:
    return article(project.site / "reports" / project.runs[version] / "index.html")


def test_a_first_run_without_a_list_is_not_checked_anywhere(first: Project) -> None:
    for page in ("", "releases/1.0.0", f"reports/{first.runs['1.0.0']}"):
        shown = article(first.site / page / "index.html")
        assert "not run: not checked" in shown.words
        figures = [
            [part.words for part in figure.children if isinstance(part, Element)]
            for figure in shown.all("div", "rd-fig")
        ]
        assert figures[0] == ["Expected tests", "–", "not checked: first run"]
        assert figures[1] == ["With a result", "–", "4 tests; expected number unknown"]
    for page in ("reports", "releases", "releases/1.0.0"):
        (row,) = table_rows(list(article(first.site / page / "index.html").all("table"))[-1])
        assert row[5:7] == ["not checked", "not checked"]
        assert "not run: not checked, expected: not checked" in row[0]
    for page in ("", "trends"):
        outcomes = article(first.site / page / "index.html").one("figure", "rd-chart")
        assert "1 run. 1 run could not be checked for missing results" in outcomes.one("figcaption").words
        assert table_rows(outcomes.one("table"))[0][-1] == "not checked"
    rates = charts(first)
    rows = [[cell.replace("\u00a0", " ") for cell in row] for row in table_rows(rates["Pass rate"].one("table"))]
    assert rows == [["1.0.0", "100 %", "3 of 3", "43.8 % to 100 %"]]  # 3 / (3 + 1.96²)
    for name in ("Success rate", "Completion"):
        assert table_rows(rates[name].one("table")) == [["1.0.0", "–", "–", "–"]]
        assert "No run proves a value." in rates[name].one("figcaption").words


def test_a_first_run_without_a_list_is_a_gap_with_a_remedy(first: Project) -> None:
    page = report(first, "1.0.0")
    assert "everything expected has a result" not in page.words
    gaps = section(page, "Evidence gaps")
    assert "Not checked" in gaps
    assert "pytest --collect-only -q > collected.txt" in gaps
    assert f"readiness archive collected.txt --supersedes {first.runs['1.0.0']}" in gaps
    assert [row[2:] for row in table_rows(list(page.all("table"))[1])] == [
        ["not checked", "1 skipped"],
        ["not checked", "Passing"],
    ]


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Two runs with several values a metric, and several criteria on one; then one whose blocker is observed."""
    project = new_project(tmp_path_factory.mktemp("measured") / "project", readiness_yml=READINESS_YML + CRITERIA)
    broken = {**GOOD, "core.a::two": Failed()}
    runs = ((broken, [150, 310], [3, 1]), (GOOD, [90, 190], [3, 3]), (broken, [150, 190], [3]), (GOOD, [120], [3]))
    for number, (cases, memory, workers) in enumerate(runs):
        values = [{"name": "memory", "value": value, "unit": "MB"} for value in memory]
        values += [{"name": "workers", "value": value} for value in workers]
        project.write("evidence/metrics.json", json.dumps({"metrics": values}))
        files = ["evidence/metrics.json"]
        project.archive(f"1.{number}.0", f"2025-01-{10 + number}T08:00:00Z", cases, files=files)
    project.build()
    return project


def charts(project: Project) -> dict[str, Element]:
    found = article(project.site / "trends" / "index.html").all("figure", "rd-chart")
    return {title.words: chart for chart in found for title in chart.all("b")}


def test_a_chart_shows_what_its_criteria_judge(measured: Project) -> None:
    shown = charts(measured)
    values = {
        "memory, at most 300 MB": ["310 MB", "190 MB", "190 MB", "120 MB"],
        "memory, at least 100 MB": ["150 MB", "90 MB", "150 MB", "120 MB"],
        "workers": ["1", "3", "3", "3"],
    }
    for title, expected in values.items():
        rows = table_rows(shown[title].one("table"))
        assert [row[1].replace("\u00a0", " ") for row in rows] == expected, title
    assert "exactly 3 (advisory), met by 3 of 4 runs" in shown["workers"].one("figcaption").words


def test_two_criteria_on_one_measure_are_both_shown(measured: Project) -> None:
    caption = charts(measured)["memory, at most 300 MB"].one("figcaption").words.replace("\u00a0", " ")
    assert "at most 300 MB, met by 3 of 4 runs; at most 200 MB (advisory), met by 3 of 4 runs" in caption
    performance = section(report(measured, "1.0.0"), "Performance and resources")
    assert "150 MB to 310 MB" in performance
    assert "2 values" in performance
    for limit in ("≤ 300 MB", "≤ 0.2 GB (advisory)", "≥ 100 MB (advisory)"):
        assert limit in performance


def test_what_was_measured_before_is_a_column_from_the_second_run_on(measured: Project) -> None:
    def heads(version: str) -> list[str]:
        tables = [(one, [head.words for head in one.all("th")]) for one in report(measured, version).all("table")]
        ((table, words),) = [(table, words) for table, words in tables if words[0] == "Measure"]
        assert {len(row) for row in table_rows(table)} == {len(words)}
        return words

    assert heads("1.0.0") == ["Measure", "Value", "Required"]
    assert heads("1.1.0") == ["Measure", "Value", "Before", "Required"]


def test_what_is_only_observed_does_not_stop_a_release(measured: Project) -> None:
    home = article(measured.site / "index.html")
    assert home.one("p", "rd-word").words == "Ready"
    assert "Critical" not in home.words
    assert "1 observing" in section(home, "Open, not blocking this release")
    assert "none blocks the release" in home.words
    for page in (article(measured.site / "releases" / "1.3.0" / "index.html"), report(measured, "1.3.0")):
        assert "No open blocker blocks this release." in section(page, "Next steps")
        assert "1 observing" in section(page, "Open, not blocking this release")


def test_a_blocked_release_names_what_stops_it(measured: Project, tmp_path: Path) -> None:
    project = measured.copy(tmp_path / "project")
    project.archive("1.4.0", "2025-01-20T08:00:00Z", {**GOOD, "edge.b::three": Failed("ValueError: seven")})
    project.build()
    home = article(project.site / "index.html")
    assert "ValueError: seven" in section(home, "Next steps")
    assert "observing" not in section(home, "Next steps")
    assert "1 observing" in section(home, "Open, not blocking this release")
