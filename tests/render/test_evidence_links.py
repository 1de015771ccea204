"""Numbers in sentences lead to their evidence; every sentence has its words, and every word is said by somebody."""

from __future__ import annotations

import re
from pathlib import Path

from readiness.paths import templates_dir
from readiness.phrases.wording import At, Number, defined, say
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
    further = say("all_have_results", expected=Number(3, At.EVIDENCE), skipped=0)

    shown = printed(linked(say("summary", parts=(part, "a", "b"), further=(further,)), "./"))

    assert shown.count("<a ") == 2
    assert re.sub(r"<[^>]*>", "", shown).replace("&#x20;", " ") == (
        "evidence was lost in 2 files, a and b. All 3 expected tests have a result."
    )


def test_every_section_that_numbers_lead_to_is_a_heading_of_the_report() -> None:
    report = (templates_dir() / "report.md").read_text(encoding="utf-8")
    headings = {kind.replace("_", "-") for kind in re.findall(r'^## {{ heading\("(\w+)"\) }}$', report, re.MULTILINE)}

    assert set(SECTIONS) == set(At)
    assert set(SECTIONS.values()) <= headings


def test_the_anchor_of_a_heading_is_that_of_its_english_words() -> None:
    environment = template_environment()
    for template in sorted(templates_dir().glob("*.md")):
        for kind in re.findall(r'heading\("(\w+)"\)', template.read_text(encoding="utf-8")):
            assert "<" not in environment.from_string("{{ heading(kind) }}").render(kind=kind), kind


def test_every_sentence_of_the_template_is_said_somewhere() -> None:
    words = templates_dir() / "words.jinja"
    sources = [
        path for package in ("assessment", "cli", "phrases", "render") for path in (PACKAGE / package).rglob("*.py")
    ]
    said = "\n".join(path.read_text(encoding="utf-8") for path in sources).replace("'", '"')
    printed = "\n".join(path.read_text(encoding="utf-8") for path in templates_dir().glob("*.*"))
    composed = {f"{stem}_{state}" for stem in ("criterion", "criteria") for state in ("unmet", "unproven")}
    composed |= {f"{stem}_{state}" for stem in ("item", "items") for state in ("not_done", "unproven")}
    composed |= {f"risk_{kind}" for kind in ("criterion", "gap", "checklist")}
    composed |= {
        f"{stem}_{way}" for stem in ("required", "criterion_beyond") for way in ("at_least", "at_most", "equals")
    }

    assert [
        kind
        for kind in defined(words)
        if kind not in composed
        and f'"{kind}"' not in said
        and f"words.{kind}(" not in printed
        and f'heading("{kind}")' not in printed
    ] == []
