"""Moves of a school sheet 学时申报的办理: submit, opinion of the 中心校, approve, return, withdraw. [A5.6] [A5.8.1]"""

from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission, Role
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, NotPermitted
from app.hours.queries import submissions
from app.hours.queries.submissions import NOW
from app.hours.schemas import HoursSubmissionMove, HoursSubmissionReturn
from app.hours.service import sheet_checks as checks
from app.hours.service.crediting import CreditLine, Repeats, credit
from app.hours.states import SUBMISSION_LIFECYCLE, HoursCategory, HoursSource, SubmissionStatus
from app.organisations.states import OrganisationKind

explain(
    {
        "ck_hours_submissions_three_persons": (
            "SEPARATION_OF_DUTIES",
            "申报、签署意见、核准须为不同的人，请由另一人办理。",
        ),
        "uq_hours_submission_lines_position": ("DATA_CONFLICT", "申报明细刚被他人修改，请刷新后重试。"),
    }
)


async def submit(ctx: Context, submission_id: UUID, move: HoursSubmissionMove, *, version: int | None) -> AnyRow:
    """Hand a sheet in 提交; refused with every fault of every line."""
    row = await checks.held(ctx, submission_id, Permission.SUBMISSION_FILE, version=version, verb="submit")
    await _sound(ctx, row)
    persons = _signed(ctx, "submitted") | dict.fromkeys(("recommended_by", "recommended_at"))
    return await _move(ctx, row, "submit", move.note, persons)


async def recommend(ctx: Context, submission_id: UUID, move: HoursSubmissionMove, *, version: int | None) -> AnyRow:
    """The 中心校 signs its opinion 签署意见; an optional step, and none for a 市直学校. [A5.8.1]"""
    row = await checks.held(ctx, submission_id, Permission.SUBMISSION_RECOMMEND, version=version, verb="recommend")
    _has_central_school(row)
    _other_person(ctx, Permission.SUBMISSION_RECOMMEND, row.submitted_by)
    return await _move(ctx, row, "recommend", move.note, _signed(ctx, "recommended"))


async def approve(ctx: Context, submission_id: UUID, move: HoursSubmissionMove, *, version: int | None) -> AnyRow:
    """Approve 核准: every line becomes an entry of the ledger in this transaction, or none does. [A5.6]"""
    row = await checks.held(ctx, submission_id, Permission.SUBMISSION_APPROVE, version=version, verb="approve")
    _other_person(ctx, Permission.SUBMISSION_APPROVE, row.submitted_by, row.recommended_by)
    lines = await _sound(ctx, row)
    entries = await credit(
        ctx, [_credited(ctx, row, place, one) for place, one in enumerate(lines)], repeats=Repeats.REFUSE
    )
    await submissions.link_entries(ctx, [line.line_id for line in lines if line.line_id], [one.id for one in entries])
    return await _move(ctx, row, "approve", move.note, _signed(ctx, "approved"))


async def return_submission(
    ctx: Context, submission_id: UUID, move: HoursSubmissionReturn, *, version: int | None
) -> AnyRow:
    """Send a sheet back with the reason 退回; the 中心校 before its opinion, 进修学校 before approval."""
    row = await checks.held(ctx, submission_id, Permission.SUBMISSION_RETURN, version=version, verb="return")
    _other_person(ctx, Permission.SUBMISSION_RETURN, row.submitted_by)
    if ctx.principal.role is Role.CENTRAL_SCHOOL:
        _has_central_school(row)
        if row.status != SubmissionStatus.SUBMITTED:
            message = "中心校已签署意见，此后须由进修学校退回。"
            raise Conflict("STATUS_CONFLICT", message, status=row.status, possible=[])
    return await _move(ctx, row, "return", move.reason, {})


async def withdraw_submission(
    ctx: Context, submission_id: UUID, move: HoursSubmissionMove, *, version: int | None
) -> AnyRow:
    """Take a sheet back for good 撤回; it stays on record."""
    row = await checks.held(ctx, submission_id, Permission.SUBMISSION_FILE, version=version, verb="withdraw")
    return await _move(ctx, row, "withdraw", move.note, {})


async def _sound(ctx: Context, row: AnyRow) -> list[checks.Claim]:
    """The lines of a sheet once all of them may be credited; refuses with every fault."""
    claims = [checks.Claim.of(line) for line in await submissions.lines(ctx, row.id)]
    term = await checks.term_called(ctx, row.term_name)
    checks.refuse(ctx, claims, await checks.outcomes(ctx, row.school_id, term, HoursCategory(row.category), claims))
    return claims


def _credited(ctx: Context, row: AnyRow, place: int, claim: checks.Claim) -> CreditLine:
    return CreditLine(
        teacher_id=claim.teacher_id,
        category=HoursCategory(row.category),
        claimed_hours=claim.claimed_hours,
        activity_title=claim.activity_title,
        activity_date=claim.activity_date,
        session=claim.session,
        source=str(HoursSource.SUBMISSION),
        source_id=row.id,
        posted_by=row.submitted_by,
        approved_by=ctx.principal.account_id,
        pointer=f"/lines/{place}",
    )


def _has_central_school(row: AnyRow) -> None:
    if row.parent_kind != OrganisationKind.CENTRAL_SCHOOL:
        message = "市直学校和中心校自己的申报不经中心校，直接由进修学校核准。"
        raise Conflict("HOURS_SUBMISSION_NO_OPINION", message)


def _other_person(ctx: Context, permission: Permission, *persons: UUID | None) -> None:
    """SoD1, SoD2: persons are compared, never roles."""
    if ctx.principal.account_id in persons:
        message = "申报、签署意见、核准须为不同的人，请由另一人办理。"
        raise NotPermitted("SEPARATION_OF_DUTIES", message, permission=str(permission))


def _signed(ctx: Context, act: str) -> dict[str, Any]:
    return {f"{act}_by": ctx.principal.account_id, f"{act}_at": NOW}


async def _move(ctx: Context, row: AnyRow, verb: str, note: str | None, persons: dict[str, Any]) -> AnyRow:
    status = SUBMISSION_LIFECYCLE.move(SubmissionStatus(row.status), verb)
    await submissions.change(ctx, row.id, {"status": str(status), **persons})
    await submissions.add_act(ctx, row.id, verb, str(status), note)
    facts = {"from": row.status, "lines": row.line_count, "claimed": str(row.claimed_hours)}
    await ctx.record(
        f"hours_submission.{status}",
        entity="hours_submission",
        entity_id=row.id,
        place=checks.place_of(row),
        facts=facts,
    )
    return await checks.shown(ctx, row.id)
