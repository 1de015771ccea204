"""Every pattern of ours that sees evidence, and what is done with it: literal ones are found in the package.

One that is made at run time, or in a module that sees no evidence, must be entered below:
tests/hostile/test_registered_patterns.py fails until it is.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import readiness
from readiness.evidence import mask, read

ROOT = Path(readiness.__file__).parent
CALLS = ("compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer")

OWN_TEXT = {
    "readiness.cli.dates": (3, "options of the command line"),
    "readiness.cli.importer.paths": (5, "paths and patterns of the command line"),
    "readiness.cli.importer.plan": (1, "a list of versions on the command line"),
    "readiness.evidence.secret_patterns": (2, "gitleaks' own patterns; what is made of them is measured by `mask`"),
    "readiness.plugin.blocks": (5, "pages of ours, in which all foreign text is written as entities"),
    "readiness.plugin.landmarks": (4, "markup of the theme"),
    "readiness.plugin.open_graph": (1, "markup of the theme"),
    "readiness.policy.parts": (1, "a pattern of a policy, which is only compiled"),
    "readiness.policy.quantity": (2, "amounts of a policy"),
    "readiness.policy.searching": (7, "patterns of a policy, which another engine searches: see `default_policy`"),
    "readiness.publish.build": (1, "pages of ours, in which all foreign text is written as entities"),
    "readiness.publish.freeze": (1, "pages of ours, in which all foreign text is written as entities"),
    "readiness.results.exporting": (1, "names of our own files"),
}
"""Modules whose expressions see no evidence, how many they are, and what they see."""

MADE = {
    ("readiness.analysis.tables", "f'{plain[:-3]}(?:{NESTED})?{plain[-3:]}' if nested else plain"): "globs",
    ("readiness.evidence.foreign", "one"): "foreign",
    ("readiness.evidence.redacting", r"self.pattern or '\\r?\\n'.join(map(re.escape, self.text.split('\n')))"): "own",
    ("readiness.evidence.redacting", "'|'.join((self.plain.pattern, *map(re.escape, forms)))"): "own",
    ("readiness.policy.codeowners", "regex"): "globs",
}
"""Patterns made at run time: the function that measures them; `own`: it is the user's, for a command of theirs."""
PASSED_ON = {"LCOV_NAMES": "match", "TAP_POINT": "match", "PLAIN_USER": "match", "WINDOWS_USER": "match"}
"""Patterns that a function is given, and what it does with them."""


