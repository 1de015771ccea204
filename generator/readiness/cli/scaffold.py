"""What `readiness init` writes: the files of a set-up, each beside what is there, and all of them or none."""

import difflib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2
import yaml

from readiness.cli.ci_context import git
from readiness.cli.mkdocs_text import GUEST, names_pages, with_plugin
from readiness.cli.project_version import found_version
from readiness.cli.runners import Runner, installs
from readiness.errors import UsageError
from readiness.paths import templates_dir

CI = {
    "github": (("github.yml", ".github/workflows/readiness.yml"), ("readiness.sh", ".github/readiness.sh")),
    "gitlab": (("gitlab.yml", ".gitlab/readiness.yml"), ("readiness.sh", ".gitlab/readiness.sh")),
}
"""CI -> the templates that it needs, and where they go."""

CI_NOTES = {
    "github": "before you push, add what your tests need to the job `test` in .github/workflows/readiness.yml, set "
    "READINESS there to what pip installs, and Settings > Pages > Source to GitHub Actions",
    "gitlab": "before you push, add what your tests need to the job `readiness-test` in .gitlab/readiness.yml, set "
    "READINESS there to what pip installs, and the masked variable READINESS_TOKEN to a project access token with the "
    "scopes api and write_repository",
}
"""CI -> what its users set once, by hand."""

IGNORED = ("/.cache/", "/site/", "/evidence/")
IGNORED_BY_CI = ("/.readiness/", "/public/", "/history")
"""What a CI that keeps history/ on a branch of its own leaves in the checkout, where history is a link."""


@dataclass(frozen=True)
class Planned:
    """One file as it would be, beside how it is; `advice` says what to do by hand where it stays as it is."""

    path: Path
    text: str
    before: str | None = None
    advice: str = ""

    @property
    def changes(self) -> bool:
        """True where something is to be written."""
        return self.text != self.before

    def difference(self) -> Iterator[str]:
        """The lines that are added to a file that is there."""
        before, after = (self.before or "").splitlines(), self.text.splitlines()
        yield from (line for line in difflib.ndiff(before, after) if line.startswith(("+ ", "- ")))


def plan(folder: Path, runner: Runner, ci: str | None) -> list[Planned]:
    """Every file of a set-up. Raises UsageError where a path is taken by something else."""
    name, remote = _product(folder), _remote(folder)
    values = {"name": json.dumps(name, ensure_ascii=False), "site_url": _pages(remote)}
    planned = [
        _mkdocs(folder / "mkdocs.yml", values),
        _new(folder / "readiness.yml", _filled("init/readiness.yml", **values)),
        *_home(folder, name),
        _ignoring(folder / ".gitignore", (*IGNORED, *(IGNORED_BY_CI if ci else ()))),
    ]
    planned += [_new(folder / path, text) for path, text in runner.files]
    if ci:
        planned += _workflow(folder, runner, ci)
    return planned


def _workflow(folder: Path, runner: Runner, ci: str) -> Iterator[Planned]:
    if git(folder, "rev-parse", "--show-prefix"):
        remedy = "Run it in the top folder, or leave --ci out"
        raise UsageError("is not the top folder of its repository, where CI looks", path=folder, remedy=remedy)
    if git(folder, "ls-files", "--", "history"):
        remedy = "Move it to the branch `readiness` first, as the guide's page “Put it into CI” says"
        problem = "is committed on this branch, and CI keeps it on one of its own"
        raise UsageError(problem, path=folder / "history", remedy=remedy)
    for name, place in CI[ci]:
        yield _new(folder / place, ci_text(folder, runner, name))
    if ci == "gitlab":
        main = folder / ".gitlab-ci.yml"
        include = "include:\n  - local: .gitlab/readiness.yml\n"
        before = _read(main)
        if before is None:
            yield Planned(main, include)
        elif ".gitlab/readiness.yml" not in before:
            yield Planned(main, before, before, f"add to it:\n{include}")


def ci_text(folder: Path, runner: Runner, name: str) -> str:
    """The text of a file of CI for this project."""
    if name.endswith(".sh"):
        return (templates_dir() / "ci" / name).read_text(encoding="utf-8")
    branch = git(folder, "symbolic-ref", "--short", "refs/remotes/origin/HEAD").rpartition("/")[2]
    values = {
        "branch": branch or git(folder, "symbolic-ref", "--short", "HEAD") or "main",
        "runner": runner,
        "install": installs(runner, folder),
        "commands": runner.commands,
        "version": "" if found_version(folder) else "0.1.0",
    }
    return _filled(f"ci/{name}", **values)


