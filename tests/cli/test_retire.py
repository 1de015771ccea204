"""`readiness retire`: the lines that it writes, where, and what it refuses."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scenario import append, readiness

from readiness.errors import UsageError
from readiness.policy import parse_policy
from readiness.policy.amend import with_retired

WHO = ("--reason", "end of life", "--by", "kim", "--date", "2025-08-31")
LINES = "  - variants: [py38]\n    reason: end of life\n    by: kim\n    date: 2025-08-31\n"


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose runs had two variants, one of them last in an earlier run."""
    monkeypatch.chdir(tmp_path)
    append(tmp_path / "history", "@py38 a pass, till/x pass // @py39 a pass, till/TestX/y pass")
    append(tmp_path / "history", "@py39 a pass", 1)
    return tmp_path


def test_where_there_is_no_policy_yet(there: Path) -> None:
    done = readiness("retire", "py38", *WHO)
    assert (done.exit_code, done.stdout, done.stderr) == (0, f"retired:\n{LINES}", "readiness.yml, line 1:\n")
    assert (there / "readiness.yml").read_text() == f"retired:\n{LINES}"


def test_a_dry_run_writes_nothing(there: Path) -> None:
    done = readiness("retire", "py38", *WHO, "--dry-run")
    assert (done.exit_code, done.stdout) == (0, f"retired:\n{LINES}")
    assert not (there / "readiness.yml").exists()


@pytest.mark.parametrize(
    ("names", "entry"),
    [
        (["tests.test_till"], {"classes": ["tests.test_till"]}),
        (["tests.test_till.TestX"], {"classes": ["tests.test_till.TestX"]}),
        (["tests.test_till::x"], {"tests": ["tests.test_till::x"]}),
        (["*::x", "py38"], {"tests": ["*::x"], "variants": ["py38"]}),
        (["tests", "--kind", "source"], {"sources": ["tests"]}),
    ],
)
def test_what_it_takes_a_name_for(names: list[str], entry: dict[str, list[str]], there: Path) -> None:
    assert readiness("retire", *names, *WHO).exit_code == 0
    (written,) = yaml.safe_load((there / "readiness.yml").read_text())["retired"]
    assert written == {**entry, "reason": "end of life", "by": "kim", "date": date(2025, 8, 31)}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["py37", *WHO], "no run had 'py37'. Did you mean 'py39' or 'py38'?"),
        (["py38", "py37", *WHO], "no run had 'py37'"),
        (["tests.test_till", "--kind", "variant", *WHO], "no run had 'tests.test_till'"),
        (["tests", *WHO], "fits more than one kind of thing: class, source. Say which with --kind class|source"),
        (["py38", "--reason", " ", "--by", "kim"], "says nothing"),
        (["py38", *WHO[:4], "--date", "soon"], "'soon' is not a date; write it like 2025-08-31"),
        (["py38", *WHO, "--policy", "nope.yml"], "nope.yml: cannot be read"),
        (["py38"], "Missing option '--reason'"),
    ],
)
def test_what_it_refuses(arguments: list[str], told: str, there: Path) -> None:
    done = readiness("retire", *arguments)
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert told in done.stderr
    assert not (there / "readiness.yml").exists()


def test_without_an_archive_it_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = readiness("retire", "py38", *WHO)
    assert (done.exit_code, "there is no such folder" in done.stderr) == (2, True)


def test_what_was_retired_is_owed_no_more(there: Path) -> None:
    append(there / "history", "@py39 a pass, till/TestX/y pass", 2)
    assert readiness("gate", "--history", there / "history").exit_code == 3
    assert readiness("retire", "py38", *WHO[:4], "--date", "2025-01-01").exit_code == 0
    assert readiness("judge", "--at", "2025-01-05", "--history", there / "history").exit_code == 0
    assert readiness("gate", "--at", "2025-01-05", "--history", there / "history").exit_code == 0


