"""Score sheets: who stands back, what a mark may be, two evaluators, the chair, and what is shown beside a standard."""

from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from tests.factories.cluster import Clone
from tests.factories.evaluations import (
    PUBLIC,
    REASON,
    SCORING,
    Jury,
    full_marks,
    put_member,
    put_workshop,
    refused,
)
from tests.factories.keys import SignIn
from tests.factories.teachers import fetch
from tests.factories.uploads import PDF
from tests.factories.world import HOME, World

MARKS = full_marks("excellent_workshop")
WRONG = [{"code": "yearly_plan", "points": 5.5}, {"code": "none", "points": 1}, {"code": "helping", "points": 0.25}]
TWICE = [{"code": "helping", "points": 1}, {"code": "helping", "points": 2}]


async def workshop_campaign(jury: Jury, clone: Clone, world: World) -> tuple[Any, Any, UUID]:
    """A campaign of workshops with one candidate of A1, of which a2-1 was core member until 2025."""
    workshop = await put_workshop(clone, world)
    await put_member(clone, workshop, world.teacher("a2-1"), "2024-09-01", "2025-09-01")
    campaign = await jury.campaign("excellent_workshop")
    return campaign, await jury.nominated(campaign, "central_school", workshop), workshop


@pytest.mark.clause("A6.R", "M7.1b")
async def test_who_must_stand_back_gets_no_sheet_neither_from_the_service_nor_the_database(
    jury: Jury, clone: Clone, world: World
) -> None:
    campaign, candidate, workshop = await workshop_campaign(jury, clone, world)
    account = {one: str(world.account(one).id) for one in ("teacher_a2", "teacher", "school", "training_school_2")}
    sheets = await jury.scoring(campaign, ("training_school", "training_school_2", "teacher_a2"))
    assert [one["organisation_id"] for one in sheets] == [str(world.organisation("training school"))] * 2
    add = {"candidate_id": candidate["id"]}
    await refused(
        jury,
        clone,
        [
            ("bureau", "score-sheets", {**add, "account_id": account["teacher_a2"]}, SCORING, 409, "EVALUATOR_RECUSED"),
            ("bureau", "score-sheets", {**add, "account_id": account["teacher"]}, SCORING, 409, "EVALUATOR_RECUSED"),
            ("bureau", "score-sheets", {**add, "account_id": account["school"]}, SCORING, 409, "EVALUATOR_UNFIT"),
            (
                "bureau",
                "score-sheets",
                {**add, "account_id": account["training_school_2"]},
                SCORING,
                409,
                "SCORE_SHEET_THERE",
            ),
            (
                "training_school",
                "score-sheets",
                {**add, "account_id": account["teacher"]},
                SCORING,
                403,
                "PERMISSION_DENIED",
            ),
        ],
    )
    barred = await fetch(clone, "SELECT ground FROM candidate_persons WHERE capacity = 'barred' ORDER BY ground")
    assert [one["ground"] for one in barred] == ["candidate", "former_core", "nominator"]
    await _walls(clone, world, campaign, candidate)
    await put_member(clone, workshop, world.teacher("a2-2"), "2026-09-01")
    scorer = next(one for one in sheets if one["evaluator_name"].endswith("training_school"))
    await jury.done("training_school", f"score-sheets/{scorer['id']}:mark", {"marks": MARKS}, SCORING)
    await jury.done("training_school", f"score-sheets/{scorer['id']}:submit", on=SCORING)


async def _walls(clone: Clone, world: World, campaign: Any, candidate: Any) -> None:
    """The database refuses a sheet of the own unit or of a barred person, and a mark that cannot be."""
    connection = await clone.connect()
    insert = (
        "INSERT INTO score_sheets (region_id, id, campaign_id, candidate_id, unit_id, rubric_id, evaluator_id,"
        " person_id, teacher_id, organisation_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)"
    )
    whose = (HOME, uuid4(), campaign["id"], candidate["id"], candidate["unit_id"], campaign["rubric_id"])
    former, account = world.teacher("a2-1"), world.account("teacher_a2").id
    cases: list[tuple[type[Exception], str, UUID, UUID]] = [
        (asyncpg.CheckViolationError, "ck_score_sheets_recusal", former, world.organisation("A1")),
        (asyncpg.ForeignKeyViolationError, "fk_score_sheets_person", former, world.organisation("A2")),
    ]
    for error, name, person, organisation in cases:
        with pytest.raises(error, match=name):
            await connection.execute(insert, *whose, account, person, organisation)
    with pytest.raises(asyncpg.UniqueViolationError, match="uq_candidate_persons_one_capacity"):
        await connection.execute(
            "INSERT INTO candidate_persons (region_id, id, candidate_id, person_id, capacity)"
            " VALUES ($1, $2, $3, $4, 'scorer')",
            HOME, uuid4(), candidate["id"], former,
        )  # fmt: skip
    for points in ("5.5", "0.25", "-0.5", "NaN"):
        with pytest.raises(asyncpg.CheckViolationError, match="ck_score_marks_points"):
            await connection.execute(
                "INSERT INTO score_marks (region_id, id, sheet_id, rubric_id, code, points_max, points)"
                f" SELECT region_id, $1, id, rubric_id, 'yearly_plan', 5, '{points}' FROM score_sheets LIMIT 1",
                uuid4(),
            )
    await connection.close()


