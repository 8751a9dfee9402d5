"""Importing activities and who took part 校本研修活动与出席: a line per activity and teacher. [A5.7.2]

An activity that is not recorded yet is made from its first line; one that is gets the people it lacks.
"""
# ruff: noqa: S608 - names of our own tables; every value is a parameter

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Final, Literal
from uuid import UUID

from sqlalchemy import Column as TableColumn
from sqlalchemy import Date as DateType
from sqlalchemy import Numeric, Table, Text, Uuid, bindparam, text, update

from app.access.context import Context
from app.access.permissions import Permission
from app.core.batch import CLEAR, Column, Date, Fault, Hours, PersonName
from app.core.batch import Text as FreeText
from app.core.batch.listed import Sheet
from app.core.batch.staging import (
    CREATE,
    LOOKED_AT,
    PENDING,
    REFUSED,
    UNCHANGED,
    Applied,
    Batch,
    Staged,
    put_faults,
    stage_table,
)
from app.core.db import AnyRow
from app.core.errors import Conflict, NotFound
from app.hours.queries import sheet_facts
from app.hours.rules import term_on
from app.organisations import service as organisations
from app.policy.load import Regulation
from app.policy.school_year import SchoolYear
from app.school_research import rules
from app.school_research.queries import activities, plans
from app.school_research.states import AttendanceMeans

_TEXTS: Final = ("title", "session", "content", "mode", "host", "leader", "record", "staff_no", "name")
_FIELDS: Final = (*_TEXTS, "activity_date", "hours")
_SAME: Final = ("content", "mode", "host")
"""What the lines of one activity agree on."""
STAGE = stage_table(
    "import_stage_research",
    *(TableColumn(name, Text) for name in _TEXTS),
    TableColumn("activity_date", DateType),
    TableColumn("hours", Numeric),
    TableColumn("teacher_id", Uuid),
)


@dataclass(frozen=True, slots=True)
class ResearchAttendanceKind:
    """校本研修活动与出席: activities of the own school with the people who took part."""

    name: str = "research_attendance"
    title: str = "校本研修活动与出席"
    permission: str = Permission.IMPORT_RESEARCH_ATTENDANCE
    checks_faulty: Literal[True] = True
    table: Table = STAGE
    preview_sql: ClassVar[str] = (
        "SELECT s.number, s.plan, NULL::jsonb AS before, jsonb_build_object('title', s.title, 'activity_date',"
        " s.activity_date, 'session', s.session, 'staff_no', s.staff_no, 'hours', s.hours) AS after"
        " FROM import_stage_research AS s WHERE s.region_id = :region AND s.import_id = :import"
    )
    notes: tuple[str, ...] = (
        "每人每次活动一行。日期、活动主题和场次相同的各行是同一次活动，研修内容、研修方式和主持人应当一致。",
        "尚未登记的活动由第一行登记；已登记的活动只补充出席人员。学时已申报的活动不能再补。",
        "研修内容、研修方式填办法列出的名称，或填学校自定的名称（附件5 第四条、第十一条）。",
    )

    def sheet(self, regulation: Regulation) -> Sheet:
        """The columns."""
        del regulation
        columns = (
            Column("title", "活动主题", FreeText(200), ("活动名称", "主题"), required=True, example="大单元集体备课"),
            Column("activity_date", "活动日期", Date(), ("日期", "时间"), required=True, example="2026-10-14"),
            Column("session", "场次", FreeText(50), note="同日同题的活动用它区分，如 上午。"),
            Column("content", "研修内容", FreeText(200), ("内容",), required=True, example="日常教育教学研讨"),
            Column("mode", "研修方式", FreeText(200), ("方式",), required=True, example="集体备课"),
            Column("host", "主持人", FreeText(200), ("主持",), required=True, example="张三"),
            Column("leader", "到场领导", FreeText(200), ("参加领导",)),
            Column("hours", "学时", Hours(most=_HOURS_MAX), ("学时数", "课时"), required=True, example="2"),
            Column("record", "活动记录", FreeText(2000), ("记录",)),
            Column("staff_no", "教职工号", FreeText(30), ("工号", "教师编号"), required=True, example="10000001"),
            Column("name", "姓名", PersonName(), ("教师姓名",), example="李四", note="用于核对教职工号，可以不填。"),
        )
        key = ("title", "activity_date", "session", "staff_no")
        return Sheet(self.name, self.title, "活动主题、日期、场次和教职工号", columns, key, frozenset({"session"}))

    def staged(self, ctx: Context, batch: Batch, number: int, values: Mapping[str, object]) -> Staged:
        """The stage columns of a row; a name out of the text becomes its code. [A5.4 A5.11]"""
        del batch, number
        plain = {name: None if values[name] is CLEAR else values[name] for name in _FIELDS}
        for field, listed in (("content", "research_contents"), ("mode", "research_modes")):
            codes = {one.label: one.code for one in ctx.regulation.codes(listed)}
            plain[field] = codes.get(str(plain[field]), plain[field])
        return Staged((*(plain[name] for name in _FIELDS), None))

    def checks(self) -> Sequence[Callable[[Context, Batch], Awaitable[None]]]:
        """One step: a school's term is some thousand lines."""
        return (_check,)

    async def apply(self, ctx: Context, batch: Batch, first: int, last: int) -> Applied:
        """Record the activities of a chunk and who took part; two files at once wait for each other."""
        span = {**batch.values, "first": first, "last": last}
        school_id = ctx.principal.organisation_id
        await ctx.db.execute(_HOLD_SCHOOL, {"region": batch.region_id, "school": school_id})
        groups: dict[_Key, list[AnyRow]] = {}
        for row in (await ctx.db.execute(_CHUNK, span)).all():
            groups.setdefault(_key(row), []).append(row)
        known = await _recorded(ctx, school_id, list(groups))
        added = 0
        for key, rows in groups.items():
            one = known.get(key)
            if one is not None and one.is_claimed:
                message = f"活动“{key[1]}”在导入期间已申报学时，出席没有导入。"
                raise Conflict("RESEARCH_ACTIVITY_CLOSED", message, activity_id=str(one.id))
            activity_id = one.id if one else await _created(ctx, school_id, rows[0])
            hours = one.hours if one else rows[0].hours
            people = [
                {"teacher_id": row.teacher_id, "hours": None if row.hours == hours else row.hours} for row in rows
            ]
            added += await activities.attend(ctx, activity_id, people, AttendanceMeans.LIST)
            await activities.change(ctx, [activity_id], {})
        return Applied("research_activities.batch_recorded", {"activities": len(groups), "attendances": added})


