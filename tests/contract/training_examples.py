"""A valid request for every operation of training 育, about the records at a place of the test world."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

from app.access.permissions import Permission
from tests.contract.places import Example, Objects
from tests.factories.projects import ANOTHER, SOMEBODY, insert
from tests.factories.training import DESIGN, SESSION, SURVEY
from tests.factories.uploads import PDF

READ, SEE = Permission.PROJECT_READ, Permission.TRAINING_SUBMISSION_READ
REASON = {"reason": "材料不齐全"}
Body = Callable[[Objects], dict[str, Any]]
KEYS = {"due": 1, "present": 1, "on_leave": 0, "absent": 0, "attendance": "100.0", "score": None, "unmarked": 0}


def _under(body: dict[str, Any] | Body | None, /, *keys: str, sees: Permission | None = READ, **more: Any) -> Example:
    """About a project and records of it, which all bear the id of the place's entry."""
    made = body if callable(body) or body is None else lambda _: body
    names = ("project_id", *(f"{key}_id" for key in keys))
    return Example(lambda at: dict.fromkeys(names, at.entry), body=made, sees=sees, **more)


def _trainee(**said: Any) -> Body:
    return lambda at: {"trainee_id": str(at.entry), **said}


def _trainees(name: str = "trainees", **said: Any) -> Body:
    return lambda at: {name: [{"trainee_id": str(at.entry), **said}]}


def _whole(question: dict[str, Any]) -> dict[str, Any]:
    """A question as it is stored."""
    return {"is_required": True, "options": [], "least": None, "most": None, **question}


EXAMPLES: dict[str, Example] = {
    "listTrainingSurveys": _under(None),
    "createTrainingSurvey": _under(SURVEY),
    "getTrainingSurvey": _under(None, "survey"),
    "changeTrainingSurvey": _under(SURVEY, "survey"),
    "openTrainingSurvey": _under({}, "survey"),
    "closeTrainingSurvey": _under({}, "survey"),
    "answerTrainingSurvey": _under({"answers": [{"key": "stage", "choices": ["低段"]}]}, "survey"),
    "getTrainingSurveyResult": _under(None, "survey"),
    "listTrainingUnanswered": _under(None, "survey", sees=None),
    "listCourseDesigns": _under(None),
    "handInCourseDesign": _under(DESIGN),
    "getCourseDesign": _under(None, "design"),
    "listCourseReviews": _under(None, "design"),
    "reviewCourseDesign": _under(
        {"expert_name": "专家甲", "verdict": "agree", "opinion": "结构合理", "reviewed_on": "2026-11-01"}, "design"
    ),
    "acceptCourseDesign": _under({}, "design"),
    "returnCourseDesign": _under(REASON, "design"),
    "listTrainingSessions": _under(None),
    "createTrainingSession": _under(SESSION | {"topic": "矩阵新课"}),
    "getTrainingSession": _under(None, "session"),
    "changeTrainingSession": _under({"topic": "改题"}, "session"),
    "cancelTrainingSession": _under({}, "session"),
    "holdTrainingSession": _under({}, "session"),
    "listTrainingAttendance": _under(None, "session", sees=None),
    "recordTrainingAttendance": _under(_trainees("marks", presence="present"), "session"),
    "openTrainingSignIn": _under(None, "session"),
    "signInTraining": _under({"code": "000000"}, "session"),
    "listTrainingLeaves": _under(None, sees=None),
    "askTrainingLeave": _under(
        _trainee(starts_on="2026-12-20", ends_on="2026-12-21", reason="sick"), sees=Permission.TRAINEE_READ
    ),
    "grantTrainingLeave": _under({}, "leave", sees=Permission.TRAINING_LEAVE_READ),
    "refuseTrainingLeave": _under(REASON, "leave", sees=Permission.TRAINING_LEAVE_READ),
    "listTrainingCorrections": _under(None, sees=None),
    "askTrainingCorrection": _under(
        lambda at: {"attendance_id": str(at.entry), "presence": "absent", **REASON},
        sees=Permission.TRAINING_ATTENDANCE_READ,
    ),
    "approveTrainingCorrection": _under({}, "correction", sees=Permission.TRAINING_CORRECTION_READ),
    "refuseTrainingCorrection": _under(REASON, "correction", sees=Permission.TRAINING_CORRECTION_READ),
    "listTrainingAssignments": _under(None),
    "createTrainingAssignment": _under({"title": "教学设计", "text": "一课一设计", "due_on": "2026-12-20"}),
    "submitTrainingAssignment": _under({"text": "我的教学设计"}, "assignment"),
    "listTrainingSubmissions": _under(None, sees=None),
    "markTrainingSubmission": _under({"mark": 88.5}, "submission", sees=SEE),
    "attachTrainingSubmissionFile": _under({}, "submission", sees=SEE, file=PDF),
    "listTrainingSubmissionFiles": _under(None, "submission", sees=SEE),
    "getTrainingScheme": _under(None),
    "writeTrainingScheme": _under(
        {"attendance_weight": 40, "learning_weight": 20, "exchange_weight": 10, "assignments_weight": 30}
    ),
    "gradeTrainees": _under(_trainees("grades", learning=90, exchange=85.5)),
    "publishTrainingScores": _under({}),
    "listTrainingScores": _under(None, sees=None),
    "listTrainingCompletions": _under(None, sees=None),
    "recommendTrainingCompletions": _under(_trainees(is_recommended=True)),
    "decideTrainingCompletions": _under(_trainees(is_completed=False, reason="出勤不足")),
    "postCompletionHours": _under({}),
    "getProjectRates": _under(None, sees=None),
}


