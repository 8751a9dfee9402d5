"""SQL of candidates and objections, and of the subjects that may be nominated. [A5.9]"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Date, and_, case, cast, exists, literal, null, or_, select, union_all, update
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.cases.models import TypicalCase
from app.core.db import AnyRow, AnySelect, RegionRow, touched
from app.core.pages import Page, PageRequest, fetch_page
from app.evaluations.models import Award, Campaign, CampaignCandidate, CampaignObjection, ScoreSheet
from app.evaluations.states import (
    VOID,
    CampaignRoute,
    CampaignStatus,
    CandidateStatus,
    EvaluatedKind,
    ObjectionStatus,
    SheetStatus,
)
from app.organisations.models import Organisation
from app.teachers.models import Teacher
from app.workshops.models import Workshop, WorkshopMember

_N, _C, _O = CampaignCandidate, Campaign, CampaignObjection
READ, READ_OBJECTION = Permission.CANDIDATE_READ, Permission.OBJECTION_READ
RESULTS = ("points", "share", "place", "is_selected")
PUBLIC = (CampaignStatus.PUBLICISED, CampaignStatus.DECIDED)


@dataclass(frozen=True, slots=True)
class CandidateFilter:
    """Which candidates: any part may be None."""

    status: CandidateStatus | None = None
    route: CampaignRoute | None = None
    unit_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ObjectionFilter:
    """Which objections: any part may be None."""

    status: ObjectionStatus | None = None
    candidate_id: UUID | None = None


def _result(ctx: Context, column: Any) -> Any:
    """A figure of the result: for the bureau and 进修学校 always, for others once it is publicised."""
    if ctx.principal.role in {"bureau", "training_school"}:
        return column.label(column.key)
    hidden: Any = literal(value=False) if column.key == "is_selected" else null()
    return case((_C.status.in_(PUBLIC), column), else_=hidden).label(column.key)


def _candidates(ctx: Context) -> AnySelect:
    who = ctx.principal
    reach = rows(who, READ, organisation=_N.unit_id, teacher=_N.teacher_id)
    assigned = exists().where(
        ScoreSheet.region_id == _N.region_id,
        ScoreSheet.candidate_id == _N.id,
        ScoreSheet.evaluator_id == who.account_id,
        ScoreSheet.status != SheetStatus.RECUSED,
    )
    if who.role == "teacher":  # evaluators see what they score
        reach = or_(reach, assigned)
    columns = [column for column in _N.__table__.columns if column.name not in {"region_id", *RESULTS}]
    return (
        select(*columns, *(_result(ctx, getattr(_N, name)) for name in RESULTS))
        .join(_C, and_(_C.region_id == _N.region_id, _C.id == _N.campaign_id))
        .where(_N.region_id == who.region_id, reach)
    )


async def page(ctx: Context, request: PageRequest, campaign_id: UUID, only: CandidateFilter) -> Page[AnyRow]:
    """Candidates of a campaign the caller may see, in the order of nominations."""
    named = [(getattr(_N, name), getattr(only, name)) for name in CandidateFilter.__slots__]
    statement = _candidates(ctx).where(_N.campaign_id == campaign_id)
    statement = statement.where(*(column == value for column, value in named if value is not None))
    scope = f"campaign-candidates|{campaign_id}|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_N.id,), scope=scope)


def whole(ctx: Context, campaign_id: UUID) -> AnySelect:
    """All candidates of a campaign with the names of unit and nominator, by place, those without one last."""
    unit, nominator = aliased(Organisation), aliased(Organisation)
    statement = _candidates(ctx).add_columns(unit.name.label("unit_name"), nominator.name.label("nominator_name"))
    return (
        statement.join(unit, and_(unit.region_id == _N.region_id, unit.id == _N.unit_id))
        .join(nominator, and_(nominator.region_id == _N.region_id, nominator.id == _N.nominator_id))
        .where(_N.campaign_id == campaign_id, _N.status != CandidateStatus.WITHDRAWN)
        .order_by(_N.place.nulls_last(), _N.id)
    )


async def by_id(ctx: Context, candidate_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One candidate the caller may see; `lock` holds it for the next step."""
    statement = _candidates(ctx).where(_N.id == candidate_id)
    return (await ctx.db.execute(statement.with_for_update(of=_N) if lock else statement)).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Candidates (n,) -> rows (n,), same order, None where missing or not visible."""
    known = {row.id: row for row in (await ctx.db.execute(_candidates(ctx).where(_N.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def standing(ctx: Context, campaign_id: UUID) -> list[AnyRow]:
    """Every candidate that stands, whoever asks, in the order of nominations: the steps of the campaign need them."""
    wanted = (_N.region_id == ctx.principal.region_id, _N.campaign_id == campaign_id)
    statement = select(*_N.__table__.columns).where(*wanted, _N.status == CandidateStatus.NOMINATED).order_by(_N.id)
    return list((await ctx.db.execute(statement)).all())


async def any_by_id(ctx: Context, candidate_id: UUID) -> AnyRow | None:
    """A candidate of the region, whoever asks."""
    one = (_N.region_id == ctx.principal.region_id, _N.id == candidate_id)
    return (await ctx.db.execute(select(*_N.__table__.columns).where(*one))).one_or_none()


async def publicised_page(ctx: Context, request: PageRequest, campaign_id: UUID) -> Page[AnyRow]:
    """Who is put up, by place: for everybody, once the result is publicised."""
    unit = Organisation
    statement = (
        select(_N.id, _N.name, unit.name.label("unit_name"), _N.place, _N.share)
        .join(_C, and_(_C.region_id == _N.region_id, _C.id == _N.campaign_id))
        .join(unit, and_(unit.region_id == _N.region_id, unit.id == _N.unit_id))
        .where(
            _N.region_id == ctx.principal.region_id,
            _N.campaign_id == campaign_id,
            _N.is_selected,
            _C.status.in_(PUBLIC),
            rows(ctx.principal, Permission.CAMPAIGN_READ),
        )
    )
    return await fetch_page(
        ctx.db, statement, request, order=(_N.place, _N.id), scope=f"campaign-publicity|{campaign_id}"
    )


async def write_results(ctx: Context, campaign_id: UUID, results: Sequence[dict[str, Any]]) -> None:
    """Store what a campaign came to; who is not named has no result any more."""
    mine = (_N.region_id == ctx.principal.region_id, _N.campaign_id == campaign_id)
    blank = {"points": None, "share": None, "place": None, "is_selected": False}
    await ctx.db.execute(update(_N).where(*mine).values(**blank))
    for one in results:
        found = {name: value for name, value in one.items() if name != "id"}
        await ctx.db.execute(update(_N).where(*mine, _N.id == one["id"]).values(**found, **touched(_N)))


def _objections(ctx: Context) -> AnySelect:
    who = ctx.principal
    reach = rows(who, READ_OBJECTION, organisation=_O.organisation_id, teacher=_O.teacher_id)
    if who.role in {"central_school", "school"}:  # what somebody said as a person is not the own unit's to read
        reach = and_(reach, _O.is_personal.is_(other=False))
    columns = [column for column in _O.__table__.columns if column.name != "region_id"]
    return (
        select(*columns, _N.name.label("candidate_name"))
        .join(_N, and_(_N.region_id == _O.region_id, _N.id == _O.candidate_id))
        .where(_O.region_id == who.region_id, reach)
    )


async def objection_page(ctx: Context, request: PageRequest, campaign_id: UUID, only: ObjectionFilter) -> Page[AnyRow]:
    """Objections of a campaign the caller may see, oldest first."""
    named = [(getattr(_O, name), getattr(only, name)) for name in ObjectionFilter.__slots__]
    statement = _objections(ctx).where(_O.campaign_id == campaign_id)
    statement = statement.where(*(column == value for column, value in named if value is not None))
    scope = f"campaign-objections|{campaign_id}|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_O.id,), scope=scope)


async def objection(ctx: Context, objection_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One objection the caller may see; `lock` holds it for its answer."""
    statement = _objections(ctx).where(_O.id == objection_id)
    return (await ctx.db.execute(statement.with_for_update(of=_O) if lock else statement)).one_or_none()


