"""GraphQL of campaigns: window, quotas, panel, publicity, decision."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.graph import Batch, shown_many
from app.access.graph_types import Node, output
from app.access.graph_verbs import pages, record, verb
from app.access.permissions import Permission
from app.evaluations import schemas, service
from app.evaluations.queries.campaigns import CampaignFilter

READ, RUN, PUBLICISE = Permission.CAMPAIGN_READ, Permission.CAMPAIGN_RUN, Permission.CAMPAIGN_PUBLICISE
_C, _Move, _Reason = schemas.Campaign, schemas.EvaluationMove, schemas.EvaluationReason


@output(schemas.Campaign)
class Campaign(Node):
    """A campaign 评选 of one kind in one year."""


async def campaigns_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.Campaign | None]:
    """One campaign 评选详情 [M7.1b]."""
    return shown_many(_C, await service.get_campaigns(ctx, list(ids)))


@strawberry.type
class Query:
    """What campaigns answer."""

    campaign = record(READ, campaigns_by_ids, _C)
    campaigns = pages(READ, service.find_campaigns, _C, only=CampaignFilter)
    campaign_quotas = pages(READ, service.find_quotas, schemas.CampaignQuota, at=("uuid",))
    campaign_panelists = pages(
        Permission.SCORE_SHEET_CONFIRM, service.find_panel, schemas.CampaignPanelist, at=("uuid",)
    )
    publicised_candidates = pages(READ, service.find_publicised, schemas.PublicisedCandidate, at=("uuid",))


@strawberry.type
class Mutation:
    """What moves campaigns."""

    create_campaign = verb(RUN, service.create_campaign, schemas.CampaignCreate, _C, at=(), once=True)
    open_campaign = verb(RUN, service.open_campaign, _Move, _C)
    set_campaign_quotas = verb(RUN, service.set_quotas, schemas.CampaignQuotasWrite, _C)
    set_campaign_panel = verb(RUN, service.set_panel, schemas.CampaignPanelWrite, _C)
    start_campaign_scoring = verb(RUN, service.start_scoring, _Move, _C)
    publicise_campaign = verb(PUBLICISE, service.publicise, schemas.CampaignPublicise, _C)
    reopen_campaign = verb(PUBLICISE, service.reopen, _Reason, _C)
    decide_campaign = verb(Permission.CAMPAIGN_DECIDE, service.decide, _Move, _C)
    cancel_campaign = verb(RUN, service.cancel_campaign, _Reason, _C)


NODES: dict[str, Batch] = {"Campaign": campaigns_by_ids}
