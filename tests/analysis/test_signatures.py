"""One cause, one signature: what varies from run to run is masked, what tells causes apart is kept."""

from __future__ import annotations

import pytest

from readiness.analysis import Cause, cause_of, mask
from readiness.model import Detail, Outcome, TestKey, TestResult


def cause(text: str, message: str = "", exception: str = "") -> Cause:
    detail = Detail("failure", exception, message, text)
    return cause_of(TestResult(TestKey("tests", "", "tests.test_a", "test_x"), Outcome.FAILED, details=(detail,)))


SAME = [
    ("took 13 ms", "took 270 ms"),
    ("expected 1,234.5 got -3e-7", "expected 9 got 12"),
    ("<Card object at 0x7f2a10>", "<Card object at 0x55d0ffee>"),
    ("commit 3f9a1c2e71d0 is gone", "commit 00beefcafe99 is gone"),
    ("id 3f9a1c2e-71d0-4a4b-9c9c-0123456789ab", "id 00000000-0000-0000-0000-000000000000"),
    ("at 2025-08-10T04:12:00Z", "at 2026-01-02T23:59:59.123+02:00"),
    ("at 2025-08-10 04:12:00,123", "at 2025-08-11 00:00:00,999"),
    ("at 04:12:00", "at 23:59:59.5"),
    ("no file '/tmp/pytest-1/x.txt'", "no file '/home/kim/work/x.txt'"),
    (r"no file C:\Users\kim\x.txt", r"no file D:\build\x.txt"),
    ("no file ./build/x.txt", "no file ../other/build/x.txt"),
    ("no file ~/x.txt", "no file ~/y/x.txt"),
    ("port 8080 in use", "port 65001 in use"),
    ("a  b\tc", "a b c"),
]
DIFFERENT = [
    ("HTTP 404", "HTTP 500"),
    ("HTTP/1.1 404 Not here", "HTTP/1.1 500 Not here"),
    ("status code 404", "status code 503"),
    ("status_code=404", "status_code=503"),
    ("statusCode: 404", "statusCode: 503"),
    ("status=404", "status=503"),
    ("response 404", "response 503"),
    ("error code: 404", "error code: 503"),
    ("no attribute 'dream'", "no attribute 'glyph'"),
    ("test_1 is gone", "test_2 is gone"),
    ("assert 'a' == 'b'", "assert 'a' == 'c'"),
    ("facade", "decade"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_varies_is_masked(one: str, other: str) -> None:
    assert mask(one) == mask(other)
    assert cause("", one).signature == cause("", other).signature


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_tells_causes_apart_is_kept(one: str, other: str) -> None:
    assert mask(one) != mask(other)
    assert cause("", one).signature != cause("", other).signature


@pytest.mark.parametrize("text", [one for pair in SAME + DIFFERENT for one in pair])
def test_masking_twice_changes_nothing(text: str) -> None:
    assert mask(mask(text)) == mask(text)


LONG = """\
    def test_x():
        cart = Cart()
>       cart.add(1)

tests/test_cart.py:10:
_ _ _ _ _ _ _ _ _ _ _ _ _ _

self = <cart.Cart object at 0x7f>, number = 1

    def add(self, number):
        def nested():
            pass
>       raise ValueError("no card 7")
E       ValueError: no card 7

src/shop/cart.py:33: ValueError
"""
SHORT = """\
tests/test_cart.py:10: in test_x
    cart.add(1)
src/shop/cart.py:33: in add
    raise ValueError("no card 7")
E   ValueError: no card 7
"""
LONG_IN_A_LIBRARY = """\
    def test_x():
>       json.loads("{")

tests/test_cart.py:10:
_ _ _ _ _ _ _ _ _ _ _ _ _ _
    def loads(s):
>       return _default_decoder.decode(s)

/usr/lib/python3.11/json/__init__.py:346:
_ _ _ _ _ _ _ _ _ _ _ _ _ _
    def decode(self, s):
>       raise JSONDecodeError("Expecting", s, 1)
E       json.decoder.JSONDecodeError: Expecting

/usr/lib/python3.11/json/decoder.py:355: JSONDecodeError
"""
SHORT_IN_A_LIBRARY = """\
tests/test_cart.py:10: in test_x
    requests.get(url)
venv/lib/python3.11/site-packages/requests/api.py:73: in get
    return request("get", url)
E   requests.exceptions.ConnectionError: refused
"""
NATIVE = """\
Traceback (most recent call last):
  File "/home/kim/shop/tests/test_cart.py", line 10, in test_x
    cart.add(1)
  File "/home/kim/shop/src/shop/cart.py", line 33, in add
    raise ValueError("no card 7")
  File "/home/kim/venv/lib/python3.11/site-packages/lib.py", line 3, in deep
    pass
ValueError: no card 7
"""
JAVA = """\
java.lang.IllegalStateException: no card 7
\tat java.base/java.util.Objects.requireNonNull(Objects.java:233)
\tat org.junit.Assert.fail(Assert.java:88)
\tat com.acme.shop.Cart.add(Cart.java:33)
\tat com.acme.shop.CartTest.testX(CartTest.java:10)
\tat org.junit.runners.ParentRunner.run(ParentRunner.java:413)
"""
JAVASCRIPT = """\
Error: no card 7
    at expect (/app/node_modules/expect/build/index.js:100:5)
    at node:internal/process/task_queues:95:5
    at Cart.add (/app/src/cart.js:33:11)
    at Object.<anonymous> (/app/tests/cart.test.js:10:3)
"""
TYPESCRIPT = """\
    at /app/tests/cart.spec.ts:10:3
"""


@pytest.mark.parametrize(
    ("trace", "frame"),
    [
        (LONG, "src/shop/cart.py::add"),
        (SHORT, "src/shop/cart.py::add"),
        (LONG_IN_A_LIBRARY, "tests/test_cart.py::test_x"),
        (SHORT_IN_A_LIBRARY, "tests/test_cart.py::test_x"),
        (NATIVE, "shop/cart.py::add"),
        (JAVA, "Cart.java::com.acme.shop.Cart.add"),
        (JAVASCRIPT, "src/cart.js::Cart.add"),
        (TYPESCRIPT, "tests/cart.spec.ts::"),
        ("", ""),
        ("assert 1 == 2", ""),
    ],
    ids=["long", "short", "long, library", "short, library", "native", "java", "javascript", "typescript", "", "text"],
)
def test_the_last_frame_outside_libraries(trace: str, frame: str) -> None:
    assert cause(trace).frame == frame


@pytest.mark.parametrize(
    ("trace", "message", "kind", "exception"),
    [
        (LONG, "ValueError: no card 7", "", "ValueError"),
        (LONG, "no card 7", "", "ValueError"),
        (SHORT, "ValueError: no card 7", "", "ValueError"),
        (
            "tests/test_cart.py:10: in test_x\n    assert 1 == 2\nE   assert 1 == 2",
            "assert 1 == 2",
            "",
            "AssertionError",
        ),
        (NATIVE, "ValueError: no card 7", "", "ValueError"),
        (JAVA, "no card 7", "java.lang.IllegalStateException", "java.lang.IllegalStateException"),
        ("", "assert 1 == 2", "", "AssertionError"),
        ("", "requests.exceptions.ConnectionError: refused", "", "requests.exceptions.ConnectionError"),
        ("", "", "", ""),
    ],
)
def test_the_exception(trace: str, message: str, kind: str, exception: str) -> None:
    assert cause(trace, message, kind).exception == exception


def test_the_line_and_the_machine_are_no_part_of_it() -> None:
    moved = LONG.replace(":33:", ":40:").replace(":10:", ":11:")
    assert cause(moved, "no card 7").signature == cause(LONG, "no card 8").signature
    elsewhere = NATIVE.replace("/home/kim/shop", "/builds/4711").replace("line 33", "line 40")
    assert cause(elsewhere, "no card 7").signature == cause(NATIVE, "no card 8").signature


def test_another_function_or_exception_is_another_cause() -> None:
    renamed = LONG.replace("def add(", "def put(")
    assert cause(renamed, "no card").signature != cause(LONG, "no card").signature
    assert cause("", "no card", "KeyError").signature != cause("", "no card", "ValueError").signature


def test_only_the_first_line_of_the_message_counts() -> None:
    assert cause("", "no card\nseed 1").signature == cause("", "no card\nother").signature


def test_a_failure_that_says_nothing_has_a_signature() -> None:
    silent = TestResult(TestKey("tests", "", "tests.test_a", "test_x"), Outcome.FAILED)
    assert cause_of(silent) == Cause("", "", "")
    assert cause_of(silent).signature.startswith("sig1:")


def test_the_error_of_a_collector_is_its_last_line() -> None:
    text = "tests/test_a.py:1: in <module>\n    import gone\nE   ModuleNotFoundError: No module named 'gone'\n"
    detail = Detail("error", "", "collection failure", text)
    result = TestResult(TestKey("tests", "", "", "tests.test_a"), Outcome.ERROR, details=(detail,), collection=True)
    assert cause_of(result).message == "ModuleNotFoundError: No module named 'gone'"
    assert cause_of(result).exception == "ModuleNotFoundError"
