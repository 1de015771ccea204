"""Numbers in sentences lead to their evidence; every sentence has its words, and every word is said by somebody."""

from __future__ import annotations

import re
from pathlib import Path

from readiness.assessment import Kind
from readiness.paths import templates_dir
from readiness.phrases.wording import At, Number, say
from readiness.render.pages.evidence_links import SECTIONS, linked
from readiness.render.pages.templating import template_environment

PACKAGE = Path(__file__).parents[2] / "generator" / "readiness"


def printed(text: str) -> str:
    return template_environment().from_string("{{ text }}").render(text=text)


def test_a_number_leads_to_its_evidence() -> None:
    said = say("without_result", missing=Number(456, At.GAPS), expected=Number(1649, At.EVIDENCE))

    assert said == "456 of 1,649 expected tests have no result"
    shown = printed(linked(said, "../r/"))
    assert re.sub(r"<[^>]*>", "", shown).replace("&#x20;", " ") == said
    assert re.findall(
        r'href="([^"]*)"',
        shown.replace("&#x2e;", ".").replace("&#x2f;", "/").replace("&#x23;", "#").replace("&#x2d;", "-"),
    ) == ["../r/#evidence-gaps", "../r/#evidence"]
    assert "<a" not in printed(said)


def test_a_hostile_title_in_a_sentence_stays_text() -> None:
    said = say("criterion_unmet", title="<img src=x onerror=alert(1)> {{ 7*7 }} *x*", how="[a](b)")

    shown = printed(linked(said, "./"))

    assert "<" not in shown
    assert "{" not in shown
    assert "*" not in shown
    assert "[" not in shown


def test_sentences_within_sentences_are_linked_too() -> None:
    part = say("evidence_lost", files=Number(2, At.EVIDENCE))
    further = say("all_have_results", expected=Number(1, At.EVIDENCE))

    shown = printed(linked(say("summary", parts=(part, "a", "b"), further=(further,)), "./"))

    assert shown.count("<a ") == 2
    assert re.sub(r"<[^>]*>", "", shown).replace("&#x20;", " ") == (
        "evidence was lost in 2 files, a and b. The 1 expected test has a result."
    )


def test_every_section_that_numbers_lead_to_is_a_heading_of_the_report() -> None:
    report = (templates_dir() / "report.md").read_text(encoding="utf-8")
    headings = {
        re.sub(r"[^a-z]+", "-", line.removeprefix("## ").lower()).strip("-")
        for line in report.splitlines()
        if line.startswith("## ")
    }

    assert set(SECTIONS) == set(At)
    assert set(SECTIONS.values()) <= headings


def test_every_sentence_of_the_template_is_said_somewhere() -> None:
    words = (templates_dir() / "words.jinja").read_text(encoding="utf-8")
    kinds = set(re.findall(r"{% macro (\w+)\(", words))
    files = [path for package in ("assessment", "phrases", "render") for path in (PACKAGE / package).rglob("*.py")]
    sources = "\n".join(path.read_text(encoding="utf-8") for path in files)
    composed = {f"{stem}_{state}" for stem in ("criterion", "criteria") for state in ("unmet", "unproven")}
    composed |= {f"{stem}_{state}" for stem in ("item", "items") for state in ("not_done", "unproven")}
    composed |= {
        f"{stem}_{direction}" for stem in ("required", "limit") for direction in ("at_least", "at_most", "equals")
    }
    composed |= {f"{stem}_{part}" for stem in ("new", "no") for part in ("variant", "area", "retired", "retirement")}

    composed |= {f"risk_{kind.value}" for kind in Kind}
    by_others = {kind for kind in kinds if re.search(rf"(?<!macro ){kind}\(", words)}

    assert [kind for kind in kinds - composed - by_others if f'"{kind}"' not in sources] == []
