"""Corrections: what a teacher may ask for, who may answer, and what the answer does to the record."""

import asyncio
import json
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from app.core.db import Database
from tests.factories.cluster import Clone
from tests.factories.graph import data
from tests.factories.keys import SignIn
from tests.factories.people import id_number
from tests.factories.statements import counted
from tests.factories.teachers import fetch
from tests.factories.world import World

URL = "/v1/teacher-corrections"
TITLE = {"title": "edu_senior", "reason": "职称已评定，见证书"}
BIRTH = date(1985, 6, 1)
NUMBER = id_number(BIRTH, 777)


async def ask(client: httpx.AsyncClient, headers: dict[str, str], **body: Any) -> httpx.Response:
    return await client.post(URL, json=TITLE | body, headers=headers)


async def act(
    client: httpx.AsyncClient, headers: dict[str, str], correction: dict[str, Any], verb: str, **body: Any
) -> httpx.Response:
    given = {"reason": "与证件不符"} | body if verb == "refuse" else None
    return await client.post(f"{URL}/{correction['id']}:{verb}", json=given, headers=headers)


async def teacher_now(clone: Clone, world: World, name: str = "a1-1") -> dict[str, Any]:
    rows = await fetch(clone, "SELECT * FROM teachers WHERE id = $1", world.teacher(name))
    return dict(rows[0])


async def written(clone: Clone) -> list[Any]:
    """What a refusal must leave as it is: corrections, records and their events."""
    rows = await fetch(clone, "SELECT id, status, version FROM teacher_corrections ORDER BY id")
    teachers = await fetch(clone, "SELECT id, version FROM teachers ORDER BY id")
    events = await fetch(clone, "SELECT count(*) FROM events WHERE kind <> 'access.refused'")
    return [*map(tuple, rows), *map(tuple, teachers), *map(tuple, events)]


