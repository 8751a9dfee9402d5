"""What every act on the bodies and the experts checks: codes, persons, days, and whose matter a body is."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission, Role
from app.core.db import AnyRow
from app.core.errors import FieldFault, Invalid, NotFound, NotPermitted
from app.steering.queries import groups as queries
from app.steering.states import LeadingGroupKind

CODE_SETS = {"source": "expert_sources", "stage": "stages", "subject": "subjects"}
"""Field → code list of its values."""


def found(row: AnyRow | None) -> AnyRow:
    """The row; NotFound where there is none."""
    if row is None:
        raise NotFound
    return row


def refuse(faults: Sequence[FieldFault]) -> None:
    """Invalid 422 with every fault."""
    if faults:
        raise Invalid("STEERING_INVALID", "；".join(one.message for one in faults) + "。", errors=faults)


def unknown_codes(ctx: Context, given: Mapping[str, Any]) -> list[FieldFault]:
    """A fault for every code that its list does not have."""
    faults = []
    for name, listed in CODE_SETS.items():
        code = given.get(name)
        if code is not None and code not in ctx.regulation.codes(listed):
            message = f"没有代码 {code}，见 /v1/reference-data/{listed}"
            faults.append(FieldFault(f"/{name}", "CODE_UNKNOWN", message, {"set": listed}))
    return faults


async def named(ctx: Context, teacher_id: UUID | None, name: str | None, faults: list[FieldFault]) -> str:
    """The name of a person given by the record or by name; what is wrong with it is added to the faults."""
    if (teacher_id is None) is (name is None):
        faults.append(FieldFault("/name", "PERSON_UNCLEAR", "填教师档案或姓名，二者填其一"))
        return ""
    if teacher_id is None:
        return name or ""
    row = await queries.person(ctx, teacher_id)
    if row is None:
        faults.append(FieldFault("/teacher_id", "REFERENCE_UNKNOWN", "没有这位教师，或已离职"))
        return ""
    told: str = row.name
    return told


def require_own_body(ctx: Context, kind: LeadingGroupKind) -> None:
    """进修学校 keeps 项目办, 教师教育科 the leading group and its office; 403 OTHER_BODY otherwise. [A3.1]"""
    is_of_school = kind is LeadingGroupKind.PROJECT_OFFICE
    if is_of_school is not (ctx.principal.role is Role.TRAINING_SCHOOL):
        owner = "教师进修学校" if is_of_school else "教师教育科"
        message = f"此机构由{owner}办理，请转其办理。"
        raise NotPermitted("OTHER_BODY", message, permission=str(Permission.STEERING_SET))


def end_faults(row: AnyRow, until: date, today: date) -> list[FieldFault]:
    """A fault where the last day lies before the first, or in the future."""
    if row.starts_on <= until <= today:
        return []
    return [FieldFault("/until", "OUT_OF_ORDER", f"日期应在 {row.starts_on} 至今天 {today} 之间")]
