"""Use cases of leave, and of corrections of attendance by a second person. [M6.3.1] [A2.3b]"""

from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict
from app.core.ids import new_id
from app.core.lifecycle import Lifecycle
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.projects.queries import trainees
from app.projects.queries.rows import NOW, add, change
from app.projects.states import TraineeStatus
from app.training.models import TrainingAttendance, TrainingCorrection, TrainingLeave
from app.training.queries import asked as queries
from app.training.queries import sessions
from app.training.queries.asked import TrainingCorrectionFilter, TrainingLeaveFilter
from app.training.schemas import TrainingCorrectionAsk, TrainingDecision, TrainingLeaveAsk, TrainingReason
from app.training.service import checks
from app.training.states import (
    LEAVE_LIFECYCLE,
    TRAINING_CORRECTION_LIFECYCLE,
    TrainingAttendanceSource,
    TrainingCorrectionStatus,
    TrainingLeaveStatus,
    TrainingSessionStatus,
)

READ_LEAVE, DECIDE_LEAVE = Permission.TRAINING_LEAVE_READ, Permission.TRAINING_LEAVE_DECIDE
READ, DECIDE = Permission.TRAINING_CORRECTION_READ, Permission.TRAINING_CORRECTION_DECIDE
explain(
    {
        "ex_training_leaves_overlap": ("TRAINING_LEAVE_OVERLAP", "该学员在这些日子里已有请假，请核对日期。"),
        "uq_training_corrections_open": ("TRAINING_CORRECTION_OPEN", "这条考勤已有待办的更正，请先等待处理。"),
    }
)


async def find_leaves(ctx: Context, request: PageRequest, project_id: UUID, only: TrainingLeaveFilter) -> Page[AnyRow]:
    """Leaves within the scope, newest first 请假列表 [M6.3.1]."""
    ctx.require(READ_LEAVE)
    await checks.shown(ctx, project_id)
    return await queries.page(ctx, request, TrainingLeave, project_id, only)


async def ask_leave(ctx: Context, project_id: UUID, new: TrainingLeaveAsk) -> AnyRow:
    """Ask for leave, for oneself or for a trainee of the own school 申请请假 [M6.3.1]."""
    permission = Permission.TRAINING_LEAVE_ASK
    project = await checks.run(ctx, project_id, permission, *checks.ACTIVE)
    row = checks.found(await trainees.by_id(ctx, project.id, new.trainee_id))
    ctx.require(permission, on=checks.place_of(row))
    faults = checks.unknown_code(ctx, "/reason", "leave_reasons", new.reason)
    if row.status != TraineeStatus.ENROLLED:
        faults.append(checks.fault("/trainee_id", "NOT_ENROLLED", "该学员已退出或被替换"))
    if not project.starts_on <= new.starts_on <= new.ends_on <= project.ends_on:
        message = f"请假日期须在项目时间 {project.starts_on} 至 {project.ends_on} 之内，且起止有序"
        faults.append(checks.fault("/starts_on", "OUT_OF_ORDER", message))
    checks.refuse(faults)
    made = new_id()
    whose = {"id": made, "project_id": project.id, "teacher_id": row.teacher_id, "school_id": row.school_id}
    await add(ctx, TrainingLeave, {**whose, "asked_by": ctx.principal.account_id, **new.model_dump()})
    return await _told(ctx, TrainingLeave, project.id, made, "asked")


async def grant_leave(
    ctx: Context, project_id: UUID, leave_id: UUID, given: TrainingDecision, *, version: int | None
) -> AnyRow:
    """Grant a leave; never who asked for it 准假 [M6.3.1]."""
    return await _decide_leave(ctx, project_id, leave_id, version, ("grant", "granted", given.answer))


async def refuse_leave(
    ctx: Context, project_id: UUID, leave_id: UUID, given: TrainingReason, *, version: int | None
) -> AnyRow:
    """Refuse a leave with a reason 不准假 [M6.3.1]."""
    return await _decide_leave(ctx, project_id, leave_id, version, ("refuse", "refused", given.reason))


async def find_corrections(
    ctx: Context, request: PageRequest, project_id: UUID, only: TrainingCorrectionFilter
) -> Page[AnyRow]:
    """Corrections of attendance within the scope, newest first: the history 考勤更正列表 [A2.3b]."""
    ctx.require(READ)
    await checks.shown(ctx, project_id)
    return await queries.page(ctx, request, TrainingCorrection, project_id, only)


