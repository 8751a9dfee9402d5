"""What the pages read, each within one context: the use cases of the scorecard, and what the reader may do."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.api.scorecard.attempt import Desk
from app.api.scorecard.indicator import Found, Wanted
from app.core.db import AnyRow
from app.core.pages import Page, PageRequest
from app.performance import service
from app.performance.schemas import ScorecardOwed, ScorecardSnapshotContent
from app.performance.service.checks import department_of, indicator_of, requirement_of
from app.performance.service.reading import RecordFilter
from app.performance.states import ANY_DEPARTMENT

RECORDS, SNAPSHOTS = 50, 20
ACTS = (Permission.SCORECARD_ASSESS, Permission.SCORECARD_SCORE, Permission.SCORECARD_FREEZE)


def desk_of(ctx: Context, names: dict[UUID, str] | None = None) -> Desk:
    """What the reader may do."""
    held = frozenset(one for one in ACTS if ctx.principal.grant(one))
    choices = [(one.code, one.label) for one in ctx.regulation.departments() if one.code != ANY_DEPARTMENT]
    return Desk(ctx.principal.account_id, department_of(ctx), held, choices, names or {})


async def indicator(ctx: Context, year: int, code: str, wanted: Wanted) -> Found:
    """An indicator with the records behind one of its figures: the one asked for, else the first."""
    one = await service.get_indicator(ctx, year, code)
    listed = [number for part in one.requirements for number in part.figures if not number.parts]
    figure = wanted.figure or (listed[0].code if listed else None)
    chosen = Wanted(figure, wanted.counted, wanted.cursor)
    records = None
    if figure:
        request = PageRequest(limit=RECORDS, cursor=wanted.cursor or None)
        records = await service.find_records(ctx, request, year, code, RecordFilter(figure, chosen.is_counted))
    rows = [part.row for part in one.requirements if part.row]
    who = [by for row in rows for by in (row.assessed_by, row.scored_by, row.returned_by)]
    return Found(year, one, chosen, records, desk_of(ctx, await service.names_of(ctx, who)))


async def indicator_of_requirement(ctx: Context, year: int, code: str) -> Found:
    """The indicator that holds a requirement."""
    holder, _ = requirement_of(ctx.regulation, code)
    return await indicator(ctx, year, holder.code, Wanted())


@dataclass(frozen=True, slots=True)
class Record:
    """A record behind a figure, and the labels of both."""

    row: AnyRow
    indicator: str
    figure: str


async def record(ctx: Context, year: int, code: str, figure: str, record_id: UUID) -> Record:
    """One record of a figure."""
    row = await service.get_record(ctx, year, code, figure, record_id)
    one = await service.get_indicator(ctx, year, code)
    label = next(number.label for part in one.requirements for number in part.figures if number.code == figure)
    return Record(row, indicator_of(ctx.regulation, code).label, label)


@dataclass(frozen=True, slots=True)
class Frozen:
    """The frozen states of a year, what is still owed, and who froze."""

    year: int
    page: Page[AnyRow]
    owed: Iterable[ScorecardOwed]
    desk: Desk
    cursor: str | None


async def snapshots(ctx: Context, year: int, cursor: str | None) -> Frozen:
    """Every time a year was frozen, newest first."""
    card = await service.get_card(ctx, year)
    page = await service.find_snapshots(ctx, PageRequest(limit=SNAPSHOTS, cursor=cursor or None), year)
    names = await service.names_of(ctx, [one.frozen_by for one in page.items])
    return Frozen(year, page, card.owed, desk_of(ctx, names), cursor)


@dataclass(frozen=True, slots=True)
class Kept:
    """A frozen year with its content, and the name of who froze it."""

    snapshot: ScorecardSnapshotContent
    by: str


async def snapshot(ctx: Context, year: int, number: int) -> Kept:
    """A frozen year, checked against its hash."""
    found = await service.get_snapshot(ctx, year, number)
    names = await service.names_of(ctx, [found.frozen_by])
    return Kept(found, names.get(found.frozen_by, "—"))
