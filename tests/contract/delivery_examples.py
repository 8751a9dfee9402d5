"""A valid request for every operation of 送教送培, about the records at a place."""

from typing import Any

import asyncpg

from app.access.permissions import Permission
from tests.contract.places import Example, Objects

READ = Permission.DELIVERY_READ
SUBJECTS = {
    "own": "chinese", "sibling": "mathematics", "other": "english", "direct": "science", "abroad": "chinese",
}  # fmt: skip
PROGRAMME = {
    "school_year": "2026-2027", "stage": "primary", "subject": "labour", "title": "系列送教", "content": "课堂教学",
    "visits_planned": 2,
}  # fmt: skip


def _programme(body: dict[str, Any] | None = None) -> Example:
    return Example(lambda at: {"programme_id": at.entry}, body=None if body is None else lambda _: body, sees=READ)


def _visit(body: dict[str, Any] | None = None) -> Example:
    return Example(lambda at: {"visit_id": at.entry}, body=None if body is None else lambda _: body, sees=READ)


def _new_visit(at: Objects) -> dict[str, Any]:
    return {
        "programme_id": str(at.entry),
        "host_school_id": str(at.organisation),
        "visit_on": "2026-11-10",
        "title": "送教活动",
        "hours": 2,
        "lessons": [{"title": "示范课", "hours": 1, "teacher_id": str(at.teacher)}],
    }


EXAMPLES: dict[str, Example] = {
    "listDeliveryProgrammes": Example(),
    "openDeliveryProgramme": Example(body=lambda _: PROGRAMME),
    "getDeliveryProgramme": _programme(),
    "closeDeliveryProgramme": _programme({}),
    "cancelDeliveryProgramme": _programme({"reason": "计划有变"}),
    "getDeliveryYear": Example(query=lambda _: {"school_year": "2026-2027"}),
    "listDeliveryVisits": Example(),
    "planDeliveryVisit": Example(body=_new_visit, placed=True),
    "getDeliveryVisit": _visit(),
    "rescheduleDeliveryVisit": _visit({"visit_on": "2026-11-11"}),
    "holdDeliveryVisit": _visit({"summary": "听课、评课"}),
    "cancelDeliveryVisit": _visit({"reason": "天气原因"}),
    "attendDeliveryVisit": Example(
        lambda at: {"visit_id": at.entry}, body=lambda at: {"teacher_ids": [str(at.teacher)]}, sees=READ
    ),
    "listDeliveryAttendances": Example(lambda at: {"visit_id": at.entry}),
    "confirmDeliveryHours": _visit({}),
}


async def put(connection: asyncpg.Connection, region: int, at: Objects) -> None:
    """A programme with a planned visit to the school of a place, and its teacher on record, all under one id."""
    await connection.execute(
        "INSERT INTO delivery_programmes (region_id, id, start_year, stage, subject, title, content, visits_planned,"
        " made_by) VALUES ($1, $2, 2026, 'primary', $3, '矩阵', '矩阵', 1, $2)",
        region, at.entry, SUBJECTS[at.place],
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO delivery_visits (region_id, id, programme_id, start_year, host_school_id, visit_on, title, hours,"
        " planned_by) VALUES ($1, $2, $2, 2026, $3, '2026-11-10', '矩阵', 2, $2)",
        region, at.entry, at.organisation,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO delivery_lessons (region_id, id, visit_id, position, title, hours, lecturer_name, teacher_id)"
        " VALUES ($1, $2, $2, 1, '矩阵', 1, '矩阵', $3)",
        region, at.entry, at.teacher,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO delivery_attendances (region_id, id, visit_id, teacher_id, school_id, recorded_by)"
        " VALUES ($1, $2, $2, $3, $4, gen_random_uuid())",
        region, at.entry, at.teacher, at.organisation,
    )  # fmt: skip
