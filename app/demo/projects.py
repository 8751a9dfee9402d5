"""Projects of the demo 演示培训项目: the opening programme of the regulation, and a project that selects its trainees.

The programme has three teams (100 + 50 + 50) and three phases with the dates of the text; where a county is too small
for a team, it has as many as there are. [M5.1] [M5.2] [M5.3]
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

from app.access.context import Context
from app.core.clock import Clock
from app.core.db import Database
from app.core.pages import PageRequest
from app.demo import workshops
from app.demo.county import County
from app.demo.draw import Ids
from app.demo.facts import LAST_DAY, RUNNING_YEAR
from app.demo.sheets import principal_of
from app.organisations.models import Organisation
from app.policy.load import Regulation
from app.projects import models
from app.trainers import service as trainers
from app.trainers.queries.appointments import AppointmentFilter
from app.workshops.models import Workshop, WorkshopMember

_BLOCK = 1200
"""The block of these ids, behind those of the workshops."""
_DAY = date(2022, 12, 9)
_YEAR = 2022
HOST = "湖南长沙第一师范（演示）"


@dataclass(frozen=True, slots=True)
class _Person:
    """Somebody of a team, with school and unit; appointment_id, name: of trainers."""

    teacher_id: UUID
    school_id: UUID
    unit_id: UUID
    workshop_id: UUID | None = None
    appointment_id: UUID | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Team:
    """A team of the opening programme; size: the parameter of the pack that says how many."""

    kind: str
    name: str
    aim: str
    size: str
    stage: str | None


_TEAMS = (
    _Team(
        "backbone_teachers",
        "国培计划：小学语文、小学数学骨干教师团队研修",
        "优化教师工作坊及校本研修方案，明确返岗团队任务。",
        "projects.teams.backbone_teachers",
        "primary",
    ),
    _Team(
        "backbone_principals",
        "国培计划：小学骨干校长团队研修",
        "以优秀学科团队建设为重点，完善校本研修方案。",
        "projects.teams.backbone_principals",
        "primary",
    ),
    _Team(
        "trainer_team",
        "国培计划：市级培训者团队研修",
        "按学科与区域分工对接三名工作室和校本研修基地学校。",
        "projects.teams.trainers",
        None,
    ),
)
_PHASES = (
    ("team_building", "组建团队", "forming", None),
    ("study", "高校研修", "study", "湖南长沙"),
    ("practice", "返岗实践", "practice", "各工作坊、校本研修基地学校"),
)
_LEVELS = ("national", "provincial", "city", "school_research", "workshop")


@dataclass(slots=True)
class _Maker:
    """Makes the rows of one region, parents before children."""

    region: int
    regulation: Regulation
    bodies: dict[str, UUID]
    ids: Ids
    rows: dict[type[Any], list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, table: type[Any], **values: Any) -> UUID:
        """One more row with a fresh id."""
        made = self.ids.new()
        self.rows.setdefault(table, []).append({"region_id": self.region, "id": made, **values})
        return made

    def other(self, role: str) -> UUID:
        """Another person of a body."""
        return uuid5(self.bodies[role], "colleague")

    def approved(self, at: datetime) -> dict[str, Any]:
        """Who submitted and who approved, on a day."""
        return {"submitted_by": self.bodies["bureau"], "approved_by": self.other("bureau"), "approved_at": at}


async def rows(
    database: Database, made: County, regulation: Regulation
) -> list[tuple[type[Any], list[dict[str, Any]]]]:
    """The rows of the first region's plans and projects, table by table, parents before children."""
    region = made.regions[0].code
    bodies = {one.role: one.id for one in reversed(made.accounts) if one.region_code == region}
    maker = _Maker(int(region), regulation, bodies, Ids(f"{region}:projects", _BLOCK))
    places = _places(made, region)
    trainers_ = await _trainers(database, made, regulation, places)
    people = {**_members(made, regulation, places), "trainer_team": trainers_}
    host = maker.add(Organisation, kind="host_institution", name=HOST, code="4143999001")
    plan = _plans(maker)
    for team in _TEAMS:
        _programme(maker, team, people[team.kind], trainers_[:6], plan, host)
    seniors = [one.id for one in made.teachers if one.region_code == region and one.stage == "primary"]
    _selecting(maker, _one_a_school([places[one] for one in _mathematicians(made, seniors) if one in places])[:12])
    return list(maker.rows.items())


