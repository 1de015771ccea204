"""Archive and build after each run, against Allure 3 reporting the same files with its history."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bars import Bar, Took, ratio, run
from histories import BenchRun, History
from projects import archive_by_command, build, project

WHAT = "archive and build after each of 20 runs x 1,000 tests, against Allure 3 with history"
BAR = 0.5


def bars() -> Iterator[Bar]:
    """Both take each run in turn, as it comes."""
    node = next((f"{name} is missing" for name in ("node", "npm") if shutil.which(name) is None), "")
    if node:
        yield Bar(WHAT, None, BAR, node)
        return
    with tempfile.TemporaryDirectory() as name:
        allure = _allure(Path(name, "allure"))
        if allure is None:
            yield Bar(WHAT, None, BAR, "npm cannot install allure")
            return
        ours, theirs, here = list[Took](), list[Took](), project(Path(name, "ours"))
        for each in History(runs=20, tests=1000).all():
            ours += archive_by_command(each, here), build(here)
            theirs.append(_report(each, allure))
    for how, measure in (("by the clock", "wall"), ("CPU time", "cpu")):
        total = [sum(getattr(took, measure) for took in side) for side in (ours, theirs)]
        yield ratio(f"{WHAT}, {how}", BAR, (total[0], total[1]))


def _allure(folder: Path) -> Path | None:
    """A folder with Allure in it; None where it cannot be had."""
    folder.mkdir()
    (folder / "package.json").write_text("{}")
    config = {"output": "report", "historyPath": "history.jsonl", "appendHistory": True}
    (folder / "allurerc.json").write_text(json.dumps(config))
    installed = subprocess.run(["npm", "install", "--silent", "allure@3"], cwd=folder, capture_output=True, check=False)
    return folder if installed.returncode == 0 else None


def _report(each: BenchRun, folder: Path) -> Took:
    shutil.rmtree(folder / "results", ignore_errors=True)
    (folder / "results").mkdir()
    for file in each.files:
        if file.name.endswith(".xml"):
            (folder / "results" / file.name).write_bytes(file.content)
    command = ("node", "node_modules/allure/cli.js", "generate", "results", "--config", "allurerc.json")
    return run(command, folder)
