"""The verdict in a word or two."""

from __future__ import annotations

from readiness.assessment import Word
from readiness.numbers import capital
from readiness.phrases.wording import Sentence, say


def verdict_word(word: Word) -> Sentence:
    """`NOT READY: BLOCKED`."""
    return say("answer", why=word.value)


def headline_word(word: Word) -> Sentence:
    """`Ready`, `Not ready`."""
    return say("headline", verdict=word.value)


def sort_word(word: Word) -> str:
    """`Blocked`, `Unproven`; empty where it is ready."""
    return capital(say("sort", verdict=word.value))
