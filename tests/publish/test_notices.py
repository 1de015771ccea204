"""What was published follows the notices: withdrawn versions leave the list, redacted reports are renewed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.notices.conftest import WHY, id_of
from tests.publish.small import SmallBuilder, published, small_project
from tests.scenario import Run, append, contents, readiness

from readiness.archive import Archive
from readiness.errors import UsageError
from readiness.publish import build
from readiness.publish.site import Choice, publish

BANNER = "<!-- readiness:banner -->{}<!-- /readiness:banner -->"


class Telling(SmallBuilder):
    """Its reports show the evidence, and a banner with the names of all notices."""

    tool = "one"

    def build(
        self, built: Path, version: str, archive: Archive, reports: Any, elsewhere: Mapping[str, str]
    ) -> dict[str, bytes]:
        found = super().build(built, version, archive, reports, elsewhere)
        for run in archive.runs.values():
            page = built / "reports" / run.id / "index.html"
            if page.is_file():
                text = b"".join(run.contents()).decode()
                page.write_text(f"{self.tool}{BANNER.format([one.name for one in archive.notices.all])}{text}")
        return found


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = small_project(tmp_path / "project")
    append(folder / "history", Run("a pass, b fail geheim", "1.1"), 3)
    monkeypatch.setattr(build, "Builder", Telling)
    monkeypatch.setattr(Telling, "tool", "one")
    monkeypatch.chdir(folder)
    published(folder)
    monkeypatch.setattr(Telling, "tool", "two")
    return folder


def page(project: Path, version: str, run: str) -> str:
    return (project / "public" / version / "reports" / run / "index.html").read_text()


def versions(project: Path) -> list[str]:
    return [one["version"] for one in json.loads((project / "public" / "versions.json").read_text())]


def test_a_withdrawn_version_leaves_the_list_and_keeps_its_report(project: Path) -> None:
    history = project / "history"
    append(history, Run("a pass", "13.0"), 5)
    assert published(project).latest == "13.0"
    run, before = id_of(history, "13.0"), page(project, "13.0", id_of(history, "13.0"))
    readiness("withdraw", "13.0", *WHY)
    done = published(project)
    assert (done.latest, versions(project)) == ("1.1", ["1.1", "1.0"])
    assert [one.what for one in done.versions] == ["grown", "unchanged", "unchanged"]
    assert page(project, "13.0", run) == before.replace("[]", str([one.name for one in Archive(history).notices.all]))
    assert {one.what for one in published(project).versions} == {"unchanged"}


def test_a_version_withdrawn_before_it_was_published_is_never_published(project: Path) -> None:
    append(project / "history", Run("a pass", "13.0"), 5)
    readiness("withdraw", "13.0", *WHY)
    published(project)
    assert not (project / "public" / "13.0").exists()


def test_latest_never_leads_to_a_withdrawn_version_while_another_stands(project: Path) -> None:
    append(project / "history", Run("a pass", "13.0"), 5)
    other: dict[str, Any] = {
        "config_file": project / "mkdocs.yml",
        "target": project / "other",
        "choice": Choice(("13.0",)),
    }
    publish(**other)
    before = contents(project / "other")
    readiness("withdraw", "13.0", *WHY)
    with pytest.raises(UsageError, match=r"a withdrawn version.* such as 1\.1"):
        publish(**other)
    assert contents(project / "other") == before


def test_redacted_reports_are_renewed_and_no_others(project: Path) -> None:
    first, second = (run.id for run in Archive(project / "history").runs.values() if run.manifest.version == "1.1")
    others = project / "public" / "1.1" / "blockers" / "B-OLD"
    others.mkdir(parents=True)
    (others / "index.html").write_text("geheim")
    done = readiness("redact", "--pattern", "geheim", *WHY)
    assert done.exit_code == 1
    assert f"{second}/index.html: still holds the text" in done.output
    assert [one.what for one in published(project).versions] == ["grown", "unchanged"]
    assert page(project, "1.1", first).startswith("one")
    assert page(project, "1.1", second).startswith("two")
    assert "[redacted]" in page(project, "1.1", second)
    assert not (others / "index.html").exists()
    assert readiness("redact", "--pattern", "geheim", *WHY).exit_code == 0
