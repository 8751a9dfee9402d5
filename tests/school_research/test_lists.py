"""Lists ask the database as often for many rows as for one."""

from app.core.db import Database
from tests.factories.research import Desk
from tests.factories.statements import counted

LISTS = ("/school-plans", "/research-activities", "/inspection-samples", "/inspections", "/term-assessments")


async def costs(desk: Desk, database: Database) -> dict[str, tuple[int, int]]:
    """Rows and statements of each list."""
    found = {}
    for path in LISTS:
        with counted(database) as sent:
            items = (await desk.get("training_school", path))["items"]
        found[path] = (len(items), len(sent))
    return found


async def fill(desk: Desk, who: str, teacher: str, *, reason: str) -> None:
    """A row for each list, of one school."""
    await desk.plan(who)
    await desk.activity(teacher, who=who)
    new = {"term": "2026-2027-1", "percent": 100, "reason": reason}
    sample = (await desk.post("training_school", "/inspection-samples", new)).json()
    drawn = await desk.post("training_school", f"/inspection-samples/{sample['id']}:draw", {})
    assert drawn.status_code == 200, drawn.text
    lines = [{"staff_no": desk.staff_no(teacher), "result": "qualified"}]
    said = await desk.post(who, "/term-assessments:batchSet", {"term": "2026-2027-1", "lines": lines})
    assert said.status_code == 200, said.text


async def test_lists_cost_the_same_for_more_rows(desk: Desk, database: Database) -> None:
    await fill(desk, "school", "a1-1", reason="首次")
    await costs(desk, database)  # the first request of a connection asks for types as well
    one = await costs(desk, database)
    await fill(desk, "school_a2", "a2-1", reason="再次")
    two = await costs(desk, database)
    assert [rows for rows, _ in two.values()] == [2, 2, 2, 8, 2]
    assert [sent for _, sent in two.values()] == [sent for _, sent in one.values()]
