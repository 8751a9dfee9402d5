"""Importing awards that were given on paper 批量导入历史奖项: kind, year, holder, day, number. [M7.1b]

The decision was the county's and stands as it is; teachers get the honours that follow, since the day on the paper.
Titles of schools that follow from awards are set by themselves.
"""
# ruff: noqa: S608 - names of our own tables and texts of our own; every value is a parameter

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Final, Literal
from uuid import UUID

from sqlalchemy import ARRAY, Table, Text, Uuid, bindparam, insert, text, update
from sqlalchemy import Column as TableColumn
from sqlalchemy import Date as DateType
from sqlalchemy import Integer as IntegerType
from sqlalchemy.exc import IntegrityError

from app.access.context import Context
from app.access.permissions import Permission
from app.access.reactions import happened
from app.core.batch import CLEAR, Code, Column, Date, Fault, Integer
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
from app.evaluations.models import Award
from app.evaluations.rules.campaigns import kind_of
from app.evaluations.states import AWARD_LIFECYCLE, AwardRoute, AwardStatus, EvaluatedKind
from app.policy.load import Regulation
from app.teachers.service import AwardGiven

_FIELDS: Final = ("kind", "year", "holder", "place", "awarded_on", "letter")
_WHOSE: Final = ("subject_id", "unit_id", "teacher_id", "workshop_id")
_TYPES: Final[dict[str, Any]] = {"year": IntegerType, "place": IntegerType, "awarded_on": DateType}
FIRST_YEAR: Final = 2000
STAGE = stage_table(
    "import_stage_awards",
    *(TableColumn(name, _TYPES.get(name, Text)) for name in _FIELDS),
    *(TableColumn(name, Uuid) for name in _WHOSE),
    TableColumn("subject", Text),
    TableColumn("holder_name", Text),
)


