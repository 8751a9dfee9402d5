"""The demo county is exact in size, consistent in itself, invented, and the same bytes everywhere."""

import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

import pytest

from app.demo.careers import check_digit
from app.demo.county import County, DemoEmployment, DemoHoursLine, county, digest

SMALL_SCALE = 0.02
FULL_DIGEST = "65a3cda5a12dbb26cd4e661c042f4fdcec413db625e46c21111e84f519779a3f"
SMALL_DIGEST = "14074330d7f5778dd75ffcc32201d6dc7fabc02746fa9aea05016dd26f0f8cde"
LAST_SCHOOL_YEAR_DAY = date(2026, 8, 31)
LAST_DAY = date(2026, 11, 20)
CATEGORIES = {"national", "provincial", "city", "school_research", "workshop", "post_training"}


@pytest.fixture(scope="module")
def full() -> County:
    """Build the whole county once."""
    return county()


@pytest.fixture(scope="module")
def full_lines(full: County) -> Sequence[DemoHoursLine]:
    """Build all lines of hours of the whole county once."""
    return tuple(full.hours_lines())


@pytest.fixture(scope="module")
def small() -> County:
    """Build the county that fast tests of other packages load."""
    return county(SMALL_SCALE)


@pytest.fixture(scope="module", params=["full", "small"])
def either(request: pytest.FixtureRequest, full: County, small: County) -> County:
    """Give the whole and the small county in turn."""
    return full if request.param == "full" else small


@pytest.fixture(scope="module")
def either_lines(either: County) -> Sequence[DemoHoursLine]:
    """Build all lines of the county at hand once."""
    return tuple(either.hours_lines())


def _spells(demo: County) -> dict[UUID, list[DemoEmployment]]:
    spells: dict[UUID, list[DemoEmployment]] = defaultdict(list)
    for spell in demo.employments:
        spells[spell.teacher_id].append(spell)
    return spells


def _hours_2025(lines: Sequence[DemoHoursLine], category: str) -> Counter[UUID]:
    """Half-hours per teacher in the complete year."""
    halves: Counter[UUID] = Counter()
    for line in lines:
        if (line.school_year, line.category) == (2025, category):
            halves[line.teacher_id] += int(line.claimed * 2)
    return halves


def test_counts_are_exact(full: County, full_lines: Sequence[DemoHoursLine]) -> None:
    kinds = Counter((row.region_code, row.kind) for row in full.organisations)
    assert kinds == {
        ("419001", "bureau"): 1,
        ("419001", "department"): 11,
        ("419001", "training_school"): 1,
        ("419001", "central_school"): 16,
        ("419001", "school"): 160,
        ("419001", "host_institution"): 2,
        ("999001", "bureau"): 1,
        ("999001", "department"): 1,
        ("999001", "training_school"): 1,
        ("999001", "central_school"): 1,
        ("999001", "school"): 2,
    }
    assert Counter(row.region_code for row in full.teachers) == {"419001": 8000, "999001": 20}
    assert [(row.start_year, row.name, row.is_complete) for row in full.school_years] == [
        (2025, "2025-2026", True),
        (2026, "2026-2027", False),
    ] * 2
    assert len(full_lines) == 103621


def test_direct_schools_hang_under_the_bureau_and_town_schools_under_their_central_school(full: County) -> None:
    by_id = {row.id: row for row in full.organisations}
    schools = [row for row in full.organisations if row.kind == "school" and row.region_code == "419001"]
    parents = [by_id[row.parent_id] for row in schools if row.parent_id]
    assert Counter(parent.kind for parent in parents) == {"bureau": 30, "central_school": 130}
    assert all(row.town == by_id[row.parent_id].town for row in schools if row.parent_id)
    assert sum(row.is_weak for row in schools) == 19
    assert all(row.parent_id is None for row in full.organisations if row.kind in {"bureau", "host_institution"})


def test_references_stay_in_their_region_and_parents_come_first(
    either: County, either_lines: Sequence[DemoHoursLine]
) -> None:
    region_of: dict[UUID, str] = {}
    for row in either.organisations:
        assert row.parent_id is None or region_of[row.parent_id] == row.region_code
        region_of[row.id] = row.region_code
    region_of |= {row.id: row.region_code for row in either.teachers}
    for spell in either.employments:
        assert region_of[spell.teacher_id] == region_of[spell.school_id] == spell.region_code
    for line in either_lines:
        assert region_of[line.teacher_id] == region_of[line.school_id] == line.region_code
    for account in either.accounts:
        assert region_of[account.organisation_id] == account.region_code


