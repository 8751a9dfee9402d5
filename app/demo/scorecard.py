"""The scorecard of the demo 演示绩效评级: last year assessed, scored and frozen; this year under way."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import uuid5

from app.access.context import Context
from app.access.principal import Principal
from app.core.clock import Clock
from app.core.db import Database
from app.demo.county import County
from app.demo.facts import LAST_DAY
from app.demo.sheets import principal_of
from app.performance import service
from app.performance.schemas import (
    Scorecard,
    ScorecardAssess,
    ScorecardFreeze,
    ScorecardLink,
    ScorecardReturn,
    ScorecardScore,
)
from app.performance.states import TRAINING_SCHOOL
from app.policy.load import Regulation

HALF = Decimal("0.5")
PAST, PAST_DAY = 2025, date(2026, 1, 15)
UNDER_WAY = 2026
WITHOUT = 4
"""Every so many rows of the running year nobody has assessed yet."""
MODEST, STRICT = 3, 5
"""Every so many rows a department keeps half a point back, and the scorer takes half a point off."""
NOTES = ("已印发文件并组织实施，材料齐全。", "按方案推进，过程材料见链接。", "已完成年度任务，效果见总结。")


@dataclass(frozen=True, slots=True)
class _Row:
    """A requirement, who answers for it, and the points it may have."""

    code: str
    department: str
    points: Decimal
    place: int


async def assess(database: Database, made: County, regulation: Regulation) -> None:
    """Assess, score and freeze last year; of this year assess most rows, score some, send one back."""
    acting = {one.username: principal_of(made, one) for one in made.accounts}
    bureau, scorer, school = acting["bureau"], acting["bureau_2"], acting[TRAINING_SCHOOL]
    for year, on in ((PAST, PAST_DAY), (UNDER_WAY, LAST_DAY)):
        async with database.begin(bureau.region_id) as db:
            card = await service.get_card(Context(db, bureau, regulation, Clock.at(on)), year)
        is_past = year == PAST
        for row in _rows(card):
            if not is_past and row.place % WITHOUT == 0:
                continue
            who = school if row.department == TRAINING_SCHOOL else _desk(bureau, row.department)
            async with database.begin(bureau.region_id) as db:
                await _assess(Context(db, who, regulation, Clock.at(on)), year, row)
            if is_past or row.place % 2:
                async with database.begin(bureau.region_id) as db:
                    await _decide(Context(db, scorer, regulation, Clock.at(on)), year, row, is_past=is_past)
    async with database.begin(bureau.region_id) as db:
        await service.freeze(Context(db, bureau, regulation, Clock.at(PAST_DAY)), PAST, ScorecardFreeze())


def _rows(card: Scorecard) -> Iterator[_Row]:
    """Every row with its part of the indicator's points, in halves; what the facts leave of them at most."""
    place = 0
    for indicator in (one for group in card.groups for one in group.indicators):
        left = Decimal(str(indicator.sums.points if indicator.sums.implied is None else indicator.sums.implied))
        count = len(indicator.requirements)
        for at, one in enumerate(indicator.requirements):
            place += 1
            part = left if at == count - 1 else (left / (count - at) * 2).to_integral_value() / 2
            left -= part
            yield _Row(one.code, one.responsible[0].code, part, place)


def _desk(bureau: Principal, department: str) -> Principal:
    """Somebody at a desk of the bureau; at 教师教育科 the one who signs in as `bureau`."""
    if department == bureau.desk:
        return bureau
    return replace(bureau, desk=department, account_id=uuid5(bureau.account_id, department))


async def _assess(ctx: Context, year: int, row: _Row) -> None:
    points = max(Decimal(0), row.points - (HALF if row.place % MODEST == 0 else 0))
    link = ScorecardLink(label=f"{year} 年佐证材料汇编", url=f"https://archive.example.org/{year}/{row.place}")
    links = [link] if row.place % 2 else []
    said = ScorecardAssess(points=points, note=NOTES[row.place % len(NOTES)], links=links)
    await service.assess(ctx, year, row.code, said, version=None)


async def _decide(ctx: Context, year: int, row: _Row, *, is_past: bool) -> None:
    """A mark; of the running year one row goes back instead."""
    if not is_past and row.place == STRICT:
        why = ScorecardReturn(reason="请补充领导小组会议纪要，并写明分工")
        await service.return_row(ctx, year, row.code, why, version=None)
        return
    less = HALF * (row.place % MODEST == 0) + HALF * (row.place % STRICT == 0)
    await service.score(ctx, year, row.code, ScorecardScore(points=max(Decimal(0), row.points - less)), version=None)
