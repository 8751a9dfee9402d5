"""SQL of teachers, their employments and who holds which identity number."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Uuid,
    and_,
    any_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from app.access.context import Context
from app.access.permissions import Permission, Reach
from app.access.visibility import reach_of, rows, scope_values, scoped
from app.core.db import AnyRow, AnySelect, touched
from app.core.pages import Page, PageRequest, fetch_page
from app.core.prepared import Prepared, fetch_rows, prepare
from app.core.prepared import fetch_page as prepared_page
from app.organisations.models import Organisation
from app.teachers.models import IdentityNumber, Teacher, TeacherHonour
from app.teachers.states import TeacherSort, TeacherStatus


def school_name(column: Any) -> ColumnElement[str]:
    """The name of the school a column names."""
    # A subquery, not a join: after waiting for a lock, PostgreSQL joins the new version of a row with the old partner,
    # so that a teacher moved in the meantime would seem to be gone.
    name = select(Organisation.name).where(Organisation.region_id == column.class_.region_id, Organisation.id == column)
    return name.correlate(column.class_).scalar_subquery().label("school_name")


def awarded() -> ColumnElement[Any]:
    """Honours that awards gave a teacher and that stand, as JSON in order of time."""
    one = TeacherHonour
    names = ("code", "level", "awarded_on", "award_id", "number")
    facts = func.jsonb_build_object(*(part for name in names for part in (name, getattr(one, name))))
    listed = func.jsonb_agg(aggregate_order_by(facts, one.awarded_on, one.id))
    mine = (one.region_id == Teacher.region_id, one.teacher_id == Teacher.id, one.withdrawn_at.is_(None))
    found = select(func.coalesce(listed, func.jsonb_build_array())).where(*mine)
    return found.correlate(Teacher).scalar_subquery().label("awarded_honours")


_COLUMNS = (
    Teacher.id,
    Teacher.staff_no,
    Teacher.name,
    Teacher.sex,
    Teacher.birth_date,
    Teacher.id_type,
    Teacher.id_number_masked,
    Teacher.mobile_masked,
    Teacher.school_id,
    school_name(Teacher.school_id),
    Teacher.is_on_post,
    Teacher.stage,
    Teacher.subject,
    Teacher.title,
    Teacher.posts,
    Teacher.honours,
    awarded(),
    Teacher.joined_profession_on,
    Teacher.status,
    Teacher.merged_into_id,
    Teacher.created_at,
    Teacher.updated_at,
    Teacher.version,
)
_PLACEMENT_COLUMNS = (
    Teacher.id,
    Teacher.staff_no,
    Teacher.name,
    Teacher.school_id,
    Teacher.stage,
    Teacher.subject,
    Teacher.is_on_post,
    Teacher.status,
    Teacher.version,
)


@dataclass(frozen=True, slots=True)
class TeacherFilter:
    """What a list of teachers is narrowed to; `text` is a part of the name or the whole staff number."""

    school_id: UUID | None = None
    central_school_id: UUID | None = None
    stage: str | None = None
    subject: str | None = None
    title: str | None = None
    is_on_post: bool | None = None
    status: TeacherStatus = TeacherStatus.ACTIVE
    text: str | None = None
    sort: TeacherSort = TeacherSort.NAME


def in_scope(ctx: Context) -> ColumnElement[bool]:
    """Teachers the caller may see."""
    reach = rows(ctx.principal, Permission.TEACHER_READ, organisation=Teacher.school_id, teacher=Teacher.id)
    return and_(Teacher.region_id == ctx.principal.region_id, reach)


def _visible(ctx: Context) -> AnySelect:
    return select(*_COLUMNS).where(in_scope(ctx))


async def page(ctx: Context, request: PageRequest, wanted: TeacherFilter) -> Page[AnyRow]:
    """Teachers the caller may see, by name or staff number; a central school stands for itself and its schools."""
    if not (request.include_total or wanted.central_school_id or wanted.text):
        return await _plain_page(ctx, request, wanted)
    statement = _visible(ctx).where(Teacher.status == wanted.status)
    for name in _PLACES:
        value = getattr(wanted, name)
        if value is not None:
            statement = statement.where(getattr(Teacher, name) == value)
    if wanted.central_school_id:
        statement = statement.where(Teacher.school_id.in_(_subtree(ctx, wanted.central_school_id)))
    if wanted.text:
        part = Teacher.name.contains(wanted.text, autoescape=True)
        statement = statement.where(or_(part, Teacher.staff_no == wanted.text))
    order = (_first(wanted.sort), Teacher.id)
    return await fetch_page(ctx.db, statement, request, order=order, scope=f"teachers|{wanted}")


_PLACES = ("school_id", "stage", "subject", "title", "is_on_post")


async def _plain_page(ctx: Context, request: PageRequest, wanted: TeacherFilter) -> Page[AnyRow]:
    """The same for the usual filters, by a statement compiled once."""
    given = {name: getattr(wanted, name) for name in _PLACES if getattr(wanted, name) is not None}
    values = {"region": ctx.principal.region_id, "status": wanted.status, **given, **scope_values(ctx.principal)}
    reach = reach_of(ctx.principal, Permission.TEACHER_READ)

    def statement(follows: bool) -> Prepared:  # noqa: FBT001 - called by position
        return _page_of(reach, tuple(given), wanted.sort, follows=follows)

    order = (_first(wanted.sort), Teacher.id)
    return await prepared_page(ctx.db, statement, values, request, order=order, scope=f"teachers|{wanted}")


def _first(sort: TeacherSort) -> Any:
    return Teacher.staff_no if sort is TeacherSort.STAFF_NO else Teacher.name


def _open(reach: Reach | None) -> AnySelect:
    scope = scoped(reach, organisation=Teacher.school_id, teacher=Teacher.id)
    return select(*_COLUMNS).where(Teacher.region_id == bindparam("region", type_=Integer()), scope)


@cache
def _page_of(reach: Reach | None, filters: tuple[str, ...], sort: TeacherSort, *, follows: bool) -> Prepared:
    order = (_first(sort), Teacher.id)
    statement = _open(reach).order_by(*order).limit(bindparam("size", type_=Integer()))
    for column in (getattr(Teacher, name) for name in ("status", *filters)):
        statement = statement.where(column == bindparam(column.key, type_=column.type))
    if follows:
        after = (bindparam(f"after_{index}", type_=one.type) for index, one in enumerate(order))
        statement = statement.where(tuple_(*order) > tuple_(*after))
    return prepare(statement)


def _subtree(ctx: Context, organisation_id: UUID) -> Any:
    return select(Organisation.id).where(
        Organisation.region_id == ctx.principal.region_id,
        or_(Organisation.id == organisation_id, Organisation.parent_id == organisation_id),
    )


async def by_id(ctx: Context, teacher_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One teacher the caller may see; `lock` holds the row for a change, against new references to it as well.

    A first posting to a record that is being merged waits there: its account would be missed by the recount.
    """
    statement = _visible(ctx).where(Teacher.id == teacher_id)
    return (await ctx.db.execute(statement.with_for_update(of=Teacher) if lock else statement)).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Teachers (n,) -> rows (n,), same order, None where missing or not visible."""
    values = {"region": ctx.principal.region_id, "ids": list(ids), **scope_values(ctx.principal)}
    found = await fetch_rows(ctx.db, _by_ids(reach_of(ctx.principal, Permission.TEACHER_READ)), values)
    known = {row.id: row for row in found}
    return [known.get(one) for one in ids]


@cache
def _by_ids(reach: Reach | None) -> Prepared:
    return prepare(_open(reach).where(Teacher.id == any_(bindparam("ids", type_=ARRAY(Uuid())))))


async def by_school_ids(ctx: Context, ids: Sequence[UUID], *, first: int) -> list[list[AnyRow]]:
    """Schools (n,) -> their first active teachers by name (n lists of at most `first`), in one statement."""
    place = func.row_number().over(partition_by=Teacher.school_id, order_by=(Teacher.name, Teacher.id)).label("place")
    inner = (
        _visible(ctx)
        .add_columns(place)
        .where(Teacher.school_id.in_(ids), Teacher.status == TeacherStatus.ACTIVE)
        .subquery()
    )
    statement = select(inner).where(inner.c.place <= first).order_by(inner.c.school_id, inner.c.place)
    known: dict[UUID, list[AnyRow]] = {one: [] for one in ids}
    for row in (await ctx.db.execute(statement)).all():
        known[row.school_id].append(row)
    return [known[one] for one in ids]


async def find_by_staff_nos(ctx: Context, staff_nos: Sequence[str]) -> list[AnyRow | None]:
    """Staff numbers (n,) -> placements (n,) in the region, None where nobody has the number.

    For imports: not narrowed to the caller's scope, so that a row outside of it becomes an error of the row; what is
    found there is never shown.
    """
    statement = select(*_PLACEMENT_COLUMNS).where(
        Teacher.region_id == ctx.principal.region_id, Teacher.staff_no.in_(staff_nos)
    )
    known = {row.staff_no: row for row in (await ctx.db.execute(statement)).all()}
    return [known.get(one) for one in staff_nos]


async def find_by_id_number_indexes(ctx: Context, indexes: Sequence[bytes]) -> list[AnyRow | None]:
    """Blind indexes (n,) -> holders (n,): `holder_region_id` and, where it is the caller's region, the placement.

    For imports: not narrowed to the caller's scope (see find_by_staff_nos); None where nobody in the nation holds it.
    """
    home = and_(Teacher.region_id == IdentityNumber.region_id, Teacher.id == IdentityNumber.teacher_id)
    statement = (
        select(IdentityNumber.number_index, IdentityNumber.region_id.label("holder_region_id"), *_PLACEMENT_COLUMNS)
        .outerjoin(Teacher, and_(home, Teacher.region_id == ctx.principal.region_id))
        .where(IdentityNumber.number_index.in_(indexes))
    )
    known = {row.number_index: row for row in (await ctx.db.execute(statement)).all()}
    return [known.get(one) for one in indexes]


async def secrets(ctx: Context, teacher_id: UUID) -> AnyRow:
    """The sealed numbers of a teacher whom the caller may see."""
    statement = select(Teacher.id_number, Teacher.id_number_index, Teacher.mobile)
    return (await ctx.db.execute(statement.where(in_scope(ctx), Teacher.id == teacher_id))).one()


async def create(ctx: Context, values: dict[str, Any]) -> AnyRow:
    """Store a new teacher; the identity number is claimed first, for the whole nation."""
    region_id = ctx.principal.region_id
    await claim_number(ctx, values["id"], values["id_number_index"])
    await ctx.db.execute(insert(Teacher).values(region_id=region_id, **values))
    stored = select(*_COLUMNS).where(Teacher.region_id == region_id, Teacher.id == values["id"])
    return (await ctx.db.execute(stored)).one()


async def claim_number(ctx: Context, teacher_id: UUID, index: bytes) -> None:
    """Note which teacher holds an identity number; the constraint refuses a second holder in the nation."""
    await ctx.db.execute(
        insert(IdentityNumber).values(number_index=index, region_id=ctx.principal.region_id, teacher_id=teacher_id)
    )


async def release_number(ctx: Context, teacher_id: UUID) -> None:
    """Give up the identity number of a teacher, who is about to hold the right one."""
    held = and_(IdentityNumber.region_id == ctx.principal.region_id, IdentityNumber.teacher_id == teacher_id)
    await ctx.db.execute(delete(IdentityNumber).where(held))


async def change(ctx: Context, teacher_id: UUID, values: dict[str, Any]) -> AnyRow:
    """Store changes of one teacher."""
    statement = (
        update(Teacher)
        .where(Teacher.region_id == ctx.principal.region_id, Teacher.id == teacher_id)
        .values(**values, **touched(Teacher))
        .returning(*_COLUMNS)
    )
    return (await ctx.db.execute(statement)).one()


async def aliases(ctx: Context, teacher_id: UUID) -> Sequence[UUID]:
    """The records merged into a teacher's, oldest first."""
    statement = (
        select(Teacher.id)
        .where(Teacher.region_id == ctx.principal.region_id, Teacher.merged_into_id == teacher_id)
        .order_by(Teacher.id)
    )
    return (await ctx.db.scalars(statement)).all()


def whole(ctx: Context, *, school_id: UUID | None, is_on_post: bool | None) -> AnySelect:
    """Every teacher in service the caller may see in the region, in a total order, for exports."""
    statement = _visible(ctx).where(Teacher.status == "active")
    if school_id:
        statement = statement.where(Teacher.school_id == school_id)
    if is_on_post is not None:
        statement = statement.where(Teacher.is_on_post == is_on_post)
    return statement.order_by(Teacher.staff_no)


def whole_sealed(ctx: Context, *, school_id: UUID | None, is_on_post: bool | None) -> AnySelect:
    """The same with the sealed numbers, of the teachers whose numbers the caller may see in full."""
    reach = rows(ctx.principal, Permission.TEACHER_UNMASK, organisation=Teacher.school_id, teacher=Teacher.id)
    statement = whole(ctx, school_id=school_id, is_on_post=is_on_post)
    return statement.add_columns(Teacher.id_number, Teacher.mobile).where(reach)
