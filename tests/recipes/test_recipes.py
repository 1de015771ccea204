"""Each recipe of CONTRIBUTING, followed on a copy of the project: what it adds works."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.recipes.project import Change, Copied, copied

RUN = """<testsuite name="s">
<testcase classname="c" name="a"/><testcase classname="c" name="b"><failure/></testcase>
</testsuite>"""
SKIPPED = RUN.replace("failure", "skipped")
EVIDENCE, PAGES, CHARTS = (f"generator/readiness/{part}" for part in ("evidence", "render/pages", "render/charts"))


@pytest.fixture
def project(tmp_path: Path) -> Copied:
    return copied(tmp_path / "project")


def test_a_format_of_the_gate(project: Copied) -> None:
    project.change(
        Change(
            "generator/readiness/render/line.py",
            '''\
"""The gate's answer as one line."""

from __future__ import annotations

from readiness.report import GateResult


def gate_line(result: GateResult) -> str:
    """The word of the verdict, and how many reasons stand against the release."""
    verdict = result.report.verdict
    return f"{verdict.word.value} {len(verdict.blocked)}\\n"
''',
        ),
        Change("generator/readiness/cli/gate.py", '"line", ', anchor='FORMATS = ("text", '),
        Change(
            "generator/readiness/cli/gate.py",
            "    from readiness.render.line import gate_line\n",
            anchor="    from readiness.render.junit import gate_junit\n",
        ),
        Change("generator/readiness/cli/gate.py", '"line": gate_line, ', anchor='"json": written, '),
    )
    project.archive(junit_xml=RUN)
    assert project.readiness("gate", "--format", "line", exits=1) == "BLOCKED 2\n"
    assert "text|line|markdown" in project.readiness("gate", "--help")


TALLY = '''\
"""Tallies: a line per test, `ok NAME` or `bad NAME`."""

from __future__ import annotations

from readiness.evidence.cases import ReadCase, results_of
from readiness.evidence.findings import quoted
from readiness.evidence.intake import Intake
from readiness.model import EvidenceFile, Outcome

OUTCOMES = {"ok": Outcome.PASSED, "bad": Outcome.FAILED}


def is_tally(text: str) -> bool:
    """True where the first line says so."""
    return text.startswith("tally\\n")


def read_tally(text: str, intake: Intake) -> EvidenceFile:
    """A result per line; any other line is a loss."""
    cases = []
    for number, line in enumerate(text.splitlines()[1:], start=2):
        word, _, name = line.partition(" ")
        if word in OUTCOMES and name:
            cases.append(ReadCase(OUTCOMES[word], name=name, place=f"line {number}"))
        else:
            intake.findings.lost("line-unreadable", f"{quoted(line)} cannot be read: left out", line=number)
    return intake.read(cases=len(cases), results=tuple(results_of(cases, intake)))
'''


def test_a_reader(project: Copied) -> None:
    project.change(
        Change(f"{EVIDENCE}/tally.py", TALLY),
        Change(
            f"{EVIDENCE}/formats.py",
            "from readiness.evidence.tally import is_tally, read_tally\n",
            anchor="from readiness.evidence.reportlog import is_reportlog, read_reportlog\n",
        ),
        Change(
            f"{EVIDENCE}/formats.py",
            '    Format("tally", "results", "tallies", "text", is_tally, read_tally),\n',
            anchor='    Format("ctrf", "results", "CTRF", "object", is_ctrf, read_ctrf),\n',
        ),
    )
    project.archive(tally_txt="tally\nok a\nbad b\n")
    assert "tally.txt: tally\n  2 tests: 1 passed, 0 flaky, 1 failed" in project.readiness("inspect", "tally.txt")
    assert "BLOCKED" in project.readiness("gate", exits=1)
    project.change(Change("damaged.txt", "tally\nok a\nwhat\n"))
    assert "'what' cannot be read: left out" in project.readiness("inspect", "damaged.txt", exits=1)


def test_a_measure(project: Copied) -> None:
    project.change(
        Change(
            "generator/readiness/policy/measures.py",
            '    Measure("skips_of_results", "outcomes", dimension="ratio"),\n',
            anchor='    Measure("pass_rate", "outcomes", dimension="ratio", failing=True),\n',
        ),
        Change(
            "generator/readiness/assessment/measures.py",
            '    "skips_of_results": Count("skipped", "with_result"),\n',
            anchor='    "pass_rate": Count("clean", "executed", _failing),\n',
        ),
        Change(
            "readiness.yml",
            "criteria:\n  - {id: skips, title: Few skips, measure: skips_of_results, at_most: 25%}\n"
            "  - {id: most, title: Most run, measure: skips_of_results, at_most: 75%}\n",
        ),
    )
    project.archive(junit_xml=SKIPPED)
    answer = project.readiness("gate", exits=1)
    assert "Few skips  ≤ 25 %    50 %    Unmet   1 of 2\nMost run   ≤ 75 %    50 %    Met     1 of 2\n" in answer


def test_a_key_of_the_policy(project: Copied) -> None:
    project.change(
        Change(
            "generator/readiness/policy/schema.py",
            '    docs: str = ""\n    """Where people read why it is demanded."""\n',
            anchor='lines or values the number must consist; of fewer it proves nothing."""\n',
        ),
        Change(
            "generator/readiness/phrases/amendment.py",
            '    ("criteria", "docs"): "criterion_told",\n',
            anchor='    ("criteria", "title"): "criterion_renamed",\n',
        ),
        Change(
            "templates/words.jinja",
            "{% macro criterion_told(part, field) %}“{{ part.now.title }}”: {{ part.now.docs }}.{% endmacro %}\n",
            anchor="is now called “{{ part.now.title }}”.{% endmacro %}\n",
        ),
        Change("readiness.yml", "criteria:\n  - {id: a, title: A, measure: failures, at_most: 0}\n"),
    )
    assert '"description": "Where people read why it is demanded."' in project.readiness("schema", "policy")
    project.archive(junit_xml=RUN)
    project.change(Change("readiness.yml", "docs: wiki/a, ", anchor="criteria:\n  - {"))
    project.readiness("judge", "1.0")
    assert "Policy\n  “A”: wiki/a.\n" in project.readiness("diff", "1.0#1", "1.0#2")


SLOW_RUNS = '''\
"""Slow runs."""

