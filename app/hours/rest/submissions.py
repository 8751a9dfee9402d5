"""REST of school sheets 学时申报."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.access.doors import Ctx, Once, Paged, Tagged, TextRoute, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.hours import service
from app.hours.queries.submissions import SubmissionFilter
from app.hours.schemas import (
    HoursSubmission,
    HoursSubmissionAct,
    HoursSubmissionCheck,
    HoursSubmissionCreate,
    HoursSubmissionLine,
    HoursSubmissionLinePatch,
    HoursSubmissionLinesCreate,
    HoursSubmissionMove,
    HoursSubmissionPaste,
    HoursSubmissionPatch,
    HoursSubmissionProposal,
    HoursSubmissionReturn,
    TermName,
)
from app.hours.states import HoursCategory, SubmissionStatus
from app.organisations.schemas import YearName

router = APIRouter(tags=["hours"])
pasting = APIRouter(tags=["hours"], route_class=TextRoute)
READ = permits(Permission.SUBMISSION_READ)
FILE = permits(Permission.SUBMISSION_FILE)
PASTE = FILE["openapi_extra"] | TextRoute.DOCUMENTED
ONE = "/hours-submissions/{submission_id:uuid}"


@router.get("/hours-submissions", response_model=Listing[HoursSubmission], **READ)
async def list_hours_submissions(
    ctx: Ctx,
    page: Paged,
    school_id: UUID | None = None,
    central_school_id: UUID | None = None,
    school_year: Annotated[YearName | None, Query()] = None,
    term: Annotated[TermName | None, Query()] = None,
    category: HoursCategory | None = None,
    status: SubmissionStatus | None = None,
) -> object:
    """School sheets, newest first 学时申报列表."""
    only = SubmissionFilter.of(school_id, central_school_id, school_year, term, category, status)
    return listing(await service.find_submissions(ctx, page, only))


@router.post("/hours-submissions", response_model=HoursSubmission, status_code=201, **FILE)
async def create_hours_submission(ctx: Ctx, new: HoursSubmissionCreate, tag: Tagged) -> object:
    """Begin a sheet 新建学时申报."""
    return tag.seal(await service.create_submission(ctx, new))


@router.post("/hours-submissions:check", response_model=HoursSubmissionCheck, **FILE)
async def check_hours_submission_proposal(ctx: Ctx, proposal: HoursSubmissionProposal) -> object:
    """What would become of lines that are not stored 试算（不保存）."""
    return await service.check_proposal(ctx, proposal)


@router.get(ONE, response_model=HoursSubmission, **READ)
async def get_hours_submission(ctx: Ctx, submission_id: UUID, tag: Tagged) -> object:
    """One sheet 学时申报."""
    return tag.seal(await service.get_submission(ctx, submission_id))


@router.patch(ONE, response_model=HoursSubmission, **FILE)
async def change_hours_submission(ctx: Ctx, submission_id: UUID, patch: HoursSubmissionPatch, tag: Tagged) -> object:
    """Change the note 修改说明."""
    return tag.seal(await service.change_submission(ctx, submission_id, patch, version=tag.expected(patch)))


@router.get(f"{ONE}/lines", response_model=Listing[HoursSubmissionLine], **READ)
async def list_hours_submission_lines(ctx: Ctx, submission_id: UUID, page: Paged) -> object:
    """The lines of a sheet 申报明细."""
    return listing(await service.submission_lines(ctx, page, submission_id))


@router.post(f"{ONE}/lines:batchCreate", response_model=HoursSubmission, **FILE)
async def create_hours_submission_lines(
    ctx: Ctx, submission_id: UUID, new: HoursSubmissionLinesCreate, tag: Tagged
) -> object:
    """Enter up to 500 lines, all or none 批量填报."""
    return tag.seal(await service.add_lines(ctx, submission_id, new, version=tag.expected(new)))


@pasting.post(f"{ONE}/lines:paste", response_model=HoursSubmission, openapi_extra=PASTE)
async def paste_hours_submission_lines(
    ctx: Ctx,
    submission_id: UUID,
    paste: HoursSubmissionPaste,
    tag: Tagged,
    replace: Annotated[bool, Query(description="同 JSON 中的 replace，供纯文本使用")] = False,
) -> object:
    """Enter rows copied from a spreadsheet, as JSON or as plain text 粘贴填报."""
    whole = paste.model_copy(update={"replace": paste.replace or replace})
    return tag.seal(await service.paste_lines(ctx, submission_id, whole, version=tag.expected(paste)))


@router.patch(f"{ONE}/lines/{{line_id:uuid}}", response_model=HoursSubmission, **FILE)
async def change_hours_submission_line(
    ctx: Ctx, submission_id: UUID, line_id: UUID, patch: HoursSubmissionLinePatch, tag: Tagged
) -> object:
    """Correct a line; answers the sheet 修改明细."""
    return tag.seal(await service.change_line(ctx, submission_id, line_id, patch, version=tag.expected(patch)))


@router.delete(f"{ONE}/lines/{{line_id:uuid}}", response_model=HoursSubmission, **FILE)
async def delete_hours_submission_line(ctx: Ctx, submission_id: UUID, line_id: UUID, tag: Tagged) -> object:
    """Take a line off; answers the sheet 删去明细."""
    return tag.seal(await service.remove_line(ctx, submission_id, line_id, version=tag.expected()))


@router.get(f"{ONE}/acts", response_model=Listing[HoursSubmissionAct], **READ)
async def list_hours_submission_acts(ctx: Ctx, submission_id: UUID) -> object:
    """Who did what, when and why 办理记录."""
    return {"items": await service.submission_acts(ctx, submission_id), "next_cursor": None, "total": None}


@router.post(f"{ONE}:check", response_model=HoursSubmissionCheck, **READ)
async def check_hours_submission(ctx: Ctx, submission_id: UUID) -> object:
    """What submitting and approving would do now 试算."""
    return await service.check_submission(ctx, submission_id)


@router.post(f"{ONE}:submit", response_model=HoursSubmission, **FILE)
async def submit_hours_submission(ctx: Ctx, submission_id: UUID, move: HoursSubmissionMove, tag: Tagged) -> object:
    """Hand a sheet in 提交."""
    return tag.seal(await service.submit(ctx, submission_id, move, version=tag.expected(move)))


@router.post(f"{ONE}:recommend", response_model=HoursSubmission, **permits(Permission.SUBMISSION_RECOMMEND))
async def recommend_hours_submission(ctx: Ctx, submission_id: UUID, move: HoursSubmissionMove, tag: Tagged) -> object:
    """The opinion of the 中心校 中心校签署意见 [A5.8.1]."""
    return tag.seal(await service.recommend(ctx, submission_id, move, version=tag.expected(move)))


@router.post(f"{ONE}:approve", response_model=HoursSubmission, **permits(Permission.SUBMISSION_APPROVE))
async def approve_hours_submission(
    ctx: Ctx, submission_id: UUID, move: HoursSubmissionMove, tag: Tagged, once: Once
) -> Response:
    """Approve: all lines are credited, or none 核准 [A5.6]."""
    version = tag.expected(move)

    async def approve() -> object:
        return await service.approve(ctx, submission_id, move, version=version)

    return await once.answer(ctx, move, approve, HoursSubmission, status=200)


@router.post(f"{ONE}:return", response_model=HoursSubmission, **permits(Permission.SUBMISSION_RETURN))
async def return_hours_submission(ctx: Ctx, submission_id: UUID, move: HoursSubmissionReturn, tag: Tagged) -> object:
    """Send a sheet back with the reason 退回."""
    return tag.seal(await service.return_submission(ctx, submission_id, move, version=tag.expected(move)))


@router.post(f"{ONE}:withdraw", response_model=HoursSubmission, **FILE)
async def withdraw_hours_submission(ctx: Ctx, submission_id: UUID, move: HoursSubmissionMove, tag: Tagged) -> object:
    """Take a sheet back for good 撤回."""
    return tag.seal(await service.withdraw_submission(ctx, submission_id, move, version=tag.expected(move)))
