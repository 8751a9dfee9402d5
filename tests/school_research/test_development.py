"""Development plans and training budgets: the shares at their boundaries, years that do not overlap, refusals."""

from decimal import Decimal
from typing import Any

import pytest

from app.school_research.rules import check_budget, last_year_of
from tests.factories.cluster import Clone
from tests.factories.research import Desk, stored
from tests.factories.world import World

SHARES = {"share_min": Decimal("0.05"), "used_min": Decimal("0.90")}
BUDGET = {"year": 2026, "public_funds_fen": 100_000, "training_fen": 4_999, "used_fen": 4_500}
PLAN = {"first_year": "2026-2027", "aims": "骨干成群", "measures": "师徒结对"}
TABLES = ("development_plans", "training_budgets")


@pytest.mark.clause("A5.R")
@pytest.mark.parametrize(
    ("funds", "training", "used", "rules"),
    [
        (100_000, 5_000, 4_500, []),
        (100_000, 4_999, 4_500, ["training_budget.share"]),
        (100_000, 5_000, 4_499, ["training_budget.used"]),
        (100_000, 0, 0, ["training_budget.share"]),
        (1, 1, 0, ["training_budget.used"]),
    ],
)
def test_five_percent_set_aside_and_ninety_used(funds: int, training: int, used: int, rules: list[str]) -> None:
    found = check_budget(funds, training, used, **SHARES)
    assert [(one.rule, str(one.severity)) for one in found] == [(rule, "advise") for rule in rules]


@pytest.mark.clause("A5.R")
def test_a_plan_covers_three_school_years() -> None:
    assert last_year_of(2026, years=3) == 2028


@pytest.mark.clause("A5.R")
async def test_plans_do_not_overlap_and_budgets_are_replaced(desk: Desk) -> None:
    made = (await desk.post("school", "/development-plans", PLAN)).json()
    assert (made["first_year"], made["last_year"]) == ("2026-2027", "2028-2029")
    for year, status in (("2024-2025", 409), ("2028-2029", 409), ("2029-2030", 201), ("2023-2024", 201)):
        assert (await desk.post("school", "/development-plans", PLAN | {"first_year": year})).status_code == status, (
            year
        )
    path = f"/development-plans/{made['id']}"
    assert (await desk.post("school", path, {"aims": "改"}, method="PATCH")).json()["aims"] == "改"
    first = (await desk.post("school", "/training-budgets:set", BUDGET)).json()
    assert [one["rule"] for one in first["findings"]] == ["training_budget.share"]
    second = (await desk.post("school", "/training-budgets:set", BUDGET | {"training_fen": 5_001})).json()
    assert (second["id"], [one["rule"] for one in second["findings"]]) == (first["id"], ["training_budget.used"])
    seen = (await desk.get("central_school", "/training-budgets?year=2026"))["items"]
    assert [(one["school_name"], one["training_fen"]) for one in seen] == [("甲镇第一小学", 5_001)]


async def test_each_refusal_writes_nothing(desk: Desk, clone: Clone) -> None:
    plan = (await desk.post("school", "/development-plans", PLAN)).json()
    before = await stored(clone, *TABLES)
    other = {"school_id": str(World().organisation("A1"))}
    path = f"/development-plans/{plan['id']}"
    cases: list[tuple[str, str, dict[str, Any], int, str]] = [
        ("school", "/training-budgets:set", BUDGET | {"training_fen": 100_001}, 422, "INVALID"),
        ("school", "/training-budgets:set", BUDGET | {"used_fen": -1}, 422, "INVALID"),
        ("school_a2", "/training-budgets:set", BUDGET | other, 403, "OUT_OF_SCOPE"),
        ("central_school", "/training-budgets:set", BUDGET, 403, "PERMISSION_DENIED"),
        ("school_a2", "/development-plans", PLAN | other, 403, "OUT_OF_SCOPE"),
        ("school", "/development-plans", PLAN, 409, "DEVELOPMENT_PLAN_OVERLAPS"),
    ]
    for who, url, body, status, code in cases:
        refused = await desk.post(who, url, body)
        assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text
    for who, status in (("school_a2", 404), ("training_school", 403)):
        assert (await desk.post(who, path, {"aims": "改"}, method="PATCH")).status_code == status
    stale = await desk.post("school", path, {"aims": "改", "etag": '"9"'}, method="PATCH")
    assert stale.status_code == 412
    assert await stored(clone, *TABLES) == before
