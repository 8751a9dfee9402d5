"""Files of outputs 成果材料: seen where the output is, also by its guides and, once published, by everybody. [A5.10]"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.archive import service as archive
from app.archive.states import Draft, FileLimits
from app.core.db import AnyRow
from app.core.errors import Conflict
from app.core.pages import Page, PageRequest
from app.practice.queries import outputs as queries
from app.practice.service import checks
from app.practice.states import OUTPUT_OPEN

OWNER: Final = "practice_output"
"""The kind of record under which the archive knows outputs."""


async def attach_output_file(ctx: Context, output_id: UUID, draft: Draft, limits: FileLimits) -> AnyRow:
    """Hang an upload on an output that is not marked yet 上传成果材料. [A2.4]"""
    ctx.require(Permission.PRACTICE_SUBMIT)
    row = checks.found(await queries.by_id(ctx, output_id, lock=True))
    ctx.require(Permission.PRACTICE_SUBMIT, on=checks.place_of(row))
    if row.status not in OUTPUT_OPEN:
        raise Conflict("PRACTICE_OUTPUT_CLOSED", "成果已评定或撤回，不能再上传材料。", status=row.status)
    return await archive.attach(ctx, _reference(row, Permission.FILE_ATTACH), draft, limits)


async def output_files(ctx: Context, request: PageRequest, output_id: UUID) -> Page[AnyRow]:
    """Files of an output, oldest first 成果材料列表 [A2.4]."""
    ctx.require(Permission.PRACTICE_READ)
    row = checks.found(await queries.by_id(ctx, output_id))
    return await archive.find(ctx, _reference(row, Permission.PRACTICE_READ), request)


async def outputs_with_files(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Outputs (n,) -> rows (n,) for the archive."""
    ctx.require(Permission.FILE_READ)
    return await queries.by_ids(ctx, ids)


def _reference(row: AnyRow, permission: Permission) -> archive.Reference:
    return archive.Reference(OWNER, row.id, checks.place_of(row), permission)
