"""Work, assessment, renewal, dismissal and the read-out of the team, over REST."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from app.core.db import Database
from tests.factories import workshops
from tests.factories.cluster import Clone
from tests.factories.keys import SignIn
from tests.factories.statements import counted
from tests.factories.trainers import Bureau, put_appointment
from tests.factories.world import HOME, World
from tests.trainers.test_appointing import refused

TASK = {"duty": "delivery", "place": "workshop", "title": "市级语文工作坊集中研修", "done_on": "2027-03-01", "hours": 4}
FEE = {"fee_fen": 80_000, "fee_due_on": "2027-04-01"}
GOOD: dict[str, Any] = {"result": "qualified", "opinion": "履职良好，同意"}


@pytest.mark.clause("A7.7", "A7.8")
async def test_tasks_workload_and_overdue_fees(office: Bureau, clone: Clone) -> None:
    term = await office.appointed()
    task = {**TASK, **FEE, "appointment_id": term["id"]}
    await refused(
        office,
        clone,
        [
            ("training_school", "trainer-assignments", {**task, "done_on": "2029-12-01"}, 422, "TRAINER_INVALID"),
            ("training_school", "trainer-assignments", {**task, "fee_due_on": None}, 422, "TRAINER_INVALID"),
            ("training_school", "trainer-assignments", {**task, "duty": "rest"}, 422, "TRAINER_INVALID"),
            ("training_school", "trainer-assignments", {**task, "hours": 0.3}, 422, "INVALID"),
            ("school", "trainer-assignments", task, 403, "PERMISSION_DENIED"),
        ],
    )
    made = await office.done("training_school", "trainer-assignments", task)
    await office.done("training_school", "trainer-assignments", {**task, "fee_fen": 0, "fee_due_on": None})
    late = "trainer-assignments?is_overdue=true"
    assert (await office.get("bureau", late, "2027-04-01"))["items"] == []
    assert [one["id"] for one in (await office.get("bureau", late, "2027-04-02"))["items"]] == [made["id"]]
    pay = f"trainer-assignments/{made['id']}:pay"
    await refused(office, clone, [("bureau", pay, {"paid_on": "2099-01-01"}, 422, "TRAINER_INVALID")])
    await office.done("bureau", pay, {"paid_on": "2027-04-02"}, "2027-04-02")
    assert (await office.get("bureau", late, "2027-04-02"))["items"] == []
    again = await office.send("bureau", pay, {"paid_on": "2027-04-02"}, "2027-04-02")
    assert (again.status_code, again.json()["code"]) == (409, "TRAINER_FEE_SETTLED")
    loads = await office.get("school", "trainer-workloads?school_year=2026-2027")
    assert [(one["tasks"], one["hours"], one["delivery"], one["mentoring"]) for one in loads["items"]] == [(2, 8, 2, 0)]
    assert (await office.get("school_a2", "trainer-workloads?school_year=2026-2027"))["items"] == []


@pytest.mark.clause("A7.7")
async def test_a_task_names_the_workshop_it_is_done_in(office: Bureau, clone: Clone, world: World) -> None:
    connection = await clone.connect()
    await workshops.put(connection, HOME, "own", world.organisation("A1"), world.teacher("a1-1"))
    await connection.close()
    term = await office.appointed()
    where = str(workshops.ident("workshop", "own"))
    task = {**TASK, "appointment_id": term["id"], "workshop_id": where}
    path = "trainer-assignments"
    await refused(
        office,
        clone,
        [
            ("training_school", path, {**task, "workshop_id": str(uuid4())}, 422, "WORKSHOP_INVALID"),
            ("training_school", path, {**task, "place": "project"}, 422, "TRAINER_INVALID"),
        ],
    )
    made = await office.done("training_school", path, task)
    await office.done("training_school", path, {**task, "workshop_id": None})
    listed = (await office.get("training_school", f"{path}?workshop_id={where}"))["items"]
    assert [(one["id"], one["workshop_id"]) for one in listed] == [(made["id"], where)]


@pytest.mark.clause("A7.10", "A7.5")
async def test_three_good_years_and_a_renewal(office: Bureau) -> None:
    term = await office.appointed()
    one = f"trainer-appointments/{term['id']}"
    await office.done("training_school", "trainer-assignments", {**TASK, "appointment_id": term["id"]})
    renewal = {"starts_on": "2029-12-01", "waiver_reason": "业务能力突出"}
    early = await office.send("bureau", f"{one}:renew", renewal)
    faults = [(fault["code"], fault["params"]["clause"]) for fault in early.json()["errors"]]
    assert (early.status_code, faults[0]) == (422, ("trainers.assessments_missing", "A7.10"))
    outside = await office.send("bureau", f"{one}:assess", {**GOOD, "school_year": "2027-2028"})
    assert (outside.status_code, outside.json()["code"]) == (422, "TRAINER_INVALID")
    for year in (2026, 2027):
        body = {**GOOD, "school_year": f"{year}-{year + 1}"}
        await office.done("bureau", f"{one}:assess", body, f"{year + 1}-08-31")
    body = {**GOOD, "school_year": "2028-2029"}
    made = await office.done("bureau", f"{one}:assess", body, "2029-08-31")
    twice = await office.send("bureau", f"{one}:assess", body, "2029-08-31")
    assert (twice.status_code, twice.json()["code"]) == (409, "TRAINER_ASSESSED")
    first = (await office.get("teacher", "trainer-assessments?school_year=2026-2027"))["items"][0]
    assert (first["record"]["tasks"], first["record"]["hours"], first["record"]["delivery"]) == (1, 4, 1)
    reply = f"trainer-assessments/{made['id']}:reply"
    assert (await office.send("teacher_a2", reply, {"reply": "不是本人的"})).status_code == 404
    assert (await office.done("teacher", reply, {"reply": "无异议，谢谢"}))["reply"] == "无异议，谢谢"
    overlap = await office.send("bureau", f"{one}:renew", {**renewal, "starts_on": "2029-11-30"}, "2029-11-01")
    assert (overlap.status_code, overlap.json()["code"]) == (409, "TRAINER_TERM_OVERLAP")
    new = await office.done("bureau", f"{one}:renew", renewal, "2029-11-01")
    assert (new["route"], new["renews_id"], new["ends_on"]) == ("renewal", term["id"], "2032-12-01")
    active = await office.get("school", "trainer-appointments?active_on=2029-12-01")
    assert [item["id"] for item in active["items"]] == [new["id"]]


@pytest.mark.clause("A7.10")
async def test_dismissal_on_an_unqualified_year(office: Bureau, clone: Clone, world: World) -> None:
    term = await office.appointed(starts_on="2026-12-01")
    one = f"trainer-appointments/{term['id']}"
    reason = {"reason": "年度考核不合格，予以解聘"}
    await refused(office, clone, [("bureau", f"{one}:dismiss", reason, 409, "TRAINER_NOT_FAILED")])
    bad = {"school_year": "2026-2027", "result": "unqualified", "opinion": "未完成任务"}
    await office.done("bureau", f"{one}:assess", bad, "2027-08-31")
    gone = await office.done("bureau", f"{one}:dismiss", reason, "2027-09-01")
    assert (gone["standing"], gone["until"]) == ("dismissed", "2027-09-01")
    again = await office.send("bureau", f"{one}:renew", {"starts_on": "2029-12-01"}, "2029-11-01")
    assert (again.status_code, again.json()["code"]) == (409, "TRAINER_TERM_OVER")
    letter = await office.get("bureau", f"certificates/{term['certificate_id']}")
    assert (letter["status"], letter["status_reason"]) == ("revoked", reason["reason"])
    team = {
        day: (await office.get("bureau", f"trainer-team?on={day}"))["people"] for day in ("2027-08-31", "2027-09-01")
    }
    assert team == {"2027-08-31": 1, "2027-09-01": 0}


async def test_lists_cost_the_same_however_long(
    client: httpx.AsyncClient, as_role: SignIn, clone: Clone, world: World, database: Database
) -> None:
    paths = ("trainer-appointments", "trainer-team?on=2027-01-01", "trainer-invitations")
    figures = []
    await client.get("/v1/me", headers=as_role("bureau"))  # what a first request looks up is known from here on
    for names in ((), ("a1-1", "a1-2", "a2-1")):
        connection = await clone.connect()
        for name in names:
            whose = (connection, HOME, uuid4(), world.teacher(name), world.organisation("A1"))
            await put_appointment(*whose, starts_on="2026-12-01", ends_on="2029-12-01")
        await connection.close()
        for path in paths:
            with counted(database) as sent:
                assert (await client.get(f"/v1/{path}", headers=as_role("bureau"))).status_code == httpx.codes.OK
            figures.append(len(sent))
    assert figures[: len(paths)] == figures[len(paths) :]


@pytest.mark.clause("A7.6")
async def test_of_64_clients_that_renew_one_term_one_succeeds(office: Bureau, clone: Clone, world: World) -> None:
    term = await office.appointed()
    connection = await clone.connect()
    for year in (2026, 2027, 2028):
        await connection.execute(
            "INSERT INTO trainer_assessments (region_id, id, appointment_id, teacher_id, school_id, start_year, record,"
            " result, opinion, assessed_by) VALUES ($1, $2, $3, $4, $5, $6, '{}', 'qualified', '测试', $2)",
            HOME, uuid4(), UUID(term["id"]), world.teacher("a1-1"), world.organisation("A1"), year,
        )  # fmt: skip
    await connection.close()
    path = f"trainer-appointments/{term['id']}:renew"
    given = [{"starts_on": f"2029-12-{day % 28 + 1:02d}", "waiver_reason": "业务能力突出"} for day in range(64)]
    answers = await asyncio.gather(*(office.send("bureau", path, body, "2029-11-01") for body in given))
    refused_as = {one.json()["code"] for one in answers if one.status_code != httpx.codes.OK}
    assert [one.status_code for one in answers].count(httpx.codes.OK) == 1
    assert refused_as == {"TRAINER_TERM_OVERLAP"}
