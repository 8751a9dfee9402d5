"""Publications, a school's title and an assistance pair of the demo 演示信息发布、学校称号与结对帮扶."""

from collections.abc import Awaitable, Callable
from datetime import date
from uuid import UUID

from app.access.context import Context
from app.assistance import service as assistance
from app.assistance.queries import PAIRS, TITLES
from app.assistance.schemas import AssistancePairCreate, SchoolTitleCreate
from app.assistance.states import TitleKind
from app.cases import service as cases
from app.cases.schemas import CaseUseCreate, TypicalCaseCreate, TypicalCaseReview
from app.core.clock import Clock
from app.core.db import Database
from app.demo.county import County
from app.demo.facts import LAST_DAY
from app.demo.sheets import TERM, principal_of
from app.policy.load import Regulation
from app.policy.school_year import SchoolYear
from app.publications import service
from app.publications.schemas import (
    NamedPerson,
    PublicationCreate,
    PublicationPublishing,
    PublicationReadingCreate,
    PublicationReason,
)

ITEMS = (
    ("school_research", "大单元教学集体备课", date(2026, 11, 2)),
    ("teacher_workshop", "工作坊送教下乡", date(2026, 11, 9)),
    ("homeroom_work", "班主任成长沙龙", date(2026, 11, 12)),
    ("principal_studio", "校长论坛侧记", date(2026, 11, 17)),
)
"""Column, title and day of the event; the first two come out, the third is sent back, the last one waits."""
READINGS = ((date(2026, 11, 6), 320), (date(2026, 11, 13), 760))


async def tell(database: Database, made: County, regulation: Regulation) -> None:
    """Hand items in and put them out, set a title and a pair, each act as the person whose it is."""
    acting = {one.username: one for one in made.accounts}

    async def act(username: str, what: Callable[[Context], Awaitable[None]]) -> None:
        who = principal_of(made, acting[username])
        async with database.begin(who.region_id) as db:
            await what(Context(db, who, regulation, Clock.at(LAST_DAY)))

    items: list[UUID] = []
    await act("school", lambda ctx: _hand_in(ctx, items))
    await act("training_school", lambda ctx: _put_out(ctx, items))
    await act("teacher", lambda ctx: _hand_in_case(ctx, items))
    await act("training_school", lambda ctx: _take_case_in(ctx, items[-1]))
    set_up: dict[str, UUID] = {}
    helper = acting["school"].organisation_id
    await act("training_school", lambda ctx: _recommend_title(ctx, helper, set_up))
    await act("bureau", lambda ctx: _confirm(ctx, set_up, "title"))
    await act("training_school", lambda ctx: _recommend_pair(ctx, _other(made, helper), set_up))
    await act("bureau", lambda ctx: _confirm(ctx, set_up, "pair"))


async def _hand_in(ctx: Context, items: list[UUID]) -> None:
    for column, title, day in ITEMS:
        person = NamedPerson(name="教研组长", consented_on=day)
        new = PublicationCreate(column_code=column, title=title, source="学校教研组", happened_on=day, persons=[person])
        items.append((await service.submit(ctx, new)).id)


async def _put_out(ctx: Context, items: list[UUID]) -> None:
    for place, one in enumerate(items[:2]):
        day = ITEMS[place][2].replace(day=ITEMS[place][2].day + 1)
        link = f"https://example.org/demo/{ctx.principal.region_id}/{place + 1}"
        how = PublicationPublishing(channel="教师发展公众号", link=link, published_on=day)
        await service.publish(ctx, one, how, version=None)
    for day, count in READINGS:
        await service.record_reading(ctx, items[0], PublicationReadingCreate(read_on=day, readings=count))
    await service.send_back(ctx, items[2], PublicationReason(reason="请补充活动照片和时间"), version=None)


async def _hand_in_case(ctx: Context, items: list[UUID]) -> None:
    new = TypicalCaseCreate(term=TERM, title="整本书阅读任务群", summary="以任务群组织整本书阅读，附课例与学生作品。")
    items.append((await cases.submit(ctx, new)).id)


async def _take_case_in(ctx: Context, case: UUID) -> None:
    await cases.review(ctx, case, TypicalCaseReview(decision="accept", reason="可复制、可推广"), version=None)
    await cases.record_use(ctx, case, CaseUseCreate(note="全县语文教研组长研修"))


async def _recommend_title(ctx: Context, school: UUID, made: dict[str, UUID]) -> None:
    year = SchoolYear(2026)
    new = SchoolTitleCreate(school_id=school, kind=TitleKind.DEMONSTRATION_SCHOOL, starts_on=year.first_day)
    made["title"] = (await assistance.recommend_title(ctx, new)).id


async def _recommend_pair(ctx: Context, helped: UUID, made: dict[str, UUID]) -> None:
    year = SchoolYear(2026)
    new = AssistancePairCreate(
        title_id=made["title"],
        helped_id=helped,
        starts_on=year.first_day,
        ends_on=year.last_day,
        goal="每月一次联合教研",
    )
    made["pair"] = (await assistance.recommend_pair(ctx, new)).id


async def _confirm(ctx: Context, made: dict[str, UUID], what: str) -> None:
    await assistance.confirm(ctx, TITLES if what == "title" else PAIRS, made[what], version=None)


def _other(made: County, helper: UUID) -> UUID:
    """A school of the same region to be helped: a weak one under another 中心校 where there is one."""
    own = next(one for one in made.organisations if one.id == helper)
    schools = [
        one
        for one in made.organisations
        if one.kind == "school" and one.region_code == own.region_code and one.id != helper
    ]
    return max(schools, key=lambda one: (one.is_weak, one.parent_id != own.parent_id)).id
