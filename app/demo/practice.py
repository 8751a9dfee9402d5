"""The return practice of the demo 演示返岗实践: the opening programme, done; and a project of this year in the middle.

Two of three teams of the programme reach the 80 % of 附件4, the principals do not. [M5.3] [A2.5a] [A4.5]
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID, uuid5

from app.access.context import Context
from app.core.clock import Clock
from app.core.db import AnyRow, Database
from app.core.pages import PageRequest
from app.demo import practice_running
from app.demo.county import County
from app.demo.draw import Ids
from app.demo.facts import LAST_DAY
from app.demo.sheets import principal_of
from app.policy.load import Regulation
from app.practice import models
from app.practice.rules.results import PARTS
from app.projects.queries import projects, trainees
from app.projects.queries.projects import ProjectFilter
from app.projects.queries.rows import add
from app.projects.states import ProjectStatus

_BLOCK = 1300
"""The block of these ids, behind those of the projects."""
_PART = 500
_DUE = (date(2022, 11, 30), date(2023, 3, 31), date(2023, 5, 31))
_MARKED, _TOLD = date(2023, 6, 10), date(2023, 6, 28)
AUDIENCE = {
    "backbone_teachers": ("lesson_study", "shared_reading", "professional_writing"),
    "backbone_principals": ("subject_team_building", "school_research_plan"),
    "trainer_team": ("typical_cases",),
}
"""Kind of project → its tasks, in the order of their days. [M5.3]"""
WEIGHTS = {"training": 40, "school_research": 30, "demonstration": 30}
_WITHOUT_CASE = {"backbone_principals": 4}
"""Of how many trainees one has no transfer case; in the other teams of ten."""
_VISITS = 6


@dataclass(slots=True)
class Maker:
    """Makes the rows of one region, parents before children."""

    region: int
    regulation: Regulation
    office: UUID
    colleague: UUID
    ids: Ids
    rows: dict[type[Any], list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, table: type[Any], **values: Any) -> UUID:
        """One more row with a fresh id."""
        made = self.ids.new()
        self.rows.setdefault(table, []).append({"id": made, **values})
        return made

    def label(self, kind: str) -> str:
        """What the regulation calls a task."""
        return self.regulation.codes("practice_tasks").get(kind).label

    async def store(self, ctx: Context) -> None:
        """Write what was made, table by table; rows of one statement have the same columns."""
        for table, made in self.rows.items():
            for _, alike in groupby(made, key=sorted):
                rows = list(alike)
                for first in range(0, len(rows), _PART):
                    await add(ctx, table, *rows[first : first + _PART])
        self.rows.clear()


async def run(database: Database, made: County, regulation: Regulation) -> None:
    """Load the practice of the first region's projects, in the name of 进修学校."""
    acting = {one.username: one for one in made.accounts}
    who = principal_of(made, acting["training_school"])
    ids = Ids(f"{made.regions[0].code}:practice", _BLOCK)
    maker = Maker(who.region_id, regulation, who.account_id, acting["training_school_2"].id, ids)
    async with database.begin(who.region_id) as db:
        ctx = Context(db, who, regulation, Clock.at(LAST_DAY))
        only = ProjectFilter(status=ProjectStatus.CLOSED)
        for project in (await projects.page(ctx, PageRequest(limit=20), only)).items:
            _programme(maker, project, await trainees.enrolled(ctx, project.id))
        await maker.store(ctx)
        await practice_running.make(ctx, maker, made)
        await maker.store(ctx)


def _programme(maker: Maker, project: AnyRow, people: Sequence[AnyRow]) -> None:
    """Tasks, outputs, cases, results and tracking visits of a team of the programme."""
    if not people:
        return
    tasks = _tasks(maker, project, people)
    outputs = {one.id: _outputs(maker, project, one, place, tasks) for place, one in enumerate(people)}
    for place, one in enumerate(people):
        _cases(maker, project, one, place, outputs[one.id])
    _results(maker, project, people)
    for place, one in enumerate({one.school_id: one for one in people}.values()):
        if place < _VISITS:
            _visit(maker, project, one.school_id, place)


def _tasks(maker: Maker, project: AnyRow, people: Sequence[AnyRow]) -> dict[tuple[UUID | None, str], UUID]:
    """Tasks by workshop; for the whole project where somebody came without one. [M5.3]"""
    workshops = list(dict.fromkeys(one.workshop_id for one in people))
    made = {}
    for workshop in [None] if None in workshops else workshops:
        for kind, due in zip(AUDIENCE[project.kind], _DUE, strict=False):
            made[workshop, kind] = maker.add(
                models.PracticeTask,
                project_id=project.id,
                workshop_id=workshop,
                kind=kind,
                title=f"{maker.label(kind)}（返岗实践）",
                requirement="结合研修主题完成一项，提交过程材料和成果。",
                due_on=due,
                status="published",
                findings=[],
                made_by=maker.office,
                published_by=maker.office,
                published_on=date(2022, 9, 20),
            )
    return made


