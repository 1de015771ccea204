"""Where the evidence of a number stands: the sections of the report, whose anchors stay as they are."""

from readiness.phrases import At, Number, Sentence

SECTIONS = {
    At.AREAS: "what-is-working",
    At.BLOCKERS: "next-steps",
    At.CHECKLIST: "checklist",
    At.CRITERIA: "criteria",
    At.EVIDENCE: "evidence",
    At.FAILURES: "next-steps",
    At.FLAKY: "flaky-tests",
    At.GAPS: "evidence-gaps",
    At.PLAN: "required-fixes-and-timeline",
    At.WAIVERS: "waivers-and-residual-risk",
    At.WARNINGS: "warnings",
}
"""Anchors of the report's headings."""


def evidence_at(report: str, at: At) -> str:
    """Address of a part of the report at address `report`."""
    return f"{report}#{SECTIONS[at]}"


def linked(text: str, report: str) -> str:
    """A sentence with its numbers linked into the report at address `report`; other text as it is."""
    if not isinstance(text, Sentence):
        return text
    return Sentence(text.kind, {name: _linked(value, report) for name, value in text.values.items()})


def _linked(value: object, report: str) -> object:
    if isinstance(value, Number):
        return Number(value, value.at, evidence_at(report, At(value.at))) if value.at else value
    if isinstance(value, tuple):
        return tuple(_linked(one, report) for one in value)
    return linked(value, report) if isinstance(value, str) else value
