"""The leading group, its two offices and their holders over REST."""

import asyncio
from typing import Any

import httpx
import pytest

from app.core.db import Database
from tests.factories.cluster import Clone
from tests.factories.keys import SignIn
from tests.factories.statements import counted
from tests.factories.teachers import fetch
from tests.factories.trainers import Bureau
from tests.factories.world import World
from tests.trainers.test_appointing import refused

GROUP = {
    "kind": "leading_group",
    "name": "项目县建设领导小组",
    "starts_on": "2026-01-05",
    "document": "测教〔2026〕1号",
}
HEAD = {"post": "head", "name": "测试甲", "duty": "局长", "rank": "principal", "starts_on": "2026-01-05"}
LEFT = {"until": "2026-09-01", "reason": "工作调整，另行任职"}


@pytest.mark.clause("A1", "A3.1", "M6.1.1")
async def test_bodies_sit_where_the_regulation_says_and_are_kept_by_their_owner(
    office: Bureau, clone: Clone, world: World
) -> None:
    school = {**GROUP, "kind": "project_office", "name": "项目办"}
    await refused(
        office,
        clone,
        [
            ("training_school", "leading-groups", GROUP, 403, "OTHER_BODY"),
            ("bureau", "leading-groups", school, 403, "OTHER_BODY"),
            ("bureau_be", "leading-groups", GROUP, 403, "PERMISSION_DENIED"),
            ("school", "leading-groups", GROUP, 403, "PERMISSION_DENIED"),
        ],
    )
    group = await office.done("bureau", "leading-groups", GROUP)
    its_office = await office.done(
        "bureau", "leading-groups", {**GROUP, "kind": "leading_group_office", "name": "办公室"}
    )
    project = await office.done("training_school", "leading-groups", school)
    assert [one["body_id"] for one in (group, its_office, project)] == [
        str(world.organisation(name)) for name in ("bureau", "desk te", "training school")
    ]
    again = await office.send("bureau", "leading-groups", {**GROUP, "starts_on": "2026-06-01"})
    assert (again.status_code, again.json()["code"]) == (409, "LEADING_GROUP_STANDS")
    one = f"leading-groups/{group['id']}"
    late = await office.send("bureau", f"{one}:dissolve", {**LEFT, "until": "2099-01-01"})
    assert (late.status_code, late.json()["code"]) == (422, "STEERING_INVALID")
    await office.done("bureau", f"{one}/holders", HEAD)
    gone = await office.done("bureau", f"{one}:dissolve", LEFT)
    assert (gone["status"], gone["until"], gone["holders"]) == ("dissolved", "2026-09-01", 0)
    held = (await office.get("teacher", f"{one}/holders"))["items"]
    assert [(item["status"], item["until"]) for item in held] == [("left", "2026-09-01")]
    closed = await office.send("bureau", f"{one}/holders", HEAD)
    assert (closed.status_code, closed.json()["code"]) == (409, "LEADING_GROUP_DISSOLVED")
    twice = await office.send("bureau", f"{one}:dissolve", LEFT)
    assert (twice.status_code, twice.json()["code"]) == (409, "STATUS_CONFLICT")
    await office.done("bureau", "leading-groups", {**GROUP, "starts_on": "2026-09-01"})  # the day the first one ended
    on = (await office.get("school", "leading-groups?kind=leading_group&on=2026-08-31"))["items"]
    assert [item["id"] for item in on] == [group["id"]]


