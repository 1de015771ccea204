"""The verdict in a word or two."""

from __future__ import annotations

from readiness.assessment import Word

HEADLINE = {Word.READY: "Ready", Word.BLOCKED: "Not ready", Word.UNPROVEN: "Not ready"}
KIND = {Word.READY: "", Word.BLOCKED: "Blocked", Word.UNPROVEN: "Unproven"}


def verdict_word(word: Word) -> str:
    """`NOT READY: BLOCKED`."""
    return word.value if word is Word.READY else f"NOT READY: {word.value}"
