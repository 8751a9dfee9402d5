"""Reports of the hours ledger: trend, roll-up, cycle, national form."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from app.hours import rules
from app.policy.school_year import SchoolYear
from tests.factories.cluster import Clone
from tests.factories.graph import data
from tests.factories.hours import credited
from tests.factories.keys import SignIn
from tests.factories.statements import counted
from tests.factories.world import World

YEAR = SchoolYear(2026)
QUERY = {"school_year": "2026-2027"}
ON = {"X-Shixun-Date": "2026-11-23"}
"""Reports are asked for as of this day, whatever day the tests run on."""


def test_week_one_is_the_week_of_the_first_of_september() -> None:
    # 2026-09-01 is a Tuesday
    weeks = rules.weeks(YEAR, date(2026, 9, 14))
    assert [(one.number, one.starts_on, one.ends_on) for one in weeks] == [
        (1, date(2026, 8, 31), date(2026, 9, 6)),
        (2, date(2026, 9, 7), date(2026, 9, 13)),
        (3, date(2026, 9, 14), date(2026, 9, 20)),
    ]
    assert rules.weeks(YEAR, date(2026, 8, 31)) == []
    assert (len(rules.weeks(YEAR, date(2030, 1, 1))), rules.weeks(YEAR, date(2030, 1, 1))[-1].starts_on) == (
        53,
        date(2027, 8, 30),
    )


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(date(2026, 8, 31), "0", id="before the cycle"),
        pytest.param(date(2026, 9, 3), "0.5", id="third day: 0.59 rounded down"),
        pytest.param(date(2027, 8, 31), "71.5", id="first year: 71.96 rounded down"),
        pytest.param(date(2031, 8, 30), "359.5", id="the day before the last"),
        pytest.param(date(2031, 8, 31), "360", id="last day"),
        pytest.param(date(2040, 1, 1), "360", id="long after"),
    ],
)
def test_cycle_asks_evenly_by_day(on: date, expected: str) -> None:
    asked = rules.cycle_expected(Decimal(360), SchoolYear(2026), SchoolYear(2030), on=on)
    assert asked == Decimal(expected)


def test_bands_follow_one_another_without_gap() -> None:
    bands = rules.bands([Decimal(36), Decimal(72), Decimal(108)])
    assert [(one.lower, one.upper) for one in bands] == [(0, 36), (37, 72), (73, 108), (109, None)]
    assert [one.label for one in bands] == ["36学时及以下", "37-72学时", "73-108学时", "109学时及以上"]


async def _get(client: httpx.AsyncClient, head: dict[str, str], path: str, **query: Any) -> Any:
    answer = await client.get(f"/v1/{path}", params=QUERY | query, headers=ON | head)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.clause("A5.7.1", "A5.6")
async def test_trend_and_roll_up_end_where_completion_stands(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone, database: Any
) -> None:
    connection = await clone.connect()
    research = "school_research"
    lines = [("a1-1", research, date(2026, 9, 1), 12.0), ("a1-1", research, date(2026, 9, 13), 12.0)]
    lines += [("a1-2", research, date(2026, 9, 2), 20), ("a1-2", research, date(2026, 9, 14), 3.5)]
    lines += [("a2-1", research, date(2026, 9, 14), 24), ("d-1", research, date(2026, 10, 1), 24)]
    lines += [("b1-1", "city", date(2026, 9, 5), 24)]
    await credited(connection, world, lines)
    await connection.close()
    head = as_role("bureau")
    with counted(database) as sent:
        trend = await _get(client, head, "hours-completion/trend")
    assert sum("hours_entries" in one for one in sent) == 1
    assert (len(trend["weeks"]), trend["weeks"][0]["starts_on"], trend["clause"]) == (13, "2026-08-31", "A5.7.1")
    # a1-1 gets there in week 2 (Sunday 13 September), a2-1 in week 3 (Monday), d-1 in week 5; a1-2 misses by a half
    assert trend["total"]["met"] == [0, 1, 2, 2, 3, *[3] * 8]
    assert (trend["total"]["teachers"], trend["total"]["share"][4], trend["items"][0]["key"]) == (9, 0.3333, "county")
    by_central = await _get(client, head, "hours-completion/trend", group_by="central_school")
    assert {row["name"]: (row["teachers"], row["met"][-1]) for row in by_central["items"]} == {
        "甲镇中心校": (5, 2),
        "乙镇中心校": (2, 0),
        "市直实验幼儿园": (2, 1),
    }
    for group in ("stage", "subject", "school", "central_school"):
        now = await _get(client, head, "hours-completion", group_by=group)
        then = await _get(client, head, "hours-completion/trend", group_by=group)
        assert [(row["key"], row["name"], row["teachers"], row["met"]) for row in now["items"]] == [
            (row["key"], row["name"], row["teachers"], row["met"][-1]) for row in then["items"]
        ]
    whole = await _get(client, head, "hours-completion/roll-up")
    assert [
        (one["name"], one["kind"], one["teachers"], one["met"], len(one["schools"])) for one in whole["branches"]
    ] == [
        ("乙镇中心校", "central_school", 2, 0, 1),
        ("甲镇中心校", "central_school", 5, 2, 2),
        ("市直实验幼儿园", "direct_school", 2, 1, 1),
    ]
    assert (whole["total"]["teachers"], whole["total"]["met"]) == (9, 3)
    mine = await _get(client, as_role("school"), "hours-completion/trend", group_by="school")
    assert [(row["name"], row["teachers"], row["met"][-1]) for row in mine["items"]] == [("甲镇第一小学", 3, 1)]
    assert mine["total"]["teachers"] == 3
    own = await _get(client, as_role("central_school"), "hours-completion/roll-up")
    assert [(one["name"], one["teachers"]) for one in own["branches"]] == [("甲镇中心校", 5)]
    abroad = await _get(client, as_role("abroad_bureau"), "hours-completion/trend")
    assert (abroad["total"]["teachers"], abroad["total"]["met"][-1]) == (1, 0)
    early = await client.get("/v1/hours-completion/trend", params=QUERY, headers=head | {"X-Shixun-Date": "2026-09-13"})
    assert early.json()["total"]["met"] == [0, 1]


async def test_cycle_counts_all_categories_and_says_who_is_behind(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    connection = await clone.connect()
    days = [date(2026, 9, 1) + timedelta(days=one) for one in range(15)]
    lines = [("a1-1", "national", day, 24.0) for day in days]
    lines += [("a1-2", "city", date(2026, 9, 2), 16.0), ("a1-2", "school_research", date(2026, 9, 3), 0.5)]
    lines += [("a1-3", "city", date(2026, 9, 2), 16.0)]
    lines += [("a2-1", "city", date(2025, 9, 2), 24.0)]  # the cycle before
    await credited(connection, world, lines)
    await connection.close()
    on = {"X-Shixun-Date": "2026-11-23"}
    head = as_role("bureau") | on
    # 84 days of 1826 have gone by on 2026-11-23: 16.56 hours are due, 16.5 in halves
    report = await _get(client, head, "hours-cycle", group_by="school")
    assert (report["starts"], report["ends"], report["target"], report["expected"]) == (
        "2026-2027",
        "2030-2031",
        360,
        16.5,
    )
    assert report["basis"].startswith("external: 教师〔2011〕1号")
    first = next(row for row in report["items"] if row["name"] == "甲镇第一小学")
    assert (first["teachers"], first["met"], first["on_track"], first["behind"]) == (3, 1, 1, 1)
    assert (first["share"], first["hours_average"]) == (0.6667, 130.8)
    assert (report["total"]["teachers"], report["total"]["behind"]) == (9, 7)
    listed = await _get(client, as_role("school") | on, "hours-cycle/teachers")
    assert [(row["name"], row["credited"], row["remaining"], row["standing"]) for row in listed["items"]] == [
        ("赵一", 360, 0, "met"),
        ("钱二", 16.5, 343.5, "on_track"),
        ("孙三", 16, 344, "behind"),
    ]
    behind = await _get(client, head, "hours-cycle/teachers", standing="behind", limit=2, include_total="true")
    assert (behind["total"], len(behind["items"])) == (7, 2)
    after = await _get(client, head, "hours-cycle/teachers", standing="behind", cursor=behind["next_cursor"])
    assert len(after["items"]) == 5
    graph = await data(
        client, ON | head, '{hoursCycle(schoolYear:"2026-2027",groupBy:"school"){expected items{name onTrack}}}'
    )
    assert graph["hoursCycle"]["expected"] == 16.5


BANDED = [("a1-1", 0), ("a1-2", 36), ("a1-3", 36.5), ("a2-1", 37), ("a2-2", 72), ("b1-1", 72.5), ("b1-2", 73)]
BANDED += [("d-1", 108.5), ("d-2", 109)]


async def test_bands_of_the_national_form_at_their_bounds(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    connection = await clone.connect()
    lines = []
    for teacher, hours in BANDED:
        whole, rest = divmod(hours, 8)
        parts = [8.0] * int(whole) + ([rest] if rest else [])
        lines += [(teacher, "city", date(2026, 9, 1) + timedelta(days=day), part) for day, part in enumerate(parts)]
    lines += [("d-2", "national", date(2026, 9, 1), 16.0)]  # the day is full with its eight: nothing is added
    await credited(connection, world, lines)
    await connection.close()
    form = await _get(client, as_role("bureau"), "hours-statistics", group_by="school")
    assert [one["label"] for one in form["bands"]] == ["36学时及以下", "37-72学时", "73-108学时", "109学时及以上"]
    assert {row["name"]: row["bands"] for row in form["items"]} == {
        "甲镇第一小学": [3, 0, 0, 0],
        "甲镇第二小学": [0, 2, 0, 0],
        "乙镇初级中学": [0, 1, 1, 0],
        "市直实验幼儿园": [0, 0, 1, 1],
    }
    assert (form["total"]["teachers"], form["total"]["untrained"], form["total"]["bands"]) == (9, 1, [3, 3, 2, 1])
    levels = {row["category"]: (row["teachers"], row["hours"], row["training_class"]) for row in form["levels"]}
    assert (levels["city"], levels["national"], levels["provincial"]) == ((8, 544.5, "30"), (1, 16, "10"), (0, 0, "20"))
    assert any("36.5不到37" in one for one in form["basis"])
    for group, name in (("sex", "男性"), ("title", "一级教师"), ("stage", "小学")):
        by_group = await _get(client, as_role("bureau"), "hours-statistics", group_by=group)
        assert name in {row["name"] for row in by_group["items"]}
        assert by_group["total"] == form["total"]
    mine = await _get(client, as_role("school_d"), "hours-statistics", group_by="county")
    assert (mine["total"]["bands"], [row["key"] for row in mine["items"]]) == ([0, 0, 1, 1], ["county"])
    assert {row["category"]: row["teachers"] for row in mine["levels"]}["city"] == 2


@pytest.mark.parametrize(
    "path", ["hours-completion/trend", "hours-completion/roll-up", "hours-cycle", "hours-statistics"]
)
async def test_bad_questions_are_answered_with_what_is_wrong(
    client: httpx.AsyncClient, as_role: SignIn, path: str
) -> None:
    for query in ({"school_year": "2026"}, {"school_year": "2026-2028"}, {}, QUERY | {"group_by": "weather"}):
        if path.endswith("roll-up") and "group_by" in query:
            continue
        answer = await client.get(f"/v1/{path}", params=query, headers=as_role("bureau"))
        assert (answer.status_code, len(answer.json()["errors"])) == (422, 1), answer.text
    before = await client.get(f"/v1/{path}", params={"school_year": "2001-2002"}, headers=as_role("bureau"))
    assert (before.status_code, before.json()["code"]) == (422, "NO_POLICY_YET"), before.text
    refused = await client.get(f"/v1/{path}", params=QUERY, headers=as_role("teacher"))
    assert (refused.status_code, refused.json()["code"]) == (403, "PERMISSION_DENIED")
