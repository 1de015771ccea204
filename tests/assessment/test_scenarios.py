"""Lives of blockers: runs on the left, the verdict and the state of every blocker after each run on the right."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.scenario import Run, append, collected, names, story, told, verdicts

from readiness import phrases
from readiness.archive import Archive
from readiness.assessment import ReasonKind, assess

READY, BLOCKED, UNPROVEN = "READY", "BLOCKED", "UNPROVEN"

Step = tuple[Run | str, str, str]

SCENARIOS: dict[str, list[Step]] = {
    "all pass": [
        ("a pass, b pass", READY, ""),
        ("a pass, b pass", READY, ""),
    ],
    "zero tests": [
        ("", UNPROVEN, ""),
    ],
    "zero tests after a failure": [
        ("a fail boom", BLOCKED, "boom open: a failing"),
        ("", UNPROVEN, "boom unverified: a unverified"),
        ("a pass", READY, "boom closed: a passed"),
    ],
    "all skipped": [
        ("a skip no card, b skip no card", UNPROVEN, ""),
    ],
    "failure, fixed": [
        ("a fail boom, b pass", BLOCKED, "boom open: a failing"),
        ("a pass, b pass", READY, "boom closed: a passed"),
    ],
    "failure, still there, fixed": [
        ("a fail boom", BLOCKED, "boom open: a failing"),
        ("a fail boom", BLOCKED, "boom open: a failing"),
        ("a pass", READY, "boom closed: a passed"),
    ],
    "failure, skipped, fixed": [
        ("a fail boom, b pass", BLOCKED, "boom open: a failing"),
        ("a skip no card, b pass", UNPROVEN, "boom unverified: a unverified"),
        ("a pass, b pass", READY, "boom closed: a passed"),
    ],
    "failure, gone without a list": [
        (f"a fail boom, {', '.join(f'p{number} pass' for number in range(30))}", BLOCKED, "boom open: a failing"),
        (f"{', '.join(f'p{number} pass' for number in range(30))}", UNPROVEN, "boom unverified: a unverified"),
        (f"{', '.join(f'p{number} pass' for number in range(30))}", UNPROVEN, "boom unverified: a unverified"),
    ],
    "failure, no longer in the complete list": [
        ("a fail boom, b pass | a b", BLOCKED, "boom open: a failing"),
        ("b pass | b", READY, "boom closed: a withdrawn"),
    ],
    "failure, listed but without a result": [
        ("a fail boom, b pass | a b", BLOCKED, "boom open: a failing"),
        ("b pass | a b", UNPROVEN, "boom unverified: a unverified"),
    ],
    "two failures of one cause, one fixed": [
        ("a fail boom, b fail boom", BLOCKED, "boom open: a failing, b failing"),
        ("a pass, b fail boom", BLOCKED, "boom open: a passed, b failing"),
        ("a pass, b pass", READY, "boom closed: a passed, b passed"),
    ],
    "one passed and one withdrawn": [
        ("a fail boom, b fail boom | a b", BLOCKED, "boom open: a failing, b failing"),
        ("a pass | a", READY, "boom closed: a passed, b withdrawn"),
    ],
    "two causes": [
        ("a fail boom, b fail bang", BLOCKED, "bang open: b failing; boom open: a failing"),
        ("a pass, b fail bang", BLOCKED, "bang open: b failing; boom closed: a passed"),
    ],
    "one cause in two areas": [
        ("a fail boom, shop/a fail boom", BLOCKED, "boom open: a failing; boom open: a failing"),
        ("a pass, shop/a fail boom", BLOCKED, "boom closed: a passed; boom open: a failing"),
    ],
    "the message changes": [
        ("a fail boom", BLOCKED, "boom open: a failing"),
        ("a fail bang", BLOCKED, "boom open: a failing"),
        ("a pass", READY, "boom closed: a passed"),
    ],
    "a new failure of a known cause joins": [
        ("a fail boom, b pass", BLOCKED, "boom open: a failing"),
        ("a fail boom, c fail boom", BLOCKED, "boom open: a failing, c failing"),
    ],
    "fails again: one pass no longer resolves": [
        ("a fail boom", BLOCKED, "boom open: a failing"),
        ("a pass", READY, "boom closed: a passed"),
        # 2 failures in 3 executions: ln 0.05 / ln(1/3) = 2.73, so 3 clean passes
        ("a fail boom", BLOCKED, "boom reopened: a failing"),
        ("a pass", READY, "boom observing: a observing owes 2"),
        ("a pass", READY, "boom observing: a observing owes 1"),
        ("a pass", READY, "boom closed: a passed"),
    ],
    "fails nearly always: three clean passes at least": [
        ("a fail boom", BLOCKED, "boom open: a failing"),
        ("a fail boom", BLOCKED, "boom open: a failing"),
        ("a fail boom", BLOCKED, "boom open: a failing"),
        ("a pass", READY, "boom closed: a passed"),
        # 4 failures in 5 executions: ln 0.05 / ln 0.2 = 1.86, so 2, but never fewer than 3
        ("a fail boom", BLOCKED, "boom reopened: a failing"),
        ("a pass", READY, "boom observing: a observing owes 2"),
    ],
    "fails half the time: five clean passes": [
        ("a fail boom, b fail boom", BLOCKED, "boom open: a failing, b failing"),
        ("a pass, b fail boom", BLOCKED, "boom open: a passed, b failing"),
        ("a pass, b fail boom", BLOCKED, "boom open: a passed, b failing"),
        # 2 failures in 4 executions: ln 0.05 / ln 0.5 = 4.32, so 5 clean passes
        ("a fail boom, b pass", BLOCKED, "boom open: a failing, b passed"),
        ("a pass, b pass", READY, "boom observing: a observing owes 4, b passed"),
    ],
    "fails again while watched: the passes count anew": [
        ("a fail boom", BLOCKED, "boom open: a failing"),
        ("a pass", READY, "boom closed: a passed"),
        ("a fail boom", BLOCKED, "boom reopened: a failing"),
        ("a pass", READY, "boom observing: a observing owes 2"),
        # 3 failures in 5 executions: ln 0.05 / ln 0.4 = 3.27, so 4 clean passes
        ("a fail boom", BLOCKED, "boom reopened: a failing"),
        ("a pass", READY, "boom observing: a observing owes 3"),
    ],
    "passes while the blocker is closed count too": [
        ("a fail boom", BLOCKED, "boom open: a failing"),
        ("a pass", READY, "boom closed: a passed"),
        ("a pass", READY, "boom closed: a passed"),
        ("a pass", READY, "boom closed: a passed"),
        ("a pass", READY, "boom closed: a passed"),
        # 2 failures in 6 executions: ln 0.05 / ln(2/3) = 7.39, so 8 clean passes
        ("a fail boom", BLOCKED, "boom reopened: a failing"),
        ("a pass", READY, "boom observing: a observing owes 7"),
    ],
    "a pass before it joined lies between opening and failure": [
        ("a fail boom, b pass", BLOCKED, "boom open: a failing"),
        ("a fail boom, b pass", BLOCKED, "boom open: a failing"),
        # b: 1 failure in 3 executions since the blocker opened: ln 0.05 / ln(2/3) = 7.39, so 8 clean passes
        ("a fail boom, b fail boom", BLOCKED, "boom open: a failing, b failing"),
        ("a pass, b pass", READY, "boom observing: a passed, b observing owes 7"),
    ],
    "passes on one commit count once": [
        (Run("a fail boom", commit="c1"), BLOCKED, "boom open: a failing"),
        (Run("a pass", commit="c2"), READY, "boom closed: a passed"),
        (Run("a fail boom", commit="c3"), BLOCKED, "boom reopened: a failing"),
        (Run("a pass", commit="c4"), READY, "boom observing: a observing owes 2"),
        (Run("a pass", commit="c4"), READY, "boom observing: a observing owes 2"),
        (Run("a pass", commit="c5"), READY, "boom observing: a observing owes 1"),
    ],
    "a skip between failures is no pass": [
        ("a fail boom", BLOCKED, "boom open: a failing"),
        ("a skip no card", UNPROVEN, "boom unverified: a unverified"),
        ("a fail boom", BLOCKED, "boom open: a failing"),
        ("a pass", READY, "boom closed: a passed"),
    ],
    "flaky alone opens nothing": [
        ("a flaky boom, b pass", READY, ""),
    ],
    "flaky is no clean pass": [
        ("a fail boom", BLOCKED, "boom open: a failing"),
        ("a flaky boom", BLOCKED, "boom open: a failing"),
        ("a pass", READY, "boom closed: a passed"),
    ],
    "flaky does not reopen": [
        ("a fail boom", BLOCKED, "boom open: a failing"),
        ("a pass", READY, "boom closed: a passed"),
        ("a flaky boom", READY, "boom closed: a passed"),
    ],
    "a collection error passes when tests beneath it pass": [
        ("b pass, shop/TestCard uncollected twice | b !shop/TestCard", BLOCKED, "twice open: TestCard failing"),
        ("b pass, shop/TestCard/x pass | b shop/TestCard/x", READY, "twice closed: TestCard passed"),
    ],
    "a module's collection error passes when tests beneath it pass": [
        ("b pass, shop uncollected twice | b !shop", BLOCKED, "twice open: tests.test_shop failing"),
        ("b pass, shop/x pass | b shop/x", READY, "twice closed: tests.test_shop passed"),
    ],
    "a collection error is not proven by skips beneath it": [
        ("b pass, shop/TestCard uncollected twice | b !shop/TestCard", BLOCKED, "twice open: TestCard failing"),
        (
            "b pass, shop/TestCard/x skip no card | b shop/TestCard/x",
            UNPROVEN,
            "twice unverified: TestCard unverified",
        ),
    ],
    "a collection error of a module that is gone": [
        ("b pass, shop uncollected twice | b !shop", BLOCKED, "twice open: tests.test_shop failing"),
        ("b pass | b", READY, "twice closed: tests.test_shop withdrawn"),
    ],
    "a missing module is missing until it is back": [
        ("a pass, shop/x pass", READY, ""),
        ("a pass", UNPROVEN, ""),
        ("a pass", UNPROVEN, ""),
        ("a pass, shop/x pass", READY, ""),
    ],
    "a test that fails for another reason after its blocker closed": [
        ("a fail boom", BLOCKED, "boom open: a failing"),
        ("a pass", READY, "boom closed: a passed"),
        ("a fail bang", BLOCKED, "bang open: a failing; boom closed: a passed"),
        ("a fail bang", BLOCKED, "bang open: a failing; boom closed: a passed"),
        ("a pass", READY, "bang closed: a passed; boom closed: a passed"),
    ],
}


@pytest.mark.parametrize("steps", SCENARIOS.values(), ids=SCENARIOS)
def test_scenario(steps: list[Step], tmp_path: Path) -> None:
    found = story(tmp_path, *(run for run, _, _ in steps))
    assert [(one.verdict.word.value, told(one)) for one in found] == [
        (verdict, blockers) for _, verdict, blockers in steps
    ]


def test_a_partial_list_withdraws_only_where_it_is_whole(tmp_path: Path) -> None:
    first = "a fail boom, shop/x fail bang | a shop/x"
    found = story(tmp_path, first, "shop/y pass, app uncollected broken | shop/y !app")
    assert told(found[1]) == (
        "bang closed: x withdrawn; boom unverified: a unverified; broken open: tests.test_app failing"
    )


def test_a_suite_error_passes_when_tests_beneath_it_pass(tmp_path: Path) -> None:
    broken = b'<testsuite name="api"><error message="no port"/><testcase name="b"/></testsuite>'
    mended = b'<testsuite name="api"><testcase name="b"/></testsuite>'
    append(tmp_path, Run("a pass", files={"api.xml": broken}), 0)
    append(tmp_path, Run("a pass", files={"api.xml": mended}), 1)
    first, second = (found[-1] for found in assess(Archive(tmp_path), None).by_run.values())
    assert told(first) == "no port open: (suite error) failing"
    assert (second.verdict.word, told(second)) == (READY, "no port closed: (suite error) passed")


def test_a_test_is_in_one_open_blocker_even_when_an_old_one_reopens(tmp_path: Path) -> None:
    """`a` failed for boom, was mended, fails for bang; then boom comes back in another test."""
    found = story(tmp_path, "a fail boom", "a pass", "a fail bang", *["a fail bang, z fail boom"] * 2)
    assert told(found[-1]).split("; ")[0] == "bang open: a failing"
    standing = [one for one in found[-1].blockers.values() if one.state != "closed"]
    failing = [member.key.name for one in standing for member in one.members if member.state == "failing"]
    assert sorted(failing) == ["a", "z"]


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        ("a skip no card reader, b pass | a b", "skipped: no card reader"),
        ("a skip, b pass | a b", "skipped"),
        ("b pass | a b", "expected, but without a result"),
        ("b pass", "no longer reported, and no complete list confirms that it was removed"),
    ],
)
def test_the_reason_why_it_is_unverified_is_quoted(second: str, reason: str, tmp_path: Path) -> None:
    found = story(tmp_path, "a fail boom, b pass", second)
    assert [phrases.said(member.reason) for one in found[1].blockers.values() for member in one.members] == [reason]


def test_the_reason_why_it_is_withdrawn(tmp_path: Path) -> None:
    found = story(tmp_path, "a fail boom, b pass | a b", "b pass | b")
    (blocker,) = found[1].blockers.values()
    assert "no longer in the complete list of collected tests" in phrases.said(blocker.members[0].reason)
    assert found[1].closed == (blocker.id,)


def test_a_reopened_blocker_keeps_its_age_and_its_address(tmp_path: Path) -> None:
    found = story(tmp_path, "a fail boom", "a pass", "a fail boom")
    (first,), (last,) = found[0].blockers.values(), found[2].blockers.values()
    assert (last.id, last.opened) == (first.id, first.opened)
    assert (last.opened.version, last.reopened.version, last.closed) == ("1.0", "1.2", None)
    assert found[2].opened == (first.id,)


def test_a_changed_message_is_shown_in_its_blocker(tmp_path: Path) -> None:
    found = story(tmp_path, "a fail boom", "a fail bang")
    (blocker,) = found[1].blockers.values()
    assert (blocker.cause.message, blocker.members[0].cause.message) == ("boom", "bang")
    assert (found[1].opened, found[1].closed) == ((), ())


def test_numbers_in_the_message_do_not_make_another_cause(tmp_path: Path) -> None:
    (found,) = story(tmp_path, "a fail took 13 ms, b fail took 270 ms")
    assert len(found.blockers) == 1


def test_a_blocker_stops_without_the_help_of_a_criterion(tmp_path: Path) -> None:
    policy = "criteria: [{id: p, title: P, measure: failures, at_most: 9}]"
    found = story(
        tmp_path, "a fail boom, b pass", "a pass, b pass", "a fail boom, b pass", "a skip, b pass", policy=policy
    )
    assert verdicts(found) == [BLOCKED, READY, BLOCKED, UNPROVEN]
    assert [reason.kind for reason in found[2].verdict.blocked] == [ReasonKind.BLOCKER]


def test_opened_and_closed_name_the_run_that_did_it(tmp_path: Path) -> None:
    found = story(tmp_path, "a fail boom", "a fail boom", "a pass", "a pass")
    (blocker,) = found[0].opened
    assert [(one.opened, one.closed) for one in found] == [((blocker,), ()), ((), ()), ((), (blocker,)), ((), ())]


def test_observing_is_residual_risk(tmp_path: Path) -> None:
    found = story(tmp_path, "a fail boom | a", "a pass | a", "a fail boom | a", "a pass | a")
    assert found[-1].verdict.ready
    assert [reason.kind for reason in found[-1].verdict.residual] == [ReasonKind.BLOCKER]


def test_both_kinds_of_reasons_are_listed(tmp_path: Path) -> None:
    (found,) = story(tmp_path, "a fail boom | a b")
    assert [reason.ref for reason in found.verdict.blocked if reason.kind is ReasonKind.CRITERION] == ["no-failures"]
    assert [reason.ref for reason in found.verdict.unproven] == ["complete"]
    assert found.verdict.word.value == BLOCKED


def test_a_maintenance_release_has_the_blockers_of_its_own_line(tmp_path: Path) -> None:
    runs = [Run("a pass", "1.3.4"), Run("a fail boom", "1.4.0"), Run("a pass", "1.3.5"), Run("a fail boom", "1.4.1")]
    found = story(tmp_path, *runs)
    assert [told(one) for one in found] == ["", "boom open: a failing", "", "boom open: a failing"]
    assert [one.previous and one.previous.run.manifest.version for one in found] == [None, "1.3.4", "1.3.4", "1.4.0"]


def test_evidence_loss_is_never_ready(tmp_path: Path) -> None:
    cut = b'<testsuite name="api"><testcase classname="api" name="x"/><testcase class'
    (found,) = story(tmp_path, Run("a pass", files={"cut.xml": cut}))
    assert found.verdict.word.value != READY
    assert any(reason.ref == "file cut.xml" for reason in found.verdict.unproven)


def test_a_rejected_file_beside_a_readable_one_is_unproven(tmp_path: Path) -> None:
    (found,) = story(tmp_path, Run("a pass", files={"noise.bin": b"\x00\x01\x02nothing"}))
    assert found.verdict.word.value in (UNPROVEN, BLOCKED)
    assert any(reason.ref == "file noise.bin" for reason in found.verdict.unproven)


def test_evidence_loss_without_a_criterion_for_it_is_unproven(tmp_path: Path) -> None:
    policy = "criteria: [{id: f, title: No test fails, measure: failures, equals: 0}]"
    (found,) = story(tmp_path, Run("a pass", files={"noise.txt": b"nothing known"}), policy=policy)
    assert verdicts([found]) == [UNPROVEN]


def test_what_is_missing_stays_missing_past_a_run_with_evidence_loss(tmp_path: Path) -> None:
    runs = ["a pass, shop/x pass", Run("a pass", files={"noise.txt": b"nothing known"}), "a pass"]
    found = story(tmp_path, *runs)
    assert [key.label for key in found[2].facts.not_run] == ["::".join(names("shop/x"))]
    assert found[2].verdict.word.value == UNPROVEN


def test_on_a_damaged_past_nothing_is_ready(tmp_path: Path) -> None:
    runs = [append(tmp_path, "a pass", day) for day in range(3)]
    (runs[1].folder / "junit.xml.gz").write_bytes(b"damaged")
    found = assess(Archive(tmp_path), None, strict=False)
    assert list(found.skipped) == [runs[1].id]
    assert verdicts([found.latest_of(runs[0].id), found.latest_of(runs[2].id)]) == [READY, UNPROVEN]
    assert runs[1].id in phrases.said(found.latest_of(runs[2].id).incomplete)


@pytest.mark.parametrize("damaged", ["run.json", "judgements/1.yml"])
def test_on_a_past_without_records_nothing_is_ready(damaged: str, tmp_path: Path) -> None:
    runs = [append(tmp_path, "a pass", day) for day in range(3)]
    (runs[1].folder / damaged).write_text("{half")
    found = assess(Archive(tmp_path), None, strict=False)
    assert verdicts([found.latest_of(runs[2].id)]) == [UNPROVEN]


def test_a_blocker_from_before_the_damage_lives_on(tmp_path: Path) -> None:
    runs = [append(tmp_path, results, day) for day, results in enumerate(["a fail boom", "a pass", "a skip"])]
    (runs[1].folder / "junit.xml.gz").unlink()
    found = assess(Archive(tmp_path), None, strict=False)
    assert told(found.latest_of(runs[2].id)) == "boom unverified: a unverified"


@pytest.mark.parametrize(("vanished", "verdict"), [(5, READY), (6, UNPROVEN)])
def test_single_vanished_tests_up_to_five_percent(vanished: int, verdict: str, tmp_path: Path) -> None:
    """5 of 100 are 5 %, which is allowed; 6 of 100 are more."""
    before = ", ".join(f"t{number} pass" for number in range(100))
    after = ", ".join(f"t{number} pass" for number in range(100 - vanished))
    found = story(tmp_path, before, after)
    assert (found[1].facts.counts.vanished, verdicts(found)) == (vanished, [READY, verdict])


def test_a_list_that_left_tests_out_proves_nothing_whatever_the_files_are_called(tmp_path: Path) -> None:
    whole, filtered = (
        collected("a b"),
        collected("shop/x").replace(b"1 tests collected", b"1/2 tests collected (1 deselected)"),
    )
    for place, names_of in enumerate((("a.txt", "z.txt"), ("z.txt", "a.txt"))):
        lists = dict(zip(names_of, (whole, filtered), strict=True))
        first = Run("a pass, b pass, shop/x pass, shop/y fail boom", files=lists)
        found = story(tmp_path / str(place), first, Run("a pass, b pass, shop/x pass", files=lists))
        assert (verdicts(found)[1], told(found[1])) == (UNPROVEN, "boom unverified: y unverified")


def test_tests_whose_retirement_is_taken_back_are_expected_again(tmp_path: Path) -> None:
    retired = "retired: [{tests: ['tests.test_shop*'], reason: gone, by: kim, date: 2025-01-01}]"
    found = story(tmp_path, "a pass, shop/x pass", Run("a pass", policy=retired), "a pass", "a pass, shop/x pass")
    assert [one.facts.counts.not_run for one in found] == [None, 0, 1, 0]
    assert verdicts(found) == [READY, READY, UNPROVEN, READY]
