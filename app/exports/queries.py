"""SQL of exports."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect, touched
from app.core.pages import Page, PageRequest, fetch_page
from app.exports.models import Export
from app.exports.states import KEPT_HOURS


def _visible(ctx: Context) -> AnySelect:
    """Exports one asked for, and those one may decide about."""
    may_decide = rows(ctx.principal, Permission.EXPORT_APPROVE, organisation=Export.organisation_id)
    mine: ColumnElement[bool] = Export.account_id == ctx.principal.account_id
    expired = func.coalesce(Export.expires_at < func.clock_timestamp(), False).label("is_expired")
    return select(*Export.__table__.columns, expired).where(
        and_(Export.region_id == ctx.principal.region_id, or_(mine, may_decide))
    )


async def page(ctx: Context, request: PageRequest, *, kind: str | None, status: str | None) -> Page[AnyRow]:
    """Exports the caller may see, newest first."""
    statement = _visible(ctx)
    if kind:
        statement = statement.where(Export.kind == kind)
    if status:
        statement = statement.where(Export.status == status)
    scope = f"exports|{kind}|{status}"
    return await fetch_page(ctx.db, statement, request, order=(Export.id,), descending=True, scope=scope)


async def by_id(ctx: Context, export_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One export the caller may see."""
    statement = _visible(ctx).where(Export.id == export_id)
    return (await ctx.db.execute(statement.with_for_update() if lock else statement)).one_or_none()


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


async def allow_long(db: AsyncConnection) -> None:
    """Let the statements of this transaction take longer than a request's; the region is set already."""
    await db.exec_driver_sql("SET LOCAL statement_timeout = '10min'")
    await db.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '2min'")
