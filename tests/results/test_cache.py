"""The cache saves time and nothing else: whatever becomes of it, the results are those of the evidence."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.scenario import Run, append, junit

from readiness.archive import Archive
from readiness.results import BASE, RunResults, load_outcomes, load_results, load_summary

RUN = Run("a pass, b fail boom | a b c", "1.0", metrics={"rss": "3 MB"})
OTHER = Run("a pass, b pass | a b c", "1.0", metrics={"rss": "9 MB"})


def same(one: RunResults, other: RunResults) -> bool:
    rest = ("metrics", "coverage", "lists", "wall_s")
    return list(one.table.iter_rows()) == list(other.table.iter_rows()) and all(
        getattr(one, name) == getattr(other, name) for name in rest
    )


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def root(tmp_path: Path, cache: Path) -> Path:
    """Two runs of different results, both in the cache."""
    for day, run in enumerate((RUN, OTHER)):
        append(tmp_path / "history", run, day)
    for archived in Archive(tmp_path / "history").runs.values():
        load_results(archived, cache)
    return tmp_path / "history"


def cached(cache: Path, name: str) -> list[Path]:
    """The files of that name, of the first and of the second run."""
    return sorted(cache.rglob(name))


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for position in range(0, len(content), max(1, len(content) // 40)):
        content[position] ^= 1
    path.write_bytes(bytes(content))


def _swap(cache: Path) -> None:
    for name in ("tests.parquet", "rest.json"):
        first, second = cached(cache, name)
        mine, theirs = first.read_bytes(), second.read_bytes()
        first.write_bytes(theirs)
        second.write_bytes(mine)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "deleted": shutil.rmtree,
    "the table is missing": lambda cache: cached(cache, "tests.parquet")[0].unlink(),
    "the rest is missing": lambda cache: cached(cache, "rest.json")[0].unlink(),
    "the table is flipped": lambda cache: _flip(cached(cache, "tests.parquet")[0]),
    "the rest is flipped": lambda cache: _flip(cached(cache, "rest.json")[0]),
    "the table is cut": lambda cache: cached(cache, "tests.parquet")[0].write_bytes(b"PAR1"),
    "the rest is empty": lambda cache: cached(cache, "rest.json")[0].write_bytes(b""),
    "the table of another run": lambda cache: shutil.copy(*reversed(cached(cache, "tests.parquet"))),
    "all of another run": _swap,
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_cache_is_made_anew(name: str, root: Path, cache: Path) -> None:
    DAMAGES[name](cache)
    for run in Archive(root).runs.values():
        assert same(load_results(run, cache), load_results(run, None))
    whole = {path: path.read_bytes() for path in cache.rglob("*") if path.is_file()}
    for run in Archive(root).runs.values():
        assert same(load_results(run, cache), load_results(run, None))
    assert {path: path.read_bytes() for path in cache.rglob("*") if path.is_file()} == whole


def test_every_single_flipped_byte_of_the_table_is_noticed(root: Path, cache: Path) -> None:
    """Parquet itself would read many of them without a word."""
    run = next(iter(Archive(root).runs.values()))
    path, _ = cached(cache, "tests.parquet")
    content, expected = path.read_bytes(), load_results(run, None)
    for position in range(0, len(content), 17):
        path.write_bytes(content[:position] + bytes([content[position] ^ 4]) + content[position + 1 :])
        assert same(load_results(run, cache), expected)


def test_what_older_rules_made_is_not_used(root: Path, cache: Path) -> None:
    (folder,) = (cache / "results").iterdir()
    folder.rename(folder.with_name("rules-0-" + folder.name.rpartition("-")[2]))
    for run in Archive(root).runs.values():
        assert same(load_results(run, cache), load_results(run, None))
    assert len(list((cache / "results").iterdir())) == 2


def test_a_cache_that_cannot_be_written_costs_time_alone(root: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    for run in Archive(root).runs.values():
        assert same(load_results(run, tmp_path / "file"), load_results(run, None))


def test_a_sound_cache_is_used(root: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = next(iter(Archive(root).runs.values()))
    expected = load_results(run, None)
    monkeypatch.setattr("readiness.results.cache.derive", lambda *_: pytest.fail("read again"))
    assert same(load_results(run, cache), expected)


def test_the_evidence_is_compared_with_its_digest_whatever_the_cache_holds(root: Path, cache: Path) -> None:
    from readiness.errors import ArchiveError

    run = next(iter(Archive(root).runs.values()))
    (run.folder / "junit.xml.gz").write_bytes(junit("a pass"))
    with pytest.raises(ArchiveError, match="cannot be unpacked"):
        load_results(run, cache)


@pytest.mark.parametrize("damage", ["flip", "cut", "gone"])
@pytest.mark.parametrize("name", ["summary.parquet", "summary.seal", "outcomes"])
def test_damaged_summaries_and_outcomes_are_made_again(root: Path, cache: Path, name: str, damage: str) -> None:
    run, _ = Archive(root).runs.values()
    expected = list(load_summary(run, None).iter_rows()), load_outcomes(run, None)
    for _ in range(2):
        assert (list(load_summary(run, cache).iter_rows()), load_outcomes(run, cache)) == expected
        path = next(cache.rglob(f"{run.id}/{name}"))
        if damage == "flip":
            _flip(path)
        elif damage == "cut":
            path.write_bytes(path.read_bytes()[:-7])
        else:
            path.unlink()
    assert (list(load_summary(run, cache).iter_rows()), load_outcomes(run, cache)) == expected


def test_summaries_and_outcomes_are_of_their_run(root: Path, cache: Path) -> None:
    first, second = Archive(root).runs.values()
    for run in (first, second):
        load_outcomes(run, cache)
    for name in ("summary.parquet", "summary.seal", "outcomes"):
        next(cache.rglob(f"{second.id}/{name}")).write_bytes(next(cache.rglob(f"{first.id}/{name}")).read_bytes())
    assert list(load_summary(second, cache).iter_rows()) == list(load_summary(second, None).iter_rows())
    assert load_outcomes(second, cache) == load_outcomes(second, None)


def test_outcomes_are_those_of_the_results(root: Path) -> None:
    run = next(iter(Archive(root).runs.values()))
    found = load_outcomes(run, None)
    rows = list(load_results(run, None).table.select(*BASE, "outcome").iter_rows())
    assert [found.of((*base,)) for *base, _ in rows] == [outcome for *_, outcome in rows]
    assert found.of(("tests", "", "no", "such")) is None
