"""Use cases of nominations: apply, nominate, pass on, check, confirm, reject, withdraw. [A2.2] [M6.3.2]"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission, Role
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, NotPermitted
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.policy.finding import Finding
from app.projects.models import ProjectNomination, ProjectTrainee
from app.projects.queries import nominations as queries
from app.projects.queries import projects, trainees
from app.projects.queries.nominations import NominationFilter
from app.projects.queries.rows import NOW, add, change
from app.projects.schemas import ProjectApply, ProjectMove, ProjectNominate, ProjectReason
from app.projects.service import checks, judging
from app.projects.states import (
    NOMINATION_LIFECYCLE,
    TAKES_PLACE,
    TRAINEE_LIFECYCLE,
    NominationRoute,
    NominationStatus,
    ProjectStatus,
    TraineeStatus,
)

explain(
    {
        "uq_project_nominations_open": ("NOMINATION_STANDS", "该教师在本项目已有有效的报名，不必重复。"),
        "uq_project_nominations_substitute": ("SUBSTITUTION_STANDS", "该学员的替换正在办理。"),
        "ck_project_nominations_other_persons": checks.SAME_PERSON,
        "ck_project_nominations_confirmed_by_another": checks.SAME_PERSON,
        "uq_project_trainees_enrolled": ("TRAINEE_ENROLLED", "该教师已是本项目学员。"),
    }
)
READ, APPLY, MAKE = Permission.NOMINATION_READ, Permission.NOMINATION_APPLY, Permission.NOMINATION_MAKE
PASS, CHECK, CONFIRM = Permission.NOMINATION_PASS, Permission.NOMINATION_CHECK, Permission.NOMINATION_CONFIRM
REJECT, WITHDRAW = Permission.NOMINATION_REJECT, Permission.NOMINATION_WITHDRAW
_S = NominationStatus
OPEN = (ProjectStatus.SELECTING,)
OPEN_FOR_SUBSTITUTES = (ProjectStatus.SELECTING, ProjectStatus.RUNNING)


async def find_nominations(
    ctx: Context, request: PageRequest, project_id: UUID, only: NominationFilter
) -> Page[AnyRow]:
    """Nominations of a project within the scope, members of city workshops first 报名名单 [A6.7]."""
    ctx.require(READ)
    await checks.shown(ctx, project_id)
    return await queries.page(ctx, request, project_id, only)


async def get_nomination(ctx: Context, project_id: UUID, nomination_id: UUID) -> AnyRow:
    """One nomination 报名详情; NotFound outside the scope."""
    ctx.require(READ)
    return checks.found(await queries.by_id(ctx, project_id, nomination_id))


async def get_nominations(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Nominations (n,) -> rows (n,), None where missing or outside the scope."""
    ctx.require(READ)
    return await queries.by_ids(ctx, ids)


async def apply_to_project(ctx: Context, project_id: UUID, given: ProjectApply) -> AnyRow:
    """Apply for a project oneself 本人申请; the school nominates afterwards. [A2.2]"""
    ctx.require(APPLY)
    ctx.require(Permission.PROJECT_READ)
    project = checks.found(await projects.by_id(ctx, project_id, share=True))
    checks.require_status(project, *OPEN)
    teacher_id = ctx.principal.teacher_id
    people = await queries.candidates(ctx, [teacher_id] if teacher_id else [])
    who = checks.found(next(iter(people.values()), None))
    ctx.require(APPLY, on=Place(who.school_id, who.id))
    judged = (await judging.judge(ctx, project, people))[who.id]
    line = judging.draft(ctx, project, who, judged, NominationRoute.APPLICATION, _S.APPLIED)
    await judging.store(ctx, [line | {"statement": given.statement}])
    return await told(ctx, project.id, line["id"], "applied", judged.findings)


async def nominate(ctx: Context, project_id: UUID, given: ProjectNominate) -> AnyRow:
    """Nominate a teacher of the own school, within the places of the unit 学校选送. [M6.3.2]"""
    ctx.require(MAKE)
    ctx.require(Permission.PROJECT_READ)
    project = checks.found(await projects.by_id(ctx, project_id, share=True))
    people = await queries.candidates(ctx, [given.teacher_id])
    who = people.get(given.teacher_id)
    if who is None:
        checks.refuse([checks.fault("/teacher_id", "REFERENCE_UNKNOWN", "没有这位教师，或已离职")])
    who = checks.found(who)
    ctx.require(MAKE, on=Place(who.school_id, who.id))
    checks.require_status(project, *OPEN)
    judged = (await judging.judge(ctx, project, people))[who.id]
    await _take_place(ctx, project, judging.unit_of(who))
    line = judging.draft(ctx, project, who, judged, NominationRoute.SCHOOL, _S.NOMINATED)
    await judging.store(ctx, [line | {"statement": given.statement}])
    return await told(ctx, project.id, line["id"], "nominated", judged.findings)