async def _evidence_hangs_on_a_mark(client: httpx.AsyncClient, as_role: SignIn, first: str, marked: Any) -> None:
    mark = next(one for one in marked["marks"] if one["code"] == "activities")
    assert (marked["points"], mark["points_max"], len(marked["marks"])) == (90, 15, 11)
    files = f"/v1/{first}/marks/{mark['id']}/files"
    upload = {"file": ("依据.pdf", PDF)}
    head = as_role("training_school") | {"X-Shixun-Date": SCORING}
    assert (await client.post(files, files=upload, headers=head)).status_code == 201
    assert len((await client.get(files, headers=as_role("bureau"))).json()["items"]) == 1
    assert (await client.get(files, headers=as_role("teacher"))).status_code == 404


@pytest.mark.clause("A6.R", "A6.6a")
async def test_marks_two_evaluators_the_chair_and_the_result(
    jury: Jury, client: httpx.AsyncClient, as_role: SignIn, clone: Clone, world: World
) -> None:
    campaign, candidate, _ = await workshop_campaign(jury, clone, world)
    sheets = await jury.scoring(campaign, ("training_school", "training_school_2"))
    by_name = {one["evaluator_name"].removeprefix("测试账号 "): f"score-sheets/{one['id']}" for one in sheets}
    first, second = by_name["training_school"], by_name["training_school_2"]
    await refused(
        jury,
        clone,
        [
            ("training_school", f"{first}:mark", {"marks": WRONG[:2] + TWICE}, SCORING, 422, "EVALUATION_INVALID"),
            ("training_school", f"{first}:mark", {"marks": WRONG[2:]}, SCORING, 422, "INVALID"),
            ("training_school_2", f"{first}:mark", {"marks": MARKS}, SCORING, 404, "NOT_FOUND"),
            ("bureau_be", f"{first}:mark", {"marks": MARKS}, SCORING, 403, "NOT_THE_EVALUATOR"),
            ("training_school", f"{first}:submit", {}, SCORING, 422, "EVALUATION_INVALID"),
            ("bureau", f"{first}:confirm", {}, SCORING, 409, "STATUS_CONFLICT"),
        ],
    )
    marked = await jury.done("training_school", f"{first}:mark", {"marks": MARKS}, SCORING)
    await _evidence_hangs_on_a_mark(client, as_role, first, marked)
    await jury.done("training_school", f"{first}:submit", on=SCORING)
    await refused(
        jury,
        clone,
        [
            ("training_school", f"{first}:mark", {"marks": MARKS}, SCORING, 409, "STATUS_CONFLICT"),
            ("training_school", f"{first}:confirm", {}, SCORING, 403, "SEPARATION_OF_DUTIES"),
            ("bureau", f"{first}:confirm", {}, SCORING, 409, "SCORERS_TOO_FEW"),
        ],
    )
    less = full_marks("excellent_workshop", {"activities": 5, "public_account": 15})
    await jury.done("training_school_2", f"{second}:mark", {"marks": less}, SCORING)
    await jury.done("training_school_2", f"{second}:submit", on=SCORING)
    await jury.done("bureau", f"{second}:return", REASON, SCORING)
    await jury.done("training_school_2", f"{second}:submit", on=SCORING)
    for one in (first, second):
        await jury.done("bureau", f"{one}:confirm", on=SCORING)
    at = f"campaign-candidates/{candidate['id']}"
    chair = {"code": "public_account", "points": 12, "reason": "分差过大，复核后裁定"}
    await refused(
        jury,
        clone,
        [
            ("training_school_2", f"{at}:setMark", chair, SCORING, 403, "NOT_THE_EVALUATOR"),
            ("training_school", f"{at}:setMark", {**chair, "points": 15.5}, SCORING, 422, "EVALUATION_INVALID"),
        ],
    )
    result = await jury.done("training_school", f"{at}:setMark", chair, SCORING)
    account = next(one for one in result["marks"] if one["code"] == "public_account")
    assert (account["mean"], account["spread"], account["chair_points"], account["counted"]) == (7.5, 15, 12, 12)
    assert (result["points"], result["points_max"], result["share"], result["spread"]) == (84.5, 90, 93.89, 20)
    held = next(one for one in result["marks"] if one["code"] == "activities")["evidence"]
    assert held[0] == {"label": "集中研修活动次数", "actual": "0", "required": "7", "clause": "A6.6a"}
    hidden = await client.get(f"/v1/{at}/scores", headers=as_role("school"))
    assert (hidden.status_code, hidden.json()["code"]) == (409, "SCORES_NOT_PUBLICISED")
    await jury.done("bureau", f"campaigns/{campaign['id']}:publicise", on=PUBLIC)
    shown = await jury.get("school", f"{at}/scores")
    assert {one["evaluator_name"] for row in shown["marks"] for one in row["given"]} == {"评委1", "评委2"}


