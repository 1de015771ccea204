"""What versions share: which files go, which stay, and how pages, styles and scripts name them afterwards."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from readiness.publish.shared import share

PAGE = """<!doctype html>
<head><link rel=stylesheet href=../css/site.css?v=1><link rel="icon" href='../img/a%20b.png#x'>
<meta property="og:image" content="https://h.example/p/1.0/img/a%20b.png">
<meta name="description" content="about ../css/site.css">
<script id="__config" type="application/json">{"base": "..", "search": "../theme/worker/search.js"}</script>
<script src="../js/plain.js"></script><script type=module src="../js/module.js"></script>
<style>p { background: url('../img/dot.svg') }</style><!-- ../css/site.css --></head>
<p title="../css/site.css" style="background:url(../img/dot.svg)"><img srcset="../img/dot.svg 1x, ../img/a%20b.png 2x">
<a href="../data/list.csv">list</a> <a href="../page/">here</a> ../css/site.css
<script src="../search/main.js"></script>
<figure data-plotly="../assets/readiness/plotly.js"></figure>
"""
FILES = {
    "page/index.html": PAGE,
    "404.html": '<link href="/p/1.0/css/site.css"><script src="/p/1.0/theme/bundle.js"></script>',
    "css/site.css": '@import "more.css"; a { src: url(../fonts/f.woff2) } b { src: url(data:,x) }\n'
    "/*# sourceMappingURL=site.css.map */",
    "css/more.css": "@import url('site.css');",
    "css/site.css.map": "{}",
    "css/lone.css": "i { background: url(../img/dot.svg) }",
    "fonts/f.woff2": "font",
    "img/a b.png": "picture",
    "img/dot.svg": "<svg/>",
    "img/unnamed.png": "nobody names it",
    "img/told.png": "a script names it",
    "js/plain.js": "load('img/told.png')",
    "js/module.js": "import './other.js'",
    "js/other.js": "x()",
    "data/list.csv": "1,2",
    "assets/readiness/plotly.js": "createElement('script')",
    "releases/1.0/badge.svg": "<svg/>",
    "theme/bundle.js": "new Worker()",
    "theme/worker/search.js": "importScripts('../lunr/de.js')",
    "theme/lunr/de.js": "de()",
    "theme/other.html": "a template",
    "search/main.js": "new Worker(joinUrl(base_url, 'search/worker.js'))",
    "search/worker.js": "importScripts('lunr.js')",
    "search/search_index.json": '{"text": "css/site.css dot.svg"}',
}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        for root in (tmp_path / "built", *([tmp_path / "theme"] if path.startswith(("theme/", "search/")) else [])):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
    return tmp_path / "built"


def shared_by(built: Path, address: str = "https://h.example/p/1.0/") -> dict[str, str]:
    """The path of each shared file with its digest written `D`, and its content."""
    found = share(built, [built.parent / "theme"], address)
    assert all(re.match(r"assets/[0-9a-f]{16}/", path) for path in found)
    return {_plain(path): _plain(content.decode()) for path, content in found.items()}


def _plain(text: str) -> str:
    return re.sub(r"\b[0-9a-f]{16}\b", "D", text)


def test_which_files_are_shared_and_which_stay(built: Path) -> None:
    (built / "css" / "more.css").write_text("u {}")
    assert set(shared_by(built)) == {
        *("assets/D/site.css", "assets/D/more.css", "assets/D/site.css.map", "assets/D/f.woff2", "assets/D/a b.png"),
        *("assets/D/dot.svg", "assets/D/plain.js", "assets/D/plotly.js"),
        *("assets/D/theme/bundle.js", "assets/D/theme/worker/search.js", "assets/D/theme/lunr/de.js"),
    }
    left = {path.relative_to(built).as_posix() for path in built.rglob("*") if path.is_file()}
    assert left == {
        *("page/index.html", "404.html", "css/lone.css", "img/unnamed.png", "img/told.png", "data/list.csv"),
        *("js/module.js", "js/other.js", "releases/1.0/badge.svg", "theme/other.html"),
        *("search/main.js", "search/worker.js", "search/search_index.json"),
    }


def test_pages_name_it_there_and_all_else_is_as_it_was(built: Path) -> None:
    (built / "css" / "more.css").write_text("u {}")
    shared_by(built)
    page = _plain((built / "page" / "index.html").read_text())
    changes = {
        "href=../css/site.css?v=1": "href=../../assets/D/site.css?v=1",
        "'../img/a%20b.png#x'": "'../../assets/D/a%20b.png#x'",
        "https://h.example/p/1.0/img/a%20b.png": "https://h.example/p/assets/D/a%20b.png",
        "../theme/worker/search.js": "../../assets/D/theme/worker/search.js",
        "../js/plain.js": "../../assets/D/plain.js",
        "url('../img/dot.svg')": "url('../../assets/D/dot.svg')",
        "url(../img/dot.svg)": "url(../../assets/D/dot.svg)",
        '"../img/dot.svg 1x, ../img/a%20b.png 2x"': '"../../assets/D/dot.svg 1x, ../../assets/D/a%20b.png 2x"',
        "../assets/readiness/plotly.js": "../../assets/D/plotly.js",
    }
    expected = PAGE
    for old, new in changes.items():
        expected = expected.replace(old, new)
    assert page == expected
    assert _plain((built / "404.html").read_text()) == (
        '<link href="/p/assets/D/site.css"><script src="/p/assets/D/theme/bundle.js"></script>'
    )
    assert _plain((built / "css" / "lone.css").read_text()) == "i { background: url(../../assets/D/dot.svg) }"


def test_a_shared_style_names_what_it_loads(built: Path) -> None:
    (built / "css" / "more.css").write_text("u {}")
    assert shared_by(built)["assets/D/site.css"] == (
        '@import "../D/more.css"; a { src: url(../D/f.woff2) } b { src: url(data:,x) }\n'
        "/*# sourceMappingURL=../D/site.css.map */"
    )


def test_styles_that_load_each_other_or_what_stays_stay(built: Path) -> None:
    assert not [path for path in shared_by(built) if path.endswith(".css")]
    assert (built / "css" / "site.css").is_file()
    assert "../css/site.css?v=1" in (built / "page" / "index.html").read_text()


def test_without_an_address_404_names_it_from_the_root_of_the_host(built: Path) -> None:
    (built / "404.html").write_text('<script src="/theme/bundle.js"></script>')
    shared_by(built, "")
    assert _plain((built / "404.html").read_text()) == '<script src="/assets/D/theme/bundle.js"></script>'


BROKEN = ["<a href='", '<p title="' * 2000, "<script>" * 2000, "<!--", "\xff<img src=../x", "<style"]


@pytest.mark.parametrize("text", BROKEN)
def test_broken_pages_stay_as_they_are(text: str, built: Path) -> None:
    page = built / "page" / "index.html"
    page.write_text(text)
    shared_by(built)
    assert page.read_text() == text
