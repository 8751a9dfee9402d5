"""REST of typical cases."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from app.access.doors import Ctx, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.cases import service
from app.cases.queries import CaseFilter
from app.cases.schemas import (
    CaseUse,
    CaseUseCreate,
    TypicalCase,
    TypicalCaseCreate,
    TypicalCasePatch,
    TypicalCaseRecommendation,
    TypicalCaseReview,
)
from app.core.schemas import Listing

router = APIRouter(tags=["publications"])
READ, SUBMIT = permits(Permission.CASE_READ), permits(Permission.CASE_SUBMIT)
ONE = "/cases/{case_id:uuid}"


@router.get("/cases", response_model=Listing[TypicalCase], **READ)
async def list_typical_cases(ctx: Ctx, page: Paged, only: Annotated[CaseFilter, Depends()]) -> object:
    """Cases handed in and taken in, newest first 典型案例列表."""
    return listing(await service.find(ctx, page, only))


@router.post("/cases", response_model=TypicalCase, status_code=201, **SUBMIT)
async def submit_typical_case(ctx: Ctx, new: TypicalCaseCreate, tag: Tagged) -> object:
    """Hand a case in 报送典型案例."""
    return tag.seal(await service.submit(ctx, new))


@router.get(ONE, response_model=TypicalCase, **READ)
async def get_typical_case(ctx: Ctx, case_id: UUID, tag: Tagged) -> object:
    """One case 典型案例详情."""
    return tag.seal(await service.get(ctx, case_id))


@router.patch(ONE, response_model=TypicalCase, **SUBMIT)
async def change_typical_case(ctx: Ctx, case_id: UUID, patch: TypicalCasePatch, tag: Tagged) -> object:
    """Change a case that is not reviewed yet 修改典型案例."""
    return tag.seal(await service.change(ctx, case_id, patch, version=tag.expected(patch)))


@router.post(f"{ONE}:review", response_model=TypicalCase, **permits(Permission.CASE_REVIEW))
async def review_typical_case(ctx: Ctx, case_id: UUID, verdict: TypicalCaseReview, tag: Tagged) -> object:
    """Take a case in, or not with a reason 评审."""
    return tag.seal(await service.review(ctx, case_id, verdict, version=tag.expected(verdict)))


@router.post(f"{ONE}:recommend", response_model=TypicalCase, **permits(Permission.CASE_RECOMMEND))
async def recommend_typical_case(ctx: Ctx, case_id: UUID, where: TypicalCaseRecommendation, tag: Tagged) -> object:
    """Recommend a case upward 择优上报."""
    return tag.seal(await service.recommend(ctx, case_id, where, version=tag.expected(where)))


@router.post(f"{ONE}:withdraw", response_model=TypicalCase, **SUBMIT)
async def withdraw_typical_case(ctx: Ctx, case_id: UUID, tag: Tagged) -> object:
    """Take a case back before it is reviewed 撤回."""
    return tag.seal(await service.withdraw(ctx, case_id, version=tag.expected()))


@router.get(f"{ONE}/uses", response_model=Listing[CaseUse], **READ)
async def list_case_uses(ctx: Ctx, case_id: UUID, page: Paged) -> object:
    """Where a case was used, newest first 推广应用."""
    return listing(await service.uses(ctx, page, case_id))


@router.post(f"{ONE}/uses", response_model=CaseUse, status_code=201, **permits(Permission.CASE_USE))
async def record_case_use(ctx: Ctx, case_id: UUID, new: CaseUseCreate) -> object:
    """Write down that the own organisation has used a case 登记推广应用."""
    return await service.record_use(ctx, case_id, new)
