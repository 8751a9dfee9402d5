"""Importing schools and central schools 批量导入机构: created or updated by their code."""
# ruff: noqa: S608 - names of our own tables and texts of our own; every value is a parameter

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Table, Text, Uuid, bindparam, text, update
from sqlalchemy import Column as TableColumn
from sqlalchemy.dialects.postgresql import JSONB

from app.access.context import Context
from app.access.permissions import Permission
from app.core.batch import CLEAR, Bool, Code, Codes, Column, Fault
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
from app.organisations import queries
from app.organisations.states import OrganisationKind, OrganisationStatus
from app.policy.load import Regulation
from app.policy.records import Code as ListRow

STAGE = stage_table(
    "import_stage_organisations",
    *(TableColumn(name, Text) for name in ("code", "name", "kind", "parent", "short_name", "town")),
    TableColumn("stages", ARRAY(Text)),
    TableColumn("is_compulsory", Boolean),
    TableColumn("is_weak", Boolean),
    TableColumn("cleared", ARRAY(Text)),
    TableColumn("organisation_id", Uuid),
    TableColumn("parent_id", Uuid),
)
_TEXTS: Final = ("code", "name", "kind", "parent", "short_name", "town")
_FACTS: Final = ("name", "short_name", "town", "stages", "is_compulsory", "is_weak")
_CODE: Final = re.compile("[0-9A-Za-z_-]{2,30}")
_NAME: Final = range(2, 101)
_KINDS: Final = (
    ListRow("central_school", "中心校", aliases=("乡镇中心校", "中心学校")),
    ListRow("school", "学校", aliases=("小学", "初中", "中学", "幼儿园", "市直学校")),
)


