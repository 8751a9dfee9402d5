"""Importing attendance 培训考勤 and marks 作业成绩: a line per trainee, by project and staff number. [A2.3b]"""
# ruff: noqa: S608 - names of our own tables and texts of our own; every value is a parameter

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import Column as TableColumn
from sqlalchemy import Date as DateType
from sqlalchemy import Integer as WholeNumber
from sqlalchemy import Table, TextClause, Uuid, bindparam, text, update
from sqlalchemy import Text as TextType

from app.access.context import Context
from app.access.permissions import Permission
from app.core.batch import CLEAR, Code, Column, Date, Fault, Integer, PersonName, Text
from app.core.batch.listed import Listed, Sheet
from app.core.batch.staging import (
    CREATE,
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
from app.core.errors import Conflict
from app.policy.load import Regulation
from app.training.queries import sessions, work
from app.training.states import TrainingAttendanceSource, TrainingDayPart, TrainingPresence

_ATTENDANCE: Final = ("project", "part", "topic", "presence", "staff_no", "name", "held_on")
_MARKS: Final = ("project", "assignment", "comment", "staff_no", "name", "mark")
_ACTIVE: Final = "('running', 'practice', 'evaluating')"
_LINKS: Final = ("about_id", "trainee_id")
STAGE_ATTENDANCE = stage_table(
    "import_stage_training_attendance",
    *(TableColumn(name, DateType if name == "held_on" else TextType) for name in _ATTENDANCE),
    *(TableColumn(name, Uuid) for name in _LINKS),
)
STAGE_MARKS = stage_table(
    "import_stage_training_marks",
    *(TableColumn(name, WholeNumber if name == "mark" else TextType) for name in _MARKS),
    *(TableColumn(name, Uuid) for name in _LINKS),
)


@dataclass(frozen=True, slots=True)
class _Name:
    """A value of a closed set as clerks write it."""

    code: str
    label: str
    aliases: tuple[str, ...] = ()
    label_short: str = ""


_PARTS = Listed.of(
    (
        _Name(TrainingDayPart.MORNING, "上午", ("早上",)),
        _Name(TrainingDayPart.AFTERNOON, "下午"),
        _Name(TrainingDayPart.EVENING, "晚上", ("夜间",)),
        _Name(TrainingDayPart.WHOLE, "全天", ("整天", "一天")),
    )
)
_PRESENCES = Listed.of(
    (
        _Name(TrainingPresence.PRESENT, "出勤", ("到", "已到", "√", "✓", "签到")),
        _Name(TrainingPresence.ABSENT, "缺勤", ("缺", "未到", "旷课", "×", "缺席")),
        _Name(TrainingPresence.LEAVE, "请假", ("假", "病假", "事假", "公假")),
    )
)
_PROJECT = Column("project", "项目名称", Text(200), ("培训项目", "项目"), required=True, example="骨干教师培训")
_PERSON = (
    Column("staff_no", "教职工号", Text(30), ("工号", "教师编号"), required=True, example="10000001"),
    Column("name", "姓名", PersonName(), ("教师姓名",), example="张三", note="用于核对教职工号，可以不填。"),
)


@dataclass(frozen=True, slots=True)
class TrainingAttendanceKind:
    """培训考勤: whether trainees were at sessions whose attendance is still open."""

    name: str = "attendance"
    title: str = "培训考勤"
    permission: str = Permission.IMPORT_TRAINING_ATTENDANCE
    table: Table = STAGE_ATTENDANCE
    preview_sql: ClassVar[str] = (
        "SELECT s.number, s.plan, NULL::jsonb AS before, jsonb_build_object('project', s.project, 'held_on', s.held_on,"
        " 'staff_no', s.staff_no, 'presence', s.presence) AS after FROM import_stage_training_attendance AS s"
        " WHERE s.region_id = :region AND s.import_id = :import"
    )
    notes: tuple[str, ...] = (
        "课次须已安排、考勤尚未登记齐全；同日有几次课的，填写时段或课题加以区分。",
        "请假须先在系统中准假。考勤已登记齐全的课次请提出考勤更正。",
    )

    def sheet(self, regulation: Regulation) -> Sheet:
        """The columns."""
        del regulation
        columns = (
            _PROJECT,
            Column("held_on", "日期", Date(), ("上课日期", "课次日期"), required=True, example="2026-11-20"),
            Column("part", "时段", Code(_PARTS), ("上下午",), example="上午"),
            Column("topic", "课题", Text(200), ("题目", "课程")),
            *_PERSON,
            Column("presence", "考勤", Code(_PRESENCES), ("出勤情况", "状态"), required=True, example="出勤"),
        )
        key = ("project", "held_on", "part", "topic", "staff_no")
        return Sheet(
            self.name, self.title, "项目、日期、时段、课题和教职工号", columns, key, frozenset({"part", "topic"})
        )

    def staged(self, ctx: Context, batch: Batch, number: int, values: Mapping[str, object]) -> Staged:
        """The stage columns of a row."""
        del ctx, batch, number
        return Staged((*(None if values[name] is CLEAR else values[name] for name in _ATTENDANCE), None, None))

    def checks(self) -> Sequence[Callable[[Context, Batch], Awaitable[None]]]:
        """One step: a project has some thousand lines."""
        return (_check_attendance,)

    async def apply(self, ctx: Context, batch: Batch, first: int, last: int) -> Applied:
        """Put the attendance of a chunk on record; Conflict where a session was held in the meantime."""
        by_session: dict[UUID, list[dict[str, Any]]] = {}
        rows = await _chunk(ctx, batch, "attendance", first, last)
        for row in rows:
            mark = {name: getattr(row, name) for name in ("trainee_id", "teacher_id", "school_id", "presence")}
            by_session.setdefault(row.about_id, []).append(mark | {"source": str(TrainingAttendanceSource.IMPORT)})
        ids = sorted(by_session)
        still_open = (await ctx.db.execute(_HOLD_SESSIONS, {"region": batch.region_id, "ids": ids})).scalars().all()
        if len(still_open) < len(ids):
            raise Conflict("TRAINING_SESSION_CLOSED", "有课次在导入期间已登记齐全或取消，没有导入。")
        for session_id in ids:
            await sessions.record(ctx, session_id, by_session[session_id], replaces=True)
        return Applied("training_attendance.batch_recorded", {"sessions": len(ids), "attendances": len(rows)})


@dataclass(frozen=True, slots=True)
class TrainingMarksKind:
    """作业成绩: marks of assignments, whole points from 0 to 100."""

    name: str = "marks"
    title: str = "作业成绩"
    permission: str = Permission.IMPORT_TRAINING_MARKS
    table: Table = STAGE_MARKS
    preview_sql: ClassVar[str] = (
        "SELECT s.number, s.plan, NULL::jsonb AS before, jsonb_build_object('project', s.project, 'assignment',"
        " s.assignment, 'staff_no', s.staff_no, 'mark', s.mark) AS after FROM import_stage_training_marks AS s"
        " WHERE s.region_id = :region AND s.import_id = :import"
    )
    notes: tuple[str, ...] = ("作业须已在系统中布置；已有成绩的按文件改为新的成绩。优秀作业请在系统中批阅。",)

    def sheet(self, regulation: Regulation) -> Sheet:
        """The columns."""
        del regulation
        columns = (
            _PROJECT,
            Column("assignment", "作业", Text(200), ("作业名称", "作业题目"), required=True, example="教学设计"),
            *_PERSON,
            Column("mark", "成绩", Integer(0, 100), ("分数", "得分"), required=True, example="90"),
            Column("comment", "评语", Text(2000), ("备注",)),
        )
        return Sheet(self.name, self.title, "项目、作业和教职工号", columns, ("project", "assignment", "staff_no"))

    def staged(self, ctx: Context, batch: Batch, number: int, values: Mapping[str, object]) -> Staged:
        """The stage columns of a row."""
        del ctx, batch, number
        return Staged((*(None if values[name] is CLEAR else values[name] for name in _MARKS), None, None))

    def checks(self) -> Sequence[Callable[[Context, Batch], Awaitable[None]]]:
        """One step: a project has some thousand lines."""
        return (_check_marks,)

    async def apply(self, ctx: Context, batch: Batch, first: int, last: int) -> Applied:
        """Put the marks of a chunk on record."""
        rows = await _chunk(ctx, batch, "marks", first, last)
        names = ("project_id", "trainee_id", "teacher_id", "school_id", "mark", "comment")
        lines = [{**{name: getattr(row, name) for name in names}, "assignment_id": row.about_id} for row in rows]
        return Applied("training_submissions.batch_marked", {"marks": await work.mark_many(ctx, lines)})


ATTENDANCE = TrainingAttendanceKind()
MARKS = TrainingMarksKind()


async def _check_attendance(ctx: Context, batch: Batch) -> None:
    """What each row means: an attendance to put on record, or one that stands."""
    rows = (await ctx.db.execute(_PENDING_ATTENDANCE, batch.values)).all()
    people = await _people(ctx, batch, _DUE, rows)

    def judged(row: AnyRow) -> tuple[list[Fault], AnyRow | None]:
        faults = _faults(
            batch, row, ("SESSION", "held_on", "没有这次尚未登记齐全的课，或不止一次，请核对日期、时段、课题")
        )
        who = people.get((row.abouts[0], row.teacher_id)) if not faults else None
        if row.held_on > ctx.clock.today:
            faults.append(batch.fault(row.number, "OUT_OF_ORDER", f"课次 {row.held_on} 才举行。", "held_on"))
        if not faults and who is None:
            faults.append(batch.fault(row.number, "NOT_A_TRAINEE", "该教师当日不是本项目的学员。", "staff_no"))
        if who is not None and row.presence == TrainingPresence.LEAVE and not who.on_leave:
            faults.append(batch.fault(row.number, "LEAVE_NOT_GRANTED", "该学员当日没有获准请假。", "presence"))
        return faults, who

    await _plan(ctx, batch, STAGE_ATTENDANCE, rows, judged)


async def _check_marks(ctx: Context, batch: Batch) -> None:
    """What each row means: a mark to put on record, or one that stands."""
    rows = (await ctx.db.execute(_PENDING_MARKS, batch.values)).all()
    people = await _people(ctx, batch, _ENROLLED, rows)

    def judged(row: AnyRow) -> tuple[list[Fault], AnyRow | None]:
        faults = _faults(batch, row, ("ASSIGNMENT", "assignment", "没有这项作业，请核对项目名称和作业题目"))
        who = people.get((row.abouts[0], row.teacher_id)) if not faults else None
        if not faults and who is None:
            faults.append(batch.fault(row.number, "NOT_A_TRAINEE", "该教师不是本项目的在训学员。", "staff_no"))
        return faults, who

    await _plan(ctx, batch, STAGE_MARKS, rows, judged)


def _faults(batch: Batch, row: AnyRow, about: tuple[str, str, str]) -> list[Fault]:
    """What is wrong with whom a row is about and with what it is about."""
    what, column, message = about
    faults = []
    if len(row.abouts or ()) != 1:
        faults.append(batch.fault(row.number, f"{what}_UNKNOWN", f"{message}。", column))
    if row.teacher_id is None:
        told = f"没有教职工号为 {row.staff_no} 的在职教师。"
        faults.append(batch.fault(row.number, "STAFF_NO_UNKNOWN", told, "staff_no", value=row.staff_no))
    elif row.name and row.name != row.known_name:
        told = f"姓名“{row.name}”与教职工号 {row.staff_no} 的教师不一致，请核对。"
        faults.append(batch.fault(row.number, "NAME_MISMATCH", told, "name", value=row.name))
    return faults


async def _people(
    ctx: Context, batch: Batch, statement: TextClause, rows: Sequence[AnyRow]
) -> dict[tuple[UUID, UUID], AnyRow]:
    """Trainees by session or assignment, and teacher."""
    abouts = sorted({about for row in rows for about in row.abouts or ()})
    found = (await ctx.db.execute(statement, {"region": batch.region_id, "abouts": abouts})).all()
    return {(one.about_id, one.teacher_id): one for one in found}


async def _plan(
    ctx: Context,
    batch: Batch,
    stage: Table,
    rows: Sequence[AnyRow],
    judged: Callable[[AnyRow], tuple[list[Fault], AnyRow | None]],
) -> None:
    faults: list[Fault] = []
    plans: list[dict[str, Any]] = []
    for row in rows:
        found, who = judged(row)
        faults += found
        plan: dict[str, Any] = {"at": row.number, "to_plan": REFUSED, "to_about": None, "to_trainee": None}
        if who is not None and not found:
            to_plan = UNCHANGED if who.stands == row.wanted else CREATE
            plan |= {"to_plan": to_plan, "to_about": who.about_id, "to_trainee": who.trainee_id}
        plans.append(plan)
    await put_faults(ctx.db, batch, faults)
    if plans:
        own = (stage.c.region_id == bindparam("region"), stage.c.import_id == bindparam("import"))
        values: dict[str, Any] = {
            "plan": bindparam("to_plan"),
            "about_id": bindparam("to_about"),
            "trainee_id": bindparam("to_trainee"),
        }
        statement = update(stage).where(*own, stage.c.number == bindparam("at")).values(**values)
        await ctx.db.execute(statement, [{**batch.values, **one} for one in plans])
    await ctx.db.execute(_ORDERS[stage.name], batch.values)


async def _chunk(ctx: Context, batch: Batch, name: str, first: int, last: int) -> Sequence[AnyRow]:
    return (await ctx.db.execute(_CHUNKS[name], {**batch.values, "first": first, "last": last})).all()


_MINE: Final = "s.region_id = :region AND s.import_id = :import"
_KNOWN: Final = (
    "LEFT JOIN teachers te ON te.region_id = s.region_id AND te.staff_no = s.staff_no AND te.status = 'active'"
)
_PERSON_SQL: Final = "s.number, s.staff_no, s.name, te.id AS teacher_id, te.name AS known_name"
_PENDING_ATTENDANCE = text(
    f"SELECT {_PERSON_SQL}, s.held_on, s.presence, s.presence AS wanted, (SELECT array_agg(x.id)"
    " FROM training_sessions x JOIN projects p ON p.region_id = x.region_id AND p.id = x.project_id"
    f" WHERE x.region_id = :region AND p.name = s.project AND p.status IN {_ACTIVE} AND x.status = 'planned'"
    " AND x.held_on = s.held_on AND (s.part IS NULL OR x.part = s.part) AND (s.topic IS NULL OR x.topic = s.topic))"
    f" AS abouts FROM import_stage_training_attendance AS s {_KNOWN}"
    f" WHERE {_MINE} AND s.plan = '{PENDING}' ORDER BY s.number"
)
_PENDING_MARKS = text(
    f"SELECT {_PERSON_SQL}, s.mark AS wanted, (SELECT array_agg(x.id) FROM training_assignments x"
    " JOIN projects p ON p.region_id = x.region_id AND p.id = x.project_id"
    f" WHERE x.region_id = :region AND p.name = s.project AND p.status IN {_ACTIVE} AND x.title = s.assignment)"
    f" AS abouts FROM import_stage_training_marks AS s {_KNOWN}"
    f" WHERE {_MINE} AND s.plan = '{PENDING}' ORDER BY s.number"
)
_DUE = text(
    "SELECT x.id AS about_id, t.id AS trainee_id, t.teacher_id, a.presence AS stands, EXISTS (SELECT 1"
    " FROM training_leaves l WHERE l.region_id = t.region_id AND l.trainee_id = t.id AND l.status = 'granted'"
    " AND x.held_on BETWEEN l.starts_on AND l.ends_on) AS on_leave"
    " FROM training_sessions x JOIN project_trainees t ON t.region_id = x.region_id AND t.project_id = x.project_id"
    " AND t.joined_on <= x.held_on AND (t.left_on IS NULL OR t.left_on > x.held_on)"
    " LEFT JOIN training_attendances a ON a.region_id = x.region_id AND a.session_id = x.id AND a.trainee_id = t.id"
    " WHERE x.region_id = :region AND x.id = ANY(:abouts)"
)
_ENROLLED = text(
    "SELECT x.id AS about_id, t.id AS trainee_id, t.teacher_id, w.mark AS stands"
    " FROM training_assignments x JOIN project_trainees t ON t.region_id = x.region_id"
    " AND t.project_id = x.project_id AND t.status = 'enrolled'"
    " LEFT JOIN training_submissions w ON w.region_id = x.region_id AND w.assignment_id = x.id AND w.trainee_id = t.id"
    " WHERE x.region_id = :region AND x.id = ANY(:abouts)"
)
_HOLD_SESSIONS = text(
    "SELECT id FROM training_sessions WHERE region_id = :region AND id = ANY(:ids) AND status = 'planned'"
    " ORDER BY id FOR UPDATE"
)


def _chunk_of(name: str) -> TextClause:
    return text(
        f"SELECT s.*, t.teacher_id, t.school_id, t.project_id FROM import_stage_training_{name} AS s"
        " JOIN project_trainees t ON t.region_id = s.region_id AND t.id = s.trainee_id"
        f" WHERE {_MINE} AND s.position BETWEEN :first AND :last AND s.plan = '{CREATE}' ORDER BY s.position"
    )


def _order_of(table: str) -> TextClause:
    return text(
        f"UPDATE {table} AS s SET position = o.position FROM (SELECT s.number, row_number() OVER"
        f" (ORDER BY s.about_id, s.trainee_id, s.number) AS position FROM {table} AS s WHERE {_MINE}"
        f" AND s.plan = '{CREATE}') AS o WHERE {_MINE} AND s.number = o.number"
    )


_CHUNKS: Final = {name: _chunk_of(name) for name in ("attendance", "marks")}
_ORDERS: Final = {stage.name: _order_of(stage.name) for stage in (STAGE_ATTENDANCE, STAGE_MARKS)}
