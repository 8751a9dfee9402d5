"""Use cases of work: tasks, fees, workload, the yearly assessment, and the team's read-out. [A7.7] [A7.8] [A7.10]"""

from datetime import date
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.access.reactions import happened
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, NotFound, NotPermitted
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.policy.school_year import SchoolYear
from app.trainers.models import TrainerAssessment, TrainerAssignment
from app.trainers.queries import appointments as appointment_queries
from app.trainers.queries import communities, people
from app.trainers.queries import work as queries
from app.trainers.queries.work import AssessmentFilter, AssignmentFilter, WorkloadFilter
from app.trainers.rules import team as rules
from app.trainers.rules.terms import Term
from app.trainers.schemas import (
    TrainerAssessmentWrite,
    TrainerAssignmentCreate,
    TrainerFeePay,
    TrainerReply,
    TrainerTeam,
)
from app.trainers.service import appointments, checks
from app.trainers.states import AssignmentPlace

explain({"uq_trainer_assessments_year": ("TRAINER_ASSESSED", "该学年已考核，不能重复考核。")})


async def find_assignments(ctx: Context, request: PageRequest, only: AssignmentFilter) -> Page[AnyRow]:
    """Tasks within the scope, newest first; also those whose fee is overdue 工作任务列表 [A7.7]."""
    ctx.require(Permission.TRAINER_WORK_READ)
    return await queries.assignment_page(ctx, request, only)


async def find_workloads(ctx: Context, request: PageRequest, only: WorkloadFilter) -> Page[AnyRow]:
    """What each trainer did in a school year, for the own unit 工作量说明 [A7.8]."""
    ctx.require(Permission.TRAINER_WORK_READ)
    return await queries.workload_page(ctx, request, only)


async def assign(ctx: Context, new: TrainerAssignmentCreate) -> AnyRow:
    """Put a task of a trainer on record, within the term 登记工作任务. [A7.7] [A7.8]"""
    permission = Permission.TRAINER_ASSIGN
    ctx.require(permission)
    try:
        row = await appointments.held(ctx, new.appointment_id, permission, version=None)
    except NotFound:
        row = None
    faults = []
    if row is None:
        faults.append(FieldFault("/appointment_id", "REFERENCE_UNKNOWN", "没有这项聘任"))
    elif not Term(row.starts_on, row.until).holds(new.done_on):
        faults.append(FieldFault("/done_on", "OUTSIDE_TERM", f"任务日期 {new.done_on} 不在聘期内"))
    if new.duty not in {one.code for one in ctx.regulation.codes("trainer_duties")}:
        faults.append(FieldFault("/duty", "CODE_UNKNOWN", f"没有代码 {new.duty}，见 /v1/reference-data/trainer_duties"))
    if (new.fee_fen > 0) is not (new.fee_due_on is not None):
        faults.append(FieldFault("/fee_due_on", "FEE_DUE_MISSING", "有报酬时须填写应付日期，没有报酬时不填"))
    if new.workshop_id and new.place is not AssignmentPlace.WORKSHOP:
        faults.append(FieldFault("/workshop_id", "PLACE_NO_WORKSHOP", "只有在工作坊（室）的任务可以填写 workshop_id"))
    checks.refuse(faults)
    held = checks.found(row)
    if new.workshop_id:
        await happened(ctx, "trainer.assigned", workshop_id=new.workshop_id)
    made = new_id()
    whose = {"id": made, "teacher_id": held.teacher_id, "school_id": held.school_id}
    by = {"start_year": SchoolYear.of(new.done_on).start, "assigned_by": ctx.principal.account_id}
    await people.add(ctx, TrainerAssignment, {**whose, **by, **new.model_dump()})
    return await _told(ctx, made, "made")


async def pay_fee(ctx: Context, assignment_id: UUID, given: TrainerFeePay, *, version: int | None) -> AnyRow:
    """Put the payment of a fee on record 登记报酬发放. [A7.8]"""
    permission = Permission.TRAINER_PAY
    ctx.require(permission)
    row = checks.found(await queries.assignment(ctx, assignment_id, lock=True))
    ctx.require(permission, on=checks.place_of(row))
    check_version(row, version)
    if row.fee_fen == 0 or row.fee_paid_on:
        message = "这项任务没有待发放的报酬。"
        raise Conflict("TRAINER_FEE_SETTLED", message, fee_fen=row.fee_fen, paid_on=str(row.fee_paid_on))
    if given.paid_on > ctx.clock.today:
        checks.refuse([FieldFault("/paid_on", "OUT_OF_ORDER", f"发放日期 {given.paid_on} 晚于今天")])
    await people.change(ctx, TrainerAssignment, row.id, {"fee_paid_on": given.paid_on})
    return await _told(ctx, row.id, "paid")


