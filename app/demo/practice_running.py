"""A project of the running year in its practice 演示进行中的返岗实践, with the teacher and the school that sign in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol
from uuid import UUID, uuid5

from app.access.context import Context
from app.core.pages import PageRequest
from app.demo.county import County
from app.demo.facts import LAST_DAY, RUNNING_YEAR, DemoOrganisation
from app.demo.sheets import at_post
from app.practice import models
from app.practice.rules.practice import free_slot
from app.projects import models as projects
from app.projects.models import Project
from app.trainers.queries import appointments
from app.trainers.queries.appointments import AppointmentFilter

_STARTS, _ENDS = date(2026, 9, 14), date(2027, 6, 30)
_TASKS = (
    ("lesson_study", "课例研究：单元整体教学", date(2026, 11, 10)),
    ("shared_reading", "专业共读一本书", date(2026, 12, 20)),
)
_PEOPLE, _SCHOOLS, _GUIDES = 3, 4, 4
_STANDS = (("marked", 88), ("submitted", None), ("returned", None), None)
"""What came of the first task, trainee by trainee: None has handed nothing in."""


class Making(Protocol):
    """What makes rows: see app/demo/practice.py."""

    office: UUID
    colleague: UUID

    def add(self, table: type[Any], **values: Any) -> UUID:
        """One more row with a fresh id."""
        ...


@dataclass(frozen=True, slots=True)
class _Person:
    """A trainee of the running project."""

    trainee: UUID
    teacher: UUID
    school: UUID


async def make(ctx: Context, maker: Making, made: County) -> None:
    """The project with its trainees, tasks, outputs, base schools, paired trainers and a visit that asks for more."""
    places = {one.id: one for one in made.organisations}
    teacher = next(one for one in made.accounts if one.username == "teacher")
    home = places[teacher.organisation_id]
    schools = [home, *(one for one in made.organisations if one.parent_id == home.parent_id and one != home)]
    schools = [one for one in schools if one.kind == "school"][:_SCHOOLS]
    wanted = [
        (one, school)
        for school in schools
        for one in sorted(at_post(made, school.id, since=_STARTS), key=lambda who: who != teacher.teacher_id)[:_PEOPLE]
    ]
    project = _project(maker, len(wanted))
    people = [_enrolled(maker, project, one, school, places) for one, school in wanted]
    _work(maker, project, people)
    bases = _base_schools(maker, made)
    only = AppointmentFilter(active_on=LAST_DAY)
    trainers = (await appointments.page(ctx, PageRequest(limit=_GUIDES), only)).items
    for place, one in enumerate(trainers):
        _guide(maker, project, one, bases[place % len(bases)] if bases else None)
    maker.add(
        models.TrackingVisit,
        project_id=project,
        school_id=home.id,
        visited_on=date(2026, 11, 5),
        found="学员已上示范课，听课记录不全。",
        follow_up="补齐听课记录",
        follow_up_due_on=date(2026, 12, 4),
        recorded_by=maker.office,
    )
    weights = {"training": 40, "school_research": 30, "demonstration": 30}
    maker.add(models.PracticeWeights, project_id=project, **weights, published_on=_STARTS, set_by=maker.office)


def _project(maker: Making, many: int) -> UUID:
    """A published project in practice, with its phases and its tracking group."""
    at = datetime(2026, 8, 20, 8, tzinfo=UTC)
    project = maker.add(
        Project,
        level="city",
        kind="backbone_teachers",
        name="市级骨干教师课例研究返岗实践",
        aim="把研修所学用到课堂，带动校本研修。",
        start_year=RUNNING_YEAR,
        quota=many,
        allotted=many,
        starts_on=_STARTS,
        ends_on=_ENDS,
        hours=40,
        hours_category="city",
        joint_departments=["teacher_education", "research_office"],
        is_published=True,
        status="practice",
        made_by=uuid5(maker.office, "bureau"),
        submitted_by=uuid5(maker.office, "bureau"),
        approved_by=uuid5(maker.office, "desk"),
        approved_at=at,
    )
    for kind, name, first, last in (
        ("study", "集中研修", _STARTS, date(2026, 9, 25)),
        ("practice", "返岗实践", date(2026, 9, 28), _ENDS),
    ):
        maker.add(projects.ProjectPhase, project_id=project, kind=kind, name=name, starts_on=first, ends_on=last)
    tracker = {"role": "tracker", "name": "评价组长（演示）", "duty": "跟踪评价"}
    maker.add(projects.ProjectPerson, project_id=project, **tracker, is_leader=True, follows_whole=False)
    return project


def _enrolled(
    maker: Making, project: UUID, teacher: UUID, school: DemoOrganisation, places: dict[UUID, DemoOrganisation]
) -> _Person:
    """A trainee nominated by the school and confirmed, each step by another person."""
    above = places[school.parent_id] if school.parent_id else school
    unit = above.id if above.kind == "central_school" else school.id
    whose = {"project_id": project, "teacher_id": teacher, "school_id": school.id, "unit_id": unit}
    nomination = maker.add(
        projects.ProjectNomination,
        **whose,
        route="school",
        status="confirmed",
        findings=[],
        priority=2,
        nominated_by=uuid5(school.id, "clerk"),
        nominated_on=date(2026, 9, 2),
        passed_by=uuid5(unit, "head"),
        checked_by=maker.office,
        decided_by=uuid5(maker.office, "bureau"),
        decided_at=datetime(2026, 9, 8, 8, tzinfo=UTC),
    )
    joined = {"nomination_id": nomination, "status": "enrolled", "joined_on": _STARTS}
    return _Person(maker.add(projects.ProjectTrainee, **whose, **joined), teacher, school.id)


def _work(maker: Making, project: UUID, people: Sequence[_Person]) -> None:
    """Two tasks; of the first, outputs in every state. [M5.3] [A2.4]"""
    told = {"status": "published", "made_by": maker.office, "published_by": maker.office, "published_on": _STARTS}
    tasks = [
        maker.add(
            models.PracticeTask, project_id=project, kind=kind, title=title, requirement="提交一份，附过程材料。",
            due_on=due, findings=[], **told,
        )
        for kind, title, due in _TASKS
    ]  # fmt: skip
    for place, one in enumerate(people):
        stands = _STANDS[place % len(_STANDS)]
        if stands is None:
            continue
        status, mark = stands
        output = maker.add(
            models.PracticeOutput,
            task_id=tasks[0],
            project_id=project,
            trainee_id=one.trainee,
            teacher_id=one.teacher,
            school_id=one.school,
            title="单元整体教学课例（演示）",
            text="教学设计、课堂实录与反思。",
            status=status,
            submitted_by=uuid5(one.teacher, "account"),
            submitted_on=date(2026, 11, 6),
            mark=mark,
            marked_by=maker.office if mark else None,
            marked_at=datetime(2026, 11, 12, 8, tzinfo=UTC) if mark else None,
        )
        if status != "submitted":
            kind = "mark" if mark else "return"
            said = {
                "opinion": "请补充学情分析" if kind == "return" else "目标清晰，活动扎实",
                "giver_name": "指导组（演示）",
            }
            by = {"given_by": maker.office, "mark": mark}
            maker.add(models.PracticeOpinion, output_id=output, kind=kind, **said, **by)


def _base_schools(maker: Making, made: County) -> list[UUID]:
    """One base school in every town and a second one in every other; the last town still owes its own. [M5.3]"""
    region = made.regions[0].code
    towns = [one for one in made.organisations if one.region_code == region and one.kind == "central_school"]
    found = []
    for place, town in enumerate(towns[:-1]):
        schools = [one for one in made.organisations if one.parent_id == town.id and one.kind == "school"]
        taken: list[int] = []
        for school in schools[: 1 + place % 2]:
            slot = free_slot(taken, 2)
            taken.append(slot or 0)
            where = {"school_id": school.id, "central_school_id": town.id, "central_kind": "central_school"}
            found.append(
                maker.add(
                    models.BaseSchool, **where, slot=slot, slots=2, starts_on=date(2026, 9, 1), named_by=maker.office
                )
            )
    return found


def _guide(maker: Making, project: UUID, term: Any, base: UUID | None) -> None:
    """A trainer of the guide group, paired with a base school, who has been there once. [A2.4] [M5.3]"""
    who = {"project_id": project, "teacher_id": term.teacher_id, "appointment_id": term.id}
    maker.add(projects.ProjectPerson, **who, role="guide", name=term.holder_name, is_leader=False, follows_whole=False)
    if base is None or term.starts_on > date(2026, 10, 1):
        return
    duty = {"duty": "学科对口指导", "starts_on": date(2026, 10, 1), "made_by": maker.office}
    pairing = maker.add(models.PracticePairing, **who, base_school_id=base, **duty)
    seen = {"visited_on": date(2026, 10, 22), "content": "指导课例研究，参加集体备课"}
    maker.add(models.PairingVisit, pairing_id=pairing, **seen, recorded_by=maker.office)
