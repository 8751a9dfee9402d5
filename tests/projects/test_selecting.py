"""A project from its plan to its trainees, over REST only: each step by another person, all that is missing at once."""

from typing import Any
from unittest.mock import patch

import pytest

from app.access.context import Context
from app.core.db import AnyRow
from app.policy.finding import Finding, Severity
from tests.factories.cluster import Clone
from tests.factories.projects import MANAGERS, PLAN, PROJECT, REASON, TEAM, TRACKERS, Office, codes
from tests.factories.world import World

SAME = ["SEPARATION_OF_DUTIES"]


async def refused(office: Office, clone: Clone, who: str, path: str, body: dict[str, Any] | None = None) -> list[str]:
    """The codes of a refusal, which has written nothing."""
    before = await office.counts(clone)
    answer = await office.send(who, path, body)
    assert answer.status_code in {403, 404, 409, 422}, answer.text
    assert await office.counts(clone) == before
    return codes(answer)


async def unreviewed(ctx: Context, *, project: AnyRow, findings: list[Finding]) -> None:
    """What a package above knows to be missing."""
    message = f"《{project.name}》的课程方案尚未审核。"
    findings.append(Finding("projects.course_design", Severity.MUST, "A2.3a", message))


@pytest.mark.clause("M3.1", "M3.2", "A4.3")
async def test_plans_of_five_levels_are_approved_by_another_person(office: Office, clone: Clone) -> None:
    made = await office.done("bureau", "plans", PLAN | {"last_year": 2029, "items": PLAN["items"][:4]})
    path = f"plans/{made['id']}"
    assert await refused(office, clone, "bureau", f"{path}:submit") == ["projects.plan_years", "projects.plan_levels"]
    answer = await office.patched("bureau", path, {"last_year": 2030, "items": PLAN["items"]})
    assert answer.status_code == 200, answer.text
    await office.done("bureau", f"{path}:submit")
    assert (await office.client.get(f"/v1/{path}", headers=office.as_role("school"))).status_code == 404
    assert codes(await office.patched("bureau", path, {"title": "改"})) == ["TRAINING_PLAN_CLOSED_FOR_CHANGE"]
    assert await refused(office, clone, "bureau", f"{path}:approve") == SAME
    assert await refused(office, clone, "training_school", f"{path}:approve") == ["PERMISSION_DENIED"]
    await office.done("bureau_2", f"{path}:return", {"reason": "请补充科室分工"})
    await office.done("bureau", f"{path}:submit")
    await office.done("bureau_2", f"{path}:approve")
    assert (await office.get("teacher", path))["status"] == "approved"
    second = await office.done("bureau", "plans", PLAN)
    await office.done("bureau", f"plans/{second['id']}:submit")
    assert await refused(office, clone, "bureau_2", f"plans/{second['id']}:approve") == ["TRAINING_PLAN_STANDS"]
    yearly = PLAN | {"kind": "annual", "first_year": 2031, "last_year": 2031, "parent_id": made["id"]}
    outside = await office.done("bureau", "plans", yearly)
    found = await refused(office, clone, "bureau", f"plans/{outside['id']}:submit")
    assert found == ["projects.plan_outside"]
    wrong = {"items": [{"level": "none", "content": "无"}], "departments": ["none", "none"], "first_year": 2031}
    assert await refused(office, clone, "bureau", "plans", PLAN | wrong) == [
        "CODE_UNKNOWN", "CODE_UNKNOWN", "CODE_UNKNOWN", "DUPLICATE", "OUT_OF_ORDER",
    ]  # fmt: skip


