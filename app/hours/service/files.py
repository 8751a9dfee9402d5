"""Evidence of ledger entries 学时的过程档案: the files that stand behind a manual posting. [A5.10]"""

from collections.abc import Sequence
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.archive import service as archive
from app.archive.states import Draft, FileLimits
from app.core.db import AnyRow
from app.core.errors import NotFound
from app.core.pages import Page, PageRequest
from app.hours import queries

OWNER = "hours_entry"
"""The kind of record under which the archive knows ledger entries."""


async def attach_file(ctx: Context, entry_id: UUID, draft: Draft, limits: FileLimits) -> AnyRow:
    """Hang an upload on an entry; NotFound where the entry is outside the scope."""
    ctx.require(Permission.FILE_ATTACH)
    return await archive.attach(ctx, await _entry(ctx, entry_id, Permission.FILE_ATTACH), draft, limits)


async def files(ctx: Context, entry_id: UUID, request: PageRequest) -> Page[AnyRow]:
    """Files of an entry, oldest first."""
    ctx.require(Permission.FILE_READ)
    return await archive.find(ctx, await _entry(ctx, entry_id, Permission.FILE_READ), request)


async def files_to_pack(ctx: Context, entry_id: UUID) -> Sequence[AnyRow]:
    """All files of an entry, for one zip."""
    ctx.require(Permission.FILE_READ)
    return await archive.packable(ctx, await _entry(ctx, entry_id, Permission.FILE_READ))


async def files_of_entries(ctx: Context, ids: Sequence[UUID], limit: int) -> list[list[AnyRow]]:
    """The first files of each entry (n,) -> (n,), empty where the entry is outside the scope."""
    ctx.require(Permission.FILE_READ)
    return await archive.of_records(ctx, OWNER, ids, limit)


async def _entry(ctx: Context, entry_id: UUID, permission: Permission) -> archive.Reference:
    ctx.require(Permission.HOURS_READ)
    entry = await queries.by_id(ctx, entry_id)
    if entry is None:
        raise NotFound
    return archive.Reference(OWNER, entry_id, Place(entry.school_id, entry.teacher_id), permission)