def _places(made: County, region: str) -> dict[UUID, _Person]:
    """Everybody on post on the last day: the school, and the unit whose places the school takes."""
    known = {one.id: one for one in made.organisations}
    found = {}
    for spell in made.employments:
        if spell.region_code == region and spell.is_on_post and spell.covers(LAST_DAY):
            above = known[spell.school_id].parent_id
            is_under = above is not None and known[above].kind == "central_school"
            unit = above if is_under and above is not None else spell.school_id
            found[spell.teacher_id] = _Person(spell.teacher_id, spell.school_id, unit)
    return found


def _members(made: County, regulation: Regulation, places: Mapping[UUID, _Person]) -> dict[str, list[_Person]]:
    """Members of the city workshops and the principal studios, core members first, then other principals."""
    tables = dict(workshops.rows(made, regulation))
    families = {one["id"]: (one["level"], one["family"]) for one in tables.get(Workshop, [])}
    members = sorted(tables.get(WorkshopMember, []), key=lambda one: one["role"] != "core")

    def of(level: str, family: str) -> list[_Person]:
        mine = [one for one in members if families[one["workshop_id"]] == (level, family)]
        return [
            replace(places[one["teacher_id"]], workshop_id=one["workshop_id"])
            for one in mine
            if one["teacher_id"] in places
        ]

    studios = of("provincial", "principal_studio")
    known = {one.teacher_id for one in studios}
    others = [
        places[one.id]
        for one in made.teachers
        if one.stage == "primary" and "principal" in one.posts and one.id in places and one.id not in known
    ]
    return {"backbone_teachers": of("city", "teacher_workshop"), "backbone_principals": [*studios, *others]}


def _mathematicians(made: County, ids: Sequence[UUID]) -> list[UUID]:
    """Who of some teaches mathematics."""
    wanted = set(ids)
    return [one.id for one in made.teachers if one.id in wanted and one.subject == "SX"]


def _one_a_school(people: Sequence[_Person]) -> list[_Person]:
    """The first of every school."""
    return list({one.school_id: one for one in reversed(people)}.values())


async def _trainers(
    database: Database, made: County, regulation: Regulation, places: Mapping[UUID, _Person]
) -> list[_Person]:
    """The trainer team as it was appointed, in the order of its letters."""
    who = principal_of(made, next(one for one in made.accounts if one.username == "bureau"))
    async with database.begin(who.region_id) as db:
        ctx = Context(db, who, regulation, Clock.at(LAST_DAY))
        page = await trainers.find_appointments(ctx, PageRequest(limit=100), AppointmentFilter())
    listed = sorted(page.items, key=lambda one: (one.starts_on, one.teacher_id))
    return [
        replace(places[one.teacher_id], appointment_id=one.id, name=one.holder_name)
        for one in listed
        if one.teacher_id in places
    ]


def _plans(maker: _Maker) -> UUID:
    """The five-year plan of the county and the plan of the programme's first year. [M3.2]"""
    first = maker.regulation.whole("projects.plan.first_year", on=_DAY)
    last = maker.regulation.whole("projects.plan.last_year", on=_DAY)
    at = datetime(_YEAR, 8, 1, 8, tzinfo=UTC)
    labels = {one.code: one.label for one in maker.regulation.codes("project_levels")}
    common = {
        "items": [{"level": one, "content": f"{labels[one]}：分层分类分岗，覆盖全体教师。"} for one in _LEVELS],
        "departments": ["teacher_education", "research_office", "e_education", "training_school"],
        "status": "approved",
        "made_by": maker.bodies["bureau"],
        "submitted_by": maker.bodies["bureau"],
        "submitted_at": at,
        "decided_by": maker.other("bureau"),
        "decided_at": at,
    }
    long = maker.add(
        models.TrainingPlan,
        kind="five_year",
        parent_id=None,
        first_year=first,
        last_year=last,
        title=f"中小学教师教育发展规划（{first}-{last}）",
        text="系统推进五级培训，让每一名教师都有适切的专业发展平台。",
        **common,
    )
    year = {"first_year": _YEAR, "last_year": _YEAR, "title": f"{_YEAR} 年教师培训计划"}
    told = "衔接五年规划，实施国培计划项目县三个团队研修。"
    return maker.add(models.TrainingPlan, kind="annual", parent_id=long, text=told, **year, **common)


