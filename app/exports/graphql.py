"""GraphQL of exports; the bytes of a file are had over REST (`links.content`)."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.doors import version_of
from app.access.graph import FIRST_DEFAULT, After, Connection, First, Info, Listed, Problem, listed
from app.access.graph_types import Node, field, input_of, output, output_of
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import NotFound
from app.core.pages import Page, PageRequest
from app.core.schemas import Patch
from app.exports import schemas, service
from app.exports.states import ExportStatus

CREATE, APPROVE = Permission.EXPORT_CREATE, Permission.EXPORT_APPROVE
Key = Annotated[str, strawberry.argument(description="每个新请求一个新值（例如 UUID）；重试时沿用原值")]
_name = strawberry.argument(name="input")


async def exports_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.Export | None]:
    """Exports (n,) -> answers (n,), None where missing."""
    return await service.get_many(ctx, ids)


@output(schemas.Export)
class Export(Node):
    """An export 导出; the file itself is had over REST at links.content."""


async def _export_kinds(info: Info) -> list[schemas.ExportKindOut]:
    """What the caller may export 导出种类."""
    return await info.context.fetch(service.kinds)


async def _export(info: Info, uuid: UUID) -> schemas.Export:
    """One export 导出."""
    found = await info.context.loader(exports_by_ids).load(uuid)
    if found is None:
        raise NotFound
    return found


async def _exports(
    info: Info,
    first: First = FIRST_DEFAULT,
    after: After = None,
    kind: str | None = None,
    status: ExportStatus | None = None,
    is_own: bool = False,  # noqa: FBT001, FBT002 - an argument of GraphQL
) -> Listed:
    """Exports one asked for or may decide about, newest first 导出列表."""

    async def find(ctx: Context, request: PageRequest) -> Page[AnyRow]:
        return await service.find(ctx, request, kind=kind, status=status, is_own=is_own)

    return await listed(info, schemas.Export, find, first=first, after=after)


@strawberry.type
class Query:
    """What exports answer."""

    export_kinds = field(CREATE, _export_kinds, list[output_of(schemas.ExportKindOut)] | None)  # type: ignore[misc]  # made at run time
    export = field(CREATE, _export, Export | None)
    exports = field(CREATE, _exports, Connection[Export] | None)


@input_of(schemas.ExportCreate)
class ExportCreateInput:
    """What is to be exported, and what for 申请导出."""


@input_of(schemas.ExportApproval)
class ExportApprovalInput:
    """Let an export be written 同意导出."""


@input_of(schemas.ExportRefusal)
class ExportRefusalInput:
    """Why an export is not to be written 不同意导出."""


ExportPayload = Annotated[Export | Problem, strawberry.union("ExportPayload")]


async def _create(
    info: Info, new: Annotated[ExportCreateInput, _name], idempotency_key: Key
) -> schemas.Export | Problem:
    """Ask for a file: up to 500 rows are ready at once, more need a second person 申请导出."""

    async def act(ctx: Context, body: schemas.ExportCreate) -> object:
        if body.is_unmasked:
            info.context.door.take("unmask")
        return await service.create(ctx, body, info.context.door.storage)

    body = lambda: info.context.given(schemas.ExportCreate, new)  # noqa: E731
    return await info.context.change_once(schemas.Export, body, act, verb="createExport", key=idempotency_key)


async def _approve(
    info: Info, uuid: UUID, given: Annotated[ExportApprovalInput, _name], idempotency_key: Key
) -> schemas.Export | Problem:
    """Let an export be written 同意导出."""

    async def act(ctx: Context, body: schemas.ExportApproval) -> object:
        return await service.approve(ctx, uuid, version=_version(body))

    return await _decided(info, schemas.ExportApproval, given, act, verb=f"approveExport {uuid}", key=idempotency_key)


async def _refuse(
    info: Info, uuid: UUID, why: Annotated[ExportRefusalInput, _name], idempotency_key: Key
) -> schemas.Export | Problem:
    """Do not let an export be written 不同意导出."""

    async def act(ctx: Context, body: schemas.ExportRefusal) -> object:
        return await service.refuse(ctx, uuid, body, version=_version(body))

    return await _decided(info, schemas.ExportRefusal, why, act, verb=f"refuseExport {uuid}", key=idempotency_key)


async def _decided(
    info: Info, schema: Any, given: object, act: Callable[[Context, Any], Awaitable[object]], **once: str
) -> schemas.Export | Problem:
    return await info.context.change_once(schemas.Export, lambda: info.context.given(schema, given), act, **once)


def _version(body: Patch) -> int | None:
    return version_of(body.etag) if body.etag else None


@strawberry.type
class Mutation:
    """What asks for exports and decides about them."""

    create_export = field(CREATE, _create, ExportPayload)
    approve_export = field(APPROVE, _approve, ExportPayload)
    refuse_export = field(APPROVE, _refuse, ExportPayload)


NODES = {"Export": exports_by_ids}
