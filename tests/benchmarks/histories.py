"""Histories as projects have them: failures that open, close and reopen, flaky, new and renamed tests, two variants.

`python tests/benchmarks/histories.py --runs 100 --tests 5000 --to DIR` archives one in DIR/history; with `--files` it
writes the files of its runs instead, one folder a run. The same numbers and seed give the same bytes on any day.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from readiness.archive import NewRun, Writer, new_input, ordered
from readiness.policy import default_text

FIRST = datetime(2024, 1, 1, 6, tzinfo=UTC)
EVERY = timedelta(hours=8)
AREAS = ("cart", "checkout", "search", "account", "billing", "catalog", "export", "mail", "pricing", "stock")
FEATURES = ("totals", "limits", "sorting", "filters", "rounding", "locking", "retries", "imports", "sessions", "themes")
CLASS, MODULE = 10, 50
"""Tests of one class, of one module."""
EXCEPTIONS = ("AssertionError", "KeyError", "TimeoutError", "shop.errors.OutOfStock", "ValueError", "ConnectionError")
SAYS = ("expected {0}, got {1}", "no such {0}: {1}", "{0} did not answer within {1} s", "{0} is not a valid {1}")


class Test(NamedTuple):
    """A test: its module, class and name; in which run it is new, and from which run on it has its other name."""

    module: str
    cls: str
    name: str
    born: int
    renamed: int | None

    def named(self, run: int) -> str:
        """What it is called in a run."""
        return f"{self.name}_again" if self.renamed is not None and run >= self.renamed else self.name


class Cause(NamedTuple):
    """Why tests fail: what they say, which tests of which variant, and in which runs."""

    exception: str
    message: str
    frame: str
    tests: frozenset[int]
    variants: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    """From, and up to but not with."""


class File(NamedTuple):
    """A file of evidence of one variant."""

    name: str
    variant: str
    content: bytes


@dataclass(frozen=True)
class BenchRun:
    """A run and its files, ready to be archived."""

    number: int
    version: str
    commit: str
    started: datetime
    files: tuple[File, ...]


def area_named(number: int) -> str:
    """`cart`, … `stock`, `cart_1`, …"""
    round_, at = divmod(number, len(AREAS))
    return f"{AREAS[at]}_{round_}" if round_ else AREAS[at]


def metric_named(number: int) -> str:
    """Times are even, memory is odd."""
    return f"{AREAS[number % len(AREAS)]}_{FEATURES[number // len(AREAS) % len(FEATURES)]}"


@dataclass(frozen=True)
class History:
    """So many runs of so many tests, both variants counted; a release every few runs."""

    runs: int = 20
    tests: int = 1000
    seed: int = 1
    per_release: int = 10
    variants: tuple[str, ...] = ("linux", "mac")
    causes: int | None = None
    """Causes of failures over all runs; else 3.3 a run of 5,000 tests, and fewer of smaller runs."""
    lists: bool = True
    """With the list of collected tests of each variant."""
    standing: int = 0
    """So many of the causes last until the final run."""
    areas: int = len(AREAS)
    metrics: int = 0
    """Metrics that each run measures."""
    slowed: int = 0
    """So many tests of each variant take 1.5 s and more longer since the last release."""

    def run(self, number: int) -> BenchRun:
        """A run by its number, from 0; it does not depend on how many there are, up to `runs`."""
        started = FIRST + EVERY * number
        commit = hashlib.sha1(f"{self.seed} {number - (number % 7 == 6)}".encode()).hexdigest()
        version = f"1.{number // self.per_release}.0"
        return BenchRun(number, version, commit, started, tuple(self._files(number, started)))

    def all(self, first: int = 0) -> Iterator[BenchRun]:
        """Every run, oldest first."""
        return map(self.run, range(first, self.runs))

    @cached_property
    def _tests(self) -> list[Test]:
        chance = random.Random(f"tests {self.seed}")
        count = max(1, self.tests // len(self.variants))
        return [self._test(number, chance) for number in range(count)]

    def _test(self, number: int, chance: random.Random) -> Test:
        own = min(MODULE, max(1, len(AREAS) * MODULE // self.areas))
        area = area_named(number // own % self.areas)
        module = f"tests.{area}.test_{area}_{number // own}"
        feature = FEATURES[number // CLASS % len(FEATURES)]
        name = f"test_{feature}_{number % CLASS}"
        name += f"[{chance.choice(('eu', 'us', 'de-CH'))}-{chance.randrange(90)}]" if number % 4 == 3 else ""
        born = chance.randrange(1, self.runs + 1) if chance.random() < 0.05 else 0
        renamed = chance.randrange(born + 1, self.runs + 1) if chance.random() < 0.02 and born < self.runs else None
        return Test(module, f"Test{feature.capitalize()}{number // CLASS}", name, born, renamed)

    @cached_property
    def _causes(self) -> list[Cause]:
        chance = random.Random(f"causes {self.seed}")
        count = max(3, self.runs * self.tests // 1500) if self.causes is None else self.causes
        return [self._cause(number, chance) for number in range(count)]

    def _cause(self, number: int, chance: random.Random) -> Cause:
        first = chance.randrange(len(self._tests))
        tests = frozenset(range(first, min(first + chance.choice((1, 1, 1, 2, 3, 6)), len(self._tests))))
        area = self._tests[first].module.split(".")[1]
        words = (f"{chance.choice(FEATURES)} of {area}", f"{chance.choice(('red', 'late', 'empty', 'old'))} item")
        begin, spans = chance.randrange(self.runs), []
        while begin < self.runs:
            end = begin + 1 + min(int(chance.expovariate(0.4)), 12)
            spans.append((begin, end))
            begin = end + chance.randrange(3, 20) if chance.random() < 0.3 else self.runs
        if number < self.standing:
            spans[-1] = (spans[-1][0], self.runs)
        return Cause(
            chance.choice(EXCEPTIONS),
            chance.choice(SAYS).format(*words),
            f"shop/{area}/part_{number}.py::apply_{chance.choice(FEATURES)}",
            tests,
            chance.choice((self.variants, self.variants, self.variants[:1], self.variants[-1:])),
            tuple(spans),
        )

    @cached_property
    def _spans(self) -> list[list[Cause]]:
        found: list[list[Cause]] = [[] for _ in range(self.runs)]
        for cause in self._causes:
            for begin, end in cause.spans:
                for number in range(begin, min(end, self.runs)):
                    found[number].append(cause)
        return found

    def _files(self, number: int, started: datetime) -> Iterator[File]:
        for variant in self.variants:
            failing = {test: one for one in self._spans[number] if variant in one.variants for test in one.tests}
            yield File(f"junit-{variant}.xml", variant, self._junit(number, variant, started, failing).encode())
            if self.lists:
                yield File(f"collected-{variant}.txt", variant, self._list(number).encode())
        if self.metrics:
            yield File("metrics.json", "", self._measured(number).encode())

    def _measured(self, number: int) -> str:
        chance = random.Random(f"metrics {self.seed} {number}")
        found = [
            {
                "name": metric_named(at),
                "value": round(40 + 7 * at + chance.gauss(0, 2), 2),
                "unit": ("ms", "MB")[at % 2],
            }
            for at in range(self.metrics)
        ]
        return json.dumps({"metrics": found})

    def _junit(self, number: int, variant: str, started: datetime, failing: dict[int, Cause]) -> str:
        chance = random.Random(f"run {self.seed} {number} {variant}")
        cases, counts, seconds = [], {"failure": 0, "skipped": 0}, 0
        last_release = (self.runs - 1) // self.per_release * self.per_release
        for at, test in enumerate(self._tests):
            if test.born > number:
                continue
            took = (at * 7919 + number * 104729) % 900 + 1
            if at % (len(self._tests) // max(1, self.slowed)) == 3 and number >= last_release > 0 and self.slowed:
                took += 15_000 + at
            seconds += took
            head = f'<testcase classname="{test.module}.{test.cls}" name={quoteattr(test.named(number))} '
            head += f'time="{took / 10000:.4f}"'
            inside = _inside(at, test, failing.get(at), chance)
            cases.append(f"{head}>{inside}</testcase>" if inside else f"{head}/>")
            for kind in counts:
                counts[kind] += inside.startswith(f"<{kind}")
        return (
            '<?xml version="1.0" encoding="utf-8"?>\n<testsuites>'
            f'<testsuite name="pytest" errors="0" failures="{counts["failure"]}" skipped="{counts["skipped"]}" '
            f'tests="{len(cases)}" time="{seconds / 10000:.3f}" timestamp="{started:%Y-%m-%dT%H:%M:%S}+00:00" '
            f'hostname="ci-{variant}-{number % 5}">\n' + "\n".join(cases) + "\n</testsuite></testsuites>\n"
        )

    def _list(self, number: int) -> str:
        there = [test for test in self._tests if test.born <= number]
        lines = [f"{test.module.replace('.', '/')}.py::{test.cls}::{test.named(number)}" for test in there]
        return "\n".join([*lines, "", f"{len(there)} tests collected in 0.42s", ""])


def _inside(at: int, test: Test, cause: Cause | None, chance: random.Random) -> str:
    """What a case holds: nothing where it passed."""
    if cause:
        return _failure(cause.exception, cause.message, cause.frame, test)
    if at % 200 == 17 and chance.random() < 0.1:
        return _failure("TimeoutError", f"no answer after {chance.randrange(100, 999)} ms", "shop/net.py::wait", test)
    if at % 97 == 5:
        return '<skipped type="pytest.skip" message="runs on release branches only"/>'
    return ""


def _failure(exception: str, message: str, frame: str, test: Test) -> str:
    path, _, function = frame.partition("::")
    trace = f"""self = <{test.module}.{test.cls} object at 0x7f3a9c2e71d0>

    def {test.name.partition("[")[0]}(self):
        shop = open_shop("testing", currency="EUR")
        shop.load(fixture("orders.json"))
