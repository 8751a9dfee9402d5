"""What every act on a workshop checks: whose it is, which body decides, and what is to be said of its people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission, Role
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, Invalid, NotFound, NotPermitted
from app.core.versions import check_version
from app.policy.school_year import SchoolYear
from app.workshops.queries import members, workshops
from app.workshops.rules import composition, cycle
from app.workshops.rules.cycle import Body, Cycle
from app.workshops.schemas import WorkshopMemberWrite
from app.workshops.states import (
    WORKSHOP_LIFECYCLE,
    MemberRole,
    WorkshopFamily,
    WorkshopKind,
    WorkshopLevel,
    WorkshopStatus,
)

SAME_PERSON = ("SEPARATION_OF_DUTIES", "申报、推荐、注册须为不同的人，提出和审核须为不同的人，请由另一人办理。")


def place_of(row: AnyRow) -> Place:
    """Whose a workshop is: its unit's and its leader's."""
    return Place(row.unit_id, row.leader_id)


def found(row: AnyRow | None) -> AnyRow:
    """The row, or NotFound."""
    if row is None:
        raise NotFound
    return row


async def shown(ctx: Context, workshop_id: UUID) -> AnyRow:
    """A workshop the caller may see; NotFound outside the scope."""
    ctx.require(Permission.WORKSHOP_READ)
    return found(await workshops.by_id(ctx, workshop_id))


async def held(
    ctx: Context,
    workshop_id: UUID,
    permission: Permission,
    *,
    version: int | None = None,
    verb: str | None = None,
) -> AnyRow:
    """The workshop, locked, once the caller may do this to it and has read its last version.

    verb: the move to be made; it must be possible before anything else is looked at.
    """
    ctx.require(permission)
    ctx.require(Permission.WORKSHOP_READ)
    row = found(await workshops.by_id(ctx, workshop_id, lock=True))
    ctx.require(permission, on=place_of(row))
    check_version(row, version)
    if verb:
        WORKSHOP_LIFECYCLE.move(WorkshopStatus(row.status), verb)
    return row


def require_registered(row: AnyRow) -> None:
    """Refuse what only a registered workshop does; 409."""
    if row.status != WorkshopStatus.REGISTERED:
        message = "工作坊（室）尚未注册或已结束，不能办理。"
        raise Conflict("WORKSHOP_NOT_REGISTERED", message, status=row.status)


def require_body(ctx: Context, body: Body, row: AnyRow, permission: Permission) -> None:
    """Refuse 403 OTHER_BODY unless the caller acts for the body that decides this workshop's matters."""
    who = ctx.principal
    if body is cycle.OWN_UNIT:
        is_body = who.role in {Role.CENTRAL_SCHOOL, Role.SCHOOL} and who.organisation_id == row.unit_id
    else:
        is_body = who.role == body.role and (body.desk is None or who.desk == body.desk)
    if not is_body:
        message = f"这个工作坊（室）由{body.title}办理。"
        raise NotPermitted("OTHER_BODY", message, permission=str(permission), body=body.title)


def require_registrar(ctx: Context, row: AnyRow) -> None:
    """The caller acts for the body that registers this workshop. [M4.2]"""
    body = cycle.registrar(ctx.regulation, WorkshopFamily(row.family), WorkshopLevel(row.level))
    require_body(ctx, body, row, Permission.WORKSHOP_REGISTER)


def require_supervisor(ctx: Context, row: AnyRow) -> None:
    """The caller acts for the body that reviews this workshop's months. [M7.1a]"""
    body = cycle.supervisor(ctx.regulation, WorkshopFamily(row.family))
    require_body(ctx, body, row, Permission.WORKSHOP_REVIEW)


def other_person(ctx: Context, permission: Permission, *persons: UUID | None) -> None:
    """SoD1, SoD2: persons are compared, never roles."""
    if ctx.principal.account_id in persons:
        code, message = SAME_PERSON
        raise NotPermitted(code, message, permission=str(permission))


def cycle_of(row: AnyRow) -> Cycle:
    """The school years a workshop is registered for."""
    return Cycle(SchoolYear(row.start_year), SchoolYear(row.end_year))


def fault(pointer: str, code: str, message: str) -> FieldFault:
    """A fault of a field."""
    return FieldFault(pointer, code, message)


def refuse(faults: Sequence[FieldFault]) -> None:
    """Invalid 422 with every fault."""
    if faults:
        raise Invalid("WORKSHOP_INVALID", "；".join(one.message for one in faults[:5]) + "。", errors=faults)


