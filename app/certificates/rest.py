"""REST of certificates, and of their public verification."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.accounts.rest import Address, Opened
from app.certificates import service
from app.certificates.queries import CertificateFilter
from app.certificates.schemas import Certificate, CertificateRevocation, Verification
from app.certificates.states import TITLES, CertificateKind, CertificateStatus
from app.core.db import AnyRow
from app.core.schemas import Listing

router = APIRouter(tags=["certificates"])
public = APIRouter(tags=["certificates"])
READ = permits(Permission.CERTIFICATE_READ)
PDF: dict[str, Any] = {"responses": {200: {"content": {"application/pdf": {}}, "description": "PDF"}}}
Token = Annotated[str, Path(max_length=100, description="二维码中的核验码")]
Period = Annotated[str | None, Query(max_length=50, description="所属期间，如学年 2026-2027")]


@router.get("/certificates", response_model=Listing[Certificate], **READ)
async def list_certificates(
    ctx: Ctx,
    page: Paged,
    kind: CertificateKind | None = None,
    teacher_id: UUID | None = None,
    organisation_id: UUID | None = None,
    period: Period = None,
    status: CertificateStatus | None = None,
) -> object:
    """Certificates, newest first 证书列表."""
    only = CertificateFilter(kind, teacher_id, organisation_id, period, status)
    return listing(await service.find(ctx, page, only))


@router.get("/certificates/{certificate_id:uuid}", response_model=Certificate, **READ)
async def get_certificate(ctx: Ctx, certificate_id: UUID, tag: Tagged) -> object:
    """One certificate 证书详情."""
    return tag.seal(await service.get(ctx, certificate_id))


@router.get("/certificates/{certificate_id:uuid}.pdf", response_class=Response, **READ, **PDF)
async def get_certificate_pdf(ctx: Ctx, certificate_id: UUID) -> Response:
    """The PDF as it was issued 证书 PDF."""
    return _file(await service.pdf(ctx, certificate_id))


@router.post(
    "/certificates/{certificate_id:uuid}:revoke", response_model=Certificate, **permits(Permission.CERTIFICATE_REVOKE)
)
async def revoke_certificate(ctx: Ctx, certificate_id: UUID, why: CertificateRevocation, once: Once) -> Response:
    """Take a certificate back 撤销证书."""
    return await once.answer(ctx, why, lambda: service.revoke(ctx, certificate_id, why.reason), Certificate, status=200)


@public.get("/public/verifications/{token}", response_model=Verification, openapi_extra={"x-public": True})
async def verify_certificate(opened: Opened, origin: Address, token: Token, response: Response) -> object:
    """Verify a certificate by the code printed on it; nobody needs to sign in 公开核验."""
    response.headers["Cache-Control"] = "no-store"
    return await service.verify(opened, token, address=origin)


def _file(row: AnyRow) -> Response:
    name = quote(f"{TITLES[CertificateKind(row.kind)]}-{row.holder_name}-{row.number}.pdf")
    headers = {
        "Content-Disposition": f"attachment; filename=\"{row.number}.pdf\"; filename*=UTF-8''{name}",
        "ETag": f'"{row.pdf_sha256.hex()}"',
    }
    return Response(row.pdf, media_type="application/pdf", headers=headers)
