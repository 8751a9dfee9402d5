"""Budget lines, payments, experts' fees and reimbursements over REST."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from app.core.db import Database
from tests.factories.cluster import Clone
from tests.factories.keys import SignIn
from tests.factories.projects import put_project, put_trainee
from tests.factories.statements import counted
from tests.factories.teachers import fetch
from tests.factories.trainers import Bureau
from tests.factories.uploads import PDF
from tests.factories.world import HOME, World
from tests.trainers.test_appointing import refused

ON = "2026-11-23"
LINE = {"year": 2026, "purpose": "studios", "title": "工作室建设", "amount_fen": 100_000}
PAYMENT = {"payee": "测试印务公司", "matter": "研修资料印刷", "amount_fen": 40_000, "paid_on": "2026-11-02"}
REASON = {"reason": "登记有误，予以更正"}
COSTS = {"matter": "往返交通费", "spent_on": "2026-11-01", "amount_fen": 12_000}
EXPERT = {
    "institution": "测试师范大学", "source": "university", "stage": "primary", "subject": "chinese",
    "starts_on": "2026-09-01", "ends_on": "2029-09-01",
}  # fmt: skip


async def project_at(clone: Clone, world: World) -> tuple[UUID, UUID]:
    """A running project with a1-1 as its trainee: ids of both."""
    connection: asyncpg.Connection = await clone.connect()
    project = await put_project(connection, HOME)
    place = (world.teacher("a1-1"), world.organisation("A1"), world.organisation("central A"))
    trainee = await put_trainee(connection, HOME, project, *place)
    await connection.close()
    return project, trainee


async def evidence(office: Bureau, payment: str, who: str = "bureau") -> httpx.Response:
    """Hang a receipt on a payment."""
    files = {"file": ("发票.pdf", PDF)}
    return await office.client.post(f"/v1/payments/{payment}/files", files=files, headers=office.as_role(who))


async def spent(clone: Clone) -> list[tuple[int, int]]:
    """What every line says is spent, and the sum of its payments that are not reversed."""
    query = (
        "SELECT spent_fen, coalesce((SELECT sum(amount_fen) FROM payments p WHERE p.line_id = l.id"
        " AND status <> 'reversed'), 0) AS paid FROM budget_lines l ORDER BY id"
    )
    return [(row["spent_fen"], row["paid"]) for row in await fetch(clone, query)]


@pytest.mark.clause("M6.2.2")
async def test_a_line_is_planned_spent_adjusted_and_never_exceeded(office: Bureau, clone: Clone, world: World) -> None:
    project, _ = await project_at(clone, world)
    of_project = f"projects/{project}/budget-lines"
    await refused(
        office,
        clone,
        [
            ("training_school", "budget-lines", LINE, 403, "PERMISSION_DENIED"),
            ("bureau_be", "budget-lines", LINE, 403, "PERMISSION_DENIED"),
            ("bureau", "budget-lines", {**LINE, "purpose": "magic"}, 422, "FUND_INVALID"),
            ("bureau", "budget-lines", {**LINE, "amount_fen": 1.5}, 422, "INVALID"),
        ],
    )
    made = await office.done("bureau", "budget-lines", LINE)
    again = await office.send("bureau", "budget-lines", LINE)
    assert (again.status_code, again.json()["code"]) == (409, "BUDGET_LINE_EXISTS")
    own = await office.done("bureau", of_project, LINE)  # the same words in a project are another line
    assert (own["project_id"], own["left_fen"]) == (str(project), 100_000)
    pay = {**PAYMENT, "line_id": made["id"]}
    await refused(
        office,
        clone,
        [
            ("training_school", "payments", pay, 403, "PERMISSION_DENIED"),
            ("bureau", "payments", {**pay, "amount_fen": 100_001}, 409, "BUDGET_LINE_EXCEEDED"),
            ("bureau", "payments", {**pay, "paid_on": "2099-01-01"}, 422, "FUND_INVALID"),
            ("bureau", "payments", {**pay, "line_id": str(project)}, 422, "FUND_INVALID"),
        ],
    )
    paid = await office.done("bureau", "payments", pay)
    one = f"budget-lines/{made['id']}"
    low = await office.send("bureau", f"{one}:adjust", {"amount_fen": 39_999, "reason": "压减预算"})
    assert (low.status_code, low.json()["errors"][0]["code"]) == (422, "BELOW_SPENT")
    stale = await office.send(
        "bureau", f"{one}:adjust", {"amount_fen": 50_000, "reason": "压减预算", "etag": made["etag"]}
    )
    assert stale.status_code == httpx.codes.PRECONDITION_FAILED
    lower = await office.done("bureau", f"{one}:adjust", {"amount_fen": 40_000, "reason": "压减预算"})
    assert (lower["left_fen"], lower["adjust_reason"]) == (0, "压减预算")
    over = await office.send("bureau", "payments", {**pay, "amount_fen": 1})
    assert (over.status_code, over.json()["code"], over.json()["left_fen"]) == (409, "BUDGET_LINE_EXCEEDED", 0)
    await office.done("bureau", f"{one}:adjust", {"amount_fen": 40_001, "reason": "追加预算"})
    await office.done("bureau", "payments", {**pay, "amount_fen": 1})
    assert await spent(clone) == [(40_001, 40_001), (0, 0)]
    lists = ("payments", "budget-lines?is_county=true", of_project, f"projects/{project}/payments")
    seen = [len((await office.get("training_school", path))["items"]) for path in lists]
    assert seen == [2, 1, 1, 0]
    for who in ("school", "teacher", "central_school"):
        answer = await office.client.get(f"/v1/payments/{paid['id']}", headers=office.as_role(who))
        assert answer.status_code == httpx.codes.FORBIDDEN


@pytest.mark.clause("M6.2.2")
async def test_a_payment_is_confirmed_on_evidence_by_another_person_or_reversed(office: Bureau, clone: Clone) -> None:
    line = await office.done("bureau", "budget-lines", LINE)
    made = await office.done("bureau", "payments", {**PAYMENT, "line_id": line["id"]})
    one = f"payments/{made['id']}"
    refusals = [
        ("bureau", "confirm", {}, 403, "SEPARATION_OF_DUTIES"),
        ("bureau", "reverse", REASON, 403, "SEPARATION_OF_DUTIES"),
        ("bureau_2", "confirm", {}, 409, "PAYMENT_EVIDENCE_MISSING"),
        ("training_school", "confirm", {}, 403, "PERMISSION_DENIED"),
    ]
    await refused(
        office, clone, [(who, f"{one}:{verb}", body, status, code) for who, verb, body, status, code in refusals]
    )
    assert (await evidence(office, made["id"], "training_school")).status_code == httpx.codes.FORBIDDEN
    assert (await evidence(office, made["id"])).status_code in {200, 201}
    names = [file["name"] for file in (await office.get("training_school", f"{one}/files"))["items"]]
    assert names == ["发票.pdf"]
    assert (await office.client.get(f"/v1/{one}/files", headers=office.as_role("school"))).status_code == 403
    done = await office.done("bureau_2", f"{one}:confirm")
    assert (done["status"], done["confirmed_by"]) == ("confirmed", str(office.world.account("bureau_2").id))
    gone = await office.done("bureau_2", f"{one}:reverse", REASON)
    assert (gone["status"], gone["reverse_reason"]) == ("reversed", REASON["reason"])
    assert await spent(clone) == [(0, 0)]
    for verb, body in (("confirm", {}), ("reverse", REASON)):
        twice = await office.send("bureau_2", f"{one}:{verb}", body)
        assert (twice.status_code, twice.json()["code"]) == (409, "STATUS_CONFLICT")
    assert (await evidence(office, made["id"])).json()["code"] == "PAYMENT_REVERSED"


@pytest.mark.clause("M6.2.2")
async def test_of_many_payments_at_once_no_more_pass_than_the_line_covers(office: Bureau, clone: Clone) -> None:
    line = await office.done("bureau", "budget-lines", LINE)
    bodies = [{**PAYMENT, "line_id": line["id"], "amount_fen": 15_000, "matter": f"第 {n} 笔"} for n in range(16)]
    answers = await asyncio.gather(*(office.send("bureau", "payments", body) for body in bodies))
    assert sorted(one.status_code for one in answers) == [201] * 6 + [409] * 10
    assert {one.json()["code"] for one in answers if one.status_code == httpx.codes.CONFLICT} == {
        "BUDGET_LINE_EXCEEDED"
    }
    assert await spent(clone) == [(90_000, 90_000)]
    with pytest.raises(asyncpg.CheckViolationError):  # the table itself holds it, whatever the code does
        await fetch(clone, "UPDATE budget_lines SET spent_fen = 100001")


@pytest.mark.clause("M6.1.2")
async def test_experts_are_paid_once_and_overdue_fees_are_listed(office: Bureau, clone: Clone, world: World) -> None:
    own = {**EXPERT, "teacher_id": str(world.teacher("a1-1")), "is_local": True}
    expert = await office.done("bureau", "experts", own)
    fee = {
        "expert_id": expert["id"], "matter": "专题讲座半天", "done_on": "2026-10-20", "amount_fen": 80_000,
        "due_on": "2026-11-10",
    }  # fmt: skip
    await refused(
        office,
        clone,
        [
            ("school", "expert-fees", fee, 403, "PERMISSION_DENIED"),
            ("training_school", "expert-fees", {**fee, "done_on": "2026-08-31"}, 422, "FUND_INVALID"),
            ("training_school", "expert-fees", {**fee, "due_on": "2026-10-19"}, 422, "FUND_INVALID"),
            ("training_school", "expert-fees", {**fee, "expert_id": str(world.teacher("a1-1"))}, 422, "FUND_INVALID"),
        ],
    )
    made = await office.done("training_school", "expert-fees", fee)
    one = f"expert-fees/{made['id']}"
    days = {
        day: (await office.get("bureau", "expert-fees?is_overdue=true", day))["items"] for day in ("2026-11-10", ON)
    }
    assert [len(items) for items in days.values()] == [0, 1]
    assert len((await office.get("teacher", "expert-fees"))["items"]) == 1
    assert (await office.get("teacher_a2", "expert-fees"))["items"] == []
    assert (await office.client.get(f"/v1/{one}", headers=office.as_role("teacher_a2"))).status_code == 404
    line = await office.done("bureau", "budget-lines", {**LINE, "purpose": "expert_fees"})
    other = await office.done("bureau", "budget-lines", LINE)
    straight = await office.send("bureau", "payments", {**PAYMENT, "line_id": line["id"]})
    assert (straight.status_code, straight.json()["errors"][0]["code"]) == (422, "PAID_FROM_CLAIM")
    pay = {"line_id": line["id"], "paid_on": "2026-11-12"}
    for body in ({**pay, "line_id": other["id"]}, {**pay, "paid_on": "2026-10-19"}):
        answer = await office.send("bureau", f"{one}:pay", body)
        assert (answer.status_code, answer.json()["code"]) == (422, "FUND_INVALID")
    answers = await asyncio.gather(*(office.send("bureau", f"{one}:pay", pay, ON) for _ in range(8)))
    assert sorted(one.status_code for one in answers) == [200] + [409] * 7
    assert await spent(clone) == [(80_000, 80_000), (0, 0)]
    withdrawn = await office.send("training_school", f"{one}:withdraw", REASON)
    assert (withdrawn.status_code, withdrawn.json()["code"]) == (409, "STATUS_CONFLICT")
    payment = (await office.get("bureau", "payments"))["items"][0]
    assert (payment["fee_id"], payment["payee"]) == (made["id"], "赵一")
    await office.done("bureau_2", f"payments/{payment['id']}:reverse", REASON)
    assert ((await office.get("bureau", one))["status"], await spent(clone)) == ("due", [(0, 0), (0, 0)])
    await office.done("bureau", f"{one}:pay", pay, ON)  # a reversal lets it be paid again
    gone = await office.done("training_school", "expert-fees", {**fee, "matter": "重复登记"})
    back = await office.done("training_school", f"expert-fees/{gone['id']}:withdraw", REASON)
    assert (back["status"], back["is_overdue"]) == ("withdrawn", False)


@pytest.mark.clause("M6.3.2")
async def test_a_reimbursement_is_handed_in_checked_and_paid_by_three_persons(
    office: Bureau, clone: Clone, world: World
) -> None:
    project, trainee = await project_at(clone, world)
    new = {**COSTS, "trainee_id": str(trainee)}
    await refused(
        office,
        clone,
        [
            ("bureau", "reimbursements", new, 403, "PERMISSION_DENIED"),
            ("school_a2", "reimbursements", new, 422, "FUND_INVALID"),
            ("school", "reimbursements", {**new, "spent_on": "2099-01-01"}, 422, "FUND_INVALID"),
        ],
    )
    made = await office.done("school", "reimbursements", new, "2026-11-03")
    one = f"reimbursements/{made['id']}"
    assert (made["payee"], made["submitted_on"], made["project_id"]) == ("赵一", "2026-11-03", str(project))
    await office.done("bureau", f"{one}:return", REASON)
    fixed: dict[str, Any] = {**COSTS, "amount_fen": 11_000}
    await office.done("school", f"{one}:submit", fixed, "2026-11-05")
    await office.done("bureau", f"{one}:check", {}, "2026-11-06")
    line = await office.done("bureau", f"projects/{project}/budget-lines", {**LINE, "purpose": "trainee_costs"})
    pay = {"line_id": line["id"], "paid_on": "2026-11-20"}
    refusals = [
        ("bureau", f"{one}:pay", pay, 403, "SEPARATION_OF_DUTIES"),
        ("school", f"{one}:pay", pay, 403, "PERMISSION_DENIED"),
        ("school_a2", f"{one}:withdraw", REASON, 404, "NOT_FOUND"),
        ("school", f"{one}:withdraw", REASON, 409, "STATUS_CONFLICT"),
        ("bureau_2", f"{one}:pay", {**pay, "paid_on": "2026-11-04"}, 422, "FUND_INVALID"),
    ]
    await refused(office, clone, refusals)
    done = await office.done("bureau_2", f"{one}:pay", pay, ON)
    assert (done["status"], done["days"], done["paid_on"]) == ("paid", 15, "2026-11-20")
    assert await spent(clone) == [(11_000, 11_000)]
    seen = {
        who: len((await office.get(who, "reimbursements"))["items"])
        for who in ("training_school", "central_school", "central_b", "school", "school_a2", "teacher", "teacher_a2")
    }
    assert list(seen.values()) == [1, 1, 0, 1, 0, 1, 0]
    payment = (await office.get("bureau", f"projects/{project}/payments"))["items"][0]
    await office.done("bureau", f"payments/{payment['id']}:reverse", REASON)
    again = await office.get("school", one)
    assert (again["status"], again["paid_on"]) == ("checked", None)


@pytest.mark.clause("M6.2.2", "M6.1.2", "M6.3.2", "A6.8")
async def test_read_out_of_a_year_and_the_cost_of_lists(
    office: Bureau, clone: Clone, world: World, database: Database, client: httpx.AsyncClient, as_role: SignIn
) -> None:
    _, trainee = await project_at(clone, world)
    line = await office.done("bureau", "budget-lines", LINE)
    costs = await office.done("bureau", "budget-lines", {**LINE, "purpose": "trainee_costs", "amount_fen": 20_050})
    made = await office.done("school", "reimbursements", {**COSTS, "trainee_id": str(trainee)}, "2026-11-03")
    await office.done("bureau", f"reimbursements/{made['id']}:check", {}, "2026-11-06")
    pay = {"line_id": costs["id"], "paid_on": "2026-11-13"}
    await office.done("bureau_2", f"reimbursements/{made['id']}:pay", pay, ON)
    await office.done("school", "reimbursements", {**COSTS, "trainee_id": str(trainee)}, "2026-11-03")
    query = "{payments{nodes{payee purpose}} budgetLines{nodes{title projectName leftFen}} reimbursements{nodes{days}}}"
    figures = []
    for number in range(3):
        body = {**PAYMENT, "line_id": line["id"], "amount_fen": 10_001, "matter": f"第 {number} 笔"}
        await office.done("bureau", "payments", body)
        with counted(database) as sent:
            await client.get("/v1/funds-year?year=2026", headers=as_role("bureau"))
            await client.post("/graphql", json={"query": query}, headers=as_role("bureau"))
        figures.append(len(sent))
    assert figures[1] == figures[2]
    asked = {
        "kind": "payments",
        "format": "csv",
        "reason": "对账",
        "filters": {"year": 2026, "purpose": "trainee_costs"},
    }
    export = await office.done("bureau", "exports", asked)
    content = await client.get(f"/v1/exports/{export['id']}/content", headers=as_role("bureau"))
    assert ("120.00" in content.text, "100.01" in content.text) == (True, False)
    assert (await office.send("school", "exports", asked)).status_code == httpx.codes.FORBIDDEN
    year = await office.get("training_school", "funds-year?year=2026", ON)
    totals = ("budget_yuan", "spent_yuan", "left_yuan", "payments_unconfirmed", "reimbursements_paid")
    assert [year[name] for name in totals] == ["1200.50", "420.03", "780.47", 4, 1]
    assert (year["reimbursements_waiting"], year["reimbursement_days_most"], year["fees_overdue"]) == (1, 10, 0)
    assert [(one["purpose"], one["lines"], one["spent_yuan"]) for one in year["purposes"]] == [
        ("studios", 1, "300.03"),
        ("trainee_costs", 1, "120.00"),
    ]
    assert (year["master_subsidies"], year["master_subsidies_yuan"]) == (0, "0.00")
