"""REST of course designs and experts' opinions."""

from uuid import UUID

from fastapi import APIRouter, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.training import service
from app.training.schemas import (
    CourseDesign,
    CourseDesignCreate,
    CourseReview,
    CourseReviewWrite,
    TrainingMove,
    TrainingReason,
)

router = APIRouter(tags=["training"])
READ, REVIEW = permits(Permission.COURSE_DESIGN_READ), permits(Permission.COURSE_DESIGN_REVIEW)
ALL = "/projects/{project_id:uuid}/course-designs"
ONE = f"{ALL}/{{design_id:uuid}}"


@router.get(ALL, response_model=Listing[CourseDesign], **READ)
async def list_course_designs(ctx: Ctx, project_id: UUID, page: Paged) -> object:
    """Versions of the course design, newest first 课程设计各版 [A2.3a]."""
    return listing(await service.find_designs(ctx, page, project_id))


@router.post(ALL, response_model=CourseDesign, status_code=201, **permits(Permission.COURSE_DESIGN_WRITE))
async def hand_in_course_design(ctx: Ctx, project_id: UUID, new: CourseDesignCreate, once: Once) -> Response:
    """Hand in a version of the host's course design 提交课程设计 [A2.3a]."""
    return await once.answer(ctx, new, lambda: service.hand_in_design(ctx, project_id, new), CourseDesign)


@router.get(ONE, response_model=CourseDesign, **READ)
async def get_course_design(ctx: Ctx, project_id: UUID, design_id: UUID, tag: Tagged) -> object:
    """One version of the course design 课程设计详情 [A2.3a]."""
    return tag.seal(await service.get_design(ctx, project_id, design_id))


@router.get(f"{ONE}/reviews", response_model=Listing[CourseReview], **permits(Permission.COURSE_REVIEW_READ))
async def list_course_reviews(ctx: Ctx, project_id: UUID, design_id: UUID, page: Paged) -> object:
    """What experts said of a version 专家意见 [A2.3a]."""
    return listing(await service.find_reviews(ctx, page, project_id, design_id))


@router.post(f"{ONE}:review", response_model=CourseReview, status_code=201, **REVIEW)
async def review_course_design(ctx: Ctx, project_id: UUID, design_id: UUID, new: CourseReviewWrite) -> object:
    """Put an expert's opinion on record; never the author's 登记专家意见 [A2.3a]."""
    return await service.review_design(ctx, project_id, design_id, new)


@router.post(f"{ONE}:accept", response_model=CourseDesign, **REVIEW)
async def accept_course_design(ctx: Ctx, project_id: UUID, design_id: UUID, given: TrainingMove, tag: Tagged) -> object:
    """Accept a version that experts reviewed; the one before is replaced 通过课程设计 [A2.3a]."""
    return tag.seal(await service.accept_design(ctx, project_id, design_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:return", response_model=CourseDesign, **REVIEW)
async def return_course_design(
    ctx: Ctx, project_id: UUID, design_id: UUID, given: TrainingReason, tag: Tagged
) -> object:
    """Send a version back to the host with a reason 退回课程设计 [A2.3a]."""
    return tag.seal(await service.return_design(ctx, project_id, design_id, given, version=tag.expected(given)))
