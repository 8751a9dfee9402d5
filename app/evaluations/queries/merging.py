"""SQL of what two records of one person have in campaigns, on panels and on score sheets. Decision 14."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func, select, true, union, update

from app.access.context import Context
from app.core.db import AnySelect, touched
from app.evaluations.models import (
    Award,
    Campaign,
    CampaignCandidate,
    CampaignPanel,
    CandidatePerson,
    ScoreSheet,
)
from app.evaluations.queries import records
from app.evaluations.states import RUNNING, VOID, CandidateStatus, EvaluatedKind, PersonCapacity
from app.teachers.queries import successions

_A, _C, _N, _L, _P, _S = Award, Campaign, CampaignCandidate, CampaignPanel, CandidatePerson, ScoreSheet


def _running(ctx: Context) -> AnySelect:
    return select(_C.id).where(_C.region_id == ctx.principal.region_id, _C.status.in_(RUNNING))


def _candidates(ctx: Context) -> AnySelect:
    """Candidates of campaigns that are not over."""
    return select(_N.id).where(_N.region_id == ctx.principal.region_id, _N.campaign_id.in_(_running(ctx)))


async def shared(ctx: Context, teacher_id: UUID, into_id: UUID) -> Sequence[str]:
    """Titles of the running campaigns in which both stand as candidates, both on the panel, or one about the other."""
    region, both = ctx.principal.region_id, (teacher_id, into_id)
    candidates = (
        select(_N.campaign_id)
        .where(_N.region_id == region, _N.subject == EvaluatedKind.TEACHER, _N.subject_id.in_(both))
        .where(_N.status != CandidateStatus.WITHDRAWN)
        .group_by(_N.campaign_id)
        .having(func.count() > 1)
    )
    panels = (
        select(_L.campaign_id)
        .where(_L.region_id == region, _L.person_id.in_(both), _L.left_at.is_(None))
        .group_by(_L.campaign_id)
        .having(func.count() > 1)
    )
    persons = (
        select(_N.campaign_id)
        .join(_P, and_(_P.region_id == _N.region_id, _P.candidate_id == _N.id))
        .where(_N.region_id == region, _P.person_id.in_(both))
        .group_by(_N.campaign_id, _N.id)
        .having(func.count() > 1, func.bool_or(_P.capacity == PersonCapacity.SCORER))
    )
    found = union(candidates, panels, persons).subquery()
    titles = select(_C.title).where(_C.id.in_(_running(ctx)), _C.id.in_(select(found.c.campaign_id)))
    return (await ctx.db.scalars(titles.where(_C.region_id == region).order_by(_C.title))).all()


async def doubled(ctx: Context, teacher_id: UUID, into_id: UUID) -> Sequence[str]:
    """Numbers of the awards that both hold for the same kind and year."""
    mine = (_A.region_id == ctx.principal.region_id, _A.subject_id.in_((teacher_id, into_id)))
    kinds = (
        select(func.string_agg(func.coalesce(_A.number, ""), "、"))
        .where(*mine, _A.status.not_in(VOID))
        .group_by(_A.kind, _A.year)
        .having(func.count() > 1)
    )
    return [str(one) for one in (await ctx.db.scalars(kinds)).all()]


async def move(ctx: Context, teacher_id: UUID, into_id: UUID) -> int:
    """Give awards, and what a record is in campaigns that are not over, to another; answers how many rows."""
    await _know(ctx, teacher_id, into_id)
    running = _running(ctx)
    moved = 0
    for column, which in (
        (_A.teacher_id, true()),
        (_N.teacher_id, _N.campaign_id.in_(running)),
        (_L.teacher_id, and_(_L.campaign_id.in_(running), _L.left_at.is_(None))),
        (_S.teacher_id, _S.campaign_id.in_(running)),
    ):
        moved += await successions.take_over(ctx, column, which, teacher_id, into_id, _also(column, into_id))
    return moved


async def give_back(ctx: Context, teacher_id: UUID, holder_id: UUID) -> int:
    """What was a record's own before it was merged is its own again, where the holder has it still.

    The award that came of its candidacy since goes with the candidacy. Who was barred from scoring stays barred.
    """
    back = 0
    for column in (_A.teacher_id, _N.teacher_id, _L.teacher_id, _S.teacher_id):
        back += await successions.give_back(ctx, column, teacher_id, holder_id, _also(column, teacher_id))
    region = ctx.principal.region_id
    candidates = select(_N.id).where(_N.region_id == region, _N.teacher_id == teacher_id)
    won = update(_A).where(_A.region_id == region, _A.teacher_id == holder_id, _A.candidate_id.in_(candidates))
    values = {"teacher_id": teacher_id, **_also(_A.teacher_id, teacher_id), **touched(_A)}
    return back + int((await ctx.db.execute(won.values(**values))).rowcount)


def _also(column: Any, to_id: UUID) -> dict[str, Any]:
    """What else names the person in a row: the subject where that is the person, or who scores."""
    table = column.class_
    if table in {_L, _S}:
        return {"person_id": to_id}
    return {"subject_id": case((table.subject == EvaluatedKind.TEACHER, to_id), else_=table.subject_id)}


async def _know(ctx: Context, teacher_id: UUID, into_id: UUID) -> None:
    """What the record was to the candidates of running campaigns, the other one is: the table only grows."""
    region, known = ctx.principal.region_id, select(_P.candidate_id).where(_P.person_id == into_id)
    statement = select(_P.candidate_id, _P.capacity, _P.ground).where(
        _P.region_id == region,
        _P.person_id == teacher_id,
        _P.candidate_id.in_(_candidates(ctx)),
        _P.candidate_id.not_in(known.where(_P.region_id == region)),
    )
    rows = (await ctx.db.execute(statement)).mappings().all()
    await records.add_many(ctx, _P, [{**row, "person_id": into_id} for row in rows])
