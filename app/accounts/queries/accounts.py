"""SQL of accounts, their grants and sessions."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.access.context import Context
from app.access.permissions import Permission, Role
from app.access.visibility import rows
from app.accounts.models import Account, AccountGrant, Session, SignInName
from app.core.clock import CHINA
from app.core.db import AnyRow, AnySelect, touched
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page

_COLUMNS = (
    Account.id,
    Account.username,
    Account.display_name,
    Account.teacher_id,
    Account.status,
    Account.password_changed_at,
    Account.created_at,
    Account.updated_at,
    Account.version,
)
_GRANT_COLUMNS = (
    AccountGrant.id,
    AccountGrant.account_id,
    AccountGrant.role,
    AccountGrant.organisation_id,
    AccountGrant.department_id,
    AccountGrant.granted_by,
    AccountGrant.starts_on,
    AccountGrant.ends_on,
    AccountGrant.created_at,
    AccountGrant.updated_at,
    AccountGrant.version,
)


def _not_ended(ctx: Context) -> ColumnElement[bool]:
    return AccountGrant.ends_on.is_(None) | (AccountGrant.ends_on > ctx.clock.today)


def _visible(ctx: Context) -> AnySelect:
    """Accounts with a grant in the caller's scope that has not ended; without grants only where all are seen."""
    who = ctx.principal
    granted = exists().where(
        AccountGrant.region_id == Account.region_id,
        AccountGrant.account_id == Account.id,
        _not_ended(ctx),
        rows(who, Permission.ACCOUNT_READ, organisation=AccountGrant.organisation_id),
    )
    scope = or_(rows(who, Permission.ACCOUNT_READ), granted)
    return select(*_COLUMNS).where(Account.region_id == who.region_id, scope)


async def page(
    ctx: Context,
    request: PageRequest,
    *,
    role: str | None,
    organisation_id: UUID | None,
    status: str | None,
    text: str | None,
) -> Page[AnyRow]:
    """Accounts by username; `text` is a part of username or display name, role and organisation those of one grant."""
    statement = _visible(ctx)
    if role or organisation_id:
        held = exists().where(
            AccountGrant.region_id == Account.region_id, AccountGrant.account_id == Account.id, _not_ended(ctx)
        )
        held = held.where(AccountGrant.role == role) if role else held
        held = held.where(AccountGrant.organisation_id == organisation_id) if organisation_id else held
        statement = statement.where(held)
    if status:
        statement = statement.where(Account.status == status)
    if text:
        statement = statement.where(
            or_(
                Account.username.contains(text.lower(), autoescape=True),
                Account.display_name.contains(text, autoescape=True),
            )
        )
    scope = f"accounts|{role}|{organisation_id}|{status}|{text}"
    return await fetch_page(ctx.db, statement, request, order=(Account.username, Account.id), scope=scope)


