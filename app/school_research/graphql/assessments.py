"""GraphQL of term assessments 学期考核."""

from typing import Annotated, Any
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.graph import FIRST_DEFAULT, After, Connection, First, Info, Listed, Problem, listed, shown_many
from app.access.graph_types import field, input_of, output, output_of
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.pages import Page, PageRequest
from app.hours.schemas import TermName
from app.school_research import schemas, service

READ = Permission.TERM_ASSESSMENT_READ
Standing = schemas.TermAssessmentStanding
TERM = strawberry.argument(description="学期，如 2026-2027-1")
_Assessment: Any = output_of(schemas.TermAssessment)


@output(Standing)
class TermAssessmentStanding:
    """How far a school has assessed its teachers at post 考核进度."""


async def _assessments(
    info: Info,
    first: First = FIRST_DEFAULT,
    after: After = None,
    school_id: UUID | None = None,
    term: Annotated[str | None, TERM] = None,
) -> Listed:
    """Assessments, newest first; a teacher sees the own 学期考核列表."""
    half = info.context.valid(TermName | None, term, at="term")

    async def find(ctx: Context, request: PageRequest) -> Page[AnyRow]:
        return await service.find_assessments(ctx, request, school_id, half)

    return await listed(info, schemas.TermAssessment, find, first=first, after=after)


async def _progress(info: Info, term: Annotated[str, TERM]) -> list[Standing | None]:
    """How far every school is with its teachers at post 考核进度."""
    half = info.context.valid(TermName, term, at="term")
    return shown_many(Standing, await info.context.fetch(lambda ctx: service.assessment_progress(ctx, half)))


@strawberry.type
class Query:
    """What term assessments answer."""

    term_assessments = field(READ, _assessments, Connection[_Assessment] | None)
    term_assessment_progress = field(READ, _progress, list[TermAssessmentStanding] | None, size=200)


@input_of(schemas.TermAssessmentsSet)
class TermAssessmentsSetInput:
    """Assessments entered together 批量登记考核."""


async def _set(
    info: Info, new: Annotated[TermAssessmentsSetInput, strawberry.argument(name="input")]
) -> Standing | Problem:
    """Say of up to 500 teachers whether they passed, all or none 登记考核 [A5.7.2]."""
    graph = info.context

    async def act(ctx: Context) -> AnyRow:
        return await service.set_assessments(ctx, graph.given(schemas.TermAssessmentsSet, new))

    return await graph.change(Standing, act)


StandingPayload = Annotated[TermAssessmentStanding | Problem, strawberry.union("TermAssessmentStandingPayload")]


@strawberry.type
class Mutation:
    """What changes term assessments."""

    set_term_assessments = field(Permission.TERM_ASSESSMENT_SET, _set, StandingPayload)
