"""Use cases of sessions: plan, change, cancel. [A2.3b]"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.projects.queries.rows import add, change
from app.projects.states import ProjectStatus
from app.training.models import TrainingSession
from app.training.queries import sessions as queries
from app.training.queries.sessions import TrainingSessionFilter
from app.training.schemas import TrainingMove, TrainingSessionCreate, TrainingSessionPatch
from app.training.service import checks
from app.training.states import TRAINING_SESSION_LIFECYCLE, TrainingSessionStatus

READ, RUN = Permission.TRAINING_SESSION_READ, Permission.TRAINING_SESSION_RUN
PLANNED_IN = (ProjectStatus.SELECTING, *checks.ACTIVE)
LECTURERS = ("lecturer_name", "lecturer_teacher_id", "lecturer_appointment_id")
ONLINE = "online"
explain(
    {
        "uq_training_sessions_topic": (
            "TRAINING_SESSION_TWICE",
            "同日同时段已有同题的课次，请核对；确需分班请在题目中注明。",
        )
    }
)


async def find_sessions(
    ctx: Context, request: PageRequest, project_id: UUID, only: TrainingSessionFilter
) -> Page[AnyRow]:
    """Sessions of a project, by day 培训课次列表 [A2.3b]."""
    ctx.require(READ)
    await checks.shown(ctx, project_id)
    return await queries.page(ctx, request, project_id, only)


async def get_session(ctx: Context, project_id: UUID, session_id: UUID) -> AnyRow:
    """One session 培训课次详情 [A2.3b]."""
    ctx.require(READ)
    await checks.shown(ctx, project_id)
    return checks.found(await queries.by_id(ctx, project_id, session_id))


async def create_session(ctx: Context, project_id: UUID, new: TrainingSessionCreate) -> AnyRow:
    """Plan a session 安排培训课次 [A2.3b]."""
    project = await checks.run(ctx, project_id, RUN, *PLANNED_IN)
    values = await _checked(ctx, project, new.model_dump(), new.model_fields_set)
    made = new_id()
    own = {"id": made, "project_id": project.id, "made_by": ctx.principal.account_id}
    await add(ctx, TrainingSession, {**own, **values})
    return await told(ctx, project.id, made, "planned")


async def change_session(
    ctx: Context, project_id: UUID, session_id: UUID, patch: TrainingSessionPatch, *, version: int | None
) -> AnyRow:
    """Change a planned session 修改培训课次 [A2.3b]."""
    project, row = await planned(ctx, project_id, session_id, version)
    if changes := patch.changes():
        if row.recorded and changes.keys() & {"held_on"}:
            message = "已登记考勤的课次不能改日期。请取消后另行安排。"
            raise Conflict("TRAINING_SESSION_RECORDED", message, recorded=row.recorded)
        known = {name: getattr(row, name) for name in TrainingSessionCreate.model_fields}
        values = await _checked(ctx, project, known | changes, changes.keys())
        await change(ctx, TrainingSession, row.id, values)
    return await told(ctx, project.id, row.id, "changed")


async def cancel_session(
    ctx: Context, project_id: UUID, session_id: UUID, given: TrainingMove, *, version: int | None
) -> AnyRow:
    """Call a planned session off 取消培训课次."""
    del given
    project = await checks.run(ctx, project_id, RUN, *PLANNED_IN)
    row = checks.found(await queries.by_id(ctx, project.id, session_id, lock=True))
    check_version(row, version)
    status = TRAINING_SESSION_LIFECYCLE.move(TrainingSessionStatus(row.status), "cancel")
    await change(ctx, TrainingSession, row.id, {"status": str(status), "sign_in_code": None})
    return await told(ctx, project.id, row.id, "cancelled")


async def planned(
    ctx: Context, project_id: UUID, session_id: UUID, version: int | None = None
) -> tuple[AnyRow, AnyRow]:
    """A project and its session, locked, which is still open; Conflict 409 once it is held or cancelled."""
    project = await checks.run(ctx, project_id, RUN, *PLANNED_IN)
    row = checks.found(await queries.by_id(ctx, project.id, session_id, lock=True))
    check_version(row, version)
    if row.status != TrainingSessionStatus.PLANNED:
        message = "课次的考勤已登记齐全或已取消。考勤有误的，请提出考勤更正。"
        raise Conflict("TRAINING_SESSION_CLOSED", message, status=row.status)
    return project, row


async def told(ctx: Context, project_id: UUID, session_id: UUID, event: str, **facts: Any) -> AnyRow:
    """Put a step of a session on record; answers the session."""
    said = {"project_id": str(project_id), **facts}
    await ctx.record(f"training_session.{event}", entity="training_session", entity_id=session_id, facts=said)
    return checks.found(await queries.by_id(ctx, project_id, session_id))


async def _checked(ctx: Context, project: AnyRow, values: dict[str, Any], given: Any) -> dict[str, Any]:
    """The values as they are stored; refuses with every fault."""
    faults = checks.unknown_code(ctx, "/mode", "training_modes", values["mode"])
    if values["mode"] != ONLINE and not values["place"]:
        faults.append(checks.fault("/place", "PLACE_MISSING", "线下课次须填写地点"))
    if not project.starts_on <= values["held_on"] <= project.ends_on:
        message = f"项目时间为 {project.starts_on} 至 {project.ends_on}，课次日期须在其中"
        faults.append(checks.fault("/held_on", "OUT_OF_ORDER", message))
    if values["phase_id"] and not await queries.has_phase(ctx, project.id, values["phase_id"]):
        faults.append(checks.fault("/phase_id", "REFERENCE_UNKNOWN", "项目没有这个阶段"))
    lecturer = {name: values[name] for name in LECTURERS}
    if given & set(LECTURERS):
        # Who lectures is said anew, as a whole: what the client did not name is not kept from the one before.
        lecturer = {name: values[name] if name in given else None for name in LECTURERS}
        lecturer["lecturer_name"] = await _lecturer(ctx, lecturer, values["held_on"], faults)
    elif not values["lecturer_name"]:
        faults.append(checks.fault("/lecturer_name", "LECTURER_UNCLEAR", _ONE_LECTURER))
    checks.refuse(faults)
    return {**values, **lecturer, "part": str(values["part"])}


_ONE_LECTURER = "授课人填且只填一项：外请人员姓名、本区域教师或培训者聘任"


async def _lecturer(ctx: Context, given: Mapping[str, Any], day: Any, faults: list[Any]) -> str | None:
    """The name of the one lecturer; a fault where there is none or more than one."""
    named = [name for name in LECTURERS if given[name]]
    if len(named) != 1:
        faults.append(checks.fault("/lecturer_name", "LECTURER_UNCLEAR", _ONE_LECTURER))
        return None
    name: str | None = given["lecturer_name"]
    if teacher_id := given["lecturer_teacher_id"]:
        name = await queries.teacher_name(ctx, teacher_id)
    if appointment_id := given["lecturer_appointment_id"]:
        name = await queries.trainer_name(ctx, appointment_id, day)
    if name is None:
        faults.append(checks.fault(f"/{named[0]}", "REFERENCE_UNKNOWN", "没有这位教师，或其当日不在聘期内"))
    return name
