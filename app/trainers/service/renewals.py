"""Use cases at the end of a term: renewal with its assessments, dismissal on 不合格. [A7.5] [A7.10]"""

from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import Conflict
from app.policy.school_year import SchoolYear
from app.trainers.queries import work
from app.trainers.rules import conditions, terms
from app.trainers.schemas import TrainerAppoint, TrainerReason
from app.trainers.service import appointments, checks, letters
from app.trainers.states import AppointmentRoute, AppointmentStatus, AssessmentResult


async def renew(ctx: Context, appointment_id: UUID, given: TrainerAppoint, *, version: int | None) -> AnyRow:
    """Appoint for another term 续聘: every year assessed 合格, at most 65; answers the new term. [A7.5] [A7.10]"""
    permission = Permission.TRAINER_RENEW
    row = await appointments.held(ctx, appointment_id, permission, version=version)
    if row.status != AppointmentStatus.APPOINTED:
        message = "聘任已解聘或撤销，不能续聘。"
        raise Conflict("TRAINER_TERM_OVER", message, standing=str(row.standing), until=str(row.until))
    checks.refuse_past(given.starts_on, today=ctx.clock.today)
    person = await checks.person(ctx, row.teacher_id)
    results = await work.results_of(ctx, row.id)
    passed, failed = (
        {one.start_year for one in results if one.result == result}
        for result in (AssessmentResult.QUALIFIED, AssessmentResult.UNQUALIFIED)
    )
    needed = terms.years_to_assess(row.starts_on, row.ends_on)
    whom = conditions.Person(person.birth_date, person.title)
    found = [
        *conditions.check_assessed(needed, passed, failed),
        *conditions.check_renewal(ctx.regulation, whom, starts_on=given.starts_on),
    ]
    findings = checks.enforce(ctx, found, given.waiver_reason)
    origin = ("renews_id", row.id)
    route = AppointmentRoute.RENEWAL
    decision = letters.Decision(route, permission, given.starts_on, origin, findings, given.waiver_reason)
    return await letters.appoint(ctx, person, row, decision)


async def dismiss(ctx: Context, appointment_id: UUID, given: TrainerReason, *, version: int | None) -> AnyRow:
    """Dismiss whom an assessment found 不合格 解聘, from today on. [A7.10]"""
    permission = Permission.TRAINER_RENEW
    row = await appointments.held(ctx, appointment_id, permission, version=version)
    results = await work.results_of(ctx, row.id)
    failed = [SchoolYear(one.start_year).name for one in results if one.result == AssessmentResult.UNQUALIFIED]
    if not failed:
        raise Conflict("TRAINER_NOT_FAILED", "没有不合格的年度考核，不能解聘。需撤销资格的请另行办理。")
    await appointments.end(ctx, row, permission, "dismiss", given.reason)
    return await appointments.get_appointment(ctx, row.id)