async def test_approved_correction_changes_the_record(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    asked = await ask(client, as_role("teacher"), joined_profession_on=None, posts=["homeroom_teacher"])
    assert asked.status_code == 201, asked.text
    correction = asked.json()
    assert (correction["status"], correction["school_id"]) == ("asked", str(world.organisation("A1")))
    assert {fact["field"]: (fact["before"], fact["proposed"]) for fact in correction["facts"]} == {
        "title": ("edu_l1", "edu_senior"),
        "posts": ([], ["homeroom_teacher"]),
        "joined_profession_on": ("2008-08-01", None),
    }
    done = await act(client, as_role("school"), correction, "approve")
    assert done.status_code == 200, done.text
    assert (done.json()["status"], done.json()["answered_by"]) == ("approved", str(world.account("school").id))
    row = await teacher_now(clone, world)
    assert (row["title"], row["posts"], row["joined_profession_on"]) == ("edu_senior", ["homeroom_teacher"], None)
    kinds = "SELECT kind, facts FROM events WHERE entity IN ('teacher', 'teacher_correction') ORDER BY seq"
    fields = ["joined_profession_on", "posts", "title"]
    assert [(one["kind"], json.loads(one["facts"])) for one in await fetch(clone, kinds)] == [
        ("teacher_correction.asked", {"fields": fields}),
        ("teacher.changed", {"fields": fields}),
        ("teacher_correction.approved", {"fields": fields}),
    ]
    again = await act(client, as_role("bureau"), correction, "approve")
    assert (again.status_code, again.json()["code"], again.json()["possible"]) == (409, "STATUS_CONFLICT", [])


async def test_identity_number_is_sealed_masked_and_forgotten(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    body = {"id_number": NUMBER, "reason": "身份证号码登记有误"}
    asked = await client.post(URL, json=body, headers=as_role("teacher"))
    assert asked.status_code == 201, asked.text
    masks = {"before": "*" * 14 + world.id_number("a1-1")[-4:], "proposed": "*" * 14 + NUMBER[-4:]}
    assert asked.json()["facts"] == [{"field": "id_number", **masks}]
    waiting = await fetch(clone, "SELECT id_number, octet_length(id_number_before) AS size FROM teacher_corrections")
    assert NUMBER.encode() not in waiting[0]["id_number"]
    assert waiting[0]["size"] == 32
    # 中心校 may change the record, but not the identity number: it cannot see it either.
    above = await act(client, as_role("central_school"), asked.json(), "approve")
    assert (above.status_code, above.json()["permission"]) == (403, "teacher.unmask")
    done = await act(client, as_role("school"), asked.json(), "approve")
    assert done.status_code == 200, done.text
    row = await teacher_now(clone, world)
    assert row["id_number_masked"] == masks["proposed"]
    left = await fetch(clone, "SELECT id_number, id_number_before FROM teacher_corrections")
    assert list(map(tuple, left)) == [(None, None)]
    unmasked = await client.post(
        f"/v1/teachers/{world.teacher('a1-1')}:unmask",
        json={"field": "id_number", "reason": "核对更正结果"},
        headers=as_role("school"),
    )
    assert unmasked.json()["value"] == NUMBER
    stored = "SELECT e::text AS row FROM events e UNION ALL SELECT c::text FROM teacher_corrections c"
    whole = str(await fetch(clone, stored))
    assert NUMBER not in whole
    assert world.id_number("a1-1") not in whole


async def test_each_refused_request_writes_nothing(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    before = await written(clone)
    wrong = {"birth_date": "2030-01-01", "title": "no_such_title", "name": "赵一", "reason": "号码 13800001111 有误"}
    cases: list[tuple[str, dict[str, Any], int, str]] = [
        ("school", TITLE, 403, "PERMISSION_DENIED"),
        ("bureau", TITLE, 403, "PERMISSION_DENIED"),
        ("teacher", {"reason": "没有写要改什么"}, 422, "INVALID"),
        ("teacher", {"title": "edu_senior", "reason": "短"}, 422, "INVALID"),
        ("teacher", TITLE | {"mobile": "13800001111"}, 422, "INVALID"),
        ("teacher", TITLE | {"school_id": str(world.organisation("A2"))}, 422, "INVALID"),
        ("teacher", TITLE | {"etag": '"9"'}, 412, "ETAG_MISMATCH"),
        ("teacher", {"id_number": world.id_number("a1-1"), "reason": "身份证号码有误"}, 422, "TEACHER_INVALID"),
        ("teacher", {"id_number": NUMBER[:-1], "reason": "身份证号码有误"}, 422, "TEACHER_INVALID"),
    ]
    for who, body, status, code in cases:
        refused = await client.post(URL, json=body, headers=as_role(who))
        assert (refused.status_code, refused.json()["code"]) == (status, code), (who, body, refused.text)
    whole = await client.post(URL, json=wrong, headers=as_role("teacher"))
    assert whole.json()["code"] == "TEACHER_INVALID"
    faults = {(one["pointer"], one["code"]) for one in whole.json()["errors"]}
    assert {pointer for pointer, _ in faults} >= {"/birth_date", "/id_number", "/title", "/name", "/reason"}
    assert ("/name", "FACT_UNCHANGED") in faults
    assert await written(clone) == before
    dry = await client.post(f"{URL}?validate_only=true", json=TITLE, headers=as_role("teacher"))
    assert dry.status_code == 201
    assert await written(clone) == before
    assert (await ask(client, as_role("teacher"))).status_code == 201
    twice = await ask(client, as_role("teacher"), title="edu_l2")
    assert (twice.status_code, twice.json()["code"]) == (409, "TEACHER_CORRECTION_OPEN")
    assert len(await fetch(clone, "SELECT 1 FROM teacher_corrections")) == 1


async def test_each_refused_answer_writes_nothing(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    correction = (await ask(client, as_role("teacher"))).json()
    before = await written(clone)
    cases: list[tuple[str, str, dict[str, Any], int, str]] = [
        ("teacher", "approve", {}, 403, "PERMISSION_DENIED"),
        ("bureau_be", "approve", {}, 403, "PERMISSION_DENIED"),
        ("school_a2", "approve", {}, 404, "NOT_FOUND"),
        ("central_b", "refuse", {}, 404, "NOT_FOUND"),
        ("teacher_a2", "withdraw", {}, 404, "NOT_FOUND"),
        ("abroad_bureau", "approve", {}, 404, "NOT_FOUND"),
        ("school", "withdraw", {}, 403, "PERMISSION_DENIED"),
        ("school", "refuse", {"reason": ""}, 422, "INVALID"),
        ("school", "refuse", {"reason": "见 13800001111"}, 422, "TEACHER_CORRECTION_INVALID"),
        ("school", "refuse", {"etag": '"7"'}, 412, "ETAG_MISMATCH"),
    ]
    for who, verb, body, status, code in cases:
        refused = await act(client, as_role(who), correction, verb, **body)
        assert (refused.status_code, refused.json()["code"]) == (status, code), (who, verb, refused.text)
    assert await written(clone) == before
    told = await act(client, as_role("central_school"), correction, "refuse", etag=correction["etag"])
    assert (told.status_code, told.json()["answer_reason"]) == (200, "与证件不符")
    assert (await teacher_now(clone, world))["title"] == "edu_l1"
    late = await act(client, as_role("teacher"), correction, "withdraw")
    assert (late.status_code, late.json()["code"]) == (409, "STATUS_CONFLICT")
    assert (await ask(client, as_role("teacher"))).status_code == 201


async def test_a_second_grant_does_not_make_a_second_person(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    """The teacher is the school's clerk too: in that role the own correction is refused as well."""
    grant = uuid4()
    await fetch(
        clone,
        "INSERT INTO account_grants (region_id, id, account_id, role, organisation_id, starts_on)"
        " VALUES ($1, $2, $3, 'school', $4, '2022-09-01')",
        world.region, grant, world.account("teacher").id, world.organisation("A1"),
    )  # fmt: skip
    correction = (await ask(client, as_role("teacher"))).json()
    before = await written(clone)
    clerk = as_role("teacher") | {"X-Acting-Grant": str(grant)}
    for verb in ("approve", "refuse"):
        refused = await act(client, clerk, correction, verb)
        assert (refused.status_code, refused.json()["code"]) == (403, "SEPARATION_OF_DUTIES")
    assert await written(clone) == before


async def test_record_that_moved_on_is_a_conflict(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    url = f"/v1/teachers/{world.teacher('a1-1')}"
    correction = (await ask(client, as_role("teacher"), subject="mathematics", id_number=NUMBER)).json()
    assert (await client.patch(url, json={"subject": "english"}, headers=as_role("school"))).status_code == 200
    before = await written(clone)
    refused = await act(client, as_role("school"), correction, "approve")
    assert (refused.status_code, refused.json()["code"]) == (409, "TEACHER_CORRECTION_OUTDATED")
    assert refused.json()["fields"] == ["subject"]
    other = {"id_number": id_number(BIRTH, 779)}
    assert (await client.patch(url, json=other, headers=as_role("school"))).status_code == 200
    refused = await act(client, as_role("school"), correction, "approve")
    assert refused.json()["fields"] == ["id_number", "subject"]
    assert [row for row in await written(clone) if row[0] == UUID(correction["id"])] == [
        row for row in before if row[0] == UUID(correction["id"])
    ]
    assert (await act(client, as_role("teacher"), correction, "withdraw")).json()["status"] == "withdrawn"


async def test_what_changed_elsewhere_in_the_record_stays(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    """Only the facts of the request are compared and changed; who moved school is answered for at the new one."""
    url = f"/v1/teachers/{world.teacher('a1-1')}"
    correction = (await ask(client, as_role("teacher"))).json()
    move = {"to_school_id": str(world.organisation("A2")), "effective_on": "2026-11-01", "reason": "工作需要"}
    assert (await client.post(f"{url}:transfer", json=move, headers=as_role("central_school"))).status_code == 200
    assert (await act(client, as_role("school"), correction, "approve")).status_code == 404
    done = await act(client, as_role("school_a2"), correction, "approve")
    assert done.status_code == 200, done.text
    row = await teacher_now(clone, world)
    assert (row["title"], row["school_id"]) == ("edu_senior", world.organisation("A2"))


async def test_number_of_another_teacher_is_refused_at_approval(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    """Not when it is asked for: a teacher shall not learn which numbers are on record."""
    body = {"id_number": world.id_number("a1-2"), "birth_date": "1985-06-02", "reason": "身份证号码登记有误"}
    asked = await client.post(URL, json=body, headers=as_role("teacher"))
    assert asked.status_code == 201, asked.text
    before = await written(clone)
    refused = await act(client, as_role("bureau"), asked.json(), "approve")
    assert (refused.status_code, refused.json()["code"]) == (409, "ID_NUMBER_TAKEN")
    assert await written(clone) == before


async def test_two_approvers_at_once_have_one_effect(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    correction = (await ask(client, as_role("teacher"))).json()
    who = ("school", "central_school", "bureau", "bureau_2", "training_school") * 2
    verbs = ("approve", "approve", "refuse", "approve", "refuse") * 2
    answers = await asyncio.gather(
        *(act(client, as_role(one), correction, verb) for one, verb in zip(who, verbs, strict=True))
    )
    assert sorted(one.status_code for one in answers) == [200] + [409] * 9
    winner = next(one.json() for one in answers if one.status_code == 200)
    events = await fetch(clone, "SELECT kind FROM events WHERE kind LIKE 'teacher%' ORDER BY seq")
    approved = winner["status"] == "approved"
    assert [one["kind"] for one in events] == [
        "teacher_correction.asked",
        *(["teacher.changed"] if approved else []),
        f"teacher_correction.{winner['status']}",
    ]
    row = await teacher_now(clone, world)
    assert (row["title"], row["version"]) == (("edu_senior", 2) if approved else ("edu_l1", 1))


async def test_two_requests_at_once_leave_one(client: httpx.AsyncClient, as_role: SignIn, clone: Clone) -> None:
    answers = await asyncio.gather(*(ask(client, as_role("teacher")) for _ in range(6)))
    assert sorted(one.status_code for one in answers) == [201] + [409] * 5
    assert len(await fetch(clone, "SELECT 1 FROM teacher_corrections")) == 1


async def put(clone: Clone, world: World, teachers: tuple[str, ...]) -> dict[str, str]:
    """A waiting correction of each teacher, asked by nobody of the world."""
    made = {name: str(uuid4()) for name in teachers}
    for name, one in made.items():
        await fetch(
            clone,
            "INSERT INTO teacher_corrections (region_id, id, teacher_id, facts, reason, asked_by)"
            " VALUES ($1, $2, $3, $4, '测试', gen_random_uuid())",
            world.abroad if name == "x1-1" else world.region, one, world.teacher(name),
            json.dumps([{"field": "title", "before": "edu_l1", "proposed": "edu_senior"}]),
        )  # fmt: skip
    return made


async def test_lists_keep_to_the_scope_and_to_their_statements(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone, database: Database
) -> None:
    made = await put(clone, world, ("a1-1",))
    await client.get(URL, headers=as_role("bureau"))
    with counted(database) as one:
        await client.get(URL, headers=as_role("bureau"))
    made |= await put(clone, world, ("a1-2", "a2-1", "b1-1", "d-1", "x1-1"))
    with counted(database) as many:
        listed = await client.get(URL, headers=as_role("bureau"))
    assert (len(listed.json()["items"]), len(many)) == (5, len(one))
    seen = {
        "bureau_be": made.keys() - {"x1-1"}, "training_school": made.keys() - {"x1-1"},
        "central_school": {"a1-1", "a1-2", "a2-1"}, "school": {"a1-1", "a1-2"}, "teacher": {"a1-1"},
        "teacher_a2": {"a2-1"}, "abroad_bureau": {"x1-1"},
    }  # fmt: skip
    for who, mine in seen.items():
        items = (await client.get(URL, headers=as_role(who))).json()["items"]
        assert {one["id"] for one in items} == {made[teacher] for teacher in mine}, who
    for query, found in {
        f"teacher_id={world.teacher('a2-1')}": 1,
        f"school_id={world.organisation('A1')}&status=asked": 2,
        "status=approved": 0,
    }.items():
        assert len((await client.get(f"{URL}?{query}", headers=as_role("bureau"))).json()["items"]) == found


async def test_graphql_does_the_same(client: httpx.AsyncClient, as_role: SignIn, world: World) -> None:
    asking = """mutation($input: TeacherCorrectionCreateInput!) { askTeacherCorrection(input: $input) {
        __typename ... on TeacherCorrection { uuid etag facts { field before proposed } teacher { name } }
        ... on Problem { code errors { pointer } } } }"""
    refused = await data(client, as_role("teacher"), asking, input={"title": "none_such", "reason": "职称已评定"})
    assert refused["askTeacherCorrection"]["errors"] == [{"pointer": "/title"}]
    body = {"title": "edu_senior", "idNumber": NUMBER, "reason": "职称已评定"}
    made = (await data(client, as_role("teacher"), asking, input=body))["askTeacherCorrection"]
    assert [fact["proposed"] for fact in made["facts"]] == ["*" * 14 + NUMBER[-4:], "edu_senior"]
    assert made["teacher"] == {"name": "赵一"}
    listing = "{ teacherCorrections(status: asked, first: 5) { totalCount nodes { uuid reason } } }"
    found = (await data(client, as_role("school"), listing))["teacherCorrections"]
    assert found == {"totalCount": 1, "nodes": [{"uuid": made["uuid"], "reason": "职称已评定"}]}
    approving = """mutation($uuid: UUID!, $etag: String) { approveTeacherCorrection(uuid: $uuid, etag: $etag) {
        ... on TeacherCorrection { status answeredBy } ... on Problem { code } } }"""
    stale = await data(client, as_role("school"), approving, uuid=made["uuid"], etag='"8"')
    assert stale["approveTeacherCorrection"] == {"code": "ETAG_MISMATCH"}
    done = await data(client, as_role("school"), approving, uuid=made["uuid"], etag=made["etag"])
    assert done["approveTeacherCorrection"] == {
        "status": "approved",
        "answeredBy": str(world.account("school").id),
    }


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("status = 'approved'", id="approved by nobody"),
        pytest.param("status = 'approved', answered_by = asked_by, answered_at = now()", id="by the asker"),
        pytest.param("status = 'refused', answered_by = gen_random_uuid(), answered_at = now()", id="without reason"),
        pytest.param("id_number = 'x'", id="half a number"),
    ],
)
async def test_database_refuses_half_an_answer(database: Database, clone: Clone, world: World, change: str) -> None:
    await put(clone, world, ("a1-1",))
    with pytest.raises(Exception, match="ck_teacher_corrections"):
        async with database.begin(world.region) as db:
            await db.execute(text(f"UPDATE teacher_corrections SET {change} WHERE region_id = {world.region}"))


async def test_database_keeps_what_was_asked(database: Database, clone: Clone, world: World) -> None:
    await put(clone, world, ("a1-1",))
    for change in ("facts = '[]'", "asked_by = gen_random_uuid()", "teacher_id = gen_random_uuid()"):
        with pytest.raises(Exception, match="permission denied"):
            async with database.begin(world.region) as db:
                await db.execute(text(f"UPDATE teacher_corrections SET {change} WHERE region_id = {world.region}"))
