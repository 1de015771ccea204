"""Traces tell paths from the top of the project, where it is known."""

from __future__ import annotations

import time

import pytest

from readiness.model import TestKey
from readiness.render.pages.checkout import from_checkout

KEY = TestKey("tests", "", "tests.test_a.TestX", "test_x")


@pytest.mark.parametrize(
    ("text", "file", "shown"),
    [
        ('File "/home/anna/shop/tests/test_a.py", line 3', "", 'File "tests/test_a.py", line 3'),
        ("/b/shop/tests/test_a.py:3: in x\n/b/shop/src/a.py:9: E", "", "tests/test_a.py:3: in x\nsrc/a.py:9: E"),
        (
            "at f (/b/shop/x.spec.js:3:4)\nat /b/shopping/a.js:1",
            "x.spec.js",
            "at f (x.spec.js:3:4)\nat /b/shopping/a.js:1",
        ),
        (r"D:\a\shop\tests\test_a.py:3 D:\a\shop\src\a.py", "tests/test_a.py", r"tests\test_a.py:3 src\a.py"),
        ("/usr/lib/python3/x.py:3: E", "", "/usr/lib/python3/x.py:3: E"),
        ("tests/test_a.py:3: E", "", "tests/test_a.py:3: E"),
        ("/tests/test_a.py:3: E", "", "/tests/test_a.py:3: E"),
        ("/srv/tests/test_a.py:3: E", "/srv/tests/test_a.py", "/srv/tests/test_a.py:3: E"),
        ("https://x.org/a/tests/test_a.py", "", "https://x.org/a/tests/test_a.py"),
    ],
)
def test_paths_below_the_checkout(text: str, file: str, shown: str) -> None:
    assert from_checkout(text, KEY, file) == shown


def test_no_text_is_slow() -> None:
    began = time.process_time()
    from_checkout("/a" * 500_000 + "/tests/test_a.py " + "/tests/test_a.py" * 50_000, KEY)
    assert time.process_time() - began < 1
