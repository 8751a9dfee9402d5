"""A December that anybody can replay, over REST only, by the tokens of the five roles, recounted by hand.

Who must not is refused at every step, and a refusal leaves every table as it was.
"""

import asyncio
import io
from typing import Any
from uuid import UUID

import httpx
import pypdf
import pytest

from tests.factories.cluster import Clone
from tests.factories.evaluations import REASON, December, full_marks, put_member, put_workshop, rubric_body
from tests.factories.keys import SignIn
from tests.factories.teachers import fetch
from tests.factories.world import World

FIRST, NOMINATE, SCORE, PUT_UP, ANSWERED, AGAIN, DECIDE = (
    "2026-12-01", "2026-12-03", "2026-12-11", "2026-12-15", "2026-12-16", "2026-12-17", "2026-12-25",
)  # fmt: skip
DENIED, SAME, RECUSED = (403, "PERMISSION_DENIED"), (403, "SEPARATION_OF_DUTIES"), (409, "EVALUATOR_RECUSED")
INVALID = (422, "EVALUATION_INVALID")
A1, A2, B1, D = "甲镇第一小学", "甲镇第二小学", "乙镇初级中学", "市直实验幼儿园"
SCHOOL, WORKSHOP = "demonstration_school", "excellent_workshop"
WINDOW = {"year": 2026, "nominate_until": "2026-12-10"}


@pytest.fixture
def december(client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone) -> December:
    """The region on the first of December."""
    return December(client, as_role, world, clone)


async def run(at: December, kind: str, **more: Any) -> tuple[Any, str]:
    """A campaign that takes nominations, and its path."""
    made = await at.done("bureau", "campaigns", {"kind": kind, **WINDOW, **more}, FIRST)
    path = f"campaigns/{made['id']}"
    await at.refuses(FIRST, *((who, f"{path}:open", {}, *DENIED) for who in ("training_school", "school", "teacher")))
    return await at.done("bureau", f"{path}:open", on=FIRST), path


async def own_rubric(at: December) -> str:
    """A rubric of the region's own for trainees 优秀学员: headings 95, items 100, accepted with a reason, frozen."""
    body = rubric_body(name="excellent_trainee", label="优秀学员标准")
    body["sections"][0]["points_declared"] = 95
    await at.refuses(
        FIRST,
        ("training_school", "rubrics", body, 422, "RULE_BROKEN"),
        ("central_school", "rubrics", body, *DENIED),
    )
    made = await at.done("training_school", "rubrics", body | {"accepted_reason": "沿用上年印发稿"}, FIRST)
    assert [(one["rule"], one["actual"], one["required"]) for one in made["findings"]] == [
        ("rubric.heading_sum", 100, 95)
    ]
    one = f"rubrics/{made['id']}"
    unpublished = {"kind": "excellent_trainee", **WINDOW, "places": 1, "rubric_id": made["id"]}
    await at.refuses(
        FIRST, ("training_school", f"{one}:publish", {}, *DENIED), ("bureau", "campaigns", unpublished, *INVALID)
    )
    await at.done("bureau", f"{one}:publish", on=FIRST)
    await at.refuses(
        FIRST,
        ("bureau", f"{one}:withdraw", REASON, 409, "STATUS_CONFLICT"),
        ("bureau_2", f"{one}:publish", {}, 409, "STATUS_CONFLICT"),
    )
    return str(made["id"])


