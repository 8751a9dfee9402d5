"""GraphQL of the caller's own account, and of requests for clerks' accounts."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.graph import Info, shown_many
from app.access.graph_types import Node, field, output, output_of
from app.access.graph_verbs import pages, record, verb
from app.access.permissions import Permission
from app.accounts import schemas
from app.accounts.queries.requests import RequestFilter
from app.accounts.service import own, requests

REQUEST = Permission.ACCOUNT_REQUEST
Request = schemas.AccountRequest


async def requests_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.AccountRequest | None]:
    """One request with its answer 账号申请详情."""
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


@strawberry.type
class Query:
    """What accounts answer."""

    me = field(Permission.OWN_ACCOUNT, _me, output_of(schemas.Me) | None)
    account_request = record(REQUEST, requests_by_ids, Request)
    account_requests = pages(REQUEST, requests.find, Request, only=RequestFilter)


@strawberry.type
class Mutation:
    """What moves requests for clerks' accounts."""

    create_account_request = verb(REQUEST, requests.create, schemas.AccountRequestCreate, Request, at=())
    confirm_account_request = verb(REQUEST, requests.confirm, None, schemas.AccountRequestConfirmed)
    refuse_account_request = verb(REQUEST, requests.refuse, schemas.AccountRequestRefusal, Request)
    withdraw_account_request = verb(REQUEST, requests.withdraw, None, Request)


NODES = {"AccountRequest": _requests_of_anybody}
