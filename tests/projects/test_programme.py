"""The opening programme in small, from a region without a project to the archive, by five roles over REST only.

Three teams on one project; whoever is outside the scope is refused at every step, and nothing is written.
"""

from typing import Any

import httpx
import pytest

from app.practice.states import PracticeCaseKind
from tests.factories.cluster import Clone
from tests.factories.keys import SignIn
from tests.factories.programme import Programme
from tests.factories.projects import CRITERIA, MANAGERS, PHASES, PLAN, PROJECT, REASON, TEAM
from tests.factories.scorecards import RATES, requirement
from tests.factories.training import DESIGN, SCHEME, SESSION, SURVEY
from tests.factories.uploads import PDF
from tests.factories.world import World

SELECT, STUDY, BACK, LATE, JUNE, OVER = (
    "2026-11-23", "2026-12-10", "2026-12-21", "2027-03-01", "2027-06-10", "2027-07-01",
)  # fmt: skip
DENIED, NOT_THERE = (403, "PERMISSION_DENIED"), (404, "NOT_FOUND")
SAME = (403, "SEPARATION_OF_DUTIES")
REVIEW = {"expert_name": "专家甲", "verdict": "agree", "opinion": "同意实施", "reviewed_on": SELECT}
PLACES = {"central A": 3, "D": 1, "central B": 1}
SENT = {"a1-2": "school", "a2-2": "school_a2", "d-1": "school_d", "b1-1": "school_b1"}
NAMES = {"a1-1": "赵一", "a1-2": "钱二", "a2-2": "吴六", "d-1": "冯九"}


@pytest.fixture
def programme(client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone) -> Programme:
    """The programme before it begins."""
    return Programme(client, as_role, world, clone)


async def planned(at: Programme) -> None:
    """A plan of five years, the project in it, its teams, phases, conditions and places; selection opens."""
    assert (await at.get("bureau", "projects"))["items"] == []
    plan = await at.done("bureau", "plans", PLAN)
    one = f"plans/{plan['id']}"
    await at.refuses(SELECT, ("training_school", "plans", PLAN, *DENIED), ("school", "plans", PLAN, *DENIED),
                     ("abroad_bureau", f"{one}:submit", {}, *NOT_THERE))  # fmt: skip
    await at.done("bureau", f"{one}:submit")
    await at.refuses(SELECT, ("bureau", f"{one}:approve", {}, *SAME))
    await at.done("bureau_2", f"{one}:approve")
    new = PROJECT | {"quota": 5, "plan_id": plan["id"]}
    denied = [(who, "projects", new, *DENIED) for who in ("training_school", "central_school", "school", "teacher")]
    await at.refuses(SELECT, *denied, ("abroad_bureau", "projects", new, 422, "REFERENCE_UNKNOWN"))
    at.path = f"projects/{(await at.done('bureau', 'projects', new))['id']}"
    await at.hidden(at.path, "teacher", "abroad_bureau", "abroad_school")  # a draft
    await at.done("bureau", f"{at.path}:submit")
    await at.refuses(SELECT, ("bureau", f"{at.path}:approve", {}, *SAME),
                     ("abroad_bureau", f"{at.path}:approve", {}, *NOT_THERE))  # fmt: skip
    await at.done("bureau_2", f"{at.path}:approve")
    for phase in PHASES:
        await at.done("bureau", f"{at.path}/phases", phase)
    for team in ("骨干教师团队", "骨干校长团队", "培训者团队"):
        await at.done("training_school", f"{at.path}/sub-projects", TEAM | {"name": team})
    quotas = {"quotas": [{"unit_id": str(at.world.organisation(u)), "places": many} for u, many in PLACES.items()]}
    await at.refuses(SELECT, ("central_school", f"{at.path}/quotas:set", quotas, *DENIED),
                     ("bureau", f"{at.path}/sub-projects", TEAM, *DENIED),
                     ("abroad_bureau", f"{at.path}/quotas:set", quotas, *NOT_THERE))  # fmt: skip
    conditions = [{"criterion": "stage", "codes": ["primary", "preschool"]}, *CRITERIA[1:]]
    await at.done("training_school", f"{at.path}/criteria:set", {"criteria": conditions})
    await at.done("training_school", f"{at.path}/quotas:set", quotas)
    await at.done("training_school", f"{at.path}:openSelection")


