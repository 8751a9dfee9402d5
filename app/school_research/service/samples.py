"""Use cases of the random sample 期末随机抽查: commit, draw, read, verify. [A5.8.2]"""

import secrets
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.policy.school_year import SchoolYear
from app.school_research import rules
from app.school_research.queries import inspections as queries
from app.school_research.schemas import (
    InspectionSample,
    InspectionSampleCreate,
    InspectionSampleDraw,
    SampleCheck,
)
from app.school_research.service.plan_checks import found
from app.school_research.states import SAMPLE_LIFECYCLE, InspectionKind, InspectionStatus, SampleStatus

explain({"uq_inspection_samples_number": ("DATA_CONFLICT", "本学期刚登记了一次抽查，请刷新后查看。")})


async def find_samples(ctx: Context, request: PageRequest, term: str | None) -> Page[Any]:
    """A page of samples, newest first; all of a term are shown."""
    ctx.require(Permission.SAMPLE_READ)
    page = await queries.sample_page(ctx, request, term)
    return Page(await _published(ctx, page.items), page.cursors, page.has_more, page.total)


async def get_sample(ctx: Context, sample_id: UUID) -> InspectionSample:
    """The published record of a sample."""
    ctx.require(Permission.SAMPLE_READ)
    return (await _published(ctx, [found(await queries.sample(ctx, sample_id))]))[0]


async def get_samples(ctx: Context, ids: Sequence[UUID]) -> list[InspectionSample | None]:
    """Samples (n,) -> records (n,), None where missing."""
    ctx.require(Permission.SAMPLE_READ)
    rows = await queries.samples_by_ids(ctx, ids)
    known = {one.id: one for one in await _published(ctx, [row for row in rows if row])}
    return [known.get(one) for one in ids]


async def create_sample(ctx: Context, new: InspectionSampleCreate) -> InspectionSample:
    """Freeze the population and commit the seed 登记抽查: whom it draws is settled now and known to nobody."""
    ctx.require(Permission.SAMPLE_DRAW)
    year, half = int(new.term[:4]), int(new.term[-1])
    made = await queries.samples_of_term(ctx, year, half)
    per_term = ctx.regulation.whole("school_research.samples_per_term", on=SchoolYear(year).last_day)
    ctx.enforce(rules.check_again(made, per_term=per_term, reason=new.reason), pointer="/reason")
    schools = await queries.schools(ctx)
    if not schools:
        raise Conflict("SAMPLE_EMPTY", "没有在办的学校，无从抽查。")
    population = [
        {
            "id": str(one.id),
            "name": one.name,
            "central": str(one.central_school_id or ""),
            "stage": "+".join(one.stages),
        }
        for one in schools
    ]
    seed = secrets.token_hex(32)
    digest = rules.population_hash(_candidates(population))
    values = {
        **new.model_dump(include={"percent", "by_central_school", "by_stage", "reason"}),
        "start_year": year,
        "term": half,
        "number": made + 1,
        "population": population,
        "population_sha256": digest,
        "seed": seed,
        "seed_sha256": rules.seed_hash(seed),
        "status": str(SampleStatus.COMMITTED),
    }
    sample_id = await queries.create_sample(ctx, values)
    facts = {"term": new.term, "number": made + 1, "population": digest, "seed": values["seed_sha256"]}
    await ctx.record("inspection_sample.committed", entity="inspection_sample", entity_id=sample_id, facts=facts)
    return await get_sample(ctx, sample_id)


async def draw_sample(
    ctx: Context, sample_id: UUID, given: InspectionSampleDraw, *, version: int | None
) -> InspectionSample:
    """Draw 抽取: the seed is published, and every school drawn is asked for its material."""
    ctx.require(Permission.SAMPLE_DRAW)
    ctx.require(Permission.SAMPLE_READ)
    row = found(await queries.sample(ctx, sample_id, lock=True))
    check_version(row, version)
    status = SAMPLE_LIFECYCLE.move(SampleStatus(row.status), "draw")
    seed = await queries.seed_of(ctx, sample_id)
    drawn = rules.draw(_candidates(row.population), _design(row), seed=seed, public_value=given.public_value or "")
    await queries.set_drawn(
        ctx,
        sample_id,
        {
            "status": str(status),
            "public_value": given.public_value,
            "drawn_by": ctx.principal.account_id,
            "drawn_at": queries.NOW,
        },
    )
    same = {"start_year": row.start_year, "term": row.term, "sample_id": sample_id}
    fixed = {**same, "kind": str(InspectionKind.SAMPLE), "status": str(InspectionStatus.DRAWN)}
    await queries.add(ctx, [{**fixed, "school_id": UUID(school), "stratum": stratum} for school, stratum in drawn])
    facts = {"drawn": [school for school, _ in drawn], "public_value": given.public_value}
    await ctx.record("inspection_sample.drawn", entity="inspection_sample", entity_id=sample_id, facts=facts)
    return await get_sample(ctx, sample_id)


async def verify_sample(ctx: Context, sample_id: UUID) -> SampleCheck:
    """Draw again from the record and compare with whom was asked 复核; 409 before the draw."""
    ctx.require(Permission.SAMPLE_READ)
    row = found(await queries.sample(ctx, sample_id))
    if row.seed is None:
        raise Conflict("SAMPLE_NOT_DRAWN", "尚未抽取，种子未公布，不能复核。", status=row.status)
    candidates = _candidates(row.population)
    digest, seed = rules.population_hash(candidates), rules.seed_hash(row.seed)
    drawn = rules.draw(candidates, _design(row), seed=row.seed, public_value=row.public_value or "")
    asked = {school for _, school in await queries.drawn_schools(ctx, [sample_id])}
    again = [UUID(school) for school, _ in drawn]
    is_valid = (digest, seed) == (row.population_sha256, row.seed_sha256) and set(again) == asked
    return SampleCheck(is_valid=is_valid, population_sha256=digest, seed_sha256=seed, drawn=again)


def _candidates(population: Sequence[dict[str, Any]]) -> list[rules.Candidate]:
    return [rules.Candidate(one["id"], one["central"], one["stage"]) for one in population]


def _design(row: AnyRow) -> rules.Design:
    return rules.Design(row.percent, row.by_central_school, row.by_stage)


async def _published(ctx: Context, rows: Sequence[AnyRow]) -> list[InspectionSample]:
    drawn = await queries.drawn_schools(ctx, [row.id for row in rows])
    return [InspectionSample.model_validate(_record(row, drawn)) for row in rows]


def _record(row: AnyRow, drawn: set[tuple[UUID, UUID]]) -> dict[str, Any]:
    is_drawn = row.status == SampleStatus.DRAWN
    schools = [
        {
            "id": one["id"],
            "name": one["name"],
            "central_school_id": one["central"] or None,
            "stage": one["stage"],
            "is_drawn": (row.id, UUID(one["id"])) in drawn if is_drawn else None,
        }
        for one in row.population
    ]
    return {**row._mapping, "population": schools}  # noqa: SLF001 - public by name
