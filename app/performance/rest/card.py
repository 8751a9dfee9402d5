"""REST of the scorecard: the card, its indicators, the records behind the numbers, what-if, and frozen years."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from app.access.doors import Ctx, Once, Paged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.performance import service
from app.performance.schemas import (
    Scorecard,
    ScorecardFreeze,
    ScorecardIndicator,
    ScorecardOutlook,
    ScorecardRecord,
    ScorecardSnapshot,
    ScorecardSnapshotContent,
    ScorecardWhatIf,
    ScorecardYear,
)
from app.performance.service.reading import RecordFilter
from app.performance.states import FIRST_YEAR, LAST_YEAR

router = APIRouter(tags=["performance"])
READ, FREEZE = permits(Permission.SCORECARD_READ), permits(Permission.SCORECARD_FREEZE)
Year = Annotated[int, Path(ge=FIRST_YEAR, le=LAST_YEAR, description="公历年")]
Code = Annotated[str, Path(pattern=r"^[a-z_]+(\.[a-z_]+){1,2}$", max_length=100, description="代码，见评级表")]
Number = Annotated[int, Path(ge=1, le=10_000, description="第几次冻结")]
ONE = "/scorecards/{year}"


@router.get("/scorecards", response_model=Listing[ScorecardYear], **READ)
async def list_scorecards(ctx: Ctx, page: Paged) -> object:
    """Every year with marks or snapshots, newest first 历年评级 [A4.1]."""
    return listing(await service.find_years(ctx, page))


@router.get(ONE, response_model=Scorecard, **READ)
async def get_scorecard(ctx: Ctx, year: Year) -> object:
    """The scorecard of a calendar year: facts, marks, evidence, who owes what 绩效评级表 [A4.1]."""
    return await service.get_card(ctx, year)


@router.get(f"{ONE}/indicators/{{code}}", response_model=ScorecardIndicator, **READ)
async def get_scorecard_indicator(ctx: Ctx, year: Year, code: Code) -> object:
    """One second-level indicator of a year 二级指标 [A4.1]."""
    return await service.get_indicator(ctx, year, code)


@router.get(f"{ONE}/indicators/{{code}}/records", response_model=Listing[ScorecardRecord], **READ)
async def list_scorecard_records(
    ctx: Ctx, year: Year, code: Code, page: Paged, only: Annotated[RecordFilter, Depends()]
) -> object:
    """The people and records behind a figure 数据来源 [A4.1]."""
    return listing(await service.find_records(ctx, page, year, code, only))


@router.post(f"{ONE}:whatIf", response_model=ScorecardOutlook, **READ)
async def what_if_scorecard(ctx: Ctx, year: Year, given: ScorecardWhatIf) -> object:
    """What the card would say with other counts or marks; nothing is stored 假设测算 [A4.1]."""
    return await service.what_if(ctx, year, given)


@router.post(f"{ONE}:freeze", response_model=ScorecardSnapshot, status_code=201, **FREEZE)
async def freeze_scorecard(ctx: Ctx, year: Year, given: ScorecardFreeze, once: Once) -> Response:
    """Freeze the year as it is sent to the province 冻结上报 [A4.1]."""
    return await once.answer(ctx, given, lambda: service.freeze(ctx, year, given), ScorecardSnapshot)


@router.get(f"{ONE}/snapshots", response_model=Listing[ScorecardSnapshot], **READ)
async def list_scorecard_snapshots(ctx: Ctx, year: Year, page: Paged) -> object:
    """Every time a year was frozen, newest first 冻结记录 [A4.1]."""
    return listing(await service.find_snapshots(ctx, page, year))


@router.get(f"{ONE}/snapshots/{{number}}", response_model=ScorecardSnapshotContent, **READ)
async def get_scorecard_snapshot(ctx: Ctx, year: Year, number: Number) -> object:
    """A frozen year with its content 冻结内容 [A4.1]."""
    return await service.get_snapshot(ctx, year, number)


@router.get(f"{ONE}/snapshots/{{number}}/records", response_model=Listing[ScorecardRecord], **READ)
async def list_scorecard_snapshot_records(
    ctx: Ctx, year: Year, number: Number, page: Paged, only: Annotated[RecordFilter, Depends()]
) -> object:
    """The people and records behind a number of a frozen year, as they were 冻结名单 [A4.1]."""
    return listing(await service.find_kept_records(ctx, page, year, number, only))
