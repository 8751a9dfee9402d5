"""How the timeline is read: every source is one SELECT of entries of some persons; all of them make one statement."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Date, Numeric, Text, Uuid, and_, cast, func, literal, null, select, union_all
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnySelect
from app.portfolio.states import PortfolioKind
from app.teachers.models import Teacher

Records = Callable[[Context, CTE], AnySelect]
FOREVER = "infinity"


@dataclass(frozen=True, slots=True)
class Source:
    """Entries of a kind; permission: of the package that keeps the records, which decides who sees them."""

    kind: PortfolioKind
    permission: Permission
    records: Records


def people(ctx: Context, ids: Sequence[UUID]) -> CTE:
    """Persons the caller may see, with every record of theirs: record_id, person_id, place_id (the present school).

    The records merged into a person's are the person's: a merged record itself has its own entries only.
    """
    region, other = ctx.principal.region_id, aliased(Teacher)
    sees = and_(
        Teacher.region_id == region,
        Teacher.id.in_(ids),
        rows(ctx.principal, Permission.TEACHER_READ, organisation=Teacher.school_id, teacher=Teacher.id),
    )
    own = select(Teacher.id.label("record_id"), Teacher.id.label("person_id"), Teacher.school_id.label("place_id"))
    merged = select(other.id, Teacher.id, Teacher.school_id).join(
        other, and_(other.region_id == Teacher.region_id, other.merged_into_id == Teacher.id)
    )
    return union_all(own.where(sees), merged.where(sees)).cte("who")


def seen(ctx: Context, who: CTE, permission: Permission, school: Any = None) -> ColumnElement[bool]:
    """What a permission lets through of the persons; school: the column of the record, else the present one."""
    organisation = who.c.place_id if school is None else school
    return rows(ctx.principal, permission, organisation=organisation, teacher=who.c.person_id)


def day_of(moment: Any) -> ColumnElement[Any]:
    """The day of a moment, in the time of China."""
    return cast(func.timezone("Asia/Shanghai", moment), Date)


def entry(  # noqa: PLR0913 - the columns of an entry
    who: CTE,
    kind: PortfolioKind,
    one: Any,
    *,
    title: Any,
    starts: Any,
    ends: Any = None,
    lasts: bool = False,
    organisation: Any = None,
    path: Any = None,
    **more: Any,
) -> list[Any]:
    """The columns of a source. ends: the last day; lasts: a spell that runs on where it has none.

    more: part, result, level, score, final_score, hours, number, person (a name), each where the kind has it.
    """
    texts = {name: more.get(name) for name in ("part", "result", "level", "number", "person")}
    figures = {name: more.get(name) for name in ("score", "final_score", "hours")}
    last = None if ends is None else cast(ends, Date)
    open_end = cast(literal(FOREVER, Text), Date) if lasts else cast(starts, Date)
    return [
        who.c.person_id,
        literal(str(kind), Text).label("kind"),
        cast(one, Uuid()).label("id"),
        cast(title, Text).label("title"),
        cast(starts, Date).label("starts_on"),
        cast(null() if last is None else last, Date).label("ends_on"),
        (open_end if last is None else func.coalesce(last, open_end)).label("until"),
        *(cast(null() if value is None else value, Text).label(name) for name, value in texts.items()),
        *(cast(null() if value is None else value, Numeric()).label(name) for name, value in figures.items()),
        cast(null() if organisation is None else organisation, Uuid()).label("organisation_id"),
        cast(null() if path is None else path, Text).label("href"),
    ]
