"""The test runners that a project is set up for: how each is recognised, and how its tests leave evidence behind."""

from dataclasses import dataclass
from pathlib import Path

from readiness.evidence import COMMANDS


@dataclass(frozen=True)
class Runner:
    """A runner, and what its job in CI consists of."""

    name: str
    commands: tuple[str, ...]
    """What writes the list of tests, where there is one, and the results, into evidence/."""
    install: tuple[str, ...]
    actions: tuple[tuple[str, str], ...]
    """Actions of GitHub that bring what the runner needs, each with the one line of its `with`."""
    image: str
    """The image that has all of it, for GitLab."""
    note: str = ""
    """What else the project needs."""
    files: tuple[tuple[str, str], ...] = ()
    """Files of the runner's own, where the project has none of that name."""
    evidence: str = "evidence/*"
    """The pattern of what its commands leave in evidence/."""


_LIST = "evidence/collected"
_PYTHON = (("actions/setup-python@v6", 'python-version: "3.13"'),)
_NODE = (("actions/setup-node@v5", "node-version: 22"),)
_JAVA = (("actions/setup-java@v5", "distribution: temurin, java-version: 21"),)
_JEST = (
    "JEST_JUNIT_ADD_FILE_ATTRIBUTE=true JEST_JUNIT_REPORT_TEST_SUITE_ERRORS=true"
    " JEST_JUNIT_CLASSNAME='{filepath}' JEST_JUNIT_OUTPUT_FILE=evidence/junit.xml"
)
_COPY = "find . -path './evidence' -prune -o \\( {} \\) -exec cp --parents {{}} evidence/ \\;"
_REPORTS = "-path '*/target/surefire-reports/*.xml' -o -path '*/target/failsafe-reports/*.xml'"

RUNNERS = {
    one.name: one
    for one in (
        Runner(
            "pytest",
            (
                f"{COMMANDS['pytest']} > {_LIST}.txt",
                "python -m pytest --junitxml=evidence/junit.xml",
            ),
            ("pip install pytest",),
            _PYTHON,
            "python:3.13",
        ),
        Runner(
            "vitest",
            (
                f"{COMMANDS['vitest']} > {_LIST}.json",
                "npx vitest run --reporter=default --reporter=junit --outputFile.junit=evidence/junit.xml",
            ),
            ("npm ci",),
            _NODE,
            "node:22",
        ),
        Runner(
            "jest",
            (
                f"{COMMANDS['jest']} > {_LIST}.json",
                f"{_JEST} npx jest --reporters=default --reporters=jest-junit",
            ),
            ("npm ci",),
            _NODE,
            "node:22",
            "jest-junit must be among the devDependencies: npm install --save-dev jest-junit",
        ),
        Runner(
            "gradle",
            ("./gradlew test --continue", _COPY.format("-path '*/build/test-results/*.xml'")),
            (),
            _JAVA,
            "eclipse-temurin:21",
            "Gradle writes no list of its tests: on the first run a test that never ran goes unnoticed",
            evidence="evidence/**/*.xml",
        ),
        Runner(
            "maven",
            ("mvn -B -Dmaven.test.failure.ignore=true verify", _COPY.format(_REPORTS)),
            (),
            _JAVA,
            "maven:3-eclipse-temurin-21",
            "Maven writes no list of its tests: on the first run a test that never ran goes unnoticed",
            evidence="evidence/**/*.xml",
        ),
        Runner(
            "go",
            (
                f"{COMMANDS['go']} > {_LIST}.txt",
                "go run gotest.tools/gotestsum@v1.12.0 --junitfile evidence/junit.xml ./...",
            ),
            (),
            (("actions/setup-go@v6", "go-version-file: go.mod"),),
            "golang:1",
        ),
        Runner(
            "dotnet",
            (
                f"DOTNET_CLI_UI_LANGUAGE=en {COMMANDS['dotnet']} > {_LIST}.txt",
                'dotnet test --logger "junit;LogFilePath=$PWD/evidence/{assembly}.xml"',
            ),
            (),
            (("actions/setup-dotnet@v5", 'dotnet-version: "8.x"'),),
            "mcr.microsoft.com/dotnet/sdk:8.0",
            "each test project needs the package JunitXml.TestLogger: dotnet add package JunitXml.TestLogger",
        ),
        Runner(
            "nextest",
            (
                f"{COMMANDS['nextest']} > {_LIST}.json",
                "cargo nextest run --no-fail-fast --profile ci",
                "cp target/nextest/ci/junit.xml evidence/",
            ),
            ("cargo install --locked cargo-nextest",),
            (),
            "rust:1",
            "nextest writes results where its profile ci says so: see .config/nextest.toml",
            ((".config/nextest.toml", '[profile.ci.junit]\npath = "junit.xml"\n'),),
        ),
    )
}

_MARKS = (
    ("go", ("go.mod",)),
    ("nextest", ("Cargo.toml",)),
    ("gradle", ("build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts")),
    ("maven", ("pom.xml",)),
    ("dotnet", ("*.sln", "*.slnx", "*.csproj", "*.fsproj", "*/*.csproj", "*/*.fsproj")),
    ("pytest", ("pytest.ini", "conftest.py", "test_*.py", "tests/conftest.py", "tests/test_*.py", "setup.py")),
    ("pytest", ("pyproject.toml", "setup.cfg", "tox.ini", "requirements*.txt")),
)
"""Files by which a runner is recognised, the surest first."""


def recognised(folder: Path) -> list[str]:
    """Names of the runners whose files lie in the folder, the surest first."""
    marked = (name for name, patterns in _MARKS if any(any(folder.glob(pattern)) for pattern in patterns))
    package = _text(folder / "package.json")
    of_node = (name for name in ("vitest", "jest") if f'"{name}"' in package or f'"{name} ' in package)
    return list(dict.fromkeys((*of_node, *marked)))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def installs(runner: Runner, folder: Path) -> tuple[str, ...]:
    """What the job installs, as the files of the project say."""
    if runner.name == "pytest":
        if (folder / "setup.py").is_file() or "[project]" in _text(folder / "pyproject.toml"):
            return ("pip install -e . pytest",)
        if (folder / "requirements.txt").is_file():
            return ("pip install -r requirements.txt pytest",)
    if runner.install == ("npm ci",) and not (folder / "package-lock.json").is_file():
        return ("npm install",)
    return runner.install