@pytest.mark.clause("M2", "M3.1", "A3.2", "A3.3", "M6.2.3c", "A2.2")
async def test_a_project_is_approved_and_opened_by_what_it_needs(office: Office, clone: Clone, world: World) -> None:
    wrong = PROJECT | {
        "level": "none", "ends_on": "2026-12-01", "plan_id": str(world.teacher("a1-1")),
        "host_institution_id": str(world.organisation("A1")),
    }  # fmt: skip
    assert await refused(office, clone, "bureau", "projects", wrong) == [
        "CODE_UNKNOWN", "OUT_OF_ORDER", "REFERENCE_UNKNOWN", "REFERENCE_UNKNOWN",
    ]  # fmt: skip
    assert await refused(office, clone, "training_school", "projects", PROJECT) == ["PERMISSION_DENIED"]
    host = await office.done("bureau", "organisations", {"kind": "host_institution", "name": "湖南第一师范学院"})
    made = await office.done("bureau", "projects", PROJECT | {"host_institution_id": host["id"]})
    path = f"projects/{made['id']}"
    assert (made["host_name"], made["status"], made["school_year"]) == ("湖南第一师范学院", "draft", "2026-2027")
    assert await refused(office, clone, "bureau", "projects", PROJECT) == ["PROJECT_NAME_TAKEN"]
    assert (await office.patched("bureau", path, {"quota": 5, "host_institution_id": None})).json()["quota"] == 5
    assert await refused(office, clone, "bureau", f"{path}:approve") == ["STATUS_CONFLICT"]
    await office.done("bureau", f"{path}:submit")
    assert codes(await office.patched("bureau", path, {"quota": 6})) == ["PROJECT_STATUS"]
    assert await refused(office, clone, "bureau", f"{path}:approve") == SAME
    returned = await office.done("bureau_2", f"{path}:return", {"reason": "请写明目标"})
    assert (returned["status"], returned["reason"]) == ("draft", "请写明目标")
    await office.done("bureau", f"{path}:submit")
    await office.done("bureau_2", f"{path}:approve")
    assert await refused(office, clone, "training_school", f"{path}:openSelection") == [
        "projects.sub_project_team", "projects.phase", "projects.allotted",
    ]  # fmt: skip
    headless = {"name": "无人负责", "members": [{"name": "张三"}]}
    assert await refused(office, clone, "training_school", f"{path}/sub-projects", headless) == ["SUB_PROJECT_LEAD"]
    assert await refused(office, clone, "bureau", f"{path}/sub-projects", TEAM) == ["PERMISSION_DENIED"]
    sub = await office.done("training_school", f"{path}/sub-projects", TEAM)
    assert [one["is_lead"] for one in sub["members"]] == [True, False]
    phase = {"kind": "study", "name": "研修", "starts_on": "2026-12-10", "ends_on": "2026-12-20"}
    late = phase | {"ends_on": "2026-12-01", "mode": "none"}
    assert await refused(office, clone, "bureau", f"{path}/phases", late) == ["CODE_UNKNOWN", "OUT_OF_ORDER"]
    added = await office.done("bureau", f"{path}/phases", phase)
    assert (await office.patched("bureau", f"{path}/phases/{added['id']}", {"place": "长沙"})).json()["place"] == "长沙"
    assert (await office.client.get(f"/v1/{path}", headers=office.as_role("teacher"))).status_code == 404
    opened = await office.done("training_school", f"{path}:openSelection")
    assert (opened["status"], opened["is_published"]) == ("selecting", True)
    assert (await office.get("teacher", path))["name"] == PROJECT["name"]
    cancelled = await office.done("bureau", f"{path}:cancel", {"reason": "经费调整取消"})
    assert (cancelled["status"], cancelled["reason"]) == ("cancelled", "经费调整取消")
    await office.done("bureau", "projects", PROJECT)


@pytest.mark.clause("A2.2", "M6.3.2", "A6.7")
async def test_a_nomination_goes_its_way_by_five_persons(office: Office, clone: Clone, world: World) -> None:
    path = await office.selecting()
    applied = await office.done("teacher", f"{path}/nominations:apply", {"statement": "本人申请"})
    one = f"{path}/nominations/{applied['id']}"
    assert (applied["status"], applied["priority"]) == ("applied", 2)
    assert [finding["rule"] for finding in applied["findings"]] == ["projects.priority"]
    assert await refused(office, clone, "teacher", f"{path}/nominations:apply", {}) == ["NOMINATION_STANDS"]
    assert await refused(office, clone, "school_a2", f"{one}:nominate") == ["NOT_FOUND"]
    assert await refused(office, clone, "training_school", f"{one}:reject", REASON) == ["OTHER_BODY"]
    await office.done("school", f"{one}:nominate")
    assert await refused(office, clone, "training_school", f"{one}:check") == ["NOMINATION_NOT_PASSED"]
    assert await refused(office, clone, "central_b", f"{one}:pass") == ["NOT_FOUND"]
    await office.done("central_school", f"{one}:pass")
    assert await refused(office, clone, "bureau", f"{one}:confirm") == ["STATUS_CONFLICT"]
    await office.done("training_school", f"{one}:check")
    assert await refused(office, clone, "bureau_be", f"{one}:confirm") == ["PERMISSION_DENIED"]
    done = await office.done("bureau", f"{one}:confirm")
    assert done["status"] == "confirmed"
    trainees = (await office.get("teacher", f"{path}/trainees"))["items"]
    assert [(t["teacher_name"], t["unit_name"], t["status"]) for t in trainees] == [("赵一", "甲镇中心校", "enrolled")]
    both = await office.nominated(path, "a1-3", "central_school")
    assert await refused(office, clone, "central_school", f"{both}:pass") == SAME
    more = {"teacher_id": str(world.teacher("a2-1"))}
    assert await refused(office, clone, "school_a2", f"{path}/nominations", more) == ["PROJECT_NO_PLACE"]
    await office.done("school", f"{both}:withdraw", {"reason": "本人有其他任务"})
    await office.nominated(path, "a2-1", "school_a2")
    far = {"teacher_id": str(world.teacher("b1-1"))}
    assert await refused(office, clone, "school", f"{path}/nominations", far) == ["OUT_OF_SCOPE"]
    assert await refused(office, clone, "school_b1", f"{path}/nominations", far) == ["PROJECT_NO_PLACE"]


