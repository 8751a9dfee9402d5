"""Importing nominations 批量导入选送名单: whom the file names is nominated, in the places of the unit. [M6.3.2]"""
# ruff: noqa: S608 - names of our own tables and texts of our own; every value is a parameter

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import Column as TableColumn
from sqlalchemy import Table, Text, Uuid, bindparam, text, update

from app.access.context import Context
from app.access.permissions import Permission
from app.core.batch import CLEAR, Column, Fault, PersonName
from app.core.batch import Text as FreeText
from app.core.batch.listed import Sheet
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
from app.policy.finding import Severity
from app.policy.load import Regulation
from app.projects.queries import nominations, projects
from app.projects.service import judging
from app.projects.states import NominationRoute, NominationStatus, ProjectStatus

_TEXTS: Final = ("project", "staff_no", "name", "statement")
STAGE = stage_table(
    "import_stage_nominations",
    *(TableColumn(name, Text) for name in _TEXTS),
    TableColumn("project_id", Uuid),
    TableColumn("teacher_id", Uuid),
)


@dataclass(frozen=True, slots=True)
class NominationsKind:
    """选送名单: teachers of the own schools for projects that select, by name of the project and staff number."""

    name: str = "nominations"
    title: str = "选送名单"
    permission: str = Permission.IMPORT_NOMINATIONS
    table: Table = STAGE
    preview_sql: ClassVar[str] = (
        "SELECT s.number, s.plan, NULL::jsonb AS before, jsonb_build_object('project', s.project,"
        " 'staff_no', s.staff_no, 'statement', s.statement) AS after FROM import_stage_nominations AS s"
        " WHERE s.region_id = :region AND s.import_id = :import"
    )
    notes: tuple[str, ...] = (
        "项目须正在选学员，人数不超过本单位的名额；已报名的教师不再重复。",
        "与遴选条件不符的会在核对时提示，仍可导入，但审核时不予通过。",
    )

    def sheet(self, regulation: Regulation) -> Sheet:
        """The columns."""
        del regulation
        columns = (
            Column(
                "project",
                "项目名称",
                FreeText(200),
                ("培训项目", "项目"),
                required=True,
                example="小学语文骨干教师培训",
            ),
            Column("staff_no", "教职工号", FreeText(30), ("工号", "教师编号"), required=True, example="10000001"),
            Column("name", "姓名", PersonName(), ("教师姓名",), example="张三", note="用于核对教职工号，可以不填。"),
            Column("statement", "选送意见", FreeText(2000), ("备注", "说明")),
        )
        return Sheet(self.name, self.title, "项目名称、教职工号", columns, ("project", "staff_no"))

    def staged(self, ctx: Context, batch: Batch, number: int, values: Mapping[str, object]) -> Staged:
        """The stage columns of a row."""
        del ctx, batch, number
        plain = [None if values[name] is CLEAR else values[name] for name in _TEXTS]
        return Staged((*plain, None, None))

    def checks(self) -> Sequence[Callable[[Context, Batch], Awaitable[None]]]:
        """One step: a unit nominates some hundred at most."""
        return (_check,)

    async def apply(self, ctx: Context, batch: Batch, first: int, last: int) -> Applied:
        """Nominate the people of a chunk; Conflict where the places have gone in the meantime."""
        span = {**batch.values, "first": first, "last": last}
        by_project: dict[UUID, dict[UUID, AnyRow]] = {}
        for row in (await ctx.db.execute(_CHUNK, span)).all():
            by_project.setdefault(row.project_id, {})[row.teacher_id] = row
        for project_id, rows in sorted(by_project.items()):
            await _nominate(ctx, project_id, rows)
        people = sum(map(len, by_project.values()))
        return Applied("project_nominations.batch_made", {"projects": len(by_project), "nominations": people})


NOMINATIONS = NominationsKind()


async def _nominate(ctx: Context, project_id: UUID, rows: Mapping[UUID, AnyRow]) -> None:
    project = await projects.by_id(ctx, project_id, share=True)
    if project is None or project.status != ProjectStatus.SELECTING:
        raise Conflict("PROJECT_STATUS", "有项目在导入期间已停止选学员，没有导入。", project_id=str(project_id))
    people = await nominations.candidates(ctx, list(rows))
    known = await nominations.open_ones(ctx, project_id, list(rows))
    new = {one: who for one, who in people.items() if one not in known}
    for unit, many in sorted(Counter(judging.unit_of(who) for who in new.values()).items()):
        if not await nominations.take_places(ctx, project_id, unit, many):
            raise Conflict("PROJECT_NO_PLACE", "名额在导入期间已用完，没有导入。", project_id=str(project_id))
    judged = await judging.judge(ctx, project, new)
    lines = [
        judging.draft(ctx, project, who, judged[one], NominationRoute.SCHOOL, NominationStatus.NOMINATED)
        | {"id": rows[one].id, "statement": rows[one].statement}
        for one, who in new.items()
    ]
    await judging.store(ctx, lines)


