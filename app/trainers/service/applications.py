"""Use cases of applications: apply, recommend, return, appoint, reject, withdraw. [A7.3]"""

from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import FieldFault, NotPermitted
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.trainers.models import TrainerApplication
from app.trainers.queries import applications as queries
from app.trainers.queries import people
from app.trainers.queries.applications import ApplicationFilter
from app.trainers.rules import conditions
from app.trainers.schemas import TrainerApplicationWrite, TrainerAppoint, TrainerMove, TrainerOpinion, TrainerReason
from app.trainers.service import checks, letters
from app.trainers.states import APPLICATION_LIFECYCLE, ApplicationStatus, AppointmentRoute

explain(
    {"uq_trainer_applications_open": ("TRAINER_APPLICATION_OPEN", "已有一件申请在办理中，需要改动的请等退回或先撤回。")}
)


async def find_applications(ctx: Context, request: PageRequest, only: ApplicationFilter) -> Page[AnyRow]:
    """Applications within the scope, newest first 培训者申请列表."""
    ctx.require(Permission.TRAINER_APPLICATION_READ)
    return await queries.page(ctx, request, only)


async def get_application(ctx: Context, application_id: UUID) -> AnyRow:
    """One application; NotFound outside the scope."""
    ctx.require(Permission.TRAINER_APPLICATION_READ)
    return checks.found(await queries.by_id(ctx, application_id))


async def get_applications(ctx: Context, ids: list[UUID]) -> list[AnyRow | None]:
    """Applications (n,) -> rows (n,), None where missing."""
    ctx.require(Permission.TRAINER_APPLICATION_READ)
    return await queries.by_ids(ctx, ids)


async def apply(ctx: Context, new: TrainerApplicationWrite) -> AnyRow:
    """Apply for the team 本人申请: one application at a time, a statement on each condition. [A7.3] [A7.2]"""
    ctx.require(Permission.TRAINER_APPLY)
    _check(ctx, new)
    who = ctx.principal
    person = checks.found(await people.person(ctx, who.teacher_id) if who.teacher_id else None)
    ctx.require(Permission.TRAINER_APPLY, on=Place(person.school_id, person.id))
    made = new_id()
    whose = {"id": made, "teacher_id": person.id, "school_id": person.school_id}
    await people.add(ctx, TrainerApplication, {**whose, **_written(ctx, new)})
    return await _told(ctx, made, "submitted")


async def submit_application(
    ctx: Context, application_id: UUID, new: TrainerApplicationWrite, *, version: int | None
) -> AnyRow:
    """Hand a returned application in again, mended 重新提交. [A7.3]"""
    ctx.require(Permission.TRAINER_APPLY)
    row, status = await _held(ctx, application_id, Permission.TRAINER_APPLY, "submit", version=version)
    _check(ctx, new)
    blank = dict.fromkeys(("recommended_by", "recommended_at", "opinion", "return_reason"))
    await people.change(ctx, TrainerApplication, row.id, {"status": str(status), **blank, **_written(ctx, new)})
    return await _told(ctx, row.id, "submitted")


async def recommend_application(
    ctx: Context, application_id: UUID, given: TrainerOpinion, *, version: int | None
) -> AnyRow:
    """Recommend an applicant of the own unit, with an opinion 单位推荐. [A7.3]"""
    permission = Permission.TRAINER_RECOMMEND
    ctx.require(permission)
    row, status = await _held(ctx, application_id, permission, "recommend", version=version)
    checks.other_person(ctx, permission, row, row.submitted_by)
    by = {"recommended_by": ctx.principal.account_id, "recommended_at": people.NOW}
    await people.change(ctx, TrainerApplication, row.id, {"status": str(status), "opinion": given.opinion, **by})
    return await _told(ctx, row.id, "recommended")


async def return_application(
    ctx: Context, application_id: UUID, given: TrainerReason, *, version: int | None
) -> AnyRow:
    """Send an application back with a reason 退回: the unit before it recommends, the bureau afterwards. [A7.3]"""
    permission = Permission.TRAINER_RETURN_APPLICATION
    ctx.require(permission)
    row, status = await _held(ctx, application_id, permission, "return", version=version)
    is_bureau = ctx.principal.role == "bureau"
    if is_bureau is not (row.status == ApplicationStatus.RECOMMENDED):
        message = "单位在推荐前退回，教体局在单位推荐后退回。"
        raise NotPermitted("OTHER_BODY", message, permission=str(permission))
    checks.other_person(ctx, permission, row, row.submitted_by, row.recommended_by)
    await people.change(ctx, TrainerApplication, row.id, {"status": str(status), "return_reason": given.reason})
    return await _told(ctx, row.id, "returned")