async def objections_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Objections (n,) -> rows (n,), same order, None where missing or not visible."""
    known = {row.id: row for row in (await ctx.db.execute(_objections(ctx).where(_O.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def has_open_objection(ctx: Context, campaign_id: UUID) -> bool:
    """Whether an objection waits for its answer."""
    mine = (_O.region_id == ctx.principal.region_id, _O.campaign_id == campaign_id)
    statement = select(exists().where(*mine, _O.status == ObjectionStatus.OPEN))
    return bool(await ctx.db.scalar(statement))


async def subject_of(ctx: Context, subject: EvaluatedKind, subject_id: UUID) -> AnyRow | None:
    """What may be nominated: name, whose it is, and what the rules ask of its kind; None where there is none."""
    tables: dict[EvaluatedKind, tuple[type[RegionRow], Callable[[Context], AnySelect]]] = {
        EvaluatedKind.TEACHER: (Teacher, _teacher),
        EvaluatedKind.WORKSHOP: (Workshop, _workshop),
        EvaluatedKind.CASE: (TypicalCase, _case),
    }
    table, statement = tables.get(subject, (Organisation, _school if subject is EvaluatedKind.SCHOOL else _unit))
    return (await ctx.db.execute(statement(ctx).where(table.id == subject_id))).one_or_none()


_NO: Any = null()


def _facts(**columns: Any) -> list[Any]:
    names = ("unit_id", "teacher_id", "workshop_id", "case_id", "name", "level", "kind", "is_live")
    return [columns.get(name, _NO).label(name) for name in names]


def _unit(ctx: Context) -> AnySelect:
    place = Organisation
    facts = _facts(unit_id=place.id, name=place.name, is_live=place.status == "open")
    is_unit = place.kind.in_(("school", "central_school"))
    return select(*facts).where(place.region_id == ctx.principal.region_id, is_unit, place.status == "open")


def _school(ctx: Context) -> AnySelect:
    return _unit(ctx).where(Organisation.region_id == ctx.principal.region_id, Organisation.kind == "school")


def _teacher(ctx: Context) -> AnySelect:
    person = Teacher
    facts = _facts(unit_id=person.school_id, teacher_id=person.id, name=person.name, is_live=person.status == "active")
    return select(*facts).where(person.region_id == ctx.principal.region_id, person.status == "active")


def _workshop(ctx: Context) -> AnySelect:
    one = Workshop
    facts = _facts(
        unit_id=one.unit_id,
        teacher_id=one.leader_id,
        workshop_id=one.id,
        name=one.name,
        level=one.level,
        kind=one.kind,
        is_live=one.status == "registered",
    )
    return select(*facts).where(one.region_id == ctx.principal.region_id)


def _case(ctx: Context) -> AnySelect:
    one = TypicalCase
    facts = _facts(
        unit_id=one.organisation_id,
        teacher_id=one.teacher_id,
        case_id=one.id,
        name=one.title,
        is_live=one.status.in_(("accepted", "recommended")),
    )
    return select(*facts).where(one.region_id == ctx.principal.region_id)


async def has_award(ctx: Context, kind: str, subject_id: UUID) -> bool:
    """Whether somebody or something holds an award of a kind already."""
    mine = (Award.region_id == ctx.principal.region_id, Award.kind == kind, Award.subject_id == subject_id)
    return bool(await ctx.db.scalar(select(exists().where(*mine, Award.status.not_in(VOID)))))


async def spells(ctx: Context, workshop_id: UUID) -> list[AnyRow]:
    """Spells of a workshop's members, the past ones too, and the leader of today. [SoD3]"""
    member, region = WorkshopMember, ctx.principal.region_id
    mine = (member.region_id == region, member.workshop_id == workshop_id)
    spent = select(member.teacher_id, member.role, member.left_on).where(*mine)
    leader = select(Workshop.leader_id, literal("leader"), cast(null(), Date))
    leader = leader.where(Workshop.region_id == region, Workshop.id == workshop_id)
    return list((await ctx.db.execute(union_all(spent, leader))).all())


