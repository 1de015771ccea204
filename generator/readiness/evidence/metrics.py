"""`metrics.json`: measured values with their units, and limits where the producer names them."""

from __future__ import annotations

from collections import Counter

from readiness.evidence.findings import plural, quoted
from readiness.evidence.intake import Intake
from readiness.evidence.json_values import finite, items, text
from readiness.model import EvidenceFile, Metric

FORM = 'write {"metrics": [{"name": "size", "value": 1.5, "unit": "MB"}]}'


def is_metrics(top: dict[str, object]) -> bool:
    """True for an object with a list of metrics."""
    return isinstance(top.get("metrics"), list)


def read_metrics(top: dict[str, object], intake: Intake) -> EvidenceFile:
    """Every entry that has a name and a finite number; an entry that has not is a loss. Other keys are ignored."""
    entries, findings = items(top["metrics"]), intake.findings
    metrics: list[Metric] = []
    for position, entry in enumerate(entries):
        metric, problem = _metric(entry)
        if metric is not None:
            metrics.append(metric)
        if problem:
            findings.add("metric-unreadable", f"metric {problem}", place=f"metrics[{position}]", loss=True)
    unread = len(entries) - len(metrics)
    if entries and not metrics:
        return intake.rejected(f"none of its {plural(len(entries), 'metric')} can be read; {FORM}")
    for metric_name, times in Counter(metric.name for metric in metrics).items():
        if times > 1:
            findings.add("metric-repeated", f"metric {quoted(metric_name)} stands {times} times: each is kept")
    return intake.read(
        f"{plural(unread, 'metric')} of {len(entries)} cannot be read; {FORM}" if unread else "",
        metrics=tuple(metrics),
    )


def _metric(entry: object) -> tuple[Metric | None, str]:
    """The metric of an entry, and what is wrong with it."""
    if not isinstance(entry, dict):
        return None, "is no object with name and value"
    name = text(entry.get("name")).strip()
    if not name:
        return None, "has no name"
    value = finite(entry.get("value"))
    if value is None:
        return None, f"{quoted(name)} has no finite number as value"
    limit = finite(entry.get("limit"))
    problem = (
        f"{quoted(name)} has a limit that is no finite number"
        if limit is None and entry.get("limit") is not None
        else ""
    )
    return Metric(name, value, text(entry.get("unit")), limit), problem
