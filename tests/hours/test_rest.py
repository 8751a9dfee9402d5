"""The hours ledger over REST."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.core.schemas import Listing
from app.hours.schemas import HoursEntry
from tests.factories.cluster import Clone
from tests.factories.hours import line, post
from tests.factories.keys import SignIn
from tests.factories.world import World


async def counts(clone: Clone) -> tuple[int, ...]:
    connection = await clone.connect()
    tables = ("hours_entries", "hours_summaries", "events", "idempotency_keys")
    found = [await connection.fetchval(f"SELECT count(*) FROM {table}") for table in tables]
    await connection.close()
    return tuple(found)


@pytest.mark.clause("A5.6", "A6.13c")
async def test_training_school_posts_and_the_summary_shows_it(
    client: httpx.AsyncClient, as_role: SignIn, world: World
) -> None:
    made = await post(client, as_role("training_school"), line(world))
    assert made.status_code == 201, made.text
    entry = made.json()
    assert (entry["claimed_hours"], entry["credited_hours"], entry["school_year"]) == (6, 6, "2026-2027")
    assert (entry["teacher_name"], entry["school_id"]) == ("赵一", str(world.organisation("A1")))
    url = f"/v1/teachers/{world.teacher('a1-1')}/hours?school_year=2026-2027"
    mine = (await client.get(url, headers=as_role("teacher"))).json()
    workshop = next(one for one in mine["categories"] if one["category"] == "workshop")
    assert (workshop["credited"], workshop["cap"], workshop["remaining"], workshop["is_met"]) == (6, 40, 34, None)
    post_training = next(one for one in mine["categories"] if one["category"] == "post_training")
    assert (post_training["credited"], post_training["also_counted"]) == (0, 6)
    assert mine["cycle"] == {
        "starts": "2026-2027",
        "ends": "2030-2031",
        "credited": 6,
        "target": 360,
        "remaining": 354,
        "is_met": False,
    }


@pytest.mark.clause("A6.13c")
async def test_seventh_day_is_credited_up_to_the_cap_of_forty(
    client: httpx.AsyncClient, as_role: SignIn, world: World
) -> None:
    head = as_role("training_school")
    given = []
    for day in range(1, 9):
        body = line(world, activity_date=f"2026-10-{day:02d}")
        given.append((await post(client, head, body)).json())
    assert [one["credited_hours"] for one in given] == [6, 6, 6, 6, 6, 6, 4, 0]
    assert [one["claimed_hours"] for one in given] == [6] * 8
    assert given[6]["findings"][0]["rule"] == "hours.yearly_cap"
    assert given[6]["findings"][0]["clause"] == "A6.13c"


@pytest.mark.clause("A6.13c")
async def test_a_day_over_several_lines_is_credited_up_to_six(
    client: httpx.AsyncClient, as_role: SignIn, world: World
) -> None:
    head = as_role("training_school")
    first = (await post(client, head, line(world, claimed_hours=4, session="上午"))).json()
    second = (await post(client, head, line(world, claimed_hours=4, session="下午"))).json()
    assert (first["credited_hours"], second["credited_hours"]) == (4, 2)
    assert second["findings"][0]["rule"] == "hours.daily_limit"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"claimed_hours": 6.5}, "hours.per_day", id="over six on one line"),
        pytest.param({"category": "city", "claimed_hours": 24.5}, "hours.line_per_day_max", id="over 24"),
        pytest.param({"activity_date": "2099-10-17"}, "hours.future", id="tomorrow and later"),
        pytest.param({"school_year": "2025-2026"}, "hours.outside_school_year", id="another school year"),
        pytest.param({"activity_date": "2022-07-31"}, "hours.no_policy", id="before the regulation"),
        pytest.param({"claimed_hours": 0}, "GREATER_THAN", id="zero"),
        pytest.param({"claimed_hours": -1}, "GREATER_THAN", id="negative"),
        pytest.param({"claimed_hours": 0.25}, "VALUE_ERROR", id="quarter"),
        pytest.param({"claimed_hours": "NaN"}, "FINITE_NUMBER", id="not a number"),
        pytest.param({"category": "fun"}, "ENUM", id="unknown category"),
        pytest.param({"teacher_id": str(uuid4())}, "REFERENCE_UNKNOWN", id="unknown teacher"),
        pytest.param({"reason": None}, "VALUE_ERROR", id="manual without reason"),
        pytest.param({"source": "external"}, "VALUE_ERROR", id="external without key"),
    ],
)
async def test_refused_line_writes_nothing(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone, changes: dict[str, Any], code: str
) -> None:
    before = await counts(clone)
    answer = await post(client, as_role("training_school"), line(world, **changes))
    assert answer.status_code == 422, answer.text
    assert code in {fault["code"] for fault in answer.json()["errors"]}
    assert await counts(clone) == before


@pytest.mark.clause("A5.2")
async def test_teacher_away_from_post_is_refused(client: httpx.AsyncClient, as_role: SignIn, world: World) -> None:
    answer = await post(client, as_role("training_school"), line(world, "a1-4"))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "hours.not_on_post")
    assert answer.json()["errors"][0]["params"]["rule"].startswith("附件5")


@pytest.mark.clause("A5.6")
@pytest.mark.parametrize("role", ["bureau", "central_school", "school", "teacher"])
async def test_only_the_training_school_posts(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone, role: str
) -> None:
    before = await counts(clone)
    answer = await post(client, as_role(role), line(world))
    assert (answer.status_code, answer.json()["code"]) == (403, "PERMISSION_DENIED")
    after = await counts(clone)
    assert after == (before[0], before[1], before[2] + 1, before[3])


async def test_same_idempotency_key_answers_the_same_bytes(
    client: httpx.AsyncClient, as_role: SignIn, world: World
) -> None:
    head, key = as_role("training_school"), str(uuid4())
    first = await post(client, head, line(world), key)
    again = await post(client, head, line(world), key)
    assert (first.status_code, again.status_code, first.content) == (201, 201, again.content)
    assert again.headers["idempotent-replayed"] == "true"
    other = await post(client, head, line(world, claimed_hours=3), key)
    assert (other.status_code, other.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    missing = await client.post("/v1/hours-entries", json=line(world), headers=head)
    assert (missing.status_code, missing.json()["code"]) == (400, "IDEMPOTENCY_KEY_MISSING")


async def test_same_line_under_another_key_writes_nothing(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    head = as_role("training_school")
    first = await post(client, head, line(world))
    again = await post(client, head, line(world))
    assert first.json() == again.json()
    assert (await counts(clone))[0] == 1
    other = await post(client, head, line(world, source="external", external_key="X1"))
    assert other.status_code == 201
    clash = await post(client, head, line(world, source="external", external_key="X1", claimed_hours=3))
    assert (clash.status_code, clash.json()["code"]) == (409, "HOURS_LINE_CONFLICT")
    assert (clash.json()["existing"]["claimed_hours"], clash.json()["submitted"]["claimed_hours"]) == ("6", "3")


async def test_reversal_negates_once_and_by_another_person(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    entry = (await post(client, as_role("training_school"), line(world))).json()
    url = f"/v1/hours-entries/{entry['id']}:reverse"

    async def reverse(who: str) -> httpx.Response:
        headers = as_role(who) | {"Idempotency-Key": str(uuid4())}
        return await client.post(url, json={"reason": "活动未举行"}, headers=headers)

    own = await reverse("training_school")
    assert (own.status_code, own.json()["code"]) == (403, "SEPARATION_OF_DUTIES")
    done = await reverse("training_school_2")
    assert done.status_code == 201, done.text
    assert (done.json()["claimed_hours"], done.json()["credited_hours"], done.json()["reverses_id"]) == (
        -6,
        -6,
        entry["id"],
    )
    before = await counts(clone)
    again = await reverse("bureau")
    assert (again.status_code, again.json()["code"]) == (409, "HOURS_ALREADY_REVERSED")
    assert await counts(clone) == before
    final = await client.post(
        f"/v1/hours-entries/{done.json()['id']}:reverse",
        json={"reason": "再红冲"},
        headers=as_role("bureau") | {"Idempotency-Key": str(uuid4())},
    )
    assert (final.status_code, final.json()["code"]) == (409, "HOURS_REVERSAL_IS_FINAL")
    shown = (await client.get(f"/v1/hours-entries/{entry['id']}", headers=as_role("school"))).json()
    assert shown["reversed_by_id"] == done.json()["id"]


async def test_batch_is_all_or_none_and_keeps_the_order(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    head = as_role("training_school") | {"Idempotency-Key": str(uuid4())}
    good = [
        line(world, teacher, activity_date=f"2026-10-{day:02d}") for teacher in ("b1-1", "a1-1") for day in range(1, 9)
    ]
    before = await counts(clone)
    bad = await client.post(
        "/v1/hours-entries:batchCreate", json={"entries": [*good, line(world, claimed_hours=7)]}, headers=head
    )
    assert (bad.status_code, bad.json()["errors"][0]["pointer"]) == (422, "/entries/16/claimed_hours")
    assert await counts(clone) == before
    made = await client.post("/v1/hours-entries:batchCreate", json={"entries": good}, headers=head)
    assert made.status_code == 201, made.text
    assert [one["credited_hours"] for one in made.json()["items"]] == [6, 6, 6, 6, 6, 6, 4, 0] * 2


@pytest.mark.clause("A6.13c")
async def test_64_clients_never_exceed_the_cap(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    head = as_role("training_school")
    bodies = [line(world, activity_date=f"2026-10-{1 + n % 8:02d}", session=str(n), claimed_hours=3) for n in range(64)]
    answers = await asyncio.gather(*(post(client, head, body) for body in bodies))
    assert {answer.status_code for answer in answers} == {201}
    assert sum(answer.json()["credited_hours"] for answer in answers) == 40
    connection = await clone.connect()
    assert await connection.fetchval("SELECT credited FROM hours_summaries") == 40
    assert await connection.fetchval("SELECT sum(credited) FROM hours_entries") == 40
    worst = await connection.fetchval(
        "SELECT max(s) FROM (SELECT sum(credited) s FROM hours_entries GROUP BY activity_date) d"
    )
    assert worst == 6
    await connection.close()


async def test_same_external_key_from_64_clients_is_one_entry(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    head = as_role("training_school")
    body = line(world, source="external", external_key="PROVINCE-1")
    answers = await asyncio.gather(*(post(client, head, body) for _ in range(64)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert (await counts(clone))[0] == 1


async def test_ledger_is_scoped_and_newest_first(client: httpx.AsyncClient, as_role: SignIn, world: World) -> None:
    head = as_role("training_school")
    for teacher in ("a1-1", "a2-1", "b1-1", "d-1"):
        await post(client, head, line(world, teacher))

    async def seen(role: str, query: str = "") -> list[str]:
        answer = await client.get(f"/v1/hours-entries{query}", headers=as_role(role))
        return [item["teacher_name"] for item in answer.json()["items"]]

    assert await seen("bureau") == ["冯九", "郑七", "周五", "赵一"]
    assert await seen("central_school") == ["周五", "赵一"]
    assert await seen("school") == ["赵一"]
    assert await seen("teacher") == ["赵一"]
    assert await seen("teacher_a2") == ["周五"]
    assert await seen("abroad_bureau") == []
    assert await seen("bureau", f"?central_school_id={world.organisation('central A')}") == ["周五", "赵一"]
    assert await seen("school", f"?school_id={world.organisation('B1')}") == []


async def test_page_made_by_the_database_is_the_declared_answer(
    client: httpx.AsyncClient, as_role: SignIn, world: World
) -> None:
    head = as_role("training_school")
    for day in range(1, 9):
        await post(client, head, line(world, activity_date=f"2026-10-{day:02d}", session="上午"))
    await post(client, head, line(world, category="city", claimed_hours=0.5))
    made = await client.get("/v1/hours-entries?limit=4", headers=head)
    counted = await client.get("/v1/hours-entries?limit=4&include_total=true", headers=head)
    Listing[HoursEntry].model_validate_json(made.content)
    assert counted.json() == made.json() | {"total": 9}
    pages, cursor = [], ""
    for _ in range(4):
        page = (await client.get(f"/v1/hours-entries?limit=4{cursor}", headers=head)).json()
        pages.append(len(page["items"]))
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert pages == [4, 4, 1]
    other = await client.get(f"/v1/hours-entries?limit=4&category=city{cursor}", headers=head)
    assert (other.status_code, other.json()["code"]) == (400, "CURSOR_INVALID")
    filters = f"category=workshop&school_year=2026-2027&source=manual&school_id={world.organisation('A1')}"
    days = "activity_date_gte=2026-10-02&activity_date_lte=2026-10-03"
    few = await client.get(f"/v1/hours-entries?{filters}&{days}", headers=head)
    assert [item["activity_date"] for item in few.json()["items"]] == ["2026-10-03", "2026-10-02"]


@pytest.mark.clause("A5.7.1")
async def test_completion_counts_teachers_who_reached_24(
    client: httpx.AsyncClient, as_role: SignIn, world: World
) -> None:
    head = as_role("training_school")
    for teacher, days in (("a1-1", 4), ("a1-2", 3), ("b1-1", 4)):
        for day in range(days):
            body = line(world, teacher, category="school_research", activity_date=f"2026-10-{day + 1:02d}")
            assert (await post(client, head, body)).status_code == 201
    answer = await client.get("/v1/hours-completion?school_year=2026-2027", headers=as_role("bureau"))
    by_name = {row["name"]: (row["met"], row["teachers"], row["share"]) for row in answer.json()["items"]}
    assert by_name == {
        "甲镇第一小学": (1, 3, 0.3333),
        "甲镇第二小学": (0, 2, 0.0),
        "乙镇初级中学": (1, 2, 0.5),
        "市直实验幼儿园": (0, 2, 0.0),
    }
    assert answer.json()["total"] == {"key": "total", "name": "合计", "teachers": 9, "met": 2, "share": 0.2222}
    assert answer.json()["target"] == 24
    grouped = await client.get(
        "/v1/hours-completion?school_year=2026-2027&group_by=central_school", headers=as_role("central_school")
    )
    assert [(row["name"], row["met"], row["teachers"]) for row in grouped.json()["items"]] == [("甲镇中心校", 1, 5)]
    stages = await client.get("/v1/hours-completion?school_year=2026-2027&group_by=stage", headers=as_role("bureau"))
    assert {row["key"]: row["met"] for row in stages.json()["items"]} == {
        "primary": 1,
        "junior_middle": 1,
        "preschool": 0,
    }
    missing = await client.get(
        "/v1/hours-completion/teachers?school_year=2026-2027&is_met=false", headers=as_role("school")
    )
    assert [(row["name"], row["credited"], row["remaining"]) for row in missing.json()["items"]] == [
        ("钱二", 18, 6),
        ("孙三", 0, 24),
    ]
    live = await client.get(
        "/v1/hours-completion?school_year=2026-2027", headers=as_role("bureau") | {"X-Shixun-Date": "2026-11-23"}
    )
    assert live.json()["items"] == answer.json()["items"]
