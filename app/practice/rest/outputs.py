"""REST of outputs, their files, and trainees' cases."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.archive.rest import Arrival, uploads
from app.archive.schemas import File
from app.core.schemas import Listing
from app.practice import service
from app.practice.queries.outputs import OutputFilter, PracticeCaseFilter
from app.practice.schemas import (
    PracticeCase,
    PracticeCaseAnswer,
    PracticeCaseCreate,
    PracticeMark,
    PracticeMove,
    PracticeOpinion,
    PracticeOpinionGive,
    PracticeOutput,
    PracticeOutputCreate,
    PracticeOutputResubmit,
    PracticeReason,
)

router = APIRouter(tags=["practice"])
READ, SUBMIT, GUIDE, ASSESS, JUDGE, PUBLISH = (
    permits(one)
    for one in (
        Permission.PRACTICE_READ,
        Permission.PRACTICE_SUBMIT,
        Permission.PRACTICE_GUIDE,
        Permission.PRACTICE_ASSESS,
        Permission.PRACTICE_JUDGE,
        Permission.PRACTICE_PUBLISH,
    )
)
ONE, CASE = "/practice-outputs/{output_id:uuid}", "/practice-cases/{case_id:uuid}"


@router.get("/practice-outputs", response_model=Listing[PracticeOutput], **READ)
async def list_practice_outputs(ctx: Ctx, page: Paged, only: Annotated[OutputFilter, Depends()]) -> object:
    """Outputs within the scope and those published, newest first 返岗实践成果列表 [A2.4]."""
    return listing(await service.find_outputs(ctx, page, only))


@router.post("/practice-outputs", response_model=PracticeOutput, status_code=201, **SUBMIT)
async def submit_practice_output(ctx: Ctx, new: PracticeOutputCreate, once: Once) -> Response:
    """Hand an output in: the trainee, or the school 提交成果 [A2.4]."""
    return await once.answer(ctx, new, lambda: service.submit_output(ctx, new), PracticeOutput)


@router.get(ONE, response_model=PracticeOutput, **READ)
async def get_practice_output(ctx: Ctx, output_id: UUID, tag: Tagged) -> object:
    """One output 返岗实践成果 [A2.4]."""
    return tag.seal(await service.get_output(ctx, output_id))


@router.get(f"{ONE}/opinions", response_model=Listing[PracticeOpinion], **READ)
async def list_practice_opinions(ctx: Ctx, output_id: UUID, page: Paged) -> object:
    """What was said of an output, oldest first 成果意见列表 [A2.4]."""
    return listing(await service.find_opinions(ctx, page, output_id))


@router.post(f"{ONE}:resubmit", response_model=PracticeOutput, **SUBMIT)
async def resubmit_practice_output(ctx: Ctx, output_id: UUID, given: PracticeOutputResubmit, tag: Tagged) -> object:
    """Hand it in again, changed 修改后再提交 [A2.4]."""
    return tag.seal(await service.resubmit_output(ctx, output_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:withdraw", response_model=PracticeOutput, **SUBMIT)
async def withdraw_practice_output(ctx: Ctx, output_id: UUID, given: PracticeMove, tag: Tagged) -> object:
    """Take an output back before it is marked 撤回成果."""
    return tag.seal(await service.withdraw_output(ctx, output_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:guide", response_model=PracticeOutput, **GUIDE)
async def guide_practice_output(ctx: Ctx, output_id: UUID, given: PracticeOpinionGive, tag: Tagged) -> object:
    """Give guidance on an output 指导成果 [A2.4]."""
    return tag.seal(await service.guide_output(ctx, output_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:return", response_model=PracticeOutput, **GUIDE)
async def return_practice_output(ctx: Ctx, output_id: UUID, given: PracticeReason, tag: Tagged) -> object:
    """Return an output to be worked on 退回修改 [A2.4]."""
    return tag.seal(await service.return_output(ctx, output_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:mark", response_model=PracticeOutput, **ASSESS)
async def mark_practice_output(ctx: Ctx, output_id: UUID, given: PracticeMark, tag: Tagged) -> object:
    """Mark an output 评定成果 [A2.5a]."""
    return tag.seal(await service.mark_output(ctx, output_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:publish", response_model=PracticeOutput, **PUBLISH)
async def publish_practice_output(ctx: Ctx, output_id: UUID, given: PracticeMove, tag: Tagged) -> object:
    """Publish an excellent output to all teachers 发布优秀成果 [A2.3c]."""
    return tag.seal(await service.publish_output(ctx, output_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:unpublish", response_model=PracticeOutput, **PUBLISH)
async def unpublish_practice_output(ctx: Ctx, output_id: UUID, given: PracticeReason, tag: Tagged) -> object:
    """Take a published output out of sight again 撤下已发布的成果."""
    return tag.seal(await service.unpublish_output(ctx, output_id, given, version=tag.expected(given)))


@router.post(f"{ONE}/files", **uploads(Permission.PRACTICE_SUBMIT))
async def attach_practice_output_file(arrived: Arrival, ctx: Ctx, output_id: UUID) -> Response:
    """Upload a file of an output 上传成果材料 [A2.4]."""
    return arrived.answer(await service.attach_output_file(ctx, output_id, arrived.draft, arrived.shelf.limits))


@router.get(f"{ONE}/files", response_model=Listing[File], **READ)
async def list_practice_output_files(ctx: Ctx, output_id: UUID, page: Paged) -> object:
    """Files of an output, oldest first 成果材料列表 [A2.4]."""
    return listing(await service.output_files(ctx, page, output_id))


@router.get("/practice-cases", response_model=Listing[PracticeCase], **READ)
async def list_practice_cases(ctx: Ctx, page: Paged, only: Annotated[PracticeCaseFilter, Depends()]) -> object:
    """Trainees' cases within the scope, newest first 学员案例列表 [A4.5]."""
    return listing(await service.find_cases(ctx, page, only))


