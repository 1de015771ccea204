"""The one way into history/: runs and judgements are appended under a lock, and nothing there is ever rewritten."""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from readiness.archive.append import NewRun, manifest_of
from readiness.archive.chain import Chain
from readiness.archive.durable import (
    beside,
    locked,
    make_folders,
    packed,
    put,
    put_over,
    remove_empty,
    sweep,
    sync,
    write,
)
from readiness.archive.index import judgement_path
from readiness.archive.manifest import MANIFEST, Judgement, Link, Manifest, judgement_bytes, manifest_bytes, utc_text
from readiness.archive.notices import FOLDER, Notice, Notices, notice_bytes
from readiness.archive.remote import mirror_of
from readiness.archive.store import Archive, ArchivedRun, read_run
from readiness.archive.store_lock import StoreLock
from readiness.errors import ArchiveError, UsageError


class Writer:
    """Appends to the archive in `root` while no other process does: `with Writer(root) as writer: writer.append(…)`.

    The folder is made where there is none. Each call of `append` and `judge` is whole or leaves nothing behind, and
    raises ArchiveError where the archive cannot be written. Entering raises it where the archive is damaged: nothing is
    put on top of what cannot be read.
    """

    def __init__(self, root: Path, cache: Path | None = None, *, changes: str = "") -> None:
        """`cache`: the cache folder, where an index saves reading what did not change.

        `changes`: the job that will change or remove files, by `note`. What is planned before that is planned as a
        writer, so that no other one changes the same. In an object store UsageError tells of one that does.
        """
        self.root = root
        self._cache = cache
        self._changes = changes
        self._mirror = mirror_of(root)
        self._lock: StoreLock | None = None
        self._held = ExitStack()
        self._runs: dict[str, ArchivedRun] = {}
        self._by_digest: dict[str, str] = {}
        self._chain = Chain()
        self._notices = Notices()

    def __enter__(self) -> Self:
        with self._held as held:
            with _told(self.root):
                made = make_folders(self.root)
                held.callback(remove_empty, made)
                alone = held.enter_context(locked(self.root))
            if self._mirror:
                if self._changes:
                    self._lock = held.enter_context(self._mirror.alone(self._changes))
                self._mirror.pull()
            archive = Archive(self.root, self._cache)
            archive.require_sound()
            if alone:
                with _told(self.root):
                    sweep(self.root)
            self._runs = dict(archive.runs)
            self._by_digest = {run.manifest.digest: run.id for run in archive.runs.values()}
            self._chain = archive.chain
            self._notices = archive.notices
            self._held = held.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.close()

    def append(self, run: NewRun, policy: bytes, tool: str) -> tuple[ArchivedRun, bool]:
        """Append `run` with its first judgement, by `policy`; (the archived run, whether it is new).

        The same digest anywhere in the archive is a no-op that returns the existing run. Raises UsageError where the
        run that it follows or supersedes cannot be that.
        """
        existing = self._by_digest.get(run.digest)
        if existing:
            return self._runs[existing], False
        draft = manifest_of(run)
        placed = {"previous": self._previous(run, draft), "number": self._chain.number + 1}
        manifest = draft.model_copy(update=placed)
        content = manifest_bytes(manifest)
        judgement = Judgement(
            number=1,
            manifest=hashlib.sha256(content).hexdigest(),
            policy=hashlib.sha256(policy).hexdigest(),
            time=manifest.finished,
            tool=tool,
        )
        files = {"judgements/1.yml": judgement_bytes(judgement)}
        contents = {(*item.place, item.sha256): item.content for item in run.inputs}
        for item in manifest.inputs:
            files[item.stored] = packed(contents[*item.place, item.sha256])
        folder = self.root / "runs" / manifest.started.strftime("%Y-%m") / manifest.id
        new = self._put_run(folder, files | {MANIFEST: content}, judgement.policy, policy)
        archived = read_run(folder, self._notices)
        self._runs[archived.id] = archived
        self._by_digest[run.digest] = archived.id
        self._chain.add(archived.manifest)
        return archived, new

    def _put_run(self, folder: Path, files: dict[str, bytes], digest: str, policy: bytes) -> bool:
        """Put a run in its place, with its policy; False where another process put the same run there first."""
        if self._mirror:
            place = folder.relative_to(self.root).as_posix()
            run = {f"{place}/{name}": content for name, content in files.items()}
            return self._mirror.push({**self._new_policy(digest, policy), **run})
        with _told(folder), self._with_policy(digest, policy):
            _write_run(folder, files)
        return True

    def _previous(self, run: NewRun, draft: Manifest) -> Link | None:
        """The run that a new run follows, as it was judged last."""
        if run.supersedes is not None:
            return self._replaced(run.supersedes).manifest.previous
        if run.previous in self._notices.withdrawn:
            remedy = "Name another one, or leave --previous out"
            raise UsageError(f"run {run.previous} was withdrawn: nothing follows it", path=self.root, remedy=remedy)
        if run.previous is not None:
            return self._runs[run.previous].link() if run.previous else None
        before = self._chain.predecessors(draft.version, draft.started)
        return self._runs[before[0]].link() if before else None

    def candidates(self, run: NewRun) -> tuple[str, ...]:
        """Ids of the runs that a new run can follow equally well: more than one where nothing orders them.

        Which it is `append` must be told by `previous`; untold it takes the first.
        """
        if run.previous is not None or run.supersedes is not None or run.digest in self._by_digest:
            return ()
        return self._chain.predecessors(run.version, run.started.replace(microsecond=0))

    def _replaced(self, run_id: str) -> ArchivedRun:
        later = self._chain.standing(run_id)
        if run_id in self._notices.withdrawn:
            remedy = "Archive all files as a run of their own"
            raise UsageError(f"run {run_id} was withdrawn: nothing supersedes it", path=self.root, remedy=remedy)
        if later != (run_id,):
            remedy = f"Supersede that one: --supersedes {later[0]}"
            if len(later) > 1:
                remedy = f"Supersede one of those: --supersedes {' or '.join(later)}"
            problem = f"run {run_id} is superseded by {' and '.join(later)} already"
            raise UsageError(problem, path=self.root, remedy=remedy)
        return self._runs[run_id]

    def judge(
        self,
        run_id: str,
        policy: bytes,
        time: datetime,
        tool: str,
        *,
        differs: Callable[[ArchivedRun], bool] = lambda run: False,
    ) -> tuple[Judgement, bool]:
        """Append a judgement of a run, by `policy`; (its latest judgement, whether it is new).

        The same policy as that of the latest judgement is a no-op, unless the run, judged once more, `differs` in its
        answer: time alone can do that. Raises UsageError for a time before that judgement.
        """
        run = self._runs[run_id]
        last, digest = run.judgements[-1], hashlib.sha256(policy).hexdigest()
        if time < last.time:
            problem = f"{utc_text(time)} is before judgement {last.number}, {utc_text(last.time)}"
            raise UsageError(problem, path=run.folder, remedy="Judge at a later time")
        number = last.number + 1
        judgement = Judgement(number=number, manifest=run.manifest_sha256, policy=digest, time=time, tool=tool)
        if last.policy == digest and not differs(run.judged(judgement)):
            return last, False
        path = judgement_path(run.folder, number)
        if self._mirror:
            placed = path.relative_to(self.root).as_posix()
            files = {**self._new_policy(digest, policy), placed: judgement_bytes(judgement)}
            if not self._mirror.push(files):
                remedy = "Check whether that judgement is the one you want, or judge again"
                raise UsageError("another job judged the run at the same time", path=run.folder, remedy=remedy)
        else:
            with _told(path), self._with_policy(digest, policy):
                put(path, judgement_bytes(judgement))
        self._runs[run_id] = read_run(run.folder, self._notices)
        return judgement, True

    def note(self, notice: Notice | None, first: Mapping[str, bytes], then: Mapping[str, bytes | None]) -> None:
        """Write a notice: before it `first`, after it `then`, contents by path below the archive; None removes a file.

        Killed before the notice stands, nothing has changed but for files that no notice names; killed after it, what
        is left to do is done when the same is noted again. None: it stands already. Raises ArchiveError.
        """
        stood = {f"{FOLDER}/{notice.name}": notice_bytes(notice)} if notice else {}
        if self._mirror and self._lock:
            self._mirror.note(self._lock, first, stood, then)
            return
        if self._mirror:
            if first or then:
                raise ValueError("files of a store are changed by Writer(…, changes=…) alone")
            self._mirror.push(stood)
            return
        made: list[Path] = []
        stands = notice is None
        try:
            for path, content in first.items():
                made += make_folders((self.root / path).parent)
                put_over(self.root / path, content)
            if notice:
                made += make_folders(self.root / FOLDER)
                put(self.root / FOLDER / notice.name, notice_bytes(notice))
                stands = True
            for path, after in then.items():
                if after is None:
                    (self.root / path).unlink(missing_ok=True)
                else:
                    put_over(self.root / path, after)
            for folder in sorted({(self.root / path).parent for path in then}):
                sync(folder)
        except OSError as error:
            remedy = "It is noted, and half done: make room or permit writing there, then call the same command again"
            if not stands:
                with suppress(OSError):
                    for path in first:
                        (self.root / path).unlink(missing_ok=True)
                    remove_empty(made)
                remedy = "Nothing has changed: make room or permit writing there, then try again"
            problem = f"the archive could not be written ({error.strerror or error})"
            raise ArchiveError(problem, path=error.filename or self.root, remedy=remedy) from error

    def _new_policy(self, digest: str, policy: bytes) -> dict[str, bytes]:
        """The policy to put, by its path; nothing where it is there, be it redacted."""
        name = _policy_name(digest)
        return {} if (self.root / name).is_file() else {name: policy}

    @contextmanager
    def _with_policy(self, digest: str, policy: bytes) -> Iterator[None]:
        """Put the policy in place before what names it; take it back where that fails and nothing else names it."""
        path = self.root / _policy_name(digest)
        made: list[Path] = []
        new = False
        try:
            made = make_folders(path.parent)
            new = put(path, policy)
            yield
        except BaseException:
            if new:
                path.unlink(missing_ok=True)
            remove_empty(made)
            raise


def _policy_name(digest: str) -> str:
    return f"policies/{digest}.yml"


def _write_run(folder: Path, files: dict[str, bytes]) -> None:
    """Write a run beside its place, the manifest last, and rename it there. Raises OSError, with nothing left."""
    new = beside(folder)
    made: list[Path] = []
    try:
        made = make_folders(folder.parent)
        new.mkdir()
        (new / "judgements").mkdir()
        for name, content in files.items():
            write(new / name, content)
        sync(new / "judgements")
        sync(new)
        _put_in_place(new, folder)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        remove_empty(made)
        raise


def _put_in_place(new: Path, folder: Path) -> None:
    try:
        new.rename(folder)
    except OSError:
        # Where there is no lock, somebody else may have put the same run there.
        if not (folder / MANIFEST).is_file():
            raise
        shutil.rmtree(new)
        return
    try:
        sync(folder.parent)
    except BaseException:
        # What may not survive a power cut is not archived.
        folder.rename(new)
        raise


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what the operating system refuses into one line."""
    try:
        yield
    except OSError as error:
        raise ArchiveError(
            f"the archive could not be written ({error.strerror or error})",
            path=error.filename or path,
            remedy="Nothing was archived: make room or permit writing there, then try again",
        ) from error
