"""GraphQL of certificates."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.graph import FIRST_DEFAULT, After, Connection, First, Info, Listed, Problem, listed, shown_many
from app.access.graph_types import Node, field, input_of, output
from app.access.permissions import Permission
from app.certificates import schemas, service
from app.certificates.queries import CertificateFilter
from app.certificates.states import CertificateKind, CertificateStatus
from app.core.db import AnyRow
from app.core.errors import NotFound
from app.core.pages import Page, PageRequest
from app.organisations import schemas as organisation_schemas
from app.organisations.graphql import Organisation, organisations_by_ids

READ = Permission.CERTIFICATE_READ
Key = Annotated[str, strawberry.argument(description="每个新请求一个新值（例如 UUID）；重试时沿用原值")]


async def certificates_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.Certificate | None]:
    """Certificates (n,) -> answers (n,), None where missing."""
    return shown_many(schemas.Certificate, await service.get_many(ctx, ids))


async def _organisation(
    root: strawberry.Parent[schemas.Certificate], info: Info
) -> organisation_schemas.Organisation | None:
    """The organisation it belongs to 所属机构."""
    return await info.context.loader(organisations_by_ids).load(root.organisation_id)


@output(schemas.Certificate)
class Certificate(Node):
    """One edition of a certificate 证书：内容不再改变，只有状态会变."""

    organisation = field(Permission.ORGANISATION_READ, _organisation, Organisation | None)


async def _certificate(info: Info, uuid: UUID) -> schemas.Certificate:
    """One certificate 证书."""
    found = await info.context.loader(certificates_by_ids).load(uuid)
    if found is None:
        raise NotFound
    return found


async def _certificates(  # noqa: PLR0913, PLR0917 - one argument per filter
    info: Info,
    first: First = FIRST_DEFAULT,
    after: After = None,
    kind: CertificateKind | None = None,
    teacher_id: UUID | None = None,
    organisation_id: UUID | None = None,
    period: Annotated[str | None, strawberry.argument(description="所属期间，如学年 2026-2027")] = None,
    status: CertificateStatus | None = None,
) -> Listed:
    """Certificates, newest first 证书列表."""
    only = CertificateFilter(kind, teacher_id, organisation_id, period, status)

    async def find(ctx: Context, request: PageRequest) -> Page[AnyRow]:
        return await service.find(ctx, request, only)

    return await listed(info, schemas.Certificate, find, first=first, after=after)


@strawberry.type
class Query:
    """What certificates answer."""

    certificate = field(READ, _certificate, Certificate | None)
    certificates = field(READ, _certificates, Connection[Certificate] | None)


@input_of(schemas.CertificateRevocation)
class CertificateRevocationInput:
    """Why a certificate is taken back 撤销理由."""


async def _revoke_certificate(
    info: Info,
    uuid: UUID,
    why: Annotated[CertificateRevocationInput, strawberry.argument(name="input")],
    idempotency_key: Key,
) -> schemas.Certificate | Problem:
    """Take a certificate back 撤销证书."""

    async def revoke(ctx: Context, body: schemas.CertificateRevocation) -> object:
        return await service.revoke(ctx, uuid, body.reason)

    body = lambda: info.context.given(schemas.CertificateRevocation, why)  # noqa: E731
    return await info.context.change_once(
        schemas.Certificate, body, revoke, verb=f"revokeCertificate {uuid}", key=idempotency_key
    )


CertificatePayload = Annotated[Certificate | Problem, strawberry.union("CertificatePayload")]


@strawberry.type
class Mutation:
    """What changes certificates."""

    revoke_certificate = field(Permission.CERTIFICATE_REVOKE, _revoke_certificate, CertificatePayload)


NODES = {"Certificate": certificates_by_ids}
