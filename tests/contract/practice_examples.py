"""A valid request for every operation of the return practice, about the records at a place of the test world."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4, uuid5

import asyncpg

from app.access.permissions import Permission
from tests.contract.places import Example, Objects
from tests.factories.projects import SOMEBODY, insert, put_project, put_trainee
from tests.factories.uploads import PDF
from tests.factories.workshops import ident

READ, PLAN = Permission.PRACTICE_READ, Permission.PRACTICE_PLAN_READ
REASON = {"reason": "请补充教学反思"}
TASK = {"kind": "lesson_study", "title": "课例研究", "requirement": "提交课例一份", "due_on": "2026-12-31"}
END = {"ended_on": "2026-11-01", "reason": "学校布局调整"}
WEIGHTS = {"training": 40, "school_research": 30, "demonstration": 30}
SLOTS = 9
"""So many places has a town in the matrix, where every place names the same 中心校."""


def of(one: UUID, what: str) -> UUID:
    """Another record of a place: its project, its trainee, an output that is marked, a task without one."""
    return uuid5(one, f"practice {what}")


def _about(key: str, sees: Permission, body: dict[str, Any] | None = None, **more: Any) -> Example:
    """About the record of a place, which bears the id of the place's entry."""
    return Example(lambda at: {key: at.entry}, body=None if body is None else lambda _: body, sees=sees, **more)


def _task(body: dict[str, Any] | None = None) -> Example:
    return _about("task_id", PLAN, body)


def _output(body: dict[str, Any] | None = None, **more: Any) -> Example:
    return _about("output_id", READ, body, **more)


def _case(body: dict[str, Any] | None = None) -> Example:
    return _about("case_id", READ, body)


def _result(body: dict[str, Any] | None = None) -> Example:
    return _about("result_id", READ, body)


def _project(body: Any = None, sees: Permission | None = None) -> Example:
    """About the project in practice of a place; without `sees`, what is under it is within the scope."""
    return Example(lambda at: {"project_id": of(at.entry, "project")}, body=body, sees=sees)


def _trainee(at: Objects) -> str:
    return str(of(at.entry, "trainee"))


EXAMPLES: dict[str, Example] = {
    "listPracticeTasks": _project(),
    "draftPracticeTask": _project(lambda _: TASK, PLAN),
    "getPracticeTask": _task(),
    "changePracticeTask": _task(TASK),
    "publishPracticeTask": _task({}),
    "extendPracticeTask": _task({"due_on": "2027-01-31", **REASON}),
    "withdrawPracticeTask": _task(REASON),
    "listPracticeDuties": _project(),
    "listPracticeTrainees": _project(),
    "getPracticeSummary": _project(),
    "getPracticeCaseShares": Example(query=lambda _: {"year": 2026}),
    "listPracticeOutputs": Example(),
    "submitPracticeOutput": Example(
        body=lambda at: {
            "task_id": str(of(at.entry, "open task")),
            "trainee_id": _trainee(at),
            "title": "课例",
            "text": "教学设计",
        },
        placed=True,
    ),
    "getPracticeOutput": _output(),
    "listPracticeOpinions": _output(),
    "resubmitPracticeOutput": _output({"title": "课例", "text": "教学设计"}),
    "withdrawPracticeOutput": _output({}),
    "guidePracticeOutput": _output({"opinion": "目标可以再具体些"}),
    "returnPracticeOutput": _output(REASON),
    "markPracticeOutput": _output({"mark": 90, "opinion": "设计扎实"}),
    "publishPracticeOutput": _output({}),
    "unpublishPracticeOutput": _output(REASON),
    "attachPracticeOutputFile": _output({}, file=PDF, also=Permission.FILE_ATTACH),
    "listPracticeOutputFiles": _output(),
    "listPracticeCases": Example(),
    "submitPracticeCase": Example(
        body=lambda at: {
            "trainee_id": _trainee(at),
            "kind": "leading",
            "output_id": str(of(at.entry, "marked output")),
        },
        placed=True,
    ),
    "getPracticeCase": _case(),
    "judgePracticeCase": _case({"decision": "accept"}),
    "revokePracticeCase": _case(REASON),
    "withdrawPracticeCase": _case({}),
    "listBaseSchools": Example(),
    "nameBaseSchool": Example(body=lambda at: {"school_id": str(at.organisation), "starts_on": "2026-09-01"}),
    "endBaseSchool": _about("base_school_id", PLAN, END),
    "listBaseSchoolTowns": Example(),
    "listPracticePairings": _project(),
    "pairPracticeTrainer": _project(
        lambda at: {
            "appointment_id": str(at.entry),
            "workshop_id": str(ident("workshop", at.place)),
            "duty": "小学语文",
            "starts_on": "2026-10-01",
        },
        PLAN,
    ),
    "endPracticePairing": _about("pairing_id", PLAN, END),
    "listPairingVisits": _about("pairing_id", PLAN),
    "recordPairingVisit": _about("pairing_id", PLAN, {"visited_on": "2026-10-20", "content": "课例研讨"}),
    "listTrackingVisits": Example(),
    "recordTrackingVisit": Example(
        body=lambda at: {
            "project_id": str(of(at.entry, "project")),
            "school_id": str(at.organisation),
            "visited_on": "2026-11-10",
            "found": "学员已开展示范课",
        },
        placed=True,
    ),
    "followUpTrackingVisit": _about(
        "visit_id", Permission.TRACKING_READ, {"followed_up_on": "2026-11-10", "result": "记录已补齐"}
    ),
    "getPracticeWeights": _project(sees=PLAN),
    "setPracticeWeights": _project(lambda _: WEIGHTS, PLAN),
    "listPracticeResults": _project(),
    "recordPracticeResults": _project(
        lambda at: {
            "lines": [{"trainee_id": _trainee(at), "training": 90, "school_research": 80, "demonstration": 70}]
        },
        PLAN,
    ),
    "publishPracticeResults": _project(lambda _: {}, PLAN),
    "reopenPracticeResult": _result(REASON),
    "proposeExcellentTrainee": _result(REASON),
    "withdrawExcellentTrainee": _result(REASON),
}