async def ask_correction(ctx: Context, project_id: UUID, new: TrainingCorrectionAsk) -> AnyRow:
    """Ask to correct an attendance of a held session, or contest the own one 提出考勤更正、异议."""
    permission = Permission.TRAINING_CORRECTION_ASK
    project = await checks.run(ctx, project_id, permission, *checks.ACTIVE)
    one = checks.found(await sessions.attendance_by_id(ctx, project.id, new.attendance_id))
    ctx.require(permission, on=checks.place_of(one))
    if one.presence == new.presence:
        checks.refuse([checks.fault("/presence", "NOTHING_TO_CORRECT", "考勤已经如此，无须更正")])
    if one.session_status != TrainingSessionStatus.HELD:
        message = "课次的考勤还没有登记齐全，请直接登记，不必更正。"
        raise Conflict("TRAINING_SESSION_OPEN", message, status=one.session_status)
    made, who = new_id(), ctx.principal
    whose = {"id": made, "project_id": project.id, "attendance_id": one.id, "teacher_id": one.teacher_id}
    said = {"before": one.presence, "after": str(new.presence), "reason": new.reason, "asked_by": who.account_id}
    own = {"school_id": one.school_id, "is_contest": who.teacher_id == one.teacher_id}
    await add(ctx, TrainingCorrection, {**whose, **said, **own})
    return await _told(ctx, TrainingCorrection, project.id, made, "asked")


async def approve_correction(
    ctx: Context, project_id: UUID, correction_id: UUID, given: TrainingDecision, *, version: int | None
) -> AnyRow:
    """Correct the attendance; the second person of 进修学校 同意考勤更正 [A2.3b]."""
    row = await _correction(ctx, project_id, correction_id, version)
    status = TRAINING_CORRECTION_LIFECYCLE.move(TrainingCorrectionStatus(row.status), "approve")
    standing = checks.found(await sessions.attendance_by_id(ctx, row.project_id, row.attendance_id))
    if standing.presence != row.before:
        message = "考勤在提出更正之后已变动，请另行提出。"
        raise Conflict("TRAINING_ATTENDANCE_MOVED", message, presence=standing.presence)
    by = {"source": str(TrainingAttendanceSource.CORRECTION), "recorded_by": ctx.principal.account_id}
    await change(ctx, TrainingAttendance, standing.id, {"presence": row.after, **by})
    await _answer(ctx, TrainingCorrection, row, str(status), given.answer)
    return await _told(ctx, TrainingCorrection, row.project_id, row.id, "approved")


async def refuse_correction(
    ctx: Context, project_id: UUID, correction_id: UUID, given: TrainingReason, *, version: int | None
) -> AnyRow:
    """Leave the attendance as it is, with a reason 不同意考勤更正."""
    row = await _correction(ctx, project_id, correction_id, version)
    status = TRAINING_CORRECTION_LIFECYCLE.move(TrainingCorrectionStatus(row.status), "refuse")
    await _answer(ctx, TrainingCorrection, row, str(status), given.reason)
    return await _told(ctx, TrainingCorrection, row.project_id, row.id, "refused")


async def _decide_leave(
    ctx: Context, project_id: UUID, leave_id: UUID, version: int | None, how: tuple[str, str, str | None]
) -> AnyRow:
    verb, event, answer = how
    await checks.run(ctx, project_id, DECIDE_LEAVE, *checks.ACTIVE)
    row = checks.found(await queries.by_id(ctx, TrainingLeave, project_id, leave_id, lock=True))
    check_version(row, version)
    lifecycle: Lifecycle[TrainingLeaveStatus] = LEAVE_LIFECYCLE
    status = lifecycle.move(TrainingLeaveStatus(row.status), verb)
    checks.other_person(ctx, DECIDE_LEAVE, row.asked_by, teacher=row.teacher_id)
    await _answer(ctx, TrainingLeave, row, str(status), answer)
    return await _told(ctx, TrainingLeave, project_id, row.id, event)


async def _correction(ctx: Context, project_id: UUID, correction_id: UUID, version: int | None) -> AnyRow:
    await checks.run(ctx, project_id, DECIDE, *checks.ACTIVE)
    row = checks.found(await queries.by_id(ctx, TrainingCorrection, project_id, correction_id, lock=True))
    check_version(row, version)
    checks.other_person(ctx, DECIDE, row.asked_by, teacher=row.teacher_id)
    return row


async def _answer(ctx: Context, table: queries.Asked, row: AnyRow, status: str, answer: str | None) -> None:
    by: dict[str, Any] = {"decided_by": ctx.principal.account_id, "decided_at": NOW, "answer": answer}
    await change(ctx, table, row.id, {"status": status, **by})


async def _told(ctx: Context, table: queries.Asked, project_id: UUID, one: UUID, event: str) -> AnyRow:
    row = checks.found(await queries.by_id(ctx, table, project_id, one))
    entity = table.__tablename__.removesuffix("s")
    place, facts = checks.place_of(row), {"project_id": str(project_id), "status": row.status}
    await ctx.record(f"{entity}.{event}", entity=entity, entity_id=one, place=place, facts=facts)
    return row
