"""City studios that help town workshops: proposed, set by another person, finished with what came of it."""

import asyncio
from datetime import date
from typing import Any

import pytest

from app.core.db import Database
from app.policy.school_year import SchoolYear
from app.workshops.rules.assistance import Side, check_workshop_pair
from app.workshops.rules.cycle import Cycle
from tests.factories.graph import data
from tests.factories.statements import counted
from tests.factories.teachers import fetch
from tests.factories.workshops import WORLD, Studio, ident, put, stored

PAIRS, UNPAIRED = "/v1/workshop-pairs", "/v1/unpaired-studios"
CYCLE = Cycle(SchoolYear(2026), SchoolYear(2027))
CITY = Side("teacher_workshop", "master_studio", "city", "registered", CYCLE)
TOWN = Side("teacher_workshop", "grade_subject", "town", "registered", CYCLE)
STUDIO_RULE, TOWN_RULE, DAY_RULE = "workshop_pair.studio", "workshop_pair.town", "workshop.outside_cycle"


def side(one: Side, **changes: Any) -> Side:
    values = {name: getattr(one, name) for name in ("family", "kind", "level", "status", "cycle")}
    return Side(**values | changes)


@pytest.mark.clause("M7.2b")
@pytest.mark.parametrize(
    ("studio", "town", "on", "rules"),
    [
        (CITY, TOWN, date(2026, 9, 1), []),
        (CITY, side(TOWN, kind="master_studio"), date(2028, 8, 31), []),
        (CITY, TOWN, date(2028, 9, 1), [DAY_RULE] * 2),
        (CITY, TOWN, date(2026, 8, 31), [DAY_RULE] * 2),
        (side(CITY, level="provincial"), TOWN, date(2026, 9, 1), [STUDIO_RULE]),
        (side(CITY, kind="grade_subject"), TOWN, date(2026, 9, 1), [STUDIO_RULE]),
        (CITY, side(TOWN, level="school"), date(2026, 9, 1), [TOWN_RULE]),
        (CITY, side(TOWN, family="principal_studio", kind=None), date(2026, 9, 1), [TOWN_RULE]),
        (TOWN, CITY, date(2026, 9, 1), [STUDIO_RULE, TOWN_RULE]),
        (CITY, side(TOWN, status="closed"), date(2026, 9, 1), ["workshop_pair.registered"]),
    ],
)
def test_a_city_studio_helps_a_town_workshop(studio: Side, town: Side, on: date, rules: list[str]) -> None:
    assert [one.rule for one in check_workshop_pair(studio, town, starts_on=on)] == rules


async def two(studio: Studio) -> dict[str, str]:
    """A proposal for the city studio and the town workshop that stand at A1."""
    connection = await studio.clone.connect()
    await put(connection, WORLD.region, "own", WORLD.organisation("A1"), WORLD.teacher("a1-1"))
    await connection.execute("DELETE FROM workshop_pairs")
    await connection.close()
    sides = {"studio_id": str(ident("workshop", "own")), "town_id": str(ident("town workshop", "own"))}
    return sides | {"starts_on": "2026-10-10", "plan": "每学期联合教研两次"}


