"""Whatever is put into a passing case, declared of it or strewn over its bytes: it is never a pass in silence."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import given

from readiness.evidence import read
from readiness.evidence.junit_case import CASES, ELEMENTS, HARMLESS
from readiness.evidence.junit_totals import NAMES
from readiness.model import EvidenceFile, Outcome

TAGS = st.from_regex(r"\A[A-Za-z_][A-Za-z0-9_.-]{0,12}\Z").filter(lambda tag: not tag.lower().startswith("xml"))
UNKNOWN = TAGS.filter(lambda tag: tag.lower() not in HARMLESS | CASES and tag not in ELEMENTS)
WRAPPERS = st.lists(st.sampled_from(sorted(HARMLESS)), max_size=4)
BADLY_DECLARED = sorted(spelling for spelling, name in NAMES.items() if name not in ("tests", "passed"))


def wrapped(inner: str, wrappers: list[str]) -> str:
    """An element inside harmless ones."""
    for tag in wrappers:
        inner = f"<{tag}>{inner}</{tag}>"
    return inner


def junit(body: str, attributes: str = "") -> EvidenceFile:
    """Read a suite made for the test."""
    return read(f'<testsuite name="s" {attributes}>{body}</testsuite>'.encode(), "made.xml")


@given(tag=UNKNOWN, text=st.sampled_from(["", "text", "<system-out/>"]), wrappers=WRAPPERS, before=WRAPPERS)
def test_an_unknown_element_at_any_depth_is_an_error(
    tag: str, text: str, wrappers: list[str], before: list[str]
) -> None:
    inner = "".join(f"<{name}/>" for name in before) + wrapped(f"<{tag}>{text}</{tag}>", wrappers)
    (result,) = junit(f'<testcase classname="c" name="a">{inner}</testcase>').results
    assert result.outcome is Outcome.ERROR


@given(tag=st.sampled_from(sorted(ELEMENTS)), wrappers=WRAPPERS)
def test_no_result_at_any_depth_is_a_pass(tag: str, wrappers: list[str]) -> None:
    (result,) = junit(f'<testcase classname="c" name="a">{wrapped(f"<{tag}/>", wrappers)}</testcase>').results
    assert result.outcome is not Outcome.PASSED


@given(wrappers=WRAPPERS)
def test_harmless_elements_change_nothing(wrappers: list[str]) -> None:
    evidence = junit(f'<testcase classname="c" name="a">{wrapped("7", wrappers) if wrappers else ""}</testcase>')
    assert [result.outcome for result in evidence.results] == [Outcome.PASSED]
    assert not evidence.findings


@given(
    spelling=st.sampled_from(BADLY_DECLARED),
    count=st.integers(1, 10**6),
    tests=st.integers(1, 3),
    depth=st.integers(0, 3),
    as_child=st.booleans(),
)
def test_what_is_declared_beside_passes_is_a_loss(
    spelling: str, count: int, tests: int, depth: int, as_child: bool
) -> None:
    cases = "".join(f'<testcase classname="c" name="{number}"/>' for number in range(tests))
    for _ in range(depth):
        cases = f"<testsuite>{cases}</testsuite>"
    child = as_child and spelling not in ELEMENTS
    evidence = junit(*((f"<{spelling}>{count}</{spelling}>{cases}",) if child else (cases, f'{spelling}="{count}"')))
    assert evidence.loss


@given(
    cases=st.lists(
        st.sampled_from(["", "<failure>\x01x</failure>", "<skipped/>", "<error>\x1b[1m</error>"]), min_size=1
    ),
    control=st.sampled_from("\0\x01\x08\x0b\x1b\x1f\uffff"),
    at=st.integers(0, 10**4),
    encoding=st.sampled_from(["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-8-sig"]),
)
def test_every_encoding_reads_like_utf_8(cases: list[str], control: str, at: int, encoding: str) -> None:
    body = "".join(f'<testcase classname="c" name="{n}é">{inner}</testcase>' for n, inner in enumerate(cases))
    whole = f'<testsuite name="s">{body}</testsuite>'
    at = 1 + at % len(whole)  # wherever, but for the first character, which shows the encoding
    spoilt = whole[:at] + control + whole[at:]
    plain, other = read(spoilt.encode(), "made.xml"), read(spoilt.encode(encoding), "made.xml")
    assert other == plain


@given(cut=st.integers(1, 300), encoding=st.sampled_from(["utf-16", "utf-16-be", "utf-32"]))
def test_a_cut_in_any_encoding_is_a_loss(cut: int, encoding: str) -> None:
    whole = '<testsuite name="s"><testcase classname="c" name="a"/></testsuite>'.encode(encoding)
    assert read(whole[: max(1, len(whole) - cut)], "made.xml").loss