@dataclass(frozen=True, slots=True)
class OrganisationsKind:
    """机构: schools and central schools; a row without a known code adds one."""

    name: str = "organisations"
    title: str = "机构"
    permission: str = Permission.IMPORT_ORGANISATIONS
    revert_permission: str = Permission.ORGANISATION_CHANGE
    is_reverted_by_another: bool = False
    preview_sql: ClassVar[str] = (
        "SELECT s.number, s.plan, CASE WHEN o.id IS NOT NULL THEN jsonb_build_object('code', o.code, 'name', o.name,"
        " 'short_name', o.short_name, 'stages', o.stages, 'town', o.town) END AS before,"
        " jsonb_build_object('code', s.code, 'name', coalesce(s.name, o.name),"
        " 'short_name', coalesce(s.short_name, o.short_name),"
        " 'stages', coalesce(s.stages, o.stages), 'town', coalesce(s.town, o.town)) AS after"
        " FROM import_stage_organisations AS s"
        " LEFT JOIN organisations o ON o.region_id = :region AND o.id = s.organisation_id"
        " WHERE s.region_id = :region AND s.import_id = :import"
    )
    table: Table = STAGE
    notes: tuple[str, ...] = (
        "按机构代码识别：代码已存在则更新，不存在则新增。类别与上级机构不能通过导入改变。",
        "上级机构填中心校的代码或名称；市直学校与中心校留空（直属教体局）。同一文件中的中心校可以作上级。",
    )

    def sheet(self, regulation: Regulation) -> Sheet:
        """The columns, with the stages of the regulation."""
        stages = Listed.of(regulation.codes("stages"))
        columns = (
            Column(
                "code",
                "机构代码",
                FreeText(30),
                ("学校标识码", "学校代码", "机构标识码", "代码"),
                required=True,
                example="2100000001",
            ),
            Column(
                "name",
                "机构名称",
                FreeText(100),
                ("学校名称", "单位名称", "名称"),
                required=True,
                example="某镇第一小学",
            ),
            Column("kind", "机构类别", Code(Listed.of(_KINDS)), ("类别", "机构类型"), required=True, example="学校"),
            Column("parent", "上级机构", FreeText(100), ("所属中心校", "上级单位", "主管单位"), example="某镇中心校"),
            Column("short_name", "简称", FreeText(50), ("学校简称",)),
            Column("stages", "学段", Codes(stages), ("办学学段",), example="小学", note="多个学段用“、”分开。"),
            Column("is_compulsory", "义务教育学校", Bool(), ("是否义务教育学校", "义务教育"), example="是"),
            Column("is_weak", "薄弱学校", Bool(), ("是否薄弱学校",), example="否"),
            Column("town", "乡镇", FreeText(50), ("所在乡镇", "乡镇街道"), example="某镇"),
        )
        return Sheet(self.name, self.title, "机构代码", columns, ("code",))

    def staged(self, ctx: Context, batch: Batch, number: int, values: Mapping[str, object]) -> Staged:
        """The stage columns of a row."""
        del ctx
        plain: dict[str, Any] = {name: None if value is CLEAR else value for name, value in values.items()}
        cleared = [name for name, value in values.items() if value is CLEAR]
        faults = []
        if not _CODE.fullmatch(str(plain["code"])):
            message = "「机构代码」应为 2 至 30 位数字、字母、下划线或连字符。"
            faults.append(batch.fault(number, "ORGANISATION_CODE_FORMAT", message, "code", value=str(plain["code"])))
        if len(str(plain["name"])) not in _NAME:
            faults.append(batch.fault(number, "NAME_FORMAT", "「机构名称」应为 2 至 100 个字。", "name"))
        stages = None if plain["stages"] is None else list(plain["stages"])
        own = (*(plain[name] for name in _TEXTS), stages, plain["is_compulsory"], plain["is_weak"])
        return Staged((*own, cleared or None, None, None), tuple(faults))

    def checks(self) -> Sequence[Callable[[Context, Batch], Awaitable[None]]]:
        """One step: a county has a few hundred organisations."""
        return (_check,)

    async def apply(self, ctx: Context, batch: Batch, first: int, last: int) -> Applied:
        """Create and update the organisations of a chunk; central schools come before the schools under them."""
        span = {**batch.values, "first": first, "last": last}
        known = _Known(await _organisations(ctx))
        rows = (await ctx.db.execute(_CHUNK, span)).all()
        notes: list[dict[str, Any]] = []
        for row in rows:
            values = {name: value for name in _FACTS if (value := getattr(row, name)) is not None}
            values |= {name: [] if name == "stages" else None for name in row.cleared or ()}
            if row.plan == UPDATE:
                changed = await queries.change(ctx, row.organisation_id, values | {"code": row.code})
                before = {name: getattr(known.by_id[row.organisation_id], name) for name in (*_FACTS, "code")}
                notes.append({"at": row.number, "id": changed.id, "version": changed.version, "before": before})
                continue
            parent = known.parent(row)
            made = await queries.create(
                ctx,
                values
                | {
                    "id": row.id,
                    "kind": row.kind,
                    "code": row.code,
                    "parent_id": parent.id,
                    "parent_kind": parent.kind,
                },
            )
            known.add(made)
            notes.append({"at": row.number, "id": made.id, "version": made.version, "before": None})
        if notes:
            await ctx.db.execute(_KEEP_BEFORE, [{**batch.values, **one} for one in notes])
        return Applied("organisations.batch_changed", {"organisations": len(rows)})

    async def revert(self, ctx: Context, batch: Batch, *, reason: str, most: int) -> Undone:
        """Put back what known organisations had before; new ones leave again where nothing hangs on them."""
        rows = (await ctx.db.execute(_TO_UNDO, {**batch.values, "most": most})).all()
        faults, marks = [], []
        for row in rows:
            why = await _taken_back(ctx, batch, row)
            marks.append({**batch.values, "at": row.row, "is_done": why is None})
            if why:
                message = f"机构“{row.name}”{why}"
                faults.append(batch.fault(row.row, "REVERT_KEPT", message, "code", value=row.code, level="warning"))
        await put_faults(ctx.db, batch, faults)
        if rows:
            await ctx.db.execute(MARK_UNDONE, marks)
            facts = {"reverted": len(rows) - len(faults), "kept": len(faults), "reason": reason}
            await ctx.record("organisations.batch_reverted", entity="import", entity_id=batch.import_id, facts=facts)
        return Undone(len(rows) - len(faults), len(faults), is_end=len(rows) < most)


ORGANISATIONS = OrganisationsKind()


async def _taken_back(ctx: Context, batch: Batch, row: Any) -> str | None:
    """Take one row back; answers why it cannot be."""
    if not row.is_untouched:
        return "导入后又有改动，没有撤回。"
    if row.before is not None:
        await queries.change(ctx, row.entity_id, dict(row.before))
        return None
    if await ctx.db.scalar(_TAKE_BACK, {**batch.values, "id": row.entity_id}):
        return None
    return "已有下级机构、教师、账号或其他记录，没有撤回；不再使用的请办理撤并。"


