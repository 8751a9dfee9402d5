"""Projects for tests, straight in the database: a project of a given status, trainees with their nominations."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from tests.factories.cluster import Clone
from tests.factories.trainers import Bureau

SOMEBODY = UUID("00000000-0000-4000-8000-00000000aaaa")
ANOTHER = UUID("00000000-0000-4000-8000-00000000bbbb")
THIRD = UUID("00000000-0000-4000-8000-00000000cccc")
FOURTH = UUID("00000000-0000-4000-8000-00000000dddd")


async def insert(connection: asyncpg.Connection, table: str, **values: Any) -> UUID:
    """A row as an administrator writes it; answers its id."""
    row = {"id": uuid4(), **values}
    marks = ", ".join(f"${place}" for place in range(1, len(row) + 1))
    await connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", *row.values())
    made: UUID = row["id"]
    return made


async def put_project(connection: asyncpg.Connection, region: int, *, status: str = "running", **facts: Any) -> UUID:
    """A project that is published and has come as far as `status`; answers its id."""
    about = {
        "level": "city",
        "kind": "backbone_teachers",
        "name": f"测试项目 {uuid4().hex[:8]}",
        "aim": "提升课堂教学能力",
        "start_year": 2026,
        "stage": "primary",
        "subject": "chinese",
        "quota": 10,
        "starts_on": date(2026, 10, 1),
        "ends_on": date(2027, 6, 30),
        "hours": 40,
        "hours_category": "city",
        "is_published": True,
        "made_by": SOMEBODY,
    }
    if status != "draft":
        about["submitted_by"] = SOMEBODY
    if status not in {"draft", "submitted"}:
        about |= {"approved_by": ANOTHER, "approved_at": await connection.fetchval("SELECT now()")}
    if status == "cancelled":
        about["reason"] = "经费调整"
    return await insert(connection, "projects", region_id=region, status=status, **about | facts)


async def put_trainee(
    connection: asyncpg.Connection,
    region: int,
    project: UUID,
    teacher: UUID,
    school: UUID,
    unit: UUID,
    **facts: Any,
) -> UUID:
    """A trainee enrolled by a confirmed nomination of the school; answers the trainee's id."""
    whose = {"region_id": region, "project_id": project, "teacher_id": teacher, "school_id": school, "unit_id": unit}
    nomination = await insert(
        connection,
        "project_nominations",
        **whose,
        route="school",
        status="confirmed",
        findings="[]",
        priority=2,
        nominated_by=SOMEBODY,
        nominated_on=date(2026, 9, 10),
        passed_by=ANOTHER,
        checked_by=THIRD,
        decided_by=FOURTH,
        decided_at=await connection.fetchval("SELECT now()"),
    )
    about = {"joined_on": date(2026, 10, 1), **facts}
    return await insert(connection, "project_trainees", **whose, nomination_id=nomination, **about)


LEVELS = ("national", "provincial", "city", "school_research", "workshop")
PLAN: dict[str, Any] = {
    "kind": "five_year",
    "first_year": 2026,
    "last_year": 2030,
    "title": "教师教育发展规划（2026—2030）",
    "text": "分层分类分岗，覆盖全体教师。",
    "items": [{"level": one, "content": "按层级实施"} for one in LEVELS],
    "departments": ["teacher_education", "research_office"],
}
PROJECT: dict[str, Any] = {
    "level": "provincial",
    "kind": "backbone_teachers",
    "name": "小学语文骨干教师培训",
    "aim": "提升骨干教师课例研究能力",
    "school_year": "2026-2027",
    "stage": "primary",
    "subject": "chinese",
    "quota": 4,
    "starts_on": "2026-12-10",
    "ends_on": "2027-06-30",
    "nominate_until": "2026-11-30",
    "hours": 40,
    "hours_category": "provincial",
    "joint_departments": ["teacher_education", "research_office"],
}
PHASES = (
    {"kind": "study", "name": "集中研修", "starts_on": "2026-12-10", "ends_on": "2026-12-20", "place": "长沙"},
    {"kind": "practice", "name": "返岗实践", "starts_on": "2026-12-21", "ends_on": "2027-06-30"},
)
CRITERIA: list[dict[str, Any]] = [
    {"criterion": "stage", "codes": ["primary"]},
    {"criterion": "age_max", "number": 50},
    {"criterion": "not_in_another"},
]
TEAM = {"name": "语文子项目", "members": [{"name": "张三", "is_lead": True}, {"name": "李四", "duty": "文稿"}]}
MANAGERS = {
    "role": "manager",
    "people": [{"name": "王五", "rank": "vice_principal", "is_leader": True, "follows_whole": True}],
}
TRACKERS = {"role": "tracker", "people": [{"name": "赵六", "is_leader": True}]}
REASON = {"reason": "与教学安排冲突"}


