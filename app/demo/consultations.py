"""Consultations of the demo 演示会商: a quarter of reports with a gap and a late one, and what followed from them.

Two sub-projects of the running project, summaries of two months, a meeting with its decisions, issues of the briefing.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.consultations import rules, schemas, service
from app.consultations.queries.meetings import ConsultationDecisionFilter
from app.core.clock import Clock
from app.core.db import Database
from app.core.pages import PageRequest
from app.demo.county import County
from app.demo.facts import LAST_DAY, DemoAccount
from app.demo.sheets import principal_of
from app.policy.load import Regulation
from app.projects import service as projects
from app.projects.queries.projects import ProjectFilter
from app.projects.schemas import SubProjectCreate
from app.projects.states import ProjectStatus

TEAMS = ("课例研究子项目", "专业共读子项目")
LEAD = "子项目组长（演示）"
GAP, LATE, RETURNED = (1, date(2026, 10, 11)), (0, date(2026, 10, 21)), (1, date(2026, 11, 1))
"""Place of the team and first day of the window: nobody reported, three days late, given back."""
LATE_BY = 3
SUMMED_UP = 5
"""The day of the next month on which a month is closed and its issue comes out."""
MONTHS = (date(2026, 9, 1), date(2026, 10, 1))
MEETING_DAY = date(2026, 11, 3)
MOVE = schemas.ConsultationMove()
PROGRESS = (
    "完成集体备课 {n} 次、磨课 {n} 节，学员全部参与。",
    "完成共读第 {n} 章，线上交流 {n} 次。",
)
EXPERIENCE = ("以“一课三研”推进，主持人当堂点评。", "分组领读，每周一次线上分享，记录入档。")
SHORTCOMINGS = ("乡镇学员到场时间不一，研讨时间偏紧。", "个别学员读书笔记提交不及时。")
SUGGESTIONS = ("下旬起固定在周四下午，提前一周发布安排。", "由组长逐一提醒，并结对帮助。")
Act = Callable[[Context], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class _Office:
    """The two persons of 项目办, each acting on a day of their own."""

    database: Database
    regulation: Regulation
    made: County
    people: Sequence[DemoAccount]

    async def act(self, person: int, on: date, what: Act) -> Any:
        """What one of them does on a day, in a transaction of its own."""
        who = principal_of(self.made, self.people[person])
        async with self.database.begin(who.region_id) as db:
            return await what(Context(db, who, self.regulation, Clock.at(on)))


async def hold(database: Database, made: County, regulation: Regulation) -> None:
    """Report, sum up, meet and publish in the name of 进修学校, each step by another of its two persons."""
    acting = {one.username: one for one in made.accounts}
    people = [acting["training_school"], acting["training_school_2"]]
    office = _Office(database, regulation, made, people)
    running = await office.act(0, LAST_DAY, _running)
    if running is None:
        return
    teacher = acting["teacher"]
    teams = [await office.act(0, LAST_DAY, _team(running.id, place, teacher)) for place in range(len(TEAMS))]
    accepted: dict[date, list[UUID]] = {}
    for window in rules.windows_between(running.starts_on, LAST_DAY, regulation):
        for place, team in enumerate(teams):
            if (place, window.starts_on) != GAP:
                report = await _report(office, team, place, window.starts_on, window.ends_on)
                accepted.setdefault(window.starts_on.replace(day=1), []).extend(report)
    for month in MONTHS:
        await _month(office, month, accepted[month])
    await _meet(office)
    await office.act(0, LAST_DAY, _draft(LAST_DAY.replace(day=1), LAST_DAY, accepted[LAST_DAY.replace(day=1)]))


async def _running(ctx: Context) -> Any:
    """The project in its practice, None in a county without one."""
    found = await projects.find_projects(ctx, PageRequest(), ProjectFilter(status=ProjectStatus.PRACTICE))
    return found.items[0] if found.items else None


def _team(project: UUID, place: int, teacher: DemoAccount) -> Act:
    """A sub-project; the teacher who signs in is of the first team."""
    members: list[dict[str, Any]] = [{"name": LEAD, "is_lead": True, "duty": "全程负责"}]
    if place == 0:
        members.append({"name": teacher.display_name, "teacher_id": teacher.teacher_id, "duty": "信息汇总"})

    async def make(ctx: Context) -> UUID:
        new = SubProjectCreate.model_validate({"name": TEAMS[place], "content": "返岗实践", "members": members})
        made: UUID = (await projects.create_sub_project(ctx, project, new)).id
        return made

    return make


async def _report(office: _Office, team: UUID, place: int, starts_on: date, ends_on: date) -> list[UUID]:
    """A report of a window; its id once it is accepted, none while it waits or was given back."""
    on = ends_on + timedelta(days=LATE_BY) if (place, starts_on) == LATE else ends_on
    text = {"progress": PROGRESS[place].format(n=ends_on.month - 8), "experience": EXPERIENCE[place]}
    text |= {"shortcomings": SHORTCOMINGS[place], "suggestions": SUGGESTIONS[place]}
    new = schemas.ConsultationReportCreate.model_validate({"sub_project_id": team, "on": starts_on, **text})
    made = await office.act(0, on, lambda ctx: service.write_report(ctx, new))
    if ends_on == LAST_DAY and place:  # still being written
        return []
    await office.act(0, on, lambda ctx: service.submit_report(ctx, made.id, MOVE, version=None))
    if ends_on == LAST_DAY:  # waits for an answer
        return []
    if (place, starts_on) == RETURNED:
        why = schemas.ConsultationReason(reason="请补充参与人数")
        await office.act(1, on, lambda ctx: service.return_report(ctx, made.id, why, version=None))
        return []
    await office.act(1, on, lambda ctx: service.accept_report(ctx, made.id, MOVE, version=None))
    return [made.id]


async def _month(office: _Office, month: date, accepted: Sequence[UUID]) -> None:
    """The summary of a month, closed in the next one, and the issue made from its reports."""
    after = (month + timedelta(days=31)).replace(day=SUMMED_UP)
    new = schemas.ConsultationSummaryCreate(
        month=f"{month:%Y-%m}", text="各子项目按计划推进，缺交与逾期的汇报已逐一督促。", next_steps="继续落实一课三研。"
    )
    made = await office.act(0, after, lambda ctx: service.write_summary(ctx, new))
    await office.act(1, after, lambda ctx: service.close_summary(ctx, made.id, MOVE, version=None))
    issue = await office.act(0, after, _draft(month, after.replace(day=1) - timedelta(days=1), accepted))
    await office.act(1, after, lambda ctx: service.publish_briefing(ctx, issue.id, MOVE, version=None))


def _draft(first: date, last: date, reports: Sequence[UUID]) -> Act:
    """A briefing out of the reports of a month."""
    new = schemas.BriefingCreate(
        title=f"“国培计划”项目县建设 {first.month} 月会商情况",
        starts_on=first,
        ends_on=last,
        report_ids=list(reports),
        report_to="项目县建设领导小组",
        copy_to="各中心校、市直各学校",
    )
    return lambda ctx: service.draft_briefing(ctx, new)


async def _meet(office: _Office) -> None:
    """A meeting on the months so far: one decision carried out, one overdue, one to come."""
    new = schemas.ConsultationMeetingCreate.model_validate(
        {
            "title": "项目县建设 10 月会商会议",
            "held_on": MEETING_DAY,
            "place": "进修学校会议室",
            "attendees": [{"name": "项目办"}, {"name": "领导小组办公室"}, *({"name": f"{one}组"} for one in TEAMS)],
            "agenda": ["通报各子项目进度", "研究不足与困难", "议定下月安排"],
            "minutes": "会议听取了各子项目组的汇报，研究了乡镇学员到场时间不一的困难，议定以下事项。",
            "decisions": [
                {"matter": "补报 10 月中旬会商汇报", "responsible": f"{TEAMS[1]}组", "due_on": date(2026, 11, 10)},
                {"matter": "固定研讨时间并提前发布", "responsible": f"{TEAMS[0]}组", "due_on": date(2026, 11, 15)},
                {"matter": "汇编一课三研案例", "responsible": "项目办", "due_on": date(2026, 12, 20)},
            ],
        }
    )
    made = await office.act(0, MEETING_DAY, lambda ctx: service.record_meeting(ctx, new))
    await office.act(1, MEETING_DAY, lambda ctx: service.confirm_meeting(ctx, made.id, MOVE, version=None))

    async def carry_out(ctx: Context) -> None:
        only = ConsultationDecisionFilter(meeting_id=made.id)
        decided = (await service.find_decisions(ctx, PageRequest(), only)).items
        done = schemas.ConsultationDecisionEnd(outcome="已固定在每周四下午，安排提前一周发布。")
        await service.complete_decision(ctx, decided[1].id, done, version=None)

    await office.act(0, date(2026, 11, 12), carry_out)
