"""POST /graphql: sign-in, transport, transactions, errors, limits of rate."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.testing import capture_logs

from app.accounts.entry import Entrance
from app.accounts.service import own
from app.core.db import Database
from app.core.limits import Limit
from tests.factories.cluster import Clone
from tests.factories.graph import ask, codes, data
from tests.factories.statements import counted
from tests.factories.teachers import fetch
from tests.factories.world import World

AsRole = Callable[[str], dict[str, str]]
ME = {"query": "{me{username}}"}
CREATE = """mutation($new: OrganisationCreateInput!) { createOrganisation(input: $new) { __typename
  ... on Organisation { uuid name etag } ... on Problem { code status detail errors { pointer code } } } }"""


async def test_signed_in_caller_is_answered(client: httpx.AsyncClient, as_role: AsRole) -> None:
    answer = await client.post("/graphql", json=ME, headers=as_role("school"))
    assert (answer.status_code, answer.json()) == (200, {"data": {"me": {"username": "school"}}})
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize("token", [None, "Bearer nonsense", "Basic YTpi"])
async def test_nobody_gets_past_the_door_unsigned(client: httpx.AsyncClient, token: str | None) -> None:
    headers = {"Authorization": token} if token else {}
    answer = await client.post("/graphql", json={"query": "{" * 5000}, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] in {"TOKEN_MISSING", "TOKEN_INVALID"}


async def test_get_is_the_page_and_other_methods_are_refused(client: httpx.AsyncClient, as_role: AsRole) -> None:
    page = await client.get("/graphql?query={me{username}}", headers=as_role("school"))
    assert page.headers["content-type"].startswith("text/html")
    assert "data-graphql" in page.text
    for method in ("PUT", "PATCH", "DELETE"):
        assert (await client.request(method, "/graphql", json=ME, headers=as_role("school"))).status_code == 405


@pytest.mark.parametrize("protocol", ["graphql-transport-ws", "graphql-ws"])
async def test_websockets_are_refused(app: FastAPI, as_role: AsRole, protocol: str) -> None:
    said: list[Any] = []

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        said.append(message["type"])

    headers = [(b"host", b"shixun.test"), (b"authorization", as_role("school")["Authorization"].encode())]
    scope = {
        "type": "websocket",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "subprotocols": [protocol],
    }
    await app(scope, receive, send)
    assert said == ["websocket.close"]


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        pytest.param(b"[" + json.dumps(ME).encode() + b"]", "application/json", 422, "INVALID", id="a batch"),
        pytest.param(b"{", "application/json", 400, "JSON_INVALID", id="no JSON"),
        pytest.param(b'{"query":"{me{username}}', "application/json", 400, "JSON_INVALID", id="cut off"),
        pytest.param(b"\xff\xfe", "application/json", 400, "JSON_INVALID", id="no UTF-8"),
        pytest.param(b'{"query":"\\ud800"}', "application/json", 400, "JSON_INVALID", id="half a character"),
        pytest.param(b"{}", "application/json", 422, "INVALID", id="no query"),
        pytest.param(b'{"query":""}', "application/json", 422, "INVALID", id="empty query"),
        pytest.param(b'{"query":"{me{username}}","variables":[1]}', "application/json", 422, "INVALID", id="variables"),
        pytest.param(b"[" * 40_000, "application/json", 400, "JSON_INVALID", id="deep JSON"),
        pytest.param(json.dumps(ME).encode(), "text/plain", 415, "MEDIA_TYPE_UNSUPPORTED", id="plain text"),
        pytest.param(b"query={me{username}}", "application/x-www-form-urlencoded", 415, None, id="a form"),
        pytest.param(json.dumps(ME).encode(), "", 415, "MEDIA_TYPE_UNSUPPORTED", id="no type"),
    ],
)
async def test_bodies_that_are_no_request(
    client: httpx.AsyncClient, as_role: AsRole, body: bytes, kind: str, status: int, code: str | None
) -> None:
    answer = await client.post("/graphql", content=body, headers=as_role("school") | {"Content-Type": kind})
    assert answer.status_code == status, answer.text
    assert answer.json()["code"] == (code or "MEDIA_TYPE_UNSUPPORTED")


@pytest.mark.parametrize(("size", "status"), [(64 * 1024, 200), (64 * 1024 + 1, 413)])
async def test_body_at_its_edge(client: httpx.AsyncClient, as_role: AsRole, size: int, status: int) -> None:
    start, end = b'{"query":"{me{username}}","extensions":{"a":"', b'"}}'
    body = start + b"a" * (size - len(start) - len(end)) + end
    answer = await client.post(
        "/graphql", content=body, headers=as_role("school") | {"Content-Type": "application/json; charset=utf-8"}
    )
    assert answer.status_code == status


async def test_document_beyond_8_kib_is_413(client: httpx.AsyncClient, as_role: AsRole) -> None:
    answer = await client.post("/graphql", json={"query": "{me{username}} #" + "a" * 8192}, headers=as_role("school"))
    assert (answer.status_code, answer.json()["code"]) == (413, "GRAPHQL_DOCUMENT_TOO_LARGE")


async def test_operation_is_chosen_by_name(client: httpx.AsyncClient, as_role: AsRole) -> None:
    two = "query A{me{username}} query B{region{code}}"
    chosen = await client.post("/graphql", json={"query": two, "operationName": "B"}, headers=as_role("school"))
    assert chosen.json() == {"data": {"region": {"code": "419001"}}}
    assert codes(await ask(client, as_role("school"), two)) == ["GRAPHQL_OPERATION_UNKNOWN"]


async def test_headers_work_as_on_rest(client: httpx.AsyncClient, as_role: AsRole, world: World) -> None:
    grant = {"X-Acting-Grant": str(world.account("bureau").grant_id)}
    assert (await client.post("/graphql", json=ME, headers=as_role("bureau") | grant)).status_code == 200
    refused = await client.post("/graphql", json=ME, headers=as_role("school") | grant)
    assert (refused.status_code, refused.json()["code"]) == (403, "ACTING_GRANT_REFUSED")
    head = as_role("bureau") | {"X-Shixun-Date": "2025-10-01"}
    closed = await data(
        client,
        head,
        "mutation($id:UUID!){closeOrganisation(uuid:$id){... on Organisation{closedOn}}}",
        id=await _new_organisation(client, head),
    )
    assert closed == {"closeOrganisation": {"closedOn": "2025-10-01"}}


async def _new_organisation(client: httpx.AsyncClient, head: dict[str, str], name: str = "某师范大学") -> str:
    made = await data(client, head, CREATE, new={"kind": "host_institution", "name": name})
    uuid: str = made["createOrganisation"]["uuid"]
    return uuid


async def test_failing_commit_is_a_500_problem(
    client: httpx.AsyncClient, as_role: AsRole, clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: AsyncConnection) -> None:
        message = "the connection is gone"
        raise ConnectionError(message)

    monkeypatch.setattr(AsyncConnection, "commit", fail)
    body = {"query": CREATE, "variables": {"new": {"kind": "host_institution", "name": "某师范大学"}}}
    with capture_logs() as logs:
        answer = await client.post("/graphql", json=body, headers=as_role("bureau"))
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL")
    assert [line["kind"] for line in logs if line["event"] == "request.failed"] == ["ConnectionError"]
    assert "gone" not in answer.text
    assert await fetch(clone, "SELECT 1 FROM organisations WHERE kind = 'host_institution'") == []


async def test_failing_statement_leaves_its_neighbours_alone(
    client: httpx.AsyncClient, as_role: AsRole, database: Database
) -> None:
    query = """query($q: String) { before: organisations(first: 1, q: "甲") { totalCount }
      bad: organisations(q: $q) { totalCount } me { username }
      after: organisations(first: 1, q: "乙") { nodes { parent { name } } } }"""
    with counted(database) as sent:
        body = await ask(client, as_role("school"), query, q="\u0000")
    assert codes(body) == ["VALUE_REFUSED"]
    assert body["errors"][0]["path"] == ["bad"]
    assert body["data"]["bad"] is None
    assert body["data"]["before"] == {"totalCount": 3}
    assert body["data"]["me"] == {"username": "school"}
    assert body["data"]["after"]["nodes"][0]["parent"]["name"] == "测试教体局"
    # At the start, after the fault that the plan meets, and after the same one where graphql-core says so.
    assert sum("SET LOCAL statement_timeout = '2s'" in statement for statement in sent) == 3


async def test_failing_mutation_rolls_back_alone(client: httpx.AsyncClient, as_role: AsRole, clone: Clone) -> None:
    query = """mutation($a: OrganisationCreateInput!, $b: OrganisationCreateInput!, $c: OrganisationCreateInput!) {
      a: createOrganisation(input: $a) { ...F } b: createOrganisation(input: $b) { ...F }
      c: createOrganisation(input: $c) { ...F } }
      fragment F on OrganisationPayload { __typename ... on Organisation { code } ... on Problem { code } }"""
    new = {"kind": "host_institution", "name": "某师范大学", "code": "4141999991"}
    body = await data(
        client,
        as_role("bureau"),
        query.replace("{ code } ... on Problem { code }", "{ own: code } ... on Problem { code }"),
        a=new,
        b=new | {"name": "另一所"},
        c=new | {"name": "第三所", "code": "4141999993"},
    )
    assert [body[name] for name in "abc"] == [
        {"__typename": "Organisation", "own": "4141999991"},
        {"__typename": "Problem", "code": "ORGANISATION_CODE_TAKEN"},
        {"__typename": "Organisation", "own": "4141999993"},
    ]
    rows = await fetch(clone, "SELECT name FROM organisations WHERE kind = 'host_institution' ORDER BY code")
    assert [row["name"] for row in rows] == ["某师范大学", "第三所"]


async def test_failing_read_inside_a_mutation_keeps_the_change(
    client: httpx.AsyncClient, as_role: AsRole, clone: Clone, world: World
) -> None:
    query = """mutation($new: OrganisationCreateInput!) { createOrganisation(input: $new) { ... on Organisation {
      name parent { bad: children(after: "nonsense") { totalCount } good: children(first: 1) { totalCount } } } } }"""
    parent = str(world.organisation("central A"))
    body = await ask(
        client, as_role("bureau"), query, new={"kind": "school", "name": "甲镇第三小学", "parentId": parent}
    )
    assert codes(body) == ["CURSOR_INVALID"]
    assert body["data"]["createOrganisation"]["parent"] == {"bad": None, "good": {"totalCount": 3}}
    assert len(await fetch(clone, "SELECT 1 FROM organisations WHERE name = '甲镇第三小学'")) == 1


async def test_refused_mutation_writes_nothing_but_the_refusal(
    client: httpx.AsyncClient, as_role: AsRole, clone: Clone
) -> None:
    made = await data(client, as_role("school"), CREATE, new={"kind": "host_institution", "name": "某师范大学"})
    problem = made["createOrganisation"]
    assert (problem["__typename"], problem["code"], problem["status"]) == ("Problem", "PERMISSION_DENIED", 403)
    assert await fetch(clone, "SELECT 1 FROM organisations WHERE kind = 'host_institution'") == []
    events = await fetch(clone, "SELECT kind, facts FROM events")
    assert [(row["kind"], json.loads(row["facts"])) for row in events] == [
        ("access.refused", {"code": "PERMISSION_DENIED", "permission": "organisation.change"})
    ]


async def test_refused_reading_is_an_error_of_its_field_and_on_record(
    client: httpx.AsyncClient, as_role: AsRole, clone: Clone
) -> None:
    query = """{ a: hoursCompletion(schoolYear: "2026-2027") { target }
      b: hoursCompletion(schoolYear: "2025-2026") { target } me { username } }"""
    body = await ask(client, as_role("teacher"), query)
    assert codes(body) == ["PERMISSION_DENIED", "PERMISSION_DENIED"]
    assert body["data"] == {"a": None, "b": None, "me": {"username": "teacher"}}
    assert len(await fetch(clone, "SELECT 1 FROM events WHERE kind = 'access.refused'")) == 1


async def test_many_fields_share_one_connection(client: httpx.AsyncClient, as_role: AsRole) -> None:
    query = "{" + " ".join(f"a{i}: organisations(first: 1) {{ nodes {{ name }} }}" for i in range(60)) + "}"
    answers = await asyncio.gather(*(ask(client, as_role("school"), query) for _ in range(5)))
    assert all(len(answer["data"]) == 60 and "errors" not in answer for answer in answers)


async def test_faults_of_ours_are_masked(
    client: httpx.AsyncClient, as_role: AsRole, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: object) -> object:
        message = "secret inside"
        raise RuntimeError(message)

    monkeypatch.setattr(own, "me", fail)
    with capture_logs() as logs:
        answer = await client.post("/graphql", json={"query": "{me{username} region{code}}"}, headers=as_role("school"))
    assert [(line["path"], line["kind"]) for line in logs if line["log_level"] == "error"] == [(["me"], "RuntimeError")]
    body = answer.json()
    assert (answer.status_code, codes(body), body["data"]["region"]) == (200, ["INTERNAL"], {"code": "419001"})
    assert body["errors"][0]["message"] == "服务出错"
    assert body["errors"][0]["extensions"]["trace_id"] == answer.headers["x-request-id"]
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{organisatio{name}}", {}),
        ("{organisations(kindd:school){totalCount}}", {}),
        ("{organisations(kind:schol){totalCount}}", {}),
        ("query($k:OrganisationKind){organisations(kind:$k){totalCount}}", {"k": "schol"}),
        ("{organisation(uuid:1){...on Organisatio{name}}}", {}),
    ],
)
async def test_errors_suggest_nothing(
    client: httpx.AsyncClient, as_role: AsRole, query: str, variables: dict[str, Any]
) -> None:
    body = await ask(client, as_role("school"), query, **variables)
    assert set(codes(body)) == {"GRAPHQL_INVALID"}
    assert "Did you mean" not in json.dumps(body)


async def test_arguments_are_checked_as_on_rest(client: httpx.AsyncClient, as_role: AsRole) -> None:
    body = await ask(client, as_role("school"), '{schoolYear(schoolYear:"2026-2028"){etag}}')
    assert codes(body) == ["INVALID"]
    assert body["errors"][0]["extensions"]["errors"][0]["pointer"] == "/school_year"
    assert codes(await ask(client, as_role("school"), f'{{organisations(q:"{"a" * 51}"){{totalCount}}}}')) == [
        "INVALID"
    ]


@pytest.mark.parametrize(
    ("first", "code"), [(0, "FIRST_OUT_OF_RANGE"), (1, None), (100, None), (101, "FIRST_OUT_OF_RANGE")]
)
async def test_page_size_at_its_edge(client: httpx.AsyncClient, as_role: AsRole, first: int, code: str | None) -> None:
    body = await ask(client, as_role("school"), f"{{organisations(first:{first}){{nodes{{name}}}}}}")
    assert codes(body) == ([code] if code else [])


async def test_calls_are_limited_by_number(client: httpx.AsyncClient, as_role: AsRole, entrance: Entrance) -> None:
    entrance.limits.limits["graphql"] = Limit(60, 60)
    entrance.limits.now = lambda: 0.0
    for left in range(59, -1, -1):
        answer = await client.post("/graphql", json=ME, headers=as_role("school"))
        assert (answer.status_code, answer.headers["ratelimit"].split(";")[:2]) == (200, ['"graphql"', f"r={left}"])
    refused = await client.post("/graphql", json=ME, headers=as_role("school"))
    assert (refused.status_code, refused.json()["code"], refused.headers["retry-after"]) == (429, "RATE_LIMITED", "2")
    assert (await client.post("/graphql", json=ME, headers=as_role("bureau"))).status_code == 200


async def test_calls_are_limited_by_cost(client: httpx.AsyncClient, as_role: AsRole, entrance: Entrance) -> None:
    entrance.limits.limits["graphql"] = Limit(60, 60)
    entrance.limits.now = lambda: 0.0
    dear = {"query": f"{{organisations(first:99){{nodes{{{' '.join(f'a{i}:name' for i in range(49))}}}}}}}"}
    statuses = [(await client.post("/graphql", json=dear, headers=as_role("school"))).status_code for _ in range(11)]
    assert statuses == [200] * 10 + [429]


async def test_introspection_is_for_the_signed_in_and_answered_from_memory(
    client: httpx.AsyncClient, as_role: AsRole, database: Database
) -> None:
    query = "{__schema{queryType{name} types{name fields{name}}} __typename}"
    first = await data(client, as_role("teacher"), query)
    assert (first["__schema"]["queryType"], first["__typename"]) == ({"name": "Query"}, "Query")
    with counted(database) as sent:
        assert await data(client, as_role("school"), query) == first
    assert not any("statement_timeout" in statement for statement in sent)
