"""Use cases of attendance: by code, by list, held once it is complete. [A2.3b] [M6.3.1]"""

import secrets
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import Conflict, NotPermitted
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.policy.finding import Finding, Severity
from app.projects.queries.rows import change
from app.training.models import TrainingSession
from app.training.queries import scores, work
from app.training.queries import sessions as queries
from app.training.queries.sessions import TrainingAttendanceFilter
from app.training.rules.process import Remains, check_close
from app.training.schemas import TrainingAttendanceWrite, TrainingMove, TrainingSignIn, TrainingSignInCode
from app.training.service import checks
from app.training.service.sessions import planned, told
from app.training.states import (
    TRAINING_SESSION_LIFECYCLE,
    TrainingAttendanceSource,
    TrainingPresence,
    TrainingSessionStatus,
)

CODES, NAMES_MAX = 1_000_000, 20


async def find_attendance(
    ctx: Context, request: PageRequest, project_id: UUID, session_id: UUID, only: TrainingAttendanceFilter
) -> Page[AnyRow]:
    """Attendance of a session within the scope; schools see it once the session is held 考勤 [A2.3b]."""
    ctx.require(Permission.TRAINING_ATTENDANCE_READ)
    await checks.shown(ctx, project_id)
    row = checks.found(await queries.by_id(ctx, project_id, session_id))
    return await queries.attendance_page(ctx, request, row.id, only)


async def open_sign_in(ctx: Context, project_id: UUID, session_id: UUID) -> TrainingSignInCode:
    """Give out a new code for trainees to sign in with 发布签到码 [A2.3b]."""
    ctx.require(Permission.TRAINING_SESSION_RUN)
    project, row = await planned(ctx, project_id, session_id)
    checks.require_status(project, *checks.ACTIVE)
    code = f"{secrets.randbelow(CODES):06d}"
    await change(ctx, TrainingSession, row.id, {"sign_in_code": code})
    await told(ctx, project.id, row.id, "sign_in_opened")
    return TrainingSignInCode(session_id=row.id, code=code)


async def sign_in(ctx: Context, project_id: UUID, session_id: UUID, given: TrainingSignIn) -> AnyRow:
    """The caller signs in today; once more changes nothing 本人签到 [M6.3.1]."""
    permission = Permission.TRAINING_SIGN_IN
    project = await checks.run(ctx, project_id, permission, *checks.ACTIVE)
    row = checks.found(await queries.by_id(ctx, project.id, session_id, lock=True))
    me = await work.own_trainee(ctx, project.id) if ctx.principal.teacher_id else None
    if me is None or me.id not in {one.id for one in await queries.roster(ctx, project.id, row.held_on)}:
        message = "签到由本项目当日的在训学员本人办理。"
        raise NotPermitted("NOT_A_TRAINEE", message, permission=str(permission))
    if row.status != TrainingSessionStatus.PLANNED or row.held_on != ctx.clock.today:
        message = f"课次日期为 {row.held_on}，只在当天、考勤登记齐全之前签到。"
        raise Conflict("TRAINING_SIGN_IN_CLOSED", message, status=row.status, held_on=str(row.held_on))
    code = await queries.code_of(ctx, row.id)
    if code is None or not secrets.compare_digest(code, given.code):
        raise Conflict("TRAINING_SIGN_IN_CODE", "签到码不正确或签到尚未开放，请向带班老师核对。")
    mark = {"trainee_id": me.id, "teacher_id": me.teacher_id, "school_id": me.school_id}
    said = {"presence": str(TrainingPresence.PRESENT), "source": str(TrainingAttendanceSource.CODE)}
    if await queries.record(ctx, row.id, [{**mark, **said}], replaces=True):
        place, facts = checks.place_of(me), {"project_id": str(project.id)}
        entity = {"entity": "training_session", "entity_id": row.id, "place": place}
        await ctx.record("training_session.signed_in", facts=facts, **entity)
    return await queries.attendance_of(ctx, row.id, me.teacher_id)