async def units_today(ctx: Context, candidate: AnyRow) -> set[UUID]:
    """Where a candidate belongs: its unit when it was nominated, and the one of its person or workshop today. [SoD3]"""
    region = ctx.principal.region_id
    now = {
        EvaluatedKind.TEACHER: select(Teacher.school_id).where(
            Teacher.region_id == region, Teacher.id == candidate.teacher_id
        ),
        EvaluatedKind.WORKSHOP: select(Workshop.unit_id).where(
            Workshop.region_id == region, Workshop.id == candidate.workshop_id
        ),
    }.get(EvaluatedKind(candidate.subject))
    return {candidate.unit_id, *([] if now is None else (await ctx.db.scalars(now)).all())}


async def school_today(ctx: Context, teacher_id: UUID | None) -> UUID | None:
    """Where an evaluator who is a teacher works today."""
    if teacher_id is None:
        return None
    mine = (Teacher.region_id == ctx.principal.region_id, Teacher.id == teacher_id)
    found: UUID | None = await ctx.db.scalar(select(Teacher.school_id).where(*mine))
    return found


async def own_workshop(ctx: Context, workshop_id: UUID, teacher_id: UUID) -> AnyRow | None:
    """A registered workshop that a teacher leads."""
    one = Workshop
    mine = (one.region_id == ctx.principal.region_id, one.id == workshop_id, one.leader_id == teacher_id)
    statement = select(one.id, one.unit_id, one.level, one.name).where(*mine, one.status == "registered")
    return (await ctx.db.execute(statement)).one_or_none()


async def is_member(ctx: Context, workshop_id: UUID, teacher_id: UUID) -> bool:
    """Whether a teacher belongs to a workshop today, as leader or member."""
    member, one, today = WorkshopMember, Workshop, ctx.clock.today
    region = ctx.principal.region_id
    now = or_(member.left_on.is_(None), member.left_on > today)
    leads = exists().where(one.region_id == region, one.id == workshop_id, one.leader_id == teacher_id)
    belongs = exists().where(
        member.region_id == region, member.workshop_id == workshop_id, member.teacher_id == teacher_id, now
    )
    return bool(await ctx.db.scalar(select(or_(leads, belongs))))
