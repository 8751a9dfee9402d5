"""REST of samples and checks 抽查与检查."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.hours.schemas import TermName
from app.school_research import service
from app.school_research.queries.inspections import InspectionFilter
from app.school_research.schemas import (
    Inspection,
    InspectionArea,
    InspectionAssess,
    InspectionCorrect,
    InspectionCreate,
    InspectionFollowUp,
    InspectionHandIn,
    InspectionSample,
    InspectionSampleCreate,
    InspectionSampleDraw,
    SampleCheck,
)
from app.school_research.states import InspectionKind, InspectionStatus

router = APIRouter(tags=["school_research"])
READ = permits(Permission.INSPECTION_READ)
CHECK = permits(Permission.INSPECTION_CHECK)
ANSWER = permits(Permission.INSPECTION_ANSWER)
SAMPLES = permits(Permission.SAMPLE_READ)
DRAW = permits(Permission.SAMPLE_DRAW)
ONE = "/inspections/{inspection_id:uuid}"
SAMPLE = "/inspection-samples/{sample_id:uuid}"


@router.get("/inspection-samples", response_model=Listing[InspectionSample], **SAMPLES)
async def list_inspection_samples(ctx: Ctx, page: Paged, term: Annotated[TermName | None, Query()] = None) -> object:
    """Random samples, newest first; all of a term are shown 抽查公告列表."""
    return listing(await service.find_samples(ctx, page, term))


@router.post("/inspection-samples", response_model=InspectionSample, status_code=201, **DRAW)
async def create_inspection_sample(ctx: Ctx, new: InspectionSampleCreate) -> object:
    """Freeze the population and commit the seed of a sample 登记抽查 [A5.8.2]."""
    return await service.create_sample(ctx, new)


@router.get(SAMPLE, response_model=InspectionSample, **SAMPLES)
async def get_inspection_sample(ctx: Ctx, sample_id: UUID) -> object:
    """The published record of a sample, from which anybody draws the same 抽查公告."""
    return await service.get_sample(ctx, sample_id)


@router.post(f"{SAMPLE}:draw", response_model=InspectionSample, **DRAW)
async def draw_inspection_sample(
    ctx: Ctx, sample_id: UUID, given: InspectionSampleDraw, tag: Tagged, once: Once
) -> Response:
    """Draw; the seed is published 抽取 [A5.8.2]."""
    version = tag.expected(given)

    async def draw() -> object:
        return await service.draw_sample(ctx, sample_id, given, version=version)

    return await once.answer(ctx, given, draw, InspectionSample, status=200)


@router.post(f"{SAMPLE}:verify", response_model=SampleCheck, **SAMPLES)
async def verify_inspection_sample(ctx: Ctx, sample_id: UUID) -> object:
    """Draw again from the record and compare 复核."""
    return await service.verify_sample(ctx, sample_id)


@router.get("/inspections", response_model=Listing[Inspection], **READ)
async def list_inspections(
    ctx: Ctx,
    page: Paged,
    school_id: UUID | None = None,
    central_school_id: UUID | None = None,
    sample_id: UUID | None = None,
    term: Annotated[TermName | None, Query()] = None,
    kind: InspectionKind | None = None,
    status: InspectionStatus | None = None,
) -> object:
    """Checks, newest first 检查列表."""
    only = InspectionFilter.of(school_id, central_school_id, sample_id, term, kind, status)
    return listing(await service.find_inspections(ctx, page, only))


@router.get("/inspection-progress", response_model=Listing[InspectionArea], **READ)
async def list_inspection_progress(ctx: Ctx, term: Annotated[TermName, Query()]) -> object:
    """How far the mid-term checks are, by 中心校 期中检查进度 [A5.8.1]."""
    return {"items": await service.inspection_progress(ctx, term), "next_cursor": None, "total": None}


@router.post("/inspections", response_model=Inspection, status_code=201, **CHECK)
async def create_inspection(ctx: Ctx, new: InspectionCreate, tag: Tagged) -> object:
    """Write down the mid-term check of a school 期中检查 [A5.8.1]."""
    return tag.seal(await service.create_inspection(ctx, new))


@router.get(ONE, response_model=Inspection, **READ)
async def get_inspection(ctx: Ctx, inspection_id: UUID, tag: Tagged) -> object:
    """One check 检查."""
    return tag.seal(await service.get_inspection(ctx, inspection_id))


@router.post(f"{ONE}:handIn", response_model=Inspection, **ANSWER)
async def hand_in_inspection(ctx: Ctx, inspection_id: UUID, given: InspectionHandIn, tag: Tagged) -> object:
    """Hand in what the sample asks for 提交材料."""
    return tag.seal(await service.hand_in(ctx, inspection_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:assess", response_model=Inspection, **CHECK)
async def assess_inspection(ctx: Ctx, inspection_id: UUID, given: InspectionAssess, tag: Tagged) -> object:
    """Findings and score of what the sample drew 评定 [A5.8.2]."""
    return tag.seal(await service.assess(ctx, inspection_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:correct", response_model=Inspection, **ANSWER)
async def correct_inspection(ctx: Ctx, inspection_id: UUID, given: InspectionCorrect, tag: Tagged) -> object:
    """Report what was put right 整改报告."""
    return tag.seal(await service.correct(ctx, inspection_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:followUp", response_model=Inspection, **CHECK)
async def follow_up_inspection(ctx: Ctx, inspection_id: UUID, given: InspectionFollowUp, tag: Tagged) -> object:
    """Settle a correction, or send it back 整改复查."""
    return tag.seal(await service.follow_up(ctx, inspection_id, given, version=tag.expected(given)))
