"""What every act of 送教送培 checks: that it is there, codes, days, and who gives the lessons."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.core.db import AnyRow
from app.core.errors import FieldFault, Invalid, NotFound
from app.deliveries.queries import visits
from app.deliveries.schemas import DeliveryLessonWrite
from app.organisations import service as organisations
from app.organisations.states import OrganisationKind, OrganisationStatus
from app.policy.school_year import SchoolYear
from app.steering import service as steering
from app.trainers import service as trainers

CODE_SETS = {"stage": "stages", "subject": "subjects"}
"""Field → code list of its values."""
LECTURERS = ("teacher_id", "appointment_id", "expert_id")


def found(row: AnyRow | None) -> AnyRow:
    """The row; NotFound where there is none."""
    if row is None:
        raise NotFound
    return row


def place_of(row: AnyRow) -> Place:
    """Whose a visit is: the host school's."""
    return Place(row.host_school_id)


def refuse(faults: Sequence[FieldFault]) -> None:
    """Invalid 422 with every fault."""
    if faults:
        raise Invalid("DELIVERY_INVALID", "；".join(one.message for one in faults[:5]) + "。", errors=faults)


def unknown_codes(ctx: Context, given: Mapping[str, Any]) -> list[FieldFault]:
    """A fault for every code that its list does not have."""
    faults = []
    for name, listed in CODE_SETS.items():
        code = given.get(name)
        if code is not None and code not in ctx.regulation.codes(listed):
            message = f"没有代码 {code}，见 /v1/reference-data/{listed}"
            faults.append(FieldFault(f"/{name}", "CODE_UNKNOWN", message, {"set": listed}))
    return faults


def day_faults(row: AnyRow, day: date) -> list[FieldFault]:
    """A fault where a day lies outside the school year of the programme."""
    if SchoolYear.of(day).start == row.start_year:
        return []
    year = SchoolYear(row.start_year)
    message = f"日期 {day} 不在系列的 {year} 学年内（{year.first_day} 至 {year.last_day}）"
    return [FieldFault("/visit_on", "OUTSIDE_YEAR", message)]


async def school_faults(ctx: Context, school_id: UUID) -> list[FieldFault]:
    """A fault where there is no open school of that id."""
    row = (await organisations.get_many(ctx, [school_id]))[0]
    if row is not None and row.kind == OrganisationKind.SCHOOL and row.status == OrganisationStatus.OPEN:
        return []
    return [FieldFault("/host_school_id", "REFERENCE_UNKNOWN", "没有这所在办的学校")]


async def lecturers(
    ctx: Context, lessons: Sequence[DeliveryLessonWrite | AnyRow], on: date, faults: list[FieldFault]
) -> list[str]:
    """Lessons (n,) -> names of their lecturers (n,); what is wrong with one on the day is added to the faults."""
    wanted = {name: [one for one in (getattr(row, name) for row in lessons) if one] for name in LECTURERS}
    known: dict[UUID, tuple[str, bool]] = {}
    names = await visits.names_of_teachers(ctx, wanted["teacher_id"]) if wanted["teacher_id"] else {}
    known |= {one: (name, True) for one, name in names.items()}
    terms = await trainers.get_appointments(ctx, wanted["appointment_id"]) if wanted["appointment_id"] else []
    known |= {row.id: (row.holder_name, row.starts_on <= on < row.until) for row in terms if row}
    engaged = await steering.get_experts(ctx, wanted["expert_id"]) if wanted["expert_id"] else []
    known |= {row.id: (row.name, row.starts_on <= on < row.until) for row in engaged if row}
    told = []
    for at, lesson in enumerate(lessons):
        ids = {name: getattr(lesson, name) for name in LECTURERS if getattr(lesson, name)}
        name, is_there = known.get(next(iter(ids.values()), None), ("", False))  # type: ignore[arg-type]  # None: nobody
        told.append(name)
        if len(ids) != 1:
            message = f"第 {at + 1} 节课的授课人须在教师、培训者、专家中填一项"
            faults.append(FieldFault(f"/lessons/{at}", "LECTURER_UNCLEAR", message))
        elif not is_there:
            message = f"第 {at + 1} 节课的授课人不存在，或 {on} 不在聘"
            faults.append(FieldFault(f"/lessons/{at}/{next(iter(ids))}", "REFERENCE_UNKNOWN", message))
    return told
