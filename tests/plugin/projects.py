"""Projects to build sites of: a copy of this repository's own, and small ones with runs written for the purpose."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pickle
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, wraps
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from click.testing import CliRunner
from mkdocs.__main__ import cli as mkdocs_cli
from mkdocs.config.defaults import MkDocsConfig

from readiness.cli import main as readiness_cli

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
COMMANDS = {"mkdocs": mkdocs_cli, "readiness": readiness_cli}
QUIET = {"NO_MKDOCS_2_WARNING": "1"}
CI_VARIABLES = ("CI", "GITHUB_", "GITLAB_", "BUILD_", "JENKINS_", "CIRCLE", "BITBUCKET_", "SOURCE_DATE_EPOCH")

MKDOCS_YML = """\
site_name: Product readiness
site_url: https://example.org/readiness/
theme:
  name: material
  font: false
plugins:
  - search
  - readiness
markdown_extensions:
  - toc:
      permalink: true
"""

READINESS_YML = """\
product: Product
areas:
  - name: Core
    tests: ["core.*"]
  - name: Edges
    tests: ["edge.*"]
"""


@dataclass(frozen=True)
class Failed:
    """A test that fails with a message and a trace."""

    message: str = "AssertionError: assert 1 == 2"
    trace: str = (
        "def test():\n>   assert 1 == 2\nE   AssertionError: assert 1 == 2\n\ntests/test_core.py:2: AssertionError"
    )


@dataclass(frozen=True)
class Skipped:
    """A test that is skipped for a reason."""

    reason: str = "not on this platform"


PASSED = None
Case = Failed | Skipped | None
GOOD: Mapping[str, Case] = {"core.a::one": PASSED, "core.a::two": PASSED, "edge.b::three": PASSED}


def junit(cases: Mapping[str, Case], suite: str = "pytest") -> str:
    """JUnit XML of these cases; a case is called `group::name`."""
    lines = [f"<testsuites><testsuite name={quoteattr(suite)} time={quoteattr('1.5')}>"]
    for label, case in cases.items():
        group, _, name = label.partition("::")
        opened = f'<testcase classname={quoteattr(group)} name={quoteattr(name)} time="0.5"'
        if isinstance(case, Failed):
            inner = f"<failure message={quoteattr(case.message)}>{escape(case.trace)}</failure>"
        elif isinstance(case, Skipped):
            inner = f"<skipped message={quoteattr(case.reason)}/>"
        else:
            inner = ""
        lines.append(f"{opened}>{inner}</testcase>")
    return "\n".join([*lines, "</testsuite></testsuites>", ""])


def collected(cases: Mapping[str, Case]) -> str:
    """What `pytest --collect-only -q` prints for these cases: `core.a::one` lies in core/a.py."""
    ids = [f"{label.partition('::')[0].replace('.', '/')}.py::{label.partition('::')[2]}" for label in cases]
    return "\n".join([*ids, "", f"{len(ids)} tests collected in 0.01s", ""])


@dataclass
class Project:
    """A folder with mkdocs.yml and perhaps an archive, on which commands are run as users run them."""

    folder: Path
    runs: dict[str, str] = field(default_factory=dict)
    """Version -> id of the run archived last for it."""

    @property
    def site(self) -> Path:
        return self.folder / "site"

    @property
    def history(self) -> Path:
        return self.folder / "history"

    def copy(self, folder: Path) -> Project:
        """The same project elsewhere, without what was built from it."""
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns(".cache", "site", "public"))
        return Project(folder, dict(self.runs))

    def write(self, path: str, text: str) -> Path:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        return target

    def configure(self, old: str, new: str) -> None:
        """Change mkdocs.yml."""
        path = self.folder / "mkdocs.yml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def run_folder(self, version: str) -> Path:
        (found,) = self.history.glob(f"runs/*/{self.runs[version]}")
        return found

    def run(self, *command: str) -> tuple[int, str]:
        """(exit code, everything printed) of `mkdocs` or `readiness`, run in this process, where all is imported."""
        name, *arguments = command
        variables = dict.fromkeys(key for key in os.environ if key.startswith(CI_VARIABLES))
        MkDocsConfig.plugins.plugin_cache.clear()  # a new process would start with new plugins
        with contextlib.chdir(self.folder):
            found = CliRunner().invoke(COMMANDS[name], arguments, env={**variables, **QUIET}, prog_name=name)
        if found.exc_info and not isinstance(found.exception, SystemExit | None):
            return 1, found.output + "".join(traceback.format_exception(*found.exc_info))
        return found.exit_code, found.output

    def start(
        self, *command: str, env: Mapping[str, str] | None = None, before: Sequence[str] = ()
    ) -> subprocess.Popen[str]:
        """Start one of our commands as a user does, without waiting for it."""
        name, *arguments = command
        variables = {key: value for key, value in os.environ.items() if not key.startswith(CI_VARIABLES)}
        return subprocess.Popen(
            [*before, str(BIN / name), *arguments],
            cwd=self.folder,
            env={**variables, **QUIET, **(env or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )

    def run_apart(
        self, *command: str, env: Mapping[str, str] | None = None, before: Sequence[str] = ()
    ) -> tuple[int, str]:
        """As `run`, in a process of its own."""
        process = self.start(*command, env=env, before=before)
        printed, _ = process.communicate(timeout=300)
        return process.returncode, printed

    def build(self, *options: str) -> str:
        """Build the site strictly; returns what was printed."""
        code, printed = self.run("mkdocs", "build", "--strict", *options)
        assert code == 0, printed
        return printed

    def publish(self, *options: str) -> str:
        """Publish to public/; returns what was printed."""
        code, printed = self.run("readiness", "publish", "--to", "public", *options)
        assert code == 0, printed
        return printed

    def archive(
        self,
        version: str,
        started: str,
        cases: Mapping[str, Case] = GOOD,
        *options: str,
        files: Sequence[str] = (),
        listed: bool = True,
        allowed: Sequence[int] = (0,),
    ) -> str:
        """Archive a run of these cases, with its collected list unless not `listed`; returns its id."""
        self.write(
            "evidence/junit.xml", f"{junit(cases)}<!-- {version}, {started} -->\n"
        )  # no two runs write the same bytes
        self.write("evidence/collected.txt", collected(cases))
        evidence = ["evidence/junit.xml", *(["evidence/collected.txt"] if listed else []), *files]
        unknown = () if "--commit" in options else ("--commit", "none", "--branch", "none", "--ci-url", "none")
        code, printed = self.run(
            *("readiness", "archive", *evidence),
            *("--version", version, "--started", started, *unknown, *options),
        )
        assert code in allowed, printed
        run = next(line for line in printed.splitlines() if line[:8].isdigit())
        self.runs[version] = run
        return run


def new_project(folder: Path, mkdocs_yml: str = MKDOCS_YML, readiness_yml: str | None = READINESS_YML) -> Project:
    """An empty project: configuration and policy, no run and no page."""
    project = Project(folder)
    (folder / "docs").mkdir(parents=True)
    project.write("mkdocs.yml", mkdocs_yml)
    if readiness_yml is not None:
        project.write("readiness.yml", readiness_yml)
    return project


def own_project(folder: Path) -> Project:
    """A copy of this repository's own site project: mkdocs.yml, readiness.yml, docs/, history/."""
    folder.mkdir(parents=True)
    for name in ("docs", "history"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("mkdocs.yml", "readiness.yml"):
        shutil.copy(ROOT / name, folder / name)
    return Project(folder)


def python_path(name: str) -> dict[str, str]:
    """The variable that makes Python read the sitecustomize.py of a folder beside this file."""
    folder = str(Path(__file__).parent / name)
    return {"PYTHONPATH": os.pathsep.join(filter(None, (folder, os.environ.get("PYTHONPATH"))))}


def cannot_reach_a_network() -> tuple[list[str], dict[str, str]]:
    """(what goes before a command, variables it needs) so that it cannot reach a network."""
    if shutil.which("unshare") and subprocess.run(["unshare", "-n", "true"], capture_output=True).returncode == 0:
        return ["unshare", "-n"], {}
    return [], python_path("unplugged")


def once(build: Callable[[Path], Any]) -> Callable[[Path], Any]:
    """A function of a session's folder whose work is done once, by the worker that comes first; the others wait."""

    @cache
    @wraps(build)
    def built(session: Path) -> Any:
        shared = session.parent if "PYTEST_XDIST_WORKER" in os.environ else session
        record = shared / f"{build.__name__}.pickle"
        with record.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not record.exists():
                record.write_bytes(pickle.dumps(build(shared)))
        return pickle.loads(record.read_bytes())

    return built


@once
def attrs_site(session: Path) -> Project:
    """This repository's own site with instant navigation, built strictly with the network unplugged, once a session."""
    project = own_project(session / "attrs-site")
    project.configure("site_dir: site", "site_dir: site\nsite_url: http://127.0.0.1/")
    if "navigation.instant" not in (project.folder / "mkdocs.yml").read_text(encoding="utf-8"):
        project.configure("  features:\n", "  features:\n    - navigation.instant\n")
    before, env = cannot_reach_a_network()
    plainly = {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C"}
    code, printed = project.run_apart("mkdocs", "build", "--strict", before=before, env={**env, **plainly})
    assert code == 0, printed
    return project


@once
def lukhas_site(session: Path) -> Project:
    """A copy of examples/lukhas, built strictly with the network unplugged, once a session."""
    project = Project(ROOT / "examples" / "lukhas").copy(session / "lukhas")
    before, env = cannot_reach_a_network()
    code, printed = project.run_apart("mkdocs", "build", "--strict", before=before, env=env)
    assert code == 0, printed
    return project


@once
def judged_again_site(session: Path) -> Project:
    """The example of lukhas after its policy was changed and its run judged again, built strictly once a session."""
    project = Project(ROOT / "examples" / "lukhas").copy(session / "judged-again")
    policy = (project.folder / "readiness.yml").read_text(encoding="utf-8")
    project.write("readiness.yml", f"{policy}\nvanished_allowed: 4%\n")
    code, printed = project.run("readiness", "judge", "--at", "2025-09-01T00:00:00Z")
    assert code == 0, printed
    project.build()
    return project


@once
def three_versions(session: Path) -> Project:
    """Four runs in three versions, not built: 1.0.0 blocked, 1.1.0 ready (twice), 2.0.0 blocked again."""
    project = new_project(session / "three-versions")
    broken = {**GOOD, "core.a::two": Failed()}
    project.archive("1.0.0", "2025-01-10T08:00:00Z", broken)
    project.archive("1.1.0", "2025-02-10T08:00:00Z")
    project.archive("1.1.0", "2025-02-12T08:00:00Z", {**GOOD, "edge.b::four": Skipped()})
    project.archive("2.0.0", "2025-03-10T08:00:00Z", {**GOOD, "edge.b::four": Failed("ValueError: seven", "no trace")})
    return project
