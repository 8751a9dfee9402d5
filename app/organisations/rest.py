"""REST of organisations, school years and regions."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from app.access.doors import Ctx, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.organisations import service
from app.organisations.schemas import (
    Organisation,
    OrganisationCreate,
    OrganisationPatch,
    Region,
    SchoolYearCalendar,
    SchoolYearWrite,
    YearName,
)
from app.organisations.states import OrganisationKind, OrganisationStatus
from app.policy.school_year import SchoolYear

router = APIRouter(tags=["organisations"])
READ = permits(Permission.ORGANISATION_READ)
CHANGE = permits(Permission.ORGANISATION_CHANGE)
Year = Annotated[YearName, Path()]


@router.get("/regions", response_model=Listing[Region], **READ)
async def list_regions(ctx: Ctx) -> object:
    """The caller's region 本区域: no request crosses regions."""
    return {"items": [await service.region(ctx)], "next_cursor": None, "total": None}


@router.get("/organisations", response_model=Listing[Organisation], **READ)
async def list_organisations(
    ctx: Ctx,
    page: Paged,
    kind: OrganisationKind | None = None,
    parent_id: UUID | None = None,
    status: OrganisationStatus | None = None,
    q: Annotated[str | None, Query(max_length=50, description="名称的一部分，或完整代码")] = None,
) -> object:
    """Organisations by name 机构列表."""
    return listing(await service.find(ctx, page, kind=kind, parent_id=parent_id, status=status, text=q))


@router.post("/organisations", response_model=Organisation, status_code=201, **CHANGE)
async def create_organisation(ctx: Ctx, new: OrganisationCreate, tag: Tagged) -> object:
    """Add an organisation 新增机构."""
    return tag.seal(await service.create(ctx, new))


@router.get("/organisations/{organisation_id:uuid}", response_model=Organisation, **READ)
async def get_organisation(ctx: Ctx, organisation_id: UUID, tag: Tagged) -> object:
    """One organisation 机构详情."""
    return tag.seal(await service.get(ctx, organisation_id))


@router.patch("/organisations/{organisation_id:uuid}", response_model=Organisation, **CHANGE)
async def change_organisation(ctx: Ctx, organisation_id: UUID, patch: OrganisationPatch, tag: Tagged) -> object:
    """Change facts of an organisation 修改机构."""
    return tag.seal(await service.change(ctx, organisation_id, patch, version=tag.expected(patch)))


@router.post("/organisations/{organisation_id:uuid}:close", response_model=Organisation, **CHANGE)
async def close_organisation(ctx: Ctx, organisation_id: UUID, tag: Tagged) -> object:
    """Close an organisation that is empty 撤并机构."""
    return tag.seal(await service.close(ctx, organisation_id, version=tag.expected()))


@router.post("/organisations/{organisation_id:uuid}:reopen", response_model=Organisation, **CHANGE)
async def reopen_organisation(ctx: Ctx, organisation_id: UUID, tag: Tagged) -> object:
    """Open a closed organisation again 恢复机构."""
    return tag.seal(await service.reopen(ctx, organisation_id, version=tag.expected()))


@router.get("/school-years", response_model=Listing[SchoolYearCalendar], **permits(Permission.SCHOOL_YEAR_READ))
async def list_school_years(ctx: Ctx) -> object:
    """School calendars, newest first 学年校历."""
    return {"items": await service.school_years(ctx), "next_cursor": None, "total": None}


@router.get("/school-years/{school_year}", response_model=SchoolYearCalendar, **permits(Permission.SCHOOL_YEAR_READ))
async def get_school_year(ctx: Ctx, school_year: Year) -> object:
    """One school calendar with weeks and due days 学年校历."""
    return await service.school_year(ctx, SchoolYear.parse(school_year))


@router.put("/school-years/{school_year}", response_model=SchoolYearCalendar, **permits(Permission.SCHOOL_YEAR_CHANGE))
async def put_school_year(ctx: Ctx, school_year: Year, days: SchoolYearWrite, tag: Tagged) -> object:
    """Set a school calendar 设置学年校历."""
    return await service.put_school_year(ctx, SchoolYear.parse(school_year), days, version=tag.expected())
