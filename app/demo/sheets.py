"""Sheets and disputes of the demo 演示申报与申诉: one in every state, of the school and the teacher who sign in."""

from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.access.context import Context
from app.access.permissions import TEACHER_EDUCATION, Role
from app.access.principal import Principal
from app.core.clock import Clock
from app.core.db import Database
from app.core.pages import PageRequest
from app.demo.county import County
from app.demo.facts import LAST_DAY, RUNNING_YEAR, DemoAccount
from app.hours import service
from app.hours.queries import EntryFilter
from app.hours.schemas import (
    HoursDisputeAnswer,
    HoursDisputeCreate,
    HoursSubmissionCreate,
    HoursSubmissionLinesCreate,
    HoursSubmissionLineWrite,
    HoursSubmissionMove,
    HoursSubmissionReturn,
)
from app.policy.load import Regulation
from app.policy.school_year import SchoolYear

TERM = f"{SchoolYear(RUNNING_YEAR).name}-1"
TEACHERS, HOURS = 4, Decimal(2)
SHEETS = (
    ("draft", "听评课（待补充）", date(2026, 11, 18)),
    ("submitted", "教研组听评课", date(2026, 11, 11)),
    ("returned", "集体备课研讨", date(2026, 11, 4)),
    ("approved", "作业设计研讨", date(2026, 10, 28)),
)
"""State, what the activity is called, and its day."""
Act = Callable[[Context], Awaitable[None]]


async def file(database: Database, made: County, regulation: Regulation) -> None:
    """File, return and approve sheets, ask and answer disputes, each act as the person whose it is."""
    acting = {one.username: one for one in made.accounts}

    async def act(username: str, what: Act) -> None:
        who = principal_of(made, acting[username])
        async with database.begin(who.region_id) as db:
            await what(Context(db, who, regulation, Clock.at(LAST_DAY)))

    sheets: dict[str, UUID] = {}
    await act("school", lambda ctx: _fill(ctx, made, acting["school"], sheets))
    await act("central_school", lambda ctx: _look_through(ctx, sheets))
    await act("training_school", lambda ctx: _approve(ctx, sheets))
    contested: list[UUID] = []
    await act("teacher", lambda ctx: _contest(ctx, contested))
    await act("training_school", lambda ctx: _answer(ctx, contested))


def principal_of(made: County, account: DemoAccount) -> Principal:
    """Who signs in with an account of the demo."""
    place = account.organisation_id
    below = {one.id for one in made.organisations if one.parent_id == place}
    own, role = frozenset({place} | below), Role(account.role)
    desk = TEACHER_EDUCATION if role is Role.BUREAU else None
    return Principal(int(account.region_code), account.id, role, place, own, desk, account.teacher_id)


def at_post(made: County, school_id: UUID, *, since: date) -> list[UUID]:
    """Teachers at post in a school from a day to the last one of the demo."""
    return [
        spell.teacher_id
        for spell in made.employments
        if spell.school_id == school_id and spell.is_on_post and spell.covers(since) and spell.covers(LAST_DAY)
    ]


async def _fill(ctx: Context, made: County, account: DemoAccount, sheets: dict[str, UUID]) -> None:
    """The school's clerk: four sheets of the same few teachers, three of them handed in."""
    people = at_post(made, account.organisation_id, since=min(day for _, _, day in SHEETS))
    for state, title, day in SHEETS:
        sheet = await service.create_submission(ctx, HoursSubmissionCreate(term=TERM, note=title))
        lines = [
            HoursSubmissionLineWrite(teacher_id=one, activity_title=title, activity_date=day, claimed_hours=HOURS)
            for one in people[:TEACHERS]
        ]
        await service.add_lines(ctx, sheet.id, HoursSubmissionLinesCreate(lines=lines), version=None)
        if state != "draft":
            await service.submit(ctx, sheet.id, HoursSubmissionMove(note="请核准"), version=None)
        sheets[state] = sheet.id


async def _look_through(ctx: Context, sheets: dict[str, UUID]) -> None:
    """The 中心校: one sheet goes back, another with its opinion on."""
    why = HoursSubmissionReturn(reason="签到表缺一人，请核对后重新提交")
    await service.return_submission(ctx, sheets["returned"], why, version=None)
    await service.recommend(ctx, sheets["approved"], HoursSubmissionMove(note="过程检查属实"), version=None)


async def _approve(ctx: Context, sheets: dict[str, UUID]) -> None:
    await service.approve(ctx, sheets["approved"], HoursSubmissionMove(note="同意"), version=None)


async def _contest(ctx: Context, contested: list[UUID]) -> None:
    """The teacher: two of the own entries, the newest first."""
    request = PageRequest(limit=2, cursor=None)
    own = await service.find(ctx, request, EntryFilter(teacher_id=ctx.principal.teacher_id, source="import"))
    for entry, why in zip(own.items, ("本次活动我参加了全天，学时少记", "活动日期记载有误，请核对"), strict=False):
        asked = await service.ask(ctx, HoursDisputeCreate(entry_id=entry.id, reason=why))
        contested.append(asked.id)


async def _answer(ctx: Context, contested: list[UUID]) -> None:
    """进修学校: the second is answered, the first waits."""
    for one in contested[1:]:
        answer = HoursDisputeAnswer(decision="rejected", reason="已与签到表核对，日期无误")
        await service.answer(ctx, one, answer)
