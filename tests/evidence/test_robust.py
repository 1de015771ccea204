"""Whatever is done to a file, reading it ends in a result or a clean refusal, and no failure is lost in silence."""

from __future__ import annotations

import gzip
import io
import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from xml.etree.ElementTree import Element, ElementTree, SubElement

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.evidence_corpus import FIXTURES, bad_messages, content, outcomes, read_path

from readiness.evidence import encoding, read, recognise, xml
from readiness.evidence.limits import LIMITS
from readiness.model import EvidenceFile, Outcome, ReadState

COPIED = sorted(
    str(path.relative_to(FIXTURES))
    for path in FIXTURES.rglob("*.*")
    if path.suffix not in (".md", ".tsv") and path.parent != FIXTURES
)
INFERRED = {
    *("pytest/made-interrupted.xml", "ctest/made-not-run.xml", "lists/ctest.xml", "behave/made-hook-error.xml"),
    *(f"accidents/{name}.xml" for name in ("bats-retries", "pytest-reruns", "pytest-reruns-all-failed")),
    "accidents/vitest-worker-died.xml",
}
"""Files whose errors are only told by who wrote them and how: another letter can say something else."""
BAD = {path: bad_messages(read_path(path)) for path in COPIED if path not in INFERRED and read_path(path).results}
"""Files of every format that holds results, and how many failures, errors and failed attempts they tell."""


def check(evidence: EvidenceFile) -> None:
    """What holds for every evidence file."""
    counts = outcomes(evidence)
    assert sum(counts.values()) + sum(result.run_level for result in evidence.results) == len(evidence.results)
    assert sum(counts.values()) <= evidence.cases
    assert (evidence.state is ReadState.READ) == (not evidence.reason)
    assert evidence.loss or evidence.state is ReadState.READ
    if evidence.state is ReadState.REJECTED:
        assert evidence.results == ()
        assert any(finding.loss for finding in evidence.findings)
        assert "\n" not in evidence.reason
    for result in evidence.results:
        assert result.time_s is None or result.time_s >= 0
        assert bool(result.details) or result.outcome is Outcome.PASSED
    if evidence.coverage is not None:
        assert 0 <= evidence.coverage.lines_covered <= evidence.coverage.lines_valid
        assert 0 <= evidence.coverage.branches_covered <= evidence.coverage.branches_valid
    assert all(math.isfinite(metric.value) and metric.name.strip() for metric in evidence.metrics)
    assert all(warning.count > 0 for warning in evidence.warnings or ())
    repr(evidence).encode("utf-8")  # no lone surrogate: everything can be written to a file
    assert evidence.started is None or evidence.started.utcoffset() is not None


@pytest.mark.parametrize("path", COPIED)
def test_whole_files(path: str) -> None:
    check(read_path(path))


@settings(max_examples=800, deadline=None)
@given(st.sampled_from(COPIED), st.data())
def test_any_byte_changed(path: str, draw: st.DataObject) -> None:
    whole = bytearray(content(path))
    place = draw.draw(st.integers(0, len(whole) - 1))
    whole[place] = draw.draw(st.integers(0, 255))
    evidence = read(bytes(whole), path)
    check(evidence)
    if path in BAD:
        assert evidence.loss or bad_messages(evidence) >= BAD[path]


SMALL = [
    "attributes/none-at-all.xml",
    "attributes/skipped-plus-failure-plus-error.xml",
    "made.json",
    "surefire/failsafe-summary-fork-crash.xml",
]
MADE = b"""{"results": {"tests": [{"name": "a", "status": "passed", "suite": ["s"]},
{"name": "b", "status": "failed", "suite": ["s"], "message": "m"},
{"name": "c", "status": "other"}, {"name": "d", "status": "passed", "flaky": true,
"retryAttempts": [{"status": "failed", "trace": "t"}]}],
"summary": {"tests": 4, "passed": 2, "failed": 1, "other": 1}}}"""
"""CTRF small enough that every place can be tried."""


@pytest.mark.parametrize("path", SMALL)
@pytest.mark.parametrize("byte", [b"x", b"<", b">", b"/", b"&", b'"', b" ", b"\0", b"\xff", b"?", b"!"])
def test_every_place_changed(path: str, byte: bytes) -> None:
    whole = MADE if path == "made.json" else content(path)[:1200]
    bad = bad_messages(read(whole, path))
    assert bad
    for place in range(len(whole)):
        evidence = read(whole[:place] + byte + whole[place + 1 :], path)
        check(evidence)
        assert evidence.loss or bad_messages(evidence) >= bad, (place, whole[place - 20 : place + 20])


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(COPIED), st.data())
def test_cut_anywhere(path: str, draw: st.DataObject) -> None:
    whole = content(path)
    evidence = read(whole[: draw.draw(st.integers(0, len(whole)))], path)
    check(evidence)
    if path in BAD:
        assert evidence.loss or bad_messages(evidence) >= BAD[path]


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from(
        [
            b"",
            b"<testsuite>",
            b"<?xml version='1.0'?>",
            b"<failsafe-summary>",
            b"{",
            b'{"metrics":',
            b'{"results": {"tests": [',
            b'{"$report_type": "SessionStart"}\n',
            b"\x1f\x8b",
            b"a.py::b\n",
            b"SF:a\nDA:1,1\n",
        ]
    ),
)
def test_any_bytes(made: bytes, start: bytes) -> None:
    check(read(start + made, "file"))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