async def find_assessments(ctx: Context, request: PageRequest, only: AssessmentFilter) -> Page[AnyRow]:
    """Assessments within the scope, newest first 年度考核列表 [A7.10]."""
    ctx.require(Permission.TRAINER_ASSESSMENT_READ)
    return await queries.assessment_page(ctx, request, only)


async def assess(ctx: Context, appointment_id: UUID, given: TrainerAssessmentWrite, *, version: int | None) -> AnyRow:
    """Assess a school year of a term, with the computed record beside it 年度考核. [A7.10]"""
    permission = Permission.TRAINER_ASSESS
    row = await appointments.held(ctx, appointment_id, permission, version=version)
    who, today = ctx.principal, ctx.clock.today
    if who.teacher_id and await appointment_queries.in_team(ctx, [who.teacher_id], today):
        message = "在聘培训者不能考核同一团队的人，请由另一人办理。"
        raise NotPermitted("SEPARATION_OF_DUTIES", message, permission=str(permission))
    year = checks.year_of(row, given.school_year, today=today)
    found = await queries.record_of(ctx, row.id, year.start)
    record = {**found._asdict(), "hours": str(found.hours)}
    made = new_id()
    whose = {"appointment_id": row.id, "teacher_id": row.teacher_id, "school_id": row.school_id}
    said = {"result": str(given.result), "opinion": given.opinion, "assessed_by": who.account_id}
    values = {"id": made, "start_year": year.start, "record": record, **whose, **said}
    await people.add(ctx, TrainerAssessment, values)
    await ctx.record(
        "trainer_assessment.made",
        entity="trainer_assessment",
        entity_id=made,
        place=checks.place_of(row),
        facts={"school_year": year.name, "result": str(given.result)},
    )
    return checks.found(await queries.assessment(ctx, made))


async def reply_assessment(ctx: Context, assessment_id: UUID, given: TrainerReply, *, version: int | None) -> AnyRow:
    """Say something to the own assessment, once 本人陈述意见. [A7.10]"""
    permission = Permission.TRAINER_REPLY
    ctx.require(permission)
    row = checks.found(await queries.assessment(ctx, assessment_id, lock=True))
    ctx.require(permission, on=checks.place_of(row))
    check_version(row, version)
    if row.reply:
        raise Conflict("TRAINER_REPLIED", "本人意见已经提交，不能再改。")
    by = {"replied_by": ctx.principal.account_id, "replied_at": people.NOW}
    await people.change(ctx, TrainerAssessment, row.id, {"reply": given.reply, **by})
    place = checks.place_of(row)
    await ctx.record("trainer_assessment.replied", entity="trainer_assessment", entity_id=row.id, place=place, facts={})
    return checks.found(await queries.assessment(ctx, row.id))


async def team(ctx: Context, on: date) -> TrainerTeam:
    """The team on a day: head count, coverage, sources, ages, titles, share, forecast 团队读数. [M3.3] [A4.3]"""
    ctx.require(Permission.TRAINER_TEAM_READ)
    found = [
        rules.Member(
            row.teacher_id,
            row.source,
            row.stage,
            row.subject,
            Term(row.starts_on, row.until),
            row.birth_date,
            row.title,
            row.took_part,
        )
        for row in await queries.members(ctx, on)
    ]
    held = await communities.concentrated(ctx, SchoolYear.of(on).start, on)
    return TrainerTeam.model_validate(rules.read_out(ctx.regulation, found, on=on, concentrated=held))


async def _told(ctx: Context, assignment_id: UUID, act: str) -> AnyRow:
    """Put a change of a task on record; the task as it is now."""
    row = checks.found(await queries.assignment(ctx, assignment_id))
    facts = {"duty": row.duty, "fee_fen": row.fee_fen}
    place = checks.place_of(row)
    await ctx.record(
        f"trainer_assignment.{act}", entity="trainer_assignment", entity_id=row.id, place=place, facts=facts
    )
    return row
