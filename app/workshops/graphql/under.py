"""GraphQL of what hangs on a workshop: members, activities, the plan of a year, reviews."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.graph import First, Info, checked_first, shown_many
from app.access.graph_types import extend, field, output_of
from app.organisations.graphql import SchoolYearName
from app.organisations.schemas import YearName
from app.policy.school_year import SchoolYear
from app.workshops import schemas, service
from app.workshops.graphql.workshops import READ, Workshop

TEAM, NEWEST = 30, 10
Parent = strawberry.Parent[schemas.Workshop]


async def _members_by_ids(ctx: Context, ids: Sequence[UUID], limit: int) -> list[list[Any]]:
    return [shown_many(schemas.WorkshopMember, rows) for rows in await service.members_of(ctx, ids, limit)]


async def _activities_by_ids(ctx: Context, ids: Sequence[UUID], limit: int) -> list[list[Any]]:
    return [shown_many(schemas.WorkshopActivity, rows) for rows in await service.activities_of(ctx, ids, limit)]


async def _plans_by_ids(ctx: Context, ids: Sequence[UUID], year: SchoolYear) -> list[schemas.WorkshopPlan | None]:
    return shown_many(schemas.WorkshopPlan, await service.plans_of(ctx, ids, year))


async def _reviews_by_ids(ctx: Context, ids: Sequence[UUID], limit: int) -> list[list[Any]]:
    return [shown_many(schemas.WorkshopReview, rows) for rows in await service.reviews_of(ctx, ids, limit)]


async def _members(root: Parent, info: Info, first: First = TEAM) -> list[schemas.WorkshopMember]:
    """Present members, in the order they joined 成员."""
    return await info.context.loader(_members_by_ids, checked_first(first)).load(root.id)


async def _activities(root: Parent, info: Info, first: First = NEWEST) -> list[schemas.WorkshopActivity]:
    """The newest activities 研修活动."""
    return await info.context.loader(_activities_by_ids, checked_first(first)).load(root.id)


async def _plan(root: Parent, info: Info, school_year: SchoolYearName) -> schemas.WorkshopPlan | None:
    """The plan of a school year 年度方案."""
    year = SchoolYear.parse(info.context.valid(YearName, school_year, at="school_year"))
    return await info.context.loader(_plans_by_ids, year).load(root.id)


async def _reviews(root: Parent, info: Info, first: First = NEWEST) -> list[schemas.WorkshopReview]:
    """The newest monthly reviews, once they are closed 月度评审."""
    return await info.context.loader(_reviews_by_ids, checked_first(first)).load(root.id)


@strawberry.type
class WorkshopFields:
    """What hangs on a workshop."""

    members = field(READ, _members, list[output_of(schemas.WorkshopMember)] | None)  # type: ignore[misc]  # built at run time
    activities = field(READ, _activities, list[output_of(schemas.WorkshopActivity)] | None)  # type: ignore[misc]  # built at run time
    plan = field(READ, _plan, output_of(schemas.WorkshopPlan) | None)
    reviews = field(READ, _reviews, list[output_of(schemas.WorkshopReview)] | None)  # type: ignore[misc]  # built at run time


extend(Workshop, WorkshopFields)
