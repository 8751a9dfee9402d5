"""The nomination part of the three rates: 选送率 with 少报 and 不符合遴选条件. [A4.2]"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.projects.queries import nominations as queries
from app.projects.rules.rates import Rate, UnitPlaces, nomination_rate
from app.projects.service import checks


@dataclass(frozen=True, slots=True)
class NominationPart:
    """选送率 of the units within the scope; short: units that sent too few; ineligible: who did not fit."""

    rate: Rate
    units: Sequence[UnitPlaces]
    short: int
    ineligible: Sequence[AnyRow]


async def nomination_part(ctx: Context, project_id: UUID) -> NominationPart:
    """选送率 of a project, with every person-time that costs a point 少报、不符合遴选条件. [A4.2]"""
    ctx.require(Permission.NOMINATION_RATE_READ)
    project = await checks.shown(ctx, project_id)
    units = [
        UnitPlaces(one.unit_id, one.unit_name, one.places, one.in_time)
        for one in await queries.unit_places(ctx, project_id, project.nominate_until)
    ]
    rate = nomination_rate(ctx.regulation, units, on=project.starts_on)
    ineligible = await queries.ineligible(ctx, project_id)
    return NominationPart(rate, units, sum(one.short for one in units), ineligible)
