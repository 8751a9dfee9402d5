"""Teams of sub-projects are scored on the four contents of A3.6 by one person, and confirmed by another."""

from uuid import uuid4

import pytest

from tests.factories.cluster import Clone
from tests.factories.evaluations import Jury, full_marks, refused
from tests.factories.projects import put_project
from tests.factories.scorecards import figure
from tests.factories.teachers import fetch
from tests.factories.world import HOME


async def on_the_card(jury: Jury) -> tuple[int, int, list[str | None]]:
    """What the scorecard of 2026 counts, of how many teams, and what its records tell of the points."""
    card = await jury.get("bureau", "scorecards/2026")
    told = figure(card, "teams.evaluated")
    path = "scorecards/2026/indicators/implementation.delivery/records?figure=teams.evaluated"
    records = (await jury.get("bureau", path))["items"]
    assert all("/v1/team-evaluations/" in record["href"] for record in records)
    return told["counted"], told["base"], [record["detail"] for record in records]


@pytest.mark.clause("A3.6")
async def test_team_of_a_sub_project_is_scored_and_confirmed_by_two(jury: Jury, clone: Clone) -> None:
    team, connection = uuid4(), await clone.connect()
    project = await put_project(connection, HOME)
    await connection.execute(
        "INSERT INTO sub_projects (region_id, id, project_id, name) VALUES ($1, $2, $3, '语文组')", HOME, team, project
    )
    await connection.close()
    marks = full_marks("subproject_team", {"typical_cases": 4.5})
    body = {"sub_project_id": str(team), "year": 2026, "marks": marks, "opinion": "过程扎实，案例完整"}
    above = [{**marks[0], "points": 25.5}, *marks[1:]]
    await refused(
        jury,
        clone,
        [
            ("training_school", "team-evaluations", body, "", 403, "PERMISSION_DENIED"),
            ("bureau", "team-evaluations", {**body, "sub_project_id": str(uuid4())}, "", 422, "EVALUATION_INVALID"),
            ("bureau", "team-evaluations", {**body, "marks": marks[:3]}, "", 422, "EVALUATION_INVALID"),
            ("bureau", "team-evaluations", {**body, "marks": above}, "", 422, "EVALUATION_INVALID"),
        ],
    )
    made = await jury.done("bureau", "team-evaluations", body)
    one = f"team-evaluations/{made['id']}"
    assert (made["points"], made["sub_project_name"], made["status"]) == (95.5, "语文组", "scored")
    await refused(
        jury,
        clone,
        [
            ("bureau_2", "team-evaluations", body, "", 409, "TEAM_EVALUATED"),
            ("bureau", f"{one}:confirm", {}, "", 403, "SEPARATION_OF_DUTIES"),
        ],
    )
    again = {"marks": full_marks("subproject_team"), "opinion": "补充材料后复评"}
    assert (await jury.done("bureau", f"{one}:score", again))["points"] == 100
    assert await on_the_card(jury) == (0, 1, [None])
    confirmed = await jury.done("bureau_2", f"{one}:confirm")
    assert confirmed["status"] == "confirmed"
    assert await on_the_card(jury) == (1, 1, ["100 分"])
    await refused(jury, clone, [("bureau", f"{one}:score", again, "", 409, "STATUS_CONFLICT")])
    assert [row["points"] for row in (await jury.get("training_school", "team-evaluations?year=2026"))["items"]] == [
        100
    ]
    assert len(await fetch(clone, "SELECT 1 FROM team_evaluations")) == 1