def test_codes_names_and_numbers_are_unique(either: County) -> None:
    teachers, bodies = either.teachers, either.organisations
    assert len({row.id_number for row in teachers}) == len(teachers)
    assert len({row.mobile for row in teachers}) == len(teachers)
    assert len({(row.region_code, row.staff_no) for row in teachers}) == len(teachers)
    assert len({(row.region_code, row.code) for row in bodies}) == len(bodies)
    assert len({(row.region_code, row.name) for row in bodies}) == len(bodies)
    assert len({row.username for row in either.accounts}) == len(either.accounts) == 9


def test_ids_are_version_7_unique_and_sort_in_the_order_of_making(
    either: County, either_lines: Sequence[DemoHoursLine]
) -> None:
    tables = (
        either.organisations,
        either.school_years,
        either.teachers,
        either.employments,
        either.accounts,
        either_lines,
    )
    every: list[UUID] = []
    for region in either.regions:
        for table in tables:
            ids = [row.id for row in table if row.region_code == region.code]
            assert ids == sorted(ids)
            every += ids
    assert len(set(every)) == len(every)
    assert {(made.version, made.variant) for made in every} == {(7, "specified in RFC 4122")}


def test_school_codes_have_ten_digits_and_a_synthetic_sequence(either: County) -> None:
    codes = [row.code for row in either.organisations if row.kind == "school"]
    assert all(len(code) == 10 and code.isdecimal() and code[2:6] == "4199" for code in codes)
    assert {code[:2] for code in codes} <= {"11", "21", "31", "34", "36", "51"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [("11010519491231002", "X"), ("44052418800101001", "4")],
    ids=["first example of the standard", "second example of the standard"],
)
def test_check_digit_of_the_standard(body: str, expected: str) -> None:
    assert check_digit(body) == expected


def test_identity_numbers_carry_no_real_area_and_fit_birth_and_sex(either: County) -> None:
    for row in either.teachers:
        number = row.id_number
        assert number[:6] == "999999"
        assert number[6:14] == row.birth_date.strftime("%Y%m%d")
        assert int(number[16]) % 2 == (row.sex == "male")
        assert number[17] == check_digit(number[:17])


def test_each_school_has_one_head(either: County) -> None:
    heads: Counter[UUID] = Counter()
    spells = _spells(either)
    for teacher in either.teachers:
        if {"principal", "kindergarten_head"} & set(teacher.posts):
            (spell,) = spells[teacher.id]
            assert spell.is_on_post
            assert spell.ends_on is None
            heads[spell.school_id] += 1
    assert heads == {row.id: 1 for row in either.organisations if row.kind == "school"}


def test_teachers_stage_is_taught_at_every_school_of_theirs(either: County) -> None:
    stages = {row.id: row.stages for row in either.organisations}
    spells = _spells(either)
    assert all(row.stage in stages[spell.school_id] for row in either.teachers for spell in spells[row.id])


def test_spells_follow_each_other_without_gap_or_overlap(either: County) -> None:
    spells = _spells(either)
    assert set(spells) == {row.id for row in either.teachers}
    for own in spells.values():
        assert all(spell.ends_on is None or spell.starts_on < spell.ends_on for spell in own)
        assert all(first.ends_on == second.starts_on for first, second in pairwise(own))
    assert all(row.joined_profession_on <= spells[row.id][0].starts_on for row in either.teachers)


def test_changes_of_staff_have_their_numbers(full: County) -> None:
    spells = _spells(full).values()
    moved = [
        second.starts_on for own in spells for first, second in pairwise(own) if first.school_id != second.school_id
    ]
    assert len(moved) == 120
    assert set(moved) == {date(2025, 9, 1), date(2026, 2, 20), date(2026, 9, 1)}
    left = [own[-1].ends_on for own in spells if own[-1].ends_on]
    assert len(left) == 150
    assert max(left) == date(2026, 9, 1)
    assert sum(own[0].starts_on == date(2026, 9, 1) for own in spells) == 160
    assert sum(not spell.is_on_post and spell.covers(LAST_DAY) for spell in full.employments) == 200
    assert sum(spell.is_on_post and spell.covers(LAST_DAY) for spell in full.employments) == 8020 - 150 - 200


def test_every_line_lies_in_a_spell_on_post_at_its_school(
    either: County, either_lines: Sequence[DemoHoursLine]
) -> None:
    spells = _spells(either)
    for line in either_lines:
        held = [spell for spell in spells[line.teacher_id] if spell.covers(line.activity_date)]
        assert [(spell.school_id, spell.is_on_post) for spell in held] == [(line.school_id, True)]


