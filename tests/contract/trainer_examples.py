"""A valid request for every operation of the trainer team, about the records at a place of the test world."""

import json
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from app.access.permissions import Permission
from tests.contract.places import Example, Objects
from tests.factories.trainers import FIELD, application, put_appointment
from tests.factories.uploads import PDF

READ, READ_INVITATION = Permission.TRAINER_APPLICATION_READ, Permission.TRAINER_INVITATION_READ
READ_WORK, READ_ASSESSMENT = Permission.TRAINER_WORK_READ, Permission.TRAINER_ASSESSMENT_READ
READ_REVOCATION, READ_REPORT = Permission.TRAINER_REVOCATION_READ, Permission.TRAINER_REPORT_READ
APPOINT = {"starts_on": "2027-09-01", "waiver_reason": "专业特别突出"}
RECORD = ("tasks", "hours", "planning", "delivery", "mentoring", "tracking", "resources")
REASON = {"reason": "材料不齐全"}


def _about(key: str, sees: Permission, body: dict[str, Any] | None = None, **more: Any) -> Example:
    """About the record of a place, which bears the id of the place's entry."""
    return Example(lambda at: {key: at.entry}, body=None if body is None else lambda _: body, sees=sees, **more)


def _application(body: dict[str, Any] | None = None) -> Example:
    return _about("application_id", READ, body)


def _invitation(body: dict[str, Any] | None = None) -> Example:
    return _about("invitation_id", READ_INVITATION, body)


def _appointment(body: dict[str, Any] | None = None, **more: Any) -> Example:
    return _about("appointment_id", Permission.TRAINER_READ, body, **more)


def _revocation(body: dict[str, Any] | None = None, **more: Any) -> Example:
    return _about("revocation_id", READ_REVOCATION, body, **more)


def _invite(at: Objects) -> dict[str, Any]:
    return {**FIELD, "teacher_id": str(at.teacher), "reason": "省级名师，长期担任授课专家"}


EXAMPLES: dict[str, Example] = {
    "listTrainerApplications": Example(),
    "applyAsTrainer": Example(body=lambda _: application()),
    "getTrainerApplication": _application(),
    "submitTrainerApplication": _application(application()),
    "recommendTrainerApplication": _application({"opinion": "同意推荐，表现突出"}),
    "returnTrainerApplication": _application(REASON),
    "appointTrainerApplicant": _application(APPOINT),
    "rejectTrainerApplication": _application(REASON),
    "withdrawTrainerApplication": _application({}),
    "listTrainerInvitations": Example(),
    "inviteTrainer": Example(body=_invite, placed=True),
    "getTrainerInvitation": _invitation(),
    "consentTrainerInvitation": _invitation({}),
    "declineTrainerInvitation": _invitation({}),
    "withdrawTrainerInvitation": _invitation({}),
    "appointInvitedTrainer": _invitation(APPOINT),
    "listTrainerAppointments": Example(),
    "getTrainerAppointment": _appointment(),
    "revokeTrainerAppointment": _appointment({"ground": "discipline", "reason": "违反有关纪律要求"}),
    "listTrainerAssignments": Example(),
    "assignTrainer": Example(
        body=lambda at: {
            "appointment_id": str(at.entry),
            "duty": "delivery",
            "place": "workshop",
            "title": "市级语文工作坊集中研修",
            "done_on": "2026-10-20",
        },
        placed=True,
    ),
    "payTrainerFee": _about("assignment_id", READ_WORK, {"paid_on": "2026-11-01"}),
    "listTrainerWorkloads": Example(query=lambda _: {"school_year": "2026-2027"}),
    "listTrainerAssessments": Example(),
    "assessTrainer": _appointment({"school_year": "2026-2027", "result": "qualified", "opinion": "履职良好"}),
    "replyTrainerAssessment": _about("assessment_id", READ_ASSESSMENT, {"reply": "无异议，谢谢"}),
    "renewTrainerAppointment": _appointment({"starts_on": "2029-09-01"}),
    "dismissTrainer": _appointment({"reason": "年度考核不合格"}),
    "listTrainerCommunities": Example(),
    "makeTrainerCommunity": Example(body=lambda _: {"subject": "chinese", "name": "语文研修共同体"}),
    "closeTrainerCommunity": Example(lambda _: {"community_id": uuid4()}, body=lambda _: {}),
    "composeTrainerCommunity": Example(
        lambda _: {"community_id": uuid4()}, body=lambda at: {"appointment_ids": [str(at.entry)]}
    ),
    "listTrainerMembers": Example(lambda _: {"community_id": uuid4()}),
    "listTrainerSessions": Example(),
    "holdTrainerSession": Example(body=lambda _: {"title": "年度集中研修", "held_on": "2026-10-20", "hours": 6}),
    "attendTrainerSession": Example(
        lambda _: {"session_id": uuid4()}, body=lambda at: {"appointment_ids": [str(at.entry)]}
    ),
    "listTrainerAttendances": Example(lambda _: {"session_id": uuid4()}),
    "getTrainerTeam": Example(query=lambda _: {"on": "2026-11-23"}),
    "listTrainerInputs": Example(),
    "getTrainerInput": _about("input_id", Permission.TRAINER_INPUT_READ),
    "getTrainerReport": _about("report_id", READ_REPORT),
    "giveTrainerInput": _appointment({"school_year": "2026-2027", "opinion": "按时完成各项任务"}),
    "listTrainerReports": Example(),
    "reportTrainer": _appointment({"ground": "duties_unmet", "reason": "多次无故缺席集中研修"}),
    "takeUpTrainerReport": _about("report_id", READ_REPORT, {}),
    "setTrainerReportAside": _about("report_id", READ_REPORT, {"reason": "经核查不属实"}),
    "listTrainerRevocations": Example(),
    "getTrainerRevocation": _revocation(),
    "confirmTrainerRevocation": _revocation({}),
    "refuseTrainerRevocation": _revocation({"reason": "证据不足以认定"}),
    "attachTrainerRevocationFile": _revocation({}, file=PDF),
    "listTrainerRevocationFiles": _revocation(),
}


