"""GraphQL of typical cases."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.doors import expected_version
from app.access.graph import (
    FIRST_DEFAULT,
    After,
    Batch,
    Connection,
    Etag,
    First,
    Info,
    Listed,
    Problem,
    listed,
    shown_many,
)
from app.access.graph_types import Node, field, input_of, output
from app.access.permissions import Permission
from app.cases import schemas, service
from app.cases.queries import CaseFilter
from app.cases.states import CaseStatus
from app.core.db import AnyRow
from app.core.errors import NotFound
from app.core.pages import Page, PageRequest

READ, SUBMIT = Permission.CASE_READ, Permission.CASE_SUBMIT
_name = strawberry.argument(name="input")


async def cases_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.TypicalCase | None]:
    """Cases (n,) -> answers (n,), None where missing."""
    return shown_many(schemas.TypicalCase, await service.get_many(ctx, list(ids)))


@output(schemas.TypicalCase)
class TypicalCase(Node):
    """A typical case 典型案例."""


@output(schemas.CaseUse)
class CaseUse:
    """A use of a case 推广应用."""


async def _typical_case(info: Info, uuid: UUID) -> schemas.TypicalCase:
    """One case 典型案例详情."""
    found = await info.context.loader(cases_by_ids).load(uuid)
    if found is None:
        raise NotFound
    return found


async def _typical_cases(  # noqa: PLR0913, PLR0917 - one argument per filter
    info: Info,
    first: First = FIRST_DEFAULT,
    after: After = None,
    status: CaseStatus | None = None,
    term: str | None = None,
    organisation_id: UUID | None = None,
    subject_id: UUID | None = None,
) -> Listed:
    """Cases handed in and taken in, newest first 典型案例列表."""
    only = CaseFilter(status, term, organisation_id, subject_id)

    async def find(ctx: Context, request: PageRequest) -> Page[AnyRow]:
        return await service.find(ctx, request, only)

    return await listed(info, schemas.TypicalCase, find, first=first, after=after)


async def _case_uses(info: Info, uuid: UUID, first: First = FIRST_DEFAULT, after: After = None) -> Listed:
    """Where a case was used, newest first 推广应用."""

    async def find(ctx: Context, request: PageRequest) -> Page[AnyRow]:
        return await service.uses(ctx, uuid, request)

    return await listed(info, schemas.CaseUse, find, first=first, after=after)


@strawberry.type
class Query:
    """What typical cases answer."""

    typical_case = field(READ, _typical_case, TypicalCase | None)
    typical_cases = field(READ, _typical_cases, Connection[TypicalCase] | None)
    case_uses = field(READ, _case_uses, Connection[CaseUse] | None)


@input_of(schemas.TypicalCaseCreate)
class TypicalCaseCreateInput:
    """Hand a case in 报送典型案例."""


@input_of(schemas.TypicalCaseReview)
class TypicalCaseReviewInput:
    """Take a case in or not 评审."""


@input_of(schemas.TypicalCaseRecommendation)
class TypicalCaseRecommendationInput:
    """To whom a case is recommended 择优上报."""


@input_of(schemas.CaseUseCreate)
class CaseUseCreateInput:
    """Where the own organisation has used a case 推广应用."""


TypicalCasePayload = Annotated[TypicalCase | Problem, strawberry.union("TypicalCasePayload")]
CaseUsePayload = Annotated[CaseUse | Problem, strawberry.union("CaseUsePayload")]


async def _submit(info: Info, new: Annotated[TypicalCaseCreateInput, _name]) -> schemas.TypicalCase | Problem:
    """Hand a case in 报送典型案例."""
    graph = info.context
    return await graph.change(
        schemas.TypicalCase, lambda ctx: service.submit(ctx, graph.given(schemas.TypicalCaseCreate, new))
    )


async def _review(
    info: Info, uuid: UUID, verdict: Annotated[TypicalCaseReviewInput, _name]
) -> schemas.TypicalCase | Problem:
    """Take a case in, or not with a reason 评审."""
    graph = info.context

    async def act(ctx: Context) -> object:
        body = graph.given(schemas.TypicalCaseReview, verdict)
        return await service.review(ctx, uuid, body, version=expected_version(body.etag))

    return await graph.change(schemas.TypicalCase, act)


async def _recommend(
    info: Info, uuid: UUID, where: Annotated[TypicalCaseRecommendationInput, _name]
) -> schemas.TypicalCase | Problem:
    """Recommend a case upward 择优上报."""
    graph = info.context

    async def act(ctx: Context) -> object:
        body = graph.given(schemas.TypicalCaseRecommendation, where)
        return await service.recommend(ctx, uuid, body, version=expected_version(body.etag))

    return await graph.change(schemas.TypicalCase, act)


async def _withdraw(info: Info, uuid: UUID, etag: Etag = None) -> schemas.TypicalCase | Problem:
    """Take a case back before it is reviewed 撤回."""
    return await info.context.change(
        schemas.TypicalCase, lambda ctx: service.withdraw(ctx, uuid, version=expected_version(etag))
    )


async def _record_use(info: Info, uuid: UUID, new: Annotated[CaseUseCreateInput, _name]) -> schemas.CaseUse | Problem:
    """Write down that the own organisation has used a case 登记推广应用."""
    graph = info.context
    return await graph.change(
        schemas.CaseUse, lambda ctx: service.record_use(ctx, uuid, graph.given(schemas.CaseUseCreate, new))
    )


@strawberry.type
class Mutation:
    """What moves typical cases."""

    submit_typical_case = field(SUBMIT, _submit, TypicalCasePayload)
    review_typical_case = field(Permission.CASE_REVIEW, _review, TypicalCasePayload)
    recommend_typical_case = field(Permission.CASE_RECOMMEND, _recommend, TypicalCasePayload)
    withdraw_typical_case = field(SUBMIT, _withdraw, TypicalCasePayload)
    record_case_use = field(Permission.CASE_USE, _record_use, CaseUsePayload)


NODES: dict[str, Batch] = {"TypicalCase": cases_by_ids}
