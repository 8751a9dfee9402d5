"""SQL of certificates."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.certificates.models import Certificate, CertificateCounter, VerificationToken
from app.core.db import AnyRow, AnySelect, touched
from app.core.pages import Page, PageRequest, fetch_page


@dataclass(frozen=True, slots=True)
class CertificateFilter:
    """Which certificates: any part may be None."""

    kind: str | None = None
    teacher_id: UUID | None = None
    organisation_id: UUID | None = None
    period: str | None = None
    status: str | None = None


def _columns() -> tuple[Any, ...]:
    """Everything but the PDF."""
    table = Certificate.__table__
    return (
        *(column for column in table.columns if column.name not in {"pdf", "pdf_sha256"}),
        func.encode(Certificate.pdf_sha256, "hex").label("pdf_sha256"),
        (func.jsonb_array_length(Certificate.changes) > 0).label("is_changed_after"),
    )


def _certificates(ctx: Context) -> AnySelect:
    one = Certificate
    scope = rows(ctx.principal, Permission.CERTIFICATE_READ, organisation=one.organisation_id, teacher=one.teacher_id)
    return select(*_columns()).where(one.region_id == ctx.principal.region_id, scope)


async def page(ctx: Context, request: PageRequest, only: CertificateFilter) -> Page[AnyRow]:
    """Certificates, newest first."""
    parts = {name: getattr(only, name) for name in CertificateFilter.__slots__}
    statement = _certificates(ctx).where(
        *(getattr(Certificate, name) == value for name, value in parts.items() if value is not None)
    )
    return await fetch_page(
        ctx.db, statement, request, order=(Certificate.id,), descending=True, scope=f"certificates|{only}"
    )


async def by_id(ctx: Context, certificate_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One certificate the caller may see."""
    statement = _certificates(ctx).where(Certificate.id == certificate_id)
    return (await ctx.db.execute(statement.with_for_update() if lock else statement)).one_or_none()


async def by_ids(ctx: Context, ids: list[UUID]) -> list[AnyRow | None]:
    """Certificates (n,) -> rows (n,), same order, None where missing or not visible."""
    found = (await ctx.db.execute(_certificates(ctx).where(Certificate.id.in_(ids)))).all()
    known = {row.id: row for row in found}
    return [known.get(one) for one in ids]


async def file_of(ctx: Context, certificate_id: UUID) -> AnyRow | None:
    """The PDF of a certificate the caller may see, with what names it."""
    one = Certificate
    scope = rows(ctx.principal, Permission.CERTIFICATE_READ, organisation=one.organisation_id, teacher=one.teacher_id)
    statement = select(
        one.id, one.kind, one.number, one.holder_name, one.organisation_id, one.teacher_id, one.pdf, one.pdf_sha256
    ).where(one.region_id == ctx.principal.region_id, one.id == certificate_id, scope)
    return (await ctx.db.execute(statement)).one_or_none()


async def newest_edition(
    ctx: Context, kind: str, organisation_id: UUID, teacher_id: UUID | None, period: str
) -> AnyRow | None:
    """The last edition for a holder and a period, whatever its status, locked."""
    one = Certificate
    holder = (
        one.teacher_id == teacher_id
        if teacher_id
        else and_(one.teacher_id.is_(None), one.organisation_id == organisation_id)
    )
    statement = (
        select(*_columns())
        .where(one.region_id == ctx.principal.region_id, one.kind == kind, one.period == period, holder)
        .order_by(one.edition.desc())
        .limit(1)
        .with_for_update()
    )
    return (await ctx.db.execute(statement)).one_or_none()


async def next_place(ctx: Context, kind: str, year: int) -> int:
    """The next number of a kind in a year. Its row stays locked until the transaction ends, so there are no gaps."""
    counter = CertificateCounter
    statement = (
        upsert(counter)
        .values(region_id=ctx.principal.region_id, kind=kind, year=year, last=1)
        .on_conflict_do_update(
            index_elements=[counter.region_id, counter.kind, counter.year], set_={"last": counter.last + 1}
        )
        .returning(counter.last)
    )
    return int((await ctx.db.execute(statement)).scalar_one())


async def add(ctx: Context, values: dict[str, Any]) -> AnyRow:
    """Store a certificate, and where its token is to be looked up."""
    region = {"region_id": ctx.principal.region_id}
    stored = (await ctx.db.execute(insert(Certificate).values(**region, **values).returning(*_columns()))).one()
    await ctx.db.execute(insert(VerificationToken).values(**region, token_hash=_hash(values["token"])))
    return stored


async def change_status(ctx: Context, certificate_id: UUID, status: str, reason: str | None) -> AnyRow:
    """Set the status with reason, person and moment."""
    one = Certificate
    statement = (
        update(one)
        .where(one.region_id == ctx.principal.region_id, one.id == certificate_id)
        .values(
            status=status,
            status_reason=reason,
            status_changed_at=func.clock_timestamp(),
            status_changed_by=ctx.principal.account_id,
            **touched(one),
        )
        .returning(*_columns())
    )
    return (await ctx.db.execute(statement)).one()


_NOTE_CHANGES = text(
    """
    UPDATE certificates AS c
       SET changes = c.changes || n.changes, version = c.version + 1, updated_at = clock_timestamp()
      FROM (SELECT c.id, jsonb_agg(r.change ORDER BY r.place) AS changes
              FROM jsonb_to_recordset(CAST(:changes AS jsonb))
                   AS r (teacher_id uuid, period text, change jsonb, place integer)
              JOIN certificates c ON c.region_id = :region AND c.kind = :kind AND c.teacher_id = r.teacher_id
                                 AND c.period = r.period AND c.status = 'valid'
                                 AND jsonb_exists(c.stands_on -> 'records', r.change ->> 'record')
             GROUP BY c.id) AS n
     WHERE c.region_id = :region AND c.id = n.id AND c.status = 'valid'
    RETURNING c.id, c.organisation_id, c.teacher_id, n.changes
    """
)


async def note_changes(ctx: Context, kind: str, changes: Sequence[dict[str, Any]]) -> Sequence[AnyRow]:
    """Append changes to the valid certificates that stand on the changed records; those that there are.

    changes: teacher_id, period, change (at, record, what), place (their order).
    """
    values = {"region": ctx.principal.region_id, "kind": kind, "changes": json.dumps(changes, default=str)}
    return (await ctx.db.execute(_NOTE_CHANGES, values)).all()


async def region_of_token(db: AsyncConnection, token: str) -> int | None:
    """The region of a token, None where nobody was given it."""
    statement = select(VerificationToken.region_id).where(VerificationToken.token_hash == _hash(token))
    found: int | None = await db.scalar(statement)
    return found


async def by_token(db: AsyncConnection, region_id: int, token: str) -> AnyRow:
    """The certificate of a token, for anyone who has it."""
    one = Certificate
    statement = select(*_columns()).where(one.region_id == region_id, one.token == token)
    return (await db.execute(statement)).one()


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
