"""Frozen years keep the people and records behind every number as they were, and a hash that tells of any change."""

from typing import Any

import pytest

from app.core.db import Database
from tests.factories.cluster import Clone
from tests.factories.scorecards import YEAR, figure, put_team
from tests.factories.trainers import Bureau
from tests.factories.world import HOME, World

KEPT = f"{YEAR}/snapshots/1/records?figure="
LIVE = f"{YEAR}/indicators/support_system.trainer_team/records?figure="


def bare(records: list[Any]) -> list[Any]:
    """Records in the order of their ids."""
    return sorted(records, key=lambda one: str(one["id"]))


@pytest.mark.clause("A4.1")
async def test_a_frozen_year_keeps_its_lists_whatever_happens_later(office: Bureau, clone: Clone, world: World) -> None:
    await put_team(clone, world)
    await office.done("bureau", f"{YEAR}:freeze", {})
    snapshot = await office.get("bureau", f"{YEAR}/snapshots/1")
    content, told = snapshot["content"], snapshot["content"]["lists"]
    assert snapshot["is_intact"]
    live = bare((await office.get("bureau", f"{LIVE}trainers.took_part"))["items"])
    kept = await office.get("training_school", f"{KEPT}trainers.took_part&include_total=true")
    assert (bare(kept["items"]), kept["total"]) == (live, 4)
    assert {one["teacher_name"] for one in kept["items"]} == {one["teacher_name"] for one in live} != {None}
    for group in content["groups"]:
        for one in (one for part in group["indicators"] for row in part["requirements"] for one in row["figures"]):
            if not one["parts"]:
                assert told[one["code"]]["counted"] == one["counted"], one
                assert one["base"] in {None, told[one["code"]]["records"]}
    connection = await clone.connect()
    await connection.execute("DELETE FROM trainer_assignments")
    await connection.execute("UPDATE trainer_appointments SET ends_on = '2026-01-01', until = '2026-01-01'"
                             " WHERE id IN (SELECT id FROM trainer_appointments LIMIT 2)")  # fmt: skip
    await connection.close()
    assert figure(await office.get("bureau", YEAR), "trainers.people")["counted"] == 2
    again = await office.get("bureau", f"{KEPT}trainers.took_part")
    assert bare(again["items"]) == live
    idle = (await office.get("bureau", f"{KEPT}trainers.took_part&is_counted=false"))["items"]
    assert [(one["teacher_name"], one["detail"]) for one in idle] == [("赵一", "0")]
    assert (await office.get("bureau", f"{YEAR}/snapshots/1"))["is_intact"]


@pytest.mark.clause("A4.1")
async def test_kept_lists_only_grow_and_a_change_shows(
    office: Bureau, clone: Clone, database: Database, world: World
) -> None:
    await put_team(clone, world)
    await office.done("bureau", f"{YEAR}:freeze", {})
    async with database.begin(HOME) as db:
        with pytest.raises(Exception, match="permission denied"):
            await db.exec_driver_sql("UPDATE scorecard_records SET detail = '9'")
    connection = await clone.connect()
    for statement in ("DELETE FROM scorecard_records", "UPDATE scorecard_records SET is_counted = true"):
        with pytest.raises(Exception, match="only grows"):
            await connection.execute(statement)
    await connection.execute("ALTER TABLE scorecard_records DISABLE TRIGGER only_grows_rows")
    await connection.execute("UPDATE scorecard_records SET teacher_id = NULL WHERE figure = 'trainers.people'"
                             " AND place = 1")  # fmt: skip
    await connection.execute("ALTER TABLE scorecard_records ENABLE ALWAYS TRIGGER only_grows_rows")
    await connection.close()
    assert not (await office.get("bureau", f"{YEAR}/snapshots/1"))["is_intact"]


async def test_lists_of_ratios_of_other_figures_and_to_others_are_refused(office: Bureau) -> None:
    await office.done("bureau", f"{YEAR}:freeze", {})
    for who, path, status, code in (
        ("bureau", f"{KEPT}studio_share.teachers", 409, "SCORECARD_FIGURE_COMPOSED"),
        ("bureau", f"{KEPT}no.such", 404, "NOT_FOUND"),
        ("bureau", f"{YEAR}/snapshots/2/records?figure=trainers.people", 404, "NOT_FOUND"),
        ("school", f"{KEPT}trainers.people", 403, "PERMISSION_DENIED"),
    ):
        answer = await office.client.get(f"/v1/{path}", headers=office.as_role(who))
        assert (answer.status_code, answer.json()["code"]) == (status, code), path
    assert (await office.get("bureau", f"{KEPT}trainers.people"))["items"] == []
