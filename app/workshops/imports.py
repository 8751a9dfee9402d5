"""Importing the members of workshops that are not registered yet 批量导入工作坊成员. [A6.4]

Once a workshop is registered its members change by the one adjustment of a school year, never by a file.
"""
# ruff: noqa: S608 - names of our own tables and texts of our own; every value is a parameter

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import Column as TableColumn
from sqlalchemy import Table, Text, Uuid, bindparam, text, update
from sqlalchemy.dialects.postgresql import JSONB

from app.access.context import Context
from app.access.permissions import Permission
from app.core.batch import CLEAR, Code, Column, Fault, PersonName
from app.core.batch import Text as FreeText
from app.core.batch.listed import Listed, Sheet
from app.core.batch.staging import (
    CREATE,
    MARK_UNDONE,
    PENDING,
    REFUSED,
    UNCHANGED,
    UPDATE,
    Applied,
    Batch,
    Staged,
    Undone,
    put_faults,
    stage_table,
)
from app.core.db import AnyRow
from app.core.errors import Conflict
from app.policy.load import Regulation
from app.policy.records import Code as ListRow
from app.policy.school_year import SchoolYear
from app.workshops.queries import members, workshops
from app.workshops.states import OPEN_FOR_CHANGE

STAGE = stage_table(
    "import_stage_workshop_members",
    *(TableColumn(name, Text) for name in ("workshop", "staff_no", "name", "role")),
    TableColumn("workshop_id", Uuid),
    TableColumn("teacher_id", Uuid),
)
_FIELDS: Final = ("workshop", "staff_no", "name", "role")
_ROLES: Final = (
    ListRow("core", "核心成员", aliases=("核心", "主持人")),
    ListRow("applicant", "申报成员", aliases=("成员", "正式成员", "普通成员")),
)


