"""GraphQL of training plans."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.graph import Batch, shown_many
from app.access.graph_types import Node, output
from app.access.graph_verbs import pages, record, verb
from app.access.permissions import Permission
from app.projects import schemas, service
from app.projects.queries.plans import TrainingPlanFilter

READ, WRITE = Permission.TRAINING_PLAN_READ, Permission.TRAINING_PLAN_WRITE
APPROVE = Permission.TRAINING_PLAN_APPROVE


@output(schemas.TrainingPlan)
class TrainingPlan(Node):
    """One plan 培训规划或年度计划 [M3.2]."""


async def plans_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.TrainingPlan | None]:
    """One plan 培训规划或年度计划 [M3.2]."""
    return shown_many(schemas.TrainingPlan, await service.get_plans(ctx, ids))


@strawberry.type
class Query:
    """What training plans answer."""

    training_plans = pages(READ, service.find_plans, schemas.TrainingPlan, only=TrainingPlanFilter)
    training_plan = record(READ, plans_by_ids, schemas.TrainingPlan)


@strawberry.type
class Mutation:
    """What changes training plans."""

    create_training_plan = verb(
        WRITE, service.create_plan, schemas.TrainingPlanCreate, schemas.TrainingPlan, at=(), once=True
    )
    change_training_plan = verb(WRITE, service.change_plan, schemas.TrainingPlanPatch, schemas.TrainingPlan)
    submit_training_plan = verb(WRITE, service.submit_plan, schemas.ProjectMove, schemas.TrainingPlan)
    approve_training_plan = verb(APPROVE, service.approve_plan, schemas.ProjectMove, schemas.TrainingPlan)
    return_training_plan = verb(APPROVE, service.return_plan, schemas.ProjectReason, schemas.TrainingPlan)


NODES: dict[str, Batch] = {"TrainingPlan": plans_by_ids}
