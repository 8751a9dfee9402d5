"""SQL of typical cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import and_, func, insert, or_, select, update

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.cases.models import CaseUse, TypicalCase
from app.cases.states import CaseStatus
from app.core.asked import moved
from app.core.clock import CHINA
from app.core.db import AnyRow, AnySelect
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.models import Organisation

_ONE = TypicalCase


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases: any part may be None."""

    status: CaseStatus | None = None
    term: Annotated[str, Field(max_length=11, description="学期，如 2026-2027-1")] | None = None
    organisation_id: UUID | None = None
    subject_id: UUID | None = None


def _visible(ctx: Context) -> AnySelect:
    """Cases in the caller's scope, and those taken in: they are everybody's to learn from."""
    scope = rows(ctx.principal, Permission.CASE_READ, organisation=_ONE.organisation_id, teacher=_ONE.teacher_id)
    uses = (
        select(func.count())
        .where(CaseUse.region_id == _ONE.region_id, CaseUse.case_id == _ONE.id)
        .correlate(_ONE)
        .scalar_subquery()
    )
    return (
        select(*_ONE.__table__.columns, Organisation.name.label("organisation_name"), uses.label("uses"))
        .join(Organisation, and_(Organisation.region_id == _ONE.region_id, Organisation.id == _ONE.organisation_id))
        .where(_ONE.region_id == ctx.principal.region_id, or_(scope, _ONE.status.in_(["accepted", "recommended"])))
    )


async def page(ctx: Context, request: PageRequest, only: CaseFilter) -> Page[AnyRow]:
    """Cases the caller may see, newest first."""
    statement = _visible(ctx)
    for name in ("status", "term", "organisation_id", "subject_id"):
        if wanted := getattr(only, name):
            statement = statement.where(getattr(_ONE, name) == wanted)
    return await fetch_page(ctx.db, statement, request, order=(_ONE.id,), descending=True, scope=f"cases|{only}")


async def by_id(ctx: Context, case_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One case the caller may see; `lock` holds it for a change."""
    statement = _visible(ctx).where(_ONE.id == case_id)
    return (await ctx.db.execute(statement.with_for_update(of=_ONE) if lock else statement)).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Cases (n,) -> rows (n,), same order, None where missing or not visible."""
    known = {row.id: row for row in (await ctx.db.execute(_visible(ctx).where(_ONE.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def add(ctx: Context, values: dict[str, Any]) -> UUID:
    """Write a case; its id."""
    made = new_id()
    who = {"region_id": ctx.principal.region_id, "id": made, "asked_by": ctx.principal.account_id}
    await ctx.db.execute(insert(_ONE).values(**who, **values))
    return made


async def change(ctx: Context, case_id: UUID, values: dict[str, Any]) -> None:
    """Store changes of a case, or its move to a status."""
    one = and_(_ONE.region_id == ctx.principal.region_id, _ONE.id == case_id)
    await ctx.db.execute(update(_ONE).where(one).values(**moved(_ONE, values)))


async def add_use(ctx: Context, values: dict[str, Any]) -> AnyRow:
    """Write a use; a second one of an organisation on the day is refused by the database."""
    who = {"region_id": ctx.principal.region_id, "id": new_id(), "recorded_by": ctx.principal.account_id}
    return (await ctx.db.execute(insert(CaseUse).values(**who, **values).returning(*CaseUse.__table__.columns))).one()


async def uses(ctx: Context, case_id: UUID, request: PageRequest) -> Page[AnyRow]:
    """The uses of a case that the caller has been shown, newest first."""
    statement = select(*CaseUse.__table__.columns).where(
        CaseUse.region_id == ctx.principal.region_id, CaseUse.case_id == case_id
    )
    scope = f"case-uses|{case_id}"
    return await fetch_page(ctx.db, statement, request, order=(CaseUse.id,), descending=True, scope=scope)


def handed_in(ctx: Context) -> AnySelect:
    """Cases that were handed in and neither taken back nor declined, whoever asks 提交的典型案例. [A5.R] [A2.5c]"""
    columns = (_ONE.id, _ONE.title, _ONE.organisation_id, _ONE.subject_kind, _ONE.subject_id, _ONE.term)
    return select(*columns).where(
        _ONE.region_id == ctx.principal.region_id,
        _ONE.status.not_in([str(CaseStatus.WITHDRAWN), str(CaseStatus.DECLINED)]),
    )


def taken_in(ctx: Context, days: tuple[date, date]) -> AnySelect:
    """Cases taken in on days of a span, recommended upward or not 入选的典型案例. [A4.4]"""
    first = datetime.combine(days[0], time.min, CHINA)
    after = datetime.combine(days[1] + timedelta(days=1), time.min, CHINA)
    return select(_ONE.id, _ONE.title, _ONE.teacher_id, _ONE.organisation_id, _ONE.subject_id, _ONE.term).where(
        _ONE.region_id == ctx.principal.region_id,
        _ONE.status.in_([str(CaseStatus.ACCEPTED), str(CaseStatus.RECOMMENDED)]),
        _ONE.answered_at >= first,
        _ONE.answered_at < after,
    )


def recommended(ctx: Context, days: tuple[date, date]) -> AnySelect:
    """Cases recommended upward on days of a span 上报的典型案例. [A4.4]"""
    columns = (_ONE.id, _ONE.title, _ONE.teacher_id, _ONE.organisation_id, _ONE.recommended_on, _ONE.recommended_to)
    return select(*columns).where(
        _ONE.region_id == ctx.principal.region_id,
        _ONE.status == CaseStatus.RECOMMENDED,
        _ONE.recommended_on.between(*days),
    )
