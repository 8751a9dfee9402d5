"""Certificates for tests."""

from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from tests.factories.hours import line, post
from tests.factories.keys import SignIn
from tests.factories.world import World

TABLES = ("certificates", "certificate_counters", "verification_tokens", "idempotency_keys")


async def credit(
    client: httpx.AsyncClient, as_role: SignIn, world: World, teacher: str = "a1-1", **changes: Any
) -> Any:
    """An entry of six workshop hours (or what the changes say) in the ledger."""
    made = await post(client, as_role("training_school"), line(world, teacher, **changes))
    assert made.status_code == 201, made.text
    return made.json()


async def reverse(client: httpx.AsyncClient, as_role: SignIn, entry_id: str) -> None:
    """Undo an entry as another person of the training school."""
    headers = as_role("training_school_2") | {"Idempotency-Key": str(uuid4())}
    url = f"/v1/hours-entries/{entry_id}:reverse"
    assert (await client.post(url, json={"reason": "活动未举行"}, headers=headers)).status_code == 201


async def issue(
    client: httpx.AsyncClient, headers: dict[str, str], world: World, teacher: str = "a1-1", **changes: Any
) -> httpx.Response:
    """Ask for the hours certificate of 2026-2027."""
    body = {"kind": "hours", "teacher_id": str(world.teacher(teacher)), "school_year": "2026-2027"} | changes
    return await client.post("/v1/certificates", json=body, headers=headers | {"Idempotency-Key": str(uuid4())})


async def revoke(client: httpx.AsyncClient, headers: dict[str, str], certificate_id: str) -> httpx.Response:
    """Take a certificate back."""
    head = headers | {"Idempotency-Key": str(uuid4())}
    return await client.post(f"/v1/certificates/{certificate_id}:revoke", json={"reason": "姓名有误"}, headers=head)


def token_of(certificate: dict[str, Any]) -> str:
    """The code printed on a certificate."""
    return str(certificate["verification_url"].rpartition("/")[2])


async def put(connection: asyncpg.Connection, region: int, one: UUID, teacher: UUID, school: UUID) -> None:
    """A certificate straight into the database; its number is the first from 900000 on that is free."""
    await connection.execute(
        """
        INSERT INTO certificates (region_id, id, kind, number_year, number_place, number, organisation_id, teacher_id,
            period, edition, holder_name, issuer, content, shown, stands_on, digest, token, pdf, pdf_sha256, issued_on,
            issued_by, policy_version)
        SELECT $1, $2::uuid, 'hours', 2026, place, 'XSZM-2026-' || place, $4, $3, '2026-2027', 1, '测试', '测试', '{}',
            '{}', '{"records": [], "digest": "", "seal": null}', sha256('x'),
            left(replace($2::uuid::text, '-', ''), 22), 'pdf', sha256('pdf'), '2026-11-01', $2::uuid, 'test'
          FROM (SELECT 900000 + count(*) AS place FROM certificates WHERE region_id = $1) AS next
        """,
        region, one, teacher, school,
    )  # fmt: skip
