"""All pages of a site, from the templates: Markdown with raw HTML for tables and traces, all foreign text inert."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Template, TemplateError
from jinja2.environment import Environment

from readiness.paths import templates_dir
from readiness.phrases import KeptBytecode, keep_words, mistaken, say, worded_by, words_of
from readiness.render.markdown import gate_markdown
from readiness.render.pages import meta_description, routes
from readiness.render.pages.assets import plotly
from readiness.render.pages.context import Here, Linked, SiteContext
from readiness.render.pages.inert import inert
from readiness.render.pages.registry import PAGES, Page
from readiness.render.pages.templating import template_environment
from readiness.render.pages.tests_files import tests_files
from readiness.report import gate_result
from readiness.results import KeptTexts, digest, files_digest, release, sources_digest
from readiness.shorten import NAME, short

NOTHING = KeptTexts(None)


@dataclass(frozen=True)
class GeneratedPage:
    """One page: its source path, its Markdown, and what the site generator needs to know of it."""

    kind: Page[Any]
    path: str
    title: str
    """What a link to it is called."""
    description: str
    """What it tells, in a sentence or two; plain text."""
    markdown: str
    date: datetime | None
    """Of what the page tells; None on an empty site."""
    twin: str = ""
    """The relative address of the same in short, as Markdown; empty where there is none."""


@dataclass(frozen=True)
class EveryView:
    """What every page has, unless it has something else of that name."""

    plotly: str
    """Address of the chart library."""
    home: str
    """Address of the home page."""
    register: str
    """Address of the register of blockers."""
    policy: str
    """Address of the policy page."""
    trends: str
    """Address of the trends page."""
    missing: tuple[str, ...]
    """What is wrong with the archive, in a site that was built all the same."""


def build_pages(
    site: SiteContext, overrides: tuple[Path, ...] = (), keep: KeptTexts = NOTHING
) -> Iterator[GeneratedPage]:
    """Every page of the site, one after another. Raises UsageError where a template cannot be used."""
    templates, words, tools = template_environment(overrides), words_of(*overrides), _tools(site, overrides)
    templates.bytecode_cache = KeptBytecode(keep, "pages")
    with worded_by(words):
        keep_words(keep)
    for kind in PAGES:
        for told in kind.every(site):
            with worded_by(words):
                here = Here(site, kind.route(told))
                name = _name(kind, here, told, tools)
                page = _kept(kind, here, told, keep.text(name) if name else None)
                if page is None:
                    page = _built(templates, kind, here, told)
                    if name:
                        keep.keep(name, json.dumps((page.title, page.description, page.markdown)))
            yield page


def build_data(site: SiteContext) -> Iterator[tuple[str, str]]:
    """(path, content) of what machines read beside the pages: each report as JSON, pure ASCII."""
    for report in site.judgements:
        yield routes.report_data(report.run.id, report.judgement.number), f"{site.reports.text(report)}\n"


def build_twins(site: SiteContext, overrides: tuple[Path, ...], keep: KeptTexts) -> Iterator[tuple[str, str]]:
    """(path, content) of each report in short, as Markdown."""
    tools = _tools(site, overrides)
    with worded_by(words_of(*overrides)):
        for report in site.judgements:
            run, number = report.run.id, report.judgement.number
            address = site.reports.address(report)
            name = digest("twin", tools, address) if address else ""
            text = keep.text(name) if name else None
            if text is None:
                link = site.routes.address(routes.report_page(run, number)) or None
                text = gate_markdown(gate_result(report, report.verdict.as_of, link=link))
                if name:
                    keep.keep(name, text)
            yield routes.report_text(run, number), text


def _tools(site: SiteContext, overrides: tuple[Path, ...]) -> str:
    """A digest of what every page of a site depends on: the tool, its templates, and how the site is laid out.

    Which other site holds a report follows from where the release of its version lies.
    """
    libraries = map(release, ("jinja2", "markupsafe", "plotly", "pydantic", "pyyaml"))
    templates = tuple(map(files_digest, (templates_dir(), *overrides)))
    links = site.routes
    releases = sorted((page, folder) for page, folder in links.elsewhere.items() if not page.startswith("reports/"))
    layout = (
        type(links).__name__,
        releases,
        links.directory_urls,
        links.root,
        links.base,
        site.version,
        site.product,
        site.missing,
    )
    return digest(sources_digest(), sys.version_info[:2], tuple(libraries), templates, layout)


def _name(kind: Page[Any], here: Here, told: Any, tools: str) -> str:
    """The name under which a page is kept; empty for one that is made each time."""
    report = kind.report(told)
    if kind.depends is None or report is None:
        return ""
    address = here.site.reports.address(report)
    return digest(tools, kind.template, here.page, address, kind.depends(here, told)) if address else ""


def _kept(kind: Page[Any], here: Here, told: Any, text: str | None) -> GeneratedPage | None:
    if text is None:
        return None
    title, description, markdown = json.loads(text)
    return GeneratedPage(kind, here.page, title, description, markdown, _date(kind, told), _twin(kind, here))


def _date(kind: Page[Any], told: Any) -> datetime | None:
    report = kind.report(told)
    return report.verdict.as_of if report else None


def _twin(kind: Page[Any], here: Here) -> str:
    if kind.parent != routes.REPORTS:
        return ""
    return here.site.routes.asset(here.page, f"{here.page.removesuffix('.md')}/{routes.TWIN}")


def build_tests(site: SiteContext, overrides: tuple[Path, ...] = ()) -> Iterator[tuple[str, str]]:
    """(path, content) of what lies beside the tests page, pure ASCII but for the CSV file."""
    with worded_by(words_of(*overrides)):
        yield from tests_files(site)


def _built(templates: Environment, kind: Page[Any], here: Here, told: Any) -> GeneratedPage:
    worded = _compiled(templates, "{{ sentence }}")

    def line(sentence: str) -> str:
        return meta_description.plain(_rendered(templates, worded, {"sentence": sentence}))

    home, register, policy, trends = map(here.link, (routes.HOME, routes.BLOCKERS, routes.POLICY, routes.TRENDS))
    library = here.site.routes.asset(here.page, plotly().path)
    every = EveryView(library, home, register, policy, trends, here.site.missing)
    title = kind.title(here, told)
    description = line(kind.description(here, told))
    matter = yaml.safe_dump(
        {
            "title": str(inert(short(title, NAME))),
            "description": str(inert(description)),
            "hide": ["navigation"],
            **({"search": dict(kind.search)} if kind.search else {}),
        },
        allow_unicode=False,
        sort_keys=False,
        width=sys.maxsize,
    )
    variables = {name: value for view in (every, *kind.view(here, told)) for name, value in vars(view).items()}
    markdown = _rendered(templates, kind.template, variables)
    if here.site.routes.base:
        markdown = _rendered(templates, _compiled(templates, _AROUND), {"around": _around(here)}) + markdown
    return GeneratedPage(
        kind=kind,
        path=here.page,
        title=line(kind.asked(told) if kind.asked else title),
        description=description,
        markdown=f"---\n{matter}---\n{markdown}",
        date=_date(kind, told),
        twin=_twin(kind, here),
    )


_AROUND = "{{ blocks.around(around) }}\n\n"
_INDEXES = (
    ("overview", routes.HOME),
    ("reports", routes.REPORTS),
    ("releases", routes.RELEASES),
    ("blockers", routes.BLOCKERS),
    ("trends", routes.TRENDS),
    ("tests", routes.TESTS),
    ("policy", routes.POLICY),
)


def indexes() -> tuple[tuple[str, str], ...]:
    """Title and source path of each page of the navigation."""
    return tuple((say(title), page) for title, page in _INDEXES)


def _around(here: Here) -> tuple[Linked, ...]:
    """The way around in a site whose navigation is its owner's."""
    return tuple(Linked(title, "" if page == here.page else here.link(page)) for title, page in indexes())


@lru_cache
def _compiled(templates: Environment, text: str) -> Template:
    return templates.from_string(text)


def _rendered(templates: Environment, template: str | Template, view: dict[str, Any]) -> str:
    """The template filled in; raises UsageError naming file and line of a mistake in it."""
    try:
        return templates.get_template(template).render(view)
    except (TemplateError, TypeError) as error:
        raise mistaken(error, str(template)) from error
