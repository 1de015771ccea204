"""The steps that `readiness init` writes for CI, run as CI runs them: a bare repository plays the server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import readiness as package

SCRIPT = Path(package.__file__).parents[2] / "templates" / "ci" / "readiness.sh"
STUB = """#!/bin/sh
# Plays readiness where only git is looked at: `publish` renews one shared page, as versions.json is.
case $1 in
  archive) mkdir -p "history/runs/$JOB"; echo "$JOB" > "history/runs/$JOB/run.json"; echo "$JOB" ;;
  publish) mkdir -p "$3"; ls history/runs > "$3/versions.json"; for run in history/runs/*; do
    page="$3/$(basename "$run")"; [ -e "$page" ] || echo "by $JOB" > "$page"; done ;;
esac
"""
REAL = f"""#!/bin/sh
exec "{sys.executable}" -c 'from readiness.cli import main; main(prog_name="readiness")' "$@"
"""
JUNIT = (
    '<testsuite name="s"><testcase classname="t" name="a"/><testcase classname="t" name="b">{}</testcase></testsuite>'
)
FAILURE = '<failure message="boom"/>'


def git(*arguments: str | Path, folder: Path | None = None) -> str:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


@dataclass
class Server:
    """A bare repository with one commit, and jobs that check it out."""

    root: Path
    jobs: list[str] = field(default_factory=list)

    @property
    def repository(self) -> Path:
        return self.root / "server.git"

    def job(self, name: str, readiness: str = STUB) -> Job:
        checkout = self.root / name
        git("clone", "--quiet", "--depth", "1", f"file://{self.repository}", checkout)
        binary = self.root / f"bin-{name}"
        binary.mkdir()
        (binary / "readiness").write_text(readiness, encoding="utf-8")
        (binary / "readiness").chmod(0o755)
        (checkout / "evidence").mkdir()
        (checkout / "evidence" / "junit.xml").write_text(JUNIT.format(""), encoding="utf-8")
        return Job(name, checkout, binary)

    def kept(self) -> set[str]:
        """The files on the branch of evidence."""
        return set(git("ls-tree", "-r", "--name-only", "readiness", folder=self.repository).split())


@dataclass
class Job:
    """A checkout in which steps run."""

    name: str
    checkout: Path
    binary: Path

    def start(self, *step: str, **variables: str) -> subprocess.Popen[str]:
        kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
        paths = f"{self.binary}:{os.environ['PATH']}"
        environment = kept | {"PATH": paths, "JOB": self.name, "PYTHONPATH": str(Path(package.__file__).parents[1])}
        command = ["sh", str(SCRIPT), *step]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, cwd=self.checkout, env=environment | variables, **pipes)  # type: ignore[call-overload, no-any-return]

    def step(self, *step: str, **variables: str) -> tuple[int, str, str]:
        """(exit code, what it printed, what it said on standard error)."""
        running = self.start(*step, **variables)
        out, said = running.communicate(timeout=120)
        return running.returncode, out, said


@pytest.fixture
def server(tmp_path: Path) -> Server:
    made = Server(tmp_path)
    git("init", "--quiet", "--bare", "--initial-branch=main", made.repository)
    seed = tmp_path / "seed"
    git("init", "--quiet", "--initial-branch=main", seed)
    (seed / "package.json").write_text('{"version": "1.4.0"}', encoding="utf-8")
    (seed / "readiness.yml").write_text("product: shop\n", encoding="utf-8")
    git("add", ".", folder=seed)
    git("commit", "--quiet", "--message", "Begin", folder=seed)
    git("push", "--quiet", made.repository, "main", folder=seed)
    return made


def test_two_jobs_at_once_lose_nothing(server: Server) -> None:
    """Both fetch before either pushes, twice: first without the branch, then with it."""
    for turn in ("first", "second"):
        jobs = [server.job(f"{turn}-{name}") for name in ("left", "right")]
        for job in jobs:
            assert job.step("fetch") == (0, "", "")
            assert job.step("archive") == (0, f"{job.name}\n", "")
        for step in ("keep", "publish"):
            running = [job.start(step) for job in jobs]
            assert [one.communicate(timeout=120)[1] for one in running] == ["", ""]
            assert [one.returncode for one in running] == [0, 0]
    runs = [f"{turn}-{name}" for turn in ("first", "second") for name in ("left", "right")]
    pages = {f"public/{run}" for run in runs} | {"public/versions.json"}
    assert server.kept() == {f"history/runs/{run}/run.json" for run in runs} | pages
    assert git("show", "readiness:public/versions.json", folder=server.repository).split() == sorted(runs)


def test_a_job_that_was_slower_publishes_on_top_of_what_is_there(server: Server) -> None:
    slow, quick = server.job("slow"), server.job("quick")
    for job in (slow, quick):
        job.step("fetch")
        job.step("archive")
    for step in ("keep", "publish"):
        assert quick.step(step)[0] == 0
    for step in ("keep", "publish"):
        assert slow.step(step)[0] == 0
    assert git("show", "readiness:public/quick", folder=server.repository) == "by quick\n"
    assert git("show", "readiness:public/versions.json", folder=server.repository).split() == ["quick", "slow"]


def test_the_steps_of_a_push_and_of_a_pull_request(server: Server, tmp_path: Path) -> None:
    job = server.job("push", REAL)
    (job.checkout / "mkdocs.yml").write_text("site_name: x\nsite_url: https://example.org/x/\n", encoding="utf-8")
    assert job.step("fetch")[0] == 0
    code, run, said = job.step("archive")
    assert (code, "Version 1.4.0, from package.json." in said) == (0, True)
    assert job.step("keep") == (0, "", "")
    assert any(name.startswith("history/runs/") and name.endswith("run.json") for name in server.kept())
    summary = tmp_path / "summary.md"
    code, told, said = job.step("gate", GITHUB_STEP_SUMMARY=str(summary), GITHUB_ACTIONS="true")
    assert (code, said) == (0, "")
    assert f"https://example.org/x/1.4.0/reports/{run.strip()}/" in told
    assert "::notice title=shop 1.4.0::READY" in told
    assert summary.read_text(encoding="utf-8").startswith("<!-- readiness -->\n**✅ READY – shop 1.4.0** as of ")
    before = server.kept()
    pull = server.job("pull", REAL)
    (pull.checkout / "evidence" / "junit.xml").write_text(JUNIT.format(FAILURE), encoding="utf-8")
    (pull.checkout / "readiness.yml").write_text("product: lax\n", encoding="utf-8")
    assert pull.step("fetch", GITHUB_BASE_REF="main") == (0, "", "")
    code, told, said = pull.step("gate", GITHUB_BASE_REF="main")
    assert "readiness.yml here is not that of origin/main, which judges BLOCKED" in said
    assert told.startswith("shop 1.4.0, not archived")
    assert (code, "Would be NOT READY: BLOCKED" in told, "1 test newly failing: t::b" in told) == (1, True, True)
    assert server.kept() == before
    assert git("-C", ".readiness", "status", "--porcelain", "history", folder=pull.checkout) == ""


def test_what_was_removed_from_the_branch_meanwhile_stays_removed(server: Server) -> None:
    first, second = server.job("first"), server.job("second")
    first.step("fetch")
    first.step("archive")
    first.step("keep")
    second.step("fetch")
    second.step("archive")
    git("update-ref", "refs/heads/readiness", _without_runs(server), folder=server.repository)
    assert second.step("keep") == (0, "", "")
    assert server.kept() == {"kept", "history/runs/second/run.json"}


def _without_runs(server: Server) -> str:
    """A commit without a parent that holds no run, as after the history of the branch was written anew."""
    blob = git("hash-object", "-w", "description", folder=server.repository).strip()
    entry = f"100644 blob {blob}\tkept\n"
    tree = subprocess.run(
        ["git", "mktree"], cwd=server.repository, input=entry, check=True, capture_output=True, text=True
    )
    return git("commit-tree", "-m", "Anew", tree.stdout.strip(), folder=server.repository).strip()


class Thread(BaseHTTPRequestHandler):
    """The comments on one pull request, as GitHub's and GitLab's interfaces keep them."""

    comments: list[dict[str, object]] = []
    asked: list[tuple[str, str, str]] = []

    def _note(self) -> dict[str, object]:
        type(self).asked.append((self.command, self.path, self.headers.get("Authorization", "")))
        length = int(self.headers.get("Content-Length") or 0)
        return json.loads(self.rfile.read(length)) if length else {}

    def _reply(self, code: int, content: object) -> None:
        self.send_response(code)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def do_GET(self) -> None:
        self._note()
        denied = "Bearer weak" in self.headers.get("Authorization", "") or not self.comments
        self._reply(403 if denied else 200, self.comments)

    def do_POST(self) -> None:
        comment = self._note() | {"id": len(self.comments)}
        self.comments.append(comment)
        self._reply(201, comment)

    def do_PATCH(self) -> None:
        self.comments[int(self.path.rpartition("/")[2])] |= self._note()
        self._reply(200, {})

    do_PUT = do_PATCH  # noqa: N815

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def thread() -> Iterator[str]:
    Thread.comments, Thread.asked = [{"id": 0, "body": "Well done"}], []
    with ThreadingHTTPServer(("127.0.0.1", 0), Thread) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@pytest.mark.parametrize("host", ["github", "gitlab"])
def test_one_comment_is_written_and_then_renewed(host: str, thread: str, server: Server) -> None:
    variables = {
        "github": {
            "GITHUB_API_URL": thread,
            "GITHUB_REPOSITORY": "o/r",
            "GITHUB_TOKEN": "strong",
            "READINESS_PULL_REQUEST": "7",
        },
        "gitlab": {
            "CI_API_V4_URL": thread,
            "CI_PROJECT_ID": "3",
            "CI_MERGE_REQUEST_IID": "7",
            "READINESS_TOKEN": "strong",
        },
    }[host]
    place = {"github": "/repos/o/r/issues/7/comments", "gitlab": "/projects/3/merge_requests/7/notes"}[host]
    job = server.job("pull", STUB.replace("publish)", 'gate) echo "$TURN \\"quoted\\" ä"; exit 1 ;;\n  publish)'))
    job.step("fetch")
    for turn in ("one", "two"):
        code, _, said = job.step("gate", TURN=turn, **variables)
        assert (code, said) == (1, "")
        assert [one["body"] for one in Thread.comments[1:]] == [f'<!-- readiness -->\n{turn} "quoted" ä\n']
    assert Thread.asked[1][:2] == ("POST", place)
    renewed = {"github": ("PATCH", "/repos/o/r/issues/comments/1"), "gitlab": ("PUT", f"{place}/1")}[host]
    assert Thread.asked[-1][:2] == renewed


def test_without_the_right_to_comment_the_verdict_stands(thread: str, server: Server) -> None:
    job = server.job("pull", STUB.replace("publish)", "gate) exit 3 ;;\n  publish)"))
    job.step("fetch")
    variables = {"GITHUB_API_URL": thread, "GITHUB_REPOSITORY": "o/r", "READINESS_PULL_REQUEST": "7"}
    code, _, said = job.step("gate", GITHUB_TOKEN="weak", **variables)
    assert (code, len(Thread.comments)) == (3, 1)
    assert said.splitlines()[-1].startswith("readiness: no comment was written. Give the job a token")


def denied(server: Server, job: Job) -> None:
    hook = server.repository / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho no >&2; exit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    job.step("fetch")
    job.step("archive")


def without_results(server: Server, job: Job) -> None:
    """Every test job was cancelled: the download made an empty folder, and the run archived last is READY."""
    job.step("fetch")
    job.step("archive")
    (job.checkout / ".readiness" / "run").unlink()
    (job.checkout / "evidence" / "junit.xml").unlink()


def busy(server: Server, job: Job) -> None:
    """Somebody else pushes before every push of this job."""
    hook = job.checkout / ".git" / "hooks" / "pre-push"
    hook.write_text(
        "#!/bin/sh\nunset GIT_DIR GIT_WORK_TREE\ncd ../../seed && git fetch -q ../server.git "
        "'+refs/heads/readiness:refs/heads/e' 2>/dev/null; git checkout -q e 2>/dev/null || git checkout -q -b e\n"
        "git -c user.name=t -c user.email=t@example.org commit -q --allow-empty -m other\n"
        "git push -q ../server.git e:readiness\n",
        encoding="utf-8",
    )
    hook.chmod(0o755)
    job.step("fetch")
    job.step("archive")


@pytest.mark.parametrize(
    ("prepare", "step", "told"),
    [
        (
            lambda server, job: (job.checkout / "history").mkdir(),
            "fetch",
            "history already exists, but evidence",
        ),
        (lambda server, job: (job.checkout / ".readiness").mkdir(), "fetch", ".readiness already exists. Remove it"),
        (lambda server, job: server.repository.rename(server.root / "gone"), "fetch", "server cannot be reached"),
        (lambda server, job: None, "keep", "Run the step fetch first"),
        (without_results, "gate", "no test job left results. Run the tests again"),
        (without_results, "archive", "no test job left results. Run the tests again"),
        (lambda server, job: None, "kep", "there is no step 'kep'. Steps: fetch, archive"),
        (denied, "keep", "branch readiness cannot be pushed:"),
        (busy, "keep", "was pushed by others 2 times in the meantime. Run this job again"),
    ],
)
def test_what_ci_can_get_wrong_is_a_line(prepare: object, step: str, told: str, server: Server) -> None:
    job = server.job("job")
    prepare(server, job)  # type: ignore[operator]
    code, out, said = job.step(step, READINESS_TRIES="2")
    assert (code, out) == (2, "")
    assert told in said
    assert len([line for line in said.splitlines() if line.startswith("readiness: ")]) == 1
