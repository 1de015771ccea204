"""The guide's page of commands names every command and option with its default, and no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click
import pytest
from tests.scenario import readiness

from readiness.cli import main


class Row(NamedTuple):
    """A row of a table of options: the first two cells, and all of them together."""

    option: str
    default: str
    text: str


def commands() -> Iterator[tuple[str, click.Command]]:
    """`gate`, `policy check` and so on, none of them hidden."""
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", each) for inner, each in command.commands.items() if not each.hidden)


COMMANDS = dict(commands())


def options_of(command: click.Command) -> dict[str, click.Option]:
    """Its options by every name that they have."""
    options = (one for one in command.params if isinstance(one, click.Option) and not one.hidden)
    return {name: option for option in options for name in option.opts}


@pytest.fixture(scope="module")
def sections(repo_root: Path) -> dict[str, str]:
    """Heading -> the text below it."""
    page = (repo_root / "docs" / "guide" / "commands.md").read_text(encoding="utf-8")
    return dict(part.split("\n", 1) for part in page.split("\n## ")[1:])


def rows_of(section: str) -> Iterator[Row]:
    """The rows of the tables of options; one that names two options counts for both."""
    for table in re.findall(r"^\| option\b.*\n\|[-|]+\n((?:\|.*\n)+)", section, re.MULTILINE):
        for line in table.splitlines():
            option, default, *_ = (cell.strip() for cell in line.strip("|").split("|"))
            yield from (Row(one, default, line) for one in re.findall(r"`(--?[^`]+)`", option))


def test_the_examples_of_setting_up_are_what_the_commands_print(
    sections: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    files = {"mkdocs.yml": "site_name: Shop\ntheme:\n  name: material\nplugins:\n  - search\n", "pytest.ini": ""}
    for name, text in (files | {"docs/index.md": "# Shop\n"}).items():
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")
    assert f"$ readiness init --ci github\n{readiness('init', '--ci', 'github').stdout}```\n" in sections["init"]


def test_every_command_has_a_section_and_no_other_is_there(sections: dict[str, str]) -> None:
    assert [*sections][:-1] == [name for name in sections if name in COMMANDS]
    assert {*sections} - {"Exit codes"} == {name for name in COMMANDS if " " not in name}
    told = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\|.*?\|", sections["Exit codes"], re.MULTILINE))))
    assert told == {name for name in COMMANDS if " " not in name}


def test_the_readme_names_every_command_in_the_order_of_the_help(repo_root: Path) -> None:
    readme = (repo_root / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `readiness (\w+)", readme, re.MULTILINE) == [name for name in COMMANDS if " " not in name]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_options_are_those_of_the_command_with_their_defaults(name: str, sections: dict[str, str]) -> None:
    options = options_of(COMMANDS[name])
    section = sections[name.partition(" ")[0]]
    assert f"`readiness {name}" in section
    if isinstance(COMMANDS[name], click.Group) or (" " in name and not options):
        return
    rows = list(rows_of(section))
    assert sorted(row.option.partition(" ")[0] for row in rows) == sorted(options)
    for row in rows:
        written, _, metavar = row.option.partition(" ")
        option = options[written]
        if isinstance(option.type, click.Choice):
            assert all(f"`{choice}`" in row.text for choice in option.type.choices)
        elif not option.is_flag and written.startswith("--"):
            assert metavar == option.make_metavar(click.Context(main))
        if option.required:
            assert row.default.startswith("required")
        elif option.is_flag:
            assert row.default == "off"
        elif isinstance(option.default, str | Path):
            assert row.default == f"`{option.default}`"


def test_every_option_that_the_guide_shows_is_there(repo_root: Path) -> None:
    shown = 0
    for page in (repo_root / "README.md", *sorted((repo_root / "docs").rglob("*.md"))):
        text = page.read_text(encoding="utf-8").replace("\\\n", " ")
        for name, arguments in re.findall(r"\breadiness ([a-z]+(?: check| default)?)\b([^`\n|;&)$]*)", text):
            for option in re.findall(r"(?<=\s)--?[a-z][a-z-]*", arguments) if name.split()[0] in COMMANDS else ():
                assert option in (*options_of(COMMANDS[name]), "--help"), (page.name, name, option)
                shown += 1
    assert shown > 40
