"""Runs and a policy in which every text tries to do something: what came from outside must be shown, never obeyed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from tests.plugin.projects import Project, new_project

PAYLOADS = {
    "script": "<script>window.hacked=1</script>",
    "image": "<img src=x onerror=window.hacked=1>",
    "svg": "<svg/onload=window.hacked=1>",
    "link": "](javascript:window.hacked=1)",
    "whole-link": "[click](javascript:window.hacked=1)",
    "autolink": "<javascript:window.hacked=1>",
    "broken-link": "[a](http://[bad)",
    "pipe": "a | b || c",
    "ticks": "`one` ``two`` ```three```",
    "fence": "```html\n<b>no</b>\n```",
    "snippet": '--8<-- "mkdocs.yml"',
    "snippet-block": "--8<--\nmkdocs.yml\n--8<--",
    "expression": "{{ 7*7 }} {{ config }}",
    "statement": "{% raw %} {% set a = 1 %} {# gone #}",
    "entity": "&lt;b&gt; &amp;amp; &#60; &nosuch;",
    "formula": "$$ x $$ \\( y \\)",
    "emoji": ":material-skull: :smile:",
    "abbreviation": "*[abbr]: x",
    "heading": "# h",
    "setext": "line\n====",
    "task": "- [ ] x",
    "admonition": "!!! note\n    inside",
    "details": "??? note\n    inside",
    "tabs": '=== "Tab"\n    inside',
    "comment": "<!-- gone --> <!--",
    "code-end": "</code></pre></div></article>",
    "cdata-end": "]]> <![CDATA[x]]>",
    "attributes": "{: #evil .evil onclick=window.hacked=1 } {#evil}",
    "emphasis": "*a* **b** __c__ ~~d~~ ==e== ^^f^^ ~g~ {++h++}",
    "footnote": "[^1] [^1]: note",
    "reference": "[ref]: javascript:window.hacked=1",
    "url": "https://foreign.example/x www.foreign.example mailto:a@b.example",
    "front-matter": "---\ntitle: mine\n---",
    "yaml": "key: [a, {b: c}] # no comment, 'x' \"y\" \\n %TAG !x &y *z",
    "indentation": "    four blanks\n\ttab\n        eight",
    "blanks": "a  b   c",
    "direction": "abc\u202eevil\u202c \u200b\u2066x\u2069",
    "surroundings": '"\' onmouseover=window.hacked=1 x="',
    "smart": "(c) (tm) --> 1/2 -- ... ++ctrl+alt++",
    "percent": "%{y} %s %(a)s {0} $x ${y}",
    "plotly": '<a href="javascript:window.hacked=1">x</a><br>',
    "very-long": "w" * 600,
}
"""What it tries -> the text."""

VERSIONS = ("1.0<script>window.hacked=1</script>", "../../x", "a/b")
"""Of the runs, in order of their start."""

ONE_LINE = {name: " ".join(text.split()) for name, text in PAYLOADS.items()}
"""For what has no second line: titles, names of files, versions."""

POLICY_TEXT = " ".join(
    ONE_LINE[name]
    for name in ("script", "image", "link", "snippet", "expression", "statement", "entity", "pipe", "ticks")
)
"""Many tries in one line, for each text of a policy."""

CI_URL = "javascript:alert(1)"
COMMIT = "abc<b>`|*"
BRANCH = "feature/<img src=x onerror=window.hacked=1>]({{ 7*7 }})"
PRODUCT = "P <script>window.hacked=1</script> | `x` {{ 7*7 }}"
METRIC = "m <img src=x onerror=window.hacked=1> {{ 7*7 }} \x00\x1b[31m | `x`"
UNIT = "u<svg/onload=window.hacked=1>"
FILE = "j <img src=x onerror=window.hacked=1> `{{ 7*7 }}` [a](b).xml"

MKDOCS_YML = """\
site_name: Hostile
site_url: http://127.0.0.1/
theme:
  name: material
  font: false
  features: [navigation.instant, navigation.path, search.suggest, search.highlight, content.code.annotate]
plugins:
  - search
  - readiness
hooks: [braces.py]
markdown_extensions:
  - abbr
  - admonition
  - attr_list
  - def_list
  - footnotes
  - md_in_html
  - tables
  - toc: {permalink: true, toc_depth: 6}
  - pymdownx.arithmatex: {generic: true}
  - pymdownx.betterem
  - pymdownx.caret
  - pymdownx.critic
  - pymdownx.details
  - pymdownx.emoji:
      emoji_index: !!python/name:material.extensions.emoji.twemoji
      emoji_generator: !!python/name:material.extensions.emoji.to_svg
  - pymdownx.highlight: {anchor_linenums: true}
  - pymdownx.inlinehilite
  - pymdownx.keys
  - pymdownx.magiclink
  - pymdownx.mark
  - pymdownx.smartsymbols
  - pymdownx.snippets: {check_paths: true}
  - pymdownx.superfences
  - pymdownx.tabbed: {alternate_style: true}
  - pymdownx.tasklist: {custom_checkbox: true}
  - pymdownx.tilde
"""

BRACES = '''\
"""What the macros plugin does with braces: each page's Markdown is a Jinja template."""

import jinja2


def on_page_markdown(markdown, **_):
    return jinja2.Environment().from_string(markdown).render(config="obeyed")
