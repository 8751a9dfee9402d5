"""REST of yearly plans 年度校本研修方案."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.organisations.schemas import YearName
from app.policy.school_year import SchoolYear
from app.school_research import service
from app.school_research.queries.plans import PlanFilter
from app.school_research.schemas import (
    SchoolPlan,
    SchoolPlanAct,
    SchoolPlanAmend,
    SchoolPlanArea,
    SchoolPlanCreate,
    SchoolPlanMove,
    SchoolPlanPatch,
    SchoolPlanReturn,
    SchoolPlanSubmit,
)
from app.school_research.states import SchoolPlanStatus

router = APIRouter(tags=["school_research"])
READ = permits(Permission.SCHOOL_PLAN_READ)
FILE = permits(Permission.SCHOOL_PLAN_FILE)
REVIEW = permits(Permission.SCHOOL_PLAN_REVIEW)
PDF: dict[str, Any] = {"responses": {200: {"content": {"application/pdf": {}}, "description": "PDF"}}}
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DOCX: dict[str, Any] = {"responses": {200: {"content": {WORD: {}}, "description": "Word"}}}
ONE = "/school-plans/{plan_id:uuid}"


@router.get("/school-plans", response_model=Listing[SchoolPlan], **READ)
async def list_school_plans(
    ctx: Ctx,
    page: Paged,
    school_id: UUID | None = None,
    central_school_id: UUID | None = None,
    school_year: Annotated[YearName | None, Query()] = None,
    status: SchoolPlanStatus | None = None,
) -> object:
    """Yearly plans, newest first 年度校本研修方案列表."""
    only = PlanFilter.of(school_id, central_school_id, school_year, status)
    return listing(await service.find_plans(ctx, page, only))


@router.get("/school-plan-progress", response_model=Listing[SchoolPlanArea], **READ)
async def list_school_plan_progress(ctx: Ctx, school_year: Annotated[YearName, Query()]) -> object:
    """Who has handed in, late or not at all, by 中心校 提交进度与逾期名单 [A5.7.3]."""
    items = await service.plan_progress(ctx, SchoolYear.parse(school_year))
    return {"items": items, "next_cursor": None, "total": None}


@router.post("/school-plans", response_model=SchoolPlan, status_code=201, **FILE)
async def create_school_plan(ctx: Ctx, new: SchoolPlanCreate, tag: Tagged) -> object:
    """Begin the plan of a school year 新建方案."""
    return tag.seal(await service.create_plan(ctx, new))


@router.get(ONE, response_model=SchoolPlan, **READ)
async def get_school_plan(ctx: Ctx, plan_id: UUID, tag: Tagged) -> object:
    """One revision of a plan 方案."""
    return tag.seal(await service.get_plan(ctx, plan_id))


@router.patch(ONE, response_model=SchoolPlan, **FILE)
async def change_school_plan(ctx: Ctx, plan_id: UUID, patch: SchoolPlanPatch, tag: Tagged) -> object:
    """Change the content of a draft or returned plan 修改方案."""
    return tag.seal(await service.change_plan(ctx, plan_id, patch, version=tag.expected(patch)))


@router.get(f"{ONE}.pdf", response_class=Response, **READ, **PDF)
async def get_school_plan_pdf(ctx: Ctx, plan_id: UUID) -> Response:
    """The printed form 《年度校本研修方案申请表》."""
    name, pdf = await service.plan_form(ctx, plan_id)
    headers = {"Content-Disposition": f"attachment; filename=\"plan.pdf\"; filename*=UTF-8''{quote(name)}"}
    return Response(pdf, media_type="application/pdf", headers=headers)


@router.get(f"{ONE}.docx", response_class=Response, **READ, **DOCX)
async def get_school_plan_docx(ctx: Ctx, plan_id: UUID) -> Response:
    """The same form as a Word document 《年度校本研修方案申请表》."""
    name, document = await service.plan_document(ctx, plan_id)
    headers = {"Content-Disposition": f"attachment; filename=\"plan.docx\"; filename*=UTF-8''{quote(name)}"}
    return Response(document, media_type=WORD, headers=headers)


@router.get(f"{ONE}/acts", response_model=Listing[SchoolPlanAct], **READ)
async def list_school_plan_acts(ctx: Ctx, plan_id: UUID) -> object:
    """Who did what, when and why, and what was handed in 办理记录."""
    return {"items": await service.plan_acts(ctx, plan_id), "next_cursor": None, "total": None}


@router.post(f"{ONE}:submit", response_model=SchoolPlan, **FILE)
async def submit_school_plan(ctx: Ctx, plan_id: UUID, given: SchoolPlanSubmit, tag: Tagged) -> object:
    """Hand a plan in; late only with a reason 提交 [A5.7.3]."""
    return tag.seal(await service.submit_plan(ctx, plan_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:approve", response_model=SchoolPlan, **REVIEW)
async def approve_school_plan(ctx: Ctx, plan_id: UUID, move: SchoolPlanMove, tag: Tagged, once: Once) -> Response:
    """Approve a plan or an amendment 审核通过 [A5.6]."""
    version = tag.expected(move)

    async def approve() -> object:
        return await service.approve_plan(ctx, plan_id, move, version=version)

    return await once.answer(ctx, move, approve, SchoolPlan, status=200)


@router.post(f"{ONE}:return", response_model=SchoolPlan, **REVIEW)
async def return_school_plan(ctx: Ctx, plan_id: UUID, move: SchoolPlanReturn, tag: Tagged) -> object:
    """Send a plan back with what is to be changed 退回 [A5.6]."""
    return tag.seal(await service.return_plan(ctx, plan_id, move, version=tag.expected(move)))


@router.post(f"{ONE}:start", response_model=SchoolPlan, **FILE)
async def start_school_plan(ctx: Ctx, plan_id: UUID, move: SchoolPlanMove, tag: Tagged) -> object:
    """Begin to work by an approved plan 开始实施."""
    return tag.seal(await service.start_plan(ctx, plan_id, move, version=tag.expected(move)))


@router.post(f"{ONE}:close", response_model=SchoolPlan, **FILE)
async def close_school_plan(ctx: Ctx, plan_id: UUID, move: SchoolPlanMove, tag: Tagged) -> object:
    """Close the plan of a year 结束."""
    return tag.seal(await service.close_plan(ctx, plan_id, move, version=tag.expected(move)))


@router.post(f"{ONE}:withdraw", response_model=SchoolPlan, **FILE)
async def withdraw_school_plan(ctx: Ctx, plan_id: UUID, move: SchoolPlanMove, tag: Tagged) -> object:
    """Take a revision back 撤回."""
    return tag.seal(await service.withdraw_plan(ctx, plan_id, move, version=tag.expected(move)))


@router.post(f"{ONE}:amend", response_model=SchoolPlan, status_code=201, **FILE)
async def amend_school_plan(ctx: Ctx, plan_id: UUID, why: SchoolPlanAmend, tag: Tagged) -> object:
    """Propose to change an approved plan: a new draft beside it 修订."""
    return tag.seal(await service.amend_plan(ctx, plan_id, why, version=tag.expected(why)))
