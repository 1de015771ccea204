"""Measured values with their units, and limits where the producer names them: `metrics.json`."""

from collections import Counter
from collections.abc import Callable

from readiness.evidence.findings import plural, quoted
from readiness.evidence.intake import Facts, Intake
from readiness.evidence.json_values import finite, items, text
from readiness.model import NOTHING, EvidenceFile, Metric

FORM = 'write {"metrics": [{"name": "size", "value": 1.5, "unit": "MB"}]}'
Reading = tuple[list[Metric], str]
"""The metrics of one entry, and what is wrong with it."""


def is_metrics(top: dict[str, object]) -> bool:
    """True for an object with a list of metrics."""
    return isinstance(top.get("metrics"), list)


def read_metrics(top: dict[str, object], intake: Intake) -> EvidenceFile:
    """Every entry that has a name and a finite number; an entry that has not is a loss. Other keys are ignored."""
    return metrics_file(items(top["metrics"]), "metric", _metric, FORM, intake)


def metrics_file(
    entries: list[object],
    noun: str,
    read: Callable[[object], Reading],
    again: str,
    intake: Intake,
    *,
    each: int = 1,
    environment: Facts = NOTHING,
) -> EvidenceFile:
    """The metrics of all entries, of which each should have so many; where it has less it could not be read."""
    metrics: list[Metric] = []
    unread = 0
    for position, entry in enumerate(entries):
        found, problem = read(entry)
        metrics += found
        unread += len(found) < each
        if problem:
            place = f"{noun}s[{position}]"
            intake.findings.lost("metric-unreadable", f"{noun} {problem}", place=place)
    if entries and not metrics:
        return intake.rejected(f"none of its {plural(len(entries), noun)} can be read; {again}")
    for name, times in Counter(metric.name for metric in metrics).items():
        if times > 1:
            intake.findings.add("metric-repeated", f"metric {quoted(name)} appears {times} times: every value is kept")
    partly = f"{plural(unread, noun)} of {len(entries)} cannot be read; {again}" if unread else ""
    return intake.read(partly, metrics=tuple(metrics), environment=environment)


def _metric(entry: object) -> Reading:
    if not isinstance(entry, dict):
        return [], "is no object with name and value"
    name, value, limit = (text(entry.get("name")).strip(), *(finite(entry.get(part)) for part in ("value", "limit")))
    if not name:
        return [], "has no name"
    if value is None:
        return [], f"{quoted(name)} has no finite number as value"
    unlimited = limit is None and entry.get("limit") is not None
    problem = f"{quoted(name)} has a limit that is no finite number" if unlimited else ""
    return [Metric(name, value, text(entry.get("unit")), limit)], problem