async def selected(at: Programme) -> None:
    """Nominations by every route up to the bureau; one of 乙镇 does not fit the conditions."""
    all_of_them = f"{at.path}/nominations"
    applied = await at.done("teacher", f"{all_of_them}:apply", {"statement": "本人申请"})
    ways = {"a1-1": f"{all_of_them}/{applied['id']}"}
    other = {"teacher_id": str(at.world.teacher("a1-2"))}
    await at.refuses(SELECT, ("school_a2", f"{ways['a1-1']}:nominate", {}, *NOT_THERE),
                     ("school_b1", all_of_them, other, 403, "OUT_OF_SCOPE"),
                     ("central_b", all_of_them, other, 403, "OUT_OF_SCOPE"),
                     ("bureau", all_of_them, other, *DENIED),
                     ("abroad_school", all_of_them, other, *NOT_THERE))  # fmt: skip
    await at.done("school", f"{ways['a1-1']}:nominate")
    for name, who in SENT.items():
        ways[name] = await at.nominated(at.path, name, who)
    first = ways["a1-2"]
    await at.refuses(SELECT, ("central_b", f"{first}:pass", {}, *NOT_THERE), ("school", f"{first}:pass", {}, *DENIED),
                     ("training_school", f"{first}:check", {}, 409, "NOMINATION_NOT_PASSED"),
                     ("abroad_bureau", f"{first}:confirm", {}, *NOT_THERE))  # fmt: skip
    await at.hidden(first, "school_a2", "central_b", "school_d", "teacher", "abroad_bureau", "abroad_school")
    for name in ("a1-1", "a1-2", "a2-2"):
        await at.done("central_school", f"{ways[name]}:pass")
    await at.done("central_b", f"{ways['b1-1']}:pass")
    await at.refuses(SELECT, ("training_school", f"{ways['b1-1']}:check", {}, 422, "projects.stage"),
                     ("school_b1", f"{ways['b1-1']}:reject", REASON, 403, "OTHER_BODY"))  # fmt: skip
    await at.done("training_school", f"{ways['b1-1']}:reject", {"reason": "学段不符合遴选条件"})
    for name in NAMES:
        await at.done("training_school", f"{ways[name]}:check")
        await at.refuses(SELECT, ("training_school", f"{ways[name]}:confirm", {}, *DENIED))
        await at.done("bureau", f"{ways[name]}:confirm")
    listed = (await at.get("bureau", f"{at.path}/trainees"))["items"]
    by_name = {one["teacher_name"]: one["id"] for one in listed}
    at.trainees = {name: by_name[person] for name, person in NAMES.items()}
    seen = {who: len((await at.get(who, f"{at.path}/trainees"))["items"]) for who in
            ("training_school", "central_school", "central_b", "school", "school_b1", "teacher")}  # fmt: skip
    assert list(seen.values()) == [4, 3, 0, 2, 0, 1]


