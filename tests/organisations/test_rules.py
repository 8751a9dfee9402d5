"""Rules of the tree and the calendar over their boundaries."""

from datetime import date

import pytest

from app.organisations import rules
from app.organisations.states import OrganisationKind as Kind


@pytest.mark.clause("A5.7.3")
@pytest.mark.parametrize(
    ("first_day", "due"),
    [
        pytest.param(date(2025, 9, 1), date(2025, 9, 7), id="Monday"),
        pytest.param(date(2026, 9, 1), date(2026, 9, 6), id="Tuesday"),
        pytest.param(date(2027, 9, 1), date(2027, 9, 5), id="Wednesday"),
        pytest.param(date(2022, 9, 1), date(2022, 9, 4), id="Thursday"),
        pytest.param(date(2023, 9, 1), date(2023, 9, 3), id="Friday"),
        pytest.param(date(2029, 9, 1), date(2029, 9, 2), id="Saturday"),
        pytest.param(date(2024, 9, 1), date(2024, 9, 1), id="Sunday"),
    ],
)
def test_plan_is_due_before_the_second_weeks_monday(first_day: date, due: date) -> None:
    assert rules.plan_due_on(first_day, before_week=2) == due
    assert rules.weeks(first_day, date(2030, 1, 1))[0].ends_on == due


@pytest.mark.clause("A6.1")
@pytest.mark.parametrize(
    ("kind", "parent", "refused"),
    [
        (Kind.SCHOOL, Kind.CENTRAL_SCHOOL, False),
        (Kind.SCHOOL, Kind.BUREAU, False),
        (Kind.SCHOOL, Kind.SCHOOL, True),
        (Kind.SCHOOL, None, True),
        (Kind.CENTRAL_SCHOOL, Kind.BUREAU, False),
        (Kind.CENTRAL_SCHOOL, Kind.CENTRAL_SCHOOL, True),
        (Kind.DEPARTMENT, Kind.TRAINING_SCHOOL, True),
        (Kind.HOST_INSTITUTION, None, False),
        (Kind.HOST_INSTITUTION, Kind.BUREAU, True),
        (Kind.BUREAU, None, False),
    ],
)
def test_kinds_stand_only_where_they_belong(kind: Kind, parent: Kind | None, *, refused: bool) -> None:
    assert [finding.rule for finding in rules.check_parent(kind, parent)] == ["organisation.parent"] * refused
