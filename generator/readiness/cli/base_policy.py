"""The policy as it stands in a git ref: by that of its base a pull request is judged, whatever it changes itself."""

import subprocess
from pathlib import Path

from readiness.errors import UsageError


def policy_at(ref: str) -> bytes | None:
    """The bytes of readiness.yml of the current folder as `ref` holds it; None where it holds none.

    Raises UsageError where there is no git, no repository, or no such ref in the clone.
    """
    from readiness.policy import POLICY_FILE

    if _git("rev-parse", "--git-dir") is None:
        remedy = "Run this within the clone, or name a file with --policy"
        raise UsageError("--policy-from needs a git repository, and there is none here", remedy=remedy)
    commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if commit is None:
        raise UsageError(f"git knows no commit {ref!r} here", remedy=_remedy(ref))
    name = commit.decode().strip()
    place = f"{name}:./{POLICY_FILE}"
    if _git("ls-tree", "--name-only", name, f"./{POLICY_FILE}"):
        # Not `git show`, which lets attributes of the working tree change what it prints.
        text = _git("cat-file", "blob", place)
        if text is None:
            raise UsageError(f"git cannot read {POLICY_FILE} of {ref!r}", remedy="Run `git fetch --refetch`")
        return text
    return None


def _remedy(ref: str) -> str:
    branch = ref.removeprefix("origin/")
    if (_git("rev-parse", "--is-shallow-repository") or b"").strip() == b"true":
        return f"The clone is shallow: fetch it first, `git fetch --depth=1 origin {branch}`, and write FETCH_HEAD"
    return f"Fetch it first, `git fetch origin {branch}`, and write origin/{branch}"


def _git(*arguments: str) -> bytes | None:
    """What git prints; None where it fails."""
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, timeout=60, check=False, cwd=Path.cwd())
    except FileNotFoundError:
        raise UsageError("--policy-from needs git", remedy="Install it, or name a file with --policy") from None
    except (OSError, subprocess.SubprocessError) as error:
        raise UsageError(f"git does not answer ({error})", remedy="Name a file with --policy instead") from error
    return done.stdout if done.returncode == 0 else None
