"""The same archive, policy and configuration give the same bytes, whoever builds, wherever, and whenever."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.plugin.pages import files
from tests.plugin.projects import Project, python_path


def test_another_day_zone_language_and_hash_seed_give_the_same_files(attrs: Project, tmp_path: Path) -> None:
    there = attrs.copy(tmp_path / "elsewhere" / "deeper")
    others = {
        "PYTHONHASHSEED": "4242",
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C.UTF-8",
        "LANG": "tr_TR.UTF-8",
        "COLUMNS": "40",
        **python_path("another_day"),
        "READINESS_TEST_SHIFT": str(400 * 86_400 + 3_661),
    }

    code, printed = there.run_apart("mkdocs", "build", "--strict", env=others)

    assert code == 0, printed
    first, second = files(attrs.site), files(there.site)
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []
    assert "sitemap.xml.gz" in first
    assert "search/search_index.json" in first


def test_building_again_over_an_old_site_and_cache_changes_no_file(versions: Project, tmp_path: Path) -> None:
    project = versions.copy(tmp_path / "project")
    project.build()
    before = files(project.site)
    project.build()

    assert files(project.site) == before


def test_the_other_day_is_another_day(tmp_path: Path) -> None:
    """What shifts the clock of the second build does shift it."""
    script = "import datetime, time; print(datetime.datetime.now(datetime.UTC).date(), int(time.time()))"
    env = {**os.environ, **python_path("another_day"), "READINESS_TEST_SHIFT": str(400 * 86_400)}
    shifted = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True)
    plain = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    day, seconds = shifted.stdout.split()
    today, now = plain.stdout.split()
    assert day > today
    assert 399 * 86_400 < int(seconds) - int(now) < 401 * 86_400
