"""Importing teams that were appointed on paper 批量导入已聘任的培训者: person, source, field, term, letter. [A7.6]

The decision was the county's and stands as it is: what the conditions say of it is told and kept, and refuses nothing.
"""
# ruff: noqa: S608 - names of our own tables and texts of our own; every value is a parameter

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Final, Literal
from uuid import UUID

from sqlalchemy import ARRAY, Table, Text, Uuid, bindparam, insert, text, update
from sqlalchemy import Column as TableColumn
from sqlalchemy import Date as DateType
from sqlalchemy.exc import IntegrityError

from app.access.context import Context
from app.access.permissions import Permission
from app.core.batch import CLEAR, Code, Column, Date, Fault, PersonName
from app.core.batch import Text as FreeText
from app.core.batch.listed import Listed, Sheet
from app.core.batch.staging import (
    CREATE,
    FAULTY,
    LOOKED_AT,
    MARK_UNDONE,
    REFUSED,
    UNCHANGED,
    Applied,
    Batch,
    Staged,
    Undone,
    put_faults,
    stage_table,
)
from app.core.constraints import refusal_for
from app.core.db import AnyRow
from app.policy.finding import Finding, Severity
from app.policy.load import NoPolicyYet, Regulation
from app.trainers.models import TrainerAppointment
from app.trainers.rules import conditions
from app.trainers.rules.terms import Term, term_from
from app.trainers.states import APPOINTMENT_LIFECYCLE, AppointmentRoute, AppointmentStatus

_FIELDS: Final = ("staff_no", "name", "source", "stage", "subject", "starts_on", "letter")
STAGE = stage_table(
    "import_stage_trainers",
    *(TableColumn(name, DateType if name == "starts_on" else Text) for name in _FIELDS),
    TableColumn("teacher_id", Uuid),
)