@pytest.mark.clause("A1", "A4.1")
async def test_posts_by_date_and_the_read_out_of_a_day(office: Bureau, clone: Clone, world: World) -> None:
    group = await office.done("bureau", "leading-groups", GROUP)
    path = f"leading-groups/{group['id']}/holders"
    teacher = {**HEAD, "name": None, "teacher_id": str(world.teacher("a1-1")), "post": "member_te"}
    await refused(
        office,
        clone,
        [
            ("training_school", path, HEAD, 403, "OTHER_BODY"),
            ("bureau", path, {**HEAD, "post": "director"}, 422, "STEERING_INVALID"),
            ("bureau", path, {**HEAD, "starts_on": "2026-01-04"}, 422, "STEERING_INVALID"),
            ("bureau", path, {**HEAD, "name": None}, 422, "STEERING_INVALID"),
            ("bureau", path, {**teacher, "name": "测试甲"}, 422, "STEERING_INVALID"),
            ("bureau", path, {**teacher, "teacher_id": str(world.teacher("x1-1"))}, 422, "STEERING_INVALID"),
        ],
    )
    first = await office.done("bureau", path, HEAD)
    taken = await office.send("bureau", path, {**HEAD, "name": "测试乙", "starts_on": "2026-09-01"})
    assert (taken.status_code, taken.json()["code"]) == (409, "LEADING_GROUP_POST_TAKEN")
    await office.done("bureau", path, {**HEAD, "post": "deputy", "name": "测试丙", "rank": "deputy"})
    await office.done("bureau", path, {**HEAD, "post": "deputy", "name": "测试丁", "rank": "deputy"})  # may be several
    named = await office.done("bureau", path, teacher)
    assert named["name"] == "赵一"
    double = await office.send("bureau", path, {**teacher, "post": "member_be"})
    assert (double.status_code, double.json()["code"]) == (409, "LEADING_GROUP_HOLDER_TWICE")
    end = f"leading-group-holders/{first['id']}:end"
    assert (await office.send("training_school", end, LEFT)).json()["code"] == "OTHER_BODY"
    before = await office.send("bureau", end, {**LEFT, "until": "2026-01-04"})
    assert (before.status_code, before.json()["code"]) == (422, "STEERING_INVALID")
    stale = await office.send("bureau", end, {**LEFT, "etag": '"7"'})
    assert stale.status_code == httpx.codes.PRECONDITION_FAILED
    await office.done("bureau", end, LEFT)
    await office.done("bureau", path, {**HEAD, "name": "测试乙", "starts_on": "2026-09-01"})
    days = {
        day: await office.get("central_school", f"leading-group-standing?on={day}")
        for day in ("2026-08-31", "2026-09-01")
    }
    assert [one["posts"][0]["names"] for one in days.values()] == [["测试甲"], ["测试乙"]]
    one = days["2026-09-01"]
    assert (one["people"], one["is_complete"], one["office_people"]) == (4, False, 0)
    assert [(item["rule"], item["actual"], item["required"]) for item in one["findings"]] == [
        ("steering.members", 1, 9),
        ("steering.bodies_absent", 1, 9),
        ("steering.leading_group_office", 0, None),
        ("steering.project_office", 0, None),
    ]
    assert [item["clause"] for item in one["findings"]] == ["A1", "A4.1", "A3.1", "A3.1"]


@pytest.mark.clause("A1")
async def test_of_many_who_appoint_a_head_at_once_one_succeeds(office: Bureau, clone: Clone) -> None:
    group = await office.done("bureau", "leading-groups", GROUP)
    path = f"leading-groups/{group['id']}/holders"
    bodies: list[dict[str, Any]] = [{**HEAD, "name": f"测试第{number}人"} for number in range(12)]
    answers = await asyncio.gather(*(office.send("bureau", path, body) for body in bodies))
    assert sorted(one.status_code for one in answers) == [201] + [409] * 11
    assert len(await fetch(clone, "SELECT 1 FROM leading_group_holders")) == 1


