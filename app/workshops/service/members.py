"""Use cases of members: list, adjust once a school year, leave, agree. [A6.4] [A6.13a]"""

from collections.abc import Mapping, Sequence
from datetime import date
from types import SimpleNamespace
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, NotFound
from app.core.pages import Page, PageRequest
from app.policy.finding import Finding, Severity
from app.policy.school_year import SchoolYear
from app.workshops.queries import members, successions, workshops
from app.workshops.rules import composition, cycle
from app.workshops.schemas import (
    WorkshopDecision,
    WorkshopMemberEnd,
    WorkshopMembersAdjust,
)
from app.workshops.service import checks
from app.workshops.states import ADJUSTMENT_LIFECYCLE, OPEN_FOR_CHANGE, AdjustmentStatus, MemberRole, WorkshopStatus

REACTION_MAX = 50
"""Teachers of one happening whose workshops are looked at; an import moves many, and each list says it anyway."""
explain(
    {
        "uq_workshop_adjustments_year": ("WORKSHOP_ADJUSTED", "本学年的成员调整刚被他人提出，请刷新后核对。"),
        "ck_workshop_adjustments_two_persons": checks.SAME_PERSON,
        "ex_workshop_members_one_role_at_a_time": ("WORKSHOP_MEMBER_TWICE", "该教师这段时间已是成员，请核对日期。"),
    }
)


async def find_members(ctx: Context, request: PageRequest, workshop_id: UUID, on: date | None) -> Page[AnyRow]:
    """Members of a workshop with their history, or those of a day 成员."""
    ctx.require(Permission.WORKSHOP_READ)
    await checks.shown(ctx, workshop_id)
    return await members.page(ctx, request, workshop_id, on=on)


async def find_adjustments(ctx: Context, request: PageRequest, workshop_id: UUID) -> Page[AnyRow]:
    """The yearly changes of members, newest first 学年调整 [A6.13a]."""
    ctx.require(Permission.WORKSHOP_READ)
    await checks.shown(ctx, workshop_id)
    return await members.adjustment_page(ctx, request, workshop_id)


async def adjust_members(
    ctx: Context, workshop_id: UUID, wanted: WorkshopMembersAdjust, *, version: int | None
) -> AnyRow:
    """Change members: at once before registration, afterwards one dated change set a year 调整成员 [A6.13a]."""
    row = await checks.held(ctx, workshop_id, Permission.WORKSHOP_RUN, version=version)
    people, faults = await checks.named(ctx, wanted.add, at="/add", also=[*wanted.remove, *_leader(wanted)])
    present = {one.teacher_id: one.role for one in await members.present_of(ctx, [row.id], on=_day(ctx, row))}
    changes = cycle.Changes(frozenset(wanted.remove), people.roles)
    faults += [_of_person(people, one, text) for one, text in cycle.check_changes(changes, present)]
    if wanted.leader_id:
        faults += checks.leader_faults(row.unit_id, people.rows.get(wanted.leader_id))
    if not (wanted.add or wanted.remove or wanted.leader_id):
        faults.append(checks.fault("/add", "WORKSHOP_NO_CHANGE", "没有要调整的成员"))
    if row.status in OPEN_FOR_CHANGE:
        checks.refuse(faults)
        await _compose(ctx, row, changes, wanted.leader_id)
        return await checks.shown(ctx, row.id)
    checks.require_registered(row)
    if wanted.effective_on is None or not wanted.reason:
        faults.append(checks.fault("/effective_on", "FIELD_REQUIRED", "注册之后调整成员须填写生效日期和理由"))
    checks.refuse(faults)
    await _propose(ctx, row, people, changes, wanted)
    return await checks.shown(ctx, row.id)


async def approve_adjustment(
    ctx: Context, workshop_id: UUID, adjustment_id: UUID, given: WorkshopDecision, *, version: int | None
) -> AnyRow:
    """Approve the change of members; it takes effect on its day 核准成员调整 [A6.13a]."""
    row, one = await _deciding(ctx, workshop_id, adjustment_id, "approve", version)
    roles, leader_id = await _of_persons(ctx, one)
    ctx.enforce(await _outcome(ctx, row, roles, leader_id, on=one.effective_on), pointer="/members")
    present = {who.teacher_id: who.role for who in await members.present_of(ctx, [row.id], on=one.effective_on)}
    # Whoever has the role by now (the other record of a merge had it) stays as they are.
    roles = {who: role for who, role in roles.items() if role is None or present.get(who) != role}
    await members.end(ctx, row.id, list(roles), left_on=one.effective_on, reason="adjustment")
    joining = {who: role for who, role in roles.items() if role}
    await members.add(ctx, row.id, joining, joined_on=one.effective_on)
    if leader_id:
        await workshops.change(ctx, row.id, {"leader_id": leader_id})
    return await _decided(ctx, row, one, AdjustmentStatus.APPROVED, given.note)


