"""SQL of the archive."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.archive.models import File, FileUsage
from app.archive.states import SHARED_KINDS
from app.core.db import AnyRow, AnySelect, touched
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.models import Region

Owner = tuple[str, UUID]
"""Kind and id of the record a file hangs on."""


def _scope(ctx: Context) -> ColumnElement[bool]:
    reach = rows(ctx.principal, Permission.FILE_READ, organisation=File.organisation_id, teacher=File.teacher_id)
    return and_(File.region_id == ctx.principal.region_id, or_(reach, File.owner_kind.in_(SHARED_KINDS)))


def _files(ctx: Context) -> AnySelect:
    return select(*File.__table__.columns).where(_scope(ctx))


def _owned(owner: Owner) -> ColumnElement[bool]:
    return and_(File.owner_kind == owner[0], File.owner_id == owner[1])


async def page(ctx: Context, owner: Owner, request: PageRequest) -> Page[AnyRow]:
    """Files of one record, oldest first."""
    statement = _files(ctx).where(_owned(owner))
    return await fetch_page(ctx.db, statement, request, order=(File.id,), scope=f"files|{owner[0]}|{owner[1]}")


async def of_owner(ctx: Context, owner: Owner, limit: int) -> Sequence[AnyRow]:
    """All files of one record, oldest first."""
    return (await ctx.db.execute(_files(ctx).where(_owned(owner)).order_by(File.id).limit(limit))).all()


async def of_owners(ctx: Context, kind: str, ids: Sequence[UUID], limit: int) -> dict[UUID, list[AnyRow]]:
    """The first files of each record, at most `limit` each, in one statement."""
    place = func.row_number().over(partition_by=File.owner_id, order_by=File.id).label("place")
    ranked = (
        select(*File.__table__.columns, place)
        .where(_scope(ctx), File.owner_kind == kind, File.owner_id.in_(ids))
        .subquery()
    )
    found: dict[UUID, list[AnyRow]] = {one: [] for one in ids}
    for row in (await ctx.db.execute(select(ranked).where(ranked.c.place <= limit).order_by(ranked.c.id))).all():
        found[row.owner_id].append(row)
    return found


async def by_id(ctx: Context, file_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One file the caller may see; `lock` holds it for a change."""
    statement = _files(ctx).where(File.id == file_id)
    return (await ctx.db.execute(statement.with_for_update() if lock else statement)).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Files (n,) -> rows (n,), same order, None where missing or not visible."""
    known = {row.id: row for row in (await ctx.db.execute(_files(ctx).where(File.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def same_content(ctx: Context, owner: Owner, sha256: bytes) -> AnyRow | None:
    """The file of a record with this content that is not hidden."""
    statement = select(*File.__table__.columns).where(
        File.region_id == ctx.principal.region_id, _owned(owner), File.sha256 == sha256, File.hidden_at.is_(None)
    )
    return (await ctx.db.execute(statement)).one_or_none()


async def count(ctx: Context, owner: Owner) -> int:
    """Files of a record, hidden ones too."""
    statement = select(func.count()).where(File.region_id == ctx.principal.region_id, _owned(owner))
    return int(await ctx.db.scalar(statement) or 0)


async def lock_usage(ctx: Context, account_id: UUID, organisation_id: UUID) -> tuple[int, int]:
    """Bytes used by the person and the organisation, both locked, in this order always."""
    used = []
    for kind, subject in (("account", account_id), ("organisation", organisation_id)):
        key = {"region_id": ctx.principal.region_id, "kind": kind, "subject_id": subject}
        statement = insert(FileUsage).values(**key)
        kept = statement.on_conflict_do_update(constraint="pk_file_usage", set_={"used_bytes": FileUsage.used_bytes})
        used.append(int((await ctx.db.execute(kept.returning(FileUsage.used_bytes))).scalar_one()))
    return used[0], used[1]


async def add(ctx: Context, values: dict[str, Any]) -> AnyRow:
    """Write a file and count its bytes to its uploader and its organisation."""
    region = ctx.principal.region_id
    statement = insert(File).values(region_id=region, **values).returning(*File.__table__.columns)
    row = (await ctx.db.execute(statement)).one()
    subjects = [("account", row.uploaded_by), ("organisation", row.organisation_id)]
    await ctx.db.execute(
        update(FileUsage)
        .where(FileUsage.region_id == region, tuple_(FileUsage.kind, FileUsage.subject_id).in_(subjects))
        .values(used_bytes=FileUsage.used_bytes + row.size_bytes)
    )
    return row


async def hide(ctx: Context, file_id: UUID, reason: str) -> AnyRow:
    """Hide a file."""
    values = {"hidden_at": func.clock_timestamp(), "hidden_by": ctx.principal.account_id, "hidden_reason": reason}
    statement = update(File).where(File.region_id == ctx.principal.region_id, File.id == file_id)
    changed = statement.values(**values, **touched(File)).returning(*File.__table__.columns)
    return (await ctx.db.execute(changed)).one()


async def regions(db: AsyncConnection) -> Sequence[int]:
    """Every region; there is no wall before it, and `region_id` of nothing to name."""
    return (await db.scalars(select(Region.id).order_by(Region.id))).all()


async def known_ids(db: AsyncConnection, region_id: int, ids: Sequence[UUID]) -> set[UUID]:
    """Those of the ids that a file of the region has."""
    return set((await db.scalars(select(File.id).where(File.region_id == region_id, File.id.in_(ids)))).all())


async def after(db: AsyncConnection, region_id: int, last: UUID | None, limit: int) -> Sequence[AnyRow]:
    """Id, hash and size of files in the order of their ids, behind `last`."""
    statement = select(File.id, File.sha256, File.size_bytes).where(File.region_id == region_id)
    if last:
        statement = statement.where(File.id > last)
    return (await db.execute(statement.order_by(File.id).limit(limit))).all()
