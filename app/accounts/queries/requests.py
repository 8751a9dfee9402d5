"""SQL of requests for clerks' accounts and grants."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, func, insert, select, update

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.accounts.models import Account, AccountGrant, AccountRequest, SignInName
from app.accounts.states import AccountRequestStatus
from app.core.asked import moved
from app.core.db import AnyRow, AnySelect
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.models import Organisation

_ONE = AccountRequest


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """Which requests: any part may be None."""

    status: AccountRequestStatus | None = None
    organisation_id: UUID | None = None


def _visible(ctx: Context) -> AnySelect:
    """Requests for organisations in the caller's scope, with the names of the account there is or will be."""
    who = ctx.principal
    return (
        select(
            _ONE.id,
            _ONE.organisation_id,
            Organisation.name.label("organisation_name"),
            func.coalesce(_ONE.username, Account.username).label("username"),
            func.coalesce(_ONE.display_name, Account.display_name).label("display_name"),
            _ONE.account_id,
            _ONE.ends_on,
            _ONE.grant_id,
            _ONE.status,
            _ONE.asked_by,
            _ONE.answered_by,
            _ONE.answered_at,
            _ONE.answer_reason,
            _ONE.created_at,
            _ONE.updated_at,
            _ONE.version,
        )
        .join(Organisation, and_(Organisation.region_id == _ONE.region_id, Organisation.id == _ONE.organisation_id))
        .outerjoin(Account, and_(Account.region_id == _ONE.region_id, Account.id == _ONE.account_id))
        .where(
            _ONE.region_id == who.region_id,
            rows(who, Permission.ACCOUNT_REQUEST, organisation=_ONE.organisation_id),
        )
    )


async def page(ctx: Context, request: PageRequest, only: RequestFilter) -> Page[AnyRow]:
    """Requests the caller may see, newest first."""
    statement = _visible(ctx)
    if only.status:
        statement = statement.where(_ONE.status == only.status)
    if only.organisation_id:
        statement = statement.where(_ONE.organisation_id == only.organisation_id)
    scope = f"account-requests|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_ONE.id,), descending=True, scope=scope)


async def by_id(ctx: Context, request_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One request the caller may see; `lock` holds it for its answer."""
    statement = _visible(ctx).where(_ONE.id == request_id)
    return (await ctx.db.execute(statement.with_for_update(of=_ONE) if lock else statement)).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Requests (n,) -> rows (n,), same order, None where missing or not visible."""
    known = {row.id: row for row in (await ctx.db.execute(_visible(ctx).where(_ONE.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def account_of(ctx: Context, teacher_id: UUID) -> UUID | None:
    """The account of a teacher that has a grant within the caller's reach and is open, held for a change."""
    who = ctx.principal
    reached = exists().where(
        AccountGrant.region_id == Account.region_id,
        AccountGrant.account_id == Account.id,
        AccountGrant.ends_on.is_(None) | (AccountGrant.ends_on > ctx.clock.today),
        rows(who, Permission.ACCOUNT_REQUEST, organisation=AccountGrant.organisation_id),
    )
    statement = select(Account.id).where(
        Account.region_id == who.region_id, Account.teacher_id == teacher_id, Account.status == "active", reached
    )
    return (await ctx.db.scalars(statement)).one_or_none()


async def hold_account(ctx: Context, account_id: UUID) -> bool:
    """Hold an account for a grant; False where it is locked by now."""
    statement = select(Account.status).where(Account.region_id == ctx.principal.region_id, Account.id == account_id)
    return (await ctx.db.scalars(statement.with_for_update())).one() == "active"


async def is_name_taken(ctx: Context, username: str) -> bool:
    """Whether a sign-in name is in use, in whatever region."""
    statement = select(exists().where(SignInName.name == username.lower(), SignInName.kind == "account"))
    return bool(await ctx.db.scalar(statement))


async def add(ctx: Context, values: dict[str, Any]) -> UUID:
    """Write a request; a second open one for the same account is refused by the database."""
    made = new_id()
    who = {"region_id": ctx.principal.region_id, "asked_by": ctx.principal.account_id}
    await ctx.db.execute(insert(_ONE).values(id=made, **who, **values))
    return made


async def move(ctx: Context, request_id: UUID, values: dict[str, Any]) -> None:
    """Move a request to a status; values: the status, and the answer where there is one."""
    one = and_(_ONE.region_id == ctx.principal.region_id, _ONE.id == request_id)
    await ctx.db.execute(update(_ONE).where(one).values(**moved(_ONE, values)))
