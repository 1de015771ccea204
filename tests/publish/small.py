"""Publishing without MkDocs: two versions of a few pages, so that it takes milliseconds and can be tried often."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from tests.scenario import Run, append

from readiness.archive import Archive
from readiness.publish.index import FILES
from readiness.publish.shared import share
from readiness.publish.site import Publication, publish

CONFIG = "site_name: small\nplugins: [readiness]\n"


class SmallBuilder:
    """Stands in for MkDocs: the pages of a version tell its runs, and load a style sheet and the theme's script."""

    history, base = "history", ""
    restyled = False

    def __init__(self, config_file: Path) -> None:
        self._theme = config_file.parent / "theme"

    def require(self, target: Path) -> None:
        """Anything goes."""

    def judged(self, archive: Archive) -> Any:
        return self

    def latest_of(self, run: str) -> None:
        """Nothing is judged."""

    def index(self, archive: Archive, reports: Any, target: Path, versions: Collection[str]) -> dict[str, str]:
        """Every file tells the same: which versions there are."""
        return dict.fromkeys(FILES, f"{sorted(versions)}\n")

    def build(
        self, built: Path, version: str, archive: Archive, reports: Any, elsewhere: Mapping[str, str]
    ) -> dict[str, bytes]:
        runs = [run for run in archive.runs.values() if run.manifest.version == version]
        listed = "".join(f"<li>{run.id}</li>" for run in runs)
        pages = {"index.html": listed, "reports/index.html": listed, "guide/index.html": "the same everywhere"}
        if not self.restyled:
            pages["old/index.html"] = "a page that a site built anew lacks"
        pages |= {f"reports/{run.id}/index.html": f"<p>{run.id}" for run in runs}
        (self._theme / "js").mkdir(parents=True, exist_ok=True)
        (self._theme / "js" / "theme.js").write_text("theme()\n")
        for path, text in pages.items():
            up = "../" * path.count("/")
            place = built / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(f'<link href="{up}own.css"><script src="{up}js/theme.js"></script>{text}\n')
        (built / "own.css").write_text(f"body {{ color: {'blue' if self.restyled else 'black'} }}\n")
        (built / "js").mkdir()
        (built / "js" / "theme.js").write_text("theme()\n")
        return share(built, [self._theme], "")


def small_project(folder: Path) -> Path:
    """Two runs in two versions, not published."""
    folder.mkdir(parents=True)
    (folder / "mkdocs.yml").write_text(CONFIG)
    for day, version in enumerate(("1.0", "1.1")):
        append(folder / "history", Run("a pass", version), day)
    return folder


def grow(project: Path) -> None:
    """A version gains a run, and there is a new version."""
    for day, version in ((5, "1.0"), (6, "2.0")):
        append(project / "history", Run("a pass", version), day)


def published(project: Path, **options: Any) -> Publication:
    return publish(project / "mkdocs.yml", project / "public", **options)


def restyle(project: Path) -> None:
    """Another style sheet and a page less, as a newer tool may have it."""
    SmallBuilder.restyled = True


CHANGES: dict[str, Callable[[Path], None]] = {"first": lambda project: None, "grown": grow, "rebuilt": restyle}
