"""Facts and policy become criteria, blockers and a verdict, run after run along the chain."""

from readiness.assessment.blockers import Blocker, BlockerState, Kind, Member, MemberState, RunRef
from readiness.assessment.chain import assess
from readiness.assessment.changes import Changes, Moved, Turned, changes
from readiness.assessment.checklist import ItemResult, ItemState
from readiness.assessment.criteria import CriterionResult, CriterionState
from readiness.assessment.diagnosis import warning_title
from readiness.assessment.gaps import Gap
from readiness.assessment.measures import Measured
from readiness.assessment.plan import Timeline
from readiness.assessment.ready import Step, planned, to_ready
from readiness.assessment.record import Assessment, Assessments
from readiness.assessment.verdict import Reason, ReasonKind, Verdict, Word
from readiness.assessment.waivers import Debt, WaiverResult, WaiverState

__all__ = [
    "Assessment",
    "Assessments",
    "Blocker",
    "BlockerState",
    "Changes",
    "CriterionResult",
    "CriterionState",
    "Debt",
    "Gap",
    "ItemResult",
    "ItemState",
    "Kind",
    "Measured",
    "Member",
    "MemberState",
    "Moved",
    "Reason",
    "ReasonKind",
    "RunRef",
    "Step",
    "Timeline",
    "Turned",
    "Verdict",
    "WaiverResult",
    "WaiverState",
    "Word",
    "assess",
    "changes",
    "planned",
    "to_ready",
    "warning_title",
]
