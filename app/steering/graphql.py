"""GraphQL of the leading group, its offices and the experts."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry
from pydantic import Field

from app.access.context import Context
from app.access.graph import Batch, shown_many
from app.access.graph_types import Node, output
from app.access.graph_verbs import pages, reading, record, verb
from app.access.permissions import Permission
from app.steering import schemas, service
from app.steering.queries.experts import ExpertFilter
from app.steering.queries.groups import HolderFilter, LeadingGroupFilter
from app.steering.states import READ_OUT_DAYS

READ, SET = Permission.STEERING_READ, Permission.STEERING_SET
READ_EXPERT, ENGAGE, REVIEW = Permission.EXPERT_READ, Permission.EXPERT_ENGAGE, Permission.EXPERT_REVIEW
_G, _H, _E, _R = schemas.LeadingGroup, schemas.LeadingGroupHolder, schemas.Expert, schemas.ExpertReview
Day = Annotated[date, Field(ge=READ_OUT_DAYS[0], le=READ_OUT_DAYS[1])]


@output(schemas.LeadingGroup)
class LeadingGroup(Node):
    """A body that steers the project county 领导小组、领导小组办公室、项目办."""


@output(schemas.Expert)
class Expert(Node):
    """An expert 指导专家 and for what."""


async def groups_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.LeadingGroup | None]:
    """One body 机构详情 [A1]."""
    return shown_many(_G, await service.get_groups(ctx, list(ids)))


async def experts_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.Expert | None]:
    """One expert 专家详情 [M6.1.2]."""
    return shown_many(_E, await service.get_experts(ctx, list(ids)))


@strawberry.type
class Query:
    """What the leading group and the experts answer."""

    leading_group = record(READ, groups_by_ids, _G)
    leading_groups = pages(READ, service.find_groups, _G, only=LeadingGroupFilter)
    leading_group_holders = pages(READ, service.find_holders, _H, only=HolderFilter, at=("uuid",))
    leading_group_standing = reading(READ, service.standing, schemas.LeadingGroupStanding, at=(), more={"on": Day})
    expert = record(READ_EXPERT, experts_by_ids, _E)
    experts = pages(READ_EXPERT, service.find_experts, _E, only=ExpertFilter)
    expert_reviews = pages(REVIEW, service.find_reviews, _R, at=("uuid",))
    expert_coverage = reading(READ_EXPERT, service.expert_coverage, schemas.ExpertCoverage, at=(), more={"on": Day})


@strawberry.type
class Mutation:
    """What sets up bodies, fills posts, engages and reviews experts."""

    found_leading_group = verb(SET, service.found_group, schemas.LeadingGroupCreate, _G, at=(), once=True)
    dissolve_leading_group = verb(SET, service.dissolve_group, schemas.LeadingGroupEnding, _G)
    appoint_leading_group_holder = verb(SET, service.appoint_holder, schemas.LeadingGroupHolderCreate, _H, once=True)
    end_leading_group_holder = verb(SET, service.end_holder, schemas.LeadingGroupEnding, _H)
    engage_expert = verb(ENGAGE, service.engage, schemas.ExpertCreate, _E, at=(), once=True)
    end_expert = verb(ENGAGE, service.end_expert, schemas.ExpertEnding, _E)
    review_expert = verb(REVIEW, service.review_expert, schemas.ExpertReviewCreate, _R, once=True)


NODES: dict[str, Batch] = {"LeadingGroup": groups_by_ids, "Expert": experts_by_ids}
