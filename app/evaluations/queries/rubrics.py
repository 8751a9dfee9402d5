"""SQL of rubrics: the region's own and frozen ones, beside those the regulation prints. [A5.R] [A6.R]"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import cast, column, func, literal, select, true, union_all, values
from sqlalchemy.dialects.postgresql import insert

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.evaluations.models import Rubric, RubricMark
from app.evaluations.states import EvaluatedKind, RubricSource, RubricStatus
from app.policy.records import Rubric as Printed
from app.policy.records import RubricSection

_R = Rubric
READ = Permission.RUBRIC_READ
_PLAIN = [
    "id",
    "name",
    "year",
    "source",
    "label",
    "clause",
    "subject",
    "reading",
    "content",
    "points",
    "points_declared",
    "findings",
    "accepted_reason",
    "status",
    "written_by",
    "published_by",
    "published_at",
    "created_at",
    "updated_at",
    "version",
]


@dataclass(frozen=True, slots=True)
class RubricFilter:
    """Which rubrics: any part may be None."""

    name: str | None = None
    year: int | None = None
    source: RubricSource | None = None
    subject: EvaluatedKind | None = None
    status: RubricStatus | None = None


def content_of(sections: Sequence[RubricSection]) -> dict[str, Any]:
    """Sections as they are stored: points are texts, so that nothing is rounded."""
    return {
        "sections": [
            {
                "code": section.code,
                "label": section.label,
                "points_declared": str(section.points_declared),
                "points": str(section.points),
                "reading": section.reading,
                "marks": [
                    {
                        "code": mark.code,
                        "points": str(mark.points),
                        "method": mark.method,
                        "standards": [{"number": one.number, "text": one.text} for one in mark.standards],
                    }
                    for mark in section.marks
                ],
            }
            for section in sections
        ]
    }


def digest_of(label: str, subject: str, content: dict[str, Any]) -> bytes:
    """SHA-256 over all that a rubric says."""
    said = {"label": label, "subject": subject, **content}
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).digest()


def printed_row(ctx: Context, rubric: Printed) -> dict[str, Any]:
    """A printed rubric as a row; its id follows from region and content, so that freezing it keeps the id."""
    content = content_of(rubric.sections)
    digest = digest_of(rubric.label, rubric.subject, content)
    document = next(iter(ctx.regulation.documents.values()))
    day = datetime.combine(document.issued_on, time(), tzinfo=UTC)
    one = uuid5(NAMESPACE_URL, f"rubric/{ctx.principal.region_id}/{rubric.name}/{digest.hex()}")
    return {
        "id": one,
        "name": rubric.name,
        "year": document.issued_on.year,
        "source": str(RubricSource.PRINTED),
        "label": rubric.label,
        "clause": rubric.clause,
        "subject": rubric.subject,
        "reading": rubric.reading,
        "content": content,
        "points": rubric.points,
        "points_declared": rubric.points_declared,
        "findings": [],
        "accepted_reason": None,
        "status": str(RubricStatus.PUBLISHED),
        "written_by": None,
        "published_by": None,
        "published_at": day,
        "created_at": day,
        "updated_at": day,
        "version": 1,
        "digest": digest,
    }


def _shown(ctx: Context) -> AnySelect:
    """Printed and stored rubrics as one table; drafts for those who write them."""
    who = ctx.principal
    printed = [printed_row(ctx, one) for one in ctx.regulation.rubrics()]
    names = [*_PLAIN, "digest"]
    types = {name: getattr(_R, name).type for name in names}
    shown = values(*(column(name, types[name]) for name in names), name="printed").data(
        [tuple(row[name] for name in names) for row in printed]
    )
    digest = func.encode(shown.c.digest, "hex").label("digest")
    writes = who.grant(Permission.RUBRIC_WRITE) is not None
    is_out = true() if writes else _R.status == RubricStatus.PUBLISHED
    kept = (
        _R.region_id == who.region_id,
        is_out,
        rows(who, READ),
        _R.id.not_in([row["id"] for row in printed]),
    )
    own = [getattr(_R, name) for name in _PLAIN]
    stored = select(*own, func.encode(_R.digest, "hex").label("digest")).where(*kept)
    both = union_all(
        select(*(cast(shown.c[name], types[name]).label(name) for name in _PLAIN), digest), stored
    ).subquery("shown")
    full = ctx.regulation.decimal("evaluations.full_scale", on=ctx.clock.today)
    return select(*both.c, both.c.content["sections"].label("sections"), literal(full).label("full_scale"))


async def page(ctx: Context, request: PageRequest, only: RubricFilter) -> Page[AnyRow]:
    """Rubrics the caller may see, by id."""
    statement = _shown(ctx)
    shown = statement.get_final_froms()[0].c
    named = [(shown[name], getattr(only, name)) for name in RubricFilter.__slots__]
    statement = statement.where(*(column == value for column, value in named if value is not None))
    return await fetch_page(ctx.db, statement, request, order=(shown.id,), scope=f"rubrics|{only}")


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Rubrics (n,) -> rows (n,), same order, None where missing or not visible."""
    statement = _shown(ctx)
    found = statement.where(statement.get_final_froms()[0].c.id.in_(ids))
    known = {row.id: row for row in (await ctx.db.execute(found)).all()}
    return [known.get(one) for one in ids]


async def held(ctx: Context, rubric_id: UUID) -> AnyRow | None:
    """A stored rubric, held for its next step."""
    one = (_R.region_id == ctx.principal.region_id, _R.id == rubric_id)
    statement = select(*_R.__table__.columns).where(*one).with_for_update()
    return (await ctx.db.execute(statement)).one_or_none()


async def add(ctx: Context, row: dict[str, Any]) -> None:
    """Store a rubric with its marks; one that is stored already stays as it is."""
    own = {"region_id": ctx.principal.region_id}
    times = {"created_at", "updated_at", "version"}
    kept = {name: value for name, value in row.items() if name not in times}
    made = await ctx.db.execute(insert(_R).values(**own, **kept).on_conflict_do_nothing().returning(_R.id))
    if made.one_or_none() is None:
        return
    marks = [mark for section in row["content"]["sections"] for mark in section["marks"]]
    rows = [
        {**own, "id": new_id(), "rubric_id": row["id"], "code": mark["code"], "place": place, "points": mark["points"]}
        for place, mark in enumerate(marks, start=1)
    ]
    await ctx.db.execute(insert(RubricMark).values(rows))


async def marks_of(ctx: Context, rubric_id: UUID) -> list[AnyRow]:
    """The marks of a stored rubric, in printed order."""
    mark = RubricMark
    wanted = (mark.region_id == ctx.principal.region_id, mark.rubric_id == rubric_id)
    statement = select(mark.code, mark.points, mark.place).where(*wanted).order_by(mark.place)
    return list((await ctx.db.execute(statement)).all())
