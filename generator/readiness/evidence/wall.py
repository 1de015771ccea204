"""How long a file's tests took by the clock: known where every part says so, else a lower bound."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from xml.etree.ElementTree import Element

from readiness.evidence.limits import LIMITS
from readiness.evidence.timing import seconds
from readiness.model import EvidenceFile

SUITES = ("testsuite", "testsuites")


class Wall(NamedTuple):
    """Seconds by the clock; None where unknown."""

    seconds: float | None
    at_least: bool = False


def junit_wall(root: Element, *, whole: bool = True) -> Wall:
    """What a suite declares, else the sum over its suites.

    One of these without a time, a case beside them, or an end that was cut off (not `whole`) leaves a lower bound: the
    longest part. So does a time that a part of it exceeds.
    """
    text = _text(root)
    suites = [junit_wall(child) for child in root if child.tag in SUITES and not _is_empty(child)]
    texts = [_text(case) for case in root if case.tag == "testcase"]
    cases = [seconds(said) for said in texts]
    longest = max((time for time in (*cases, *(wall.seconds for wall in suites)) if time is not None), default=None)
    if text:
        declared = seconds(text)
        return Wall(None) if declared is None else at_least(declared, longest, rounding=_rounding(text))
    if any(said and time is None for said, time in zip(texts, cases, strict=True)):
        return Wall(None)  # a clock that ran backwards, or another unit: the others are no better
    known = [wall.seconds for wall in suites if wall.seconds is not None and not wall.at_least]
    if whole and suites and len(known) == len(suites) and not cases:
        return Wall(sum(known))
    return Wall(longest, at_least=longest is not None)


def _is_empty(suite: Element) -> bool:
    return not _text(suite) and suite.find(".//testcase") is None


def at_least(declared: float, longest: float | None, rounding: float) -> Wall:
    """The declared time, or the longest of its parts where that is more than rounding can explain."""
    if longest is not None and longest > declared + rounding:
        return Wall(longest, at_least=True)
    return Wall(max(declared, longest or 0.0))


def run_wall(files: Iterable[EvidenceFile]) -> Wall:
    """The time of a run by the clock, from its files.

    Files may have been written side by side: only where each says when it started is the span from the first start to
    the last end known. Else the run took as long as the longest of them, or longer.
    """
    timed = [file for file in files if file.cases or file.wall_s is not None]
    if len(timed) == 1:
        return Wall(timed[0].wall_s, timed[0].wall_at_least)
    longest = max((file.wall_s for file in timed if file.wall_s is not None), default=None)
    spans = [
        (file.started, file.started + timedelta(seconds=file.wall_s or 0.0))
        for file in timed
        if file.started is not None
    ]
    span = _span(spans)
    if longest is None or span is None or span > LIMITS.seconds:
        return Wall(longest, at_least=longest is not None)
    known = len(spans) == len(timed) and not any(file.wall_at_least or file.wall_s is None for file in timed)
    return Wall(max(span, longest), at_least=not known)


def _span(spans: Sequence[tuple[datetime, datetime]]) -> float | None:
    if not spans:
        return None
    return (max(end for _, end in spans) - min(start for start, _ in spans)).total_seconds()


def _text(element: Element) -> str:
    """Its time as it is written: an attribute, or the child that AntUnit writes."""
    return (element.get("time") or element.findtext("time") or "").strip()


def _rounding(text: str) -> float:
    """One in the last digit that is written."""
    return float(10.0 ** -len(text.partition(".")[2]))