@router.post("/practice-cases", response_model=PracticeCase, status_code=201, **SUBMIT)
async def submit_practice_case(ctx: Ctx, new: PracticeCaseCreate, once: Once) -> Response:
    """Name an output or a typical case as the trainee's case 申报学员案例 [A4.5]."""
    return await once.answer(ctx, new, lambda: service.submit_case(ctx, new), PracticeCase)


@router.get(CASE, response_model=PracticeCase, **READ)
async def get_practice_case(ctx: Ctx, case_id: UUID, tag: Tagged) -> object:
    """One trainee's case 学员案例 [A4.5]."""
    return tag.seal(await service.get_case(ctx, case_id))


@router.post(f"{CASE}:judge", response_model=PracticeCase, **JUDGE)
async def judge_practice_case(ctx: Ctx, case_id: UUID, given: PracticeCaseAnswer, tag: Tagged) -> object:
    """Accept a case or not, with a reason 认定案例 [A4.5]."""
    return tag.seal(await service.judge_case(ctx, case_id, given, version=tag.expected(given)))


@router.post(f"{CASE}:revoke", response_model=PracticeCase, **JUDGE)
async def revoke_practice_case(ctx: Ctx, case_id: UUID, given: PracticeReason, tag: Tagged) -> object:
    """Undo an acceptance, with a reason 撤销认定 [A4.5]."""
    return tag.seal(await service.revoke_case(ctx, case_id, given, version=tag.expected(given)))


@router.post(f"{CASE}:withdraw", response_model=PracticeCase, **SUBMIT)
async def withdraw_practice_case(ctx: Ctx, case_id: UUID, given: PracticeMove, tag: Tagged) -> object:
    """Take a case back before it is judged 撤回申报."""
    return tag.seal(await service.withdraw_case(ctx, case_id, given, version=tag.expected(given)))