TODAY = "2026-11-23"


class Office(Bureau):
    """Whoever handles projects, over REST, on one day unless another is named."""

    async def send(self, who: str, path: str, body: dict[str, Any] | None = None, on: str = "") -> httpx.Response:
        """A write of somebody, on a day."""
        return await super().send(who, path, body, on or TODAY)

    async def counts(self, clone: Clone) -> dict[str, Any]:
        """How many rows the tables of projects hold, with their versions; refusals put on record do not count."""
        connection = await clone.connect()
        names = ("training_plans", "projects", "project_quotas", "project_nominations", "project_trainees")
        found: dict[str, Any] = {
            name: tuple(await connection.fetchrow(f"SELECT count(*), sum(version)::int FROM {name}")) for name in names
        }
        quiet = "kind NOT IN ('access.refused', 'access.forbidden')"
        found["events"] = await connection.fetchval(f"SELECT count(*) FROM events WHERE {quiet}")
        await connection.close()
        return found

    async def approved(self, on: str = "", **changes: Any) -> str:
        """The path of a project that one person proposed and another approved."""
        made = await self.done("bureau", "projects", PROJECT | changes, on)
        path = f"projects/{made['id']}"
        await self.done("bureau", f"{path}:submit", on=on)
        await self.done("bureau_2", f"{path}:approve", on=on)
        return path

    async def prepared(self, on: str = "", places: Mapping[str, int] | None = None, **changes: Any) -> str:
        """The path of an approved project with phases, a team, conditions and places."""
        path = await self.approved(on, **changes)
        for phase in PHASES:
            await self.done("bureau", f"{path}/phases", phase, on)
        await self.done("training_school", f"{path}/sub-projects", TEAM, on)
        await self.done("training_school", f"{path}/criteria:set", {"criteria": CRITERIA}, on)
        given = {"central A": 2, "D": 1} if places is None else places
        if given:
            units = [{"unit_id": str(self.world.organisation(one)), "places": many} for one, many in given.items()]
            await self.done("training_school", f"{path}/quotas:set", {"quotas": units}, on)
        return path

    async def selecting(self, on: str = "", places: Mapping[str, int] | None = None, **changes: Any) -> str:
        """The path of a project that selects its trainees."""
        path = await self.prepared(on, places, **changes)
        await self.done("training_school", f"{path}:openSelection", on=on)
        return path

    async def nominated(self, path: str, teacher: str = "a1-2", who: str = "school", on: str = "") -> str:
        """The path of a nomination by the school of a teacher."""
        body = {"teacher_id": str(self.world.teacher(teacher)), "statement": "同意选送"}
        made = await self.done(who, f"{path}/nominations", body, on)
        return f"{path}/nominations/{made['id']}"

    async def confirmed(self, path: str, teacher: str = "a1-2", who: str = "school", on: str = "") -> str:
        """The path of a nomination that went its whole way."""
        one = await self.nominated(path, teacher, who, on)
        if not teacher.startswith("d-"):
            await self.done("central_school", f"{one}:pass", on=on)
        await self.done("training_school", f"{one}:check", on=on)
        await self.done("bureau", f"{one}:confirm", on=on)
        return one

    async def patched(self, who: str, path: str, body: dict[str, Any]) -> httpx.Response:
        """A change of somebody."""
        return await self.client.patch(f"/v1/{path}", json=body, headers=self.as_role(who))


def codes(answer: httpx.Response) -> list[str]:
    """The codes of the faults of a refusal, or its own."""
    body = answer.json()
    return [fault["code"] for fault in body.get("errors", [])] or [body["code"]]
