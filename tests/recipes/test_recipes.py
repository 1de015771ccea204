"""Each recipe of CONTRIBUTING, followed on a copy of the project: what it adds works."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.recipes.project import Change, Copied, copied

CASES = '<testcase classname="c" name="a"/><testcase classname="c" name="b"><failure/></testcase>'


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
            """    if form == "line":
        from readiness.render.line import gate_line

        return click.echo(gate_line(result), nl=False)
""",
            anchor='    """Print the result in one of `FORMATS`."""\n',
        ),
    )
    project.archive(junit_xml=f"<testsuite name='s'>{CASES}</testsuite>")
    assert project.readiness("gate", "--format", "line", exits=1) == "BLOCKED 2\n"
    assert "text|line|markdown" in project.readiness("gate", "--help")


def test_a_reader(project: Copied) -> None:
    project.change(
        Change(
            "generator/readiness/evidence/tally.py",
            '''\
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
''',
        ),
        Change(
            "generator/readiness/evidence/formats.py",
            "from readiness.evidence.tally import is_tally, read_tally\n",
            anchor="from readiness.evidence.reportlog import is_reportlog, read_reportlog\n",
        ),
        Change(
            "generator/readiness/evidence/formats.py",
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
            '    Measure("skip_rate", "outcomes", dimension="ratio"),\n',
            anchor='    Measure("pass_rate", "outcomes", dimension="ratio", failing=True),\n',
        ),
        Change(
            "generator/readiness/assessment/measures.py",
            '    "skip_rate": Count("skipped", "with_result"),\n',
            anchor='    "pass_rate": Count("clean", "executed", _failing),\n',
        ),
        Change(
            "readiness.yml",
            "criteria:\n  - {id: skips, title: Few skips, measure: skip_rate, at_most: 25%}\n"
            "  - {id: most, title: Most run, measure: skip_rate, at_most: 75%}\n",
        ),
    )
    project.archive(junit_xml=f"<testsuite name='s'>{CASES.replace('failure', 'skipped')}</testsuite>")
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
            anchor="is called “{{ part.now.title }}” now.{% endmacro %}\n",
        ),
        Change("readiness.yml", "criteria:\n  - {id: a, title: A, measure: failures, at_most: 0}\n"),
    )
    assert '"description": "Where people read why it is demanded."' in project.readiness("schema", "policy")
    project.archive(junit_xml=f"<testsuite name='s'>{CASES}</testsuite>")
    project.change(Change("readiness.yml", "docs: wiki/a, ", anchor="criteria:\n  - {"))
    project.readiness("judge", "1.0")
    assert "Policy\n  “A”: wiki/a.\n" in project.readiness("diff", "1.0#1", "1.0#2")


def test_a_page(project: Copied) -> None:
    project.change(
        Change(
            "generator/readiness/render/pages/routes.py",
            'SLOW = "slow/index.md"\n',
            anchor='TRENDS = "trends/index.md"\n',
        ),
        Change(
            "generator/readiness/render/pages/slow.py",
            '''\
"""The slow runs."""

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
''',
        ),
        Change(
            "generator/readiness/render/pages/registry.py",
            "from readiness.render.pages.slow import of_slow, slow_view\n",
            anchor="from readiness.render.pages.runs import release_view, releases_view, reports_view\n",
        ),
        Change(
            "generator/readiness/render/pages/registry.py",
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
    project.archive(junit_xml=f"<testsuite name='s'>{CASES}</testsuite>")
    project.mkdocs("build")
    page = project.page("slow")
    assert "<title>Slow runs - attrs readiness</title>" in page
    assert '<meta name="description" content="1 run took long.">' in page
    assert '<a href="../reports/20250101T000000Z-' in page


def test_a_chart(project: Copied) -> None:
    project.change(
        Change(
            "generator/readiness/render/charts/skips.py",
            '''\
"""Skipped tests over the runs."""

from __future__ import annotations

from collections.abc import Sequence

from readiness.phrases.wording import say
from readiness.render.charts.data import RatePoint
from readiness.render.charts.figure import bars, figure, names
from readiness.render.charts.look import MUTED
from readiness.render.charts.record import Chart, sentences, table_rows, too_few


def skips(points: Sequence[RatePoint], *, id: str) -> Chart:  # noqa: A002
    """A bar per run."""
    parts = [point.part or 0 for point in points]
    drawing = figure(points, [bars(names(points), say("skips"), MUTED, parts)], {"tickformat": "d"})
    caption = sentences(say("skipped_now", count=parts[-1]), too_few(len(points), len(points)))
    rows = table_rows(points, map(str, parts))
    return Chart(id, "", caption, drawing, (say("run"), say("skips")), rows, drawn=len(points) > 1)
''',
        ),
        Change(
            "generator/readiness/render/charts/__init__.py",
            "from readiness.render.charts.skips import skips\n",
            anchor="from readiness.render.charts.record import FEW, Chart, LegendEntry, Row, explorable\n",
        ),
        Change("generator/readiness/render/charts/__init__.py", '    "skips",\n', anchor='    "series",\n'),
        Change(
            "generator/readiness/render/pages/trends.py",
            '        Section("skips", [_skips(here)]),\n',
            anchor='        Section("blockers", [replace(blocker_chart(here), title="")]),\n',
        ),
        Change(
            "generator/readiness/render/pages/trends.py",
            """

def _skips(here: Here) -> charts.Chart:
    counted = [(report, report.facts.counts) for report in here.site.chain]
    points = [charts.RatePoint(*here.point(report), one.skipped, one.with_result) for report, one in counted]
    return charts.skips(points, id="chart-skips")
""",
            anchor='    return charts.blockers_over_time(points, id="chart-blockers")\n',
        ),
        Change(
            "templates/words.jinja",
            "{% macro skips() %}Skips{% endmacro %}\n"
            '{% macro skipped_now(count) %}{{ n(count, "test") }} skipped now.{% endmacro %}\n',
            anchor="{# trends #}\n",
        ),
    )
    cases = CASES.replace("failure", "skipped")
    for version, started in (("1.0", "2025-01-01"), ("1.1", "2025-01-02")):
        project.archive(version=version, started=started, junit_xml=f"<testsuite name='s'>{cases}</testsuite>")
    project.mkdocs("build")
    page = project.page("trends")
    assert '<figure class="rd-chart" id="chart-skips"' in page
    assert "1 test skipped now. Too few runs for a trend." in page
