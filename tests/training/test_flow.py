"""A project from the questionnaire to the hours of its completions, with the refusals on the way. [A2.3a] [A4.2]"""

import asyncio

import pytest

from tests.factories.projects import codes
from tests.factories.training import DESIGN, SCHEME, SESSION, SURVEY, Course

REVIEW = {"expert_name": "专家甲", "verdict": "amend", "opinion": "增加课例", "reviewed_on": "2026-11-20"}


@pytest.mark.clause("A2.3a")
async def test_a_questionnaire_is_answered_once_and_summed_up_without_names(course: Course) -> None:
    await course.open(status="selecting")
    wrong = {"title": "卷", "questions": [{"key": "q", "kind": "single", "text": "题"}] * 2}
    refused = await course.at("training_school", "surveys", wrong)
    assert (refused.status_code, set(codes(refused)), len(codes(refused))) == (422, {"QUESTION_UNFIT"}, 4)
    made = await course.well("training_school", "surveys", SURVEY)
    path = f"surveys/{made['id']}"
    assert (await course.read("teacher", "surveys"))["items"] == []
    answer = {"answers": [{"key": "stage", "choices": ["低段"]}, {"key": "words", "text": "多看课例"}]}
    hidden = await course.at("teacher", f"{path}:answer", answer)
    assert hidden.status_code == 404
    await course.well("training_school", f"{path}:open")
    changed = await course.put("training_school", path, SURVEY)
    assert changed.json()["code"] == "SURVEY_OPENED"
    unfit = await course.at("teacher", f"{path}:answer", {"answers": [{"key": "stage", "choices": ["中段"]}]})
    assert codes(unfit) == ["QUESTION_UNFIT"]
    before = await course.stored()
    assert before["training_answers"] == (0, 0)
    await course.well("teacher", f"{path}:answer", answer)
    again = await course.at("teacher", f"{path}:answer", answer)
    assert (again.status_code, again.json()["code"]) == (409, "SURVEY_ANSWERED")
    await course.well("teacher_a2", f"{path}:answer", {"answers": [{"key": "stage", "choices": ["高段"]}]})
    await course.run("UPDATE project_trainees SET status = 'withdrawn', left_on = joined_on, left_reason = '退出'"
                     " WHERE teacher_id = $1", course.world.teacher("a1-1"))  # fmt: skip
    await course.run("UPDATE project_nominations SET status = 'withdrawn' WHERE teacher_id = $1",
                     course.world.teacher("a1-1"))  # fmt: skip
    stranger = await course.at("teacher", f"{path}:answer", answer)
    assert stranger.json()["code"] == "SURVEY_NOT_ADDRESSED"
    result = await course.read("training_school", f"{path}/result")
    assert (result["addressed"], result["answered"]) == (3, 2)
    assert [one["many"] for one in result["questions"][0]["options"]] == [1, 1]
    assert result["questions"][1]["texts"] == ["多看课例"]
    assert "teacher" not in str(result)
    missing = [one["teacher_name"] for one in (await course.read("bureau", f"{path}/unanswered"))["items"]]
    assert sorted(missing) == ["冯九", "钱二"]
    assert [one["teacher_name"] for one in (await course.read("school", f"{path}/unanswered"))["items"]] == ["钱二"]
    await course.well("training_school", f"{path}:close")
    late = await course.at("teacher_a2", f"{path}:answer", answer)
    assert late.json()["code"] == "SURVEY_NOT_OPEN"


