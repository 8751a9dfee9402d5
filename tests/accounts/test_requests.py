"""Clerks' accounts asked for by one person and put in force by a second one (access table, row 7)."""

import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from sqlalchemy import text

from app.core.db import Database
from tests.accounts.conftest import Ask, bearer
from tests.factories.graph import data
from tests.factories.keys import SignIn
from tests.factories.statements import counted
from tests.factories.world import World

URL = "/v1/account-requests"
CLERK = {"username": "Clerk.New", "display_name": "新文员"}
TABLES = ("accounts", "account_grants", "sign_in_names", "account_requests")


async def ask(
    client: httpx.AsyncClient, headers: dict[str, str], world: World, place: str = "A1", **body: Any
) -> httpx.Response:
    about = {"organisation_id": str(world.organisation(place))}
    return await client.post(URL, json=about | (body or CLERK), headers=headers)


async def act(
    client: httpx.AsyncClient, headers: dict[str, str], request: dict[str, Any], verb: str, **body: Any
) -> httpx.Response:
    given = {"reason": "人员已调离"} | body if verb == "refuse" else None
    return await client.post(f"{URL}/{request['id']}:{verb}", json=given, headers=headers)


async def written(sql: asyncpg.Connection) -> list[Any]:
    """Every row of the tables of accounts, and the events but for refusals."""
    rows = [await sql.fetch(f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in TABLES]
    return [*rows, await sql.fetchval("SELECT count(*) FROM events WHERE kind <> 'access.refused'")]


async def second_grant(sql: asyncpg.Connection, world: World, username: str, role: str, place: str) -> dict[str, str]:
    """Another grant of an account; the header that chooses it."""
    grant = uuid4()
    await sql.execute(
        "INSERT INTO account_grants (region_id, id, account_id, role, organisation_id, starts_on)"
        " VALUES ($1, $2, $3, $4, $5, '2022-09-01')",
        world.region, grant, world.account(username).id, role, world.organisation(place),
    )  # fmt: skip
    return {"X-Acting-Grant": str(grant)}


async def test_new_account_is_in_force_once_a_second_person_confirms(
    client: httpx.AsyncClient, as_role: SignIn, world: World, sign_in: Ask, sql: asyncpg.Connection
) -> None:
    accounts = await sql.fetchval("SELECT count(*) FROM accounts")
    asked = await ask(client, as_role("school"), world, **CLERK, ends_on="2027-09-01")
    assert asked.status_code == 201, asked.text
    request = asked.json()
    assert (request["status"], request["username"], request["account_id"]) == ("asked", "clerk.new", None)
    assert await sql.fetchval("SELECT count(*) FROM accounts") == accounts
    done = await act(client, as_role("central_school"), request, "confirm")
    assert done.status_code == 200, done.text
    body = done.json()
    assert (body["status"], body["answered_by"]) == ("confirmed", str(world.account("central_school").id))
    signed = await sign_in("clerk.new", body["password"])
    assert [(one["id"], one["role"], one["organisation_id"]) for one in signed.json()["grants"]] == [
        (body["grant_id"], "school", str(world.organisation("A1")))
    ]
    assert (await client.get("/v1/teachers", headers=bearer(signed))).status_code == 200
    shown = await client.get(f"{URL}/{request['id']}", headers=as_role("school"))
    assert "password" not in shown.json()
    assert body["password"] not in str(await sql.fetch("SELECT * FROM events"))
    assert body["password"] not in str(await sql.fetch("SELECT * FROM account_requests"))
    events = "SELECT kind, channel FROM events WHERE kind LIKE 'account%' ORDER BY seq"
    assert [tuple(one) for one in await sql.fetch(events)] == [
        ("account_request.asked", "audit"),
        ("account.created", "audit"),
        ("account_request.confirmed", "audit"),
    ]
    granted = await sql.fetchrow("SELECT granted_by, ends_on::text FROM account_grants ORDER BY created_at DESC")
    assert tuple(granted) == (world.account("central_school").id, "2027-09-01")


async def test_grant_for_a_teachers_account_is_in_force_once_confirmed(
    client: httpx.AsyncClient, as_role: SignIn, world: World, sql: asyncpg.Connection
) -> None:
    account = world.account("teacher").id
    held = "SELECT role FROM account_grants WHERE account_id = $1 ORDER BY created_at"
    asked = await ask(client, as_role("central_school"), world, teacher_id=str(world.teacher("a1-1")))
    assert asked.status_code == 201, asked.text
    assert (asked.json()["username"], asked.json()["account_id"]) == ("teacher", str(account))
    twice = await ask(client, as_role("school"), world, teacher_id=str(world.teacher("a1-1")))
    assert (twice.status_code, twice.json()["code"]) == (409, "ACCOUNT_REQUEST_OPEN")
    assert [row["role"] for row in await sql.fetch(held, account)] == ["teacher"]
    done = await act(client, as_role("school"), asked.json(), "confirm")
    assert (done.status_code, done.json()["password"]) == (200, None)
    assert [row["role"] for row in await sql.fetch(held, account)] == ["teacher", "school"]
    clerk = as_role("teacher") | {"X-Acting-Grant": done.json()["grant_id"]}
    assert (await client.get("/v1/me", headers=clerk)).json()["role"] == "school"
    held_by_now = await ask(client, as_role("school"), world, teacher_id=str(world.teacher("a1-1")))
    assert (held_by_now.status_code, held_by_now.json()["code"]) == (409, "GRANT_EXISTS")


REFUSED: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("training_school", "A1", CLERK, 403, "PERMISSION_DENIED"),
    ("bureau_be", "A1", CLERK, 403, "PERMISSION_DENIED"),
    ("teacher", "A1", CLERK, 403, "PERMISSION_DENIED"),
    ("school", "A2", CLERK, 403, "OUT_OF_SCOPE"),
    ("central_school", "B1", CLERK, 403, "OUT_OF_SCOPE"),
    ("school", "X1", CLERK, 403, "OUT_OF_SCOPE"),
    ("bureau", "X1", CLERK, 422, "REFERENCE_UNKNOWN"),
    ("central_school", "central A", CLERK, 422, "RULE_BROKEN"),
    ("school", "A1", CLERK | {"username": "school_a2"}, 409, "USERNAME_TAKEN"),
    ("school", "A1", CLERK | {"username": "abroad_school"}, 409, "USERNAME_TAKEN"),
    ("school", "A1", CLERK | {"ends_on": "2020-01-01"}, 422, "INVALID"),
    ("school", "A1", CLERK | {"teacher": "a1-1"}, 422, "INVALID"),
    ("school", "A1", {"username": "clerk.new"}, 422, "INVALID"),
    ("school", "A1", {"display_name": "新文员"}, 422, "INVALID"),
    ("school", "A1", CLERK | {"role": "bureau"}, 422, "INVALID"),
    ("school", "A1", {"teacher": "a1-2"}, 422, "REFERENCE_UNKNOWN"),
    ("school", "A1", {"teacher": "a2-1"}, 422, "REFERENCE_UNKNOWN"),
    ("central_school", "A1", {"teacher": "b1-1"}, 422, "REFERENCE_UNKNOWN"),
]


