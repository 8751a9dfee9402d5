"""GraphQL of publications."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.graph import Info, shown_many
from app.access.graph_types import Node, field, output, output_of
from app.access.graph_verbs import pages, record, verb
from app.access.permissions import Permission
from app.publications import schemas, service
from app.publications.queries import PublicationFilter

READ, SUBMIT, PUBLISH = (
    Permission.PUBLICATION_READ,
    Permission.PUBLICATION_SUBMIT,
    Permission.PUBLICATION_PUBLISH,
)
Item, Reading = schemas.Publication, schemas.PublicationReading


async def publications_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.Publication | None]:
    """One item 信息详情."""
    return shown_many(schemas.Publication, await service.get_many(ctx, list(ids)))


@output(schemas.Publication)
class Publication(Node):
    """An item of the public account 信息发布."""


async def _publication_month(info: Info, month: str, organisation_id: UUID) -> schemas.PublicationMonth:
    """What an organisation has out in a month, with bonus points, also by workshop and project 月度信息统计."""
    name = info.context.valid(schemas.Month, month, at="month")
    return await info.context.fetch(lambda ctx: service.month(ctx, organisation_id, name))


@strawberry.type
class Query:
    """What publications answer."""

    publication = record(READ, publications_by_ids, Item)
    publications = pages(READ, service.find, Item, only=PublicationFilter)
    publication_readings = pages(READ, service.readings, Reading, at=("uuid",))
    publication_month = field(READ, _publication_month, output_of(schemas.PublicationMonth) | None)


@strawberry.type
class Mutation:
    """What moves publications."""

    submit_publication = verb(SUBMIT, service.submit, schemas.PublicationCreate, Item, at=())
    change_publication = verb(SUBMIT, service.change, schemas.PublicationPatch, Item)
    publish_publication = verb(PUBLISH, service.publish, schemas.PublicationPublishing, Item)
    return_publication = verb(PUBLISH, service.send_back, schemas.PublicationReason, Item)
    retract_publication = verb(PUBLISH, service.retract, schemas.PublicationReason, Item)
    withdraw_publication = verb(SUBMIT, service.withdraw, None, Item)
    record_publication_reading = verb(PUBLISH, service.record_reading, schemas.PublicationReadingCreate, Reading)


NODES = {"Publication": publications_by_ids}
