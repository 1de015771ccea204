"""Maven Failsafe's summary is never green by itself."""

from __future__ import annotations

import pytest
from tests.evidence.evidence_corpus import run_level

from readiness.evidence import read
from readiness.model import EvidenceFile, ReadState


def summary(
    attributes: str = "", *, completed: str = "5", errors: str = "0", failures: str = "0", more: str = ""
) -> EvidenceFile:
    """Read a summary made for the test."""
    counts = f"<completed>{completed}</completed><errors>{errors}</errors><failures>{failures}</failures>"
    return read(
        f"<failsafe-summary {attributes}>{counts}<skipped>1</skipped>{more}</failsafe-summary>".encode(),
        "failsafe-summary.xml",
    )


@pytest.mark.parametrize("attributes", ["", 'result="0"', 'result="null" timeout="false"'])
def test_a_clean_summary_counts_nothing(attributes: str) -> None:
    evidence = summary(attributes, more="<failureMessage/>")
    assert (evidence.kind, evidence.state, evidence.cases, evidence.results) == (
        "failsafe-summary",
        ReadState.READ,
        0,
        (),
    )
    (finding,) = evidence.findings
    assert (finding.code, finding.loss) == ("no-cases", False)
    assert "5 completed tests" in finding.message
    assert evidence.declared == {"completed": 5, "errors": 0, "failures": 0, "skipped": 1}


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (summary('result="255"'), 'result="255"'),
        (summary('result="254"', completed="0"), "more failing and skipped tests than the 0 completed"),
        (summary('timeout="true"'), "it timed out"),
        (summary(failures="1"), "1 failing test"),
        (summary(errors="2", failures="1"), "3 failing tests"),
        (summary(failures="9"), "more failing and skipped tests than the 5 completed"),
        (summary(completed="?"), "no readable completed"),
        (summary(more="<failureMessage> \nline one\nline two</failureMessage>"), "line one"),
    ],
)
def test_anything_else_is_a_run_level_error(made: EvidenceFile, said: str) -> None:
    assert run_level(made) == ["Maven Failsafe::(run)"]
    (detail,) = made.results[0].details
    assert said in detail.message
    assert said in detail.text


def test_a_damaged_summary_is_a_loss() -> None:
    evidence = read(b"<failsafe-summary><completed>5</completed><errors>0</err", "")
    assert (evidence.state, evidence.loss) == (ReadState.PARTLY, True)
    assert run_level(evidence)