async def test_refused_request_is_not_written(
    client: httpx.AsyncClient, as_role: SignIn, world: World, sql: asyncpg.Connection
) -> None:
    before = await written(sql)
    for who, place, body, status, code in REFUSED:
        given = {name: value for name, value in body.items() if name != "teacher"}
        given |= {"teacher_id": str(world.teacher(body["teacher"]))} if "teacher" in body else {}
        refused = await ask(client, as_role(who), world, place, **given)
        assert (refused.status_code, refused.json()["code"]) == (status, code), (who, place, body, refused.text)
    assert await written(sql) == before


async def test_each_refused_answer_writes_nothing(
    client: httpx.AsyncClient, as_role: SignIn, world: World, sql: asyncpg.Connection
) -> None:
    request = (await ask(client, as_role("school"), world)).json()
    again = await ask(client, as_role("central_school"), world)
    assert (again.status_code, again.json()["code"]) == (409, "ACCOUNT_REQUEST_OPEN")
    before = await written(sql)
    cases: list[tuple[str, str, dict[str, Any], int, str]] = [
        ("school", "confirm", {}, 403, "SEPARATION_OF_DUTIES"),
        ("school", "refuse", {}, 403, "SEPARATION_OF_DUTIES"),
        ("central_school", "withdraw", {}, 403, "NOT_THE_ASKER"),
        ("training_school", "confirm", {}, 403, "PERMISSION_DENIED"),
        ("bureau_be", "confirm", {}, 403, "PERMISSION_DENIED"),
        ("teacher", "confirm", {}, 403, "PERMISSION_DENIED"),
        ("school_a2", "confirm", {}, 404, "NOT_FOUND"),
        ("central_b", "confirm", {}, 404, "NOT_FOUND"),
        ("abroad_bureau", "confirm", {}, 404, "NOT_FOUND"),
        ("bureau", "refuse", {"reason": ""}, 422, "INVALID"),
        ("bureau", "refuse", {"etag": '"5"'}, 412, "ETAG_MISMATCH"),
    ]
    for who, verb, body, status, code in cases:
        refused = await act(client, as_role(who), request, verb, **body)
        assert (refused.status_code, refused.json()["code"]) == (status, code), (who, verb, refused.text)
    dry = await client.post(f"{URL}/{request['id']}:confirm?validate_only=true", headers=as_role("bureau"))
    assert dry.status_code == 200
    assert await written(sql) == before
    told = await act(client, as_role("bureau"), request, "refuse", etag=request["etag"])
    assert (told.status_code, told.json()["answer_reason"]) == (200, "人员已调离")
    late = await act(client, as_role("central_school"), request, "confirm")
    assert (late.status_code, late.json()["code"], late.json()["possible"]) == (409, "STATUS_CONFLICT", [])
    assert await sql.fetchval("SELECT count(*) FROM accounts WHERE username = 'clerk.new'") == 0
    anew = (await ask(client, as_role("school"), world)).json()
    assert (await act(client, as_role("school"), anew, "withdraw")).json()["status"] == "withdrawn"


