"""What MkDocs says while many sites are built: warnings alone, each once."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def warnings_once() -> Iterator[None]:
    """Print each warning of MkDocs and its plugins once to standard error, and nothing else of what they say."""
    log = logging.getLogger("mkdocs")
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s -  %(message)s"))
    handler.addFilter(_Once())
    before = log.level, log.propagate
    log.setLevel(logging.WARNING)
    log.propagate = False
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.level, log.propagate = before


class _Once(logging.Filter):
    def __init__(self) -> None:
        super().__init__()
        self._said: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        # What the system refuses ends the command, which says so itself.
        fresh = said not in self._said and not isinstance(sys.exc_info()[1], OSError)
        self._said.add(said)
        return fresh