def objects(*keys: str) -> st.SearchStrategy[dict[str, object]]:
    """Objects that hold some of the keys that a format knows, with values of every kind."""
    return st.fixed_dictionaries({}, optional=dict.fromkeys(keys, VALUES))


CTRF_TEST = objects("name", "status", "suite", "filePath", "line", "duration", "retries", "retryAttempts", "flaky")
FORMS = st.one_of(
    st.fixed_dictionaries(
        {
            "results": objects("tool", "environment").flatmap(
                lambda top: st.fixed_dictionaries(
                    {
                        "tests": st.lists(
                            CTRF_TEST | objects("message", "trace", "browser", "parameters") | VALUES, max_size=4
                        ),
                        "summary": objects("tests", "passed", "failed", "other", "start", "stop") | VALUES,
                    }
                ).map(lambda more: top | more)
            )
        }
    ),
    st.fixed_dictionaries(
        {
            "meta": VALUES,
            "files": st.dictionaries(
                st.text(max_size=3),
                objects("executed_lines", "missing_lines", "executed_branches", "missing_branches") | VALUES,
                max_size=3,
            ),
            "totals": objects("num_statements", "covered_lines", "num_branches", "percent_covered") | VALUES,
        }
    ),
    st.fixed_dictionaries(
        {
            "benchmarks": st.lists(objects("fullname", "name", "stats") | VALUES, max_size=3),
            "machine_info": objects("node", "cpu", "system") | VALUES,
        }
    ),
    st.fixed_dictionaries({"metrics": st.lists(objects("name", "value", "unit", "limit") | VALUES, max_size=3)}),
    objects("category", "message", "filename", "lineno", "nodeid", "exitstatus").map(
        lambda record: {"$report_type": "WarningMessage", **record}
    ),
)


@settings(max_examples=250, deadline=None)
@given(FORMS)
def test_any_values_in_known_forms(made: dict[str, object]) -> None:
    evidence = read(json.dumps(made).encode(), "made.json")
    check(evidence)
    assert evidence.kind in ("ctrf", "coverage-py", "pytest-benchmark", "metrics", "pytest-reportlog")


words = st.text(max_size=20)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(words, words, st.sampled_from(["", "failure", "error", "skipped", "flakyFailure"])), max_size=12)
)
def test_totals_add_up(cases: list[tuple[str, str, str]]) -> None:
    suite = Element("testsuite", name="s")
    for group, name, inner in cases:
        case = SubElement(suite, "testcase", classname=group, name=name)
        if inner:
            SubElement(case, inner, message=name)
    written = io.BytesIO()
    ElementTree(suite).write(written, encoding="utf-8", xml_declaration=True)
    evidence = read(written.getvalue(), "made.xml")
    check(evidence)
    if evidence.state is ReadState.READ:
        assert evidence.cases == len(cases)
        assert sum(result.attempts for result in evidence.results) >= len(evidence.results)


def large(kind: str) -> bytes:
    """A large file of each format."""
    if kind == "junit":
        cases = b"".join(b'<testcase classname="c" name="t%d"/>' % number for number in range(200_000))
        return b'<testsuite name="s">' + cases + b"</testsuite>"
    if kind == "ctrf":
        cases = b",".join(b'{"name":"t%d","status":"passed","suite":["s"]}' % number for number in range(50_000))
        return b'{"results":{"tests":[' + cases + b"]}}"
    if kind == "lcov":
        lines = b"".join(b"DA:%d,1\n" % number for number in range(200_000))
        return b"SF:a.c\n" + lines + b"end_of_record\n"
    if kind == "collected":
        ids = b"".join(b"tests/test_a.py::test_x[%d]\n" % number for number in range(100_000))
        return ids + b"\n100000 tests collected in 9.9s\n"
    record = b'{"$report_type":"WarningMessage","category":"W","message":"%d","filename":"a.py","lineno":1}\n'
    warnings = b"".join(record % number for number in range(100_000))
    return b'{"$report_type":"SessionStart"}\n' + warnings + b'{"$report_type":"SessionFinish","exitstatus":0}\n'