async def nominated(at: December, path: str) -> dict[str, str]:
    """Schools by 中心校 and 市直学校; two at once for the last place of 甲镇; what may not be."""
    nominate, why = f"{path}/candidates", {"grounds": "成绩突出"}
    body = {name: {"subject_id": at.unit(name), **why} for name in ("A1", "A2", "B1", "D")}
    one_each = {"quotas": [{"organisation_id": at.unit(name), "places": 1} for name in ("central A", "central B", "D")]}
    await at.refuses(
        FIRST,
        ("training_school", f"{path}:setQuotas", one_each, *DENIED),
        ("bureau", f"{path}:setQuotas", {"quotas": one_each["quotas"][:1] * 2}, *INVALID),
    )
    await at.done("bureau", f"{path}:setQuotas", one_each, FIRST)
    await at.refuses("2026-11-30", ("central_b", nominate, body["B1"], 409, "CAMPAIGN_WINDOW"))
    both = await asyncio.gather(*(at.send("central_school", nominate, body[one], NOMINATE) for one in ("A1", "A2")))
    assert sorted(one.status_code for one in both) == [201, 409]
    lost = next(name for name, one in zip(("A1", "A2"), both, strict=True) if one.status_code != httpx.codes.CREATED)
    assert next(one.json()["code"] for one in both if one.status_code != httpx.codes.CREATED) == "CAMPAIGN_QUOTA_FULL"
    none = {"quotas": [{"organisation_id": at.unit("central A"), "places": 0}]}
    await at.refuses(
        NOMINATE,
        ("central_school", nominate, body[lost], 409, "CAMPAIGN_QUOTA_FULL"),
        ("bureau", f"{path}:setQuotas", none, 409, "CAMPAIGN_QUOTA_FULL"),
        ("central_school", nominate, body["B1"], 403, "OUT_OF_SCOPE"),
        ("school", nominate, body["A1"], 403, "OTHER_BODY"),
        ("school_d", nominate, body["B1"], 403, "OUT_OF_SCOPE"),
        ("bureau", nominate, body["B1"], *DENIED),
        ("abroad_bureau", f"{path}:setQuotas", none, 404, "NOT_FOUND"),
    )
    two = {"quotas": [{"organisation_id": at.unit("central A"), "places": 2}]}
    await at.done("bureau", f"{path}:setQuotas", two, NOMINATE)
    await at.done("central_school", nominate, body[lost], NOMINATE)
    await at.done("central_b", nominate, body["B1"], NOMINATE)
    await at.done("school_d", nominate, body["D"], "2026-12-10")
    await at.refuses("2026-12-11", ("training_school", nominate, body["D"], 409, "CAMPAIGN_WINDOW"))
    used = {one["organisation_name"]: (one["used"], one["places"]) for one in
            (await at.get("school", f"{path}/quotas"))["items"]}  # fmt: skip
    assert used == {"甲镇中心校": (2, 2), "乙镇中心校": (1, 1), D: (1, 1)}
    return {one["name"]: one["id"] for one in (await at.get("bureau", nominate))["items"]}


async def scored(at: December, campaign: Any, path: str, candidates: dict[str, str]) -> None:
    """Three score; one of them stands back from the own school, moves to another one, and is replaced there."""
    mover, wanted = at.world.teacher("a2-1"), at.panel("training_school", "training_school_2", "teacher_a2")
    await at.refuses(
        NOMINATE,
        ("bureau", f"{path}:setPanel", at.panel("training_school", "school"), 409, "EVALUATOR_UNFIT"),
        ("training_school", f"{path}:setPanel", wanted, *DENIED),
    )
    await at.done("bureau", f"{path}:setPanel", wanted, NOMINATE)
    await at.refuses("2026-12-10", ("bureau", f"{path}:score", {}, 409, "CAMPAIGN_NOMINATIONS_RUNNING"))
    await at.done("bureau", f"{path}:score", on=SCORE)
    sheets = await at.sheets(campaign)
    three = {"training_school", "training_school_2", "teacher_a2"}
    assert {name: {who for one, who in sheets if one == name} for name in (A1, A2, B1, D)} == {
        A1: three, A2: three - {"teacher_a2"}, B1: three, D: three,
    }  # fmt: skip
    moved = {"to_school_id": at.unit("B1"), "effective_on": SCORE, "reason": "工作需要"}
    await at.done("bureau", f"teachers/{mover}:transfer", moved, SCORE)
    stale, less = sheets[B1, "teacher_a2"], full_marks(SCHOOL)
    own = {"candidate_id": candidates[A2], "account_id": str(at.world.account("teacher").id)}
    await at.refuses(
        SCORE,
        ("teacher_a2", f"{stale}:mark", {"marks": less}, *RECUSED),
        ("training_school", f"{stale}:recuse", REASON, *DENIED),
        ("bureau", "score-sheets", own | {"candidate_id": candidates[A1]}, *RECUSED),
    )
    await at.done("bureau", f"{stale}:recuse", {"reason": "评委已调入该校"}, SCORE)
    await at.refuses(SCORE, ("teacher_a2", f"{stale}:mark", {"marks": less}, 409, "STATUS_CONFLICT"),
                     ("bureau", f"{path}:publicise", {}, 409, "SHEETS_OPEN"))  # fmt: skip
    for name in (A2, B1):
        fourth = {"candidate_id": candidates[name], "account_id": str(at.world.account("bureau_be").id)}
        await at.done("bureau", "score-sheets", fourth, SCORE)
    sheets = {pair: one for pair, one in (await at.sheets(campaign)).items() if one != stale}
    await filled_in(at, sheets)


