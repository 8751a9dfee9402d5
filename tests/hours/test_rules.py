"""The rules of the ledger over their boundaries."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.hours import rules
from app.hours.rules import ZERO, Balance, Line, Used
from app.hours.states import HoursCategory
from app.policy.load import NoPolicyYet, Regulation
from app.policy.school_year import SchoolYear

REGULATION = Regulation.load(("jiyuan_2022_109",))
DAY = date(2026, 10, 17)
WORKSHOP = rules.category_policy(REGULATION, HoursCategory.WORKSHOP, on=DAY)
RESEARCH = rules.category_policy(REGULATION, HoursCategory.SCHOOL_RESEARCH, on=DAY)


@pytest.mark.clause("A6.13c", "A5.7.1")
def test_figures_come_from_the_pack() -> None:
    assert (WORKSHOP.per_day, WORKSHOP.cap, WORKSHOP.target) == (Decimal(6), Decimal(40), None)
    assert (RESEARCH.per_day, RESEARCH.cap, RESEARCH.target) == (None, None, Decimal(24))
    with pytest.raises(NoPolicyYet):
        rules.category_policy(REGULATION, HoursCategory.WORKSHOP, on=date(2022, 7, 31))


@pytest.mark.clause("A6.13c")
@pytest.mark.parametrize(
    ("claimed", "used", "credited", "found"),
    [
        pytest.param("6", Used(), "6", [], id="a whole day"),
        pytest.param("0.5", Used(Decimal("5.5"), ZERO), "0.5", [], id="fills the day exactly"),
        pytest.param("1", Used(Decimal("5.5"), ZERO), "0.5", ["hours.daily_limit"], id="half an hour over the day"),
        pytest.param("6", Used(Decimal(6), ZERO), "0", ["hours.daily_limit"], id="day already full"),
        pytest.param("6", Used(ZERO, Decimal(34)), "6", [], id="fills the year exactly"),
        pytest.param("6", Used(ZERO, Decimal("34.5")), "5.5", ["hours.yearly_cap"], id="half an hour over the year"),
        pytest.param("6", Used(ZERO, Decimal(40)), "0", ["hours.yearly_cap"], id="year already full"),
        pytest.param(
            "6", Used(Decimal(3), Decimal(39)), "1", ["hours.daily_limit", "hours.yearly_cap"], id="both limits"
        ),
    ],
)
def test_workshop_hours_are_credited_up_to_day_and_year(
    claimed: str, used: Used, credited: str, found: list[str]
) -> None:
    given_ = rules.credit(Decimal(claimed), used, WORKSHOP)
    assert given_.credited == Decimal(credited)
    assert [finding.rule for finding in given_.findings] == found
    assert {finding.clause for finding in given_.findings} <= {"A6.13c"}


@pytest.mark.clause("A5.7.1")
def test_school_research_has_a_target_and_no_cap() -> None:
    assert rules.credit(Decimal(100), Used(Decimal(50), Decimal(500)), RESEARCH).credited == 100


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 12)), max_size=40),
    st.integers(0, 80),
)
def test_no_order_of_lines_ever_exceeds_the_limits(lines: list[tuple[int, int]], start: int) -> None:
    used = Decimal(start) / 2
    days = [(DAY + timedelta(days=day), Decimal(half) / 2) for day, half in lines]
    credits_ = rules.credit_in_order(days, used, {}, WORKSHOP)
    assert used + sum((one.credited for one in credits_), ZERO) <= 40
    by_day: dict[date, Decimal] = {}
    for (day, claimed), one in zip(days, credits_, strict=True):
        assert ZERO <= one.credited <= claimed
        by_day[day] = by_day.get(day, ZERO) + one.credited
    assert all(sum_ <= 6 for sum_ in by_day.values())


def line(**changes: object) -> Line:
    facts = {
        "category": HoursCategory.WORKSHOP,
        "claimed": Decimal(6),
        "activity_date": DAY,
        "school_year": None,
        "is_employed": True,
        "is_on_post": True,
    }
    return Line(**{**facts, **changes})  # type: ignore[arg-type]  # facts of a line


@pytest.mark.clause("A6.13c", "A5.2")
@pytest.mark.parametrize(
    ("changes", "found"),
    [
        pytest.param({}, [], id="as it should be"),
        pytest.param({"claimed": Decimal("6.5")}, ["hours.per_day"], id="over six hours"),
        pytest.param({"claimed": Decimal(25)}, ["hours.line_per_day_max", "hours.per_day"], id="more than a day has"),
        pytest.param({"activity_date": date(2026, 11, 23)}, [], id="today"),
        pytest.param({"activity_date": date(2026, 11, 24)}, ["hours.future"], id="tomorrow"),
        pytest.param({"school_year": SchoolYear(2026)}, [], id="the year it lies in"),
        pytest.param({"school_year": SchoolYear(2025)}, ["hours.outside_school_year"], id="another year"),
        pytest.param({"is_employed": False, "is_on_post": False}, ["hours.not_employed"], id="not employed"),
        pytest.param({"is_on_post": False}, ["hours.not_on_post"], id="away from the post"),
    ],
)
def test_every_reason_to_refuse_a_line_is_named(changes: dict[str, object], found: list[str]) -> None:
    broken = rules.check_line(line(**changes), WORKSHOP, today=date(2026, 11, 23))
    assert [finding.rule for finding in broken] == found


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 8, 31), 2025),
        (date(2026, 9, 1), 2026),
        (date(2027, 8, 31), 2026),
    ],
)
def test_school_year_turns_on_the_first_of_september(day: date, year: int) -> None:
    assert SchoolYear.of(day) == SchoolYear(year)
    assert day in SchoolYear(year)


@pytest.mark.clause("A6.13c")
def test_workshop_hours_also_count_towards_post_training_in_readouts() -> None:
    balances = [
        Balance(2026, "workshop", Decimal(42), Decimal(40)),
        Balance(2026, "post_training", Decimal(8), Decimal(8)),
    ]
    shown = {one.category: one for one in rules.standings(REGULATION, balances, SchoolYear(2026))}
    assert list(shown) == list(HoursCategory)
    assert [shown[HoursCategory.POST_TRAINING].credited, shown[HoursCategory.POST_TRAINING].also_counted] == [8, 40]
    assert [shown[HoursCategory.WORKSHOP].remaining, shown[HoursCategory.WORKSHOP].is_met] == [0, None]
    assert [shown[HoursCategory.SCHOOL_RESEARCH].remaining, shown[HoursCategory.SCHOOL_RESEARCH].is_met] == [24, False]


@pytest.mark.parametrize(
    ("year", "first", "last"), [(2021, 2021, 2025), (2025, 2021, 2025), (2026, 2026, 2030), (2030, 2026, 2030)]
)
def test_five_year_cycles_follow_each_other(year: int, first: int, last: int) -> None:
    assert rules.cycle_of(REGULATION, SchoolYear(year)) == (SchoolYear(first), SchoolYear(last))


def test_cycle_sums_every_category_of_its_years_only() -> None:
    balances = [
        Balance(2025, "national", Decimal(100), Decimal(100)),
        Balance(2026, "national", Decimal(200), Decimal(200)),
        Balance(2030, "workshop", Decimal(40), Decimal(40)),
    ]
    cycle = rules.cycle_standing(REGULATION, balances, SchoolYear(2027))
    assert [cycle.credited, cycle.target, cycle.remaining, cycle.is_met] == [240, 360, 120, False]


def test_line_keys_differ_by_every_part() -> None:
    teacher, other = uuid4(), uuid4()
    keys = {
        rules.line_key(teacher, DAY, "city", "题目", None),
        rules.line_key(other, DAY, "city", "题目", None),
        rules.line_key(teacher, DAY + timedelta(days=1), "city", "题目", None),
        rules.line_key(teacher, DAY, "workshop", "题目", None),
        rules.line_key(teacher, DAY, "city", "题目二", None),
        rules.line_key(teacher, DAY, "city", "题目", "上午"),
    }
    assert len(keys) == 6
    assert rules.line_key(teacher, DAY, "city", "题目", None) == rules.line_key(teacher, DAY, "city", "题目", "")