def _outputs(
    maker: Maker, project: AnyRow, one: AnyRow, place: int, tasks: dict[tuple[UUID | None, str], UUID]
) -> list[UUID]:
    """What a trainee handed in, marked; of several one in eleven is owed, the best are published."""
    made = []
    account = uuid5(one.teacher_id, "account")
    for at, ((workshop, kind), task) in enumerate(tasks.items()):
        if workshop not in {None, one.workshop_id} or (len(tasks) > 1 and (place + at) % 11 == 0):
            continue
        mark = Decimal(78 + (place * 7 + at * 3) % 22) + Decimal("0.5") * (place % 2)
        told = {"published_by": maker.colleague, "published_on": _TOLD} if mark >= 99 else {}  # noqa: PLR2004 - the best
        output = maker.add(
            models.PracticeOutput,
            task_id=task,
            project_id=project.id,
            trainee_id=one.id,
            teacher_id=one.teacher_id,
            school_id=one.school_id,
            title=f"{maker.label(kind)}成果",
            text="过程记录、成果与反思（演示）。",
            status="published" if told else "marked",
            submitted_by=account,
            submitted_on=_DUE[0],
            mark=mark,
            marked_by=maker.office,
            marked_at=datetime(_MARKED.year, _MARKED.month, _MARKED.day, 8, tzinfo=UTC),
            published_by=told.get("published_by"),
            published_on=told.get("published_on"),
        )
        said = {"opinion": "立足课堂，有改进、有反思", "given_by": maker.office, "giver_name": "跟踪评价小组（演示）"}
        maker.add(models.PracticeOpinion, output_id=output, kind="mark", mark=mark, **said)
        made.append(output)
    return made


def _cases(maker: Maker, project: AnyRow, one: AnyRow, place: int, outputs: Sequence[UUID]) -> None:
    """The cases that 进修学校 accepted. [A4.5]"""
    has = {"transfer": place % _WITHOUT_CASE.get(project.kind, 10) != 0, "leading": place % 6 != 0}
    at = datetime(_TOLD.year, _TOLD.month, _TOLD.day, 8, tzinfo=UTC)
    for kind in (kind for kind, is_there in has.items() if is_there and outputs):
        maker.add(
            models.PracticeCase,
            project_id=project.id,
            trainee_id=one.id,
            teacher_id=one.teacher_id,
            school_id=one.school_id,
            kind=kind,
            output_id=outputs[0],
            status="accepted",
            asked_by=uuid5(one.teacher_id, "account"),
            answered_by=maker.office,
            answered_at=at,
        )


def _results(maker: Maker, project: AnyRow, people: Sequence[AnyRow]) -> None:
    """Weights, results, and one of ten proposed as excellent. [A2.5a] [A2.5b]"""
    maker.add(
        models.PracticeWeights, project_id=project.id, **WEIGHTS, published_on=date(2022, 9, 20), set_by=maker.office
    )
    points = {
        one.id: {part: Decimal(75 + (place * step) % 25) for part, step in zip(PARTS, (7, 11, 13), strict=True)}
        for place, one in enumerate(people)
    }
    best = sorted(points, key=lambda one: -sum(points[one][part] * WEIGHTS[part] for part in PARTS))
    excellent = set(best[: len(best) // 10])
    for one in people:
        proposed = one.id in excellent
        maker.add(
            models.PracticeResult,
            project_id=project.id,
            trainee_id=one.id,
            teacher_id=one.teacher_id,
            school_id=one.school_id,
            **points[one.id],
            status="published",
            recorded_by=maker.office,
            published_by=maker.colleague,
            published_on=_TOLD,
            proposed_by=maker.colleague if proposed else None,
            proposed_on=_TOLD if proposed else None,
            proposal_reason="三部分考核居前，示范带动突出" if proposed else None,
        )


def _visit(maker: Maker, project: AnyRow, school: UUID, place: int) -> None:
    """A tracking visit; something followed from every second one, and was done. [A2.5a]"""
    follows = place % 2 == 0
    maker.add(
        models.TrackingVisit,
        project_id=project.id,
        school_id=school,
        visited_on=date(2023, 3, 6 + place),
        found="学员返岗后开展示范课和教研分享，任务推进正常。",
        follow_up="补充听课记录和改进前后的教学设计" if follows else None,
        follow_up_due_on=date(2023, 4, 10) if follows else None,
        followed_up_on=date(2023, 4, 3) if follows else None,
        follow_up_result="材料已补充" if follows else None,
        recorded_by=maker.office,
        followed_up_by=maker.office if follows else None,
    )