async def begun(at: Programme) -> None:
    """Nothing starts before questionnaire, reviewed design and leaders who accompany are there."""
    missing = await at.send("training_school", f"{at.path}:start", on=SELECT)
    assert {fault["code"] for fault in missing.json()["errors"]} == {
        "projects.leading_manager", "projects.manager", "training.course_design", "training.questionnaire",
    }  # fmt: skip
    survey = f"{at.path}/surveys/{(await at.done('training_school', f'{at.path}/surveys', SURVEY))['id']}"
    await at.done("training_school", f"{survey}:open")
    answers = {"answers": [{"key": "stage", "choices": ["低段"]}]}
    await at.refuses(SELECT, ("teacher_a2", f"{survey}:answer", answers, 403, "SURVEY_NOT_ADDRESSED"),
                     ("school", f"{survey}:close", {}, *DENIED))  # fmt: skip
    await at.done("teacher", f"{survey}:answer", answers)
    made = await at.done("training_school", f"{at.path}/course-designs", DESIGN)
    design = f"{at.path}/course-designs/{made['id']}"
    await at.refuses(SELECT, ("training_school_2", f"{design}:accept", {}, 409, "COURSE_DESIGN_UNREVIEWED"),
                     ("abroad_bureau", f"{design}:accept", {}, *NOT_THERE),
                     ("school", f"{design}:review", REVIEW, *DENIED))  # fmt: skip
    await at.done("training_school", f"{design}:review", REVIEW)
    await at.refuses(SELECT, ("training_school", f"{design}:accept", {}, *SAME))
    await at.done("bureau", f"{design}:accept")
    await at.done("training_school", f"{at.path}/people:compose", MANAGERS)
    await at.refuses(SELECT, ("school", f"{at.path}:start", {}, *DENIED))
    assert (await at.done("training_school", f"{at.path}:start", on=STUDY))["status"] == "running"


async def taught(at: Programme, trainer: dict[str, Any]) -> None:
    """Two days: 吴六 never comes, 冯九 has leave on the first; marks, and scores as published."""
    who, session = at.trainees, f"{at.path}/sessions"
    leave = {"trainee_id": who["d-1"], "starts_on": STUDY, "ends_on": STUDY, "reason": "sick"}
    await at.refuses(STUDY, ("school", f"{at.path}/leaves", leave, *NOT_THERE),
                     ("school", session, SESSION | {"held_on": STUDY}, *DENIED))  # fmt: skip
    asked = await at.done("school_d", f"{at.path}/leaves", leave, STUDY)
    await at.done("training_school", f"{at.path}/leaves/{asked['id']}:grant", {"answer": "同意"}, STUDY)
    by_trainer = {name: value for name, value in SESSION.items() if name != "lecturer_name"}
    second = by_trainer | {"lecturer_appointment_id": trainer["id"]}
    for day, lesson, first in ((STUDY, SESSION, "leave"), ("2026-12-11", second, "present")):
        made = await at.done("training_school", session, lesson | {"held_on": day, "part": "whole", "hours": 6}, day)
        one = f"{session}/{made['id']}"
        code = (await at.done("training_school", f"{one}:openSignIn", on=day))["code"]
        await at.refuses(day, ("teacher_a2", f"{one}:signIn", {"code": code}, 403, "NOT_A_TRAINEE"))
        await at.done("teacher", f"{one}:signIn", {"code": code}, day)
        presence = {"a1-2": "present", "a2-2": "absent", "d-1": first}
        marks = {"marks": [{"trainee_id": who[name], "presence": what} for name, what in presence.items()]}
        await at.refuses(day, ("school", f"{one}/attendance", marks, *DENIED),
                         ("abroad_bureau", f"{one}/attendance", marks, *DENIED))  # fmt: skip
        await at.done("training_school", f"{one}/attendance", marks, day)
        await at.done("training_school", f"{one}:hold", {}, day)
        assert (await at.get("school_b1", f"{one}/attendance", day))["items"] == []
    work = await at.done("training_school", f"{at.path}/assignments",
                         {"title": "设计", "text": "一课一设计", "due_on": BACK}, STUDY)  # fmt: skip
    handed = await at.done("teacher", f"{at.path}/assignments/{work['id']}:submit", {"text": "我的设计"}, STUDY)
    mark = f"{at.path}/submissions/{handed['id']}:mark"
    await at.refuses(STUDY, ("school", mark, {"mark": 90}, *DENIED))
    await at.done("training_school", mark, {"mark": 92.5, "is_excellent": True}, STUDY)
    assert len((await at.get("school", f"{at.path}/submissions"))["items"]) == 1
    assert (await at.get("school_a2", f"{at.path}/submissions"))["items"] == []
    assert (await at.put("training_school", f"{at.path}/process-scheme", SCHEME, STUDY)).status_code == 200
    grades = [{"trainee_id": one, "learning": 90, "exchange": 80} for one in who.values()]
    await at.done("training_school", f"{at.path}/process-scores:grade", {"grades": grades}, BACK)
    await at.refuses(BACK, ("school", f"{at.path}/process-scores:publish", {}, *DENIED))
    await at.done("training_school", f"{at.path}/process-scores:publish", on=BACK)
    scores = {
        one["teacher_name"]: one["total"] for one in (await at.get("school", f"{at.path}/process-scores"))["items"]
    }
    assert scores == {"赵一": 93.8, "钱二": 66}  # 40 + 18 + 8 + 27.75; the other handed in nothing