@pytest.mark.parametrize("kind", ["junit", "ctrf", "lcov", "collected", "pytest-reportlog"])
def test_large_files_are_read_quickly(kind: str) -> None:
    made = large(kind)
    started = time.process_time()
    evidence = read(made, "large")
    assert time.process_time() - started < 30
    assert (evidence.kind, evidence.state) == (kind, ReadState.READ)
    if kind == "junit":
        assert outcomes(evidence) == {"passed": 200_000}


@pytest.mark.parametrize("start", [b'{"results":{"tests":', b'{"$report_type":', b'{"benchmarks":', b'{"meta":'])
@pytest.mark.parametrize("inner", [b"[", b'{"a":'])
def test_deep_json_is_refused(start: bytes, inner: bytes) -> None:
    evidence = read(start + inner * 10_000, "deep.json")
    check(evidence)
    assert evidence.state is ReadState.REJECTED


@pytest.mark.parametrize("first", [b"", b'{"$report_type": "SessionStart"}\n'])
def test_numbers_of_too_many_digits_are_refused(first: bytes) -> None:
    evidence = read(first + b'{"benchmarks": [' + b"9" * 200_000 + b"]}", "")
    check(evidence)
    assert evidence.loss


@pytest.mark.parametrize(
    "hostile",
    [
        b"ERROR " + b".py" * 50_000,
        b"=" * 200_000,
        b"# \n" * 50_000,
        b"a" + b".a" * 100_000,
        b"SF:" + b"," * 200_000,
        b"SF:a\nBRDA:1,1," + b"," * 200_000,
        b"TN:\n" * 100_000 + b"x",
        b"a.py::b[" * 50_000,
        b"a.py::b[\n" * 50_000,
        b"::a" * 100_000,
    ],
)
@pytest.mark.parametrize("around", [b"%s", b"a.py::b\n=== short test summary info ===\n%s\n1 test collected in 1s\n"])
def test_long_lines_take_no_longer(hostile: bytes, around: bytes) -> None:
    started = time.process_time()
    check(read(around % hostile, ""))
    assert time.process_time() - started < 10


