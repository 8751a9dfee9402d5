"""GraphQL of members and of their yearly adjustment."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.graph_verbs import pages, verb
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.pages import Page, PageRequest
from app.workshops import schemas, service
from app.workshops.graphql.workshops import READ, REGISTER

RUN = Permission.WORKSHOP_RUN
ADJUSTMENT = ("uuid", "adjustment_id")


@dataclass(frozen=True, slots=True)
class _MemberFilter:
    """Which members: those of a day, or all of history."""

    on: date | None = None


async def _members(ctx: Context, request: PageRequest, workshop_id: UUID, only: _MemberFilter) -> Page[AnyRow]:
    """Members of a workshop with their history, or those of a day 成员."""
    return await service.find_members(ctx, request, workshop_id, only.on)


@strawberry.type
class Query:
    """What members answer."""

    workshop_members = pages(READ, _members, schemas.WorkshopMember, only=_MemberFilter, at=("uuid",))
    workshop_adjustments = pages(READ, service.find_adjustments, schemas.WorkshopAdjustment, at=("uuid",))


@strawberry.type
class Mutation:
    """What changes members."""

    adjust_workshop_members = verb(RUN, service.adjust_members, schemas.WorkshopMembersAdjust, schemas.Workshop)
    approve_workshop_adjustment = verb(
        REGISTER,
        service.approve_adjustment,
        schemas.WorkshopDecision,
        schemas.WorkshopAdjustment,
        at=ADJUSTMENT,
        once=True,
    )
    return_workshop_adjustment = verb(
        REGISTER, service.return_adjustment, schemas.WorkshopDecision, schemas.WorkshopAdjustment, at=ADJUSTMENT
    )
    end_workshop_member = verb(
        RUN, service.end_member, schemas.WorkshopMemberEnd, schemas.WorkshopMember, at=("uuid", "member_id")
    )
    consent_workshop = verb(Permission.WORKSHOP_TAKE_PART, service.consent, None, schemas.WorkshopMember)
