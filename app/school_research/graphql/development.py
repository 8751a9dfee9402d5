"""GraphQL of development plans and training budgets."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.doors import expected_version
from app.access.graph import FIRST_DEFAULT, After, Batch, Connection, First, Info, Listed, Problem, listed, shown_many
from app.access.graph_types import Node, field, input_of, output
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import NotFound
from app.core.pages import Page, PageRequest
from app.school_research import schemas, service

READ, WRITE = Permission.DEVELOPMENT_READ, Permission.DEVELOPMENT_WRITE
Plan = schemas.DevelopmentPlan
Budget = schemas.TrainingBudget


async def development_plans_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[Plan | None]:
    """Development plans (n,) -> answers (n,); to whom they are closed they are missing."""
    if ctx.principal.grant(READ) is None:
        return [None] * len(ids)
    return shown_many(Plan, await service.get_development_plans(ctx, ids))


@output(Plan)
class DevelopmentPlan(Node):
    """A school's plan for its teachers over three school years 三年教师发展规划."""


@output(Budget)
class TrainingBudget:
    """The training budget of a school and year 培训经费."""


async def _plan(info: Info, uuid: UUID) -> Plan:
    """One development plan 规划."""

    async def get(ctx: Context) -> AnyRow:
        return await service.get_development_plan(ctx, uuid)

    found = shown_many(Plan, [await info.context.fetch(get)])[0]
    if found is None:
        raise NotFound
    return found


async def _plans(
    info: Info, first: First = FIRST_DEFAULT, after: After = None, school_id: UUID | None = None
) -> Listed:
    """Three-year development plans, newest first 三年教师发展规划列表."""

    async def find(ctx: Context, request: PageRequest) -> Page[AnyRow]:
        return await service.find_development_plans(ctx, request, school_id)

    return await listed(info, Plan, find, first=first, after=after)


async def _budgets(
    info: Info,
    first: First = FIRST_DEFAULT,
    after: After = None,
    school_id: UUID | None = None,
    year: int | None = None,
) -> Listed:
    """Training budgets with what falls short of 5% and 90% 培训经费."""

    async def find(ctx: Context, request: PageRequest) -> Page[AnyRow]:
        return await service.find_training_budgets(ctx, request, school_id, year)

    return await listed(info, Budget, find, first=first, after=after)


@strawberry.type
class Query:
    """What development plans and budgets answer."""

    development_plan = field(READ, _plan, DevelopmentPlan | None)
    development_plans = field(READ, _plans, Connection[DevelopmentPlan] | None)
    training_budgets = field(READ, _budgets, Connection[TrainingBudget] | None)


@input_of(schemas.DevelopmentPlanCreate)
class DevelopmentPlanCreateInput:
    """A new development plan 新建规划."""


@input_of(schemas.DevelopmentPlanPatch)
class DevelopmentPlanPatchInput:
    """Changes of a development plan 修改规划."""


@input_of(schemas.TrainingBudgetSet)
class TrainingBudgetSetInput:
    """The training budget of a calendar year 培训经费."""


_name = strawberry.argument(name="input")


async def _create(info: Info, new: Annotated[DevelopmentPlanCreateInput, _name]) -> Plan | Problem:
    """Write down the plan of three school years 新建规划."""
    graph = info.context

    async def create(ctx: Context) -> AnyRow:
        return await service.create_development_plan(ctx, graph.given(schemas.DevelopmentPlanCreate, new))

    return await graph.change(Plan, create)


async def _change(info: Info, uuid: UUID, patch: Annotated[DevelopmentPlanPatchInput, _name]) -> Plan | Problem:
    """Change aims or measures 修改规划."""
    graph = info.context

    async def change(ctx: Context) -> AnyRow:
        body = graph.given(schemas.DevelopmentPlanPatch, patch)
        return await service.change_development_plan(ctx, uuid, body, version=expected_version(body.etag))

    return await graph.change(Plan, change)


async def _set(info: Info, new: Annotated[TrainingBudgetSetInput, _name]) -> Budget | Problem:
    """Say what is set aside for training in a year, and used 登记培训经费 [A5.R]."""
    graph = info.context

    async def act(ctx: Context) -> Budget:
        return await service.set_training_budget(ctx, graph.given(schemas.TrainingBudgetSet, new))

    return await graph.change(Budget, act)


PlanPayload = Annotated[DevelopmentPlan | Problem, strawberry.union("DevelopmentPlanPayload")]
BudgetPayload = Annotated[TrainingBudget | Problem, strawberry.union("TrainingBudgetPayload")]


@strawberry.type
class Mutation:
    """What changes development plans and budgets."""

    create_development_plan = field(WRITE, _create, PlanPayload)
    change_development_plan = field(WRITE, _change, PlanPayload)
    set_training_budget = field(WRITE, _set, BudgetPayload)


NODES: dict[str, Batch] = {"DevelopmentPlan": development_plans_by_ids}
