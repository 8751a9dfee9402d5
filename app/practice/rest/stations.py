"""REST of base schools, and of trainers paired with workshops and base schools."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.practice import service
from app.practice.queries.stations import BaseSchoolFilter, PairingFilter
from app.practice.schemas import (
    BaseSchool,
    BaseSchoolCreate,
    BaseSchoolTown,
    PairingVisit,
    PairingVisitCreate,
    PracticeEnd,
    PracticePairing,
    PracticePairingCreate,
)

router = APIRouter(tags=["practice"])
READ, SET = permits(Permission.PRACTICE_PLAN_READ), permits(Permission.PRACTICE_PLAN_SET)
PAIRINGS, PAIRING = "/projects/{project_id:uuid}/practice-pairings", "/practice-pairings/{pairing_id:uuid}"


@router.get("/base-schools", response_model=Listing[BaseSchool], **READ)
async def list_base_schools(ctx: Ctx, page: Paged, only: Annotated[BaseSchoolFilter, Depends()]) -> object:
    """Base schools, newest first 校本研修基地学校列表 [M5.3]."""
    return listing(await service.find_base_schools(ctx, page, only))


@router.post("/base-schools", response_model=BaseSchool, status_code=201, **SET)
async def name_base_school(ctx: Ctx, new: BaseSchoolCreate, once: Once) -> Response:
    """Name a base school of its town, one or two a town 确定基地学校 [M5.3]."""
    return await once.answer(ctx, new, lambda: service.name_base_school(ctx, new), BaseSchool)


@router.post("/base-schools/{base_school_id:uuid}:end", response_model=BaseSchool, **SET)
async def end_base_school(ctx: Ctx, base_school_id: UUID, given: PracticeEnd, tag: Tagged) -> object:
    """End a base school 终止基地学校 [M5.3]."""
    return tag.seal(await service.end_base_school(ctx, base_school_id, given, version=tag.expected(given)))


@router.get("/base-school-towns", response_model=Listing[BaseSchoolTown], **READ)
async def list_base_school_towns(ctx: Ctx, page: Paged) -> object:
    """Every town with its number of base schools, and whether that is enough 各镇基地学校数 [M5.3]."""
    return listing(await service.find_towns(ctx, page))


@router.get(PAIRINGS, response_model=Listing[PracticePairing], **READ)
async def list_practice_pairings(
    ctx: Ctx, project_id: UUID, page: Paged, only: Annotated[PairingFilter, Depends()]
) -> object:
    """Pairings of trainers in a project, newest first 培训者对接列表 [M5.3]."""
    return listing(await service.find_pairings(ctx, page, project_id, only))


@router.post(PAIRINGS, response_model=PracticePairing, status_code=201, **SET)
async def pair_practice_trainer(ctx: Ctx, project_id: UUID, new: PracticePairingCreate, once: Once) -> Response:
    """Pair a trainer with a workshop or a base school 安排对接 [M5.3]."""
    return await once.answer(ctx, new, lambda: service.pair_trainer(ctx, project_id, new), PracticePairing)


@router.post(f"{PAIRING}:end", response_model=PracticePairing, **SET)
async def end_practice_pairing(ctx: Ctx, pairing_id: UUID, given: PracticeEnd, tag: Tagged) -> object:
    """End a pairing 终止对接 [M5.3]."""
    return tag.seal(await service.end_pairing(ctx, pairing_id, given, version=tag.expected(given)))


@router.get(f"{PAIRING}/visits", response_model=Listing[PairingVisit], **READ)
async def list_pairing_visits(ctx: Ctx, pairing_id: UUID, page: Paged) -> object:
    """Visits of a paired trainer, newest first 对接指导记录 [M5.3]."""
    return listing(await service.find_pairing_visits(ctx, page, pairing_id))


@router.post(f"{PAIRING}/visits", response_model=PairingVisit, status_code=201, **permits(Permission.PRACTICE_VISIT))
async def record_pairing_visit(ctx: Ctx, pairing_id: UUID, new: PairingVisitCreate, once: Once) -> Response:
    """Put a visit of a paired trainer on record 登记对接指导 [M5.3]."""
    return await once.answer(ctx, new, lambda: service.record_pairing_visit(ctx, pairing_id, new), PairingVisit)
