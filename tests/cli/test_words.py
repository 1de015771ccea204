"""`readiness words`: what a file of another language leaves out, and what it defines in vain."""

from __future__ import annotations

import re
from pathlib import Path

from tests.scenario import readiness

FILE = "{% macro fit() %}Gut zum Ausliefern.{% endmacro %}{% macro fitt() %}Gut{% endmacro %}"


def test_what_a_file_leaves_out_and_defines_in_vain(tmp_path: Path) -> None:
    words = tmp_path / "words.jinja"
    words.write_text(FILE, encoding="utf-8")

    done = readiness("words", "--missing", str(words))

    assert done.exit_code == 0
    assert "wait_for_evidence" in done.stdout.splitlines()
    assert "fit" not in done.stdout.splitlines()
    assert done.stderr == f"{words}: `fitt` is not one of our sentences, so it replaces nothing\n"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    done = readiness("words", "--missing", str(tmp_path / "no.jinja"))

    assert (done.exit_code, done.stderr) == (
        2,
        f"readiness: {tmp_path}/no.jinja: there is no such file. Check its name\n",
    )


def test_no_sentence_is_defined_twice(repo_root: Path) -> None:
    """Jinja takes the last one, and who calls the first breaks when it is called."""
    names = re.findall(r"macro (\w+)\(", (repo_root / "templates" / "words.jinja").read_text(encoding="utf-8"))
    assert sorted(names) == sorted({*names})
