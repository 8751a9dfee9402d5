"""Workshops of the demo 演示工作坊: of every level, with a school year of activities behind them.

Every workshop meets the composition of 附件6; a county too small for that has none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import cycle, islice
from typing import Any
from uuid import UUID, uuid5

from app.access.context import Context
from app.core.clock import Clock
from app.core.db import Database
from app.core.pages import PageRequest
from app.demo.county import County
from app.demo.draw import Draw, Ids
from app.demo.facts import FIRST_YEAR, LAST_DAY, RUNNING_YEAR, DemoOrganisation, DemoTeacher
from app.demo.school_years import term_days
from app.demo.sheets import principal_of
from app.policy.load import Regulation
from app.workshops import models, service
from app.workshops.queries.workshops import WorkshopFilter
from app.workshops.rules import composition
from app.workshops.schemas import WorkshopHoursConfirm
from app.workshops.states import MemberRole

CITY, TOWN, SCHOOL, STUDIOS = 12, 4, 2, 6
_BLOCK = 1000
"""The block of these ids, far behind those of the county."""
_SATURDAY = 5
_FIRST_DAY = date(FIRST_YEAR, 9, 1)
_CORE, _SIZE = 6, 24
_PRESENT = 0.88
_SUBJECTS = {"YW": "语文", "SX": "数学"}
_LEVEL_NAMES = {"city": "市级", "town": "镇级"}
_KINDS = ("master_studio", "grade_subject", "cross_stage")
_SUBSIDY_FEN = 120_000
_THEMES = ("单元整体教学", "大概念统领的作业设计", "教学评一致性", "跨学科主题学习")
Rows = dict[type[Any], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class _Person:
    """A teacher who stayed at one school all the time, with its area and 中心校."""

    teacher: DemoTeacher
    school: DemoOrganisation
    area: UUID
    unit_id: UUID


@dataclass(frozen=True, slots=True)
class _Plan:
    """A workshop to be made."""

    level: str
    family: str
    kind: str | None
    unit: DemoOrganisation
    stage: str
    subject: str
    name: str


@dataclass(slots=True)
class _Maker:
    """Makes the rows of one region."""

    region: int
    regulation: Regulation
    bodies: dict[str, UUID]
    ids: Ids
    draw: Draw
    rows: Rows = field(default_factory=dict)

    def add(self, table: type[Any], **values: Any) -> UUID:
        """One more row with a fresh id."""
        made = self.ids.new()
        self.rows.setdefault(table, []).append({"region_id": self.region, "id": made, **values})
        return made

    def code(self, listed: str, word: str) -> str:
        """The code of the pack for a word of the demo."""
        found = self.regulation.codes(listed).match(word)
        return found[0].code if found else word


def rows(made: County, regulation: Regulation) -> Iterator[tuple[type[Any], list[dict[str, Any]]]]:
    """The rows of the first region's workshops, table by table, parents before children."""
    region = made.regions[0].code
    people = _settled(made, region)
    bodies = {one.role: one.id for one in reversed(made.accounts) if one.region_code == region}
    maker = _Maker(int(region), regulation, bodies, Ids(f"{region}:workshops", _BLOCK), Draw(f"{region}:workshops"))
    known = {one.teacher_id for one in made.accounts if one.teacher_id}
    used: dict[str, set[UUID]] = {}
    for plan in _plans(made, region):
        team = _team(maker, plan, people, used.setdefault(plan.level, set()), known)
        if team:
            used[plan.level] |= {one.teacher.id for one in team}
            _workshop(maker, plan, team)
    yield from maker.rows.items()


async def confirm(database: Database, made: County, regulation: Regulation) -> None:
    """Give the hours of the running year's months that are over, as 进修学校 学时确认; the year before is left open."""
    account = next(one for one in made.accounts if one.role == "training_school")
    who = principal_of(made, account)
    months = sorted({day.strftime("%Y-%m") for day in _gatherings(RUNNING_YEAR)})
    async with database.begin(who.region_id) as db:
        ctx = Context(db, who, regulation, Clock.at(LAST_DAY))
        page = await service.find_workshops(ctx, PageRequest(limit=CITY + TOWN + SCHOOL + STUDIOS), WorkshopFilter())
    for month in months:
        if month >= LAST_DAY.strftime("%Y-%m"):
            continue
        async with database.begin(who.region_id) as db:
            ctx = Context(db, who, regulation, Clock.at(LAST_DAY))
            for one in page.items:
                await service.confirm_hours(ctx, one.id, WorkshopHoursConfirm(month=month))


def _settled(made: County, region: str) -> list[_Person]:
    """Teachers who served on post at one school from the first day to the last."""
    places = {one.id: one for one in made.organisations}
    spells = {
        one.teacher_id: one.school_id
        for one in made.employments
        if one.region_code == region and one.is_on_post and one.covers(_FIRST_DAY) and one.covers(LAST_DAY)
    }
    found = []
    for teacher in made.teachers:
        if teacher.id in spells:
            school = places[spells[teacher.id]]
            above = places[school.parent_id] if school.parent_id else None
            central = above.id if above and above.kind == "central_school" else None
            area = composition.area_of(school.id, central, school.stages)
            found.append(_Person(teacher, school, area, central or school.id))
    return found