async def return_adjustment(
    ctx: Context, workshop_id: UUID, adjustment_id: UUID, given: WorkshopDecision, *, version: int | None
) -> AnyRow:
    """Send a change of members back with the reason; another may be proposed 退回成员调整."""
    row, one = await _deciding(ctx, workshop_id, adjustment_id, "return", version)
    if not given.note:
        checks.refuse([checks.fault("/note", "FIELD_REQUIRED", "退回须写明理由")])
    return await _decided(ctx, row, one, AdjustmentStatus.RETURNED, given.note)


async def end_member(ctx: Context, workshop_id: UUID, member_id: UUID, given: WorkshopMemberEnd) -> AnyRow:
    """A member leaves by transfer, retirement, death: no adjustment 离开登记 [A6.13a]."""
    row = await checks.held(ctx, workshop_id, Permission.WORKSHOP_RUN)
    checks.require_registered(row)
    one = checks.found(await members.by_id(ctx, row.id, member_id))
    if one.left_on is not None:
        raise Conflict("WORKSHOP_MEMBER_LEFT", "该成员已离开。", left_on=one.left_on.isoformat())
    if given.reason not in ctx.regulation.codes("departure_reasons"):
        message = f"没有代码 {given.reason}，见 /v1/reference-data/departure_reasons"
        checks.refuse([checks.fault("/reason", "CODE_UNKNOWN", message)])
    if cycle.counts_as_adjustment(ctx.regulation, given.reason):
        message = "这种离开属于成员调整，请通过学年调整办理。"
        ctx.enforce([Finding("workshop.adjustments", Severity.MUST, "A6.13a", message, given.reason, None)])
    if not one.joined_on < given.left_on <= ctx.clock.today:
        message = f"离开日期应晚于加入日期 {one.joined_on}，不晚于今天"
        checks.refuse([checks.fault("/left_on", "OUT_OF_ORDER", message)])
    await members.end(ctx, row.id, [one.teacher_id], left_on=given.left_on, reason=given.reason)
    await _record(ctx, row, "workshop.member_left", {"teacher": str(one.teacher_id), "reason": given.reason})
    return checks.found(await members.by_id(ctx, row.id, member_id))


async def consent(ctx: Context, workshop_id: UUID) -> AnyRow:
    """The caller agrees to be a member 同意加入."""
    ctx.require(Permission.WORKSHOP_TAKE_PART)
    row = await checks.shown(ctx, workshop_id)
    teacher_id = ctx.principal.teacher_id
    present = await members.present_of(ctx, [row.id], on=ctx.clock.today)
    own = next((one for one in present if one.teacher_id == teacher_id), None)
    if own is None or teacher_id is None:
        raise NotFound
    await members.consent(ctx, row.id, teacher_id)
    await _record(ctx, row, "workshop.consented", {}, Place(row.unit_id, teacher_id))
    return checks.found(await members.by_id(ctx, row.id, own.id))


async def tell_of_moves(ctx: Context, *, teacher_ids: Sequence[UUID], **_: object) -> None:
    """Reaction to a move of teachers: say on record which requirements their workshops no longer meet. [A6.5a]"""
    if len(teacher_ids) > REACTION_MAX:
        return
    held = await members.memberships(ctx, list(teacher_ids), on=ctx.clock.today)
    ids = sorted({one.workshop_id for one in held if one.status == WorkshopStatus.REGISTERED})
    for row in await workshops.by_ids(ctx, ids) if ids else ():
        if row is None:
            continue
        findings = [one for one in composition.broken(await checks.checked(ctx, row)) if one.severity is Severity.MUST]
        if findings:
            await ctx.record(
                "workshop.composition_broken",
                entity="workshop",
                entity_id=row.id,
                place=checks.place_of(row),
                findings=findings,
            )


def _leader(wanted: WorkshopMembersAdjust) -> list[UUID]:
    return [wanted.leader_id] if wanted.leader_id else []


async def _compose(ctx: Context, row: AnyRow, changes: cycle.Changes, leader_id: UUID | None) -> None:
    """Change the members of a workshop that is not registered: nothing is official yet."""
    await members.remove(ctx, row.id, [*changes.removed, *changes.roles])
    await members.add(ctx, row.id, dict(changes.roles), joined_on=checks.cycle_of(row).first.first_day)
    await workshops.change(ctx, row.id, {"leader_id": leader_id} if leader_id else {})
    await _record(ctx, row, "workshop.composed", {"joined": len(changes.roles), "left": len(changes.removed)})