@pytest.mark.clause("M6.1.2")
async def test_experts_are_engaged_reviewed_and_ended(office: Bureau, clone: Clone, world: World) -> None:
    new = {
        "name": "测试专家", "institution": "测试师范大学", "source": "university", "is_local": False,
        "stage": "primary", "subject": "chinese", "starts_on": "2026-09-01", "ends_on": "2029-09-01",
    }  # fmt: skip
    own = {**new, "name": None, "teacher_id": str(world.teacher("a1-1")), "is_local": True}
    await refused(
        office,
        clone,
        [
            ("training_school", "experts", new, 403, "PERMISSION_DENIED"),
            ("bureau", "experts", {**new, "source": "magic"}, 422, "STEERING_INVALID"),
            ("bureau", "experts", {**new, "ends_on": "2026-09-01"}, 422, "STEERING_INVALID"),
            ("bureau", "experts", {**own, "is_local": False}, 422, "STEERING_INVALID"),
            ("bureau", "experts", {**own, "name": "测试专家"}, 422, "STEERING_INVALID"),
        ],
    )
    made = await office.done("bureau", "experts", new)
    again = await office.send("bureau", "experts", {**new, "starts_on": "2027-09-01"})
    assert (again.status_code, again.json()["code"]) == (409, "EXPERT_ENGAGED")
    await office.done("bureau", "experts", {**new, "subject": None, "stage": "preschool"})
    assert (await office.done("bureau", "experts", own))["name"] == "赵一"
    one = f"experts/{made['id']}"
    review = {"school_year": "2026-2027", "result": "continue", "opinion": "全程指导，效果良好"}
    outside = await office.send("training_school", f"{one}/reviews", {**review, "school_year": "2025-2026"})
    assert (outside.status_code, outside.json()["code"]) == (422, "STEERING_INVALID")
    await office.done("training_school", f"{one}/reviews", review)
    twice = await office.send("bureau", f"{one}/reviews", review)
    assert (twice.status_code, twice.json()["code"]) == (409, "EXPERT_REVIEWED")
    assert (await office.get("teacher", one))["reviews"] == 1
    assert (await office.client.get(f"/v1/{one}/reviews", headers=office.as_role("school"))).status_code == 403
    seen = await office.get("school", "expert-coverage?on=2026-11-23")
    assert (seen["people"], seen["local"], seen["outside"]) == (3, 1, 2)
    assert not [item for item in seen["missing"] if item["stage"] == "preschool"]
    gone = await office.done("bureau", f"{one}:end", {"reason": "本人申请终止"}, "2026-11-23")
    assert (gone["until"], gone["is_active"]) == ("2026-11-23", False)
    closed = await office.send("bureau", f"{one}:end", {"reason": "本人申请终止"})
    assert (closed.status_code, closed.json()["code"]) == (409, "STATUS_CONFLICT")
    assert len((await office.get("bureau", "experts?active_on=2026-11-23"))["items"]) == 2


async def test_lists_cost_the_same_however_long(
    client: httpx.AsyncClient, as_role: SignIn, office: Bureau, database: Database
) -> None:
    group = await office.done("bureau", "leading-groups", GROUP)
    paths = ("leading-groups", f"leading-groups/{group['id']}/holders", "leading-group-standing?on=2026-11-23")
    query = "{leadingGroups{nodes{name bodyName holders}} experts{nodes{name reviews}}}"
    figures = []
    for number in range(3):
        body = {**HEAD, "post": "deputy", "name": f"测试第{number}人", "rank": "deputy"}
        await office.done("bureau", f"leading-groups/{group['id']}/holders", body)
        with counted(database) as sent:
            for path in paths:
                assert (await client.get(f"/v1/{path}", headers=as_role("bureau"))).status_code == httpx.codes.OK
            await client.post("/graphql", json={"query": query}, headers=as_role("bureau"))
        figures.append(len(sent))
    assert figures[1] == figures[2]


@pytest.mark.clause("A1", "M6.1.2")
async def test_posts_and_engagements_follow_a_merged_record_and_come_back(office: Bureau, world: World) -> None:
    first, second = (str(world.teacher(name)) for name in ("a1-2", "a1-3"))
    groups = [
        await office.done("bureau", "leading-groups", {**GROUP, "kind": kind, "name": kind})
        for kind in ("leading_group", "leading_group_office")
    ]
    member = {"duty": "成员", "rank": "other", "starts_on": "2026-01-05"}
    posts = ("member_te", "staff", "staff")
    for group, teacher, post in zip((groups[0], groups[1], groups[1]), (first, first, second), posts, strict=True):
        body = member | {"post": post, "teacher_id": teacher}
        await office.done("bureau", f"leading-groups/{group['id']}/holders", body)
    merge = {"into_id": second, "reason": "重复登记的档案", "is_same_person": True}

    async def named() -> list[list[str]]:
        lists = [(await office.get("bureau", f"leading-groups/{one['id']}/holders"))["items"] for one in groups]
        return [sorted(holder["teacher_id"] for holder in found) for found in lists]

    before = await named()
    await office.done("bureau", f"teachers/{first}:merge", merge)
    assert await named() == [[second], sorted([first, second])]
    await office.done("bureau", f"teachers/{first}:unmerge", {"reason": "合并有误"})
    assert await named() == before
