"""A valid request for every operation of evaluations, about the records at a place of the test world."""

import json
from typing import Any
from uuid import UUID, uuid4, uuid5

import asyncpg

from app.access.permissions import Permission
from tests.contract.places import Example, Objects
from tests.factories.evaluations import REASON, rubric_body
from tests.factories.uploads import PDF
from tests.factories.world import World

CAMPAIGN, CANDIDATE, SHEET = Permission.CAMPAIGN_READ, Permission.CANDIDATE_READ, Permission.SCORE_SHEET_READ
CONTENTS = ("process_quality", "typical_cases", "publications", "theory_summary")
TEAM = {
    "marks": [{"code": code, "points": 20} for code in CONTENTS],
    "opinion": "过程扎实，案例完整",
}
SCORER = str(World().account("training_school").id)


def _about(key: str, sees: Permission | None, body: dict[str, Any] | None = None, **more: Any) -> Example:
    """About the record of a place, which bears the id of the place's entry."""
    return Example(lambda at: {key: at.entry}, body=None if body is None else lambda _: body, sees=sees, **more)


def _campaign(body: dict[str, Any] | None = None) -> Example:
    return _about("campaign_id", CAMPAIGN, body)


def _under_campaign() -> Example:
    return _about("campaign_id", None)


def _sheet(body: dict[str, Any] | None = None) -> Example:
    return _about("sheet_id", SHEET, body)


def _award(body: dict[str, Any] | None = None) -> Example:
    return _about("award_id", Permission.AWARD_READ, body)


def _rubric(body: dict[str, Any] | None = None) -> Example:
    return _about("rubric_id", Permission.RUBRIC_READ, body)


def _team(body: dict[str, Any] | None = None) -> Example:
    return _about("evaluation_id", Permission.TEAM_EVALUATION_READ, body)


def _of_campaign(body: Any) -> Example:
    return Example(lambda at: {"campaign_id": at.entry}, body=body, sees=CAMPAIGN)


def _mark(at: Objects) -> dict[str, UUID]:
    return {"sheet_id": at.entry, "mark_id": at.entry}


EXAMPLES: dict[str, Example] = {
    "listRubrics": Example(),
    "writeRubric": Example(body=lambda _: rubric_body()),
    "getRubric": _rubric(),
    "publishRubric": _rubric({}),
    "withdrawRubric": _rubric(REASON),
    "listCampaigns": Example(),
    "createCampaign": Example(body=lambda _: {"kind": "excellent_trainee", "year": 2026, "places": 3}),
    "getCampaign": _campaign(),
    "openCampaign": _campaign({}),
    "setCampaignQuotas": _of_campaign(lambda at: {"quotas": [{"organisation_id": str(at.organisation), "places": 1}]}),
    "listCampaignQuotas": _under_campaign(),
    "setCampaignPanel": _campaign({"members": [{"account_id": SCORER, "is_chair": True}]}),
    "listCampaignPanelists": _under_campaign(),
    "startCampaignScoring": _campaign({}),
    "publiciseCampaign": _campaign({}),
    "listPublicisedCandidates": _under_campaign(),
    "reopenCampaign": _campaign(REASON),
    "decideCampaign": _campaign({}),
    "cancelCampaign": _campaign(REASON),
    "listCampaignCandidates": _under_campaign(),
    "nominateCandidate": _of_campaign(lambda at: {"subject_id": str(at.teacher), "grounds": "成绩突出"}),
    "getCampaignCandidate": _about("candidate_id", CANDIDATE),
    "withdrawCandidate": _about("candidate_id", CANDIDATE, REASON),
    "getCandidateScores": _about("candidate_id", CANDIDATE),
    "setChairMark": _about("candidate_id", CANDIDATE, {"code": "teaching", "points": 40, "reason": "两位评委分差过大"}),
    "listCampaignObjections": _under_campaign(),
    "lodgeObjection": _of_campaign(lambda at: {"candidate_id": str(at.entry), "reason": "材料与事实不符"}),
    "getCampaignObjection": _about("objection_id", Permission.OBJECTION_READ),
    "answerObjection": _about(
        "objection_id", Permission.OBJECTION_READ, {"is_upheld": False, "reason": "经核查属实有效"}
    ),
    "listScoreSheets": Example(),
    "addEvaluator": Example(body=lambda at: {"candidate_id": str(at.entry), "account_id": SCORER}, placed=True),
    "getScoreSheet": _sheet(),
    "markScoreSheet": _sheet({"marks": [{"code": "teaching", "points": 40}]}),
    "submitScoreSheet": _sheet({}),
    "returnScoreSheet": _sheet(REASON),
    "confirmScoreSheet": _sheet({}),
    "attachScoreMarkFile": Example(_mark, body=lambda _: {}, file=PDF, sees=SHEET, also=Permission.FILE_ATTACH),
    "listScoreMarkFiles": Example(_mark, sees=SHEET),
    "listAwards": Example(),
    "getAward": _award(),
    "askAwardRevocation": _award(REASON),
    "confirmAwardRevocation": _award({}),
    "refuseAwardRevocation": _award(REASON),
    "listBackboneClaims": Example(),
    "listTeamEvaluations": Example(),
    "evaluateTeam": Example(body=lambda at: {"sub_project_id": str(at.entry), "year": 2027, **TEAM}, placed=True),
    "getTeamEvaluation": _team(),
    "getTeamEvidence": Example(
        query=lambda at: {"sub_project_id": str(at.entry), "year": 2026}, sees=Permission.PROJECT_READ
    ),
    "scoreTeam": _team(TEAM),
    "confirmTeamEvaluation": _team({}),
}


