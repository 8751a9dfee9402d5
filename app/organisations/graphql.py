"""GraphQL of organisations, school years and regions."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Annotated
from uuid import UUID

import strawberry
from pydantic import Field

from app.access.context import Context
from app.access.doors import expected_version
from app.access.graph import (
    FIRST_DEFAULT,
    After,
    Connection,
    Etag,
    First,
    Info,
    Listed,
    Loaded,
    Problem,
    listed,
    shown,
    shown_many,
)
from app.access.graph_types import STATEMENT_WEIGHT, Node, field, input_of, output, output_of
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import NotFound
from app.core.pages import Page, PageRequest
from app.organisations import schemas, service
from app.organisations.states import OrganisationKind, OrganisationStatus
from app.policy.school_year import SchoolYear

READ, CHANGE, READ_YEAR = Permission.ORGANISATION_READ, Permission.ORGANISATION_CHANGE, Permission.SCHOOL_YEAR_READ
Search = Annotated[str, Field(max_length=50)] | None
SchoolYearName = Annotated[str, strawberry.argument(description="学年，如 2026-2027")]


async def organisations_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.Organisation | None]:
    """Organisations (n,) -> answers (n,), None where missing."""
    return shown_many(schemas.Organisation, await service.get_many(ctx, ids))


_PARENT = Loaded(organisations_by_ids, attrgetter("parent_id"))


async def _parent(root: strawberry.Parent[schemas.Organisation], info: Info) -> schemas.Organisation | None:
    """The organisation above 上级机构."""
    found: schemas.Organisation | None = await info.context.load(_PARENT, root)
    return found


async def _children(
    root: strawberry.Parent[schemas.Organisation], info: Info, first: First = FIRST_DEFAULT, after: After = None
) -> Listed:
    """Organisations right below, by name 下级机构."""
    return await _list(info, first, after, parent_id=root.id)


@output(schemas.Organisation)
class Organisation(Node):
    """An organisation 机构."""

    parent = field(READ, _parent, "Organisation | None", loaded=_PARENT)
    children = field(READ, _children, "Connection[Organisation] | None", weight=STATEMENT_WEIGHT)


async def _organisation(info: Info, uuid: UUID) -> schemas.Organisation:
    """One organisation 机构详情."""
    found = await info.context.loader(organisations_by_ids).load(uuid)
    if found is None:
        raise NotFound
    return found


async def _organisations(  # noqa: PLR0913, PLR0917 - one argument per filter
    info: Info,
    first: First = FIRST_DEFAULT,
    after: After = None,
    kind: OrganisationKind | None = None,
    parent_id: UUID | None = None,
    status: OrganisationStatus | None = None,
    q: Annotated[str | None, strawberry.argument(description="名称的一部分，或完整代码")] = None,
) -> Listed:
    """Organisations by name 机构列表."""
    text = info.context.valid(Search, q, at="q")
    return await _list(info, first, after, kind=kind, parent_id=parent_id, status=status, text=text)


async def _list(info: Info, first: int, after: str | None, **only: object) -> Listed:
    filters = {"kind": None, "parent_id": None, "status": None, "text": None} | only

    async def find(ctx: Context, request: PageRequest) -> Page[AnyRow]:
        return await service.find(ctx, request, **filters)

    return await listed(info, schemas.Organisation, find, first=first, after=after)


async def _school_years(info: Info) -> list[schemas.SchoolYearCalendar]:
    """School calendars, newest first 学年校历."""
    return await info.context.fetch(service.school_years)


async def _school_year(info: Info, school_year: SchoolYearName) -> schemas.SchoolYearCalendar:
    """One school calendar with weeks and due days 学年校历."""
    year = SchoolYear.parse(info.context.valid(schemas.YearName, school_year, at="school_year"))
    return await info.context.fetch(lambda ctx: service.school_year(ctx, year))


async def _region(info: Info) -> schemas.Region:
    """The caller's region 本区域: no request crosses regions."""
    return shown(schemas.Region, await info.context.fetch(service.region))