@pytest.mark.clause("A2.2", "A4.2", "A6.7")
async def test_conditions_are_told_on_nomination_and_bind_at_the_check(office: Office, clone: Clone) -> None:
    path = await office.selecting()
    late = "2026-12-01"
    one = await office.nominated(path, "d-1", "school_d", late)
    found = (await office.get("school_d", one))["findings"]
    assert [(finding["rule"], finding["severity"]) for finding in found] == [
        ("projects.stage", "must"),
        ("projects.priority", "advise"),
        ("projects.nominated_late", "advise"),
    ]
    assert await refused(office, clone, "training_school", f"{one}:check") == [finding["rule"] for finding in found]
    rejected = await office.done("training_school", f"{one}:reject", {"reason": "学段不符合要求"})
    assert (rejected["status"], rejected["reason"]) == ("rejected", "学段不符合要求")
    taken = (await office.get("bureau", f"{path}/quotas"))["items"]
    assert sorted((one["unit_name"], one["places"], one["taken"]) for one in taken) == [
        ("市直实验幼儿园", 1, 0),
        ("甲镇中心校", 2, 0),
    ]
    other = await office.selecting(name="同类的另一个项目", level="city")
    await office.confirmed(path, "a1-2")
    again = await office.nominated(other, "a1-2")
    assert [finding["rule"] for finding in (await office.get("school", again))["findings"]] == [
        "projects.not_in_another",
        "projects.priority",
    ]


@pytest.mark.clause("A4.2b", "A2.3b", "A2.4", "A2.5a", "M5.2", "M5.3")
async def test_steps_tell_all_that_is_missing(office: Office, clone: Clone) -> None:
    path = await office.selecting()
    waiting = await office.nominated(path, "d-2", "school_d")
    assert await refused(office, clone, "training_school", f"{path}:start") == [
        "projects.trainees", "projects.undecided", "projects.leading_manager", "projects.manager",
        "training.course_design", "training.questionnaire",
    ]  # fmt: skip
    await office.done("school_d", f"{waiting}:withdraw", {"reason": "本人有其他任务"})
    await office.confirmed(path)
    wrong = {
        "role": "manager",
        "people": [
            {"name": "某人"},
            {"rank": "full_time"},
            {"name": "某人", "rank": "full_time", "appointment_id": None},
        ],
    }
    assert await refused(office, clone, "training_school", f"{path}/people:compose", wrong) == [
        "MANAGER_RANK", "NAME_MISSING",
    ]  # fmt: skip
    await office.done("training_school", f"{path}/people:compose", MANAGERS)
    with patch("app.access.reactions._reactions", {"project.starting": (unreviewed,)}):
        found = await refused(office, clone, "training_school", f"{path}:start")
        assert found == ["projects.course_design"]
    with patch("app.access.reactions._reactions", {}):
        assert (await office.done("training_school", f"{path}:start"))["status"] == "running"
    assert await refused(office, clone, "training_school", f"{path}:startPractice") == ["projects.guide_group"]
    guide = {"role": "guide", "people": [{"name": "不是培训者"}]}
    assert await refused(office, clone, "training_school", f"{path}/people:compose", guide) == ["GUIDE_NOT_TRAINER"]
    term = await office.appointed("2026-11-23")
    named = {"role": "guide", "people": [{"appointment_id": term["id"], "is_leader": True}]}
    await office.done("training_school", f"{path}/people:compose", named)
    await office.done("training_school", f"{path}:startPractice")
    assert await refused(office, clone, "training_school", f"{path}:startEvaluation") == ["projects.tracking_group"]
    await office.done("training_school", f"{path}/people:compose", TRACKERS)
    people = (await office.get("school", f"{path}/people"))["items"]
    assert [(one["role"], one["name"]) for one in people] == [
        ("guide", "赵一"), ("manager", "王五"), ("tracker", "赵六"),
    ]  # fmt: skip
    with patch("app.access.reactions._reactions", {}):
        for verb, status in (("startEvaluation", "evaluating"), ("close", "closed"), ("archive", "archived")):
            assert (await office.done("training_school", f"{path}:{verb}"))["status"] == status
    assert await refused(office, clone, "bureau", f"{path}:cancel", REASON) == ["STATUS_CONFLICT"]


