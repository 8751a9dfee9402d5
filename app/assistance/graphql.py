"""GraphQL of school titles and assistance pairs."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry

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
    Problem,
    listed,
    shown_many,
)
from app.access.graph_types import field, input_of, output, output_of
from app.access.permissions import Permission
from app.assistance import schemas, service
from app.assistance.queries import PAIRS, TITLES, AssistanceFilter, Table
from app.assistance.states import AssistanceStatus, TitleKind
from app.core.db import AnyRow
from app.core.errors import NotFound
from app.core.pages import Page, PageRequest

READ, RECOMMEND, SET = Permission.ASSISTANCE_READ, Permission.ASSISTANCE_RECOMMEND, Permission.ASSISTANCE_SET
_name = strawberry.argument(name="input")


async def titles_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.SchoolTitle | None]:
    """Titles (n,) -> answers (n,), None where missing."""
    return shown_many(schemas.SchoolTitle, await service.get_many(ctx, TITLES, list(ids)))


async def pairs_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.AssistancePair | None]:
    """Pairs (n,) -> answers (n,), None where missing."""
    return shown_many(schemas.AssistancePair, await service.get_many(ctx, PAIRS, list(ids)))


@output(schemas.SchoolTitle)
class SchoolTitle:
    """A title of a school 学校称号."""


@output(schemas.AssistancePair)
class AssistancePair:
    """An assistance pair 结对帮扶, with what the rules say of it."""


async def _school_title(info: Info, uuid: UUID) -> schemas.SchoolTitle:
    """One title of a school 学校称号详情."""
    found = await info.context.loader(titles_by_ids).load(uuid)
    if found is None:
        raise NotFound
    return found


async def _assistance_pair(info: Info, uuid: UUID) -> schemas.AssistancePair:
    """One pair 结对帮扶详情."""
    found = await info.context.loader(pairs_by_ids).load(uuid)
    if found is None:
        raise NotFound
    return found


async def _school_title_standing(info: Info, uuid: UUID) -> schemas.AssistanceStanding:
    """How many schools the holder helps today, against the figures of the text 帮扶情况."""
    return await info.context.fetch(lambda ctx: service.standing(ctx, uuid))


async def _school_titles(  # noqa: PLR0913, PLR0917 - one argument per filter
    info: Info,
    first: First = FIRST_DEFAULT,
    after: After = None,
    kind: TitleKind | None = None,
    status: AssistanceStatus | None = None,
    school_id: UUID | None = None,
    on: date | None = None,
) -> Listed:
    """Titles of schools, past ones too, newest first; `on`: held on that day 学校称号列表."""
    return await _listed(info, TITLES, AssistanceFilter(kind, status, school_id, on), first, after)


async def _assistance_pairs(  # noqa: PLR0913, PLR0917 - one argument per filter
    info: Info,
    first: First = FIRST_DEFAULT,
    after: After = None,
    kind: TitleKind | None = None,
    status: AssistanceStatus | None = None,
    school_id: UUID | None = None,
    on: date | None = None,
) -> Listed:
    """Pairs, past ones too, newest first; `school_id`: on either side 结对帮扶列表."""
    return await _listed(info, PAIRS, AssistanceFilter(kind, status, school_id, on), first, after)


async def _listed(info: Info, table: Table, only: AssistanceFilter, first: int, after: str | None) -> Listed:
    schema = schemas.SchoolTitle if table is TITLES else schemas.AssistancePair

    async def find(ctx: Context, request: PageRequest) -> Page[AnyRow]:
        return await service.find(ctx, table, request, only)

    return await listed(info, schema, find, first=first, after=after)


@strawberry.type
class Query:
    """What school titles and assistance pairs answer."""

    school_title = field(READ, _school_title, SchoolTitle | None)
    school_titles = field(READ, _school_titles, Connection[SchoolTitle] | None)
    school_title_standing = field(READ, _school_title_standing, output_of(schemas.AssistanceStanding) | None)
    assistance_pair = field(READ, _assistance_pair, AssistancePair | None)
    assistance_pairs = field(READ, _assistance_pairs, Connection[AssistancePair] | None)


@input_of(schemas.SchoolTitleCreate)
class SchoolTitleCreateInput:
    """Recommend a school for a title 推荐学校称号."""


@input_of(schemas.AssistancePairCreate)
class AssistancePairCreateInput:
    """Recommend that the holder of a title helps a school 推荐结对帮扶."""


@input_of(schemas.AssistanceRefusal)
class AssistanceRefusalInput:
    """Why what was recommended is not set 不予审定的理由."""


@input_of(schemas.AssistanceEnding)
class AssistanceEndingInput:
    """Why and when a title or a pair ends before its time 终止."""


SchoolTitlePayload = Annotated[SchoolTitle | Problem, strawberry.union("SchoolTitlePayload")]
AssistancePairPayload = Annotated[AssistancePair | Problem, strawberry.union("AssistancePairPayload")]


async def _recommend_title(info: Info, new: Annotated[SchoolTitleCreateInput, _name]) -> schemas.SchoolTitle | Problem:
    """Recommend a school for a title 推荐学校称号."""
    graph = info.context
    return await graph.change(
        schemas.SchoolTitle, lambda ctx: service.recommend_title(ctx, graph.given(schemas.SchoolTitleCreate, new))
    )


async def _recommend_pair(
    info: Info, new: Annotated[AssistancePairCreateInput, _name]
) -> schemas.AssistancePair | Problem:
    """Recommend that the holder of a title helps a school 推荐结对帮扶."""
    graph = info.context
    return await graph.change(
        schemas.AssistancePair, lambda ctx: service.recommend_pair(ctx, graph.given(schemas.AssistancePairCreate, new))
    )


async def _confirm_title(info: Info, uuid: UUID, etag: Etag = None) -> schemas.SchoolTitle | Problem:
    """Set a title 审定称号; never by the person who recommended it."""
    return await info.context.change(
        schemas.SchoolTitle, lambda ctx: service.confirm(ctx, TITLES, uuid, version=expected_version(etag))
    )


async def _confirm_pair(info: Info, uuid: UUID, etag: Etag = None) -> schemas.AssistancePair | Problem:
    """Set a pair 审定结对; never by the person who recommended it."""
    return await info.context.change(
        schemas.AssistancePair, lambda ctx: service.confirm(ctx, PAIRS, uuid, version=expected_version(etag))
    )


async def _refuse_title(
    info: Info, uuid: UUID, why: Annotated[AssistanceRefusalInput, _name]
) -> schemas.SchoolTitle | Problem:
    """Do not set a title, with a reason 不予审定."""
    return await info.context.change(schemas.SchoolTitle, lambda ctx: _refused(ctx, info, TITLES, uuid, why))


async def _refuse_pair(
    info: Info, uuid: UUID, why: Annotated[AssistanceRefusalInput, _name]
) -> schemas.AssistancePair | Problem:
    """Do not set a pair, with a reason 不予审定."""
    return await info.context.change(schemas.AssistancePair, lambda ctx: _refused(ctx, info, PAIRS, uuid, why))


async def _refused(ctx: Context, info: Info, table: Table, uuid: UUID, why: AssistanceRefusalInput) -> AnyRow:
    body = info.context.given(schemas.AssistanceRefusal, why)
    return await service.refuse(ctx, table, uuid, body, version=expected_version(body.etag))


async def _end_title(
    info: Info, uuid: UUID, why: Annotated[AssistanceEndingInput, _name]
) -> schemas.SchoolTitle | Problem:
    """End a title before its time 终止称号."""
    return await info.context.change(schemas.SchoolTitle, lambda ctx: _ended(ctx, info, TITLES, uuid, why))


async def _end_pair(
    info: Info, uuid: UUID, why: Annotated[AssistanceEndingInput, _name]
) -> schemas.AssistancePair | Problem:
    """End a pair before its time 终止结对."""
    return await info.context.change(schemas.AssistancePair, lambda ctx: _ended(ctx, info, PAIRS, uuid, why))


async def _ended(ctx: Context, info: Info, table: Table, uuid: UUID, why: AssistanceEndingInput) -> AnyRow:
    body = info.context.given(schemas.AssistanceEnding, why)
    return await service.end(ctx, table, uuid, body, version=expected_version(body.etag))


@strawberry.type
class Mutation:
    """What sets school titles and assistance pairs."""

    recommend_school_title = field(RECOMMEND, _recommend_title, SchoolTitlePayload)
    confirm_school_title = field(SET, _confirm_title, SchoolTitlePayload)
    refuse_school_title = field(SET, _refuse_title, SchoolTitlePayload)
    end_school_title = field(SET, _end_title, SchoolTitlePayload)
    recommend_assistance_pair = field(RECOMMEND, _recommend_pair, AssistancePairPayload)
    confirm_assistance_pair = field(SET, _confirm_pair, AssistancePairPayload)
    refuse_assistance_pair = field(SET, _refuse_pair, AssistancePairPayload)
    end_assistance_pair = field(SET, _end_pair, AssistancePairPayload)