async def by_id(ctx: Context, account_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One account the caller may see; `lock` holds it for a change."""
    statement = _visible(ctx).where(Account.id == account_id)
    return (await ctx.db.execute(statement.with_for_update() if lock else statement)).one_or_none()


async def of_teacher(ctx: Context, teacher_id: UUID) -> UUID | None:
    """The account of a teacher, held for a change."""
    statement = select(Account.id).where(Account.region_id == ctx.principal.region_id, Account.teacher_id == teacher_id)
    return (await ctx.db.scalars(statement.with_for_update())).one_or_none()


async def own(ctx: Context, *, lock: bool = False) -> AnyRow | None:
    """The caller's own account with its password's hash; None for programs."""
    who = ctx.principal
    statement = select(*_COLUMNS, Account.password_hash).where(
        Account.region_id == who.region_id, Account.id == who.account_id
    )
    return (await ctx.db.execute(statement.with_for_update() if lock else statement)).one_or_none()


async def create_with_hash(  # noqa: PLR0913, PLR0917 - the columns of an account and its grant
    db: AsyncConnection,
    region_id: int,
    username: str,
    display_name: str,
    password_hash: str,
    role: Role | str,
    organisation_id: UUID,
    department_id: UUID | None = None,
    teacher_id: UUID | None = None,
    *,
    starts_on: date | None = None,
    ends_on: date | None = None,
    granted_by: UUID | None = None,
) -> UUID:
    """Store an account with its first grant, for loaders with a hash made beforehand; no checks but the database's.

    The transaction is one of the region. starts_on None: today in China. Returns the account's id.
    """
    account_id, name = new_id(), username.lower()
    await db.execute(insert(SignInName).values(name=name, kind="account", region_id=region_id, subject_id=account_id))
    await db.execute(
        insert(Account).values(
            region_id=region_id,
            id=account_id,
            username=name,
            display_name=display_name,
            password_hash=password_hash,
            teacher_id=teacher_id,
        )
    )
    await db.execute(
        insert(AccountGrant).values(
            region_id=region_id,
            id=new_id(),
            account_id=account_id,
            role=str(role),
            organisation_id=organisation_id,
            department_id=department_id,
            granted_by=granted_by,
            starts_on=starts_on or datetime.now(CHINA).date(),
            ends_on=ends_on,
        )
    )
    return account_id


async def change(ctx: Context, account_id: UUID, values: dict[str, Any], *, narrows: bool = False) -> AnyRow:
    """Store changes of one account; `narrows` also refuses its access tokens from their next check on, 5 s at most."""
    versions = {"session_version": Account.session_version + 1} if narrows else {}
    statement = (
        update(Account)
        .where(Account.region_id == ctx.principal.region_id, Account.id == account_id)
        .values(**values, **versions, **touched(Account))
        .returning(*_COLUMNS)
    )
    return (await ctx.db.execute(statement)).one()


async def set_password(ctx: Context, account_id: UUID, password_hash: str, *, narrows: bool) -> AnyRow:
    """Store a new password and forget failed sign-ins."""
    now = func.clock_timestamp()
    values = {"password_hash": password_hash, "password_changed_at": now, "failed_sign_ins": 0, "first_failed_at": None}
    return await change(ctx, account_id, values, narrows=narrows)


async def grants(ctx: Context, account_id: UUID) -> Sequence[AnyRow]:
    """Grants of an account that lie in the caller's scope, ended ones too, oldest first."""
    scope = rows(ctx.principal, Permission.ACCOUNT_READ, organisation=AccountGrant.organisation_id)
    return (await ctx.db.execute(_grants(ctx, account_id).where(scope))).all()


async def grants_not_ended(ctx: Context, account_id: UUID) -> Sequence[AnyRow]:
    """Every grant of an account that has not ended, whoever asks: what decides who may change the account."""
    return (await ctx.db.execute(_grants(ctx, account_id).where(_not_ended(ctx)))).all()


def _grants(ctx: Context, account_id: UUID) -> AnySelect:
    return (
        select(*_GRANT_COLUMNS)
        .where(AccountGrant.region_id == ctx.principal.region_id, AccountGrant.account_id == account_id)
        .order_by(AccountGrant.created_at, AccountGrant.id)
        .limit(200)
    )


async def add_grant(ctx: Context, values: dict[str, Any]) -> AnyRow:
    """Store a new grant by the caller."""
    fields = {"region_id": ctx.principal.region_id, "id": new_id(), "granted_by": ctx.principal.account_id, **values}
    return (await ctx.db.execute(insert(AccountGrant).values(**fields).returning(*_GRANT_COLUMNS))).one()


async def end_grant(ctx: Context, grant_id: UUID, *, on: date) -> AnyRow:
    """Store the end of a grant; one that has not begun ends on its first day."""
    statement = (
        update(AccountGrant)
        .where(AccountGrant.region_id == ctx.principal.region_id, AccountGrant.id == grant_id)
        .values(ends_on=func.greatest(on, AccountGrant.starts_on), **touched(AccountGrant))
        .returning(*_GRANT_COLUMNS)
    )
    return (await ctx.db.execute(statement)).one()


async def open_sessions(ctx: Context) -> Sequence[AnyRow]:
    """The caller's open sessions, last used first."""
    who = ctx.principal
    statement = (
        select(
            Session.id,
            Session.device,
            Session.created_at,
            Session.last_used_at,
            Session.ends_at,
            (Session.id == who.session_id).label("is_current"),
        )
        .where(Session.account_id == who.account_id, *_open(ctx))
        .order_by(Session.last_used_at.desc(), Session.id.desc())
        .limit(200)
    )
    return (await ctx.db.execute(statement)).all()


async def end_sessions(
    ctx: Context, account_id: UUID, *, because: str, only: UUID | None = None, but: UUID | None = None
) -> int:
    """Revoke open sessions of an account (`only` one, or all `but` one); how many there were."""
    statement = (
        update(Session)
        .where(Session.account_id == account_id, *_open(ctx))
        .values(revoked_at=func.clock_timestamp(), revoked_because=because, **touched(Session))
    )
    if only:
        statement = statement.where(Session.id == only)
    if but:
        statement = statement.where(Session.id != but)
    return (await ctx.db.execute(statement)).rowcount


def _open(ctx: Context) -> tuple[ColumnElement[bool], ...]:
    now = func.clock_timestamp()
    return (
        Session.region_id == ctx.principal.region_id,
        Session.revoked_at.is_(None),
        Session.idle_until > now,
        Session.ends_at > now,
    )
