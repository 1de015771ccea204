"""Pauses Python's cycle collector while a large file is read."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

LARGE = 1024 * 1024


@contextmanager
def collector_paused(size: int) -> Iterator[None]:
    """Pause the collector for a file of more than 1 MiB.

    Nothing that a reader builds forms cycles, and going over millions of new objects again and again takes a third of
    the time of reading 100 MB.
    """
    pause = size > LARGE and gc.isenabled()
    if pause:
        gc.disable()
    try:
        yield
    finally:
        if pause:
            gc.enable()
