"""Runs and a policy in which every text tries to do something: what came from outside must be shown, never obeyed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from tests.plugin.projects import Project, new_project, once

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
    "iframe": "<iframe srcdoc='<script>parent.hacked=1</script>'></iframe>",
    "style": "<style>*{display:none}</style><link rel=stylesheet href=//foreign.example/x.css>",
    "base": "<base href='//foreign.example/'><meta http-equiv=refresh content='0;url=//foreign.example'>",
    "form": "<form action=//foreign.example><input autofocus onfocus=window.hacked=1><button>go</button></form>",
    "object": "<object data=//foreign.example></object><embed src=//foreign.example><video onerror=window.hacked=1>",
    "template": "<template><slot></template><noscript><img src=x onerror=window.hacked=1></noscript>",
    "script-end": "</script><script>window.hacked=1</script>",
    "textarea-end": "</textarea></title></style></template><svg/onload=window.hacked=1>",
    "half-tag": "<img src=x onerror=window.hacked=1 ",
    "upper": "<SCRIPT SRC=//foreign.example/x.js></SCRIPT>",
    "math": "<math><mtext><img src=x onerror=window.hacked=1></mtext></math>",
    "image-link": "![x](//foreign.example/x.png) ![y][ref]",
    "data-link": "[x](data:text/html,<script>window.hacked=1</script>)",
    "port": "http://localhost:99999/ https://[::1]:x/ http://user@foreign.example/",
    "html-block": "/// html | div[onclick=window.hacked=1]\nx\n///",
    "directive": "::: readiness.cli\n    options:\n      show_root_heading: true",
    "toc": "[TOC] [[toc]] [[wiki link]]",
    "quote": "> quoted\n>> twice",
    "list": "1. one\n2. two\n\n* star",
    "rule": "***\n---\n___",
    "definition": "term\n: its definition",
    "table": "| a | b |\n|---|---|\n| 1 | 2 |",
    "sheet": '=HYPERLINK("//foreign.example","x") @SUM(1+1)*cmd|\' /C calc\'!A0',
    "shell": "$(touch hacked) `touch hacked`; touch hacked && :",
    "critic": "{--gone--} {++added++} {~~a~>b~~} {>>said<<}",
    "workflow": "::error file=x::hacked %0A::set-output name=x::y",
    "mention": "@everyone #1 GH-1 org/repo#1 abcdef1",
    "entities-by-number": "&#x3c;script&#x3e; &#60;b&#62; &#0; &#xD800;",
    "scripts-of-the-world": "\u05d0\u05d1\u05d2 \u0639\u0631\u0628\u064a \u4e2d\u6587 e\u0301 \U0001d54f",
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

VARIANT = f"variant {' '.join(ONE_LINE.values())}"
"""All of them in one name: each required variant that is missing is a blocker of its own."""

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


def told(what: str, payload: str) -> str:
    """The text of one field of the policy: what it is, which payload, and the payload itself."""
    return f"{what} {payload} {PAYLOADS[payload]}"


GENERAL = "script"
"""The payload whose test no area and no category below is made for: the general ones get it."""


def attribute(text: str) -> str:
    """An XML attribute that keeps its line breaks and tabs."""
    return quoteattr(text, {"\n": "&#10;", "\t": "&#9;"})


def policy() -> str:
    """A policy in whose every text the payloads stand; JSON is YAML."""
    return json.dumps(
        {
            "product": PRODUCT,
            "areas": [
                *(
                    {
                        "name": told("area", one),
                        "tests": [f"class {one} *", told("glob", one)],
                        "owner": told("lead", one),
                    }
                    for one in PAYLOADS
                    if one != GENERAL
                ),
                {"name": f"area {POLICY_TEXT}", "tests": ["class*"], "owner": f"owner {POLICY_TEXT}"},
                {"name": f"other {ONE_LINE['code-end']}", "tests": ["skips*", "p::*"]},
            ],
            "variants": {"required": [VARIANT]},
            "criteria": [
                {"id": "none", "title": f"criterion {POLICY_TEXT}", "measure": "failures", "equals": 0},
                {
                    "id": "limit",
                    "title": f"limit {ONE_LINE['heading']}",
                    "measure": f"metric.{METRIC}",
                    "at_most": f"5 {UNIT}",
                },
                *(
                    {
                        "id": f"criterion-{one}",
                        "title": told("criterion", one),
                        "measure": "failures",
                        "equals": 0,
                        "tier": "advisory",
                    }
                    for one in PAYLOADS
                ),
            ],
            "categories": [
                *(
                    {
                        "title": told("category", one),
                        # A name with a hyphen is none of an exception: it stays in the message.
                        **({"message": f"Error{one}:"} if "-" in one else {"type": f"^Error{one}$"}),
                        "risk": told("risk", one),
                        "fix": told("fix", one),
                    }
                    for one in sorted(PAYLOADS, key=lambda name: "-" not in name)
                    if one not in (GENERAL, "pipe")
                ),
                {
                    "title": f"category {POLICY_TEXT}",
                    "type": "^Error([^p]|p[^i]|pi[^p]|pip[^e]|.{5})",
                    "risk": f"risk {POLICY_TEXT}",
                    "fix": f"fix {POLICY_TEXT}",
                },
                {"title": f"kind {ONE_LINE['attributes']}", "message": "message", "risk": "risk\n    !!! note"},
                *({"title": told("kind", one), "message": re.escape(told("message", one))} for one in PAYLOADS),
            ],
            "retired": [
                {"tests": [POLICY_TEXT], "reason": POLICY_TEXT, "by": POLICY_TEXT, "date": "2024-01-01"},
                *(
                    {
                        "tests": [told("retired", one)],
                        "reason": told("reason", one),
                        "by": told("by", one),
                        "date": "2024-01-01",
                    }
                    for one in PAYLOADS
                ),
            ],
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
                },
                *(
                    {
                        "group": told("group", one),
                        "items": [
                            {
                                "id": f"item-{one}",
                                "title": told("item", one),
                                "owner": told("keeper", one),
                                "signoff": {
                                    "by": told("signer", one),
                                    "date": "2024-01-01",
                                    "note": told("note", one),
                                },
                            }
                        ],
                    }
                    for one in PAYLOADS
                ),
            ],
            "waivers": [
                {
                    "blocker": POLICY_TEXT,
                    "reason": POLICY_TEXT,
                    "ticket": POLICY_TEXT,
                    "owner": POLICY_TEXT,
                    "approver": f"another {POLICY_TEXT}",
                    "expires": "2024-01-01",
                },
                *(
                    {
                        "blocker": told("blocker", one),
                        "reason": told("excuse", one),
                        "ticket": told("ticket", one),
                        "owner": told("bearer", one),
                        "approver": told("approver", one),
                        "expires": "2024-01-01",
                    }
                    for one in PAYLOADS
                ),
            ],
            "plan": {
                "phases": [
                    {"name": POLICY_TEXT, "min": 1, "max": 2},
                    *({"name": told("phase", one), "min": 1, "max": 2} for one in PAYLOADS),
                ],
                "estimates": [
                    {"blocker": POLICY_TEXT, "min": 1, "max": 2, "fix": POLICY_TEXT},
                    *(
                        {"blocker": told("estimated", one), "min": 1, "max": 2, "fix": told("repair", one)}
                        for one in PAYLOADS
                    ),
                ],
            },
        },
        indent=1,
        ensure_ascii=False,  # YAML does not join the halves of what JSON would escape
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
            *(
                part
                for one in PAYLOADS
                for part in ("--env", f"{told('env', one).partition('=')[0]}={told('setting', one)}")
            ),
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


@once
def hostile_site(session: Path) -> Hostile:
    """The hostile project, built strictly, once below a session's folder."""
    hostile = hostile_archive(session / "hostile" / "project")
    hostile.project.build()
    return hostile