def test_every_line_is_valid_and_in_order(full: County, full_lines: Sequence[DemoHoursLine]) -> None:
    assert {line.category for line in full_lines} == CATEGORIES
    for line in full_lines:
        assert Decimal("0.5") <= line.claimed <= (6 if line.category == "workshop" else 8)
        assert line.claimed % Decimal("0.5") == 0
        assert date(line.school_year, 9, 1) <= line.activity_date <= date(line.school_year + 1, 8, 31)
        assert line.activity_date <= LAST_DAY
    for region in full.regions:
        days = [line.activity_date for line in full_lines if line.region_code == region.code]
        assert days == sorted(days)
    keys = {(line.teacher_id, line.activity_date) for line in full_lines}
    assert len(keys) == len(full_lines)


def test_completion_of_the_complete_year_is_plausible(full: County, full_lines: Sequence[DemoHoursLine]) -> None:
    halves = _hours_2025(full_lines, "school_research")
    roster = [spell.teacher_id for spell in full.employments if spell.is_on_post and spell.covers(LAST_SCHOOL_YEAR_DAY)]
    reached = sum(halves[teacher_id] >= 48 for teacher_id in roster)
    assert (reached, len(roster)) == (6733, 7541)


def test_workshop_hours_of_some_exceed_the_cap(full_lines: Sequence[DemoHoursLine]) -> None:
    halves = _hours_2025(full_lines, "workshop")
    assert (sum(value > 80 for value in halves.values()), len(halves)) == (175, 1140)


def test_accounts_stand_in_one_line_of_the_tree(either: County) -> None:
    accounts = {row.username: row for row in either.accounts}
    by_id = {row.id: row for row in either.organisations}
    desk = by_id[accounts["bureau"].organisation_id]
    assert (desk.kind, desk.code, accounts["bureau"].department) == ("department", *["teacher_education"] * 2)
    second = accounts["bureau_2"]
    assert (second.organisation_id, second.department) == (desk.id, accounts["bureau"].department)
    assert by_id[accounts["training_school"].organisation_id].kind == "training_school"
    assert accounts["training_school_2"].organisation_id == accounts["training_school"].organisation_id
    school = by_id[accounts["school"].organisation_id]
    assert school.kind == "school"
    assert school.parent_id == accounts["central_school"].organisation_id
    assert accounts["teacher"].organisation_id == school.id
    spells = [spell for spell in either.employments if spell.teacher_id == accounts["teacher"].teacher_id]
    assert [(spell.school_id, spell.is_on_post, spell.ends_on) for spell in spells] == [(school.id, True, None)]
    assert {row.username for row in either.accounts if row.region_code == "999001"} == {
        "neighbour_bureau",
        "neighbour_school",
    }


@pytest.mark.parametrize(
    ("scale", "towns", "schools", "teachers"),
    [(0.001, 3, 16, 100), (0.02, 3, 16, 160), (0.1, 3, 16, 800), (0.25, 4, 42, 2000), (0.5, 8, 81, 4000)],
)
def test_smaller_scales_keep_their_shape(scale: float, towns: int, schools: int, teachers: int) -> None:
    demo = county(scale)
    kinds = Counter(row.kind for row in demo.organisations if row.region_code == "419001")
    assert (kinds["central_school"], kinds["school"]) == (towns, schools)
    assert len(demo.teachers) == teachers + 20
    assert len(demo.accounts) == 9


@pytest.mark.parametrize("scale", [0.0, -1.0, 1.01], ids=["nothing", "below nothing", "over the whole"])
def test_scale_outside_its_range_is_refused(scale: float) -> None:
    with pytest.raises(ValueError, match="scale"):
        county(scale)


def test_neighbour_is_the_same_at_every_scale_but_for_its_mobiles(full: County, small: County) -> None:
    first, second = (
        [(row.id, row.name, row.staff_no) for row in demo.teachers if row.region_code == "999001"]
        for demo in (full, small)
    )
    assert first == second


def test_digest_of_the_whole_county_is_pinned(full: County) -> None:
    assert digest(full) == FULL_DIGEST


@pytest.mark.parametrize("hash_seed", ["1", "4242"])
def test_digest_is_the_same_in_another_interpreter_with_another_hash_seed(small: County, hash_seed: str) -> None:
    code = f"from app.demo.county import county, digest; print(digest(county({SMALL_SCALE})))"
    # The command is our own interpreter and the line above.
    answer = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == digest(small) == SMALL_DIGEST
