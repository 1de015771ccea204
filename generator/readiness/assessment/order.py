"""The blockers that are not closed, in the order to fix them."""

from readiness.assessment.blockers import Blocker, BlockerState
from readiness.assessment.members import MemberState
from readiness.assessment.record import Assessment
from readiness.policy import SEVERITIES


def open_blockers(assessment: Assessment, *, kept: bool = False) -> list[Blocker]:
    """The blockers that are not closed: what stops the release first, then by severity, critical areas and number.

    `kept`: those instead that others hold, where they are told.
    """
    critical = {area.name for area in assessment.policy.areas if area.critical}
    found = [
        one
        for one in assessment.blockers.values()
        if one.state is not BlockerState.CLOSED and bool(one.kept_by) is kept
    ]
    order = (BlockerState.OPEN, BlockerState.REOPENED, BlockerState.UNVERIFIED, BlockerState.OBSERVING)
    return sorted(
        found,
        key=lambda one: (
            not (one.stopping and one.state is not BlockerState.OBSERVING),
            0 if one.state.stops else order.index(one.state),
            SEVERITIES.index(one.severity),
            one.area not in critical,
            -one.count(MemberState.FAILING),
            -len(one.members),
            one.id,
        ),
    )


def stopping_blockers(assessment: Assessment, *, kept: bool = False) -> list[Blocker]:
    """Those of the standing blockers that keep the release from being ready, in the same order; waived ones do not."""
    waived = assessment.granted
    there = (one for one in open_blockers(assessment, kept=kept) if one.id not in waived.blockers)
    found = ((one, one.without(waived.tests)) for one in there)
    return [one for one, left in found if left.blocks or left.doubted]