async def completed(at: Programme) -> None:
    """Recommended by one person, decided by another, posted by a third, in the ledger once."""
    many, body = f"{at.path}/completions", {name: {"trainee_id": one} for name, one in at.trainees.items()}
    said = {"trainees": [one | {"is_recommended": name != "a2-2"} for name, one in body.items()]}
    await at.refuses(
        BACK, ("school", f"{many}:recommend", said, *DENIED), ("bureau", f"{many}:recommend", said, *DENIED)
    )
    await at.done("training_school", f"{many}:recommend", said, BACK)
    verdicts = [one | {"is_completed": name != "a2-2", "reason": "经研究决定"} for name, one in body.items()]
    await at.refuses(BACK, ("training_school_2", f"{many}:decide", {"trainees": verdicts}, *DENIED),
                     ("bureau_be", f"{many}:decide", {"trainees": verdicts}, *DENIED),
                     ("abroad_bureau", f"{many}:decide", {"trainees": verdicts}, *NOT_THERE))  # fmt: skip
    await at.done("bureau", f"{many}:decide", {"trainees": verdicts}, BACK)
    await at.refuses(BACK, ("bureau", f"{many}:postHours", {}, *DENIED), ("school", f"{many}:postHours", {}, *DENIED))
    posted = await at.done("training_school", f"{many}:postHours", on=BACK)
    assert (posted["people"], posted["credited_hours"]) == (3, 120)
    await at.refuses(BACK, ("training_school_2", f"{many}:postHours", {}, 409, "TRAINING_HOURS_NONE"))
    entries = (await at.get("bureau", "hours-entries?source=project&limit=100"))["items"]
    hours: dict[str, float] = {}
    for one in entries:
        hours[one["teacher_id"]] = hours.get(one["teacher_id"], 0) + one["credited_hours"]
    assert hours == {str(at.world.teacher(name)): 40 for name in ("a1-1", "a1-2", "d-1")}
    assert len((await at.get("school_a2", many))["items"]) == 1
    assert (await at.get("central_b", many))["items"] == []


