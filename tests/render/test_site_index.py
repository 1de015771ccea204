"""What a site holds for programs: readiness.json, the feed, badges and llms.txt."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from tests.hostile.hostile_runs import junit, policy
from tests.scenario import Run, append

from readiness.archive import Archive
from readiness.assessment import assess
from readiness.render.feed import ATOM
from readiness.render.pages.context import SiteContext
from readiness.render.pages.routes import Routes
from readiness.render.site_index import SiteIndex, build_index
from readiness.report import Reports, schema

ROOT = "https://example.org/shop/"
NAMES = {"a": ATOM}


def index(root: Path, *runs: Run, site: str = ROOT) -> dict[str, str]:
    """Path -> content of every file for programs."""
    for day, run in enumerate(runs):
        append(root, run, day)
    archive = Archive(root)
    return dict(build_index(SiteContext(archive, Reports(assess(archive)), Routes(root=site))))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    runs = Run("a pass", "1.0"), Run("a fail boom", "1.1"), Run("a fail boom", "1.2"), Run("a pass", "1.3")
    return index(tmp_path_factory.mktemp("index") / "history", *runs)


def test_the_index_names_each_release_with_its_verdict_and_addresses(files: dict[str, str]) -> None:
    told = json.loads(files["readiness.json"])
    jsonschema.validate(told, schema(SiteIndex, "readiness.json"))
    assert [(one["version"], one["verdict"], one["open_blockers"]) for one in told["releases"]] == [
        *(("1.3", "READY", 0), ("1.2", "BLOCKED", 1), ("1.1", "BLOCKED", 1), ("1.0", "READY", 0)),
    ]
    assert told["now"] == told["releases"][0]
    assert told["now"]["report"] == f"{ROOT}reports/{told['now']['run']}/"
    assert told["now"]["badge"].removeprefix(ROOT) in files


def test_the_feed_tells_what_turned_and_nothing_twice(files: dict[str, str]) -> None:
    root = ET.fromstring(files["feed.xml"])
    entries = root.findall("a:entry", NAMES)
    titles = [one.findtext("a:title", "", NAMES) for one in entries]
    assert sorted(title.split(": ", 1)[1] for title in titles if "READY" in title) == [
        *("NOT READY: BLOCKED (was READY)", "READY", "READY (was NOT READY: BLOCKED)"),
    ]
    assert sum("open in 1.1" in title for title in titles) == sum("closed in 1.3" in title for title in titles) == 1
    assert len(titles) == 5


def test_the_feed_keeps_the_rules_of_atom(files: dict[str, str]) -> None:
    """RFC 4287: 4.1.1, 4.1.2, 4.2.6."""
    root = ET.fromstring(files["feed.xml"])
    entries = root.findall("a:entry", NAMES)
    for one in (root, *entries):
        for name in ("id", "title", "updated"):
            assert len(one.findall(f"a:{name}", NAMES)) == 1
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", one.findtext("a:updated", "", NAMES))
    assert root.find("a:author/a:name", NAMES) is not None
    assert root.findtext("a:updated", "", NAMES) == max(one.findtext("a:updated", "", NAMES) for one in entries)
    ids = [one.findtext("a:id", "", NAMES) for one in (root, *entries)]
    assert len(set(ids)) == len(ids)
    assert all(one.startswith("urn:uuid:") for one in ids)
    assert [(one.get("rel"), one.get("href")) for one in root.findall("a:link", NAMES)] == [
        ("self", f"{ROOT}feed.xml"),
        (None, ROOT),
    ]
    for one in entries:
        (link,) = one.findall("a:link", NAMES)
        assert (link.get("rel"), link.get("href", "").startswith(ROOT)) == (None, True)
    # What validators warn of beside: texts that look like markup, an order that is not that of time.
    assert not re.search(r"&lt;[a-z/]", files["feed.xml"])
    times = [one.findtext("a:updated", "", NAMES) for one in entries]
    assert times == sorted(times, reverse=True)


def test_ids_of_the_feed_do_not_change_with_later_runs_or_addresses(tmp_path: Path, files: dict[str, str]) -> None:
    runs = Run("a pass", "1.0"), Run("a fail boom", "1.1"), Run("a fail boom", "1.2"), Run("a pass", "1.3")
    more = index(tmp_path / "history", *runs, Run("a fail bang", "1.4"), site="")
    before, after = (re.findall(r"urn:uuid:[-\w]+", one["feed.xml"]) for one in (files, more))
    assert set(before) < set(after)


def test_badges_show_the_verdict_and_are_pictures_of_their_own(files: dict[str, str]) -> None:
    for path, word in (("badge.svg", "ready"), ("releases/1.1/badge.svg", "not ready: blocked")):
        svg = ET.fromstring(files[path])
        assert [text.text for text in svg.iter("{http://www.w3.org/2000/svg}text")][1] == word
        assert "href" not in files[path]
    told = json.loads(files["releases/1.1/badge.json"])
    assert (told["schemaVersion"], told["message"]) == (1, "not ready: blocked")


def test_llms_txt_leads_to_every_release(files: dict[str, str]) -> None:
    lines = files["llms.txt"].splitlines()
    assert lines[0].startswith("# ")
    assert lines[2].startswith("> ")
    assert sum(line.startswith(f"- [1.{minor}: ") for line in lines for minor in range(4)) == 4


def test_hostile_names_break_none_of_them(tmp_path: Path) -> None:
    runs = (Run("a pass", v, files={"h.xml": junit(v == "2.0").encode()}, policy=policy()) for v in ("1.0", "2.0"))
    files = index(tmp_path / "history", *runs)
    for path, content in files.items():
        if path.endswith(".json"):
            json.loads(content)
        elif path.endswith((".xml", ".svg")):
            ET.fromstring(content)
    assert "<script" not in files["llms.txt"]


def test_a_site_without_a_run_has_them_too(tmp_path: Path) -> None:
    files = index(tmp_path / "history")
    assert json.loads(files["readiness.json"])["now"] is None
    ET.fromstring(files["feed.xml"])
