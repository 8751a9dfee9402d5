"""What every act on the trainer team checks: codes, other persons, and the conditions of a term."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import FieldFault, Invalid, NotFound, NotPermitted, RuleBroken
from app.policy.finding import Finding, Severity
from app.policy.school_year import SchoolYear
from app.trainers.queries import people
from app.trainers.rules import conditions

CODE_SETS = {"source": "trainer_sources", "stage": "stages", "subject": "subjects", "ground": "revocation_grounds"}
"""Field → code list of its values."""


def found(row: AnyRow | None) -> AnyRow:
    """The row; NotFound outside the scope."""
    if row is None:
        raise NotFound
    return row


def place_of(row: AnyRow) -> Place:
    """Whose a record is: the unit's at the time, and the person's."""
    return Place(row.school_id, row.teacher_id)


def other_person(ctx: Context, permission: Permission, row: AnyRow, *accounts: UUID | None) -> None:
    """Persons are compared, never roles: neither the person concerned nor who has acted on it before. [A7.3]"""
    who = ctx.principal
    if who.account_id in accounts or who.teacher_id == row.teacher_id:
        message = "申请、推荐、决定须为不同的人，提出和确认须为不同的人，请由另一人办理。"
        raise NotPermitted("SEPARATION_OF_DUTIES", message, permission=str(permission))


def unknown_codes(ctx: Context, given: Mapping[str, Any]) -> list[FieldFault]:
    """A fault for every code that its list does not have."""
    faults = []
    for name, listed in CODE_SETS.items():
        code = given.get(name)
        if code is not None and code not in {one.code for one in ctx.regulation.codes(listed)}:
            message = f"没有代码 {code}，见 /v1/reference-data/{listed}"
            faults.append(FieldFault(f"/{name}", "CODE_UNKNOWN", message, {"set": listed}))
    return faults


def refuse(faults: Sequence[FieldFault]) -> None:
    """Invalid 422 with every fault."""
    if faults:
        raise Invalid("TRAINER_INVALID", "；".join(one.message for one in faults) + "。", errors=faults)


async def person(ctx: Context, teacher_id: UUID) -> AnyRow:
    """The teacher a request names; Invalid REFERENCE_UNKNOWN where there is none in the region."""
    row = await people.person(ctx, teacher_id)
    if row is None:
        refuse([FieldFault("/teacher_id", "REFERENCE_UNKNOWN", "没有这位教师，或已离职")])
    return found(row)


def enforce(ctx: Context, findings: Sequence[Finding], waiver_reason: str | None) -> list[Finding]:
    """Refuse 422 with every condition that is not met and not waived; answers what is kept on record. [A7.2] [A7.5]"""
    left = conditions.waived(findings, waiver_reason)
    broken = [one for one in left if one.severity is Severity.MUST]
    if broken:
        faults = [ctx.fault(one, "/starts_on") for one in broken]
        if any(one.waivable for one in broken):
            hint = "“一般”“原则上”的条件可以放宽，须写明理由"
            faults.append(FieldFault("/waiver_reason", "WAIVER_REASON_MISSING", hint))
        raise RuleBroken("RULE_BROKEN", "；".join(one.message for one in faults), errors=faults)
    return left


def refuse_past(starts_on: date, *, today: date) -> None:
    """A term is not made to begin before the day it is decided on."""
    if starts_on < today:
        refuse([FieldFault("/starts_on", "OUT_OF_ORDER", f"聘期起始日 {starts_on} 早于今天 {today}")])


def year_of(row: AnyRow, school_year: str, *, today: date) -> SchoolYear:
    """The school year that is spoken of: within the term, and begun; Invalid OUTSIDE_TERM otherwise. [A7.10]"""
    year = SchoolYear.parse(school_year)
    if not (year.first_day < row.until and year.last_day >= row.starts_on and year.first_day <= today):
        refuse([FieldFault("/school_year", "OUTSIDE_TERM", f"{year} 学年不在聘期内，或还没有开始")])
    return year
