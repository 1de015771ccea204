"""What machines read beside the versions: one index of them all, at addresses that never change."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from readiness.errors import UsageError
from readiness.publish.freeze import RECORD
from readiness.publish.stage import Stage
from readiness.render.pages.routes import BADGE, BADGE_DATA, FEED, LLMS, SITE_DATA

FILES = (SITE_DATA, FEED, LLMS, BADGE, BADGE_DATA)


def require_own(target: Path) -> None:
    """Raise UsageError where a file of somebody else has the place of one of ours."""
    if _told(target) is None:
        for path in (target / name for name in FILES):
            if path.exists():
                remedy = "Move it away, or choose another folder with --to"
                raise UsageError("was not published by this command", path=path, remedy=remedy)


def outdate(stage: Stage) -> None:
    """Write down that the files, where there are some, may tell of less than will be there."""
    if _told(stage.target):
        stage.put(stage.target / RECORD, _record(None))


def write(stage: Stage, state: object, files: Callable[[], Mapping[str, str]]) -> None:
    """Write the files, unless they tell of `state` already; that they do is written down last."""
    target, plain = stage.target, json.loads(json.dumps(state))
    if plain and _told(target) == plain and all((target / name).is_file() for name in FILES):
        return
    stage.put(target / RECORD, _record(None))
    for name, content in files().items():
        stage.put(target / name, content.encode())
    stage.put(target / RECORD, _record(plain))


def _told(target: Path) -> Any:
    """Of what the files tell; empty where that is not known, None where they are not ours."""
    try:
        return json.loads((target / RECORD).read_text(encoding="utf-8"))["versions"] or {}
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        return {}


def _record(state: object) -> bytes:
    return (json.dumps({"schema": 1, "versions": state}, indent=1, sort_keys=True) + "\n").encode()