@dataclass(frozen=True, slots=True)
class TrainersKind:
    """培训者: one row per term that a letter on paper stands for."""

    name: str = "trainers"
    title: str = "培训者"
    permission: str = Permission.IMPORT_TRAINERS
    revert_permission: str = Permission.IMPORT_TRAINERS
    is_reverted_by_another: bool = False
    checks_faulty: Literal[True] = True
    table: Table = STAGE
    preview_sql: ClassVar[str] = (
        "SELECT s.number, s.plan, NULL::jsonb AS before, jsonb_build_object('staff_no', s.staff_no, 'stage', s.stage,"
        " 'subject', s.subject, 'starts_on', s.starts_on, 'letter', s.letter) AS after"
        " FROM import_stage_trainers AS s WHERE s.region_id = :region AND s.import_id = :import"
    )
    notes: tuple[str, ...] = (
        "用于补录使用本系统前已聘任的培训者；新的聘任请在系统中办理，由系统发放聘书。",
        "聘期三年，从聘期起始日算起，止于三周年前一日（附件7 第六条）；同一人的聘期不能重叠。",
        "聘书编号按已发的纸质聘书填写，区域内不能重复；年龄、职称不符合条件的会提示，不影响补录。",
    )

    def sheet(self, regulation: Regulation) -> Sheet:
        """The columns, with the code lists of the regulation."""
        sets = ("trainer_sources", "stages", "subjects")
        sources, stages, subjects = (Listed.of(regulation.codes(name)) for name in sets)
        columns = (
            Column(
                "staff_no",
                "教职工号",
                FreeText(30),
                ("职工号", "工号", "教师编号"),
                required=True,
                example="20260001",
            ),
            Column("name", "姓名", PersonName(), ("教师姓名",), example="张三", note="用于核对教职工号，可以不填。"),
            Column("source", "来源", Code(sources), ("人员来源", "类别"), required=True, example="一线名师"),
            Column("stage", "学段", Code(stages), ("任教学段",), required=True, example="小学"),
            Column("subject", "学科", Code(subjects), ("任教学科",), required=True, example="语文"),
            Column(
                "starts_on",
                "聘期起始日",
                Date(),
                ("聘任日期", "聘期开始", "聘期起", "起聘日期"),
                required=True,
                example="2025-09-01",
                note="不能晚于今天。",
            ),
            Column("letter", "聘书编号", FreeText(50), ("证书编号", "编号"), required=True, example="聘字2025001"),
        )
        return Sheet(self.name, self.title, "聘书编号", columns, ("letter",))

    def staged(self, ctx: Context, batch: Batch, number: int, values: Mapping[str, object]) -> Staged:
        """The stage columns of a row."""
        del ctx, batch, number
        return Staged((*(None if values[name] is CLEAR else values[name] for name in _FIELDS), None))

    def checks(self) -> Sequence[Callable[[Context, Batch], Awaitable[None]]]:
        """One step: a county has a team of some fifty people."""
        return (_check,)

    async def apply(self, ctx: Context, batch: Batch, first: int, last: int) -> Applied:
        """Write the terms of a chunk; Conflict TRAINER_TERM_OVERLAP where somebody was appointed meanwhile. [A7.6]"""
        rows = (await ctx.db.execute(_CHUNK, {**batch.values, "first": first, "last": last})).all()
        terms = []
        for row in rows:
            term = term_from(ctx.regulation, row.starts_on)
            findings = [replace(one, severity=Severity.ADVISE) for one in _findings(ctx.regulation, row)]
            terms.append(
                {
                    **{name: getattr(row, name) for name in ("id", "teacher_id", "school_id", "holder_name", "source")},
                    **{name: getattr(row, name) for name in ("stage", "subject", "starts_on")},
                    "region_id": batch.region_id,
                    "route": str(AppointmentRoute.RECORDED),
                    "ends_on": term.until,
                    "until": term.until,
                    "number": row.letter,
                    "findings": [one.as_json() for one in findings],
                    "appointed_by": ctx.principal.account_id,
                }
            )
        try:
            await ctx.db.execute(insert(TrainerAppointment), terms)
        except IntegrityError as error:
            overlap = "ex_trainer_appointments_one_at_a_time"
            refusal = refusal_for(error) if overlap in str(error) else None
            raise (refusal or error) from error
        if rows:
            await ctx.db.execute(_KEEP, [{**batch.values, "at": row.number, "id": row.id} for row in rows])
        return Applied("trainer_appointment.batch_recorded", {"terms": len(terms)})

    async def revert(self, ctx: Context, batch: Batch, *, reason: str, most: int) -> Undone:
        """Withdraw terms put on record by mistake, as long as nothing has come of them; they stay on record as such."""
        span = {**batch.values, "most": most}
        rows = (await ctx.db.execute(_TO_UNDO, span)).all()
        faults, marks, withdrawn = [], [], []
        for row in rows:
            is_free = row.status == AppointmentStatus.APPOINTED and row.version == row.known and not row.is_used
            if is_free:
                APPOINTMENT_LIFECYCLE.move(AppointmentStatus(row.status), "withdraw")
                withdrawn.append(row.entity_id)
            else:
                message = "：这项聘任导入后已有改动或工作记录，没有撤回。"
                faults.append(batch.fault(row.row, "REVERT_KEPT", message, "letter", level="warning"))
            marks.append({**batch.values, "at": row.row, "is_done": is_free})
        by = {"by": ctx.principal.account_id, "reason": reason}
        await ctx.db.execute(_WITHDRAW, {"region": batch.region_id, "ids": withdrawn, **by})
        await put_faults(ctx.db, batch, faults)
        if rows:
            await ctx.db.execute(MARK_UNDONE, marks)
            facts = {"reverted": len(withdrawn), "kept": len(faults), "reason": reason}
            kind = "trainer_appointment.batch_withdrawn"
            await ctx.record(kind, entity="import", entity_id=batch.import_id, facts=facts)
        return Undone(len(withdrawn), len(faults), is_end=len(rows) < most)


TRAINERS = TrainersKind()


@dataclass(frozen=True, slots=True)
class _Known:
    """What is on record: terms by teacher, whose letter a number is, and both of what the file has said so far."""

    terms: dict[UUID, list[tuple[Term, str | None]]]
    letters: set[str]


