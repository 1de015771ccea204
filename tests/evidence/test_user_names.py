"""Names of users in paths of home folders are masked where a trace tells that it is one; nothing else changes."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from tests.evidence.evidence_corpus import FIXTURES

from readiness.analysis import cause_of
from readiness.evidence import mask, masked_finding, read

FRAME = '  File "/home/anna/shop/a.py", line 3, in f\n'


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (FRAME, '  File "/home/[masked]/shop/a.py", line 3, in f\n'),
        ("/Users/a.b/shop/a.py:3: E", "/Users/[masked]/shop/a.py:3: E"),
        ("file:///home/anna/shop/a.js:3:4", "file:///home/[masked]/shop/a.js:3:4"),
        ("(/home/anna/a.js:3:4) cwd=/home/anna", "(/home/[masked]/a.js:3:4) cwd=/home/[masked]"),
        ("/mnt/c/Users/anna/a.py:3", "/mnt/c/Users/[masked]/a.py:3"),
        (r"C:\Users\Anna B\a.py:3 C:\Users\Anna B", r"C:\Users\[masked]\a.py:3 C:\Users\Anna B"),
        (r"C:\Users\anna\a.py:3 in C:\Users\anna is", r"C:\Users\[masked]\a.py:3 in C:\Users\[masked] is"),
        (json.dumps({"m": f"x\n{FRAME}"}), json.dumps({"m": f"x\n{FRAME.replace('anna', '[masked]')}"})),
        (json.dumps({"m": "x\n/home/anna/a.py:3"}), json.dumps({"m": "x\n/home/[masked]/a.py:3"})),
        (json.dumps({"m": r"C:\Users\anna\a.py:3"}), json.dumps({"m": r"C:\Users\[masked]\a.py:3"})),
        (f"{FRAME} /home/bert/x", f"{FRAME.replace('anna', '[masked]')} /home/bert/x"),
        ("/home/änna/a.py:3", "/home/[masked]/a.py:3"),
    ],
)
def test_where_a_trace_tells_whose_folder_it_is(text: str, masked: str) -> None:
    assert mask(text.encode()).content.decode() == masked
    assert mask(masked.encode()).count == 0


@pytest.mark.parametrize(
    "text",
    [
        "GET /home/settings/profile 404",
        "https://shop.org/home/anna/a.py:3",
        "/srv/home/anna/a.py:3",
        "/home/runner/work/shop/shop/a.py:3",
        "/home/anna",
        "<testcase name='/home/anna/a.py:3'/>",
    ],
)
def test_what_may_be_something_else_stays(text: str) -> None:
    assert mask(text.encode()).content == text.encode()


def test_names_of_tests_stay_and_the_finding_tells_lines() -> None:
    content = f"<testsuite>\n<testcase classname='/home/anna/a' name='b'><error>{FRAME}</error></testcase></testsuite>"
    found = mask(content.encode())
    assert b"classname='/home/anna/a'" in found.content
    assert dict(found.kinds) == {"user-name": 1}
    assert masked_finding(1, found.content).message == "1 user name in paths masked (line 2)"
    assert masked_finding(2, b"[masked: jwt]\n/home/[masked]/a").message == (
        "1 secret masked: jwt (line 1); 1 user name in paths masked (line 2)"
    )


def test_identities_do_not_change() -> None:
    """What anybody's machine prints: the same signatures, tests and counts, with and without."""
    seen = 0
    for path in sorted(Path(FIXTURES).rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        if not (b"/home/" in content or b"/Users/" in content or b"\\Users\\" in content):
            continue
        found = mask(content)
        before, after = read(content, path.name), read(found.content, path.name)
        assert [one.key for one in before.results] == [one.key for one in after.results], path
        assert [one.outcome for one in before.results] == [one.outcome for one in after.results], path
        signatures = [[cause_of(one).signature for one in file.results] for file in (before, after)]
        assert signatures[0] == signatures[1], path
        seen += found.kinds.get("user-name", 0) > 0
    assert seen >= 3


@pytest.mark.parametrize(
    "unit",
    ["=/home/a", "/home/a ", "/home/a/b.p ", "=/home/" + "a" * 50, "\\Users\\", "\\Users\\a b", "/home/a/" + "b" * 390],
)
def test_no_text_is_slow(unit: str) -> None:
    began = time.process_time()
    mask((unit * (250_000 // len(unit))).encode())
    assert time.process_time() - began < 2