async def nominate_applicant(
    ctx: Context, project_id: UUID, nomination_id: UUID, given: ProjectMove, *, version: int | None
) -> AnyRow:
    """Nominate who has applied 选送本校的申请人; never the applicant. [M6.3.2]"""
    del given
    project, row, status = await held(ctx, project_id, nomination_id, MAKE, "nominate", version=version)
    checks.other_person(ctx, MAKE, row.applied_by, teacher=row.teacher_id)
    checks.require_status(project, *OPEN)
    judged = await _judged_anew(ctx, project, row)
    await _take_place(ctx, project, row.unit_id)
    by = {"nominated_by": ctx.principal.account_id, "nominated_on": ctx.clock.today}
    return await _moved(ctx, row, status, by, judged)


async def pass_nomination(
    ctx: Context, project_id: UUID, nomination_id: UUID, given: ProjectMove, *, version: int | None
) -> AnyRow:
    """Pass a nomination of a school on 中心校报送. [A2.2]"""
    del given
    project, row, status = await held(ctx, project_id, nomination_id, PASS, "pass", version=version)
    checks.other_person(ctx, PASS, row.applied_by, row.nominated_by, teacher=row.teacher_id)
    checks.require_status(project, *OPEN)
    return await _moved(ctx, row, status, {"passed_by": ctx.principal.account_id})


async def check_nomination(
    ctx: Context, project_id: UUID, nomination_id: UUID, given: ProjectMove, *, version: int | None
) -> AnyRow:
    """Check that a nomination meets every required condition 审核遴选条件. [A2.2]

    A 市直学校 has no 中心校 above it, and whole classes come from workshops: both are checked at once.
    """
    del given
    project, row, status = await held(ctx, project_id, nomination_id, CHECK, "check", version=version)
    checks.other_person(ctx, CHECK, row.applied_by, row.nominated_by, row.passed_by, teacher=row.teacher_id)
    checks.require_status(project, *OPEN)
    if row.status == _S.NOMINATED and not goes_straight(row):
        message = "须先由中心校报送，再审核。"
        raise Conflict("NOMINATION_NOT_PASSED", message, status=row.status, unit=row.unit_name)
    judged = await _judged_anew(ctx, project, row)
    ctx.enforce(judged.findings, pointer="/teacher_id")
    return await _moved(ctx, row, status, {"checked_by": ctx.principal.account_id}, judged)


async def confirm_nomination(
    ctx: Context, project_id: UUID, nomination_id: UUID, given: ProjectMove, *, version: int | None
) -> AnyRow:
    """Admit a checked nomination as a trainee 确认录取; a substitute takes the other's place. [A2.2]"""
    del given
    project, row, status = await held(ctx, project_id, nomination_id, CONFIRM, "confirm", version=version)
    persons = (row.applied_by, row.nominated_by, row.passed_by, row.checked_by)
    checks.other_person(ctx, CONFIRM, *persons, teacher=row.teacher_id)
    checks.require_status(project, *(OPEN_FOR_SUBSTITUTES if row.replaces_id else OPEN))
    judged = await _judged_anew(ctx, project, row)
    ctx.enforce(judged.findings, pointer="/teacher_id")
    if row.replaces_id:
        await _replace(ctx, row)
    whose = {name: getattr(row, name) for name in ("project_id", "teacher_id", "school_id", "unit_id", "workshop_id")}
    joined_on = row.effective_on or ctx.clock.today
    trainee = {"id": new_id(), **whose, "nomination_id": row.id, "joined_on": joined_on}
    await add(ctx, ProjectTrainee, trainee | {"replaces_id": row.replaces_id})
    return await _moved(ctx, row, status, _decided(ctx), judged)


async def reject_nomination(
    ctx: Context, project_id: UUID, nomination_id: UUID, given: ProjectReason, *, version: int | None
) -> AnyRow:
    """Turn a nomination down with a reason, by whose turn it is 不予通过. [A2.2]"""
    _, row, status = await held(ctx, project_id, nomination_id, REJECT, "reject", version=version)
    checks.other_person(ctx, REJECT, teacher=row.teacher_id)
    if ctx.principal.role not in whose_turn(row):
        message = (
            "现在不由您办理：申请由学校、选送由中心校（市直学校和整建制由进修学校）、报送由进修学校、"
            "审核后由教体局办理。"
        )
        raise NotPermitted("OTHER_BODY", message, permission=str(REJECT))
    await _give_place_back(ctx, row)
    return await _moved(ctx, row, status, _decided(ctx) | {"reason": given.reason})


