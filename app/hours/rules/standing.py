"""Where a teacher stands: categories of a school year, and the five-year cycle."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from app.hours.rules.crediting import ZERO, CategoryPolicy, category_policy
from app.hours.states import HoursCategory
from app.policy.load import Regulation
from app.policy.school_year import SchoolYear


@dataclass(frozen=True, slots=True)
class CategoryStanding:
    """Where a teacher stands in a category in one school year, in hours.

    also_counted: credited elsewhere but counted here in read-outs (工作坊 → 岗位培训). remaining: still missing to the
    target where there is one, else still free below the cap, else None. is_met: None where there is no target.
    """

    category: HoursCategory
    label: str
    claimed: Decimal
    credited: Decimal
    also_counted: Decimal
    target: Decimal | None
    cap: Decimal | None
    remaining: Decimal | None
    is_met: bool | None
    clause: str | None


@dataclass(frozen=True, slots=True)
class CycleStanding:
    """Where a teacher stands in the five-year cycle: hours credited against the total asked for."""

    starts: SchoolYear
    ends: SchoolYear
    credited: Decimal
    target: Decimal
    remaining: Decimal
    is_met: bool


@dataclass(frozen=True, slots=True)
class Balance:
    """A summary row: school year (start), category, hours claimed and credited."""

    school_year: int
    category: str
    claimed: Decimal
    credited: Decimal


def standings(regulation: Regulation, balances: Sequence[Balance], year: SchoolYear) -> list[CategoryStanding]:
    """Every category of the pack for one school year, in its order; zero where nothing was posted."""
    known = {balance.category: balance for balance in balances if balance.school_year == year.start}
    policies, lends = _frame(regulation, year)
    lent: dict[str, Decimal] = {}
    for lender, other in lends:
        if lender in known:
            lent[other] = lent.get(other, ZERO) + known[lender].credited
    nothing = Balance(year.start, "", ZERO, ZERO)
    result = []
    for policy in policies:
        balance = known.get(policy.category, nothing)
        bound = policy.target if policy.target is not None else policy.cap
        result.append(
            CategoryStanding(
                category=policy.category,
                label=policy.label,
                claimed=balance.claimed,
                credited=balance.credited,
                also_counted=lent.get(policy.category, ZERO),
                target=policy.target,
                cap=policy.cap,
                remaining=None if bound is None else max(ZERO, bound - balance.credited),
                is_met=None if policy.target is None else balance.credited >= policy.target,
                clause=policy.target_clause or policy.cap_clause,
            )
        )
    return result


@lru_cache(maxsize=200)
def _frame(
    regulation: Regulation, year: SchoolYear
) -> tuple[tuple[CategoryPolicy, ...], tuple[tuple[HoursCategory, str], ...]]:
    """What does not depend on the teacher: the figures of every category, and which category also counts elsewhere."""
    codes = regulation.codes("hours_categories")
    day = year.last_day
    policies = tuple(category_policy(regulation, HoursCategory(code.code), on=day) for code in codes)
    lends = tuple(
        (HoursCategory(code.code), other)
        for code in codes
        for other in _texts(code.facts.get("also_counts_towards", ()))
    )
    return policies, lends


@lru_cache(maxsize=200)
def cycle_of(regulation: Regulation, year: SchoolYear) -> tuple[SchoolYear, SchoolYear]:
    """First and last school year of the five-year cycle a year lies in."""
    start = regulation.whole("hours.cycle.starts", on=year.last_day)
    length = regulation.whole("hours.cycle.years", on=year.last_day)
    first = start + (year.start - start) // length * length
    return SchoolYear(first), SchoolYear(first + length - 1)


def cycle_standing(regulation: Regulation, balances: Sequence[Balance], year: SchoolYear) -> CycleStanding:
    """Hours of all categories over the cycle against its total (教师〔2011〕1号, from outside this regulation)."""
    first, last = cycle_of(regulation, year)
    target = regulation.decimal("hours.cycle.total", on=year.last_day)
    credited = sum((one.credited for one in balances if first.start <= one.school_year <= last.start), ZERO)
    return CycleStanding(first, last, credited, target, max(ZERO, target - credited), credited >= target)


def _texts(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)
