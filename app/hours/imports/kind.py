"""Importing lines of the ledger: set-wise checks and crediting, written by post_hours alone. [A5.6] [A6.13c]

Crediting stands here a second time, in SQL; a property test shows that it agrees with rules.credit_in_order.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Boolean, Integer, LargeBinary, Numeric, Table, Text, Uuid
from sqlalchemy import Column as TableColumn
from sqlalchemy import Date as DateType

from app.access.context import Context
from app.access.permissions import Permission
from app.core.batch import (
    CLEAR,
    Code,
    Column,
    Date,
    Fault,
    Hours,
    IdNumber,
    PersonName,
    SchoolYear,
)
from app.core.batch import Text as FreeText
from app.core.batch.listed import Listed, Sheet
from app.core.batch.staging import (
    Applied,
    Batch,
    Staged,
    Undone,
    places_of,
    refuse_faulty,
    stage_table,
)
from app.core.crypto import vault
from app.core.ids import new_id
from app.hours import rules
from app.hours.imports import around, statements
from app.hours.states import HoursCategory
from app.policy.finding import Finding
from app.policy.load import Regulation

STAGE = stage_table(
    "import_stage_hours",
    TableColumn("staff_no", Text),
    TableColumn("id_number_index", LargeBinary),
    TableColumn("name", Text),
    TableColumn("category", Text),
    TableColumn("claimed", Numeric),
    TableColumn("activity_title", Text),
    TableColumn("activity_date", DateType),
    TableColumn("session", Text),
    TableColumn("external_key", Text),
    TableColumn("year_named", Integer),
    TableColumn("teacher_id", Uuid),
    TableColumn("school_id", Uuid),
    TableColumn("is_on_post", Boolean),
    TableColumn("name_found", Text),
    TableColumn("is_two", Boolean),
    TableColumn("school_year", Integer),
    TableColumn("line_key", Text),
    TableColumn("cap", Numeric),
    TableColumn("target", Numeric),
    TableColumn("per_day", Numeric),
)
_RESOLVED_COLUMNS: Final = 10


@dataclass(frozen=True, slots=True)
class HoursKind:
    """学时: one line per teacher and activity."""

    name: str = "hours_entries"
    title: str = "学时"
    permission: str = Permission.IMPORT_HOURS
    revert_permission: str = Permission.HOURS_REVERSE
    is_reverted_by_another: bool = True
    preview_sql: str = around.PREVIEW
    table: Table = STAGE
    notes: tuple[str, ...] = (
        "教职工号与身份证号至少填一项；填写姓名时会与系统中的姓名核对。",
        "没有“来源标识”时，同一教师、日期、类别、活动名称和场次视为同一条，不会重复计入。",
        "工作坊每天按 6 学时、每学年 40 学时以内计入，超出部分保留填报数。",
    )

    def sheet(self, regulation: Regulation) -> Sheet:
        """The columns, with the categories of the regulation."""
        categories = Listed.of(regulation.codes("hours_categories"))
        columns = (
            Column("staff_no", "教职工号", FreeText(30), ("职工号", "工号", "教师编号", "编号"), example="20260001"),
            Column("id_number", "身份证号", IdNumber(), ("身份证件号", "证件号码", "公民身份号码", "身份证号码")),
            Column("name", "姓名", PersonName(), ("教师姓名",), example="张三"),
            Column(
                "category",
                "学时类别",
                Code(categories),
                ("类别", "培训类别", "学时类型"),
                required=True,
                example="校本研修",
            ),
            Column(
                "claimed",
                "学时",
                Hours(advice="工作坊每天 6 学时", range_code="HOURS_PER_DAY"),
                ("填报学时", "学时数", "课时", "课时数", "获得学时"),
                required=True,
                example="6",
                note="0.5 的倍数。",
            ),
            Column(
                "activity_title",
                "活动名称",
                FreeText(200),
                ("活动主题", "项目名称", "培训名称", "培训项目", "活动"),
                required=True,
                example="校本研修集体备课",
            ),
            Column(
                "activity_date",
                "活动日期",
                Date(),
                ("日期", "培训日期", "研修日期"),
                required=True,
                example="2026-10-17",
            ),
            Column(
                "session", "场次", FreeText(50), ("开始时间", "场次/开始时间"), note="同日同名的活动用它区分，如 上午。"
            ),
            Column("year_named", "学年", SchoolYear(), note="填写时须与活动日期相符，如 2026-2027。"),
            Column("external_key", "来源标识", FreeText(100), ("外部编号", "来源编号"), note="其他系统中的唯一编号。"),
        )
        key = ("staff_no", "id_number", "category", "activity_title", "activity_date", "session", "external_key")
        optional = frozenset({"staff_no", "id_number", "session", "external_key"})
        return Sheet(self.name, self.title, "教师、日期、类别、活动名称和场次", columns, key, optional)

    def staged(self, ctx: Context, batch: Batch, number: int, values: Mapping[str, object]) -> Staged:
        """The stage columns of a row; of an identity number only its blind index."""
        del ctx
        plain = {name: None if value is CLEAR else value for name, value in values.items()}
        id_number = plain["id_number"]
        index = vault().blind_index("id_number", str(id_number)) if id_number else None
        faults: tuple[Fault, ...] = ()
        if id_number is None and plain["staff_no"] is None:
            faults = (batch.fault(number, "TEACHER_MISSING", "没有填写教职工号或身份证号。", "staff_no"),)
        own = (
            plain["staff_no"],
            index,
            *(plain[name] for name in ("name", "category", "claimed", "activity_title", "activity_date")),
            *(plain[name] for name in ("session", "external_key", "year_named")),
        )
        return Staged((*own, *(None,) * _RESOLVED_COLUMNS), faults)

    def checks(self) -> Sequence[Callable[[Context, Batch], Awaitable[None]]]:
        """Who is meant, what the policy says of the day, whether each line is acceptable, and what is known already."""
        return (_resolve, _figure, _check_lines, _find_repeated, _plan, _warn_of_limits)

    async def revert(self, ctx: Context, batch: Batch, *, reason: str, most: int) -> Undone:
        """Reverse lines that are not reversed yet 红冲, account rows locked in their order."""
        span = {**batch.values, "most": most}
        rows = (await ctx.db.execute(around.TO_REVERSE, span)).all()
        who = {"reason": reason, "policy": ctx.regulation.version, "by": ctx.principal.account_id}
        may_correct = ctx.principal.grant(Permission.HOURS_CORRECT_CLOSED) is not None
        who |= {"today": ctx.clock.today, "may_correct": may_correct, "region": batch.region_id}
        if rows:
            acts = [{**who, "original": row.id, "new_id": new_id()} for row in rows]
            await ctx.db.execute(around.REVERSE, acts)
            facts = {"import_id": str(batch.import_id), "reversed": len(rows), "reason": reason}
            await ctx.record("hours.batch_reversed", entity="import", entity_id=batch.import_id, facts=facts)
        return Undone(len(rows), 0, is_end=len(rows) < most)

    async def apply(self, ctx: Context, batch: Batch, first: int, last: int) -> Applied:
        """Credit and post the lines of a chunk, account rows locked in their order. [A5.6] [A6.13c]"""
        span = {**batch.values, "first": first, "last": last}
        closed = await ctx.db.scalar(statements.HOLD_YEARS, span)
        if closed:
            refused = {**span, "closed": closed}
            await ctx.db.execute(statements.CHECK_CLOSED, {**refused, "places": places_of(batch)})
            await ctx.db.execute(statements.REFUSE_CLOSED, refused)
        await ctx.db.execute(statements.MAKE_ACCOUNTS, span)
        await ctx.db.execute(statements.LOCK_ACCOUNTS, span)
        await ctx.db.execute(statements.CHECK_POSTED, {**span, "places": places_of(batch)})
        await ctx.db.execute(statements.DROP_KNOWN, span)
        who = {"policy": ctx.regulation.version, "by": ctx.principal.account_id, "today": ctx.clock.today}
        done = (await ctx.db.execute(statements.POST, {**span, **who, "labels": _labels(ctx)})).one()
        facts = {"claimed": str(done.claimed or 0), "credited": str(done.credited or 0)}
        return Applied("hours.batch_posted", facts)


HOURS = HoursKind()


async def _resolve(ctx: Context, batch: Batch) -> None:
    """Who is meant by each line, and where they were on its day."""
    await ctx.db.execute(statements.RESOLVE, {**batch.values, "year": batch.school_year})


async def _figure(ctx: Context, batch: Batch) -> None:
    """The figures in force on each day, from rules; a day before the regulation is refused."""
    days = (await ctx.db.execute(statements.DAYS, batch.values)).all()
    figures, silent = [], []
    shorts = {code.code: code.label_short or code.label for code in ctx.regulation.codes("hours_categories")}
    for category, day in days:
        policy = rules.check_policy(ctx.regulation, HoursCategory(category), on=day)
        place = {"category": category, "day": day.isoformat()}
        if isinstance(policy, Finding):
            silent.append(place | {"message": policy.message})
        else:
            numbers = {name: getattr(policy, name) for name in ("cap", "target", "per_day", "line_max")}
            texts = {name: None if value is None else str(value) for name, value in numbers.items()}
            label = shorts.get(category, policy.label)
            figures.append(place | texts | {"label": label, "clause": policy.per_day_clause or policy.cap_clause})
    values = {**batch.values, "figures": json.dumps(figures), "today": ctx.clock.today, "places": places_of(batch)}
    await ctx.db.execute(statements.SET_FIGURES, {**batch.values, "figures": values["figures"]})
    await ctx.db.execute(statements.CHECK_FIGURES, values)
    if silent:
        told = {**batch.values, "figures": json.dumps(silent, ensure_ascii=False), "places": places_of(batch)}
        await ctx.db.execute(statements.CHECK_SILENT, told)


async def _check_lines(ctx: Context, batch: Batch) -> None:
    """The teacher, the name, the scope, the day and the year of each line."""
    scope = None if batch.organisations is None else [str(one) for one in sorted(batch.organisations)]
    values = {**batch.values, "places": places_of(batch), "today": ctx.clock.today, "scope": scope}
    await ctx.db.execute(statements.CHECK_LINES, values)


async def _find_repeated(ctx: Context, batch: Batch) -> None:
    """Lines of the file that mean the same one, named once by staff number and once by identity number."""
    values = {**batch.values, "places": places_of(batch)}
    await ctx.db.execute(statements.CHECK_REPEATED, values)
    await ctx.db.execute(statements.SKIP_REPEATED, batch.values)


async def _plan(ctx: Context, batch: Batch) -> None:
    """What is known already is unchanged or contradicted; everything else is to be created, in order of account."""
    values = {**batch.values, "places": places_of(batch)}
    await ctx.db.execute(statements.CHECK_KNOWN, values)
    await refuse_faulty(ctx.db, batch, STAGE)
    await ctx.db.execute(statements.SKIP_KNOWN, batch.values)
    await ctx.db.execute(statements.ORDER, batch.values)


async def _warn_of_limits(ctx: Context, batch: Batch) -> None:
    """Which lines will be credited less than claimed, as the ledger stands now."""
    values = {**batch.values, "first": 1, "last": 2**31 - 1, "labels": _labels(ctx), "places": places_of(batch)}
    await ctx.db.execute(statements.CHECK_LIMITS, values)


def _labels(ctx: Context) -> str:
    codes = ctx.regulation.codes("hours_categories")
    facts = {
        code.code: {"label": code.label, "short": code.label_short or code.label, "clause": code.clause}
        for code in codes
    }
    return json.dumps(facts, ensure_ascii=False)