async def put(connection: asyncpg.Connection, region: int, one: UUID, teacher: UUID, school: UUID) -> None:
    """What belongs to the training of the project at a place, all under the id of the project."""
    now = await connection.fetchval("SELECT now()")
    own = {"region_id": region, "id": one}
    project, person = {**own, "project_id": one}, {"teacher_id": teacher, "school_id": school}
    trainee, decided = {"trainee_id": one, **person}, {"decided_by": ANOTHER, "decided_at": now}
    day = date(2026, 11, 20)

    async def add(table: str, **values: Any) -> None:
        await insert(connection, table, **values)

    survey = {
        "title": "矩阵",
        "questions": json.dumps([_whole(one) for one in SURVEY["questions"]]),
        "status": "open",
        "made_by": SOMEBODY,
    }
    await add("training_surveys", **project, **survey)
    design = {
        "title": "矩阵",
        "text": "矩阵",
        "modules": json.dumps([{"content": None, **one} for one in DESIGN["modules"]]),
        "hours": 6,
    }
    by = {"author_name": "矩阵", "status": "accepted", "submitted_by": SOMEBODY, **decided}
    await add("course_designs", **project, number=1, **design, **by)
    where = {"held_on": day, "part": "whole", "hours": 6, "topic": "矩阵", "mode": "online", "lecturer_name": "矩阵"}
    await add("training_sessions", **project, **where, status="held", made_by=SOMEBODY)
    attended = {"presence": "present", "source": "list", "recorded_by": SOMEBODY}
    await add("training_attendances", **own, session_id=one, **trainee, **attended)
    leave = {"starts_on": day, "ends_on": day, "reason": "sick", "asked_by": SOMEBODY}
    await add("training_leaves", **project, **trainee, **leave)
    asked = {"before": "present", "after": "absent", "reason": "矩阵矩阵", "is_contest": False, "asked_by": SOMEBODY}
    await add("training_corrections", **project, attendance_id=one, **person, **asked)
    await add("training_assignments", **project, title="矩阵", text="矩阵", due_on=day, made_by=SOMEBODY)
    marked = {"mark": 95, "is_excellent": True, "marked_by": SOMEBODY, "marked_at": now}
    said = {"text": "矩阵", "handed_in_on": day, "is_late": False}
    await add("training_submissions", **project, assignment_id=one, **trainee, **said, **marked)
    weights = {f"{part}_weight": 25 for part in ("attendance", "learning", "exchange", "assignments")}
    published = {"publications": 1, "published_by": SOMEBODY, "published_at": now, "written_by": SOMEBODY}
    await add("training_schemes", **project, **weights, **published)
    await add("training_grades", **project, trainee_id=one, learning=90, exchange=90, graded_by=SOMEBODY)
    points = dict.fromkeys(("attendance", "learning", "exchange", "assignments", "total"), 90)
    figures = {"publication": 1, "due": 1, "present": 1, "on_leave": 0, **points}
    await add("training_scores", **project, **trainee, **figures, published_by=SOMEBODY)
    judged = {"is_recommended": True, "figures": json.dumps(KEYS), "findings": "[]", "recommended_by": SOMEBODY}
    await add("training_completions", **project, **trainee, **judged, hours=40, project_hours=40)
