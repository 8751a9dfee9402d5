"""School sheets through the doors: filling in, checking, the way to approval, and what is refused on it."""

from typing import Any

import httpx
import pytest

from tests.factories.cluster import Clone
from tests.factories.graph import data
from tests.factories.hours import line as ledger_line
from tests.factories.hours import post
from tests.factories.keys import SignIn
from tests.factories.submissions import URL, Office, activity, stored
from tests.factories.world import World


@pytest.mark.clause("A5.6", "A5.7.1", "A5.8.1")
async def test_a_sheet_from_draft_to_the_ledger(
    office: Office, client: httpx.AsyncClient, as_role: SignIn, world: World
) -> None:
    sheet = await office.sheet("school", activity("1"), activity("2", session="下午"), note="教务处整理")
    path = f"/{sheet['id']}"
    assert (sheet["status"], sheet["term"], sheet["line_count"], sheet["claimed_hours"]) == (
        "draft",
        "2026-2027-1",
        2,
        4.0,
    )
    check = (await office.post("school", f"{path}:check", {})).json()
    assert (check["is_submittable"], check["credited_hours"], check["items"]) == (True, 4.0, [])
    done: dict[str, Any] = {}
    for who, verb, body in (
        ("school", "submit", {"note": "请核准"}),
        ("central_school", "return", {"reason": "第一行缺材料"}),
        ("school", "submit", {}),
        ("central_school", "recommend", {"note": "属实"}),
        ("training_school", "approve", {"note": "同意"}),
    ):
        moved = await office.post(who, f"{path}:{verb}", body)
        assert moved.status_code == 200, moved.text
        done = moved.json()
        assert done["reason"] == ("第一行缺材料" if verb == "return" else None)
    people = {role: str(world.account(role).id) for role in ("school", "central_school", "training_school")}
    assert (done["status"], done["submitted_by"], done["recommended_by"], done["approved_by"]) == (
        "approved", people["school"], people["central_school"], people["training_school"],
    )  # fmt: skip
    acts = (await office.get("school", f"{path}/acts"))["items"]
    assert [(act["act"], act["status"], act["note"]) for act in acts] == [
        ("create", "draft", None),
        ("submit", "submitted", "请核准"),
        ("return", "returned", "第一行缺材料"),
        ("submit", "submitted", None),
        ("recommend", "recommended", "属实"),
        ("approve", "approved", "同意"),
    ]
    assert acts[2]["account_name"] == "测试账号 central_school"
    lines = (await office.get("school", f"{path}/lines"))["items"]
    entries = (await client.get("/v1/hours-entries?source=submission", headers=as_role("school"))).json()["items"]
    assert [one["entry_id"] for one in lines] == [one["id"] for one in reversed(entries)]
    assert [one["credited_hours"] for one in lines] == [2.0, 2.0]
    assert {one["posted_by"] for one in entries} == {people["school"]}


@pytest.mark.clause("A5.6")
async def test_provenance_of_the_entries(office: Office, clone: Clone, world: World) -> None:
    sheet = await office.sheet("school", to="recommended")
    assert (await office.post("training_school", f"/{sheet['id']}:approve", {})).status_code == 200
    connection = await clone.connect()
    entry = await connection.fetchrow("SELECT * FROM hours_entries")
    summary = await connection.fetchrow("SELECT entries, claimed, credited, target FROM hours_summaries")
    await connection.close()
    assert (entry["source"], str(entry["source_id"]), entry["revision"]) == ("submission", sheet["id"], 1)
    assert (entry["posted_by"], entry["approved_by"]) == (
        world.account("school").id,
        world.account("training_school").id,
    )
    assert tuple(summary) == (1, 2, 2, 24)


@pytest.mark.clause("A5.6")
async def test_approval_refuses_the_whole_sheet_with_every_fault(
    office: Office, client: httpx.AsyncClient, as_role: SignIn, clone: Clone, world: World
) -> None:
    """Between submitting and approving one line was credited by hand and one teacher turned out to be off post."""
    sheet = await office.sheet("school", activity("1"), activity("2"), activity("3"), to="submitted")
    same = ledger_line(
        world,
        "a1-1",
        category="school_research",
        claimed_hours=2,
        activity_title="集体备课",
        activity_date="2026-10-21",
    )
    posted = await post(client, as_role("training_school"), same)
    connection = await clone.connect()
    await connection.execute("UPDATE employments SET is_on_post = false WHERE teacher_id = $1", world.teacher("a1-3"))
    before = await stored(clone)
    answer = await office.post("training_school", f"/{sheet['id']}:approve", {})
    assert (answer.status_code, answer.json()["code"]) == (422, "HOURS_SUBMISSION_REFUSED")
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [
        ("/lines/0", "hours_submission.already_credited"),
        ("/lines/2/teacher_id", "hours.not_on_post"),
    ]
    assert answer.json()["errors"][0]["params"]["actual"] == posted.json()["id"]
    assert await stored(clone) == before
    undone = await client.post(
        f"/v1/hours-entries/{posted.json()['id']}:reverse",
        json={"reason": "重复登记"},
        headers=as_role("training_school_2") | {"Idempotency-Key": "undo-the-first"},
    )
    assert undone.status_code == 201, undone.text
    await connection.execute("UPDATE employments SET is_on_post = true WHERE teacher_id = $1", world.teacher("a1-3"))
    answer = await office.post("training_school", f"/{sheet['id']}:approve", {})
    assert answer.status_code == 200, answer.text
    revisions = await connection.fetch("SELECT revision FROM hours_entries WHERE source = 'submission' ORDER BY seq")
    await connection.close()
    assert [row[0] for row in revisions] == [2, 1, 1]