@dataclass(frozen=True, slots=True)
class AwardsKind:
    """奖项: one row per award that a certificate on paper stands for."""

    name: str = "awards"
    title: str = "奖项"
    permission: str = Permission.IMPORT_AWARDS
    revert_permission: str = Permission.IMPORT_AWARDS
    is_reverted_by_another: bool = False
    checks_faulty: Literal[True] = True
    table: Table = STAGE
    preview_sql: ClassVar[str] = (
        "SELECT s.number, s.plan, NULL::jsonb AS before, jsonb_build_object('kind', s.kind, 'year', s.year,"
        " 'holder', s.holder, 'awarded_on', s.awarded_on, 'letter', s.letter) AS after"
        " FROM import_stage_awards AS s WHERE s.region_id = :region AND s.import_id = :import"
    )
    notes: tuple[str, ...] = (
        "用于补录使用本系统前的表彰；新的评选请在系统中办理，由系统颁发证书。",
        "获奖对象：学校、单位填机构全称或机构代码，教师填教职工号，工作坊填全称。",
        "证书编号按已发的纸质证书或文件填写，区域内不能重复；同一对象同一年度同一奖项只登记一次。",
    )

    def sheet(self, regulation: Regulation) -> Sheet:
        """The columns, with the kinds of the regulation."""
        kinds = Listed.of(regulation.codes("campaign_kinds"))
        columns = (
            Column("kind", "奖项", Code(kinds), ("评选类别", "称号"), required=True, example="校本研修示范校"),
            Column("year", "年度", Integer(FIRST_YEAR, 2100), ("评选年度",), required=True, example="2021"),
            Column(
                "holder",
                "获奖对象",
                FreeText(100),
                ("获奖单位", "获奖人", "单位名称"),
                required=True,
                example="某某小学",
            ),
            Column("place", "名次", Integer(1, 500), ("排名",), example="1"),
            Column("awarded_on", "颁发日期", Date(), ("表彰日期", "发文日期"), required=True, example="2021-12-25"),
            Column("letter", "证书编号", FreeText(50), ("编号", "文号"), required=True, example="奖字2021001"),
        )
        return Sheet(self.name, self.title, "证书编号", columns, ("letter",))

    def staged(self, ctx: Context, batch: Batch, number: int, values: Mapping[str, object]) -> Staged:
        """The stage columns of a row."""
        del ctx, batch, number
        given = (None if values[name] is CLEAR else values[name] for name in _FIELDS)
        return Staged((*given, *([None] * (len(_WHOSE) + 2))))

    def checks(self) -> Sequence[Callable[[Context, Batch], Awaitable[None]]]:
        """One step: a county gives some hundred awards a year."""
        return (_check,)

    async def apply(self, ctx: Context, batch: Batch, first: int, last: int) -> Applied:
        """Write the awards of a chunk; Conflict AWARD_THERE where one was given meanwhile."""
        rows = (await ctx.db.execute(_CHUNK, {**batch.values, "first": first, "last": last})).all()
        kept = ("id", "kind", "year", "holder_name", "place", "awarded_on", "subject", *_WHOSE)
        made = [
            {
                **{name: getattr(row, name) for name in kept},
                "region_id": batch.region_id,
                "route": str(AwardRoute.RECORDED),
                "number": row.letter,
                "granted_by": ctx.principal.account_id,
            }
            for row in rows
        ]
        try:
            await ctx.db.execute(insert(Award), made)
        except IntegrityError as error:
            raise (refusal_for(error) or error) from error
        if rows:
            await ctx.db.execute(_KEEP, [{**batch.values, "at": row.number, "id": row.id} for row in rows])
            given = [AwardGiven(row.id, row.kind, row.subject_id, row.letter, row.awarded_on) for row in rows]
            await happened(ctx, "awards.recorded", awards=given)
        return Applied("award.batch_recorded", {"awards": len(made)})

    async def revert(self, ctx: Context, batch: Batch, *, reason: str, most: int) -> Undone:
        """Withdraw awards put on record by mistake, unless somebody has touched them since; they stay as such."""
        rows = (await ctx.db.execute(_TO_UNDO, {**batch.values, "most": most})).all()
        faults, marks, withdrawn = [], [], []
        for row in rows:
            is_free = row.status == AwardStatus.GRANTED and row.version == row.known
            if is_free:
                AWARD_LIFECYCLE.move(AwardStatus(row.status), "withdraw")
                withdrawn.append(row.entity_id)
            else:
                message = "：这项奖项导入后已有改动，没有撤回。"
                faults.append(batch.fault(row.row, "REVERT_KEPT", message, "letter", level="warning"))
            marks.append({**batch.values, "at": row.row, "is_done": is_free})
        by = {"by": ctx.principal.account_id, "reason": reason}
        await ctx.db.execute(_WITHDRAW, {"region": batch.region_id, "ids": withdrawn, **by})
        await happened(ctx, "awards.withdrawn", award_ids=withdrawn, reason=reason)
        await put_faults(ctx.db, batch, faults)
        if rows:
            await ctx.db.execute(MARK_UNDONE, marks)
            facts = {"reverted": len(withdrawn), "kept": len(faults), "reason": reason}
            await ctx.record("award.batch_withdrawn", entity="import", entity_id=batch.import_id, facts=facts)
        return Undone(len(withdrawn), len(faults), is_end=len(rows) < most)


AWARDS = AwardsKind()


@dataclass(slots=True)
class _Known:
    """What is on record and what the file has said so far: awards by kind, year and subject; numbers."""

    awards: dict[tuple[str, int, UUID], str | None]
    numbers: set[str]


async def _check(ctx: Context, batch: Batch) -> None:
    """What each row means: an award to put on record, or one that is on record already."""
    rows = (await ctx.db.execute(_LOOKED_AT, batch.values)).all()
    known = _Known({}, set())
    for one in (await ctx.db.execute(_ON_RECORD, batch.values)).all():
        known.awards[one.kind, one.year, one.subject_id] = one.number
        known.numbers.add(one.number or "")
    faults: list[Fault] = []
    plans = []
    for row in rows:
        found, plan, whose = _judge(ctx, batch, row, known)
        faults += found
        plans.append({"at": row.number, "to_plan": plan, **{f"to_{name}": value for name, value in whose.items()}})
    await put_faults(ctx.db, batch, faults)
    if plans:
        await ctx.db.execute(_SET_PLAN, [{**batch.values, **one} for one in plans])
    await ctx.db.execute(_ORDER, batch.values)