async def appoint_applicant(
    ctx: Context, application_id: UUID, given: TrainerAppoint, *, version: int | None
) -> AnyRow:
    """Appoint a recommended applicant, with a letter 审定聘任; answers the appointment. [A7.3] [A7.6]"""
    permission = Permission.TRAINER_DECIDE
    ctx.require(permission)
    row, status = await _held(ctx, application_id, permission, "appoint", version=version)
    checks.other_person(ctx, permission, row, row.submitted_by, row.recommended_by)
    checks.refuse_past(given.starts_on, today=ctx.clock.today)
    person = await checks.person(ctx, row.teacher_id)
    found = conditions.check_first(
        ctx.regulation, conditions.Person(person.birth_date, person.title), starts_on=given.starts_on
    )
    findings = checks.enforce(ctx, found, given.waiver_reason)
    await people.change(ctx, TrainerApplication, row.id, {"status": str(status), **_decided(ctx)})
    origin = ("application_id", row.id)
    route = AppointmentRoute.APPLICATION
    decision = letters.Decision(route, permission, given.starts_on, origin, findings, given.waiver_reason)
    made = await letters.appoint(ctx, person, row, decision)
    await _told(ctx, row.id, "appointed")
    return made


async def reject_application(
    ctx: Context, application_id: UUID, given: TrainerReason, *, version: int | None
) -> AnyRow:
    """Refuse a recommended applicant, with a reason that only the bureau and the person see 不予聘任. [A7.3]"""
    permission = Permission.TRAINER_DECIDE
    ctx.require(permission)
    row, status = await _held(ctx, application_id, permission, "reject", version=version)
    checks.other_person(ctx, permission, row, row.submitted_by, row.recommended_by)
    told = {"status": str(status), "decision_reason": given.reason, **_decided(ctx)}
    await people.change(ctx, TrainerApplication, row.id, told)
    return await _told(ctx, row.id, "rejected")


async def withdraw_application(
    ctx: Context, application_id: UUID, given: TrainerMove, *, version: int | None
) -> AnyRow:
    """Take an own application back before it is decided 撤回申请. [A7.3]"""
    del given
    ctx.require(Permission.TRAINER_APPLY)
    row, status = await _held(ctx, application_id, Permission.TRAINER_APPLY, "withdraw", version=version)
    await people.change(ctx, TrainerApplication, row.id, {"status": str(status)})
    return await _told(ctx, row.id, "withdrawn")


def _check(ctx: Context, new: TrainerApplicationWrite) -> None:
    """Faults of an application: its codes, and a statement on each condition, once. [A7.2]"""
    conditions_ = [one.code for one in ctx.regulation.codes("trainer_conditions")]
    said = [one.condition for one in new.statements]
    faults = checks.unknown_codes(ctx, new.model_dump())
    faults += [
        FieldFault(f"/statements/{at}/condition", "CODE_UNKNOWN", f"没有条件 {one}")
        for at, one in enumerate(said)
        if one not in conditions_
    ]
    missing = [one.label for one in ctx.regulation.codes("trainer_conditions") if said.count(one.code) != 1]
    if missing:
        message = f"每项条件须说明一次：{'、'.join(missing)}"
        faults.append(FieldFault("/statements", "TRAINER_STATEMENTS_MISSING", message))
    checks.refuse(faults)


def _written(ctx: Context, new: TrainerApplicationWrite) -> dict[str, Any]:
    """What an application says, and who handed it in when."""
    by = {"submitted_by": ctx.principal.account_id, "submitted_at": people.NOW}
    return {**new.model_dump(exclude={"etag"}), **by}


def _decided(ctx: Context) -> dict[str, Any]:
    return {"decided_by": ctx.principal.account_id, "decided_at": people.NOW}


async def _held(
    ctx: Context, application_id: UUID, permission: Permission, verb: str, *, version: int | None
) -> tuple[AnyRow, ApplicationStatus]:
    """The application, locked, once the caller may make the step, and the status it leads to."""
    ctx.require(Permission.TRAINER_APPLICATION_READ)
    row = checks.found(await queries.by_id(ctx, application_id, lock=True))
    ctx.require(permission, on=checks.place_of(row))
    check_version(row, version)
    return row, APPLICATION_LIFECYCLE.move(ApplicationStatus(row.status), verb)


async def _told(ctx: Context, application_id: UUID, act: str) -> AnyRow:
    """Put a step on record; the application as it is now."""
    row = checks.found(await queries.by_id(ctx, application_id))
    place = checks.place_of(row)
    await ctx.record(
        f"trainer_application.{act}", entity="trainer_application", entity_id=row.id, place=place, facts={}
    )
    return row