class _Known:
    """The organisations of a region by code and by name."""

    def __init__(self, rows: Sequence[AnyRow]) -> None:
        self.by_code: dict[str, Any] = {}
        self.by_id: dict[UUID, Any] = {}
        self.by_name: dict[str, list[Any]] = {}
        self.bureau: Any = None
        for row in rows:
            self.add(row)

    def add(self, row: Any) -> None:
        """Know one more."""
        self.by_id[row.id] = row
        if row.code:
            self.by_code[row.code] = row
        self.by_name.setdefault(row.name, []).append(row)
        if row.kind == OrganisationKind.BUREAU:
            self.bureau = row

    def named(self, text_: str, *kinds: OrganisationKind) -> list[Any]:
        """Those a text means: one by code, or all open ones of the kinds by name."""
        if text_ in self.by_code:
            return [self.by_code[text_]]
        return [
            row for row in self.by_name.get(text_, ()) if row.kind in kinds and row.status == OrganisationStatus.OPEN
        ]

    def parent(self, row: Any) -> Any:
        """The parent of a row that was checked."""
        found = self.named(row.parent, OrganisationKind.CENTRAL_SCHOOL) if row.parent else []
        return found[0] if found else self.bureau


async def _organisations(ctx: Context) -> Sequence[AnyRow]:
    return (await ctx.db.execute(_ALL, {"region": ctx.principal.region_id})).all()


async def _check(ctx: Context, batch: Batch) -> None:
    """What each row means: a new organisation, a changed one, or one that stays as it is."""
    known = _Known(await _organisations(ctx))
    rows = (await ctx.db.execute(_PENDING, batch.values)).all()
    to_come = {row.code: row for row in rows} | {row.name: row for row in rows if row.kind == "central_school"}
    faults: list[Fault] = []
    plans = []
    for row in rows:
        stored = _stored(known, row)
        found = _faults(batch, known, to_come, row, stored)
        faults += found
        plan = REFUSED if found else CREATE if stored is None else UPDATE if _differs(row, stored) else UNCHANGED
        plans.append({"at": row.number, "to_plan": plan, "organisation": stored.id if stored else None})
    # A child whose parent is refused in the same file cannot stand anywhere.
    refused = {row.code for row, one in zip(rows, plans, strict=True) if one["to_plan"] == REFUSED}
    for row, one in zip(rows, plans, strict=True):
        above = to_come.get(row.parent or "")
        if one["to_plan"] == CREATE and above is not None and above.code in refused and not known.named(row.parent):
            message = f"上级机构“{row.parent}”（第{above.number}行）有误，本行不能导入。"
            faults.append(batch.fault(row.number, "PARENT_REFUSED", message, "parent", value=row.parent))
            one["to_plan"] = REFUSED
    await put_faults(ctx.db, batch, faults)
    if plans:
        await ctx.db.execute(_SET_PLAN, [{**batch.values, **one} for one in plans])
    await ctx.db.execute(_ORDER, batch.values)


def _stored(known: _Known, row: Any) -> Any:
    """The organisation a row means: by code, or by name where the stored one has no code yet."""
    if row.code in known.by_code:
        return known.by_code[row.code]
    nameless = [one for one in known.by_name.get(row.name, ()) if one.code is None and one.kind == row.kind]
    return nameless[0] if len(nameless) == 1 else None


def _faults(batch: Batch, known: _Known, to_come: Mapping[str, Any], row: Any, stored: Any) -> list[Fault]:
    if stored is not None:
        return _faults_of_change(batch, known, row, stored)
    if not row.parent:
        return []
    found = known.named(row.parent, OrganisationKind.CENTRAL_SCHOOL)
    if len(found) > 1:
        message = f"上级机构“{row.parent}”对应 {len(found)} 个机构，请填写代码。"
        return [batch.fault(row.number, "SCHOOL_AMBIGUOUS", message, "parent", value=row.parent)]
    above = found[0] if found else to_come.get(row.parent)
    if above is None:
        if row.kind == OrganisationKind.CENTRAL_SCHOOL and known.named(row.parent, OrganisationKind.BUREAU):
            return []
        message = f"没有上级机构“{row.parent}”，请核对，或把该中心校也放进文件。"
        return [batch.fault(row.number, "PARENT_UNKNOWN", message, "parent", value=row.parent)]
    if row.kind == OrganisationKind.CENTRAL_SCHOOL or above.kind != OrganisationKind.CENTRAL_SCHOOL:
        message = f"“{row.name}”不能设在“{row.parent}”之下：学校设在中心校之下或直属教体局，中心校直属教体局（附件6）。"
        return [batch.fault(row.number, "PARENT_KIND", message, "parent", value=row.parent)]
    return []


