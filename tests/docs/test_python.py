"""What may be imported is what the guide names; its example and its commands print what stands there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import readiness

LOADED = """
import sys
import readiness
print(sorted(name for name in sys.modules if name.startswith(("readiness.", "pydantic", "narwhals"))))
"""
COMMAND = 'readiness() { "$PYTHON" -c "from readiness.cli import main; main()" "$@"; }\n'


@pytest.fixture(scope="module")
def guide(repo_root: Path) -> str:
    return (repo_root / "docs" / "guide" / "python.md").read_text(encoding="utf-8")


def test_the_guide_names_what_is_public_and_no_more(guide: str) -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", guide, re.MULTILINE)) == set(readiness.__all__)
    for name in readiness.__all__:
        assert getattr(readiness, name).__doc__
    with pytest.raises(AttributeError, match="no attribute 'report_of'"):
        _ = readiness.report_of  # type: ignore[attr-defined]


def test_importing_it_loads_nothing_else() -> None:
    assert subprocess.check_output([sys.executable, "-c", LOADED], text=True) == "[]\n"


def test_the_example_prints_what_stands_below_it(
    guide: str, repo_root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, printed = re.findall(r"```python\n(.*?)```.*?```\n(.*?)```", guide, re.DOTALL)[0]
    monkeypatch.chdir(repo_root)
    exec(code, {})
    assert capsys.readouterr().out == printed


@pytest.mark.skipif(shutil.which("jq") is None, reason="needs jq")
def test_the_commands_print_what_stands_below_them(guide: str, repo_root: Path) -> None:
    steps = re.findall(r"^\$ (.*)\n((?:(?!\$ |```).*\n)+)", guide, re.MULTILINE)
    assert len(steps) == 6
    # One archive, asked once: the commands differ in what they take of the answer.
    answer = "readiness gate --format json"
    assert all(command.startswith(f"{answer} | ") for command, _ in steps)
    script = f"{COMMAND}told=$({answer})\n" + "\necho ---\n".join(
        command.replace(answer, 'printf %s "$told"') for command, _ in steps
    )
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=repo_root,
        env={**os.environ, "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "---\n".join(printed for _, printed in steps)
