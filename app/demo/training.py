"""Training of the demo 演示培训过程: the opening programme with its questionnaire, design, sessions, marks, completion.

Hours are left to be credited, so that `:postHours` has something to do. [A2.3a] [A2.3b] [A4.2]
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from app.demo.county import County
from app.demo.draw import Draw, Ids
from app.policy.load import Regulation
from app.projects.models import Project, ProjectTrainee
from app.training import models
from app.training.rules import process
from app.training.rules.process import Facts, Least, Parts, Presence

_BLOCK = 1300
"""The block of these ids, behind those of the projects."""
_SESSIONS = (
    (date(2022, 10, 22), "开班仪式与工作坊方案优化"),
    (date(2023, 3, 18), "单元整体教学设计"),
    (date(2023, 7, 10), "课例研究方法"),
    (date(2023, 7, 11), "专业写作指导"),
    (date(2023, 10, 21), "返岗实践成果交流"),
)
_TASKS = ((date(2023, 4, 30), "一份单元整体教学设计"), (date(2023, 9, 30), "一篇课例研究报告"))
_NEEDS = ("课例研究", "专业共读", "专业写作", "信息技术应用")
_QUESTIONS: list[dict[str, Any]] = [
    {"key": "needs", "kind": "multiple", "text": "最需要的研修内容", "options": list(_NEEDS)},
    {"key": "ease", "kind": "scale", "text": "对单元整体教学的掌握程度", "least": 1, "most": 5},
]
_WEIGHTS = {"attendance": 40, "learning": 20, "exchange": 10, "assignments": 30}
_LEAST = Least(80, 60)
_DECIDED = date(2023, 11, 30)
_NOT_COMPLETED = 97
"""One in so many did not complete."""


@dataclass(slots=True)
class _Maker:
    """Makes the rows of one region, parents before children."""

    region: int
    school: UUID
    bureau: UUID
    ids: Ids
    draw: Draw
    rows: dict[type[Any], list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, table: type[Any], **values: Any) -> UUID:
        """One more row with a fresh id."""
        made = self.ids.new()
        self.rows.setdefault(table, []).append({"region_id": self.region, "id": made, **values})
        return made


def rows(
    made: County, regulation: Regulation, tables: Mapping[type[Any], list[dict[str, Any]]]
) -> list[tuple[type[Any], list[dict[str, Any]]]]:
    """The rows of the training of closed projects, table by table, parents before children.

    tables: the rows of the projects themselves.
    """
    region = made.regions[0].code
    bodies = {one.role: one.id for one in reversed(made.accounts) if one.region_code == region}
    seed = f"{region}:training"
    maker = _Maker(int(region), bodies["training_school"], bodies["bureau"], Ids(seed, _BLOCK), Draw(seed))
    online = regulation.codes("training_modes").get("online").code
    for project in tables.get(Project, []):
        if project["status"] == "closed":
            people = [one for one in tables[ProjectTrainee] if one["project_id"] == project["id"]]
            _before(maker, project["id"], people)
            _during(maker, project, people, online)
    return list(maker.rows.items())


def _before(maker: _Maker, project: UUID, people: Sequence[dict[str, Any]]) -> None:
    """The questionnaire with most answers, and the design that two experts reviewed. [A2.3a]"""
    usual: dict[str, Any] = {"is_required": True, "options": [], "least": None, "most": None}
    stored = [usual | one for one in _QUESTIONS]
    said = {"title": "培训需求问卷", "questions": stored, "closes_on": date(2022, 9, 30), "status": "closed"}
    survey = maker.add(models.TrainingSurvey, project_id=project, **said, made_by=maker.school)
    for one in people:
        if maker.draw.chance(0.9):
            answer = {"needs": [maker.draw.pick(_NEEDS)], "ease": maker.draw.between(1, 5)}
            whose = {"teacher_id": one["teacher_id"], "school_id": one["school_id"]}
            maker.add(models.TrainingAnswer, survey_id=survey, **whose, answers=answer)
    modules = [
        {"title": topic, "hours": 6, "lecturer": "承训单位专家（演示）", "content": None} for _, topic in _SESSIONS
    ]
    author = "承训单位首席专家（演示）"
    design = maker.add(
        models.CourseDesign,
        project_id=project,
        number=1,
        title="团队研修课程设计",
        text="以问题为导向，线上线下结合，研修与返岗实践贯通。",
        modules=modules,
        hours=Decimal(6 * len(modules)),
        author_name=author,
        author_teacher_id=None,
        status="accepted",
        submitted_by=maker.school,
        decided_by=uuid5(maker.school, "colleague"),
        decided_at=datetime(2022, 9, 28, 8, tzinfo=UTC),
        reason=None,
    )
    for expert, verdict, opinion in (
        ("评审专家甲（演示）", "amend", "建议增加现场课例。"),
        ("评审专家乙（演示）", "agree", "目标明确，模块衔接合理。"),
    ):
        told = {"verdict": verdict, "opinion": opinion, "reviewed_on": date(2022, 9, 26), "recorded_by": maker.school}
        who = {"expert_name": expert, "expert_teacher_id": None, "author_name": author}
        maker.add(models.CourseReview, design_id=design, **who, **told)


def _during(maker: _Maker, project: dict[str, Any], people: Sequence[dict[str, Any]], online: str) -> None:
    """Sessions with attendance, assignments with marks, scores, and who completed. [A2.3b] [A4.2]"""
    own = {"project_id": project["id"]}
    sessions = [_session(maker, project["id"], day, topic, online) for day, topic in _SESSIONS]
    tasks = [
        maker.add(
            models.TrainingAssignment, **own, title=title, text=f"提交{title}。", due_on=day, made_by=maker.school
        )
        for day, title in _TASKS
    ]
    weights = {f"{part}_weight": weight for part, weight in _WEIGHTS.items()}
    least = {"attendance_min": _LEAST.attendance, "score_min": _LEAST.score}
    at = {"published_at": datetime(2023, 11, 20, 8, tzinfo=UTC), "published_by": maker.school, "publications": 1}
    maker.add(models.TrainingScheme, **own, **weights, **least, **at, written_by=maker.school)
    for place, one in enumerate(people):
        dropped = place % _NOT_COMPLETED == _NOT_COMPLETED - 1
        whose = {"trainee_id": one["id"], "teacher_id": one["teacher_id"], "school_id": one["school_id"]}
        presence = _attended(maker, sessions, whose, dropped=dropped)
        marks = [
            _marked(maker, own | {"assignment_id": task} | whose, day)
            for task, (day, _) in zip(tasks, _TASKS, strict=True)
        ]
        _assessed(maker, project, whose, presence, marks)


def _session(maker: _Maker, project: UUID, day: date, topic: str, online: str) -> UUID:
    is_online = topic == "专业写作指导"
    return maker.add(
        models.TrainingSession,
        project_id=project,
        phase_id=None,
        held_on=day,
        part="whole",
        hours=Decimal(6),
        topic=topic,
        mode=online if is_online else "face_to_face_short",
        place=None if is_online else "湖南长沙",
        lecturer_name="承训单位专家（演示）",
        lecturer_teacher_id=None,
        lecturer_appointment_id=None,
        status="held",
        sign_in_code=None,
        made_by=maker.school,
    )


def _attended(maker: _Maker, sessions: Sequence[UUID], whose: dict[str, Any], *, dropped: bool) -> Presence:
    found = {"present": 0, "leave": 0}
    for session in sessions:
        presence = "leave" if maker.draw.chance(0.03) else "present"
        if dropped and session != sessions[0]:
            presence = "absent"
        if presence in found:
            found[presence] += 1
        told = {"presence": presence, "source": "list", "recorded_by": maker.school}
        maker.add(models.TrainingAttendance, session_id=session, **whose, **told)
    return Presence(len(sessions), found["present"], found["leave"])


def _marked(maker: _Maker, whose: dict[str, Any], day: date) -> Decimal:
    mark = Decimal(maker.draw.between(70, 98))
    maker.add(
        models.TrainingSubmission,
        **whose,
        text="已按要求完成（演示内容）。",
        handed_in_on=day,
        is_late=False,
        mark=mark,
        comment=None,
        is_excellent=mark >= 96,  # noqa: PLR2004 - only the best are shown
        marked_by=maker.school,
        marked_at=datetime(day.year, day.month, day.day, 8, tzinfo=UTC),
    )
    return mark


def _assessed(
    maker: _Maker, project: dict[str, Any], whose: dict[str, Any], presence: Presence, marks: Sequence[Decimal]
) -> None:
    """Grades, the published score, and the completion."""
    own = {"project_id": project["id"]}
    grades = {"learning": Decimal(maker.draw.between(75, 98)), "exchange": Decimal(maker.draw.between(70, 98))}
    maker.add(models.TrainingGrade, **own, trainee_id=whose["trainee_id"], **grades, graded_by=maker.school)
    parts = Parts(
        presence.points, grades["learning"], grades["exchange"], process.assignment_points(marks, len(_TASKS))
    )
    total = process.total(parts, _WEIGHTS)
    counted = {"due": presence.due, "present": presence.present, "on_leave": presence.on_leave}
    points = {name: getattr(parts, name) for name in _WEIGHTS}
    maker.add(
        models.TrainingScore,
        **own,
        **whose,
        publication=1,
        **counted,
        **points,
        total=total,
        published_by=maker.school,
    )
    findings = process.check_completion(Facts(presence, total, 0), _LEAST)
    is_completed = presence.absent == 0
    maker.add(
        models.TrainingCompletion,
        **own,
        **whose,
        is_recommended=is_completed,
        opinion=None,
        figures=counted
        | {"absent": presence.absent, "attendance": str(presence.points), "score": str(total), "unmarked": 0},
        findings=[one.as_json() for one in findings],
        status="completed" if is_completed else "not_completed",
        recommended_by=maker.school,
        decided_by=maker.bureau,
        decided_on=_DECIDED,
        reason=None if is_completed and not findings else "经研究决定",
        hours=project["hours"],
        project_hours=project["hours"],
    )