async def practised(at: Programme, trainer: dict[str, Any]) -> None:
    """A task, an output that is guided and marked, and a case of each kind that is judged."""
    await at.refuses(BACK, ("training_school", f"{at.path}:startPractice", {}, 422, "projects.guide_group"),
                     ("school", f"{at.path}:startPractice", {}, *DENIED))  # fmt: skip
    guides = {"role": "guide", "people": [{"appointment_id": trainer["id"], "is_leader": True}]}
    tracker = {"name": "郑七", "teacher_id": str(at.world.teacher("b1-1")), "is_leader": True}
    for group in (guides, {"role": "tracker", "people": [tracker]}):
        await at.done("training_school", f"{at.path}/people:compose", group, BACK)
    await at.done("training_school", f"{at.path}:startPractice", on=BACK)
    new = {"kind": "lesson_study", "title": "课例研究", "requirement": "提交课例一份", "due_on": "2027-03-31"}
    await at.refuses(BACK, ("school", f"{at.path}/practice-tasks", new, *DENIED),
                     ("abroad_bureau", f"{at.path}/practice-tasks", new, *DENIED))  # fmt: skip
    task = await at.done("training_school", f"{at.path}/practice-tasks", new, BACK)
    await at.done("training_school", f"practice-tasks/{task['id']}:publish", on=BACK)
    output = {"task_id": task["id"], "trainee_id": at.trainees["a1-1"], "title": "课例《草原》", "text": "教学设计"}
    made = {}
    await at.refuses(LATE, ("school_b1", "practice-outputs", output, 422, "REFERENCE_UNKNOWN"),
                     ("abroad_school", "practice-outputs", output, 422, "REFERENCE_UNKNOWN"))  # fmt: skip
    for name, who in (("a1-1", "teacher"), ("a1-2", "school")):
        body = output | {"trainee_id": at.trainees[name]}
        made[name] = (await at.done(who, "practice-outputs", body, LATE))["id"]
    one, mark = f"practice-outputs/{made['a1-1']}", {"mark": 92.5, "opinion": "设计扎实"}
    await at.hidden(one, "school_a2", "central_b", "abroad_bureau")
    await at.refuses(LATE, ("teacher", f"{one}:mark", mark, *SAME), ("school_a2", f"{one}:withdraw", {}, *NOT_THERE),
                     ("school", f"{one}:guide", {"opinion": "目标再具体些"}, *DENIED))  # fmt: skip
    await at.done("teacher_a2", f"{one}:guide", {"opinion": "目标再具体些"}, LATE)
    for output_id in made.values():
        await at.done("training_school", f"practice-outputs/{output_id}:mark", mark, LATE)
    for name, kind in (("a1-1", PracticeCaseKind.TRANSFER), ("a1-2", PracticeCaseKind.LEADING)):
        case = {"trainee_id": at.trainees[name], "kind": str(kind), "output_id": made[name]}
        await at.refuses(LATE, ("school_a2", "practice-cases", case, 422, "REFERENCE_UNKNOWN"))
        judge = f"practice-cases/{(await at.done('school', 'practice-cases', case, LATE))['id']}:judge"
        await at.refuses(LATE, ("school", judge, {"decision": "accept"}, *DENIED))
        await at.done("training_school", judge, {"decision": "accept"}, LATE)
    summary = await at.get("bureau", f"{at.path}/practice-summary", LATE)
    assert [summary[name] for name in ("trainees", "transfer", "leading", "is_transfer_met")] == [4, 1, 1, False]


async def judged(at: Programme) -> None:
    """Results over three parts; the part of the training is the published process score, in halves."""
    await at.done("training_school", f"{at.path}:startEvaluation", on=JUNE)
    visit = {"project_id": at.path.removeprefix("projects/"), "school_id": str(at.world.organisation("A1")),
             "visited_on": JUNE, "found": "学员已开展示范课"}  # fmt: skip
    await at.refuses(JUNE, ("school", "tracking-visits", visit, *DENIED), ("teacher", "tracking-visits", visit, 403,
                     "OTHER_BODY"))  # fmt: skip
    await at.done("training_school", "tracking-visits", visit, JUNE)
    results, weights = f"{at.path}/practice-results", {"training": 40, "school_research": 30, "demonstration": 30}
    assert (await at.put("training_school", f"{at.path}/practice-weights", weights, JUNE)).status_code == 200
    lines = [{"trainee_id": at.trainees[name], "school_research": 80, "demonstration": 70} for name in NAMES]
    await at.refuses(JUNE, ("school", results, {"lines": lines}, *DENIED),
                     ("teacher", results, {"lines": lines}, 403, "OTHER_BODY"))  # fmt: skip
    await at.done("training_school", results, {"lines": lines}, JUNE)
    await at.refuses(JUNE, ("training_school", f"{results}:publish", {}, *SAME))
    await at.done("training_school_2", f"{results}:publish", on=JUNE)
    shown = {one["teacher_name"]: (one["training"], one["total"]) for one in (await at.get("school", results))["items"]}
    assert shown == {"赵一": (94.0, 82.6), "钱二": (66.0, 71.4)}
    assert (await at.get("school_b1", results))["items"] == []


