"""GraphQL of rubrics."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.graph import Batch, shown_many
from app.access.graph_types import Node, output
from app.access.graph_verbs import pages, record, verb
from app.access.permissions import Permission
from app.evaluations import schemas, service
from app.evaluations.queries.rubrics import RubricFilter

READ, WRITE = Permission.RUBRIC_READ, Permission.RUBRIC_WRITE
_R = schemas.Rubric


@output(schemas.Rubric)
class Rubric(Node):
    """A version of a rubric 评价标准；内容一经保存不再改变."""


async def rubrics_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.Rubric | None]:
    """One rubric 评价标准详情 [A5.R A6.R]."""
    return shown_many(_R, await service.get_rubrics(ctx, list(ids)))


@strawberry.type
class Query:
    """What rubrics answer."""

    rubric = record(READ, rubrics_by_ids, _R)
    rubrics = pages(READ, service.find_rubrics, _R, only=RubricFilter)


@strawberry.type
class Mutation:
    """What writes and publishes rubrics."""

    write_rubric = verb(WRITE, service.write_rubric, schemas.RubricWrite, _R, at=(), once=True)
    publish_rubric = verb(Permission.RUBRIC_PUBLISH, service.publish_rubric, schemas.EvaluationMove, _R)
    withdraw_rubric = verb(WRITE, service.withdraw_rubric, schemas.EvaluationReason, _R)


NODES: dict[str, Batch] = {"Rubric": rubrics_by_ids}
