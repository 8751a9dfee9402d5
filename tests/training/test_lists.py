"""Lists over REST and GraphQL ask as often for many rows as for one; files of submissions; races are decided once."""

import asyncio
import re
from uuid import uuid4

import pytest

from app.core.db import Database
from tests.factories.graph import ask
from tests.factories.statements import counted
from tests.factories.training import SCHEME, SURVEY, Course
from tests.factories.uploads import PDF

LISTS = {
    "surveys": "trainingSurveys",
    "sessions": "trainingSessions",
    "assignments": "trainingAssignments",
    "submissions": "trainingSubmissions",
    "leaves": "trainingLeaves",
    "attendance-corrections": "trainingCorrections",
    "process-scores": "trainingScores",
    "completions": "trainingCompletions",
}


def own(sent: list[str]) -> int:
    """How many statements read records: not what a fresh connection asks of itself."""
    return sum(bool(re.search(r"FROM (training|project|course)", one)) for one in sent)


async def costs(course: Course, database: Database) -> dict[str, tuple[int, int, int]]:
    """Rows of each list, and statements over REST and over GraphQL."""
    found = {}
    for path, name in LISTS.items():
        with counted(database) as rest:
            items = (await course.read("training_school", path))["items"]
        with counted(database) as graph:
            query = f'{{{name}(uuid:"{course.project}"){{nodes{{uuid}}}}}}'
            answer = await ask(course.client, course.as_role("training_school"), query)
        assert [one["id"] for one in items] == [one["uuid"] for one in answer["data"][name]["nodes"]]
        found[path] = (len(items), own(rest), own(graph))
    with counted(database) as sent:
        rates = await course.read("training_school", "rates")
    return found | {"rates": (len(rates["missing"]), own(sent), 0)}


async def fill(course: Course, teacher: str, who: str, day: str) -> None:
    """A row for each list, of one trainee."""
    trainee = course.trainees[teacher]
    await course.well("training_school", "surveys", SURVEY)
    marks = {one: "present" if one == teacher else "absent" for one in course.trainees}
    path = await course.held(f"课 {day}", marks, day)
    task = await course.well("training_school", "assignments", {"title": day, "text": "设计", "due_on": "2026-11-30"})
    await course.well(who, f"assignments/{task['id']}:submit", {"text": "我的设计"})
    leave = {"trainee_id": trainee, "starts_on": "2026-12-01", "ends_on": "2026-12-02", "reason": "sick"}
    await course.well(who, "leaves", leave)
    (mine,) = (await course.read(who, f"{path}/attendance"))["items"]
    await course.well(
        who, "attendance-corrections", {"attendance_id": mine["id"], "presence": "absent", "reason": "登记有误请核"}
    )
    line = {"trainee_id": trainee, "is_recommended": True}
    await course.well("training_school", "completions:recommend", {"trainees": [line]})


async def test_lists_cost_the_same_for_more_rows(course: Course, database: Database) -> None:
    await course.open("a1-1", "a2-1")
    await course.put("training_school", "process-scheme", SCHEME | {"learning_weight": 0, "attendance_weight": 70,
                                                                    "exchange_weight": 0})  # fmt: skip
    await fill(course, "a1-1", "teacher", "2026-11-20")
    await course.well("training_school", "process-scores:publish")
    await costs(course, database)  # the first request of a connection asks for types as well
    one = await costs(course, database)
    await fill(course, "a2-1", "teacher_a2", "2026-11-21")
    two = await costs(course, database)
    assert [rows for rows, *_ in two.values()] == [2, 2, 2, 2, 2, 2, 2, 2, 0]
    assert [sent for _, *sent in two.values()] == [sent for _, *sent in one.values()]


@pytest.mark.clause("M6.3.1")
async def test_files_hang_on_an_own_submission(course: Course) -> None:
    await course.open("a1-1", "a2-1")
    task = await course.well(
        "training_school", "assignments", {"title": "设计", "text": "设计", "due_on": "2026-11-30"}
    )
    work = await course.well("teacher", f"assignments/{task['id']}:submit", {"text": "我的设计"})
    path = f"submissions/{work['id']}/files"
    for who, status in (("teacher_a2", 404), ("training_school", 403), ("teacher", 201)):
        url = f"/v1/projects/{course.project}/{path}"
        sent = await course.client.post(url, files={"file": ("设计.pdf", PDF)}, headers=course.as_role(who))
        assert sent.status_code == status, sent.text
    assert [one["name"] for one in (await course.read("training_school", path))["items"]] == ["设计.pdf"]
    hidden = await course.client.get(f"/v1/projects/{course.project}/{path}", headers=course.as_role("school"))
    assert hidden.status_code == 404  # a school sees excellent works only


@pytest.mark.clause("A2.3a", "A4.2")
async def test_at_the_same_moment_one_answer_one_design_one_decision(course: Course) -> None:
    await course.open("a1-1")
    made = await course.well("training_school", "surveys", SURVEY)
    await course.well("training_school", f"surveys/{made['id']}:open")
    answer = {"answers": [{"key": "stage", "choices": ["低段"]}]}
    sent = await asyncio.gather(*(course.at("teacher", f"surveys/{made['id']}:answer", answer) for _ in range(3)))
    assert sorted(one.status_code for one in sent) == [201, 409, 409]
    line = {"trainee_id": course.trainees["a1-1"]}
    await course.well("training_school", "completions:recommend", {"trainees": [line | {"is_recommended": True}]})
    decide = {"trainees": [line | {"is_completed": True, "reason": "经研究决定"}]}
    said = await asyncio.gather(*(course.at(who, "completions:decide", decide) for who in ("bureau", "bureau_2")))
    assert sorted(one.status_code for one in said) == [200, 422]
    assert (await course.stored())["certificates"][0] == 1
    key = str(uuid4())
    head = course.as_role("training_school") | {"Idempotency-Key": key, "X-Shixun-Date": "2026-11-23"}
    url = f"/v1/projects/{course.project}/completions:postHours"
    twice = [await course.client.post(url, json={}, headers=head) for _ in range(2)]
    assert [one.status_code for one in twice] == [200, 200]
    assert twice[0].json() == twice[1].json()
    with_no_days = twice[0].json()
    assert (with_no_days["people"], with_no_days["credited_hours"]) == (1, 40)  # on the last days of the project
