"""The sites that `make guests` tries: what teams have, made for the purpose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PALETTE = """\
  palette:
    - media: "(prefers-color-scheme: light)"
      scheme: default
      toggle: {icon: material/weather-night, name: Dark}
    - media: "(prefers-color-scheme: dark)"
      scheme: slate
      toggle: {icon: material/weather-sunny, name: Light}
"""
PLAIN = f"""\
site_name: Shop
site_url: https://shop.example.org/
theme:
  name: material
  font: false
{PALETTE}"""
EXTENSIONS = """\
markdown_extensions:
  - admonition
  - attr_list
  - footnotes
  - md_in_html
  - tables
  - toc: {permalink: true}
  - pymdownx.details
  - pymdownx.superfences
  - pymdownx.tabbed: {alternate_style: true}
  - pymdownx.tasklist: {custom_checkbox: true}
"""
RICH = """\
# Guide

Words with `code`, **bold** and [a link](../index.md). See the [release](../releases/1.0.0.md).[^1]

[^1]: A note.

## A table

| name | number |
|---|---:|
| one | 1 |
| two | 2 |

!!! warning "Take care"
    An admonition with a list:

    * first
    * second

??? note "Folded"
    More.

=== "Python"

    ```python
    def greet(name: str) -> str:
        return f"Hello, {name}"
    ```

=== "Shell"

    ```
    greet Ada
    ```

### Deeper

1. numbered
2. list

- [x] done
- [ ] not done

<figure><table><tr><th>raw</th><td>table</td></tr></table><figcaption>A figure</figcaption></figure>

<details><summary>Plain details</summary><p>Text.</p></details>

> A quotation.
"""
PAGES = {
    "docs/index.md": "# Shop\n\nWelcome. Read the [guide](guide/index.md).\n\n## What it is\n\nA shop.\n",
    "docs/guide/index.md": RICH,
    "docs/guide/install.md": "# Install\n\n## First\n\nDo this.\n\n## Then\n\nDo that.\n",
    "docs/releases/1.0.0.md": "# Release 1.0.0\n\nWritten by hand, [home](../index.md).\n",
    "docs/blockers.md": "# Blockers\n\nChess pieces. | Not | a table |\n\n* [x] not a task\n",
    "docs/policy.md": "# Policy\n\nOf the shop.\n",
}
NAV = """\
nav:
  - Home: index.md
  - Guide: [guide/index.md, guide/install.md]
  - Releases: [releases/1.0.0.md]
  - blockers.md
  - policy.md
"""
STRICT = """\
strict: true
validation:
  omitted_files: warn
  absolute_links: warn
  unrecognized_links: warn
  anchors: warn
"""


@dataclass(frozen=True)
class Site:
    """One site: its files; `automatic` where MkDocs or a plugin makes the navigation out of all pages."""

    files: Mapping[str, str]
    automatic: bool = False
    mike: bool = False


def site(
    config: str, files: Mapping[str, str] = {}, *, nav: str = NAV, mike: bool = False, automatic: bool = False
) -> Site:
    """A site of the usual pages with further ones."""
    text = config + nav + ("" if "markdown_extensions" in config else EXTENSIONS)
    return Site({**PAGES, **files, "mkdocs.yml": text}, automatic or not nav, mike)


def features(*names: str) -> str:
    """PLAIN with features of the theme."""
    return PLAIN + f"  features: [{', '.join(names)}]\n"


def primary(colour: str) -> str:
    """PLAIN with a colour of the header."""
    return PLAIN.replace("      scheme:", f"      primary: {colour}\n      scheme:")


I18N = """\
plugins:
  - search
  - i18n:
      docs_structure: suffix
      languages:
        - {locale: en, name: English, default: true, build: true}
        - {locale: de, name: Deutsch, build: true, nav_translations: {Guide: Anleitung}}
