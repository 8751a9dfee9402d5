"""SQL of campaigns, quotas of units and panels. [M7.1b] [A5.9]"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.access.permission_names import BASIC_EDUCATION
from app.access.permissions import Permission
from app.access.visibility import rows
from app.accounts.models import Account, AccountGrant
from app.core.db import AnyRow, AnySelect, touched
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.evaluations.models import Campaign, CampaignPanel, CampaignQuota
from app.evaluations.queries.common import NOW
from app.evaluations.states import CampaignStatus
from app.organisations.models import Organisation
from app.teachers.models import Teacher

_C, _Q, _P = Campaign, CampaignQuota, CampaignPanel
READ = Permission.CAMPAIGN_READ
SCORING_ROLES = ("training_school", "teacher")


@dataclass(frozen=True, slots=True)
class CampaignFilter:
    """Which campaigns: any part may be None."""

    kind: str | None = None
    year: int | None = None
    status: CampaignStatus | None = None


def _campaigns(ctx: Context) -> AnySelect:
    columns = [column for column in _C.__table__.columns if column.name != "region_id"]
    return select(*columns).where(_C.region_id == ctx.principal.region_id, rows(ctx.principal, READ))


async def page(ctx: Context, request: PageRequest, only: CampaignFilter) -> Page[AnyRow]:
    """Campaigns, newest first."""
    named = [(getattr(_C, name), getattr(only, name)) for name in CampaignFilter.__slots__]
    statement = _campaigns(ctx).where(*(column == value for column, value in named if value is not None))
    return await fetch_page(ctx.db, statement, request, order=(_C.id,), descending=True, scope=f"campaigns|{only}")


async def by_id(ctx: Context, campaign_id: UUID, *, lock: bool = False, share: bool = False) -> AnyRow | None:
    """One campaign; `lock` holds it for its next step, `share` only against such a step."""
    statement = _campaigns(ctx).where(_C.id == campaign_id)
    if lock or share:
        statement = statement.with_for_update(of=_C, read=share)
    return (await ctx.db.execute(statement)).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Campaigns (n,) -> rows (n,), same order, None where missing."""
    known = {row.id: row for row in (await ctx.db.execute(_campaigns(ctx).where(_C.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def quota_page(ctx: Context, request: PageRequest, campaign_id: UUID) -> Page[AnyRow]:
    """Quotas of units in a campaign, by id."""
    place = Organisation
    statement = (
        select(_Q.id, _Q.organisation_id, place.name.label("organisation_name"), _Q.places, _Q.used)
        .join(place, and_(place.region_id == _Q.region_id, place.id == _Q.organisation_id))
        .where(_Q.region_id == ctx.principal.region_id, _Q.campaign_id == campaign_id, rows(ctx.principal, READ))
    )
    return await fetch_page(ctx.db, statement, request, order=(_Q.id,), scope=f"campaign-quotas|{campaign_id}")


async def set_quotas(ctx: Context, campaign_id: UUID, quotas: Sequence[tuple[UUID, int]]) -> None:
    """Set places of units; the database refuses fewer than are used."""
    own = {"region_id": ctx.principal.region_id, "campaign_id": campaign_id}
    made = [{**own, "id": new_id(), "organisation_id": unit, "places": places} for unit, places in quotas]
    statement = insert(_Q).values(made)
    new = {"places": statement.excluded.places, **touched(_Q)}
    await ctx.db.execute(statement.on_conflict_do_update(constraint="uq_campaign_quotas_unit", set_=new))


async def take_place(ctx: Context, campaign_id: UUID, unit_id: UUID, places: int) -> None:
    """Use up one place of a unit; who comes after the last one breaks ck_campaign_quotas_used. places: if none set."""
    values = {"campaign_id": campaign_id, "organisation_id": unit_id, "places": places}
    first = insert(_Q).values(region_id=ctx.principal.region_id, id=new_id(), **values)
    await ctx.db.execute(first.on_conflict_do_nothing(constraint="uq_campaign_quotas_unit"))
    await _use(ctx, campaign_id, unit_id, 1)


async def give_place_back(ctx: Context, campaign_id: UUID, unit_id: UUID) -> None:
    """A nomination was withdrawn: the unit may make another one."""
    await _use(ctx, campaign_id, unit_id, -1)


async def _use(ctx: Context, campaign_id: UUID, unit_id: UUID, more: int) -> None:
    one = (_Q.region_id == ctx.principal.region_id, _Q.campaign_id == campaign_id, _Q.organisation_id == unit_id)
    await ctx.db.execute(update(_Q).where(*one).values(used=_Q.used + more, **touched(_Q)))


async def units(ctx: Context, ids: Sequence[UUID]) -> dict[UUID, AnyRow]:
    """Open organisations by id, with their kind and what stands above them."""
    place = Organisation
    wanted = (place.region_id == ctx.principal.region_id, place.id.in_(ids), place.status == "open")
    statement = select(place.id, place.kind, place.name, place.parent_id, place.parent_kind).where(*wanted)
    return {row.id: row for row in (await ctx.db.execute(statement)).all()}


async def panel_page(ctx: Context, request: PageRequest, campaign_id: UUID) -> Page[AnyRow]:
    """The panel of a campaign, by id."""
    statement = _panel(ctx, campaign_id)
    return await fetch_page(ctx.db, statement, request, order=(_P.id,), scope=f"campaign-panel|{campaign_id}")


async def panel(ctx: Context, campaign_id: UUID) -> list[AnyRow]:
    """The whole panel of a campaign."""
    return list((await ctx.db.execute(_panel(ctx, campaign_id).order_by(_P.id))).all())


def _panel(ctx: Context, campaign_id: UUID) -> AnySelect:
    columns = (_P.id, _P.account_id, _P.person_id, _P.teacher_id, _P.organisation_id, _P.is_chair)
    return (
        select(*columns, Account.display_name)
        .join(Account, and_(Account.region_id == _P.region_id, Account.id == _P.account_id))
        .where(_P.region_id == ctx.principal.region_id, _P.campaign_id == campaign_id, _P.left_at.is_(None))
    )


async def replace_panel(ctx: Context, campaign_id: UUID, members: Sequence[dict[str, Any]]) -> None:
    """A new panel takes the place of the one before, whose members stay on record."""
    old = (_P.region_id == ctx.principal.region_id, _P.campaign_id == campaign_id, _P.left_at.is_(None))
    await ctx.db.execute(update(_P).where(*old).values(left_at=NOW, **touched(_P)))
    own = {"region_id": ctx.principal.region_id, "campaign_id": campaign_id}
    await ctx.db.execute(insert(_P).values([{**own, "id": new_id(), **one} for one in members]))


async def evaluators(ctx: Context, account_ids: Sequence[UUID]) -> dict[UUID, AnyRow]:
    """Accounts that may score: active, with an open grant; school_id: of the teacher where the account has one."""
    account, grant, person, desk = Account, AccountGrant, Teacher, aliased(Organisation)
    today = ctx.clock.today
    is_open = and_(grant.starts_on <= today, (grant.ends_on.is_(None)) | (grant.ends_on > today))
    statement = (
        select(
            account.id,
            account.teacher_id,
            account.display_name,
            grant.role,
            grant.organisation_id.label("grant_organisation_id"),
            person.school_id,
        )
        .join(grant, and_(grant.region_id == account.region_id, grant.account_id == account.id, is_open))
        .outerjoin(person, and_(person.region_id == account.region_id, person.id == account.teacher_id))
        .outerjoin(desk, and_(desk.region_id == grant.region_id, desk.id == grant.department_id))
        .where(
            account.region_id == ctx.principal.region_id,
            account.id.in_(account_ids),
            account.status == "active",
            or_(grant.role.in_(SCORING_ROLES), desk.department_code == BASIC_EDUCATION),
        )
        .ext(distinct_on(account.id))
        .order_by(account.id, grant.starts_on)
    )
    return {row.id: row for row in (await ctx.db.execute(statement)).all()}
