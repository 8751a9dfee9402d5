"""Exporting the ranking of a campaign 导出评选名次, and awards 导出奖项."""

from collections.abc import AsyncIterator
from uuid import UUID

from app.access.context import Context
from app.access.exporting import Column, ExportKind, Value
from app.access.permissions import Permission
from app.core.schemas import Input
from app.core.whole import count_of, rows_of
from app.evaluations.queries import awards, candidates
from app.evaluations.queries.awards import AwardFilter
from app.evaluations.states import AwardStatus, CampaignRoute, CandidateStatus

_RANKING = (
    Column("place", "名次", 8),
    Column("name", "候选对象", 28),
    Column("unit", "所在单位", 26),
    Column("nominator", "推荐单位", 26),
    Column("route", "推荐渠道", 12),
    Column("points", "原始分", 10),
    Column("share", "百分制得分", 12),
    Column("selected", "拟表彰", 8),
    Column("status", "状态", 10),
)
_AWARDS = (
    Column("year", "年度", 8),
    Column("kind", "奖项", 20),
    Column("holder", "获奖对象", 28),
    Column("unit", "所在单位", 26),
    Column("place", "名次", 8),
    Column("number", "证书编号", 20),
    Column("awarded_on", "颁发日期", 12),
    Column("status", "状态", 10),
)
_ROUTES = {
    CampaignRoute.CENTRAL_SCHOOL: "中心校",
    CampaignRoute.DIRECT_SCHOOL: "市直学校",
    CampaignRoute.TRAINING_SCHOOL: "进修学校",
    CampaignRoute.WORKSHOP: "工作坊",
}
_STATUSES = {CandidateStatus.NOMINATED: "在列", CandidateStatus.EXCLUDED: "已取消资格"}
_STANDINGS = {
    AwardStatus.GRANTED: "有效",
    AwardStatus.REVOKING: "有效",
    AwardStatus.REVOKED: "已撤销",
    AwardStatus.WITHDRAWN: "已撤回",
}


class RankingFilter(Input):
    """Which campaign."""

    campaign_id: UUID


class AwardsFilter(Input):
    """Which awards."""

    kind: str | None = None
    year: int | None = None
    status: AwardStatus | None = None


async def _count_ranking(ctx: Context, only: RankingFilter) -> int:
    return await count_of(ctx.db, candidates.whole(ctx, only.campaign_id))


async def _ranking(ctx: Context, only: RankingFilter) -> AsyncIterator[tuple[Value, ...]]:
    async for row in rows_of(ctx.db, candidates.whole(ctx, only.campaign_id)):
        yield (
            row.place,
            row.name,
            row.unit_name,
            row.nominator_name,
            _ROUTES[CampaignRoute(row.route)],
            row.points,
            row.share,
            "是" if row.is_selected else "",
            _STATUSES[CandidateStatus(row.status)],
        )


def _only(only: AwardsFilter) -> AwardFilter:
    return AwardFilter(kind=only.kind, year=only.year, status=only.status)


async def _count_awards(ctx: Context, only: AwardsFilter) -> int:
    return await count_of(ctx.db, awards.whole(ctx, _only(only)))


async def _awards(ctx: Context, only: AwardsFilter) -> AsyncIterator[tuple[Value, ...]]:
    kinds = {one.code: one.label for one in ctx.regulation.codes("campaign_kinds")}
    async for row in rows_of(ctx.db, awards.whole(ctx, _only(only))):
        yield (
            row.year,
            kinds.get(row.kind, row.kind),
            row.holder_name,
            row.unit_name,
            row.place,
            row.number,
            row.awarded_on,
            _STANDINGS[AwardStatus(row.status)],
        )


RANKING_EXPORT = ExportKind(
    name="campaign_ranking",
    title="评选名次表",
    permission=Permission.CANDIDATE_READ,
    filters=RankingFilter,
    columns=lambda _ctx, _only: _RANKING,
    count=_count_ranking,
    rows=_ranking,
)
AWARDS_EXPORT = ExportKind(
    name="awards",
    title="奖项名册",
    permission=Permission.AWARD_READ,
    filters=AwardsFilter,
    columns=lambda _ctx, _only: _AWARDS,
    count=_count_awards,
    rows=_awards,
)
EVALUATION_EXPORTS = (RANKING_EXPORT, AWARDS_EXPORT)