@dataclass(frozen=True)
class Expression:
    """A pattern of ours, where it stands, and how it is used."""

    place: str
    pattern: str
    flags: int
    uses: frozenset[str]


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every use of `re` in the package that makes a pattern, with its module."""
    for path in sorted(ROOT.rglob("*.py")):
        name = ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _is_pattern(node):
                yield name, node


def expressions() -> Iterator[Expression]:
    """Every literal pattern in the package that sees evidence; raises LookupError for one that cannot be told."""
    used: dict[str, set[str]] = {}
    for path in ROOT.rglob("*.py"):
        for name, use in re.findall(rf"\b(\w+)\.({'|'.join(CALLS)})\b", path.read_text(encoding="utf-8")):
            used.setdefault(name, set()).add(use)
    for name, call in calls():
        if name in OWN_TEXT or (name, ast.unparse(call.args[0])) in MADE:
            continue
        values = vars(import_module(name))
        try:
            pattern = eval(ast.unparse(call.args[0]), values)
            more = map(ast.unparse, (*call.args[1:], *(key.value for key in call.keywords)))
            flag = sum(int(eval(one, values)) for one in more if one.startswith("re."))
        except NameError:
            raise LookupError(f"{name}:{call.lineno} makes a pattern at run time: enter it in MADE") from None
        text = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
        own = next((key for key, value in values.items() if getattr(value, "pattern", None) == pattern), "")
        uses = used.get(own, set())
        kind = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        found = {kind} if kind != "compile" else uses or {PASSED_ON.get(own, "search")}
        yield Expression(f"{name}:{call.lineno}", text, flag, frozenset(found))


def _is_pattern(node: ast.Call) -> bool:
    if not (isinstance(node.func, ast.Attribute) and node.args):
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


def secrets() -> Iterator[tuple[str, Expression, Callable[[str], object]]]:
    """The rules by which secrets are found: each where it is tried; those that go by names and shapes in a mask too."""
    from readiness.evidence import secret_patterns

    rules = secret_patterns.rules()
    anchors: dict[secret_patterns.Rule, set[str]] = {}
    for literal, some in rules.by_literal.items():
        for rule in some:
            anchors.setdefault(rule, set()).add(re.escape(literal))
    for name, shape, pattern in secret_patterns.OURS_BY_SHAPE:
        anchors[secret_patterns.Rule(name, pattern)] = {shape}
    for rule, begins in sorted(anchors.items(), key=lambda each: (each[0].name, each[0].pattern)):
        flags = re.ASCII | (re.IGNORECASE if rule.ignore_case else 0)
        one = Expression(f"secret {rule.name}", rule.pattern, int(flags), frozenset({"mask"}))
        yield one.place, one, partial(_tried, rule, re.compile("|".join(sorted(begins)), re.ASCII))
        if rule.name in secret_patterns.NAMED | {secret_patterns.PRIVATE_KEY} or rule in rules.by_shape:
            yield f"{one.place} in a mask", one, consumers()["mask"]


def _tried(rule: Any, anchor: re.Pattern[str], text: str) -> int:
    """How many secrets the rule finds at its anchors; as in a mask, it goes on behind each."""
    done = count = 0
    for found in anchor.finditer(text):
        if found.start() >= done and (span := rule.match(text, found.start())):
            done, count = span[1], count + 1
    return count


def default_policy() -> Iterator[tuple[str, Expression, Callable[[str], object]]]:
    """The patterns of the default policy, and the engine that searches them."""
    from readiness.policy import default_categories
    from readiness.policy.searching import _contains, _translated, named_groups

    def groups(pattern: str, text: str) -> object:
        named_groups.cache_clear()
        return named_groups(pattern, text)

    for category in default_categories():
        for pattern in filter(None, (category.type, category.message, category.skip)):
            one = Expression(f"category {category.title} {pattern[:40]!r}", pattern, 0, frozenset({"search"}))
            theirs = _translated(pattern)
            yield one.place, one, lambda text, theirs=theirs: _contains(theirs, [text])  # type: ignore[misc]
            if re.compile(pattern).groupindex:
                yield f"{one.place} groups", one, partial(groups, pattern)


def foreign() -> Iterator[tuple[str, Expression, Callable[[str], object]]]:
    """What tells formats that are refused by name: of XML and JSON it sees names and values without a bound."""
    from readiness.evidence.foreign import BEGINNING, foreign_formats

    for row in foreign_formats():
        for pattern in row.patterns:
            one = Expression(f"foreign {row.title}", pattern.pattern, flags_of(pattern), frozenset({"search"}))
            yield (
                one.place,
                one,
                partial(_begins, pattern, BEGINNING[row.form] if row.form in ("bytes", "text") else None),
            )


def _begins(pattern: re.Pattern[str], most: int | None, text: str) -> object:
    return pattern.search(text[:most])


def globs() -> Iterator[tuple[str, Expression, Callable[[str], object]]]:
    """Globs of a policy and of CODEOWNERS, on the names of tests and files."""
    from readiness.analysis.tables import matches
    from readiness.policy.codeowners import Ownership, owner_of

    for glob in ("*a*b*", "*a*a*a*a*b", "a?*?a*[x]*b", "**/a*a/*a*a/**/b"):
        one = Expression(f"glob {glob}", glob.replace("[", r"\[").replace("*", ".*"), 0, frozenset({"match"}))
        yield one.place, one, lambda text, glob=glob: matches([glob], text)  # type: ignore[misc]
        rules = (Ownership(pattern=glob, owners="@x"),)
        yield f"{one.place} of owners", one, lambda text, rules=rules: owner_of(text, rules)  # type: ignore[misc]


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
    yield from secrets()
    yield from default_policy()
    yield from foreign()
    yield from globs()


def flags_of(pattern: re.Pattern[str]) -> int:
    """Its flags as `re` takes them."""
    return pattern.flags & (re.ASCII | re.IGNORECASE | re.MULTILINE | re.DOTALL | re.VERBOSE)
