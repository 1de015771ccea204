"""Other builders make a site of what `readiness render` writes, and every link and anchor of it is checked.

`make builders` runs it: each builder is installed into a virtual environment of its own, since MkDocs 2 is called as
MkDocs 1 is. ProperDocs builds the site with the plugin, which the tests try.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

import click
import yaml
from tests.plugin.pages import broken_links

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENTS = ROOT / ".venv-builders"
BUILDERS = {
    "zensical": ("zensical==0.0.73", "zensical", ("--rich",)),
    "mkdocs2": ("mkdocs==2.0.dev6", "mkdocs", ()),
}
"""Name -> what is installed, its command, options of `render`."""
FOLDER = "quality"


def book(folder: Path, *options: str) -> None:
    """A hand-written page and the rendered ones below it; rich ones with the configuration that they need."""
    (folder / "docs").mkdir(parents=True)
    (folder / "docs" / "index.md").write_text(f"# Welcome\n\nSee [our quality]({FOLDER}/index.md).\n")
    target = folder / "docs" / FOLDER
    command = (Path(sys.executable).with_name("readiness"), "render", "--to", target, *options)
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    if options:
        (folder / "mkdocs.yml").write_text(yaml.safe_dump(configuration(target), sort_keys=False))


def configuration(rendered: Path) -> dict[str, Any]:
    """What mkdocs.yml says beside a rich folder of pages."""
    named = yaml.safe_load((rendered / "navigation.yml").read_text(encoding="utf-8"))
    pages = [{title: f"{rendered.name}/{path}"} for one in named.pop("nav") for title, path in one.items()]
    loads = {option: [f"{rendered.name}/{path}" for path in paths] for option, paths in named.items()}
    theme = {"name": "material", "font": False}
    extensions = ["attr_list", "md_in_html", "tables"]
    about = {"site_name": "Product", "theme": theme, "markdown_extensions": extensions}
    return {**about, "nav": ["index.md", {"Quality": pages}], **loads}


def main() -> int:
    """Build with each; the number of those whose site is not whole."""
    failed = 0
    for name, (package, command, options) in BUILDERS.items():
        there = ENVIRONMENTS / name / "bin"
        if not (there / command).exists():
            venv.create(there.parent, with_pip=True)
            subprocess.run((there / "pip", "install", "--quiet", "--pre", package), check=True)
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made) / "book"
            book(folder, *options)
            done = subprocess.run((there / command, "build"), cwd=folder, capture_output=True, text=True, check=False)
            problems = broken_links(folder / "site", "/") if done.returncode == 0 else [done.stdout + done.stderr]
            pages = len([*(folder / "site").rglob("*.html")])
        click.echo("\n  ".join((f"{package}: {pages} pages, {len(problems)} problems", *problems[:10])))
        failed += bool(problems)
    return failed


if __name__ == "__main__":
    sys.exit(main())