async def paid(at: Programme) -> None:
    """A payment on evidence, and a reimbursement that three persons handle."""
    lines, line = f"{at.path}/budget-lines", {"year": 2027, "purpose": "trainee_costs", "title": "参训费用"}
    await at.refuses(JUNE, ("school", lines, line | {"amount_fen": 20_000}, *DENIED),
                     ("abroad_bureau", lines, line | {"amount_fen": 20_000}, *NOT_THERE))  # fmt: skip
    costs = await at.done("bureau", lines, line | {"amount_fen": 20_000}, JUNE)
    other = await at.done("bureau", lines, line | {"purpose": "studios", "amount_fen": 50_000}, JUNE)
    pay = {"line_id": other["id"], "payee": "测试印务公司", "matter": "资料印刷", "amount_fen": 40_000, "paid_on": JUNE}
    await at.refuses(
        JUNE, ("school", "payments", pay, *DENIED), ("abroad_bureau", "payments", pay, 422, "FUND_INVALID")
    )
    one = f"payments/{(await at.done('bureau', 'payments', pay, JUNE))['id']}"
    head = at.as_role("bureau")
    await at.client.post(f"/v1/{one}/files", files={"file": ("发票.pdf", PDF)}, headers=head)
    await at.refuses(JUNE, ("bureau", f"{one}:confirm", {}, *SAME))
    await at.done("bureau_2", f"{one}:confirm", on=JUNE)
    new = {"trainee_id": at.trainees["a1-1"], "matter": "往返交通费", "spent_on": STUDY, "amount_fen": 12_000}
    await at.refuses(JUNE, ("school_a2", "reimbursements", new, 422, "FUND_INVALID"),
                     ("abroad_school", "reimbursements", new, 422, "FUND_INVALID"))  # fmt: skip
    asked = f"reimbursements/{(await at.done('school', 'reimbursements', new, JUNE))['id']}"
    await at.hidden(asked, "school_a2", "central_b", "abroad_bureau")
    await at.done("bureau", f"{asked}:check", on=JUNE)
    how = {"line_id": costs["id"], "paid_on": JUNE}
    await at.refuses(JUNE, ("bureau", f"{asked}:pay", how, *SAME))
    assert (await at.done("bureau_2", f"{asked}:pay", how, JUNE))["status"] == "paid"
    left = {one["purpose"]: one["left_fen"] for one in (await at.get("bureau", lines))["items"]}
    assert left == {"trainee_costs": 8_000, "studios": 10_000}


