"""A version may be called anything: it is archived, built, published and linked, or refused when it is archived."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from tests.scenario import append, readiness, write

from readiness.render.pages.routes import clash, folder_name

ODD = ("index", "404", "assets", "README", "readiness.json", "..", "a/b", "nul.txt", "aux.", "x" * 300, "Ü", "1.0 ")
SITE = b"site_name: Odd\nsite_url: https://odd.example/\ntheme: {name: material}\nplugins: [search, readiness]\n"


@pytest.mark.parametrize("version", [*ODD, "con", "COM1", "Lpt9.txt", "1.0.", "versions.json", "feed.xml", "-", "/"])
def test_a_folder_is_a_plain_name_that_nothing_else_has(version: str) -> None:
    folder = folder_name(version)
    assert folder != version
    assert re.fullmatch(r"[A-Za-z0-9_+](?:[A-Za-z0-9._+-]{0,90}[A-Za-z0-9_+-])?", folder)


@pytest.mark.parametrize("version", ["1.4.0", "2.0rc1", "1.0+local", "nightly-7", "V1", "reports", "console", "com10"])
def test_a_usual_version_keeps_its_name(version: str) -> None:
    assert folder_name(version) == version


def test_versions_that_differ_in_letter_case_alone_clash() -> None:
    assert clash("v1", ["V1", "2.0"]) == "V1"
    assert clash("v1", ["v1", "2.0"]) is None
    assert clash("é", ["É"]) is None


def test_a_case_twin_is_refused_when_it_is_archived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    append(tmp_path / "history", "a pass")
    report = b'<testsuite><testcase classname="a" name="b"/></testsuite>'
    write(tmp_path, {"junit.xml": report, "Rc.xml": report})
    assert readiness("archive", "junit.xml", "--version", "RC", "--commit", "none").exit_code == 0
    done = readiness("archive", "junit.xml", "--version", "rc", "--commit", "none")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "'rc' and 'RC' differ only in letter case" in done.stderr
    done = readiness("import", "{version}.xml", "--yes")
    assert done.exit_code == 2
    assert "'Rc' and 'RC' differ only in letter case" in done.stderr


def test_each_is_archived_built_published_and_linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"mkdocs.yml": SITE})
    write(tmp_path / "docs", {"index.md": b"# Odd\n"})
    for day, version in enumerate(ODD):
        report = f'<testsuite name="s"><testcase classname="a" name="{day}"/></testsuite>'.encode()
        (file,) = write(tmp_path, {"junit.xml": report})
        done = readiness(
            "archive", file, "--version", version, "--started", f"2025-01-{day + 1:02}", "--commit", "none"
        )
        assert done.exit_code == 0, version
    done = readiness("publish", "--to", "public")
    assert done.exit_code == 0, done.stderr
    public = tmp_path / "public"
    entries = json.loads((public / "versions.json").read_text())
    assert {entry["title"]: entry["version"] for entry in entries} == {one: folder_name(one) for one in ODD}
    for page in public.rglob("*.html"):
        for href in re.findall(r'<a[^>]*? href="([^"]*)"', page.read_text()):
            address = urlsplit(unescape(href))
            if address.path and not address.scheme:
                below = address.path.startswith("/")
                there = public / unquote(address.path[1:]) if below else page.parent / unquote(address.path)
                assert (there / "index.html").is_file() or there.is_file(), (page, href)
