"""Writing a line into readiness.yml: everything else in the file stays as it is, to the byte."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from readiness.errors import UsageError
from readiness.policy.load import parse_policy

KEY = "retired"


def with_retired(text: bytes, entry: Mapping[str, Any], path: Path) -> tuple[bytes, int, str]:
    """(the policy with one more entry under `retired`, the line where that begins, the lines themselves).

    Raises UsageError where the policy cannot be used, or is written in a way that leaves no certain place for it.
    """
    if text.strip():
        parse_policy(text, path)
    old = text.decode()
    at, written = _placed(old, entry)
    new = old[:at] + written + old[at:]
    lines = written.strip("\r\n").removeprefix(", ")
    before = yaml.safe_load(old) or {}
    expected = before | {KEY: [*(before.get(KEY) or ()), dict(entry)]}
    try:
        sound = _plain(yaml.safe_load(new)) == _plain(expected)
    except yaml.YAMLError:
        sound = False
    if not sound:
        remedy = f"Add this entry under `{KEY}` yourself: {_flow(entry)}"
        raise UsageError("is written in a way that no entry can be added", path=path, remedy=remedy)
    parse_policy(new.encode(), path)
    begins = at + len(written) - len(written.lstrip("\r\n"))
    return new.encode(), new.count("\n", 0, begins) + 1, lines


def _placed(text: str, entry: Mapping[str, Any]) -> tuple[int, str]:
    """Where in the text the entry belongs, and how it is written there."""
    line = "\r\n" if "\r\n" in text else "\n"
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    known = next((value for key, value in root.value if key.value == KEY), None) if root is not None else None
    if isinstance(known, yaml.SequenceNode) and known.flow_style:
        return _into(text, known, _flow(entry))
    if isinstance(known, yaml.SequenceNode):
        indent = " " * known.start_mark.column
        at = _end_of_line(text, _last(known).end_mark.index)
        return at, _on_new_line(text, at, line) + _block(entry, indent).replace("\n", line)
    if isinstance(root, yaml.CollectionNode) and root.flow_style:
        return _into(text, root, f'"{KEY}": [{_flow(entry)}]')
    gap = line if text.strip() else ""
    lead = _on_new_line(text, len(text), line) + gap
    indent = " " * (root.start_mark.column if root is not None else 0)
    return len(text), lead + f"{indent}{KEY}:\n{_block(entry, f'{indent}  ')}".replace("\n", line)


def _into(text: str, node: Any, written: str) -> tuple[int, str]:
    """At the end of a list or mapping in brackets."""
    at = node.end_mark.index - 1
    return at, written if not node.value or text[:at].rstrip().endswith(",") else f", {written}"


def _flow(entry: Mapping[str, Any]) -> str:
    return json.dumps(entry, default=str, ensure_ascii=False)


def _block(entry: Mapping[str, Any], indent: str) -> str:
    dumped = yaml.safe_dump(dict(entry), sort_keys=False, allow_unicode=True, width=10_000, default_flow_style=None)
    first, *rest = dumped.splitlines()
    return "".join(f"{indent}{mark}{one}\n" for mark, one in (("- ", first), *(("  ", one) for one in rest)))


def _last(node: Any) -> Any:
    """The last thing that stands in a node: block nodes themselves end only where the next begins."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        node = node.value[-1]
        node = node[1] if isinstance(node, tuple) else node
    return node


def _end_of_line(text: str, index: int) -> int:
    """The beginning of the line after the one in which something ends."""
    if index and text[index - 1] == "\n":
        return index
    end = text.find("\n", index)
    return len(text) if end < 0 else end + 1


def _on_new_line(text: str, at: int, line: str) -> str:
    return "" if at == 0 or text[at - 1] == "\n" else line


def _plain(value: Any) -> Any:
    """The value as JSON has it: a date as its text."""
    return json.loads(json.dumps(value, default=str))