async def test_the_same_person_is_no_second_one(
    client: httpx.AsyncClient, as_role: SignIn, world: World, sql: asyncpg.Connection
) -> None:
    """Neither the asker in another role, nor the person the grant is for."""
    above = await second_grant(sql, world, "school", "central_school", "central A")
    request = (await ask(client, as_role("school"), world)).json()
    clerk = await second_grant(sql, world, "teacher_a2", "school", "A1")
    mine = await ask(client, as_role("school_a2"), world, "A2", teacher_id=str(world.teacher("a2-1")))
    assert mine.status_code == 201, mine.text
    before = await written(sql)
    refused = await act(client, as_role("school") | above, request, "confirm")
    assert (refused.status_code, refused.json()["code"]) == (403, "SEPARATION_OF_DUTIES")
    itself = await ask(client, as_role("teacher_a2") | clerk, world, teacher_id=str(world.teacher("a2-1")))
    assert (itself.status_code, itself.json()["code"]) == (403, "OWN_ACCOUNT_REFUSED")
    own = await second_grant(sql, world, "teacher_a2", "central_school", "central A")
    before[1] = await sql.fetch("SELECT * FROM account_grants ORDER BY 1, 2, 3")
    refused = await act(client, as_role("teacher_a2") | own, mine.json(), "confirm")
    assert (refused.status_code, refused.json()["code"]) == (403, "OWN_ACCOUNT_REFUSED")
    assert await written(sql) == before


async def test_what_changed_since_is_looked_at_again(
    client: httpx.AsyncClient, as_role: SignIn, world: World, sql: asyncpg.Connection
) -> None:
    request = (await ask(client, as_role("school"), world)).json()
    teacher = (await ask(client, as_role("school_a2"), world, "A2", teacher_id=str(world.teacher("a2-1")))).json()
    closing = "UPDATE organisations SET status = '{}', closed_on = {} WHERE code = '2141990001'"
    elsewhere = "INSERT INTO sign_in_names VALUES ('clerk.new', 'account', 999001, gen_random_uuid())"
    steps = [
        (closing.format("closed", "now()"), request, "ORGANISATION_CLOSED"),
        (f"{closing.format('open', 'NULL')}; {elsewhere}", request, "USERNAME_TAKEN"),
        ("UPDATE accounts SET status = 'locked' WHERE username = 'teacher_a2'", teacher, "ACCOUNT_LOCKED"),
    ]
    for change, about, code in steps:
        await sql.execute(change)
        before = await written(sql)
        refused = await act(client, as_role("bureau"), about, "confirm")
        assert (refused.status_code, refused.json()["code"]) == (409, code), refused.text
        assert await written(sql) == before


