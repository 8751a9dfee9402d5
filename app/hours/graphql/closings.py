"""GraphQL of closed school years."""

from typing import Annotated

import strawberry

from app.access.context import Context
from app.access.graph import Info, Problem
from app.access.graph_types import field, input_of, output, output_of
from app.access.graph_verbs import Key
from app.access.permissions import Permission
from app.hours import schemas, service
from app.organisations.graphql import SchoolYearName
from app.organisations.schemas import YearName
from app.policy.school_year import SchoolYear

READ = Permission.HOURS_CLOSING_READ


@output(schemas.HoursClosing)
class HoursClosing:
    """A school year of the ledger 学年学时账: open or closed, what is still open, and its history."""


def _year(info: Info, name: str) -> SchoolYear:
    return SchoolYear.parse(info.context.valid(YearName, name, at="school_year"))


async def _hours_closings(info: Info) -> list[schemas.HoursClosing]:
    """School years that were ever closed, newest first 学年封账."""
    return await info.context.fetch(service.closings)


async def _hours_closing(info: Info, school_year: SchoolYearName) -> schemas.HoursClosing:
    """A school year's ledger: open or closed, and what is still open in it 学年学时账."""
    year = _year(info, school_year)
    return await info.context.fetch(lambda ctx: service.closing(ctx, year))


@strawberry.type
class Query:
    """What closed years answer."""

    hours_closings = field(READ, _hours_closings, list[HoursClosing] | None)
    hours_closing = field(READ, _hours_closing, output_of(schemas.HoursClosing) | None)


@input_of(schemas.HoursYearClose)
class HoursYearCloseInput:
    """Close a school year 封账."""


@input_of(schemas.HoursYearReopen)
class HoursYearReopenInput:
    """Open a closed school year again 解封."""


_name = strawberry.argument(name="input")
HoursClosingPayload = Annotated[HoursClosing | Problem, strawberry.union("HoursClosingPayload")]


async def _close_hours_year(
    info: Info, school_year: SchoolYearName, new: Annotated[HoursYearCloseInput, _name], idempotency_key: Key
) -> schemas.HoursClosing | Problem:
    """Close a school year that is over 封账."""

    async def close(ctx: Context, body: schemas.HoursYearClose) -> object:
        return await service.close_year(ctx, _year(info, school_year), body)

    body = lambda: info.context.given(schemas.HoursYearClose, new)  # noqa: E731
    verb = f"closeHoursYear {school_year}"
    return await info.context.change_once(schemas.HoursClosing, body, close, verb=verb, key=idempotency_key)


async def _reopen_hours_year(
    info: Info, school_year: SchoolYearName, why: Annotated[HoursYearReopenInput, _name], idempotency_key: Key
) -> schemas.HoursClosing | Problem:
    """Open a closed school year again, with a reason 解封."""

    async def reopen(ctx: Context, body: schemas.HoursYearReopen) -> object:
        return await service.reopen_year(ctx, _year(info, school_year), body)

    body = lambda: info.context.given(schemas.HoursYearReopen, why)  # noqa: E731
    verb = f"reopenHoursYear {school_year}"
    return await info.context.change_once(schemas.HoursClosing, body, reopen, verb=verb, key=idempotency_key)


@strawberry.type
class Mutation:
    """What closes and opens years."""

    close_hours_year = field(Permission.HOURS_CLOSE_YEAR, _close_hours_year, HoursClosingPayload)
    reopen_hours_year = field(Permission.HOURS_REOPEN_YEAR, _reopen_hours_year, HoursClosingPayload)
