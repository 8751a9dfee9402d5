"""Who may score a candidate: what the service asks before the walls of the tables would refuse it. [SoD3]"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict
from app.core.ids import new_id
from app.evaluations.queries import candidates, scoring
from app.evaluations.rules import recusal as rules
from app.evaluations.states import RecusalGround

RECUSED = ("EVALUATOR_RECUSED", "评委须回避本单位、本工作坊、本人或本人推荐的对象，请另选评委。")
explain(
    {
        "ck_score_sheets_recusal": RECUSED,
        "fk_score_sheets_person": RECUSED,
        "uq_candidate_persons_one_capacity": RECUSED,
        "uq_score_sheets_evaluator": ("SCORE_SHEET_THERE", "这位评委已有该对象的评分表。"),
    }
)


def evaluator(row: AnyRow) -> dict[str, Any]:
    """A member of the panel from an account: the person is the teacher's record where there is one."""
    return {
        "account_id": row.id,
        "person_id": row.teacher_id or row.id,
        "teacher_id": row.teacher_id,
        "organisation_id": row.school_id or row.grant_organisation_id,
    }


def ground(candidate: AnyRow, member: Any, barred: Mapping[UUID, RecusalGround]) -> RecusalGround | None:
    """Why a member may not score a candidate, None where they may."""
    if member.organisation_id == candidate.unit_id:
        return RecusalGround.OWN_UNIT
    return barred.get(member.person_id)


def sheet(campaign: AnyRow, candidate: AnyRow, member: Any) -> dict[str, Any]:
    """The values of a new sheet."""
    return {
        "id": new_id(),
        "campaign_id": campaign.id,
        "candidate_id": candidate.id,
        "unit_id": candidate.unit_id,
        "rubric_id": campaign.rubric_id,
        "evaluator_id": member.account_id,
        "person_id": member.person_id,
        "teacher_id": member.teacher_id,
        "organisation_id": member.organisation_id,
    }


def refuse_unfit(account_ids: Sequence[UUID], known: Mapping[UUID, AnyRow]) -> None:
    """Conflict 409 EVALUATOR_UNFIT naming every account that may not score: locked, or without a role that scores."""
    unfit = [str(one) for one in account_ids if one not in known]
    if unfit:
        message = "有账号不能担任评委：评委须为进修学校、基础教育科的经办人或教师本人的有效账号。"
        raise Conflict("EVALUATOR_UNFIT", message, accounts=unfit)


async def refresh(ctx: Context, rows: Sequence[AnyRow]) -> dict[UUID, dict[UUID, RecusalGround]]:
    """Who is barred from scoring candidates, members of their workshops as of today: candidate -> person -> why."""
    ctx.require(Permission.CAMPAIGN_READ)
    for row in rows:
        if row.workshop_id:
            await scoring.bar(ctx, row.id, await of_workshop(ctx, row.workshop_id))
    return await scoring.barred(ctx, [row.id for row in rows])


async def of_workshop(ctx: Context, workshop_id: UUID) -> dict[UUID, RecusalGround]:
    """Who is barred because of a workshop: its members, and its core members of the last two years."""
    ctx.require(Permission.CAMPAIGN_READ)
    found = await candidates.spells(ctx, workshop_id)
    spells = [rules.Membership(row.teacher_id, row.role == "core", row.left_on) for row in found]
    return rules.barred(ctx.regulation, spells, on=ctx.clock.today)


def refuse(why: RecusalGround | None) -> None:
    """Conflict 409 EVALUATOR_RECUSED that says why."""
    if why is not None:
        code, message = RECUSED
        raise Conflict(code, f"评委{rules.GROUNDS[why]}，须回避。{message}", ground=str(why))


async def refuse_today(ctx: Context, candidate: AnyRow, member: Any) -> None:
    """Conflict 409 EVALUATOR_RECUSED where somebody has come to stand too near since the sheets were given out.

    Who moved to the candidate's unit, the candidate to theirs, who became its leader or member, or proposed it. [SoD3]
    """
    ctx.require(Permission.CAMPAIGN_READ)
    units = await candidates.units_today(ctx, candidate)
    if units & {member.organisation_id, await candidates.school_today(ctx, member.teacher_id)}:
        refuse(RecusalGround.OWN_UNIT)
    if candidate.teacher_id and candidate.teacher_id == member.person_id:
        refuse(RecusalGround.CANDIDATE)
    if candidate.workshop_id:
        refuse((await of_workshop(ctx, candidate.workshop_id)).get(member.person_id))
    refuse((await scoring.barred(ctx, [candidate.id]))[candidate.id].get(member.person_id))