"""
GERMAN = {
    "docs/index.de.md": "# Laden\n\nWillkommen.\n",
    "docs/guide/index.de.md": "# Anleitung\n\nSo geht es.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
}
FOLDERS = {
    "docs/en/index.md": "# Shop\n\nWelcome to [the guide](guide.md).\n",
    "docs/en/guide.md": "# Guide\n\nText.\n",
    "docs/de/index.md": "# Laden\n\nWillkommen bei [der Anleitung](guide.md).\n",
    "docs/de/guide.md": "# Anleitung\n\nText.\n",
}
POST = "---\ndate: 2025-01-0{}\ncategories: [News]\ntags: [{}]\n---\n\n# {}\n\nText.\n"
BLOG = {
    "docs/blog/index.md": "# Blog\n",
    "docs/blog/posts/one.md": POST.format(2, "a", "First post\n\nShort.\n\n<!-- more -->"),
    "docs/blog/posts/two.md": POST.format(3, "b", "Second post"),
    "docs/tags.md": "# Tags\n\n<!-- material/tags -->\n",
    "docs/guide/install.md": "---\ntags: [a, b]\n---\n\n# Install\n\nDo this.\n",
}
SERIF = """\
:root { --md-text-font: Georgia, "DejaVu Serif"; --md-primary-fg-color: #7a1f4d; --md-accent-fg-color: #0a7d8c }
.md-typeset h1, .md-typeset h2 { font-weight: 700; font-family: "DejaVu Serif" }
[data-md-color-scheme="slate"] { --md-hue: 20 }
table:not([class]) { border: 2px solid teal }
"""

SITES = {
    "plain": site(features("navigation.footer", "content.code.copy") + STRICT),
    "mike": site(PLAIN + "extra: {version: {provider: mike}}\nplugins: [search, mike]\n", mike=True),
    "i18n": site(PLAIN + I18N),
    "blog-and-tags": site(
        PLAIN + "plugins:\n  - search\n  - blog\n  - tags\n", BLOG, nav=NAV + "  - blog/index.md\n  - tags.md\n"
    ),
    "flat-serif": site(
        primary("custom") + "use_directory_urls: false\nextra_css: [extra.css]\n",
        {"docs/extra.css": SERIF},
    ),
    "teal": site(primary("teal")),
    "slate": site(PLAIN.replace(PALETTE, "  palette: {scheme: slate, primary: black}\n")),
    "tabs": site(features("navigation.tabs", "navigation.sections", "navigation.indexes")),
    "instant": site(
        features("navigation.instant", "navigation.tracking", "navigation.path", "navigation.prune", "toc.integrate")
    ),
    "no-nav": site(PLAIN, nav=""),
    "no-nav-tabs": site(features("navigation.tabs", "navigation.footer", "navigation.expand"), nav=""),
    "no-plugins-no-nav-strict": site(PLAIN + STRICT, nav=""),
    "literate-nav": site(
        PLAIN + "plugins:\n  - search\n  - literate-nav: {nav_file: SUMMARY.md}\n",
        {
            "docs/SUMMARY.md": "* [Home](index.md)\n* [Guide](guide/)\n* releases/*.md\n"
            "* [B](blockers.md)\n* [P](policy.md)\n"
        },
        nav="",
    ),
    "literate-nav-wildcard": site(
        PLAIN + "plugins:\n  - search\n  - literate-nav: {nav_file: SUMMARY.md}\n", {"docs/SUMMARY.md": "* *\n"}, nav=""
    ),
    "awesome-nav": site(
        PLAIN + "plugins: [search, awesome-nav]\n", {"docs/.nav.yml": "nav: [index.md, guide, releases, '*']\n"}, nav=""
    ),
    "section-index": site(PLAIN + "plugins:\n- search\n- section-index\n"),
    "i18n-folders": Site(
        {
            **FOLDERS,
            "mkdocs.yml": f"{PLAIN}{I18N.replace('suffix', 'folder')}{STRICT}nav:\n  - index.md\n  - guide.md\n",
        }
    ),
    "overrides": site(
        PLAIN.replace("  font: false\n", "  font: false\n  custom_dir: overrides\n"),
        {
            "overrides/main.html": '{% extends "base.html" %}{% block announce %}News!{% endblock %}'
            "{% block extrahead %}<meta name='x' content='y'>{% endblock %}",
            "overrides/partials/copyright.html": "<p>Own {{ config.copyright }}</p>",
            "overrides/404.html": '{% extends "main.html" %}{% block content %}<h1>Lost</h1>{% endblock %}',
        },
    ),
    "excluded": site(
        PLAIN + STRICT + "exclude_docs: |\n  drafts/\n  *.tmp.md\nnot_in_nav: |\n  /policy.md\n",
        nav=NAV.replace("  - policy.md\n", ""),
    ),
    "macros": site(
        PLAIN + "extra: {name: Ada}\nplugins:\n  - search\n  - macros: {on_undefined: strict, on_error_fail: true}\n",
        {"docs/policy.md": "# Policy\n\nBy {{ name }}, {{ 6 * 7 }}.\n", "main.py": "def define_env(env):\n    pass\n"},
    ),
    "redirects": site(PLAIN + "plugins:\n  - search\n  - redirects:\n      redirect_maps: {old.md: guide/index.md}\n"),
    "revision-date": site(
        PLAIN
        + "plugins:\n  - search\n  - git-revision-date-localized: {enable_creation_date: true, type: iso_date}\n"
        + STRICT
    ),
    "minify": site(
        PLAIN + "plugins:\n  - search\n  - minify: {minify_html: true, htmlmin_opts: {remove_comments: true}}\n"
    ),
    "privacy": site(PLAIN + "plugins:\n  - search\n  - privacy: {assets_exclude: [unpkg.com/*]}\n"),
    "social-off": site(PLAIN + "plugins:\n  - search\n  - social: {enabled: false}\n"),
    "offline": site(PLAIN + "use_directory_urls: false\nplugins:\n  - search\n  - offline\n"),
    "hooks": site(
        PLAIN + "hooks: [hooks.py]\n",
        {"hooks.py": "def on_page_markdown(markdown, page, config, files):\n    return markdown + '\\n\\nAdded.'\n"},
    ),
    "mkdocs-theme": site(PLAIN.partition("theme:")[0] + "theme: readthedocs\n"),
    "mapping": site(
        PLAIN
        + "plugins:\n  search:\n    lang: en\n  tags: {}\nnav_extra: &x !ENV [NOTHING, 1]\n".replace(
            "nav_extra: &x !ENV [NOTHING, 1]\n", "extra: {a: !ENV [NOTHING, 1]}\n"
        )
    ),
    "no-search": site(PLAIN + "plugins: []\n".replace("[]", "[tags]")),
    "no-address": site(PLAIN.replace("site_url: https://shop.example.org/\n", "")),
    "emoji": site(
        PLAIN + EXTENSIONS + "  - pymdownx.emoji:\n      emoji_index: !!python/name:material.extensions.emoji.twemoji\n"
        "      emoji_generator: !!python/name:material.extensions.emoji.to_svg\n"
    ),
}