@pytest.mark.clause("A5.R", "M7.1b")
async def test_what_each_role_reads_of_a_running_campaign(jury: Jury, clone: Clone, world: World) -> None:
    campaign = await jury.campaign()
    candidate = await jury.nominated(campaign, "central_school", world.organisation("A1"))
    sheets = await jury.scoring(campaign)
    at = f"campaign-candidates/{candidate['id']}"
    assert (await jury.get("teacher_a2", at))["grounds"] == "成绩突出"  # an evaluator of another school
    await jury.done(
        "training_school", f"score-sheets/{_of(sheets, 'training_school')}:mark", {"marks": SCHOOL}, SCORING
    )
    await jury.done("training_school", f"score-sheets/{_of(sheets, 'training_school')}:submit", on=SCORING)
    seen = {who: len((await jury.get(who, "score-sheets"))["items"]) for who in
            ("bureau", "bureau_be", "training_school", "training_school_2", "teacher_a2", "teacher")}  # fmt: skip
    assert seen == {"bureau": 3, "bureau_be": 3, "training_school": 3, "training_school_2": 1, "teacher_a2": 1,
                    "teacher": 0}  # fmt: skip
    for who, given in (("bureau", 1), ("training_school_2", 0), ("teacher_a2", 0)):
        shown = await jury.get(who, f"{at}/scores")
        assert [len(one["given"]) for one in shown["marks"]] == [given] * len(SCHOOL), who
        assert any(one["evidence"] for one in shown["marks"]), who
    for who, path, status in (
        ("school", "score-sheets", 403), ("central_school", "score-sheets", 403), ("school", f"{at}/scores", 409),
        ("central_school", f"{at}/scores", 409), ("central_b", at, 404), ("teacher", at, 404),
        ("school", f"campaigns/{campaign['id']}/panel", 403), ("abroad_bureau", at, 404),
    ):  # fmt: skip
        answer = await jury.client.get(f"/v1/{path}", headers=jury.as_role(who))
        assert answer.status_code == status, (who, path)
    mark = next(one for one in (await jury.get("bureau", "score-sheets"))["items"] if one["marks"])
    files = f"/v1/score-sheets/{mark['id']}/marks/{mark['marks'][0]['id']}/files"
    for who, status in (("bureau", 200), ("training_school_2", 404), ("teacher_a2", 404), ("school", 403)):
        assert (await jury.client.get(files, headers=jury.as_role(who))).status_code == status, who


@pytest.mark.clause("SoD3")
async def test_a_chair_stands_back_from_what_they_nominated_or_belonged_to(
    jury: Jury, clone: Clone, world: World
) -> None:
    campaign = await jury.campaign()
    own = await jury.nominated(campaign, "training_school", world.organisation("B1"))
    other = await jury.nominated(campaign, "central_school", world.organisation("A1"))
    panel = ("training_school", "training_school_2", "bureau_be")
    sheets = await jury.scoring(campaign, panel)
    assert len([one for one in sheets if one["candidate_id"] == own["id"]]) == 2
    mark = {"code": "competitions", "points": 12, "reason": "复核后裁定"}
    path = f"campaign-candidates/{own['id']}:setMark"
    await refused(jury, clone, [("training_school", path, mark, SCORING, 409, "EVALUATOR_RECUSED")])
    await jury.done("training_school", f"campaign-candidates/{other['id']}:setMark", mark, SCORING)


SCHOOL = full_marks("demonstration_school")


def _of(sheets: list[Any], who: str) -> str:
    return str(next(one["id"] for one in sheets if one["evaluator_name"].endswith(f" {who}")))