@pytest.mark.clause("A2.2", "M6.3.2", "M6.3.1")
async def test_who_drops_out_is_replaced_by_who_meets_the_same(office: Office, clone: Clone, world: World) -> None:
    path = await office.selecting()
    one = await office.confirmed(path)
    trainee = (await office.get("bureau", f"{path}/trainees"))["items"][0]
    mine = f"{path}/trainees/{trainee['id']}"
    assert (await office.done("school", f"{mine}:askWithdrawal", REASON))["asked_reason"] == REASON["reason"]
    assert await refused(office, clone, "school", f"{mine}:withdraw", REASON) == ["PERMISSION_DENIED"]
    body = {"teacher_id": str(world.teacher("b1-1")), "effective_on": "2027-01-01", **REASON}
    assert await refused(office, clone, "training_school", f"{one}:substitute", body) == ["OTHER_UNIT", "OUT_OF_ORDER"]
    body |= {"teacher_id": str(world.teacher("a2-1")), "effective_on": "2026-12-01"}
    new = await office.done("training_school", f"{one}:substitute", body)
    assert (new["status"], new["route"], new["replaces_id"]) == ("checked", "substitution", trainee["id"])
    assert await refused(office, clone, "training_school", f"{one}:substitute", body) == ["NOMINATION_STANDS"]
    await office.done("bureau", f"{path}/nominations/{new['id']}:confirm")
    listed = {t["teacher_name"]: t for t in (await office.get("bureau", f"{path}/trainees"))["items"]}
    assert (listed["钱二"]["status"], listed["钱二"]["left_on"]) == ("replaced", "2026-12-01")
    assert (listed["周五"]["status"], listed["周五"]["joined_on"]) == ("enrolled", "2026-12-01")
    assert [q["taken"] for q in (await office.get("bureau", f"{path}/quotas"))["items"] if q["places"] == 2] == [1]
    left = await office.done("training_school", f"{path}/trainees/{listed['周五']['id']}:withdraw", REASON)
    assert left["status"] == "withdrawn"
    assert await refused(office, clone, "training_school", f"{mine}:withdraw", REASON) == ["STATUS_CONFLICT"]


async def test_a_merged_record_is_one_trainee(office: Office, clone: Clone, world: World) -> None:
    path = await office.selecting(places={"central A": 4})
    await office.confirmed(path)
    other = await office.nominated(path, "a1-3")
    merge = {"into_id": str(world.teacher("a1-2")), "reason": "重复登记的档案", "is_same_person": True}
    first = f"teachers/{world.teacher('a1-3')}:merge"
    assert await refused(office, clone, "bureau", first, merge) == ["NOMINATION_OVERLAP"]
    await office.done("school", f"{other}:withdraw", {"reason": "重复登记的档案"})
    await office.done("bureau", first, merge)
    more = merge | {"into_id": str(world.teacher("a1-1"))}
    await office.done("bureau", f"teachers/{world.teacher('a1-2')}:merge", more)
    trainees = (await office.get("bureau", f"{path}/trainees"))["items"]
    assert [one["teacher_name"] for one in trainees] == ["赵一"]
    back = {"reason": "合并有误"}
    await office.done("bureau", f"teachers/{world.teacher('a1-2')}:unmerge", back)
    trainees = (await office.get("bureau", f"{path}/trainees"))["items"]
    assert [one["teacher_name"] for one in trainees] == ["钱二"]
    await office.done("bureau", f"teachers/{world.teacher('a1-3')}:unmerge", back)
    trainees = (await office.get("bureau", f"{path}/trainees"))["items"]
    assert [one["teacher_name"] for one in trainees] == ["钱二"]
