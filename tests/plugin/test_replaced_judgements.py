"""A blocker that only a superseded run held is listed apart, and stands nowhere."""

from __future__ import annotations

from pathlib import Path

from tests.plugin.pages import article
from tests.plugin.projects import GOOD, Failed, junit, new_project


def headings(path: Path) -> list[str]:
    return [one.words.rstrip("¶").strip() for one in article(path).all("h2")]


def test_what_a_superseded_run_opened_stands_nowhere(tmp_path: Path) -> None:
    project = new_project(tmp_path / "corrected")
    broken = project.archive("1.0.0", "2025-01-10T08:00:00Z", {**GOOD, "core.a::two": Failed()})
    project.build()
    register = project.site / "blockers" / "index.html"
    assert headings(register) == ["Open in 1.0.0"]

    project.write("evidence/junit.xml", junit(GOOD))
    code, printed = project.run("readiness", "archive", "--supersedes", broken, "evidence/junit.xml")
    assert code == 0, printed
    project.build()

    assert headings(register) == ["Open in 1.0.0", "From replaced judgements"]
    assert "No open blockers." in article(register).words
    (page,) = project.site.glob("blockers/B-*/index.html")
    assert article(page).one(css="rd-banner").words.startswith("Superseded by a later run: this blocker")
