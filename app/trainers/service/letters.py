"""Appointing with a letter 聘书: the term is written first, so that overlapping ones fail before a number is taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.certificates import printing
from app.certificates import service as certificates
from app.certificates.states import CertificateKind
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.ids import new_id
from app.policy.finding import Finding
from app.trainers.models import TrainerAppointment
from app.trainers.queries import appointments, people
from app.trainers.rules.terms import Term, term_from
from app.trainers.service import checks
from app.trainers.states import AppointmentRoute

explain(
    {
        "ex_trainer_appointments_one_at_a_time": (
            "TRAINER_TERM_OVERLAP",
            "此人在该聘期内已有聘任，聘期不能重叠。请核对起始日。",
        )
    }
)


@dataclass(frozen=True, slots=True)
class Decision:
    """An appointment as decided. origin: the column that names what it follows from, and its id."""

    route: AppointmentRoute
    permission: Permission
    starts_on: date
    origin: tuple[str, UUID]
    findings: Sequence[Finding]
    waiver_reason: str | None


async def appoint(ctx: Context, person: AnyRow, field: Any, decision: Decision) -> AnyRow:
    """Write the term and issue its letter; Conflict TRAINER_TERM_OVERLAP where the person has one then. [A7.6]

    person: the teacher's row; field: source, stage and subject.
    """
    ctx.require(decision.permission, on=Place(person.school_id, person.id))
    term = term_from(ctx.regulation, decision.starts_on)
    column, origin = decision.origin
    made = new_id()
    values = {
        "id": made,
        "teacher_id": person.id,
        "school_id": person.school_id,
        "holder_name": person.name,
        "route": str(decision.route),
        "source": field.source,
        "stage": field.stage,
        "subject": field.subject,
        "starts_on": term.starts_on,
        "ends_on": term.until,
        "until": term.until,
        column: origin,
        "findings": [one.as_json() for one in decision.findings],
        "waiver_reason": decision.waiver_reason if decision.findings else None,
        "appointed_by": ctx.principal.account_id,
    }
    await people.add(ctx, TrainerAppointment, values)
    body = await people.issuing_body(ctx)
    letter = await certificates.issue(ctx, _draft(ctx, person, field, term, made, decision, body))
    await people.change(ctx, TrainerAppointment, made, {"number": letter.number, "certificate_id": letter.id})
    await ctx.record(
        "trainer_appointment.made",
        entity="trainer_appointment",
        entity_id=made,
        place=Place(person.school_id, person.id),
        facts={"number": letter.number, "starts_on": str(term.starts_on), "ends_on": str(term.until)},
        findings=decision.findings,
    )
    return checks.found(await appointments.by_id(ctx, made))


def _draft(  # noqa: PLR0913, PLR0917 - what a letter is made of
    ctx: Context, person: AnyRow, field: Any, term: Term, made: UUID, decision: Decision, body: AnyRow
) -> certificates.Draft:
    last = term.until - timedelta(days=1)
    said = {
        "term": f"{term.starts_on} 至 {last}",
        "source": ctx.regulation.codes("trainer_sources").get(field.source).label,
        "stage": ctx.regulation.codes("stages").get(field.stage).label,
        "subject": ctx.regulation.codes("subjects").get(field.subject).label,
    }
    years = ctx.regulation.whole("trainers.term_years", on=term.starts_on)
    statement = (
        f"兹聘请 {person.name} 同志为{body.region}教师培训者团队成员，聘期{'零一二三四五六七八九'[years]}年"
        f"（{_day(term.starts_on)}至{_day(last)}）。"
    )
    return certificates.Draft(
        kind=CertificateKind.APPOINTMENT,
        permission=decision.permission,
        place=Place(person.school_id, person.id),
        period=f"{term.starts_on}/{last}",
        holder_name=person.name,
        issuer=body.name,
        content={"name": person.name, "statement": statement, **said},
        shown=said,
        records=(made,),
        page=printing.Page(
            authority=body.region,
            facts=(),
            statement=statement,
            tables=(),
            notes=(f"学段学科：{said['stage']}{said['subject']}。是否在聘以扫码核验的结果为准。",),
            form="letter",
        ),
    )


def _day(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"
