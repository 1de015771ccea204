"""`readiness inspect`: what an evidence file holds, and everything odd about it, without archiving it."""

import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from readiness.cli.files import expanded, read_content
from readiness.errors import EvidenceError, UsageError
from readiness.model import DEFAULT_SOURCE, EvidenceFile, Outcome, ReadState
from readiness.numbers import plural

UNREADABLE = EvidenceError.exit_code


@click.command(
    "inspect", epilog="\b\nExample\n  readiness inspect junit.xml\n  readiness inspect 'reports/*.xml' --json"
)
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per file, a line each.")
def command(files: tuple[str, ...], as_json: bool) -> None:
    """Print what each file contains, and every finding.

    Exits 0 where all is well, 1 where evidence is lost, 4 where a file cannot be read.
    """
    from readiness.archive import new_input

    worst = 0
    paths = [path for pattern in files for path in expanded(pattern)]
    for number, path in enumerate(paths):
        try:
            content = read_content(path)
        except UsageError as error:
            click.echo(f"readiness: {error.line}", err=True)
            worst = UNREADABLE
            continue
        found = contents(path, new_input(content, path.name, source=DEFAULT_SOURCE).file)
        worst = max(worst, int(found["loss"]) if found["readable"] else UNREADABLE)
        if as_json:
            click.echo(json.dumps(found, ensure_ascii=True))
        else:
            if number:
                click.echo()
            _show(found)
    sys.exit(worst)


def contents(path: Path, file: EvidenceFile) -> dict[str, Any]:
    """What `--json` prints for one file.

    `suites` and `cases` count elements; `tests` are distinct keys after attempts were merged, and the outcomes sum to
    them; `passed` is without `flaky`; `run_errors` stand apart. `time_s` is the sum of the tests' known times, `wall_s`
    the time by the clock; each is a lower bound where its `…_at_least` is true.
    """
    tests = [result for result in file.results if not result.run_level]
    outcomes = Counter(result.outcome for result in tests)
    times = [result.time_s for result in tests if result.time_s is not None]
    return {
        "path": str(path),
        "kind": file.kind,
        "suites": file.suites,
        "cases": file.cases,
        "tests": len(tests),
        "passed": outcomes[Outcome.PASSED],
        "failed": outcomes[Outcome.FAILED],
        "errors": outcomes[Outcome.ERROR],
        "skipped": outcomes[Outcome.SKIPPED],
        "flaky": outcomes[Outcome.FLAKY],
        "run_errors": len(file.results) - len(tests),
        "time_s": round(sum(times), 6) if times else None,
        "declared": dict(file.declared),
        "findings": [asdict(finding) for finding in file.findings],
        "readable": file.state is not ReadState.REJECTED,
        "reason": file.reason,
        **_more(file),
    }


def _more(file: EvidenceFile) -> dict[str, Any]:
    """What files hold that are not about outcomes."""
    more: dict[str, Any] = {"loss": file.loss}
    if file.cases:
        executed = [one for one in file.results if not one.run_level and one.outcome is not Outcome.SKIPPED]
        more |= {
            "time_at_least": any(one.time_s is None for one in executed),
            "wall_s": file.wall_s,
            "wall_at_least": file.wall_at_least,
        }
    if file.collected:
        collected = file.collected
        more |= {
            "listed": len(collected.tests),
            "files_alone": collected.files,
            "collection_errors": len(collected.errors),
            "partial": collected.partial,
        }
    if file.coverage:
        coverage = file.coverage
        more["coverage"] = {
            "lines": [coverage.lines_covered, coverage.lines_valid],
            "branches": [coverage.branches_covered, coverage.branches_valid],
        }
    if file.metrics:
        more["metrics"] = len(file.metrics)
    return more


def _show(found: dict[str, Any]) -> None:
    from readiness.render.console import console, text

    out = console()
    out.print(text(f"{found['path']}: {found['kind']}", "bold"))
    if not found["readable"]:
        out.print(text(f"  not readable: {found['reason']}"))
    elif "listed" in found:
        partial = ", partial" if found["partial"] else ""
        noun = "file" if found["files_alone"] else "test"
        listed, errors = plural(found["listed"], noun), plural(found["collection_errors"], "collection error")
        out.print(text(f"  {listed} listed, {errors}{partial}"))
    elif found["cases"] or found["run_errors"]:
        names = ("passed", "flaky", "failed", "errors", "skipped")
        told = ", ".join(f"{found[name]} {name}" for name in names)
        out.print(text(f"  {plural(found['tests'], 'test')}: {told}"))
        counted = (("suites", "suite"), ("cases", "case"), ("run_errors", "run-level error"))
        out.print(text("  " + ", ".join(plural(found[name], noun) for name, noun in counted)))
    if found.get("wall_s") is not None:
        out.print(text(f"  took {'at least ' if found['wall_at_least'] else ''}{found['wall_s']:,g} s"))
    if found.get("coverage"):
        (lines, all_lines), (branches, all_branches) = found["coverage"]["lines"], found["coverage"]["branches"]
        out.print(text(f"  {lines} of {all_lines} lines, {branches} of {all_branches} branches covered"))
    if found.get("metrics"):
        out.print(text(f"  {plural(found['metrics'], 'metric')}"))
    if found["declared"]:
        out.print(text("  declared: " + ", ".join(f"{name} {value}" for name, value in found["declared"].items())))
    for finding in found["findings"]:
        if finding["message"] == found["reason"]:
            continue
        mark = "lost" if finding["loss"] else "note"
        place = f" ({finding['place']})" if finding["place"] else ""
        out.print(text(f"  {mark}: {finding['message']}{place} [{finding['code']}]"))