_HOURS_MAX: Final = Decimal(24)
"""One activity is of one day."""
_Key = tuple[date, str, str | None]
RESEARCH_ATTENDANCE = ResearchAttendanceKind()


def _key(row: AnyRow) -> _Key:
    return row.activity_date, row.title, row.session


async def _recorded(ctx: Context, school_id: UUID, keys: Sequence[_Key]) -> dict[_Key, AnyRow]:
    days = sorted({day for day, _, _ in keys})
    return {_key(row): row for row in await activities.held_on(ctx, school_id, days)}


async def _created(ctx: Context, school_id: UUID, row: AnyRow) -> UUID:
    year = SchoolYear.of(row.activity_date)
    calendar = await organisations.school_year(ctx, year)
    plan = await plans.standing(ctx, school_id, year.start)
    own = {
        "school_id": school_id,
        "start_year": year.start,
        "term": int(term_on(year, row.activity_date, calendar.terms[1].starts_on)[-1]),
        "plan_id": plan.id if plan else None,
    }
    said = ("title", "session", "content", "mode", "host", "leader", "record", "activity_date", "hours")
    return await activities.create(ctx, own | {name: getattr(row, name) for name in said})


async def _check(ctx: Context, batch: Batch) -> None:
    """What each row means: somebody new on a list, or nothing new; faulty rows are looked at too."""
    rows = (await ctx.db.execute(_LOOKED_AT, batch.values)).all()
    book = await _Book.of(ctx, rows)
    faults: list[Fault] = []
    plans_ = []
    for row in rows:
        found = book.faults(batch, row)
        faults += found
        if row.plan != PENDING:
            continue
        teacher = book.people.get(row.staff_no)
        plan: dict[str, Any] = {"at": row.number, "to_plan": REFUSED, "to_teacher": None}
        if teacher is not None and not any(one.level == "error" for one in found):
            plan = {
                "at": row.number,
                "to_plan": UNCHANGED if book.has(row, teacher.id) else CREATE,
                "to_teacher": teacher.id,
            }
        plans_.append(plan)
    await put_faults(ctx.db, batch, faults)
    if plans_:
        await ctx.db.execute(_SET_PLAN, [{**batch.values, **one} for one in plans_])
    await ctx.db.execute(_ORDER, batch.values)


