"""GraphQL of the caller's own account, and of requests for clerks' accounts."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.doors import expected_version
from app.access.graph import (
    FIRST_DEFAULT,
    After,
    Connection,
    Etag,
    First,
    Info,
    Listed,
    Problem,
    listed,
    shown_many,
)
from app.access.graph_types import Node, field, input_of, output, output_of
from app.access.permissions import Permission
from app.accounts import schemas
from app.accounts.service import own, requests
from app.accounts.states import AccountRequestStatus
from app.core.db import AnyRow
from app.core.errors import NotFound
from app.core.pages import Page, PageRequest

REQUEST = Permission.ACCOUNT_REQUEST


async def requests_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.AccountRequest | None]:
    """Requests (n,) -> answers (n,), None where missing."""
    return shown_many(schemas.AccountRequest, await requests.get_many(ctx, list(ids)))


async def _requests_of_anybody(ctx: Context, ids: Sequence[UUID]) -> list[schemas.AccountRequest | None]:
    """The same for global ids: to whom requests are closed, they are missing like any other's."""
    if ctx.principal.grant(REQUEST) is None:
        return [None] * len(ids)
    return await requests_by_ids(ctx, ids)


async def _me(info: Info) -> schemas.Me:
    """Who is asking, in which role, and what it may do 当前用户."""
    return await info.context.fetch(own.me)


@output(schemas.AccountRequest)
class AccountRequest(Node):
    """A clerk's account or grant that is in force once a second person confirms it 账号申请."""


@output(schemas.AccountRequestConfirmed)
class AccountRequestConfirmed:
    """A confirmed request with the password that was made for a new account, shown this once."""


async def _account_request(info: Info, uuid: UUID) -> schemas.AccountRequest:
    """One request with its answer 账号申请详情."""
    found = await info.context.loader(requests_by_ids).load(uuid)
    if found is None:
        raise NotFound
    return found


async def _account_requests(
    info: Info,
    first: First = FIRST_DEFAULT,
    after: After = None,
    status: AccountRequestStatus | None = None,
    organisation_id: UUID | None = None,
) -> Listed:
    """Clerks' accounts and grants asked for, newest first 账号申请列表."""

    async def find(ctx: Context, request: PageRequest) -> Page[AnyRow]:
        return await requests.find(ctx, request, status=status, organisation_id=organisation_id)

    return await listed(info, schemas.AccountRequest, find, first=first, after=after)


@strawberry.type
class Query:
    """What accounts answer."""

    me = field(Permission.OWN_ACCOUNT, _me, output_of(schemas.Me) | None)
    account_request = field(REQUEST, _account_request, AccountRequest | None)
    account_requests = field(REQUEST, _account_requests, Connection[AccountRequest] | None)


@input_of(schemas.AccountRequestCreate)
class AccountRequestCreateInput:
    """Ask for a school clerk's account 申请学校经办人账号: a new one, or the grant for a teacher's own account."""


@input_of(schemas.AccountRequestRefusal)
class AccountRequestRefusalInput:
    """Why a request is refused 不同意的理由."""


_name = strawberry.argument(name="input")
AccountRequestPayload = Annotated[AccountRequest | Problem, strawberry.union("AccountRequestPayload")]
AccountRequestConfirmedPayload = Annotated[
    AccountRequestConfirmed | Problem, strawberry.union("AccountRequestConfirmedPayload")
]


async def _create(info: Info, new: Annotated[AccountRequestCreateInput, _name]) -> schemas.AccountRequest | Problem:
    """Ask for a school clerk's account or grant; a second person confirms it 申请学校经办人账号."""
    graph = info.context
    return await graph.change(
        schemas.AccountRequest, lambda ctx: requests.create(ctx, graph.given(schemas.AccountRequestCreate, new))
    )


async def _confirm(info: Info, uuid: UUID, etag: Etag = None) -> schemas.AccountRequestConfirmed | Problem:
    """Put an account or grant in force as the second person 确认."""
    return await info.context.change(
        schemas.AccountRequestConfirmed, lambda ctx: requests.confirm(ctx, uuid, version=expected_version(etag))
    )


async def _refuse(
    info: Info, uuid: UUID, refusal: Annotated[AccountRequestRefusalInput, _name]
) -> schemas.AccountRequest | Problem:
    """Refuse a request, with a reason 不同意."""
    graph = info.context

    async def act(ctx: Context) -> object:
        body = graph.given(schemas.AccountRequestRefusal, refusal)
        return await requests.refuse(ctx, uuid, body, version=expected_version(body.etag))

    return await graph.change(schemas.AccountRequest, act)


async def _withdraw(info: Info, uuid: UUID, etag: Etag = None) -> schemas.AccountRequest | Problem:
    """Take an own request back before it is answered 撤回."""
    return await info.context.change(
        schemas.AccountRequest, lambda ctx: requests.withdraw(ctx, uuid, version=expected_version(etag))
    )


@strawberry.type
class Mutation:
    """What moves requests for clerks' accounts."""

    create_account_request = field(REQUEST, _create, AccountRequestPayload)
    confirm_account_request = field(REQUEST, _confirm, AccountRequestConfirmedPayload)
    refuse_account_request = field(REQUEST, _refuse, AccountRequestPayload)
    withdraw_account_request = field(REQUEST, _withdraw, AccountRequestPayload)


NODES = {"AccountRequest": _requests_of_anybody}
