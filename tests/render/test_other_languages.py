"""Pages and the gate's outputs in other words than ours: nothing of ours is left, and nothing gets lost."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from tests.render.other_words import marked, of_junit, of_page, unmarked
from tests.scenario import Again, Run, append, checklist, demands, readiness, story, waiver, warned

from readiness.archive import Archive
from readiness.assessment import assess
from readiness.assessment.diagnosis import MISSING, UNCLASSIFIED
from readiness.paths import templates_dir
from readiness.phrases import say, worded_by, words_of
from readiness.policy import default_categories
from readiness.render.pages.context import SiteContext
from readiness.render.pages.pages import GeneratedPage, build_pages
from readiness.render.pages.routes import Routes
from readiness.report import Reports

GERMAN = Path(__file__).parents[1] / "fixtures" / "words"
OURS = (templates_dir() / "words.jinja").read_text(encoding="utf-8")
CRITERIA = (
    "qqnone: failures = 0",
    "qqall: completion >= 100%",
    "qqread: evidence_loss = 0",
    "qqrate: pass_rate >= 90%; area Qqshop; min_evidence 3",
    "qqquick: duration <= 9 s; tier advisory",
    "qqrss: metric.qqrss <= 300 MB",
    "qqlines: coverage.line >= 80%; max_age 7 d",
    "qqwarned: warnings <= 1; tier advisory",
)
EFFORT = {"min": 1, "max": 2}
BOOM = {
    "title": "Qqboom",
    "message": "qqboom",
    "severity": "critical",
    "risk": "Qqrisk.",
    "fix": "Qqfix.",
    "effort": EFFORT,
}
NO_CARD = {"title": "Qqcard", "skip": "qqcard", "severity": "high"}
ITEMS = (
    {"id": "qqbackup", "owner": "qqsam"},
    {"id": "qqcore", "tests": ["*qqs*"]},
    {"id": "qqspeed", "metric": {"name": "qqrss", "at_most": "200 MB"}},
    {"id": "qqrare", "blocking": False, "criterion": "qqnone"},
)
SIGNED = {"signoff": {"by": "qqkim", "date": "2024-12-30", "expires": "2025-03-01", "note": "qqnote"}}
HOW = {"reason": "qqreason", "ticket": "QQ-1", "owner": "qqkim", "approver": "qqlee"}
LINES = b"TN:\nSF:qq.py\nDA:1,1\nDA:2,0\nBRDA:1,0,0,1\nBRDA:1,0,1,0\nend_of_record\n"
CUT = b'<testsuite name="qqcut"><testcase name="qqx" classname="qqc"/><testcase name'
TESTS = "qqs/qqa qqs/qqb qqs/qqc qqt/qqd qqt/qqe"
GOOD = f"qqs/qqa pass, qqs/qqb pass, qqs/qqc pass, qqt/qqd pass, qqt/qqe pass | {TESTS}"
BAD = f"qqs/qqa fail qqboom, qqs/qqb skip qqcard, qqs/qqc flaky qqlate, qqt/qqd error qqbang | {TESTS}"


def policy(*waivers: dict[str, object], signed: bool = False, **more: object) -> str:
    items = [ITEMS[0] | (SIGNED if signed else {}), *ITEMS[1:]]
    phases = [{"name": "Qqphase", "min": 2, "max": 3}]
    return demands(
        *CRITERIA,
        product="qqprod",
        areas=[{"name": "Qqshop", "tests": ["*qqs*"], "critical": True, "owner": "qqann"}],
        variants={"required": ["qqmac"]},
        categories=[BOOM, NO_CARD],
        checklist=[checklist(*items)[0] | {"group": "Qqgroup"}],
        plan={"phases": phases, "streams": 2, "holidays": ["2025-01-06"]},
        waivers=list(waivers),
        **more,
    )


def rich(root: Path) -> Path:
    """Runs that have of everything: blockers, waivers, checklist, plan, gaps, flaky tests, changes, replaced runs."""
    full = {"metrics": {"qqrss": "250 MB", "qqfree": "3"}, "files": {"lcov.info": LINES, **warned("qqwarn", "qqwarn")}}
    waived = (
        waiver("test", "tests.test_qqs::qqa", "2025-01-31", **HOW),
        waiver("criterion", "qqrss", "2025-01-20", at_most="400 MB", **HOW),
        waiver("blocker", "B-QQQQQQ", "2025-01-31", **HOW),
        waiver("test", "tests.test_qqt::qqgone", "2025-01-01", **HOW),
    )
    retired = [{"tests": ["tests.test_qqt::qqe"], "reason": "qqreason", "by": "qqkim", "date": "2025-01-02"}]
    story(
        root,
        Run(GOOD, "1.0", "c1", policy=demands("qqnone: failures = 0", product="qqprod"), **full),  # type: ignore[arg-type]
        Run(GOOD, "1.1", "c2", "qqmac", policy=policy(signed=True), **full),  # type: ignore[arg-type]
        Run(BAD, "1.2", "c2", policy=policy(), metrics={"qqrss": "350 MB"}, files={"cut.xml": CUT, **warned("qqwarn")}),
        Again(policy(*waived, signed=True, retired=retired), 3),
        Run("qqs/qqa pass | qqs/qqa !qqt", "1.2", policy=policy(*waived), supersedes=2),
        Run(GOOD.replace("qqs/qqa pass", "qqs/qqa fail qqbang"), "1.3", policy=policy(), **full),  # type: ignore[arg-type]
        Run(BAD.partition("|")[0], "nightly-7", policy=policy(*waived, signed=True)),
    )
    return root


def first(root: Path) -> Path:
    """A first run without a list, by the default policy."""
    append(root, Run("qqs/qqa pass, qqs/qqb skip qqcard"))
    return root


HISTORIES = {"rich": rich, "first": first, "empty": lambda root: root}


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of templates in which every word of ours is marked."""
    folder = tmp_path_factory.mktemp("marked")
    (folder / "words.jinja").write_text(marked(OURS), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def histories(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, tuple[str, ...]]]:
    """Name -> archive, and what stands in it that is not ours to word."""
    made = {name: make(tmp_path_factory.mktemp(name)) for name, make in HISTORIES.items()}
    return {name: (root, tuple(data(root))) for name, root in made.items()}