def _programme(
    maker: _Maker, team: _Team, people: Sequence[_Person], guides: Sequence[_Person], plan: UUID, host: UUID
) -> None:
    """A team of the opening programme, from its forming to its close. [M5.1] [M5.2] [M5.3]"""
    chosen = people[: maker.regulation.whole(team.size, on=_DAY)]
    if not chosen:
        return
    days = {
        (name, end): maker.regulation.day(f"projects.phases.{name}.{end}", on=_DAY)
        for _, _, name, _ in _PHASES
        for end in ("from", "until")
    }
    project = maker.add(
        models.Project,
        plan_id=plan,
        level="national",
        kind=team.kind,
        name=team.name,
        aim=team.aim,
        start_year=_YEAR,
        stage=team.stage,
        subject=None,
        quota=len(chosen),
        allotted=len(chosen),
        host_institution_id=host,
        host_kind="host_institution",
        starts_on=days["study", "from"],
        ends_on=days["study", "until"],
        nominate_until=days["forming", "until"],
        hours=60,
        hours_category="national",
        joint_departments=["teacher_education", "research_office", "training_school"],
        is_published=True,
        status="closed",
        made_by=maker.bodies["bureau"],
        **maker.approved(datetime(_YEAR, 8, 1, 8, tzinfo=UTC)),
    )
    for kind, name, of, place in _PHASES:
        span = {"starts_on": days[of, "from"], "ends_on": days[of, "until"]}
        maker.add(models.ProjectPhase, project_id=project, kind=kind, name=name, mode=None, place=place, **span)
    _carried(maker, project, team.name, guides)
    _admitted(maker, project, chosen, days["forming", "from"])


def _carried(maker: _Maker, project: UUID, name: str, guides: Sequence[_Person]) -> None:
    """The sub-project with its team, who accompanied, who guided, who tracked. [A3.3] [A4.2b] [A2.4] [A2.5a]"""
    sub = maker.add(models.SubProject, project_id=project, name=f"{name}子项目", content="文稿起草、组织实施、信息汇总")
    for place, person in enumerate(("子项目组长（演示）", "子项目组员（演示）")):
        duty = "全程负责" if place == 0 else "信息汇总"
        own = {"teacher_id": None, "duty": duty, "is_lead": place == 0}
        maker.add(models.SubProjectMember, sub_project_id=sub, name=person, **own)
    nobody: dict[str, Any] = {
        "rank": None,
        "teacher_id": None,
        "appointment_id": None,
        "duty": None,
        "follows_whole": False,
    }
    manager = nobody | {"rank": "vice_principal", "follows_whole": True, "duty": "带队并全过程跟班"}
    maker.add(
        models.ProjectPerson, project_id=project, role="manager", name="带队人（演示）", is_leader=True, **manager
    )
    for place, one in enumerate(guides):
        own = nobody | {"teacher_id": one.teacher_id, "appointment_id": one.appointment_id}
        maker.add(models.ProjectPerson, project_id=project, role="guide", name=one.name, is_leader=place == 0, **own)
    tracker = nobody | {"duty": "跟踪评价"}
    maker.add(
        models.ProjectPerson, project_id=project, role="tracker", name="评价组长（演示）", is_leader=True, **tracker
    )