async def _check(ctx: Context, batch: Batch) -> None:
    """What each row means: a term to put on record, or one that is on record already."""
    rows = (await ctx.db.execute(_LOOKED_AT, batch.values)).all()
    known = _Known({}, set())
    for one in (await ctx.db.execute(_TERMS, batch.values)).all():
        known.terms.setdefault(one.teacher_id, []).append((Term(one.starts_on, one.until), one.number))
        known.letters.add(one.number or "")
    faults: list[Fault] = []
    plans = []
    for row in rows:
        found, plan = _judge(ctx, batch, row, known)
        faults += found
        plans.append({"at": row.number, "to_plan": plan, "to_teacher": row.known_id if plan == CREATE else None})
    await put_faults(ctx.db, batch, faults)
    if plans:
        await ctx.db.execute(_SET_PLAN, [{**batch.values, **one} for one in plans])
    await ctx.db.execute(_ORDER, batch.values)


def _judge(ctx: Context, batch: Batch, row: AnyRow, known: _Known) -> tuple[list[Fault], str]:
    """Everything that is wrong with a row, and what becomes of it."""
    faults = _whose(batch, row)
    term = None
    if row.starts_on:
        try:
            term = term_from(ctx.regulation, row.starts_on)
        except NoPolicyYet as silent:
            faults.append(batch.fault(row.number, "NO_POLICY", f"{silent}。", "starts_on", value=str(row.starts_on)))
        if row.starts_on > ctx.clock.today:
            message = f"聘期起始日 {row.starts_on} 晚于今天；尚未开始的聘任请在系统中办理。"
            faults.append(batch.fault(row.number, "OUT_OF_ORDER", message, "starts_on", value=str(row.starts_on)))
    held = known.terms.setdefault(row.known_id, []) if row.known_id and term else []
    if term and any(one.starts_on == term.starts_on and number == row.letter for one, number in held):
        return faults, UNCHANGED if not faults and row.plan != FAULTY else REFUSED
    if term and any(one.starts_on < term.until and term.starts_on < one.until for one, _ in held):
        message = f"{row.known_name[:1]}*在 {term.starts_on} 起的三年内已有聘任，聘期不能重叠，请核对起始日。"
        faults.append(batch.fault(row.number, "TRAINER_TERM_OVERLAP", message, "starts_on", value=str(row.starts_on)))
    if row.letter and row.letter in known.letters:
        message = f"聘书编号 {row.letter} 已用于另一项聘任，请核对。"
        faults.append(batch.fault(row.number, "TRAINER_LETTER_TAKEN", message, "letter", value=row.letter))
    if faults or row.plan == FAULTY or term is None:
        return faults, REFUSED
    held.append((term, row.letter))
    known.letters.add(row.letter)
    told = [
        batch.fault(row.number, one.rule, one.message, "starts_on", level="warning")
        for one in _findings(ctx.regulation, row)
    ]
    return told, CREATE


def _whose(batch: Batch, row: AnyRow) -> list[Fault]:
    if not row.staff_no:
        return []
    if row.known_id is None or not batch.covers(row.school_id):
        message = f"没有教职工号为 {row.staff_no} 的在职教师。"
        return [batch.fault(row.number, "STAFF_NO_UNKNOWN", message, "staff_no", value=row.staff_no)]
    if row.name and row.name != row.known_name:
        message = f"姓名“{row.name}”与教职工号 {row.staff_no} 的教师不一致，请核对。"
        return [batch.fault(row.number, "NAME_MISMATCH", message, "name", value=row.name)]
    return []


def _findings(regulation: Regulation, row: AnyRow) -> list[Finding]:
    """What the conditions say of a term whose route nobody knows: those that hold for a first one and a renewal."""
    starts_on: date = row.starts_on
    whom = conditions.Person(row.birth_date, row.title)
    return conditions.check_renewal(regulation, whom, starts_on=starts_on)