# What three evaluators take off the full marks of a school, and what comes of it by hand:
# 甲一 competitions 15: 12.5 + 15 + 14 = 41.5, / 3 = 13.83, spread 2.5; the chair sets 13 instead: 85 + 13 = 98.
# 甲二 platforms 20: 20 + 14 + 17 = 51, / 3 = 17: 97; daily 40 - 3 = 37.
# 乙中 competitions 15: 12 + 12 + 12 = 36, / 3 = 12: 97; daily 40, spread 0: first of the three.
# 市直 competitions 15: 14 + 12 + 10 = 36, / 3 = 12: 97; daily 40 as well, spread 4; 甲二 is last by its daily.
TAKEN: dict[str, tuple[dict[str, float], ...]] = {
    A1: ({"competitions": 2.5}, {}, {"competitions": 1}),
    A2: ({}, {"platforms_and_portfolio": 6}, {"platforms_and_portfolio": 3}),
    B1: ({"competitions": 3}, {"competitions": 3}, {"competitions": 3}),
    D: ({"competitions": 1}, {"competitions": 3}, {"competitions": 5}),
}
PLACES = [(A1, 1, 98, 98), (B1, 2, 97, 97), (D, 3, 97, 97), (A2, 4, 97, 97)]


async def filled_in(at: December, sheets: dict[tuple[str, str], str]) -> None:
    """Every sheet marked in halves, handed in, and confirmed by somebody else."""
    first = sheets[A1, "training_school"]
    bad = [{"code": "competitions", "points": 15.5}, {"code": "training_funds", "points": 0.5}]
    await at.refuses(
        SCORE,
        ("training_school", f"{first}:mark", {"marks": bad}, *INVALID),
        ("training_school", f"{first}:mark", {"marks": [{"code": "training_funds", "points": 0.25}]}, 422, "INVALID"),
        ("training_school", f"{first}:mark", {"marks": [{"code": "training_funds", "points": -0.5}]}, 422, "INVALID"),
        ("training_school_2", f"{first}:mark", {"marks": bad[1:]}, 404, "NOT_FOUND"),  # not before the own one
        ("bureau", f"{first}:mark", {"marks": bad[1:]}, *DENIED),
        ("teacher", f"{first}:mark", {"marks": bad[1:]}, 404, "NOT_FOUND"),
    )
    for name, taken in TAKEN.items():
        mine = sorted((who, one) for (candidate, who), one in sheets.items() if candidate == name)
        in_order = sorted(mine, key=lambda pair: ("training_school", "training_school_2").index(pair[0])
                          if pair[0].startswith("training") else 9)  # fmt: skip
        assert len(in_order) == len(taken)
        for (who, sheet), less in zip(in_order, taken, strict=True):
            await at.hands_in(who, sheet, full_marks(SCHOOL, less), SCORE)
    await at.refuses(SCORE, ("training_school", f"{first}:confirm", {}, *SAME),
                     ("bureau_be", f"{first}:confirm", {}, *DENIED))  # fmt: skip
    for sheet in sheets.values():
        await at.done("bureau", f"{sheet}:confirm", on=SCORE)