@pytest.mark.clause("A6.13c")
async def test_workshop_lines_over_the_cap_are_credited_up_to_it(office: Office, world: World) -> None:
    staff_no = world.staff_no("d-1")
    days = [activity(staff_no=staff_no, activity_date=f"2026-10-{day:02d}", claimed_hours=6) for day in range(10, 18)]
    sheet = await office.sheet("school_d", *days, category="workshop", to="submitted")
    check = (await office.post("training_school", f"/{sheet['id']}:check", {})).json()
    assert (check["claimed_hours"], check["credited_hours"], check["is_submittable"]) == (48.0, 40.0, True)
    assert [(one["position"], one["credited_hours"], one["findings"][0]["rule"]) for one in check["items"]] == [
        (7, 4.0, "hours.yearly_cap"),
        (8, 0.0, "hours.yearly_cap"),
    ]
    assert (await office.post("training_school", f"/{sheet['id']}:approve", {})).status_code == 200
    lines = (await office.get("school_d", f"/{sheet['id']}/lines"))["items"]
    assert [one["credited_hours"] for one in lines] == [6.0] * 6 + [4.0, 0.0]
    assert lines[-1]["findings"][0]["rule"] == "hours.yearly_cap"


STATES = ("draft", "submitted", "recommended", "approved", "returned", "withdrawn")
ALLOWED = {
    "submit": {"draft", "returned"},
    "recommend": {"submitted"},
    "approve": {"submitted", "recommended"},
    "return": {"submitted", "recommended"},
    "withdraw": {"draft", "returned", "submitted", "recommended"},
}
EVERYBODY = ("bureau", "training_school", "central_school", "school", "teacher", "central_b", "school_a2")
MAY = {
    "submit": {"school"},
    "recommend": {"central_school"},
    "approve": {"training_school"},
    "return": {"training_school", "central_school"},
    "withdraw": {"school"},
}


@pytest.mark.clause("A5.6")
async def test_each_move_from_each_state_and_by_each_role(office: Office, clone: Clone) -> None:
    connection = await clone.connect()
    sheet = await office.sheet("school", to="recommended")
    path = f"/{sheet['id']}"

    async def put(status: str) -> None:
        approver = "gen_random_uuid()" if status == "approved" else "NULL"
        await connection.execute(
            f"UPDATE hours_submissions SET status = $1, approved_by = {approver},"
            f" approved_at = CASE WHEN $1 = 'approved' THEN now() END",
            status,
        )

    wrong = []
    for verb, sources in ALLOWED.items():
        body = {"reason": "材料不全"} if verb == "return" else {}
        for status in STATES:
            await put(status)
            before = await stored(clone)
            for who in EVERYBODY if status in {"submitted", "approved"} else MAY[verb]:
                if who in MAY[verb] and status in sources:
                    continue
                answer = await office.post(who, f"{path}:{verb}", body)
                expected = {"central_b": {403, 404}, "school_a2": {403, 404}}.get(
                    who, {409} if who in MAY[verb] else {403}
                )
                if answer.status_code not in expected:
                    wrong.append((verb, status, who, answer.status_code, answer.text[:200]))
            if await stored(clone) != before:
                wrong.append((verb, status, "something was written", 0, ""))
    await put("recommended")
    answer = await office.post("central_school", f"{path}:return", {"reason": "材料不全"})
    await connection.close()
    assert (wrong, answer.status_code, answer.json()["code"]) == ([], 409, "STATUS_CONFLICT")


