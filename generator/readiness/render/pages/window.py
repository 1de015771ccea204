"""Where to look for what a blocker came from, on its page."""

from collections.abc import Mapping
from dataclasses import dataclass

from readiness import phrases
from readiness.assessment import Blocker, Tried
from readiness.phrases import Sentence, amendments, say
from readiness.policy import differences
from readiness.render.pages.context import Here, Linked
from readiness.render.pages.truncated import Truncated, first
from readiness.report import Report

RUNS = 10
"""Runs between that are named."""


@dataclass(frozen=True)
class WindowView:
    """What came between the last pass and the first failure of a blocker's tests.

    Of a limit: between the last run that met it and the first that missed it. Of a gap: between the last run that had
    what is missing and the first that lacked it.
    """

    kind: str
    """Kind of the blocker: `failure` or `component` of tests, `criterion`, `checklist` or `gap`."""
    never: Sentence | None
    """Said where none of them passed before."""
    passed: Linked | None
    failed: Linked
    between: Truncated[Linked]
    """Runs that prove neither."""
    commits: Sentence | None
    environment: tuple[Sentence, ...]
    """What is not as it was."""
    policy: tuple[Sentence, ...]
    """What the policy says otherwise."""
    next: Linked | None
    """The commit to test next, with the run that has it."""
    bisect: str
    """The command that finds the commit; empty where that is not known."""


def window_view(here: Here, judged: Mapping[str, Report], blocker: Blocker) -> WindowView | None:
    """The window of a blocker, whose chain is `judged`; None of one that has none."""
    window = blocker.window
    if window is None:
        return None
    passed, failed = window.passed, window.failed
    ends = [judged.get(end.run) for end in (passed, failed) if end]

    def run(one: Tried) -> Linked:
        return _before(here, judged, one, failed)

    to_test = None
    if suspect := window.next:
        text = say("commit_of", commit=phrases.commit_name(suspect.commit), version=suspect.version)
        to_test = Linked(text, here.report_url(judged[suspect.run]) if suspect.run in judged else "")
    policies = [here.site.reports.policy_of(end) for end in ends if end]
    return WindowView(
        kind=blocker.kind.value,
        never=phrases.never_passed(window),
        passed=run(passed) if passed else None,
        failed=run(failed),
        between=first(window.between, RUNS).of(run),
        commits=phrases.commits_told(passed.commit, failed.commit) if passed else None,
        environment=tuple(map(phrases.differs, window.environment)),
        policy=amendments(differences(*policies)) if len(policies) == 2 else (),
        next=to_test,
        bisect=phrases.bisect(window),
    )


def _before(here: Here, judged: Mapping[str, Report], run: Tried, failed: Tried) -> Linked:
    """A run by its version, by its time where that is the version of the failure too; linked where it has a report."""
    if run.run not in judged:
        return Linked(run.version)
    if run == failed or failed.run not in judged:
        return here.report(judged[run.run])
    return here.report_before(judged[run.run].judged, judged[failed.run].judged)
