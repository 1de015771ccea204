"""The files beside the tests page: what its script shows, the times of each test, and everything as CSV."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, takewhile
from math import isfinite

from readiness import phrases
from readiness.analysis import EXECUTED, LETTERS
from readiness.render.pages import routes
from readiness.render.pages.context import Here, SiteContext
from readiness.render.pages.tested import TestedLine
from readiness.render.pages.tests import OUTCOMES

TESTS_IN_A_FILE = 128
"""Tests whose times stand in one file."""


def tests_files(site: SiteContext) -> Iterator[tuple[str, str]]:
    """(path, content) of each file; none on a site without a run. The site of one version has neither times nor CSV."""
    line = site.tested
    if line is None:
        return
    here = Here(site, routes.TESTS)
    yield routes.TESTS_DATA, _plain(_data(here, line))
    if site.version is not None:
        return  # what was published stays for good, version by version: it is kept small
    yield routes.TESTS_CSV, _csv(line)
    for number in range(-(-len(line.tests) // TESTS_IN_A_FILE)):
        part = line.tests[number * TESTS_IN_A_FILE : (number + 1) * TESTS_IN_A_FILE]
        # The run since which it takes how long, and how long it took before; as medians.
        changes = {
            at: [(change.first, change.before, change.after) for change in line.changes[one.key]]
            for at, one in enumerate(part)
            if one.key in line.changes
        }
        times = [[*map(_seconds, one.history.times)] for one in part]
        yield routes.tests_times(number), _plain({"times": times, "changes": changes})


def _plain(content: object) -> str:
    return json.dumps(content, separators=(",", ":"), allow_nan=False) + "\n"


def _data(here: Here, line: TestedLine) -> dict[str, object]:
    """What the script reads; lists of tests go by their place in the order of keys."""
    tests = line.tests
    areas = sorted({one.area for one in tests})
    owners = {one.area: one.owner for one in tests}
    strips = sorted({one.history.strip for one in tests})
    blockers = sorted({name for one in tests for name in one.blockers})
    at = {one.key: place for place, one in enumerate(tests)}
    shared, rest = _front_coded([one.key.name for one in tests])
    groups = [(*place, len([*found])) for place, found in groupby(one.key[:3] for one in tests)]
    runs = [(one.run.version, f"{one.run.started:%Y-%m-%d}", here.report_url(one)) for one in line.chain]
    held = [(name, phrases.title_of(here.site.blockers[name].blocker), here.blocker_url(name)) for name in blockers]
    return {
        "runs": runs,
        "groups": groups,
        "origins": {place: one.key.origin for place, one in enumerate(tests) if one.key.origin},
        "instances": {place: one.key.instance for place, one in enumerate(tests) if one.key.instance > 1},
        "shared": shared,
        "names": rest,
        "ids": "".join(one.anchor.removeprefix("t.") for one in tests),
        "areas": areas,
        "owners": [owners[area] for area in areas],
        "area": _numbers(areas, (one.area for one in tests)),
        "strips": [run_lengths(strip) for strip in strips],
        "strip": _numbers(strips, (one.history.strip for one in tests)),
        "times": [_seconds(one.time_s) for one in tests],
        "blockers": held,
        "blocked": {place: _numbers(blockers, one.blockers) for place, one in enumerate(tests) if one.blockers},
        "flaky": {place: phrases.flake_evidence(one.flake) for place, one in enumerate(tests) if one.flake},
        "rates": {place: phrases.flake_rate(one.flake) for place, one in enumerate(tests) if one.flake},
        "slow": sorted(at[one.key] for one in line.slowest),
        "flakiest": [(at[one.key], phrases.share(one.flake.rate.mean)) for one in line.flakiest if one.flake],
        "slower": {at[key]: _seconds(before_s) for key, before_s in line.slower.items()},
        "since": line.since,
        "renamed": {
            routes.test_anchor(old).removeprefix("t."): at[new] for old, new in line.renamed.items() if new in at
        },
        "in_a_file": TESTS_IN_A_FILE if here.site.version is None else 0,
    }


def _numbers(of: Sequence[str], values: Iterable[str]) -> list[int]:
    """The place of each value in a list."""
    places = {value: place for place, value in enumerate(of)}
    return [places[value] for value in values]


def _front_coded(names: Iterable[str]) -> tuple[list[int], list[str]]:
    """Of each name how many characters it shares with the one before, and the rest of it.

    Characters are counted as scripts count them, in UTF-16, of which none is cut in half.
    """
    before, shared, rest = "", [], []
    for name in names:
        common = [one for one, _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, name, strict=False))]
        shared.append(len(common) + sum(character > "\uffff" for character in common))
        rest.append(name[len(common) :])
        before = name
    return shared, rest


def run_lengths(strip: str) -> str:
    """`pppf..` as `p3f.2`."""
    lengths = ((letter, len([*found])) for letter, found in groupby(strip))
    return "".join(f"{letter}{length if length > 1 else ''}" for letter, length in lengths)


def _seconds(time: float | None) -> float | None:
    return time if time is not None and isfinite(time) else None


_COLUMNS = ("id", "source", "variant", "origin", "group", "name", "instance", "area", "owner", "now", "time_s")
_COUNTED = tuple(outcome.value for outcome in LETTERS)
_RATE = ("flaky_rate", "flaky_rate_low", "flaky_rate_high")
_LAST = ("executed", "first_failure", "last_failure", "flaky_evidence", *_RATE, "blockers", "history")


def _csv(line: TestedLine) -> str:
    """Every test as a row: its outcome now, in how many runs it had each, its failures, a letter for each run."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow((*_COLUMNS, *_COUNTED, *_LAST))
    for one in line.tests:
        key, history = one.key, one.history
        runs = [line.chain[at].run.id for at in one.failures]
        cells = (
            *(one.anchor, key.source, key.variant, key.origin, key.group, key.name, key.instance, one.area, one.owner),
            *(OUTCOMES[one.now], _seconds(one.time_s)),
            *(history.count(letter) for letter in LETTERS.values()),
            *(history.count(EXECUTED), *(runs[:1] or [""]), *(runs[-1:] or [""])),
            phrases.flake_evidence(one.flake) if one.flake else "",
            *((one.flake.rate.mean, one.flake.rate.low, one.flake.rate.high) if one.flake else [""] * len(_RATE)),
            *(" ".join(one.blockers), history.strip),
        )
        rows.writerow(_harmless(cell) if isinstance(cell, str) else cell for cell in cells)
    return text.getvalue()


def _harmless(text: str) -> str:
    """The text as no spreadsheet takes it for a formula, without halves of surrogate pairs."""
    text = text.encode(errors="replace").decode()
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) and len(text) > 1 else text
