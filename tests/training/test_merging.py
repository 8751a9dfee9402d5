"""What a trainee has in training stays the trainee's when two records turn out to be one person's. Decision 14."""

import pytest

from tests.factories.training import SCHEME, Course

LEAVE = {"starts_on": "2026-11-22", "ends_on": "2026-11-22", "reason": "sick"}


@pytest.mark.clause("A2.3c", "M6.3.1", "M6.3.2")
async def test_a_merged_record_keeps_its_training(course: Course) -> None:
    await course.open("a1-1", "a1-2")
    who, office = course.trainees, "training_school"
    await course.well("school", "leaves", LEAVE | {"trainee_id": who["a1-2"]})
    path = await course.held("课例研究", {"a1-1": "present", "a1-2": "absent"})
    listed = (await course.read(office, f"{path}/attendance"))["items"]
    absent = next(one["id"] for one in listed if one["presence"] == "absent")
    await course.well(
        office, "attendance-corrections", {"attendance_id": absent, "presence": "present", "reason": "当日在场"}
    )
    task = await course.well(office, "assignments", {"title": "设计", "text": "一课", "due_on": "2026-11-30"})
    await course.run(
        "INSERT INTO training_submissions (region_id, id, project_id, assignment_id, trainee_id, teacher_id, school_id,"
        " text, handed_in_on, is_late, is_excellent) VALUES ($1, gen_random_uuid(), $2, $3, $4, $5, $6, '设计',"
        " '2026-11-23', false, false)",
        course.world.region, course.project, task["id"], who["a1-2"], course.world.teacher("a1-2"),
        course.world.organisation("A1"),
    )  # fmt: skip
    await course.put(office, "process-scheme", SCHEME)
    grades = [{"trainee_id": one, "learning": 90, "exchange": 80} for one in who.values()]
    await course.well(office, "process-scores:grade", {"grades": grades})
    await course.well(office, "process-scores:publish")
    await course.well(
        office, "completions:recommend", {"trainees": [{"trainee_id": who["a1-2"], "is_recommended": True}]}
    )
    costs = {"matter": "交通费", "spent_on": "2026-11-20", "amount_fen": 100, "trainee_id": who["a1-2"]}
    made = await course.done("school", "reimbursements", costs)
    merge = {"into_id": str(course.world.teacher("a1-3")), "reason": "重复登记的档案", "is_same_person": True}
    await course.done("bureau", f"teachers/{course.world.teacher('a1-2')}:merge", merge)
    lists = (f"{path}/attendance", "leaves", "attendance-corrections", "submissions", "process-scores", "completions")
    for name in lists:
        found = {one["teacher_id"]: one["teacher_name"] for one in (await course.read("bureau", name))["items"]}
        assert found.pop(str(course.world.teacher("a1-3"))) == "孙三", name
        assert set(found) <= {str(course.world.teacher("a1-1"))}, name
    assert (await course.get("school", f"reimbursements/{made['id']}"))["teacher_id"] == merge["into_id"]
    await course.done("bureau", f"teachers/{course.world.teacher('a1-2')}:unmerge", {"reason": "合并有误"})
    for name in lists:
        left = {one["teacher_id"] for one in (await course.read("bureau", name))["items"]}
        assert str(course.world.teacher("a1-2")) in left, name
        assert str(course.world.teacher("a1-3")) not in left, name
    assert (await course.get("school", f"reimbursements/{made['id']}"))["teacher_id"] == str(
        course.world.teacher("a1-2")
    )