async def recounted(at: Programme) -> None:
    """The rates are what anybody counts who has only the exported lists; so is the scorecard of the year. [A4.2]"""
    sent, people = await at.exported("project_nominations", OVER), await at.exported("training_summary", OVER)
    came = await at.exported("training_attendance", OVER)
    units = {one["unit_name"]: one["places"] for one in (await at.get("bureau", f"{at.path}/quotas"))["items"]}
    stood: dict[str, int] = {}
    for one in sent:
        stood[one["unit"]] = stood.get(one["unit"], 0) + (one["status"] == "已录取")
    present = {one["name"] for one in came if one["presence"] == "出勤"}
    by_hand = {
        "short_nomination": sum(max(0, places - stood.get(unit, 0)) for unit, places in units.items()),
        "missed_training": len([one for one in people if one["name"] not in present]),
        "not_completed": len([one for one in people if one["completion"] != "结业"]),
        "not_eligible": len([one for one in sent if one["status"] == "未通过" and one["note"]]),
    }
    assert by_hand == dict.fromkeys(by_hand, 1)
    assert {one["name"]: (one["due"], one["present"], one["on_leave"]) for one in people} == {
        "赵一": (2, 2, 0), "钱二": (2, 2, 0), "吴六": (2, 0, 0), "冯九": (2, 1, 1),
    }  # fmt: skip
    rates = await at.get("bureau", f"{at.path}/rates", OVER)
    assert {one["ground"]: (one["person_times"], one["points"]) for one in rates["person_times"]} == {
        ground: (many, many) for ground, many in by_hand.items()
    }
    shares = [(rates[name]["actual"], rates[name]["required"]) for name in ("nomination", "attendance", "completion")]
    assert shares == [(4, sum(units.values())), (3, len(people)), (3, len(people))]
    names = [(one["ground"], one["unit_name"], one["teacher_name"]) for one in rates["missing"]]
    assert names == [
        ("short_nomination", "乙镇中心校", None), ("missed_training", "甲镇中心校", "吴六"),
        ("not_completed", "甲镇中心校", "吴六"), ("not_eligible", "乙镇中心校", "郑七"),
    ]  # fmt: skip
    card = requirement(await at.get("bureau", "scorecards/2026", OVER), RATES)["figures"]
    told = {one["code"].removeprefix("deductions."): one["counted"] for one in card if "deductions" in one["code"]}
    assert told == by_hand
    assert (await at.get("school", f"{at.path}/rates", OVER))["missing"] == []
    await at.hidden(f"{at.path}/rates", "abroad_bureau", "abroad_school")


async def followed(at: Programme) -> None:
    """Every record behind a number of the scorecard is found where it says. [A4.1]"""
    card, seen = await at.get("bureau", "scorecards/2026", OVER), set()
    for group in card["groups"]:
        for indicator in group["indicators"]:
            where = f"scorecards/2026/indicators/{indicator['code']}/records"
            for number in (one for told in indicator["requirements"] for one in told["figures"] if not one["parts"]):
                for record in (await at.get("bureau", f"{where}?figure={number['code']}", OVER))["items"]:
                    answer = await at.client.get(record["href"], headers=at.as_role("bureau"))
                    assert answer.status_code == httpx.codes.OK, (number["code"], record["href"])
                    seen.add(number["code"])
    assert {"plans.five_year", "cases.transfer", "rates.nomination", "deductions.not_eligible"} <= seen


async def ended(at: Programme) -> None:
    """Closed and archived by 进修学校 alone."""
    await at.refuses(OVER, ("school", f"{at.path}:close", {}, *DENIED),
                     ("abroad_bureau", f"{at.path}:close", {}, *NOT_THERE),
                     ("training_school", f"{at.path}:archive", {}, 409, "STATUS_CONFLICT"))  # fmt: skip
    for verb, status in (("close", "closed"), ("archive", "archived")):
        assert (await at.done("training_school", f"{at.path}:{verb}", on=OVER))["status"] == status
    again = {"reason": "登记有误"}
    await at.refuses(OVER, ("bureau", f"{at.path}:cancel", again, 409, "STATUS_CONFLICT"))


@pytest.mark.clause(
    "M2", "M3.1", "M5.1", "M5.2", "M5.3", "M6.2.2", "M6.3.1", "M6.3.2", "A2.2", "A2.3a", "A2.3b", "A2.3c", "A2.4",
    "A2.5a", "A3.3", "A4.2", "A4.2b", "A4.5",
)  # fmt: skip
async def test_the_opening_programme_from_its_plan_to_the_archive(programme: Programme) -> None:
    await planned(programme)
    await selected(programme)
    trainer = await programme.appointed("2026-11-23", teacher="a2-1")
    await begun(programme)
    await taught(programme, trainer)
    await completed(programme)
    await practised(programme, trainer)
    await judged(programme)
    await paid(programme)
    await recounted(programme)
    await ended(programme)
    await followed(programme)
