"""Records, pictures and recordings of activities 活动材料. [A5.10]"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.archive import service as archive
from app.archive.states import Draft, FileLimits
from app.core.db import AnyRow
from app.core.errors import Conflict
from app.core.pages import Page, PageRequest
from app.school_research.queries import activities
from app.school_research.service.plan_checks import found
from app.school_research.states import ResearchActivityStatus

OWNER: Final = "research_activity"
"""The kind of record under which the archive knows activities."""


async def attach_activity_file(ctx: Context, activity_id: UUID, draft: Draft, limits: FileLimits) -> AnyRow:
    """Hang an upload on an activity, also after its hours are claimed; not on one that was cancelled."""
    ctx.require(Permission.RESEARCH_ACTIVITY_RECORD)
    ctx.require(Permission.RESEARCH_ACTIVITY_READ)
    row = found(await activities.by_id(ctx, activity_id, lock=True))
    ctx.require(Permission.RESEARCH_ACTIVITY_RECORD, on=Place(row.school_id))
    if row.status != ResearchActivityStatus.OPEN:
        raise Conflict("RESEARCH_ACTIVITY_CLOSED", "活动已作废，不能再上传材料。", status=row.status)
    return await archive.attach(ctx, _reference(row, Permission.FILE_ATTACH), draft, limits)


async def activity_files(ctx: Context, activity_id: UUID, request: PageRequest) -> Page[AnyRow]:
    """Files of an activity, oldest first."""
    ctx.require(Permission.RESEARCH_ACTIVITY_READ)
    row = found(await activities.by_id(ctx, activity_id))
    return await archive.find(ctx, _reference(row, Permission.RESEARCH_ACTIVITY_READ), request)


async def activity_files_to_pack(ctx: Context, activity_id: UUID) -> Sequence[AnyRow]:
    """All files of an activity, for one zip."""
    ctx.require(Permission.RESEARCH_ACTIVITY_READ)
    row = found(await activities.by_id(ctx, activity_id))
    return await archive.packable(ctx, _reference(row, Permission.RESEARCH_ACTIVITY_READ))


async def files_of_activities(ctx: Context, ids: Sequence[UUID], limit: int) -> list[list[AnyRow]]:
    """The first files of each activity (n,) -> (n,), empty where it is outside the scope."""
    ctx.require(Permission.FILE_READ)
    return await archive.of_records(ctx, OWNER, ids, limit)


async def activities_with_files(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Activities (n,) -> rows (n,) for the archive."""
    ctx.require(Permission.FILE_READ)
    return await activities.by_ids(ctx, ids)


def _reference(row: AnyRow, permission: Permission) -> archive.Reference:
    return archive.Reference(OWNER, row.id, Place(row.school_id), permission)
