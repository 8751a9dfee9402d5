"""What the archive adds to ledger entries and school sheets in GraphQL."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.graph import First, Info, checked_first, shown_many
from app.access.graph_types import extend, field
from app.access.permissions import Permission
from app.archive import schemas as archive_schemas
from app.archive.graphql import File
from app.hours import schemas, service
from app.hours.graphql.ledger import HoursEntry
from app.hours.graphql.submissions import HoursSubmission

FIRST = 20


async def _files_of_entries(ctx: Context, ids: Sequence[UUID], limit: int) -> list[list[Any]]:
    return [shown_many(archive_schemas.File, rows) for rows in await service.files_of_entries(ctx, ids, limit)]


async def _files_of_submissions(ctx: Context, ids: Sequence[UUID], limit: int) -> list[list[Any]]:
    return [shown_many(archive_schemas.File, rows) for rows in await service.files_of_submissions(ctx, ids, limit)]


async def _files(
    root: strawberry.Parent[schemas.HoursEntry], info: Info, first: First = FIRST
) -> list[archive_schemas.File]:
    """Evidence of the entry, oldest first 佐证材料."""
    found: list[archive_schemas.File] = await info.context.loader(_files_of_entries, checked_first(first)).load(root.id)
    return found


async def _sheet_files(
    root: strawberry.Parent[schemas.HoursSubmission], info: Info, first: First = FIRST
) -> list[archive_schemas.File]:
    """Evidence of the sheet, oldest first 佐证材料."""
    found: list[archive_schemas.File] = await info.context.loader(_files_of_submissions, checked_first(first)).load(
        root.id
    )
    return found


@strawberry.type
class HoursEntryFiles:
    """What the archive adds to entries."""

    files = field(Permission.FILE_READ, _files, list[File] | None)


@strawberry.type
class HoursSubmissionFiles:
    """What the archive adds to sheets."""

    files = field(Permission.FILE_READ, _sheet_files, list[File] | None)


extend(HoursEntry, HoursEntryFiles)
extend(HoursSubmission, HoursSubmissionFiles)
