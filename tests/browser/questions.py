"""The ten questions about tests: the answers of the guide's SQL over an export, and those that the tests page shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb
from playwright.sync_api import Page

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "questions.md"
SHOWS = {
    "Which tests failed only once?": "Failed once",
    "Which are the flakiest?": "Flaky",
    "Which are the slowest?": "Slowest",
    "What became slower in the last release?": "Much slower",
    "What is new?": "New",
    "What vanished?": "Gone",
    "What is skipped everywhere?": "Skipped in every variant",
    "What differs between variants?": "Different between variants",
}
"""Question -> what a reader chooses."""
SINCE, TOGETHER = "Since when does a test fail?", "What failed together with a test?"
ORDERED = ("Which are the flakiest?", "Which are the slowest?")
WITHOUT_VARIANTS = {"Skipped in every variant": "Skipped", "Different between variants": ""}

ROWS = """async () => {
  const list = document.querySelector(".rd-rows"), found = new Map();
  for (let next = 0, before = -1; ; [before, next] = [list.scrollTop, list.scrollTop + list.clientHeight]) {
    list.scrollTop = next;
    if (list.scrollTop === before) break;
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    for (const row of list.querySelectorAll(".rd-row[aria-posinset]")) {
      const cells = [...row.children].map((cell) => cell.textContent);
      const under = row.querySelector(".rd-row-name > .rd-sub").textContent;
      found.set(Number(row.ariaPosInSet), [row.firstChild.title, under, ...cells.slice(3)]);
    }
  }
  return [...found].sort(([a], [b]) => a - b).map(([, row]) => row);
}"""


class Test(NamedTuple):
    """A test as a reader names it."""

    __test__ = False

    variant: str
    group: str
    name: str


Answer = Sequence[tuple[object, ...]]


def statements() -> Iterator[tuple[str, str]]:
    """(heading, SQL) of the guide, in order."""
    for part in GUIDE.read_text(encoding="utf-8").split("\n## ")[1:]:
        heading = part.partition("\n")[0]
        yield from ((heading, sql) for sql in re.findall(r"```sql\n(.*?)```", part, re.DOTALL))


def by_sql(export: Path, test: Test | None, prior: tuple[float, float]) -> tuple[Test, dict[str, Answer]]:
    """The answers of the export, and of which test; without one, of the test that failed most often and last."""
    answers: dict[str, Answer] = {}
    with duckdb.connect() as connection:
        for heading, sql in statements():
            for name, value in zip(("a", "b"), prior, strict=True):
                sql = sql.replace(f"set variable {name} = 0.5;", f"set variable {name} = {value};")
            if test is not None:
                sql = sql.replace("'test_name'", _quoted(test.name)).replace("'tests.test_group'", _quoted(test.group))
                sql = sql.replace("variant = ''", f"variant = {_quoted(test.variant)}")
            rows = connection.execute(sql.replace("'results/", f"'{export.as_posix()}/")).fetchall()
            if heading == "The tables":
                most = """select variant, "group", name from history where outcome in ('failed', 'error')
                    group by all order by max(number) desc, count(*) desc, all limit 1"""
                most = most.replace("desc, all", 'desc, variant, "group", name')
                test = test or Test(*connection.execute(most).fetchall()[0])
            else:
                answers[heading] = rows
    assert test is not None
    return test, {heading: _told(heading, rows) for heading, rows in answers.items()}


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _told(heading: str, rows: Answer) -> Answer:
    """The rows as `by_page` has them: (variant, group::name, what is told of it)."""
    if heading == SINCE:
        return rows
    if heading in ("What is skipped everywhere?", "What differs between variants?"):
        return sorted((f"{group}::{name}",) for _, group, name in rows)
    told = [(variant, f"{group}::{name}", *rest) for _, variant, group, name, *rest in rows]
    return told if heading in ORDERED else sorted(told, key=str)


def by_page(page: Page, test: Test) -> dict[str, Answer]:
    """The answers that a reader finds on the tests page, which is open."""
    page.locator(".rd-row").first.wait_for()
    chosen = set(page.get_by_label("Show").locator("option").all_text_contents())
    answers: dict[str, Answer] = {}
    for heading, option in SHOWS.items():
        known = option if option in chosen else WITHOUT_VARIANTS.get(option, option)
        if known:
            page.get_by_label("Show").select_option(known)
        found = [_row(heading, *row) for row in page.evaluate(ROWS)] if known else []
        if heading in ("What is skipped everywhere?", "What differs between variants?"):
            found = [*{(row[1],) for row in found}]
        answers[heading] = found[:5] if heading in ORDERED else sorted(found, key=str)
    page.get_by_label("Show").select_option("All")
    page.get_by_role("searchbox", name="Search tests").fill(f"{test.group}::{test.name} {test.variant}")
    page.locator(".rd-row").first.click()
    panel = page.locator(".rd-one")
    since = panel.locator("dl div", has=page.get_by_text("Failing since", exact=True)).locator("dd")
    answers[SINCE] = [(text.split(" (")[0],) for text in since.all_text_contents()]
    rows = panel.locator(".rd-together tr").evaluate_all(
        "(rows) => rows.map((row) => [...['a', '.rd-sub', '.n'].map((name) => row.querySelector(name).textContent)])"
    )
    answers[TOGETHER] = sorted((_together(*row) for row in rows), key=str)
    return answers


def _row(heading: str, title: str, under: str, count: str, time: str) -> tuple[object, ...]:
    variant = under.rpartition(", ")[0]
    if heading == "What became slower in the last release?":
        before, now = (float(*re.findall(r"[\d.]+", text)) for text in (count, time))
        return variant, title, before, now
    if heading == "Which are the flakiest?":
        return variant, title, float(count.split("\u00a0")[0].split(" ")[0]) / 100
    return (variant, title, float(time.split()[0])) if heading == "Which are the slowest?" else (variant, title)


def _together(name: str, under: str, counts: str) -> tuple[object, ...]:
    variant, _, place = under.rpartition(", ")
    together, failures = (int(figure) for figure in re.findall(r"\d+", counts))
    return variant, f"{place}::{name}", together, failures


def differences(page: Mapping[str, Answer], sql: Mapping[str, Answer]) -> list[str]:
    """The questions whose answers differ, with the first rows that do; figures are as exact as the page shows them."""
    return [
        f"{heading}\n  page: {_other(page[heading], sql[heading])}\n  SQL:  {_other(sql[heading], page[heading])}"
        for heading in sql
        if not _same(page[heading], sql[heading])
    ]


def _other(one: Answer, other: Answer) -> str:
    return f"{len(one)} rows, {[row for row in one if not any(_alike(row, each) for each in other)][:3]}"


def _same(one: Answer, other: Answer) -> bool:
    return len(one) == len(other) and all(map(_alike, one, other))


def _alike(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return len(one) == len(other) and all(
        abs(a - b) <= 0.005 * max(a, b, 0.2) if isinstance(a, float) and isinstance(b, float) else a == b
        for a, b in zip(one, other, strict=True)
    )
