"""School-based research for tests: rows of the matrix, and the people who handle plans."""

import json
from typing import Any
from uuid import uuid4

import httpx

from tests.contract.places import PLACES, Objects
from tests.factories.cluster import Clone
from tests.factories.keys import SignIn
from tests.factories.world import World

URL = "/v1/school-plans"
CONTENT: dict[str, Any] = {
    "principal": "校长甲",
    "theme": "大单元教学",
    "aims": {"term": "每人一课", "year": "形成课例集", "long_term": "建成研修型学校"},
    "contents": ["daily_teaching", "school_courses"],
    "own_contents": ["校园足球"],
    "modes": ["joint_preparation"],
    "own_modes": ["跨校结对"],
    "teams": [{"name": "语文组", "leader": "赵一", "members": 6}],
    "schedule": [{"period": "九月第二周", "matter": "集体备课"}],
    "budget": [{"purpose": "图书资料", "amount_fen": 123_456}],
    "evaluation": "过程材料与学期考核各占一半",
}
IN_TIME, LATE = "2026-09-06", "2026-09-07"
"""1 September 2026 is a Tuesday: week two begins on Monday the 7th."""


async def put(connection: Any, region: int, at: Objects) -> None:
    """A running plan of a school with one act, handed in and approved by others."""
    await connection.execute(
        "INSERT INTO school_plans (region_id, id, school_id, start_year, revision, status, content, created_by,"
        " submitted_by, submitted_at, decided_by, decided_at, due_on, handed_in_on, is_late)"
        " VALUES ($1, $2, $3, 2026, 1, 'running', $4, $5, $5, now(), $6, now(), '2026-09-06', '2026-09-02', false)",
        region, at.plan, at.organisation, json.dumps(CONTENT), uuid4(), uuid4(),
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO school_plan_acts (region_id, id, plan_id, act, status, account_id, acting_role,"
        " acting_organisation_id, content) VALUES ($1, $2, $3, 'submit', 'submitted', $2, 'school', $4, $5)",
        region, uuid4(), at.plan, at.organisation, json.dumps(CONTENT),
    )  # fmt: skip


async def put_activity(connection: Any, region: int, at: Objects) -> None:
    """An activity of a school in which its teacher took part."""
    await connection.execute(
        "INSERT INTO research_activities (region_id, id, school_id, start_year, term, title, activity_date, content,"
        " mode, host, hours, status, created_by)"
        " VALUES ($1, $2, $3, 2026, 1, '矩阵活动', '2026-10-13', 'daily_teaching', 'observation', '甲', 2, 'open', $2)",
        region, at.activity, at.organisation,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO research_attendance (region_id, id, activity_id, teacher_id, means, recorded_by)"
        " VALUES ($1, $2, $2, $3, 'list', $2)",
        region, at.activity, at.teacher,
    )  # fmt: skip


async def put_development(connection: Any, region: int, at: Objects) -> None:
    """A school's plan of three years."""
    await connection.execute(
        "INSERT INTO development_plans (region_id, id, school_id, first_year, last_year, aims, measures, written_by)"
        " VALUES ($1, $2, $3, 2025, 2027, '矩阵', '矩阵', $2)",
        region, at.development_plan, at.organisation,
    )  # fmt: skip


async def put_assessment(connection: Any, region: int, at: Objects) -> None:
    """What a school said of its teacher."""
    await connection.execute(
        "INSERT INTO term_assessments (region_id, id, school_id, teacher_id, start_year, term, result, assessed_by)"
        " VALUES ($1, $2, $3, $4, 2026, 1, 'qualified', $2)",
        region, uuid4(), at.organisation, at.teacher,
    )  # fmt: skip


async def put_sample(connection: Any, region: int, at: Objects) -> None:
    """A sample that is not drawn yet, and the check of a school that hangs on it."""
    school = {"id": str(at.organisation), "name": "矩阵学校", "central": "", "stage": "primary"}
    number = sorted(PLACES).index(at.place) + 1
    await connection.execute(
        "INSERT INTO inspection_samples (region_id, id, start_year, term, number, percent, by_central_school,"
        " by_stage, reason, population, population_sha256, seed, seed_sha256, status, created_by)"
        " VALUES ($1, $2, 2026, 1, $3, 20, true, false, '矩阵', $4, $5, $5, $5, 'committed', $2)",
        region, at.sample, number, json.dumps([school]), "0" * 64,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO inspections (region_id, id, school_id, start_year, term, kind, sample_id, status)"
        " VALUES ($1, $2, $3, 2026, 2, 'sample', $4, 'drawn')",
        region, at.inspection, at.organisation, at.sample,
    )  # fmt: skip


class Desk:
    """The people who handle school-based research: each call answers the response."""

    def __init__(self, client: httpx.AsyncClient, as_role: SignIn) -> None:
        """client: of the application; as_role: headers of an account."""
        self.client = client
        self.as_role = as_role

    async def post(
        self, who: str, path: str, body: dict[str, Any], *, on: str = IN_TIME, method: str = "POST"
    ) -> httpx.Response:
        """A write below /v1 under a fresh idempotency key, on a day."""
        headers = self.as_role(who) | {"Idempotency-Key": str(uuid4()), "X-Shixun-Date": on}
        return await self.client.request(method, f"/v1{path}", json=body, headers=headers)

    async def get(self, who: str, path: str, *, on: str = IN_TIME) -> Any:
        """The body of a GET that succeeds."""
        answer = await self.client.get(f"/v1{path}", headers=self.as_role(who) | {"X-Shixun-Date": on})
        assert answer.status_code == 200, answer.text
        return answer.json()

    @staticmethod
    def staff_no(name: str) -> str:
        """The staff number of a teacher of the world."""
        return World().staff_no(name)

    async def activity(self, *staff: str, who: str = "school", **facts: Any) -> dict[str, Any]:
        """An activity of two hours on 14 October 2026; staff: names in the world of who took part."""
        body = {
            "title": "集体备课", "activity_date": "2026-10-14", "content": "daily_teaching",
            "mode": "joint_preparation", "host": "教研组长", "leader": "校长甲", "hours": 2, "record": "备第三单元",
        } | facts  # fmt: skip
        made = await self.post(who, "/research-activities", body)
        assert made.status_code == 201, made.text
        if staff:
            lines = [{"staff_no": self.staff_no(one)} for one in staff]
            path = f"/research-activities/{made.json()['id']}/attendance:batchCreate"
            made = await self.post(who, path, {"lines": lines})
            assert made.status_code == 200, made.text
        found: dict[str, Any] = made.json()
        return found

    async def plan(self, who: str = "school", *, to: str = "draft", **content: Any) -> dict[str, Any]:
        """A plan of 2026-2027 with content, brought to a status."""
        made = await self.post(who, "/school-plans", {"school_year": "2026-2027", "content": CONTENT | content})
        assert made.status_code == 201, made.text
        steps = [("submitted", who, "submit"), ("approved", "training_school", "approve"), ("running", who, "start")]
        for status, actor, verb in steps:
            if made.json()["status"] == to:
                break
            made = await self.post(actor, f"/school-plans/{made.json()['id']}:{verb}", {})
            assert (made.status_code, made.json().get("status")) == (200, status), made.text
        body: dict[str, Any] = made.json()
        return body


async def stored(clone: Clone, *tables: str) -> dict[str, int]:
    """How many rows tables hold and the events; refusals put on record do not count."""
    connection = await clone.connect()
    try:
        found = {name: await connection.fetchval(f"SELECT count(*) FROM {name}") for name in tables}
        found["events"] = await connection.fetchval("SELECT count(*) FROM events WHERE kind <> 'access.refused'")
        return found
    finally:
        await connection.close()
