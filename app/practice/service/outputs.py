"""Use cases of outputs: handed in, guided, returned, handed in again, marked, published. [A2.4] [A2.5a] [A2.3c]"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.practice.models import PracticeOpinion, PracticeOutput
from app.practice.queries import outputs as queries
from app.practice.queries import people, tasks
from app.practice.queries.outputs import OutputFilter
from app.practice.rules import results as rules
from app.practice.schemas import (
    PracticeMark,
    PracticeMove,
    PracticeOpinionGive,
    PracticeOutputCreate,
    PracticeOutputResubmit,
    PracticeReason,
)
from app.practice.service import checks
from app.practice.states import (
    OUTPUT_OPEN,
    PRACTICE_OUTPUT_LIFECYCLE,
    OpinionKind,
    PracticeOutputStatus,
    PracticeTaskStatus,
)
from app.projects.queries.rows import NOW, add, change

explain(
    {
        "uq_practice_outputs_open": (
            "PRACTICE_OUTPUT_TAKEN",
            "该学员对这项任务已有成果，请在原成果上修改后再提交，或先撤回。",
        ),
        "fk_practice_cases_output": ("PRACTICE_CASE_REFERENCE", "该成果不是这名学员的，请核对。"),
    }
)
READ, SUBMIT, GUIDE, ASSESS, PUBLISH = (
    Permission.PRACTICE_READ,
    Permission.PRACTICE_SUBMIT,
    Permission.PRACTICE_GUIDE,
    Permission.PRACTICE_ASSESS,
    Permission.PRACTICE_PUBLISH,
)


async def find_outputs(ctx: Context, request: PageRequest, only: OutputFilter) -> Page[AnyRow]:
    """Outputs within the scope and those published, newest first 返岗实践成果列表 [A2.4]."""
    ctx.require(READ)
    return await queries.page(ctx, request, only)


async def get_output(ctx: Context, output_id: UUID) -> AnyRow:
    """One output 返岗实践成果 [A2.4]."""
    ctx.require(READ)
    return checks.found(await queries.by_id(ctx, output_id))


async def get_outputs(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Outputs (n,) -> rows (n,), None where missing or not to be seen."""
    ctx.require(READ)
    return await queries.by_ids(ctx, ids)


async def find_opinions(ctx: Context, request: PageRequest, output_id: UUID) -> Page[AnyRow]:
    """What was said of an output, oldest first; for those in whose scope it is 成果意见列表 [A2.4]."""
    ctx.require(READ)
    row = checks.found(await queries.by_id(ctx, output_id, shared=False))
    return await queries.opinions(ctx, request, row.id)


async def submit_output(ctx: Context, new: PracticeOutputCreate) -> AnyRow:
    """Hand an output in for a published task: the trainee, or the school 提交成果. [A2.4] [M6.3.1]"""
    ctx.require(SUBMIT)
    trainee = await people.trainee(ctx, new.trainee_id, SUBMIT)
    task = await tasks.by_id(ctx, new.task_id, shared=True)
    faults = []
    if trainee is None:
        faults.append(FieldFault("/trainee_id", "REFERENCE_UNKNOWN", "没有这名在训学员，或不在您的范围内"))
    if task is None or task.status != PracticeTaskStatus.PUBLISHED:
        faults.append(FieldFault("/task_id", "REFERENCE_UNKNOWN", "没有这项已发布的任务"))
    elif trainee is not None and (
        trainee.project_id != task.project_id or not await tasks.is_bound(ctx, task.id, trainee.id)
    ):
        faults.append(FieldFault("/task_id", "OTHER_TRAINEES", "这项任务没有布置给该学员"))
    checks.refuse(faults)
    person = checks.found(trainee)
    checks.require_project(person.project_status, checks.AT_WORK)
    made = new_id()
    whose = {"trainee_id": person.id, "teacher_id": person.teacher_id, "school_id": person.school_id}
    by = {"id": made, "project_id": person.project_id, **_handed_in(ctx)}
    await add(ctx, PracticeOutput, {**by, **whose, **new.model_dump(include={"task_id", "title", "text"})})
    return await _told(ctx, made, "submitted")


async def resubmit_output(
    ctx: Context, output_id: UUID, given: PracticeOutputResubmit, *, version: int | None
) -> AnyRow:
    """Hand it in again, changed 修改后再提交; also before anybody has looked at it. [A2.4]"""
    ctx.require(SUBMIT)
    row, status = await _own(ctx, output_id, "resubmit", version)
    again = {"handed_in": row.handed_in + 1, **_handed_in(ctx)}
    await change(ctx, PracticeOutput, row.id, {"status": status, "title": given.title, "text": given.text, **again})
    return await _told(ctx, row.id, "resubmitted")


async def withdraw_output(ctx: Context, output_id: UUID, given: PracticeMove, *, version: int | None) -> AnyRow:
    """Take an output back before it is marked 撤回成果."""
    del given
    ctx.require(SUBMIT)
    row, status = await _own(ctx, output_id, "withdraw", version)
    await change(ctx, PracticeOutput, row.id, {"status": status})
    return await _told(ctx, row.id, "withdrawn")


