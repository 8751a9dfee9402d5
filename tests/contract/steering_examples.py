"""A valid request for every operation of the leading group and the experts, about the records at a place."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from app.access.permissions import Permission
from tests.contract.places import PLACES, Example

READ, READ_EXPERT = Permission.STEERING_READ, Permission.EXPERT_READ
ENDING = {"until": "2026-11-01", "reason": "工作调整，另行任职"}
HOLDER = {"post": "head", "name": "测试甲", "duty": "局长", "rank": "principal", "starts_on": "2026-09-10"}
EXPERT = {
    "name": "测试专家",
    "institution": "测试师范大学",
    "source": "university",
    "is_local": False,
    "stage": "primary",
    "subject": "chinese",
    "starts_on": "2026-09-01",
    "ends_on": "2029-09-01",
}


def _about(key: str, sees: Permission, body: dict[str, Any] | None = None) -> Example:
    """About the record of a place, which bears the id of the place's entry."""
    return Example(lambda at: {key: at.entry}, body=None if body is None else lambda _: body, sees=sees)


EXAMPLES: dict[str, Example] = {
    "listLeadingGroups": Example(),
    "foundLeadingGroup": Example(
        body=lambda _: {"kind": "leading_group", "name": "项目县建设领导小组", "starts_on": "2026-09-01"}
    ),
    "getLeadingGroup": _about("group_id", READ),
    "dissolveLeadingGroup": _about("group_id", READ, ENDING),
    "listLeadingGroupHolders": _about("group_id", READ),
    "appointLeadingGroupHolder": _about("group_id", READ, HOLDER),
    "endLeadingGroupHolder": _about("holder_id", READ, ENDING),
    "getLeadingGroupStanding": Example(query=lambda _: {"on": "2026-11-23"}),
    "listExperts": Example(),
    "engageExpert": Example(body=lambda _: EXPERT),
    "getExpert": _about("expert_id", READ_EXPERT),
    "endExpert": _about("expert_id", READ_EXPERT, {"reason": "本人申请终止"}),
    "listExpertReviews": _about("expert_id", READ_EXPERT),
    "reviewExpert": _about(
        "expert_id", READ_EXPERT, {"school_year": "2026-2027", "result": "continue", "opinion": "全程指导，效果良好"}
    ),
    "getExpertCoverage": Example(query=lambda _: {"on": "2026-11-23"}),
}


async def put(connection: asyncpg.Connection, region: int, place: str, one: UUID) -> None:
    """A body that stood for a month of its own, with a holder, and an expert, all under one id."""
    first = date(2026, 1 + 2 * list(PLACES).index(place), 1)
    days = (first, date(2026, first.month + 1, 1))
    await connection.execute(
        "INSERT INTO leading_groups (region_id, id, kind, name, body_id, starts_on, until, status, end_reason, made_by,"
        " ended_by) SELECT $1, $2, 'leading_group', '矩阵', id, $3, $4, 'dissolved', '矩阵', $2, $2 FROM organisations"
        " WHERE region_id = $1 AND kind = 'bureau'",
        region, one, *days,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO leading_group_holders (region_id, id, group_id, post, is_single, name, duty, rank, starts_on,"
        " appointed_by) VALUES ($1, $2, $2, 'head', true, '矩阵', '局长', 'principal', $3, $2)",
        region, one, first,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO experts (region_id, id, name, institution, source, is_local, stage, starts_on, ends_on, until,"
        " engaged_by) VALUES ($1, $2, $3, '矩阵', 'university', false, 'primary', '2026-09-01', '2029-09-01',"
        " '2029-09-01', $4)",
        region, one, f"矩阵{place}", uuid4(),
    )  # fmt: skip
