"""Use cases of sheets that come from a file: lines into drafts, and taken off again. [A5.6] [A5.7.1]"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.hours import rules
from app.hours.queries import submissions
from app.hours.schemas import SHEET_MAX, HoursSubmissionCreate, HoursSubmissionMove
from app.hours.service import sheet_checks as checks
from app.hours.service.sheet_moves import withdraw_submission
from app.hours.service.sheets import create_submission
from app.organisations import service as organisations
from app.policy.school_year import SchoolYear

NOTE: Final = "由批量导入生成"
ATTENDED: Final = "由校本研修活动的出席记录生成"
_COLUMNS: Final = ("teacher_id", "activity_title", "activity_date", "session", "claimed")


async def take_in(ctx: Context, import_id: UUID, lines: Sequence[AnyRow]) -> int:
    """Put lines of an import into its drafts, one per school and term, a full one followed by another; how many.

    lines: school_id, school_year, and the columns of a line; they have been checked.
    """
    ctx.require(Permission.SUBMISSION_FILE)
    second = {
        start: (await organisations.school_year(ctx, SchoolYear(start))).terms[1].starts_on
        for start in sorted({line.school_year for line in lines})
    }
    sheets: dict[tuple[UUID, str], list[AnyRow]] = {}
    for line in lines:
        term = rules.term_on(SchoolYear(line.school_year), line.activity_date, second[line.school_year])
        sheets.setdefault((line.school_id, term), []).append(line)
    return sum([await _fill(ctx, import_id, place, sheets[place]) for place in sorted(sheets)])


async def _fill(ctx: Context, import_id: UUID, place: tuple[UUID, str], lines: Sequence[AnyRow]) -> int:
    touched, left = 0, list(lines)
    draft = await submissions.draft_of_import(ctx, import_id, *place)
    while left:
        if draft is None or draft.line_count >= SHEET_MAX:
            new = HoursSubmissionCreate(school_id=place[0], term=place[1], note=NOTE)
            draft = await create_submission(ctx, new)
        room = SHEET_MAX - draft.line_count
        fitting, left = left[:room], left[room:]
        values = [{name: getattr(line, name) for name in _COLUMNS} | {"import_id": import_id} for line in fitting]
        await submissions.add_lines(ctx, draft.id, await submissions.last_position(ctx, draft.id), values)
        draft = await checks.changed(ctx, draft, {"added": len(fitting), "import_id": str(import_id)})
        touched += 1
    return touched


async def claim_attended(ctx: Context, school_id: UUID, term: str, lines: Sequence[Mapping[str, Any]]) -> AnyRow:
    """One draft out of lines that stand in records of the school already, at most SHEET_MAX; answers the sheet.

    lines: the columns of a line each; the way to approval checks them as it checks any.
    """
    ctx.require(Permission.SUBMISSION_FILE)
    draft = await create_submission(ctx, HoursSubmissionCreate(school_id=school_id, term=term, note=ATTENDED))
    await submissions.add_lines(ctx, draft.id, 0, lines)
    return await checks.changed(ctx, draft, {"added": len(lines)})


async def take_back(ctx: Context, import_id: UUID, reason: str) -> int:
    """Take the lines of an import that nobody has corrected off one sheet that is open for lines.

    Returns how many, 0 at the end. A sheet that is left empty is withdrawn; what is under way or approved stays.
    """
    ctx.require(Permission.SUBMISSION_FILE)
    row = await submissions.open_sheet_of_import(ctx, import_id)
    if row is None:
        return 0
    ctx.require(Permission.SUBMISSION_FILE, on=checks.place_of(row))
    removed = await submissions.remove_imported_lines(ctx, row.id, import_id)
    facts = {"removed": removed, "import_id": str(import_id)}
    if (await checks.changed(ctx, row, facts)).line_count == 0:
        await withdraw_submission(ctx, row.id, HoursSubmissionMove(note=reason), version=None)
    return removed
