"""Evidence of entries and of school sheets 学时的过程档案: what stands behind a posting or a claim. [A5.10]"""

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
from app.hours.queries import submissions
from app.hours.service import sheet_checks as checks

OWNER, SHEET = "hours_entry", "hours_submission"
"""The kinds of record under which the archive knows ledger entries and school sheets."""


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


async def attach_submission_file(ctx: Context, submission_id: UUID, draft: Draft, limits: FileLimits) -> AnyRow:
    """Hang an upload on a sheet while its lines may change; Conflict 409 HOURS_SUBMISSION_CLOSED afterwards. [A5.10]"""
    ctx.require(Permission.SUBMISSION_FILE)
    # Held: a sheet that is being handed in takes nothing more, whichever of the two comes first.
    row = await checks.held(ctx, submission_id, Permission.SUBMISSION_FILE, version=None)
    return await archive.attach(ctx, _sheet(row, Permission.FILE_ATTACH), draft, limits)


async def submission_files(ctx: Context, submission_id: UUID, request: PageRequest) -> Page[AnyRow]:
    """Files of a sheet, oldest first."""
    ctx.require(Permission.FILE_READ)
    return await archive.find(ctx, _sheet(await checks.shown(ctx, submission_id), Permission.FILE_READ), request)


async def submission_files_to_pack(ctx: Context, submission_id: UUID) -> Sequence[AnyRow]:
    """All files of a sheet, for one zip."""
    ctx.require(Permission.FILE_READ)
    return await archive.packable(ctx, _sheet(await checks.shown(ctx, submission_id), Permission.FILE_READ))


async def files_of_submissions(ctx: Context, ids: Sequence[UUID], limit: int) -> list[list[AnyRow]]:
    """The first files of each sheet (n,) -> (n,), empty where the sheet is outside the scope."""
    ctx.require(Permission.FILE_READ)
    return await archive.of_records(ctx, SHEET, ids, limit)


async def submissions_with_files(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Sheets (n,) -> rows (n,) for the archive; to whom sheets are closed, their files are missing like any other's."""
    ctx.require(Permission.FILE_READ)
    if ctx.principal.grant(Permission.SUBMISSION_READ) is None:
        return [None] * len(ids)
    return await submissions.by_ids(ctx, ids)


def _sheet(row: AnyRow, permission: Permission) -> archive.Reference:
    return archive.Reference(SHEET, row.id, checks.place_of(row), permission)


async def _entry(ctx: Context, entry_id: UUID, permission: Permission) -> archive.Reference:
    ctx.require(Permission.HOURS_READ)
    entry = await queries.by_id(ctx, entry_id)
    if entry is None:
        raise NotFound
    return archive.Reference(OWNER, entry_id, Place(entry.school_id, entry.teacher_id), permission)
