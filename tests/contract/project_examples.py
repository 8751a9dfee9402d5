"""A valid request for every operation of training projects, about the records at a place of the test world."""

from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

from app.access.permissions import Permission
from tests.contract.places import Example, Objects
from tests.factories.projects import ANOTHER, FOURTH, SOMEBODY, THIRD, insert, put_project

READ, READ_PLAN = Permission.PROJECT_READ, Permission.TRAINING_PLAN_READ
READ_NOMINATION, READ_TRAINEE = Permission.NOMINATION_READ, Permission.TRAINEE_READ
REASON = {"reason": "与教学安排冲突"}
LEVELS = ("national", "provincial", "city", "school_research", "workshop")
PLAN: dict[str, Any] = {
    "kind": "annual",
    "first_year": 2027,
    "last_year": 2027,
    "title": "2027 年教师培训计划",
    "text": "分层分类分岗，覆盖全体教师。",
    "items": [{"level": one, "content": "按层级实施"} for one in LEVELS],
    "departments": ["teacher_education", "research_office"],
}
PROJECT: dict[str, Any] = {
    "level": "city",
    "kind": "backbone_teachers",
    "name": "小学语文骨干教师培训",
    "aim": "提升骨干教师课例研究能力",
    "school_year": "2026-2027",
    "stage": "primary",
    "subject": "chinese",
    "quota": 40,
    "starts_on": "2027-01-10",
    "ends_on": "2027-06-30",
    "nominate_until": "2026-12-20",
    "hours": 40,
    "hours_category": "city",
}
PHASE = {"kind": "study", "name": "集中研修", "starts_on": "2027-01-10", "ends_on": "2027-01-20"}
TEAM = {"members": [{"name": "张三", "is_lead": True}]}
MANAGERS = {
    "role": "manager",
    "people": [{"name": "李四", "rank": "vice_principal", "is_leader": True, "follows_whole": True}],
}


def _project(body: dict[str, Any] | None = None, **more: Any) -> Example:
    """About the project of a place, which bears the id of the place's entry."""
    return Example(
        lambda at: {"project_id": at.entry}, body=None if body is None else lambda _: body, sees=READ, **more
    )


def _plan(body: dict[str, Any] | None = None) -> Example:
    return Example(lambda at: {"plan_id": at.entry}, body=None if body is None else lambda _: body, sees=READ_PLAN)


def _under(key: str, sees: Permission, body: dict[str, Any] | None = None) -> Example:
    """About a record of that project, which bears the same id."""
    return Example(
        lambda at: {"project_id": at.entry, key: at.entry}, body=None if body is None else lambda _: body, sees=sees
    )


def _nomination(body: dict[str, Any] | None = None) -> Example:
    return _under("nomination_id", READ_NOMINATION, body)


def _trainee(body: dict[str, Any] | None = None) -> Example:
    return _under("trainee_id", READ_TRAINEE, body)


def _nominate(at: Objects) -> dict[str, Any]:
    return {"teacher_id": str(at.teacher), "statement": "同意选送"}


