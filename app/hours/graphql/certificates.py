"""GraphQL of the hours certificate."""

from typing import Annotated

import strawberry

from app.access.graph import Info, Problem
from app.access.graph_types import field, input_of
from app.access.permissions import Permission
from app.certificates import schemas as certificate_schemas
from app.certificates.graphql import CertificatePayload, Key
from app.hours import schemas, service


@input_of(schemas.CertificateCreate)
class CertificateCreateInput:
    """A certificate to be issued 开具证明."""


async def _issue_certificate(
    info: Info, new: Annotated[CertificateCreateInput, strawberry.argument(name="input")], idempotency_key: Key
) -> certificate_schemas.Certificate | Problem:
    """Issue the hours certificate of a school year 开具学时证明."""
    body = lambda: info.context.given(schemas.CertificateCreate, new)  # noqa: E731
    return await info.context.change_once(
        certificate_schemas.Certificate,
        body,
        service.issue_certificate,
        verb="issueCertificate",
        key=idempotency_key,
    )


@strawberry.type
class Mutation:
    """Certificates of hours."""

    issue_certificate = field(Permission.CERTIFICATE_ISSUE_HOURS, _issue_certificate, CertificatePayload)
