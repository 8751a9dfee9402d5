"""SQL of sign-in, refresh and client credentials, where nobody is signed in yet."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from app.accounts.models import Account, AccountGrant, ApiClient, RefreshToken, Session, SignInName
from app.core.db import AnyRow
from app.core.ids import new_id
from app.organisations.models import Organisation, Region


async def subject_of(db: AsyncConnection, name: str, kind: Literal["account", "client"]) -> AnyRow | None:
    """Region and subject that a sign-in name or client id opens."""
    statement = select(SignInName.region_id, SignInName.subject_id)
    return (await db.execute(statement.where(SignInName.name == name, SignInName.kind == kind))).one_or_none()


async def only_region(db: AsyncConnection) -> int | None:
    """The region of an installation that has exactly one."""
    return await db.scalar(select(func.min(Region.id)).having(func.count() == 1))


async def account_now(db: AsyncConnection, region_id: int, account_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """What decides whether an account signs in; `lock` makes concurrent guesses queue."""
    statement = select(
        Account.id,
        Account.username,
        Account.password_hash,
        Account.status,
        Account.session_version,
        Account.failed_sign_ins,
        Account.first_failed_at,
    ).where(Account.region_id == region_id, Account.id == account_id)
    return (await db.execute(statement.with_for_update() if lock else statement)).one_or_none()


async def set_failures(
    db: AsyncConnection, region_id: int, account_id: UUID, *, failures: int, first_failed_at: datetime | None
) -> None:
    """Keep the count of failed sign-ins; not a change of the record, its version stays."""
    await db.execute(
        update(Account)
        .where(Account.region_id == region_id, Account.id == account_id)
        .values(failed_sign_ins=failures, first_failed_at=first_failed_at)
    )


async def grants_held(db: AsyncConnection, region_id: int, account_id: UUID, *, on: date) -> Sequence[AnyRow]:
    """Grants of an account in force on a day, oldest first: the first one is the default."""
    department = aliased(Organisation)
    statement = (
        select(
            AccountGrant.id,
            AccountGrant.role,
            AccountGrant.organisation_id,
            Organisation.name.label("organisation_name"),
            AccountGrant.department_id,
            department.department_code.label("desk"),
        )
        .join(
            Organisation,
            (Organisation.region_id == AccountGrant.region_id) & (Organisation.id == AccountGrant.organisation_id),
        )
        .outerjoin(
            department,
            (department.region_id == AccountGrant.region_id) & (department.id == AccountGrant.department_id),
        )
        .where(
            AccountGrant.region_id == region_id,
            AccountGrant.account_id == account_id,
            AccountGrant.starts_on <= on,
            AccountGrant.ends_on.is_(None) | (AccountGrant.ends_on > on),
        )
        .order_by(AccountGrant.created_at, AccountGrant.id)
        .limit(100)
    )
    return (await db.execute(statement)).all()


async def open_session(db: AsyncConnection, region_id: int, account_id: UUID, **values: Any) -> UUID:
    """A new session; values: device, idle_until, ends_at."""
    session_id = new_id()
    await db.execute(insert(Session).values(region_id=region_id, id=session_id, account_id=account_id, **values))
    return session_id


async def session_of(db: AsyncConnection, region_id: int, token_hash: bytes) -> UUID | None:
    """The session a refresh token belongs to."""
    return await db.scalar(
        select(RefreshToken.session_id).where(
            RefreshToken.region_id == region_id, RefreshToken.token_hash == token_hash
        )
    )


async def session_now(db: AsyncConnection, region_id: int, session_id: UUID) -> AnyRow:
    """A session with the standing of its account, held for a change."""
    statement = (
        select(
            Session.id,
            Session.account_id,
            Session.created_at,
            Session.idle_until,
            Session.ends_at,
            Session.revoked_at,
            Account.status.label("account_status"),
            Account.session_version,
        )
        .join(Account, (Account.region_id == Session.region_id) & (Account.id == Session.account_id))
        .where(Session.region_id == region_id, Session.id == session_id)
        .with_for_update(of=Session)
    )
    return (await db.execute(statement)).one()


async def token_now(db: AsyncConnection, region_id: int, token_hash: bytes) -> AnyRow:
    """When a refresh token was used, and the time of the database; read after its session is locked."""
    statement = select(RefreshToken.used_at, func.clock_timestamp().label("now"))
    return (
        await db.execute(statement.where(RefreshToken.region_id == region_id, RefreshToken.token_hash == token_hash))
    ).one()


async def add_token(db: AsyncConnection, region_id: int, session_id: UUID, token_hash: bytes) -> None:
    """Store a refresh token by its hash."""
    await db.execute(insert(RefreshToken).values(region_id=region_id, session_id=session_id, token_hash=token_hash))


async def use_token(db: AsyncConnection, region_id: int, token_hash: bytes, *, at: datetime) -> None:
    """Mark a refresh token as used."""
    await db.execute(
        update(RefreshToken)
        .where(RefreshToken.region_id == region_id, RefreshToken.token_hash == token_hash)
        .values(used_at=at)
    )


async def touch_session(db: AsyncConnection, region_id: int, session_id: UUID, **values: Any) -> None:
    """Store what happened to a session: last use, idle limit, revocation."""
    await db.execute(update(Session).where(Session.region_id == region_id, Session.id == session_id).values(**values))


async def client_now(db: AsyncConnection, region_id: int, client_id: UUID) -> AnyRow | None:
    """What decides whether a program signs in."""
    statement = select(
        ApiClient.id,
        ApiClient.secret_hash,
        ApiClient.role,
        ApiClient.organisation_id,
        ApiClient.networks,
        ApiClient.expires_on,
        ApiClient.status,
        ApiClient.session_version,
    ).where(ApiClient.region_id == region_id, ApiClient.id == client_id)
    return (await db.execute(statement)).one_or_none()