async def test_three_persons(office: Office, clone: Clone, world: World) -> None:
    """The same person in another role: refused by the service, and by the table itself."""
    sheet = await office.sheet("school", to="recommended")
    connection = await clone.connect()
    me = world.account("training_school").id
    before = await stored(clone)
    for column in ("submitted_by", "recommended_by"):
        was = await connection.fetchval(f"UPDATE hours_submissions SET {column} = $1 RETURNING created_by", me)
        answer = await office.post("training_school", f"/{sheet['id']}:approve", {})
        assert (answer.status_code, answer.json()["code"]) == (403, "SEPARATION_OF_DUTIES"), column
        if column == "submitted_by":
            answer = await office.post("training_school", f"/{sheet['id']}:return", {"reason": "材料不全"})
            assert (answer.status_code, answer.json()["code"]) == (403, "SEPARATION_OF_DUTIES")
        other = was if column == "submitted_by" else world.account("central_school").id
        await connection.execute(f"UPDATE hours_submissions SET {column} = $1", other)
    for columns in (
        "recommended_by = submitted_by",
        "status = 'approved', approved_at = now(), approved_by = submitted_by",
    ):
        with pytest.raises(Exception, match="ck_hours_submissions_three_persons"):
            await connection.execute(f"UPDATE hours_submissions SET {columns}")
    await connection.close()
    assert await stored(clone) == before


async def test_who_files_and_who_signs(office: Office, clone: Clone, world: World) -> None:
    before = await stored(clone)
    for who, body, status, code in (
        ("central_school", {"term": "2026-2027-1"}, 422, "RULE_BROKEN"),
        ("school", {"term": "2026-2027-1", "category": "workshop"}, 422, "RULE_BROKEN"),
        ("school", {"term": "2026-2027-1", "school_id": str(world.organisation("A2"))}, 403, "OUT_OF_SCOPE"),
        ("school", {"term": "2030-2031-1"}, 422, "SCHOOL_YEAR_UNKNOWN"),
        ("school", {"term": "2026-2028-1"}, 422, "INVALID"),
        ("school", {"term": "2026-2027-3"}, 422, "INVALID"),
        ("school", {"term": "2026-2027-1", "status": "approved"}, 422, "INVALID"),
        ("training_school", {"term": "2026-2027-1"}, 403, "PERMISSION_DENIED"),
    ):
        answer = await office.post(who, "", body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), (who, body, answer.text)
    assert await stored(clone) == before
    direct = await office.sheet("school_d", activity(staff_no=world.staff_no("d-1")), to="submitted")
    own = await office.sheet("central_school", activity(), category="workshop", to="submitted")
    for sheet, status, code in ((direct, 404, "NOT_FOUND"), (own, 409, "HOURS_SUBMISSION_NO_OPINION")):
        answer = await office.post("central_school", f"/{sheet['id']}:recommend", {})
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    for sheet in (direct, own):
        assert (await office.post("training_school", f"/{sheet['id']}:approve", {})).status_code == 200


