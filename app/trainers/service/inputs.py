"""Use cases of what others say: input to the yearly assessment, and reports of grounds. [A7.10] [A7.11]"""

from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission, Role
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.trainers.models import TrainerInput, TrainerReport
from app.trainers.queries import inputs as queries
from app.trainers.queries import people, work
from app.trainers.queries.inputs import InputFilter, ReportFilter
from app.trainers.schemas import TrainerInputWrite, TrainerMove, TrainerReason, TrainerRevocationAsk
from app.trainers.service import appointments, checks
from app.trainers.states import REPORT_LIFECYCLE, InputGiver, ReportStatus

explain(
    {
        "uq_trainer_inputs_year": ("TRAINER_INPUT_GIVEN", "该学年的考核意见已经提出，不能重复提出。"),
        "uq_trainer_reports_open": ("TRAINER_REPORT_OPEN", "您已反映过，正在等待教体局处理。"),
    }
)


async def find_inputs(ctx: Context, request: PageRequest, only: InputFilter) -> Page[AnyRow]:
    """Opinions for the yearly assessment within the scope, newest first 考核意见列表 [A7.10]."""
    ctx.require(Permission.TRAINER_INPUT_READ)
    return await queries.page(ctx, request, only)


async def get_input(ctx: Context, input_id: UUID) -> AnyRow:
    """One opinion for the yearly assessment 考核意见详情 [A7.10]."""
    ctx.require(Permission.TRAINER_INPUT_READ)
    return checks.found(await queries.by_id(ctx, input_id))


async def give_input(ctx: Context, appointment_id: UUID, given: TrainerInputWrite, *, version: int | None) -> AnyRow:
    """Say for the assessment how a school year went, as the own unit or as 进修学校 提出考核意见. [A7.10]"""
    permission = Permission.TRAINER_INPUT_GIVE
    row = await appointments.held(ctx, appointment_id, permission, version=version)
    checks.other_person(ctx, permission, row)
    year = checks.year_of(row, given.school_year, today=ctx.clock.today)
    if year.start in {one.start_year for one in await work.results_of(ctx, row.id)}:
        raise Conflict("TRAINER_ASSESSED", "该学年已考核，不能再提意见。")
    made, who = new_id(), ctx.principal
    giver = InputGiver.TRAINING_SCHOOL if who.role is Role.TRAINING_SCHOOL else InputGiver.UNIT
    whose = {"appointment_id": row.id, "teacher_id": row.teacher_id, "school_id": row.school_id}
    said = {"giver": str(giver), "opinion": given.opinion, "given_by": who.account_id}
    await people.add(ctx, TrainerInput, {"id": made, "start_year": year.start, **whose, **said})
    await ctx.record(
        "trainer_input.given",
        entity="trainer_input",
        entity_id=made,
        place=checks.place_of(row),
        facts={"school_year": year.name, "giver": str(giver)},
    )
    return checks.found(await queries.by_id(ctx, made))


async def find_reports(ctx: Context, request: PageRequest, only: ReportFilter) -> Page[AnyRow]:
    """Reports of grounds for revocation, newest first 反映列表 [A7.11]."""
    ctx.require(Permission.TRAINER_REPORT_READ)
    return await queries.report_page(ctx, request, only)


async def get_report(ctx: Context, report_id: UUID) -> AnyRow:
    """One report of a ground for revocation 反映详情 [A7.11]."""
    ctx.require(Permission.TRAINER_REPORT_READ)
    return checks.found(await queries.report(ctx, report_id))


async def report(ctx: Context, appointment_id: UUID, given: TrainerRevocationAsk, *, version: int | None) -> AnyRow:
    """Report one of the four grounds to the bureau 反映情况; only the bureau's desk reads it. [A7.11]"""
    permission = Permission.TRAINER_REPORT
    row = await appointments.held(ctx, appointment_id, permission, version=version)
    checks.refuse(checks.unknown_codes(ctx, {"ground": given.ground}))
    appointments.require_running(row)
    checks.other_person(ctx, permission, row)
    made = new_id()
    whose = {"appointment_id": row.id, "teacher_id": row.teacher_id, "school_id": row.school_id}
    by = {"ground": given.ground, "reason": given.reason, "asked_by": ctx.principal.account_id}
    await people.add(ctx, TrainerReport, {"id": made, **whose, **by})
    return await _told(ctx, made, "made")


async def take_up_report(ctx: Context, report_id: UUID, given: TrainerMove, *, version: int | None) -> AnyRow:
    """Ask for the revocation that a report gives ground for 受理; another person confirms it. [A7.11]"""
    del given
    ctx.require(Permission.TRAINER_REVOKE)
    row, answer = await _answerable(ctx, report_id, "take_up", version=version)
    ask = TrainerRevocationAsk(ground=row.ground, reason=row.reason)
    made = await appointments.revoke_appointment(ctx, row.appointment_id, ask, version=None)
    await people.change(ctx, TrainerReport, row.id, {**answer, "revocation_id": made.id})
    return await _told(ctx, row.id, "taken_up")


async def set_report_aside(ctx: Context, report_id: UUID, given: TrainerReason, *, version: int | None) -> AnyRow:
    """Do nothing about a report, with a reason 不予处理. [A7.11]"""
    ctx.require(Permission.TRAINER_REVOKE)
    row, answer = await _answerable(ctx, report_id, "set_aside", version=version)
    await people.change(ctx, TrainerReport, row.id, {**answer, "answer_reason": given.reason})
    return await _told(ctx, row.id, "set_aside")


async def _answerable(
    ctx: Context, report_id: UUID, verb: str, *, version: int | None
) -> tuple[AnyRow, dict[str, object]]:
    """The report, held for its answer by somebody else, and the answer's columns."""
    permission = Permission.TRAINER_REVOKE
    ctx.require(Permission.TRAINER_REPORT_READ)
    row = checks.found(await queries.report(ctx, report_id, lock=True))
    ctx.require(permission, on=checks.place_of(row))
    checks.other_person(ctx, permission, row, row.asked_by)
    check_version(row, version)
    status = REPORT_LIFECYCLE.move(ReportStatus(row.status), verb)
    return row, {"status": str(status), "answered_by": ctx.principal.account_id, "answered_at": people.NOW}


async def _told(ctx: Context, report_id: UUID, act: str) -> AnyRow:
    """Put a step on record; the report as it is now."""
    row = checks.found(await queries.report(ctx, report_id))
    facts = {"ground": row.ground, "appointment": str(row.appointment_id)}
    place = checks.place_of(row)
    await ctx.record(f"trainer_report.{act}", entity="trainer_report", entity_id=row.id, place=place, facts=facts)
    return row
