"""What pages transfer of a large project: 5,000 tests, 100 runs in 20 releases, 300 blockers, 60 areas, 40 metrics.

`python tests/benchmarks/bench_weight.py FOLDER` builds that site in FOLDER, to be looked at.
"""

from __future__ import annotations

import gzip
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bars import Bar
from histories import History, archive, area_named, metric_named
from projects import build, project

LARGE = History(runs=100, tests=5_000, per_release=5, causes=280, standing=150, areas=60, metrics=40)
KINDS = {
    "home": "index.html",
    "register": "blockers/index.html",
    "closed blockers": "blockers/closed/index.html",
    "trends": "trends/index.html",
    "trends by run": "trends/runs/all/index.html",
    "reports": "reports/index.html",
    "releases": "releases/index.html",
    "tests": "tests/index.html",
    "policy": "policy/index.html",
    "report": "reports/2*/index.html",
    "release": "releases/1*/index.html",
    "blocker": "blockers/B-*/index.html",
}


def policy() -> str:
    """Areas with owners, 15 limits on metrics, a plan."""
    lines = ["product: Shop", "areas:"]
    for at in range(LARGE.areas):
        name = area_named(at)
        lines.append(f"  - {{name: {name}, tests: ['tests.{name}.*'], owner: team {name.partition('_')[0]}}}")
    lines += ["criteria:", "  - {id: no-failures, title: No test fails, measure: failures, equals: 0}"]
    lines += ["  - {id: complete, title: Every expected test has a result, measure: completion, at_least: 100%}"]
    lines += ["  - {id: rate, title: Nearly all tests pass, measure: pass_rate, at_least: 99%, tier: advisory}"]
    for at in range(15):
        name, unit = metric_named(at), ("ms", "MB")[at % 2]
        limit = f"at_most: {44 + 7 * at} {unit}, tier: {('blocking', 'advisory')[at > 4]}"
        lines.append(f"  - {{id: m{at}, title: {name} stays low, measure: metric.{name}, {limit}}}")
    lines += ["plan:", "  streams: 6", "  phases:", "    - {name: Validation, min: 2, max: 3}"]
    return "\n".join([*lines, "    - {name: Deployment, min: 1, max: 2}", ""])


def large(folder: Path) -> Path:
    """Build the site."""
    made = project(folder)
    (made / "readiness.yml").write_text(policy())
    archive(LARGE, made / "history", policy=policy().encode())
    build(made)
    return made / "site"


def bars() -> Iterator[Bar]:
    """The heaviest page of each kind."""
    with tempfile.TemporaryDirectory() as name:
        yield from weighed(large(Path(name, "large")))


def weighed(site: Path) -> Iterator[Bar]:
    """The heaviest page of each kind, packed as servers do."""
    for kind, pattern in KINDS.items():
        sizes = {path: len(gzip.compress(path.read_bytes(), 6)) / 1000 for path in site.glob(pattern)}
        heaviest = max(sizes, key=lambda path: sizes[path])
        plain = heaviest.stat().st_size / 1000
        yield Bar(
            f"page of 5,000 tests, 100 runs: {kind}, packed, kB", sizes[heaviest], 150, f"{plain:.0f} kB unpacked"
        )


if __name__ == "__main__":
    place = Path(sys.argv[1])
    for bar in weighed(place / "site" if (place / "site").is_dir() else large(place)):
        print(f"{bar.what}: {bar.measured:.1f}; {bar.of}")
