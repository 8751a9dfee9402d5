"""Who owes what on a day: the year's plan, the assessment and the sheet of the last term that is over."""

from datetime import date
from typing import Any

import httpx
import pytest

from app.core.db import Database
from app.school_research.rules import last_ended
from tests.factories.cluster import Clone
from tests.factories.graph import data
from tests.factories.keys import SignIn
from tests.factories.research import Desk
from tests.factories.statements import counted
from tests.factories.teachers import fetch
from tests.factories.world import World

TERMS = [("2025-2026-2", date(2026, 7, 5)), ("2026-2027-1", date(2027, 1, 20)), ("2026-2027-2", date(2027, 7, 5))]
URL, AFTER = "/research-reminders", "2027-01-25"


@pytest.mark.clause("A5.7.2")
@pytest.mark.parametrize(
    ("today", "term"),
    [
        (date(2026, 7, 5), None),
        (date(2026, 7, 6), "2025-2026-2"),
        (date(2027, 1, 20), "2025-2026-2"),
        (date(2027, 1, 21), "2026-2027-1"),
        (date(2027, 8, 1), "2026-2027-2"),
    ],
)
def test_a_term_is_over_the_day_after_its_last(today: date, term: str | None) -> None:
    assert last_ended(reversed(TERMS), today=today) == term


async def owed(desk: Desk, who: str, school: str, on: str) -> list[str]:
    items: list[dict[str, Any]] = (await desk.get(who, URL, on=on))["items"]
    return [one["what"] for item in items if item["school_name"] == school for one in item["items"]]


@pytest.mark.clause("A5.7.1", "A5.7.2", "A5.7.3")
async def test_a_school_is_reminded_until_it_has_handed_in(
    desk: Desk, client: httpx.AsyncClient, as_role: SignIn, clone: Clone, world: World, database: Database
) -> None:
    name = "甲镇第一小学"
    assert await owed(desk, "school", name, "2026-09-02") == ["plan", "assessment"]
    await desk.plan(to="submitted")
    assert await owed(desk, "school", name, "2026-09-02") == ["assessment"]
    await desk.activity("a1-1", "a1-2")
    assert await owed(desk, "central_school", name, AFTER) == ["assessment", "sheet"]
    people = await fetch(
        clone,
        "SELECT staff_no FROM teachers WHERE school_id = $1 AND is_on_post AND status = 'active'",
        world.organisation("A1"),
    )
    lines = [{"staff_no": one["staff_no"], "result": "qualified"} for one in people]
    said = {"term": "2026-2027-1", "lines": lines}
    assert (await desk.post("school", "/term-assessments:batchSet", said, on=AFTER)).status_code == 200
    claimed = await desk.post("school", "/research-activities:claimHours", {"term": "2026-2027-1"}, on=AFTER)
    assert await owed(desk, "school", name, AFTER) == ["sheet"]
    (sheet,) = claimed.json()["submission_ids"]
    assert (await desk.post("school", f"/hours-submissions/{sheet}:submit", {}, on=AFTER)).status_code == 200
    assert await owed(desk, "school", name, AFTER) == []
    shown = await data(client, as_role("training_school"), "{researchReminders {nodes {schoolName items {what}}}}")
    told = {one["schoolName"]: one["items"] for one in shown["researchReminders"]["nodes"]}
    assert told[name] == [{"what": "assessment"}]  # today the term before is the last that is over
    await desk.get("training_school", f"{URL}?limit=1")
    with counted(database) as few:
        await desk.get("training_school", f"{URL}?limit=1")
    with counted(database) as many:
        assert len((await desk.get("training_school", URL))["items"]) > 1
    assert len(few) == len(many)
    assert (await client.get(f"/v1{URL}", headers=as_role("teacher"))).status_code == 403
