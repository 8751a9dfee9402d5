"""SQL of exports."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.accounts.models import Account, ApiClient
from app.core.db import AnyRow, AnySelect, touched
from app.core.operations import Operation, OperationStatus
from app.core.pages import Page, PageRequest, fetch_page
from app.exports.models import Export
from app.exports.states import KEPT_HOURS, LAID_ASIDE, ExportStatus

_WITHOUT = {"status", "failure"}
# A task laid aside or cancelled writes no file: its export is told as failed, and is being written again once somebody
# lets the task run again.
_IS_UNDER_WAY = (
    select(Operation.id)
    .where(
        Operation.region_id == Export.region_id,
        Operation.id == Export.operation_id,
        Operation.status.in_([str(OperationStatus.QUEUED), str(OperationStatus.RUNNING)]),
    )
    .correlate(Export)
    .exists()
)
_IS_LAID_ASIDE = and_(Export.status == ExportStatus.PREPARING, Export.operation_id.is_not(None), ~_IS_UNDER_WAY)
_STATUS = case((_IS_LAID_ASIDE, str(ExportStatus.FAILED)), else_=Export.status)


def _visible(ctx: Context) -> AnySelect:
    """Exports one asked for, and those one may decide about."""
    may_decide = rows(ctx.principal, Permission.EXPORT_APPROVE, organisation=Export.organisation_id)
    expired = func.coalesce(Export.expires_at < func.clock_timestamp(), False).label("is_expired")
    failure = case((_IS_LAID_ASIDE, LAID_ASIDE), else_=Export.failure).label("failure")
    columns = [column for column in Export.__table__.columns if column.name not in _WITHOUT]
    return select(*columns, _STATUS.label("status"), failure, expired).where(
        and_(Export.region_id == ctx.principal.region_id, or_(_is_own(ctx), may_decide))
    )


def _is_own(ctx: Context) -> ColumnElement[bool]:
    return Export.account_id == ctx.principal.account_id


async def page(
    ctx: Context, request: PageRequest, *, kind: str | None, status: str | None, is_own: bool
) -> Page[AnyRow]:
    """Exports the caller may see, newest first."""
    statement = _visible(ctx)
    if is_own:
        statement = statement.where(_is_own(ctx))
    if kind:
        statement = statement.where(Export.kind == kind)
    if status:
        statement = statement.where(_STATUS == status)  # noqa: SIM300 - SQL
    scope = f"exports|{kind}|{status}|{is_own}"
    return await fetch_page(ctx.db, statement, request, order=(Export.id,), descending=True, scope=scope)


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> Sequence[AnyRow]:
    """Exports the caller may see, in no order."""
    return (await ctx.db.execute(_visible(ctx).where(Export.id.in_(ids)))).all()


async def asker_name(ctx: Context) -> str:
    """What the caller is called: the name of the account, or of the API client."""
    who = ctx.principal
    person = select(Account.display_name).where(Account.region_id == who.region_id, Account.id == who.account_id)
    client = select(ApiClient.name).where(ApiClient.region_id == who.region_id, ApiClient.id == who.account_id)
    return str(await ctx.db.scalar(person) or await ctx.db.scalar(client) or "")


async def by_id(ctx: Context, export_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One export the caller may see."""
    statement = _visible(ctx).where(Export.id == export_id)
    return (await ctx.db.execute(statement.with_for_update(of=Export) if lock else statement)).one_or_none()


async def create(ctx: Context, values: Mapping[str, Any]) -> None:
    """Write a new export."""
    await ctx.db.execute(insert(Export).values(region_id=ctx.principal.region_id, **values))


async def change(db: AsyncConnection, region_id: int, export_id: UUID, values: Mapping[str, Any]) -> None:
    """Change columns of an export."""
    statement = update(Export).where(Export.region_id == region_id, Export.id == export_id)
    await db.execute(statement.values(**values, **touched(Export)))


async def ready(db: AsyncConnection, region_id: int, export_id: UUID, *, total: int, size: int) -> None:
    """The file is whole: it may be fetched for a day."""
    until = func.clock_timestamp() + timedelta(hours=KEPT_HOURS)
    values = {"status": "ready", "total": total, "file_size": size, "expires_at": until}
    await change(db, region_id, export_id, values)


async def failed(db: AsyncConnection, region_id: int, export_id: UUID, why: str) -> AnyRow | None:
    """An export that was being written comes to nothing; None if it is not being written any more."""
    statement = (
        update(Export)
        .where(Export.region_id == region_id, Export.id == export_id, Export.status == ExportStatus.PREPARING)
        .values(status=str(ExportStatus.FAILED), failure=why, **touched(Export))
        .returning(Export.kind, Export.total, Export.account_id, Export.organisation_id)
    )
    return (await db.execute(statement)).one_or_none()


async def allow_long(db: AsyncConnection) -> None:
    """Let the statements of this transaction take longer than a request's; the region is set already."""
    await db.exec_driver_sql("SET LOCAL statement_timeout = '10min'")
    await db.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '2min'")
