"""GraphQL of candidates and objections."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.graph import Batch, shown_many
from app.access.graph_types import Node, output
from app.access.graph_verbs import pages, reading, record, verb
from app.access.permissions import Permission
from app.evaluations import schemas, service
from app.evaluations.queries.candidates import CandidateFilter, ObjectionFilter

READ, NOMINATE, READ_OBJECTION = Permission.CANDIDATE_READ, Permission.CANDIDATE_NOMINATE, Permission.OBJECTION_READ
_N, _O = schemas.CampaignCandidate, schemas.CampaignObjection


@output(schemas.CampaignCandidate)
class CampaignCandidate(Node):
    """A candidate 候选对象; points, share and place are shown once the result is publicised."""


@output(schemas.CampaignObjection)
class CampaignObjection(Node):
    """An objection 异议 and its answer."""


async def candidates_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.CampaignCandidate | None]:
    """One candidate 候选对象详情 [A5.9]."""
    return shown_many(_N, await service.get_candidates(ctx, list(ids)))


async def objections_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.CampaignObjection | None]:
    """One objection 公示异议详情 [M7.1b]."""
    return shown_many(_O, await service.get_objections(ctx, list(ids)))


@strawberry.type
class Query:
    """What candidates and objections answer."""

    campaign_candidate = record(READ, candidates_by_ids, _N)
    campaign_candidates = pages(READ, service.find_candidates, _N, only=CandidateFilter, at=("uuid",))
    candidate_scores = reading(READ, service.scores, schemas.CandidateScores)
    campaign_objection = record(READ_OBJECTION, objections_by_ids, _O)
    campaign_objections = pages(READ_OBJECTION, service.find_objections, _O, only=ObjectionFilter, at=("uuid",))


@strawberry.type
class Mutation:
    """What nominates, sets marks as chair, and answers objections."""

    nominate_candidate = verb(NOMINATE, service.nominate, schemas.CandidateNominate, _N, once=True)
    withdraw_candidate = verb(NOMINATE, service.withdraw_candidate, schemas.EvaluationReason, _N)
    set_chair_mark = verb(
        Permission.SCORE_SHEET_CHAIR, service.set_chair_mark, schemas.ChairMarkWrite, schemas.CandidateScores
    )
    lodge_objection = verb(Permission.OBJECTION_LODGE, service.lodge_objection, schemas.ObjectionLodge, _O, once=True)
    answer_objection = verb(Permission.OBJECTION_ANSWER, service.answer_objection, schemas.ObjectionAnswer, _O)


NODES: dict[str, Batch] = {"CampaignCandidate": candidates_by_ids, "CampaignObjection": objections_by_ids}