async def ruled(at: December, candidates: dict[str, str]) -> None:
    """The chair sets a standard with a reason; the spread is shown, and who is outside sees nothing yet."""
    one = f"campaign-candidates/{candidates[A1]}"
    mark = {"code": "competitions", "points": 13, "reason": "获奖证书逐一核对后裁定"}
    await at.refuses(
        SCORE,
        ("training_school_2", f"{one}:setMark", mark, 403, "NOT_THE_EVALUATOR"),
        ("bureau", f"{one}:setMark", mark, *DENIED),
        ("training_school", f"{one}:setMark", {**mark, "reason": ""}, 422, "INVALID"),
        ("training_school", f"{one}:setMark", {**mark, "points": 15.5}, *INVALID),
    )
    shown = await at.done("training_school", f"{one}:setMark", mark, SCORE)
    row = next(part for part in shown["marks"] if part["code"] == "competitions")
    assert [part["points"] for part in row["given"]] == [12.5, 15, 14]
    figures = (row["mean"], row["spread"], row["chair_points"], row["counted"], row["chair_reason"])
    assert figures == (13.83, 2.5, 13, 13, mark["reason"])
    assert (shown["points"], shown["points_max"], shown["share"], shown["spread"]) == (98, 100, 98, 2.5)
    hidden = await at.client.get(f"/v1/{one}/scores", headers=at.as_role("school"))
    assert (hidden.status_code, hidden.json()["code"]) == (409, "SCORES_NOT_PUBLICISED")
    assert (await at.get("school", one))["points"] is None


async def decided(at: December, path: str, candidates: dict[str, str]) -> None:
    """Publicity with one objection upheld and one rejected, put up anew, decided by another person, numbered."""
    await at.refuses(PUT_UP, ("school", f"{path}:publicise", {}, *DENIED))
    await at.done("training_school", f"{path}:publicise", on=PUT_UP)
    ranked = sorted((await at.get("bureau", f"{path}/candidates"))["items"], key=lambda one: one["place"])
    assert [(one["name"], one["place"], one["points"], one["share"]) for one in ranked] == PLACES
    lodge, false = f"{path}/objections", {"is_upheld": False, "reason": "经核查与事实相符"}
    about = {name: {"candidate_id": candidates[name], "reason": "获奖材料非本校所得"} for name in (A1, B1, D)}
    await at.refuses(PUT_UP, ("teacher", lodge, about[D], *INVALID))  # D is not put up
    first = await at.done("teacher", lodge, about[A1], PUT_UP)
    second = await at.done("training_school", lodge, about[B1], PUT_UP)
    one, other = (f"campaign-objections/{row['id']}" for row in (first, second))
    await at.refuses(
        ANSWERED,
        ("training_school", f"{other}:answer", false, *SAME),
        ("central_school", f"{other}:answer", false, *DENIED),
        ("bureau", f"{path}:decide", {}, 409, "PUBLICITY_RUNNING"),
    )
    await at.done("bureau", f"{one}:answer", {"is_upheld": True, "reason": "经核查材料不实"}, ANSWERED)
    await at.refuses("2026-12-23", ("bureau", f"{path}:decide", {}, 409, "OBJECTIONS_OPEN"))
    await at.done("bureau", f"{other}:answer", false, ANSWERED)
    await at.done("training_school", f"{path}:reopen", {"reason": "取消一所，依次递补"}, AGAIN)
    await at.done("training_school", f"{path}:publicise", on=AGAIN)
    up = (await at.get("teacher", f"{path}/publicity"))["items"]
    assert [(row["name"], row["place"], row["share"]) for row in up] == [(B1, 1, 97), (D, 2, 97)]
    await at.refuses("2026-12-24", ("bureau", f"{path}:decide", {}, 409, "PUBLICITY_RUNNING"))
    await at.refuses(
        DECIDE, ("training_school", f"{path}:decide", {}, *DENIED), ("school", f"{path}:decide", {}, *DENIED)
    )
    await at.done("bureau", f"{path}:decide", on=DECIDE)
    await at.refuses(DECIDE, ("bureau_2", f"{path}:decide", {}, 409, "STATUS_CONFLICT"),
                     ("teacher", lodge, about[B1], 409, "CAMPAIGN_STATUS"))  # fmt: skip
    awards = (await at.get("teacher", "awards?kind=demonstration_school"))["items"]
    assert sorted((row["number"], row["holder_name"], row["place"]) for row in awards) == [
        ("RYZS-2026-000001", B1, 1), ("RYZS-2026-000002", D, 2),
    ]  # fmt: skip
    for award in awards:
        assert f"授予{award['holder_name']}2026年度“校本研修示范校”称号" in await certificate(at, award)
    titles = (await at.get("bureau", "school-titles"))["items"]
    assert {row["document"] for row in titles} == {"RYZS-2026-000001", "RYZS-2026-000002"}


