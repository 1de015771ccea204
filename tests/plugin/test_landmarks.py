"""Names and languages of the parts of a page, for readers who hear it."""

from __future__ import annotations

from readiness.plugin.landmarks import in_language


def test_a_language_is_written_as_it_is_given() -> None:
    assert in_language("<article class='a'>", r"d\e\1", "en") == r"""<article lang="d\e\1" class='a'>"""
