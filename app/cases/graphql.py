"""GraphQL of typical cases."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.graph import Batch, shown_many
from app.access.graph_types import Node, output
from app.access.graph_verbs import pages, record, verb
from app.access.permissions import Permission
from app.cases import schemas, service
from app.cases.queries import CaseFilter

READ, SUBMIT = Permission.CASE_READ, Permission.CASE_SUBMIT
Case = schemas.TypicalCase


async def cases_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.TypicalCase | None]:
    """One case 典型案例详情."""
    return shown_many(schemas.TypicalCase, await service.get_many(ctx, list(ids)))


@output(schemas.TypicalCase)
class TypicalCase(Node):
    """A typical case 典型案例."""


@strawberry.type
class Query:
    """What typical cases answer."""

    typical_case = record(READ, cases_by_ids, Case)
    typical_cases = pages(READ, service.find, Case, only=CaseFilter)
    case_uses = pages(READ, service.uses, schemas.CaseUse, at=("uuid",))


@strawberry.type
class Mutation:
    """What moves typical cases."""

    submit_typical_case = verb(SUBMIT, service.submit, schemas.TypicalCaseCreate, Case, at=())
    change_typical_case = verb(SUBMIT, service.change, schemas.TypicalCasePatch, Case)
    review_typical_case = verb(Permission.CASE_REVIEW, service.review, schemas.TypicalCaseReview, Case)
    recommend_typical_case = verb(Permission.CASE_RECOMMEND, service.recommend, schemas.TypicalCaseRecommendation, Case)
    withdraw_typical_case = verb(SUBMIT, service.withdraw, None, Case)
    record_case_use = verb(Permission.CASE_USE, service.record_use, schemas.CaseUseCreate, schemas.CaseUse)


NODES: dict[str, Batch] = {"TypicalCase": cases_by_ids}