async def test_lines_are_entered_all_or_none(office: Office, clone: Clone, world: World) -> None:
    sheet = await office.sheet()
    path = f"/{sheet['id']}"
    before = await stored(clone)
    refused = await office.post(
        "school",
        f"{path}/lines:batchCreate",
        {
            "lines": [
                activity("2"),
                activity(staff_no=world.staff_no("a2-1")),
                activity(staff_no=None, teacher_id=str(world.teacher("x1-1"))),
                activity("1", name="钱二"),
                activity(staff_no=None, name="无此人"),
            ]
        },
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "INVALID")
    assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [
        ("/lines/1/staff_no", "REFERENCE_UNKNOWN"),
        ("/lines/2/teacher_id", "REFERENCE_UNKNOWN"),
        ("/lines/3/name", "NAME_MISMATCH"),
        ("/lines/4/name", "REFERENCE_UNKNOWN"),
    ]
    assert await stored(clone) == before
    stale = await office.post("school", f"{path}/lines:batchCreate", {"lines": [activity("2")], "etag": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "ETAG_MISMATCH")
    body = {"lines": [activity("2"), activity("3")], "replace": True, "etag": sheet["etag"]}
    replaced = (await office.post("school", f"{path}/lines:batchCreate", body)).json()
    assert (replaced["line_count"], replaced["teacher_count"]) == (2, 2)


async def test_lines_are_corrected_until_the_sheet_is_handed_in(
    office: Office, client: httpx.AsyncClient, as_role: SignIn, clone: Clone
) -> None:
    sheet = await office.sheet("school", activity("1"), activity("2"))
    first, second = (await office.get("school", f"/{sheet['id']}/lines"))["items"]
    head = as_role("school")
    one = f"{URL}/{sheet['id']}/lines/{first['id']}"
    changed = await client.patch(one, json={"claimed_hours": 3.5, "session": "上午"}, headers=head)
    assert (changed.status_code, changed.json()["claimed_hours"]) == (200, 5.5)
    stale = await client.patch(one, json={"claimed_hours": 1, "etag": sheet["etag"]}, headers=head)
    assert stale.status_code == 412
    other = f"{URL}/{sheet['id']}/lines/{second['id']}"
    assert (await client.delete(other, headers=head | {"If-Match": changed.json()["etag"]})).json()["line_count"] == 1
    assert (await client.delete(other, headers=head)).status_code == 404
    assert (await office.post("school", f"/{sheet['id']}:submit", {})).status_code == 200
    before = await stored(clone)
    for answer in (
        await client.patch(one, json={"claimed_hours": 1}, headers=head),
        await client.delete(one, headers=head),
        await client.patch(f"{URL}/{sheet['id']}", json={"note": "改"}, headers=head),
        await office.post("school", f"/{sheet['id']}/lines:batchCreate", {"lines": [activity("3")]}),
        await office.post("school", f"/{sheet['id']}/lines:paste", {"text": "姓名"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "HOURS_SUBMISSION_CLOSED")
    assert await stored(clone) == before


async def test_rows_of_a_spreadsheet_are_pasted(office: Office, clone: Clone, world: World) -> None:
    sheet = await office.sheet()
    path = f"/{sheet['id']}/lines:paste"
    good = (
        "\t职工号\t姓名\t活动主题\t日期\t学时\t备注\r\n"
        f"1\t{world.staff_no('a1-2')}\t钱二\t听评课\t2026年10月22日\t1.5\t\r\n"
        "2\t\t孙 三\t听评课\t2026/10/22\t2学时\t好\r\n\r\n"
    )
    answer = await office.post("school", path, {"text": good})
    assert (answer.status_code, answer.json()["line_count"], answer.json()["claimed_hours"]) == (200, 3, 5.5), (
        answer.text
    )
    before = await stored(clone)
    for text, codes in (
        ("", ["STRING_TOO_SHORT"]),
        ("\n\t\n", ["EMPTY"]),
        ("姓名\t活动名称", ["HEADER_MISSING"]),
        ("姓名\t活动名称\t活动日期\t学时", ["ROW_COUNT"]),
        (
            "姓名\t活动名称\t活动日期\t学时\n钱二\t听评课\t明天\t若干\n\t听评课\t2026-10-22\t1",
            ["DATE_FORMAT", "HOURS_FORMAT", "TEACHER_MISSING"],
        ),
        ("姓名\t活动名称\t活动日期\t学时\n某某\t听评课\t2026-10-22\t1", ["REFERENCE_UNKNOWN"]),
    ):
        refused = await office.post("school", path, {"text": text})
        assert refused.status_code == 422, refused.text
        assert [one["code"] for one in refused.json()["errors"]] == codes, refused.text
    assert await stored(clone) == before


async def test_submitting_refuses_with_all_faults(office: Office, clone: Clone, world: World) -> None:
    empty = (await office.post("school", "", {"term": "2026-2027-1"})).json()
    answer = await office.post("school", f"/{empty['id']}:submit", {})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "HOURS_SUBMISSION_EMPTY")
    sheet = await office.sheet(
        "school", activity("1"), activity("1"), activity("4"), activity("2", activity_date="2026-08-20")
    )
    before = await stored(clone)
    refused = (await office.post("school", f"/{sheet['id']}:submit", {})).json()
    assert (refused["status"], refused["code"]) == (422, "HOURS_SUBMISSION_REFUSED")
    assert [(one["pointer"], one["code"]) for one in refused["errors"]] == [
        ("/lines/1", "hours_submission.repeated"),
        ("/lines/2/teacher_id", "hours.not_on_post"),
        ("/lines/3/activity_date", "hours_submission.outside_term"),
    ]
    assert await stored(clone) == before
    proposal = {"term": "2026-2027-1", "lines": [activity("1"), activity("4")]}
    check = (await office.post("school", ":check", proposal)).json()
    assert (check["is_submittable"], check["refused_count"], check["items"][0]["position"]) == (False, 1, 2)
    assert await stored(clone) == before
    assert world.region


async def test_the_same_in_graphql(client: httpx.AsyncClient, as_role: SignIn, office: Office) -> None:
    sheet = await office.sheet("school", to="submitted")
    mutation = """mutation($id:UUID!){
      approveHoursSubmission(uuid:$id,idempotencyKey:"key-of-graphql",input:{note:"同意"}){
      ...on HoursSubmission{status lines{nodes{creditedHours position}} acts{act note} school{name}}
      ...on Problem{code}}}"""
    first = await data(client, as_role("training_school"), mutation, id=sheet["id"])
    assert first == {
        "approveHoursSubmission": {
            "status": "approved",
            "lines": {"nodes": [{"creditedHours": 2.0, "position": 1}]},
            "acts": [
                {"act": "create", "note": None},
                {"act": "submit", "note": None},
                {"act": "approve", "note": "同意"},
            ],
            "school": {"name": "甲镇第一小学"},
        }
    }
    assert await data(client, as_role("training_school"), mutation, id=sheet["id"]) == first