from __future__ import annotations

from dataclasses import dataclass

from readiness.phrases.wording import Sentence, say
from readiness.render.pages.context import Here, Linked
from readiness.report import Report


@dataclass(frozen=True)
class SlowView:
    """The page of slow runs."""

    runs: tuple[Linked, ...]


def slow_view(here: Here, _: Report | None) -> tuple[SlowView]:
    """Every run of the chain."""
    return (SlowView(tuple(here.report(report) for report in here.site.chain)),)


def of_slow(here: Here, _: Report) -> Sentence:
    """How many there are."""
    return say("preview_slow", count=len(here.site.chain))
'''


def test_a_page(project: Copied) -> None:
    project.change(
        Change(
            f"{PAGES}/routes.py",
            'SLOW = "slow/index.md"\n',
            anchor='TRENDS = "trends/index.md"\n',
        ),
        Change(f"{PAGES}/longest.py", SLOW_RUNS),
        Change(
            f"{PAGES}/registry.py",
            "from readiness.render.pages.longest import of_slow, slow_view\n",
            anchor="from readiness.render.pages.runs import release_view, releases_view, reports_view, run_rows\n",
        ),
        Change(
            f"{PAGES}/registry.py",
            '    _index(routes.SLOW, "slow.md", "slow_runs", slow_view, of_slow),\n',
            anchor='    _index(routes.TRENDS, "trends.md", "trends", trends_view, describe.of_trends),\n',
        ),
        Change(
            "templates/words.jinja",
            "\n{% macro slow_runs() %}Slow runs{% endmacro %}\n"
            '{% macro preview_slow(count) %}{{ n(count, "run") }} took long.{% endmacro %}\n',
            anchor="{% macro policy() %}Policy{% endmacro %}",
        ),
        Change(
            "templates/slow.md",
            "# {{ words.slow_runs() }}\n\n{% for run in runs %}\n<p>{{ rd.linked(run) }}</p>\n\n"
            "{% else %}\n{{ blocks.empty(missing, home=home) }}\n\n{% endfor %}\n",
        ),
        Change("mkdocs.yml", "  - Slow runs: slow/index.md\n", anchor="  - Trends: trends/index.md\n"),
    )
    project.archive(junit_xml=RUN)
    project.mkdocs("build")
    page = project.page("slow")
    assert "<title>Slow runs - attrs readiness</title>" in page
    assert '<meta name="description" content="1 run took long.">' in page
    assert '<a href="../reports/20250101T000000Z-' in page


SKIPS = '''\
"""Skipped tests over the runs."""

from __future__ import annotations

from collections.abc import Sequence

from readiness.phrases.wording import say
from readiness.render.charts.data import OutcomePoint
from readiness.render.charts.figure import bars, figure, names
from readiness.render.charts.look import MUTED
from readiness.render.charts.record import Chart, sentences, table_rows, too_few


def skips(points: Sequence[OutcomePoint]) -> Chart:
    """A bar per run."""
    counts = [point.counts.skipped for point in points]
    drawing = figure(points, [bars(names(points), say("skips"), MUTED, counts)], {"tickformat": "d"})
    caption = sentences(say("skipped_now", count=counts[-1]), too_few(len(points), len(points)))
    rows = table_rows(points, map(str, counts))
    return Chart("chart-skips", "", caption, drawing, (say("run"), say("skips")), rows, drawn=len(points) > 1)
'''


def test_a_chart(project: Copied) -> None:
    project.change(
        Change(f"{CHARTS}/skips.py", SKIPS),
        Change(
            f"{CHARTS}/__init__.py",
            "from readiness.render.charts.skips import skips\n",
            anchor="from readiness.render.charts.record import FEW, Chart, LegendEntry, Row, explorable, marked\n",
        ),
        Change(f"{CHARTS}/__init__.py", '    "skips",\n', anchor='    "series",\n'),
        Change(
            f"{PAGES}/trends.py",
            '        Section("skips", [_skips(here)]),\n',
            anchor='        Section("blockers", [replace(blocker_chart(here, shown), title="")]),\n',
        ),
        Change(
            f"{PAGES}/trends.py",
            """

def _skips(here: Here) -> charts.Chart:
    points = [charts.OutcomePoint(*here.point(report), report.facts.counts) for report in here.site.chain]
    return charts.skips(points)
""",
            anchor="    return charts.blockers_over_time(points)\n",
        ),
        Change(
            "templates/words.jinja",
            "{% macro skips() %}Skips{% endmacro %}\n"
            '{% macro skipped_now(count) %}{{ n(count, "test") }} skipped now.{% endmacro %}\n',
            anchor="{# trends #}\n",
        ),
    )
    for version, started in (("1.0", "2025-01-01"), ("1.1", "2025-01-02")):
        project.archive(version=version, started=started, junit_xml=SKIPPED)
    project.mkdocs("build")
    page = project.page("trends")
    assert '<figure class="rd-chart" id="chart-skips"' in page
    assert "1 test skipped now. Too few runs for a trend." in page
