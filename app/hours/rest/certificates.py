"""REST of the hours certificate."""

from fastapi import APIRouter, Response

from app.access.doors import Ctx, Once, permits
from app.access.permissions import Permission
from app.certificates.schemas import Certificate
from app.hours import service
from app.hours.schemas import CertificateCreate

router = APIRouter(tags=["certificates"])


@router.post(
    "/certificates", response_model=Certificate, status_code=201, **permits(Permission.CERTIFICATE_ISSUE_HOURS)
)
async def issue_certificate(ctx: Ctx, new: CertificateCreate, once: Once) -> Response:
    """Issue the hours certificate of a school year 开具学时证明."""
    return await once.answer(ctx, new, lambda: service.issue_certificate(ctx, new), Certificate)