async def certificate(at: December, award: Any) -> str:
    """The words on the certificate of an award, without blanks."""
    pdf = await at.client.get(f"/v1/certificates/{award['certificate_id']}.pdf", headers=at.as_role("bureau"))
    assert pdf.status_code == httpx.codes.OK
    return "".join("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf.content)).pages).split())


@pytest.mark.clause("M7.1b", "A5.9", "A5.R", "SoD3")
async def test_demonstration_schools_of_a_december(december: December) -> None:
    campaign, path = await run(december, SCHOOL, places=2)
    candidates = await nominated(december, path)
    await scored(december, campaign, path, candidates)
    await ruled(december, candidates)
    await decided(december, path, candidates)


async def two_workshops(at: December) -> tuple[UUID, UUID]:
    """Workshops of 甲一 and 市直; an evaluator was core member of both until two years, and two years less a day."""
    near, far = await put_workshop(at.clone, at.world), await put_workshop(at.clone, at.world, unit="D", leader="d-1")
    evaluator = at.world.teacher("a2-1")
    await put_member(at.clone, near, evaluator, "2024-09-01", "2024-12-03")  # two years to the day: free
    await put_member(at.clone, far, evaluator, "2024-09-01", "2024-12-04")
    await put_member(at.clone, near, at.world.teacher("a1-2"), "2024-09-01")
    await put_member(at.clone, near, at.world.teacher("b1-1"), "2025-09-01")  # one year of the two only
    return near, far


@pytest.mark.clause("M7.1b", "A6.R", "A6.13b", "SoD3")
async def test_excellent_workshops_of_a_december(december: December, world: World) -> None:
    at, (near, far) = december, await two_workshops(december)
    campaign, path = await run(at, WORKSHOP, places=1)
    nominate = f"{path}/candidates"
    made = {}
    for name, workshop, who in (("A1", near, "central_school"), ("D", far, "school_d")):
        body = {"subject_id": str(workshop), "grounds": "研修扎实"}
        made[name] = await at.done(who, nominate, body, NOMINATE)
    await at.done("bureau", f"{path}:setPanel", at.panel("training_school", "bureau_be", "teacher_a2"), NOMINATE)
    await at.done("bureau", f"{path}:score", on=SCORE)
    sheets = await at.sheets(campaign)
    a1, d = made["A1"]["name"], made["D"]["name"]
    assert sorted(sheets) == sorted([(a1, who) for who in ("bureau_be", "teacher_a2", "training_school")]
                                    + [(d, who) for who in ("bureau_be", "training_school")])  # fmt: skip
    forbidden = {"candidate_id": made["D"]["id"], "account_id": str(world.account("teacher_a2").id)}
    await at.refuses(SCORE, ("bureau", "score-sheets", forbidden, *RECUSED))
    # 甲一: activities 15: (15 + 10) / 2 = 12.5, so 87.5 of 90, 97.22 of 100.
    # 市直: public_account 15: (11 + 7) / 2 = 9, so 84 of 90, 93.33 of 100.
    taken = {
        (a1, "training_school"): {}, (a1, "bureau_be"): {"activities": 5}, (a1, "teacher_a2"): {"helping": 5},
        (d, "training_school"): {"public_account": 4}, (d, "bureau_be"): {"public_account": 8},
    }  # fmt: skip
    for pair, less in taken.items():
        await at.hands_in(pair[1], sheets[pair], full_marks(WORKSHOP, less), SCORE)
    late = sheets[a1, "teacher_a2"]
    await put_member(at.clone, near, world.teacher("a2-1"), SCORE)  # becomes a member after scoring, before the check
    await at.refuses(SCORE, ("bureau", f"{late}:confirm", {}, *RECUSED))
    await at.done("bureau", f"{late}:recuse", {"reason": "评委已加入该工作坊"}, SCORE)
    for sheet in sheets.values():
        if sheet != late:
            await at.done("bureau_2", f"{sheet}:confirm", on=SCORE)
    await at.refuses(SCORE, ("training_school", f"{path}:decide", {}, *DENIED))
    await at.done("bureau", f"{path}:publicise", on=PUT_UP)
    shown = await at.get("school", f"campaign-candidates/{made['A1']['id']}/scores")
    assert (shown["sheets"], shown["points"], shown["points_max"], shown["share"]) == (2, 87.5, 90, 97.22)
    result = {one["name"]: one["share"] for one in (await at.get("bureau", nominate))["items"]}
    assert result == {a1: 97.22, d: 93.33}  # 84 / 90
    assert (await at.get("bureau", "backbone-claims", DECIDE))["items"] == []
    await at.refuses(DECIDE, ("bureau", f"{path}:decide", {}, *SAME))
    await at.done("bureau_2", f"{path}:decide", on=DECIDE)
    award = (await at.get("teacher", "awards?kind=excellent_workshop"))["items"][0]
    assert (award["holder_name"], award["workshop_id"]) == (a1, str(near))
    assert "优秀教师工作坊" in await certificate(at, award)
    claims = (await at.get("bureau", "backbone-claims", DECIDE))["items"]
    assert [(one["teacher_id"], one["workshop_id"], one["school_years"]) for one in claims] == [
        (str(world.teacher("a1-2")), str(near), ["2024-2025", "2025-2026"])
    ]


@pytest.mark.clause("M6.2.3b", "A2.5b", "M7.1b")
async def test_trainees_by_the_regions_own_rubric_and_their_honours(december: December, world: World) -> None:
    at, rubric = december, await own_rubric(december)
    campaign, path = await run(at, "excellent_trainee", places=1, rubric_id=rubric)
    people = {name: str(world.teacher(name)) for name in ("a1-2", "b1-1")}
    for name, who in (("a1-2", "central_school"), ("b1-1", "central_b")):
        await at.done(who, f"{path}/candidates", {"subject_id": people[name], "grounds": "研修优秀"}, NOMINATE)
    await at.done(
        "bureau", f"{path}:setPanel", at.panel("training_school", "training_school_2", "teacher_a2"), NOMINATE
    )
    await at.done("bureau", f"{path}:score", on=SCORE)
    sheets = await at.sheets(campaign)
    for (name, who), sheet in sheets.items():
        points = 48.5 if name == "钱二" else 44
        marks = [{"code": code, "points": points} for code in ("teaching", "leading")]
        await at.hands_in(who, sheet, marks, SCORE)
    moved = {"to_school_id": at.unit("A2"), "effective_on": SCORE, "reason": "工作需要"}
    await at.done("bureau", f"teachers/{people['b1-1']}:transfer", moved, SCORE)  # to the school of an evaluator
    near = sheets.pop(("郑七", "teacher_a2"))
    await at.refuses(SCORE, ("bureau", f"{near}:confirm", {}, *RECUSED))
    await at.done("bureau", f"{near}:recuse", {"reason": "候选人已调入评委所在学校"}, SCORE)
    for sheet in sheets.values():
        await at.done("bureau", f"{sheet}:confirm", on=SCORE)
    await at.done("training_school", f"{path}:publicise", on=PUT_UP)
    await at.done("bureau", f"{path}:decide", on=DECIDE)
    award = (await at.get("school", "awards?kind=excellent_trainee"))["items"][0]
    teacher = await at.get("school", f"teachers/{people['a1-2']}")
    assert teacher["awarded_honours"] == [
        {"code": "excellent_trainee", "level": "city", "awarded_on": DECIDE, "award_id": award["id"],
         "number": award["number"]}
    ]  # fmt: skip
    assert (await at.get("bureau", f"teachers/{people['b1-1']}"))["awarded_honours"] == []
    await at.done("bureau", f"awards/{award['id']}:askRevocation", {"reason": "材料不实"}, DECIDE)
    await at.refuses(DECIDE, ("bureau", f"awards/{award['id']}:confirmRevocation", {}, *SAME))
    assert len((await at.get("bureau", f"teachers/{people['a1-2']}"))["awarded_honours"]) == 1
    await at.done("bureau_2", f"awards/{award['id']}:confirmRevocation", on=DECIDE)
    assert (await at.get("school", f"teachers/{people['a1-2']}"))["awarded_honours"] == []
    kept = await fetch(at.clone, "SELECT withdrawn_reason, withdrawn_by FROM teacher_honours")
    assert [tuple(row) for row in kept] == [("材料不实", world.account("bureau_2").id)]
