"""SQL of what two records of one person have in campaigns, on panels and on score sheets. Decision 14."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, select, union, update
from sqlalchemy.dialects.postgresql import insert

from app.access.context import Context
from app.core.db import AnySelect, touched
from app.core.ids import new_id
from app.evaluations.models import (
    Award,
    Campaign,
    CampaignCandidate,
    CampaignPanel,
    CandidatePerson,
    EvaluationSuccession,
    ScoreSheet,
)
from app.evaluations.queries import records
from app.evaluations.states import RUNNING, VOID, CandidateStatus, EvaluatedKind, MovedKind, PersonCapacity

_A, _C, _N, _L, _P, _S = Award, Campaign, CampaignCandidate, CampaignPanel, CandidatePerson, ScoreSheet
_E = EvaluationSuccession


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
    moved = 0
    for kind, which in _taken(ctx, teacher_id).items():
        rows = await _give(ctx, kind, which, into_id)
        moved += len(rows)
        await _note(ctx, kind, rows, teacher_id, into_id)
    return moved


async def give_back(ctx: Context, teacher_id: UUID, holder_id: UUID) -> int:
    """What was a record's own before it was merged is its own again, where the holder has it still.

    The award that came of its candidacy since goes with the candidacy. Who was barred from scoring stays barred.
    """
    region = ctx.principal.region_id
    mine = (_E.region_id == region, _E.teacher_id == teacher_id, _E.undone_at.is_(None))
    back = 0
    for kind, table in _TABLES.items():
        own = select(_E.row_id).where(*mine, _E.kind == kind)
        back += len(await _give(ctx, kind, and_(table.teacher_id == holder_id, table.id.in_(own)), teacher_id))
    candidates = select(_N.id).where(_N.region_id == region, _N.teacher_id == teacher_id)
    won = and_(_A.teacher_id == holder_id, _A.candidate_id.in_(candidates))
    back += len(await _give(ctx, MovedKind.AWARD, won, teacher_id))
    undone = {"undone_at": records.NOW, **touched(_E)}
    await ctx.db.execute(update(_E).where(*mine).values(**undone))
    return back


_TABLES: Mapping[MovedKind, Any] = {
    MovedKind.AWARD: _A,
    MovedKind.CANDIDATE: _N,
    MovedKind.PANELIST: _L,
    MovedKind.SHEET: _S,
}


def _taken(ctx: Context, teacher_id: UUID) -> dict[MovedKind, ColumnElement[bool]]:
    """Which rows of a record go to the one that stays."""
    running = _running(ctx)
    return {
        MovedKind.AWARD: _A.teacher_id == teacher_id,
        MovedKind.CANDIDATE: and_(_N.teacher_id == teacher_id, _N.campaign_id.in_(running)),
        MovedKind.PANELIST: and_(_L.teacher_id == teacher_id, _L.campaign_id.in_(running), _L.left_at.is_(None)),
        MovedKind.SHEET: and_(_S.teacher_id == teacher_id, _S.campaign_id.in_(running)),
    }


async def _give(ctx: Context, kind: MovedKind, which: ColumnElement[bool], to_id: UUID) -> Sequence[UUID]:
    """Write another person into rows; which rows they were."""
    table = _TABLES[kind]
    values: dict[str, Any] = {"teacher_id": to_id}
    if kind in {MovedKind.AWARD, MovedKind.CANDIDATE}:
        values["subject_id"] = case((table.subject == EvaluatedKind.TEACHER, to_id), else_=table.subject_id)
    else:
        values["person_id"] = to_id
    statement = update(table).where(table.region_id == ctx.principal.region_id, which)
    return (await ctx.db.scalars(statement.values(**values, **touched(table)).returning(table.id))).all()


async def _note(ctx: Context, kind: MovedKind, rows: Sequence[UUID], teacher_id: UUID, into_id: UUID) -> None:
    """Keep whose the rows were; of a row that another record brought along, that is known already."""
    own = {"region_id": ctx.principal.region_id, "kind": str(kind), "teacher_id": teacher_id, "into_id": into_id}
    if rows:
        statement = insert(_E).values([{**own, "id": new_id(), "row_id": one} for one in rows])
        await ctx.db.execute(statement.on_conflict_do_nothing())


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
