"""REST of the archive of a school and year, and of the yearly exchange. [A5.6] [A5.10]"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse

from app.access.doors import Ctx, Paged, listing, permits
from app.access.permissions import Permission
from app.archive.rest import ZIP, OnShelf, attached
from app.archive.service import packed
from app.core.schemas import Listing
from app.organisations.schemas import YearName
from app.policy.school_year import SchoolYear
from app.school_research import service
from app.school_research.queries.helped import HelpFilter
from app.school_research.schemas import (
    ResearchArchive,
    ResearchExchange,
    ResearchExchangeSet,
    ResearchExchangeStanding,
    ResearchHelp,
    ResearchReminder,
    ResearchYear,
    ResearchYearSet,
)

router = APIRouter(tags=["school_research"])
READ, WRITE = permits(Permission.RESEARCH_ARCHIVE_READ), permits(Permission.RESEARCH_ARCHIVE_WRITE)
SEE, HOST = permits(Permission.RESEARCH_EXCHANGE_READ), permits(Permission.RESEARCH_EXCHANGE_RECORD)
OfYear = Annotated[YearName, Query()]


@router.get("/research-archive", response_model=ResearchArchive, **READ)
async def get_research_archive(ctx: Ctx, school_year: OfYear) -> object:
    """Which of the six kinds each school has, by 中心校 档案完备情况 [A5.10]."""
    return await service.archive_standing(ctx, SchoolYear.parse(school_year))


@router.get("/research-archive/{school_id:uuid}/files.zip", response_class=Response, responses=ZIP, **READ)
async def get_research_archive_zip(ctx: Ctx, school_id: UUID, school_year: OfYear, shelf: OnShelf) -> Response:
    """All that a school has of a year in one zip, with an index 打包下载 [A5.10]."""
    year = await service.year_to_pack(ctx, school_id, SchoolYear.parse(school_year))
    pieces = packed(year.files, shelf.storage, folders=year.folders, texts=year.texts)
    return StreamingResponse(pieces, media_type="application/zip", headers=attached(year.name))


@router.post("/research-years:set", response_model=ResearchYear, **WRITE)
async def set_research_year(ctx: Ctx, new: ResearchYearSet) -> object:
    """Write down results and summary of a year 填写学年成果与总结 [A5.10]."""
    return await service.set_research_year(ctx, new)


@router.get("/research-reminders", response_model=Listing[ResearchReminder], **READ)
async def list_research_reminders(ctx: Ctx, page: Paged) -> object:
    """Schools with something due today: plan, term assessment, hours sheet 待办提醒 [A5.7.1 A5.7.2 A5.7.3]."""
    return listing(await service.find_reminders(ctx, page))


@router.get("/research-help", response_model=Listing[ResearchHelp], **permits(Permission.ASSISTANCE_READ))
async def list_research_help(ctx: Ctx, page: Paged, only: Annotated[HelpFilter, Depends()]) -> object:
    """Schools that demonstration schools help, with how their research of a year goes 示范校帮扶跟踪 [M4.1 A4.5]."""
    return listing(await service.find_helped(ctx, page, only))


@router.get("/research-exchanges", response_model=Listing[ResearchExchangeStanding], **SEE)
async def list_research_exchanges(ctx: Ctx, school_year: OfYear) -> object:
    """Which 中心校 have hosted the exchange of a year, and which still owe it 交流会举办情况 [A5.6]."""
    items = await service.exchange_standing(ctx, SchoolYear.parse(school_year))
    return {"items": items, "next_cursor": None, "total": None}


@router.post("/research-exchanges:set", response_model=ResearchExchange, **HOST)
async def set_research_exchange(ctx: Ctx, new: ResearchExchangeSet) -> object:
    """Record the exchange the own 中心校 has hosted 登记交流会 [A5.6]."""
    return await service.set_exchange(ctx, new)