def unknown_codes(ctx: Context, given: Mapping[str, Any]) -> list[FieldFault]:
    """Faults of stage and subject that are no codes of the pack."""
    faults = []
    for name, listed in (("stage", "stages"), ("subject", "subjects")):
        if given.get(name) and given[name] not in ctx.regulation.codes(listed):
            message = f"没有代码 {given[name]}，见 /v1/reference-data/{listed}"
            faults.append(fault(f"/{name}", "CODE_UNKNOWN", message))
    return faults


@dataclass(frozen=True, slots=True)
class Named:
    """People of a request, found in the region: rows by teacher, and the role each is to have."""

    rows: Mapping[UUID, AnyRow]
    roles: Mapping[UUID, str]


async def named(
    ctx: Context, written: Sequence[WorkshopMemberWrite], *, at: str, also: Sequence[UUID] = ()
) -> tuple[Named, list[FieldFault]]:
    """The people a request names, with the faults of those it does not find or names twice; also: further ids."""
    ids = [one.teacher_id for one in written if one.teacher_id] + list(also)
    found_ = await members.people(ctx, ids, [one.staff_no for one in written if one.staff_no])
    by_id, by_number = {row.id: row for row in found_}, {row.staff_no: row for row in found_}
    roles: dict[UUID, str] = {}
    faults = []
    for place, one in enumerate(written):
        row = by_id.get(one.teacher_id) if one.teacher_id else by_number.get(one.staff_no or "")
        if row is None:
            faults.append(fault(f"{at}/{place}", "REFERENCE_UNKNOWN", f"第 {place + 1} 名：没有这位教师"))
        elif row.id in roles:
            faults.append(fault(f"{at}/{place}", "REPEATED", f"第 {place + 1} 名：{row.name} 重复"))
        else:
            roles[row.id] = str(one.role)
    return Named(by_id, roles), faults


async def team_of(ctx: Context, facts: Any, roles: Mapping[UUID, str], *, on: date) -> composition.Team:
    """A team as composition looks at it; facts: unit, level, family, kind, stage, subject, leader_id and id or None."""
    rows = {row.id: row for row in await members.people(ctx, list(roles))}
    consented = {}
    if facts.id:
        present = await members.present_of(ctx, [facts.id], on=on)
        consented = {one.teacher_id: one.consented_at is not None for one in present}
    others: dict[UUID, list[str]] = {}
    for one in await members.memberships(ctx, list(roles), on=on, level=str(facts.level), but=facts.id):
        others.setdefault(one.teacher_id, []).append(one.name)
    people = [
        composition.Person(
            teacher_id=teacher,
            name=row.name,
            role=MemberRole(roles[teacher]),
            area=_area(row),
            is_own=facts.unit_id in {row.school_id, row.parent_id},
            stage=row.stage,
            subject=row.subject,
            others=tuple(others.get(teacher, ())),
            has_consented=consented.get(teacher, False),
        )
        for teacher, row in rows.items()
    ]
    alike = await workshops.alike(ctx, facts, facts.id)
    kind = WorkshopKind(facts.kind) if facts.kind else None
    family = WorkshopFamily(facts.family)
    return composition.Team(
        family, kind, facts.stage, facts.subject, facts.leader_id, tuple(people), alike=tuple(alike)
    )


def _area(row: AnyRow) -> UUID:
    central = row.parent_id if row.parent_kind == "central_school" else None
    if row.school_kind == "central_school":
        central = row.school_id
    return composition.area_of(row.school_id, central, row.school_stages)


async def checked(ctx: Context, row: AnyRow, *, on: date | None = None) -> list[composition.Check]:
    """The composition of a stored workshop on a day, by default the later of today and the first day of its cycle."""
    day = on or max(ctx.clock.today, cycle_of(row).first.first_day)
    present = await members.present_of(ctx, [row.id], on=day)
    team = await team_of(ctx, row, {one.teacher_id: one.role for one in present}, on=day)
    return composition.check_composition(team, composition.limits(ctx.regulation, on=day))


def leader_faults(unit_id: UUID, leader: Any) -> list[FieldFault]:
    """Faults of a leader: there is one, employed by the unit or a school under it. [A6.10]"""
    if leader is None:
        return [fault("/leader_id", "REFERENCE_UNKNOWN", "没有这位教师")]
    if unit_id in {leader.school_id, leader.parent_id}:
        return []
    return [fault("/leader_id", "WORKSHOP_LEADER_UNIT", "主持人不在这个单位任职")]
