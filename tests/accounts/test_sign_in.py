"""Signing in, refreshing and signing out through the REST door, on a real database."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from app.accounts import passwords, tokens
from app.accounts.entry import Entrance
from app.accounts.service.sign_in import refresh
from app.core.db import Database
from app.core.limits import Limit
from tests.accounts.conftest import Ask, bearer
from tests.factories import keys
from tests.factories.world import ACCOUNTS, World


async def _events(sql: asyncpg.Connection) -> Counter[str]:
    return Counter(row["kind"] for row in await sql.fetch("SELECT kind FROM events"))


async def _reasons(sql: asyncpg.Connection) -> Counter[str]:
    rows = await sql.fetch("SELECT facts->>'reason' AS reason FROM events WHERE kind = 'sign_in.refused'")
    return Counter(row["reason"] for row in rows)


def _same(answer: httpx.Response) -> dict[str, Any]:
    body = answer.json()
    body.pop("trace_id")
    return {"status": answer.status_code, **body}


@pytest.mark.parametrize("username", [account.username for account in ACCOUNTS])
async def test_every_account_signs_in_and_is_itself(
    client: httpx.AsyncClient, sign_in: Ask, world: World, username: str
) -> None:
    account = world.account(username)
    answer = await sign_in(username)
    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == {"access_token", "token_type", "expires_in", "refresh_token", "role", "grants"}
    assert (body["token_type"], body["expires_in"], body["role"]) == ("bearer", 600, account.role)
    assert [grant["id"] for grant in body["grants"]] == [str(account.grant_id)]
    me = (await client.get("/v1/me", headers=bearer(answer))).json()
    assert (me["account_id"], me["role"], me["region"]) == (str(account.id), account.role, str(account.region_id))
    assert me["organisation_id"] == str(world.organisation(account.organisation))


async def test_answer_is_not_stored_anywhere(sign_in: Ask) -> None:
    assert (await sign_in("school")).headers["cache-control"] == "private, no-store"


async def test_success_and_each_failure_is_an_audit_event_without_the_name(
    sign_in: Ask, sql: asyncpg.Connection
) -> None:
    await sign_in("school")
    await sign_in("school", "wrong-password")
    await sign_in("Secret-Typed-As-Name", "wrong-password")
    assert await _events(sql) == {"sign_in.succeeded": 1, "sign_in.refused": 2}
    assert await _reasons(sql) == {"wrong_password": 1, "unknown_name": 1}
    rows = await sql.fetch("SELECT * FROM events")
    assert {row["channel"] for row in rows} == {"audit"}
    assert "secret-typed" not in str(rows).lower()
    unknown = next(row for row in rows if row["region_id"] == 0)
    assert (unknown["account_id"], unknown["entity_id"]) == (None, None)


async def test_unknown_name_lies_in_the_log_of_the_only_region(sign_in: Ask, sql: asyncpg.Connection) -> None:
    await sql.execute("SET session_replication_role = replica")
    await sql.execute("DELETE FROM regions WHERE id = 999001")
    await sign_in("nobody-of-that-name")
    assert await sql.fetchval("SELECT region_id FROM events WHERE kind = 'sign_in.refused'") == 419001


async def test_username_is_case_insensitive_and_password_is_not(sign_in: Ask) -> None:
    assert (await sign_in("SCHOOL")).status_code == 200
    assert (await sign_in("school", "Shixun-Test")).status_code == 401


async def test_all_refusals_look_the_same(sign_in: Ask, sql: asyncpg.Connection, world: World) -> None:
    await sql.execute("UPDATE accounts SET status = 'locked' WHERE id = $1", world.account("school_a2").id)
    await sql.execute(
        "UPDATE accounts SET failed_sign_ins = 5, first_failed_at = now() WHERE id = $1", world.account("school_b1").id
    )
    answers = [
        await sign_in("nobody-of-that-name"),
        await sign_in("school", "wrong-password"),
        await sign_in("school_a2"),
        await sign_in("school_a2", "wrong-password"),
        await sign_in("school_b1"),
        await sign_in("school_b1", "wrong-password"),
    ]
    assert [_same(answer) for answer in answers] == [_same(answers[0])] * 6
    assert answers[0].json()["code"] == "SIGN_IN_REFUSED"
    assert {answer.headers.get("retry-after") for answer in answers} == {None}
    assert len({tuple(sorted(set(answer.headers) - {"x-request-id"})) for answer in answers}) == 1
    assert await sql.fetchval("SELECT count(*) FROM refresh_tokens") == 0
    assert await _events(sql) == {"sign_in.refused": 6}


async def test_unknown_name_is_verified_against_a_hash_too(sign_in: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    genuine = passwords._HASHER.verify  # noqa: SLF001 - the work itself is what is counted

    def counted(self: object, password: str, stored: str) -> bool:
        del self
        tried.append(password)
        return genuine(password, stored)

    monkeypatch.setattr(type(passwords._HASHER), "verify", counted)  # noqa: SLF001 - as above
    await sign_in("nobody-of-that-name", "guess-number-one")
    await sign_in("school", "guess-number-two")
    assert tried == ["guess-number-one", "guess-number-two"]


async def test_twenty_guesses_at_once_count_exactly_five(sign_in: Ask, sql: asyncpg.Connection, world: World) -> None:
    account = world.account("school").id
    answers = await asyncio.gather(*(sign_in("school", f"guess-number-{n}") for n in range(20)))
    assert {answer.status_code for answer in answers} == {401}
    assert await sql.fetchval("SELECT failed_sign_ins FROM accounts WHERE id = $1", account) == 5
    assert await _reasons(sql) == {"wrong_password": 5, "locked_out": 15}
    assert (await sign_in("school")).status_code == 401
    assert (await sign_in("school_a2")).status_code == 200
    assert await sql.fetchval("SELECT version FROM accounts WHERE id = $1", account) == 1


async def test_password_that_is_reset_while_it_is_tried_opens_nothing(
    sign_in: Ask, sql: asyncpg.Connection, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = passwords.matches

    async def slow(password: str, stored: str | None) -> bool:
        is_right = await genuine(password, stored)
        fresh = passwords.hashed("another-password")
        await sql.execute("UPDATE accounts SET password_hash = $2 WHERE id = $1", world.account("school").id, fresh)
        return is_right

    monkeypatch.setattr(passwords, "matches", slow)
    assert (await sign_in("school")).status_code == 401
    assert await sql.fetchval("SELECT count(*) FROM refresh_tokens") == 0


async def test_lockout_ends_with_its_fifteen_minutes(sign_in: Ask, sql: asyncpg.Connection, world: World) -> None:
    account = world.account("school").id
    age = "UPDATE accounts SET failed_sign_ins = 5, first_failed_at = now() - $2::interval WHERE id = $1"
    await sql.execute(age, account, timedelta(minutes=14, seconds=50))
    assert (await sign_in("school")).status_code == 401
    await sql.execute(age, account, timedelta(minutes=15, seconds=1))
    assert (await sign_in("school")).status_code == 200
    row = await sql.fetchrow("SELECT failed_sign_ins, first_failed_at FROM accounts WHERE id = $1", account)
    assert tuple(row) == (0, None)


async def test_four_failures_leave_the_fifth_try_free(sign_in: Ask) -> None:
    for _ in range(4):
        await sign_in("school", "wrong-password")
    assert (await sign_in("school")).status_code == 200


async def test_account_without_grant_is_told_so_after_the_right_password_only(
    sign_in: Ask, sql: asyncpg.Connection, world: World
) -> None:
    grant = world.account("school").grant_id
    await sql.execute("UPDATE account_grants SET ends_on = current_date - 1 WHERE id = $1", grant)
    assert (await sign_in("school", "wrong-password")).json()["code"] == "SIGN_IN_REFUSED"
    right = await sign_in("school")
    assert (right.status_code, right.json()["code"]) == (403, "NO_GRANT")
    assert await sql.fetchval("SELECT count(*) FROM refresh_tokens") == 0


async def test_address_gets_thirty_tries_in_fifteen_minutes(sign_in: Ask, entrance: Entrance) -> None:
    entrance.limits.limits["sign_in_address"] = Limit(30, 900)
    codes = Counter([(await sign_in(f"nobody-{n}")).status_code for n in range(31)])
    assert codes == {401: 30, 429: 1}
    refused = await sign_in("school")
    assert refused.json()["code"] == "RATE_LIMITED"
    assert 1 <= int(refused.headers["retry-after"]) <= 30


@pytest.mark.parametrize(
    ("form", "status", "pointers"),
    [
        ({"grant_type": "password"}, 422, ["/username", "/password"]),
        ({"grant_type": "password", "username": "school"}, 422, ["/password"]),
        ({"grant_type": "refresh_token"}, 422, ["/refresh_token"]),
        ({"grant_type": "client_credentials", "client_id": "x"}, 422, ["/client_secret"]),
        ({"grant_type": "implicit"}, 422, ["/grant_type"]),
        ({}, 422, ["/grant_type"]),
        ({"grant_type": "password", "username": "a" * 101, "password": "b" * 201}, 422, ["/username", "/password"]),
    ],
)
async def test_incomplete_form_names_what_is_missing(
    client: httpx.AsyncClient, sql: asyncpg.Connection, form: dict[str, str], status: int, pointers: list[str]
) -> None:
    answer = await client.post("/v1/auth/token", data=form)
    assert answer.status_code == status
    assert [fault["pointer"] for fault in answer.json()["errors"]] == pointers
    assert await _events(sql) == {}


@pytest.mark.parametrize("name", ["\x00", "a\x00b", "'; DROP TABLE accounts; --", "%", "_", "学校", " school"])
async def test_odd_names_are_refused_and_never_an_error(sign_in: Ask, name: str) -> None:
    assert (await sign_in(name)).status_code in {401, 422}


async def test_token_is_not_given_for_json(client: httpx.AsyncClient) -> None:
    body = {"grant_type": "password", "username": "school", "password": "shixun-test"}
    assert (await client.post("/v1/auth/token", json=body)).status_code == 422


async def test_desks_are_signed_in_for_twelve_hours_others_for_sixty_days(
    sign_in: Ask, sql: asyncpg.Connection
) -> None:
    spans = {}
    for name in ("bureau", "bureau_be", "training_school", "central_school", "school", "teacher"):
        await sign_in(name, device=f"device of {name}")
        spans[name] = await sql.fetchrow(
            "SELECT extract(epoch FROM ends_at - created_at) / 3600, extract(epoch FROM idle_until - created_at) / 3600"
            " FROM sessions WHERE device = $1",
            f"device of {name}",
        )
    hours = {name: (round(span[0]), round(span[1])) for name, span in spans.items()}
    desk, other = (12, 12), (1440, 336)
    assert hours == {
        "bureau": desk,
        "bureau_be": desk,
        "training_school": desk,
        "central_school": other,
        "school": other,
        "teacher": other,
    }


async def test_refresh_rotates_and_the_new_token_refreshes_again(
    client: httpx.AsyncClient, sign_in: Ask, ask: Ask
) -> None:
    first = await sign_in("school")
    second = await ask("refresh_token", refresh_token=first.json()["refresh_token"])
    third = await ask("refresh_token", refresh_token=second.json()["refresh_token"])
    given = {answer.json()["refresh_token"] for answer in (first, second, third)}
    assert [second.status_code, third.status_code, len(given)] == [200, 200, 3]
    assert (await client.get("/v1/me", headers=bearer(third))).status_code == 200


async def test_tokens_rest_as_hashes_only(sign_in: Ask, sql: asyncpg.Connection) -> None:
    token = (await sign_in("school")).json()["refresh_token"]
    stored = await sql.fetchval("SELECT token_hash FROM refresh_tokens")
    assert stored == tokens.fingerprint(token)


async def test_twenty_lost_answers_at_once_get_the_same_successor(
    sign_in: Ask, ask: Ask, sql: asyncpg.Connection
) -> None:
    token = (await sign_in("school")).json()["refresh_token"]
    answers = await asyncio.gather(*(ask("refresh_token", refresh_token=token) for _ in range(20)))
    assert Counter(answer.status_code for answer in answers) == {200: 20}
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1
    assert await sql.fetchval("SELECT count(*) FROM refresh_tokens") == 2
    assert await sql.fetchval("SELECT count(*) FROM sessions WHERE revoked_at IS NOT NULL") == 0


async def test_reuse_after_ten_seconds_revokes_the_whole_session(
    client: httpx.AsyncClient, sign_in: Ask, ask: Ask, sql: asyncpg.Connection, forget: Callable[[], None]
) -> None:
    stolen = (await sign_in("school")).json()["refresh_token"]
    current = await ask("refresh_token", refresh_token=stolen)
    await sql.execute("UPDATE refresh_tokens SET used_at = used_at - interval '10.5 s' WHERE used_at IS NOT NULL")
    reuse = await asyncio.gather(*(ask("refresh_token", refresh_token=stolen) for _ in range(20)))
    assert {(answer.status_code, answer.json()["code"]) for answer in reuse} == {(401, "SESSION_REVOKED")}
    after = await ask("refresh_token", refresh_token=current.json()["refresh_token"])
    assert (after.status_code, after.json()["code"]) == (401, "SESSION_REVOKED")
    forget()
    assert (await client.get("/v1/me", headers=bearer(current))).json()["code"] == "SESSION_REVOKED"
    assert (await _events(sql))["session.reuse_detected"] == 1
    assert [row[0] for row in await sql.fetch("SELECT revoked_because FROM sessions WHERE revoked_at IS NOT NULL")] == [
        "reuse"
    ]


async def test_reuse_in_one_session_leaves_the_other_alone(sign_in: Ask, ask: Ask, sql: asyncpg.Connection) -> None:
    stolen = (await sign_in("school")).json()["refresh_token"]
    other = (await sign_in("school")).json()["refresh_token"]
    await ask("refresh_token", refresh_token=stolen)
    await sql.execute("UPDATE refresh_tokens SET used_at = used_at - interval '11 s' WHERE used_at IS NOT NULL")
    assert (await ask("refresh_token", refresh_token=stolen)).status_code == 401
    assert (await ask("refresh_token", refresh_token=other)).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE sessions SET idle_until = now() - interval '1 s'",
        "UPDATE sessions SET ends_at = now() - interval '1 s'",
        "UPDATE sessions SET created_at = created_at - interval '60 days 1 s'",
        "UPDATE sessions SET revoked_at = now()",
        "UPDATE accounts SET status = 'locked'",
        "UPDATE account_grants SET ends_on = current_date - 1",
    ],
)
async def test_session_that_is_over_is_not_refreshed(
    sign_in: Ask, ask: Ask, sql: asyncpg.Connection, change: str
) -> None:
    token = (await sign_in("school")).json()["refresh_token"]
    await sql.execute(change)
    answer = await ask("refresh_token", refresh_token=token)
    assert (answer.status_code, answer.json()["code"]) == (401, "SESSION_REVOKED")
    assert await sql.fetchval("SELECT count(*) FROM refresh_tokens WHERE used_at IS NOT NULL") == 0


async def test_use_moves_the_idle_limit_but_never_the_end(sign_in: Ask, ask: Ask, sql: asyncpg.Connection) -> None:
    token = (await sign_in("school", device="x")).json()["refresh_token"]
    aged = "created_at = now() - interval '59 days', ends_at = now() + interval '1 day'"
    await sql.execute(f"UPDATE sessions SET {aged} WHERE device = 'x'")
    await ask("refresh_token", refresh_token=token)
    assert await sql.fetchval("SELECT idle_until = ends_at FROM sessions WHERE device = 'x'")
    assert await sql.fetchval("SELECT ends_at <= created_at + interval '60 days' FROM sessions WHERE device = 'x'")


@pytest.mark.parametrize("token", ["", "x", "419001.", "419001.AAAA", "000000.AAAA", "999001.AAAA", "419001.\x00"])
async def test_token_that_never_was_is_refused(ask: Ask, sql: asyncpg.Connection, token: str) -> None:
    assert (await ask("refresh_token", refresh_token=token)).status_code in {401, 422}
    assert await _events(sql) == {}


async def test_session_refreshes_thirty_times_an_hour(sign_in: Ask, ask: Ask, entrance: Entrance) -> None:
    entrance.limits.limits["refresh"] = Limit(30, 3600)
    token = (await sign_in("school")).json()["refresh_token"]
    other = (await sign_in("school")).json()["refresh_token"]
    codes = []
    for _ in range(31):
        answer = await ask("refresh_token", refresh_token=token)
        codes.append(answer.status_code)
        token = answer.json().get("refresh_token", token)
    assert Counter(codes) == {200: 30, 429: 1}
    assert (await ask("refresh_token", refresh_token=other)).status_code == 200


async def test_signing_out_ends_the_session_and_is_always_fine(
    client: httpx.AsyncClient, sign_in: Ask, ask: Ask, sql: asyncpg.Connection, forget: Callable[[], None]
) -> None:
    signed = await sign_in("school")
    token = signed.json()["refresh_token"]
    codes = [
        (await client.post("/v1/auth/revoke", data={"token": one})).status_code
        for one in (token, token, "unknown", "419001.unknown", signed.json()["access_token"])
    ]
    assert codes == [200] * 5
    assert (await ask("refresh_token", refresh_token=token)).json()["code"] == "SESSION_REVOKED"
    forget()
    assert (await client.get("/v1/me", headers=bearer(signed))).json()["code"] == "SESSION_REVOKED"
    assert (await _events(sql))["session.ended"] == 1


async def test_refresh_token_works_on_another_process_with_the_same_key(sign_in: Ask, database: Database) -> None:
    token = (await sign_in("school")).json()["refresh_token"]
    first = await refresh(keys.entrance(database), token)
    second = await refresh(keys.entrance(database), token)
    assert first.refresh_token == second.refresh_token


@pytest.mark.parametrize("acting", ["own", "foreign", "ended", "unknown"])
async def test_acting_grant_picks_an_own_grant_only(
    client: httpx.AsyncClient, sign_in: Ask, sql: asyncpg.Connection, world: World, acting: str
) -> None:
    account, second, ended = world.account("school"), uuid4(), uuid4()
    add = (
        "INSERT INTO account_grants (region_id, id, account_id, role, organisation_id, starts_on, ends_on)"
        " VALUES ($1, $2, $3, $4, $5, '2022-09-01', $6)"
    )
    central = world.organisation("central A")
    await sql.execute(add, account.region_id, second, account.id, "central_school", central, None)
    await sql.execute(add, account.region_id, ended, account.id, "central_school", central, date(2023, 1, 1))
    chosen = {"own": second, "foreign": world.account("bureau").grant_id, "ended": ended, "unknown": uuid4()}[acting]
    signed = await sign_in("school")
    assert [grant["role"] for grant in signed.json()["grants"]] == ["school", "central_school"]
    assert (await client.get("/v1/me", headers=bearer(signed))).json()["role"] == "school"
    answer = await client.get("/v1/me", headers={**bearer(signed), "X-Acting-Grant": str(chosen)})
    if acting == "own":
        assert (answer.json()["role"], answer.json()["organisation_id"]) == ("central_school", str(central))
        return
    assert (answer.status_code, answer.json()["code"]) == (403, "ACTING_GRANT_REFUSED")
    assert (await _events(sql))["access.refused"] == 1
