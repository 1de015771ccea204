"""How much an evidence file may ask of the reader: one table, so that no file can exhaust the machine."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that genuine files stay far below; a file beyond one of them is rejected by name."""

    file_bytes: int = 512 * 1024 * 1024
    """Bytes of a file, after decompression."""
    text_bytes: int = 64 * 1024 * 1024
    """Bytes of plain text or JSON, which is read in one piece."""
    depth: int = 200
    """Elements inside elements. Deep real reports reach about 20."""
    token_bytes: int = 8 * 1024 * 1024
    """One tag with all its attributes, one comment, one instruction. Only the file bounds text between tags."""
    elements: int = 20_000_000
    """Elements in one XML file."""
    environment_chars: int = 1_000
    """Characters of a property that is kept as environment; longer ones are dumps, not facts."""
    values_per_metric: int = 20
    """Different values of one property that are kept; of more, the smallest and the largest, which decide any limit."""
    retries: int = 1_000
    """Retries of one test that are believed."""
    warnings: int = 10_000
    """Distinct warnings that are kept with their messages; the rest is counted by category."""
    findings_per_code: int = 5
    """Findings of one kind that are listed one by one; the rest is counted."""
    seconds: float = 30 * 86_400.0
    """The longest duration that is believed. Nanoseconds written as seconds lie far above."""


LIMITS = Limits()
