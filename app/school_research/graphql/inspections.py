"""GraphQL of samples and checks 抽查与检查."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, TypeVar
from uuid import UUID

import strawberry
from pydantic import BaseModel

from app.access.context import Context
from app.access.doors import expected_version
from app.access.graph import FIRST_DEFAULT, After, Batch, Connection, First, Info, Listed, Problem, listed, shown_many
from app.access.graph_types import Node, field, input_of, output, output_of
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import NotFound
from app.core.pages import Page, PageRequest
from app.hours.schemas import TermName
from app.school_research import schemas, service
from app.school_research.graphql.plans import Key
from app.school_research.queries.inspections import InspectionFilter
from app.school_research.states import InspectionKind, InspectionStatus

READ, CHECK, ANSWER = Permission.INSPECTION_READ, Permission.INSPECTION_CHECK, Permission.INSPECTION_ANSWER
SAMPLES, DRAW = Permission.SAMPLE_READ, Permission.SAMPLE_DRAW
B = TypeVar("B", bound=BaseModel)
TERM = strawberry.argument(description="学期，如 2026-2027-1")
Sample = schemas.InspectionSample
Check = schemas.Inspection


async def samples_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[Sample | None]:
    """Samples (n,) -> records (n,); to whom samples are closed they are missing."""
    if ctx.principal.grant(SAMPLES) is None:
        return [None] * len(ids)
    return await service.get_samples(ctx, ids)


async def inspections_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[Check | None]:
    """Checks (n,) -> answers (n,); to whom checks are closed they are missing."""
    if ctx.principal.grant(READ) is None:
        return [None] * len(ids)
    return shown_many(Check, await service.get_inspections(ctx, ids))


@output(Sample)
class InspectionSample(Node):
    """A random sample: the published record 抽查公告."""


@output(Check)
class Inspection(Node):
    """The check of a school 校本研修检查."""


@output(schemas.SampleCheck)
class SampleCheck:
    """Whether a sample holds 复核结果."""


async def _sample(info: Info, uuid: UUID) -> Sample:
    """The published record of a sample 抽查公告."""
    return await info.context.fetch(lambda ctx: service.get_sample(ctx, uuid))


async def _samples(
    info: Info, first: First = FIRST_DEFAULT, after: After = None, term: Annotated[str | None, TERM] = None
) -> Listed:
    """Random samples, newest first 抽查公告列表."""
    half = info.context.valid(TermName | None, term, at="term")

    async def find(ctx: Context, request: PageRequest) -> Page[Any]:
        return await service.find_samples(ctx, request, half)

    return await listed(info, Sample, find, first=first, after=after)


async def _inspection(info: Info, uuid: UUID) -> Check:
    """One check 检查."""

    async def get(ctx: Context) -> AnyRow:
        return await service.get_inspection(ctx, uuid)

    found = shown_many(Check, [await info.context.fetch(get)])[0]
    if found is None:
        raise NotFound
    return found


async def _inspections(  # noqa: PLR0913, PLR0917 - one argument per filter
    info: Info,
    first: First = FIRST_DEFAULT,
    after: After = None,
    school_id: UUID | None = None,
    central_school_id: UUID | None = None,
    sample_id: UUID | None = None,
    term: Annotated[str | None, TERM] = None,
    kind: InspectionKind | None = None,
    status: InspectionStatus | None = None,
) -> Listed:
    """Checks, newest first 检查列表."""
    half = info.context.valid(TermName | None, term, at="term")
    only = InspectionFilter.of(school_id, central_school_id, sample_id, half, kind, status)

    async def find(ctx: Context, request: PageRequest) -> Page[AnyRow]:
        return await service.find_inspections(ctx, request, only)

    return await listed(info, Check, find, first=first, after=after)


async def _progress(info: Info, term: Annotated[str, TERM]) -> list[schemas.InspectionArea]:
    """How far the mid-term checks are, by 中心校 期中检查进度."""
    half = info.context.valid(TermName, term, at="term")
    return await info.context.fetch(lambda ctx: service.inspection_progress(ctx, half))


@strawberry.type
class Query:
    """What samples and checks answer."""

    inspection_sample = field(SAMPLES, _sample, InspectionSample | None)
    inspection_samples = field(SAMPLES, _samples, Connection[InspectionSample] | None)
    inspection = field(READ, _inspection, Inspection | None)
    inspections = field(READ, _inspections, Connection[Inspection] | None)
    inspection_progress = field(READ, _progress, list[output_of(schemas.InspectionArea)] | None, size=30)  # type: ignore[misc]  # built at run time


@input_of(schemas.InspectionSampleCreate)
class InspectionSampleCreateInput:
    """Freeze the population and commit the seed 登记抽查."""


@input_of(schemas.InspectionSampleDraw)
class InspectionSampleDrawInput:
    """Draw 抽取."""


@input_of(schemas.InspectionCreate)
class InspectionCreateInput:
    """The mid-term check of a school 期中检查."""


@input_of(schemas.InspectionHandIn)
class InspectionHandInInput:
    """What the school hands in 提交材料."""


@input_of(schemas.InspectionAssess)
class InspectionAssessInput:
    """Findings and score 评定."""


@input_of(schemas.InspectionCorrect)
class InspectionCorrectInput:
    """What was put right 整改报告."""


@input_of(schemas.InspectionFollowUp)
class InspectionFollowUpInput:
    """Whether the correction will do 整改复查."""


_name = strawberry.argument(name="input")


async def _moved(
    info: Info, schema: type[B], value: object, act: Callable[..., Awaitable[AnyRow]], uuid: UUID
) -> Check | Problem:
    """What a service function of (ctx, id, body, version=) makes of a check."""

    async def move(ctx: Context) -> AnyRow:
        body = info.context.given(schema, value)
        return await act(ctx, uuid, body, version=expected_version(getattr(body, "etag", None)))

    return await info.context.change(Check, move)


async def _create_sample(info: Info, new: Annotated[InspectionSampleCreateInput, _name]) -> Sample | Problem:
    """Freeze the population and commit the seed of a sample 登记抽查 [A5.8.2]."""
    graph = info.context

    async def create(ctx: Context) -> Sample:
        return await service.create_sample(ctx, graph.given(schemas.InspectionSampleCreate, new))

    return await graph.change(Sample, create)


async def _draw(
    info: Info, uuid: UUID, given: Annotated[InspectionSampleDrawInput, _name], idempotency_key: Key
) -> Sample | Problem:
    """Draw; the seed is published 抽取 [A5.8.2]."""

    async def draw(ctx: Context, body: schemas.InspectionSampleDraw) -> object:
        return await service.draw_sample(ctx, uuid, body, version=expected_version(body.etag))

    body = lambda: info.context.given(schemas.InspectionSampleDraw, given)  # noqa: E731
    verb = f"drawInspectionSample {uuid}"
    return await info.context.change_once(Sample, body, draw, verb=verb, key=idempotency_key)


async def _verify(info: Info, uuid: UUID) -> schemas.SampleCheck | Problem:
    """Draw again from the record and compare 复核."""
    return await info.context.change(schemas.SampleCheck, lambda ctx: service.verify_sample(ctx, uuid))


async def _create(info: Info, new: Annotated[InspectionCreateInput, _name]) -> Check | Problem:
    """Write down the mid-term check of a school 期中检查 [A5.8.1]."""
    graph = info.context

    async def create(ctx: Context) -> AnyRow:
        return await service.create_inspection(ctx, graph.given(schemas.InspectionCreate, new))

    return await graph.change(Check, create)


async def _hand_in(info: Info, uuid: UUID, given: Annotated[InspectionHandInInput, _name]) -> Check | Problem:
    """Hand in what the sample asks for 提交材料."""
    return await _moved(info, schemas.InspectionHandIn, given, service.hand_in, uuid)


async def _assess(info: Info, uuid: UUID, given: Annotated[InspectionAssessInput, _name]) -> Check | Problem:
    """Findings and score of what the sample drew 评定 [A5.8.2]."""
    return await _moved(info, schemas.InspectionAssess, given, service.assess, uuid)


async def _correct(info: Info, uuid: UUID, given: Annotated[InspectionCorrectInput, _name]) -> Check | Problem:
    """Report what was put right 整改报告."""
    return await _moved(info, schemas.InspectionCorrect, given, service.correct, uuid)


async def _follow_up(info: Info, uuid: UUID, given: Annotated[InspectionFollowUpInput, _name]) -> Check | Problem:
    """Settle a correction, or send it back 整改复查."""
    return await _moved(info, schemas.InspectionFollowUp, given, service.follow_up, uuid)


SamplePayload = Annotated[InspectionSample | Problem, strawberry.union("InspectionSamplePayload")]
VerifyPayload = Annotated[SampleCheck | Problem, strawberry.union("SampleCheckPayload")]
CheckPayload = Annotated[Inspection | Problem, strawberry.union("InspectionPayload")]


@strawberry.type
class Mutation:
    """What changes samples and checks."""

    create_inspection_sample = field(DRAW, _create_sample, SamplePayload)
    draw_inspection_sample = field(DRAW, _draw, SamplePayload)
    verify_inspection_sample = field(SAMPLES, _verify, VerifyPayload)
    create_inspection = field(CHECK, _create, CheckPayload)
    hand_in_inspection = field(ANSWER, _hand_in, CheckPayload)
    assess_inspection = field(CHECK, _assess, CheckPayload)
    correct_inspection = field(ANSWER, _correct, CheckPayload)
    follow_up_inspection = field(CHECK, _follow_up, CheckPayload)


NODES: dict[str, Batch] = {"InspectionSample": samples_by_ids, "Inspection": inspections_by_ids}
