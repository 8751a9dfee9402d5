"""API clients: scopes only narrow, networks and expiry refuse, secrets are shown once."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from app.core.clock import Clock
from tests.accounts.conftest import Ask, bearer
from tests.factories.world import World

Headers = Callable[[str], dict[str, str]]


def _in_days(days: int) -> str:
    return (Clock.running().today + timedelta(days=days)).isoformat()


def _new(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "name": "考勤系统",
        "role": "school",
        "organisation_id": str(world.organisation("A1")),
        "scopes": ["organisation.read", "hours.read"],
        "expires_on": _in_days(300),
        **changes,
    }


async def _registered(client: httpx.AsyncClient, head: dict[str, str], new: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post("/v1/api-clients", json=new, headers=head)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def _form(made: dict[str, Any]) -> dict[str, str]:
    return {"client_id": made["client_id"], "client_secret": made["client_secret"]}


async def test_program_signs_in_without_refresh_token_and_is_narrowed_by_its_scopes(
    client: httpx.AsyncClient, as_role: Headers, world: World, ask: Ask, sql: asyncpg.Connection
) -> None:
    made = await _registered(client, as_role("bureau"), _new(world))
    signed = await ask("client_credentials", **_form(made))
    assert signed.status_code == 200, signed.text
    assert (signed.json()["refresh_token"], signed.json()["role"]) == (None, "school")
    assert (await client.get("/v1/organisations", headers=bearer(signed))).status_code == 200
    beyond = await client.get("/v1/school-years", headers=bearer(signed))
    assert (beyond.status_code, beyond.json()["code"]) == (403, "PERMISSION_DENIED")
    assert (await client.get("/v1/me", headers=bearer(signed))).status_code == 403
    kinds = [row[0] for row in await sql.fetch("SELECT kind FROM events ORDER BY seq")]
    assert kinds == ["api_client.registered", "api_client.signed_in", "access.refused", "access.refused"]
    assert made["client_secret"] not in str(await sql.fetch("SELECT * FROM api_clients"))
    assert made["client_secret"] not in str(await sql.fetch("SELECT * FROM events"))
    assert "client_secret" not in (await client.get(f"/v1/api-clients/{made['id']}", headers=as_role("bureau"))).json()


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"scopes": ["organisation.change"]}, ["SCOPE_BEYOND_ROLE"]),
        ({"scopes": ["hours.post"], "role": "training_school", "at": "training school"}, ["SCOPE_NOT_HELD"]),
        ({"scopes": ["own_account", "account.change", "api_client.change"]}, ["SCOPE_NOT_FOR_PROGRAMS"] * 3),
        ({"scopes": ["account.read"], "role": "bureau", "at": "bureau"}, ["SCOPE_BEYOND_ROLE"]),
        ({"scopes": ["account.read"], "role": "bureau", "at": "bureau", "desk": "desk be"}, ["SCOPE_BEYOND_ROLE"]),
        ({"scopes": ["account.read"], "role": "bureau", "at": "bureau", "desk": "desk te"}, []),
        ({"scopes": []}, ["TOO_SHORT"]),
        ({"scopes": ["everything"]}, ["ENUM"]),
        ({"role": "teacher"}, ["LITERAL_ERROR"]),
        ({"role": "central_school"}, ["account.role_organisation"]),
        ({"networks": ["10.0.0.1/8"]}, ["VALUE_ERROR"]),
        ({"networks": ["everywhere"]}, ["VALUE_ERROR"]),
        ({"networks": ["10.0.0.0/8", "fd00::/8"]}, []),
        ({"expires": 0}, ["EXPIRY_OUT_OF_RANGE"]),
        ({"expires": -1}, ["EXPIRY_OUT_OF_RANGE"]),
        ({"expires": 1}, []),
        ({"expires": 365}, []),
        ({"expires": 367}, ["EXPIRY_OUT_OF_RANGE"]),
        ({"at": "X1"}, ["REFERENCE_UNKNOWN"]),
    ],
)
async def test_terms_of_a_program_are_checked(
    client: httpx.AsyncClient,
    as_role: Headers,
    world: World,
    sql: asyncpg.Connection,
    changes: dict[str, Any],
    codes: list[str],
) -> None:
    plain = {name: value for name, value in changes.items() if name not in {"at", "desk", "expires"}}
    new = _new(world, **plain)
    if "at" in changes:
        new["organisation_id"] = str(world.organisation(changes["at"]))
    if "desk" in changes:
        new["department_id"] = str(world.organisation(changes["desk"]))
    if "expires" in changes:
        new["expires_on"] = _in_days(changes["expires"])
    answer = await client.post("/v1/api-clients", json=new, headers=as_role("bureau"))
    assert [fault["code"] for fault in answer.json().get("errors", [])] == codes, answer.text
    assert answer.status_code == (422 if codes else 201)
    assert await sql.fetchval("SELECT count(*) FROM api_clients") == (0 if codes else 1)
    assert await sql.fetchval("SELECT count(*) FROM sign_in_names WHERE kind = 'client'") == (0 if codes else 1)


@pytest.mark.parametrize("username", ["bureau_be", "central_school", "school", "teacher"])
async def test_only_te_desk_registers_programs(
    client: httpx.AsyncClient, as_role: Headers, world: World, sql: asyncpg.Connection, username: str
) -> None:
    for answer in (
        await client.post("/v1/api-clients", json=_new(world), headers=as_role(username)),
        await client.get("/v1/api-clients", headers=as_role(username)),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "PERMISSION_DENIED")
    assert await sql.fetchval("SELECT count(*) FROM api_clients") == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("networks = '{10.0.0.0/8}'", "network"),
        ("networks = '{127.0.0.0/8}'", None),
        ("networks = '{10.0.0.0/8, 127.0.0.1/32}'", None),
        ("expires_on = current_date - 1", "expired"),
        ("status = 'revoked'", "revoked"),
        ("secret_hash = '\\x00'", "wrong_secret"),
    ],
)
async def test_program_is_refused_alike_for_every_reason(  # noqa: PLR0913, PLR0917 - fixtures and columns of the table
    client: httpx.AsyncClient,
    as_role: Headers,
    world: World,
    ask: Ask,
    sql: asyncpg.Connection,
    change: str,
    reason: str | None,
) -> None:
    made = await _registered(client, as_role("bureau"), _new(world))
    await sql.execute(f"UPDATE api_clients SET {change}")
    answer = await ask("client_credentials", **_form(made))
    if reason is None:
        assert answer.status_code == 200
        return
    unknown = await ask("client_credentials", client_id="c-0000000000000000", client_secret="x")
    assert [(one.status_code, one.json()["code"], one.json()["detail"]) for one in (answer, unknown)] == [
        (401, "CLIENT_REFUSED", unknown.json()["detail"])
    ] * 2
    reasons = await sql.fetch("SELECT facts->>'reason' FROM events WHERE kind = 'api_client.refused' ORDER BY seq")
    assert [row[0] for row in reasons] == [reason, "unknown_client"]


async def test_name_of_an_account_is_no_client(ask: Ask) -> None:
    answer = await ask("client_credentials", client_id="school", client_secret="shixun-test")
    assert answer.json()["code"] == "CLIENT_REFUSED"


async def test_rotated_secret_replaces_the_old_one_and_its_tokens(
    client: httpx.AsyncClient, as_role: Headers, world: World, ask: Ask, forget: Callable[[], None]
) -> None:
    made = await _registered(client, as_role("bureau"), _new(world))
    signed = await ask("client_credentials", **_form(made))
    url = f"/v1/api-clients/{made['id']}"
    rotated = (await client.post(f"{url}:rotate", headers=as_role("bureau"))).json()
    assert rotated["client_id"] == made["client_id"]
    assert (await ask("client_credentials", **_form(made))).json()["code"] == "CLIENT_REFUSED"
    assert (await ask("client_credentials", **_form(rotated))).status_code == 200
    forget()
    assert (await client.get("/v1/organisations", headers=bearer(signed))).json()["code"] == "SESSION_REVOKED"


async def test_revoked_program_is_out_for_good(
    client: httpx.AsyncClient, as_role: Headers, world: World, ask: Ask, forget: Callable[[], None]
) -> None:
    made = await _registered(client, as_role("bureau"), _new(world))
    signed = await ask("client_credentials", **_form(made))
    url = f"/v1/api-clients/{made['id']}"
    revoked = await client.post(f"{url}:revoke", headers=as_role("bureau"))
    assert (revoked.status_code, revoked.json()["status"]) == (200, "revoked")
    forget()
    assert (await client.get("/v1/organisations", headers=bearer(signed))).json()["code"] == "SESSION_REVOKED"
    assert (await ask("client_credentials", **_form(made))).json()["code"] == "CLIENT_REFUSED"
    assert (await client.post(f"{url}:revoke", headers=as_role("bureau"))).json()["possible"] == []
    assert (await client.post(f"{url}:rotate", headers=as_role("bureau"))).status_code == 409
    listed = (await client.get("/v1/api-clients?status=active", headers=as_role("bureau"))).json()
    assert listed["items"] == []


async def test_program_of_another_region_is_not_found(
    client: httpx.AsyncClient, as_role: Headers, world: World, sql: asyncpg.Connection
) -> None:
    made = await _registered(client, as_role("bureau"), _new(world))
    for verb in (":rotate", ":revoke"):
        answer = await client.post(f"/v1/api-clients/{made['id']}{verb}", headers=as_role("abroad_bureau"))
        assert answer.status_code == 404
    assert (await client.get("/v1/api-clients", headers=as_role("abroad_bureau"))).json()["items"] == []
    assert await sql.fetchval("SELECT version FROM api_clients") == 1


async def test_leap_day_program_ends_within_the_year(client: httpx.AsyncClient, as_role: Headers, world: World) -> None:
    head = {**as_role("bureau"), "X-Shixun-Date": "2028-02-29"}
    late = await client.post("/v1/api-clients", json=_new(world, expires_on="2029-03-01"), headers=head)
    assert late.json()["errors"][0]["params"] == {"max": "2029-02-28", "got": "2029-03-01"}
    made = await _registered(client, head, _new(world, expires_on="2029-02-28"))
    assert date.fromisoformat(made["expires_on"]) == date(2029, 2, 28)
