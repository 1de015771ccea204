"""What all tests share: where things lie, and a session that proves nothing does not pass."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from jinja2 import FileSystemLoader
from tests.optional import needed

ROOT = Path(__file__).resolve().parent.parent

# The tables of tests are small and many: threads for them, and looking for garbage often, cost more than the work.
os.environ.setdefault("POLARS_MAX_THREADS", "1")
gc.set_threshold(100_000, 20, 10)

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("nightly", derandomize=False, deadline=None, print_blob=True)
"""`pytest --hypothesis-profile nightly` tries ten times as many examples where `tries` says so, others every night."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew; read the diff after")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Write the list of collected tests where READINESS_COLLECTED names a file, as `--collect-only -q` prints it."""
    place, worker = os.environ.get("READINESS_COLLECTED"), os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    if place and worker == "gw0" and session.items:
        lines = [*(item.nodeid for item in session.items), "", f"{len(session.items)} tests collected in 0.00s", ""]
        Path(place).write_text("\n".join(lines), encoding="utf-8")


@pytest.fixture(scope="session")
def repo_root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The corpus and the real runs, which lie beside the checkout where there are any."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("there is no shared/ folder beside the checkout")
    return folder


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`golden("report.md", text)` compares `text` with tests/golden/report.md."""

    def compare(name: str, actual: str) -> None:
        path = ROOT / "tests" / "golden" / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(actual.encode())
        assert path.is_file(), f"tests/golden/{name} is missing; pytest --update-golden writes it"
        assert actual == path.read_bytes().decode(), f"tests/golden/{name} differs; pytest --update-golden rewrites it"

    return compare


@pytest.fixture(scope="session", autouse=True)
def _without_waiting_for_the_disk() -> Iterator[None]:
    """What tests are about is never whether the power fails: those of a full disk or a killed process say so."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(os, "fsync", lambda handle: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def _without_looking_for_icons() -> Iterator[None]:
    """Each build would list the 14,000 icons of Material, and leave them out as all that begins with a dot."""

    def list_templates(loader: FileSystemLoader) -> list[str]:
        found = set()
        for top in loader.searchpath:
            for folder, within, names in os.walk(top):
                within[:] = [name for name in within if not name.startswith(".")]
                found |= {(Path(folder) / name).relative_to(top).as_posix() for name in names}
        return sorted(found)

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(FileSystemLoader, "list_templates", list_templates)
        yield


KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """Address of a running S3 server with the bucket `evidence`; all that speaks S3 finds it by the environment."""
    needed("s3fs")
    boto3 = needed("boto3")
    server = needed("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**KEYS, "AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_MAX_ATTEMPTS": "1"}.items():
            patch.setenv(name, value)
        boto3.client("s3").create_bucket(Bucket="evidence")
        yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["memory", "s3"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where nothing is yet, in each kind of object store."""
    needed("fsspec")
    if request.param == "s3":
        request.getfixturevalue("s3")
        return f"s3://evidence/{tmp_path.name}/place"
    return f"memory://{tmp_path.name}/place"


SLOW_FIRST = ("browser", "model", "publish", "hostile", "plugin", "docs", "assessment")
"""Folders whose files take long: begun first, none of them is what all others wait for at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    rank = {folder: number for number, folder in enumerate(SLOW_FIRST)}
    items.sort(key=lambda item: rank.get(item.path.parent.name, len(rank)))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Skipping every test is not passing."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if exitstatus == pytest.ExitCode.OK and reporter and not session.config.option.collectonly:
        proven = sum(len(reporter.stats.get(outcome, ())) for outcome in ("passed", "xfailed"))
        if not proven:
            session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
