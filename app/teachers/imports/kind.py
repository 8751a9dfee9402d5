"""The roster as an import kind: its columns, its stage, and how a chunk is applied.

A row is matched by staff number and identity number. School, post, name and numbers of a known teacher are never
changed by a roster: transfers and corrections are acts of their own.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from app.access.context import Context
from app.access.permissions import Permission
from app.access.reactions import happened
from app.core.batch import CLEAR, Bool, Code, Column, Date, Digits, Fault, IdNumber, Mobile, PersonName, Text
from app.core.batch.listed import Listed, Sheet
from app.core.batch.staging import MARK_UNDONE, Applied, Batch, Staged, Undone
from app.core.errors import Conflict
from app.core.ids import new_id
from app.policy.load import Regulation
from app.policy.school_year import SchoolYear
from app.teachers import rules
from app.teachers.imports import statements
from app.teachers.imports.checks import check
from app.teachers.schemas import Leave
from app.teachers.service import numbers, placements
from app.teachers.states import IdType, Sex

_RESOLVED_COLUMNS: Final = 2
_SEX_DIGIT: Final = 16
_SEXES: Final = {Sex.MALE: "男", Sex.FEMALE: "女"}
_KEPT: Final = ("school_code", "school_name", "stage", "subject", "title", "is_on_post", "joined_profession_on")


@dataclass(frozen=True, slots=True)
class TeachersKind:
    """教师名册: one row per teacher."""

    name: str = "teachers"
    title: str = "教师"
    permission: str = Permission.IMPORT_TEACHERS
    revert_permission: str = Permission.TEACHER_CHANGE
    is_reverted_by_another: bool = False
    checks_faulty: Literal[True] = True
    preview_sql: str = statements.PREVIEW
    absentees_sql: str = statements.ABSENTEES
    table: Any = statements.STAGE
    notes: tuple[str, ...] = (
        "按教职工号和身份证号识别：都没有登记过则新增，已登记则更新学段、学科、职称、手机号和从教日期。",
        "新增教师须填写身份证号、学校（标识码或名称）、学段、学科；性别和出生日期可由身份证号得出。",
        "学校与系统中不同时请办理调动；在岗情况不同时请办理离岗、返岗。",
        "到校日期不填时为本学年第一天（9 月 1 日）。",
    )

    def sheet(self, regulation: Regulation) -> Sheet:
        """The columns, with the code lists of the regulation."""
        lists = {name: Listed.of(regulation.codes(name)) for name in ("stages", "subjects", "titles")}
        sexes = Listed.of(code for code in regulation.codes("sex") if code.code in set(Sex))
        columns = (
            Column(
                "staff_no",
                "教职工号",
                Text(30),
                ("职工号", "工号", "教师编号", "编号"),
                required=True,
                example="20260001",
                note="本区域内唯一。",
            ),
            Column("name", "姓名", PersonName(), ("教师姓名",), required=True, example="张三"),
            Column("sex", "性别", Code(sexes), example="男"),
            Column(
                "id_number",
                "身份证号",
                IdNumber(),
                ("身份证件号", "证件号码", "公民身份号码", "身份证号码"),
                note="新增教师必填；文本格式，18 位。",
            ),
            Column("birth_date", "出生日期", Date(), ("出生年月", "出生年月日")),
            Column("mobile", "手机号", Mobile(), ("手机号码", "联系电话", "手机", "电话")),
            Column("school_code", "学校标识码", Digits(10), ("学校代码", "单位代码"), example="2100000001"),
            Column(
                "school_name", "学校名称", Text(100), ("学校", "单位", "工作单位", "所在学校"), example="某镇第一小学"
            ),
            Column("stage", "学段", Code(lists["stages"]), ("任教学段",), example="小学"),
            Column("subject", "学科", Code(lists["subjects"]), ("任教学科",), example="语文"),
            Column("title", "职称", Code(lists["titles"]), ("专业技术职务", "专业技术职称"), example="一级教师"),
            Column("is_on_post", "是否在岗", Bool(), ("在岗", "在编在岗"), example="是", note="不填为在岗。"),
            Column("joined_profession_on", "从教日期", Date(), ("参加工作时间", "参加工作日期", "从教时间")),
            Column("starts_on", "到校日期", Date(), ("到校时间", "入校日期"), note="仅新增教师时使用。"),
        )
        return Sheet(self.name, self.title, "教职工号", columns, ("staff_no",))

    def staged(self, ctx: Context, batch: Batch, number: int, values: Mapping[str, object]) -> Staged:
        """The stage columns of a row; numbers are sealed for the record the row would become."""
        row: dict[str, Any] = {name: None if value is CLEAR else value for name, value in values.items()}
        cleared = [name for name, value in values.items() if value is CLEAR]
        faults = _check_numbers(ctx, batch, number, row)
        if row["id_number"]:
            row["sex"] = row["sex"] or (Sex.MALE if int(row["id_number"][_SEX_DIGIT]) % 2 else Sex.FEMALE)
            row["birth_date"] = row["birth_date"] or _birthday(row["id_number"])
        record = new_id()
        sealed = numbers.sealed_id(record, IdType.RESIDENT, row["id_number"]) if row["id_number"] else {}
        mobile = numbers.sealed_mobile(record, row["mobile"])
        own = (
            *(row[name] for name in ("staff_no", "name", "sex", "birth_date")),
            *(sealed.get(name) for name in ("id_number", "id_number_index", "id_number_masked")),
            mobile["mobile"],
            mobile["mobile_masked"],
            *(row[name] for name in _KEPT),
            row["starts_on"] or SchoolYear.of(ctx.clock.today).first_day,
            cleared or None,
            record,
            new_id(),
        )
        return Staged((*own, *(None,) * _RESOLVED_COLUMNS), tuple(faults))

    def checks(self) -> Sequence[Callable[[Context, Batch], Awaitable[None]]]:
        """One step over all rows: who is known, where they belong, what would change."""
        return (check,)

    async def apply(self, ctx: Context, batch: Batch, first: int, last: int) -> Applied:
        """Add and correct the teachers of a chunk, and tell once what counts teachers."""
        span = {**batch.values, "first": first, "last": last}
        await ctx.db.execute(statements.LOCK_TEACHERS, span)
        schools = (await ctx.db.execute(statements.HOLD_SCHOOLS, span)).all()
        if closed := [row.name for row in schools if row.status != "open"]:
            raise Conflict("ORGANISATION_CLOSED", f"“{'、'.join(closed)}”已撤并，不能接收教师。")
        moved = (await ctx.db.execute(statements.ROSTER, span)).all()
        created = (await ctx.db.execute(statements.CLAIM_NUMBERS, span)).rowcount
        await ctx.db.execute(statements.ADD_TEACHERS, span)
        await ctx.db.execute(statements.ADD_SPELLS, span)
        await ctx.db.execute(statements.KEEP_BEFORE, span)
        updated = (await ctx.db.execute(statements.CHANGE_TEACHERS, span)).rowcount
        if moved:
            await happened(
                ctx,
                "roster.changed",
                teacher_ids=tuple(row.teacher_id for row in moved),
                school_ids=tuple({row.school_id for row in moved}),
                since=min(row.since for row in moved),
            )
        return Applied("teachers.batch_changed", {"created": created, "updated": updated})

    async def revert(self, ctx: Context, batch: Batch, *, reason: str, most: int) -> Undone:
        """Put back what known teachers had before; who was new by the import leaves again, the record stays."""
        span = {**batch.values, "most": most}
        rows = (await ctx.db.execute(statements.TO_UNDO, span)).all()
        new = [row for row in rows if row.is_new and row.is_untouched and row.starts_on < ctx.clock.today]
        old = [row for row in rows if not row.is_new and row.is_untouched]
        for row in new:
            leaving = Leave(left_on=ctx.clock.today, reason="other", note=reason)
            await placements.leave(ctx, row.entity_id, leaving, version=None)
        if old:
            await ctx.db.execute(statements.RESTORE, {**batch.values, "rows": [row.row for row in old]})
            await happened(
                ctx,
                "roster.changed",
                teacher_ids=tuple(row.entity_id for row in old),
                school_ids=tuple({row.school_id for row in old}),
                since=min(row.starts_on for row in old),
            )
        done = {row.row for row in (*new, *old)}
        if rows:
            marks = [{**batch.values, "at": row.row, "is_done": row.row in done} for row in rows]
            await ctx.db.execute(MARK_UNDONE, marks)
            facts = {"reverted": len(done), "kept": len(rows) - len(done), "reason": reason}
            await ctx.record("teachers.batch_reverted", entity="import", entity_id=batch.import_id, facts=facts)
        return Undone(len(done), len(rows) - len(done), is_end=len(rows) < most)


TEACHERS = TeachersKind()


def _birthday(number: str) -> date:
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def _check_numbers(ctx: Context, batch: Batch, number: int, row: Mapping[str, Any]) -> list[Fault]:
    """The rules that need a number in the clear: it agrees with birth date and sex, and is sound."""
    found = [(finding, "staff_no") for finding in rules.check_staff_no(row["staff_no"])] if row["staff_no"] else []
    if row["id_number"]:
        born, sex = row["birth_date"] or _birthday(row["id_number"]), row["sex"]
        sex = sex or (Sex.MALE if int(row["id_number"][_SEX_DIGIT]) % 2 else Sex.FEMALE)
        person = rules.Identity(IdType.RESIDENT, row["id_number"], born, Sex(sex))
        found += [(finding, "id_number") for finding in rules.check_identity(person, on=ctx.clock.today)]
    if row["mobile"]:
        found += [(finding, "mobile") for finding in rules.check_mobile(row["mobile"])]
    conflicts = {
        "teacher.id_number.sex": ("sex", f"性别“{_SEXES.get(row['sex'], '')}”与身份证号不一致。"),
        "teacher.id_number.birth_date": ("birth_date", f"出生日期“{row['birth_date']}”与身份证号不一致。"),
    }
    faults = []
    for finding, field in found:
        if finding.rule in conflicts:
            at, message = conflicts[finding.rule]
            faults.append(batch.fault(number, "ID_CONFLICT", message, at))
        else:
            faults.append(batch.fault(number, finding.rule.upper().replace(".", "_"), f"：{finding.message}", field))
    return faults
