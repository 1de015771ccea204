"""mkdocs.yml as its owner wrote it, with one more plugin: lines are added to the text, and none is written anew."""

import re

import yaml

PLUGIN = "readiness"
GUEST = f"{PLUGIN}: {{path: quality}}"
"""In a site that is there already its home page stays what it is."""


def with_plugin(text: str) -> str | None:
    """The text with our plugin among `plugins`; the same text where it is there; None where that cannot be done safely.

    Raises yaml.YAMLError for a text that is no YAML.
    """
    before = plugins_of(text)
    if before is not None and PLUGIN in before:
        return text
    added = _added(text)
    if added is None:
        return None
    try:
        after = plugins_of(added)
    except yaml.YAMLError:
        return None
    # MkDocs has the plugin `search` where none is named.
    return added if after == [*(["search"] if before is None else before), PLUGIN] else None


def names_pages(text: str) -> bool:
    """True where the pages of the navigation are named, so that one that is not is not in it."""
    return _key(text, "nav") is not None


def plugins_of(text: str) -> list[str] | None:
    """Names of the plugins in order; None where there is no such key. Raises yaml.YAMLError."""
    node = _key(text, "plugins")
    if node is None:
        return None
    return [_name(one) for one in node.value] if isinstance(node, yaml.CollectionNode) else []


def _name(item: yaml.Node | tuple[yaml.Node, yaml.Node]) -> str:
    """A plugin is a name, a mapping of its name, or a pair of a mapping."""
    if isinstance(item, tuple):
        item = item[0]
    if isinstance(item, yaml.MappingNode) and item.value:
        item = item.value[0][0]
    return item.value if isinstance(item, yaml.ScalarNode) else ""


def _key(text: str, name: str) -> yaml.Node | None:
    """The value of a key of the top level; of a key that is there twice the last, as MkDocs reads it."""
    root = yaml.compose(text, yaml.SafeLoader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else ()
    return next((value for key, value in reversed(pairs) if key.value == name), None)


def _added(text: str) -> str | None:
    end = "\r\n" if "\r\n" in text else "\n"
    node = _key(text, "plugins")
    if _key(text, "INHERIT") is not None:
        return None
    if node is None:
        closed = text if text.endswith("\n") or not text else text + end
        return f"{closed}{end}plugins:{end}  - search{end}  - {GUEST}{end}"
    if not isinstance(node, yaml.CollectionNode) or not node.value or not node.tag.startswith("tag:yaml.org,"):
        return None
    if re.search(r"^plugins:\s*[*&]", text, re.MULTILINE):
        return None  # what an alias names stands elsewhere, and others share it
    if node.flow_style:
        last = node.end_mark.index - 1
        entry = GUEST if isinstance(node, yaml.MappingNode) else f"{{{GUEST}}}"
        return f"{text[:last].rstrip()}, {entry}{text[last:]}"
    lines = text.splitlines(keepends=True)
    at = _last_line(node) + 1
    if lines[at - 1] == lines[at - 1].rstrip("\r\n"):
        lines[at - 1] += end
    indent = " " * node.start_mark.column
    lines.insert(at, f"{indent}{GUEST}{end}" if isinstance(node, yaml.MappingNode) else f"{indent}- {GUEST}{end}")
    return "".join(lines)


def _last_line(node: yaml.Node) -> int:
    """The number of the last line, from 0, that holds something of a node; that of a block ends before its mark."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _last_line(last[1] if isinstance(last, tuple) else last)
    ends_before = node.end_mark.column == 0 and node.end_mark.line > node.start_mark.line
    return int(node.end_mark.line) - (1 if ends_before else 0)
