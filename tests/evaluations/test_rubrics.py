"""Rubrics over the doors: as printed, written by one and published by another, frozen for good."""

import asyncpg
import pytest

from app.core.db import SERVICE_ROLE
from tests.factories.cluster import Clone
from tests.factories.evaluations import REASON, Jury, refused, rubric_body
from tests.factories.graph import data
from tests.factories.keys import SignIn
from tests.factories.world import World


@pytest.mark.clause("A5.R", "A6.R", "A3.6")
async def test_printed_rubrics_show_headings_and_sums(jury: Jury, as_role: SignIn) -> None:
    printed = {one["name"]: one for one in (await jury.get("teacher", "rubrics?source=printed"))["items"]}
    sums = {name: (one["points_declared"], one["points"], one["full_scale"]) for name, one in printed.items()}
    assert sums == {
        "demonstration_school": (95, 100, 100),
        "excellent_workshop": (100, 90, 100),
        "subproject_team": (100, 100, 100),
    }
    workshop = printed["excellent_workshop"]
    assert [(one["points_declared"], one["points"]) for one in workshop["sections"]] == [
        (10, 10),
        (40, 35),
        (20, 20),
        (30, 25),
    ]
    assert "90×100" in workshop["reading"]
    shared = [one for one in printed["demonstration_school"]["sections"][1]["marks"] if len(one["standards"]) > 1]
    assert [[row["number"] for row in one["standards"]] for one in shared] == [[5, 6], [7, 8]]
    one = await jury.get("school", f"rubrics/{workshop['id']}")
    assert one == workshop
    answer = await data(jury.client, as_role("school"), "{rubrics(first:1){nodes{name points} pageInfo{hasNextPage}}}")
    assert answer["rubrics"]["pageInfo"] == {"hasNextPage": True}


@pytest.mark.clause("M6.2.3b")
async def test_own_rubric_is_written_by_one_and_published_by_another(jury: Jury, clone: Clone) -> None:
    odd = rubric_body()
    odd["sections"][0]["points_declared"] = 95
    await refused(
        jury,
        clone,
        [
            ("training_school", "rubrics", odd, "", 422, "RULE_BROKEN"),
            ("training_school", "rubrics", rubric_body(sections=[]), "", 422, "INVALID"),
            ("school", "rubrics", rubric_body(), "", 403, "PERMISSION_DENIED"),
        ],
    )
    made = await jury.done("bureau", "rubrics", odd | {"accepted_reason": "照试行文件录入"})
    assert [(one["rule"], one["severity"]) for one in made["findings"]] == [("rubric.heading_sum", "advise")]
    one = f"rubrics/{made['id']}"
    assert (await jury.client.get(f"/v1/{one}", headers=jury.as_role("school"))).status_code == 404
    await refused(
        jury,
        clone,
        [
            ("bureau", f"{one}:publish", {}, "", 403, "SEPARATION_OF_DUTIES"),
            ("training_school", f"{one}:publish", {}, "", 403, "PERMISSION_DENIED"),
            ("bureau", "campaigns", _campaign(made["id"]), "", 422, "EVALUATION_INVALID"),
        ],
    )
    published = await jury.done("bureau_2", f"{one}:publish")
    assert (published["status"], (await jury.get("school", one))["digest"]) == ("published", made["digest"])
    campaign = await jury.done("bureau", "campaigns", _campaign(made["id"]))
    assert campaign["rubric_id"] == made["id"]
    again = await jury.done("bureau", "rubrics", rubric_body())
    await refused(
        jury,
        clone,
        [
            ("bureau_2", f"rubrics/{again['id']}:publish", {}, "", 409, "RUBRIC_PUBLISHED"),
            ("bureau_2", f"{one}:withdraw", REASON, "", 409, "STATUS_CONFLICT"),
            ("bureau", "campaigns", _campaign(made["id"], "excellent_case"), "", 422, "EVALUATION_INVALID"),
            ("bureau", "campaigns", _campaign(made["id"], "none"), "", 422, "EVALUATION_INVALID"),
            ("bureau", "campaigns", _campaign(made["id"]), "", 409, "CAMPAIGN_YEARLY"),
        ],
    )
    withdrawn = await jury.done("bureau", f"rubrics/{again['id']}:withdraw", REASON)
    assert withdrawn["status"] == "withdrawn"


def _campaign(rubric: str, kind: str = "advanced_person") -> dict[str, object]:
    return {"kind": kind, "year": 2026, "places": 1, "rubric_id": rubric}


@pytest.mark.clause("A5.R")
async def test_a_campaign_freezes_the_printed_rubric_for_good(jury: Jury, clone: Clone, world: World) -> None:
    campaign = await jury.campaign()
    printed = (await jury.get("bureau", "rubrics?name=demonstration_school"))["items"]
    assert [one["id"] for one in printed] == [campaign["rubric_id"]]
    connection = await clone.connect()
    stored = await connection.fetchrow("SELECT encode(digest, 'hex') AS digest, points FROM rubrics")
    assert (stored["digest"], stored["points"]) == (printed[0]["digest"], 100)
    assert await connection.fetchval("SELECT count(*) FROM rubric_marks") == 13
    await connection.execute(f"SET ROLE {SERVICE_ROLE}")
    for column, value in (("content", "'{}'"), ("points", "90"), ("digest", "sha256('x')")):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(f"UPDATE rubrics SET {column} = {value}")
    await connection.close()
    assert world.region
