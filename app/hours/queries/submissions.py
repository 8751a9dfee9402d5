"""SQL of school sheets 学时申报: sheets, lines and acts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Numeric, and_, case, delete, func, insert, literal, select, text, true, update
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.accounts.models import Account
from app.core.db import AnyRow, AnySelect, touched
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.hours.models import HoursEntry, HoursSubmission, HoursSubmissionAct, HoursSubmissionLine
from app.hours.states import OPEN_FOR_LINES, SubmissionStatus
from app.organisations.models import Organisation
from app.teachers.models import Teacher

_Sheet, _Line, _Act = HoursSubmission, HoursSubmissionLine, HoursSubmissionAct
_Parent = aliased(Organisation)
NOW = func.clock_timestamp()


@dataclass(frozen=True, slots=True)
class SubmissionFilter:
    """Which sheets: any part may be None; `central_school_id` takes the schools under it."""

    school_id: UUID | None = None
    central_school_id: UUID | None = None
    start_year: int | None = None
    term: int | None = None
    category: str | None = None
    status: str | None = None

    @staticmethod
    def of(
        school_id: UUID | None,
        central_school_id: UUID | None,
        school_year: str | None,
        term: str | None,
        category: str | None,
        status: str | None,
    ) -> "SubmissionFilter":
        """What a client asks for, by names; a term names its year as well."""
        year, half = term or school_year, int(term[-1]) if term else None
        return SubmissionFilter(school_id, central_school_id, int(year[:4]) if year else None, half, category, status)


def _sheets(ctx: Context) -> AnySelect:
    sheet = _Sheet
    lines = (
        select(
            func.count().label("line_count"),
            func.count(_Line.teacher_id.distinct()).label("teacher_count"),
            func.coalesce(func.sum(_Line.claimed), literal(0, Numeric())).label("claimed_hours"),
        )
        .where(_Line.region_id == sheet.region_id, _Line.submission_id == sheet.id)
        .lateral("sheet_lines")
    )
    reason = (
        select(_Act.note)
        .where(_Act.region_id == sheet.region_id, _Act.submission_id == sheet.id, _Act.act == "return")
        .order_by(_Act.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    scope = rows(ctx.principal, Permission.SUBMISSION_READ, organisation=sheet.school_id)
    return (
        select(
            *sheet.__table__.columns.values(),
            Organisation.name.label("school_name"),
            Organisation.kind.label("school_kind"),
            Organisation.parent_kind,
            func.concat(sheet.start_year, "-", sheet.start_year + 1).label("school_year"),
            func.concat(sheet.start_year, "-", sheet.start_year + 1, "-", sheet.term).label("term_name"),
            case((sheet.status == "returned", reason)).label("reason"),
            *lines.c,
        )
        .join(Organisation, and_(Organisation.region_id == sheet.region_id, Organisation.id == sheet.school_id))
        .join(lines, true())
        .where(sheet.region_id == ctx.principal.region_id, scope)
    )


async def page(ctx: Context, request: PageRequest, only: SubmissionFilter) -> Page[AnyRow]:
    """Sheets, newest first."""
    statement = _sheets(ctx)
    for part in fields(only):
        value = getattr(only, part.name)
        if value is None:
            continue
        if part.name == "central_school_id":
            region = ctx.principal.region_id
            under = select(_Parent.id).where(_Parent.region_id == region, _Parent.parent_id == value)
            statement = statement.where(_Sheet.school_id.in_(under) | (_Sheet.school_id == value))
        else:
            statement = statement.where(getattr(_Sheet, part.name) == value)
    order = (_Sheet.id,)
    return await fetch_page(ctx.db, statement, request, order=order, descending=True, scope=f"hours-submissions|{only}")


async def by_id(ctx: Context, submission_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One sheet the caller may see; `lock` holds it for a change or a move."""
    if lock:
        # The lock comes first, in a statement of its own: the sums of the lines are then read after any wait for it.
        held = select(_Sheet.id).where(_Sheet.region_id == ctx.principal.region_id, _Sheet.id == submission_id)
        await ctx.db.execute(held.with_for_update())
    return (await ctx.db.execute(_sheets(ctx).where(_Sheet.id == submission_id))).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Sheets (n,) -> rows (n,), same order, None where missing or not visible."""
    known = {row.id: row for row in (await ctx.db.execute(_sheets(ctx).where(_Sheet.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def waiting(ctx: Context, start_year: int) -> int:
    """How many sheets of a school year wait for a decision, of those the caller may see."""
    scope = rows(ctx.principal, Permission.SUBMISSION_READ, organisation=_Sheet.school_id)
    statement = select(func.count()).where(
        _Sheet.region_id == ctx.principal.region_id,
        _Sheet.start_year == start_year,
        _Sheet.status.in_(("submitted", "recommended")),
        scope,
    )
    return int(await ctx.db.scalar(statement) or 0)


async def create(ctx: Context, values: dict[str, Any]) -> UUID:
    """Store a new sheet."""
    submission_id = new_id()
    fields_ = {"region_id": ctx.principal.region_id, "id": submission_id, "created_by": ctx.principal.account_id}
    await ctx.db.execute(insert(_Sheet).values(**fields_, **values))
    return submission_id


async def change(ctx: Context, submission_id: UUID, values: dict[str, Any]) -> None:
    """Store changes of a sheet, and its next version."""
    statement = update(_Sheet).where(_Sheet.region_id == ctx.principal.region_id, _Sheet.id == submission_id)
    await ctx.db.execute(statement.values(**values, **touched(_Sheet)))


async def add_act(ctx: Context, submission_id: UUID, act: str, status: str, note: str | None) -> None:
    """Write an act of the caller."""
    who = ctx.principal
    values = {
        "region_id": who.region_id,
        "id": new_id(),
        "submission_id": submission_id,
        "act": act,
        "status": status,
        "account_id": who.account_id,
        "acting_role": str(who.role),
        "acting_organisation_id": who.organisation_id,
        "note": note,
    }
    await ctx.db.execute(insert(_Act).values(**values))


async def acts(ctx: Context, submission_ids: Sequence[UUID]) -> Sequence[AnyRow]:
    """The acts on sheets the caller has been shown, in order."""
    statement = (
        select(
            _Act.id,
            _Act.submission_id,
            _Act.act,
            _Act.status,
            _Act.account_id,
            Account.display_name.label("account_name"),
            _Act.acting_role,
            _Act.acting_organisation_id,
            Organisation.name.label("acting_organisation_name"),
            _Act.note,
            _Act.created_at,
        )
        .outerjoin(Account, and_(Account.region_id == _Act.region_id, Account.id == _Act.account_id))
        .join(
            Organisation,
            and_(Organisation.region_id == _Act.region_id, Organisation.id == _Act.acting_organisation_id),
        )
        .where(_Act.region_id == ctx.principal.region_id, _Act.submission_id.in_(submission_ids))
        .order_by(_Act.seq)
    )
    return (await ctx.db.execute(statement)).all()


def _lines(ctx: Context) -> AnySelect:
    line, entry = _Line, HoursEntry
    return (
        select(
            *line.__table__.columns.values(),
            line.claimed.label("claimed_hours"),
            entry.credited.label("credited_hours"),
            func.coalesce(entry.findings, text("'[]'::jsonb")).label("findings"),
            Teacher.name.label("teacher_name"),
            Teacher.staff_no,
        )
        .join(Teacher, and_(Teacher.region_id == line.region_id, Teacher.id == line.teacher_id))
        .outerjoin(entry, and_(entry.region_id == line.region_id, entry.id == line.entry_id))
        .where(line.region_id == ctx.principal.region_id)
    )


async def line_page(ctx: Context, request: PageRequest, submission_id: UUID) -> Page[AnyRow]:
    """The lines of a sheet the caller has been shown, in order."""
    statement = _lines(ctx).where(_Line.submission_id == submission_id)
    scope = f"hours-submission-lines|{submission_id}"
    return await fetch_page(ctx.db, statement, request, order=(_Line.position,), scope=scope)


async def lines(ctx: Context, submission_id: UUID) -> Sequence[AnyRow]:
    """All lines of a sheet, in order; their number is bounded where they come in."""
    return (
        await ctx.db.execute(_lines(ctx).where(_Line.submission_id == submission_id).order_by(_Line.position))
    ).all()


async def line(ctx: Context, submission_id: UUID, line_id: UUID) -> AnyRow | None:
    """One line of a sheet."""
    statement = _lines(ctx).where(_Line.submission_id == submission_id, _Line.id == line_id)
    return (await ctx.db.execute(statement)).one_or_none()


async def add_lines(ctx: Context, submission_id: UUID, after: int, new: Sequence[Mapping[str, Any]]) -> None:
    """Store lines behind a position."""
    own = {"region_id": ctx.principal.region_id, "submission_id": submission_id}
    values = [{**own, "id": new_id(), "position": after + place, **one} for place, one in enumerate(new, 1)]
    await ctx.db.execute(insert(_Line), values)


async def last_position(ctx: Context, submission_id: UUID) -> int:
    """The position of the last line, 0 where there is none."""
    own = (_Line.region_id == ctx.principal.region_id, _Line.submission_id == submission_id)
    return int(await ctx.db.scalar(select(func.coalesce(func.max(_Line.position), 0)).where(*own)) or 0)


async def change_line(ctx: Context, line_id: UUID, values: dict[str, Any]) -> None:
    """Store changes of a line."""
    statement = update(_Line).where(_Line.region_id == ctx.principal.region_id, _Line.id == line_id)
    await ctx.db.execute(statement.values(**values, **touched(_Line)))


async def remove_lines(ctx: Context, submission_id: UUID, line_id: UUID | None = None) -> None:
    """Take lines off a sheet that has not been submitted: one, or all."""
    statement = delete(_Line).where(_Line.region_id == ctx.principal.region_id, _Line.submission_id == submission_id)
    await ctx.db.execute(statement if line_id is None else statement.where(_Line.id == line_id))


def _of_import(ctx: Context, import_id: UUID, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    """The sheets in which lines of an import stand."""
    own = (_Line.region_id == ctx.principal.region_id, _Line.import_id == import_id, *more)
    return _Sheet.id.in_(select(_Line.submission_id).where(*own))


async def draft_of_import(ctx: Context, import_id: UUID, school_id: UUID, term: str) -> AnyRow | None:
    """The newest draft in which an import has put lines of a school and term, held."""
    mine = (_Sheet.school_id == school_id, _Sheet.start_year == int(term[:4]), _Sheet.term == int(term[-1]))
    return await _newest(ctx, _of_import(ctx, import_id), *mine, _Sheet.status == str(SubmissionStatus.DRAFT))


async def open_sheet_of_import(ctx: Context, import_id: UUID) -> AnyRow | None:
    """A sheet open for lines in which lines of an import stand that nobody has corrected, held."""
    mine = _of_import(ctx, import_id, _Line.version == 1)
    return await _newest(ctx, mine, _Sheet.status.in_([str(one) for one in OPEN_FOR_LINES]))


async def _newest(ctx: Context, *conditions: ColumnElement[bool]) -> AnyRow | None:
    scope = rows(ctx.principal, Permission.SUBMISSION_FILE, organisation=_Sheet.school_id)
    statement = (
        select(_Sheet.id)
        .where(_Sheet.region_id == ctx.principal.region_id, scope, *conditions)
        .order_by(_Sheet.id.desc())
        .limit(1)
        .with_for_update()
    )
    found = await ctx.db.scalar(statement)
    return await by_id(ctx, found) if found else None


async def remove_imported_lines(ctx: Context, submission_id: UUID, import_id: UUID) -> int:
    """Take the lines of an import that nobody has corrected off a sheet; how many."""
    statement = delete(_Line).where(
        _Line.region_id == ctx.principal.region_id,
        _Line.submission_id == submission_id,
        _Line.import_id == import_id,
        _Line.version == 1,
    )
    return (await ctx.db.execute(statement)).rowcount


_LINK = text(
    "UPDATE hours_submission_lines l SET entry_id = e.entry_id, version = l.version + 1"
    " FROM unnest(CAST(:lines AS uuid[]), CAST(:entries AS uuid[])) AS e (line_id, entry_id)"
    " WHERE l.region_id = :region AND l.id = e.line_id"
)


async def link_entries(ctx: Context, line_ids: Sequence[UUID], entry_ids: Sequence[UUID]) -> None:
    """Say which entry each line has become: lines (n,), entries (n,)."""
    values = {"region": ctx.principal.region_id, "lines": list(line_ids), "entries": list(entry_ids)}
    await ctx.db.execute(_LINK, values)
