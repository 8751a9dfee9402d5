"""Exports over REST: ready at once, a second person above 500 rows, only for who asked, on record."""

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.core.db import Database
from app.exports import service
from tests.factories.cluster import Clone
from tests.factories.imports import working
from tests.factories.keys import SignIn
from tests.factories.world import World

YEAR = {"school_year": "2026-2027"}
KINDS: dict[str, dict[str, Any]] = {
    "organisations": {},
    "teachers": {},
    "hours_entries": {},
    "hours_completion": YEAR,
    "hours_completion_teachers": YEAR,
    "hours_cycle": YEAR,
    "hours_statistics": YEAR,
    "research_attendance": {"term": "2026-2027-1"},
}


async def ask(client: httpx.AsyncClient, head: dict[str, str], kind: str, /, **more: Any) -> httpx.Response:
    body = {"kind": kind, "format": "csv", "filters": KINDS.get(kind, {}), "reason": "核对名册"} | more
    return await client.post("/v1/exports", json=body, headers=head | {"Idempotency-Key": str(uuid4())})


async def verb(client: httpx.AsyncClient, head: dict[str, str], export: str, name: str, **body: Any) -> httpx.Response:
    head = head | {"Idempotency-Key": str(uuid4())}
    return await client.post(f"/v1/exports/{export}:{name}", json=body, headers=head)


async def fetched(client: httpx.AsyncClient, head: dict[str, str], export: dict[str, Any]) -> list[str]:
    answer = await client.get(export["links"]["content"], headers=head)
    assert answer.status_code == 200, answer.text
    return answer.content.decode("utf-8-sig").splitlines()


async def test_small_exports_are_ready_at_once_and_hold_the_own_rows_only(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    head = as_role("school")
    for kind in KINDS:
        for form in ("csv", "xlsx", "ndjson"):
            made = await ask(client, head, kind, format=form)
            assert (made.status_code, made.json().get("status")) == (201, "ready"), made.text
            answer = await client.get(made.json()["links"]["content"], headers=head)
            assert answer.status_code == 200
            assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
    mine = await fetched(client, head, (await ask(client, head, "teachers")).json())
    assert len(mine) == 1 + 4
    assert world.id_number("a1-1") not in "".join(mine)
    assert world.id_number("a1-1")[-4:] in "".join(mine)
    assert not any("周五" in line for line in mine)
    everyone = (await ask(client, as_role("bureau"), "teachers")).json()
    assert everyone["rows"] == 10
    other = as_role("central_school")
    assert (await client.get(f"/v1/exports/{everyone['id']}", headers=other)).status_code == 404
    taken = await client.get(f"/v1/exports/{everyone['id']}/content", headers=as_role("training_school"))
    assert (taken.status_code, taken.json()["code"]) == (403, "EXPORT_OF_ANOTHER")
    connection = await clone.connect()
    facts = await connection.fetchrow(
        "SELECT account_id, facts FROM events WHERE kind = 'export.requested' ORDER BY seq DESC LIMIT 1"
    )
    count = await connection.fetchval("SELECT count(*) FROM events WHERE kind = 'export.fetched'")
    await connection.close()
    assert facts["account_id"] == world.account("bureau").id
    assert '"rows": 10' in facts["facts"]
    assert count == len(KINDS) * 3 + 1


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """The bound of 500 rows lowered, so that the world is large."""
    monkeypatch.setattr(service, "ROWS_ALONE", 3)
    return 3


async def test_many_rows_need_a_second_person(
    client: httpx.AsyncClient, as_role: SignIn, database: Database, app: Any, few: int, clone: Clone
) -> None:
    school, training = as_role("school"), as_role("training_school")
    asked = (await ask(client, school, "teachers")).json()
    assert (asked["status"], asked["rows"], asked["needs_second"], asked["possible"]) == (
        "awaiting_approval",
        4,
        True,
        [],
    )
    early = await client.get(f"/v1/exports/{asked['id']}/content", headers=school)
    assert (early.status_code, early.json()["code"]) == (409, "EXPORT_NOT_READY")
    for who in ("school", "central_school", "bureau_be"):
        refused = await verb(client, as_role(who), asked["id"], "approve")
        assert (refused.status_code, refused.json()["code"]) == (403, "PERMISSION_DENIED")
    own = (await ask(client, training, "teachers")).json()
    himself = await verb(client, training, own["id"], "approve")
    assert (himself.status_code, himself.json()["code"]) == (403, "SEPARATION_OF_DUTIES")
    assert (await verb(client, as_role("abroad_bureau"), own["id"], "approve")).status_code == 404
    no = (await verb(client, as_role("training_school_2"), own["id"], "refuse", reason="用途不明")).json()
    assert (no["status"], no["decision"]) == ("refused", "用途不明")
    again = await verb(client, as_role("bureau"), own["id"], "approve")
    assert (again.status_code, again.json()["code"]) == (409, "STATUS_CONFLICT")
    listed = (await client.get("/v1/exports?status=awaiting_approval", headers=training)).json()["items"]
    assert [(one["id"], one["possible"]) for one in listed] == [(asked["id"], ["approve", "refuse"])]
    yes = await verb(client, training, asked["id"], "approve")
    assert (yes.status_code, yes.json()["status"]) == (200, "preparing"), yes.text
    at_once = (await ask(client, as_role("bureau"), "teachers")).json()
    assert (at_once["status"], at_once["needs_second"]) == ("preparing", False)
    await _worked(client, database, app, {asked["id"]: school, at_once["id"]: as_role("bureau")})
    ready = (await client.get(f"/v1/exports/{asked['id']}", headers=school)).json()
    # the rows are those of the school that asked, not of the training school that agreed
    assert (ready["status"], ready["rows"]) == ("ready", 4)
    assert len(await fetched(client, school, ready)) == 5
    connection = await clone.connect()
    await connection.execute("UPDATE exports SET expires_at = now() - interval '1 minute' WHERE status = 'ready'")
    await connection.close()
    late = await client.get(f"/v1/exports/{asked['id']}/content", headers=school)
    assert (late.status_code, late.json()["code"]) == (409, "EXPORT_EXPIRED")


async def _worked(client: httpx.AsyncClient, database: Database, app: Any, wanted: dict[str, dict[str, str]]) -> None:
    storage: Path = app.state.storage
    async with asynccontextmanager(working)(database, storage), asyncio.timeout(60):
        for export, head in wanted.items():
            for _ in range(600):
                if (await client.get(f"/v1/exports/{export}", headers=head)).json()["status"] != "preparing":
                    break
                await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        pytest.param({"kind": "secrets"}, 404, "EXPORT_KIND_UNKNOWN", id="unknown kind"),
        pytest.param({"format": "pdf"}, 422, "INVALID", id="unknown format"),
        pytest.param({"reason": ""}, 422, "INVALID", id="without reason"),
        pytest.param({"filters": {"weather": "fine"}}, 422, "INVALID", id="unknown filter"),
        pytest.param({"filters": {"school_id": "1; DROP"}}, 422, "INVALID", id="bad value"),
    ],
)
async def test_bad_requests_write_nothing(
    client: httpx.AsyncClient, as_role: SignIn, clone: Clone, change: dict[str, Any], status: int, code: str
) -> None:
    answer = await ask(client, as_role("bureau"), "teachers", **change)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    connection = await clone.connect()
    assert await connection.fetchval("SELECT count(*) FROM exports") == 0
    await connection.close()
    assert (await ask(client, as_role("teacher"), "hours_completion")).status_code == 403
