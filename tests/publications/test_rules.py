"""Rules of publications over their boundaries."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.policy.load import NoPolicyYet, Regulation
from app.publications import rules
from app.publications.rules import Bonus

REGULATION = Regulation.load(("jiyuan_2022_109",))
DAY = date(2026, 11, 10)
POLICY = rules.bonus_policy(REGULATION, on=DAY)
HALF, ZERO = Decimal("0.5"), Decimal(0)


@pytest.mark.clause("A3.5")
@pytest.mark.parametrize(
    ("after", "readings", "timely", "influential"),
    [
        pytest.param(0, None, HALF, ZERO, id="same day, nothing counted"),
        pytest.param(3, 499, HALF, ZERO, id="third day, one reading too few"),
        pytest.param(3, 500, HALF, HALF, id="third day, exactly enough read"),
        pytest.param(4, 500, ZERO, HALF, id="fourth day"),
        pytest.param(4, 0, ZERO, ZERO, id="late and unread"),
    ],
)
def test_bonus_of_an_item(after: int, readings: int | None, timely: Decimal, influential: Decimal) -> None:
    earned = rules.bonus(DAY, DAY + timedelta(days=after), readings, POLICY)
    assert (earned.timely_points, earned.influential_points) == (timely, influential)


@pytest.mark.clause("A3.5")
@pytest.mark.parametrize(("items", "points"), [(0, 0), (1, 1), (4, 4), (5, 5), (6, 5), (40, 5)])
def test_bonus_of_a_month_is_capped(items: int, points: int) -> None:
    assert rules.monthly_points([Bonus(HALF, HALF)] * items, POLICY) == points


@pytest.mark.clause("A3.5")
def test_no_bonus_before_the_regulation() -> None:
    with pytest.raises(NoPolicyYet):
        rules.bonus_policy(REGULATION, on=date(2022, 7, 31))
    assert rules.bonus_policy(REGULATION, on=date(2022, 8, 1)) == POLICY


def test_days_of_an_item() -> None:
    tomorrow = DAY + timedelta(days=1)
    persons: list[dict[str, object]] = [
        {"name": "赵一", "consented_on": DAY},
        {"name": "钱二", "consented_on": tomorrow},
        {"name": "赵一", "consented_on": None},
    ]
    assert rules.check_item(DAY, persons[:1], today=DAY) == {}
    found = rules.check_item(tomorrow, persons, today=DAY)
    assert {pointer: one.rule for pointer, one in found.items()} == {
        "/happened_on": "publication.happened_on",
        "/persons/1/consented_on": "publication.consented_on",
        "/persons/2/name": "publication.person_twice",
    }


@pytest.mark.parametrize(
    ("published", "pointers"), [(-1, {"/published_on"}), (0, set()), (5, set()), (6, {"/published_on"})]
)
def test_day_of_publishing(published: int, pointers: set[str]) -> None:
    day = DAY + timedelta(days=published)
    assert set(rules.check_publishing(DAY, day, [], today=DAY + timedelta(days=5))) == pointers


def test_everybody_named_must_have_consented() -> None:
    names = {"赵一": "2026-11-09", "钱二": None, "孙三": None}
    persons: list[dict[str, object]] = [{"name": name, "consented_on": day} for name, day in names.items()]
    found = rules.check_publishing(DAY, DAY, persons, today=DAY)
    assert {pointer: one.rule for pointer, one in found.items()} == {
        "/persons/1": "publication.consent",
        "/persons/2": "publication.consent",
    }


@pytest.mark.parametrize(("read", "allowed"), [(-1, False), (0, True), (2, True), (3, False)])
def test_day_of_readings(read: int, allowed: bool) -> None:  # noqa: FBT001 - a case of the table
    found = rules.check_reading(DAY + timedelta(days=read), DAY, today=DAY + timedelta(days=2))
    assert (found == {}) is allowed
