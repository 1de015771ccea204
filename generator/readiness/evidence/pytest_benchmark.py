"""pytest-benchmark's JSON: its storage files and `--benchmark-json`, of every version so far."""

from collections.abc import Iterator

from readiness.evidence.findings import quoted
from readiness.evidence.foreign import foreign_json
from readiness.evidence.intake import Intake
from readiness.evidence.json_values import finite, items, members, text
from readiness.evidence.limits import LIMITS
from readiness.evidence.metrics import Reading, metrics_file
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
    entries = items(top["benchmarks"])
    if not entries:
        intake.findings.add("no-benchmarks", "the file holds no benchmark")
    if members(top.get("commit_info")).get("dirty") is True:
        intake.findings.add("uncommitted", "measured with uncommitted changes")
    facts = _environment(members(top.get("machine_info")))
    return metrics_file(entries, "benchmark", _metrics, AGAIN, intake, each=len(STATISTICS), environment=facts)


def _metrics(entry: object) -> Reading:
    benchmark = members(entry)
    name = (text(benchmark.get("fullname")) or text(benchmark.get("name"))).strip()
    if not name:
        return [], "without a name"
    stats = members(benchmark.get("stats"))
    values = [(what, value) for what in STATISTICS if (value := finite(stats.get(what))) is not None]
    metrics = [Metric(f"benchmark:{name}:{what}", value, UNIT) for what, value in values if value >= 0]
    return metrics, "" if len(metrics) == len(STATISTICS) else f"{quoted(name)} lacks {' or '.join(STATISTICS)}"


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
