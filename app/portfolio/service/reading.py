"""Use cases that read a portfolio 成长档案: of one teacher, or of many in the same number of statements. [M3.5]"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import FieldFault, Invalid, NotFound
from app.core.pages import LIMIT_DEFAULT, LIMIT_MAX, seal
from app.hours import service as hours
from app.hours.schemas import TeacherHours
from app.policy.school_year import SchoolYear
from app.portfolio import queries
from app.portfolio.queries import Wanted
from app.portfolio.schemas import Portfolio, PortfolioEntry, PortfolioTeacher, PortfolioTimeline
from app.portfolio.states import LINES, RESULTS, PortfolioKind

_K = PortfolioKind
TITLES = {_K.HONOUR: "honours", _K.AWARD: "campaign_kinds", _K.TRAINER: "subjects"}
PARTS = {_K.WRITING: "publication_columns", _K.PRACTICE_OUTPUT: "practice_tasks", _K.TRAINER_TASK: "trainer_duties"}
LEVELS = {_K.PROJECT: "project_levels", _K.WORKSHOP: "workshop_levels", _K.HONOUR: "honour_levels"}
"""Code lists that name what an entry of a kind has as a code."""


@dataclass(frozen=True, slots=True)
class PortfolioRequest:
    """What is asked for: school years from and to, kinds, and the page of the timeline."""

    from_year: str | None = None
    to_year: str | None = None
    kinds: tuple[PortfolioKind, ...] | None = None
    limit: int = LIMIT_DEFAULT
    cursor: str | None = None

    def years(self) -> tuple[SchoolYear | None, SchoolYear | None]:
        """The years asked for."""
        first, last = (SchoolYear.parse(one) if one else None for one in (self.from_year, self.to_year))
        return first, last


async def get_portfolio(ctx: Context, teacher_id: UUID, asked: PortfolioRequest) -> Portfolio:
    """A teacher's hours by year and everything done, as far as the caller may see it; NotFound outside the scope."""
    ctx.require(Permission.PORTFOLIO_READ)
    return await whole(ctx, teacher_id, asked, size=max(1, min(asked.limit, LIMIT_MAX)))


async def whole(ctx: Context, teacher_id: UUID, asked: PortfolioRequest, *, size: int) -> Portfolio:
    """The same with as many entries of the timeline as `size` says."""
    found = (await portfolios(ctx, [teacher_id], asked))[0]
    if found is None:
        raise NotFound
    return found.model_copy(update={"timeline": (await _timelines(ctx, [teacher_id], asked, size))[0]})


async def portfolios(ctx: Context, teacher_ids: Sequence[UUID], asked: PortfolioRequest) -> list[Portfolio | None]:
    """Teachers (n,) -> who they are and their hours (n,), None where missing; the timeline is left empty."""
    ctx.require(Permission.PORTFOLIO_READ)
    first, last = _checked(asked)
    people = await queries.head(ctx, teacher_ids)
    balances = await _hours(ctx, teacher_ids, first, last) if people else {}
    same = {
        "from_year": asked.from_year,
        "to_year": asked.to_year,
        "kinds": None if asked.kinds is None else list(asked.kinds),
        "hidden_kinds": queries.kinds_hidden(ctx),
        "timeline": PortfolioTimeline(items=[], next_cursor=None, total=0),
    }
    found = {
        one: {"teacher_id": one, "teacher": PortfolioTeacher.model_validate(row), "hours": balances.get(one, [])}
        for one, row in people.items()
    }
    return [Portfolio.model_validate(found[one] | same) if one in found else None for one in teacher_ids]


async def timelines(ctx: Context, teacher_ids: Sequence[UUID], asked: PortfolioRequest) -> list[PortfolioTimeline]:
    """Teachers (n,) -> a page of what each has done (n,), empty outside the scope; one statement for all."""
    ctx.require(Permission.PORTFOLIO_READ)
    return await _timelines(ctx, teacher_ids, asked, max(1, min(asked.limit, LIMIT_MAX)))


async def _timelines(
    ctx: Context, teacher_ids: Sequence[UUID], asked: PortfolioRequest, size: int
) -> list[PortfolioTimeline]:
    first, last = _checked(asked)
    days = (first.first_day if first else None, last.last_day if last else None)
    wanted = Wanted(*days, asked.kinds, size, asked.cursor)
    entries = await queries.timelines(ctx, teacher_ids, wanted)
    names = _names(ctx)
    return [_timeline(entries.get(one, []), wanted, names) for one in teacher_ids]


def _checked(asked: PortfolioRequest) -> tuple[SchoolYear | None, SchoolYear | None]:
    first, last = asked.years()
    if first and last and last < first:
        fault = FieldFault("/to_year", "YEARS_REVERSED", f"应不早于 from_year（{first.name}）")
        raise Invalid("INVALID", "结束学年早于开始学年，请改正后再查询。", errors=[fault])
    return first, last


async def _hours(
    ctx: Context, ids: Sequence[UUID], first: SchoolYear | None, last: SchoolYear | None
) -> dict[UUID, list[TeacherHours]]:
    """School years with hours in the years asked for; none where the caller's role reads no hours."""
    if ctx.principal.grant(Permission.HOURS_READ) is None:
        return {}
    found = await hours.histories(ctx, ids)

    def is_asked(name: str) -> bool:
        year = SchoolYear.parse(name)
        return (first is None or first <= year) and (last is None or year <= last)

    return {
        one: [year for year in years or [] if is_asked(year.school_year)] for one, years in zip(ids, found, strict=True)
    }


Names = Mapping[str, Mapping[str, str]]


def _names(ctx: Context) -> Names:
    """Labels of the code lists that entries are told in, by list and code."""
    sets = {*TITLES.values(), *PARTS.values(), *LEVELS.values()}
    return {name: {one.code: one.label for one in ctx.regulation.codes(name)} for name in sets}


def _timeline(found: Sequence[AnyRow], wanted: Wanted, names: Names) -> PortfolioTimeline:
    items = found[: wanted.size]
    has_more = len(found) > wanted.size
    last = items[-1] if items else None
    cursor = seal([last.place_on, last.kind, last.id], wanted.scope) if last is not None and has_more else None
    total = found[0].total if found else 0
    return PortfolioTimeline(items=[_entry(row, names) for row in items], next_cursor=cursor, total=total)


def _entry(row: AnyRow, names: Names) -> PortfolioEntry:
    kind = PortfolioKind(row.kind)
    facts: dict[str, Any] = dict(row._mapping)  # noqa: SLF001 - public by name
    facts |= {
        "kind_label": kind.label,
        "school_year": SchoolYear.of(row.starts_on).name if row.starts_on else None,
        "title": _title(kind, row.title, names),
        "part_label": _label(PARTS.get(kind), row.part, names, LINES),
        "level_label": _label(LEVELS.get(kind), row.level, names, {}),
        "result_label": _label(None, row.result, names, RESULTS),
    }
    return PortfolioEntry.model_validate(facts)


def _title(kind: PortfolioKind, title: str, names: Names) -> str:
    label = _label(TITLES.get(kind), title, names, {}) or title
    return f"{label}培训者" if kind is PortfolioKind.TRAINER else label


def _label(set_name: str | None, code: str | None, names: Names, plain: Mapping[str, str]) -> str | None:
    """What people say for a code; the code itself where a list has lost it."""
    if code is None:
        return None
    return (names[set_name] if set_name else plain).get(code, code)