async def _propose(
    ctx: Context, row: AnyRow, people: checks.Named, changes: cycle.Changes, wanted: WorkshopMembersAdjust
) -> None:
    day = wanted.effective_on or ctx.clock.today
    year = SchoolYear.of(day)
    standing = await members.standing_adjustments(ctx, row.id, year.start)
    found = cycle.check_adjustment(ctx.regulation, checks.cycle_of(row), standing, effective_on=day)
    ctx.enforce(found, pointer="/effective_on")
    roles: dict[UUID, str | None] = {**dict.fromkeys(changes.removed), **changes.roles}
    ctx.enforce(await _outcome(ctx, row, roles, wanted.leader_id, on=day), pointer="/add")
    listed = [{"teacher_id": str(one), "name": people.rows[one].name, "role": role} for one, role in roles.items()]
    values = {
        "workshop_id": row.id,
        "start_year": year.start,
        "number": standing + 1,
        "effective_on": day,
        "changes": {"members": listed, "leader_id": str(wanted.leader_id) if wanted.leader_id else None},
        "reason": wanted.reason,
    }
    made = await members.propose(ctx, values)
    await workshops.change(ctx, row.id, {})
    await _record(ctx, row, "workshop.adjustment_proposed", {"adjustment": str(made), "people": len(listed)})


async def _outcome(
    ctx: Context, row: AnyRow, roles: Mapping[UUID, str | None], leader_id: UUID | None, *, on: date
) -> list[Finding]:
    """What the composition would break after a change set: roles by teacher, None for who leaves; the new leader."""
    present = {one.teacher_id: one.role for one in await members.present_of(ctx, [row.id], on=on)}
    after = {who: role for who, role in (present | dict(roles)).items() if role}
    facts = SimpleNamespace(**row._asdict() | ({"leader_id": leader_id} if leader_id else {}))
    team = await checks.team_of(ctx, facts, after, on=on)
    return composition.broken(composition.check_composition(team, composition.limits(ctx.regulation, on=on)))


async def _of_persons(ctx: Context, one: AnyRow) -> tuple[dict[UUID, str | None], UUID | None]:
    """Roles and leader a change set asks for, of the records that stand for its people now. Decision 14.

    Where both records of one person are named, joining goes before leaving and core before applicant.
    """
    named = [(UUID(who["teacher_id"]), who["role"]) for who in one.members]
    leader_id = UUID(one.leader_id) if one.leader_id else None
    ids = [who for who, _ in named] + ([leader_id] if leader_id else [])
    persons = await successions.persons(ctx, ids)
    roles: dict[UUID, str | None] = {}
    for who, role in named:
        both = {role, roles.get(persons[who])} - {None}
        roles[persons[who]] = MemberRole.CORE if MemberRole.CORE in both else next(iter(both), None)
    return roles, persons[leader_id] if leader_id else None


async def _deciding(
    ctx: Context, workshop_id: UUID, adjustment_id: UUID, verb: str, version: int | None
) -> tuple[AnyRow, AnyRow]:
    row = await checks.held(ctx, workshop_id, Permission.WORKSHOP_REGISTER, version=version)
    one = checks.found(await members.adjustment(ctx, row.id, adjustment_id))
    checks.require_registrar(ctx, row)
    checks.other_person(ctx, Permission.WORKSHOP_REGISTER, one.proposed_by)
    checks.require_registered(row)
    ADJUSTMENT_LIFECYCLE.move(AdjustmentStatus(one.status), verb)
    return row, one


async def _decided(ctx: Context, row: AnyRow, one: AnyRow, status: AdjustmentStatus, note: str | None) -> AnyRow:
    await members.decide(ctx, one.id, str(status), note)
    await workshops.change(ctx, row.id, {})
    await workshops.add_act(ctx, row.id, "adjustMembers", row.status, note)
    await _record(ctx, row, f"workshop.adjustment_{status}", {"adjustment": str(one.id)})
    return checks.found(await members.adjustment(ctx, row.id, one.id))


async def _record(ctx: Context, row: AnyRow, kind: str, facts: dict[str, object], place: Place | None = None) -> None:
    where = place or checks.place_of(row)
    await ctx.record(kind, entity="workshop", entity_id=row.id, place=where, facts=facts)


def _day(ctx: Context, row: AnyRow) -> date:
    return max(ctx.clock.today, checks.cycle_of(row).first.first_day)


def _of_person(people: checks.Named, teacher_id: UUID, text: str) -> FieldFault:
    known = people.rows.get(teacher_id)
    return checks.fault("/add", "WORKSHOP_MEMBER_FAULT", f"{known.name if known else teacher_id}：{text}")