async def guide_output(ctx: Context, output_id: UUID, given: PracticeOpinionGive, *, version: int | None) -> AnyRow:
    """Give guidance on an output that is open: the guide group, a paired trainer 指导成果. [A2.4]"""
    ctx.require(GUIDE)
    row = await _held(ctx, output_id, GUIDE, version)
    if row.status not in OUTPUT_OPEN:
        raise Conflict("PRACTICE_OUTPUT_CLOSED", "成果已评定或撤回，不能再给指导意见。", status=row.status)
    await _say(ctx, row.id, OpinionKind.GUIDANCE, given.opinion)
    await change(ctx, PracticeOutput, row.id, {})
    return await _told(ctx, row.id, "guided")


async def return_output(ctx: Context, output_id: UUID, given: PracticeReason, *, version: int | None) -> AnyRow:
    """Return an output to be worked on 退回修改. [A2.4]"""
    ctx.require(GUIDE)
    row = await _held(ctx, output_id, GUIDE, version)
    status = PRACTICE_OUTPUT_LIFECYCLE.move(PracticeOutputStatus(row.status), "return")
    await _say(ctx, row.id, OpinionKind.RETURN, given.reason)
    await change(ctx, PracticeOutput, row.id, {"status": str(status)})
    return await _told(ctx, row.id, "returned")


async def mark_output(ctx: Context, output_id: UUID, given: PracticeMark, *, version: int | None) -> AnyRow:
    """Mark an output: 进修学校 or the tracking group, never who handed it in 评定成果. [A2.5a]"""
    ctx.require(ASSESS)
    row = await _held(ctx, output_id, ASSESS, version)
    status = PRACTICE_OUTPUT_LIFECYCLE.move(PracticeOutputStatus(row.status), "mark")
    broken = rules.points(ctx.regulation, {"mark": given.mark}, on=ctx.clock.today)
    ctx.enforce(list(broken.values()), pointer="/mark")
    await _say(ctx, row.id, OpinionKind.MARK, given.opinion, given.mark)
    by = {"mark": given.mark, "marked_by": ctx.principal.account_id, "marked_at": NOW}
    await change(ctx, PracticeOutput, row.id, {"status": str(status), **by})
    return await _told(ctx, row.id, "marked", {"mark": str(given.mark)})


async def publish_output(ctx: Context, output_id: UUID, given: PracticeMove, *, version: int | None) -> AnyRow:
    """Publish an excellent output: all teachers may read it 发布优秀成果. [A2.3c]"""
    del given
    ctx.require(PUBLISH)
    row = await _held(ctx, output_id, PUBLISH, version)
    status = PRACTICE_OUTPUT_LIFECYCLE.move(PracticeOutputStatus(row.status), "publish")
    by = {"published_by": ctx.principal.account_id, "published_on": ctx.clock.today}
    await change(ctx, PracticeOutput, row.id, {"status": str(status), **by})
    return await _told(ctx, row.id, "published")


async def unpublish_output(ctx: Context, output_id: UUID, given: PracticeReason, *, version: int | None) -> AnyRow:
    """Take a published output out of sight again, with a reason 撤下已发布的成果."""
    ctx.require(PUBLISH)
    row = await _held(ctx, output_id, PUBLISH, version)
    status = PRACTICE_OUTPUT_LIFECYCLE.move(PracticeOutputStatus(row.status), "unpublish")
    await change(ctx, PracticeOutput, row.id, {"status": str(status), "published_by": None, "published_on": None})
    return await _told(ctx, row.id, "unpublished", {"reason": given.reason})


async def _own(ctx: Context, output_id: UUID, verb: str, version: int | None) -> tuple[AnyRow, str]:
    """An output of the caller's side, held, and the status the verb leads to."""
    row = checks.found(await queries.by_id(ctx, output_id, lock=True))
    ctx.require(SUBMIT, on=checks.place_of(row))
    check_version(row, version)
    status = PRACTICE_OUTPUT_LIFECYCLE.move(PracticeOutputStatus(row.status), verb)
    checks.require_project(row.project_status, checks.AT_WORK)
    return row, str(status)


async def _held(ctx: Context, output_id: UUID, permission: Permission, version: int | None) -> AnyRow:
    """An output, held for somebody else's act on it."""
    row = checks.found(await queries.by_id(ctx, output_id, lock=True))
    checks.other_person(ctx, permission, row.submitted_by, teacher=row.teacher_id)
    roles = people.GROUPS if permission is GUIDE else people.TRACKERS
    await checks.require_assigned(ctx, permission, row.project_id, roles)
    check_version(row, version)
    return row


def _handed_in(ctx: Context) -> dict[str, Any]:
    return {"submitted_by": ctx.principal.account_id, "submitted_on": ctx.clock.today}


async def _say(ctx: Context, output_id: UUID, kind: OpinionKind, opinion: str, mark: Decimal | None = None) -> None:
    by = {"given_by": ctx.principal.account_id, "giver_name": await people.own_name(ctx)}
    line = {"id": new_id(), "output_id": output_id, "kind": str(kind), "opinion": opinion, "mark": mark}
    await add(ctx, PracticeOpinion, {**line, **by})


async def _told(ctx: Context, output_id: UUID, act: str, facts: dict[str, Any] | None = None) -> AnyRow:
    row = checks.found(await queries.by_id(ctx, output_id))
    place = checks.place_of(row)
    about = facts or {"task_id": str(row.task_id)}
    await ctx.record(f"practice_output.{act}", entity="practice_output", entity_id=row.id, place=place, facts=about)
    return row
