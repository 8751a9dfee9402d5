"""REST of term assessments 学期考核."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.access.doors import Ctx, Paged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.hours.schemas import TermName
from app.school_research import service
from app.school_research.schemas import TermAssessment, TermAssessmentsSet, TermAssessmentStanding

router = APIRouter(tags=["school_research"])
READ = permits(Permission.TERM_ASSESSMENT_READ)


@router.get("/term-assessments", response_model=Listing[TermAssessment], **READ)
async def list_term_assessments(
    ctx: Ctx, page: Paged, school_id: UUID | None = None, term: Annotated[TermName | None, Query()] = None
) -> object:
    """Assessments, newest first; a teacher sees the own 学期考核列表."""
    return listing(await service.find_assessments(ctx, page, school_id, term))


@router.post(
    "/term-assessments:batchSet",
    response_model=TermAssessmentStanding,
    **permits(Permission.TERM_ASSESSMENT_SET),
)
async def set_term_assessments(ctx: Ctx, new: TermAssessmentsSet) -> object:
    """Say of up to 500 teachers whether they passed, all or none 登记考核 [A5.7.2]."""
    return await service.set_assessments(ctx, new)


@router.get("/term-assessment-progress", response_model=Listing[TermAssessmentStanding], **READ)
async def list_term_assessment_progress(ctx: Ctx, term: Annotated[TermName, Query()]) -> object:
    """How far every school is with its teachers at post 考核进度."""
    return {"items": await service.assessment_progress(ctx, term), "next_cursor": None, "total": None}
