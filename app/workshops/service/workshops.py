"""Use cases of workshops: list, read, declare, correct, and what is to be said of their people. [A6.1] [A6.4]"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission, Role
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault
from app.core.pages import Page, PageRequest
from app.organisations import service as organisations
from app.policy.finding import Severity
from app.policy.school_year import SchoolYear
from app.workshops.queries import members, workshops
from app.workshops.queries.workshops import WorkshopFilter
from app.workshops.rules import composition, cycle
from app.workshops.schemas import WorkshopComposition, WorkshopCreate, WorkshopPatch, WorkshopProposal
from app.workshops.service import checks
from app.workshops.states import OPEN_FOR_CHANGE, WorkshopFamily, WorkshopStatus

explain(
    {
        "uq_workshops_name": ("WORKSHOP_NAME_TAKEN", "本单位已有同名的工作坊（室），请换一个名称。"),
        "ck_workshops_three_persons": checks.SAME_PERSON,
    }
)


@dataclass(frozen=True, slots=True)
class _Facts:
    """A workshop that is not stored, with the columns composition reads."""

    family: str
    kind: str | None
    level: str
    unit_id: UUID
    leader_id: UUID
    stage: str
    subject: str
    id: UUID | None = None


async def find_workshops(ctx: Context, request: PageRequest, only: WorkshopFilter) -> Page[AnyRow]:
    """Workshops and studios within the scope, newest first 工作坊（室）列表."""
    ctx.require(Permission.WORKSHOP_READ)
    return await workshops.page(ctx, request, only)


async def get_workshop(ctx: Context, workshop_id: UUID) -> AnyRow:
    """One workshop or studio 工作坊（室）."""
    ctx.require(Permission.WORKSHOP_READ)
    return await checks.shown(ctx, workshop_id)


async def get_workshops(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Workshops (n,) -> rows (n,), None where missing or outside the scope."""
    ctx.require(Permission.WORKSHOP_READ)
    return await workshops.by_ids(ctx, ids)


async def know_workshop(ctx: Context, *, workshop_id: UUID) -> None:
    """Reaction to "trainer.assigned": refuse a task in a workshop that there is not, or that is not registered."""
    ctx.require(Permission.WORKSHOP_READ)
    row = await workshops.by_id(ctx, workshop_id)
    if row is None:
        checks.refuse([checks.fault("/workshop_id", "REFERENCE_UNKNOWN", "没有这个工作坊（室）")])
    checks.require_registered(checks.found(row))


async def workshop_acts(ctx: Context, request: PageRequest, workshop_id: UUID) -> Page[AnyRow]:
    """Who did what on a workshop, when and why 办理记录."""
    ctx.require(Permission.WORKSHOP_READ)
    await checks.shown(ctx, workshop_id)
    return await workshops.acts(ctx, request, workshop_id)


async def create_workshop(ctx: Context, new: WorkshopCreate) -> AnyRow:
    """Begin the declaration of a workshop or studio 申报工作坊（室） [A6.13a]."""
    ctx.require(Permission.WORKSHOP_DECLARE)
    facts, people, unit = await _proposed(ctx, new)
    years = cycle.cycle_from(ctx.regulation, SchoolYear.parse(new.school_year))
    given = {name: getattr(facts, name) for name in ("family", "kind", "level", "leader_id", "stage", "subject")}
    values = {**given, "name": new.name, "theme": new.theme, "unit_id": unit.id, "unit_kind": unit.kind}
    values |= {"start_year": years.first.start, "end_year": years.last.start}
    made = await workshops.create(ctx, values)
    await members.add(ctx, made, dict(people.roles), joined_on=years.first.first_day)
    await workshops.add_act(ctx, made, "create", str(WorkshopStatus.DRAFT), None)
    place = Place(unit.id, facts.leader_id)
    await ctx.record("workshop.created", entity="workshop", entity_id=made, place=place, facts={"level": facts.level})
    return await checks.shown(ctx, made)