async def withdraw_nomination(
    ctx: Context, project_id: UUID, nomination_id: UUID, given: ProjectReason, *, version: int | None
) -> AnyRow:
    """Take a nomination back before it is confirmed, with a reason 撤回报名."""
    _, row, status = await held(ctx, project_id, nomination_id, WITHDRAW, "withdraw", version=version)
    await _give_place_back(ctx, row)
    return await _moved(ctx, row, status, _decided(ctx) | {"reason": given.reason})


def goes_straight(row: AnyRow) -> bool:
    """Whether a nomination goes to 进修学校 without a 中心校: of a 市直学校, or of a whole class."""
    return bool(row.unit_id == row.school_id or row.route == NominationRoute.WHOLE_CLASS)


def whose_turn(row: AnyRow) -> set[Role]:
    """The roles that decide a nomination in its present status."""
    if row.status == _S.APPLIED:
        return {Role.SCHOOL, Role.CENTRAL_SCHOOL}
    if row.status == _S.NOMINATED:
        return {Role.TRAINING_SCHOOL} if goes_straight(row) else {Role.CENTRAL_SCHOOL}
    return {Role.TRAINING_SCHOOL} if row.status == _S.PASSED else {Role.BUREAU}


async def held(
    ctx: Context, project_id: UUID, nomination_id: UUID, permission: Permission, verb: str, *, version: int | None
) -> tuple[AnyRow, AnyRow, NominationStatus]:
    """The project, the nomination, locked, once the caller may make the step, and the status it leads to."""
    ctx.require(permission)
    ctx.require(READ)
    project = checks.found(await projects.by_id(ctx, project_id, share=True))
    row = checks.found(await queries.by_id(ctx, project_id, nomination_id, lock=True))
    ctx.require(permission, on=checks.place_of(row))
    check_version(row, version)
    return project, row, NOMINATION_LIFECYCLE.move(_S(row.status), verb)


async def told(
    ctx: Context, project_id: UUID, nomination_id: UUID, act: str, findings: Sequence[Finding] = ()
) -> AnyRow:
    """Put a step on record; the nomination as it is now."""
    row = checks.found(await queries.by_id(ctx, project_id, nomination_id))
    await ctx.record(
        f"project_nomination.{act}",
        entity="project_nomination",
        entity_id=row.id,
        place=checks.place_of(row),
        facts={"project": str(project_id), "route": row.route},
        findings=findings,
    )
    return row


async def _moved(
    ctx: Context,
    row: AnyRow,
    status: NominationStatus,
    changes: dict[str, Any],
    judged: judging.Judged | None = None,
) -> AnyRow:
    anew = {"findings": [one.as_json() for one in judged.findings], "priority": judged.priority} if judged else {}
    await change(ctx, ProjectNomination, row.id, {"status": str(status), **changes, **anew})
    return await told(ctx, row.project_id, row.id, str(status), judged.findings if judged else ())


async def _judged_anew(ctx: Context, project: AnyRow, row: AnyRow) -> judging.Judged:
    """Conditions again on what is known now; that it came in time is a matter of the day it was nominated on."""
    people = await queries.candidates(ctx, [row.teacher_id])
    if row.teacher_id not in people:
        raise Conflict("TEACHER_LEFT", "该教师已离职或档案已合并，不能继续办理；请撤回后另行选送。")
    judged = (await judging.judge(ctx, project, people))[row.teacher_id]
    until = None if row.replaces_id else project.nominate_until
    return judging.as_of(judged, row.nominated_on or ctx.clock.today, until)


async def _take_place(ctx: Context, project: AnyRow, unit_id: UUID) -> None:
    """Take a place of the unit, or Conflict 409: of those who come at once, as many get through as there are places."""
    if not await queries.take_places(ctx, project.id, unit_id):
        message = "本单位在这个项目没有名额，或名额已用完；请等有人撤回，或请进修学校调整名额。"
        raise Conflict("PROJECT_NO_PLACE", message, unit_id=str(unit_id))


async def _give_place_back(ctx: Context, row: AnyRow) -> None:
    if row.status in TAKES_PLACE and row.replaces_id is None:
        await queries.give_place_back(ctx, row.project_id, row.unit_id)


async def _replace(ctx: Context, row: AnyRow) -> None:
    """The other trainee leaves on the day the substitute comes; the place stays with the unit."""
    other = checks.found(await trainees.by_id(ctx, row.project_id, row.replaces_id, lock=True))
    status = TRAINEE_LIFECYCLE.move(TraineeStatus(other.status), "replace")
    left = {"left_on": max(row.effective_on, other.joined_on), "left_reason": row.reason}
    await change(ctx, ProjectTrainee, other.id, {"status": str(status), **left})
    await ctx.record(
        "project_trainee.replaced",
        entity="project_trainee",
        entity_id=other.id,
        place=checks.place_of(other),
        facts={"project": str(row.project_id), "by": str(row.teacher_id)},
    )


def _decided(ctx: Context) -> dict[str, Any]:
    return {"decided_by": ctx.principal.account_id, "decided_at": NOW}
