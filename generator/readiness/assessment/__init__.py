"""Facts and policy become criteria, blockers and a verdict, run after run along the chain."""

from readiness.assessment.blockers import Blocker, BlockerState, Member, MemberState
from readiness.assessment.chain import Assessment, Assessments, assess
from readiness.assessment.criteria import CriterionResult, CriterionState, Measured
from readiness.assessment.verdict import Reason, ReasonKind, Verdict, Word

__all__ = [
    "Assessment",
    "Assessments",
    "Blocker",
    "BlockerState",
    "CriterionResult",
    "CriterionState",
    "Measured",
    "Member",
    "MemberState",
    "Reason",
    "ReasonKind",
    "Verdict",
    "Word",
    "assess",
]
