"""An invented later release of examples/lukhas: all is mended but two things; one is waived, one is signed off.

The example stays what the report states; nothing of this is in examples/. 10 August is the example's own run. On the
20th emotional tone passes, on the 25th it fails again. On 1 September everything has a result, and GLYPHs alone still
fail; the documentation has changed, so that its old sign-off no longer counts. On 2 September it is judged again.
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from tests.plugin.pages import Element, article, broken_links, outcome_counts, rows_of, sections, table_rows
from tests.plugin.projects import PASSED, ROOT, Case, Failed, Project, Skipped

EXAMPLE = ROOT / "examples" / "lukhas"
LAST = "2025.9.1"
GLYPH = "test_glyph_communication"
LABEL = f"tests.consciousness.test_consciousness::{GLYPH}"
GLYPH_BLOCKER = "B-WS2FBZ"
GLYPH_HOLDS = f"API integrity: GLYPH communication lacks an attribute ({GLYPH}) {GLYPH_BLOCKER}"
TONE = "test_nlu_pipeline"
OLD_SIGNOFF = re.compile(r"(title: Documentation complete\n)        signoff:\n(?:          .*\n)+")
NEW_SIGNOFF = r"\1        signoff: {by: ada, date: 2025-09-02, expires: 2025-10-31, note: read page by page}" + "\n"
WAIVER = f"""\
waivers:
  - test: {LABEL}
    reason: No GLYPH is exchanged before 2025.10.
    ticket: PWM-17
    owner: kim
    approver: lee
    expires: 2025-09-30
