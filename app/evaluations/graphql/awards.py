"""GraphQL of awards, and of what follows from them."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.graph import Batch, Info, shown_many
from app.access.graph_types import Node, field, output, output_of
from app.access.graph_verbs import pages, record, verb
from app.access.permissions import Permission
from app.evaluations import schemas, service
from app.evaluations.queries.awards import AwardFilter

READ, REVOKE = Permission.AWARD_READ, Permission.AWARD_REVOKE
_A = schemas.Award


@output(schemas.Award)
class Award(Node):
    """An award 奖项 with its number and certificate."""


async def awards_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.Award | None]:
    """One award 奖项详情 [M7.1b]."""
    return shown_many(_A, await service.get_awards(ctx, list(ids)))


async def _claims(info: Info) -> list[schemas.BackboneClaim]:
    """Who may be recommended as backbone teacher today, from workshops' awards 骨干教师推荐资格 [A6.13b]."""
    return await info.context.fetch(service.backbone_claims)


@strawberry.type
class Query:
    """What awards answer."""

    award = record(READ, awards_by_ids, _A)
    awards = pages(READ, service.find_awards, _A, only=AwardFilter)
    backbone_claims = field(
        Permission.BACKBONE_READ,
        _claims,
        list[output_of(schemas.BackboneClaim)] | None,  # type: ignore[misc]  # built at run time
        size=100,
    )


@strawberry.type
class Mutation:
    """What revokes awards."""

    ask_award_revocation = verb(REVOKE, service.ask_revocation, schemas.EvaluationReason, _A)
    confirm_award_revocation = verb(REVOKE, service.confirm_revocation, schemas.EvaluationMove, _A)
    refuse_award_revocation = verb(REVOKE, service.refuse_revocation, schemas.EvaluationReason, _A)


NODES: dict[str, Batch] = {"Award": awards_by_ids}
