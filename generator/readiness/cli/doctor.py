"""`readiness doctor`: what a set-up lacks, a line each with the remedy."""

import sys
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import click

from readiness.cli.ci_context import git
from readiness.cli.options import history
from readiness.errors import ReadinessError
from readiness.numbers import plural

Found = tuple[str, str]
"""(level, what is told) of one thing that was looked at: `fix` must be fixed, `note` is optional, `ok` is fine."""


@click.command("doctor", epilog="\b\nExample\n  readiness doctor")
@history
def command(history: Path) -> None:
    """Check mkdocs.yml, readiness.yml, the archive, git and CI, and list what to fix; nothing is written.

    Exits 1 if something must be fixed; notes are optional.
    """
    folder = history.absolute().parent
    found = [*_of_mkdocs(folder), *_of_versions(), *_of_policy(folder), *_of_archive(history), *_of_git(folder)]
    found += _of_ci(folder)
    for level, told in found:
        click.echo(f"{level:<5} {told}")
    sys.exit(1 if any(level == "fix" for level, _ in found) else 0)


def _of_mkdocs(folder: Path) -> Iterator[Found]:
    import yaml

    from readiness.cli.mkdocs_text import PLUGIN, plugins_of
    from readiness.cli.site import mkdocs_values

    path = folder / "mkdocs.yml"
    if not path.is_file():
        yield "fix", "mkdocs.yml: is missing. `readiness init` writes it"
        return
    try:
        plugins = plugins_of(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        yield "fix", f"mkdocs.yml: cannot be read ({str(error).splitlines()[0]}). Correct it"
        return
    values = mkdocs_values(path)
    if PLUGIN in (plugins or ()):
        yield "ok", "mkdocs.yml: has the plugin readiness"
    elif "INHERIT" in values:
        yield "note", "mkdocs.yml: inherits its plugins. Check that readiness is one of them"
    else:
        yield "fix", "mkdocs.yml: lacks the plugin readiness. `readiness init` adds it"
    yield from _of_theme(values)
    if not values.get("site_url"):
        yield "note", "mkdocs.yml: has no site_url, so nothing prints permanent addresses. Set it"


def _of_theme(values: Mapping[str, Any]) -> Iterator[Found]:
    from readiness.cli.site import base_of

    theme = values.get("theme")
    name = theme.get("name") if isinstance(theme, Mapping) else theme
    if name != "material":
        yield "note", "mkdocs.yml: the pages are made for the theme material. Set theme: {name: material}"
        return
    features = theme.get("features") if isinstance(theme, Mapping) else ()
    lacking = [one for one in ("navigation.tabs", "navigation.indexes") if one not in (features or ())]
    if lacking and not base_of(values):  # a guest's pages have a way around of their own
        yield "note", f"mkdocs.yml: theme.features lacks {' and '.join(lacking)}, which the navigation needs. Add it"


def _of_versions() -> Iterator[Found]:
    from packaging.requirements import Requirement

    wanted = {one.name: one for one in map(Requirement, metadata.requires("mkdocs-readiness") or ())}
    for name in ("mkdocs", "mkdocs-material"):
        version = metadata.version(name)
        fits = name not in wanted or wanted[name].specifier.contains(version)
        told = f"{name} {version}"
        yield ("ok", told) if fits else ("fix", f"{told}: pip install '{wanted[name]}'")


def _of_policy(folder: Path) -> Iterator[Found]:
    from readiness.policy import POLICY_FILE, parse_policy

    path = folder / POLICY_FILE
    if not path.is_file():
        yield "note", f"{POLICY_FILE}: is missing, so the default policy applies. `readiness init` writes one"
        return
    try:
        parse_policy(path.read_bytes(), path.name)
    except (ReadinessError, OSError) as error:
        yield "fix", error.line if isinstance(error, ReadinessError) else f"{path.name}: {error.strerror}"
    else:
        yield "ok", f"{POLICY_FILE}: is valid"


def _of_archive(history: Path) -> Iterator[Found]:
    from readiness.archive import Archive
    from readiness.evidence import kinds

    if not history.is_dir():
        yield "note", f"{history}: does not exist yet. `readiness archive FILES…` creates it"
        return
    archive = Archive(history)
    yield from (("fix", error.line) for error in archive.damage)
    if not archive.runs:
        yield "note", f"{history}: contains no runs yet. `readiness archive FILES…` adds one"
        return
    if not archive.damage:
        runs = plural(len(archive.runs), "run")
        yield "ok", f"{history}: {runs}, records intact; `readiness verify` recomputes every digest"
    if not archive.chain.archived_last():
        yield "note", f"{history}: each run was withdrawn. `readiness archive FILES…` adds one that stands"
        return
    last = archive.runs[archive.chain.archived_last()[0]]
    if not any(item.kind in kinds("list") for item in last.manifest.inputs):
        told = f"run {last.id} came without a list of tests, so a test that never ran may go unnoticed"
        yield "note", f"{history}: {told}. Archive a list too, if the runner writes one"


def _of_git(folder: Path) -> Iterator[Found]:
    from readiness.cli.scaffold import IGNORED

    if not git(folder, "rev-parse", "--git-dir"):
        yield "note", "git: this is not a repository, so nothing keeps history/. `git init` creates one"
        return
    seen = [one for one in IGNORED if not _ignored(folder, one.strip("/"))]
    if seen:
        yield "fix", f".gitignore: lacks {' '.join(seen)}. `readiness init` adds it"
    if _ignored(folder, "history") and not _workflows(folder):
        yield "fix", ".gitignore: hides history/, the only copy of the evidence. Remove that line"
    if git(folder, "rev-parse", "--is-shallow-repository") == "true":
        yield "note", "git: this clone is shallow, so older commits are not known. `git fetch --unshallow`"


def _ignored(folder: Path, path: str) -> bool:
    return bool(git(folder, "check-ignore", path) or git(folder, "check-ignore", f"{path}/"))


def _workflows(folder: Path) -> list[str]:
    """The kinds of CI that have our workflow."""
    from readiness.cli.scaffold import CI

    return [name for name, files in CI.items() if (folder / files[0][1]).is_file()]


def _of_ci(folder: Path) -> Iterator[Found]:
    from readiness.cli.runners import RUNNERS
    from readiness.cli.scaffold import CI, IGNORED_BY_CI, ci_text

    names = _workflows(folder)
    if not names:
        yield "note", "CI: has no readiness workflow. `readiness init --ci github` or `--ci gitlab` writes one"
    for name in names:
        script = CI[name][1][1]
        if not (folder / script).is_file():
            yield "fix", f"{script}: is missing. `readiness init --ci {name}` writes it"
        elif (folder / script).read_bytes() != ci_text(folder, RUNNERS["pytest"], "readiness.sh").encode():
            told = f"does not match this version. Delete it and run `readiness init --ci {name}`"
            yield "fix", f"{script}: {told}"
        else:
            yield "ok", f"{script}: matches this version"
        seen = [one for one in IGNORED_BY_CI if not _ignored(folder, one.strip("/"))]
        if seen and git(folder, "rev-parse", "--git-dir"):
            yield "fix", f".gitignore: lacks {' '.join(seen)}. `readiness init --ci {name}` adds it"
        if git(folder, "ls-files", "--", "history"):
            yield "fix", "history/: is committed on this branch, but CI keeps it on the branch readiness. Move it"
        if not git(folder, "for-each-ref", "refs/remotes/origin/readiness"):
            told = "is unknown here. The workflow's first run creates it; `git fetch` gets it"
            yield "note", f"git: the branch readiness {told}"
