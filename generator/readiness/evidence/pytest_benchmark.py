"""pytest-benchmark's JSON: its storage files and `--benchmark-json`, of every version so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from readiness.evidence.findings import plural, quoted
from readiness.evidence.foreign import foreign_json
from readiness.evidence.intake import Intake
from readiness.evidence.json_values import finite, items, members, text
from readiness.evidence.limits import LIMITS
from readiness.model import EvidenceFile, Metric

AGAIN = "run the benchmarks again with --benchmark-json"
STATISTICS = ("mean", "median")
"""What becomes a metric: the mean is what everyone quotes, the median is what one slow round can't move.

The minimum says how fast the code can be, not how fast it is; deviation, quartiles and rounds describe the measuring.
"""
UNIT = "s"
"""The file is in seconds, whatever unit the terminal shows."""
MACHINE = ("machine", "processor", "python_implementation", "python_version", "release", "system")


def is_pytest_benchmark(top: dict[str, object]) -> bool:
    """True for pytest-benchmark; the list of Google Benchmark, pyperf and CodSpeed is called `benchmarks` too."""
    return isinstance(top.get("benchmarks"), list) and foreign_json(top) is None


def read_pytest_benchmark(top: dict[str, object], intake: Intake) -> EvidenceFile:
    """Metrics `benchmark:<fullname>:mean` and `…:median` in seconds; a benchmark without them is a loss."""
    entries, findings = items(top["benchmarks"]), intake.findings
    metrics: list[Metric] = []
    unread = 0
    for position, entry in enumerate(entries):
        found, problem = _metrics(members(entry))
        metrics.extend(found)
        if problem:
            unread += 1
            findings.add("metric-unreadable", problem, place=f"benchmarks[{position}]", loss=True)
    if entries and not metrics:
        return intake.rejected(f"none of its {plural(len(entries), 'benchmark')} can be read; {AGAIN}")
    if not entries:
        findings.add("no-benchmarks", "the file holds no benchmark")
    for name, times in Counter(metric.name for metric in metrics).items():
        if times > 1:
            findings.add("metric-repeated", f"metric {quoted(name)} stands {times} times: each is kept")
    if members(top.get("commit_info")).get("dirty") is True:
        findings.add("uncommitted", "measured with changes that were not committed")
    return intake.read(
        f"{plural(unread, 'benchmark')} of {len(entries)} cannot be read; {AGAIN}" if unread else "",
        metrics=tuple(metrics),
        environment=_environment(members(top.get("machine_info"))),
    )


def _metrics(entry: dict[str, object]) -> tuple[list[Metric], str]:
    """The metrics of one benchmark, and what is wrong with it."""
    name = (text(entry.get("fullname")) or text(entry.get("name"))).strip()
    if not name:
        return [], "a benchmark without a name"
    stats = members(entry.get("stats"))
    values = {statistic: finite(stats.get(statistic)) for statistic in STATISTICS}
    metrics = [
        Metric(f"benchmark:{name}:{statistic}", value, UNIT)
        for statistic, value in values.items()
        if value is not None and value >= 0
    ]
    wrong = "" if len(metrics) == len(STATISTICS) else f"benchmark {quoted(name)} lacks {' or '.join(STATISTICS)}"
    return metrics, wrong


def _environment(machine: dict[str, object]) -> Iterator[tuple[str, str]]:
    """The facts about the machine that a measured time depends on."""
    for name in MACHINE:
        if fact := text(machine.get(name)).strip()[: LIMITS.environment_chars]:
            yield name, fact
    cpu = members(machine.get("cpu"))
    if model := (text(cpu.get("brand_raw")) or text(cpu.get("brand"))).strip()[: LIMITS.environment_chars]:
        yield "cpu", model
    if host := text(machine.get("node")).strip()[: LIMITS.environment_chars]:
        yield "hostname", host