@pytest.mark.clause("M7.2b")
async def test_a_pair_from_proposal_to_result(studio: Studio, database: Database) -> None:
    body = await two(studio)
    lacking = (await studio.get("training_school", UNPAIRED))["items"]
    assert [(one["workshop_id"], one["leader_id"]) for one in lacking] == [
        (body["studio_id"], str(WORLD.teacher("a1-1")))
    ]
    made = await studio.done("training_school", PAIRS, body)
    assert [one["workshop_id"] for one in (await studio.get("school", UNPAIRED))["items"]] == [body["studio_id"]]
    one = f"{PAIRS}/{made['id']}"
    told = {"ends_on": "2026-11-20", "result": "联合教研四次"}
    early = await studio.post("teacher", f"{one}:finish", told)
    assert (early.status_code, early.json()["code"]) == (409, "STATUS_CONFLICT")
    set_ = await studio.done("bureau", f"{one}:confirm", {"note": "同意"})
    assert (set_["status"], set_["studio_name"], set_["town_name"]) == ("confirmed", "矩阵", "镇工作坊")
    assert (await studio.get("training_school", UNPAIRED))["items"] == []
    assert len((await studio.get("training_school", f"{UNPAIRED}?on=2026-10-09"))["items"]) == 1
    future = await studio.post("teacher", f"{one}:finish", told | {"ends_on": "2026-12-31"})
    assert [fault["pointer"] for fault in future.json()["errors"]] == ["/ends_on"]
    done = await studio.done("teacher", f"{one}:finish", told)
    assert (done["status"], done["ends_on"], done["result"]) == ("finished", "2026-11-20", "联合教研四次")
    await studio.done("training_school", PAIRS, body | {"starts_on": "2026-12-01"})
    with counted(database) as few:
        await studio.get("training_school", f"{PAIRS}?limit=1")
    with counted(database) as many:
        listed = (await studio.get("training_school", f"{PAIRS}?workshop_id={body['town_id']}"))["items"]
    assert ([row["status"] for row in listed], len(many)) == (["proposed", "finished"], len(few))
    assert (await studio.get("school_d", PAIRS))["items"] == []
    query = '{workshopPairs(status: finished, on: "2026-11-20") {nodes {studioName result}}}'
    shown = await data(studio.client, studio.headers("central_school"), query)
    assert shown["workshopPairs"]["nodes"] == [{"studioName": "矩阵", "result": "联合教研四次"}]


@pytest.mark.clause("M7.2b")
async def test_refusals_write_nothing(studio: Studio) -> None:
    body = await two(studio)
    made = await studio.done("bureau", PAIRS, body)
    one = f"{PAIRS}/{made['id']}"
    rows = "SELECT id, status, version FROM workshop_pairs ORDER BY id"
    before = (await stored(studio.clone), [tuple(row) for row in await fetch(studio.clone, rows)])
    swapped = body | {"studio_id": body["town_id"], "town_id": body["studio_id"]}
    nobody = {"studio_id": str(WORLD.teacher("a1-1")), "town_id": str(WORLD.teacher("a1-1"))}
    cases: list[tuple[str, str, dict[str, Any], int, str]] = [
        ("school", PAIRS, body, 403, "PERMISSION_DENIED"),
        ("central_school", PAIRS, body, 403, "PERMISSION_DENIED"),
        ("bureau_be", PAIRS, body, 403, "PERMISSION_DENIED"),
        ("training_school", PAIRS, body | nobody, 422, "WORKSHOP_INVALID"),
        ("training_school", PAIRS, swapped, 422, "RULE_BROKEN"),
        ("training_school", PAIRS, body | {"ends_on": "2026-10-09"}, 422, "INVALID"),
        ("training_school", f"{one}:confirm", {}, 403, "PERMISSION_DENIED"),
        ("bureau", f"{one}:confirm", {}, 403, "SEPARATION_OF_DUTIES"),
        ("bureau", f"{one}:refuse", {"reason": "不妥"}, 403, "SEPARATION_OF_DUTIES"),
        ("bureau_2", f"{one}:confirm", {"etag": '"9"'}, 412, "ETAG_MISMATCH"),
        ("abroad_bureau", f"{one}:confirm", {}, 404, "NOT_FOUND"),
        ("school_d", f"{one}:finish", {"ends_on": "2026-11-20", "result": "x"}, 404, "NOT_FOUND"),
    ]
    for who, url, given, status, code in cases:
        refused = await studio.post(who, url, given)
        assert (refused.status_code, refused.json()["code"]) == (status, code), (who, url, refused.text)
    assert (await stored(studio.clone), [tuple(row) for row in await fetch(studio.clone, rows)]) == before
    told = await studio.done("bureau_2", f"{one}:refuse", {"reason": "先完成学期注册"})
    assert (told["status"], told["answer_reason"]) == ("refused", "先完成学期注册")


@pytest.mark.clause("M7.2b")
async def test_the_same_two_are_set_once_whoever_comes_first(studio: Studio) -> None:
    body = await two(studio)
    made = [await studio.done("training_school", PAIRS, body) for _ in range(3)]
    urls = [f"{PAIRS}/{one['id']}:confirm" for one in made]
    answers = await asyncio.gather(*(studio.post("bureau", url, {}) for url in urls))
    assert sorted(one.status_code for one in answers) == [200, 409, 409]
    assert {one.json().get("code") for one in answers} == {None, "WORKSHOP_PAIR_OVERLAP"}
