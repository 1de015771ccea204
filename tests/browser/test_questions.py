"""Ten questions about tests: what a reader finds on the tests page is what DuckDB answers from the export."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.benchmarks.histories import History, new_run
from tests.browser.conftest import OpenPage
from tests.browser.questions import SHOWS, SINCE, TOGETHER, Answer, Test, by_page, by_sql, differences
from tests.plugin.projects import attrs_site, new_project

from readiness.archive import Archive, Writer
from readiness.policy import default_text
from readiness.report import Report, read
from readiness.results import export

pytestmark = pytest.mark.browser


def answered(
    history: Path, site: Path, exported: Path, page: OpenPage, address: str, test: Test | None
) -> dict[str, Answer]:
    export(Archive(history), exported, None)
    latest = max(site.glob("reports/*/report.json"), key=lambda path: path.parent.name)
    prior = read(latest.read_text(encoding="utf-8"), Report).flaky_prior
    test, told = by_sql(exported, test, (prior.alpha, prior.beta))
    shown = by_page(page.goto(f"{address}tests/"), test)
    assert page.console_errors == []
    assert differences(shown, told) == []
    assert shown.keys() == {*SHOWS, SINCE, TOGETHER}
    return shown


def test_of_a_history_with_everything(
    tmp_path: Path, serve: Callable[[Path], str], page: Callable[..., OpenPage]
) -> None:
    project = new_project(tmp_path / "project")
    history = History(14, 240, per_release=3, causes=20, slowed=4, standing=2)
    with Writer(project.history) as writer:
        for run in history.all():
            writer.append(new_run(run), default_text(), "test")
    project.build()
    shown = answered(project.history, project.site, tmp_path / "export", page(), serve(project.site), None)
    assert [name for name, rows in shown.items() if not rows] == []


def test_of_attrs(
    repo_root: Path,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    serve: Callable[[Path], str],
    page: Callable[..., OpenPage],
) -> None:
    site = attrs_site(tmp_path_factory.getbasetemp()).site
    test = Test("", "tests.test_converters.TestPipe", "test_wrapped_annotation")
    answered(repo_root / "history", site, tmp_path / "export", page(), serve(site), test)
