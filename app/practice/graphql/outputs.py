"""GraphQL of outputs, opinions, and trainees' cases."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.graph import Batch, shown_many
from app.access.graph_types import Node, output
from app.access.graph_verbs import pages, record, verb
from app.access.permissions import Permission
from app.archive.graphql import File  # noqa: F401 - its type comes first
from app.archive.schemas import File as FileSchema
from app.practice import schemas, service
from app.practice.queries.outputs import OutputFilter, PracticeCaseFilter

READ, SUBMIT, GUIDE = Permission.PRACTICE_READ, Permission.PRACTICE_SUBMIT, Permission.PRACTICE_GUIDE
ASSESS, JUDGE, PUBLISH = Permission.PRACTICE_ASSESS, Permission.PRACTICE_JUDGE, Permission.PRACTICE_PUBLISH
_O, _C = schemas.PracticeOutput, schemas.PracticeCase


@output(schemas.PracticeOutput)
class PracticeOutput(Node):
    """An output 返岗实践成果."""


@output(schemas.PracticeCase)
class PracticeCase(Node):
    """A trainee's case 学员案例."""


async def outputs_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.PracticeOutput | None]:
    """One output 返岗实践成果 [A2.4]."""
    return shown_many(_O, await service.get_outputs(ctx, list(ids)))


async def cases_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.PracticeCase | None]:
    """One trainee's case 学员案例 [A4.5]."""
    return shown_many(_C, await service.get_cases(ctx, list(ids)))


@strawberry.type
class Query:
    """What outputs and trainees' cases answer."""

    practice_output = record(READ, outputs_by_ids, _O)
    practice_outputs = pages(READ, service.find_outputs, _O, only=OutputFilter)
    practice_opinions = pages(READ, service.find_opinions, schemas.PracticeOpinion, at=("uuid",))
    practice_output_files = pages(READ, service.output_files, FileSchema, at=("uuid",))
    practice_case = record(READ, cases_by_ids, _C)
    practice_cases = pages(READ, service.find_cases, _C, only=PracticeCaseFilter)


@strawberry.type
class Mutation:
    """What moves outputs and trainees' cases."""

    submit_practice_output = verb(SUBMIT, service.submit_output, schemas.PracticeOutputCreate, _O, at=(), once=True)
    resubmit_practice_output = verb(SUBMIT, service.resubmit_output, schemas.PracticeOutputResubmit, _O)
    withdraw_practice_output = verb(SUBMIT, service.withdraw_output, schemas.PracticeMove, _O)
    guide_practice_output = verb(GUIDE, service.guide_output, schemas.PracticeOpinionGive, _O)
    return_practice_output = verb(GUIDE, service.return_output, schemas.PracticeReason, _O)
    mark_practice_output = verb(ASSESS, service.mark_output, schemas.PracticeMark, _O)
    publish_practice_output = verb(PUBLISH, service.publish_output, schemas.PracticeMove, _O)
    unpublish_practice_output = verb(PUBLISH, service.unpublish_output, schemas.PracticeReason, _O)
    submit_practice_case = verb(SUBMIT, service.submit_case, schemas.PracticeCaseCreate, _C, at=(), once=True)
    judge_practice_case = verb(JUDGE, service.judge_case, schemas.PracticeCaseAnswer, _C)
    revoke_practice_case = verb(JUDGE, service.revoke_case, schemas.PracticeReason, _C)
    withdraw_practice_case = verb(SUBMIT, service.withdraw_case, schemas.PracticeMove, _C)


NODES: dict[str, Batch] = {"PracticeOutput": outputs_by_ids, "PracticeCase": cases_by_ids}
