"""CPU time of every expression over evidence on texts made to slow it down, at 1, 2 and 4 MB, and how it grows.

`make bench ONLY=hostile` writes the worst growth and the longest time for 1 MB into the table. `python
tests/benchmarks/bench_hostile.py` prints what each pattern takes and exits 1 where twice as much text takes more than
2.4 times as long, or 1 MB more than two seconds. The texts are made from the patterns themselves; the most hostile are
found on short ones. `--module NAME` measures the patterns of one module, `--quick` short texts alone.
Which there are, hostile_patterns.py knows.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bars import Bar
from hostile_patterns import Expression, chosen
from hostile_texts import attacks, grown

GROWTH, LIMIT_S = 2.4, 2.0
SHORT = 16_000
SIZES = (1_000_000, 2_000_000, 4_000_000)
NOTABLE_S = 0.15
"""What is done sooner is told to grow by nothing: so short times are noise."""


def seconds(function: Callable[[str], object], text: str) -> float:
    """CPU time of one call."""
    began = time.process_time()
    function(text)
    return time.process_time() - began


def worst(one: Expression, function: Callable[[str], object]) -> tuple[str, str, float]:
    """Of all texts that the pattern makes the one that grows most: it, and its time for a short text."""
    function("a\n" * 50)  # imports and compiles
    found = ("", "a", 0.0)
    for once, unit in attacks(one.pattern, one.flags):
        took = seconds(function, grown(once, unit, SHORT))
        if took > LIMIT_S / 8:  # or something was imported
            took = min(took, seconds(function, grown(once, unit, SHORT)))
        if took > found[2]:
            found = (once, unit, took)
        if took > 4 * LIMIT_S * SHORT / SIZES[0]:
            break
    return found


@dataclass(frozen=True)
class Measured:
    """A pattern, the text that it is slowest on, and seconds for each of the sizes."""

    name: str
    unit: str
    takes: tuple[float, ...]

    @property
    def growth(self) -> float:
        """How many times as long twice as much text takes, at most."""
        return max((later / max(sooner, NOTABLE_S) for sooner, later in pairwise(self.takes)), default=0.0)

    @property
    def exceeds(self) -> bool:
        """True where a limit does not hold."""
        return self.growth > GROWTH or self.takes[0] > LIMIT_S

    def __str__(self) -> str:
        told = ", ".join(f"{took:.2f}" for took in self.takes)
        return f"{self.name}: {told} s, grows {self.growth:.2f} times{self.exceeds * f': exceeds, of {self.unit!r}'}"


def measure(name: str, one: Expression, function: Callable[[str], object], sizes: Sequence[int]) -> Measured:
    """Measure the pattern on its worst text; what exceeds a limit once is measured again, for noise only adds."""
    once, unit, _ = worst(one, function)
    takes = [math.inf] * len(sizes)
    for _ in range(3):
        for at, size in enumerate(sizes):
            takes[at] = min(takes[at], seconds(function, grown(once, unit, size)))
            if takes[at] > 3 * LIMIT_S * size / SIZES[0]:
                return Measured(name, (once + unit)[:60], tuple(takes[: at + 1]))
        found = Measured(name, (once + unit)[:60], tuple(takes))
        if not found.exceeds:
            break
    return found


def measured(module: str = "", sizes: Sequence[int] = SIZES) -> Iterator[Measured]:
    """Each pattern of the modules whose name holds `module`."""
    yield from (measure(*row, sizes) for row in chosen() if module in row[0])


def bars() -> Iterator[Bar]:
    """The worst of all."""
    found = list(measured())
    growing, slow = max(found, key=lambda one: one.growth), max(found, key=lambda one: one.takes[0])
    of = f"{len(found)} uses of our patterns; the worst: "
    yield Bar("hostile text, twice as much of it (1, 2, 4 MB), CPU time", growing.growth, GROWTH, of + growing.name)
    yield Bar("1 MB of hostile text, seconds of CPU time", slow.takes[0], LIMIT_S, of + slow.name)


def main() -> int:
    """Measure, print, and say by the exit code whether all limits hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", default="")
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    found = []
    for one in measured(asked.module, (SHORT * 8, SHORT * 16) if asked.quick else SIZES):
        print(one, flush=True)
        found.append(one)
    exceeding = [one.name for one in found if one.exceeds]
    print(f"{len(found)} measured; {len(exceeding)} exceed a limit{': ' * bool(exceeding)}{', '.join(exceeding)}")
    return int(bool(exceeding))


if __name__ == "__main__":
    sys.exit(main())
