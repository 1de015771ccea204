"""Whatever is archived, replaced or judged later, of any date and version: no earlier report body changes a byte."""

from __future__ import annotations

import re
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st
from tests.scenario import FIRST_DAY, Run, evidence
from tests.tries import tries

from readiness.archive import Archive, NewRun, Writer, new_input, replacing
from readiness.assessment import assess
from readiness.model import DEFAULT_SOURCE
from readiness.policy import default_text
from readiness.render.pages.context import SiteContext
from readiness.render.pages.pages import build_data, build_pages
from readiness.render.pages.routes import Routes
from readiness.report import Reports

BANNER = re.compile(r"<!--! readiness:banner -->.*?<!--! /readiness:banner -->", re.DOTALL)
VERSIONS = ("1.3.4", "1.3.5", "1.4.0rc1", "1.4.0", "1.4.0+build.7", "2.0", "nightly-7", "nightly-8")
OUTCOMES = ("pass", "fail boom", "fail bang", "skip no card", "flaky boom")
POLICIES = (default_text(), b"vanished_allowed: 0%\n", b"areas: [{name: Shop, tests: ['*shop*'], owner: Ann}]\n")

added = st.fixed_dictionaries(
    {
        "what": st.just("run"),
        "results": st.dictionaries(st.sampled_from(("a", "b", "shop/x")), st.sampled_from(OUTCOMES), min_size=1),
        "version": st.sampled_from(VERSIONS),
        "commit": st.sampled_from(("", "c1", "c2")),
        "day": st.integers(0, 40),
        "policy": st.sampled_from(POLICIES),
    }
)
changed = st.fixed_dictionaries(
    {
        "what": st.sampled_from(("judge", "supersede")),
        "which": st.integers(0, 9),
        "policy": st.sampled_from(POLICIES),
        "number": st.integers(0, 9),
    }
)
histories = st.builds(lambda first, rest: [first, *rest], added, st.lists(added | changed, min_size=2, max_size=6))


def do(root: Path, step: dict[str, object]) -> None:
    """Archive a run, replace one, or judge one again."""
    runs = list(Archive(root).runs.values())
    with Writer(root) as writer:
        if step["what"] == "run":
            said = ", ".join(f"{test} {outcome}" for test, outcome in step["results"].items())  # type: ignore[attr-defined]
            files = evidence(Run(said)).items()
            inputs = [new_input(content, name, source=DEFAULT_SOURCE) for name, content in files]
            started = FIRST_DAY + timedelta(days=int(step["day"]))  # type: ignore[call-overload]
            new = NewRun(str(step["version"]), started, inputs, commit=str(step["commit"]))
            writer.append(new, step["policy"], "tests")  # type: ignore[arg-type]
            return
        run = runs[int(step["which"]) % len(runs)]  # type: ignore[call-overload]
        if step["what"] == "judge":
            at = max(run.judgements[-1].time, datetime(2026, 1, int(step["number"]) + 1, tzinfo=UTC))  # type: ignore[call-overload]
            writer.judge(run.id, step["policy"], at, "tests")  # type: ignore[arg-type]
        elif run.id not in Archive(root).superseded:
            late = new_input(evidence(Run(f"late{step['number']} pass"))["junit.xml"], "late.xml", source="tests")
            writer.append(replacing(run, NewRun("", run.manifest.started, [late])), step["policy"], "tests")  # type: ignore[arg-type]


def bodies(root: Path) -> dict[str, str]:
    """Every report page, without the banner that says what became of it, and every report as JSON."""
    archive = Archive(root)
    archive.require_sound()
    site = SiteContext(archive, Reports(assess(archive, None)), Routes())
    reports = (page for page in build_pages(site) if page.kind.parent == "reports/index.md")
    return {page.path: BANNER.sub("", page.markdown) for page in reports} | dict(build_data(site))


FIRST = {"what": "run", "results": {"a": "pass"}, "version": "1.4.0", "commit": "", "day": 0, "policy": POLICIES[0]}
REPLACED = {"what": "supersede", "which": 0, "policy": POLICIES[0], "number": 7}
JUDGED = {"what": "judge", "which": 0, "policy": POLICIES[1], "number": 1}


@given(histories)
@example([FIRST, REPLACED, JUDGED])
@tries(12)
def test_no_report_changes(history: list[dict[str, object]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        before: dict[str, str] = {}
        for step in history:
            do(Path(folder), step)
            after = bodies(Path(folder))
            assert {page: after[page] for page in before} == before
            before = after
        assert before