def _filled(template: str, **values: object) -> str:
    """A template of ours; its marks are those that neither YAML of CI nor a shell uses."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates_dir()),
        variable_start_string="[[ ",
        variable_end_string=" ]]",
        block_start_string="[%",
        block_end_string="%]",
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,
    )
    return environment.get_template(template).render(values)


def _mkdocs(path: Path, values: dict[str, str]) -> Planned:
    before = _read(path)
    if before is None:
        return Planned(path, _filled("init/mkdocs.yml", **values))
    try:
        if before.strip() and not isinstance(yaml.compose(before, yaml.SafeLoader), yaml.MappingNode | None):
            raise UsageError("is no mapping of keys", path=path, remedy="Correct it, then run this again")
        after = with_plugin(before)
    except yaml.YAMLError as error:
        told = str(error).splitlines()[0]
        raise UsageError(f"is not YAML ({told})", path=path, remedy="Correct it, then run this again") from error
    if after is None:
        return Planned(path, before, before, f"add to `plugins`:\n  - {GUEST}")
    advice = "add to `nav`:\n  - Quality: quality/index.md" if after != before and names_pages(after) else ""
    return Planned(path, after, before, advice)


def _home(folder: Path, name: str) -> Iterator[Planned]:
    """The text of the home page; in a site that is there already its home page is the owner's, wherever that lies."""
    config = _read(folder / "mkdocs.yml") or ""
    named = re.search(r"^docs_dir:\s*['\"]?([^'\"#\n]+)", config, re.MULTILINE)
    docs = folder / (named.group(1).strip() if named else "docs")
    home = next((docs / one for one in ("index.md", "README.md") if (docs / one).exists()), docs / "index.md")
    if home.exists() or not config.strip():
        yield _new(home, _filled("init/index.md", name=name))


def _ignoring(path: Path, lines: Sequence[str]) -> Planned:
    before = _read(path)
    there = {line.strip().strip("/") for line in (before or "").splitlines()}
    missing = [line for line in lines if line.strip("/") not in there]
    if not missing:
        return Planned(path, before or "", before)
    text = before or ""
    end = "\r\n" if "\r\n" in text else "\n"
    text += "" if not text or text.endswith("\n") else end
    gap, told = end if text else "", end.join(("# readiness", *missing))
    return Planned(path, f"{text}{gap}{told}{end}", before)


def _new(path: Path, text: str) -> Planned:
    """A file that is written where there is none: one that is there stays as it is."""
    before = _read(path)
    return Planned(path, text if before is None else before, before)


def _read(path: Path) -> str | None:
    """The text of a file; None where there is none. Raises UsageError where something else has its place."""
    taken = next((one for one in path.parents if one.exists() and not one.is_dir()), None)
    if taken or (path.exists() and not path.is_file()) or (path.is_symlink() and not path.exists()):
        raise UsageError("is in the way, and is not a file that we wrote", path=taken or path, remedy="Move it away")
    try:
        return path.read_bytes().decode() if path.exists() else None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot be read as text ({error})", path=path, remedy="Write it in UTF-8") from error


def write(planned: Sequence[Planned]) -> None:
    """Write all that changes, or nothing; raises UsageError where the disk refuses."""
    new = {one.path.with_name(f".{one.path.name}.readiness-new"): one for one in planned if one.changes}
    made: list[Path] = []
    locked = next((one.path for one in new.values() if one.path.exists() and not one.path.stat().st_mode & 0o222), None)
    if locked:
        raise UsageError("is read-only", path=locked, remedy="Nothing was changed: make it writable")
    try:
        for place, one in new.items():
            missing = [folder for folder in place.parents if not folder.exists()]
            place.parent.mkdir(parents=True, exist_ok=True)
            made += missing
            place.write_bytes(one.text.encode())
        for place, one in new.items():
            if one.path.exists():
                place.chmod(one.path.stat().st_mode & 0o777)
            place.replace(one.path)
    except OSError as error:
        for place in new:
            place.unlink(missing_ok=True)
        for folder in made:
            if not any(folder.iterdir()):
                folder.rmdir()
        problem, remedy = f"cannot be written ({error.strerror})", "Nothing was changed: make it writable"
        raise UsageError(problem, path=error.filename or planned[0].path, remedy=remedy) from error


def _product(folder: Path) -> str:
    """What the product is called: as its remote, else its folder."""
    found = re.search(r"([^/:]+?)(?:\.git)?/?$", _remote(folder))
    return found.group(1) if found else folder.resolve().name or "product"


def _remote(folder: Path) -> str:
    return git(folder, "remote", "get-url", "origin")


def _pages(remote: str) -> str:
    """Where GitHub or GitLab publishes the pages of a repository; empty elsewhere."""
    found = re.search(r"\bgit(hub|lab)\.com[:/]([\w.-]+)/([\w.-]+?)(?:\.git)?/?$", remote)
    return f"https://{found.group(2).lower()}.git{found.group(1)}.io/{found.group(3)}/" if found else ""
