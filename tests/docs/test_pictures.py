"""Pictures in README and guide: there, described in words, and each of them made by `make pictures`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image
from tools.pictures import FOLDER, PICTURES, SCHEMES

MARKDOWN = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<src>[^)#\s]+)(?P<only>#only-\w+)?\)")
HTML = re.compile(r'<img src="(?P<src>[^"]+)" alt="(?P<alt>[^"]*)"')
SOURCE = re.compile(r'<source media="\(prefers-color-scheme: dark\)" srcset="([^"]+)">')
LARGEST = 150_000


@pytest.fixture(scope="module")
def named(repo_root: Path) -> dict[Path, set[Path]]:
    """Page -> the pictures that it names."""
    found: dict[Path, set[Path]] = {}
    for page in (repo_root / "README.md", *sorted((repo_root / "docs").rglob("*.md"))):
        text = page.read_text(encoding="utf-8")
        for picture in (*MARKDOWN.finditer(text), *HTML.finditer(text)):
            assert len(picture["alt"]) > 30, f"{page}: {picture['src']} needs a text that says what it shows"
        sources = [*(one["src"] for one in MARKDOWN.finditer(text)), *(one["src"] for one in HTML.finditer(text))]
        found[page] = {(page.parent / source).resolve() for source in (*sources, *SOURCE.findall(text))}
    return found


def test_every_picture_is_there_and_small(named: dict[Path, set[Path]]) -> None:
    assert len([page for page, pictures in named.items() if pictures]) == 2
    for page, pictures in named.items():
        for picture in pictures:
            assert picture.is_file(), f"{page} names {picture}"
            assert picture.stat().st_size < LARGEST, picture


def test_make_pictures_makes_exactly_those_that_are_named(named: dict[Path, set[Path]]) -> None:
    made = {picture.file(scheme) for picture in PICTURES for scheme in SCHEMES}
    assert set().union(*named.values()) == made
    assert set(FOLDER.iterdir()) == made


def test_a_picture_of_the_guide_follows_light_and_dark(repo_root: Path) -> None:
    text = (repo_root / "docs" / "guide" / "how-to-read.md").read_text(encoding="utf-8")
    shown = [(one["src"], one["only"], one["alt"]) for one in MARKDOWN.finditer(text)]
    assert len(shown) == len(PICTURES) * len(SCHEMES)
    for (light, only_light, alt), (dark, only_dark, same) in zip(shown[::2], shown[1::2], strict=True):
        assert (only_light, only_dark, alt) == ("#only-light", "#only-dark", same)
        assert light.replace("-light.", "-dark.") == dark


def test_room_is_kept_for_each_picture_of_the_guide(repo_root: Path) -> None:
    text = (repo_root / "docs" / "guide" / "how-to-read.md").read_text(encoding="utf-8")
    sizes = re.findall(r"/pictures/([\w-]+\.webp)#only-\w+\)\{ width=\"(\d+)\" height=\"(\d+)\" \}", text)
    assert len(sizes) == len(PICTURES) * len(SCHEMES)
    for name, width, height in sizes:
        with Image.open(FOLDER / name) as picture:
            assert picture.size == (int(width), int(height)), name


def test_both_sites_show_the_same_logo(repo_root: Path) -> None:
    for name in ("logo.svg", "favicon.svg"):
        own, example = (folder / "docs" / "assets" / name for folder in (repo_root, repo_root / "examples" / "lukhas"))
        assert own.read_bytes() == example.read_bytes()
