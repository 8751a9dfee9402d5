"""Rules of publications; pure functions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.policy.finding import Finding, Severity
from app.policy.load import Regulation

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class BonusPolicy:
    """The figures of the bonus in force on a day [A3.5]; points in steps of the pack, days counted after the event."""

    timely_within_days: int
    timely_points: Decimal
    influential_readings_min: int
    influential_points: Decimal
    points_monthly_max: Decimal


@dataclass(frozen=True, slots=True)
class Bonus:
    """What one item earns for being timely 及时 and for being read 影响力."""

    timely_points: Decimal
    influential_points: Decimal

    @property
    def points(self) -> Decimal:
        """Both together."""
        return self.timely_points + self.influential_points


def bonus_policy(regulation: Regulation, *, on: date) -> BonusPolicy:
    """The figures in force on a day; raises NoPolicyYet before the regulation."""
    return BonusPolicy(
        regulation.whole("publications.bonus.timely_within_days", on=on),
        regulation.decimal("publications.bonus.timely_points", on=on),
        regulation.whole("publications.bonus.influential_readings_min", on=on),
        regulation.decimal("publications.bonus.influential_points", on=on),
        regulation.decimal("publications.bonus.points_monthly_max", on=on),
    )


def bonus(happened_on: date, published_on: date, readings: int | None, policy: BonusPolicy) -> Bonus:
    """The bonus of one item [A3.5] 发布及时、影响传播力大的予以加分: the two grounds add up.

    readings: the latest count, None where none was recorded.
    """
    is_timely = (published_on - happened_on).days <= policy.timely_within_days
    is_read = readings is not None and readings >= policy.influential_readings_min
    return Bonus(policy.timely_points if is_timely else ZERO, policy.influential_points if is_read else ZERO)


def monthly_points(bonuses: Iterable[Bonus], policy: BonusPolicy) -> Decimal:
    """The bonus of one owner's items of a month, up to the month's most [A3.5]."""
    return min(sum((one.points for one in bonuses), ZERO), policy.points_monthly_max)


def check_item(happened_on: date, persons: Sequence[Mapping[str, object]], *, today: date) -> dict[str, Finding]:
    """Days that cannot be and persons named twice, by JSON Pointer; the regulation is silent on them."""
    found = {}
    if happened_on > today:
        found["/happened_on"] = _late(
            "publication.happened_on", f"活动日期 {happened_on} 尚未到来。", happened_on, today
        )
    seen: set[object] = set()
    for place, person in enumerate(persons):
        consented_on = person["consented_on"]
        if isinstance(consented_on, date) and consented_on > today:
            text = f"{person['name']} 的同意日期 {consented_on} 尚未到来。"
            found[f"/persons/{place}/consented_on"] = _late("publication.consented_on", text, consented_on, today)
        if person["name"] in seen:
            text = f"{person['name']} 填写了两次。"
            found[f"/persons/{place}/name"] = Finding("publication.person_twice", Severity.MUST, None, text)
        seen.add(person["name"])
    return found


def check_publishing(
    happened_on: date, published_on: date, persons: Sequence[Mapping[str, object]], *, today: date
) -> dict[str, Finding]:
    """Whether an item may come out on a day, by JSON Pointer: after the event, and with the consent of all it names."""
    found = {}
    if published_on < happened_on:
        text = f"发布日期 {published_on} 早于活动日期 {happened_on}。"
        found["/published_on"] = _late("publication.published_on", text, published_on, happened_on)
    elif published_on > today:
        found["/published_on"] = _late(
            "publication.published_on", f"发布日期 {published_on} 尚未到来。", published_on, today
        )
    for place, person in enumerate(persons):
        if person["consented_on"] is None:
            text = f"文中写到 {person['name']}，尚未登记本人同意。"
            found[f"/persons/{place}"] = Finding("publication.consent", Severity.MUST, None, text, actual=None)
    return found


def check_reading(read_on: date, published_on: date, *, today: date) -> dict[str, Finding]:
    """Whether readings can be of a day: from the day it came out to today, by JSON Pointer."""
    if published_on <= read_on <= today:
        return {}
    text = f"统计日期 {read_on} 应在发布日期 {published_on} 与今天 {today} 之间。"
    return {"/read_on": _late("publication.read_on", text, read_on, published_on)}


def _late(rule: str, message: str, actual: date, required: date) -> Finding:
    return Finding(rule, Severity.MUST, None, message, actual=actual, required=required)