async def _put_team(connection: asyncpg.Connection, region: int, one: UUID) -> None:
    """The evaluation of the team of the place's sub-project, by a rubric of its own."""
    await connection.execute(
        "INSERT INTO rubrics (region_id, id, name, year, source, label, subject, content, digest, points,"
        " points_declared, findings, status, written_by, published_at)"
        " VALUES ($1, $2, 'matrix_team', 2026, 'printed', '矩阵', 'subproject', $3, sha256($4), 100, 100, '[]',"
        " 'published', gen_random_uuid(), now())",
        region, (rubric := uuid5(one, "rubric of the team")), json.dumps({"sections": []}), one.bytes,
    )  # fmt: skip
    for place, mark in enumerate(CONTENTS, start=1):
        await connection.execute(
            "INSERT INTO rubric_marks (region_id, id, rubric_id, code, place, points) VALUES ($1, $2, $3, $4, $5, 25)",
            region, uuid4(), rubric, mark, place,
        )  # fmt: skip
    await connection.execute(
        "INSERT INTO team_evaluations (region_id, id, sub_project_id, year, rubric_id, marks, points, opinion,"
        " scored_by) VALUES ($1, $2, $2, 2026, $3, '[]', 0, '矩阵', gen_random_uuid())",
        region, one, rubric,
    )  # fmt: skip


async def _put_outcome(
    connection: asyncpg.Connection, region: int, one: UUID, teacher: UUID, school: UUID, year: int
) -> None:
    """An objection to the candidate, and an award on paper."""
    whose = (region, one, teacher, school)
    await connection.execute(
        "INSERT INTO campaign_objections (region_id, id, campaign_id, candidate_id, organisation_id, teacher_id,"
        " reason, asked_by) VALUES ($1, $2, $2, $2, $4, $3, '矩阵', $5)",
        *whose, uuid4(),
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO awards (region_id, id, kind, year, subject, subject_id, holder_name, unit_id, teacher_id, route,"
        " number, awarded_on, granted_by)"
        " VALUES ($1, $2, 'advanced_person', $5, 'teacher', $3, '矩阵', $4, $3, 'recorded', $6, '2025-12-20', $2)",
        *whose, year, f"矩阵{one.hex[:8]}",
    )  # fmt: skip


async def put(connection: asyncpg.Connection, region: int, one: UUID, teacher: UUID, school: UUID) -> None:
    """A record of every sort at a place, all under one id; the sheet is about a candidate of the bureau."""
    whose, other = (region, one, teacher, school), uuid5(one, "candidate of the bureau")
    year = 2030 + await connection.fetchval("SELECT count(*) FROM campaigns WHERE region_id = $1", region)
    bureau = await connection.fetchval("SELECT id FROM organisations WHERE region_id = $1 AND kind = 'bureau'", region)
    evaluator = await connection.fetchval(
        "SELECT id FROM accounts WHERE region_id = $1 ORDER BY username DESC LIMIT 1", region
    )
    await connection.execute(
        "INSERT INTO rubrics (region_id, id, name, year, source, label, subject, content, digest, points,"
        " points_declared, findings, status, written_by, published_by, published_at)"
        " VALUES ($1, $2, $3, 2026, 'own', '矩阵', 'teacher', $4, sha256('x'), 100, 100, '[]', 'published',"
        " gen_random_uuid(), gen_random_uuid(), now())",
        region, one, f"matrix_{one.hex[:8]}", json.dumps({"sections": []}),
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO rubric_marks (region_id, id, rubric_id, code, place, points)"
        " VALUES ($1, $2, $2, 'teaching', 1, 50)",
        region, one,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO campaigns (region_id, id, kind, year, title, subject, rubric_id, opens_on, nominate_until,"
        " closes_on, places, unit_places, status, made_by)"
        " VALUES ($1, $2, 'advanced_person', $3, '矩阵', 'teacher', $2, '2026-01-01',"
        " '2099-12-31', '2099-12-31', 1, 9, 'open', gen_random_uuid())",
        region, one, year,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO campaign_candidates (region_id, id, campaign_id, subject, subject_id, name, unit_id, teacher_id,"
        " route, nominator_id, grounds, findings, nominated_by)"
        " VALUES ($1, $2, $2, 'teacher', $3, '矩阵', $4, $3, 'training_school', $4, '矩阵', '[]', gen_random_uuid()),"
        " ($1, $5, $2, 'organisation', $6, '矩阵', $6, NULL, 'training_school', $6, '矩阵', '[]', gen_random_uuid())",
        *whose, other, bureau,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO candidate_persons (region_id, id, candidate_id, person_id, capacity)"
        " VALUES ($1, $2, $3, $4, 'scorer')",
        region, one, other, teacher,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO score_sheets (region_id, id, campaign_id, candidate_id, unit_id, rubric_id, evaluator_id,"
        " person_id, teacher_id, organisation_id) VALUES ($1, $2, $2, $5, $6, $2, $7, $3, $3, $4)",
        *whose, other, bureau, evaluator,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO score_marks (region_id, id, sheet_id, rubric_id, code, points_max, points)"
        " VALUES ($1, $2, $2, $2, 'teaching', 50, 40)",
        region, one,
    )  # fmt: skip
    await _put_outcome(connection, *whose, year)
    await _put_team(connection, region, one)