@dataclass(frozen=True, slots=True)
class WorkshopMembersKind:
    """工作坊成员: who belongs to the workshops a unit is about to declare, by name of the workshop and staff number."""

    name: str = "workshop_members"
    title: str = "工作坊成员"
    permission: str = Permission.IMPORT_WORKSHOP_MEMBERS
    revert_permission: str = Permission.IMPORT_WORKSHOP_MEMBERS
    is_reverted_by_another: bool = False
    table: Table = STAGE
    preview_sql: ClassVar[str] = (
        "SELECT s.number, s.plan, NULL::jsonb AS before, jsonb_build_object('workshop', s.workshop,"
        " 'staff_no', s.staff_no, 'role', s.role) AS after FROM import_stage_workshop_members AS s"
        " WHERE s.region_id = :region AND s.import_id = :import"
    )
    notes: tuple[str, ...] = (
        "先建立工作坊（室）的申报，再导入成员；已注册的工作坊请通过学年调整改变成员（附件6 第十三条）。",
        "教师按教职工号识别，可以来自全区任何学校；同一教师再次导入则改变角色，文件中没有的成员不会移出。",
    )

    def sheet(self, regulation: Regulation) -> Sheet:
        """The columns."""
        del regulation
        columns = (
            Column(
                "workshop",
                "工作坊名称",
                FreeText(200),
                ("工作坊", "工作室", "工作室名称"),
                required=True,
                example="小学语文工作坊",
            ),
            Column("staff_no", "教职工号", FreeText(30), ("工号", "教师编号"), required=True, example="10000001"),
            Column("name", "姓名", PersonName(), ("教师姓名",), example="张三", note="用于核对教职工号，可以不填。"),
            Column("role", "角色", Code(Listed.of(_ROLES)), ("成员类别", "身份"), required=True, example="核心成员"),
        )
        return Sheet(self.name, self.title, "工作坊、教职工号", columns, ("workshop", "staff_no"))

    def staged(self, ctx: Context, batch: Batch, number: int, values: Mapping[str, object]) -> Staged:
        """The stage columns of a row."""
        del ctx, batch, number
        plain = [None if values[name] is CLEAR else values[name] for name in _FIELDS]
        return Staged((*plain, None, None))

    def checks(self) -> Sequence[Callable[[Context, Batch], Awaitable[None]]]:
        """One step: a unit has a handful of workshops of thirty people."""
        return (_check,)

    async def apply(self, ctx: Context, batch: Batch, first: int, last: int) -> Applied:
        """Add the members of a chunk, or give them their new role, workshop by workshop."""
        span = {**batch.values, "first": first, "last": last}
        by_workshop: dict[UUID, dict[UUID, AnyRow]] = {}
        for row in (await ctx.db.execute(_CHUNK, span)).all():
            by_workshop.setdefault(row.workshop_id, {})[row.teacher_id] = row
        notes = []
        for workshop_id, rows in by_workshop.items():
            one = await workshops.by_id(ctx, workshop_id, lock=True)
            if one is None or one.status not in OPEN_FOR_CHANGE:
                message = "有工作坊（室）在导入期间已申报，成员没有导入。"
                raise Conflict("WORKSHOP_CLOSED_FOR_CHANGE", message, workshop_id=str(workshop_id))
            present = await members.present_of(ctx, [workshop_id], on=ctx.clock.today)
            before = {who.teacher_id: {"role": who.role} for who in present}
            await members.remove(ctx, workshop_id, list(rows))
            roles = {who: row.role for who, row in rows.items()}
            made = await members.add(ctx, workshop_id, roles, joined_on=SchoolYear(one.start_year).first_day)
            await workshops.change(ctx, workshop_id, {})
            notes += [
                {**batch.values, "at": row.number, "id": made[who], "before": before.get(who)}
                for who, row in rows.items()
            ]
        if notes:
            await ctx.db.execute(_KEEP_BEFORE, notes)
        return Applied("workshops.batch_composed", {"workshops": len(by_workshop), "members": len(notes)})

    async def revert(self, ctx: Context, batch: Batch, *, reason: str, most: int) -> Undone:
        """Take new members off again and give known ones their former role, as long as nothing has been handed in."""
        span = {**batch.values, "most": most}
        touched = (await ctx.db.execute(_WORKSHOPS_TO_UNDO, span)).scalars().all()
        held = [await workshops.by_id(ctx, one, lock=True) for one in touched]
        open_ = [one.id for one in held if one and one.status in OPEN_FOR_CHANGE]
        rows = (await ctx.db.execute(_TO_UNDO, span)).all()
        faults, marks = [], []
        for row in rows:
            taken = await members.take_back(ctx, row.entity_id, row.version) if row.workshop_id in open_ else None
            if taken and row.before:
                roles = {taken.teacher_id: row.before["role"]}
                await members.add(ctx, taken.workshop_id, roles, joined_on=taken.joined_on)
            if taken is None:
                message = "：工作坊（室）已申报，或该成员导入后又有改动，没有撤回。"
                faults.append(batch.fault(row.row, "REVERT_KEPT", message, "staff_no", level="warning"))
            marks.append({**batch.values, "at": row.row, "is_done": taken is not None})
        await put_faults(ctx.db, batch, faults)
        for workshop_id in open_:
            await workshops.change(ctx, workshop_id, {})
        if rows:
            await ctx.db.execute(MARK_UNDONE, marks)
            facts = {"reverted": len(rows) - len(faults), "kept": len(faults), "reason": reason}
            await ctx.record("workshops.batch_reverted", entity="import", entity_id=batch.import_id, facts=facts)
        return Undone(len(rows) - len(faults), len(faults), is_end=len(rows) < most)


WORKSHOP_MEMBERS = WorkshopMembersKind()


async def _check(ctx: Context, batch: Batch) -> None:
    """What each row means: a new member, another role, or nothing new."""
    rows = (await ctx.db.execute(_PENDING, batch.values)).all()
    known: dict[str, list[Any]] = {}
    for one in (await ctx.db.execute(_WORKSHOPS, {"region": batch.region_id})).all():
        if batch.covers(one.unit_id):
            known.setdefault(one.name, []).append(one)
    people = {one.staff_no: one for one in await members.people(ctx, [], [row.staff_no for row in rows])}
    ids = [one.id for listed in known.values() for one in listed]
    held = {
        (one.workshop_id, one.teacher_id): one.role for one in await members.present_of(ctx, ids, on=ctx.clock.today)
    }
    faults: list[Fault] = []
    plans = []
    for row in rows:
        workshop, teacher = known.get(row.workshop, []), people.get(row.staff_no)
        found = _faults(batch, row, workshop, teacher)
        faults += found
        plan: dict[str, Any] = {"at": row.number, "to_plan": REFUSED, "to_workshop": None, "to_teacher": None}
        if not found and teacher is not None:
            role = held.get((workshop[0].id, teacher.id))
            to_plan = CREATE if role is None else UNCHANGED if role == row.role else UPDATE
            plan |= {"to_plan": to_plan, "to_workshop": workshop[0].id, "to_teacher": teacher.id}
        plans.append(plan)
    await put_faults(ctx.db, batch, faults)
    if plans:
        await ctx.db.execute(_SET_PLAN, [{**batch.values, **one} for one in plans])
    await ctx.db.execute(_ORDER, batch.values)


