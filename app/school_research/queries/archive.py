"""SQL of the archive of a school and year, and of exchanges."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.archive.models import File
from app.core.db import AnyRow, AnySelect, touched
from app.core.ids import new_id
from app.organisations.models import Organisation
from app.school_research.models import (
    ResearchActivity,
    ResearchExchange,
    ResearchYear,
    SchoolPlan,
    TermAssessment,
)
from app.school_research.states import STANDING, ResearchActivityStatus
from app.teachers.models import Teacher

_Year, _Exchange, _Act, _Said = ResearchYear, ResearchExchange, ResearchActivity, TermAssessment
_Parent = aliased(Organisation)
OWNER = "research_activity"


def _name(table: Any) -> Any:
    return func.concat(table.start_year, "-", table.start_year + 1).label("school_year")


async def standing(ctx: Context, start_year: int, school_id: UUID | None = None) -> Sequence[AnyRow]:
    """Every open school in scope with what it has of a year, in one statement."""
    region = ctx.principal.region_id
    plan = select(SchoolPlan.id).where(
        SchoolPlan.region_id == region,
        SchoolPlan.school_id == Organisation.id,
        SchoolPlan.start_year == start_year,
        SchoolPlan.status.in_([str(one) for one in STANDING]),
    )
    done, media = _activities(region, start_year), _media(region, start_year)
    terms = (
        select(_Said.school_id, func.count(_Said.term.distinct()).label("terms"))
        .where(_Said.region_id == region, _Said.start_year == start_year)
        .group_by(_Said.school_id)
        .subquery()
    )
    year = and_(_Year.region_id == region, _Year.school_id == Organisation.id, _Year.start_year == start_year)
    statement = (
        select(
            Organisation.id.label("school_id"),
            Organisation.name.label("school_name"),
            case((Organisation.parent_kind == "central_school", Organisation.parent_id)).label("central_school_id"),
            _Parent.name.label("central_school_name"),
            plan.correlate(Organisation).exists().label("plan"),
            func.coalesce(done.c.activities, 0).label("activities"),
            func.coalesce(done.c.recorded, 0).label("recorded"),
            func.coalesce(media.c.media, 0).label("media"),
            func.coalesce(terms.c.terms, 0).label("assessed_terms"),
            _Year.results,
            _Year.summary,
        )
        .join(_Parent, and_(_Parent.region_id == Organisation.region_id, _Parent.id == Organisation.parent_id))
        .outerjoin(done, done.c.school_id == Organisation.id)
        .outerjoin(media, media.c.school_id == Organisation.id)
        .outerjoin(terms, terms.c.school_id == Organisation.id)
        .outerjoin(_Year, year)
        .where(
            Organisation.region_id == region,
            Organisation.kind == "school",
            Organisation.status == "open",
            rows(ctx.principal, Permission.RESEARCH_ARCHIVE_READ, organisation=Organisation.id),
        )
        .order_by(_Parent.name, Organisation.name, Organisation.id)
    )
    if school_id:
        statement = statement.where(Organisation.id == school_id)
    return (await ctx.db.execute(statement)).all()


def _activities(region: int, start_year: int) -> Any:
    recorded = func.count().filter(func.length(_Act.record) > 0)
    return (
        select(_Act.school_id, func.count().label("activities"), recorded.label("recorded"))
        .where(*_of_year(region, start_year))
        .group_by(_Act.school_id)
        .subquery()
    )


def _media(region: int, start_year: int) -> Any:
    """Pictures and recordings that are not hidden, of open activities."""
    hung = and_(File.region_id == _Act.region_id, File.owner_kind == OWNER, File.owner_id == _Act.id)
    is_media = File.media_type.like("image/%") | File.media_type.like("video/%")
    return (
        select(_Act.school_id, func.count().label("media"))
        .join(File, hung)
        .where(*_of_year(region, start_year), File.hidden_at.is_(None), is_media)
        .group_by(_Act.school_id)
        .subquery()
    )


def _of_year(region: int, start_year: int) -> tuple[Any, ...]:
    is_open = _Act.status == str(ResearchActivityStatus.OPEN)
    return (_Act.region_id == region, _Act.start_year == start_year, is_open)


async def activities(ctx: Context, school_id: UUID, start_year: int) -> Sequence[AnyRow]:
    """Open activities of a school the caller has been shown, by date."""
    columns = (_Act.id, _Act.activity_date, _Act.title, _Act.session, _Act.host, _Act.leader, _Act.hours, _Act.record)
    mine = (*_of_year(ctx.principal.region_id, start_year), _Act.school_id == school_id)
    return (await ctx.db.execute(select(*columns).where(*mine).order_by(_Act.activity_date, _Act.id))).all()


async def assessments(ctx: Context, school_id: UUID, start_year: int) -> Sequence[AnyRow]:
    """What a school the caller has been shown said of its teachers, by term and staff number."""
    statement = (
        select(_Said.term, Teacher.staff_no, Teacher.name, _Said.result, _Said.reason)
        .join(Teacher, and_(Teacher.region_id == _Said.region_id, Teacher.id == _Said.teacher_id))
        .where(_Said.region_id == ctx.principal.region_id, _Said.school_id == school_id, _Said.start_year == start_year)
        .order_by(_Said.term, Teacher.staff_no, _Said.id)
    )
    return (await ctx.db.execute(statement)).all()


async def put_year(ctx: Context, values: Mapping[str, Any]) -> AnyRow:
    """Store results and summary of a school and year, or replace them; the row."""
    return await _put(ctx, _Year, "school", values, ("results", "summary"))


async def put_exchange(ctx: Context, values: Mapping[str, Any]) -> AnyRow:
    """Store the exchange of a 中心校 and year, or replace it; the row."""
    said = ("held_on", "host", "theme", "participants", "summary")
    return await _put(ctx, _Exchange, "central_school", values, said)


async def _put(ctx: Context, table: Any, place: str, values: Mapping[str, Any], said: Sequence[str]) -> AnyRow:
    own = {"region_id": ctx.principal.region_id, "id": new_id(), "written_by": ctx.principal.account_id}
    statement = insert(table).values(**own, **values)
    new = {name: statement.excluded[name] for name in (*said, "written_by")}
    constraint = f"uq_{table.__tablename__}_start_year"
    await ctx.db.execute(statement.on_conflict_do_update(constraint=constraint, set_=new | touched(table)))
    at = table.__table__.c[f"{place}_id"]
    stored: AnySelect = (
        select(*table.__table__.columns.values(), Organisation.name.label(f"{place}_name"), _name(table))
        .join(Organisation, and_(Organisation.region_id == table.region_id, Organisation.id == at))
        .where(
            table.region_id == ctx.principal.region_id,
            at == values[f"{place}_id"],
            table.start_year == values["start_year"],
        )
    )
    return (await ctx.db.execute(stored)).one()


async def exchanges(ctx: Context, start_year: int) -> Sequence[AnyRow]:
    """Every open 中心校 in scope, with its exchange of a year where it has hosted one."""
    mine = and_(
        _Exchange.region_id == Organisation.region_id,
        _Exchange.central_school_id == Organisation.id,
        _Exchange.start_year == start_year,
    )
    own = [column for column in _Exchange.__table__.columns if column.key != "central_school_id"]
    statement = (
        select(
            Organisation.id.label("central_school_id"),
            Organisation.name.label("central_school_name"),
            *own,
            _name(_Exchange),
        )
        .outerjoin(_Exchange, mine)
        .where(
            Organisation.region_id == ctx.principal.region_id,
            Organisation.kind == "central_school",
            Organisation.status == "open",
            rows(ctx.principal, Permission.RESEARCH_EXCHANGE_READ, organisation=Organisation.id),
        )
        .order_by(Organisation.name, Organisation.id)
    )
    return (await ctx.db.execute(statement)).all()
