"""REST of activities and attendance 校本研修活动."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.hours.schemas import TermName
from app.school_research import service
from app.school_research.queries.activities import ActivityFilter
from app.school_research.schemas import (
    ResearchActivity,
    ResearchActivityCancel,
    ResearchActivityCreate,
    ResearchActivityMove,
    ResearchActivityPatch,
    ResearchAttendance,
    ResearchAttendanceCreate,
    ResearchClaim,
    ResearchClaimCreate,
    ResearchSignIn,
    ResearchSignInCode,
)
from app.school_research.states import ResearchActivityStatus

router = APIRouter(tags=["school_research"])
READ = permits(Permission.RESEARCH_ACTIVITY_READ)
RECORD = permits(Permission.RESEARCH_ACTIVITY_RECORD)
ONE = "/research-activities/{activity_id:uuid}"


@router.get("/research-activities", response_model=Listing[ResearchActivity], **READ)
async def list_research_activities(
    ctx: Ctx,
    page: Paged,
    school_id: UUID | None = None,
    central_school_id: UUID | None = None,
    term: Annotated[TermName | None, Query()] = None,
    status: ResearchActivityStatus | None = None,
) -> object:
    """Activities, newest first 校本研修活动列表."""
    only = ActivityFilter.of(school_id, central_school_id, term, status)
    return listing(await service.find_activities(ctx, page, only))


@router.post("/research-activities", response_model=ResearchActivity, status_code=201, **RECORD)
async def create_research_activity(ctx: Ctx, new: ResearchActivityCreate, tag: Tagged) -> object:
    """Record an activity 登记活动."""
    return tag.seal(await service.create_activity(ctx, new))


@router.post("/research-activities:claimHours", response_model=ResearchClaim, **permits(Permission.SUBMISSION_FILE))
async def claim_research_hours(ctx: Ctx, new: ResearchClaimCreate, once: Once) -> Response:
    """Turn the attendance of a term into hours sheets 生成学时申报 [A5.7.1]."""
    return await once.answer(ctx, new, lambda: service.claim_hours(ctx, new), ResearchClaim, status=200)


@router.post("/research-activities:signIn", response_model=ResearchActivity, **permits(Permission.RESEARCH_SIGN_IN))
async def sign_in_to_research_activity(ctx: Ctx, given: ResearchSignIn) -> object:
    """Sign in by the code shown at the activity, on its day 签到."""
    return await service.sign_in(ctx, given)


@router.get(ONE, response_model=ResearchActivity, **READ)
async def get_research_activity(ctx: Ctx, activity_id: UUID, tag: Tagged) -> object:
    """One activity 活动."""
    return tag.seal(await service.get_activity(ctx, activity_id))


@router.patch(ONE, response_model=ResearchActivity, **RECORD)
async def change_research_activity(ctx: Ctx, activity_id: UUID, patch: ResearchActivityPatch, tag: Tagged) -> object:
    """Correct an activity, until its hours are claimed 修改活动."""
    return tag.seal(await service.change_activity(ctx, activity_id, patch, version=tag.expected(patch)))


@router.post(f"{ONE}:cancel", response_model=ResearchActivity, **RECORD)
async def cancel_research_activity(ctx: Ctx, activity_id: UUID, why: ResearchActivityCancel, tag: Tagged) -> object:
    """Let an activity not count 作废."""
    return tag.seal(await service.cancel_activity(ctx, activity_id, why, version=tag.expected(why)))


@router.post(f"{ONE}:openSignIn", response_model=ResearchSignInCode, **RECORD)
async def open_research_sign_in(ctx: Ctx, activity_id: UUID, move: ResearchActivityMove, tag: Tagged) -> object:
    """Make a code that teachers sign in with on the day 开放签到."""
    return await service.open_sign_in(ctx, activity_id, move, version=tag.expected(move))


@router.get(f"{ONE}/attendance", response_model=Listing[ResearchAttendance], **READ)
async def list_research_attendance(ctx: Ctx, activity_id: UUID, page: Paged) -> object:
    """Who took part; a teacher sees the own line 出席."""
    return listing(await service.attendance(ctx, page, activity_id))


@router.post(f"{ONE}/attendance:batchCreate", response_model=ResearchActivity, **RECORD)
async def create_research_attendance(ctx: Ctx, activity_id: UUID, new: ResearchAttendanceCreate, tag: Tagged) -> object:
    """Enter up to 500 who took part, all or none 出席名单."""
    return tag.seal(await service.add_attendance(ctx, activity_id, new, version=tag.expected(new)))


@router.delete(f"{ONE}/attendance/{{teacher_id:uuid}}", response_model=ResearchActivity, **RECORD)
async def delete_research_attendance(ctx: Ctx, activity_id: UUID, teacher_id: UUID, tag: Tagged) -> object:
    """Take a teacher off the list 删去出席."""
    return tag.seal(await service.remove_attendance(ctx, activity_id, teacher_id, version=tag.expected()))
