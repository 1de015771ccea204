"""A damaged archive stops the build in one line; with `strict: false` the rest is built and says what is missing."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.plugin.pages import article, broken_links, table_rows
from tests.plugin.projects import GOOD, READINESS_YML, Project, new_project

DAMAGED = "1.1.0"
LENIENT = ("  - readiness\n", "  - readiness:\n      strict: false\n")


@pytest.fixture(scope="module")
def ready_releases(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """1.0.0, 1.1.0 and 1.2.0, all ready, 1.1.0 judged by a policy of its own."""
    project = new_project(tmp_path_factory.mktemp("ready") / "project")
    project.archive("1.0.0", "2025-01-10T08:00:00Z")
    project.write("readiness.yml", READINESS_YML + "# sharper now\n")
    project.archive("1.1.0", "2025-02-10T08:00:00Z", {**GOOD, "edge.b::four": None})
    project.write("readiness.yml", READINESS_YML)
    project.archive("1.2.0", "2025-03-10T08:00:00Z", {**GOOD, "edge.b::five": None})
    return project


def test_files_are_told_from_the_folder_of_the_project_on(ready_releases: Project, tmp_path: Path) -> None:
    project = ready_releases.copy(tmp_path / "project")
    missing_evidence(project.run_folder(DAMAGED))
    (project.folder / "data").mkdir()
    project.history.rename(project.folder / "data" / "history")
    project.configure(LENIENT[0], f"{LENIENT[1]}      history: data/history\n")

    project.build()

    banner = article(project.site / "index.html").one("div", "rd-banner").words
    assert banner.startswith("Left out: data/history/runs/")


def manifest_of_a_newer_schema(run: Path) -> Path:
    path = run / "run.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), "schema": 3, "shape": "unknown"}), encoding="utf-8")
    return path


def half_a_manifest(run: Path) -> Path:
    path = run / "run.json"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


def missing_evidence(run: Path) -> Path:
    path = run / "junit.xml.gz"
    path.unlink()
    return path


def flipped_byte_in_the_evidence(run: Path) -> Path:
    path = run / "junit.xml.gz"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    return path


def other_evidence(run: Path) -> Path:
    """Soundly packed, with a failure turned into nothing."""
    path = run / "junit.xml.gz"
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b"four", b"for"), mtime=0))
    return path


def symlinked_evidence(run: Path) -> Path:
    path = run / "junit.xml.gz"
    path.rename(run.parent / "elsewhere.gz")
    path.symlink_to(run.parent / "elsewhere.gz")
    return path


def missing_policy(run: Path) -> Path:
    judgement = (run / "judgements" / "1.yml").read_text(encoding="utf-8")
    digest = re.search(r"policy: (\w+)", judgement)[1]  # type: ignore[index]
    path = run.parents[2] / "policies" / f"{digest}.yml"
    path.unlink()
    return path


def no_judgement(run: Path) -> Path:
    (run / "judgements" / "1.yml").unlink()
    return run / "judgements"


Damage = Callable[[Path], Path]
DAMAGES: dict[Damage, tuple[str, str]] = {
    manifest_of_a_newer_schema: ("newer version: schema 3", "Upgrade mkdocs-readiness"),
    half_a_manifest: ("is damaged: not valid JSON", "Restore"),
    missing_evidence: ("is missing", "Restore"),
    flipped_byte_in_the_evidence: ("", "Restore"),
    other_evidence: ("differs from the digest", "Restore"),
    symlinked_evidence: ("symbolic link", "Restore"),
    missing_policy: ("is missing", "Restore"),
    no_judgement: ("judgement", "Restore"),
}
"""What somebody did to the run -> words of the problem, word of the remedy."""


@dataclass(frozen=True)
class Damaged:
    """A project with one damaged run: the file at fault, and what the message must say."""

    project: Project
    path: Path
    problem: str
    remedy: str


@pytest.fixture(params=DAMAGES, ids=lambda damage: damage.__name__)
def damaged(request: pytest.FixtureRequest, ready_releases: Project, tmp_path: Path) -> Iterator[Damaged]:
    project = ready_releases.copy(tmp_path / "project")
    path = request.param(project.run_folder(DAMAGED))
    return Damaged(project, path, *DAMAGES[request.param])


def says_it(line: str, damaged: Damaged) -> bool:
    path = damaged.path.relative_to(damaged.project.history).as_posix()
    return path in line and damaged.problem in line and damaged.remedy in line


def test_the_build_fails_with_one_line_that_names_file_problem_and_remedy(damaged: Damaged) -> None:
    code, printed = damaged.project.run("mkdocs", "build")

    assert code == 1
    assert "Traceback" not in printed
    errors = [line for line in printed.splitlines() if "readiness" in line and not line.startswith("INFO")]
    assert len(errors) == 1, printed
    assert says_it(errors[0], damaged), printed
    assert not (damaged.project.site / "index.html").exists()


def test_without_strictness_the_rest_is_built_and_nothing_after_the_damage_is_ready(damaged: Damaged) -> None:
    project = damaged.project
    project.configure(*LENIENT)

    printed = project.build()

    assert "Traceback" not in printed
    home = article(project.site / "index.html")
    assert any(says_it(banner.words, damaged) for banner in home.all("div", "rd-banner")), home.words
    assert "Ready" not in [word.words for word in home.all("p", "rd-word")]
    rows = table_rows(article(project.site / "reports" / "index.html").one("table"))
    verdicts = {row[0][:5]: row[1] for row in rows}
    assert verdicts["1.0.0"] == "Ready"
    assert verdicts["1.2.0"] == "Unproven"
    assert DAMAGED not in verdicts
    report = article(project.site / "reports" / project.runs["1.2.0"] / "index.html")
    assert report.one("p", "rd-word").words == "Not ready Unproven"
    assert project.runs[DAMAGED] in report.words, "the report names the run that is missing from its past"
    data = (project.site / "reports" / project.runs["1.2.0"] / "report.json").read_text(encoding="utf-8")
    assert str(project.folder) not in data
    assert broken_links(project.site, "/readiness/") == []


@pytest.mark.parametrize("damage", [flipped_byte_in_the_evidence, other_evidence], ids=lambda damage: damage.__name__)
def test_damage_is_seen_although_an_earlier_build_has_cached_the_results(
    damage: Damage, ready_releases: Project, tmp_path: Path
) -> None:
    project = ready_releases.copy(tmp_path / "project")
    project.build()
    damage(project.run_folder(DAMAGED))

    code, printed = project.run("mkdocs", "build")

    assert code == 1, "the build shows a run whose evidence is no longer what was archived"
    assert "junit.xml.gz" in printed


def test_a_damaged_cache_is_rebuilt_from_the_evidence(ready_releases: Project, tmp_path: Path) -> None:
    project = ready_releases.copy(tmp_path / "project")
    project.build()
    before = article(project.site / "index.html").words
    cached = [path for path in project.folder.glob(".cache/readiness/results/**/*") if path.is_file()]
    for path in cached:
        path.write_bytes(path.read_bytes()[:20])

    project.build()

    assert cached
    assert article(project.site / "index.html").words == before


def test_damage_in_a_newer_run_than_all_leaves_the_newest_readable_one_but_says_so(
    ready_releases: Project, tmp_path: Path
) -> None:
    """Home must not answer "Ready" for 1.1.0 as though 1.2.0 had never been archived."""
    project = ready_releases.copy(tmp_path / "project")
    project.configure(*LENIENT)
    missing_evidence(project.run_folder("1.2.0"))

    project.build()

    home = article(project.site / "index.html")
    assert any("junit.xml.gz" in banner.words for banner in home.all("div", "rd-banner"))
    assert "Ready" not in [word.words for word in home.all("p", "rd-word")]


def test_everything_damaged_still_builds_without_strictness(ready_releases: Project, tmp_path: Path) -> None:
    project = ready_releases.copy(tmp_path / "project")
    project.configure(*LENIENT)
    for path in project.history.glob("runs/*/*/run.json"):
        path.write_text("{", encoding="utf-8")

    project.build()

    home = article(project.site / "index.html")
    assert len([banner for banner in home.all("div", "rd-banner") if "run.json" in banner.words]) == 3
    assert "No run has been archived yet" not in home.words, "runs have been archived; they cannot be read"