"""


def example_tables() -> ModuleType:
    """The tables from which the example's evidence is written."""
    spec = importlib.util.spec_from_file_location("reconstruct", EXAMPLE / "reconstruct.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cases(mended: Collection[str], *, whole: bool) -> dict[str, Case]:
    """The 649 tests, the `mended` of the ten failures passing; `whole`: nothing is skipped or without a result."""
    tables = example_tables()
    found: dict[str, Case] = {}
    for file, name, told in tables.cases():
        label = f"{file.removesuffix('.py').replace('/', '.')}::{name}"
        if isinstance(told, tables.Failed) and name not in mended:
            message = f"{told.exception}: {told.message}"
            found[label] = Failed(message, f"E   {message}")
        elif isinstance(told, tables.Group) and told.skipped and not whole:
            found[label] = Skipped(told.skipped)
        elif told is not None or whole:
            found[label] = PASSED
    return found


@dataclass(frozen=True)
class Later:
    """The project as built in the end, and what the gate said before and after it was judged again."""

    project: Project
    blocked: tuple[int, str]
    ready: tuple[int, str]

    @property
    def run(self) -> str:
        return self.project.runs[LAST]

    def report(self, judgement: int) -> Element:
        folder = self.project.site / "reports" / self.run
        return article(folder / ("index.html" if judgement == 1 else f"{judgement}/index.html"))


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Later:
    project = Project(EXAMPLE).copy(tmp_path_factory.getbasetemp() / "lukhas-later")
    policy = (project.folder / "readiness.yml").read_text(encoding="utf-8")
    files = ("evidence/metrics.json", "evidence/reportlog.jsonl")
    listed = ("evidence/all.txt",)
    ids = (EXAMPLE / "evidence" / "collected.txt").read_text(encoding="utf-8")
    project.write("evidence/all.txt", ids)
    for version, day, mended in (("2025.8.20", "2025-08-20", [TONE]), ("2025.8.25", "2025-08-25", [])):
        project.archive(version, day, cases(mended, whole=False), files=(*listed, *files), listed=False)
    without, count = OLD_SIGNOFF.subn(r"\1", policy)
    assert count == 1
    project.write("readiness.yml", without)
    names = {test.name for test in example_tables().FAILED} - {GLYPH}
    metrics = {"consciousness_query_memory": 61.5, "memory_operations_memory": 55.2, "response_time_upper_bound": 15}
    units = {"response_time_upper_bound": "ms"}
    entries = [{"name": name, "value": value, "unit": units.get(name, "MB")} for name, value in metrics.items()]
    project.write("evidence/metrics.json", json.dumps({"metrics": entries}))
    project.write(
        "evidence/reportlog.jsonl",
        '{"pytest_version": "not stated", "$report_type": "SessionStart"}\n'
        '{"exitstatus": 1, "$report_type": "SessionFinish"}\n',
    )
    project.archive(LAST, "2025-09-01", cases(names, whole=True), files=(*listed, *files), listed=False)
    blocked = project.run("readiness", "gate", "--at", "2025-09-01")
    project.write("readiness.yml", OLD_SIGNOFF.sub(NEW_SIGNOFF, policy) + WAIVER)
    code, printed = project.run("readiness", "judge", "--at", "2025-09-02T09:00:00Z")
    assert (code, "judgement 2: READY" in printed) == (0, True), printed
    ready = project.run("readiness", "gate", "--at", "2025-09-02T10:00:00Z")
    project.build()
    return Later(project, blocked, ready)


def items_of(page: Element, *groups: str) -> list[str]:
    found = (item for group in groups for item in sections(page)[group].all("li"))
    return [" ".join(part.words for part in item.children if isinstance(part, Element)) for item in found]


def register(later: Later, heading: str) -> list[list[str]]:
    return rows_of(article(later.project.site / "blockers" / "index.html"), heading)


def test_one_of_649_tests_is_left(later: Later) -> None:
    assert outcome_counts(later.report(1)) == {"passed": 648, "failed": 1}
    assert outcome_counts(later.report(2)) == outcome_counts(later.report(1))


def test_the_gate_blocks_first_and_lets_pass_then(later: Later) -> None:
    code, told = later.blocked
    assert (code, told.count("NOT READY: BLOCKED")) == (1, 1)
    assert "Without waivers" not in told
    code, told = later.ready
    assert code == 0
    assert "READY as of 2025-09-02 09:00 UTC, valid until 2025-10-01 00:00 UTC" in told
    assert "Without waivers: NOT READY: BLOCKED" in told


def test_what_blocks_is_the_one_test_and_an_item(later: Later) -> None:
    report = later.report(1)
    assert report.one("p", "rd-word").words == "Not ready Blocked"
    titles = [card.one("a", "rd-title").words for card in report.all("li", "rd-card")]
    assert len(titles) == 3
    assert "Emotional tone" in titles[2], "open, and not blocking"
    assert "GLYPH communication lacks an attribute" in titles[0]
    assert titles[1].startswith("Documentation complete")
    states = items_of(report, "Infrastructure ready", "Core System not ready")
    assert [item for item in states if not item.startswith("Done")] == [
        "Not done Documentation complete not signed off",
        f"Not done Critical test failures resolved 1, required 0 Blocked by {GLYPH_HOLDS}",
    ]


def test_the_first_judgement_is_kept_and_says_that_there_is_another(later: Later) -> None:
    banner = later.report(1).one(css="rd-banner")
    assert banner.words.startswith("Judged again on 2 September 2025.")
    assert banner.one("a").attributes["href"] == "2/"
    assert not [one for one in later.report(2).all(css="rd-banner") if "Judged again" in one.words]
    assert broken_links(later.project.site) == []


def test_the_second_judgement_is_ready_and_says_what_it_rests_on(later: Later) -> None:
    report = later.report(2)
    verdict = report.one("div", "rd-verdict").words
    assert verdict.startswith("Ready Without waivers: NOT READY: BLOCKED")
    assert "1 of 649 executed tests fails" in verdict
    assert "Ready to deploy if you accept the waived risks listed in the report." in verdict
    assert "As of 2 September 2025, valid through 30 September 2025" in verdict
    waived = [row for row in rows_of(report, "Criteria") if row[-1] == "Waived"]
    assert [row[0].startswith("No test fails") for row in waived] == [True]
    assert "1; 0 with 1 waived" in sections(report)["Criteria"].words


def test_waiver_and_sign_off_are_listed_with_all_who_answer_for_them(later: Later) -> None:
    report = later.report(2)
    ((what, by, until, state),) = rows_of(report, "Waivers and residual risk")
    assert what.startswith(f"{LABEL} No GLYPH is exchanged before 2025.10.")
    assert "since 1 September 2025, in force in 1 release" in what
    assert (by, until, state) == ("kim, approved by leePWM-17", "30 September 2025", "In force")
    assert "Without waivers: NOT READY: BLOCKED." in sections(report)["Waivers and residual risk"].words
    found = items_of(report, "Infrastructure ready", "Core System not ready")
    assert (
        "Done Documentation complete signed off by ada on 2 September 2025, until 31 October 2025; read page by page"
        in found
    )
    assert f"Waived Critical test failures resolved not done; 1, required 0 Blocked by {GLYPH_HOLDS}" in found
    assert sum(item.startswith("Done") for item in found) == 9


def test_home_release_and_policy_say_the_same(later: Later) -> None:
    for path in ("index.html", f"releases/{LAST}/index.html"):
        page = article(later.project.site / path)
        assert page.one("div", "rd-verdict").words.startswith("Ready Without waivers: NOT READY: BLOCKED")
        assert LABEL in sections(page)["Residual risk" if path == "index.html" else "Waivers in force"].words
    history = sections(article(later.project.site / "policy" / "index.html"))["Policy changes"].one("ul").all("li")
    newest, before, first = (entry.words for entry in history)
    assert newest.startswith(f"2 September 2025 {LAST}, judgement 2 ")
    assert "“Documentation complete” is signed off by ada on 2 September 2025, until 31 October 2025." in newest
    assert (
        f"Waived until 30 September 2025: the test {LABEL} (No GLYPH is exchanged before 2025.10.; owner kim" in newest
    )
    assert before.startswith(f"1 September 2025 {LAST} ")
    assert before.endswith("“Documentation complete” is no longer signed off.")
    assert first.startswith("10 August 2025 2025.8.10 ")


def test_diff_tells_what_turned_it(later: Later) -> None:
    code, told = later.project.run("readiness", "diff", f"{later.run}#1", f"{later.run}#2")
    assert code == 0
    assert "The verdict changed." in told
    assert (
        "“Documentation complete” changed from not done to done (signed off by ada on 2025-09-02, until 2025-10-31"
        in told
    )
    granted = f"Granted: Waived until 2025-09-30: {LABEL} (1 result; owner kim, approved by lee, PWM-17): No GLYPH"
    assert granted in " ".join(told.split())
    code, told = later.project.run("readiness", "diff", f"{later.run}#1", f"{later.run}#2", "--format", "json")
    found = json.loads(told)
    assert (found["before"]["verdict"], found["now"]["verdict"]) == ("BLOCKED", "READY")
    # Nothing that was measured has changed: a criterion stands as before, and is waived now.
    (turned,) = found["turned"]
    for side, waived in (("before", False), ("now", True)):
        result = turned[side]
        assert (result["criterion"]["id"], result["state"], result["waived"]) == ("no-failures", "unmet", waived)
    (granted,) = found["waivers"]
    assert (granted["before"], granted["now"]["ref"], granted["now"]["state"]) == (None, f"test:{LABEL}", "in force")


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("2025-09-02T09:00:00Z", 0),
        ("2025-09-30T23:59:59Z", 0),  # the last second of 30 September
        ("2025-10-01T00:00:00Z", 3),  # the midnight that ends it is October's
        ("2025-10-01T01:00:00+02:00", 0),  # an hour before the end of that day in UTC
        ("2025-09-30T20:00:01-04:00", 3),  # still September there, October in UTC
        ("2025-10-01T00:00:01Z", 3),
        ("2025-11-01T00:00:01Z", 3),  # the sign-off has ended as well
    ],
)
def test_past_the_end_of_its_last_day_in_utc_nothing_is_ready(at: str, code: int, later: Later) -> None:
    assert later.project.run("readiness", "gate", "--at", at)[0] == code


