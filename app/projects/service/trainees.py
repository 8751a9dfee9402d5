"""Use cases of trainees: list, read, ask to withdraw, withdraw, substitute. [A2.2] [M6.3.2]"""

from collections.abc import Sequence
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import Conflict
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.projects.models import ProjectNomination, ProjectTrainee
from app.projects.queries import nominations, projects
from app.projects.queries import trainees as queries
from app.projects.queries.rows import NOW, change
from app.projects.queries.trainees import TraineeFilter
from app.projects.schemas import ProjectReason, ProjectSubstitute
from app.projects.service import checks, judging
from app.projects.service.nominations import OPEN_FOR_SUBSTITUTES, told
from app.projects.states import (
    TRAINEE_LIFECYCLE,
    UNDER_WAY,
    NominationRoute,
    NominationStatus,
    ProjectStatus,
    TraineeStatus,
)

READ, ASK, REPLACE = Permission.TRAINEE_READ, Permission.TRAINEE_ASK_WITHDRAWAL, Permission.TRAINEE_REPLACE


async def find_trainees(ctx: Context, request: PageRequest, project_id: UUID, only: TraineeFilter) -> Page[AnyRow]:
    """Trainees of a project within the scope 项目学员列表 [A2.2]."""
    ctx.require(READ)
    await checks.shown(ctx, project_id)
    return await queries.page(ctx, request, project_id, only)


async def get_trainee(ctx: Context, project_id: UUID, trainee_id: UUID) -> AnyRow:
    """One trainee 项目学员."""
    ctx.require(READ)
    return checks.found(await queries.by_id(ctx, project_id, trainee_id))


async def get_trainees(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Trainees (n,) -> rows (n,), None where missing or outside the scope."""
    ctx.require(READ)
    return await queries.by_ids(ctx, ids)


async def ask_withdrawal(
    ctx: Context, project_id: UUID, trainee_id: UUID, given: ProjectReason, *, version: int | None
) -> AnyRow:
    """Ask that a trainee may withdraw, with a reason 申请退出; 进修学校 or the bureau decides. [M6.3.2]"""
    _, row = await _held(ctx, project_id, trainee_id, ASK, version=version)
    if row.status != TraineeStatus.ENROLLED:
        raise Conflict("TRAINEE_NOT_ENROLLED", "该学员已退出或已被替换。", status=row.status)
    asked = {"asked_by": ctx.principal.account_id, "asked_reason": given.reason}
    await change(ctx, ProjectTrainee, row.id, asked)
    return await _told(ctx, row, "withdrawal_asked")


async def withdraw_trainee(
    ctx: Context, project_id: UUID, trainee_id: UUID, given: ProjectReason, *, version: int | None
) -> AnyRow:
    """A trainee drops out today 学员退出; before the training starts the place is free again. [A2.2]"""
    project, row = await _held(ctx, project_id, trainee_id, REPLACE, version=version)
    status = TRAINEE_LIFECYCLE.move(TraineeStatus(row.status), "withdraw")
    left = {"left_on": max(ctx.clock.today, row.joined_on), "left_reason": given.reason}
    await change(ctx, ProjectTrainee, row.id, {"status": str(status), **left})
    if project.status == ProjectStatus.SELECTING:
        over = {"status": str(NominationStatus.WITHDRAWN), "reason": given.reason}
        decided = {"decided_by": ctx.principal.account_id, "decided_at": NOW}
        await change(ctx, ProjectNomination, row.nomination_id, over | decided)
        await nominations.give_place_back(ctx, row.project_id, row.unit_id)
    return await _told(ctx, row, "withdrawn")


async def substitute(
    ctx: Context, project_id: UUID, nomination_id: UUID, given: ProjectSubstitute, *, version: int | None
) -> AnyRow:
    """Propose who takes the place of a confirmed nominee, from a day before the project begins 替换学员. [A2.2]

    The substitute is of the same unit and meets the same conditions; another person of the bureau confirms. Answers the
    new nomination.
    """
    ctx.require(REPLACE)
    ctx.require(Permission.NOMINATION_READ)
    project = checks.found(await projects.by_id(ctx, project_id, share=True))
    old = checks.found(await nominations.by_id(ctx, project_id, nomination_id, lock=True))
    ctx.require(REPLACE, on=checks.place_of(old))
    check_version(old, version)
    checks.require_status(project, *OPEN_FOR_SUBSTITUTES)
    trainee = await queries.of_nomination(ctx, old.id)
    if trainee is None or trainee.status != TraineeStatus.ENROLLED:
        message = "只能替换在训的学员：此人尚未录取，或已退出、已被替换。"
        raise Conflict("TRAINEE_NOT_ENROLLED", message, status=old.status)
    people = await nominations.candidates(ctx, [given.teacher_id])
    who = people.get(given.teacher_id)
    faults = []
    if who is None:
        faults.append(checks.fault("/teacher_id", "REFERENCE_UNKNOWN", "没有这位教师，或已离职"))
    elif judging.unit_of(who) != old.unit_id:
        faults.append(checks.fault("/teacher_id", "OTHER_UNIT", "替换人须与被替换人属同一中心校或市直学校"))
    if not trainee.joined_on <= given.effective_on <= project.starts_on:
        message = f"替换之日须在 {trainee.joined_on}（录取）至 {project.starts_on}（项目开始）之间"
        faults.append(checks.fault("/effective_on", "OUT_OF_ORDER", message))
    checks.refuse(faults)
    who = checks.found(who)
    judged = judging.as_of((await judging.judge(ctx, project, people))[who.id], ctx.clock.today, None)
    ctx.enforce(judged.findings, pointer="/teacher_id")
    line = judging.draft(ctx, project, who, judged, NominationRoute.SUBSTITUTION, NominationStatus.CHECKED)
    more = {"replaces_id": trainee.id, "effective_on": given.effective_on, "reason": given.reason}
    await judging.store(ctx, [line | more | {"checked_by": ctx.principal.account_id}])
    return await told(ctx, project.id, line["id"], "substitute_proposed", judged.findings)


async def _held(
    ctx: Context, project_id: UUID, trainee_id: UUID, permission: Permission, *, version: int | None
) -> tuple[AnyRow, AnyRow]:
    """The project and the trainee, locked, once the caller may do this and the project is under way."""
    ctx.require(permission)
    ctx.require(READ)
    project = checks.found(await projects.by_id(ctx, project_id, share=True))
    row = checks.found(await queries.by_id(ctx, project_id, trainee_id, lock=True))
    ctx.require(permission, on=checks.place_of(row))
    check_version(row, version)
    checks.require_status(project, *UNDER_WAY)
    return project, row


async def _told(ctx: Context, row: AnyRow, act: str) -> AnyRow:
    """Put a step on record; the trainee as it is now."""
    await ctx.record(
        f"project_trainee.{act}",
        entity="project_trainee",
        entity_id=row.id,
        place=checks.place_of(row),
        facts={"project": str(row.project_id)},
    )
    return checks.found(await queries.by_id(ctx, row.project_id, row.id))
