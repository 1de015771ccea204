"""The one place where our elements become junitparser's objects."""

from __future__ import annotations

from typing import TypeVar
from xml.etree.ElementTree import Element

from junitparser.junitparser import Element as Wrapper
from junitparser.xunit2 import TestCase

W = TypeVar("W", bound=Wrapper)


class Case(TestCase):
    """junitparser's TestCase over an element that is there: there can be millions, so it makes none of its own."""

    def __init__(self) -> None:
        """Leave everything to `fromelem`."""


def wrap(kind: type[W], element: Element) -> W:
    """The element seen as junitparser's TestSuite, TestCase, Failure …; works whether or not lxml is installed."""
    wrapped: W = kind.fromelem(element)  # type: ignore[no-untyped-call]
    return wrapped
