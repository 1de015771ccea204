"""A build of hostile runs obeys none of their texts, and writes where it may alone."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.hostile.hostile_runs import ONE_LINE, POLICY_TEXT, PRODUCT, UNIT, VERSIONS, Hostile, shown
from tests.plugin.pages import article, broken_links, files, load


def test_nothing_is_written_outside_site_cache_and_archive(hostile: Hostile) -> None:
    folder = hostile.project.folder

    assert {path.name for path in folder.parent.iterdir()} == {"project"}
    there = {path.name for path in folder.iterdir()}
    assert there - {"__pycache__"} == {
        *(".cache", "braces.py", "docs", "evidence", "history", "mkdocs.yml", "readiness.yml", "site")
    }
    assert list((folder / "docs").iterdir()) == []


def test_every_path_of_site_cache_and_archive_is_one_of_plain_letters(hostile: Hostile) -> None:
    for top in ("site", ".cache", "history"):
        for path in files(hostile.project.folder / top):
            assert re.fullmatch(r"[A-Za-z0-9._+/-]+", path), path
            hidden = [part for part in path.split("/") if part.startswith(".") and part != ".gitignore"]
            assert hidden == [], path


def test_every_link_leads_somewhere(hostile: Hostile) -> None:
    assert broken_links(hostile.project.site) == []


def test_braces_snippets_and_references_are_not_resolved(hostile: Hostile) -> None:
    for path in hostile.project.site.rglob("*.html"):
        text = load(path).text
        assert "obeyed" not in text, path
        assert "site_name: Hostile" not in text, path
        assert "{{ 7*7 }}" in text or "49" not in re.findall(r"\b49\b", text), path


def test_the_policy_page_shows_every_text_of_the_policy_letter_for_letter(hostile: Hostile) -> None:
    page = article(hostile.project.site / "policy" / "index.html")
    text = shown(POLICY_TEXT)
    for told in (
        shown(PRODUCT),
        *(f"{what} {text}" for what in ("criterion", "area", "owner", "category", "risk", "fix", "item", "group")),
        f"{text}, approved by another {text}",
        f"{text}: 1 to 2 working days",
        f"{text}, 2024-01-01",
        f"every test of {text} passes",
        f"at most 5 {shown(UNIT)}",
        shown(f"limit {ONE_LINE['heading']}"),
        shown(f"kind {ONE_LINE['attributes']}"),
    ):
        assert told in page.text, told
    assert {one.tag for one in page.all()} & {"script", "img", "iframe", "b", "form", "input"} == set()
    assert not any(name.startswith("on") for one in page.all() for name in one.attributes)
    assert all(one.attributes["href"].startswith(("#", "../")) for one in page.all("a"))


def test_the_front_matter_is_the_templates_own(hostile: Hostile) -> None:
    pages = list((hostile.project.folder / ".cache").rglob("*.md"))
    assert pages
    for page in pages:
        matter = page.read_text(encoding="utf-8").split("---\n")[1]
        assert {line.partition(":")[0] for line in matter.splitlines() if line[0] not in " -"} <= {
            "title",
            "description",
            "hide",
            "search",
        }


def test_the_search_index_is_json_with_text_escaped(hostile: Hostile) -> None:
    index = json.loads((hostile.project.site / "search" / "search_index.json").read_bytes())

    for entry in index["docs"]:
        for text in (entry["title"], entry["text"]):
            assert not re.search(r"<(script|img|svg|iframe|b)\b", text), entry["location"]


def test_published_versions_stay_inside_their_folders(hostile: Hostile, tmp_path: Path) -> None:
    project = hostile.project.copy(tmp_path / "outer" / "project")
    target = tmp_path / "outer" / "public"
    before = files(tmp_path)

    code, printed = project.run("readiness", "publish", "--to", str(target))

    assert code == 0, printed
    written = {path for path in files(tmp_path) if path not in before}
    assert all(
        path.startswith(("outer/public/", "outer/project/.cache/", "outer/project/__pycache__/")) for path in written
    )
    folders = {path.name for path in target.iterdir() if path.is_dir()} - {"assets"}
    assert len(folders) == len(VERSIONS) + 1
    assert all(re.fullmatch(r"[A-Za-z0-9_+-][A-Za-z0-9._+-]*", folder) for folder in folders)
    listed = json.loads((target / "versions.json").read_text(encoding="utf-8"))
    assert {entry["title"] for entry in listed} == set(VERSIONS)
    assert {entry["version"] for entry in listed} | {"latest"} == folders
    assert [link for link in broken_links(target) if "404.html:" not in link] == []
