"""Options that several commands share, and how their values are read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial, reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from readiness.cli.dates import EARLIEST, LATEST, parse_date
from readiness.errors import UsageError, shown

if TYPE_CHECKING:
    from readiness.archive import Archive


class _History(click.Path):
    """The folder of an archive; for one in an object store the folder that mirrors it, as it is now."""

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> Any:
        if not isinstance(value, str) or "://" not in value:
            return super().convert(value, parameter, context)
        from readiness.archive import cache_folder, mirrored
        from readiness.render.console import progress

        with progress("Fetching") as advance:
            return mirrored(value, cache_folder(Path.cwd()), advance)


FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
TEMPLATES = click.Path(path_type=Path, file_okay=False, exists=True)

history = click.option(
    "--history",
    type=_History(path_type=Path, file_okay=False),
    default=Path("history"),
    show_default=True,
    help="Folder of the archive, or its address: s3://bucket/prefix.",
)
policy = click.option("--policy", type=FILE, help="Policy file (default: readiness.yml, or else the default policy).")
engine = click.option(
    "--engine",
    type=click.Choice(["polars", "duckdb", "spark"]),
    default="polars",
    show_default=True,
    help="What reduces results to summaries; needs the extra of its name.",
)
target = click.option("--to", "target", type=FOLDER, required=True, help="Folder to write.")
masking = click.option(
    "--no-mask",
    "masking",
    is_flag=True,
    flag_value=False,
    default=True,
    help="Keep tokens and keys in the evidence (default: they are masked).",
)


def project_of(history: Path) -> Path:
    """The project of an archive: the folder that holds it; the present one where it lies in an object store."""
    from readiness.archive import mirror_of

    return Path.cwd() if mirror_of(history) else history.absolute().parent


def archive_in(history: Path) -> Archive:
    """The archive in a folder that must be there; raises UsageError. Only what archives may begin a new one."""
    from readiness.archive import mirror_of

    if not history.is_dir() and not mirror_of(history):
        remedy = "Run this beside mkdocs.yml, name the archive with --history, or begin one with `readiness archive`"
        raise UsageError("there is no such folder", path=history, remedy=remedy)
    return indexed(history)


def indexed(history: Path) -> Archive:
    """The archive in a folder, which may be missing, with its index in the cache folder beside it."""
    from readiness.archive import Archive, cache_path

    return Archive(history, cache_path(project_of(history)))


def tell_empty(history: Path) -> None:
    """Say on standard error that there is no run yet."""
    click.echo(f"{shown(history)} contains no runs yet; `readiness archive FILES… --version V` adds one.", err=True)


def moment(context: click.Context, parameter: click.Parameter, text: str | None) -> datetime | None:
    """The value as a time in UTC; a date alone is its midnight."""
    found = None if text is None else parse_date(text)
    if text is not None and found is None:
        years = f"of the years {EARLIEST} to {LATEST}"
        raise click.BadParameter(f"{text!r} is no time {years}; write it like 2025-08-10T04:12:00Z")
    return found


def is_text(value: str) -> bool:
    """True where it can be written as UTF-8: a shell and a file name may hold bytes that are no text."""
    return value == value.encode(errors="replace").decode()


def text(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    """The value, where it is text."""
    for each in value if isinstance(value, tuple) else (value,):
        if isinstance(each, str) and not is_text(each):
            raise UsageError(f"{parameter.opts[0]} contains bytes that are not UTF-8 text", remedy="Write it in UTF-8")
    return value


def pairs(context: click.Context, parameter: click.Parameter, texts: tuple[str, ...]) -> dict[str, str]:
    """`NAME=VALUE` given several times."""
    text(context, parameter, texts)
    pairs = dict(text.partition("=")[::2] for text in texts)
    if not all(pairs) or any("=" not in text for text in texts):
        raise click.BadParameter("write it like python=3.12")
    return pairs


environment = click.option(
    "--env", "environment", multiple=True, callback=pairs, metavar="NAME=VALUE", help="A fact about the environment."
)


def http_site(context: click.Context | None, parameter: click.Parameter | None, address: str | None) -> str:
    """The address of a site without a slash at its end; empty where none is given."""
    from urllib.parse import urlsplit

    from readiness.render.pages.inert import http_url

    if address is None:
        return ""
    if not http_url(address) or urlsplit(address).query or urlsplit(address).fragment:
        raise click.BadParameter(f"{address!r} is no address of a site; write it like https://example.org/readiness/")
    return address.rstrip("/#?")


site_link = click.option(
    "--link", callback=http_site, metavar="URL", help="Address of the published site, to link to the run's report."
)

_text = partial(click.option, callback=text)
_texts = partial(_text, multiple=True)
_time = partial(click.option, callback=moment, metavar="TIME")


def together(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Several options as one decorator, in the order of the help."""
    return lambda command: reduce(lambda made, option: option(made), reversed(options), command)


of_a_run = together(
    click.argument("files", nargs=-1, metavar="[FILES…]"),
    _text("--version", "version", help="Version of the product that was tested."),
    _time("--started", help="When the run started (default: from the evidence, or else now)."),
    _time("--finished", help="When it finished (default: start plus the declared duration, at most now)."),
    _texts("--source", "sources", metavar="NAME=FILES", help="Files of a named kind of tests: unit, e2e."),
    _texts("--variant", "variants", metavar="NAME=FILES", help="Files of one variant: linux, py312."),
    _texts(
        "--rerun",
        "reruns",
        metavar="FILES",
        help="Files of a second job that ran the failures again: attempts, no tests of their own.",
    ),
    click.option(
        "--strict-patterns",
        "strict",
        is_flag=True,
        help="Archive nothing if a --source or --variant matches no file (default: record it as missing).",
    ),
    _text("--commit", help='Commit that was tested (default: from CI or git). "none": unknown.'),
    _text("--branch", help='Branch that was tested (default: from CI or git). "none": unknown.'),
    _text("--ci-url", help='Link to the CI run (default: from CI). "none": there is none.'),
    environment,
    _text(
        "--previous",
        metavar="RUN",
        help='The run it follows (default: found by version and time). "none": it follows none.',
    ),
    _text(
        "--supersedes",
        metavar="RUN",
        help="The run it replaces: FILES are added to that run's, one of the same name replaces the older one.",
    ),
    masking,
)
"""FILES and the options that describe the run that they are of, for `Described`."""
