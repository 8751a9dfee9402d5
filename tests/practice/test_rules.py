"""Tasks and their audience, places of a town, points, weights and shares at their boundaries."""

from datetime import date
from decimal import Decimal

import pytest

from app.policy.load import Regulation
from app.practice.rules import practice, results

LAW = Regulation.load(("jiyuan_2022_109",))
DAY = date(2026, 11, 23)


@pytest.mark.clause("M5.3")
@pytest.mark.parametrize(
    ("kind", "family", "advised"),
    [
        ("lesson_study", "teacher_workshop", False),
        ("lesson_study", "principal_studio", False),  # 深入开展课例研究: principals too
        ("professional_writing", "principal_studio", True),
        ("shared_reading", "homeroom_studio", False),
        ("school_research_plan", "principal_studio", False),
        ("subject_team_building", "teacher_workshop", True),
        ("typical_cases", "teacher_workshop", False),  # of trainers: wherever they are paired
        ("subject_team_building", None, False),
    ],
)
def test_a_task_of_the_other_sort_of_workshop_is_pointed_out(kind: str, family: str | None, *, advised: bool) -> None:
    found = practice.audience(LAW, kind, family)
    assert [(one.rule, one.severity, one.clause) for one in found] == (
        [("practice.task_audience", "advise", "M5.3")] if advised else []
    )


def test_every_task_of_the_code_list_says_whom_it_is_for() -> None:
    known = {practice.TEACHERS, practice.PRINCIPALS, practice.TRAINERS}
    assert {one.facts["audience"] for one in LAW.codes("practice_tasks")} == known


@pytest.mark.clause("M5.3")
@pytest.mark.parametrize(("taken", "slot"), [([], 1), ([1], 2), ([2], 1), ([1, 2], None), ([2, 1, 3], None)])
def test_the_lowest_free_place_of_a_town(taken: list[int], slot: int | None) -> None:
    assert practice.free_slot(taken, LAW.whole("projects.base_schools_per_town.max", on=DAY)) == slot


@pytest.mark.clause("M5.3")
def test_a_town_has_one_or_two_base_schools() -> None:
    assert [practice.is_met(LAW, have, on=DAY) for have in (0, 1, 2, 3)] == [False, True, True, False]
    full = practice.town_is_full(LAW, 2, on=DAY)
    assert (full.severity, full.actual, full.required) == ("must", 2, 2)


@pytest.mark.parametrize(
    ("value", "broken"),
    [("0", False), ("-0.5", True), ("99.5", False), ("100", False), ("100.5", True), ("60.3", True), ("60.25", True)],
)
def test_points_stand_on_the_scale_in_its_steps(value: str, *, broken: bool) -> None:
    assert ("mark" in results.points(LAW, {"mark": Decimal(value)}, on=DAY)) is broken


@pytest.mark.clause("A2.5a")
@pytest.mark.parametrize(
    ("parts", "added"), [((40, 30, 30), None), ((100, 0, 0), None), ((40, 30, 29), 99), ((40, 30, 31), 101)]
)
def test_the_three_parts_weigh_a_hundred(parts: tuple[int, int, int], added: int | None) -> None:
    found = results.weights(dict(zip(results.PARTS, parts, strict=True)))
    assert [one.actual for one in found] == ([] if added is None else [added])


@pytest.mark.clause("A4.5")
@pytest.mark.parametrize(
    ("count", "of", "share", "is_met"),
    [(8, 10, 0.8, True), (7, 10, 0.7, False), (79, 99, 0.798, False), (80, 99, 0.8081, True), (0, 0, None, False)],
)
def test_eighty_per_cent_includes_the_figure(count: int, of: int, share: float | None, *, is_met: bool) -> None:
    found = results.shares(LAW, of, count, 0, on=DAY)
    assert (found["transfer"].share, found["transfer"].is_met) == (share, is_met)
    told = results.told(found)
    assert (told["transfer"], told["transfer_share_min"], told["is_leading_met"]) == (count, 0.8, False)


@pytest.mark.clause("A2.5b")
def test_what_an_excellent_trainee_lacks_is_advice() -> None:
    assert results.proposal(has_transfer=True, has_leading=True) == []
    found = results.proposal(has_transfer=False, has_leading=False)
    assert [one.severity for one in found] == ["advise", "advise"]