def _plans(made: County, region: str) -> list[_Plan]:
    mine = [one for one in made.organisations if one.region_code == region]
    central = [one for one in mine if one.kind == "central_school"]
    bureau = next(one.id for one in mine if one.kind == "bureau")
    direct = [one for one in mine if one.kind == "school" and one.parent_id == bureau]
    primary = [one for one in direct if one.stages == ("primary",)]
    plans = []
    for level, count, units in (("city", CITY, central), ("town", TOWN, central[CITY:] or central)):
        for place, unit in enumerate(islice(cycle(units), count)):
            subject = list(_SUBJECTS)[place % 2]
            words = f"小学{_SUBJECTS[subject]}{'名师工作室' if level == 'city' and place % 3 == 0 else '工作坊'}"
            kind = _KINDS[place % 3] if level == "city" else "grade_subject"
            name = f"{unit.name}{words}（{_LEVEL_NAMES[level]}{place // len(units) + 1}）"
            plans.append(_Plan(level, "teacher_workshop", kind, unit, "primary", subject, name))
    plans += [
        _Plan("school", "teacher_workshop", "grade_subject", unit, "primary", "YW", f"{unit.name}语文年级学科工作坊")
        for unit in primary[:SCHOOL]
    ]
    plans += [
        _Plan("provincial", "principal_studio", None, unit, "primary", "", f"{unit.name}名校长工作室")
        for unit in islice(central, STUDIOS)
    ]
    return plans


def _team(
    maker: _Maker, plan: _Plan, people: Sequence[_Person], used: set[UUID], known: set[UUID]
) -> list[_Person] | None:
    """The leader, core members of other areas, then the rest in turn from every area; None where there are too few."""
    is_studio = plan.family == "principal_studio"
    fit = [
        one
        for one in people
        if one.teacher.id not in used
        and one.teacher.stage == plan.stage
        and (one.teacher.posts[:1] == ("principal",) if is_studio else one.teacher.subject == plan.subject)
    ]
    own = [one for one in fit if plan.unit.id in {one.unit_id, one.school.id}]
    if not own:
        return None
    leader = min(own, key=lambda one: one.teacher.id not in known)
    areas: dict[UUID, list[_Person]] = {}
    for one in maker.draw.shuffled([one for one in fit if one.area != leader.area and one not in own]):
        areas.setdefault(one.area, []).append(one)
    queues = [list(reversed(queue)) for queue in areas.values()]
    size = 8 if is_studio else _SIZE
    team = [leader]
    while len(team) < size and any(queues):
        team += [queue.pop() for queue in queues if queue][: size - len(team)]
    enough = len(team) == size and len(areas) >= (1 if is_studio else _CORE + 1)
    return team if enough else None


def _workshop(maker: _Maker, plan: _Plan, team: Sequence[_Person]) -> None:
    """A workshop registered for two school years, and what it has done since."""
    leader = team[0].teacher
    role = "central_school" if plan.unit.kind == "central_school" else "school"
    registrar = {"city": "training_school", "provincial": "bureau"}.get(plan.level, "")
    clerk, body = uuid5(plan.unit.id, "clerk"), maker.bodies.get(registrar) or uuid5(plan.unit.id, "head")
    made = maker.add(
        models.Workshop,
        family=plan.family,
        kind=plan.kind,
        level=plan.level,
        unit_id=plan.unit.id,
        unit_kind=plan.unit.kind,
        leader_id=leader.id,
        name=plan.name,
        stage=maker.code("stages", leader.stage),
        subject=maker.code("subjects", leader.subject),
        theme=maker.draw.pick(_THEMES),
        start_year=FIRST_YEAR,
        end_year=FIRST_YEAR + 1,
        status="registered",
        created_by=clerk,
        submitted_by=clerk,
        submitted_role=role,
        registered_by=body,
    )
    maker.add(
        models.WorkshopRegistration,
        workshop_id=made,
        start_year=FIRST_YEAR,
        end_year=FIRST_YEAR + 1,
        registered_by=body,
    )
    for year, term in ((FIRST_YEAR, 1), (FIRST_YEAR, 2), (RUNNING_YEAR, 1)):
        maker.add(models.WorkshopTerm, workshop_id=made, start_year=year, term=term, confirmed_by=body)
    for act, status, account in (("submit", "submitted", clerk), ("register", "registered", body)):
        acting = {"account_id": account, "acting_role": role if account == clerk else registrar or role}
        maker.add(
            models.WorkshopAct,
            workshop_id=made,
            act=act,
            status=status,
            acting_organisation_id=plan.unit.id,
            note=None,
            **acting,
        )
    agreed = datetime(FIRST_YEAR, 8, 28, 8, tzinfo=UTC)
    for place, one in enumerate(team):
        maker.add(
            models.WorkshopMember,
            workshop_id=made,
            teacher_id=one.teacher.id,
            role=str(MemberRole.CORE if place < _CORE else MemberRole.APPLICANT),
            joined_on=_FIRST_DAY,
            consented_at=agreed,
            consented_by=uuid5(one.teacher.id, "account"),
        )
    for year in (FIRST_YEAR, RUNNING_YEAR):
        _year(maker, made, team, year, clerk, body)
    _pairs(maker, made, team, clerk)


