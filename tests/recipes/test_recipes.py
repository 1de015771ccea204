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
