"""Every pattern of ours that sees evidence is in the benchmark of hostile texts."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest
from tests.benchmarks import hostile_patterns

from readiness.evidence import secret_patterns
from readiness.policy import default_categories


def unregistered() -> list[str]:
    """What is wrong with the registers of the benchmark, of the package as it is."""
    try:
        list(hostile_patterns.expressions())
    except LookupError as error:
        return [str(error)]
    calls = [(name, ast.unparse(call.args[0])) for name, call in hostile_patterns.calls()]
    counts = Counter(name for name, _ in calls)
    own = {name: number for name, (number, _) in hostile_patterns.OWN_TEXT.items()}
    wrong = [
        f"{name} has {counts[name]} patterns, not {number}" for name, number in own.items() if counts[name] != number
    ]
    return wrong + [f"{made} is not there" for made in hostile_patterns.MADE if made not in calls]


def test_each_pattern_is_measured() -> None:
    assert unregistered() == []
    measured = {one.pattern for _, one, _ in hostile_patterns.chosen()}
    rules = secret_patterns.rules()
    assert {rule.pattern for some in (*rules.by_literal.values(), rules.by_shape) for rule in some} <= measured
    default = default_categories()
    assert len(default) > 10
    assert {kind for each in default for kind in (each.type, each.message, each.skip) if kind} <= measured


@pytest.mark.parametrize(
    ("module", "more", "told"),
    [
        ("new", "import re\nNEW = re.compile('a' + str(1))", None),
        (
            "new",
            "import re\ndef of(name): return re.search(f'a{name}', 'b')",
            "readiness.new:2 makes a pattern at run time",
        ),
        ("cli/dates", "import re\nA = re.compile('a+$')", "readiness.cli.dates has 1 patterns, not 3"),
    ],
)
def test_a_new_pattern_is_measured_or_told(
    module: str, more: str, told: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "readiness"
    (package / module).parent.mkdir(parents=True)
    (package / f"{module}.py").write_text(more)
    monkeypatch.setattr(hostile_patterns, "ROOT", package)
    monkeypatch.setattr(hostile_patterns, "import_module", lambda name: compiled(more))
    wrong = unregistered()
    assert any(line.startswith(told) for line in wrong) if told else not any("readiness.new" in line for line in wrong)
    if told is None:
        assert [one.pattern for one in hostile_patterns.expressions()] == ["a1"]


def compiled(source: str) -> object:
    module = type(ast)("new")
    exec(source, vars(module))
    return module


def test_patterns_are_made_in_no_other_way() -> None:
    """What the benchmark looks for is the only form in which the package uses `re`."""
    other = re.compile(r"from re import|import re as|import regex|\bre\.(?:template|Scanner)|__import__|\bre,|, re\b")
    sources = {path: path.read_text(encoding="utf-8") for path in hostile_patterns.ROOT.rglob("*.py")}
    assert [str(path) for path, text in sources.items() if any(map(other.match, text.splitlines()))] == []
