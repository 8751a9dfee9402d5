"""Use cases of activities: plan, change, hold, cancel. [A6.5c] [A6.6b]"""

from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.organisations import service as organisations
from app.workshops.queries import activities, members
from app.workshops.queries.activities import ActivityFilter
from app.workshops.rules import cycle, follow_up
from app.workshops.schemas import (
    WorkshopActivityCreate,
    WorkshopActivityHold,
    WorkshopActivityPatch,
    WorkshopMove,
)
from app.workshops.service import checks
from app.workshops.states import ACTIVITY_LIFECYCLE, ActivityStatus

DAYS_MAX = 7
explain({"ck_workshop_activities_talk_whole": ("WORKSHOP_INVALID", "议课或讲座须同时填写形式和题目。")})


async def find_activities(ctx: Context, request: PageRequest, workshop_id: UUID, only: ActivityFilter) -> Page[AnyRow]:
    """Activities of a workshop, newest first 研修活动 [A6.6]."""
    ctx.require(Permission.WORKSHOP_READ)
    await checks.shown(ctx, workshop_id)
    return await activities.page(ctx, request, workshop_id, only)


async def get_activity(ctx: Context, workshop_id: UUID, activity_id: UUID) -> AnyRow:
    """One activity 研修活动 [A6.6]."""
    ctx.require(Permission.WORKSHOP_READ)
    await checks.shown(ctx, workshop_id)
    return checks.found(await activities.by_id(ctx, workshop_id, activity_id))


async def create_activity(ctx: Context, workshop_id: UUID, new: WorkshopActivityCreate) -> AnyRow:
    """Plan an activity 安排研修活动 [A6.6]."""
    row = await checks.held(ctx, workshop_id, Permission.WORKSHOP_RUN)
    checks.require_registered(row)
    values = new.model_dump(mode="python") | {"ends_on": new.ends_on or new.starts_on}
    await _check(ctx, row, values)
    made = await activities.create(ctx, row.id, _stored(values))
    await record(ctx, row, made, "planned", {"starts_on": new.starts_on.isoformat()})
    return checks.found(await activities.by_id(ctx, row.id, made))


async def change_activity(
    ctx: Context, workshop_id: UUID, activity_id: UUID, patch: WorkshopActivityPatch, *, version: int | None
) -> AnyRow:
    """Change a planned activity 修改活动安排."""
    row, one = await running(ctx, workshop_id, activity_id, version)
    if one.status != ActivityStatus.PLANNED:
        message = "活动已举行或已取消，内容不能再改。"
        raise Conflict("WORKSHOP_ACTIVITY_CLOSED", message, status=one.status)
    changes = patch.changes()
    if changes:
        await _check(ctx, row, one._asdict() | changes)
        await activities.change(ctx, one.id, _stored(changes))
        await record(ctx, row, one.id, "changed", {"fields": sorted(changes)})
    return checks.found(await activities.by_id(ctx, row.id, one.id))


async def hold_activity(
    ctx: Context, workshop_id: UUID, activity_id: UUID, given: WorkshopActivityHold, *, version: int | None
) -> AnyRow:
    """Put an activity on record as held: lessons, a talk, and what came of it 登记活动 [A6.6b]."""
    row, one = await running(ctx, workshop_id, activity_id, version)
    status = ACTIVITY_LIFECYCLE.move(ActivityStatus(one.status), "hold")
    if one.starts_on > ctx.clock.today:
        checks.refuse([checks.fault("/summary", "OUT_OF_ORDER", f"活动 {one.starts_on} 才举行")])
    has_talk = one.talk_kind is not None
    if not one.is_reading_forum:
        found = follow_up.check_gathering(
            len(one.lessons), has_talk=has_talk, regulation=ctx.regulation, on=one.starts_on
        )
        ctx.enforce(found, pointer="/lessons")
    await activities.change(ctx, one.id, {"status": str(status), "summary": given.summary, "sign_in_code": None})
    await record(ctx, row, one.id, "held", {"present": one.present_count})
    return checks.found(await activities.by_id(ctx, row.id, one.id))


async def cancel_activity(
    ctx: Context, workshop_id: UUID, activity_id: UUID, move: WorkshopMove, *, version: int | None
) -> AnyRow:
    """Call a planned activity off 取消活动."""
    row, one = await running(ctx, workshop_id, activity_id, version)
    status = ACTIVITY_LIFECYCLE.move(ActivityStatus(one.status), "cancel")
    if one.present_count:
        message = "活动已有出勤，不能取消。"
        raise Conflict("WORKSHOP_ACTIVITY_ATTENDED", message, present=one.present_count)
    await activities.change(ctx, one.id, {"status": str(status), "sign_in_code": None})
    await record(ctx, row, one.id, "cancelled", {"note": move.note})
    return checks.found(await activities.by_id(ctx, row.id, one.id))


async def running(
    ctx: Context, workshop_id: UUID, activity_id: UUID, version: int | None = None
) -> tuple[AnyRow, AnyRow]:
    """The workshop and its activity, both locked, once the caller may run it."""
    row = await checks.held(ctx, workshop_id, Permission.WORKSHOP_RUN)
    checks.require_registered(row)
    one = checks.found(await activities.by_id(ctx, row.id, activity_id, lock=True))
    check_version(one, version)
    return row, one


async def record(ctx: Context, row: AnyRow, activity_id: UUID, what: str, facts: dict[str, Any]) -> None:
    """Put an act on an activity on record."""
    place = checks.place_of(row)
    await ctx.record(
        f"workshop_activity.{what}", entity="workshop_activity", entity_id=activity_id, place=place, facts=facts
    )


async def _check(ctx: Context, row: AnyRow, values: dict[str, Any]) -> None:
    """Every fault of an activity as it would be stored."""
    faults: list[FieldFault] = []
    days = (values["ends_on"] - values["starts_on"]).days
    if not 0 <= days < DAYS_MAX:
        faults.append(checks.fault("/ends_on", "OUT_OF_ORDER", f"活动应在开始之日起 {DAYS_MAX} 天内结束"))
    if (values["talk_kind"] is None) != (values["talk_title"] is None):
        faults.append(checks.fault("/talk_title", "FIELD_REQUIRED", "议课或讲座须同时填写形式和题目"))
    host = (await organisations.get_many(ctx, [values["host_school_id"]]))[0]
    if host is None or host.kind not in {"school", "central_school"}:
        faults.append(checks.fault("/host_school_id", "REFERENCE_UNKNOWN", "没有这个承办单位"))
    wanted = [UUID(str(one["teacher_id"])) for one in values["lessons"]]
    wanted += [values["host_teacher_id"]] if values["host_teacher_id"] else []
    known = {one.id for one in await members.people(ctx, wanted)} if wanted else set()
    if set(wanted) - known:
        faults.append(checks.fault("/lessons", "REFERENCE_UNKNOWN", "授课人或主持人不是本区域的教师"))
    checks.refuse(faults)
    cycle_ = checks.cycle_of(row)
    ctx.enforce(cycle.check_day(cycle_, values["starts_on"]), pointer="/starts_on")


def _stored(values: dict[str, Any]) -> dict[str, Any]:
    """The columns to store; ids inside lessons are text in JSON."""
    if "lessons" not in values:
        return values
    lessons = [{"teacher_id": str(one["teacher_id"]), "title": one["title"]} for one in values["lessons"]]
    return values | {"lessons": lessons}
