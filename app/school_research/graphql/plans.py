"""GraphQL of yearly plans 年度校本研修方案."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, TypeVar
from uuid import UUID

import strawberry
from pydantic import BaseModel

from app.access.context import Context
from app.access.doors import expected_version
from app.access.graph import (
    FIRST_DEFAULT,
    After,
    Connection,
    First,
    Info,
    Listed,
    Problem,
    listed,
    shown_many,
)
from app.access.graph_types import Node, field, input_of, output, output_of
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import NotFound
from app.core.pages import Page, PageRequest
from app.organisations import schemas as organisation_schemas
from app.organisations.graphql import Organisation, organisations_by_ids
from app.organisations.schemas import YearName
from app.policy.school_year import SchoolYear
from app.school_research import schemas, service
from app.school_research.queries.plans import PlanFilter
from app.school_research.states import SchoolPlanStatus

READ, FILE, REVIEW = Permission.SCHOOL_PLAN_READ, Permission.SCHOOL_PLAN_FILE, Permission.SCHOOL_PLAN_REVIEW
B = TypeVar("B", bound=BaseModel)
YEAR = strawberry.argument(description="学年，如 2026-2027")
Key = Annotated[str, strawberry.argument(description="每个新请求一个新值；重试时沿用原值")]
Plan = schemas.SchoolPlan


async def plans_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[Plan | None]:
    """Revisions (n,) -> answers (n,), None where missing."""
    return shown_many(Plan, await service.get_plans(ctx, ids))


async def _acts_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[list[Any]]:
    return [shown_many(schemas.SchoolPlanAct, acts) for acts in await service.acts_of_plans(ctx, ids)]


async def _school(root: strawberry.Parent[Any], info: Info) -> organisation_schemas.Organisation | None:
    """The school 学校."""
    return await info.context.loader(organisations_by_ids).load(root.school_id)


async def _acts(root: strawberry.Parent[Plan], info: Info) -> list[schemas.SchoolPlanAct]:
    """Who did what, and what was handed in 办理记录."""
    found: list[schemas.SchoolPlanAct] = await info.context.loader(_acts_by_ids).load(root.id)
    return found


@output(Plan)
class SchoolPlan(Node):
    """A revision of a school's yearly plan 年度校本研修方案."""

    school = field(Permission.ORGANISATION_READ, _school, Organisation | None)
    acts = field(READ, _acts, list[output_of(schemas.SchoolPlanAct)] | None)  # type: ignore[misc]  # built at run time


async def _school_plan(info: Info, uuid: UUID) -> Plan:
    """One revision 方案."""
    found = await info.context.loader(plans_by_ids).load(uuid)
    if found is None:
        raise NotFound
    return found


async def _school_plans(  # noqa: PLR0913, PLR0917 - one argument per filter
    info: Info,
    first: First = FIRST_DEFAULT,
    after: After = None,
    school_id: UUID | None = None,
    central_school_id: UUID | None = None,
    school_year: Annotated[str | None, YEAR] = None,
    status: SchoolPlanStatus | None = None,
) -> Listed:
    """Yearly plans, newest first 年度校本研修方案列表."""
    year = info.context.valid(YearName | None, school_year, at="school_year")
    only = PlanFilter.of(school_id, central_school_id, year, status)

    async def find(ctx: Context, request: PageRequest) -> Page[AnyRow]:
        return await service.find_plans(ctx, request, only)

    return await listed(info, Plan, find, first=first, after=after)


async def _progress(info: Info, school_year: Annotated[str, YEAR]) -> list[schemas.SchoolPlanArea]:
    """Who has handed in, late or not at all, by 中心校 提交进度与逾期名单."""
    year = SchoolYear.parse(info.context.valid(YearName, school_year, at="school_year"))
    return await info.context.fetch(lambda ctx: service.plan_progress(ctx, year))


@strawberry.type
class Query:
    """What yearly plans answer."""

    school_plan = field(READ, _school_plan, SchoolPlan | None)
    school_plans = field(READ, _school_plans, Connection[SchoolPlan] | None)
    school_plan_progress = field(READ, _progress, list[output_of(schemas.SchoolPlanArea)] | None, size=30)  # type: ignore[misc]  # built at run time


@input_of(schemas.SchoolPlanCreate)
class SchoolPlanCreateInput:
    """A new plan 新建方案."""


@input_of(schemas.SchoolPlanPatch)
class SchoolPlanPatchInput:
    """Changes of a plan 修改方案."""


@input_of(schemas.SchoolPlanSubmit)
class SchoolPlanSubmitInput:
    """Handing in 提交."""