@pytest.mark.clause("A2.3a")
async def test_no_project_starts_without_a_design_that_experts_reviewed(course: Course) -> None:
    await course.open(status="selecting")
    start = await course.at("training_school", "../" + f"{course.project}:start")
    assert start.status_code == 422
    assert {"training.course_design", "training.questionnaire"} <= set(codes(start))
    first = await course.well("training_school", "course-designs", DESIGN)
    path = f"course-designs/{first['id']}"
    assert (first["number"], first["hours"], first["status"]) == (1, 10.5, "submitted")
    refusals = [
        ("training_school", f"{path}:accept", {}, 403, "SEPARATION_OF_DUTIES"),
        ("training_school_2", f"{path}:accept", {}, 409, "COURSE_DESIGN_UNREVIEWED"),
        ("bureau_be", f"{path}:accept", {}, 403, "PERMISSION_DENIED"),
        ("school", f"{path}:review", REVIEW, 403, "PERMISSION_DENIED"),
    ]
    for who, where, body, status, code in refusals:
        answer = await course.at(who, where, body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    own = await course.at("training_school", f"{path}:review", REVIEW | {"expert_name": DESIGN["author_name"]})
    early = await course.at("training_school", f"{path}:review", REVIEW | {"reviewed_on": "2026-11-24"})
    assert (codes(own), codes(early)) == (["COURSE_REVIEW_OWN"], ["OUT_OF_ORDER"])
    assert (await course.stored())["course_reviews"] == (0, 0)
    await course.well("training_school", f"{path}:review", REVIEW)
    twice = await course.at("training_school", f"{path}:review", REVIEW)
    assert twice.json()["code"] == "COURSE_REVIEWED"
    returned = await course.well("training_school_2", f"{path}:return", {"reason": "按专家意见修改"})
    assert (returned["status"], returned["reviews"]) == ("returned", 1)
    second = await course.well("training_school", "course-designs", DESIGN)
    again = f"course-designs/{second['id']}"
    await course.well("training_school", f"{again}:review", REVIEW | {"verdict": "agree"})
    accepted = await course.well("training_school_2", f"{again}:accept")
    assert (accepted["number"], accepted["status"]) == (2, "accepted")
    assert [one["number"] for one in (await course.read("school", "course-designs"))["items"]] == [2]
    third = await course.well("training_school", "course-designs", DESIGN)
    await course.well("training_school", f"course-designs/{third['id']}:review", REVIEW)
    await course.well("bureau", f"course-designs/{third['id']}:accept")
    states = [one["status"] for one in (await course.read("training_school", "course-designs"))["items"]]
    assert states == ["accepted", "replaced", "returned"]
    start = await course.at("training_school", "../" + f"{course.project}:start")
    assert "training.course_design" not in codes(start)


@pytest.mark.clause("A2.3b", "M6.3.1")
async def test_attendance_by_code_list_and_leave_until_it_is_complete(course: Course) -> None:
    await course.open()
    who = course.trainees
    two = await course.at(
        "training_school", "sessions", SESSION | {"lecturer_teacher_id": str(course.world.teacher("b1-1"))}
    )
    nobody = {key: value for key, value in SESSION.items() if key not in {"lecturer_name", "place"}}
    none = await course.at("training_school", "sessions", nobody | {"held_on": "2027-07-01", "mode": "magic"})
    assert (codes(two), codes(none)) == (
        ["LECTURER_UNCLEAR"],
        ["CODE_UNKNOWN", "PLACE_MISSING", "OUT_OF_ORDER", "LECTURER_UNCLEAR"],
    )
    made = await course.well("training_school", "sessions", SESSION)
    path = f"sessions/{made['id']}"
    closed = await course.at("teacher", f"{path}:signIn", {"code": "123456"})
    assert closed.json()["code"] == "TRAINING_SIGN_IN_CODE"
    code = (await course.well("training_school", f"{path}:openSignIn"))["code"]
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    for typed in (wide, code):
        seen = await course.well("teacher", f"{path}:signIn", {"code": typed})
        assert (seen["presence"], seen["source"]) == ("present", "code")
    other_day = await course.at("teacher_a2", f"{path}:signIn", {"code": code}, "2026-11-24")
    assert other_day.json()["code"] == "TRAINING_SIGN_IN_CLOSED"
    leave = {"trainee_id": who["a1-2"], "starts_on": "2026-11-22", "ends_on": "2026-11-24", "reason": "sick"}
    foreign = await course.at("school", "leaves", leave | {"trainee_id": who["a2-1"]})
    assert foreign.status_code == 404
    asked = await course.well("school", "leaves", leave)
    overlap = await course.at("school", "leaves", leave | {"starts_on": "2026-11-24"})
    assert overlap.json()["code"] == "TRAINING_LEAVE_OVERLAP"
    marks = {"marks": [{"trainee_id": who["a1-2"], "presence": "leave"},
                       {"trainee_id": who["a1-2"], "presence": "absent"},
                       {"trainee_id": asked["id"], "presence": "present"}]}  # fmt: skip
    before = await course.stored()
    early = await course.at("training_school", f"{path}/attendance", marks)
    assert codes(early) == ["LEAVE_NOT_GRANTED", "DUPLICATE", "REFERENCE_UNKNOWN"]
    assert await course.stored() == before
    await course.well("training_school", f"leaves/{asked['id']}:grant", {"answer": "同意"})
    moved = await course.at("training_school_2", f"leaves/{asked['id']}:refuse", {"reason": "工作需要"})
    assert (moved.status_code, moved.json()["code"]) == (409, "STATUS_CONFLICT")
    some = {
        "marks": [{"trainee_id": who["a1-2"], "presence": "absent"}, {"trainee_id": who["d-1"], "presence": "absent"}]
    }
    await course.well("training_school", f"{path}/attendance", some)
    assert (await course.read("school", f"{path}/attendance"))["items"] == []  # not published yet
    missing = await course.at("training_school", f"{path}:hold", {})
    assert missing.status_code == 422
    assert "周五" in missing.json()["detail"]
    await course.well("teacher_a2", f"{path}:signIn", {"code": code})
    held = await course.well("training_school", f"{path}:hold", {})
    assert (held["status"], held["present"], held["recorded"]) == ("held", 2, 4)
    listed = (await course.read("training_school", f"{path}/attendance"))["items"]
    assert {one["teacher_name"]: one["presence"] for one in listed} == {
        "赵一": "present", "钱二": "leave", "周五": "present", "冯九": "absent",
    }  # fmt: skip
    assert len((await course.read("school", f"{path}/attendance"))["items"]) == 2
    over = await course.at("training_school", f"{path}/attendance", some)
    assert over.json()["code"] == "TRAINING_SESSION_CLOSED"


@pytest.mark.clause("A2.3b")
async def test_a_correction_takes_a_second_person_and_leaves_its_history(course: Course) -> None:
    await course.open("a1-1", "a1-2")
    path = await course.held("课例研究", {"a1-1": "absent", "a1-2": "present"})
    listed = (await course.read("training_school", f"{path}/attendance"))["items"]
    ids = {one["teacher_name"]: one["id"] for one in listed}
    asked = {"attendance_id": ids["赵一"], "presence": "present", "reason": "本人当日在场"}
    foreign = await course.at("teacher", "attendance-corrections", asked | {"attendance_id": ids["钱二"]})
    same = await course.at("teacher", "attendance-corrections", asked | {"presence": "absent"})
    assert (foreign.status_code, codes(same)) == (404, ["NOTHING_TO_CORRECT"])
    contest = await course.well("teacher", "attendance-corrections", asked)
    twice = await course.at("training_school", "attendance-corrections", asked)
    assert (contest["is_contest"], twice.json()["code"]) == (True, "TRAINING_CORRECTION_OPEN")
    one = f"attendance-corrections/{contest['id']}"
    await course.well("training_school", f"{one}:refuse", {"reason": "签到表无记录"})
    mine = await course.well("training_school", "attendance-corrections", asked)
    other = f"attendance-corrections/{mine['id']}"
    alone = await course.at("training_school", f"{other}:approve")
    assert alone.json()["code"] == "SEPARATION_OF_DUTIES"
    done = await course.well("training_school_2", f"{other}:approve", {"answer": "核对录像属实"})
    assert (done["before"], done["after"], done["status"]) == ("absent", "present", "approved")
    again = await course.at("training_school_2", f"{other}:approve")
    assert again.status_code == 409
    now = (await course.read("teacher", f"{path}/attendance"))["items"]
    assert [(item["presence"], item["source"]) for item in now] == [("present", "correction")]
    history = (await course.read("teacher", "attendance-corrections"))["items"]
    assert [item["status"] for item in history] == ["approved", "refused"]


async def taught(course: Course) -> dict[str, str]:
    """Two sessions of three trainees, one of whom missed the second; answers the trainees."""
    await course.open("a1-1", "a1-2", "a2-1")
    await course.held("课一", dict.fromkeys(course.trainees, "present"))
    await course.held("课二", {"a1-1": "present", "a1-2": "present", "a2-1": "absent"}, "2026-11-22")
    return course.trainees


@pytest.mark.clause("A2.3b", "A2.3c", "M6.3.1")
async def test_schools_see_scores_as_published_and_excellent_works_only(course: Course) -> None:
    who = await taught(course)
    new = {"title": "设计", "text": "一课一设计", "due_on": "2026-11-30"}
    task = await course.well("training_school", "assignments", new)
    submit = f"assignments/{task['id']}:submit"
    await course.well("teacher", submit, {"text": "我的设计"})
    work = await course.well("teacher", submit, {"text": "我的设计，改"})
    late = await course.well("teacher_a2", submit, {"text": "迟交"}, "2026-12-01")
    assert (work["is_late"], late["is_late"], work["mark"]) == (False, True, None)
    assert (await course.read("school", "submissions"))["items"] == []
    good = {"mark": 92.5, "is_excellent": True}
    assert (await course.well("training_school", f"submissions/{work['id']}:mark", good))["mark"] == 92.5
    assert (await course.at("teacher", submit, {"text": "再改"})).json()["code"] == "TRAINING_MARKED"
    assert [one["text"] for one in (await course.read("school", "submissions"))["items"]] == ["我的设计，改"]
    wrong = await course.put("training_school", "process-scheme", SCHEME | {"attendance_weight": 41})
    assert (wrong.status_code, codes(wrong)) == (422, ["training.weights"])
    wrote = await course.put("training_school", "process-scheme", SCHEME | {"attendance_min": 90, "score_min": 60})
    assert wrote.status_code == 200, wrote.text
    ungraded = await course.at("training_school", "process-scores:publish")
    assert codes(ungraded) == ["training.grades_missing"]
    grades = [{"trainee_id": one, "learning": 90, "exchange": 80} for one in who.values()]
    told = await course.well("training_school", "process-scores:grade", {"grades": grades})
    assert (told["trainees"], told["graded"]) == (3, 3)
    assert (await course.read("school", "process-scores"))["items"] == []
    await course.well("training_school", "process-scores:publish")
    seen = (await course.read("school", "process-scores"))["items"]
    assert {one["teacher_name"]: (one["attendance"], one["assignments"], one["total"]) for one in seen} == {
        "赵一": (100, 92.5, 93.8),
        "钱二": (100, 0, 66),
    }
    fixed = await course.put("training_school", "process-scheme", SCHEME)
    assert fixed.json()["code"] == "TRAINING_SCHEME_PUBLISHED"
    all_of_them = [{"trainee_id": one, "is_recommended": True} for one in who.values()]
    found = (await course.well("training_school", "completions:recommend", {"trainees": all_of_them}))["items"]
    assert {
        one["teacher_name"]: [finding["rule"].rpartition(".")[2] for finding in one["findings"]] for one in found
    } == {
        "赵一": [],
        "钱二": ["assignments"],
        "周五": ["attendance_min", "absences", "score_min", "assignments"],
    }


@pytest.mark.clause("A4.2")
async def test_completions_are_decided_by_another_person_and_give_hours_once(course: Course) -> None:
    who = await taught(course)
    over = {"trainees": [{"trainee_id": who["a1-1"], "is_recommended": True, "hours": 40.5}]}
    assert codes(await course.at("training_school", "completions:recommend", over)) == ["HOURS_OVER_PROJECT"]
    all_of_them = [{"trainee_id": one, "is_recommended": name != "a1-2"} for name, one in who.items()]
    await course.well("training_school", "completions:recommend", {"trainees": all_of_them})
    decide = [{"trainee_id": one, "is_completed": name != "a2-1"} for name, one in who.items()]
    bare = await course.at("bureau", "completions:decide", {"trainees": decide})
    refused = await course.at("bureau_be", "completions:decide", {"trainees": decide})
    assert (codes(bare), refused.status_code) == (["REASON_MISSING", "REASON_MISSING"], 403)
    assert (await course.stored())["certificates"] == (0, 0)
    reasoned = {"trainees": [one | {"reason": "经研究决定"} for one in decide]}
    done = (await course.well("bureau", "completions:decide", reasoned))["items"]
    numbers = {one["teacher_name"]: one["number"] for one in done}
    assert numbers == {"赵一": "JYZS-2026-000001", "钱二": "JYZS-2026-000002", "周五": None}
    twice = await course.at("bureau_2", "completions:decide", reasoned)
    assert set(codes(twice)) == {"COMPLETION_DECIDED"}
    answers = await asyncio.gather(
        *(course.at(one, "completions:postHours") for one in ("training_school", "training_school_2"))
    )
    assert sorted(one.status_code for one in answers) == [200, 409]
    posted = next(one.json() for one in answers if one.status_code == 200)
    assert (posted["people"], posted["claimed_hours"], posted["credited_hours"]) == (2, 80, 80)
    entries = await course.run("SELECT category, claimed, source, activity_date::text FROM hours_entries ORDER BY 4")
    assert [tuple(one) for one in entries] == [
        ("city", 20, "project", day) for day in ("2026-11-22", "2026-11-23") for _ in range(2)
    ]
    rates = await course.read("bureau", "rates")
    told = {one["ground"]: (one["person_times"], one["points"]) for one in rates["person_times"]}
    zero = (0, 0)
    assert told == {
        "short_nomination": zero, "missed_training": zero, "not_completed": (1, 1), "not_eligible": zero,
    }  # fmt: skip
    shares = [(rates[name]["actual"], rates[name]["required"]) for name in ("nomination", "attendance", "completion")]
    assert shares == [(0, 0), (3, 3), (2, 3)]
    assert [(one["teacher_name"], one["note"]) for one in rates["missing"]] == [("周五", "经研究决定")]
    assert (await course.read("school", "rates"))["missing"] == []
    await course.set_status("evaluating")
    closed = await course.at("training_school", f"../{course.project}:close", on="2027-07-01")
    assert closed.status_code == 200, closed.text


@pytest.mark.clause("A2.3b", "A4.2")
async def test_no_project_closes_with_attendance_or_completions_missing(course: Course) -> None:
    await course.open("a1-1", status="evaluating")
    await course.well("training_school", "sessions", SESSION)
    path = await course.held("课二", {"a1-1": "present"}, "2026-11-22")
    admin_only = "DELETE FROM training_attendances WHERE session_id = $1"
    await course.run(admin_only, path.rpartition("/")[2])
    answer = await course.at("training_school", f"../{course.project}:close", on="2027-07-01")
    mine = [code for code in codes(answer) if code.startswith("training.")]
    assert mine == ["training.sessions_open", "training.attendance_missing", "training.completion_undecided"]
    assert (await course.run("SELECT status FROM projects WHERE id = $1", course.project))[0]["status"] == "evaluating"
