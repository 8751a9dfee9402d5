"""School-based research of the demo 演示校本研修: a running plan, activities and a check, as the people who sign in."""

from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import Any

from app.access.context import Context
from app.core.clock import Clock
from app.core.db import AnyRow, Database
from app.demo.county import County
from app.demo.facts import LAST_DAY, RUNNING_YEAR
from app.demo.sheets import TEACHERS, TERM, at_post, principal_of
from app.policy.load import Regulation
from app.policy.school_year import SchoolYear
from app.school_research import schemas, service

HANDED_IN, APPROVED = date(2026, 9, 3), date(2026, 9, 10)
ACTIVITIES = (
    ("大单元教学集体备课", date(2026, 10, 21), "daily_teaching", "joint_preparation"),
    ("智慧课堂观摩", date(2026, 11, 18), "education_technology", "observation"),
)
"""Title, day, content and mode."""
EXCHANGES = tuple(
    schemas.ResearchExchangeSet(held_on=day, host="中心小学（演示）", theme=theme, participants=people, summary=summary)
    for day, theme, people, summary in (
        (date(2026, 5, 20), "课堂观察怎样做", 96, "六校展示课例八节，分组议课"),
        (date(2026, 11, 19), "大单元教学的校本实践", 120, "展示课例十节，教研组长交流经验"),
    )
)
"""Yearly on-site exchanges of the 中心校, of the year before and of the running one."""
YEARS = (
    schemas.ResearchYearSet(
        school_year=SchoolYear(RUNNING_YEAR - 1).name,
        results="校级课例集一册",
        summary="目标基本达成，课例研究成为常态",
    ),
    schemas.ResearchYearSet(school_year=SchoolYear(RUNNING_YEAR).name, results="大单元教学设计十二份（阶段成果）"),
)
CONTENT = schemas.PlanContent(
    principal="校长（演示）",
    theme="大单元教学的校本实践",
    aims=schemas.PlanAims(term="每位教师完成一次课例研究", year="形成校级课例集", long_term="建成研修型学校"),
    contents=["daily_teaching", "school_courses"],
    own_contents=["校园阅读"],
    modes=["joint_preparation", "observation"],
    teams=[schemas.PlanTeam(name="语文教研组", leader="教研组长（演示）", members=8)],
    schedule=[
        schemas.PlanStep(period="9 月至 10 月", matter="集体备课与课堂观察"),
        schemas.PlanStep(period="11 月至 12 月", matter="课例展示与总结"),
    ],
    budget=[schemas.PlanBudgetLine(purpose="图书资料与外出学习", amount_fen=3_600_000)],
    evaluation="过程材料与学期考核相结合，结果记入教师成长档案",
)


async def run(database: Database, made: County, regulation: Regulation) -> None:
    """Plan, approve, meet and check, each act as the person whose it is, on its day."""
    acting = {one.username: one for one in made.accounts}
    school = acting["school"]

    async def act(username: str, on: date, what: Callable[[Context], Awaitable[AnyRow]]) -> AnyRow:
        who = principal_of(made, acting[username])
        async with database.begin(who.region_id) as db:
            return await what(Context(db, who, regulation, Clock.at(on)))

    new = schemas.SchoolPlanCreate(school_year=SchoolYear(RUNNING_YEAR).name, content=CONTENT)
    plan = (await act("school", HANDED_IN, lambda ctx: service.create_plan(ctx, new))).id
    given, move = schemas.SchoolPlanSubmit(), schemas.SchoolPlanMove(note="同意")
    await act("school", HANDED_IN, lambda ctx: service.submit_plan(ctx, plan, given, version=None))
    await act("training_school", APPROVED, lambda ctx: service.approve_plan(ctx, plan, move, version=None))
    begin = schemas.SchoolPlanMove()
    await act("school", APPROVED, lambda ctx: service.start_plan(ctx, plan, begin, version=None))
    people = at_post(made, school.organisation_id, since=ACTIVITIES[0][1])[:TEACHERS]
    for facts in ACTIVITIES:
        await act("school", LAST_DAY, lambda ctx, facts=facts: _meet(ctx, facts, people))  # type: ignore[misc]
    check = schemas.InspectionCreate(
        school_id=school.organisation_id, term=TERM, score=Decimal(92), opinion="方案落实，活动记录完整"
    )
    await act("central_school", LAST_DAY, lambda ctx: service.create_inspection(ctx, check))
    for exchange in EXCHANGES:
        await act("central_school", LAST_DAY, lambda ctx, one=exchange: service.set_exchange(ctx, one))  # type: ignore[misc]
    for told in YEARS:
        await act("school", LAST_DAY, lambda ctx, one=told: service.set_research_year(ctx, one))  # type: ignore[misc]


async def _meet(ctx: Context, facts: tuple[str, date, str, str], people: list[Any]) -> AnyRow:
    title, day, content, mode = facts
    new = schemas.ResearchActivityCreate(
        title=title,
        activity_date=day,
        content=content,
        mode=mode,
        host="教研组长（演示）",
        leader="校长（演示）",
        hours=Decimal(2),
        record="按方案开展，材料齐全",
    )
    activity = await service.create_activity(ctx, new)
    lines = [schemas.ResearchAttendanceWrite(teacher_id=one) for one in people]
    listed = schemas.ResearchAttendanceCreate(lines=lines)
    return await service.add_attendance(ctx, activity.id, listed, version=None)