@input_of(schemas.SchoolPlanMove)
class SchoolPlanMoveInput:
    """A remark on a move 办理意见."""


@input_of(schemas.SchoolPlanReturn)
class SchoolPlanReturnInput:
    """Why a plan goes back 退回意见."""


@input_of(schemas.SchoolPlanAmend)
class SchoolPlanAmendInput:
    """Why an approved plan is to change 修订理由."""


_name = strawberry.argument(name="input")
Move = Annotated[SchoolPlanMoveInput, _name]
Act = Callable[..., Awaitable[AnyRow]]


async def _moved(info: Info, schema: type[B], value: object, act: Act, uuid: UUID) -> Plan | Problem:
    """What a service function of (ctx, id, body, version=) makes of a plan."""

    async def move(ctx: Context) -> AnyRow:
        body = info.context.given(schema, value)
        return await act(ctx, uuid, body, version=expected_version(getattr(body, "etag", None)))

    return await info.context.change(Plan, move)


async def _create(info: Info, new: Annotated[SchoolPlanCreateInput, _name]) -> Plan | Problem:
    """Begin the plan of a school year 新建方案."""
    graph = info.context

    async def create(ctx: Context) -> AnyRow:
        return await service.create_plan(ctx, graph.given(schemas.SchoolPlanCreate, new))

    return await graph.change(Plan, create)


async def _change(info: Info, uuid: UUID, patch: Annotated[SchoolPlanPatchInput, _name]) -> Plan | Problem:
    """Change the content of a draft or returned plan 修改方案."""
    return await _moved(info, schemas.SchoolPlanPatch, patch, service.change_plan, uuid)


async def _submit(info: Info, uuid: UUID, given: Annotated[SchoolPlanSubmitInput, _name]) -> Plan | Problem:
    """Hand a plan in; late only with a reason 提交 [A5.7.3]."""
    return await _moved(info, schemas.SchoolPlanSubmit, given, service.submit_plan, uuid)


async def _approve(info: Info, uuid: UUID, move: Move, idempotency_key: Key) -> Plan | Problem:
    """Approve a plan or an amendment 审核通过 [A5.6]."""

    async def approve(ctx: Context, body: schemas.SchoolPlanMove) -> object:
        return await service.approve_plan(ctx, uuid, body, version=expected_version(body.etag))

    body = lambda: info.context.given(schemas.SchoolPlanMove, move)  # noqa: E731
    return await info.context.change_once(Plan, body, approve, verb=f"approveSchoolPlan {uuid}", key=idempotency_key)


async def _return(info: Info, uuid: UUID, move: Annotated[SchoolPlanReturnInput, _name]) -> Plan | Problem:
    """Send a plan back with what is to be changed 退回 [A5.6]."""
    return await _moved(info, schemas.SchoolPlanReturn, move, service.return_plan, uuid)


async def _start(info: Info, uuid: UUID, move: Move) -> Plan | Problem:
    """Begin to work by an approved plan 开始实施."""
    return await _moved(info, schemas.SchoolPlanMove, move, service.start_plan, uuid)


async def _close(info: Info, uuid: UUID, move: Move) -> Plan | Problem:
    """Close the plan of a year 结束."""
    return await _moved(info, schemas.SchoolPlanMove, move, service.close_plan, uuid)


async def _withdraw(info: Info, uuid: UUID, move: Move) -> Plan | Problem:
    """Take a revision back 撤回."""
    return await _moved(info, schemas.SchoolPlanMove, move, service.withdraw_plan, uuid)


async def _amend(info: Info, uuid: UUID, why: Annotated[SchoolPlanAmendInput, _name]) -> Plan | Problem:
    """Propose to change an approved plan: a new draft beside it 修订."""
    return await _moved(info, schemas.SchoolPlanAmend, why, service.amend_plan, uuid)


PlanPayload = Annotated[SchoolPlan | Problem, strawberry.union("SchoolPlanPayload")]


@strawberry.type
class Mutation:
    """What changes yearly plans."""

    create_school_plan = field(FILE, _create, PlanPayload)
    change_school_plan = field(FILE, _change, PlanPayload)
    submit_school_plan = field(FILE, _submit, PlanPayload)
    approve_school_plan = field(REVIEW, _approve, PlanPayload)
    return_school_plan = field(REVIEW, _return, PlanPayload)
    start_school_plan = field(FILE, _start, PlanPayload)
    close_school_plan = field(FILE, _close, PlanPayload)
    withdraw_school_plan = field(FILE, _withdraw, PlanPayload)
    amend_school_plan = field(FILE, _amend, PlanPayload)


NODES = {"SchoolPlan": plans_by_ids}
