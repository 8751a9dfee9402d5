"""Every operation x every role x own, sibling, other, direct and another region's objects, from the permission table.

Writes are sent with validate_only: the answer is the same, nothing is stored, so that one database serves all cases.
"""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from app.access.permissions import PERMISSIONS, Permission, Reach, Role
from tests.contract import (
    consultation_examples,
    delivery_examples,
    evaluation_examples,
    practice_examples,
    project_examples,
    steering_examples,
    trainer_examples,
    training_examples,
)
from tests.contract.examples import EXAMPLES
from tests.contract.objects import put_asked
from tests.contract.places import ACCOUNTS, PLACES, Example, Objects, certificate_of, file_of, objects
from tests.factories import certificates, funds, research, workshops
from tests.factories.cluster import Clone
from tests.factories.uploads import Hung, put_file
from tests.factories.world import World

HOME = ("own", "sibling", "other", "direct")
ACTORS = ("bureau", "bureau_be", "training_school", "central_school", "school", "teacher", "abroad_bureau")
SUBTREE = {"central_school": {"own", "sibling"}}
OWN = {"school": {"own"}, "teacher": {"own"}}
SELF = {"teacher": {"own"}}
REFUSED = {401, 403, 404}
OF_THE_CASE = {"NOT_THE_ASKER", "NOT_THE_EVALUATOR", "OTHER_BODY", "SEPARATION_OF_DUTIES"}
"""Refusals by what the record itself says: another body decides it, or the same person has acted on it before."""
FAULTS_OF_PLACE = {
    "ACCOUNT_INVALID",
    "CONSULTATION_INVALID",
    "EVALUATION_INVALID",
    "HOURS_DISPUTE_INVALID",
    "INVALID",
    "REFERENCE_UNKNOWN",
    "TEACHER_INVALID",
    "WORKSHOP_INVALID",
    "TRAINER_INVALID",
    "DELIVERY_INVALID",
    "FUND_INVALID",
    "PRACTICE_INVALID",
}
"""How a place outside the scope is refused where the body names it."""
_paths: dict[str, Any] = {}


def operations(app: FastAPI) -> Iterator[tuple[str, str, str, str]]:
    """Method, path, operation id and permission of every operation that needs a token."""
    if not _paths:  # the document costs a second to make and is every application's
        _paths.update(app.openapi()["paths"])
    for path, methods in _paths.items():
        for method, operation in methods.items():
            if not operation.get("x-public"):
                yield method.upper(), path, operation["operationId"], operation["x-permission"]


def reached(world: World, actor: str, permission: Permission) -> set[str] | None:
    """The places an actor's permission reaches by the table, None where the table refuses it."""
    account = world.account(actor)
    grant = PERMISSIONS[permission].grants.get(Role(account.role))
    desk = {"desk te": "teacher_education", "desk be": "basic_education", "abroad desk te": "teacher_education"}
    if grant is None or (grant.desks and desk.get(account.department or "") not in grant.desks):
        return None
    everywhere = {"abroad"} if account.region_id == world.abroad else set(HOME)
    sets = {
        Reach.ALL: everywhere,
        Reach.SUBTREE: SUBTREE.get(actor),
        Reach.OWN: OWN.get(actor),
        Reach.SELF: SELF.get(actor),
    }
    return sets[grant.reach] or set()


def expected(world: World, actor: str, permission: Permission, example: Example, place: str) -> str:
    """allowed, forbidden (403) or hidden (404)."""
    may = reached(world, actor, permission)
    if may is None or (example.also and reached(world, actor, example.also) is None):
        return "forbidden"
    if example.placed:
        return "allowed" if place in may else "forbidden"
    if example.sees is None:
        return "allowed"
    if place not in (reached(world, actor, example.sees) or set()):
        return "hidden"
    return "allowed" if place in may else "forbidden"


