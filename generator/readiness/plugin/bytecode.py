"""Compiled templates of the theme, kept from one build to the next: MkDocs makes a new Jinja environment each time."""

from __future__ import annotations

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class ProcessCache(BytecodeCache):
    """Keeps compiled templates as long as the process lives; Jinja compares the source's digest before it uses one."""

    def __init__(self) -> None:
        """Nothing is kept yet."""
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket where the template was compiled before."""
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._compiled[bucket.key] = bucket.bytecode_to_string()


COMPILED = ProcessCache()
