"""Reading a policy: YAML to a checked Policy, with file, line, key and remedy where something is wrong."""

import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from readiness.errors import UsageError
from readiness.policy.codeowners import read_codeowners
from readiness.policy.contradictions import contradictions
from readiness.policy.parts import RECORDED
from readiness.policy.schema import Category, Policy
from readiness.reading import plain_content

POLICY_FILE = Path("readiness.yml")
"""The policy of the project in the current folder."""

_MANUAL = "The guide's page `Policy` lists the allowed keys"


def default_text() -> bytes:
    """The default policy as it is recorded in an archive."""
    return files(__package__).joinpath("default.yml").read_bytes()


@cache
def default_criteria() -> tuple[dict[str, Any], ...]:
    """The criteria of the default policy, as plain YAML."""
    return tuple(yaml.safe_load(default_text())["criteria"])


@cache
def default_categories() -> tuple[Category, ...]:
    """The kinds of failure that are recognised without configuration."""
    plain = yaml.safe_load(files(__package__).joinpath("categories.yml").read_bytes())
    return tuple(Category.model_validate(one, context=RECORDED) for one in plain)


def policy_text(path: Path | None, *, owners: bool = True, pipes: bool = False) -> bytes:
    """The bytes of the policy at `path`; without a path those of readiness.yml, else of the default policy.

    With `owners` the rules of the CODEOWNERS file that it names follow in a second document: what is recorded needs no
    other file. `pipes`: what the user named as `path` may be a pipe; its CODEOWNERS file is below the current folder.
    Raises UsageError where a file that was named, or is there, cannot be read, or has a name like readiness.yaml.
    """
    if path is None and not POLICY_FILE.exists():
        _require_no_other_name()
        return default_text()
    pipes = pipes and path is not None
    path = path or POLICY_FILE
    text = _read(path, pipes=pipes)
    if not owners:
        return text
    try:
        node, plain = _plain(text, path)
    except UsageError:
        return text  # whoever reads it says what is wrong
    file = plain.get("owners")
    if not isinstance(file, str) or not file or "codeowners" in plain:
        return text
    where = f"{_where(node, ['owners'])} of {path}"
    folder = Path() if path.is_fifo() else path.parent
    rules = read_codeowners(_read(folder / file, where).decode(errors="replace"))
    recorded = {"codeowners": [one.model_dump() for one in rules]}
    return text.rstrip() + f"\n---\n{yaml.safe_dump(recorded, sort_keys=False, allow_unicode=True)}".encode()


_LARGEST = 16 * 1024 * 1024


def _read(path: Path, where: str = "", *, pipes: bool = False) -> bytes:
    remedy = "Name a file or a pipe" if pipes else "Put a file in its place, or name another one"
    return plain_content(path, _LARGEST, where=where, remedy=remedy, pipes=pipes)


def _require_no_other_name() -> None:
    """A policy that somebody wrote must not be passed over for the default one."""
    for name in ("readiness.yaml", ".readiness.yml", ".readiness.yaml"):
        if Path(name).exists():
            problem = f"is not read as policy, {POLICY_FILE} is"
            raise UsageError(problem, path=name, remedy="Rename it or move it")


def policy_digest(text: bytes) -> str:
    """SHA-256 of the policy's bytes: its name in the archive."""
    return hashlib.sha256(text).hexdigest()


def is_default(text: bytes) -> bool:
    """True for the text of the default policy: nobody has written one."""
    return text == default_text()


def parse_policy(text: bytes, path: Path | str, *, recorded: bool = False) -> Policy:
    """The policy that `text` states; raises UsageError naming `path`, line, key and remedy of the first problem.

    `recorded`: it stands in an archive, so what was allowed when it was written is allowed still.
    """
    policy, problems = check_policy(text, path, recorded=recorded)
    if policy is None or problems:
        raise problems[0]
    return policy


def check_policy(
    text: bytes, path: Path | str, *, recorded: bool = False
) -> tuple[Policy | None, tuple[UsageError, ...]]:
    """The policy that `text` states, as far as it states one, and everything that is wrong with it."""
    try:
        node, plain = _plain(text, path)
    except UsageError as error:
        return None, (error,)
    problems = list(_doubles(node, path))
    try:
        stated = {"criteria": default_criteria()} | plain
        policy = Policy.model_validate(stated, context=RECORDED if recorded else None)
    except ValidationError as error:
        found = error.errors()
        # A list whose entries are wrong is too short as well, which says nothing new.
        inner = [one for one in found if not any(_holds(one["loc"], other["loc"]) for other in found)]
        problems += [
            UsageError(_problem(one), path=path, where=_where(node, one["loc"]), remedy=_remedy(one))
            for one in sorted(inner, key=lambda one: _line(node, one["loc"]))
        ]
        return None, tuple(problems)
    problems += [
        UsageError(problem, path=path, where=_where(node, location), remedy=_MANUAL)
        for location, problem in contradictions(policy)
    ]
    return policy, tuple(problems)


