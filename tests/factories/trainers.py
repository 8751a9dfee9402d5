"""People of the trainer team for tests: applications, and terms straight in the database."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from tests.factories.keys import SignIn
from tests.factories.world import World

CONDITIONS = ("ethics", "ideas", "skills", "health", "title_and_practice")
FIELD = {"source": "front_line_master", "stage": "primary", "subject": "chinese"}
CREATED = 201


def application(**changes: Any) -> dict[str, Any]:
    """The body of an application."""
    said = [{"condition": one, "statement": f"符合条件 {one}"} for one in CONDITIONS]
    return {**FIELD, "statements": said, **changes}


async def put_appointment(  # noqa: PLR0913 - the columns that differ
    connection: asyncpg.Connection,
    region: int,
    one: UUID,
    teacher: UUID,
    school: UUID,
    *,
    starts_on: str,
    ends_on: str,
    **field: str,
) -> None:
    """A term by direct appointment, without its letter, and the consent it stands on."""
    about = {**FIELD, **field}
    invitation = uuid4()
    await connection.execute(
        "INSERT INTO trainer_invitations (region_id, id, teacher_id, school_id, source, stage, subject, reason, status,"
        " asked_by, answered_by, answered_at, decided_by, decided_at) VALUES ($1, $2, $3, $4, $5, $6, $7, '测试',"
        " 'appointed', gen_random_uuid(), gen_random_uuid(), now(), gen_random_uuid(), now())",
        region, invitation, teacher, school, *about.values(),
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO trainer_appointments (region_id, id, teacher_id, school_id, holder_name, route, source, stage,"
        " subject, starts_on, ends_on, until, invitation_id, findings, appointed_by)"
        " VALUES ($1, $2, $3, $4, '测试', 'direct', $5, $6, $7, $8, $9, $9, $10, '[]', gen_random_uuid())",
        region, one, teacher, school, *about.values(), date.fromisoformat(starts_on), date.fromisoformat(ends_on),
        invitation,
    )  # fmt: skip


class Bureau:
    """Whoever handles the trainer team, over REST."""

    def __init__(self, client: httpx.AsyncClient, as_role: SignIn, world: World) -> None:
        """The client and the world it acts in."""
        self.client, self.as_role, self.world = client, as_role, world

    async def send(self, who: str, path: str, body: dict[str, Any] | None = None, on: str = "") -> httpx.Response:
        """A write of somebody, on a day."""
        head = self.as_role(who) | {"Idempotency-Key": str(uuid4())} | ({"X-Shixun-Date": on} if on else {})
        return await self.client.post(f"/v1/{path}", json=body or {}, headers=head)

    async def done(self, who: str, path: str, body: dict[str, Any] | None = None, on: str = "") -> Any:
        """The answer of a write that must go through."""
        answer = await self.send(who, path, body, on)
        assert answer.status_code in {200, CREATED}, answer.text
        return answer.json()

    async def get(self, who: str, path: str, on: str = "") -> Any:
        """What somebody reads, on a day."""
        head = self.as_role(who) | ({"X-Shixun-Date": on} if on else {})
        answer = await self.client.get(f"/v1/{path}", headers=head)
        assert answer.status_code == httpx.codes.OK, answer.text
        return answer.json()

    async def recommended(self, **changes: Any) -> Any:
        """An application of a1-1 that the school has recommended."""
        made = await self.done("teacher", "trainer-applications", application(**changes))
        return await self.done("school", f"trainer-applications/{made['id']}:recommend", {"opinion": "同意推荐此人"})

    async def appointed(self, starts_on: str = "2026-12-01", on: str = "", teacher: str = "a1-1") -> Any:
        """An appointment of a teacher by invitation; only a1-1 and a2-1 have accounts to consent with."""
        whose = {"a1-1": "teacher", "a2-1": "teacher_a2"}[teacher]
        body = {**FIELD, "teacher_id": str(self.world.teacher(teacher)), "reason": "长期担任授课专家"}
        made = await self.done("bureau", "trainer-invitations", body, on)
        await self.done(whose, f"trainer-invitations/{made['id']}:consent", on=on)
        given = {"starts_on": starts_on, "waiver_reason": "业务能力突出"}
        return await self.done("bureau", f"trainer-invitations/{made['id']}:appoint", given, on)