def pages(root: Path, *folders: Path) -> list[GeneratedPage]:
    archive = Archive(root)
    return list(build_pages(SiteContext(archive, Reports(assess(archive, None)), Routes()), folders))


def data(root: Path) -> Iterator[str]:
    """What is shown and is not ours to word: categories, the default policy, what readers found, ids."""
    for category in default_categories():
        yield from (f"{pattern}" for pattern in (category.type, category.message, category.skip) if pattern)
    for category in (*default_categories(), UNCLASSIFIED, MISSING):
        yield from (category.title, category.risk.rstrip("."), category.fix.rstrip("."))
    archive = Archive(root)
    for assessment in (one for judged in assess(archive, None).by_run.values() for one in judged):
        yield from (blocker.signature for blocker in assessment.blockers.values())
        yield from (gap.identity for gap in assessment.gaps if gap.name)
        for one in assessment.policy.criteria:
            yield from (one.title, one.id) if "qq" not in one.id else ()
    for run in archive.runs.values():
        yield from (*run.manifest.environment, *run.manifest.environment.values())
        for item in run.manifest.inputs:
            yield from (item.name, f"{item.kind}, {item.source}", item.reason or "")
            yield from (text for finding in item.findings for text in (finding.message, finding.place))
            yield from (f"{name} {value:g}" for name, value in item.declared.items())
    yield from (
        f"{root.name}/policies",
        "sha256",
        "Unassigned",
        "MB",
        "KiB",
        "(early end)",
        "nightly-",
        "nightly",
        "UserWarning",
    )


@pytest.mark.parametrize("name", HISTORIES)
def test_no_word_of_ours_is_left_on_a_page(
    name: str, histories: dict[str, tuple[Path, tuple[str, ...]]], words: Path
) -> None:
    root, known = histories[name]
    built = pages(root, words)
    assert len(built) > 5
    for page in built:
        assert unmarked(of_page(page.markdown), *known) == set(), page.path
        assert unmarked(f"{page.title} {page.description}", *known) == set(), page.path


@pytest.mark.parametrize("form", ["text", "markdown", "junit", "github"])
def test_no_word_of_ours_is_left_in_what_the_gate_says(
    form: str, histories: dict[str, tuple[Path, tuple[str, ...]]], words: Path
) -> None:
    root, known = histories["rich"]
    replaced = next(run.id for run in Archive(root).runs.values() if run.manifest.version == "1.2")
    for asked, at in (
        (("--release", "1.0"), "2025-01-08"),
        (("--release", "1.1"), "2026-01-08"),
        (("--release", "1.3"), "2025-01-08"),
        (("--release", "nightly-7"), "2025-01-08"),
        (("--run", replaced), "2025-01-08"),
    ):
        gate = ("gate", *asked, "--at", at, "--format", form, "--history", root)
        done = readiness("--templates", words, *gate)
        assert done.exit_code in (0, 1, 3)
        plain = re.sub(r"^::\w+ title=|<code>.*?</code>|<(?!wbr)[^>]*>", " ", done.stdout, flags=re.MULTILINE)
        told = of_junit(done.stdout) if form == "junit" else unquote(html.unescape(plain.replace("<wbr>", "")))
        assert unmarked(told, *known) == set(), asked


