"""GraphQL of the portfolio, also under teachers, and of coverage."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import strawberry
from pydantic import Field

from app.access.context import Context
from app.access.graph import CURSOR_MAX, FIRST_DEFAULT, After, First, Info, checked_first
from app.access.graph_types import STATEMENT_WEIGHT, extend, field, output, output_of
from app.access.graph_verbs import pages
from app.access.permissions import Permission
from app.core.errors import NotFound
from app.organisations.graphql import SchoolYearName
from app.organisations.schemas import YearName
from app.portfolio import service
from app.portfolio.queries.coverage import CoverageFilter, CoverageGroup
from app.portfolio.schemas import Portfolio, PortfolioTimeline, TeacherCoverage, TeacherCoverageSummary
from app.portfolio.service import PortfolioRequest
from app.portfolio.states import PortfolioKind
from app.teachers import schemas as teacher_schemas
from app.teachers.graphql import Teacher

READ, COVERAGE = Permission.PORTFOLIO_READ, Permission.COVERAGE_READ
Kinds = Annotated[list[PortfolioKind], Field(max_length=len(PortfolioKind))] | None
Cursor = Annotated[str, Field(max_length=CURSOR_MAX)] | None
FromYear = Annotated[str | None, strawberry.argument(description="自哪一学年起，如 2022-2023")]
ToYear = Annotated[str | None, strawberry.argument(description="至哪一学年止，含该学年")]
OfKinds = Annotated[list[PortfolioKind] | None, strawberry.argument(description="类别；不填为全部")]
GroupBy = Annotated[str, strawberry.argument(description="central_school、school 或 stage")]


async def portfolios_by_ids(ctx: Context, ids: Sequence[UUID], asked: PortfolioRequest) -> list[Portfolio | None]:
    """Teachers (n,) -> who they are and their hours (n,), None where missing or outside the scope."""
    return await service.portfolios(ctx, ids, asked)


async def timelines_by_ids(ctx: Context, ids: Sequence[UUID], asked: PortfolioRequest) -> list[PortfolioTimeline]:
    """Teachers (n,) -> a page of what each has done (n,)."""
    return await service.timelines(ctx, ids, asked)


async def _timeline(
    root: strawberry.Parent[Portfolio], info: Info, first: First = FIRST_DEFAULT, after: After = None
) -> PortfolioTimeline:
    """Everything done, in time order 时间线."""
    kinds = None if root.kinds is None else tuple(root.kinds)
    cursor = info.context.valid(Cursor, after, at="after") or None
    asked = PortfolioRequest(root.from_year, root.to_year, kinds, checked_first(first), cursor)
    return await info.context.loader(timelines_by_ids, asked).load(root.teacher_id)


@output(Portfolio, name="Portfolio")
class PortfolioType:
    """A teacher's growth 个人成长档案: hours by year against targets, and everything done in time order."""

    timeline = field(READ, _timeline, output_of(PortfolioTimeline), weight=STATEMENT_WEIGHT)


def _asked(
    info: Info, from_year: str | None, to_year: str | None, kinds: list[PortfolioKind] | None
) -> PortfolioRequest:
    graph = info.context
    years = {"from_year": from_year, "to_year": to_year}
    first, last = (graph.valid(YearName | None, year, at=name) for name, year in years.items())
    wanted = graph.valid(Kinds, kinds, at="kinds")
    return PortfolioRequest(first, last, tuple(sorted(set(wanted))) if wanted else None)


async def _portfolio(
    root: strawberry.Parent[teacher_schemas.Teacher],
    info: Info,
    from_year: FromYear = None,
    to_year: ToYear = None,
    kinds: OfKinds = None,
) -> Portfolio | None:
    """Hours by year against targets, and everything done in time order 个人成长档案."""
    asked = _asked(info, from_year, to_year, kinds)
    return await info.context.loader(portfolios_by_ids, asked).load(root.id)


@strawberry.type
class TeacherPortfolioFields:
    """What the portfolio adds to teachers."""

    portfolio = field(READ, _portfolio, PortfolioType | None)


extend(Teacher, TeacherPortfolioFields)


async def _teacher_portfolio(
    info: Info, uuid: UUID, from_year: FromYear = None, to_year: ToYear = None, kinds: OfKinds = None
) -> Portfolio:
    """A teacher's growth: hours by year against targets, and everything done in time order 个人成长档案."""
    asked = _asked(info, from_year, to_year, kinds)
    found = await info.context.loader(portfolios_by_ids, asked).load(uuid)
    if found is None:
        raise NotFound
    return found


async def _summary(
    info: Info, school_year: SchoolYearName, group_by: GroupBy = "central_school"
) -> TeacherCoverageSummary:
    """How many lack what, by 中心校, school or stage 覆盖情况汇总."""
    year = info.context.valid(YearName, school_year, at="school_year")
    group = info.context.valid(CoverageGroup, group_by, at="group_by")
    return await info.context.fetch(lambda ctx: service.summarise_coverage(ctx, year, group))


@strawberry.type
class Query:
    """What the portfolio and coverage answer."""

    teacher_portfolio = field(READ, _teacher_portfolio, PortfolioType | None)
    teacher_coverage = pages(COVERAGE, service.find_coverage, TeacherCoverage, only=CoverageFilter)
    teacher_coverage_summary = field(COVERAGE, _summary, output_of(TeacherCoverageSummary) | None)
