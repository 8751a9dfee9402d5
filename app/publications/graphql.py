"""GraphQL of publications."""

from collections.abc import Sequence
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
from app.access.graph_types import Node, field, input_of, output, output_of
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import NotFound
from app.core.pages import Page, PageRequest
from app.publications import schemas, service
from app.publications.queries import PublicationFilter
from app.publications.states import PublicationStatus

READ, SUBMIT, PUBLISH = (
    Permission.PUBLICATION_READ,
    Permission.PUBLICATION_SUBMIT,
    Permission.PUBLICATION_PUBLISH,
)
_name = strawberry.argument(name="input")


async def publications_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.Publication | None]:
    """Items (n,) -> answers (n,), None where missing."""
    return shown_many(schemas.Publication, await service.get_many(ctx, list(ids)))


@output(schemas.Publication)
class Publication(Node):
    """An item of the public account 信息发布."""


@output(schemas.PublicationReading)
class PublicationReading:
    """A count of readings 阅读量."""


async def _publication(info: Info, uuid: UUID) -> schemas.Publication:
    """One item 信息详情."""
    found = await info.context.loader(publications_by_ids).load(uuid)
    if found is None:
        raise NotFound
    return found


async def _publications(  # noqa: PLR0913, PLR0917 - one argument per filter
    info: Info,
    first: First = FIRST_DEFAULT,
    after: After = None,
    status: PublicationStatus | None = None,
    column_code: str | None = None,
    organisation_id: UUID | None = None,
    subject_id: UUID | None = None,
) -> Listed:
    """Items handed in and published, newest first 信息发布列表."""
    only = PublicationFilter(status, column_code, organisation_id, subject_id)

    async def find(ctx: Context, request: PageRequest) -> Page[AnyRow]:
        return await service.find(ctx, request, only)

    return await listed(info, schemas.Publication, find, first=first, after=after)


async def _publication_readings(info: Info, uuid: UUID, first: First = FIRST_DEFAULT, after: After = None) -> Listed:
    """How often an item had been read by which day, latest first 阅读量."""

    async def find(ctx: Context, request: PageRequest) -> Page[AnyRow]:
        return await service.readings(ctx, uuid, request)

    return await listed(info, schemas.PublicationReading, find, first=first, after=after)


async def _publication_month(info: Info, month: str, organisation_id: UUID) -> schemas.PublicationMonth:
    """What an organisation has out in a month, with bonus points, also by workshop and project 月度信息统计."""
    name = info.context.valid(schemas.Month, month, at="month")
    return await info.context.fetch(lambda ctx: service.month(ctx, organisation_id, name))


@strawberry.type
class Query:
    """What publications answer."""

    publication = field(READ, _publication, Publication | None)
    publications = field(READ, _publications, Connection[Publication] | None)
    publication_readings = field(READ, _publication_readings, Connection[PublicationReading] | None)
    publication_month = field(READ, _publication_month, output_of(schemas.PublicationMonth) | None)


@input_of(schemas.PublicationCreate)
class PublicationCreateInput:
    """Hand an item in for publication 报送信息."""


@input_of(schemas.PublicationPatch)
class PublicationPatchInput:
    """Changes of an item before it comes out 修改信息."""


@input_of(schemas.PublicationPublishing)
class PublicationPublishingInput:
    """Where and when an item came out 发布."""


@input_of(schemas.PublicationReason)
class PublicationReasonInput:
    """Why an item is sent back or taken down 退回、下架的理由."""


@input_of(schemas.PublicationReadingCreate)
class PublicationReadingCreateInput:
    """How often an item has been read by a day 阅读量."""


PublicationPayload = Annotated[Publication | Problem, strawberry.union("PublicationPayload")]
PublicationReadingPayload = Annotated[PublicationReading | Problem, strawberry.union("PublicationReadingPayload")]


async def _submit(info: Info, new: Annotated[PublicationCreateInput, _name]) -> schemas.Publication | Problem:
    """Hand an item in 报送信息."""
    graph = info.context
    return await graph.change(
        schemas.Publication, lambda ctx: service.submit(ctx, graph.given(schemas.PublicationCreate, new))
    )


async def _change(
    info: Info, uuid: UUID, patch: Annotated[PublicationPatchInput, _name]
) -> schemas.Publication | Problem:
    """Change an item before it comes out; one sent back is handed in again by it 修改信息."""
    graph = info.context

    async def act(ctx: Context) -> object:
        body = graph.given(schemas.PublicationPatch, patch)
        return await service.change(ctx, uuid, body, version=expected_version(body.etag))

    return await graph.change(schemas.Publication, act)


async def _publish(
    info: Info, uuid: UUID, how: Annotated[PublicationPublishingInput, _name]
) -> schemas.Publication | Problem:
    """Put an item out, with link and day; everybody named in it has consented 发布."""
    graph = info.context

    async def act(ctx: Context) -> object:
        body = graph.given(schemas.PublicationPublishing, how)
        return await service.publish(ctx, uuid, body, version=expected_version(body.etag))

    return await graph.change(schemas.Publication, act)


async def _return(
    info: Info, uuid: UUID, why: Annotated[PublicationReasonInput, _name]
) -> schemas.Publication | Problem:
    """Send an item back with a reason 退回."""
    graph = info.context

    async def act(ctx: Context) -> object:
        body = graph.given(schemas.PublicationReason, why)
        return await service.send_back(ctx, uuid, body, version=expected_version(body.etag))

    return await graph.change(schemas.Publication, act)


async def _retract(
    info: Info, uuid: UUID, why: Annotated[PublicationReasonInput, _name]
) -> schemas.Publication | Problem:
    """Take a published item down with a reason 下架."""
    graph = info.context

    async def act(ctx: Context) -> object:
        body = graph.given(schemas.PublicationReason, why)
        return await service.retract(ctx, uuid, body, version=expected_version(body.etag))

    return await graph.change(schemas.Publication, act)


async def _withdraw(info: Info, uuid: UUID, etag: Etag = None) -> schemas.Publication | Problem:
    """Take an item back before it comes out 撤回."""
    return await info.context.change(
        schemas.Publication, lambda ctx: service.withdraw(ctx, uuid, version=expected_version(etag))
    )


async def _record_reading(
    info: Info, uuid: UUID, new: Annotated[PublicationReadingCreateInput, _name]
) -> schemas.PublicationReading | Problem:
    """Write down how often an item has been read 登记阅读量."""
    graph = info.context
    return await graph.change(
        schemas.PublicationReading,
        lambda ctx: service.record_reading(ctx, uuid, graph.given(schemas.PublicationReadingCreate, new)),
    )


@strawberry.type
class Mutation:
    """What moves publications."""

    submit_publication = field(SUBMIT, _submit, PublicationPayload)
    change_publication = field(SUBMIT, _change, PublicationPayload)
    publish_publication = field(PUBLISH, _publish, PublicationPayload)
    return_publication = field(PUBLISH, _return, PublicationPayload)
    retract_publication = field(PUBLISH, _retract, PublicationPayload)
    withdraw_publication = field(SUBMIT, _withdraw, PublicationPayload)
    record_publication_reading = field(PUBLISH, _record_reading, PublicationReadingPayload)


NODES = {"Publication": publications_by_ids}
