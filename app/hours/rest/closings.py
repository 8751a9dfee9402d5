"""REST of closed school years."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from app.access.doors import Ctx, Once, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.hours import service
from app.hours.schemas import HoursClosing, HoursYearClose, HoursYearReopen
from app.organisations.schemas import YearName
from app.policy.school_year import SchoolYear

router = APIRouter(tags=["hours"])
Year = Annotated[YearName, Path()]
READ = permits(Permission.HOURS_CLOSING_READ)


@router.get("/hours-closings", response_model=Listing[HoursClosing], **READ)
async def list_hours_closings(ctx: Ctx) -> object:
    """School years that were ever closed, newest first 学年封账."""
    return {"items": await service.closings(ctx), "next_cursor": None, "total": None}


@router.get("/hours-closings/{school_year}", response_model=HoursClosing, **READ)
async def get_hours_closing(ctx: Ctx, school_year: Year) -> object:
    """A school year's ledger: open or closed, and what is still open in it 学年学时账."""
    return await service.closing(ctx, SchoolYear.parse(school_year))


@router.post(
    "/hours-closings/{school_year}:close",
    response_model=HoursClosing,
    status_code=201,
    **permits(Permission.HOURS_CLOSE_YEAR),
)
async def close_hours_year(ctx: Ctx, school_year: Year, new: HoursYearClose, once: Once) -> Response:
    """Close a school year that is over 封账."""
    year = SchoolYear.parse(school_year)
    return await once.answer(ctx, new, lambda: service.close_year(ctx, year, new), HoursClosing)


@router.post(
    "/hours-closings/{school_year}:reopen",
    response_model=HoursClosing,
    status_code=201,
    **permits(Permission.HOURS_REOPEN_YEAR),
)
async def reopen_hours_year(ctx: Ctx, school_year: Year, why: HoursYearReopen, once: Once) -> Response:
    """Open a closed school year again, with a reason 解封."""
    year = SchoolYear.parse(school_year)
    return await once.answer(ctx, why, lambda: service.reopen_year(ctx, year, why), HoursClosing)
