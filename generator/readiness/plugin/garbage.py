"""What is made stays: to look through all of it for garbage, again and again, takes as long as many pages."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def without_collecting(made: Callable[P, T]) -> Callable[P, T]:
    """The function, during which Python looks for no circles of garbage; then as before."""

    @wraps(made)
    def paused(*args: P.args, **kwargs: P.kwargs) -> T:
        was_on = gc.isenabled()
        gc.disable()
        try:
            return made(*args, **kwargs)
        finally:
            if was_on:
                gc.enable()

    return paused
