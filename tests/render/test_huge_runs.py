"""Runs with thousands of failures: a page of each that can be read, small enough, and nothing lost from its counts."""

from __future__ import annotations

import base64
import gzip
import html
import random
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.plugin.projects import new_project
from tests.scenario import FIRST_DAY

from readiness.archive import Archive, NewRun, Writer, new_input
from readiness.assessment import assess
from readiness.model import DEFAULT_SOURCE
from readiness.policy import default_text
from readiness.render.pages.context import SiteContext
from readiness.render.pages.pages import build_pages
from readiness.render.pages.routes import Routes
from readiness.render.pages.truncated import fair_limit, first, worst
from readiness.report import Reports

LIMIT = 150_000
"""Bytes that a page may transfer, packed."""

AROUND = 15_000
"""Bytes that header, navigation and table of contents add, packed: measured on this repository's own site, doubled."""

RANDOM = random.Random(7)


def word(number: int) -> str:
    """A word for each number, without a digit: digits are masked in a cause."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def pages_of(folder: Path, cases: list[str]) -> dict[str, str]:
    content = f"<testsuite name='s'>{''.join(cases)}</testsuite>".encode()
    with Writer(folder) as writer:
        inputs = [new_input(content, "junit.xml", source=DEFAULT_SOURCE)]
        writer.append(NewRun("1.0", FIRST_DAY, inputs), default_text(), "tests")
    archive = Archive(folder)
    context = SiteContext(archive, Reports(assess(archive, None)), Routes())
    return {page.path: page.markdown for page in build_pages(context)}


def failing(number: int, cause: str, trace: str, module: str = "a") -> str:
    case = f"classname='pkg.test_{module}' name='case {number}'"
    return f"<testcase {case}><failure message={quoteattr(f'ValueError: {cause}')}>{trace}</failure></testcase>"


def trace_of(length: int) -> str:
    """Text that hardly packs: no page of real traces is larger."""
    return base64.b64encode(RANDOM.randbytes(length)).decode()[:length]


def text_of(markdown: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markdown)).split())


def skipped(number: int) -> str:
    return f"<testcase classname='s' name='s{number}'><skipped message='reason {number}'/></testcase>"


def many_causes() -> list[str]:
    """3,000 failures of 300 causes: ten tests each, in this order a a a … b b b …"""
    causes = [number // 10 for number in range(3000)]
    return [failing(at, f"cause {word(one)}", trace_of(2000), word(one % 7)) for at, one in enumerate(causes)]


RUNS: dict[str, Callable[[], list[str]]] = {
    "one cause": lambda: [failing(number, "the one cause", trace_of(2000)) for number in range(3000)],
    "many causes": many_causes,
    "many reasons to skip": lambda: [failing(0, "x", "y"), *map(skipped, range(3000))],
    "many files of tests": lambda: [
        f"<testcase classname='tests.test_{word(number)}' name='t'><failure message='ValueError: x'/></testcase>"
        for number in range(400)
    ],
    "many metrics": lambda: [
        f"<testcase classname='s' name='t'><properties>{''.join(metrics)}</properties></testcase>"
        for metrics in [[f"<property name='m{number}' value='{number}'/>" for number in range(3000)]]
    ],
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    return {name: pages_of(tmp_path_factory.mktemp("huge"), cases()) for name, cases in RUNS.items()}


@pytest.mark.parametrize("name", RUNS)
def test_no_report_release_or_blocker_transfers_more_than_it_may(name: str, built: dict[str, dict[str, str]]) -> None:
    for path, markdown in built[name].items():
        if path.startswith(("reports/2", "releases/1", "blockers/B-", "index.md")):
            assert len(gzip.compress(markdown.encode())) + AROUND < LIMIT, path


def test_the_built_pages_of_a_huge_run_transfer_less_than_they_may(tmp_path: Path) -> None:
    project = new_project(tmp_path / "huge", readiness_yml=None)
    cases = [failing(at, f"cause {word(at % 60)}", trace_of(500), word(at % 7)) for at in range(3000)]
    project.write("evidence/junit.xml", f"<testsuite name='s'>{''.join(cases)}</testsuite>")
    code, printed = project.run(
        "readiness", "archive", "evidence/junit.xml", "--version", "1.0", "--started", "2025-01-01T00:00:00Z"
    )
    assert code == 0, printed
    project.build()

    sizes = {path: len(gzip.compress(path.read_bytes())) for path in project.site.rglob("*.html")}
    assert len(sizes) > 60
    assert {path: size for path, size in sizes.items() if size >= LIMIT} == {}
    (page,) = project.site.glob("reports/2*/index.html")
    assert "3,000 failed" in text_of(page.read_text(encoding="utf-8"))
    assert sizes[page] > LIMIT / 3, "it is the page of a huge run"


def report(pages: dict[str, str]) -> str:
    (found,) = (markdown for path, markdown in pages.items() if path.startswith("reports/2"))
    return found


@pytest.mark.parametrize("name", ["one cause", "many causes"])
def test_a_report_counts_all_failures_and_says_how_many_it_does_not_show(
    name: str, built: dict[str, dict[str, str]]
) -> None:
    page = report(built[name])
    text = text_of(page)

    assert "3,000 failed" in text
    shown = page.count('class="rd-more rd-trace"')
    assert shown == 200
    steps = text.partition("Next steps")[2].partition("Criteria")[0]
    left = re.findall(r"and ([\d,]+) more in the evidence", steps)
    # Of 300 causes the report tells the first 100, with ten tests each.
    assert shown + sum(int(count.replace(",", "")) for count in left) == {"one cause": 3000, "many causes": 1000}[name]


def test_of_many_causes_each_shows_as_many_failures_as_another(built: dict[str, dict[str, str]]) -> None:
    causes = re.findall(r"ValueError&#x3a; (cause \w+)</span></summary>", report(built["many causes"]))
    assert sorted(Counter(causes).values()) == [2] * 100


def test_of_many_blockers_the_report_names_the_worst_and_leads_to_the_register(
    built: dict[str, dict[str, str]],
) -> None:
    page = report(built["many causes"])
    text = text_of(page)

    assert "and 200 more in the register" in text.partition("Next steps")[2]
    assert '<a href="../../blockers/">and 200 more in the register</a>' in html.unescape(page)
    register = built["many causes"]["blockers/index.md"]
    assert len(set(re.findall(r'href="(B-\w+)/"', html.unescape(register)))) == 300


def test_a_blocker_of_thousands_of_tests_counts_them_all(built: dict[str, dict[str, str]]) -> None:
    (page,) = (markdown for path, markdown in built["one cause"].items() if path.startswith("blockers/B-"))
    text = text_of(page)

    assert "Tests 3000 failing" in text.replace(",", "")
    assert page.count('class="rd-title rd-test"') == 200
    assert "and 2,800 more in the evidence" in text


def test_a_trace_that_was_cut_says_by_how_much(built: dict[str, dict[str, str]]) -> None:
    page = report(built["one cause"])
    shown = [len(html.unescape(trace)) for trace in re.findall(r'aria-label="Trace"[^>]*><code>([^<]*)</code>', page)]
    cut = [int(count) for count in re.findall(r", (\d+) preceding characters are in the evidence", page)]

    assert sum(shown) <= 120_000
    assert [one + other for one, other in zip(shown, cut, strict=True)] == [2000] * 200


def test_reasons_to_skip_beyond_those_listed_are_one_list(built: dict[str, dict[str, str]]) -> None:
    lists = re.findall(r"(\d+) (skipped[^<]*)<", html.unescape(report(built["many reasons to skip"])))
    assert len(lists) == 101
    assert lists[-1] == ("2900", "skipped for 2,900 other reasons")
    assert sum(int(count) for count, _ in lists) == 3000


def test_areas_and_metrics_beyond_those_listed_are_counted(built: dict[str, dict[str, str]]) -> None:
    assert "and 300 more areas, none in a worse state" in text_of(report(built["many files of tests"]))
    assert re.search(r"and 2,9\d\d more without a limit in the evidence", text_of(report(built["many metrics"])))


def test_a_short_list_is_shown_whole() -> None:
    assert first([1, 2, 3], 3).more == ""
    assert list(first([1, 2, 3], 2)) == [1, 2]
    assert first([1, 2, 3], 2).more == "1"
    assert first(range(5000), 100).count == "5,000"
    assert list(worst([3, 1, 2, 1], lambda one: one, 3)) == [1, 2, 1]


def test_short_texts_leave_their_share_to_long_ones() -> None:
    assert fair_limit([10, 20], most=100, together=1000) == 100
    assert fair_limit([500, 500], most=100, together=200) == 100
    assert fair_limit([10, 100, 100], most=100, together=110) == 50
    assert fair_limit([], most=100, together=110) == 100


@given(st.lists(st.integers(0, 300)), st.integers(0, 200), st.integers(0, 2000))
def test_texts_fit_and_none_is_cut_for_nothing(lengths: list[int], most: int, together: int) -> None:
    limit = fair_limit(lengths, most, together)
    taken = sum(min(length, limit) for length in lengths)
    more = sum(min(length, limit + 1) for length in lengths)
    assert taken <= together or not lengths
    assert limit == most or more > together