def test_what_was_mended_is_closed_and_what_is_owed_is_observed(later: Later) -> None:
    """Tone failed, passed, failed: 2 failures in 3 executions owe max(3, ceil(ln 0.05 / ln (1/3))) = 3 passes."""
    by_state: dict[str, list[str]] = {}
    for heading in ("Open in 2025.9.1", "Closed"):
        for row in register(later, heading):
            state = re.match(r"Open, waived|Observing|Closed|.*", row[-1])
            by_state.setdefault(state[0] if state else "", []).append(row[1])
    assert {state: len(found) for state, found in by_state.items()} == {"Open, waived": 1, "Observing": 1, "Closed": 8}
    (owed,) = by_state["Observing"]
    assert "Emotional tone is processed incorrectly" in owed
    for cause in (
        "Parallel realities",
        "Memory leaks",
        "Core component missing",
        "Constructor mismatches",
        "Undefined",
    ):
        assert any(cause in title for title in by_state["Closed"]), cause
    (page,) = (
        page
        for page in later.project.site.glob("blockers/B-*/index.html")
        if TONE in article(page).words and "Emotional tone" in article(page).one("h1").words
    )
    assert "needs 2 more clean passes" in article(page).words
    assert "Emotional tone" in sections(later.report(2))["Open, not blocking this release"].words


def test_what_only_the_first_judgement_held_stands_nowhere(later: Later) -> None:
    """The sign-off was missing then; the later judgement of the same run never opened that blocker."""
    page = article(later.project.site / "blockers" / "index.html")
    assert not any("other lines" in heading for heading in sections(page))
    table = sections(page)["From replaced judgements"].one("table")
    ((_, what, *_, state),) = table_rows(table)
    assert (what.startswith("Documentation complete"), state) == (True, "Open")
    link = table.one("a")
    blocker = article(later.project.site / "blockers" / link.attributes["href"] / "index.html")
    banner = blocker.one(css="rd-banner")
    assert banner.words.startswith("Judged again on 2 September 2025: this blocker no longer applies.")
    assert banner.one("a").attributes["href"] == f"../../reports/{later.run}/2/"


def test_the_example_itself_is_untouched() -> None:
    assert len(list((EXAMPLE / "history").glob("runs/*/*"))) == 1
    assert len(list((EXAMPLE / "history" / "policies").iterdir())) == 1
    assert "waivers:" not in Path(EXAMPLE / "readiness.yml").read_text(encoding="utf-8")
