"""GraphQL of tasks, duties, and what the practice has come to."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import strawberry
from pydantic import Field

from app.access.context import Context
from app.access.graph import Batch, shown_many
from app.access.graph_types import Node, output
from app.access.graph_verbs import pages, reading, record, verb
from app.access.permissions import Permission
from app.practice import schemas, service
from app.practice.queries.summary import PersonFilter
from app.practice.queries.tasks import DutyFilter, TaskFilter
from app.practice.states import YEARS

READ, PLAN, SET = Permission.PRACTICE_READ, Permission.PRACTICE_PLAN_READ, Permission.PRACTICE_PLAN_SET
_K = schemas.PracticeTask
Year = Annotated[int, Field(ge=YEARS[0], le=YEARS[1])]


@output(schemas.PracticeTask)
class PracticeTask(Node):
    """A task 返岗实践任务."""


async def tasks_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.PracticeTask | None]:
    """One task 返岗实践任务 [M5.3]."""
    return shown_many(_K, await service.get_tasks(ctx, list(ids)))


@strawberry.type
class Query:
    """What tasks and duties answer."""

    practice_task = record(PLAN, tasks_by_ids, _K)
    practice_tasks = pages(PLAN, service.find_tasks, _K, only=TaskFilter, at=("uuid",))
    practice_duties = pages(READ, service.find_duties, schemas.PracticeDuty, only=DutyFilter, at=("uuid",))
    practice_trainees = pages(READ, service.find_persons, schemas.PracticeTrainee, only=PersonFilter, at=("uuid",))
    practice_summary = reading(READ, service.summary, schemas.PracticeSummary)
    practice_case_shares = reading(READ, service.case_shares, schemas.PracticeCaseShares, at=(), more={"year": Year})


@strawberry.type
class Mutation:
    """What moves tasks."""

    draft_practice_task = verb(SET, service.draft_task, schemas.PracticeTaskWrite, _K, once=True)
    change_practice_task = verb(SET, service.change_task, schemas.PracticeTaskWrite, _K)
    publish_practice_task = verb(SET, service.publish_task, schemas.PracticeMove, _K)
    extend_practice_task = verb(SET, service.extend_task, schemas.PracticeTaskExtend, _K)
    withdraw_practice_task = verb(SET, service.withdraw_task, schemas.PracticeReason, _K)


NODES: dict[str, Batch] = {"PracticeTask": tasks_by_ids}
