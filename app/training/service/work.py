"""Use cases of assignments: set, hand in, mark. [A2.3b] [A2.3c] [M6.3.1]"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.archive import service as archive
from app.archive.states import Draft, FileLimits
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, NotPermitted
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.projects.queries.rows import NOW, add, change
from app.training.models import TrainingAssignment, TrainingSubmission
from app.training.queries import work as queries
from app.training.queries.work import TrainingSubmissionFilter
from app.training.schemas import TrainingAssignmentCreate, TrainingMarkWrite, TrainingSubmissionWrite
from app.training.service import checks

READ, SEE = Permission.TRAINING_ASSIGNMENT_READ, Permission.TRAINING_SUBMISSION_READ
OWNER = "training_submission"
"""The kind of record under which the archive knows submissions."""
explain({"uq_training_assignments_title": ("TRAINING_ASSIGNMENT_TWICE", "本项目已有同名作业，请换一个题目。")})


async def find_assignments(ctx: Context, request: PageRequest, project_id: UUID) -> Page[AnyRow]:
    """Assignments of a project, by the day they are due 作业列表 [A2.3b]."""
    ctx.require(READ)
    await checks.shown(ctx, project_id)
    return await queries.assignment_page(ctx, request, project_id)


async def create_assignment(ctx: Context, project_id: UUID, new: TrainingAssignmentCreate) -> AnyRow:
    """Set an assignment 布置作业 [A2.3b]."""
    project = await checks.run(ctx, project_id, Permission.TRAINING_ASSIGNMENT_WRITE, *checks.ACTIVE)
    if not max(project.starts_on, ctx.clock.today) <= new.due_on <= project.ends_on:
        message = f"截止日期须在今天之后、项目结束（{project.ends_on}）之前"
        checks.refuse([checks.fault("/due_on", "OUT_OF_ORDER", message)])
    made = new_id()
    own = {"id": made, "project_id": project.id, "made_by": ctx.principal.account_id}
    await add(ctx, TrainingAssignment, {**own, **new.model_dump()})
    facts = {"project_id": str(project.id), "due_on": str(new.due_on)}
    await ctx.record("training_assignment.set", entity="training_assignment", entity_id=made, facts=facts)
    return checks.found(await queries.assignment(ctx, project.id, made))


async def find_submissions(
    ctx: Context, request: PageRequest, project_id: UUID, only: TrainingSubmissionFilter
) -> Page[AnyRow]:
    """What was handed in, within the scope; schools see excellent works 作业提交列表 [A2.3c]."""
    ctx.require(SEE)
    await checks.shown(ctx, project_id)
    return await queries.submission_page(ctx, request, project_id, only)


async def submit_assignment(
    ctx: Context, project_id: UUID, assignment_id: UUID, new: TrainingSubmissionWrite, *, version: int | None
) -> AnyRow:
    """Hand an assignment in, or once more until it is marked 提交作业 [M6.3.1]."""
    permission = Permission.TRAINING_SUBMIT
    project = await checks.run(ctx, project_id, permission, *checks.ACTIVE)
    one = checks.found(await queries.assignment(ctx, project.id, assignment_id))
    me = await queries.own_trainee(ctx, project.id) if ctx.principal.teacher_id else None
    if me is None:
        message = "作业由本项目的在训学员提交。"
        raise NotPermitted("NOT_A_TRAINEE", message, permission=str(permission))
    today = ctx.clock.today
    values: dict[str, Any] = {"text": new.text, "handed_in_on": today, "is_late": today > one.due_on}
    known = await queries.own_submission(ctx, one.id, me.id)
    if known is None:
        made = new_id()
        whose = {"id": made, "project_id": project.id, "assignment_id": one.id, "trainee_id": me.id}
        own = {"teacher_id": me.teacher_id, "school_id": me.school_id, "is_excellent": False}
        await add(ctx, TrainingSubmission, {**whose, **own, **values})
        return await _told(ctx, project.id, made, "handed_in")
    check_version(known, version)
    if known.mark is not None:
        raise Conflict("TRAINING_MARKED", "作业已批阅，不能再改。", mark=str(known.mark))
    await change(ctx, TrainingSubmission, known.id, values)
    return await _told(ctx, project.id, known.id, "handed_in")


async def mark_submission(
    ctx: Context, project_id: UUID, submission_id: UUID, given: TrainingMarkWrite, *, version: int | None
) -> AnyRow:
    """Mark what was handed in, and say whether it is an excellent work 批阅作业 [A2.3b] [A2.3c]."""
    await checks.run(ctx, project_id, Permission.TRAINING_MARK, *checks.ACTIVE)
    row = checks.found(await queries.submission(ctx, project_id, submission_id, lock=True))
    check_version(row, version)
    checks.other_person(ctx, Permission.TRAINING_MARK, teacher=row.teacher_id)
    if given.is_excellent and row.text is None:
        message = "学员没有提交内容，不能评为优秀作业"
        checks.refuse([checks.fault("/is_excellent", "NOTHING_TO_SHOW", message)])
    by = {"marked_by": ctx.principal.account_id, "marked_at": NOW}
    await change(ctx, TrainingSubmission, row.id, {**given.model_dump(exclude={"etag"}), **by})
    return await _told(ctx, project_id, row.id, "marked")


async def attach_submission_file(
    ctx: Context, project_id: UUID, submission_id: UUID, draft: Draft, limits: FileLimits
) -> AnyRow:
    """Hang an upload on an own submission; NotFound outside the scope."""
    permission = Permission.TRAINING_SUBMIT
    ctx.require(permission)
    return await archive.attach(ctx, await _reference(ctx, project_id, submission_id, permission), draft, limits)


async def find_submission_files(
    ctx: Context, request: PageRequest, project_id: UUID, submission_id: UUID
) -> Page[AnyRow]:
    """Files of a submission, oldest first 作业附件 [A2.3c]."""
    ctx.require(SEE)
    return await archive.find(ctx, await _reference(ctx, project_id, submission_id, SEE), request)


async def submissions_with_files(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Submissions (n,) -> rows (n,), None where missing or outside the scope: the archive asks."""
    ctx.require(SEE)
    return await queries.submissions_by_ids(ctx, ids)


async def _reference(ctx: Context, project_id: UUID, submission_id: UUID, permission: Permission) -> archive.Reference:
    await checks.shown(ctx, project_id)
    row = checks.found(await queries.submission(ctx, project_id, submission_id))
    ctx.require(permission, on=checks.place_of(row))
    return archive.Reference(OWNER, row.id, checks.place_of(row), permission)


async def _told(ctx: Context, project_id: UUID, submission_id: UUID, event: str) -> AnyRow:
    row = checks.found(await queries.submission(ctx, project_id, submission_id))
    place, facts = checks.place_of(row), {"project_id": str(project_id), "is_late": row.is_late}
    entity = {"entity": OWNER, "entity_id": row.id, "place": place}
    await ctx.record(f"training_submission.{event}", facts=facts, **entity)
    return row
