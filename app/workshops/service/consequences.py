"""What belonging to a workshop leads to: other packages ask here. [A6.7] [A6.13b]"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.policy.school_year import SchoolYear
from app.workshops.queries import members, workshops
from app.workshops.rules import cycle
from app.workshops.states import WorkshopStatus


@dataclass(frozen=True, slots=True)
class Claim:
    """A member who may be recommended as backbone teacher, and by which workshop."""

    teacher_id: UUID
    workshop_id: UUID
    school_years: tuple[SchoolYear, ...]


async def nomination_priority(ctx: Context, teacher_ids: Sequence[UUID], *, on: date) -> list[int]:
    """Teachers (n,) -> places (n,) in nominations: 0 city workshops, 1 town and school ones, 2 none. [A6.7]"""
    ctx.require(Permission.WORKSHOP_READ)
    levels = await workshop_levels(ctx, teacher_ids, on=on)
    return [cycle.priority_of(levels.get(one, [])) for one in teacher_ids]


async def workshop_levels(ctx: Context, teacher_ids: Sequence[UUID], *, on: date) -> dict[UUID, list[str]]:
    """Teacher → levels of the registered workshops they belong to on a day. [A6.7]"""
    ctx.require(Permission.WORKSHOP_READ)
    levels: dict[UUID, list[str]] = {}
    for one in await members.memberships(ctx, teacher_ids, on=on):
        if one.status == WorkshopStatus.REGISTERED:
            levels.setdefault(one.teacher_id, []).append(one.level)
    return levels


async def backbone_claims(ctx: Context, excellent_ids: Sequence[UUID], *, on: date) -> list[Claim]:
    """Members of workshops titled excellent who were there for the whole of a cycle that is over. [A6.13b]"""
    ctx.require(Permission.WORKSHOP_READ)
    spells: dict[tuple[UUID, UUID], list[AnyRow]] = {}
    for one in await members.history_of(ctx, excellent_ids):
        spells.setdefault((one.workshop_id, one.teacher_id), []).append(one)
    claims = []
    for held in await workshops.registrations(ctx, excellent_ids):
        years = tuple(SchoolYear(year) for year in range(held.start_year, held.end_year + 1))
        if years[-1].last_day >= on:
            continue
        for (workshop_id, teacher_id), own in spells.items():
            whole = [year.start for year in years if _covers(own, year)]
            if workshop_id == held.workshop_id and cycle.has_backbone_claim(
                ctx.regulation, whole, is_excellent=True, on=years[0].first_day
            ):
                claims.append(Claim(teacher_id, workshop_id, years))
    return claims


def _covers(spells: Sequence[AnyRow], year: SchoolYear) -> bool:
    """Whether spells, one after the other, cover a school year without a gap."""
    day = year.first_day
    for one in sorted(spells, key=lambda spell: spell.joined_on):
        if one.joined_on > day:
            return False
        if one.left_on is None or one.left_on > year.last_day:
            return True
        day = max(day, one.left_on)
    return False
