"""REST of school titles and assistance pairs."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter

from app.access.doors import Ctx, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.assistance import service
from app.assistance.queries import PAIRS, TITLES, AssistanceFilter
from app.assistance.schemas import (
    AssistanceEnding,
    AssistancePair,
    AssistancePairCreate,
    AssistanceRefusal,
    AssistanceStanding,
    SchoolTitle,
    SchoolTitleCreate,
)
from app.assistance.states import AssistanceStatus, TitleKind
from app.core.schemas import Listing

router = APIRouter(tags=["assistance"])
READ, RECOMMEND, SET = (
    permits(Permission.ASSISTANCE_READ),
    permits(Permission.ASSISTANCE_RECOMMEND),
    permits(Permission.ASSISTANCE_SET),
)
TITLE, PAIR = "/school-titles/{title_id:uuid}", "/assistance-pairs/{pair_id:uuid}"


@router.get("/school-titles", response_model=Listing[SchoolTitle], **READ)
async def list_school_titles(
    ctx: Ctx,
    page: Paged,
    kind: TitleKind | None = None,
    status: AssistanceStatus | None = None,
    school_id: UUID | None = None,
    on: date | None = None,
) -> object:
    """Titles of schools, past ones too, newest first; `on`: held on that day 学校称号列表."""
    return listing(await service.find(ctx, TITLES, page, AssistanceFilter(kind, status, school_id, on)))


@router.post("/school-titles", response_model=SchoolTitle, status_code=201, **RECOMMEND)
async def recommend_school_title(ctx: Ctx, new: SchoolTitleCreate, tag: Tagged) -> object:
    """Recommend a school for a title 推荐学校称号."""
    return tag.seal(await service.recommend_title(ctx, new))


@router.get(TITLE, response_model=SchoolTitle, **READ)
async def get_school_title(ctx: Ctx, title_id: UUID, tag: Tagged) -> object:
    """One title of a school 学校称号详情."""
    return tag.seal(await service.get(ctx, TITLES, title_id))


@router.get(f"{TITLE}/standing", response_model=AssistanceStanding, **READ)
async def get_school_title_standing(ctx: Ctx, title_id: UUID) -> object:
    """How many schools the holder helps today, against the figures of the text 帮扶情况."""
    return await service.standing(ctx, title_id)


@router.post(f"{TITLE}:confirm", response_model=SchoolTitle, **SET)
async def confirm_school_title(ctx: Ctx, title_id: UUID, tag: Tagged) -> object:
    """Set a title 审定称号; never by the person who recommended it."""
    return tag.seal(await service.confirm(ctx, TITLES, title_id, version=tag.expected()))


@router.post(f"{TITLE}:refuse", response_model=SchoolTitle, **SET)
async def refuse_school_title(ctx: Ctx, title_id: UUID, why: AssistanceRefusal, tag: Tagged) -> object:
    """Do not set a title, with a reason 不予审定."""
    return tag.seal(await service.refuse(ctx, TITLES, title_id, why, version=tag.expected(why)))


@router.post(f"{TITLE}:end", response_model=SchoolTitle, **SET)
async def end_school_title(ctx: Ctx, title_id: UUID, why: AssistanceEnding, tag: Tagged) -> object:
    """End a title before its time 终止称号."""
    return tag.seal(await service.end(ctx, TITLES, title_id, why, version=tag.expected(why)))


@router.get("/assistance-pairs", response_model=Listing[AssistancePair], **READ)
async def list_assistance_pairs(
    ctx: Ctx,
    page: Paged,
    kind: TitleKind | None = None,
    status: AssistanceStatus | None = None,
    school_id: UUID | None = None,
    on: date | None = None,
) -> object:
    """Pairs, past ones too, newest first; `school_id`: on either side 结对帮扶列表."""
    return listing(await service.find(ctx, PAIRS, page, AssistanceFilter(kind, status, school_id, on)))


@router.post("/assistance-pairs", response_model=AssistancePair, status_code=201, **RECOMMEND)
async def recommend_assistance_pair(ctx: Ctx, new: AssistancePairCreate, tag: Tagged) -> object:
    """Recommend that the holder of a title helps a school 推荐结对帮扶."""
    return tag.seal(await service.recommend_pair(ctx, new))


@router.get(PAIR, response_model=AssistancePair, **READ)
async def get_assistance_pair(ctx: Ctx, pair_id: UUID, tag: Tagged) -> object:
    """One pair 结对帮扶详情."""
    return tag.seal(await service.get(ctx, PAIRS, pair_id))


@router.post(f"{PAIR}:confirm", response_model=AssistancePair, **SET)
async def confirm_assistance_pair(ctx: Ctx, pair_id: UUID, tag: Tagged) -> object:
    """Set a pair 审定结对; never by the person who recommended it."""
    return tag.seal(await service.confirm(ctx, PAIRS, pair_id, version=tag.expected()))


@router.post(f"{PAIR}:refuse", response_model=AssistancePair, **SET)
async def refuse_assistance_pair(ctx: Ctx, pair_id: UUID, why: AssistanceRefusal, tag: Tagged) -> object:
    """Do not set a pair, with a reason 不予审定."""
    return tag.seal(await service.refuse(ctx, PAIRS, pair_id, why, version=tag.expected(why)))


@router.post(f"{PAIR}:end", response_model=AssistancePair, **SET)
async def end_assistance_pair(ctx: Ctx, pair_id: UUID, why: AssistanceEnding, tag: Tagged) -> object:
    """End a pair before its time 终止结对."""
    return tag.seal(await service.end(ctx, PAIRS, pair_id, why, version=tag.expected(why)))