async def put(connection: asyncpg.Connection, region: int, one: UUID, teacher: UUID, school: UUID) -> None:
    """A project in practice at a place, and a record of every sort, all under one id. After the trainer's term."""
    project = await put_project(connection, region, status="practice", id=of(one, "project"))
    whose = {"region_id": region, "project_id": project}
    trainee = await put_trainee(
        connection, region, project, teacher, school, school, id=of(one, "trainee"), joined_on=date(2026, 10, 1)
    )
    person = {"trainee_id": trainee, "teacher_id": teacher, "school_id": school}
    told = {"status": "published", "published_by": SOMEBODY, "published_on": date(2026, 10, 8)}
    for task in (one, of(one, "marked task"), of(one, "open task")):
        about = {"kind": "lesson_study", "title": "矩阵", "requirement": "矩阵", "due_on": date(2026, 12, 31)}
        await insert(connection, "practice_tasks", id=task, **whose, **about, **told, findings="[]", made_by=SOMEBODY)
    handed = {"title": "矩阵", "text": "矩阵", "submitted_by": uuid4(), "submitted_on": date(2026, 10, 20)}
    await insert(connection, "practice_outputs", id=one, task_id=one, **whose, **person, **handed)
    now = await connection.fetchval("SELECT now()")
    marked = {"status": "marked", "mark": 90, "marked_by": SOMEBODY, "marked_at": now}
    output = of(one, "marked output")
    at = {"id": output, "task_id": of(one, "marked task")}
    await insert(connection, "practice_outputs", **at, **whose, **person, **handed, **marked)
    opinion = {"kind": "guidance", "opinion": "矩阵", "given_by": SOMEBODY, "giver_name": "矩阵"}
    await insert(connection, "practice_opinions", region_id=region, output_id=one, **opinion)
    case = {"kind": "transfer", "output_id": output, "status": "submitted", "asked_by": uuid4()}
    await insert(connection, "practice_cases", id=one, **whose, **person, **case)
    parts = {"training": 90, "school_research": 80, "demonstration": 70}
    await insert(connection, "practice_results", id=one, **whose, **person, **parts, recorded_by=SOMEBODY)
    await insert(connection, "practice_weights", **whose, **WEIGHTS, published_on=date(2026, 10, 8), set_by=SOMEBODY)
    visit = {"visited_on": date(2026, 11, 10), "found": "矩阵", "recorded_by": SOMEBODY, "follow_up": "矩阵"}
    due = {"follow_up_due_on": date(2026, 11, 20), "tracker_id": teacher}
    await insert(connection, "tracking_visits", id=one, **whose, school_id=school, **visit, **due)
    await _put_station(connection, region, one, teacher, school)


async def _put_station(connection: asyncpg.Connection, region: int, one: UUID, teacher: UUID, school: UUID) -> None:
    """The school as a base school, and a trainer paired with it."""
    found = "SELECT id FROM organisations WHERE region_id = $1 AND kind = 'central_school' ORDER BY name LIMIT 1"
    slot = 1 + await connection.fetchval("SELECT count(*)::integer FROM base_schools")
    await insert(
        connection, "base_schools", region_id=region, id=one, school_id=school, central_kind="central_school",
        central_school_id=await connection.fetchval(found, region), slot=slot, slots=SLOTS,
        starts_on=date(2026, 9, 1), named_by=SOMEBODY,
    )  # fmt: skip
    await insert(
        connection, "practice_pairings", region_id=region, id=one, project_id=of(one, "project"), appointment_id=one,
        teacher_id=teacher, base_school_id=one, duty="矩阵", starts_on=date(2026, 10, 1), made_by=SOMEBODY,
    )  # fmt: skip
