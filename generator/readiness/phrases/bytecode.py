"""Compiled templates, kept from one build to the next: compiling them takes longer than building a small site."""

import sys

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from readiness.results import KeptTexts, digest, release, sources_digest

_COMPILED: dict[str, bytes] = {}
"""As long as the process lives: `publish` and `serve` build many times."""


class KeptBytecode(BytecodeCache):
    """Keeps compiled templates in a folder and in the process; Jinja compares the source's digest before it uses one.

    `environment` tells apart environments that compile the same file in different ways.
    """

    def __init__(self, keep: KeptTexts, *environment: str) -> None:
        """Nothing is read before a template is asked for."""
        self._keep = keep
        self._environment = environment, sys.version, release("jinja2"), sources_digest()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket where the template was compiled before."""
        name = self._name(bucket)
        if name not in _COMPILED:
            text = self._keep.text(name)
            if text is None:
                return
            _COMPILED[name] = text.encode("latin-1")
        bucket.bytecode_from_string(_COMPILED[name])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        name = self._name(bucket)
        _COMPILED[name] = bucket.bytecode_to_string()
        self._keep.keep(name, _COMPILED[name].decode("latin-1"))

    def _name(self, bucket: Bucket) -> str:
        return digest("compiled", self._environment, bucket.key, bucket.checksum)
