"""GraphQL of files: what is known about them; content and uploads go over REST only."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.doors import expected_version
from app.access.graph import Info, Problem, shown_many
from app.access.graph_types import Node, field, input_of, output
from app.access.permissions import Permission
from app.archive import schemas, service
from app.core.errors import NotFound

READ = Permission.FILE_READ


async def files_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.File | None]:
    """Files (n,) -> answers (n,), None where missing."""
    return shown_many(schemas.File, await service.get_many(ctx, ids))


@output(schemas.File)
class File(Node):
    """An archived file 过程档案; its content is on REST: /v1/files/{uuid}/content."""


async def _file(info: Info, uuid: UUID) -> schemas.File:
    """One file without its content 档案信息."""
    found = await info.context.loader(files_by_ids).load(uuid)
    if found is None:
        raise NotFound
    return found


@strawberry.type
class Query:
    """What the archive answers."""

    file = field(READ, _file, File | None)


@input_of(schemas.FileHide)
class FileHideInput:
    """Why a file is hidden 隐藏理由."""


async def _hide_file(
    info: Info, uuid: UUID, why: Annotated[FileHideInput, strawberry.argument(name="input")]
) -> schemas.File | Problem:
    """Hide a file with a reason; nothing is deleted 隐藏档案."""

    async def hide(ctx: Context) -> object:
        body = info.context.given(schemas.FileHide, why)
        return await service.hide(ctx, uuid, body.reason, version=expected_version(body.etag))

    return await info.context.change(schemas.File, hide)


FilePayload = Annotated[File | Problem, strawberry.union("FilePayload")]


@strawberry.type
class Mutation:
    """What changes files."""

    hide_file = field(Permission.FILE_HIDE, _hide_file, FilePayload)


NODES = {"File": files_by_ids}
