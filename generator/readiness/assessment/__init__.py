"""Facts and policy become criteria, blockers and a verdict, run after run along the chain."""

from readiness.assessment.answer import answers_alike
from readiness.assessment.blockers import AnyBlocker, Blocker, BlockerState, Kind, Requirement, TestBlocker
from readiness.assessment.chain import assess
from readiness.assessment.change import Changes, Judged, Moved, NamedBlocker, Turned, changes, judged
from readiness.assessment.checklist import ItemResult, ItemState, open_items
from readiness.assessment.criteria import CriterionResult, CriterionState, as_measured, how, of_baseline
from readiness.assessment.diagnosis import titled
from readiness.assessment.gaps import Gap, GapKind
from readiness.assessment.histories import histories_of
from readiness.assessment.judging import selectors
from readiness.assessment.measures import VALUES, Count, Known, Measured, measure
from readiness.assessment.members import Member, MemberState
from readiness.assessment.notes import Amount, Note, note
from readiness.assessment.order import open_blockers, stopping_blockers
from readiness.assessment.plan import Fix, Planned, Span, Timeline
from readiness.assessment.ready import Step, planned, to_ready
from readiness.assessment.record import Assessment, Assessments
from readiness.assessment.verdict import Reason, ReasonKind, Verdict, Word
from readiness.assessment.waivers import Debt, Granted, WaiverResult, WaiverState, judge_waivers
from readiness.assessment.window import Differing, Tried, Window

__all__ = [
    "VALUES",
    "Amount",
    "AnyBlocker",
    "Assessment",
    "Assessments",
    "Blocker",
    "BlockerState",
    "Changes",
    "Count",
    "CriterionResult",
    "CriterionState",
    "Debt",
    "Differing",
    "Fix",
    "Gap",
    "GapKind",
    "Granted",
    "ItemResult",
    "ItemState",
    "Judged",
    "Kind",
    "Known",
    "Measured",
    "Member",
    "MemberState",
    "Moved",
    "NamedBlocker",
    "Note",
    "Planned",
    "Reason",
    "ReasonKind",
    "Requirement",
    "Span",
    "Step",
    "TestBlocker",
    "Timeline",
    "Tried",
    "Turned",
    "Verdict",
    "WaiverResult",
    "WaiverState",
    "Window",
    "Word",
    "answers_alike",
    "as_measured",
    "assess",
    "changes",
    "histories_of",
    "how",
    "judge_waivers",
    "judged",
    "measure",
    "note",
    "of_baseline",
    "open_blockers",
    "open_items",
    "planned",
    "selectors",
    "stopping_blockers",
    "titled",
    "to_ready",
]
