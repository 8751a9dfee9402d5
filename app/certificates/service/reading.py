"""Use cases that read certificates."""

from collections.abc import Sequence
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.certificates import queries
from app.certificates.queries import CertificateFilter
from app.core.db import AnyRow
from app.core.errors import NotFound
from app.core.pages import Page, PageRequest


async def find(ctx: Context, request: PageRequest, only: CertificateFilter) -> Page[AnyRow]:
    """A page of certificates, newest first."""
    ctx.require(Permission.CERTIFICATE_READ)
    return await queries.page(ctx, request, only)


async def get(ctx: Context, certificate_id: UUID) -> AnyRow:
    """One certificate; NotFound outside the scope."""
    ctx.require(Permission.CERTIFICATE_READ)
    row = await queries.by_id(ctx, certificate_id)
    if row is None:
        raise NotFound
    return row


async def get_many(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Certificates (n,) -> rows (n,), None where missing."""
    ctx.require(Permission.CERTIFICATE_READ)
    return await queries.by_ids(ctx, list(ids))


async def pdf(ctx: Context, certificate_id: UUID) -> AnyRow:
    """The PDF as it was issued, to the byte; who fetched it is put on record (personal data leave the service)."""
    ctx.require(Permission.CERTIFICATE_READ)
    row = await queries.file_of(ctx, certificate_id)
    if row is None:
        raise NotFound
    await ctx.record(
        "certificate.downloaded",
        entity="certificate",
        entity_id=row.id,
        place=Place(row.organisation_id, row.teacher_id),
        channel="audit",
    )
    return row
