"""Rules over their boundaries: rubrics that contradict themselves, results and places, window, routes, recusal."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid5

import pytest

from app.evaluations.rules import campaigns, recusal, rubrics, scoring
from app.evaluations.states import EvaluatedKind, RecusalGround
from app.policy.finding import Severity
from app.policy.records import RubricMark, RubricSection, Standard
from tests.factories.evaluations import PACK

clause = pytest.mark.clause
ON, FULL = date(2026, 12, 1), Decimal(100)
SPACE = UUID("00000000-0000-4000-8000-000000000001")
TIE = PACK.texts("evaluations.tie_rule", on=ON)


def section(code: str = "work", declared: str = "100", *marks: tuple[str, str, int]) -> RubricSection:
    """A section of marks (code, points, number)."""
    made = marks or (("teaching", "50", 1), ("leading", "50", 2))
    rows = tuple(
        RubricMark(name, Decimal(points), "view_archive", (Standard(at, "有实绩"),)) for name, points, at in made
    )
    return RubricSection(code, code, Decimal(declared), rows)


@clause("A5.R", "A6.R")
@pytest.mark.parametrize(
    ("sections", "rules"),
    [
        ([section()], []),
        ([section("work", "95")], ["rubric.heading_sum"]),
        ([section("work", "90", ("teaching", "90", 1))], ["rubric.total"]),
        ([section("work", "100", ("teaching", "50", 1), ("teaching", "50", 2))], ["rubric.codes"]),
        ([section("work", "100", ("work", "50", 1), ("leading", "50", 2))], ["rubric.codes"]),
        ([section("work", "100", ("teaching", "50", 1), ("leading", "50", 1))], ["rubric.numbers"]),
        ([section("work", "100", ("teaching", "100", 1), ("leading", "0", 2))], ["rubric.points"]),
        ([section("work", "100", ("teaching", "99.75", 1), ("leading", "0.25", 2))], ["rubric.points"] * 2),
        (
            [section("work", "95", ("teaching", "90", 1), ("teaching", "0", 1))],
            ["rubric.heading_sum", "rubric.total", "rubric.codes", "rubric.numbers", "rubric.points"],
        ),
    ],
    ids=["fits", "heading", "total", "codes", "section_code", "numbers", "zero", "step", "all_at_once"],
)
def test_a_rubric_that_contradicts_itself_is_told_everything(sections: list[RubricSection], rules: list[str]) -> None:
    assert [one.rule for one in rubrics.check_rubric(PACK, sections, on=ON)] == rules


def test_sums_may_be_accepted_with_a_reason_but_not_codes() -> None:
    twice = section("work", "95", ("teaching", "50", 1), ("teaching", "50", 2))
    found = rubrics.check_rubric(PACK, [twice], on=ON)
    assert [one.severity for one in rubrics.accepted(found, None)] == [Severity.MUST] * 2
    assert [one.severity for one in rubrics.accepted(found, "照原文录入")] == [Severity.ADVISE, Severity.MUST]


@clause("A5.R", "A6.R")
@pytest.mark.parametrize(("name", "found"), [("demonstration_school", 1), ("excellent_workshop", 3)])
def test_printed_rubrics_are_contradictions_that_the_readings_accept(name: str, found: int) -> None:
    sections = PACK.rubric(name).sections
    findings = rubrics.check_rubric(PACK, sections, on=ON)
    assert len(findings) == found
    assert all(one.waivable for one in findings)


@clause("A6.R")
@pytest.mark.parametrize(
    ("points", "of", "share"),
    [("90", "90", "100.00"), ("81", "90", "90.00"), ("0", "90", "0.00"), ("88.5", "100", "88.50")],
)
def test_share_of_a_hundred(points: str, of: str, share: str) -> None:
    assert rubrics.share_of(Decimal(points), Decimal(of), FULL) == Decimal(share)


ITEMS = [scoring.Item("a", "one", Decimal(10)), scoring.Item("b", "two", Decimal(80))]


def result(*sheets: tuple[float, float], chair: Mapping[str, float] = MappingProxyType({})) -> scoring.Result:
    """The result of sheets with two marks."""
    given = [{"a": Decimal(str(a)), "b": Decimal(str(b))} for a, b in sheets]
    return scoring.result_of(ITEMS, given, {one: Decimal(str(p)) for one, p in chair.items()}, full=FULL)


@clause("A5.R", "A6.R")
def test_mean_spread_and_share() -> None:
    found = result((10, 70), (9.5, 80), (10, 75.5))
    assert [(one.mean, one.spread, one.counted) for one in found.marks] == [
        (Decimal("9.83"), Decimal("0.5"), Decimal("9.83")),
        (Decimal("75.17"), Decimal(10), Decimal("75.17")),
    ]
    assert (found.points, found.share, found.section) == (Decimal("85.00"), Decimal("94.44"), Decimal("75.17"))


def test_the_chair_mark_counts_and_the_mean_stays() -> None:
    found = result((10, 20), (10, 80), chair={"b": 75})
    assert (found.marks[1].mean, found.marks[1].counted, found.marks[1].spread) == (
        Decimal(50),
        Decimal(75),
        Decimal(60),
    )
    assert found.points == Decimal(85)


def test_no_result_while_a_mark_is_missing() -> None:
    found = scoring.result_of(ITEMS, [{"a": Decimal(1)}], {}, full=FULL)
    assert (found.points, found.share) == (None, None)
    assert scoring.result_of([], [], {}, full=FULL).share is None


def places(*results: scoring.Result) -> list[int]:
    """Numbers of candidates in their order."""
    ranked = [scoring.Ranked(uuid5(SPACE, str(at)), at, one) for at, one in enumerate(results, start=1)]
    return [one.number for one in scoring.in_order(ranked, TIE)]


@pytest.mark.parametrize(
    ("results", "order"),
    [
        ([result((8, 70)), result((10, 80))], [2, 1]),
        ([result((10, 70)), result((9, 71))], [2, 1]),
        ([result((10, 70), (10, 76)), result((10, 72), (10, 74))], [2, 1]),
        ([result((10, 70)), result((10, 70))], [1, 2]),
    ],
    ids=["share", "largest_section", "spread", "nominated_first"],
)
def test_tie_rule_part_by_part(results: list[scoring.Result], order: list[int]) -> None:
    assert places(*results) == order


def kind(code: str) -> campaigns.Kind:
    """A kind of campaign."""
    return campaigns.kind_of(PACK, code)


@clause("M7.1b", "A2.5b", "A5.9", "A6.13d")
def test_every_kind_has_a_subject_and_the_printed_ones_a_rubric() -> None:
    found = {one.code: kind(one.code) for one in PACK.codes("campaign_kinds")}
    assert {one.code: one.rubric for one in found.values() if one.rubric} == {
        "demonstration_school": "demonstration_school",
        "excellent_workshop": "excellent_workshop",
        "master_studio": "excellent_workshop",
    }
    assert all(one.rubric is None or PACK.rubric(one.rubric).subject == one.subject for one in found.values())
    assert len(found) == 11


DAYS = [
    ("demonstration_school", date(2026, 12, 1), date(2026, 12, 31), True),
    ("demonstration_school", date(2026, 11, 30), date(2026, 12, 31), False),
    ("demonstration_school", date(2026, 12, 1), date(2027, 1, 1), False),
    ("excellent_case", date(2026, 12, 5), date(2026, 12, 20), True),
    ("advanced_unit", date(2026, 5, 1), date(2026, 6, 30), True),
    ("advanced_unit", date(2025, 12, 31), date(2026, 6, 30), False),
    ("workshop_exhibition", date(2026, 12, 31), date(2027, 1, 1), False),
]


@clause("M7.1b")
@pytest.mark.parametrize(("code", "opens", "closes", "fits"), DAYS)
def test_window_is_december_for_the_kinds_the_text_sets_there(
    code: str, opens: date, closes: date, *, fits: bool
) -> None:
    found = campaigns.check_window(PACK, kind(code), 2026, opens, closes)
    assert [one.rule for one in found] == ([] if fits else ["campaign.window"])


def test_publicity_lasts_seven_days_after_its_day() -> None:
    assert campaigns.publicised_until(PACK, ON) == ON + timedelta(days=7)


SUBJECTS = [
    ("excellent_workshop", {"subject": EvaluatedKind.WORKSHOP}, []),
    (
        "excellent_workshop",
        {"subject": EvaluatedKind.WORKSHOP, "is_registered": False},
        ["campaign.workshop_registered"],
    ),
    ("master_studio", {"subject": EvaluatedKind.WORKSHOP, "kind": "master_studio"}, []),
    ("master_studio", {"subject": EvaluatedKind.WORKSHOP, "kind": "grade_subject"}, ["campaign.workshop_kind"]),
    (
        "master_studio",
        {"subject": EvaluatedKind.WORKSHOP, "is_registered": False},
        ["campaign.workshop_registered", "campaign.workshop_kind"],
    ),
    ("excellent_case", {"subject": EvaluatedKind.CASE, "is_accepted": False}, ["campaign.case_accepted"]),
    ("excellent_case", {"subject": EvaluatedKind.CASE, "holds_already": True}, ["campaign.held_already"]),
    ("backbone_teacher", {"subject": EvaluatedKind.TEACHER, "has_priority": True}, ["campaign.workshop_priority"]),
    ("advanced_person", {"subject": EvaluatedKind.TEACHER, "has_priority": True}, []),
]


@clause("M7.1b", "A6.7")
@pytest.mark.parametrize(("code", "facts", "rules"), SUBJECTS)
def test_what_speaks_for_and_against_a_nomination(code: str, facts: dict[str, Any], rules: list[str]) -> None:
    assert [one.rule for one in campaigns.check_subject(kind(code), campaigns.Subject(name="某", **facts))] == rules


@clause("A6.7")
@pytest.mark.parametrize(
    ("code", "level", "may"),
    [
        ("backbone_teacher", "city", True),
        ("backbone_teacher", "provincial", True),
        ("backbone_teacher", "town", False),
        ("backbone_teacher", "school", False),
        ("advanced_person", "city", False),
    ],
)
def test_only_city_workshops_enter_backbone_reviews_on_their_own(code: str, level: str, *, may: bool) -> None:
    found = campaigns.check_alone(PACK, kind(code), level, on=ON)
    assert [one.rule for one in found] == ([] if may else ["campaign.workshop_alone"])


ONE = uuid5(SPACE, "person")
SPELLS = [
    (False, None, RecusalGround.OWN_WORKSHOP),
    (True, date(2026, 12, 2), RecusalGround.OWN_WORKSHOP),
    (True, date(2026, 12, 1), RecusalGround.FORMER_CORE),
    (True, date(2024, 12, 2), RecusalGround.FORMER_CORE),
    (True, date(2024, 12, 1), None),
    (False, date(2026, 12, 1), None),
]


@pytest.mark.parametrize(("is_core", "left_on", "ground"), SPELLS)
def test_members_and_core_members_of_the_last_two_years_stand_back(
    *, is_core: bool, left_on: date | None, ground: RecusalGround | None
) -> None:
    found = recusal.barred(PACK, [recusal.Membership(ONE, is_core, left_on)], on=ON)
    assert found == ({} if ground is None else {ONE: ground})
    assert recusal.years_before(date(2028, 2, 29), 2) == date(2026, 2, 28)
