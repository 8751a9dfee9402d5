"""GraphQL of the archive of a school and year, and of the yearly exchange. [A5.6] [A5.10]"""

from typing import Annotated

import strawberry

from app.access.context import Context
from app.access.graph import Info, Problem
from app.access.graph_types import field, input_of, output, output_of
from app.access.graph_verbs import pages
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.organisations.schemas import YearName
from app.policy.school_year import SchoolYear
from app.school_research import schemas, service
from app.school_research.queries.helped import HelpFilter

READ, WRITE = Permission.RESEARCH_ARCHIVE_READ, Permission.RESEARCH_ARCHIVE_WRITE
SEE, HOST = Permission.RESEARCH_EXCHANGE_READ, Permission.RESEARCH_EXCHANGE_RECORD
YEAR = strawberry.argument(description="学年，如 2026-2027")
_name = strawberry.argument(name="input")


@output(schemas.ResearchYear)
class ResearchYear:
    """Results and summary of a school's year 学年研修成果与总结."""


@output(schemas.ResearchExchange)
class ResearchExchange:
    """An exchange a 中心校 has hosted 年度现场经验交流会."""


def _year(info: Info, name: str) -> SchoolYear:
    return SchoolYear.parse(info.context.valid(YearName, name, at="school_year"))


async def _archive(info: Info, school_year: Annotated[str, YEAR]) -> schemas.ResearchArchive:
    """Which of the six kinds each school has, by 中心校 档案完备情况 [A5.10]."""
    year = _year(info, school_year)
    return await info.context.fetch(lambda ctx: service.archive_standing(ctx, year))


async def _exchanges(info: Info, school_year: Annotated[str, YEAR]) -> list[schemas.ResearchExchangeStanding]:
    """Which 中心校 have hosted the exchange of a year, and which still owe it 交流会举办情况 [A5.6]."""
    year = _year(info, school_year)
    return await info.context.fetch(lambda ctx: service.exchange_standing(ctx, year))


@strawberry.type
class Query:
    """What the archive and exchanges answer."""

    research_archive = field(READ, _archive, output_of(schemas.ResearchArchive) | None)
    research_reminders = pages(READ, service.find_reminders, schemas.ResearchReminder)
    research_help = pages(Permission.ASSISTANCE_READ, service.find_helped, schemas.ResearchHelp, only=HelpFilter)
    research_exchanges = field(SEE, _exchanges, list[output_of(schemas.ResearchExchangeStanding)] | None, size=30)  # type: ignore[misc]  # built at run time


@input_of(schemas.ResearchYearSet)
class ResearchYearSetInput:
    """Results and summary of a year 学年研修成果与总结."""


@input_of(schemas.ResearchExchangeSet)
class ResearchExchangeSetInput:
    """The yearly on-site exchange 年度现场经验交流会."""


async def _set_year(info: Info, new: Annotated[ResearchYearSetInput, _name]) -> schemas.ResearchYear | Problem:
    """Write down results and summary of a year 填写学年成果与总结 [A5.10]."""
    graph = info.context

    async def act(ctx: Context) -> AnyRow:
        return await service.set_research_year(ctx, graph.given(schemas.ResearchYearSet, new))

    return await graph.change(schemas.ResearchYear, act)


async def _set_exchange(
    info: Info, new: Annotated[ResearchExchangeSetInput, _name]
) -> schemas.ResearchExchange | Problem:
    """Record the exchange the own 中心校 has hosted 登记交流会 [A5.6]."""
    graph = info.context

    async def act(ctx: Context) -> AnyRow:
        return await service.set_exchange(ctx, graph.given(schemas.ResearchExchangeSet, new))

    return await graph.change(schemas.ResearchExchange, act)


YearPayload = Annotated[ResearchYear | Problem, strawberry.union("ResearchYearPayload")]
ExchangePayload = Annotated[ResearchExchange | Problem, strawberry.union("ResearchExchangePayload")]


@strawberry.type
class Mutation:
    """What closes a year of research."""

    set_research_year = field(WRITE, _set_year, YearPayload)
    set_research_exchange = field(HOST, _set_exchange, ExchangePayload)
