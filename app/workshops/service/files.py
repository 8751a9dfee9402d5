"""Records and media of activities 活动过程档案. [A6.6b] [A6.R]"""

from collections.abc import Sequence
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.archive import service as archive
from app.archive.states import Draft, FileLimits
from app.core.db import AnyRow
from app.core.pages import Page, PageRequest
from app.workshops.queries import activities
from app.workshops.service import checks

OWNER = "workshop_activity"
"""The kind of record under which the archive knows activities."""


async def attach_activity_file(
    ctx: Context, workshop_id: UUID, activity_id: UUID, draft: Draft, limits: FileLimits
) -> AnyRow:
    """Hang an upload on an activity; NotFound outside the scope."""
    ctx.require(Permission.WORKSHOP_RUN)
    reference = await _activity(ctx, workshop_id, activity_id, Permission.WORKSHOP_RUN)
    return await archive.attach(ctx, reference, draft, limits)


async def find_activity_files(ctx: Context, request: PageRequest, workshop_id: UUID, activity_id: UUID) -> Page[AnyRow]:
    """Files of an activity, oldest first 活动材料."""
    ctx.require(Permission.FILE_READ)
    return await archive.find(ctx, await _activity(ctx, workshop_id, activity_id, Permission.FILE_READ), request)


async def activity_files_to_pack(ctx: Context, workshop_id: UUID, activity_id: UUID) -> Sequence[AnyRow]:
    """All files of an activity, for one zip."""
    ctx.require(Permission.FILE_READ)
    return await archive.packable(ctx, await _activity(ctx, workshop_id, activity_id, Permission.FILE_READ))


async def activities_seen(ctx: Context, ids: Sequence[UUID]) -> Sequence[AnyRow | None]:
    """Activities (n,) -> rows (n,), None where missing or outside the scope: the archive asks."""
    ctx.require(Permission.WORKSHOP_READ)
    return await activities.seen(ctx, ids)


async def _activity(ctx: Context, workshop_id: UUID, activity_id: UUID, permission: Permission) -> archive.Reference:
    row = await checks.shown(ctx, workshop_id)
    checks.found(await activities.by_id(ctx, row.id, activity_id))
    return archive.Reference(OWNER, activity_id, checks.place_of(row), permission)