>       assert shop.{function}(self.order) == self.expected

{test.module.replace(".", "/")}.py:{len(test.name) * 7}:
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _

    def {function}(order):
        for line in order.lines:
            line.check(order.country, at=order.created)
>       raise {exception}({message!r})
E       {exception}: {message}

{path}:{len(path) * 3}: {exception}
"""
    return f"<failure message={quoteattr(f'{exception}: {message}')}>{escape(trace)}</failure>"


def write_files(history: History, folder: Path, first: int = 0) -> list[Path]:
    """Write the files of every run, one folder a run: their folders, oldest first."""
    folders = []
    for run in history.all(first):
        place = folder / f"{run.number:05}-{run.version}"
        place.mkdir(parents=True, exist_ok=True)
        for file in run.files:
            (place / file.name).write_bytes(file.content)
        folders.append(place)
    return folders


def new_run(run: BenchRun, *, masking: bool = False) -> NewRun:
    """The run as it is archived."""
    files = run.files
    inputs = [new_input(one.content, one.name, source="tests", variant=one.variant, masking=masking) for one in files]
    return NewRun(
        version=run.version,
        started=run.started,
        inputs=ordered(inputs),
        product="Shop",
        commit=run.commit,
        branch="main",
        now=run.started + EVERY,
    )


def archive(
    history: History, root: Path, *, first: int = 0, last: int | None = None, policy: bytes | None = None
) -> None:
    """Archive every run from `first` up to but not with `last`, by the archive's own writer.

    Files are not masked, and not flushed. Reading them is most of the work: it is shared out over the processors.
    """
    numbers = range(first, history.runs if last is None else last)
    flush, os.fsync = os.fsync, lambda handle: None
    try:
        with Writer(root) as writer, ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
            for run in pool.map(_read, [history] * len(numbers), numbers, chunksize=4):
                writer.append(run, policy or default_text(), "benchmark")
    finally:
        os.fsync = flush


def _read(history: History, number: int) -> NewRun:
    run = new_run(history.run(number))
    # What the manifest does not say need not travel between processes.
    files = (
        replace(one.file, results=(), collected=None, declared=dict(one.file.declared), environment={})
        for one in run.inputs
    )
    return replace(run, inputs=[replace(one, file=file) for one, file in zip(run.inputs, files, strict=True)])


def main(arguments: Sequence[str] | None = None) -> None:
    """Write a history."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--tests", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--per-release", type=int, default=10)
    parser.add_argument("--files", action="store_true")
    parser.add_argument("--to", type=Path, required=True)
    told = parser.parse_args(arguments)
    history = History(told.runs, told.tests, told.seed, told.per_release)
    if told.files:
        write_files(history, told.to)
    else:
        archive(history, told.to / "history")


if __name__ == "__main__":
    main()