async def _check(ctx: Context, batch: Batch) -> None:
    """What each row means: somebody new, or nobody new; places and conditions are told row by row."""
    rows = (await ctx.db.execute(_PENDING, batch.values)).all()
    by_name: dict[str, list[AnyRow]] = {}
    for one in await projects.selecting(ctx):
        by_name.setdefault(one.name, []).append(one)
    people = await nominations.by_staff_no(ctx, [row.staff_no for row in rows])
    faults: list[Fault] = []
    plans: list[dict[str, Any]] = []
    for row in rows:
        found, who = by_name.get(row.project, []), people.get(row.staff_no)
        told = _faults(batch, row, found, who)
        faults += told
        is_good = not told and who is not None
        plan = {"to_plan": CREATE if is_good else REFUSED, "at": row.number}
        ids = {"to_project": found[0].id, "to_teacher": who.id} if is_good and who is not None else {}
        plans.append({"to_project": None, "to_teacher": None, **plan, **ids})
    for one in {found[0].id: found[0] for found in by_name.values() if len(found) == 1}.values():
        faults += await _judged(ctx, batch, one, {row.number: row for row in rows}, plans)
    await put_faults(ctx.db, batch, faults)
    if plans:
        await ctx.db.execute(_SET_PLAN, [{**batch.values, **one} for one in plans])
    await ctx.db.execute(_ORDER, batch.values)


def _faults(batch: Batch, row: AnyRow, found: Sequence[AnyRow], who: AnyRow | None) -> list[Fault]:
    """Of teachers outside the own scope nothing is told, not even that they are."""
    faults = []
    if len(found) != 1:
        what = "不止一个" if found else "没有"
        message = f"{what}名为“{row.project}”、正在选学员的项目。"
        faults.append(batch.fault(row.number, "PROJECT_UNKNOWN", message, "project", value=row.project))
    if who is None or not batch.covers(who.school_id):
        message = f"本单位没有教职工号为 {row.staff_no} 的教师。"
        faults.append(batch.fault(row.number, "STAFF_NO_UNKNOWN", message, "staff_no", value=row.staff_no))
    elif row.name and row.name != who.name:
        message = f"姓名“{row.name}”与教职工号 {row.staff_no} 的教师不一致，请核对。"
        faults.append(batch.fault(row.number, "NAME_MISMATCH", message, "name", value=row.name))
    return faults


async def _judged(
    ctx: Context, batch: Batch, project: AnyRow, rows: Mapping[int, AnyRow], plans: Sequence[dict[str, Any]]
) -> list[Fault]:
    """Rows of one project: who is nominated already, for whom no place is left, and what conditions are missed."""
    mine = [plan for plan in plans if plan["to_project"] == project.id]
    ids = [plan["to_teacher"] for plan in mine]
    known = await nominations.open_ones(ctx, project.id, ids)
    people = await nominations.candidates(ctx, ids)
    judged = await judging.judge(ctx, project, people)
    left = {unit: one.places - one.taken for unit, one in (await nominations.quotas(ctx, project.id)).items()}
    faults = []
    for plan in mine:
        row, who = rows[plan["at"]], plan["to_teacher"]
        if who in known:
            plan["to_plan"] = UNCHANGED
            continue
        unit = judging.unit_of(people[who])
        left[unit] = left.get(unit, 0) - 1
        if left[unit] < 0:
            plan["to_plan"] = REFUSED
            message = f"项目“{row.project}”分给本单位的名额不够，请减少人数或请进修学校调整名额。"
            faults.append(batch.fault(row.number, "PROJECT_NO_PLACE", message, "staff_no"))
        faults += [
            batch.fault(row.number, "CONDITION_UNMET", f"：{one.message}", "staff_no", level="warning")
            for one in judged[who].findings
            if one.severity is Severity.MUST
        ]
    return faults


_MINE: Final = "s.import_id = :import"
_PENDING = text(
    "SELECT s.* FROM import_stage_nominations AS s WHERE s.region_id = :region"
    f" AND {_MINE} AND s.plan = '{PENDING}' ORDER BY s.number"
)
_CHUNK = text(
    "SELECT s.* FROM import_stage_nominations AS s WHERE s.region_id = :region"
    f" AND {_MINE} AND s.position BETWEEN :first AND :last AND s.plan = '{CREATE}' ORDER BY s.position"
)
_SET_PLAN = (
    update(STAGE)
    .where(
        STAGE.c.region_id == bindparam("region"),
        STAGE.c.import_id == bindparam("import"),
        STAGE.c.number == bindparam("at"),
    )
    .values(plan=bindparam("to_plan"), project_id=bindparam("to_project"), teacher_id=bindparam("to_teacher"))
)
_ORDER = text(
    f"""
    UPDATE import_stage_nominations AS s SET position = o.position
      FROM (SELECT s.number, row_number() OVER (ORDER BY s.project, s.number) AS position
              FROM import_stage_nominations AS s
             WHERE s.region_id = :region AND {_MINE} AND s.plan = '{CREATE}') AS o
     WHERE s.region_id = :region AND {_MINE} AND s.number = o.number
    """
)