'''


@dataclass(frozen=True)
class Hostile:
    """A project, with the run ids in order of start."""

    project: Project
    runs: tuple[str, ...]


def shown(text: str) -> str:
    """`text` as a reader must see it: controls, direction marks and unseen blanks as symbols."""
    named = {code: f"\u2039U+{code:04X}\u203a" for code in (0x200B, 0x202C, 0x202E, 0x2066, 0x2069)}
    controls = {code: chr(0x2400 + code) for code in range(0x20) if code not in (9, 10)}
    return text.translate(named | controls)


def junit(passing: bool) -> str:
    """One failing and one skipped test per payload, in whose every text it stands."""
    properties = f"<property name={attribute(f'property {POLICY_TEXT}')} value='7'/>"
    lines = [f"<testsuites><testsuite name='s'><properties>{properties}</properties>"]
    for name, text in PAYLOADS.items():
        case = f"<testcase classname={attribute(f'class {name} {text}')} name={attribute(f'test {name} {text}')}>"
        message = attribute(f"Error{name}: message {text}")
        trace = escape(f"trace {name}\n    {text}\nE   Error{name}: {text}\n\nlib/{name}.py:3: Error{name}")
        lines.append(case + ("" if passing else f"<failure message={message}>{trace}</failure>") + "</testcase>")
        case = f"<testcase classname='skips' name={attribute(f'skipped {name} {text}')}>"
        lines.append(f"{case}<skipped message={attribute(f'reason {name} {text}')}/></testcase>")
    return "\n".join([*lines, "</testsuite></testsuites>"])


def attribute(text: str) -> str:
    """An XML attribute that keeps its line breaks and tabs."""
    return quoteattr(text, {"\n": "&#10;", "\t": "&#9;"})


def policy() -> str:
    """A policy in whose every text the payloads stand; JSON is YAML."""
    return json.dumps(
        {
            "product": PRODUCT,
            "areas": [
                {"name": f"area {POLICY_TEXT}", "tests": ["class*"], "owner": f"owner {POLICY_TEXT}"},
                {"name": f"other {ONE_LINE['code-end']}", "tests": ["skips*", "p::*"]},
            ],
            "criteria": [
                {"id": "none", "title": f"criterion {POLICY_TEXT}", "measure": "failures", "equals": 0},
                {
                    "id": "limit",
                    "title": f"limit {ONE_LINE['heading']}",
                    "measure": f"metric.{METRIC}",
                    "at_most": f"5 {UNIT}",
                },
            ],
            "categories": [
                {
                    "title": f"category {POLICY_TEXT}",
                    "type": "^Error(?!pipe$)",
                    "risk": f"risk {POLICY_TEXT}",
                    "fix": f"fix {POLICY_TEXT}",
                },
                {"title": f"kind {ONE_LINE['attributes']}", "message": "message", "risk": "risk\n    !!! note"},
            ],
            "retired": [{"tests": [POLICY_TEXT], "reason": POLICY_TEXT, "by": POLICY_TEXT, "date": "2024-01-01"}],
            "checklist": [
                {
                    "group": f"group {POLICY_TEXT}",
                    "items": [
                        {"id": "glob", "title": f"item {POLICY_TEXT}", "tests": [POLICY_TEXT], "blocking": False},
                        {
                            "id": "signed",
                            "title": "signed",
                            "owner": POLICY_TEXT,
                            "signoff": {"by": POLICY_TEXT, "date": "2024-01-01", "note": POLICY_TEXT},
                        },
                    ],
                }
            ],
            "waivers": [
                {
                    "blocker": POLICY_TEXT,
                    "reason": POLICY_TEXT,
                    "ticket": POLICY_TEXT,
                    "owner": POLICY_TEXT,
                    "approver": f"another {POLICY_TEXT}",
                    "expires": "2024-01-01",
                }
            ],
            "plan": {
                "phases": [{"name": POLICY_TEXT, "min": 1, "max": 2}],
                "estimates": [{"blocker": POLICY_TEXT, "min": 1, "max": 2, "fix": POLICY_TEXT}],
            },
        },
        indent=1,
    )


def archive(project: Project) -> tuple[str, ...]:
    """Three runs: failing, failing again under a hostile version, passing."""
    runs = []
    for number, version in enumerate(VERSIONS):
        project.write(f"evidence/{FILE}", junit(passing=number == 2))
        metrics = {"metrics": [{"name": METRIC, "value": 3 + number, "unit": UNIT}]}
        project.write("evidence/metrics.json", json.dumps(metrics))
        code, printed = project.run(
            *("readiness", "archive", f"evidence/{FILE}", "evidence/metrics.json", "--version", version),
            *("--started", f"2025-0{number + 1}-01T00:00:00Z", "--commit", COMMIT + str(number), "--branch", BRANCH),
            *("--ci-url", CI_URL, "--env", f"{ONE_LINE['script']}={POLICY_TEXT}"),
            *(("--previous", runs[-1]) if runs else ()),
        )
        assert code == 0, printed
        runs.append(next(line for line in printed.splitlines() if line[:8].isdigit()))
    return tuple(runs)


def hostile_archive(folder: Path) -> Hostile:
    """The hostile project with its runs, not built."""
    project = new_project(folder, MKDOCS_YML, policy())
    project.write("braces.py", BRACES)
    return Hostile(project, archive(project))


@cache
def hostile_site(session: Path) -> Hostile:
    """The hostile project, built strictly, once below a session's folder."""
    hostile = hostile_archive(session / "hostile" / "project")
    hostile.project.build()
    return hostile
