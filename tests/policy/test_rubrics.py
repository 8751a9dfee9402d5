"""Rubrics and the scorecard, mark by mark as printed, with the readings where the print does not add up."""

import re
from datetime import date
from decimal import Decimal

import pytest

from app.policy.load import PACKS, Indicator, Regulation, Rubric, plain

NAME = "jiyuan_2022_109"
PACK = Regulation.load((NAME,))
SOURCE = plain((PACKS / NAME / "source.txt").read_text(encoding="utf-8"))
PRINTED = [PACK.rubric("demonstration_school"), PACK.rubric("excellent_workshop")]
GROUPS = PACK.scorecard().groups
INDICATORS = [item for group in GROUPS for item in group.indicators]
clause = pytest.mark.clause


def sums(rubric: Rubric) -> list[tuple[int, int]]:
    """(declared, added up) of each section; all are whole points."""
    return [(whole(section.points_declared), whole(section.points)) for section in rubric.sections]


def whole(points: Decimal) -> int:
    """Points that must be whole, as a number."""
    assert points == points.to_integral_value()
    return int(points)


@clause("A5.R")
def test_demonstration_school_is_headed_95_and_adds_up_to_100() -> None:
    rubric = PACK.rubric("demonstration_school")
    assert sums(rubric) == [(15, 15), (40, 40), (20, 25), (20, 20)]
    assert (whole(rubric.points_declared), whole(rubric.points)) == (95, 100)


@clause("A5.R")
def test_demonstration_school_shares_two_marks_among_standards() -> None:
    marks = PACK.rubric("demonstration_school").marks
    shared = {tuple(row.number for row in mark.standards): mark.points for mark in marks if len(mark.standards) > 1}
    assert shared == {(5, 6): 10, (7, 8): 20}
    assert [row.number for mark in marks for row in mark.standards] == list(range(1, 16))


@clause("A6.R")
def test_excellent_workshop_is_headed_100_and_adds_up_to_90() -> None:
    rubric = PACK.rubric("excellent_workshop")
    assert sums(rubric) == [(10, 10), (40, 35), (20, 20), (30, 25)]
    assert (whole(rubric.points_declared), whole(rubric.points)) == (100, 90)
    assert [row.number for mark in rubric.marks for row in mark.standards] == list(range(1, 12))


@pytest.mark.parametrize("rubric", PACK.rubrics(), ids=lambda rubric: rubric.name)
def test_section_adds_up_or_a_reading_says_why_not(rubric: Rubric) -> None:
    unexplained = [row.code for row in rubric.sections if row.points != row.points_declared and not row.reading]
    assert unexplained == []
    assert rubric.reading or rubric.points == rubric.points_declared == 100


@pytest.mark.parametrize("rubric", PRINTED, ids=lambda rubric: rubric.name)
def test_rubric_stands_in_the_source_with_number_method_and_points(rubric: Rubric) -> None:
    methods = PACK.codes("evaluation_methods")
    for section in rubric.sections:
        assert plain(f"{section.label}{section.points_declared}分") in SOURCE
        for mark in section.marks:
            standards = "".join(f"{row.number}.{row.text}" for row in mark.standards)
            assert plain(f"{standards}{methods.get(mark.method).label}{mark.points}分") in SOURCE


@pytest.mark.parametrize("rubric", PACK.rubrics(), ids=lambda rubric: rubric.name)
def test_codes_of_marks_are_unique(rubric: Rubric) -> None:
    codes = [mark.code for mark in rubric.marks]
    assert len(set(codes)) == len(codes)


@clause("A4.1", "A4.2", "A4.3", "A4.4", "A4.5")
def test_scorecard_totals_100() -> None:
    assert [(group.clause, whole(group.points)) for group in GROUPS] == [
        ("A4.1", 8),
        ("A4.2", 20),
        ("A4.3", 40),
        ("A4.4", 12),
        ("A4.5", 20),
    ]
    assert PACK.scorecard().points == 100


@clause("A4.1", "A4.2", "A4.3", "A4.4", "A4.5")
def test_second_level_indicators_add_up_to_the_first() -> None:
    assert [[whole(item.points) for item in group.indicators] for group in GROUPS] == [
        [3, 5],
        [4, 12, 4],
        [10, 8, 5, 12, 5],
        [4, 5, 3],
        [8, 6, 6],
    ]
    assert [group.code for group in GROUPS if sum(item.points for item in group.indicators) != group.points] == []


@pytest.mark.parametrize("item", INDICATORS, ids=lambda item: item.code)
def test_indicator_stands_in_the_source(item: Indicator) -> None:
    assert plain(f"{item.label}（{item.points}分）") in SOURCE
    assert [row.code for row in item.requirements if plain(row.text) not in SOURCE] == []


def test_first_level_headings_stand_in_the_source() -> None:
    assert [group.code for group in GROUPS if plain(f"{group.label}（{group.points}分）") not in SOURCE] == []


def test_departments_of_the_scorecard_are_known_and_never_missing() -> None:
    rows = [row for item in INDICATORS for row in item.requirements]
    assert [row.code for row in rows if not row.departments] == []
    assert [name for row in rows for name in row.departments if name not in PACK.departments()] == []
    assert len({row.code for row in rows}) == len(rows) == 25


def test_every_printed_figure_of_a_requirement_is_a_parameter_of_it() -> None:
    on = date(2022, 9, 1)
    rows = [row for item in INDICATORS for row in item.requirements if re.search(r"\d", row.text)]
    for row in rows:
        values = [PACK.param(code, on=on) for code in row.params]
        shown = {str(int(value * 100)) if isinstance(value, Decimal) and value <= 1 else str(value) for value in values}
        shown |= {str(value) for value in values}
        assert set(re.findall(r"\d+", plain(row.text))) <= shown, row.code