def _faults_of_change(batch: Batch, known: _Known, row: Any, stored: Any) -> list[Fault]:
    faults = []
    if stored.kind != row.kind:
        faults.append(batch.fault(row.number, "KIND_FIXED", "机构类别与系统中不同，导入不能改变类别。", "kind"))
    if stored.status != OrganisationStatus.OPEN:
        faults.append(
            batch.fault(row.number, "ORGANISATION_CLOSED", "该机构已撤并，请先恢复。", "code", value=row.code)
        )
    if row.parent:
        found = known.named(row.parent, OrganisationKind.CENTRAL_SCHOOL, OrganisationKind.BUREAU)
        if stored.parent_id not in {one.id for one in found}:
            message = "上级机构与系统中不同，导入不能改变隶属关系。"
            faults.append(batch.fault(row.number, "PARENT_FIXED", message, "parent", value=row.parent))
    return faults


def _differs(row: Any, stored: Any) -> bool:
    given = {name: value for name in _FACTS if (value := getattr(row, name)) is not None}
    changes = any(getattr(stored, name) != value for name, value in given.items())
    clears = any(getattr(stored, name) for name in row.cleared or () if name in _FACTS)
    return changes or clears or stored.code != row.code


_ALL = text(
    "SELECT id, kind, parent_id, code, name, short_name, stages, is_compulsory, is_weak, town, status"
    " FROM organisations WHERE region_id = :region ORDER BY id"
)
_MINE: Final = "s.import_id = :import"
_PENDING = text(
    "SELECT s.* FROM import_stage_organisations AS s WHERE s.region_id = :region"
    f" AND {_MINE} AND s.plan = '{PENDING}' ORDER BY s.number"
)
_CHUNK = text(
    "SELECT s.* FROM import_stage_organisations AS s WHERE s.region_id = :region"
    f" AND {_MINE} AND s.position BETWEEN :first AND :last AND s.plan IN ('{CREATE}', '{UPDATE}') ORDER BY s.position"
)
_SET_PLAN = (
    update(STAGE)
    .where(
        STAGE.c.region_id == bindparam("region"),
        STAGE.c.import_id == bindparam("import"),
        STAGE.c.number == bindparam("at"),
    )
    .values(plan=bindparam("to_plan"), organisation_id=bindparam("organisation"))
)
_ORDER = text(
    f"""
    UPDATE import_stage_organisations AS s SET position = o.position
      FROM (SELECT s.number, row_number() OVER (ORDER BY (s.kind <> 'central_school'), s.code, s.number) AS position
              FROM import_stage_organisations AS s
                WHERE s.region_id = :region AND {_MINE} AND s.plan IN ('{CREATE}', '{UPDATE}')) AS o
     WHERE s.region_id = :region AND {_MINE} AND s.number = o.number
    """
)
_KEEP_BEFORE = text(
    """
    INSERT INTO import_changes (region_id, import_id, row, entity_id, before, entity_version)
    VALUES (:region, :import, :at, :id, :before, :version) ON CONFLICT DO NOTHING
    """
).bindparams(bindparam("before", type_=JSONB(none_as_null=True)))
# Schools before the central schools they stand under.
_TO_UNDO = text(
    """
    SELECT c.row, c.entity_id, c.before, o.version = c.entity_version AS is_untouched, o.code, o.name
      FROM import_changes c JOIN organisations o ON o.region_id = :region AND o.id = c.entity_id
     WHERE c.region_id = :region AND c.import_id = :import AND c.undone IS NULL
     ORDER BY o.kind = 'central_school', c.row LIMIT :most FOR UPDATE OF o
    """
).columns(before=JSONB)
_TAKE_BACK = text("SELECT take_back_organisation(:region, :import, :id)")
