"""REST of the portfolio and of coverage."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from app.access.doors import Ctx, Paged, listing, permits
from app.access.permissions import Permission
from app.core.errors import BadRequest
from app.core.pages import LIMIT_DEFAULT
from app.core.schemas import Listing
from app.organisations.schemas import YearName
from app.portfolio import service
from app.portfolio.queries.coverage import CoverageFilter, CoverageGroup
from app.portfolio.schemas import Portfolio, TeacherCoverage, TeacherCoverageSummary
from app.portfolio.service import PortfolioRequest
from app.portfolio.states import PortfolioKind

router = APIRouter(tags=["portfolio"])
READ, COVERAGE = permits(Permission.PORTFOLIO_READ), permits(Permission.COVERAGE_READ)
PDF: dict[str, Any] = {"responses": {200: {"content": {"application/pdf": {}}, "description": "PDF"}}}
ONE = "/teachers/{teacher_id:uuid}/portfolio"
Year = Annotated[YearName | None, Query()]
Kinds = Annotated[
    list[PortfolioKind] | None, Query(max_length=len(PortfolioKind), description="类别，可重复；不填为全部")
]
Limit = Annotated[int, Query(ge=1, description="时间线每页条数，最多 200，超出按 200")]
Cursor = Annotated[str | None, Query(max_length=1000, description="上一页答复中的 timeline.next_cursor")]


async def spanned(from_year: Year = None, to_year: Year = None, kinds: Kinds = None) -> PortfolioRequest:
    """The years and kinds a client asks for."""
    return PortfolioRequest(from_year, to_year, _once(kinds))


def _once(kinds: list[PortfolioKind] | None) -> tuple[PortfolioKind, ...] | None:
    return tuple(sorted(set(kinds))) if kinds else None


async def asked(
    from_year: Year = None,
    to_year: Year = None,
    kinds: Kinds = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> PortfolioRequest:
    """The same with the page of the timeline."""
    return PortfolioRequest(from_year, to_year, _once(kinds), limit, cursor)


async def never_dry(request: Request) -> None:
    """Refuse `validate_only`: it would give the paper out and roll the audit record back."""
    if "validate_only" in request.query_params:
        raise BadRequest("VALIDATE_ONLY_REFUSED", "打印成长档案不支持 validate_only。")


@router.get(ONE, response_model=Portfolio, **READ)
async def get_teacher_portfolio(
    ctx: Ctx, teacher_id: UUID, wanted: Annotated[PortfolioRequest, Depends(asked)]
) -> object:
    """A teacher's growth: hours by year against targets, and everything done in time order 个人成长档案 [M3.5]."""
    return await service.get_portfolio(ctx, teacher_id, wanted)


@router.get(f"{ONE}.pdf", response_class=Response, dependencies=[Depends(never_dry)], **READ, **PDF)
async def get_teacher_portfolio_pdf(
    ctx: Ctx, teacher_id: UUID, wanted: Annotated[PortfolioRequest, Depends(spanned)]
) -> Response:
    """The same on paper, put on the audit log 打印成长档案 [M3.5]."""
    name, pdf = await service.print_portfolio(ctx, teacher_id, wanted)
    headers = {"Content-Disposition": f"attachment; filename=\"portfolio.pdf\"; filename*=UTF-8''{quote(name)}"}
    return Response(pdf, media_type="application/pdf", headers=headers)


@router.get("/teacher-coverage", response_model=Listing[TeacherCoverage], **COVERAGE)
async def list_teacher_coverage(ctx: Ctx, page: Paged, only: Annotated[CoverageFilter, Depends()]) -> object:
    """Teachers at post and who of them lacks a project, a workshop or hours 教师培训覆盖情况 [M3.2]."""
    return listing(await service.find_coverage(ctx, page, only))


@router.get("/teacher-coverage/summary", response_model=TeacherCoverageSummary, **COVERAGE)
async def get_teacher_coverage_summary(
    ctx: Ctx, school_year: Annotated[YearName, Query()], group_by: CoverageGroup = "central_school"
) -> object:
    """How many lack what, by 中心校, school or stage 覆盖情况汇总 [M3.2]."""
    return await service.summarise_coverage(ctx, school_year, group_by)