@pytest_asyncio.fixture
async def entries(clone: Clone, world: World, tmp_path: Path) -> dict[str, UUID]:
    """One ledger entry at each place, with a file, and requests of every sort under the same id."""
    connection = await clone.connect()
    ids = {}
    for place, school in PLACES.items():
        region = world.abroad if place == "abroad" else world.region
        teacher = world.teacher(
            {"own": "a1-1", "sibling": "a2-1", "other": "b1-1", "direct": "d-1", "abroad": "x1-1"}[place]
        )
        await connection.execute(
            "INSERT INTO hours_summaries (region_id, teacher_id, school_year, category) VALUES ($1, $2, 2026, 'city')",
            region, teacher,
        )  # fmt: skip
        ids[place] = uuid4()
        line = {
            "id": ids[place], "teacher_id": teacher, "school_id": world.organisation(school), "school_year": 2026,
            "category": "city", "claimed": 2, "credited": 2, "activity_title": f"矩阵 {place}",
            "activity_date": "2026-10-10", "source": "import", "line_key": str(ids[place]), "revision": 1,
            "findings": [], "policy_version": "test", "posted_by": world.account("training_school_2").id,
        }  # fmt: skip
        async with connection.transaction():
            await connection.execute(f"SET LOCAL shixun.region = '{region}'")
            await connection.execute(
                "SELECT post_hours($1, ARRAY(SELECT l FROM jsonb_populate_recordset(NULL::hours_line, $2) AS l), $3)",
                region, json.dumps([line], default=str), world.today,
            )  # fmt: skip
        await certificates.put(connection, region, certificate_of(teacher), teacher, world.organisation(school))
        await put_sheet(connection, region, objects(world, place, ids), teacher)
        await workshops.put(connection, region, place, world.organisation(school), teacher)
        await research.put(connection, region, objects(world, place, ids))
        await research.put_activity(connection, region, objects(world, place, ids))
        await research.put_assessment(connection, region, objects(world, place, ids))
        await research.put_development(connection, region, objects(world, place, ids))
        await research.put_sample(connection, region, objects(world, place, ids))
        await connection.execute(
            "INSERT INTO hours_disputes (region_id, id, teacher_id, school_id, school_year, entry_id, reason, asked_by,"
            " asked_role) VALUES ($1, $2, $3, $4, 2026, $2, '矩阵', $5, 'training_school')",
            region, ids[place], teacher, world.organisation(school), world.account("training_school_2").id,
        )  # fmt: skip
        await connection.execute(
            "INSERT INTO teacher_corrections (region_id, id, teacher_id, facts, reason, asked_by)"
            " VALUES ($1, $2, $3, $4, '矩阵', gen_random_uuid())",
            region, ids[place], teacher, json.dumps([{"field": "title", "before": "edu_l1", "proposed": "edu_senior"}]),
        )  # fmt: skip
        await put_asked(connection, region, objects(world, place, ids), teacher)
        await connection.execute(
            "INSERT INTO account_requests (region_id, id, organisation_id, username, display_name, asked_by)"
            " VALUES ($1, $2, $3, $4, '矩阵', gen_random_uuid())",
            region, ids[place], world.organisation(school), f"matrix-{place}",
        )  # fmt: skip
        await put_domains(connection, region, objects(world, place, ids), teacher)
        await put_file(connection, tmp_path / "files", file_of(place), Hung(region, ids[place], line))
    await connection.close()
    return ids


async def put_domains(connection: Any, region: int, at: Objects, teacher: UUID) -> None:
    """Records of the packages that bring requests of their own, those that others stand on first."""
    await delivery_examples.put(connection, region, at)
    await steering_examples.put(connection, region, at.place, at.entry)
    for put in (
        trainer_examples.put,
        project_examples.put,
        training_examples.put,
        practice_examples.put,
        funds.put_money,
        evaluation_examples.put,
        consultation_examples.put,
    ):
        await put(connection, region, at.entry, teacher, at.organisation)


