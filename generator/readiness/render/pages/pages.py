"""All pages of a site, from the templates: Markdown with raw HTML for tables and traces, all foreign text inert."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Template, TemplateError, TemplateSyntaxError
from jinja2.environment import Environment

from readiness import phrases
from readiness.errors import UsageError
from readiness.phrases.wording import Sentence
from readiness.render.pages import previews, routes
from readiness.render.pages.assets import plotly
from readiness.render.pages.blockers import blocker_view, register
from readiness.render.pages.context import SiteContext
from readiness.render.pages.home import home
from readiness.render.pages.inert import inert
from readiness.render.pages.policy import policy
from readiness.render.pages.report import report
from readiness.render.pages.runs import release, releases, reports
from readiness.render.pages.templating import template_environment
from readiness.render.pages.trends import trends
from readiness.shorten import NAME, short


@dataclass(frozen=True)
class GeneratedPage:
    """One page: its source path, its Markdown, and what the site generator needs to know of it."""

    path: str
    title: str
    """What a link to it is called."""
    description: str
    """What it tells, in a sentence or two; plain text."""
    markdown: str
    date: datetime | None
    """Of what the page tells; None on an empty site."""
    parent: str | None = None
    """The index that lists it; None for a page of the navigation."""


def _rendered(templates: Environment, template: str | Template, view: dict[str, Any]) -> str:
    """The template filled in; raises UsageError naming file and line of a mistake in it."""
    try:
        return templates.get_template(template).render(view)
    except TemplateSyntaxError as error:
        raise _mistaken(error.filename or str(template), error.lineno, error) from error
    except (TemplateError, TypeError) as error:
        places = [(frame.filename, frame.lineno or 0) for frame in traceback.extract_tb(error.__traceback__)]
        inside = [place for place in places if not place[0].endswith(".py")]
        file, line = inside[-1] if inside else (str(template), 0)
        raise _mistaken(file, line, error) from error


def _mistaken(file: str, line: int, error: Exception) -> UsageError:
    where = f"line {line}" if line else ""
    return UsageError(f"the template cannot be used: {error}", path=file, where=where, remedy="Mend the template")


def build_pages(context: SiteContext, home_text: str = "", overrides: tuple[Path, ...] = ()) -> Iterator[GeneratedPage]:
    """Every page of the site, one after another. `home_text` is Markdown that follows the verdict on the home page."""
    templates = template_environment(overrides)
    sentence = templates.from_string("{{ preview }}")
    date = context.now.verdict.as_of if context.now else None

    def made(
        path: str, template: str, title: str, view: dict[str, Any], preview: Sentence, **front: Any
    ) -> tuple[str, str, str, str]:
        addresses = {
            "plotly": context.routes.asset(path, plotly().path),
            "home": context.routes.link(path, routes.HOME),
        }
        asked, description = (
            previews.plain(_rendered(templates, sentence, {"preview": one}))
            for one in (view.get("question", title), preview)
        )
        matter = yaml.safe_dump(
            {
                "title": str(inert(short(title, NAME))),
                "description": str(inert(description)),
                "hide": ["navigation"],
                **front,
            },
            allow_unicode=False,
            sort_keys=False,
            width=sys.maxsize,
        )
        text = f"---\n{matter}---\n" + _rendered(templates, template, view | addresses)
        return path, asked, description, text

    for path, template, title, view in (
        (routes.HOME, "home.md", "Overview", home(context, home_text)),
        (routes.REPORTS, "reports.md", "Reports", reports(context)),
        (routes.RELEASES, "releases.md", "Releases", releases(context)),
        (routes.BLOCKERS, "blockers.md", "Blockers", register(context)),
        (routes.POLICY, "policy.md", "Policy", policy(context)),
        (routes.TRENDS, "trends.md", "Trends", trends(context)),
    ):
        yield GeneratedPage(*made(path, template, title, view, previews.of_index(context, path)), date)
    for assessment in context.judgements:
        path = routes.report_page(assessment.run.id, assessment.judgement.number)
        found, preview = report(context, path, assessment), previews.of_judgement(context, assessment)
        # Reports are many and say alike things: blockers and releases lead the search to them.
        parts = made(path, "report.md", f"{found['title']} report", found, preview, search={"exclude": True})
        yield GeneratedPage(*parts, assessment.verdict.as_of, routes.REPORTS)
    for version in context.versions:
        latest = context.latest_of_version(version)
        if latest is not None:
            path, title = routes.release_page(version), f"{context.product or 'Release'} {version}"
            found, preview = release(context, latest), previews.of_judgement(context, latest)
            parts = made(path, "release.md", title, found, preview, search={"boost": 2})
            yield GeneratedPage(*parts, latest.verdict.as_of, routes.RELEASES)
    for blocker_id, (blocker, at) in context.blockers.items():
        path, title = routes.blocker_page(blocker_id), f"{blocker_id} {phrases.title_of(blocker)}"
        found, preview = blocker_view(context, blocker_id), previews.of_blocker(context, blocker_id)
        # Its id stands on many pages; who searches for it wants this one.
        parts = made(path, "blocker.md", title, found, preview, search={"boost": 4})
        yield GeneratedPage(*parts, at.verdict.as_of, routes.BLOCKERS)
