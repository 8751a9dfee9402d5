"""Funds of the demo 演示经费: the county's budget of the year, payments of autumn, and experts' fees, one overdue."""

from datetime import date
from typing import Any

from app.access.context import Context
from app.core.clock import Clock
from app.core.db import Database
from app.core.pages import PageRequest
from app.demo.county import County
from app.demo.facts import LAST_DAY
from app.demo.sheets import principal_of
from app.funds import schemas, service
from app.funds.states import EXPERT_FEES, TRAINEE_COSTS
from app.policy.load import Regulation
from app.steering import service as steering
from app.steering.queries.experts import ExpertFilter

YEAR = 2026
BUDGETS = {
    "development_centre": 60_000_000,
    "trainer_team": 20_000_000,
    "studios": 36_000_000,
    "development_schools": 15_000_000,
    "demonstration_schools": 12_000_000,
    "delivery": 18_000_000,
    "expert_fees": 9_600_000,
    "master_subsidy": 24_000_000,
    "trainee_costs": 30_000_000,
}
"""Purpose → fen of the county's line."""
MATTERS = (
    ("印务公司（演示）", "研修资料印刷", 486_000, date(2026, 9, 18)),
    ("租车公司（演示）", "送教下乡用车", 264_000, date(2026, 10, 22)),
    ("场馆（演示）", "集中研修场地", 900_000, date(2026, 11, 6)),
)
FEES = (
    ("工作坊主持人研修专题讲座", date(2026, 9, 26), date(2026, 10, 26), date(2026, 10, 20)),
    ("校本研修方案评审", date(2026, 10, 10), date(2026, 11, 10), None),
    ("送教送培现场指导", date(2026, 11, 5), date(2026, 12, 5), None),
)
"""Matter, day of the work, day it is due, day it was paid."""
FEE_FEN = 120_000


async def spend(database: Database, made: County, regulation: Regulation) -> None:
    """Plan and pay in the name of 教师教育科; confirming a payment waits for a second person."""
    account = next(one for one in made.accounts if one.username == "bureau")
    who = principal_of(made, account)
    async with database.begin(who.region_id) as db:
        ctx = Context(db, who, regulation, Clock.at(LAST_DAY))
        lines = await _lines(ctx)
        plain = [one for purpose, one in lines.items() if purpose not in {EXPERT_FEES, TRAINEE_COSTS}]
        for line, (payee, matter, fen, day) in zip(plain, MATTERS, strict=False):
            paid = {"line_id": line, "payee": payee, "matter": matter, "amount_fen": fen, "paid_on": day}
            await service.record_payment(ctx, schemas.PaymentCreate.model_validate(paid))
        experts = await steering.find_experts(ctx, PageRequest(), ExpertFilter(source="university"))
        for expert, (matter, done_on, due_on, paid_on) in zip(experts.items, FEES, strict=False):
            owed = {"expert_id": expert.id, "matter": matter, "done_on": done_on, "due_on": due_on}
            fee = await service.owe_fee(ctx, schemas.ExpertFeeCreate.model_validate({**owed, "amount_fen": FEE_FEN}))
            if paid_on:
                pay = schemas.ClaimPay(line_id=lines[EXPERT_FEES], paid_on=paid_on)
                await service.pay_fee(ctx, fee.id, pay, version=None)


async def _lines(ctx: Context) -> dict[str, Any]:
    """The county's lines of the year: purpose → id."""
    labels = {one.code: one.label for one in ctx.regulation.codes("fund_purposes")}
    found = {}
    for purpose, fen in BUDGETS.items():
        new = schemas.BudgetLineCreate(year=YEAR, purpose=purpose, title=f"{labels[purpose]}经费", amount_fen=fen)
        found[purpose] = (await service.add_line(ctx, new)).id
    return found
