"""Use cases of evidence: files on rows, and all of a year in one zip 佐证材料. [A4.1]"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.archive import service as archive
from app.archive.states import Draft, FileLimits
from app.core.db import AnyRow
from app.core.pages import Page, PageRequest
from app.performance import schemas
from app.performance.queries import rows
from app.performance.service import checks, reading
from app.performance.service.reading import OWNER


@dataclass(frozen=True, slots=True)
class YearToPack:
    """A year for one zip: its card, the files in printed order, and the folder of each row."""

    card: schemas.Scorecard
    files: Sequence[AnyRow]
    folders: dict[UUID, str]


async def attach_file(ctx: Context, year: int, code: str, draft: Draft, limits: FileLimits) -> AnyRow:
    """Hang evidence on one's own row 上传佐证; nobody else's. [A4.1]"""
    permission = Permission.SCORECARD_ASSESS
    ctx.require(permission)
    checks.span_of(ctx, year)
    _, requirement = checks.requirement_of(ctx.regulation, code)
    await rows.hold_year(ctx, year)
    row = await rows.at(ctx, year, code)
    checks.own_row(ctx, requirement, row.designated if row else (), permission)
    row = row or await rows.begin(ctx, year, code)
    return await archive.attach(ctx, _reference(row, permission), draft, limits)


async def find_files(ctx: Context, request: PageRequest, year: int, code: str) -> Page[AnyRow]:
    """Evidence of a row, oldest first 佐证列表. [A4.1]"""
    ctx.require(Permission.SCORECARD_READ)
    checks.span_of(ctx, year)
    checks.requirement_of(ctx.regulation, code)
    row = await rows.at(ctx, year, code)
    if row is None:
        return Page([], [], has_more=False, total=0 if request.include_total else None)
    return await archive.find(ctx, _reference(row, Permission.SCORECARD_READ), request)


async def evidence_to_pack(ctx: Context, year: int) -> YearToPack:
    """All evidence of a year in printed order, for one zip 打包下载. [A4.1]"""
    ctx.require(Permission.SCORECARD_READ)
    card = await reading.get_card(ctx, year)
    marked = {row.requirement: row for row in await rows.of_year(ctx, year)}
    found = await reading.evidence_of(ctx, list(marked.values()))
    files: list[AnyRow] = []
    folders = {}
    for group in card.groups:
        for indicator in group.indicators:
            for at, one in enumerate(indicator.requirements, 1):
                if row := marked.get(one.code):
                    folders[row.id] = f"{group.label}_{indicator.label}_{at}"
                    files += found.get(row.id, [])
    return YearToPack(card, files, folders)


async def rows_with_files(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Rows (n,) -> (n,) for the archive, None outside the scope."""
    ctx.require(Permission.FILE_READ)
    return await rows.by_ids(ctx, ids)


def _reference(row: AnyRow, permission: Permission) -> archive.Reference:
    return archive.Reference(OWNER, row.id, checks.place_of(row), permission)