def german(root: Path) -> Path:
    append(root, Run("a fail boom, b pass | a b", "1.0", policy=demands("none: failures = 0", product="Shop")))
    return root


def test_a_report_in_german(tmp_path: Path) -> None:
    built = pages(german(tmp_path), GERMAN)
    report = next(page for page in built if page.path.startswith("reports/2"))
    text = html.unescape(re.sub(r"<[^>]*>", "", report.markdown))

    summary = "1 von 2 ausgeführten Tests schlägt fehl. Für alle 2 erwarteten Tests gibt es ein Ergebnis."
    assert report.description == f"Shop 1.0 ist NICHT BEREIT: BLOCKIERT. {summary}"
    for said in (
        "# Shop 1.0: Bericht zur Freigabe\n",
        "Nicht bereit Blockiert\n",
        f"{summary}\n",
        "Nicht ausliefern: Zuerst ist 1 Blocker zu beheben.\n",
        "Stand 1. Januar 2025\n",
        "## Kriterien\n",
        "KriteriumGefordertGemessenHeadroomErgebnis\n",
        "Nicht erfüllt\n",
        "## Was sich geändert hat\n",
        "First run of this release line: nothing to compare with yet.\n",  # not translated
    ):
        assert said in text
    for anchor in set(re.findall(r'href="[^"#]*&#x23;([^"]*)"', report.markdown)):
        assert f'id="{html.unescape(anchor)}"' in report.markdown
    assert next(page for page in built if page.path == "blockers/index.md").title == "Blocker"


def test_the_gate_in_german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = german(tmp_path / "history")
    monkeypatch.setenv("READINESS_TEMPLATES", str(GERMAN))
    lines = readiness("gate", "--history", root).output.splitlines()

    assert re.fullmatch(r"Shop 1\.0, Lauf \S+, Urteil 1, nach der Richtlinie [0-9a-f]{8}", lines[0])
    assert lines[1:5] == [
        "NICHT BEREIT: BLOCKIERT Stand 2025-01-01 00:00 UTC",
        "1 von 2 ausgeführten Tests schlägt fehl. Für alle 2 erwarteten Tests gibt es ein Ergebnis.",
        "Nicht ausliefern: Zuerst ist 1 Blocker zu beheben.",
        "",
    ]
    assert lines[5].split() == ["Kriterium", "Gefordert", "Gemessen", "Ergebnis"]
    assert lines[6].split()[:-1] == ["None", "0", "1", "Nicht", "erfüllt", "wegen"]
    assert lines[9].split()[1:6] == ["hoch", "offen", "1.0", "1", "fehlgeschlagen"]
    monkeypatch.delenv("READINESS_TEMPLATES")
    assert "NOT READY: BLOCKED" in readiness("gate", "--history", root).output


def test_what_another_language_leaves_out_is_listed(tmp_path: Path) -> None:
    done = readiness("words", "--missing", GERMAN / "words.jinja")
    missing = done.output.split()
    assert done.exit_code == 0
    assert "first_on_its_line" in missing
    assert {"state", "criteria", "tests_fail"}.isdisjoint(missing)
    (tmp_path / "words.jinja").write_text(readiness("words").output, encoding="utf-8")
    assert readiness("words", "--missing", tmp_path / "words.jinja").output == ""


@pytest.mark.parametrize(
    ("text", "where"),
    [("{% macro fit() %}{{ fti }}{% endmacro %}\n", "line 1"), ("{% macro fit() %}\n{% fi %}", "line 2")],
)
def test_a_mistake_in_the_words_is_told_in_a_line(text: str, where: str, tmp_path: Path) -> None:
    append(tmp_path / "history", "a pass | a")
    (tmp_path / "words.jinja").write_text(text)
    done = readiness("--templates", tmp_path, "gate", "--history", tmp_path / "history")
    assert done.exit_code == 2
    assert done.stderr.startswith(f"readiness: {tmp_path / 'words.jinja'}, {where}: the template cannot be used: ")
    assert done.stderr.endswith(". Fix the template\n")


def test_words_are_read_again_when_they_change_and_only_then(tmp_path: Path) -> None:
    file = tmp_path / "words.jinja"
    file.write_text("{% macro policy() %}One{% endmacro %}")
    words = words_of(tmp_path)
    assert words_of(tmp_path) is words
    with worded_by(words):
        assert say("policy") == "One"
    file.write_text("{% macro policy() %}Another{% endmacro %}")
    os.utime(file, (1, 1))
    with worded_by(words_of(tmp_path)):
        assert say("policy") == "Another"