ENTRY = {"variants": ["py38"], "reason": "end of life", "by": "kim", "date": date(2025, 8, 31)}
FLOW = '{"variants": ["py38"], "reason": "end of life", "by": "kim", "date": "2025-08-31"}'
OLD = "tests: [a], reason: r, by: b, date: 2025-01-01"
BLOCK = "retired:\n  - tests: [a]\n    by: b\n    date: 2025-01-01\n    reason: |\n      long\n\n      text\n"
PLACES = {
    "a comment alone": ("# nothing yet\n", f"# nothing yet\n\nretired:\n{LINES}", 3),
    "after all else": ("product: x  # ours\n", f"product: x  # ours\n\nretired:\n{LINES}", 3),
    "without a last line's end": ("product: x", f"product: x\n\nretired:\n{LINES}", 3),
    "after the last of a list": (
        f"retired:\n- {{{OLD}}}  # one\n\n# then\nproduct: x\n",
        f"retired:\n- {{{OLD}}}  # one\n{LINES.replace('  -', '-').replace('    ', '  ')}\n# then\nproduct: x\n",
        3,
    ),
    "after an entry that ends with a block of text": (
        f"{BLOCK}product: x\n",
        f"{BLOCK}{LINES}product: x\n",
        9,
    ),
    "in brackets": (f"retired: [{{{OLD}}}]\n", f"retired: [{{{OLD}}}, {FLOW}]\n", 1),
    "in brackets with a comma at the end": (f"retired: [{{{OLD}}},]\n", f"retired: [{{{OLD}}},{FLOW}]\n", 1),
    "in empty brackets": ("retired: []\nproduct: x\n", f"retired: [{FLOW}]\nproduct: x\n", 1),
    "in JSON": ('{"product": "x"}\n', f'{{"product": "x", "retired": [{FLOW}]}}\n', 1),
    "with the line ends of Windows": (
        "product: x\r\n",
        "product: x\r\n\r\nretired:\r\n" + LINES.replace("\n", "\r\n"),
        3,
    ),
}


@pytest.mark.parametrize(("before", "after", "line"), PLACES.values(), ids=PLACES)
def test_all_else_stays_as_it_is(before: str, after: str, line: int) -> None:
    new, begins, _ = with_retired(before.encode(), ENTRY, Path("p.yml"))
    assert (new.decode(), begins) == (after, line)
    assert len(parse_policy(new, "p.yml").retired) == before.count("tests") + 1


def test_where_there_is_no_certain_place_it_says_what_to_add() -> None:
    with pytest.raises(UsageError, match=r"Add this entry under `retired` yourself: .*end of life"):
        with_retired(b"product: x\n...\n", ENTRY, Path("p.yml"))


@given(
    st.lists(st.sampled_from(["product: x", "# note", "", "vanished_allowed: 5%", "plan: {streams: 2}"]), unique=True),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1).filter(str.strip),
    st.text(min_size=1, max_size=20).filter(lambda said: said.strip() and said.isprintable()),
)
@settings(max_examples=100, deadline=None)
def test_any_reason_of_anybody_is_read_back_as_it_was_said(lines: list[str], reason: str, name: str) -> None:
    entry = {**ENTRY, "tests": [name], "reason": reason}
    text = "".join(f"{line}\n" for line in lines)
    new, *_ = with_retired(text.encode(), entry, Path("p.yml"))
    assert new.decode().startswith(text)
    (found,) = parse_policy(new, "p.yml").retired
    assert (found.reason, found.tests, found.variants) == (reason, (name,), ("py38",))


def test_the_name_of_a_test_that_is_a_pattern_of_others_is_refused(there: Path) -> None:
    append(there / "history", "g[*] pass, g[abc] pass, h[*] pass", 2)
    refused = readiness("retire", "tests.test_app::g[*]", *WHO)
    assert (refused.exit_code, (there / "readiness.yml").exists()) == (2, False)
    assert "is the name of a test, and as a pattern it fits 1 more, such as 'tests.test_app::g[abc]'" in refused.stderr
    for name in ("tests.test_app::g[?]", "tests.test_app::h[*]", "tests.test_app::g*"):
        assert readiness("retire", name, *WHO, "--dry-run").exit_code == 0