def test_reading_works_without_lxml() -> None:
    code = (
        "import sys; sys.modules['lxml'] = None\n"
        "from readiness.evidence import read\n"
        "print(read(sys.stdin.buffer.read(), '').results)"
    )
    path = "flaky/quick-junit-flaky-fail.xml"
    paths = os.pathsep.join(sys.path)
    ran = subprocess.run(
        [sys.executable, "-c", code], input=content(path), capture_output=True, check=True, env={"PYTHONPATH": paths}
    )
    assert ran.stdout.decode().strip() == str(read_path(path).results)


ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE t [%s]>
<testsuite name="s"><testcase name="a"><failure>&e;</failure></testcase></testsuite>"""
BOMB = b"""<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY e "&c;&c;&c;&c;&c;&c;&c;&c;">"""


@pytest.mark.parametrize(
    "declared",
    [
        BOMB,
        b'<!ENTITY e SYSTEM "file:///etc/passwd">',
        b'<!ENTITY e SYSTEM "http://127.0.0.1:9/x">',
        b'<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;',
        b'<!NOTATION n SYSTEM "n"><!ENTITY e SYSTEM "x" NDATA n>',
        b'<!ENTITY e "harmless">',
    ],
)
def test_entities_are_refused(declared: bytes) -> None:
    evidence = read(ENTITIES % declared, "hostile.xml")
    assert (evidence.state, evidence.results) == (ReadState.REJECTED, ())
    assert "entity" in evidence.reason


def test_a_bare_doctype_is_ignored() -> None:
    plain = b'<testsuite name="s"><testcase name="a"/></testsuite>'
    for doctype in (b"<!DOCTYPE testsuite>", b'<!DOCTYPE testsuite SYSTEM "http://127.0.0.1:9/junit.dtd">'):
        assert read(doctype + plain, "").results == read(plain, "").results
    defaulting = b'<!DOCTYPE testsuite [<!ATTLIST testcase status CDATA "disabled">]>'
    assert outcomes(read(defaulting + plain, "")) == {"passed": 1}


def test_deep_nesting_is_refused() -> None:
    for tag in (b"testsuite", b"x"):
        made = b"<testsuite>" + b"<%s>" % tag * 10_000 + b"</%s>" % tag * 10_000 + b"</testsuite>"
        evidence = read(made, "deep.xml")
        assert evidence.state is ReadState.REJECTED
        assert "nested deeper than" in evidence.reason


def test_nesting_below_the_limit_is_read() -> None:
    depth = LIMITS.depth - 2
    made = b'<testsuite name="s">' * depth + b'<testcase name="a"/>' + b"</testsuite>" * depth
    assert read(made, "").cases == 1


def test_a_gigantic_attribute_is_refused() -> None:
    made = b'<testsuite name="s"><testcase name="' + b"a" * (LIMITS.token_bytes + 2 * 1024 * 1024) + b'"/></testsuite>'
    evidence = read(made, "wide.xml")
    assert evidence.state is ReadState.REJECTED
    assert "longer than" in evidence.reason


def test_too_many_elements_are_refused() -> None:
    limits = replace(LIMITS, elements=10)
    with pytest.raises(xml.UnsafeXml):
        xml.parse(encoding.XmlBytes(b"<a>" + b"<b/>" * 20 + b"</a>"), limits=limits)


def test_a_file_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (encoding, recognise):
        monkeypatch.setattr(module, "LIMITS", replace(LIMITS, file_bytes=1000))
    assert read(b"<testsuite>" + b" " * 2000 + b"</testsuite>", "").kind == "too-large"
    assert read(gzip.compress(b" " * 100_000), "").kind == "too-large"


def test_gzip_is_unpacked() -> None:
    for path in ("nested/parents-disagree.xml", "coverage/cobertura-gcovr-doctype.xml"):
        whole = content(path)
        assert read(gzip.compress(whole), path) == read(whole, path)
        assert read(gzip.compress(whole[:500]) + gzip.compress(whole[500:]), path) == read(whole, path)


@pytest.mark.parametrize(
    "spoil", [lambda packed: packed[:-20], lambda packed: packed[:-8] + bytes(8), lambda packed: packed[:12]]
)
def test_damaged_gzip_is_a_loss(spoil: Callable[[bytes], bytes]) -> None:
    evidence = read(spoil(gzip.compress(content("nested/parents-disagree.xml"))), "")
    check(evidence)
    assert evidence.loss
    assert evidence.state is not ReadState.READ


SUITE = '<testsuite name="s"><testcase name="é"><failure message="ü"/></testcase></testsuite>'


@pytest.mark.parametrize(
    ("made", "lies"),
    [
        (SUITE.encode(), False),
        (SUITE.encode("utf-8-sig"), False),
        (SUITE.encode("utf-16"), False),
        (SUITE.encode("utf-16-le"), False),
        (SUITE.encode("utf-16-be"), False),
        (SUITE.encode("utf-32"), False),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?>' + SUITE.encode("latin-1"), False),
        (b'<?xml version="1.0" encoding="windows-1252"?>' + SUITE.encode("cp1252"), False),
        (b'<?xml version="1.0" encoding="GB18030"?>' + SUITE.encode("gb18030"), False),
        (b'<?xml version="1.1" encoding="utf-8"?>' + SUITE.encode(), False),
        (b'<?xml version="1.0" encoding="UTF-16"?>' + SUITE.encode(), True),
        (b'<?xml version="1.0" encoding="US-ASCII"?>' + SUITE.encode(), True),
        (b'<?xml version="1.0" encoding="nonsense"?>' + SUITE.encode(), True),
        (b'<?xml version="1.0" encoding="utf-7"?>' + SUITE.encode(), True),
        (b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-16"?>' + SUITE.encode(), True),
    ],
)
def test_encodings(made: bytes, lies: bool) -> None:
    evidence = read(made, "")
    (result,) = evidence.results
    assert (result.key.label, result.details[0].message) == ("s::é", "ü")
    assert ([finding.code for finding in evidence.findings] == ["encoding"]) == lies


def test_bytes_that_are_no_utf8_stay_distinct() -> None:
    evidence = read(b'<testsuite name="s"><testcase name="\xe9"/><testcase name="\xe8"/></testsuite>', "")
    assert [result.key.name for result in evidence.results] == ["\\xe9", "\\xe8"]
    assert [finding.code for finding in evidence.findings] == ["not-utf-8"]


@pytest.mark.parametrize("character", [b"\0", b"\x1b", b"&#27;", b"&#x1B;", b"&#0;"])
def test_control_characters_are_stripped(character: bytes) -> None:
    body = (
        b'<testsuite name="s">\n<testcase name="a"><failure><![CDATA[x\x01]]>y%s[31m</failure></testcase></testsuite>'
    )
    evidence = read(body % character, "")
    (result,) = evidence.results
    assert result.details[0].text == "xy[31m"
    assert (result.place, result.outcome) == ("line 2", Outcome.FAILED)
    assert evidence.findings[0].code == "control-characters"
    assert evidence.findings[0].message.startswith("2 control characters")


def test_gzip_data_of_which_nothing_is_left_are_called_damaged_not_empty() -> None:
    found = read(gzip.compress(b"<testsuites/>" * 50)[:11], "x.xml.gz")
    assert (found.state, found.kind) == (ReadState.REJECTED, "gzip")
    assert "damaged" in found.reason