_NOBODY: Final[dict[str, Any]] = dict.fromkeys((*_WHOSE, "subject", "holder_name"))


def _judge(ctx: Context, batch: Batch, row: AnyRow, known: _Known) -> tuple[list[Fault], str, dict[str, Any]]:
    """Everything that is wrong with a row, what becomes of it, and whose it is."""
    today = ctx.clock.today
    faults = _days(batch, row, today)
    whose, what = _whose(ctx.regulation, row) if row.kind and row.holder else (_NOBODY, "")
    if what:
        faults.append(batch.fault(row.number, "HOLDER_UNKNOWN", what, "holder", value=row.holder))
    key = (row.kind, row.year, whose["subject_id"])
    if key in known.awards:
        if known.awards[key] == row.letter:
            return faults, UNCHANGED if not faults and row.plan != FAULTY else REFUSED, whose
        message = f"{row.holder} {row.year} 年度已有这一奖项。"
        faults.append(batch.fault(row.number, "AWARD_THERE", message, "holder", value=row.holder))
    if row.letter and row.letter in known.numbers:
        message = f"证书编号 {row.letter} 已用于另一奖项，请核对。"
        faults.append(batch.fault(row.number, "AWARD_NUMBER_TAKEN", message, "letter", value=row.letter))
    if faults or row.plan == FAULTY or whose["subject_id"] is None:
        return faults, REFUSED, whose
    known.awards[key] = row.letter
    known.numbers.add(row.letter)
    return faults, CREATE, whose


def _days(batch: Batch, row: AnyRow, today: date) -> list[Fault]:
    if row.awarded_on is None or row.awarded_on <= today:
        return []
    message = f"颁发日期 {row.awarded_on} 晚于今天。"
    return [batch.fault(row.number, "OUT_OF_ORDER", message, "awarded_on", value=str(row.awarded_on))]


def _whose(regulation: Regulation, row: AnyRow) -> tuple[dict[str, Any], str]:
    """Whose an award is, and what is wrong where nobody, or more than one, is meant."""
    subject = kind_of(regulation, row.kind).subject
    if subject is EvaluatedKind.CASE:
        return _NOBODY, "案例的奖项不能补录，请先在系统中登记案例并参评。"
    found = {
        EvaluatedKind.TEACHER: row.teachers,
        EvaluatedKind.WORKSHOP: row.workshops,
        EvaluatedKind.ORGANISATION: row.units,
    }.get(subject, row.schools)
    if len(found) != 1:
        return _NOBODY, f"{'没有' if not found else '不止一个'}“{row.holder}”这一获奖对象，请按填写说明核对。"
    one = {name: UUID(value) if value and name in _WHOSE else value for name, value in found[0].items()}
    return {**_NOBODY, **one, "subject": str(subject)}, ""


_MINE: Final = "s.import_id = :import"


def _found(columns: str, table: str, condition: str) -> str:
    """Records that a holder may mean, as JSON."""
    return (
        f"(SELECT coalesce(jsonb_agg(jsonb_build_object({columns})), '[]') FROM {table} AS o"
        f" WHERE o.region_id = s.region_id AND {condition})"
    )


