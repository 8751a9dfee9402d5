"""Use cases of school sheets 学时申报: list, read, begin, note, and what would become of one. [A5.7.1]"""

from collections.abc import Sequence
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.pages import Page, PageRequest
from app.hours.queries import submissions
from app.hours.queries.submissions import SubmissionFilter
from app.hours.schemas import (
    HoursSubmissionCheck,
    HoursSubmissionCreate,
    HoursSubmissionPatch,
    HoursSubmissionProposal,
)
from app.hours.service import sheet_checks as checks
from app.hours.service.sheet_lines import named
from app.hours.states import HoursCategory, SubmissionStatus


async def find_submissions(ctx: Context, request: PageRequest, only: SubmissionFilter) -> Page[AnyRow]:
    """A page of sheets, newest first."""
    ctx.require(Permission.SUBMISSION_READ)
    return await submissions.page(ctx, request, only)


async def get_submission(ctx: Context, submission_id: UUID) -> AnyRow:
    """One sheet; NotFound outside the scope."""
    ctx.require(Permission.SUBMISSION_READ)
    return await checks.shown(ctx, submission_id)


async def get_submissions(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Sheets (n,) -> rows (n,), None where missing."""
    ctx.require(Permission.SUBMISSION_READ)
    return await submissions.by_ids(ctx, ids)


async def acts_of_submissions(ctx: Context, ids: Sequence[UUID]) -> list[list[AnyRow]]:
    """Sheets (n,) -> their acts in order (n,); none where the sheet is not the caller's to see."""
    ctx.require(Permission.SUBMISSION_READ)
    visible = [row.id for row in await submissions.by_ids(ctx, ids) if row]
    found: dict[UUID, list[AnyRow]] = {}
    for act in await submissions.acts(ctx, visible):
        found.setdefault(act.submission_id, []).append(act)
    return [found.get(one, []) for one in ids]


async def submission_acts(ctx: Context, submission_id: UUID) -> Sequence[AnyRow]:
    """Who did what on a sheet, when and why 办理记录; NotFound outside the scope."""
    ctx.require(Permission.SUBMISSION_READ)
    await checks.shown(ctx, submission_id)
    return await submissions.acts(ctx, [submission_id])


async def create_submission(ctx: Context, new: HoursSubmissionCreate) -> AnyRow:
    """Begin a sheet 新建申报."""
    ctx.require(Permission.SUBMISSION_FILE)
    unit = await checks.unit_that_files(ctx, new.school_id, new.category)
    await checks.term_called(ctx, new.term)
    values = {
        "school_id": unit.id,
        "start_year": int(new.term[:4]),
        "term": int(new.term[-1]),
        "category": new.category,
        "note": new.note,
        "status": str(SubmissionStatus.DRAFT),
    }
    submission_id = await submissions.create(ctx, values)
    await submissions.add_act(ctx, submission_id, "create", str(SubmissionStatus.DRAFT), None)
    facts = {"term": new.term, "category": new.category}
    place = Place(unit.id)
    await ctx.record(
        "hours_submission.created", entity="hours_submission", entity_id=submission_id, place=place, facts=facts
    )
    return await checks.shown(ctx, submission_id)


async def change_submission(
    ctx: Context, submission_id: UUID, patch: HoursSubmissionPatch, *, version: int | None
) -> AnyRow:
    """Change the note of a draft or returned sheet 修改说明."""
    row = await checks.held(ctx, submission_id, Permission.SUBMISSION_FILE, version=version)
    changes = patch.changes()
    if not changes:
        return row
    await submissions.change(ctx, submission_id, changes)
    facts = {"fields": sorted(changes)}
    await ctx.record(
        "hours_submission.changed",
        entity="hours_submission",
        entity_id=submission_id,
        place=checks.place_of(row),
        facts=facts,
    )
    return await checks.shown(ctx, submission_id)


async def check_submission(ctx: Context, submission_id: UUID) -> HoursSubmissionCheck:
    """What submitting and approving a sheet would do now 试算; writes nothing."""
    ctx.require(Permission.SUBMISSION_READ)
    row = await checks.shown(ctx, submission_id)
    claims = [checks.Claim.of(line) for line in await submissions.lines(ctx, submission_id)]
    term = await checks.term_called(ctx, row.term_name)
    found = await checks.outcomes(ctx, row.school_id, term, HoursCategory(row.category), claims)
    return HoursSubmissionCheck.model_validate(checks.answered(claims, found))


async def check_proposal(ctx: Context, proposal: HoursSubmissionProposal) -> HoursSubmissionCheck:
    """What would become of lines that are not stored 试算（不保存）."""
    ctx.require(Permission.SUBMISSION_FILE)
    unit = await checks.unit_that_files(ctx, proposal.school_id, proposal.category)
    term = await checks.term_called(ctx, proposal.term)
    people = await named(ctx, unit.id, proposal.lines)
    claims = [
        checks.Claim(one.id, one.name, line.activity_title, line.activity_date, line.session, line.claimed_hours)
        for one, line in zip(people, proposal.lines, strict=True)
    ]
    found = await checks.outcomes(ctx, unit.id, term, HoursCategory(proposal.category), claims)
    return HoursSubmissionCheck.model_validate(checks.answered(claims, found))