async def put_sheet(connection: Any, region: int, at: Objects, teacher: UUID) -> None:
    """A school's sheet with one line, handed in by somebody else."""
    await connection.execute(
        "INSERT INTO hours_submissions (region_id, id, school_id, start_year, term, category, status, created_by,"
        " submitted_by, submitted_at) VALUES ($1, $2, $3, 2026, 1, 'school_research', 'submitted', $4, $4, now())",
        region, at.submission, at.organisation, uuid4(),
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO hours_submission_lines (region_id, id, submission_id, position, teacher_id, activity_title,"
        " activity_date, claimed) VALUES ($1, $2, $3, 1, $4, '矩阵申报', '2026-10-10', 2)",
        region, at.submission_line, at.submission, teacher,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO hours_submission_acts (region_id, id, submission_id, act, status, account_id, acting_role,"
        " acting_organisation_id) VALUES ($1, $2, $3, 'submit', 'submitted', $2, 'school', $4)",
        region, uuid4(), at.submission, at.organisation,
    )  # fmt: skip


@pytest_asyncio.fixture
async def places(world: World, entries: dict[str, UUID]) -> AsyncIterator[dict[str, Objects]]:
    """The objects of every place."""
    yield {place: objects(world, place, entries) for place in PLACES}


async def send(
    client: httpx.AsyncClient, method: str, path: str, example: Example, at: Objects, headers: dict[str, str]
) -> httpx.Response:
    url = path.format(**{name: str(value) for name, value in example.path(at).items()})
    query: dict[str, Any] = example.query(at)
    if method != "GET" and example.dry:
        query |= {"validate_only": "true"}
    body = example.body(at) if example.body else None
    head = headers | {"Idempotency-Key": str(uuid4())} | example.headers
    if example.file is not None:
        file = {"file": ("roster.csv", example.file)}
        return await client.request(method, url, params=query, data=body, files=file, headers=head)
    return await client.request(method, url, params=query, json=body, headers=head)


def test_every_operation_has_an_example(app: FastAPI) -> None:
    names = {operation for _, _, operation, _ in operations(app)}
    assert names == set(EXAMPLES), "add a request to tests/contract/examples.py"


@pytest.mark.parametrize("actor", ACTORS)
async def test_role_by_operation_by_place(
    app: FastAPI, client: httpx.AsyncClient, as_role: Any, world: World, places: dict[str, Objects], actor: str
) -> None:
    wrong = []
    for method, path, operation, permission in operations(app):
        example = EXAMPLES[operation]
        for place, at in places.items() if example.sees or example.placed else [("own", places["own"])]:
            answer = await send(client, method, path, example, at, as_role(actor))
            outcome = {403: "forbidden", 404: "hidden"}.get(answer.status_code, "allowed")
            if example.sees is None and outcome == "hidden" and "{" in path:
                outcome = "allowed"  # its object does not exist anywhere
            wanted = expected(world, actor, Permission(permission), example, place)
            code = answer.json().get("code") if answer.status_code >= 400 else ""
            if example.placed and code in FAULTS_OF_PLACE:
                outcome, code = "forbidden", ""  # a place outside the scope is a fault of the body
            if outcome != wanted and not (outcome == "forbidden" and code in OF_THE_CASE):
                wrong.append(f"{operation} {place}: wanted {wanted}, got {answer.status_code} {code}")
            if (answer.status_code in {400, 401, 422} and code and code != "RULE_BROKEN") or answer.status_code >= 500:
                wrong.append(f"{operation} {place}: {answer.status_code} {answer.text[:300]}")
    assert wrong == []


async def test_nobody_and_the_locked_are_refused_everywhere(
    app: FastAPI, client: httpx.AsyncClient, as_role: Any, world: World, places: dict[str, Objects], clone: Clone
) -> None:
    connection = await clone.connect()
    await connection.execute("UPDATE accounts SET status = 'locked', session_version = 2 WHERE username = 'school_b1'")
    await connection.close()
    for method, path, operation, _ in operations(app):
        for headers, code in (({}, "TOKEN_MISSING"), (as_role("school_b1"), "SESSION_REVOKED")):
            answer = await send(client, method, path, EXAMPLES[operation], places["own"], headers)
            assert (answer.status_code, answer.json()["code"]) == (401, code), operation


FOREIGN_BODIES = {
    "postHoursEntry": ("training_school", "abroad"),
    "postHoursEntries": ("training_school", "abroad"),
    "issueCertificate": ("training_school", "abroad"),
    "createAccount": ("bureau", "abroad"),
    "createGrant": ("bureau", "abroad"),
    "createAccountRequest": ("bureau", "abroad"),
    "createApiClient": ("bureau", "abroad"),
    "createTeacher": ("bureau", "abroad"),
    "createHoursSubmission": ("school", "abroad"),
    "createWorkshop": ("school", "abroad"),
    "checkWorkshopProposal": ("school", "abroad"),
    "checkHoursSubmissionProposal": ("school", "abroad"),
    "rejoinTeacher": ("bureau", "abroad"),
    "submitPracticeOutput": ("school", "abroad"),
    "submitPracticeCase": ("school", "abroad"),
    "recordTrackingVisit": ("training_school", "abroad"),
}
OUT_OF_SUBTREE = {
    "issueCertificate": ("school", "sibling"),
    "createTeacher": ("school", "sibling"),
    "rejoinTeacher": ("central_school", "other"),
}


@pytest.mark.parametrize(
    ("operation", "actor", "place"),
    [(name, *case) for cases in (FOREIGN_BODIES, OUT_OF_SUBTREE) for name, case in cases.items()],
)
async def test_foreign_ids_in_bodies_are_refused(  # noqa: PLR0913, PLR0917 - fixtures and parameters
    app: FastAPI,
    client: httpx.AsyncClient,
    as_role: Any,
    places: dict[str, Objects],
    operation: str,
    actor: str,
    place: str,
) -> None:
    method, path = next((method, path) for method, path, name, _ in operations(app) if name == operation)
    example, own = EXAMPLES[operation], places["own"]
    assert example.body is not None
    url = path.format(**{name: str(value) for name, value in example.path(own).items()})
    head = as_role(actor) | {"Idempotency-Key": str(uuid4())}
    answer = await client.request(method, f"{url}?validate_only=true", json=example.body(places[place]), headers=head)
    assert answer.status_code in {403, 404, 409, 422}, answer.text
    assert "丙镇" not in answer.text


@pytest.mark.parametrize(
    "url",
    [
        "/v1/teachers?school_id={organisation}",
        "/v1/hours-entries?teacher_id={teacher}",
        "/v1/hours-entries?school_id={organisation}",
        "/v1/hours-completion/teachers?school_year=2026-2027&school_id={organisation}",
    ],
)
@pytest.mark.parametrize(("actor", "place"), [("school", "sibling"), ("central_school", "other"), ("bureau", "abroad")])
async def test_foreign_ids_in_filters_find_nothing(
    client: httpx.AsyncClient, as_role: Any, places: dict[str, Objects], url: str, actor: str, place: str
) -> None:
    at = places[place]
    answer = await client.get(url.format(organisation=at.organisation, teacher=at.teacher), headers=as_role(actor))
    assert (answer.status_code, answer.json()["items"]) == (200, [])


@pytest.mark.parametrize("actor", ["school", "central_school", "teacher", "bureau"])
async def test_lists_are_the_same_whatever_happens_elsewhere(
    app: FastAPI, client: httpx.AsyncClient, as_role: Any, places: dict[str, Objects], clone: Clone, actor: str
) -> None:
    """The two worlds: answers before and after other people's rows change are equal to the byte."""
    lists = [
        (path, EXAMPLES[operation].query(places["own"]))
        for method, path, operation, _ in operations(app)
        if method == "GET"
        and "{" not in path
        and operation.startswith(("list", "get"))
        and operation != "listAuditEvents"
    ]

    async def answers() -> list[bytes]:
        head = as_role(actor) | {"X-Request-Id": "the-same-request"}
        return [(await client.get(path, params=query, headers=head)).content for path, query in lists]

    before = await answers()
    connection = await clone.connect()
    elsewhere = {"school": "A2", "central_school": "B1", "teacher": "A2", "bureau": "X1"}[actor]
    await connection.execute(
        "UPDATE teachers SET name = '他校改名', version = version + 1 WHERE school_id = $1",
        World().organisation(elsewhere),
    )
    await connection.execute("UPDATE accounts SET display_name = '改名' WHERE username = $1", ACCOUNTS["abroad"])
    await connection.close()
    assert await answers() == before
