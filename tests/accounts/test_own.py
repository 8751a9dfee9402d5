"""The caller's own account: who am I, sessions, password."""

from collections.abc import Callable

import asyncpg
import httpx
import pytest

from app.access.permissions import PERMISSIONS, Role, grant_for
from tests.accounts.conftest import Ask, bearer
from tests.factories.world import World

Headers = Callable[[str], dict[str, str]]
NEW = "t9k!mWq2zd-new"


@pytest.mark.parametrize("username", ["bureau", "bureau_be", "training_school", "central_school", "school", "teacher"])
async def test_me_lists_exactly_the_permissions_of_the_table(
    client: httpx.AsyncClient, as_role: Headers, world: World, username: str
) -> None:
    account = world.account(username)
    me = (await client.get("/v1/me", headers=as_role(username))).json()
    desk = {"bureau": "teacher_education", "bureau_be": "basic_education"}.get(username)
    cells = {name: grant_for(name, Role(account.role), desk) for name in PERMISSIONS}
    expected = {str(name): str(cell.reach) for name, cell in cells.items() if cell}
    assert {held["permission"]: held["reach"] for held in me["permissions"]} == expected
    assert (me["desk"], me["grant_id"], me["username"]) == (desk, str(account.grant_id), username)
    assert me["teacher_id"] == (str(world.teacher("a1-1")) if username == "teacher" else None)
    assert not {name for name in me if "hash" in name}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/me"),
        ("GET", "/v1/me/sessions"),
        ("DELETE", "/v1/me/sessions"),
        ("POST", "/v1/me:changePassword"),
        ("GET", "/v1/accounts"),
        ("GET", "/v1/api-clients"),
        ("GET", "/v1/audit-events"),
    ],
)
async def test_without_token_nothing_is_answered(client: httpx.AsyncClient, method: str, path: str) -> None:
    body = {"old_password": "x", "new_password": "y"} if method == "POST" else None
    answer = await client.request(method, path, json=body)
    assert (answer.status_code, answer.json()["code"]) == (401, "TOKEN_MISSING")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_own_sessions_are_listed_and_one_is_ended(
    client: httpx.AsyncClient, sign_in: Ask, ask: Ask, forget: Callable[[], None]
) -> None:
    here = await sign_in("school", device="办公室电脑")
    there = await sign_in("school", device="旧手机")
    await sign_in("school_a2", device="别人的")
    listed = (await client.get("/v1/me/sessions", headers=bearer(here))).json()["items"]
    devices = {item["device"]: item for item in listed}
    assert set(devices) == {"办公室电脑", "旧手机", None}
    assert [item["is_current"] for item in listed if item["device"] == "办公室电脑"] == [True]
    url = f"/v1/me/sessions/{devices['旧手机']['id']}"
    assert (await client.delete(url, headers=bearer(here))).status_code == 204
    assert (await client.delete(url, headers=bearer(here))).status_code == 404
    forget()
    assert (await client.get("/v1/me", headers=bearer(there))).json()["code"] == "SESSION_REVOKED"
    assert (await ask("refresh_token", refresh_token=there.json()["refresh_token"])).status_code == 401
    assert (await client.get("/v1/me", headers=bearer(here))).status_code == 200


async def test_session_of_another_is_not_found_and_stays(
    client: httpx.AsyncClient, sign_in: Ask, as_role: Headers, world: World, sql: asyncpg.Connection
) -> None:
    url = f"/v1/me/sessions/{world.account('school_a2').session_id}"
    assert (await client.delete(url, headers=as_role("school"))).status_code == 404
    assert await sql.fetchval("SELECT count(*) FROM sessions WHERE revoked_at IS NOT NULL") == 0
    assert (await sign_in("school_a2")).status_code == 200


async def test_ending_all_sessions_ends_this_one_too(
    client: httpx.AsyncClient, sign_in: Ask, sql: asyncpg.Connection, forget: Callable[[], None]
) -> None:
    here = await sign_in("school")
    assert (await client.delete("/v1/me/sessions", headers=bearer(here))).status_code == 204
    forget()
    assert (await client.get("/v1/me", headers=bearer(here))).json()["code"] == "SESSION_REVOKED"
    ended = await sql.fetch("SELECT facts FROM events WHERE kind = 'session.ended'")
    assert [row["facts"] for row in ended] == ['{"count": 2}']


async def test_changed_password_signs_in_and_ends_the_other_sessions(
    client: httpx.AsyncClient, sign_in: Ask, ask: Ask, sql: asyncpg.Connection, forget: Callable[[], None]
) -> None:
    here, there = await sign_in("school"), await sign_in("school")
    body = {"old_password": "shixun-test", "new_password": NEW}
    assert (await client.post("/v1/me:changePassword", json=body, headers=bearer(here))).status_code == 204
    forget()
    assert (await client.get("/v1/me", headers=bearer(here))).status_code == 200
    assert (await ask("refresh_token", refresh_token=here.json()["refresh_token"])).status_code == 200
    assert (await client.get("/v1/me", headers=bearer(there))).status_code == 401
    assert (await ask("refresh_token", refresh_token=there.json()["refresh_token"])).status_code == 401
    assert [(await sign_in("school", one)).status_code for one in ("shixun-test", NEW)] == [401, 200]
    assert await sql.fetchval("SELECT count(*) FROM events WHERE kind = 'account.password_changed'") == 1
    assert NEW not in str(await sql.fetch("SELECT * FROM events"))


@pytest.mark.parametrize(
    ("old", "new", "status", "codes"),
    [
        ("wrong-password", NEW, 403, []),
        ("shixun-test", "short", 422, ["PASSWORD_TOO_SHORT"]),
        ("shixun-test", "password123", 422, ["PASSWORD_COMMON"]),
        ("shixun-test", "central_school", 422, ["PASSWORD_IS_USERNAME"]),
        ("shixun-test", "shixun-test", 422, ["PASSWORD_UNCHANGED"]),
        ("shixun-test", "", 422, ["STRING_TOO_SHORT"]),
        ("shixun-test", "x" * 201, 422, ["STRING_TOO_LONG"]),
    ],
)
async def test_refused_change_leaves_the_password(  # noqa: PLR0913, PLR0917 - fixtures and columns of the table
    client: httpx.AsyncClient,
    as_role: Headers,
    sql: asyncpg.Connection,
    old: str,
    new: str,
    status: int,
    codes: list[str],
) -> None:
    before = await sql.fetch("SELECT password_hash, session_version, version FROM accounts ORDER BY id")
    body = {"old_password": old, "new_password": new}
    answer = await client.post("/v1/me:changePassword", json=body, headers=as_role("central_school"))
    assert answer.status_code == status
    assert [fault["code"] for fault in answer.json()["errors"]] == codes
    assert await sql.fetch("SELECT password_hash, session_version, version FROM accounts ORDER BY id") == before
    assert await sql.fetchval("SELECT count(*) FROM sessions WHERE revoked_at IS NOT NULL") == 0
    kinds = [row["kind"] for row in await sql.fetch("SELECT kind FROM events")]
    assert kinds == (["access.refused"] if status == 403 else [])


async def test_validate_only_checks_a_password_without_changing_it(
    client: httpx.AsyncClient, sign_in: Ask, as_role: Headers
) -> None:
    body = {"old_password": "shixun-test", "new_password": NEW}
    url = "/v1/me:changePassword?validate_only=true"
    assert (await client.post(url, json=body, headers=as_role("school"))).status_code == 204
    assert (await sign_in("school")).status_code == 200