def _faults(batch: Batch, row: AnyRow, workshop: Sequence[Any], teacher: AnyRow | None) -> list[Fault]:
    faults = []
    if len(workshop) != 1:
        what = "不止一个" if workshop else "没有"
        message = f"本单位{what}名为“{row.workshop}”、可以修改的工作坊（室），请先建立申报；已注册的请办理学年调整。"
        faults.append(batch.fault(row.number, "WORKSHOP_UNKNOWN", message, "workshop", value=row.workshop))
    if teacher is None:
        message = f"没有教职工号为 {row.staff_no} 的教师。"
        faults.append(batch.fault(row.number, "STAFF_NO_UNKNOWN", message, "staff_no", value=row.staff_no))
    elif row.name and row.name != teacher.name:
        message = f"姓名“{row.name}”与教职工号 {row.staff_no} 的教师不一致，请核对。"
        faults.append(batch.fault(row.number, "NAME_MISMATCH", message, "name", value=row.name))
    return faults


_MINE: Final = "s.import_id = :import"
_WORKSHOPS = text(
    "SELECT w.id, w.name, w.unit_id FROM workshops w WHERE w.region_id = :region AND w.status IN ('draft', 'returned')"
)
_PENDING = text(
    "SELECT s.* FROM import_stage_workshop_members AS s WHERE s.region_id = :region"
    f" AND {_MINE} AND s.plan = '{PENDING}' ORDER BY s.number"
)
_CHUNK = text(
    "SELECT s.* FROM import_stage_workshop_members AS s WHERE s.region_id = :region"
    f" AND {_MINE} AND s.position BETWEEN :first AND :last AND s.plan IN ('{CREATE}', '{UPDATE}') ORDER BY s.position"
)
_SET_PLAN = (
    update(STAGE)
    .where(
        STAGE.c.region_id == bindparam("region"),
        STAGE.c.import_id == bindparam("import"),
        STAGE.c.number == bindparam("at"),
    )
    .values(plan=bindparam("to_plan"), workshop_id=bindparam("to_workshop"), teacher_id=bindparam("to_teacher"))
)
_ORDER = text(
    f"""
    UPDATE import_stage_workshop_members AS s SET position = o.position
      FROM (SELECT s.number, row_number() OVER (ORDER BY s.workshop, s.number) AS position
              FROM import_stage_workshop_members AS s
             WHERE s.region_id = :region AND {_MINE} AND s.plan IN ('{CREATE}', '{UPDATE}')) AS o
     WHERE s.region_id = :region AND {_MINE} AND s.number = o.number
    """
)
_KEEP_BEFORE = text(
    """
    INSERT INTO import_changes (region_id, import_id, row, entity_id, before, entity_version)
    SELECT m.region_id, :import, :at, m.id, :before, m.version FROM workshop_members m
     WHERE m.region_id = :region AND m.id = :id ON CONFLICT DO NOTHING
    """
).bindparams(bindparam("before", type_=JSONB(none_as_null=True)))
_UNDONE: Final = (
    " FROM (SELECT c.* FROM import_changes c WHERE c.region_id = :region AND c.import_id = :import"
    " AND c.undone IS NULL ORDER BY c.row LIMIT :most) AS c"
)
# Workshops are locked in one order, and then the rows are read: who changes members holds their workshop.
_WORKSHOPS_TO_UNDO = text(
    f"SELECT DISTINCT m.workshop_id{_UNDONE} JOIN workshop_members m ON m.region_id = :region AND m.id = c.entity_id"
    " ORDER BY m.workshop_id"
)
_TO_UNDO = text(
    f"SELECT c.row, c.entity_id, c.before, c.entity_version AS version, m.workshop_id{_UNDONE}"
    " LEFT JOIN workshop_members m ON m.region_id = :region AND m.id = c.entity_id ORDER BY c.row"
).columns(before=JSONB)
