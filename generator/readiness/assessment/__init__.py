"""Facts and policy become criteria, blockers and a verdict, run after run along the chain."""

from readiness.assessment.blockers import Blocker, BlockerState, Kind, Member, MemberState, RunRef
from readiness.assessment.chain import assess
from readiness.assessment.changes import Changes, Moved, Turned, changes
from readiness.assessment.criteria import CriterionResult, CriterionState
from readiness.assessment.gaps import Gap
from readiness.assessment.measures import Measured
from readiness.assessment.ready import Step, to_ready
from readiness.assessment.record import Assessment, Assessments
from readiness.assessment.verdict import Reason, ReasonKind, Verdict, Word

__all__ = [
    "Assessment",
    "Assessments",
    "Blocker",
    "BlockerState",
    "Changes",
    "CriterionResult",
    "CriterionState",
    "Gap",
    "Kind",
    "Measured",
    "Member",
    "MemberState",
    "Moved",
    "Reason",
    "ReasonKind",
    "RunRef",
    "Step",
    "Turned",
    "Verdict",
    "Word",
    "assess",
    "changes",
    "to_ready",
]