def _admitted(maker: _Maker, project: UUID, people: Sequence[_Person], on: date) -> None:
    """Trainees with the nominations they came by: whole classes from the workshops, the others by their schools."""
    for unit, many in Counter(one.unit_id for one in people).items():
        maker.add(models.ProjectQuota, project_id=project, unit_id=unit, places=many, taken=many)
    for one in people:
        whose: dict[str, Any] = {"project_id": project, "teacher_id": one.teacher_id, "school_id": one.school_id}
        whose |= {"unit_id": one.unit_id, "workshop_id": one.workshop_id}
        route = "whole_class" if one.workshop_id else "school"
        nomination = _nomination(maker, one, whose | {"route": route}, "confirmed", on)
        maker.add(models.ProjectTrainee, **whose, nomination_id=nomination, status="enrolled", joined_on=on)


def _nomination(maker: _Maker, one: _Person, whose: dict[str, Any], status: str, on: date) -> UUID:
    """A nomination as far as it has come, each step by another person."""
    done = ("nominated", "passed", "checked", "confirmed").index(status)
    has_central = one.unit_id != one.school_id
    is_confirmed = status == "confirmed"
    return maker.add(
        models.ProjectNomination,
        **whose,
        status=status,
        findings=[],
        priority=0 if one.workshop_id else 2,
        nominated_by=uuid5(one.school_id, "clerk"),
        nominated_on=on,
        passed_by=uuid5(one.unit_id, "head") if done >= 1 and whose["route"] == "school" and has_central else None,
        checked_by=maker.bodies["training_school"] if done >= 2 else None,  # noqa: PLR2004 - the third step
        decided_by=maker.bodies["bureau"] if is_confirmed else None,
        decided_at=datetime(on.year, on.month, on.day, 8, tzinfo=UTC) if is_confirmed else None,
    )


def _selecting(maker: _Maker, people: Sequence[_Person]) -> None:
    """A project of the running year that selects its trainees, with nominations of every status. [A2.2]"""
    units = Counter(one.unit_id for one in people)
    if not units:
        return
    quota = len(people) + 2 * len(units)
    project = maker.add(
        models.Project,
        plan_id=None,
        level="city",
        kind="backbone_teachers",
        name="市级小学数学骨干教师培训",
        aim="提升骨干教师单元整体教学的设计与实施能力。",
        start_year=RUNNING_YEAR,
        stage="primary",
        subject="mathematics",
        quota=quota,
        allotted=quota,
        host_institution_id=None,
        host_kind=None,
        starts_on=date(2027, 1, 18),
        ends_on=date(2027, 6, 30),
        nominate_until=date(2026, 12, 20),
        hours=40,
        hours_category="city",
        joint_departments=["teacher_education", "research_office"],
        is_published=True,
        status="selecting",
        made_by=maker.bodies["bureau"],
        **maker.approved(datetime(2026, 11, 2, 8, tzinfo=UTC)),
    )
    for kind, codes in (("stage", ["primary"]), ("subject", ["mathematics"]), ("not_in_another", [])):
        maker.add(
            models.ProjectCriterion, project_id=project, criterion=kind, codes=codes, number=None, is_required=True
        )
    for name, kind, first, last in (
        ("集中研修", "study", date(2027, 1, 18), date(2027, 1, 29)),
        ("返岗实践", "practice", date(2027, 3, 1), date(2027, 6, 30)),
    ):
        span = {"starts_on": first, "ends_on": last, "mode": None, "place": None}
        maker.add(models.ProjectPhase, project_id=project, kind=kind, name=name, **span)
    _carried(maker, project, "市级小学数学骨干教师培训", [])
    for unit, many in units.items():
        maker.add(models.ProjectQuota, project_id=project, unit_id=unit, places=many + 2, taken=many)
    for place, one in enumerate(people):
        whose: dict[str, Any] = {"project_id": project, "teacher_id": one.teacher_id, "school_id": one.school_id}
        whose |= {"unit_id": one.unit_id, "workshop_id": None, "route": "school"}
        status = ("nominated", "passed", "checked", "confirmed")[place % 4]
        if status == "passed" and one.unit_id == one.school_id:  # no 中心校 above a 市直学校
            status = "checked"
        made = _nomination(maker, one, whose, status, LAST_DAY)
        if status == "confirmed":
            whose.pop("route")
            maker.add(models.ProjectTrainee, **whose, nomination_id=made, status="enrolled", joined_on=LAST_DAY)
