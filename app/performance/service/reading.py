"""Use cases of reading: the card of a year, one indicator, the records behind a number, and the years. [A4.1]"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from app.access.context import Context
from app.access.permissions import Permission
from app.archive import service as archive
from app.core.db import AnyRow
from app.core.errors import Conflict, NotFound
from app.core.pages import Page, PageRequest
from app.performance import schemas
from app.performance.queries import figures, rows, snapshots
from app.performance.queries.figures.reading import Span
from app.performance.rules.figures import Tally
from app.performance.schemas.writes import FigureCode
from app.performance.service import building, checks
from app.performance.service.building import Loaded

OWNER = "scorecard_row"
"""The kind of record under which the archive knows rows."""


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Which records: of a figure; is_counted None takes all."""

    figure: Annotated[FigureCode, Field(description="事实数据的代码")]
    is_counted: bool | None = None


async def get_card(ctx: Context, year: int) -> schemas.Scorecard:
    """The scorecard of a calendar year: facts, marks, evidence, who owes what, the last frozen one 绩效评级表 [A4.1].

    Five statements, whatever the number of figures, rows or teachers.
    """
    ctx.require(Permission.SCORECARD_READ)
    loaded = await load(ctx, checks.span_of(ctx, year))
    return building.card(ctx, loaded, await snapshots.last(ctx, year))


async def get_indicator(ctx: Context, year: int, code: str) -> schemas.ScorecardIndicator:
    """One second-level indicator of a year with its facts, marks and evidence 二级指标 [A4.1]."""
    ctx.require(Permission.SCORECARD_READ)
    loaded = await load(ctx, checks.span_of(ctx, year))
    one = checks.indicator_of(ctx.regulation, code)
    group = next(part for part in ctx.regulation.scorecard().groups if one in part.indicators)
    sums = building.sums_of(ctx.regulation, loaded, loaded.marks)
    return building.indicator(ctx, one, group.clause, loaded, sums[code])


async def find_records(ctx: Context, request: PageRequest, year: int, code: str, only: RecordFilter) -> Page[AnyRow]:
    """The people and records behind a figure of an indicator 数据来源 [A4.1]."""
    ctx.require(Permission.SCORECARD_READ)
    span = checks.span_of(ctx, year)
    source = _source(ctx, code, only.figure)
    return await figures.page(ctx, request, source, span, is_counted=only.is_counted)


async def get_record(ctx: Context, year: int, code: str, figure: str, record_id: UUID) -> AnyRow:
    """One of the people or records behind a figure of an indicator 一条数据来源 [A4.1]."""
    ctx.require(Permission.SCORECARD_READ)
    span = checks.span_of(ctx, year)
    found = await figures.one(ctx, _source(ctx, code, figure), span, record_id)
    if found is None:
        raise NotFound
    return found


def _source(ctx: Context, code: str, figure: str) -> figures.Source:
    one = checks.indicator_of(ctx.regulation, code)
    source = figures.BY_CODE.get(figure)
    if source is None or source.figure.requirement not in {part.code for part in one.requirements}:
        raise NotFound
    refuse_composed(figure)
    return source


def refuse_composed(code: str) -> None:
    """Conflict for a ratio, whose records are those of its two parts."""
    source = figures.BY_CODE.get(code)
    if source is not None and source.records is None:
        parts = source.figure.parts or ()
        message = f"这一项是两数之比，请分别查看 {'、'.join(parts)} 的记录。"
        raise Conflict("SCORECARD_FIGURE_COMPOSED", message, parts=list(parts))


async def find_years(ctx: Context, request: PageRequest) -> Page[AnyRow]:
    """Every year with marks or snapshots, newest first 历年 [A4.1]."""
    ctx.require(Permission.SCORECARD_READ)
    return await rows.years(ctx, request)


async def load(ctx: Context, span: Span, kept: Mapping[str, Tally] | None = None) -> Loaded:
    """Counts, rows and evidence of a year; kept: counts of lists that are kept already, in place of counting again."""
    ctx.require(Permission.SCORECARD_READ)
    found = await figures.counted(ctx, span, figures.SOURCES) if kept is None else {}
    tallies = kept or {code: Tally(one.all, one.counts) for code, one in found.items()}
    marked = {row.requirement: row for row in await rows.of_year(ctx, span.year)}
    return Loaded(span, tallies, marked, await evidence_of(ctx, list(marked.values())))


async def evidence_of(ctx: Context, marked: list[Any]) -> dict[Any, list[Any]]:
    """The files of rows, by row."""
    references = [archive.Reference(OWNER, row.id, checks.place_of(row), Permission.SCORECARD_READ) for row in marked]
    found: dict[Any, list[Any]] = {}
    for file in await archive.packable_of(ctx, references):
        found.setdefault(file.owner_id, []).append(file)
    return found