@dataclass(frozen=True, slots=True)
class _Book:
    """What the rows of a file are checked against. said: what the lines of each activity agree on."""

    people: Mapping[str, AnyRow]
    spells: Mapping[tuple[UUID, date], AnyRow]
    recorded: Mapping[_Key, AnyRow]
    attended: frozenset[tuple[UUID, UUID]]
    years: Mapping[SchoolYear, bool]
    said: dict[_Key, tuple[str, ...]]
    school_id: UUID

    @staticmethod
    async def of(ctx: Context, rows: Sequence[AnyRow]) -> "_Book":
        """Look up all at once."""
        school_id = ctx.principal.organisation_id
        dated = [row for row in rows if row.activity_date is not None]
        people = {one.staff_no: one for one in await activities.people(ctx, [row.staff_no for row in rows])}
        places = {(people[row.staff_no].id, row.activity_date) for row in dated if row.staff_no in people}
        recorded = await _recorded(ctx, school_id, [_key(row) for row in dated])
        attended = await activities.attended(ctx, [one.id for one in recorded.values()])
        years = dict.fromkeys({SchoolYear.of(row.activity_date) for row in dated}, False)
        for year in years:
            try:
                await organisations.school_year(ctx, year)
                years[year] = True
            except NotFound:
                continue
        said = {key: tuple(getattr(one, name) for name in _SAME) for key, one in recorded.items()}
        spells = await sheet_facts.spells_on(ctx, sorted(places))
        return _Book(people, spells, recorded, attended, years, said, school_id)

    def has(self, row: AnyRow, teacher_id: UUID) -> bool:
        """Whether the teacher is on the list already."""
        one = self.recorded.get(_key(row))
        return one is not None and (one.id, teacher_id) in self.attended

    def faults(self, batch: Batch, row: AnyRow) -> list[Fault]:
        """What is wrong with a row."""
        faults = self._faults_of_person(batch, row) if row.staff_no else []
        if row.activity_date is not None and not self.years[SchoolYear.of(row.activity_date)]:
            message = f"还没有设置 {SchoolYear.of(row.activity_date)} 学年的校历，请联系进修学校。"
            faults.append(batch.fault(row.number, "SCHOOL_YEAR_UNKNOWN", message, "activity_date"))
        if row.activity_date is None or any(getattr(row, name) is None for name in ("title", *_SAME)):
            return faults
        key, mine = _key(row), tuple(getattr(row, name) for name in _SAME)
        one = self.recorded.get(key)
        teacher = self.people.get(row.staff_no)
        if one is not None and one.is_claimed and teacher is not None and not self.has(row, teacher.id):
            message = f"活动“{row.title}”的学时已申报，不能再补出席。请先撤回学时申报。"
            faults.append(batch.fault(row.number, "RESEARCH_ACTIVITY_CLOSED", message, "title"))
        if self.said.setdefault(key, mine) != mine:
            message = f"活动“{row.title}”的研修内容、研修方式或主持人，与已登记的或前面的行不一致。"
            faults.append(batch.fault(row.number, "ACTIVITY_CONTRADICTS", message, "content"))
        return faults

    def _faults_of_person(self, batch: Batch, row: AnyRow) -> list[Fault]:
        """Of teachers of other schools nothing is told, not even that they are. [A5.2]"""
        teacher = self.people.get(row.staff_no)
        if row.activity_date is None:
            return []
        spell = self.spells.get((teacher.id, row.activity_date)) if teacher else None
        if teacher is None or spell is None or spell.school_id != self.school_id:
            message = f"本校当日没有教职工号为 {row.staff_no} 的教师。"
            return [batch.fault(row.number, "STAFF_NO_UNKNOWN", message, "staff_no", value=row.staff_no)]
        if row.name and row.name != teacher.name:
            message = f"姓名“{row.name}”与教职工号 {row.staff_no} 的教师不一致，请核对。"
            return [batch.fault(row.number, "NAME_MISMATCH", message, "name", value=row.name)]
        facts = rules.Attendant(teacher.name, is_own=True, is_on_post=spell.is_on_post)
        return [
            batch.fault(row.number, "TEACHER_NOT_ON_POST", one.message, "staff_no", level="warning")
            for one in rules.check_attendant(facts)
        ]


_MINE: Final = "s.import_id = :import"
_LOOKED_AT = text(
    f"SELECT s.* FROM import_stage_research AS s WHERE s.region_id = :region AND {_MINE}"
    f" AND s.plan IN {LOOKED_AT} ORDER BY s.number"
)
_HOLD_SCHOOL = text("SELECT id FROM organisations WHERE region_id = :region AND id = :school FOR UPDATE")
_CHUNK = text(
    f"SELECT s.* FROM import_stage_research AS s WHERE s.region_id = :region AND {_MINE}"
    f" AND s.position BETWEEN :first AND :last AND s.plan = '{CREATE}' ORDER BY s.position"
)
_SET_PLAN = (
    update(STAGE)
    .where(
        STAGE.c.region_id == bindparam("region"),
        STAGE.c.import_id == bindparam("import"),
        STAGE.c.number == bindparam("at"),
    )
    .values(plan=bindparam("to_plan"), teacher_id=bindparam("to_teacher"))
)
_ORDER = text(
    f"""
    UPDATE import_stage_research AS s SET position = o.position
      FROM (SELECT s.number, row_number() OVER (ORDER BY s.activity_date, s.title, s.session, s.number) AS position
              FROM import_stage_research AS s WHERE s.region_id = :region AND {_MINE} AND s.plan = '{CREATE}') AS o
     WHERE s.region_id = :region AND {_MINE} AND s.number = o.number
    """
)
