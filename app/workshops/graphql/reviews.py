"""GraphQL of monthly reviews, ranking, reminders, mentor pairs and subsidies."""

from dataclasses import dataclass

import strawberry

from app.access.context import Context
from app.access.graph_verbs import pages, verb
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.pages import Page, PageRequest
from app.workshops import schemas, service
from app.workshops.graphql.workshops import READ
from app.workshops.queries.pairs import PairFilter, SubsidyFilter
from app.workshops.states import WorkshopLevel

RUN, REVIEW = Permission.WORKSHOP_RUN, Permission.WORKSHOP_REVIEW
READ_SUBSIDY, RECORD = Permission.WORKSHOP_SUBSIDY_READ, Permission.WORKSHOP_SUBSIDY_RECORD


@dataclass(frozen=True, slots=True)
class _Month:
    """Which places: of a month, and of a level or all."""

    month: schemas.MonthName
    level: WorkshopLevel | None = None


async def _ranking(ctx: Context, request: PageRequest, only: _Month) -> Page[AnyRow]:
    """Places of a closed month among the workshops of a level, and how they moved 月度排名 [M7.1a]."""
    return await service.ranking(ctx, request, only.month, only.level)


@strawberry.type
class Query:
    """What reviews, pairs and subsidies answer."""

    workshop_reviews = pages(READ, service.find_reviews, schemas.WorkshopReview, at=("uuid",))
    workshop_rankings = pages(READ, _ranking, schemas.WorkshopRank, only=_Month)
    workshop_reminders = pages(READ, service.reminders, schemas.WorkshopReminder)
    mentor_pairs = pages(READ, service.find_pairs, schemas.MentorPair, only=PairFilter)
    workshop_subsidies = pages(READ_SUBSIDY, service.find_subsidies, schemas.WorkshopSubsidy, only=SubsidyFilter)


@strawberry.type
class Mutation:
    """What reviews months, makes pairs and grants subsidies."""

    write_workshop_review = verb(REVIEW, service.review_month, schemas.WorkshopReviewWrite, schemas.WorkshopReview)
    close_workshop_review = verb(
        REVIEW, service.close_review, schemas.WorkshopMove, schemas.WorkshopReview, at=("uuid", "review_id")
    )
    create_mentor_pair = verb(RUN, service.create_pair, schemas.MentorPairCreate, schemas.MentorPair, at=())
    finish_mentor_pair = verb(RUN, service.finish_pair, schemas.MentorPairFinish, schemas.MentorPair)
    grant_workshop_subsidy = verb(
        RECORD, service.grant_subsidy, schemas.WorkshopSubsidyCreate, schemas.WorkshopSubsidy, at=(), once=True
    )
    pay_workshop_subsidy = verb(RECORD, service.pay_subsidy, schemas.WorkshopSubsidyPay, schemas.WorkshopSubsidy)
