"""What every change of a teacher checks: the record is the caller's to change, and its facts are sound."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, Invalid, NotFound
from app.core.versions import check_version
from app.organisations.states import OrganisationKind, OrganisationStatus
from app.policy.finding import Finding, Severity
from app.teachers import rules
from app.teachers.queries import employments
from app.teachers.queries import records as queries
from app.teachers.states import TeacherStatus

CODE_SETS = {"stage": "stages", "subject": "subjects", "title": "titles", "posts": "posts"}
"""Field → code list of its values."""

Facts = Mapping[str, Any]
Found = Mapping[str, Sequence[Finding]]
"""JSON Pointer → findings about that field."""


def found(row: AnyRow | None) -> AnyRow:
    """The row; NotFound outside the scope."""
    if row is None:
        raise NotFound
    return row


async def held(ctx: Context, teacher_id: UUID, permission: Permission, *, version: int | None) -> AnyRow:
    """The teacher's row, locked, once the caller may change it and has read its last version."""
    ctx.require(permission)
    row = found(await queries.by_id(ctx, teacher_id, lock=True))
    ctx.require(permission, on=place_of(row))
    check_version(row, version)
    return row


def refuse_merged(row: AnyRow) -> None:
    """A merged record is only the other name of the record it was merged into."""
    if row.status == TeacherStatus.MERGED:
        message = "这份档案已合并到另一份档案，请在那份档案中修改。"
        raise Conflict("TEACHER_MERGED", message, merged_into_id=str(row.merged_into_id))


def place_of(row: AnyRow) -> Place:
    """Whose a teacher's row is."""
    return Place(row.school_id, row.id)


async def employer(ctx: Context, organisation_id: UUID, permission: Permission, *, pointer: str) -> rules.Target:
    """The organisation that shall employ a teacher, within the caller's reach and held open until the end.

    Raises Invalid REFERENCE_UNKNOWN 422 if there is none.
    """
    ctx.require(permission, on=Place(organisation_id))
    row = await employments.employer(ctx, organisation_id)
    if row is None:
        fault = FieldFault(pointer, "REFERENCE_UNKNOWN", "没有这个单位")
        raise Invalid("REFERENCE_UNKNOWN", f"没有这个单位，请核对 {pointer[1:]}。", errors=[fault])
    return rules.Target(
        is_open=row.status == OrganisationStatus.OPEN,
        is_employer=row.kind != OrganisationKind.HOST_INSTITUTION,
    )


def unknown_codes(ctx: Context, facts: Facts) -> list[FieldFault]:
    """A fault for every code of the facts that its list does not have."""
    faults = []
    for name, set_name in CODE_SETS.items():
        value = facts.get(name)
        if isinstance(value, list):
            faults += [
                unknown_code(f"/{name}/{at}", set_name, one)
                for at, one in enumerate(value)
                if not _has(ctx, set_name, one)
            ]
        elif value is not None and not _has(ctx, set_name, value):
            faults.append(unknown_code(f"/{name}", set_name, value))
    for at, honour in enumerate(facts.get("honours", ())):
        for name, set_name in (("code", "honours"), ("level", "honour_levels")):
            if not _has(ctx, set_name, honour[name]):
                faults.append(unknown_code(f"/honours/{at}/{name}", set_name, honour[name]))
    return faults


def refuse(
    ctx: Context, checked: Found, faults: Sequence[FieldFault] = (), *, code: str = "TEACHER_INVALID"
) -> list[Finding]:
    """Invalid 422 with everything that must be mended; otherwise the advice that is left."""
    findings = [(pointer, finding) for pointer, some in checked.items() for finding in some]
    broken = [ctx.fault(finding, pointer) for pointer, finding in findings if finding.severity is Severity.MUST]
    errors = [*faults, *broken]
    if errors:
        raise Invalid(code, "；".join(fault.message for fault in errors), errors=errors)
    return [finding for _, finding in findings]


def check_days(facts: Facts, *, on: date) -> dict[str, Sequence[Finding]]:
    """Findings about the days of a working life: joining the profession, the first day, honours."""
    born = facts["birth_date"]
    days = {f"/{name}": facts.get(name) for name in ("joined_profession_on", "starts_on")}
    days |= {
        f"/honours/{at}/awarded_on": date.fromisoformat(honour["awarded_on"])
        for at, honour in enumerate(facts.get("honours", ()))
        if honour.get("awarded_on")
    }
    return {
        pointer: rules.check_working_day(day, birth_date=born, on=on)
        for pointer, day in days.items()
        if day is not None
    }


def _has(ctx: Context, set_name: str, code: str) -> bool:
    return code in ctx.regulation.codes(set_name)


def unknown_code(pointer: str, set_name: str, code: str) -> FieldFault:
    """The fault of a code that its list does not have."""
    return FieldFault(pointer, "CODE_UNKNOWN", f"没有代码 {code}，见 /v1/reference-data/{set_name}", {"set": set_name})
