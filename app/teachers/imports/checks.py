"""Who a row of a roster means, whether it may stand so, and what it would change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from app.access.context import Context
from app.core.batch import Fault
from app.core.batch.staging import CREATE, REFUSED, UNCHANGED, UPDATE, Batch, put_faults
from app.organisations.states import OrganisationKind, OrganisationStatus
from app.policy.finding import Finding, Severity
from app.teachers import rules
from app.teachers.imports import statements
from app.teachers.service import numbers
from app.teachers.states import TeacherStatus

_SLICE: Final = 1000
_CHANGEABLE: Final = ("stage", "subject", "title", "joined_profession_on")
_CLEARABLE: Final = frozenset({"mobile", "joined_profession_on"})
_NEEDED: Final = {"id_number_index": "身份证号", "stage": "学段", "subject": "学科"}
_FIELDS: Final = {"id_number_index": "id_number"}


@dataclass(slots=True)
class _Verdict:
    """What becomes of a row."""

    number: int
    plan: str = REFUSED
    teacher_id: UUID | None = None
    school_id: UUID | None = None
    mobile: bytes | None = None
    faults: list[Fault] = field(default_factory=list)

    def as_parameters(self, row: Any) -> dict[str, Any]:
        """The stage columns that the check fills in."""
        return {
            "at": self.number,
            "to_plan": self.plan,
            "teacher": self.teacher_id,
            "school": self.school_id,
            # What is not new stays as it is stored: the stage's own is sealed for a record that will not exist.
            "sealed_mobile": row.mobile if self.plan == CREATE else self.mobile,
            "masked_mobile": row.mobile_masked if self.plan == CREATE or self.mobile else None,
        }


@dataclass(frozen=True, slots=True)
class _Schools:
    """The organisations of the region by code, and the open ones that employ teachers by name and short name."""

    by_code: Mapping[str, Any]
    by_name: Mapping[str, Sequence[Any]]
    by_short_name: Mapping[str, Sequence[Any]]

    @staticmethod
    def of(rows: Sequence[Any]) -> "_Schools":
        """Those of these rows."""
        names: dict[str, list[Any]] = {}
        short: dict[str, list[Any]] = {}
        for row in rows:
            if row.status == OrganisationStatus.OPEN and row.kind != OrganisationKind.HOST_INSTITUTION:
                names.setdefault(row.name, []).append(row)
                short.setdefault(row.short_name or "", []).append(row)
        short.pop("", None)
        return _Schools({row.code: row for row in rows if row.code}, names, short)

    def named(self, name: str) -> Sequence[Any]:
        """Those a name means: the full name first, then the short one."""
        return self.by_name.get(name) or self.by_short_name.get(name) or ()


async def check(ctx: Context, batch: Batch) -> None:
    """Judge every pending row and put those that are to be applied in order."""
    schools = _Schools.of((await ctx.db.execute(statements.SCHOOLS, batch.values)).all())
    after = 0
    while rows := (
        await ctx.db.execute(statements.PENDING_ROWS, {**batch.values, "after": after, "most": _SLICE})
    ).all():
        verdicts = [_judge(ctx, batch, schools, row) for row in rows]
        await put_faults(ctx.db, batch, [fault for verdict in verdicts for fault in verdict.faults])
        parameters = [verdict.as_parameters(row) for verdict, row in zip(verdicts, rows, strict=True)]
        await ctx.db.execute(statements.SET_PLAN, [{**batch.values, **one} for one in parameters])
        after = rows[-1].number
    await ctx.db.execute(statements.REFUSE_REPEATED, {**batch.values})
    await ctx.db.execute(statements.PLAN_REPEATED, {**batch.values})
    await ctx.db.execute(statements.ORDER, batch.values)


def _judge(ctx: Context, batch: Batch, schools: _Schools, row: Any) -> _Verdict:
    verdict = _Verdict(row.number)
    school, found = _school(batch, schools, row)
    refused = _match_faults(batch, row)
    verdict.faults += refused + found
    if refused:
        return verdict
    known = row.by_staff_no is not None
    if known:
        verdict.teacher_id, verdict.school_id = row.by_staff_no, row.known_school_id
        verdict.faults += _faults_of_known(batch, row, school)
    else:
        verdict.teacher_id, verdict.school_id = row.id, school.id if school else None
        verdict.faults += _faults_of_new(ctx, batch, row)
    if row.is_faulty or any(fault.level == "error" for fault in verdict.faults):
        return verdict
    if not known:
        verdict.plan = CREATE
        return verdict
    mobile = _new_mobile(row)
    verdict.mobile = numbers.sealed_mobile(row.by_staff_no, mobile)["mobile"] if mobile else None
    verdict.plan = UPDATE if mobile or _differs(row) else UNCHANGED
    return verdict


def _match_faults(batch: Batch, row: Any) -> list[Fault]:
    """Whether staff number and identity number mean one teacher, of this region, who may be changed."""
    fault = batch.fault
    if row.holder_region_id is not None and (row.by_number is None or row.by_number != row.by_staff_no):
        message = "该身份证号已登记在另一份教师档案中，请核对教职工号和身份证号；需要调入时请联系教师教育科。"
        return [fault(row.number, "ID_NUMBER_TAKEN", message, "id_number")]
    if row.by_staff_no is None:
        return []
    if row.id_number_index is not None and row.by_number is None:
        message = "该教职工号已登记，但身份证号与系统中不同，请核对；确需更正请在教师档案中办理。"
        return [fault(row.number, "STAFF_NO_TAKEN", message, "staff_no", value=row.staff_no)]
    if not batch.covers(row.known_school_id):
        return [fault(row.number, "SCOPE_DENIED", "该教师不在您的管理范围。", "staff_no")]
    if row.known_status == TeacherStatus.MERGED:
        return [fault(row.number, "TEACHER_MERGED", "该档案已合并到另一份档案，请在那份档案中修改。", "staff_no")]
    if row.known_status == TeacherStatus.LEFT:
        return [fault(row.number, "TEACHER_LEFT", "该教师已离开，请先办理重新任职。", "staff_no")]
    if row.name is not None and row.known_name != row.name:
        message = f"姓名“{row.name}”与系统中“{row.known_name[:1]}*”不一致，请核对身份证号；确需改名请在教师档案中办理。"
        return [fault(row.number, "NAME_MISMATCH", message, "name", value=row.name)]
    return []


def _school(batch: Batch, schools: _Schools, row: Any) -> tuple[Any, list[Fault]]:
    """The school of a row: its code wins, its name alone must mean one school."""
    if row.school_code is None and row.school_name is None:
        return None, []
    if row.school_code is not None:
        return _school_of_code(batch, schools, row)
    found = schools.named(row.school_name)
    if len(found) > 1:
        message = f"“{row.school_name}”对应 {len(found)} 所学校，请填写 10 位学校标识码。"
        return None, [batch.fault(row.number, "SCHOOL_AMBIGUOUS", message, "school_name", value=row.school_name)]
    if not found:
        message = f"没有学校“{row.school_name}”，请核对名称或填写学校标识码。"
        return None, [batch.fault(row.number, "SCHOOL_UNKNOWN", message, "school_name", value=row.school_name)]
    return _within(batch, row, found[0], "school_name")


def _school_of_code(batch: Batch, schools: _Schools, row: Any) -> tuple[Any, list[Fault]]:
    found = schools.by_code.get(row.school_code)
    if found is None:
        message = f"学校标识码“{row.school_code}”未登记。先登记学校再重新导入即可。"
        return None, [batch.fault(row.number, "SCHOOL_UNKNOWN", message, "school_code", value=row.school_code)]
    school, faults = _within(batch, row, found, "school_code")
    if not faults and row.school_name not in {None, found.name, found.short_name}:
        message = f"学校名称“{row.school_name}”与标识码对应的“{found.name}”不同，已按标识码处理，请核对。"
        faults = [batch.fault(row.number, "SCHOOL_NAME_DIFFERS", message, "school_name", level="warning")]
    return school, faults


def _within(batch: Batch, row: Any, school: Any, column: str) -> tuple[Any, list[Fault]]:
    if not batch.covers(school.id):
        message = f"学校“{school.name}”不在您的管理范围。"
        return None, [batch.fault(row.number, "SCOPE_DENIED", message, column, value=school.name)]
    is_open = school.status == OrganisationStatus.OPEN
    target = rules.Target(is_open=is_open, is_employer=school.kind != OrganisationKind.HOST_INSTITUTION)
    faults = [_told(batch, row, finding, column) for finding in rules.check_target(target)]
    return (None if faults else school), faults


def _faults_of_known(batch: Batch, row: Any, school: Any) -> list[Fault]:
    faults = []
    if school is not None and school.id != row.known_school_id:
        message = f"学校“{school.name}”与系统中“{row.known_school_name}”不同，请办理调动。"
        faults.append(batch.fault(row.number, "SCHOOL_CHANGE", message, "school_name", value=school.name))
    if row.is_on_post is not None and row.is_on_post != row.known_is_on_post:
        message = "在岗情况与系统中不同，请办理离岗、返岗。"
        faults.append(batch.fault(row.number, "ON_POST_CHANGE", message, "is_on_post"))
    for name, title in (("sex", "性别"), ("birth_date", "出生日期")):
        value = getattr(row, name)
        if value is not None and value != getattr(row, f"known_{name}"):
            message = f"{title}与系统中不同，请核对；确需更正请在教师档案中办理。"
            faults.append(batch.fault(row.number, "FACT_DIFFERS", message, name))
    return faults


def _faults_of_new(ctx: Context, batch: Batch, row: Any) -> list[Fault]:
    faults = [
        batch.fault(row.number, "CELL_REQUIRED", f"「{title}」未填写（新增教师必填）。", _FIELDS.get(name, name))
        for name, title in _NEEDED.items()
        if getattr(row, name) is None and not _is_unread(batch, row, _FIELDS.get(name, name))
    ]
    is_named = row.school_code is not None or row.school_name is not None
    if not is_named and not _is_unread(batch, row, "school_code") and not _is_unread(batch, row, "school_name"):
        message = "「学校标识码」或「学校名称」未填写（新增教师必填）。"
        faults.append(batch.fault(row.number, "CELL_REQUIRED", message, "school_code"))
    if row.birth_date is None:
        return faults
    today = ctx.clock.today
    found = [("birth_date", finding) for finding in rules.check_age(row.birth_date, on=today)]
    for name in ("joined_profession_on", "starts_on"):
        day = getattr(row, name)
        if day is not None:
            found += [(name, one) for one in rules.check_working_day(day, birth_date=row.birth_date, on=today)]
    return faults + [_told(batch, row, finding, name) for name, finding in found]


def _is_unread(batch: Batch, row: Any, name: str) -> bool:
    """Whether a cell of a row has been told of already, so that it is not said to be empty."""
    return batch.places[name].header in (row.unread or ())


def _told(batch: Batch, row: Any, finding: Finding, column: str) -> Fault:
    level = "error" if finding.severity is Severity.MUST else "warning"
    code = finding.rule.upper().replace(".", "_")
    return batch.fault(row.number, code, f"：{finding.message}", column, level=level)


def _new_mobile(row: Any) -> str | None:
    """The mobile number of a known teacher, in the clear, where it differs from the stored one."""
    if row.mobile is None:
        return None
    given = numbers.opened_mobile(row.id, row.mobile)
    stored = numbers.opened_mobile(row.by_staff_no, row.known_mobile) if row.known_mobile else None
    return given if given != stored else None


def _differs(row: Any) -> bool:
    """Whether a row says anything new of a known teacher; blank cells say nothing."""
    changes = [
        value != getattr(row, f"known_{name}") for name in _CHANGEABLE if (value := getattr(row, name)) is not None
    ]
    clears = [getattr(row, f"known_{name}") is not None for name in row.cleared or () if name in _CLEARABLE]
    return any(changes) or any(clears)
