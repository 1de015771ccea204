"""CPU time of every expression over evidence on texts made to slow it down, at 1, 2 and 4 MB, and how it grows.

`python tests/benchmarks/bench_hostile.py` prints what each takes and exits 1 where twice as much text takes more than
2.4 times as long, or 1 MB more than two seconds. The texts are made from the patterns themselves; the most hostile are
found on short ones. `--module NAME` measures the patterns of one module, `--quick` short texts alone.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

from hostile_texts import attacks, grown

import readiness
from readiness.evidence import mask, read

ROOT = Path(readiness.__file__).parent
GROWTH, LIMIT_S = 2.4, 2.0
SHORT = 16_000
SIZES = (1_000_000, 2_000_000, 4_000_000)
NOTABLE_S = 0.15
"""What is done sooner is told to grow by nothing: so short times are noise."""
CALLS = ("compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer")

OWN_TEXT = {
    "readiness.cli.dates": "options of the command line",
    "readiness.cli.importer.paths": "paths and patterns of the command line",
    "readiness.cli.importer.plan": "a list of versions on the command line",
    "readiness.evidence.secret_patterns": "gitleaks' own patterns; what is made of them is measured by `mask`",
    "readiness.plugin.landmarks": "markup of the theme",
    "readiness.plugin.open_graph": "markup of the theme",
    "readiness.policy.quantity": "amounts of a policy",
    "readiness.policy.searching": "patterns of a policy, which another engine searches",
    "readiness.publish.freeze": "pages of ours, in which all foreign text is written as entities",
    "readiness.results.exporting": "names of our own files",
}
"""Modules whose expressions see no evidence, and what they see."""


@dataclass(frozen=True)
class Expression:
    """A pattern of ours, where it stands, and how it is used."""

    place: str
    pattern: str
    flags: int
    uses: frozenset[str]


def expressions() -> Iterator[Expression]:
    """Every literal pattern in the package that sees evidence; raises where one cannot be told."""
    sources = {path: path.read_text(encoding="utf-8") for path in sorted(ROOT.rglob("*.py"))}
    everything = "".join(sources.values())
    for path, source in sources.items():
        name = ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)
        calls = [node for node in ast.walk(ast.parse(source)) if _is_pattern(node)]
        if not calls or name in OWN_TEXT:
            continue
        values = vars(import_module(name))
        for call in calls:
            try:
                pattern = eval(ast.unparse(call.args[0]), values)
                more = map(ast.unparse, (*call.args[1:], *(key.value for key in call.keywords)))
                flag = sum(int(eval(one, values)) for one in more if one.startswith("re."))
            except NameError:
                continue  # made at run time: of a policy's globs, of the table of foreign formats, of rules of masking
            text = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
            line = source.splitlines()[call.lineno - 1]
            own = line.partition("=")[0].partition(":")[0].strip()
            uses = set(re.findall(rf"\b{re.escape(own)}\.(\w+)", everything)) if own.isidentifier() else set()
            kind = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            found = {kind} if kind != "compile" else {each for each in uses if each in CALLS} or {"match", "sub"}
            yield Expression(f"{name}:{call.lineno}", text, flag, frozenset(found))


def _is_pattern(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
        return False
    return isinstance(node.func.value, ast.Name) and node.func.value.id == "re" and node.func.attr in CALLS


def functions(one: Expression) -> Iterator[tuple[str, Callable[[str], object]]]:
    """What the package does with the pattern."""
    compiled = re.compile(one.pattern, one.flags)
    for use in sorted(one.uses):
        if use in ("match", "fullmatch"):
            yield use, getattr(compiled, use)
        else:
            yield use, lambda text: sum(1 for _ in compiled.finditer(text))


def consumers() -> dict[str, Callable[[str], object]]:
    """What reads evidence as a whole: each sees the texts of every pattern of masking, and of its own."""
    from readiness.analysis import Cause, cause_of, skip_reasons
    from readiness.model import Detail, Outcome, TestKey, TestResult

    def cause(text: str) -> Cause:
        detail = Detail(kind="failure", message=text, type="", text=text)
        return cause_of(TestResult(TestKey("tests", "", "a", "b"), Outcome.FAILED, details=(detail,)))

    return {
        "mask": lambda text: mask(text.encode(errors="replace")),
        "mask in XML": lambda text: mask(b"<a>" + text.encode(errors="replace")),
        "read": lambda text: read(text.encode(errors="replace"), "a.txt"),
        "signature": lambda text: cause(text).signature,
        "skip": lambda text: skip_reasons("", text),
    }


def secrets() -> Iterator[Expression]:
    """The rules by which secrets are found."""
    from readiness.evidence import secret_patterns

    rules = secret_patterns.rules()
    every = {rule for some in (*rules.by_literal.values(), rules.by_shape) for rule in some}
    for rule in sorted(every, key=lambda rule: (rule.name, rule.pattern)):
        flags = re.ASCII | (re.IGNORECASE if rule.ignore_case else 0)
        yield Expression(f"secret {rule.name}", rule.pattern, int(flags), frozenset({"mask"}))


def chosen() -> Iterator[tuple[str, Expression, Callable[[str], object]]]:
    """Name, pattern that the texts are made from, and what they are given to."""
    whole = consumers()
    for one in expressions():
        for use, function in functions(one):
            yield f"{one.place} {use}", one, function
        if one.place.startswith("readiness.analysis.signatures"):
            yield f"{one.place} in a signature", one, whole["signature"]
        elif one.place.startswith("readiness.analysis.skips"):
            yield f"{one.place} in a skip", one, whole["skip"]
        elif one.place.startswith("readiness.evidence.text_nodes"):
            yield f"{one.place} in a mask", one, whole["mask in XML"]
        elif one.place.startswith("readiness.evidence"):
            yield f"{one.place} in a file", one, whole["read"]
    for one in secrets():
        yield one.place, one, whole["mask"]


def seconds(function: Callable[[str], object], text: str) -> float:
    """CPU time of one call."""
    began = time.process_time()
    function(text)
    return time.process_time() - began


def worst(one: Expression, function: Callable[[str], object]) -> tuple[str, str, float]:
    """Of all texts that the pattern makes the one that grows most: it, and its time for a short text."""
    function("a")  # imports and compiles
    found = ("", "a", 0.0)
    for once, unit in attacks(one.pattern, one.flags):
        took = seconds(function, grown(once, unit, SHORT))
        if took > found[2]:
            found = (once, unit, took)
        if took > LIMIT_S:
            break
    return found


def measure(name: str, one: Expression, function: Callable[[str], object], *, quick: bool) -> bool:
    """Print what the pattern takes; True where it exceeds a limit."""
    once, unit, short = worst(one, function)
    if quick or short > LIMIT_S:
        exceeds = short > LIMIT_S / 8
        if exceeds:
            print(f"{name}: {short:.2f} s for {SHORT:,} characters, of {(once + unit)[:60]!r}: exceeds")
        return exceeds
    takes = [min(seconds(function, grown(once, unit, size)) for _ in range(2)) for size in SIZES]
    growth = max(later / max(sooner, NOTABLE_S) for sooner, later in pairwise(takes))
    exceeds = growth > GROWTH or takes[0] > LIMIT_S
    told = ", ".join(f"{took:.2f}" for took in takes)
    print(f"{name}: {told} s, grows {growth:.2f} times{': exceeds' if exceeds else ''}", flush=True)
    return exceeds


def main() -> int:
    """Measure, print, and say by the exit code whether all limits hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", default="")
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    exceeding = partial(measure, quick=asked.quick)
    rows: list[Any] = [row for row in chosen() if asked.module in row[0]]
    found = [name for name, one, function in rows if exceeding(name, one, function)]
    print(f"{len(rows)} measured; {len(found)} exceed a limit{': ' if found else ''}{', '.join(found)}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