async def change_workshop(ctx: Context, workshop_id: UUID, patch: WorkshopPatch, *, version: int | None) -> AnyRow:
    """Correct a workshop that is not registered 修改申报."""
    row = await checks.held(ctx, workshop_id, Permission.WORKSHOP_DECLARE, version=version)
    if row.status not in OPEN_FOR_CHANGE:
        message = "工作坊（室）已申报或已注册，内容不能再改；注册前请办理机构退回后修改。"
        raise Conflict("WORKSHOP_CLOSED_FOR_CHANGE", message, status=row.status)
    changes = patch.changes()
    if not changes:
        return row
    kind = changes.get("kind", row.kind)
    faults = checks.unknown_codes(ctx, changes) + _kind_faults(row.family, kind)
    if "leader_id" in changes:
        people, _ = await checks.named(ctx, [], at="", also=[patch.leader_id])
        faults += checks.leader_faults(row.unit_id, people.rows.get(patch.leader_id))
        if not faults:
            ctx.require(Permission.WORKSHOP_DECLARE, on=Place(row.unit_id, patch.leader_id))
    checks.refuse(faults)
    await workshops.change(ctx, workshop_id, changes)
    facts = {"fields": sorted(changes)}
    await ctx.record(
        "workshop.changed", entity="workshop", entity_id=workshop_id, place=checks.place_of(row), facts=facts
    )
    return await checks.shown(ctx, workshop_id)


async def check_workshop(ctx: Context, workshop_id: UUID) -> WorkshopComposition:
    """What is to be said of the people of a workshop now 人员组成核对 [A6.4] [A6.5]."""
    ctx.require(Permission.WORKSHOP_READ)
    return answered(await checks.checked(ctx, await checks.shown(ctx, workshop_id)))


async def check_proposal(ctx: Context, proposal: WorkshopProposal) -> WorkshopComposition:
    """What is to be said of people who are not stored 人员组成试算（不保存） [A6.4] [A6.5]."""
    ctx.require(Permission.WORKSHOP_DECLARE)
    facts, people, _ = await _proposed(ctx, proposal)
    first = SchoolYear.parse(proposal.school_year).first_day
    team = await checks.team_of(ctx, facts, people.roles, on=max(ctx.clock.today, first))
    return answered(composition.check_composition(team, composition.limits(ctx.regulation, on=first)))


def answered(found: Sequence[composition.Check]) -> WorkshopComposition:
    """Checks as they are answered."""
    is_acceptable = not any(one.severity is Severity.MUST for one in composition.broken(found))
    listed = [
        {
            "finding": one.finding.as_json(),
            "is_met": one.is_met,
            "repair": one.repair,
            "repair_people": one.repair_people,
        }
        for one in found
    ]
    return WorkshopComposition.model_validate({"is_acceptable": is_acceptable, "checks": listed})


async def _proposed(ctx: Context, new: WorkshopProposal) -> tuple[_Facts, checks.Named, AnyRow]:
    """What a request proposes, with every fault of it at once: unit, leader, codes, members."""
    people, faults = await checks.named(ctx, new.members, at="/members", also=[new.leader_id])
    leader = people.rows.get(new.leader_id)
    unit_id = new.unit_id or _own_unit(ctx, leader)
    ctx.require(Permission.WORKSHOP_DECLARE, on=Place(unit_id, new.leader_id))
    unit = next((row for row in await organisations.get_many(ctx, [unit_id]) if row), None)
    faults += checks.unknown_codes(ctx, new.model_dump()) + _kind_faults(new.family, new.kind)
    faults += checks.leader_faults(unit_id, leader)
    if unit is None or unit.status != "open":
        faults.append(checks.fault("/unit_id", "REFERENCE_UNKNOWN", "没有这个单位，或已撤并"))
    checks.refuse(faults)
    unit = checks.found(unit)
    parents = await organisations.get_many(ctx, [unit.parent_id] if unit.parent_id else [])
    ctx.enforce(cycle.check_unit(unit.kind, parents[0].kind if parents and parents[0] else None), pointer="/unit_id")
    facts = _Facts(
        str(new.family),
        str(new.kind) if new.kind else None,
        str(new.level),
        unit_id,
        new.leader_id,
        new.stage,
        new.subject,
    )
    return facts, people, unit


def _own_unit(ctx: Context, leader: Any) -> UUID:
    """The unit meant where none is named: the caller's own, and for a teacher the leader's 中心校 or 市直学校."""
    if ctx.principal.role is Role.TEACHER and leader is not None:
        own: UUID = leader.parent_id if leader.parent_kind == "central_school" else leader.school_id
        return own
    return ctx.principal.organisation_id


def _kind_faults(family: str, kind: str | None) -> list[FieldFault]:
    if (family == WorkshopFamily.TEACHER_WORKSHOP) == (kind is not None):
        return []
    message = "教师工作坊须填三类之一，其他类型不填"
    return [checks.fault("/kind", "WORKSHOP_KIND", message)]