_UNIT: Final = "'subject_id', o.id, 'unit_id', o.id, 'holder_name', o.name"
_PERSON: Final = "'subject_id', o.id, 'unit_id', o.school_id, 'teacher_id', o.id, 'holder_name', o.name"
_GROUP: Final = (
    "'subject_id', o.id, 'unit_id', o.unit_id, 'teacher_id', o.leader_id, 'workshop_id', o.id, 'holder_name', o.name"
)
_NAMED: Final = "(o.name = s.holder OR o.code = s.holder)"
_SCHOOLS: Final = _found(_UNIT, "organisations", f"{_NAMED} AND o.kind = 'school'")
_UNITS: Final = _found(_UNIT, "organisations", f"{_NAMED} AND o.kind IN ('school', 'central_school')")
_TEACHERS: Final = _found(_PERSON, "teachers", "o.staff_no = s.holder AND o.status = 'active'")
_WORKSHOPS: Final = _found(_GROUP, "workshops", "o.name = s.holder AND o.status IN ('registered', 'closed')")
_LOOKED_AT = text(
    "SELECT s.number, s.plan, s.kind, s.year, s.holder, s.awarded_on, s.letter,"
    f" {_SCHOOLS} AS schools, {_UNITS} AS units, {_TEACHERS} AS teachers, {_WORKSHOPS} AS workshops"
    " FROM import_stage_awards AS s"
    f" WHERE s.region_id = :region AND {_MINE} AND s.plan IN {LOOKED_AT} ORDER BY s.number"
)
_ON_RECORD = text(
    "SELECT a.kind, a.year, a.subject_id, a.number FROM awards a WHERE a.region_id = :region"
    " AND (a.status NOT IN ('revoked', 'withdrawn') OR a.route = 'recorded' AND a.status <> 'withdrawn')"
)
_CHUNK = text(
    f"SELECT s.id, s.number, {', '.join(f's.{name}' for name in (*_FIELDS, *_WHOSE, 'subject', 'holder_name'))}"
    " FROM import_stage_awards AS s"
    f" WHERE s.region_id = :region AND {_MINE} AND s.position BETWEEN :first AND :last AND s.plan = '{CREATE}'"
    " ORDER BY s.position"
)
_KEEP = text(
    "INSERT INTO import_changes (region_id, import_id, row, entity_id, before, entity_version)"
    " SELECT a.region_id, :import, :at, a.id, NULL, a.version FROM awards a"
    " WHERE a.region_id = :region AND a.id = :id ON CONFLICT DO NOTHING"
)
_TO_UNDO = text(
    "WITH waiting AS (SELECT c.row, c.entity_id, c.entity_version FROM import_changes c WHERE c.region_id = :region"
    " AND c.import_id = :import AND c.undone IS NULL ORDER BY c.row LIMIT :most), held AS MATERIALIZED ("
    "SELECT h.id, h.version, h.status FROM awards h JOIN waiting ON h.id = waiting.entity_id"
    " WHERE h.region_id = :region ORDER BY h.id FOR UPDATE OF h)"
    " SELECT c.row, c.entity_id, c.entity_version AS known, held.version, held.status FROM waiting c"
    " JOIN held ON held.id = c.entity_id ORDER BY c.row"
)
_WITHDRAW = text(
    f"UPDATE awards SET status = '{AwardStatus.WITHDRAWN}', revoked_by = :by, revoked_at = clock_timestamp(),"
    " revocation_reason = :reason, version = version + 1, updated_at = clock_timestamp()"
    " WHERE region_id = :region AND id = ANY(:ids)"
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))
_SET_PLAN = (
    update(STAGE)
    .where(
        STAGE.c.region_id == bindparam("region"),
        STAGE.c.import_id == bindparam("import"),
        STAGE.c.number == bindparam("at"),
    )
    .values(plan=bindparam("to_plan"), **{name: bindparam(f"to_{name}") for name in _NOBODY})
)
_ORDER = text(
    f"""
    UPDATE import_stage_awards AS s SET position = o.position
      FROM (SELECT s.number, row_number() OVER (ORDER BY s.number) AS position
              FROM import_stage_awards AS s WHERE s.region_id = :region AND {_MINE} AND s.plan = '{CREATE}') AS o
     WHERE s.region_id = :region AND {_MINE} AND s.number = o.number
    """
)
