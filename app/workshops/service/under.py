"""What hangs on many workshops at once: (n,) workshops -> (n,) answers, in one statement each."""

from collections.abc import Sequence
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.policy.school_year import SchoolYear
from app.workshops.queries import activities, members, reviews


async def members_of(ctx: Context, workshop_ids: Sequence[UUID], limit: int) -> list[list[AnyRow]]:
    """Present members of each workshop, empty outside the scope 成员."""
    ctx.require(Permission.WORKSHOP_READ)
    return await members.under(ctx, workshop_ids, limit, on=ctx.clock.today)


async def activities_of(ctx: Context, workshop_ids: Sequence[UUID], limit: int) -> list[list[AnyRow]]:
    """The newest activities of each workshop, empty outside the scope 研修活动."""
    ctx.require(Permission.WORKSHOP_READ)
    return await activities.under(ctx, workshop_ids, limit)


async def plans_of(ctx: Context, workshop_ids: Sequence[UUID], year: SchoolYear) -> list[AnyRow | None]:
    """The plan of a school year of each workshop, None outside the scope 年度方案."""
    ctx.require(Permission.WORKSHOP_READ)
    return await activities.plans_under(ctx, workshop_ids, year.start)


async def reviews_of(ctx: Context, workshop_ids: Sequence[UUID], limit: int) -> list[list[AnyRow]]:
    """The newest reviews of each workshop; those still open for reviewers only 月度评审 [M7.1a]."""
    ctx.require(Permission.WORKSHOP_READ)
    only_closed = ctx.principal.grant(Permission.WORKSHOP_REVIEW) is None
    return await reviews.under(ctx, workshop_ids, limit, only_closed=only_closed)
