"""Where to look for what a blocker came from, on a terminal: with what git says of the commits between."""

from collections.abc import Iterator
from pathlib import Path

from readiness import phrases
from readiness.assessment import Assessment, Blocker
from readiness.cli.ci_context import git
from readiness.numbers import plural
from readiness.phrases import one_line
from readiness.policy import differences

COMMITS = 20
"""Commits that are listed."""


def window_lines(found: Assessment, blocker: Blocker, project: Path) -> Iterator[str]:
    """What came between the last pass of its tests and their first failure; `project` may be a checkout of git."""
    window = blocker.window
    if window is None:
        return
    passed, failed = window.passed, window.failed
    if never := phrases.never_passed(window):
        yield never
    if passed is None:
        return
    last, first = (phrases.say(name, kind=blocker.kind.value).lower() for name in ("last_pass", "first_failure"))
    yield f"{last:<14} {passed.version}, run {passed.run}"
    for run in window.between:
        yield f"no result      {run.version}, run {run.run}"
    yield f"{first:<14} {failed.version}, run {failed.run}"
    yield f"commits        {phrases.commits_told(passed.commit, failed.commit)}"
    yield from (f"environment    {one_line(phrases.differs(one), 300)}" for one in window.environment)
    policies = [one.policy for one in found.chain() if one.run.id in (passed.run, failed.run)]
    if len(policies) == 2:
        yield from (f"policy         {line}" for line in phrases.amendments(differences(*policies)))
    command = phrases.bisect(window)
    between = "..".join(reversed(command.split()[-2:]))
    known = git(project, "log", "--oneline", "--no-decorate", between).splitlines() if command else []
    yield from (f"commit         {one_line(line, 200)}" for line in known[:COMMITS])
    if len(known) > COMMITS:
        yield f"               and {plural(len(known) - COMMITS, 'more commit')}"
    middle = git(project, "rev-list", "--bisect", between) if len(known) > 1 else ""
    if halving := middle or (window.next.commit if window.next else ""):
        yield f"test next      {phrases.commit_name(halving)}"
    if command:
        yield f"find it        {command}"
