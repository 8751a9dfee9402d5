"""What the service knows beside each standard of the printed rubrics: evidence, never a mark. [A3.6] [A5.R] [A6.R]"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.consultations import service as consultations
from app.evaluations.queries import evidence as queries
from app.evaluations.schemas import EvidenceFigure, TeamEvidence, TeamMarkEvidence
from app.evaluations.service import checks
from app.policy.school_year import SchoolYear


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose figures, and of which calendar year; day: the last one, for parameters in force.

    part_id: the sub-project where the subject is its project.
    """

    subject_id: UUID
    year: int
    part_id: UUID | None = None

    @property
    def days(self) -> tuple[date, date]:
        """The year's days."""
        return date(self.year, 1, 1), self.day

    @property
    def day(self) -> date:
        """The year's last day."""
        return date(self.year, 12, 31)

    @property
    def terms(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Start year and term of the two terms that lie in the year."""
        return (self.year - 1, 2), (self.year, 1)


Source = Callable[[Context, Asked], Awaitable[list[EvidenceFigure]]]


async def evidence_of(ctx: Context, rubric: str, subject_id: UUID, year: int) -> dict[str, list[EvidenceFigure]]:
    """Figures by mark of a printed rubric; empty for marks the service knows nothing of."""
    ctx.require(Permission.CANDIDATE_READ)
    return await _known(ctx, rubric, Asked(subject_id, year))


async def team_evidence(ctx: Context, sub_project_id: UUID, year: int) -> TeamEvidence:
    """What the service knows beside the contents a sub-project's team is scored on 子项目团队系统数据. [A3.6]

    Figures are those of the project: trainees, cases and items are recorded under it, not under its parts.
    """
    ctx.require(Permission.TEAM_EVALUATION_READ)
    row = checks.found(await queries.sub_project(ctx, sub_project_id))
    asked = Asked(row.project_id, year, row.id)
    found = await _known(ctx, "subproject_team", asked)
    marks = [TeamMarkEvidence(code=code, figures=figures) for code, figures in found.items()]
    return TeamEvidence(sub_project_id=row.id, project_id=row.project_id, year=year, marks=marks)


async def _known(ctx: Context, rubric: str, asked: Asked) -> dict[str, list[EvidenceFigure]]:
    return {code: await source(ctx, asked) for code, source in SOURCES.get(rubric, {}).items()}


def _figure(label: str, actual: object, required: object = None, clause: str | None = None) -> EvidenceFigure:
    wanted = None if required is None else str(required)
    return EvidenceFigure(label=label, actual=str(actual), required=wanted, clause=clause)


def _yes(label: str, *, is_there: bool, clause: str) -> list[EvidenceFigure]:
    return [_figure(label, "有" if is_there else "无", "有", clause)]


def _percent(part: int, of: int) -> str:
    return f"{(Decimal(part) / of * 100).quantize(Decimal('0.1'))}%" if of else "—"


async def _development_plan(ctx: Context, asked: Asked) -> list[EvidenceFigure]:
    there = await queries.has_development_plan(ctx, asked.subject_id, asked.year)
    return _yes("三年教师发展规划", is_there=there, clause="A5.R")


async def _research_plan(ctx: Context, asked: Asked) -> list[EvidenceFigure]:
    there = await queries.has_plan(ctx, asked.subject_id, asked.year)
    return _yes(f"{SchoolYear(asked.year)} 学年已通过的校本研修方案", is_there=there, clause="A5.7.3")


async def _research_activities(ctx: Context, asked: Asked) -> list[EvidenceFigure]:
    row = await queries.research_activities(ctx, asked.subject_id, asked.days)
    rate = _percent(row.came, row.held * row.teachers)
    return [_figure("校本研修活动次数", row.held), _figure("平均出席率（在岗教师）", rate)]


async def _school_cases(ctx: Context, asked: Asked) -> list[EvidenceFigure]:
    names = [f"{SchoolYear(year)}-{term}" for year, term in asked.terms]
    found = await queries.cases(ctx, asked.subject_id, names)
    least = ctx.regulation.whole("school_research.cases_per_term.min", on=asked.day)
    return [_figure(f"{name} 学期案例", found.get(name, 0), least, "A5.R") for name in names]


async def _budget(ctx: Context, asked: Asked) -> list[EvidenceFigure]:
    row = await queries.budget(ctx, asked.subject_id, asked.year)
    share, used = (
        f"{ctx.regulation.decimal(f'school_research.{name}', on=asked.day) * 100:.0f}%"
        for name in ("training_budget_share_min", "training_budget_used_share_min")
    )
    if row is None:
        return [_figure("教师培训经费占公用经费", "未填报", share, "A5.R")]
    return [
        _figure("教师培训经费占公用经费", _percent(row.training_fen, row.public_funds_fen), share, "A5.R"),
        _figure("教师培训经费使用率", _percent(row.used_fen, row.training_fen), used, "A5.R"),
    ]


async def _helped(ctx: Context, asked: Asked) -> list[EvidenceFigure]:
    return [_figure("结对帮扶的学校", await queries.helped_schools(ctx, asked.subject_id, asked.days))]


async def _workshop_activities(ctx: Context, asked: Asked) -> list[EvidenceFigure]:
    found = await queries.workshop(ctx, asked.subject_id, asked.days)
    least = ctx.regulation.whole("workshops.gatherings_yearly_min", on=asked.day)
    rate = f"{_percent(found.present, found.expected)}（{found.present}/{found.expected} 人次）"
    return [_figure("集中研修活动次数", found.held, least, "A6.6a"), _figure("出勤率", rate)]


async def _led(ctx: Context, asked: Asked) -> list[EvidenceFigure]:
    return [_figure("引领的教师", (await queries.workshop(ctx, asked.subject_id, asked.days)).led)]


async def _hosts(ctx: Context, asked: Asked) -> list[EvidenceFigure]:
    return [_figure("承办活动的学校", (await queries.workshop(ctx, asked.subject_id, asked.days)).hosts)]


async def _workshop_cases(ctx: Context, asked: Asked) -> list[EvidenceFigure]:
    least = ctx.regulation.whole("workshops.cases_per_term.min", on=asked.day)
    told = []
    for year, term in asked.terms:
        found = await queries.workshop_cases(ctx, asked.subject_id, year)
        told.append(_figure(f"{SchoolYear(year)}-{term} 学期案例", found.get(term, 0), least, "A6.R"))
    registered = (await queries.workshop(ctx, asked.subject_id, asked.days)).cases
    return [*told, _figure("本年登记的教学实践案例", registered)]


async def _workshop_plan(ctx: Context, asked: Asked) -> list[EvidenceFigure]:
    there = await queries.has_workshop_plan(ctx, asked.subject_id, asked.year)
    return _yes(f"{SchoolYear(asked.year)} 学年已通过的活动方案", is_there=there, clause="A6.6a")


async def _published(ctx: Context, asked: Asked) -> list[EvidenceFigure]:
    return [_figure("发布的信息", await queries.publications_of_workshop(ctx, asked.subject_id, asked.days))]


async def _team_process(ctx: Context, asked: Asked) -> list[EvidenceFigure]:
    row = await queries.training_of_project(ctx, asked.subject_id)
    told = (("参训率", row.attended, row.begun), ("结业率", row.completed, row.decided))
    rates = [_figure(name, f"{_percent(part, of)}（{part}/{of} 人）", "100%", "A4.2") for name, part, of in told]
    return [*rates, *(await _team_reports(ctx, asked.part_id, asked.year) if asked.part_id else ())]


async def _team_reports(ctx: Context, sub_project_id: UUID, year: int) -> list[EvidenceFigure]:
    came = await consultations.reports_of(ctx, sub_project_id, year)
    return [
        _figure("按时提交的会商汇报", came.in_time, came.due, "A3.4"),
        _figure("逾期提交的会商汇报", came.late, 0, "A3.4"),
        _figure("未提交的会商汇报", came.missing, 0, "A3.4"),
    ]


async def _team_cases(ctx: Context, asked: Asked) -> list[EvidenceFigure]:
    row = await queries.practice_of_project(ctx, asked.subject_id)
    told = [("有成果转化实践案例的学员", row.transfer, "transfer"), ("有引领工作案例的学员", row.leading, "leading")]
    shares = [
        _figure(
            name,
            f"{_percent(count, row.trainees)}（{count}/{row.trainees} 人）",
            f"{ctx.regulation.decimal(f'performance.{kind}_cases_share_min', on=asked.day) * 100:.0f}%",
            "A4.5",
        )
        for name, count, kind in told
    ]
    return [*shares, _figure("以本项目为对象的典型案例", await queries.cases_of_project(ctx, asked.subject_id))]


async def _team_published(ctx: Context, asked: Asked) -> list[EvidenceFigure]:
    return [_figure("发布的信息", await queries.publications_of_project(ctx, asked.subject_id, asked.days))]


SOURCES: Mapping[str, Mapping[str, Source]] = {
    "demonstration_school": {
        "three_year_plan": _development_plan,
        "research_plan": _research_plan,
        "team_activities": _research_activities,
        "practice_cases": _school_cases,
        "training_funds": _budget,
        "helping_weak_schools": _helped,
    },
    "excellent_workshop": {
        "yearly_plan": _workshop_plan,
        "division_of_work": _led,
        "activities": _workshop_activities,
        "practice_cases": _workshop_cases,
        "public_account": _published,
        "host_rotation": _hosts,
    },
    "subproject_team": {
        "process_quality": _team_process,
        "typical_cases": _team_cases,
        "publications": _team_published,
    },
}
"""Printed rubric -> mark -> what is known beside it."""
