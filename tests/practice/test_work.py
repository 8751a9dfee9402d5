"""Tasks, who owes them, outputs from hand to hand, and trainees' cases, over REST."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.core.db import Database
from tests.factories.cluster import Clone
from tests.factories.graph import data
from tests.factories.keys import SignIn
from tests.factories.practice import Scene, put_typical_case, refused
from tests.factories.projects import Office
from tests.factories.statements import counted
from tests.factories.uploads import PDF
from tests.factories.world import World

REASON = {"reason": "请补充教学反思"}
GRAPH = """query($p: UUID!) {practiceTasks(uuid: $p, first: 50) {nodes {title workshopName outputs}}
    practiceDuties(uuid: $p, first: 50) {nodes {title teacherName state}}
    practiceTrainees(uuid: $p, first: 50) {nodes {teacherName schoolName tasks}}
    practiceOutputs(first: 50) {nodes {title teacherName taskTitle}}}"""
MARK: dict[str, Any] = {"mark": 92.5, "opinion": "设计扎实，反思深入"}


async def published(office: Office, scene: Scene, **changes: Any) -> str:
    """The id of a published task."""
    made = await office.done("training_school", f"{scene.path}/practice-tasks", scene.task(**changes))
    task = await office.done("training_school", f"practice-tasks/{made['id']}:publish")
    assert (task["status"], task["published_on"]) == ("published", "2026-11-23")
    found: str = task["id"]
    return found


@pytest.mark.clause("M5.3")
async def test_tasks_are_drafted_published_extended_and_owed(
    office: Office, scene: Scene, clone: Clone, world: World
) -> None:
    tasks = f"{scene.path}/practice-tasks"
    await refused(
        office,
        clone,
        [
            ("school", tasks, scene.task(), 403, "PERMISSION_DENIED"),
            ("bureau", tasks, scene.task(), 403, "PERMISSION_DENIED"),
            ("training_school", tasks, scene.task(kind="rest"), 422, "CODE_UNKNOWN"),
            ("training_school", tasks, scene.task(due_on="2027-07-01"), 422, "OUTSIDE_PROJECT"),
            ("training_school", tasks, scene.task(workshop_id=str(uuid4())), 422, "REFERENCE_UNKNOWN"),
        ],
    )
    draft = await office.done("training_school", tasks, scene.task(kind="school_research_plan", due_on="2026-11-24"))
    one = f"practice-tasks/{draft['id']}"
    assert (await office.get("school", tasks))["items"] == []  # a draft
    assert (await office.client.get(f"/v1/{one}", headers=office.as_role("teacher"))).status_code == 404
    head = office.as_role("training_school")
    own = scene.task(workshop_id=str(scene.workshop), kind="subject_team_building", due_on="2026-11-25")
    changed = (await office.client.put(f"/v1/{one}", json=own, headers=head)).json()
    assert [found["rule"] for found in changed["findings"]] == ["practice.task_audience"]
    late = await office.send("training_school", f"{one}:publish", on="2026-11-26")
    assert (late.status_code, late.json()["code"]) == (422, "PRACTICE_INVALID")
    await office.done("training_school", f"{one}:publish")
    await refused(
        office,
        clone,
        [
            ("training_school", f"{one}:publish", {}, 409, "STATUS_CONFLICT"),
            ("training_school", f"{one}:extend", {"due_on": "2026-11-25", **REASON}, 422, "OUT_OF_ORDER"),
            ("training_school", f"{one}:extend", {"due_on": "2027-07-01", **REASON}, 422, "OUT_OF_ORDER"),
            ("training_school", f"{one}:publish", {"etag": '"1"'}, 412, "ETAG_MISMATCH"),
        ],
    )
    assert (await office.client.put(f"/v1/{one}", json=own, headers=head)).status_code == 409
    everybody = await published(office, scene)
    duties = f"{scene.path}/practice-duties"
    seen = (await office.get("training_school", f"{duties}?state=owed"))["items"]
    assert sorted((row["title"], row["teacher_name"]) for row in seen if row["task_id"] == draft["id"]) == [
        ("课例研究", "钱二")  # the workshop's only trainee
    ]
    assert len([row for row in seen if row["task_id"] == everybody]) == 3
    assert {row["teacher_name"] for row in (await office.get("school", duties))["items"]} == {"赵一", "钱二"}
    assert len((await office.get("teacher", duties))["items"]) == 1
    assert len((await office.get("teacher_a2", duties))["items"]) == 4  # of the tracking group
    assert (await office.get("central_b", duties))["items"] == []
    overdue = (await office.get("bureau", f"{duties}?is_overdue=true", on="2026-11-26"))["items"]
    assert [row["teacher_name"] for row in overdue] == ["钱二"]
    extended = await office.done("training_school", f"{one}:extend", {"due_on": "2026-12-26", **REASON})
    assert extended["due_on"] == "2026-12-26"
    assert (await office.get("bureau", f"{duties}?is_overdue=true", on="2026-11-26"))["items"] == []
    gone = await office.done("training_school", f"{one}:withdraw", REASON)
    assert (gone["status"], gone["reason"]) == ("withdrawn", REASON["reason"])
    assert len((await office.get("bureau", duties))["items"]) == 3


@pytest.mark.clause("A2.4", "A2.5a", "A2.3c")
async def test_an_output_from_hand_to_hand(office: Office, scene: Scene, clone: Clone) -> None:
    task, other = await published(office, scene), await published(office, scene, workshop_id=str(scene.workshop))
    new = scene.output(task)
    await refused(
        office,
        clone,
        [
            ("training_school", "practice-outputs", new, 403, "PERMISSION_DENIED"),
            ("school_d", "practice-outputs", new, 422, "REFERENCE_UNKNOWN"),
            ("teacher_a2", "practice-outputs", new, 422, "REFERENCE_UNKNOWN"),
            ("teacher", "practice-outputs", scene.output(other), 422, "OTHER_TRAINEES"),
            ("teacher", "practice-outputs", scene.output(str(uuid4())), 422, "REFERENCE_UNKNOWN"),
        ],
    )
    made = await office.done("teacher", "practice-outputs", new)
    one = f"practice-outputs/{made['id']}"
    taken = await office.send("school", "practice-outputs", new)
    assert (taken.status_code, taken.json()["code"]) == (409, "PRACTICE_OUTPUT_TAKEN")
    opinion = {"opinion": "目标可以再具体些"}
    await refused(
        office,
        clone,
        [
            ("teacher", f"{one}:guide", opinion, 403, "SEPARATION_OF_DUTIES"),
            ("school_d", f"{one}:withdraw", {}, 404, "NOT_FOUND"),
            ("teacher", f"{one}:mark", MARK, 403, "SEPARATION_OF_DUTIES"),
            ("training_school", f"{one}:mark", {**MARK, "mark": 100.5}, 422, "practice.points"),
            ("training_school", f"{one}:publish", {}, 409, "STATUS_CONFLICT"),
            ("training_school", f"practice-tasks/{task}:withdraw", REASON, 409, "PRACTICE_TASK_HAS_OUTPUTS"),
        ],
    )
    await office.done("teacher_a2", f"{one}:guide", opinion)
    await office.done("teacher_a2", f"{one}:return", REASON)
    owing = (await office.get("bureau", f"{scene.path}/practice-duties?task_id={task}&state=returned"))["items"]
    assert [(row["output_id"], row["is_overdue"]) for row in owing] == [(made["id"], False)]
    again = await office.done("school", f"{one}:resubmit", {"title": "课例《草原》", "text": "补充反思"})
    assert (again["status"], again["handed_in"]) == ("submitted", 2)
    head = office.as_role("teacher")
    file = {"file": ("课例.pdf", PDF)}
    assert (await office.client.post(f"/v1/{one}/files", files=file, headers=head)).status_code == 201
    marked = await office.done("teacher_a2", f"{one}:mark", MARK)
    assert (marked["status"], marked["mark"]) == ("marked", 92.5)
    assert (await office.client.post(f"/v1/{one}/files", files=file, headers=head)).status_code == 409
    said = (await office.get("teacher", f"{one}/opinions"))["items"]
    assert [row["kind"] for row in said] == ["guidance", "return", "mark"]
    hidden = await office.client.get(f"/v1/{one}", headers=office.as_role("school_b1"))
    assert hidden.status_code == 404
    await office.done("training_school", f"{one}:publish")
    assert (await office.get("school_b1", one))["title"] == "课例《草原》"  # everybody's to learn from
    assert len((await office.get("school_b1", f"{one}/files"))["items"]) == 1
    behind = await office.client.get(f"/v1/{one}/opinions", headers=office.as_role("school_b1"))
    assert behind.status_code == 404
    assert (await office.done("training_school_2", f"{one}:unpublish", REASON))["status"] == "marked"


async def test_of_many_hands_on_one_task_one_output_stays(office: Office, scene: Scene) -> None:
    task = await published(office, scene)
    sent = [office.send(who, "practice-outputs", scene.output(task)) for who in ("teacher", "school") * 8]
    answers = await asyncio.gather(*sent)
    codes = [answer.json().get("code", "made") for answer in answers]
    assert sorted(set(codes)) == ["PRACTICE_OUTPUT_TAKEN", "made"]
    assert codes.count("made") == 1


@pytest.mark.clause("A4.5")
async def test_a_trainee_has_one_case_of_each_kind(office: Office, scene: Scene, clone: Clone, world: World) -> None:
    task = await published(office, scene)
    output = await office.done("school", "practice-outputs", scene.output(task))
    connection = await clone.connect()
    taken_in = await put_typical_case(connection, world, "a1-1")
    waiting = await put_typical_case(connection, world, "a1-1", status="submitted")
    of_another = await put_typical_case(connection, world, "a1-2")
    await connection.close()
    case = {"trainee_id": str(scene.trainees["a1-1"]), "kind": "transfer", "output_id": output["id"]}
    leading = {**case, "kind": "leading", "output_id": None}
    unmarked = [
        ("teacher", "practice-cases", case, 422, "REFERENCE_UNKNOWN"),  # not marked yet
        ("teacher", "practice-cases", {**leading, "case_id": str(waiting)}, 422, "REFERENCE_UNKNOWN"),
        ("teacher", "practice-cases", {**leading, "case_id": str(of_another)}, 422, "REFERENCE_UNKNOWN"),
        ("teacher", "practice-cases", {**case, "case_id": str(taken_in)}, 422, "INVALID"),
        ("training_school", "practice-cases", case, 403, "PERMISSION_DENIED"),
    ]
    await refused(office, clone, unmarked)
    await office.done("training_school", f"practice-outputs/{output['id']}:mark", MARK)
    first = await office.done("teacher", "practice-cases", case)
    second = await office.done("school", "practice-cases", {**leading, "case_id": str(taken_in)})
    standing = await office.send("school", "practice-cases", case)
    assert (standing.status_code, standing.json()["code"]) == (409, "PRACTICE_CASE_STANDING")
    judge, no = f"practice-cases/{first['id']}:judge", {"decision": "decline", "reason": "证据不足"}
    await refused(
        office,
        clone,
        [
            ("school", judge, {"decision": "accept"}, 403, "PERMISSION_DENIED"),
            ("training_school", judge, {"decision": "decline"}, 422, "INVALID"),
            ("school_d", f"practice-cases/{first['id']}:withdraw", {}, 404, "NOT_FOUND"),
        ],
    )
    await office.done("training_school", judge, no)
    again = await office.done("teacher", "practice-cases", case)
    for one in (again, second):
        await office.done("training_school", f"practice-cases/{one['id']}:judge", {"decision": "accept"})
    summary = await office.get("bureau", f"{scene.path}/practice-summary")
    named = ("trainees", "duties", "outputs", "marked", "transfer", "transfer_share", "is_transfer_met", "leading")
    assert [summary[name] for name in named] == [3, 3, 1, 1, 1, 0.3333, False, 1]
    own = await office.get("teacher", f"{scene.path}/practice-summary")
    assert (own["trainees"], own["transfer_share"], own["is_transfer_met"]) == (1, 1.0, True)
    lacking = (await office.get("bureau", f"{scene.path}/practice-trainees?lacks=leading"))["items"]
    assert sorted(row["teacher_name"] for row in lacking) == ["冯九", "钱二"]
    shares = await office.get("bureau", "practice-case-shares?year=2026")
    assert (shares["trainees"], shares["leading_share_min"], len(shares["missing"])) == (3, 0.8, 2)
    assert (await office.get("bureau", "practice-case-shares?year=2027"))["trainees"] == 0
    await office.done("training_school", f"practice-cases/{again['id']}:revoke", REASON)
    left = await office.get("bureau", "practice-case-shares?year=2026")
    assert (left["transfer"], left["leading"], len(left["missing"])) == (0, 1, 3)


async def test_a_merged_record_keeps_what_it_handed_in(office: Office, scene: Scene, world: World) -> None:
    task = await published(office, scene)
    made = await office.done("school", "practice-outputs", scene.output(task, "a1-2"))
    merge = {"into_id": str(world.teacher("a1-3")), "reason": "重复登记的档案", "is_same_person": True}
    await office.done("bureau", f"teachers/{world.teacher('a1-2')}:merge", merge)
    seen = await office.get("school", f"practice-outputs/{made['id']}")
    assert (seen["teacher_id"], seen["teacher_name"]) == (str(world.teacher("a1-3")), "孙三")
    await office.done("bureau", f"teachers/{world.teacher('a1-2')}:unmerge", {"reason": "合并有误"})
    assert (await office.get("school", f"practice-outputs/{made['id']}"))["teacher_name"] == "钱二"


async def test_lists_cost_the_same_however_long(
    client: httpx.AsyncClient, as_role: SignIn, scene: Scene, database: Database, office: Office
) -> None:
    names = ("practice-tasks", "practice-duties", "practice-trainees", "practice-summary", "practice-results")
    paths = [f"{scene.path}/{name}" for name in names] + ["practice-outputs", "practice-case-shares?year=2026"]
    figures: list[list[int]] = []
    seen: dict[str, Any] = {}
    for many in (0, 3):
        for at in range(many):
            task = await published(office, scene, title=f"任务 {at}")
            await office.done("school", "practice-outputs", scene.output(task, "a1-2"))
        await office.get("bureau", paths[0])  # on a warm connection
        figures.append([])
        for path in paths:
            with counted(database) as sent:
                assert (await client.get(f"/v1/{path}", headers=as_role("bureau"))).status_code == httpx.codes.OK
            figures[-1].append(len(sent))
        with counted(database) as sent:
            seen = await data(client, as_role("bureau"), GRAPH, p=str(scene.project))
        figures[-1].append(len(sent))
    assert [len(one["nodes"]) for one in seen.values()] == [3, 9, 3, 3]
    assert figures[0] == figures[1]


async def test_the_summary_is_exported_within_the_scope(office: Office, scene: Scene) -> None:
    await published(office, scene, due_on="2026-11-24")
    filters = {"project_id": str(scene.project)}
    for who, names in {"school": ["赵一", "钱二"], "school_d": ["冯九"], "central_b": []}.items():
        body = {"kind": "practice_summary", "format": "ndjson", "reason": "报送汇总", "filters": filters}
        made = await office.done(who, "exports", body, "2026-11-25")
        taken = await office.client.get(f"/v1/exports/{made['id']}/content", headers=office.as_role(who))
        lines = [json.loads(line) for line in taken.text.splitlines()]
        assert sorted(line["teacher"] for line in lines) == sorted(names), who
        assert all((line["tasks"], line["overdue"], line["transfer_case"]) == (1, 1, "无") for line in lines)