@output(schemas.SchoolYearCalendar)
class Calendar:
    """A school year 学年 with its terms and weeks, and the due day of school plans [A5.7.3]."""


@strawberry.type
class Query:
    """What organisations answer."""

    organisation = field(READ, _organisation, Organisation | None)
    organisations = field(READ, _organisations, Connection[Organisation] | None)
    school_year = field(READ_YEAR, _school_year, Calendar | None)
    school_years = field(READ_YEAR, _school_years, list[Calendar] | None)
    region = field(READ, _region, output_of(schemas.Region) | None)


@input_of(schemas.OrganisationCreate)
class OrganisationCreateInput:
    """A new organisation 新增机构."""


@input_of(schemas.OrganisationPatch)
class OrganisationPatchInput:
    """Changes of an organisation 修改机构; absent fields stay, null clears."""


@input_of(schemas.SchoolYearWrite)
class SchoolYearInput:
    """The calendar of a school year 学年校历."""


Create = Annotated[OrganisationCreateInput, strawberry.argument(name="input")]
Patch = Annotated[OrganisationPatchInput, strawberry.argument(name="input")]
YearWrite = Annotated[SchoolYearInput, strawberry.argument(name="input")]


async def _create_organisation(info: Info, new: Create) -> schemas.Organisation | Problem:
    """Add an organisation 新增机构."""
    graph = info.context
    return await graph.change(
        schemas.Organisation, lambda ctx: service.create(ctx, graph.given(schemas.OrganisationCreate, new))
    )


async def _change_organisation(info: Info, uuid: UUID, patch: Patch) -> schemas.Organisation | Problem:
    """Change facts of an organisation 修改机构."""
    graph = info.context

    async def change(ctx: Context) -> object:
        body = graph.given(schemas.OrganisationPatch, patch)
        return await service.change(ctx, uuid, body, version=expected_version(body.etag))

    return await graph.change(schemas.Organisation, change)


async def _close_organisation(info: Info, uuid: UUID, etag: Etag = None) -> schemas.Organisation | Problem:
    """Close an organisation that is empty 撤并机构."""
    return await info.context.change(
        schemas.Organisation, lambda ctx: service.close(ctx, uuid, version=expected_version(etag))
    )


async def _reopen_organisation(info: Info, uuid: UUID, etag: Etag = None) -> schemas.Organisation | Problem:
    """Open a closed organisation again 恢复机构."""
    return await info.context.change(
        schemas.Organisation, lambda ctx: service.reopen(ctx, uuid, version=expected_version(etag))
    )


async def _put_school_year(
    info: Info, school_year: SchoolYearName, days: YearWrite, etag: Etag = None
) -> schemas.SchoolYearCalendar | Problem:
    """Set a school calendar 设置学年校历."""
    graph = info.context

    async def put(ctx: Context) -> object:
        year = SchoolYear.parse(graph.valid(schemas.YearName, school_year, at="school_year"))
        body = graph.given(schemas.SchoolYearWrite, days)
        return await service.put_school_year(ctx, year, body, version=expected_version(etag))

    return await graph.change(schemas.SchoolYearCalendar, put)


OrganisationPayload = Annotated[Organisation | Problem, strawberry.union("OrganisationPayload")]
SchoolYearPayload = Annotated[Calendar | Problem, strawberry.union("SchoolYearPayload")]


@strawberry.type
class Mutation:
    """What changes organisations."""

    create_organisation = field(CHANGE, _create_organisation, OrganisationPayload)
    change_organisation = field(CHANGE, _change_organisation, OrganisationPayload)
    close_organisation = field(CHANGE, _close_organisation, OrganisationPayload)
    reopen_organisation = field(CHANGE, _reopen_organisation, OrganisationPayload)
    put_school_year = field(Permission.SCHOOL_YEAR_CHANGE, _put_school_year, SchoolYearPayload)


NODES = {"Organisation": organisations_by_ids}
