"""Explanations: claimed, counted, credited and cut off, adding up to the balance whatever the history."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from app.hours import rules
from app.hours.states import HoursCategory
from app.policy.load import Regulation
from tests.factories.cluster import Clone
from tests.factories.graph import data
from tests.factories.hours import line, post
from tests.factories.keys import SignIn
from tests.factories.world import PACKS, World

REGULATION = Regulation.load(tuple(PACKS))
YEAR_END = date(2027, 8, 31)
TERMS = [(date(2026, 9, 1), date(2027, 1, 20)), (date(2027, 2, 24), date(2027, 7, 5))]


def history(seed: int) -> list[rules.LedgerLine]:
    """A random history of one category, credited as the rules credit, with reversals in between."""
    dice = random.Random(seed)  # noqa: S311 - a test's dice
    policy = rules.category_policy(REGULATION, HoursCategory.WORKSHOP, on=YEAR_END)
    days: dict[date, Decimal] = {}
    lines: list[rules.LedgerLine] = []
    live: list[tuple[rules.LedgerLine, date]] = []
    balance = Decimal(0)
    for _ in range(dice.randint(1, 40)):
        if live and dice.random() < 0.3:
            gone, day = live.pop(dice.randrange(len(live)))
            one = rules.LedgerLine(uuid4(), gone.id, -gone.claimed, -gone.credited, [])
        else:
            day, claimed = date(2026, 10, dice.randint(1, 9)), Decimal(dice.randint(1, 12)) / 2
            given = rules.credit(claimed, rules.Used(days.get(day, Decimal(0)), balance), policy)
            one = rules.LedgerLine(uuid4(), None, claimed, given.credited, [it.as_json() for it in given.findings])
            live.append((one, day))
        days[day] = days.get(day, Decimal(0)) + one.credited
        balance += one.credited
        lines.append(one)
    return lines


@pytest.mark.clause("A6.13c")
def test_steps_of_random_histories_add_up() -> None:
    for seed in range(300):
        lines = history(seed)
        found = rules.steps(lines)
        assert found[-1].balance == sum(one.credited for one in lines), seed
        counted = {}
        for one, step in zip(lines, found, strict=True):
            assert step.claimed == step.counted + step.cut_by_day, seed
            assert step.counted == step.credited + step.cut_by_cap, seed
            counted[one.id] = step.counted
            if one.reverses_id:
                assert step.counted == -counted[one.reverses_id], seed
            else:
                assert min(step.cut_by_day, step.cut_by_cap) >= 0, seed
                assert bool(step.cut_by_day) <= ("hours.daily_limit" in {it["rule"] for it in one.findings}), seed


@pytest.mark.clause("A6.13c")
def test_steps_say_which_limit_cut() -> None:
    policy = rules.category_policy(REGULATION, HoursCategory.WORKSHOP, on=YEAR_END)
    both = rules.credit(Decimal(5), rules.Used(Decimal(2), Decimal(38)), policy)
    kept = [it.as_json() for it in both.findings]
    step = rules.steps([rules.LedgerLine(UUID(int=1), None, Decimal(5), both.credited, kept)], opening=Decimal(38))[0]
    assert [step.claimed, step.counted, step.credited, step.balance] == [5, 4, 2, 40]
    assert [step.cut_by_day, step.cut_by_cap] == [1, 2]
    assert rules.applied_params(REGULATION, HoursCategory.WORKSHOP, kept) == [
        "hours.workshop.per_day",
        "hours.workshop.cap_yearly",
    ]


@pytest.mark.parametrize(
    ("today", "weeks"),
    [
        pytest.param(date(2026, 8, 1), 41, id="before the year"),
        pytest.param(date(2026, 9, 1), 41, id="first day"),
        pytest.param(date(2026, 9, 7), 40, id="second week"),
        pytest.param(date(2027, 1, 20), 21, id="last day of the first term"),
        pytest.param(date(2027, 1, 21), 20, id="between the terms"),
        pytest.param(date(2027, 7, 5), 1, id="last school day"),
        pytest.param(date(2027, 7, 6), 0, id="after the last school day"),
    ],
)
def test_weeks_left(today: date, weeks: int) -> None:
    assert rules.weeks_left(TERMS, today) == weeks


@pytest.mark.clause("A5.7.1")
@pytest.mark.parametrize(
    ("category", "credited", "weeks", "reachable"),
    [
        pytest.param("school_research", "0", 1, None, id="a week of five eights is enough"),
        pytest.param("school_research", "24", 0, None, id="met"),
        pytest.param("school_research", "23.5", 0, Decimal("23.5"), id="half an hour short and no week left"),
        pytest.param("school_research", "23.5", 1, None, id="half an hour short, a week left"),
        pytest.param("workshop", "0", 0, None, id="no target, no advice"),
    ],
)
def test_target_out_of_reach(category: str, credited: str, weeks: int, reachable: Decimal | None) -> None:
    found = rules.check_reach(REGULATION, HoursCategory(category), Decimal(credited), weeks=weeks, on=YEAR_END)
    assert (found.actual if found else None) == reachable
    if found:
        assert (found.rule, found.severity, found.clause) == ("hours.target_out_of_reach", "advise", "A5.7.1")


@pytest.mark.clause("A5.7.1", "A6.13c")
async def test_explanation_equals_the_summary_for_a_random_history(
    client: httpx.AsyncClient, as_role: SignIn, world: World
) -> None:
    dice, training = random.Random(7), as_role("training_school")  # noqa: S311 - a test's dice
    bodies = [
        line(world, category=dice.choice(["workshop", "workshop", "school_research", "city"]), session=str(n),
             claimed_hours=dice.randint(1, 12) / 2, activity_date=f"2026-10-{dice.randint(1, 9):02d}")
        for n in range(40)
    ]  # fmt: skip
    made = await client.post(
        "/v1/hours-entries:batchCreate", json={"entries": bodies}, headers=training | {"Idempotency-Key": str(uuid4())}
    )
    for entry in dice.sample(made.json()["items"], 8):
        undo = as_role("bureau") | {"Idempotency-Key": str(uuid4())}
        url = f"/v1/hours-entries/{entry['id']}:reverse"
        assert (await client.post(url, json={"reason": "有误"}, headers=undo)).status_code == 201
    base = f"/v1/teachers/{world.teacher('a1-1')}/hours"
    summary = (await client.get(f"{base}?school_year=2026-2027", headers=as_role("teacher"))).json()
    told = (await client.get(f"{base}/explanation?school_year=2026-2027", headers=as_role("teacher"))).json()
    assert sum(len(one["entries"]) for one in told["categories"]) == 48
    for balance, one in zip(summary["categories"], told["categories"], strict=True):
        assert one["not_shown"] == {"entries": 0, "claimed": 0, "credited": 0}
        for name in ("claimed", "credited"):
            assert sum(entry[name] for entry in one["entries"]) == balance[name] == one[name]
        assert [entry["balance"] for entry in one["entries"][-1:]] in ([], [balance["credited"]])
    workshop = next(one for one in told["categories"] if one["category"] == "workshop")
    cap = next(rule for rule in workshop["rules"] if rule["code"] == "hours.workshop.cap_yearly")
    assert (cap["value"], cap["clause"], cap["quote"]) == ("40", "A6.13c", "每年总学时在四十学时以内")
    assert {code for entry in workshop["entries"] for code in entry["rules"]} >= {"hours.workshop.per_day"}
    whole = (await client.get(f"{base}?school_year=2026-2027&as_of=2100-12-31", headers=as_role("teacher"))).json()
    assert whole == summary
    query = """query($id:UUID!){teacher(uuid:$id){hoursExplanation(schoolYear:"2026-2027",category:workshop){
      categories{category credited entries{uuid counted}}}}}"""
    mine = (await data(client, as_role("teacher"), query, id=str(world.teacher("a1-1"))))["teacher"]["hoursExplanation"]
    assert [entry["counted"] for entry in mine["categories"][0]["entries"]] == [
        entry["counted"] for entry in workshop["entries"]
    ]


async def test_as_of_goes_by_the_day_of_posting_in_china(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    connection = await clone.connect()
    for hour in ("2026-10-17T15:59:59Z", "2026-10-17T16:00:00Z"):
        await connection.execute(
            "INSERT INTO hours_entries (region_id, id, teacher_id, school_id, school_year, category, claimed, credited,"
            " activity_title, activity_date, source, line_key, policy_version, posted_by, posted_at)"
            " VALUES ($1, $2, $3, $4, 2026, 'city', 2, 2, '题目', '2026-10-01', 'import', $5, 'test', $6,"
            " $5::text::timestamptz)",
            world.region, uuid4(), world.teacher("a1-1"), world.organisation("A1"), hour,
            world.account("training_school").id,
        )  # fmt: skip
    await connection.close()

    async def credited(part: str, day: str) -> Any:
        url = f"/v1/teachers/{world.teacher('a1-1')}/hours{part}?school_year=2026-2027&as_of={day}"
        answer = await client.get(url, headers=as_role("school"))
        assert answer.status_code == 200, answer.text
        return next(one["credited"] for one in answer.json()["categories"] if one["category"] == "city")

    for part in ("", "/explanation"):
        assert [await credited(part, f"2026-10-{day}") for day in (16, 17, 18)] == [0, 2, 4]


async def test_hours_of_another_school_are_shown_as_a_total(
    client: httpx.AsyncClient, as_role: SignIn, world: World
) -> None:
    """Access row 38: entries stay with the school of their day; the new school sees totals only."""
    await post(client, as_role("training_school"), line(world))
    moved = await client.post(
        f"/v1/teachers/{world.teacher('a1-1')}:transfer",
        json={"to_school_id": str(world.organisation("A2")), "effective_on": "2026-11-01", "reason": "工作需要调整"},
        headers=as_role("bureau"),
    )
    assert moved.status_code == 200, moved.text
    url = f"/v1/teachers/{world.teacher('a1-1')}/hours/explanation?school_year=2026-2027&category=workshop"
    one = (await client.get(url, headers=as_role("school_a2"))).json()["categories"][0]
    assert (one["credited"], one["entries"]) == (6, [])
    assert one["not_shown"] == {"entries": 1, "claimed": 6, "credited": 6}
    assert (await client.get(url, headers=as_role("school"))).status_code == 404


@pytest.mark.parametrize("query", ["as_of=1999-12-31", "as_of=9999-12-31", "as_of=soon", "category=fun"])
async def test_senseless_questions_are_refused(
    client: httpx.AsyncClient, as_role: SignIn, world: World, query: str
) -> None:
    url = f"/v1/teachers/{world.teacher('a1-1')}/hours/explanation?school_year=2026-2027&{query}"
    answer = await client.get(url, headers=as_role("bureau"))
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID")


@pytest.mark.clause("A5.7.1")
async def test_target_out_of_reach_is_said_in_time(client: httpx.AsyncClient, as_role: SignIn, world: World) -> None:
    url = f"/v1/teachers/{world.teacher('a1-1')}/hours/explanation?school_year=2026-2027&category=school_research"
    found = {}
    for day in (date(2027, 7, 5), date(2027, 7, 5) + timedelta(days=1)):
        head = as_role("teacher") | {"X-Shixun-Date": day.isoformat()}
        found[day.day] = (await client.get(url, headers=head)).json()["categories"][0]["findings"]
    assert (found[5], [one["rule"] for one in found[6]]) == ([], ["hours.target_out_of_reach"])
