"""Consultations for tests: sub-projects with teams, and records of every sort, straight in the database."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from tests.factories.cluster import Clone
from tests.factories.projects import ANOTHER, SOMEBODY, insert, put_project
from tests.factories.teachers import fetch
from tests.factories.trainers import Bureau

Case = tuple[str, str, dict[str, Any], int, str]
TABLES = (
    "consultation_reports", "consultation_summaries", "consultation_meetings", "consultation_decisions", "briefings",
    "briefing_reports",
)  # fmt: skip

SAID = {
    "progress": "集中研修已完成两个单元。",
    "experience": "分组备课、当堂磨课。",
    "shortcomings": "个别学员作业提交不及时。",
    "suggestions": "由组长逐一提醒并结对帮助。",
}


async def put_sub_project(
    connection: asyncpg.Connection, region: int, teacher: UUID | None = None, **project: Any
) -> UUID:
    """A sub-project of a project of its own, led by 张三, with a teacher as the other member; answers its id."""
    whose = await put_project(connection, region, **project)
    made = await insert(connection, "sub_projects", region_id=region, project_id=whose, name="语文子项目")
    await put_member(connection, region, made, "张三", is_lead=True)
    if teacher:
        await put_member(connection, region, made, "李四", teacher_id=teacher)
    return made


async def put_member(connection: asyncpg.Connection, region: int, sub_project: UUID, name: str, **facts: Any) -> None:
    """Somebody of the team of a sub-project."""
    about = {"is_lead": False, **facts}
    await insert(connection, "sub_project_members", region_id=region, sub_project_id=sub_project, name=name, **about)


async def put_report(
    connection: asyncpg.Connection, region: int, sub_project: UUID, starts_on: date, ends_on: date, **facts: Any
) -> UUID:
    """A report that was handed in in time and accepted, unless told otherwise; answers its id."""
    about = {
        "author": "张三",
        "status": "accepted",
        "made_by": SOMEBODY,
        "submitted_by": SOMEBODY,
        "submitted_on": ends_on,
        "late_days": 0,
        "decided_by": ANOTHER,
        "decided_at": await connection.fetchval("SELECT now()"),
        **SAID,
    }
    whose = {"region_id": region, "sub_project_id": sub_project, "starts_on": starts_on, "ends_on": ends_on}
    return await insert(connection, "consultation_reports", **whose, **about | facts)


async def put_consultations(connection: asyncpg.Connection, region: int, one: UUID, teacher: UUID) -> None:
    """A report, a summary, a meeting with a decision and a briefing under the id of a sub-project that is there."""
    now = await connection.fetchval("SELECT now()")
    place = await connection.fetchval("SELECT count(*)::integer FROM briefings") + 1
    await put_member(connection, region, one, "矩阵", teacher_id=teacher, is_lead=True)
    days = {"starts_on": date(2026, 10, 1), "ends_on": date(2026, 10, 10)}
    await put_report(connection, region, one, **days, id=one, author="矩阵", author_teacher_id=teacher)
    summary = {"month": date(2025, place, 1), "text": "矩阵", "written_by": SOMEBODY}
    await insert(connection, "consultation_summaries", region_id=region, id=one, **summary)
    confirmed = {"status": "confirmed", "minutes": "矩阵", "confirmed_by": ANOTHER, "confirmed_at": now}
    where = {"title": "矩阵", "held_on": date(2026, 10, 12), "place": "矩阵", "agenda": ["矩阵"]}
    people = {"attendees": '[{"name": "矩阵", "teacher_id": null, "expert_id": null, "organisation_id": null}]'}
    told = {**where, **people, **confirmed, "written_by": SOMEBODY}
    await insert(connection, "consultation_meetings", region_id=region, id=one, **told)
    decided = {"position": 1, "matter": "矩阵", "responsible": "矩阵", "due_on": date(2026, 11, 1)}
    await insert(connection, "consultation_decisions", region_id=region, id=one, meeting_id=one, **decided)
    issue = {"status": "published", "year": 2026, "number": place, "published_by": ANOTHER, "written_by": SOMEBODY}
    await insert(
        connection, "briefings", region_id=region, id=one, title="矩阵", **days, **issue, **SAID,
        published_on=date(2026, 10, 15),
    )  # fmt: skip
    await insert(connection, "briefing_reports", region_id=region, id=one, briefing_id=one, report_id=one)


class Consulting(Bureau):
    """Whoever reports, answers, sums up, meets and publishes, over REST."""

    async def patched(self, who: str, path: str, body: dict[str, Any], on: str = "") -> httpx.Response:
        """A change of somebody, on a day."""
        head = self.as_role(who) | ({"X-Shixun-Date": on} if on else {})
        return await self.client.patch(f"/v1/{path}", json=body, headers=head)

    async def refused(self, clone: Clone, cases: Sequence[Case], on: str = "") -> None:
        """Each case (who, path, body, status, code) is refused so, and nothing was written; code of a fault counts."""
        before = await written(clone)
        for who, path, body, status, code in cases:
            answer = await self.send(who, path, body, on)
            said = answer.json()
            found = {said["code"], *(one["code"] for one in said.get("errors") or ())}
            assert (answer.status_code, code in found) == (status, True), (who, path, answer.text)
        assert await written(clone) == before

    async def reported(self, sub_project: UUID, on: str, at: str = "", who: str = "training_school") -> str:
        """The path of a report of the window of a day that was handed in, on that day or another."""
        made = await self.done(
            who, "consultation-reports", {"sub_project_id": str(sub_project), "on": on, **SAID}, at or on
        )
        path = f"consultation-reports/{made['id']}"
        await self.done(who, f"{path}:submit", on=at or on)
        return path

    async def accepted(self, sub_project: UUID, on: str, at: str = "") -> str:
        """The id of a report that another person accepted."""
        path = await self.reported(sub_project, on, at)
        done = await self.done("training_school_2", f"{path}:accept", on=at or on)
        return str(done["id"])


async def written(clone: Clone) -> list[Any]:
    """What a refusal must leave as it is."""
    rows = [await fetch(clone, f"SELECT id, version FROM {table} ORDER BY id") for table in TABLES]
    kept = [await fetch(clone, "SELECT year, last FROM briefing_counters ORDER BY year")]
    quiet = "kind NOT IN ('access.refused', 'access.forbidden')"
    kept.append(await fetch(clone, f"SELECT count(*) FROM events WHERE {quiet}"))
    return [tuple(row) for some in (*rows, *kept) for row in some]