async def test_two_confirmations_at_once_make_one_account(
    client: httpx.AsyncClient, as_role: SignIn, world: World, sql: asyncpg.Connection
) -> None:
    request = (await ask(client, as_role("school"), world)).json()
    who = ("central_school", "bureau", "bureau_2") * 2
    answers = await asyncio.gather(*(act(client, as_role(one), request, "confirm") for one in who))
    assert sorted(one.status_code for one in answers) == [200] + [409] * 5
    assert await sql.fetchval("SELECT count(*) FROM accounts WHERE username = 'clerk.new'") == 1


async def test_lists_keep_to_the_scope_and_to_their_statements(
    client: httpx.AsyncClient, as_role: SignIn, world: World, database: Database
) -> None:
    made = {"A1": (await ask(client, as_role("school"), world)).json()["id"]}
    await client.get(URL, headers=as_role("bureau"))
    with counted(database) as one:
        await client.get(URL, headers=as_role("bureau"))
    for place, who in {"A2": "school_a2", "B1": "school_b1", "D": "school_d"}.items():
        body = CLERK | {"username": f"clerk.{place}"}
        made[place] = (await ask(client, as_role(who), world, place, **body)).json()["id"]
    with counted(database) as many:
        listed = await client.get(URL, headers=as_role("bureau"))
    assert (len(listed.json()["items"]), len(many)) == (4, len(one))
    seen = {"bureau": set(made), "central_school": {"A1", "A2"}, "school": {"A1"}, "school_d": {"D"}}
    seen |= {"abroad_bureau": set()}
    for who, places in seen.items():
        items = (await client.get(URL, headers=as_role(who))).json()["items"]
        assert {one["id"] for one in items} == {made[place] for place in places}, who
    query = f"status=asked&organisation_id={world.organisation('A2')}"
    found = (await client.get(f"{URL}?{query}", headers=as_role("central_school"))).json()["items"]
    assert [one["id"] for one in found] == [made["A2"]]


async def test_graphql_does_the_same(client: httpx.AsyncClient, as_role: SignIn, world: World, sign_in: Ask) -> None:
    asking = """mutation($input: AccountRequestCreateInput!) { createAccountRequest(input: $input) {
        __typename ... on AccountRequest { uuid etag status } ... on Problem { code } } }"""
    body = {"organisationId": str(world.organisation("A1")), "username": "clerk.new", "displayName": "新文员"}
    made = (await data(client, as_role("school"), asking, input=body))["createAccountRequest"]
    assert made["status"] == "asked"
    confirming = """mutation($uuid: UUID!) { confirmAccountRequest(uuid: $uuid) {
        ... on AccountRequestConfirmed { status password } ... on Problem { code } } }"""
    own = await data(client, as_role("school"), confirming, uuid=made["uuid"])
    assert own["confirmAccountRequest"] == {"code": "SEPARATION_OF_DUTIES"}
    done = (await data(client, as_role("central_school"), confirming, uuid=made["uuid"]))["confirmAccountRequest"]
    assert (await sign_in("clerk.new", done["password"])).status_code == 200
    listing = "{ accountRequests(status: confirmed, first: 5) { totalCount nodes { uuid } } }"
    found = (await data(client, as_role("school"), listing))["accountRequests"]
    assert found == {"totalCount": 1, "nodes": [{"uuid": made["uuid"]}]}


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("status = 'confirmed'", "in_force|whose|answer"),
        ("status = 'refused', answered_by = asked_by, answered_at = now(), answer_reason = 'x'", "two_persons"),
        ("status = 'refused', answered_by = gen_random_uuid(), answered_at = now()", "answer"),
    ],
)
async def test_database_refuses_half_an_answer(
    client: httpx.AsyncClient, as_role: SignIn, world: World, database: Database, change: str, name: str
) -> None:
    await ask(client, as_role("school"), world)
    with pytest.raises(Exception, match=f"ck_account_requests_({name})"):
        async with database.begin(world.region) as db:
            await db.execute(text(f"UPDATE account_requests SET {change} WHERE region_id = {world.region}"))
    for kept in ("asked_by = gen_random_uuid()", "username = 'other'", "organisation_id = gen_random_uuid()"):
        with pytest.raises(Exception, match="permission denied"):
            async with database.begin(world.region) as db:
                await db.execute(text(f"UPDATE account_requests SET {kept} WHERE region_id = {world.region}"))