_MINE: Final = "s.import_id = :import"
_KNOWN: Final = "LEFT JOIN teachers t ON t.region_id = s.region_id AND t.staff_no = s.staff_no AND t.status = 'active'"
_LOOKED_AT = text(
    "SELECT s.number, s.plan, s.staff_no, s.name, s.starts_on, s.letter, t.id AS known_id, t.name AS known_name,"
    f" t.school_id, t.birth_date, t.title FROM import_stage_trainers AS s {_KNOWN}"
    f" WHERE s.region_id = :region AND {_MINE} AND s.plan IN {LOOKED_AT} ORDER BY s.number"
)
_TERMS = text(
    "SELECT a.teacher_id, a.starts_on, a.until, a.number FROM trainer_appointments a WHERE a.region_id = :region"
    f" AND a.status <> '{AppointmentStatus.WITHDRAWN}'"
    f" AND (a.number IN (SELECT s.letter FROM import_stage_trainers AS s WHERE s.region_id = :region AND {_MINE})"
    f" OR a.teacher_id IN (SELECT t.id FROM import_stage_trainers AS s {_KNOWN}"
    f" WHERE s.region_id = :region AND {_MINE}))"
)
_CHUNK = text(
    "SELECT s.id, s.number, s.teacher_id, s.source, s.stage, s.subject, s.starts_on, s.letter, t.name AS holder_name,"
    " t.school_id, t.birth_date, t.title FROM import_stage_trainers AS s"
    " JOIN teachers t ON t.region_id = s.region_id AND t.id = s.teacher_id"
    f" WHERE s.region_id = :region AND {_MINE} AND s.position BETWEEN :first AND :last AND s.plan = '{CREATE}'"
    " ORDER BY s.position"
)
_KEEP = text(
    "INSERT INTO import_changes (region_id, import_id, row, entity_id, before, entity_version)"
    " SELECT a.region_id, :import, :at, a.id, NULL, a.version FROM trainer_appointments a"
    " WHERE a.region_id = :region AND a.id = :id ON CONFLICT DO NOTHING"
)
_USED: Final = " OR ".join(
    f"EXISTS (SELECT 1 FROM {table} u WHERE u.region_id = a.region_id AND u.{column} = a.id)"
    for table, column in (
        ("trainer_assignments", "appointment_id"),
        ("trainer_assessments", "appointment_id"),
        ("trainer_inputs", "appointment_id"),
        ("trainer_reports", "appointment_id"),
        ("trainer_revocations", "appointment_id"),
        ("trainer_attendances", "appointment_id"),
        ("trainer_community_members", "appointment_id"),
        ("trainer_appointments", "renews_id"),
    )
)
# Whoever does something with a term holds it: it is locked, and then what has come of it is looked at.
_TO_UNDO = text(
    "WITH waiting AS (SELECT c.row, c.entity_id, c.entity_version FROM import_changes c WHERE c.region_id = :region"
    " AND c.import_id = :import AND c.undone IS NULL ORDER BY c.row LIMIT :most), held AS MATERIALIZED ("
    "SELECT h.id FROM trainer_appointments h JOIN waiting ON h.id = waiting.entity_id WHERE h.region_id = :region"
    " ORDER BY h.id FOR UPDATE OF h)"
    f" SELECT c.row, c.entity_id, c.entity_version AS known, a.version, a.status, {_USED} AS is_used FROM waiting c"
    " JOIN held ON held.id = c.entity_id"
    " JOIN trainer_appointments a ON a.region_id = :region AND a.id = held.id ORDER BY c.row"
)
_WITHDRAW = text(
    f"UPDATE trainer_appointments SET status = '{AppointmentStatus.WITHDRAWN}', until = starts_on, ended_by = :by,"
    " end_reason = :reason, version = version + 1, updated_at = clock_timestamp()"
    " WHERE region_id = :region AND id = ANY(:ids)"
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))
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
    UPDATE import_stage_trainers AS s SET position = o.position
      FROM (SELECT s.number, row_number() OVER (ORDER BY s.number) AS position
              FROM import_stage_trainers AS s WHERE s.region_id = :region AND {_MINE} AND s.plan = '{CREATE}') AS o
     WHERE s.region_id = :region AND {_MINE} AND s.number = o.number
    """
)
