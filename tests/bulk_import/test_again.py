"""The second time: what people decided by hand stays, exports come back as imports, and imports are taken back."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import date
from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.organisations.imports import OrganisationsKind
from tests.bulk_import.test_whole import items, line
from tests.factories.cluster import Clone
from tests.factories.exports import Clerk
from tests.factories.imports import LEDGER, ROSTER, Desk
from tests.factories.people import id_number
from tests.factories.world import World

Worker = Callable[[], AbstractAsyncContextManager[None]]
Headers = Callable[[str], dict[str, str]]
PLACES = ("机构代码", "机构名称", "机构类别", "上级机构", "学段", "简称")


def keyed(head: dict[str, str]) -> dict[str, str]:
    return head | {"Idempotency-Key": str(uuid4())}


async def revert(desk: Desk, who: str, found: dict[str, Any]) -> dict[str, Any]:
    url, body = f"/v1/imports/{found['id']}:revert", {"reason": "传错了文件"}
    return await desk.done(who, await desk.client.post(url, json=body, headers=keyed(desk.as_role(who))))


async def test_new_organisations_leave_again_where_nothing_hangs_on_them(
    desk: Desk, worker: Worker, clone: Clone, as_role: Headers, client: httpx.AsyncClient
) -> None:
    rows = [
        PLACES,
        ("9100000001", "新镇一小", "学校", "新镇中心校", "小学", ""),
        ("9100000002", "新镇二小", "学校", "新镇中心校", "小学", ""),
        ("9100000000", "新镇中心校", "中心校", "", "", ""),
        ("9100000003", "新区小学", "学校", "", "小学", ""),
        ("2141990002", "甲镇二小改名", "学校", "", "小学", "二小"),
    ]
    connection = await clone.connect()
    known = "SELECT name, short_name, code FROM organisations WHERE code = '2141990002'"
    before = await connection.fetchrow(known)
    who = "training_school"
    async with worker():
        found = await desk.take(who, "organisations", rows, mode="commit")
        assert (found["status"], found["applied"]) == ("committed", 5), found
        await connection.execute("UPDATE organisations SET version = version + 1 WHERE code = '9100000003'")
        hanging = ["1", "周新", id_number(date(1990, 1, 1), 1), "9100000001", "小学", "语文", ""]
        roster = await desk.take(who, "teachers", [ROSTER, hanging], mode="commit")
        assert roster["applied"] == 1, await desk.faults(who, roster)
        done = await revert(desk, who, found)
    assert (done["status"], done["reverted"], done["kept"]) == ("reverted", 2, 3)
    kept = await items(client, as_role(who), f"/v1/imports/{found['id']}/rows?level=warning")
    assert [(one["row"], one["code"], one["message"]) for one in kept if one["code"] == "REVERT_KEPT"] == [
        (2, "REVERT_KEPT", "第2行机构“新镇一小”已有下级机构、教师、账号或其他记录，没有撤回；不再使用的请办理撤并。"),
        (4, "REVERT_KEPT", "第4行机构“新镇中心校”已有下级机构、教师、账号或其他记录，没有撤回；不再使用的请办理撤并。"),
        (5, "REVERT_KEPT", "第5行机构“新区小学”导入后又有改动，没有撤回。"),
    ]
    assert await connection.fetchrow(known) == before
    left = await connection.fetch("SELECT code FROM organisations WHERE code LIKE '91000000%' ORDER BY code")
    assert [row["code"] for row in left] == ["9100000000", "9100000001", "9100000003"]
    await connection.close()


async def test_the_service_deletes_no_other_organisation(clone: Clone, world: World) -> None:
    connection = await clone.connect()
    await connection.execute(f"SET ROLE shixun_service; SET shixun.region = '{world.region}'")
    school = world.organisation("A2")
    assert not await connection.fetchval("SELECT take_back_organisation($1, $2, $3)", world.region, uuid4(), school)
    await connection.close()


def edited(body: bytes, **cells: str) -> bytes:
    """A file exported as CSV with texts replaced, each in exactly one place."""
    text = body.decode("utf-8-sig")
    for old, new in cells.items():
        assert text.count(old) == 1, (old, text)
        text = text.replace(old, new)
    return text.encode("utf-8-sig")


async def exported(clerk: Clerk, who: str, kind: str, **more: Any) -> bytes:
    made = await clerk.ask(who, kind, **more)
    assert made.json()["status"] == "ready", made.text
    return (await clerk.content(who, made.json())).content


async def test_an_exported_roster_comes_back_and_only_the_edit_changes(
    desk: Desk, worker: Worker, clerk: Clerk, clone: Clone, world: World
) -> None:
    connection = await clone.connect()
    await connection.execute("UPDATE teachers SET title = 'edu_senior' WHERE staff_no = $1", world.staff_no("a1-1"))
    who = "training_school"
    body = await exported(clerk, who, "teachers", filters={"school_id": str(world.organisation("A1"))})
    async with worker():
        same = await desk.done(who, await desk.send(who, "teachers", body))
        assert (same["status"], same["counters"]["unchanged"]) == ("validated", 4), await desk.faults(who, same)
        other = edited(body, 高级教师="一级教师")
        found = await desk.done(who, await desk.send(who, "teachers", other, mode="commit"))
    counters = {name: count for name, count in found["counters"].items() if count}
    assert (found["status"], found["applied"]) == ("committed", 1)
    assert counters == {"total": 4, "to_update": 1, "unchanged": 3}
    title = await connection.fetchval("SELECT title FROM teachers WHERE staff_no = $1", world.staff_no("a1-1"))
    assert title == "edu_l1"
    await connection.close()


async def test_exported_organisations_come_back_and_only_the_edit_changes(
    desk: Desk, worker: Worker, clerk: Clerk
) -> None:
    who = "training_school"
    body = await exported(clerk, who, "organisations", filters={"kind": "school"})
    async with worker():
        same = await desk.done(who, await desk.send(who, "organisations", body))
        assert (same["status"], same["counters"]["unchanged"]) == ("validated", 4), await desk.faults(who, same)
        other = edited(body, 甲镇第二小学="甲镇第二完全小学")
        found = await desk.done(who, await desk.send(who, "organisations", other))
    assert (found["counters"]["to_update"], found["counters"]["unchanged"]) == (1, 3)
    change = (await items(desk.client, desk.as_role(who), f"/v1/imports/{found['id']}/preview"))[0]
    assert (change["before"]["name"], change["after"]["name"]) == ("甲镇第二小学", "甲镇第二完全小学")


async def test_an_exported_ledger_comes_back_without_its_reversals_and_takes_new_lines_only(
    desk: Desk, worker: Worker, clerk: Clerk, world: World, as_role: Headers, client: httpx.AsyncClient
) -> None:
    """What was reversed by hand stays reversed: the line is known, and is not posted a second time."""
    who, rows = "training_school", [LEDGER, *(line(world, "a1-1", number) for number in range(3))]
    async with worker():
        first = await desk.take(who, "hours_entries", rows, mode="commit")
        assert first["applied"] == 3
        entry = (await items(client, as_role(who), "/v1/hours-entries"))[0]
        head = keyed(as_role("training_school_2"))
        url = f"/v1/hours-entries/{entry['id']}:reverse"
        assert (await client.post(url, json={"reason": "未参加"}, headers=head)).status_code == 201
        body = await exported(clerk, who, "hours_entries")
        assert body.decode().count("红冲") == 2
        same = await desk.done(who, await desk.send(who, "hours_entries", body))
        assert same["counters"] | {"warning": 0} == {
            "total": 4, "to_create": 0, "to_update": 0, "unchanged": 3, "warning": 0, "error": 0, "skipped": 1,
        }, await desk.faults(who, same)  # fmt: skip
        assert [code for _, _, code in await desk.faults(who, same, "fixed")].count("ROW_SKIPPED") == 1
        more = edited(body, 研修1="研修乙")
        found = await desk.done(who, await desk.send(who, "hours_entries", more))
        again = await desk.take(who, "hours_entries", rows, mode="commit", force="true")
    assert (found["counters"]["to_create"], found["counters"]["unchanged"]) == (1, 2)
    assert (again["status"], again["applied"], again["counters"]["unchanged"]) == ("committed", 0, 3)


async def test_what_was_decided_by_hand_survives_the_same_roster(
    desk: Desk, worker: Worker, world: World, clone: Clone, client: httpx.AsyncClient, as_role: Headers
) -> None:
    """A transfer, a post given up and a departure after the import; the roster sent again changes none of them."""
    who = "training_school"
    people = [(f"7{at}", f"周新{'甲乙丙丁'[at]}", id_number(date(1990, 1, 1), at + 1)) for at in range(4)]
    rows = [ROSTER, *((*one, "2141990001", "小学", "语文", "") for one in people)]
    connection = await clone.connect()
    query = "SELECT staff_no, school_id, is_on_post, status FROM teachers WHERE staff_no LIKE '7_' ORDER BY staff_no"
    async with worker():
        first = await desk.take(who, "teachers", rows, mode="commit")
        assert (first["status"], first["applied"]) == ("committed", 4), await desk.faults(who, first)
        ids = [await connection.fetchval("SELECT id FROM teachers WHERE staff_no = $1", one[0]) for one in people]
        day = str(world.today)
        acts: list[tuple[str, dict[str, Any]]] = [
            ("transfer", {"to_school_id": str(world.organisation("A2")), "effective_on": day, "reason": "transfer"}),
            ("setOnPost", {"is_on_post": False, "effective_on": day, "reason": "因病休养"}),
            ("leave", {"left_on": day, "reason": "resignation"}),
        ]
        for teacher, (verb, body) in zip(ids, acts, strict=False):
            answer = await client.post(f"/v1/teachers/{teacher}:{verb}", json=body, headers=keyed(as_role(who)))
            assert answer.status_code == 200, answer.text
        before = await connection.fetch(query)
        again = await desk.take(who, "teachers", rows, mode="commit", on_error="skip", force="true")
    assert await connection.fetch(query) == before
    assert (again["applied"], again["counters"]["unchanged"]) == (0, 2), again["counters"]
    assert [(row, code) for row, _, code in await desk.faults(who, again)] == [
        (2, "SCHOOL_CHANGE"),
        (4, "TEACHER_LEFT"),
    ]
    await connection.close()


async def test_a_revert_that_failed_is_done_by_the_next_one(
    desk: Desk, worker: Worker, clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError

    who, rows = "training_school", [PLACES, ("9100000003", "新区小学", "学校", "", "小学", "")]
    async with worker():
        found = await desk.take(who, "organisations", rows, mode="commit")
        with monkeypatch.context() as patched:
            patched.setattr(OrganisationsKind, "revert", failing)
            failed = await revert(desk, who, found)
        assert (failed["status"], failed["reverted"]) == ("partially_committed", 0)
        assert failed["refusal"]["code"] == "INTERNAL"
        assert "revert" in failed["possible"]
        done = await revert(desk, who, found)
        again = await desk.take(who, "organisations", rows, mode="commit")
    assert (done["status"], done["reverted"], done["kept"], done["refusal"]) == ("reverted", 1, 0, None)
    assert (again["status"], again["applied"]) == ("committed", 1)
    connection = await clone.connect()
    assert await connection.fetchval("SELECT count(*) FROM organisations WHERE code = '9100000003'") == 1
    await connection.close()