async def put(connection: asyncpg.Connection, region: int, one: UUID, teacher: UUID, school: UUID) -> None:
    """A record of every sort at a place, all under one id."""
    whose = (region, one, teacher, school)
    await connection.execute(
        "INSERT INTO trainer_applications (region_id, id, teacher_id, school_id, source, stage, subject, statements,"
        " submitted_by, submitted_at)"
        " VALUES ($1, $2, $3, $4, 'front_line_master', 'primary', 'chinese', $5, gen_random_uuid(), now())",
        *whose, json.dumps(application()["statements"]),
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO trainer_invitations (region_id, id, teacher_id, school_id, source, stage, subject, reason,"
        " asked_by) VALUES ($1, $2, $3, $4, 'front_line_master', 'primary', 'chinese', '矩阵', gen_random_uuid())",
        *whose,
    )
    await put_appointment(connection, *whose, starts_on="2026-09-01", ends_on="2029-09-01")
    await connection.execute(
        "INSERT INTO trainer_revocations (region_id, id, appointment_id, teacher_id, school_id, ground, reason,"
        " asked_by) VALUES ($1, $2, $2, $3, $4, 'discipline', '矩阵', $5)",
        *whose, uuid4(),
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO trainer_assignments (region_id, id, appointment_id, teacher_id, school_id, duty, place, title,"
        " done_on, start_year, hours, fee_fen, assigned_by)"
        " VALUES ($1, $2, $2, $3, $4, 'delivery', 'workshop', '矩阵', '2026-10-10', 2026, 2, 0, $5)",
        *whose, uuid4(),
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO trainer_assessments (region_id, id, appointment_id, teacher_id, school_id, start_year, record,"
        " result, opinion, assessed_by) VALUES ($1, $2, $2, $3, $4, 2026, $5, 'qualified', '矩阵', $6)",
        *whose, json.dumps(dict.fromkeys(RECORD, 0)), uuid4(),
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO trainer_inputs (region_id, id, appointment_id, teacher_id, school_id, start_year, giver, opinion,"
        " given_by) VALUES ($1, $2, $2, $3, $4, 2026, 'unit', '矩阵', $5)",
        *whose, uuid4(),
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO trainer_reports (region_id, id, appointment_id, teacher_id, school_id, ground, reason, asked_by)"
        " VALUES ($1, $2, $2, $3, $4, 'discipline', '多次无故缺席', $5)",
        *whose, uuid4(),
    )  # fmt: skip