def _year(maker: _Maker, made: UUID, team: Sequence[_Person], year: int, clerk: UUID, body: UUID) -> None:
    """The plan of a year, a gathering each month hosted in turn, attendance, cases, and a review of each month."""
    days = _gatherings(year)
    schedule = [{"month": day.strftime("%Y-%m"), "topic": "集中研修", "host_school_id": None} for day in days]
    while len(schedule) < 7:  # noqa: PLR2004 - the running year goes on after the last day of the demo
        schedule.append({"month": f"{year + 1}-{len(schedule):02d}", "topic": "集中研修", "host_school_id": None})
    plan = {"schedule": schedule, "evaluation": "课例、反思与出勤并重", "theme": maker.draw.pick(_THEMES)}
    maker.add(
        models.WorkshopPlan,
        workshop_id=made,
        start_year=year,
        **plan,
        status="accepted",
        submitted_by=clerk,
        decided_by=body,
    )
    told = {days[1]: 1, **({days[-3]: 2} if year == FIRST_YEAR else {})}
    for day, term in told.items():
        author = maker.draw.pick(team[:_CORE]).teacher.id
        facts = {"title": "单元教学实践案例", "summary": "设计、实施与反思。", "created_by": clerk}
        when = {"start_year": year, "term": term, "created_at": datetime(day.year, day.month, day.day, 8, tzinfo=UTC)}
        maker.add(models.WorkshopCase, workshop_id=made, author_id=author, **when, **facts)
    for place, day in enumerate(days):
        host = team[place % _CORE]
        one = maker.add(
            models.WorkshopActivity,
            workshop_id=made,
            title=f"第{place + 1}次集中研修",
            starts_on=day,
            ends_on=day,
            host_school_id=host.school.id,
            host_teacher_id=host.teacher.id,
            mode="offline",
            lessons=[{"teacher_id": str(host.teacher.id), "title": f"示范课{place + 1}"}],
            talk_kind="discussion",
            talk_title="议课：课堂教学改进",
            is_reading_forum=place == len(days) - 1 and year == FIRST_YEAR,
            summary="观课、议课与小结，材料已归档。",
            status="held",
            created_by=clerk,
        )
        present = [who for who in team if maker.draw.chance(_PRESENT)]
        for who in present:
            facts = {"teacher_id": who.teacher.id, "day": day, "means": "recorded", "recorded_by": clerk}
            maker.add(models.WorkshopAttendance, activity_id=one, **facts)
        if day.month != LAST_DAY.month or day.year != LAST_DAY.year:
            counted = {"present": len(present), "expected": len(team), "outputs": int(day in told)}
            _review(maker, made, day, body, counted)


def _review(maker: _Maker, made: UUID, day: date, body: UUID, counted: dict[str, Any]) -> None:
    """The closed review of a month with one gathering."""
    rate = round(counted["present"] / counted["expected"], 4)
    maker.add(
        models.WorkshopReview,
        workshop_id=made,
        month=day.replace(day=1),
        statistics={"activities": 1, **counted, "attendance_rate": rate, "publications": 0},
        grade=maker.draw.pick(("excellent", "good", "good", "passed")),
        feedback="活动按计划开展，请继续积累案例。",
        status="closed",
        reviewed_by=body,
        closed_at=datetime(day.year, day.month, 28, 8, tzinfo=UTC) + timedelta(days=8),
    )


def _gatherings(year: int) -> list[date]:
    """The second school Saturday of every month, or the first where there is one only."""
    months: dict[str, list[date]] = {}
    for term in term_days(year, _SATURDAY):
        for day in term:
            months.setdefault(day.strftime("%Y-%m"), []).append(day)
    return [days[min(1, len(days) - 1)] for days in months.values()]


def _pairs(maker: _Maker, made: UUID, team: Sequence[_Person], clerk: UUID) -> None:
    """Core members lead applicants in pairs; the leader had a subsidy for the first year."""
    for place, one in enumerate(team[_CORE : _CORE + 5]):
        maker.add(
            models.MentorPair,
            workshop_id=made,
            mentor_id=team[place % _CORE].teacher.id,
            apprentice_id=one.teacher.id,
            starts_on=date(FIRST_YEAR, 9, 20),
            plan="每月互相听课两节，期末上汇报课。",
            created_by=clerk,
        )
    maker.add(
        models.WorkshopSubsidy,
        workshop_id=made,
        teacher_id=team[0].teacher.id,
        school_id=team[0].school.id,
        start_year=FIRST_YEAR,
        amount_fen=_SUBSIDY_FEN,
        status="paid",
        paid_on=date(RUNNING_YEAR, 7, 15),
        recorded_by=maker.bodies["bureau"],
    )
