"""No value of any field of any operation becomes a 500; the storm that never passes a cap."""

import asyncio
import random
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.core.db import Database
from app.hours.queries import counter_differences, summary_differences
from tests.contract.examples import EXAMPLES
from tests.contract.places import Objects
from tests.contract.test_access_matrix import operations
from tests.factories.hours import line, post
from tests.factories.imports import working
from tests.factories.keys import SignIn
from tests.factories.uploads import png
from tests.factories.world import World

HOSTILE: tuple[Any, ...] = (
    None, True, 0, -1, 0.25, 1e308, 10**30, "", " ", "\u0000", "\ud800", "'; DROP TABLE teachers; --", "x" * 5000,
    "２０２６-０９-０１", "0000-00-00", "9999-12-31", "NaN", "Infinity", [], [None], {}, {"a": {"b": []}}, "%s%n",
    "\u202e", str(uuid4()), "00000000-0000-0000-0000-000000000000",
)  # fmt: skip
TEXTS = tuple(value for value in HOSTILE if isinstance(value, str) and value != "\ud800")


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


def bodies(whole: bytes) -> list[bytes]:
    """A file cut short, bent, and of other kinds than its name says."""
    chance = random.Random(1)  # noqa: S311 - a draw of test data
    bent = []
    for _ in range(20):
        one = bytearray(whole)
        for _ in range(1 + len(one) // 200):
            one[chance.randrange(len(one))] = chance.randrange(256)
        bent.append(bytes(one))
    kinds = [
        b"", b"\0", b"\xff\xfe", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"<html>", b"{" * 20_000, b'"' * 70_000, b"a," * 40_000, b"\r" * 1000,
        "教职工号,姓名\n\ud800".encode("utf-8", "surrogatepass"),
        chance.randbytes(5000), b"\xff\xd8\xff\xe0" + bytes(40), b"%PDF-1.7\n" + b"<<" * 5000, png(size=(2**31, 2**31)),
    ]  # fmt: skip
    return [whole[: len(whole) // 2], whole[:-1], whole * 2, *bent, *kinds]


NAMES = (
    "",
    ".",
    "..",
    "../../etc/passwd",
    "a" * 5000,
    "名册.csv",
    "a.xlsx",
    "a.xls",
    "a.ndjson",
    "a.pdf",
    "a\x00.csv",
    "“.png",
)
FORMS = (
    ("multipart/form-data", b"--x"),
    ("multipart/form-data; boundary=x", b"--x\r\n\r\n"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nabc\r\n--x--'),
    ("multipart/form-data; boundary=" + "b" * 300, b"--" + b"b" * 300 + b"\r\nContent-Disposition: form-data\r\n\r\n"),
    ("multipart/form-data; boundary=x", b"--x\r\n" + b"A: b\r\n" * 5000 + b"\r\n\r\n--x--"),
    ("application/x-www-form-urlencoded", b"kind=teachers&file=a"),
    ("text/csv", b"\xff\xfe\x00"),
    ("text/csv; charset=nonsense", b"a,b"),
    ("application/x-ndjson", b'{"a": 1e999}'),
    ("", b"abc"),
)


@pytest.mark.parametrize("actor", ["training_school", "school"])
@pytest.mark.long
async def test_no_upload_is_a_500(
    app: FastAPI, client: httpx.AsyncClient, as_role: SignIn, world: World, actor: str, database: Database
) -> None:
    """Nor may it take the worker down: every import that was accepted comes to an end."""
    school, teacher = world.organisation("A1"), world.teacher("a1-1")
    at = Objects("own", school, world.organisation("A2"), teacher, uuid4(), uuid4(), uuid4(), uuid4())
    broken = []
    for method, path, operation, _ in operations(app):
        example = EXAMPLES[operation]
        if example.file is None or example.body is None:
            continue
        url = path.format(**{name: str(value) for name, value in example.path(at).items()})
        form = example.body(at)
        cases = [(form, ("名册.csv", body)) for body in bodies(example.file)]
        cases += [
            (form, (f"a.{form_}", body)) for form_ in ("xlsx", "xls", "pdf") for body in bodies(example.file)[-16:]
        ]
        cases += [(form, (name, example.file)) for name in NAMES]
        cases += [(form | {field: value}, ("a.csv", example.file)) for field in form for value in TEXTS]
        for data, file in cases:
            head = as_role(actor) | {"Idempotency-Key": str(uuid4())}
            answer = await client.request(method, url, data=data, files={"file": file}, headers=head)
            if answer.status_code >= 500:
                broken.append((operation, data, file[0], file[1][:40], answer.text[:300]))
        for kind, body in FORMS:
            head = as_role(actor) | {"Idempotency-Key": str(uuid4()), "Content-Type": kind}
            answer = await client.request(method, f"{url}?kind=teachers", content=body, headers=head)
            if answer.status_code >= 500:
                broken.append((operation, {"type": kind}, "", body[:40], answer.text[:300]))
    assert broken == []
    async for _ in working(database, app.state.storage):
        async with asyncio.timeout(240):
            while await _waiting(database, world.region):  # noqa: ASYNC110 - the database knows, nobody tells
                await asyncio.sleep(0.2)
    async with database.begin(world.region) as db:
        ends = set((await db.scalars(text("SELECT DISTINCT status FROM operations"))).all())
    assert ends <= {"succeeded"}


async def _waiting(database: Database, region: int) -> int:
    async with database.begin(region) as db:
        return int(await db.scalar(text("SELECT count(*) FROM operations WHERE finished_at IS NULL")) or 0)


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