def _whole(value: Any, known: dict[int, Any] | None = None) -> Any:
    """The same with one character for each pair of escapes that JSON writes it as; UnicodeEncodeError for a half.

    What several aliases name is looked at once: they can double and double.
    """
    known = {} if known is None else known
    if isinstance(value, str) and not value.isascii():
        joined = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
        joined.encode()
        return joined
    if id(value) not in known and isinstance(value, dict):
        made: dict[Any, Any] = {}
        known[id(value)] = made
        made.update((_whole(key, known), _whole(one, known)) for key, one in value.items())
    elif id(value) not in known and isinstance(value, list):
        listed: list[Any] = []
        known[id(value)] = listed
        listed.extend(_whole(one, known) for one in value)
    return known.get(id(value), value) if isinstance(value, dict | list) else value


def _plain(text: bytes, path: Path | str) -> tuple[Any, dict[Any, Any]]:
    """The YAML as nodes, which know their lines, and as plain values; raises UsageError where it is none.

    A second document holds what was recorded with the policy: the rules of its CODEOWNERS file.
    """
    try:
        nodes: list[Any] = [*yaml.compose_all(text.decode(), Loader=yaml.SafeLoader)]
        plain, *recorded = [*map(_whole, yaml.safe_load_all(text.decode()))] or [None]
    except UnicodeEncodeError as error:
        remedy = "Write the character itself: an escape of half a pair (\\ud800) is none"
        raise UsageError("holds text that is no Unicode", path=path, remedy=remedy) from error
    except UnicodeDecodeError as error:
        raise UsageError(
            "is not UTF-8 text", path=path, where=f"byte {error.start}", remedy="Save it as UTF-8"
        ) from error
    except RecursionError as error:
        raise UsageError("is nested too deeply", path=path, remedy=_MANUAL) from error
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error)
        raise UsageError(f"is not valid YAML: {problem}", path=path, where=where, remedy="Fix the YAML") from error
    plain = {} if plain is None else plain
    if not isinstance(plain, dict):
        raise UsageError("must have keys and values at the top level", path=path, where="line 1", remedy=_MANUAL)
    if recorded and (len(recorded) > 1 or not isinstance(recorded[0], dict) or list(recorded[0]) != ["codeowners"]):
        where = f"line {nodes[1].start_mark.line + 1}"
        raise UsageError("has a second YAML document", path=path, where=where, remedy="Keep one document")
    return nodes[0] if nodes else None, plain | (recorded[0] if recorded else {})


def _holds(outer: Sequence[int | str], inner: Sequence[int | str]) -> bool:
    """True where one place contains the other."""
    return len(outer) < len(inner) and tuple(inner[: len(outer)]) == tuple(outer)


def _where(node: Any, location: Sequence[int | str]) -> str:
    key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".")
    return f"line {_line(node, location)}" + (f", key {key}" if key else "")


_PROBLEMS = {
    "extra_forbidden": "unknown key",
    "missing": "is required but missing",
    "tuple_type": "must be a list",
    "model_type": "must have keys and values",
    "model_attributes_type": "must have keys and values",
    "string_type": "must be text; put it in quotes",
    "date_type": "must be a date; write it like 2025-08-31",
    "string_too_short": "is empty",
    "too_short": "is an empty list; name at least one",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "string_pattern_mismatch": "must be lower-case letters, digits and hyphens, beginning with a letter or digit",
}


def _problem(error: Any) -> str:
    if error["type"] == "literal_error":
        return f"must be {error['ctx']['expected']}"
    return _PROBLEMS.get(error["type"]) or str(error["msg"]).removeprefix("Value error, ")


def _remedy(error: Any) -> str:
    return "Correct its spelling or remove it" if error["type"] == "extra_forbidden" else _MANUAL


def _line(node: Any, location: Sequence[int | str]) -> int:
    """The line of the deepest node on the way to `location` that is there, counted from 1."""
    line = node.start_mark.line if node is not None else 0
    for part in location:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line
        elif isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == part), None)
            if found is None:
                break
            line, node = found[0].start_mark.line, found[1]
        else:
            break
    return int(line) + 1


def _doubles(root: Any, path: Path | str) -> Iterator[UsageError]:
    """YAML lets a later key win silently; here it is an error."""
    nodes, seen = [root], set()
    while nodes:
        node = nodes.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            nodes.extend(node.value)
        elif isinstance(node, yaml.MappingNode):
            keys: set[str] = set()
            for key, value in node.value:
                if key.value in keys:
                    where = f"line {key.start_mark.line + 1}, key {key.value}"
                    yield UsageError("is defined twice", path=path, where=where, remedy="Keep one of them")
                keys.add(key.value)
                nodes.append(value)
