"""Where to look for what a blocker came from, in words."""

from __future__ import annotations

import re
import shlex

from readiness.assessment import Differing, Window
from readiness.phrases.wording import Sentence, say

_HASH = re.compile("[0-9a-f]{7,64}")


def commit_name(commit: str) -> str:
    """A hash as git takes it, ten digits long; another name of a commit as it is."""
    return commit[:10] if _HASH.fullmatch(commit) else commit


def commits_told(before: str, after: str) -> Sentence:
    """What lies between two commits, empty where they are not known."""
    if not before or not after:
        return say("commits_unknown")
    if before == after:
        return say("same_commit")
    return say("commits_between", first=commit_name(before), last=commit_name(after))


def never_passed(window: Window) -> Sentence | None:
    """What is known where no test passed before; None where one did."""
    return None if window.passed else say("never_passed", runs=window.looked, version=window.failed.version)


def differs(one: Differing) -> Sentence:
    """A fact about the environment that is not as it was."""
    return say("environment_differs", name=one.name, before=one.before, now=one.now)


def bisect(window: Window) -> str:
    """The command that halves the window, where both commits are hashes and differ; else empty."""
    passed, failed = window.passed.commit if window.passed else "", window.failed.commit
    if passed == failed or not (_HASH.fullmatch(passed) and _HASH.fullmatch(failed)):
        return ""
    return shlex.join(("git", "bisect", "start", failed[:10], passed[:10]))
