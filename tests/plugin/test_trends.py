"""The criteria over the runs on the trends page: every state is a mark, a word, and a cell of the table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.plugin.pages import Element, article, table_rows
from tests.plugin.projects import GOOD, READINESS_YML, Failed, Project, new_project

FIRST = """\
criteria:
  - {id: no-failures, title: No test fails, measure: failures, equals: 0}
  - {id: complete, title: All ran, measure: completion, at_least: 100%}
  - {id: old, title: Given up, measure: executed, at_least: 1}
"""
SECOND = """\
criteria:
  - {id: memory, title: Memory stays low, measure: metric.memory, at_most: 300 MB, tier: advisory}
  - {id: no-failures, title: Nothing <b>fails</b>, measure: failures, equals: 0}
  - {id: complete, title: All ran, measure: completion, at_least: 100%}
"""
WAIVER = """\
waivers:
  - criterion: no-failures
    reason: Known and harmless.
    ticket: T-1
    owner: A
    approver: B
    expires: 2025-02-28
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Element:
    project: Project = new_project(tmp_path_factory.mktemp("strip") / "project", readiness_yml=READINESS_YML + FIRST)
    broken = {**GOOD, "core.a::two": Failed()}
    project.archive("1.0.0", "2025-01-10T08:00:00Z", listed=False)
    project.archive("1.1.0", "2025-01-11T08:00:00Z", broken)
    project.write("readiness.yml", READINESS_YML + SECOND + WAIVER)
    project.archive("1.2.0", "2025-01-12T08:00:00Z", broken)
    project.build()
    return article(project.site / "trends" / "index.html")


def test_every_state_is_told_and_marked(page: Element) -> None:
    strip = page.one("table", "rd-cells")
    rows = list(strip.one("tbody").all("tr"))
    assert [row.one("th").words for row in rows] == [
        *("Memory stays low advisory", "Nothing <b>fails</b>", "All ran", "Given up"),
    ]
    expected = [
        ["not a criterion at the time", "not a criterion at the time", "Unproven"],
        ["Met", "Unmet", "Waived"],
        ["Not checked", "Met", "Met"],
        ["Met", "Met", "not a criterion at the time"],
    ]
    assert [[cell.words for cell in row.all("td")] for row in rows] == expected
    marks = [[next(cell.all("i")).attributes["class"] for cell in row.all("td")] for row in rows]
    assert marks[0] == ["rd-c absent", "rd-c absent", "rd-c unproven"]
    assert marks[1] == ["rd-c met", "rd-c unmet", "rd-c waived"]
    assert marks[2][0] == "rd-c unchecked"


def test_the_same_stands_in_a_table_with_the_values(page: Element) -> None:
    figure = next(one for one in page.all("figure") if one.attributes.get("id") == "criteria-strip")
    rows = [[cell.replace("\u00a0", " ") for cell in row] for row in table_rows(list(figure.all("table"))[1])]
    assert rows == [
        ["1.0.0", "not a criterion at the time", "Met: 0", "Not checked", "Met: 3"],
        ["1.1.0", "not a criterion at the time", "Unmet: 1", "Met: 100 %", "Met: 3"],
        ["1.2.0", "Unproven", "Waived: 1", "Met: 100 %", "not a criterion at the time"],
    ]


def test_a_mark_of_each_state_has_a_shape_of_its_own(repo_root: Path) -> None:
    css = (repo_root / "templates" / "assets" / "readiness.css").read_text(encoding="utf-8")
    shapes = dict(re.findall(r"\.rd-c\.(\w+) \{[^}]*--rd-c-shape: (url\([^)]*?%3C/svg%3E\"\))", css))
    assert sorted(shapes) == ["absent", "met", "unchecked", "unmet", "unproven", "waived"]
    assert len(set(shapes.values())) == 6
