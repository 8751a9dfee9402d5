"""No value of any field of any operation becomes a 500; the storm that never passes a cap."""

import asyncio
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from app.core.db import Database
from app.hours.queries import counter_differences, summary_differences
from tests.contract.examples import EXAMPLES
from tests.contract.places import Objects
from tests.contract.test_access_matrix import operations
from tests.factories.hours import line, post
from tests.factories.keys import SignIn
from tests.factories.world import World

HOSTILE: tuple[Any, ...] = (
    None, True, 0, -1, 0.25, 1e308, 10**30, "", " ", "\u0000", "\ud800", "'; DROP TABLE teachers; --", "x" * 5000,
    "２０２６-０９-０１", "0000-00-00", "9999-12-31", "NaN", "Infinity", [], [None], {}, {"a": {"b": []}}, "%s%n",
    "\u202e", str(uuid4()), "00000000-0000-0000-0000-000000000000",
)  # fmt: skip


@pytest.mark.parametrize("actor", ["training_school", "bureau", "school"])
@pytest.mark.long
async def test_no_value_of_a_body_is_a_500(
    app: FastAPI, client: httpx.AsyncClient, as_role: SignIn, world: World, actor: str
) -> None:
    school, teacher = world.organisation("A1"), world.teacher("a1-1")
    at = Objects("own", school, world.organisation("A2"), teacher, uuid4(), uuid4(), uuid4(), uuid4())
    broken = []
    for method, path, operation, _ in operations(app):
        example = EXAMPLES[operation]
        if example.body is None or example.file is not None:
            continue
        url = path.format(**{name: str(value) for name, value in example.path(at).items()})
        for field in example.body(at):
            for value in HOSTILE:
                body = example.body(at) | {field: value}
                content = (
                    httpx.Request("POST", "http://x", json=body).content if value != "\ud800" else b'{"a": "\\ud800"}'
                )
                head = as_role(actor) | {"Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}
                answer = await client.request(method, f"{url}?validate_only=true", content=content, headers=head)
                if answer.status_code >= 500:
                    broken.append((operation, field, value, answer.text[:200]))
    assert broken == []


@pytest.mark.parametrize("actor", ["bureau"])
@pytest.mark.long
async def test_no_value_of_a_query_or_path_is_a_500(
    app: FastAPI, client: httpx.AsyncClient, as_role: SignIn, actor: str
) -> None:
    broken = []
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            for parameter in operation.get("parameters", []):
                for value in ("", "\u0000", "x" * 3000, "-1", "1e9", "'", "%00", "..%2f", "２", "9" * 40, "null"):
                    where = dict.fromkeys(("code", "name", "kind", "school_year"), "a")
                    ids = {p["name"]: str(uuid4()) for p in operation["parameters"] if p["in"] == "path"} | where
                    query, head = {}, as_role(actor) | {"Idempotency-Key": str(uuid4())}
                    if parameter["in"] == "path":
                        ids[parameter["name"]] = quote(value, safe="") or "a"
                    elif parameter["in"] == "query":
                        query[parameter["name"]] = value
                    elif value.isascii() and value.isprintable():
                        head[parameter["name"]] = value
                    answer = await client.request(method.upper(), path.format(**ids), params=query, headers=head)
                    if answer.status_code >= 500:
                        broken.append((operation["operationId"], parameter["name"], value[:20], answer.text[:200]))
    assert broken == []


@pytest.mark.clause("A6.13c")
@pytest.mark.long
async def test_512_posts_over_eight_teachers_end_at_their_caps(
    client: httpx.AsyncClient, as_role: SignIn, world: World, database: Database
) -> None:
    teachers = ("a1-1", "a1-2", "a1-3", "a2-1", "a2-2", "b1-1", "b1-2", "d-1")
    head = as_role("training_school")
    bodies = [
        line(world, teachers[n % 8], session=str(n), activity_date=f"2026-10-{1 + n // 8 % 20:02d}") for n in range(512)
    ]
    answers = await asyncio.gather(*(post(client, head, body) for body in bodies))
    assert {answer.status_code for answer in answers} == {201}
    credited = dict.fromkeys((str(world.teacher(name)) for name in teachers), 0.0)
    for answer in answers:
        credited[answer.json()["teacher_id"]] += answer.json()["credited_hours"]
    assert set(credited.values()) == {40.0}
    async with database.begin(world.region) as db:
        assert await summary_differences(db, world.region) == []
        assert await counter_differences(db, world.region, world.today) == []
