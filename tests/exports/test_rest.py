"""Exports over REST: ready at once, a second person above 500 rows, only for who asked, on record."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from tests.factories.cluster import Clone
from tests.factories.exports import Clerk
from tests.factories.world import World

YEAR = {"school_year": "2026-2027"}
KINDS: dict[str, dict[str, Any]] = {
    "organisations": {},
    "teachers": {},
    "trainers": {"standing": "active"},
    "hours_entries": {},
    "hours_completion": YEAR,
    "hours_completion_teachers": YEAR,
    "hours_cycle": YEAR,
    "hours_statistics": YEAR,
    "teacher_coverage": YEAR,
    "research_attendance": {"term": "2026-2027-1"},
}


async def fetched(clerk: Clerk, who: str, export: dict[str, Any]) -> list[str]:
    answer = await clerk.content(who, export)
    assert answer.status_code == 200, answer.text
    return answer.content.decode("utf-8-sig").splitlines()


async def test_small_exports_are_ready_at_once_and_hold_the_own_rows_only(
    clerk: Clerk, world: World, clone: Clone
) -> None:
    for kind, filters in KINDS.items():
        for form in ("csv", "xlsx", "ndjson"):
            made = await clerk.ask("school", kind, format=form, filters=filters)
            assert (made.status_code, made.json().get("status")) == (201, "ready"), made.text
            answer = await clerk.content("school", made.json())
            assert answer.status_code == 200
            assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
    mine = await fetched(clerk, "school", (await clerk.ask("school", "teachers")).json())
    assert len(mine) == 1 + 4
    assert world.id_number("a1-1") not in "".join(mine)
    assert world.id_number("a1-1")[-4:] in "".join(mine)
    assert not any("周五" in line for line in mine)
    everyone = (await clerk.ask("bureau", "teachers")).json()
    assert everyone["rows"] == 10
    assert (await clerk.get("central_school", everyone["id"]))["code"] == "NOT_FOUND"
    taken = await clerk.content("training_school", everyone)
    assert (taken.status_code, taken.json()["code"]) == (403, "EXPORT_OF_ANOTHER")
    connection = await clone.connect()
    facts = await connection.fetchrow(
        "SELECT account_id, facts FROM events WHERE kind = 'export.requested' ORDER BY seq DESC LIMIT 1"
    )
    count = await connection.fetchval("SELECT count(*) FROM events WHERE kind = 'export.fetched'")
    await connection.close()
    assert facts["account_id"] == world.account("bureau").id
    assert '"rows": 10' in facts["facts"]
    assert count == len(KINDS) * 3 + 1


async def test_many_rows_need_a_second_person(
    clerk: Clerk, worker: Callable[[], AbstractAsyncContextManager[None]], few: int, clone: Clone
) -> None:
    asked = (await clerk.ask("school", "teachers")).json()
    found = (asked["status"], asked["rows"], asked["needs_second"], asked["possible"])
    assert (*found, few) == ("awaiting_approval", 4, True, [], 3)
    early = await clerk.content("school", asked)
    assert (early.status_code, early.json()["code"]) == (409, "EXPORT_NOT_READY")
    for who in ("school", "central_school", "bureau_be"):
        refused = await clerk.verb(who, asked["id"], "approve")
        assert (refused.status_code, refused.json()["code"]) == (403, "PERMISSION_DENIED")
    own = (await clerk.ask("training_school", "teachers")).json()
    himself = await clerk.verb("training_school", own["id"], "approve")
    assert (himself.status_code, himself.json()["code"]) == (403, "SEPARATION_OF_DUTIES")
    assert (await clerk.verb("abroad_bureau", own["id"], "approve")).status_code == 404
    no = (await clerk.verb("training_school_2", own["id"], "refuse", reason="用途不明")).json()
    assert (no["status"], no["decision"]) == ("refused", "用途不明")
    again = await clerk.verb("bureau", own["id"], "approve")
    assert (again.status_code, again.json()["code"]) == (409, "STATUS_CONFLICT")
    listed = (
        await clerk.client.get("/v1/exports?status=awaiting_approval", headers=clerk.as_role("training_school"))
    ).json()["items"]
    assert [(one["id"], one["possible"]) for one in listed] == [(asked["id"], ["approve", "refuse"])]
    yes = await clerk.verb("training_school", asked["id"], "approve")
    assert (yes.status_code, yes.json()["status"]) == (200, "preparing"), yes.text
    at_once = (await clerk.ask("bureau", "teachers")).json()
    assert (at_once["status"], at_once["needs_second"]) == ("preparing", False)
    async with worker():
        await clerk.settled("bureau", at_once["id"])
        ready = await clerk.settled("school", asked["id"])
    # the rows are those of the school that asked, not of the training school that agreed
    assert (ready["status"], ready["rows"]) == ("ready", 4)
    assert len(await fetched(clerk, "school", ready)) == 5
    connection = await clone.connect()
    await connection.execute("UPDATE exports SET expires_at = now() - interval '1 minute' WHERE status = 'ready'")
    await connection.close()
    late = await clerk.content("school", asked)
    assert (late.status_code, late.json()["code"]) == (409, "EXPORT_EXPIRED")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        pytest.param({"kind": "secrets"}, 404, "EXPORT_KIND_UNKNOWN", id="unknown kind"),
        pytest.param({"format": "pdf"}, 422, "INVALID", id="unknown format"),
        pytest.param({"reason": ""}, 422, "INVALID", id="without reason"),
        pytest.param({"filters": {"weather": "fine"}}, 422, "INVALID", id="unknown filter"),
        pytest.param({"filters": {"school_id": "1; DROP"}}, 422, "INVALID", id="bad value"),
    ],
)
async def test_bad_requests_write_nothing(
    clerk: Clerk, clone: Clone, change: dict[str, Any], status: int, code: str
) -> None:
    answer = await clerk.ask("bureau", **({"kind": "teachers"} | change))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    connection = await clone.connect()
    assert await connection.fetchval("SELECT count(*) FROM exports") == 0
    await connection.close()
    assert (await clerk.ask("teacher", "hours_completion", filters=YEAR)).status_code == 403
