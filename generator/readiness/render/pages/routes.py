"""Where each page lies, and the relative links between pages, also across the frozen sites of other versions."""

import hashlib
import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from readiness.model import TestKey

HOME = "index.md"
REPORTS = "reports/index.md"
RELEASES = "releases/index.md"
BLOCKERS, BLOCKERS_CLOSED, BLOCKERS_ALL = "blockers/index.md", "blockers/closed.md", "blockers/all.md"
POLICY = "policy/index.md"
TRENDS = "trends/index.md"
TRENDS_RUNS = "trends/runs/all.md"
TESTS = "tests/index.md"
TESTS_DATA, TESTS_CSV = "tests/data.json", "tests/tests.csv"
SITE_DATA, FEED, BADGE, BADGE_DATA, LLMS = "readiness.json", "feed.xml", "badge.svg", "badge.json", "llms.txt"
"""What machines read, at the root of a site."""

TWIN = "report.md"
"""The name of a report in short, as Markdown, in its folder."""

LATEST = "latest"
"""The folder of redirects to the latest version, beside the frozen sites of the versions."""


_TAKEN = re.compile(
    r"index|readme|404|assets|(?:index|404)\.html|(?:versions|readiness|badge|published)\.json|(?:feed|sitemap)\.xml(?:\.gz)?"
    r"|badge\.svg|(?:robots|llms)\.txt|(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?|.*\.",
    re.IGNORECASE,
)
"""What the folder of a version cannot be called: names of ours, of MkDocs, of Windows, and what Windows shortens."""


def folder_name(version: str) -> str:
    """The version as one plain path part; what had to be replaced, or is taken, is told apart by a digest."""
    plain = re.sub(r"[^A-Za-z0-9._+-]+", "-", version).lstrip(".-")[:80]
    if plain == version and not _TAKEN.fullmatch(plain):
        return plain
    return f"{plain}-{hashlib.sha256(version.encode(errors='surrogatepass')).hexdigest()[:6]}".lstrip(".-")


def is_latest(version: str) -> bool:
    """True for a version whose folder would be that of the redirects, letter case apart."""
    return folder_name(version).lower() == LATEST


def clash(version: str, others: Iterable[str]) -> str | None:
    """One of `others` that would share the folder of the version where letter case does not count."""
    folder = folder_name(version).lower()
    return next((one for one in others if one != version and folder_name(one).lower() == folder), None)


def report_page(run: str, judgement: int = 1) -> str:
    """Source path of a report; the first judgement has the run's own address."""
    return f"reports/{run}.md" if judgement == 1 else f"reports/{run}/{judgement}.md"


def report_data(run: str, judgement: int = 1) -> str:
    """Where a report lies as JSON."""
    return f"{report_page(run, judgement).removesuffix('.md')}/report.json"


def report_text(run: str, judgement: int = 1) -> str:
    """Where a report lies in short, as Markdown."""
    return f"{report_page(run, judgement).removesuffix('.md')}/{TWIN}"


def release_page(version: str) -> str:
    """Source path of a release's page."""
    return f"releases/{folder_name(version)}.md"


def release_file(version: str, name: str) -> str:
    """A file about one release."""
    return f"{release_page(version).removesuffix('.md')}/{name}"


def trends_page(line: str) -> str:
    """Source path of the trends of a release line that does not lead to now."""
    return f"trends/{folder_name(line)}.md"


def blocker_page(blocker: str) -> str:
    """Source path of a blocker's page."""
    return f"blockers/{blocker}.md"


def test_anchor(key: TestKey) -> str:
    """A stable id for a test within a page; the dot keeps it apart from the ids of headings."""
    parts = (*key[:4], *((key.origin, str(key.instance)) if key.origin or key.instance > 1 else ()))
    return "t." + hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:12]


def tests_times(number: int) -> str:
    """Where the times of a part of the tests lie."""
    return f"tests/times/{number}.json"


def policy_anchor(digest: str) -> str:
    """Where the policy page names the policy of that digest; the dot keeps it apart from the ids of headings."""
    return f"policy.{digest[:12]}"


@dataclass(frozen=True)
class Routes:
    """Links between pages of one site.

    `elsewhere` maps pages that this site does not hold to the folder of the version whose frozen site holds them; those
    sites lie beside this one. To a page of the folder "", which is published nowhere, the address is empty.
    """

    directory_urls: bool = True
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    root: str = ""
    """Where the pages will lie for good, `/` at the end; empty: it does not say."""
    base: str = ""
    """The folder of the site in which all pages lie, `/` at its end; empty at its root."""

    def url(self, page: str) -> str:
        """The page's address from the root of its site: `reports/<run>/`."""
        stem = page.removesuffix(".md")
        if not self.directory_urls:
            return f"{stem}.html"
        if posixpath.basename(stem) == "index":
            stem = posixpath.dirname(stem)
        return f"{stem}/" if stem else ""

    def address(self, page: str) -> str:
        """The whole address of a page or file; empty where the site does not say where it will lie."""
        return self.root and self.root + (self.url(page) if page.endswith(".md") else page)

    def link(self, origin: str, target: str, anchor: str = "") -> str:
        """The relative address of page `target` as page `origin` must name it."""
        here = self.url(origin)
        folder = here if here.endswith("/") or not here else posixpath.dirname(here) + "/"
        there = self.url(target)
        if target in self.elsewhere:
            if not self.elsewhere[target]:
                return ""
            depth = (self.base + folder.lstrip("/")).count("/")
            relative = "../" * (depth + 1) + f"{self.elsewhere[target]}/{self.base}{there}"
        else:
            relative = posixpath.relpath(f"/{there}", f"/{folder}")
            relative += "/" if there.endswith("/") or not there else ""
        return relative + (f"#{anchor}" if anchor else "")

    def asset(self, origin: str, path: str) -> str:
        """The relative address of a file at `path` from the root of the site."""
        here = self.url(origin)
        folder = here if here.endswith("/") or not here else posixpath.dirname(here)
        return posixpath.relpath(f"/{path}", f"/{folder}")


@dataclass(frozen=True)
class SourceRoutes(Routes):
    """Links between the pages' own Markdown files."""

    readme: bool = False
    """The page of each folder is its README.md, not its index.md."""

    def url(self, page: str) -> str:
        """The path of the page's file: `reports/<run>.md`."""
        folder, name = posixpath.split(page)
        return posixpath.join(folder, "README.md") if self.readme and name == "index.md" else page
