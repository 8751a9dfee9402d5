"""The leading group and the experts of the demo 演示领导小组与专家智库: whole but for two subjects without expert."""

from collections.abc import Awaitable, Callable
from datetime import date
from itertools import cycle
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.core.clock import Clock
from app.core.db import AnyRow, Database
from app.core.pages import PageRequest
from app.demo.county import County
from app.demo.facts import LAST_DAY
from app.demo.sheets import principal_of
from app.policy.load import Regulation
from app.steering import schemas, service
from app.steering.queries.groups import HolderFilter
from app.steering.states import ExpertReviewResult, HolderRank, LeadingGroupKind

FOUNDED, CHANGED = date(2022, 8, 15), date(2025, 9, 1)
ENGAGED, UNTIL = date(2025, 9, 1), date(2028, 9, 1)
UNCOVERED = {"science", "labour"}
"""Subjects that have no expert yet."""
SOURCES = ("university", "research_officer", "front_line_master", "renowned_principal")
NAMES = {
    LeadingGroupKind.LEADING_GROUP: "“国培计划”项目县建设领导小组",
    LeadingGroupKind.LEADING_GROUP_OFFICE: "领导小组办公室",
    LeadingGroupKind.PROJECT_OFFICE: "项目办",
}
OFFICE_POSTS = (("director", "主任", HolderRank.PRINCIPAL), ("staff", "工作人员", HolderRank.OTHER))
SUCCEEDED = "member_e_education"
Act = Callable[[Context], Awaitable[AnyRow]]


async def found(database: Database, made: County, regulation: Regulation) -> None:
    """Set up the three bodies, fill their posts, let one post change hands, and engage experts."""
    acting = {one.username: one for one in made.accounts}

    async def act(username: str, on: date, what: Act) -> AnyRow:
        who = principal_of(made, acting[username])
        async with database.begin(who.region_id) as db:
            return await what(Context(db, who, regulation, Clock.at(on)))

    bodies = {}
    for kind, name in NAMES.items():
        username = "training_school" if kind is LeadingGroupKind.PROJECT_OFFICE else "bureau"
        bodies[kind] = await act(username, FOUNDED, lambda ctx, kind=kind, name=name: _set_up(ctx, kind, name))  # type: ignore[misc]
    await act("bureau", CHANGED, lambda ctx: _succeed(ctx, bodies[LeadingGroupKind.LEADING_GROUP].id))
    await act("bureau", LAST_DAY, _engage)


async def _set_up(ctx: Context, kind: LeadingGroupKind, name: str) -> AnyRow:
    """A body with everybody in post from its first day."""
    group = await service.found_group(ctx, schemas.LeadingGroupCreate(kind=kind, name=name, starts_on=FOUNDED))
    posts: tuple[tuple[str, str, HolderRank], ...] = OFFICE_POSTS
    if kind is LeadingGroupKind.LEADING_GROUP:
        listed = ctx.regulation.codes("leading_group_posts")
        posts = tuple((one.code, one.label, _rank(str(one.facts["role"]))) for one in listed)
    for post, label, rank in posts:
        await service.appoint_holder(ctx, group.id, _holder(post, label, rank, FOUNDED))
    return group


def _rank(role: str) -> HolderRank:
    return HolderRank.DEPUTY if role == "deputy" else HolderRank.PRINCIPAL


def _holder(post: str, label: str, rank: HolderRank, day: date, told: str = "演示") -> schemas.LeadingGroupHolderCreate:
    given: dict[str, Any] = {"post": post, "name": f"{label}（{told}）", "duty": label, "rank": rank, "starts_on": day}
    return schemas.LeadingGroupHolderCreate.model_validate(given)


async def _succeed(ctx: Context, group_id: UUID) -> AnyRow:
    """One post changes hands on a day."""
    held = await service.find_holders(ctx, PageRequest(), group_id, HolderFilter(post=SUCCEEDED))
    leaving = schemas.LeadingGroupEnding(until=CHANGED, reason="工作调整，另行任职")
    await service.end_holder(ctx, held.items[0].id, leaving, version=None)
    label = ctx.regulation.codes("leading_group_posts").get(SUCCEEDED).label
    new = _holder(SUCCEEDED, label, HolderRank.PRINCIPAL, CHANGED, "继任，演示")
    return await service.appoint_holder(ctx, group_id, new)


async def _engage(ctx: Context) -> AnyRow:
    """Experts for the fields of 学前, 小学, 初中 and 高中, from every source in turn; the first one is reviewed."""
    sources, engaged = cycle(SOURCES), []
    coverage = await service.expert_coverage(ctx, ENGAGED)
    for place, one in enumerate(coverage.missing):
        if one.subject in UNCOVERED or one.stage == "vocational":
            continue
        is_local = place % 3 > 0
        new = schemas.ExpertCreate(
            name=f"专家{place + 1:02d}（演示）",
            institution="本地学校（演示）" if is_local else "域外高校（演示）",
            source=next(sources),
            is_local=is_local,
            stage=one.stage,
            subject=one.subject,
            starts_on=ENGAGED,
            ends_on=UNTIL,
        )
        engaged.append((await service.engage(ctx, new)).id)
    review = {"school_year": "2025-2026", "result": ExpertReviewResult.CONTINUE, "opinion": "全程指导，效果良好"}
    return await service.review_expert(ctx, engaged[0], schemas.ExpertReviewCreate.model_validate(review))
