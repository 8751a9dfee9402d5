"""SQL of score sheets, marks, the chair's marks and of who is barred from scoring. [SoD3]"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.accounts.models import Account
from app.core.db import AnyRow, AnySelect, touched
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.evaluations.models import CampaignCandidate, CandidatePerson, ChairMark, RubricMark, ScoreMark, ScoreSheet
from app.evaluations.states import COUNTED, PersonCapacity, RecusalGround, SheetStatus

_S, _M, _N, _H = ScoreSheet, ScoreMark, CampaignCandidate, ChairMark
READ = Permission.SCORE_SHEET_READ


@dataclass(frozen=True, slots=True)
class SheetFilter:
    """Which sheets: any part may be None; evaluator_id: by account."""

    campaign_id: UUID | None = None
    candidate_id: UUID | None = None
    evaluator_id: UUID | None = None
    status: SheetStatus | None = None


def _marks() -> Any:
    """The marks of a sheet as JSON, in printed order."""
    item = func.jsonb_build_object(
        "id", _M.id, "code", _M.code, "points_max", _M.points_max, "points", _M.points, "note", _M.note
    )
    found = (
        select(func.coalesce(func.jsonb_agg(aggregate_order_by(item, RubricMark.place)), func.jsonb_build_array()))
        .select_from(_M)
        .join(
            RubricMark,
            and_(
                RubricMark.region_id == _M.region_id,
                RubricMark.rubric_id == _M.rubric_id,
                RubricMark.code == _M.code,
            ),
        )
        .where(_M.region_id == _S.region_id, _M.sheet_id == _S.id)
        .correlate(_S)
        .scalar_subquery()
    )
    return found.label("marks")


def _open_to(ctx: Context) -> ColumnElement[bool]:
    """Sheets in the scope; those of the other evaluators of a candidate only when the own one is handed in. Row 74"""
    who, own = ctx.principal, aliased(_S)
    is_at_it = exists().where(
        own.region_id == _S.region_id,
        own.candidate_id == _S.candidate_id,
        own.evaluator_id == who.account_id,
        own.status == SheetStatus.DRAFT,
        own.id != _S.id,
    )
    return and_(_S.region_id == who.region_id, rows(who, READ, teacher=_S.teacher_id), ~is_at_it)


def _sheets(ctx: Context) -> AnySelect:
    columns = [column for column in _S.__table__.columns if column.name != "region_id"]
    points = (
        select(func.sum(_M.points))
        .where(_M.region_id == _S.region_id, _M.sheet_id == _S.id)
        .correlate(_S)
        .scalar_subquery()
    )
    return (
        select(
            *columns,
            _N.name.label("candidate_name"),
            Account.display_name.label("evaluator_name"),
            points.label("points"),
            _marks(),
        )
        .join(_N, and_(_N.region_id == _S.region_id, _N.id == _S.candidate_id))
        .join(Account, and_(Account.region_id == _S.region_id, Account.id == _S.evaluator_id))
        .where(_open_to(ctx))
    )


async def page(ctx: Context, request: PageRequest, only: SheetFilter) -> Page[AnyRow]:
    """Sheets the caller may see, newest first."""
    named = [(getattr(_S, name), getattr(only, name)) for name in SheetFilter.__slots__]
    statement = _sheets(ctx).where(*(column == value for column, value in named if value is not None))
    return await fetch_page(ctx.db, statement, request, order=(_S.id,), descending=True, scope=f"score-sheets|{only}")


async def by_id(ctx: Context, sheet_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One sheet the caller may see; `lock` holds it for the next step."""
    statement = _sheets(ctx).where(_S.id == sheet_id)
    return (await ctx.db.execute(statement.with_for_update(of=_S) if lock else statement)).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Sheets (n,) -> rows (n,), same order, None where missing or not visible."""
    known = {row.id: row for row in (await ctx.db.execute(_sheets(ctx).where(_S.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def of_candidates(ctx: Context, candidate_ids: Sequence[UUID]) -> dict[UUID, list[AnyRow]]:
    """Every sheet of some candidates, whoever asks, oldest first: results need all but those of who stood back."""
    statement = (
        select(
            _S.id,
            _S.candidate_id,
            _S.evaluator_id,
            _S.status,
            Account.display_name.label("evaluator_name"),
            _marks(),
        )
        .join(Account, and_(Account.region_id == _S.region_id, Account.id == _S.evaluator_id))
        .where(
            _S.region_id == ctx.principal.region_id,
            _S.candidate_id.in_(candidate_ids),
            _S.status != SheetStatus.RECUSED,
        )
        .order_by(_S.id)
    )
    found: dict[UUID, list[AnyRow]] = {one: [] for one in candidate_ids}
    for row in (await ctx.db.execute(statement)).all():
        found[row.candidate_id].append(row)
    return found


async def handed_in(ctx: Context, candidate_id: UUID) -> int:
    """How many evaluators have handed in their sheet of a candidate."""
    mine = (_S.region_id == ctx.principal.region_id, _S.candidate_id == candidate_id)
    statement = select(func.count()).select_from(_S).where(*mine, _S.status.in_(COUNTED))
    return int(await ctx.db.scalar(statement) or 0)


async def chair_marks(ctx: Context, candidate_ids: Sequence[UUID]) -> dict[UUID, dict[str, AnyRow]]:
    """The newest mark the chair has set, by candidate and code."""
    statement = (
        select(_H.candidate_id, _H.code, _H.points, _H.reason)
        .where(_H.region_id == ctx.principal.region_id, _H.candidate_id.in_(candidate_ids))
        .order_by(_H.id)
    )
    found: dict[UUID, dict[str, AnyRow]] = {one: {} for one in candidate_ids}
    for row in (await ctx.db.execute(statement)).all():
        found[row.candidate_id][row.code] = row
    return found


async def write_marks(ctx: Context, sheet: AnyRow, marks: Sequence[Mapping[str, Any]]) -> None:
    """Set marks of a sheet; those not named stay."""
    own = {"region_id": ctx.principal.region_id, "sheet_id": sheet.id, "rubric_id": sheet.rubric_id}
    statement = insert(_M).values([{**own, "id": new_id(), **mark} for mark in marks])
    new = {"points": statement.excluded.points, "note": statement.excluded.note, **touched(_M)}
    await ctx.db.execute(statement.on_conflict_do_update(constraint="uq_score_marks_code", set_=new))


async def bar(ctx: Context, candidate_id: UUID, grounds: Mapping[UUID, RecusalGround]) -> None:
    """Persons who may not score a candidate; who scores it already stays."""
    own = {"region_id": ctx.principal.region_id, "candidate_id": candidate_id}
    made = [
        {**own, "id": new_id(), "person_id": person, "capacity": PersonCapacity.BARRED, "ground": ground}
        for person, ground in grounds.items()
    ]
    if made:
        await ctx.db.execute(insert(CandidatePerson).values(made).on_conflict_do_nothing())


async def barred(ctx: Context, candidate_ids: Sequence[UUID]) -> dict[UUID, dict[UUID, RecusalGround]]:
    """Who is barred from scoring, by candidate: person -> why."""
    person = CandidatePerson
    wanted = (person.region_id == ctx.principal.region_id, person.candidate_id.in_(candidate_ids))
    statement = select(person.candidate_id, person.person_id, person.ground).where(
        *wanted, person.capacity == PersonCapacity.BARRED
    )
    found: dict[UUID, dict[UUID, RecusalGround]] = {one: {} for one in candidate_ids}
    for row in (await ctx.db.execute(statement)).all():
        found[row.candidate_id][row.person_id] = RecusalGround(row.ground)
    return found


async def add_sheets(ctx: Context, sheets: Sequence[dict[str, Any]]) -> None:
    """Make sheets with their evaluators as scorers of the candidates; the walls of the tables decide."""
    if not sheets:
        return
    own = {"region_id": ctx.principal.region_id}
    scorers = [
        {**own, "id": new_id(), "candidate_id": one["candidate_id"], "person_id": one["person_id"]}
        | {"capacity": PersonCapacity.SCORER, "ground": None}
        for one in sheets
    ]
    known = insert(CandidatePerson).values(scorers)
    await ctx.db.execute(known.on_conflict_do_nothing(constraint="uq_candidate_persons_capacity"))
    made = insert(_S).values([{**own, **one} for one in sheets])
    await ctx.db.execute(made.on_conflict_do_nothing(constraint="uq_score_sheets_evaluator"))


async def mark_seen(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Marks (n,) -> rows (n,) with their sheet, None outside the scope: files hang on marks."""
    statement = (
        select(_M.id, _M.sheet_id, _M.code, _S.candidate_id, _S.evaluator_id, _S.organisation_id, _S.teacher_id)
        .join(_S, and_(_S.region_id == _M.region_id, _S.id == _M.sheet_id))
        .where(_M.region_id == ctx.principal.region_id, _M.id.in_(ids), _open_to(ctx))
    )
    known = {row.id: row for row in (await ctx.db.execute(statement)).all()}
    return [known.get(one) for one in ids]


async def mark_of(ctx: Context, sheet_id: UUID, mark_id: UUID) -> AnyRow | None:
    """A mark of a sheet the caller may see."""
    row = (await mark_seen(ctx, [mark_id]))[0]
    return row if row is not None and row.sheet_id == sheet_id else None
