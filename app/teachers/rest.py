"""REST of teachers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, opener, permits
from app.access.permissions import Permission
from app.core.errors import BadRequest
from app.core.schemas import Listing
from app.teachers import service
from app.teachers.queries.records import TeacherFilter
from app.teachers.schemas import (
    ContactPatch,
    Employment,
    Leave,
    OnPost,
    Rejoin,
    Teacher,
    TeacherCreate,
    TeacherMerge,
    TeacherPatch,
    TeacherUnmerge,
    Transfer,
    Unmask,
    Unmasked,
)
from app.teachers.states import TeacherSort, TeacherStatus

BATCH_MAX = 100
router = APIRouter(tags=["teachers"])
READ = permits(Permission.TEACHER_READ)
CHANGE = permits(Permission.TEACHER_CHANGE)
MERGE = permits(Permission.TEACHER_MERGE)
Text = Annotated[str | None, Query(max_length=50, description="姓名的一部分，或完整的教师编号")]
Code = Annotated[str | None, Query(max_length=40)]


async def wanted(
    *,
    school_id: UUID | None = None,
    central_school_id: Annotated[UUID | None, Query(description="中心校及其所属学校")] = None,
    stage: Code = None,
    subject: Code = None,
    title: Code = None,
    is_on_post: bool | None = None,
    status: TeacherStatus = TeacherStatus.ACTIVE,
    q: Text = None,
    sort: TeacherSort = TeacherSort.NAME,
) -> TeacherFilter:
    """The filters a client asks for."""
    return TeacherFilter(school_id, central_school_id, stage, subject, title, is_on_post, status, q, sort)


async def never_dry(request: Request) -> None:
    """Refuse `validate_only`: it would give the value out and roll the audit record back."""
    if "validate_only" in request.query_params:
        raise BadRequest("VALIDATE_ONLY_REFUSED", "查看完整号码不支持 validate_only。")


@router.get("/teachers", response_model=Listing[Teacher], **READ)
async def list_teachers(ctx: Ctx, page: Paged, only: Annotated[TeacherFilter, Depends(wanted)]) -> object:
    """Teachers by name or staff number 教师列表."""
    return listing(await service.find(ctx, page, only))


@router.post("/teachers", response_model=Teacher, status_code=201, **CHANGE)
async def create_teacher(ctx: Ctx, new: TeacherCreate, tag: Tagged) -> object:
    """Add a teacher 新增教师."""
    return tag.seal(await service.create(ctx, new))


@router.get("/teachers:batchGet", response_model=Listing[Teacher], **READ)
async def batch_get_teachers(
    ctx: Ctx, ids: Annotated[list[UUID], Query(min_length=1, max_length=BATCH_MAX, description="重复参数，最多 100 个")]
) -> object:
    """Teachers by ids, all or none, in the order asked for 批量读取教师."""
    return {"items": await service.get_many(ctx, ids), "next_cursor": None, "total": None}


@router.get("/teachers/{teacher_id:uuid}", response_model=Teacher, **READ)
async def get_teacher(ctx: Ctx, teacher_id: UUID, tag: Tagged) -> object:
    """One teacher 教师详情."""
    return tag.seal(await service.get(ctx, teacher_id))


@router.patch("/teachers/{teacher_id:uuid}", response_model=Teacher, **CHANGE)
async def change_teacher(ctx: Ctx, teacher_id: UUID, patch: TeacherPatch, tag: Tagged) -> object:
    """Correct facts of a teacher 修改教师."""
    return tag.seal(await service.change(ctx, teacher_id, patch, version=tag.expected(patch)))


@router.get("/teachers/{teacher_id:uuid}/employments", response_model=Listing[Employment], **READ)
async def list_employments(ctx: Ctx, teacher_id: UUID) -> object:
    """Where a teacher was employed, newest first 任职经历."""
    return {"items": await service.history(ctx, teacher_id), "next_cursor": None, "total": None}


@router.post("/teachers/{teacher_id:uuid}:transfer", response_model=Teacher, **permits(Permission.TEACHER_TRANSFER))
async def transfer_teacher(ctx: Ctx, teacher_id: UUID, move: Transfer, tag: Tagged) -> object:
    """Move a teacher to another school 调动."""
    return tag.seal(await service.transfer(ctx, teacher_id, move, version=tag.expected(move)))


@router.post("/teachers/{teacher_id:uuid}:leave", response_model=Teacher, **CHANGE)
async def leave_teacher(ctx: Ctx, teacher_id: UUID, leave: Leave, tag: Tagged) -> object:
    """End a teacher's employment 离开."""
    return tag.seal(await service.leave(ctx, teacher_id, leave, version=tag.expected(leave)))


@router.post("/teachers/{teacher_id:uuid}:rejoin", response_model=Teacher, **CHANGE)
async def rejoin_teacher(ctx: Ctx, teacher_id: UUID, rejoin: Rejoin, tag: Tagged) -> object:
    """Take a teacher on again 重新任职."""
    return tag.seal(await service.rejoin(ctx, teacher_id, rejoin, version=tag.expected(rejoin)))


@router.post("/teachers/{teacher_id:uuid}:setOnPost", response_model=Teacher, **CHANGE)
async def set_teacher_on_post(ctx: Ctx, teacher_id: UUID, on_post: OnPost, tag: Tagged) -> object:
    """Put a teacher off post or back on it 离岗、返岗."""
    return tag.seal(await service.set_on_post(ctx, teacher_id, on_post, version=tag.expected(on_post)))


@router.post(
    "/teachers/{teacher_id:uuid}:unmask",
    response_model=Unmasked,
    dependencies=[Depends(never_dry)],
    **permits(Permission.TEACHER_UNMASK),
)
async def unmask_teacher(ctx: Ctx, teacher_id: UUID, unmask: Unmask, request: Request) -> object:
    """One full number of one teacher, on the audit log 查看完整号码."""
    opener(request).limits.take("unmask", str(ctx.principal.account_id))
    return await service.unmask(ctx, teacher_id, unmask)


@router.post("/teachers/{teacher_id:uuid}:merge", response_model=Teacher, **MERGE)
async def merge_teacher(ctx: Ctx, teacher_id: UUID, merge: TeacherMerge, tag: Tagged, once: Once) -> Response:
    """Make a record the other name of another one of the same person 合并重复档案."""
    version = tag.expected(merge)
    return await once.answer(
        ctx, merge, lambda: service.merge(ctx, teacher_id, merge, version=version), Teacher, status=200
    )


@router.post("/teachers/{teacher_id:uuid}:unmerge", response_model=Teacher, **MERGE)
async def unmerge_teacher(ctx: Ctx, teacher_id: UUID, unmerge: TeacherUnmerge, tag: Tagged, once: Once) -> Response:
    """Make a merged record stand by itself again 撤销合并."""
    version = tag.expected(unmerge)
    return await once.answer(
        ctx, unmerge, lambda: service.unmerge(ctx, teacher_id, unmerge, version=version), Teacher, status=200
    )


@router.patch("/me/contact", response_model=Teacher, **permits(Permission.TEACHER_CHANGE_CONTACT))
async def change_own_contact(ctx: Ctx, patch: ContactPatch, tag: Tagged) -> object:
    """A teacher's own mobile number 修改本人联系方式."""
    return tag.seal(await service.change_contact(ctx, patch, version=tag.expected(patch)))
