"""Killed at any moment, or refused: the archive can be read, and the same command ends what was begun."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.notices.conftest import WHY
from tests.scenario import contents, readiness, write


def test_killed_at_every_call_that_writes(tmp_path: Path) -> None:
    script = Path(__file__).with_name("killing_notices.py")
    done = subprocess.run([sys.executable, script, tmp_path], capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) >= 60


@pytest.mark.parametrize(
    "command", [["withdraw", "13.0"], ["prune", "--keep-runs", "1"], ["redact", "--pattern", "geheim"]]
)
def test_a_full_disk_at_every_file(command: list[str], history: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write number n finds no room; then there is room again."""
    write(Path(), {"secret.txt": b"geheim"})
    really, left = os.fsync, [0]

    def full(handle: int) -> None:
        left[0] -= 1
        if not left[0]:
            raise OSError(28, "No space left on device")
        really(handle)

    before, number = contents(history), 0
    while True:
        number += 1
        left[0] = number
        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", full)
            done = readiness(*command, *WHY)
        if left[0] > 0:
            break
        assert (done.exit_code, done.stderr.count("No space left")) == (2, 1)
        assert readiness("gate", "--run", "1.1").exit_code == 1
        if "Nothing has changed" in done.output:
            assert contents(history) == before
        else:
            assert "call the same command again" in done.output
    assert number > 2
    assert readiness("verify").exit_code == 0
