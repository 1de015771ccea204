"""What a hostile run and policy say to programs: every text whole and exact in its field, and no other instruction."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from tests.hostile.hostile_runs import COMMIT, PAYLOADS, PRODUCT, VARIANT, VERSIONS, Hostile, shown, told
from tests.plugin.pages import parse

BLOCKED, UNPROVEN = 1, 3


@pytest.fixture(scope="module")
def answers(hostile: Hostile) -> dict[str, str]:
    """Format -> what the gate says of the first run, which fails."""
    found = {}
    for form in ("json", "junit", "github", "markdown", "text"):
        code, printed = hostile.project.run("readiness", "gate", "--run", hostile.runs[0], "--format", form)
        assert code in (BLOCKED, UNPROVEN), printed
        found[form] = printed
    return found


def texts(value: Any) -> Iterator[str]:
    """Every text in a JSON document, names of fields included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield key
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)


def test_json_holds_every_text_in_its_own_field(answers: dict[str, str]) -> None:
    answer = json.loads(answers["json"])
    fields = set(texts(answer))

    for what in ("criterion", "item", "excuse", "ticket", "bearer", "approver", "phase"):
        assert [one for one in PAYLOADS if told(what, one) not in fields] == [], what
    for what in ("class", "test"):
        everything = "\n".join(fields)
        assert [one for one in PAYLOADS if f"{what} {one} {PAYLOADS[one]}" not in everything] == [], what
    assert {PRODUCT, VERSIONS[0], COMMIT + "0"} <= fields


def test_junit_is_xml_of_its_own_elements(answers: dict[str, str]) -> None:
    root = ElementTree.fromstring(answers["junit"])

    assert {element.tag for element in root.iter()} <= {
        *("testsuites", "testsuite", "properties", "property", "testcase"),
        *("failure", "error", "skipped", "system-out"),
    }
    assert {name for element in root.iter() for name in element.attrib} <= {
        *("name", "value", "classname", "message", "type", "timestamp", "tests", "failures", "errors", "skipped"),
    }
    names = {" ".join(case.get("name", "").split()) for case in root.iter("testcase")}
    for one in PAYLOADS:
        assert f"criterion-{one}: {' '.join(shown(told('criterion', one)).split())}" in names, one


def test_github_reads_one_command_a_line(answers: dict[str, str]) -> None:
    lines = answers["github"].splitlines()

    assert len(lines) > 10
    for line in lines:
        assert re.match(r"::(error|warning|notice) title=[^:,\r\n]*::", line), line
        assert not re.search(r"%(?!25|0A|0D|3A|2C)", line), line
    everything = "\n".join(lines)
    for one in ("workflow", "percent", "script"):
        head = shown(PAYLOADS[one]).replace("%", "%25")
        assert head in everything.replace("%3A", ":").replace("%2C", ","), one


def test_markdown_is_text_to_who_shows_it(answers: dict[str, str]) -> None:
    html = cmarkgfm.github_flavored_markdown_to_html(answers["markdown"], Options.CMARK_OPT_UNSAFE)
    page = parse(html)

    assert {element.tag for element in page.all()} <= {"p", "strong", "ul", "li", "wbr"}
    assert not any(element.attributes for element in page.all())
    words = " ".join(page.text.split())
    named = [one for one in PAYLOADS if " ".join(shown(told("criterion", one)).split()) in words]
    assert len(named) > 60, "lists are cut there; what is shown is exact"


def test_the_terminal_gets_no_control_character(answers: dict[str, str]) -> None:
    for form, printed in answers.items():
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]", printed), form


def test_the_search_index_holds_every_text_of_the_policy(hostile: Hostile) -> None:
    index = json.loads((hostile.project.site / "search" / "search_index.json").read_bytes())
    text = " ".join(parse("\n".join(f"{entry['title']}\n{entry['text']}" for entry in index["docs"])).text.split())

    for what in ("criterion", "group", "item", "excuse", "approver", "test", "class"):
        lost = [one for one in PAYLOADS if " ".join(shown(told(what, one)).split()) not in text]
        assert lost == [], what
    assert " ".join(shown(VARIANT).split()) in text