async def record_attendance(ctx: Context, project_id: UUID, session_id: UUID, given: TrainingAttendanceWrite) -> AnyRow:
    """Put a list of attendance on record; what stood is corrected by it 批量登记考勤 [A2.3b]."""
    ctx.require(Permission.TRAINING_SESSION_RUN)
    project, row = await planned(ctx, project_id, session_id)
    checks.require_status(project, *checks.ACTIVE)
    faults = []
    if row.held_on > ctx.clock.today:
        faults.append(checks.fault("/marks", "OUT_OF_ORDER", f"课次 {row.held_on} 才举行，还不能登记考勤"))
    people = {one.id: one for one in await queries.roster(ctx, project.id, row.held_on)}
    marks, seen = [], set()
    for place, one in enumerate(given.marks):
        who, at = people.get(one.trainee_id), f"/marks/{place}"
        if who is None:
            faults.append(checks.fault(f"{at}/trainee_id", "REFERENCE_UNKNOWN", "当日没有这名学员"))
        elif one.trainee_id in seen:
            faults.append(checks.fault(f"{at}/trainee_id", "DUPLICATE", f"{who.name} 重复"))
        elif one.presence is TrainingPresence.LEAVE and not who.on_leave:
            faults.append(checks.fault(f"{at}/presence", "LEAVE_NOT_GRANTED", f"{who.name} 当日没有获准请假"))
        else:
            mark = {"trainee_id": who.id, "teacher_id": who.teacher_id, "school_id": who.school_id}
            marks.append({**mark, "presence": str(one.presence), "source": str(TrainingAttendanceSource.LIST)})
        seen.add(one.trainee_id)
    checks.refuse(faults)
    changed = await queries.record(ctx, row.id, marks, replaces=True)
    return await told(ctx, project.id, row.id, "attendance_recorded", changed=changed)


async def hold_session(
    ctx: Context, project_id: UUID, session_id: UUID, given: TrainingMove, *, version: int | None
) -> AnyRow:
    """Say that the attendance of a session is complete; it is published to schools 考勤登记齐全 [A2.3b]."""
    del given
    ctx.require(Permission.TRAINING_SESSION_RUN)
    project = await checks.run(ctx, project_id, Permission.TRAINING_SESSION_RUN, *checks.ACTIVE)
    row = await _held(ctx, project.id, session_id, version)
    people = await queries.roster(ctx, project.id, row.held_on)
    await queries.excuse(ctx, row.id, [one for one in people if one.on_leave])
    if missing := await queries.unrecorded(ctx, project.id, row.id):
        names = "、".join(one.name for one in missing[:NAMES_MAX])
        message = f"还有 {len(missing)} 名学员没有考勤：{names}。"
        ctx.enforce([Finding("training.attendance_missing", Severity.MUST, "A2.3b", message, len(missing), 0)])
    status = TRAINING_SESSION_LIFECYCLE.move(TrainingSessionStatus(row.status), "hold")
    await change(ctx, TrainingSession, row.id, {"status": str(status), "sign_in_code": None})
    return await told(ctx, project.id, row.id, "held", trainees=len(people))


async def ask_attendance(ctx: Context, *, project: AnyRow, findings: list[Finding]) -> None:
    """Reaction to the closing of a project: sessions open, attendance missing, completions undecided. [A2.3b] [A4.2]"""
    ctx.require(Permission.PROJECT_RUN)
    missing = await queries.unrecorded(ctx, project.id)
    open_ones = await queries.open_sessions(ctx, project.id)
    findings += check_close(Remains(open_ones, len(missing), await scores.undecided(ctx, project.id)))


async def _held(ctx: Context, project_id: UUID, session_id: UUID, version: int | None) -> AnyRow:
    row = checks.found(await queries.by_id(ctx, project_id, session_id, lock=True))
    check_version(row, version)
    TRAINING_SESSION_LIFECYCLE.move(TrainingSessionStatus(row.status), "hold")
    if row.held_on > ctx.clock.today:
        raise Conflict("TRAINING_SESSION_AHEAD", f"课次 {row.held_on} 才举行。", held_on=str(row.held_on))
    return row
