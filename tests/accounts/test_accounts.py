"""Accounts and grants: who may keep whose, what is refused, and that a refusal writes nothing."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from app.core.db import Database
from app.core.errors import Unauthenticated
from tests.accounts.conftest import Ask, bearer
from tests.factories import keys
from tests.factories.world import World

Headers = Callable[[str], dict[str, str]]
State = tuple[list[Any], ...]
TABLES = ("accounts", "account_grants", "sign_in_names", "sessions", "api_clients", "refresh_tokens")


async def _state(sql: asyncpg.Connection) -> State:
    return tuple([await sql.fetch(f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in TABLES])


def _new(world: World, **changes: Any) -> dict[str, Any]:
    grant = {"role": "school", "organisation_id": str(world.organisation("A1"))}
    return {"username": "clerk.new", "display_name": "新文员", "password": "t9k!mWq2zd", "grant": grant, **changes}


def _at(world: World, role: str, organisation: str, **more: Any) -> dict[str, Any]:
    return {"role": role, "organisation_id": str(world.organisation(organisation)), **more}


async def test_bureau_adds_an_account_that_signs_in(
    client: httpx.AsyncClient, as_role: Headers, world: World, sign_in: Ask, sql: asyncpg.Connection
) -> None:
    answer = await client.post("/v1/accounts", json=_new(world), headers=as_role("bureau"))
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert (body["username"], body["status"], body["password"], body["etag"]) == ("clerk.new", "active", None, '"1"')
    assert "password_hash" not in body
    signed = await sign_in("clerk.new", "t9k!mWq2zd")
    assert (signed.json()["role"], len(signed.json()["grants"])) == ("school", 1)
    event = await sql.fetchrow("SELECT * FROM events WHERE kind = 'account.created'")
    assert event["account_id"] == world.account("bureau").id
    assert str(event["entity_id"]) == body["id"]
    assert (event["channel"], event["organisation_id"]) == ("audit", world.organisation("A1"))
    assert await sql.fetchval("SELECT granted_by FROM account_grants WHERE account_id = $1", event["entity_id"]) == (
        world.account("bureau").id
    )


async def test_password_that_is_not_given_is_made_and_shown_once(
    client: httpx.AsyncClient, as_role: Headers, world: World, sign_in: Ask, sql: asyncpg.Connection
) -> None:
    new = {name: value for name, value in _new(world).items() if name != "password"}
    made = (await client.post("/v1/accounts", json=new, headers=as_role("bureau"))).json()
    assert len(made["password"]) == 16
    assert (await sign_in("clerk.new", made["password"])).status_code == 200
    again = await client.get(f"/v1/accounts/{made['id']}", headers=as_role("bureau"))
    assert "password" not in again.json()
    assert made["password"] not in str(await sql.fetch("SELECT * FROM events"))
    assert made["password"] not in str(await sql.fetch("SELECT * FROM accounts"))


@pytest.mark.parametrize(
    ("changes", "status", "code", "faults"),
    [
        ({"username": "School"}, 409, "USERNAME_TAKEN", []),
        ({"username": "abroad_school"}, 409, "USERNAME_TAKEN", []),
        ({"username": "a"}, 422, "INVALID", ["/username"]),
        ({"username": "学校文员"}, 422, "INVALID", ["/username"]),
        ({"username": "a b"}, 422, "INVALID", ["/username"]),
        ({"display_name": "  "}, 422, "INVALID", ["/display_name"]),
        ({"password": "short"}, 422, "PASSWORD_REFUSED", ["/password"]),
        ({"password": "clerk.new"}, 422, "PASSWORD_REFUSED", ["/password", "/password"]),
        ({"status": "locked"}, 422, "INVALID", ["/status"]),
        ({"session_version": 9}, 422, "INVALID", ["/session_version"]),
        ({"region_id": 999001}, 422, "INVALID", ["/region_id"]),
        ({"grant": ("school", "nowhere")}, 422, "REFERENCE_UNKNOWN", ["/grant/organisation_id"]),
        ({"grant": ("school", "X1")}, 422, "REFERENCE_UNKNOWN", ["/grant/organisation_id"]),
        ({"grant": ("school", "central A")}, 422, "RULE_BROKEN", ["/grant"]),
        ({"grant": ("bureau", "desk te")}, 422, "RULE_BROKEN", ["/grant"]),
        ({"grant": ("teacher", "A1")}, 422, "RULE_BROKEN", ["/grant"]),
        ({"grant": ("bureau", "bureau", "A1")}, 422, "RULE_BROKEN", ["/grant"]),
        ({"grant": ("bureau", "bureau", "abroad desk te")}, 422, "REFERENCE_UNKNOWN", ["/grant/department_id"]),
        ({"teacher": "x1-1"}, 409, "TEACHER_UNKNOWN", []),
        ({"teacher": "a1-1"}, 409, "TEACHER_HAS_ACCOUNT", []),
    ],
)
async def test_refused_account_is_not_written(  # noqa: PLR0913, PLR0917 - fixtures and columns of the table
    client: httpx.AsyncClient,
    as_role: Headers,
    world: World,
    sql: asyncpg.Connection,
    changes: dict[str, Any],
    status: int,
    code: str,
    faults: list[str],
) -> None:
    before = await _state(sql)
    new = _new(world, **changes)
    if grant := changes.get("grant"):
        desk = {"department_id": str(world.organisation(grant[2]))} if len(grant) > 2 else {}
        new["grant"] = _at(world, grant[0], grant[1], **desk)
    if teacher := new.pop("teacher", None):
        new["teacher_id"] = str(world.teacher(teacher))
    answer = await client.post("/v1/accounts", json=new, headers=as_role("bureau"))
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == faults
    assert await _state(sql) == before
    assert await sql.fetchval("SELECT count(*) FROM events") == 0


async def test_closed_organisation_gets_no_account(
    client: httpx.AsyncClient, as_role: Headers, world: World, sql: asyncpg.Connection
) -> None:
    close = "UPDATE organisations SET status = 'closed', closed_on = current_date WHERE id = $1"
    await sql.execute(close, world.organisation("A1"))
    answer = await client.post("/v1/accounts", json=_new(world), headers=as_role("bureau"))
    assert (answer.status_code, answer.json()["code"]) == (409, "ORGANISATION_CLOSED")


async def test_one_name_is_taken_once_in_a_race(
    client: httpx.AsyncClient, as_role: Headers, world: World, sql: asyncpg.Connection
) -> None:
    head = as_role("bureau")
    answers = await asyncio.gather(*(client.post("/v1/accounts", json=_new(world), headers=head) for _ in range(8)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 7}
    assert await sql.fetchval("SELECT count(*) FROM accounts WHERE username = 'clerk.new'") == 1


@pytest.mark.parametrize(
    ("username", "grant", "status", "code"),
    [
        ("training_school", ("training_school", "training school"), 201, None),
        ("training_school", ("school", "A1"), 403, "OUT_OF_SCOPE"),
        ("training_school", ("bureau", "bureau"), 403, "OUT_OF_SCOPE"),
        ("training_school", ("teacher", "training school"), 403, "ROLE_NOT_GRANTABLE"),
        ("bureau_be", ("school", "A1"), 403, "PERMISSION_DENIED"),
        ("central_school", ("school", "A1"), 403, "PERMISSION_DENIED"),
        ("school", ("school", "A1"), 403, "PERMISSION_DENIED"),
        ("teacher", ("school", "A1"), 403, "PERMISSION_DENIED"),
    ],
)
async def test_only_te_desk_and_for_its_staff_the_training_school_add_accounts(  # noqa: PLR0913, PLR0917 - as above
    client: httpx.AsyncClient,
    as_role: Headers,
    world: World,
    sql: asyncpg.Connection,
    username: str,
    grant: tuple[str, str],
    status: int,
    code: str | None,
) -> None:
    before = await _state(sql)
    answer = await client.post("/v1/accounts", json=_new(world, grant=_at(world, *grant)), headers=as_role(username))
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
    if code:
        assert await _state(sql) == before
        assert [row[0] for row in await sql.fetch("SELECT kind FROM events")] == ["access.refused"]


@pytest.mark.parametrize(
    ("username", "seen"),
    [
        ("bureau", 13),
        ("bureau_2", 13),
        ("training_school", 2),
        ("abroad_bureau", 2),
        ("bureau_be", None),
        ("central_school", None),
        ("school", None),
        ("teacher", None),
    ],
)
async def test_accounts_are_seen_within_the_scope(
    client: httpx.AsyncClient, as_role: Headers, username: str, seen: int | None
) -> None:
    answer = await client.get("/v1/accounts?include_total=true", headers=as_role(username))
    if seen is None:
        assert (answer.status_code, answer.json()["code"]) == (403, "PERMISSION_DENIED")
        return
    assert (len(answer.json()["items"]), answer.json()["total"]) == (seen, seen)


@pytest.mark.parametrize(
    ("query", "usernames"),
    [
        ("role=training_school", ["training_school", "training_school_2"]),
        ("role=school&q=_a", ["school_a2"]),
        ("q=SCHOOL_A2", ["school_a2"]),
        ("q=测试账号 teacher", ["teacher", "teacher_a2"]),
        ("q=%25", []),
        ("status=locked", []),
        ("limit=2", ["bureau", "bureau_2"]),
    ],
)
async def test_accounts_are_found_by_filters(
    client: httpx.AsyncClient, as_role: Headers, query: str, usernames: list[str]
) -> None:
    found = (await client.get(f"/v1/accounts?{query}", headers=as_role("bureau"))).json()
    assert [item["username"] for item in found["items"]] == usernames


@pytest.mark.parametrize("verb", ["", ":lock", ":unlock", ":endSessions", ":resetPassword", "/grants"])
@pytest.mark.parametrize("target", ["abroad_school", "school", None])
async def test_account_outside_the_scope_is_not_found(
    client: httpx.AsyncClient, as_role: Headers, world: World, sql: asyncpg.Connection, verb: str, target: str | None
) -> None:
    before = await _state(sql)
    one = world.account(target).id if target else uuid4()
    method = "GET" if verb in {"", "/grants"} else "POST"
    answer = await client.request(method, f"/v1/accounts/{one}{verb}", headers=as_role("training_school"))
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert await _state(sql) == before


async def test_locked_account_is_out_at_once_and_in_again_when_unlocked(  # noqa: PLR0913, PLR0917 - fixtures
    client: httpx.AsyncClient,
    as_role: Headers,
    world: World,
    sign_in: Ask,
    ask: Ask,
    sql: asyncpg.Connection,
    forget: Callable[[], None],
) -> None:
    account = world.account("school").id
    signed = await sign_in("school")
    assert (await client.get("/v1/me", headers=bearer(signed))).status_code == 200
    locked = await client.post(f"/v1/accounts/{account}:lock", headers={**as_role("bureau"), "If-Match": '"1"'})
    assert (locked.status_code, locked.json()["status"], locked.json()["etag"]) == (200, "locked", '"2"')
    forget()
    assert (await client.get("/v1/me", headers=bearer(signed))).json()["code"] == "SESSION_REVOKED"
    assert (await ask("refresh_token", refresh_token=signed.json()["refresh_token"])).status_code == 401
    assert (await sign_in("school")).json()["code"] == "SIGN_IN_REFUSED"
    again = await client.post(f"/v1/accounts/{account}:lock", headers=as_role("bureau"))
    assert (again.status_code, again.json()["possible"]) == (409, ["unlock"])
    await client.post(f"/v1/accounts/{account}:unlock", headers=as_role("bureau"))
    assert (await sign_in("school")).status_code == 200
    forget()
    assert (await client.get("/v1/me", headers=bearer(signed))).status_code == 401
    kinds = [row[0] for row in await sql.fetch("SELECT kind FROM events WHERE entity_id = $1 ORDER BY seq", account)]
    refused = ["sign_in.refused"]
    assert kinds == ["sign_in.succeeded", "account.locked", *refused, "account.unlocked", "sign_in.succeeded"]


async def test_session_version_bites_within_the_cache_time_of_another_process(
    client: httpx.AsyncClient, as_role: Headers, world: World, database: Database, sql: asyncpg.Connection
) -> None:
    await client.post(f"/v1/accounts/{world.account('school').id}:endSessions", headers=as_role("bureau"))
    assert await sql.fetchval("SELECT count(*) FROM sessions WHERE revoked_at IS NOT NULL") == 1
    await sql.execute("UPDATE sessions SET revoked_at = NULL")
    other = keys.entrance(database)
    with pytest.raises(Unauthenticated, match="SESSION_REVOKED"):
        async with other.context(keys.token(world.account("school"))):
            pass
    async with other.context(keys.token(world.account("school_a2"))) as ctx:
        assert ctx.principal.account_id == world.account("school_a2").id


async def test_stale_version_is_refused(
    client: httpx.AsyncClient, as_role: Headers, world: World, sql: asyncpg.Connection
) -> None:
    before = await _state(sql)
    head = {**as_role("bureau"), "If-Match": '"7"'}
    answer = await client.post(f"/v1/accounts/{world.account('school').id}:lock", headers=head)
    assert (answer.status_code, answer.json()["code"]) == (412, "ETAG_MISMATCH")
    assert await _state(sql) == before


@pytest.mark.parametrize("username", ["bureau", "training_school"])
@pytest.mark.parametrize("verb", [":lock", ":unlock", ":endSessions", ":resetPassword", "/grants", ":end"])
async def test_nobody_changes_the_own_account(
    client: httpx.AsyncClient, as_role: Headers, world: World, sql: asyncpg.Connection, username: str, verb: str
) -> None:
    before = await _state(sql)
    account = world.account(username)
    path = f"/grants/{account.grant_id}:end" if verb == ":end" else verb
    body = _at(world, account.role, account.organisation) if verb == "/grants" else None
    answer = await client.post(f"/v1/accounts/{account.id}{path}", json=body, headers=as_role(username))
    assert (answer.status_code, answer.json()["code"]) == (403, "OWN_ACCOUNT_REFUSED")
    assert await _state(sql) == before


async def test_training_school_does_not_touch_an_account_with_a_grant_elsewhere(
    client: httpx.AsyncClient, as_role: Headers, world: World, sql: asyncpg.Connection
) -> None:
    colleague = world.account("training_school_2")
    url = f"/v1/accounts/{colleague.id}"
    assert (await client.post(f"{url}:lock", headers=as_role("training_school"))).status_code == 200
    assert (await client.post(f"{url}:unlock", headers=as_role("training_school"))).status_code == 200
    desk = _at(world, "bureau", "bureau", department_id=str(world.organisation("desk te")))
    assert (await client.post(f"{url}/grants", json=desk, headers=as_role("bureau"))).status_code == 201
    before = await _state(sql)
    for verb in (":lock", ":resetPassword", ":endSessions"):
        answer = await client.post(f"{url}{verb}", headers=as_role("training_school"))
        assert (answer.status_code, answer.json()["code"]) == (403, "OUT_OF_SCOPE")
    seen = (await client.get(f"{url}/grants", headers=as_role("training_school"))).json()["items"]
    assert [grant["role"] for grant in seen] == ["training_school"]
    assert await _state(sql) == before


async def test_reset_password_signs_in_and_ends_every_session(
    client: httpx.AsyncClient, as_role: Headers, world: World, sign_in: Ask, ask: Ask
) -> None:
    signed = await sign_in("school")
    url = f"/v1/accounts/{world.account('school').id}:resetPassword"
    for _ in range(5):
        await sign_in("school", "wrong-password")
    reset = await client.post(url, headers=as_role("bureau"))
    assert reset.status_code == 200, reset.text
    assert (await sign_in("school", reset.json()["password"])).status_code == 200
    assert (await sign_in("school")).status_code == 401
    assert (await ask("refresh_token", refresh_token=signed.json()["refresh_token"])).status_code == 401
    given = await client.post(url, json={"password": "t9k!mWq2zd"}, headers=as_role("bureau"))
    assert given.json()["password"] is None
    assert (await sign_in("school", "t9k!mWq2zd")).status_code == 200
    weak = await client.post(url, json={"password": "1234567890"}, headers=as_role("bureau"))
    assert [fault["code"] for fault in weak.json()["errors"]] == ["PASSWORD_COMMON"]


async def test_grant_is_given_once_and_its_end_bites(
    client: httpx.AsyncClient,
    as_role: Headers,
    world: World,
    sign_in: Ask,
    sql: asyncpg.Connection,
    forget: Callable[[], None],
) -> None:
    url = f"/v1/accounts/{world.account('school').id}/grants"
    central = _at(world, "central_school", "central A")
    given = await client.post(url, json=central, headers=as_role("bureau"))
    assert (given.status_code, given.json()["granted_by"]) == (201, str(world.account("bureau").id))
    twice = await client.post(url, json=central, headers=as_role("bureau"))
    assert (twice.status_code, twice.json()["code"]) == (409, "GRANT_EXISTS")
    signed = await sign_in("school")
    acting = {**bearer(signed), "X-Acting-Grant": given.json()["id"]}
    assert (await client.get("/v1/me", headers=acting)).json()["role"] == "central_school"
    end = f"{url}/{given.json()['id']}:end"
    ended = await client.post(end, headers=as_role("bureau"))
    assert (ended.status_code, ended.json()["ends_on"] is None) == (200, False)
    assert (await client.post(end, headers=as_role("bureau"))).json()["code"] == "GRANT_ENDED"
    forget()
    assert (await client.get("/v1/me", headers=acting)).status_code == 401
    again = await sign_in("school")
    acting = {**bearer(again), "X-Acting-Grant": given.json()["id"]}
    assert (await client.get("/v1/me", headers=acting)).json()["code"] == "ACTING_GRANT_REFUSED"
    listed = (await client.get(url, headers=as_role("bureau"))).json()["items"]
    assert [grant["role"] for grant in listed] == ["school", "central_school"]
    kinds = await sql.fetch("SELECT kind, facts->>'role' FROM events WHERE kind LIKE 'account.%' ORDER BY seq")
    assert [tuple(row) for row in kinds] == [
        ("account.granted", "central_school"),
        ("account.grant_ended", "central_school"),
    ]


async def test_grant_of_another_account_is_not_found(
    client: httpx.AsyncClient, as_role: Headers, world: World, sql: asyncpg.Connection
) -> None:
    before = await _state(sql)
    url = f"/v1/accounts/{world.account('school').id}/grants/{world.account('school_a2').grant_id}:end"
    assert (await client.post(url, headers=as_role("bureau"))).status_code == 404
    assert await _state(sql) == before


async def test_one_grant_is_given_once_in_a_race(
    client: httpx.AsyncClient, as_role: Headers, world: World, sql: asyncpg.Connection
) -> None:
    url = f"/v1/accounts/{world.account('school').id}/grants"
    body, head = _at(world, "central_school", "central A"), as_role("bureau")
    answers = await asyncio.gather(*(client.post(url, json=body, headers=head) for _ in range(8)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 7}
    held = "SELECT count(*) FROM account_grants WHERE account_id = $1"
    assert await sql.fetchval(held, world.account("school").id) == 2


async def test_limited_grant_ends_by_itself(client: httpx.AsyncClient, as_role: Headers, world: World) -> None:
    url = f"/v1/accounts/{world.account('school').id}/grants"
    head = {**as_role("bureau"), "X-Shixun-Date": "2026-12-01"}
    late = _at(world, "central_school", "central A", ends_on="2026-12-01")
    answer = await client.post(url, json=late, headers=head)
    assert [fault["code"] for fault in answer.json()["errors"]] == ["NOT_IN_FUTURE"]
    soon = _at(world, "central_school", "central A", ends_on="2026-12-02")
    assert (await client.post(url, json=soon, headers=head)).json()["ends_on"] == "2026-12-02"
