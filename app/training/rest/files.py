"""REST of files of submissions."""

from uuid import UUID

from fastapi import APIRouter, Response

from app.access.doors import Ctx, Paged, listing, permits
from app.access.permissions import Permission
from app.archive.rest import Arrival, uploads
from app.archive.schemas import File
from app.core.schemas import Listing
from app.training import service
from app.training.rest.work import ONE

router = APIRouter(tags=["files"])


@router.post(f"{ONE}/files", **uploads(Permission.TRAINING_SUBMIT))
async def attach_training_submission_file(
    arrived: Arrival, ctx: Ctx, project_id: UUID, submission_id: UUID
) -> Response:
    """Upload a file of an own submission; the same content again is the same file 上传作业附件 [M6.3.1]."""
    limits = arrived.shelf.limits
    row = await service.attach_submission_file(ctx, project_id, submission_id, arrived.draft, limits)
    return arrived.answer(row)


@router.get(f"{ONE}/files", response_model=Listing[File], **permits(Permission.TRAINING_SUBMISSION_READ))
async def list_training_submission_files(ctx: Ctx, project_id: UUID, submission_id: UUID, page: Paged) -> object:
    """Files of a submission, oldest first 作业附件 [A2.3c]."""
    return listing(await service.find_submission_files(ctx, page, project_id, submission_id))