EXAMPLES: dict[str, Example] = {
    "listTrainingPlans": Example(),
    "createTrainingPlan": Example(body=lambda _: PLAN),
    "getTrainingPlan": _plan(),
    "changeTrainingPlan": _plan({"title": "修改后的计划"}),
    "submitTrainingPlan": _plan({}),
    "approveTrainingPlan": _plan({}),
    "returnTrainingPlan": _plan({"reason": "请补充层级"}),
    "listProjects": Example(),
    "createProject": Example(body=lambda _: PROJECT),
    "getProject": _project(),
    "changeProject": _project({"name": "改名后的项目"}),
    "submitProject": _project({}),
    "returnProject": _project(REASON),
    "approveProject": _project({}),
    "openProjectSelection": _project({}),
    "startProject": _project({}),
    "startProjectPractice": _project({}),
    "startProjectEvaluation": _project({}),
    "closeProject": _project({}),
    "archiveProject": _project({}),
    "cancelProject": _project({"reason": "经费调整取消"}),
    "listProjectPhases": _project(),
    "createProjectPhase": _project(PHASE),
    "changeProjectPhase": _under("phase_id", READ, {"place": "长沙"}),
    "listSubProjects": _project(),
    "createSubProject": _project({"name": "语文子项目", **TEAM}),
    "composeSubProject": _under("sub_project_id", READ, TEAM),
    "listProjectPeople": _project(),
    "composeProjectPeople": _project(MANAGERS),
    "listProjectQuotas": _project(),
    "setProjectQuotas": Example(
        lambda at: {"project_id": at.entry},
        body=lambda at: {"quotas": [{"unit_id": str(at.organisation), "places": 1}]},
    ),
    "listProjectCriteria": _project(),
    "setProjectCriteria": _project({"criteria": [{"criterion": "stage", "codes": ["primary"]}]}),
    "formProjectClass": Example(lambda at: {"project_id": at.entry}, body=lambda at: {"workshop_ids": [str(at.entry)]}),
    "listProjectNominations": Example(lambda at: {"project_id": at.entry}),
    "nominateForProject": Example(lambda at: {"project_id": at.entry}, body=_nominate),
    "applyToProject": Example(lambda at: {"project_id": at.entry}, body=lambda _: {"statement": "本人申请参加"}),
    "getProjectNomination": _nomination(),
    "nominateProjectApplicant": _nomination({}),
    "passProjectNomination": _nomination({}),
    "checkProjectNomination": _nomination({}),
    "confirmProjectNomination": _nomination({}),
    "rejectProjectNomination": _nomination(REASON),
    "withdrawProjectNomination": _nomination(REASON),
    "substituteProjectTrainee": Example(
        lambda at: {"project_id": at.entry, "nomination_id": at.entry},
        body=lambda at: {"teacher_id": str(at.teacher), "effective_on": "2026-10-01", **REASON},
        sees=READ_NOMINATION,
    ),
    "listProjectTrainees": Example(lambda at: {"project_id": at.entry}),
    "getProjectTrainee": _trainee(),
    "askProjectWithdrawal": _trainee(REASON),
    "withdrawProjectTrainee": _trainee(REASON),
}


async def put(connection: asyncpg.Connection, region: int, one: UUID, teacher: UUID, school: UUID) -> None:
    """A plan, a project, and what belongs to it at a place, all under one id."""
    now = await connection.fetchval("SELECT now()")
    year = 2001 + await connection.fetchval("SELECT count(*)::integer FROM training_plans")
    await insert(
        connection,
        "training_plans",
        region_id=region,
        id=one,
        kind="annual",
        first_year=year,
        last_year=year,
        title="矩阵",
        text="矩阵",
        items="[]",
        departments=["finance"],
        status="approved",
        made_by=SOMEBODY,
        submitted_by=SOMEBODY,
        submitted_at=now,
        decided_by=ANOTHER,
        decided_at=now,
    )
    await put_project(connection, region, status="running", id=one)
    unit = await connection.fetchval(
        "SELECT CASE parent_kind WHEN 'central_school' THEN parent_id ELSE id END FROM organisations WHERE id = $1",
        school,
    )
    whose = {"region_id": region, "id": one, "project_id": one}
    days = {"starts_on": date(2026, 10, 1), "ends_on": date(2026, 12, 31)}
    await insert(connection, "project_phases", **whose, kind="study", name="矩阵", **days)
    await insert(connection, "sub_projects", **whose, name="矩阵")
    await insert(
        connection, "project_people", **whose, role="manager", rank="full_time", name="矩阵", is_leader=False,
        follows_whole=True,
    )  # fmt: skip
    await insert(connection, "project_quotas", **whose, unit_id=unit, places=1, taken=1)
    await insert(connection, "project_criteria", **whose, criterion="not_in_another", is_required=False)
    person = {"teacher_id": teacher, "school_id": school, "unit_id": unit}
    await insert(
        connection, "project_nominations", **whose, **person, route="school", status="confirmed", findings="[]",
        priority=2, nominated_by=SOMEBODY, nominated_on=days["starts_on"], passed_by=ANOTHER, checked_by=THIRD,
        decided_by=FOURTH, decided_at=now,
    )  # fmt: skip
    await insert(connection, "project_trainees", **whose, **person, nomination_id=one, joined_on=days["starts_on"])
