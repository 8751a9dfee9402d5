"""Use cases of a sheet's lines 申报明细: enter, paste, correct, take off; only while it is a draft or returned."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.batch import tidy_name
from app.core.db import AnyRow
from app.core.errors import FieldFault, Invalid
from app.core.pages import Page, PageRequest
from app.hours.queries import sheet_facts, submissions
from app.hours.schemas import (
    SHEET_MAX,
    HoursSubmissionLinePatch,
    HoursSubmissionLinesCreate,
    HoursSubmissionLineWrite,
    HoursSubmissionPaste,
)
from app.hours.schemas.submissions import TeacherNamed
from app.hours.service import sheet_checks as checks
from app.hours.service.pasting import pasted

_COLUMNS = {"claimed_hours": "claimed"}


async def submission_lines(ctx: Context, request: PageRequest, submission_id: UUID) -> Page[AnyRow]:
    """A page of a sheet's lines, in order; NotFound outside the scope."""
    ctx.require(Permission.SUBMISSION_READ)
    await checks.shown(ctx, submission_id)
    return await submissions.line_page(ctx, request, submission_id)


async def add_lines(
    ctx: Context, submission_id: UUID, new: HoursSubmissionLinesCreate, *, version: int | None
) -> AnyRow:
    """Enter lines, all or none 批量填报; answers the sheet."""
    row = await checks.held(ctx, submission_id, Permission.SUBMISSION_FILE, version=version)
    return await _add(ctx, row, new.lines, replace=new.replace)


async def paste_lines(ctx: Context, submission_id: UUID, paste: HoursSubmissionPaste, *, version: int | None) -> AnyRow:
    """Enter the rows of a spreadsheet, all or none 粘贴填报; answers the sheet."""
    row = await checks.held(ctx, submission_id, Permission.SUBMISSION_FILE, version=version)
    rows = pasted(paste.text)
    lines = [line for _, line in rows]
    return await _add(ctx, row, lines, replace=paste.replace, rows=[number for number, _ in rows])


async def change_line(
    ctx: Context, submission_id: UUID, line_id: UUID, patch: HoursSubmissionLinePatch, *, version: int | None
) -> AnyRow:
    """Correct a line 修改明细; the version is the sheet's. Answers the sheet."""
    row = await checks.held(ctx, submission_id, Permission.SUBMISSION_FILE, version=version)
    checks.found(await submissions.line(ctx, submission_id, line_id))
    changes = {_COLUMNS.get(name, name): value for name, value in patch.changes().items()}
    if not changes:
        return row
    await submissions.change_line(ctx, line_id, changes)
    return await checks.changed(ctx, row, {"line_id": str(line_id), "fields": sorted(changes)})


async def remove_line(ctx: Context, submission_id: UUID, line_id: UUID, *, version: int | None) -> AnyRow:
    """Take a line off 删去明细; answers the sheet."""
    row = await checks.held(ctx, submission_id, Permission.SUBMISSION_FILE, version=version)
    checks.found(await submissions.line(ctx, submission_id, line_id))
    await submissions.remove_lines(ctx, submission_id, line_id)
    return await checks.changed(ctx, row, {"removed": 1})


async def _add(
    ctx: Context,
    row: AnyRow,
    new: Sequence[HoursSubmissionLineWrite],
    *,
    replace: bool,
    rows: Sequence[int] | None = None,
) -> AnyRow:
    people = await named(ctx, row.school_id, new, rows=rows)
    held = 0 if replace else row.line_count
    if held + len(new) > SHEET_MAX:
        message = f"一份申报最多 {SHEET_MAX} 行，已有 {held} 行，本次 {len(new)} 行。请另建一份申报。"
        raise Invalid("HOURS_SUBMISSION_FULL", message, errors=[FieldFault("/lines", "TOO_MANY", message)])
    if replace:
        await submissions.remove_lines(ctx, row.id)
    values = [
        {
            "teacher_id": person.id,
            "activity_title": line.activity_title,
            "activity_date": line.activity_date,
            "session": line.session,
            "claimed": line.claimed_hours,
        }
        for person, line in zip(people, new, strict=True)
    ]
    await submissions.add_lines(ctx, row.id, await submissions.last_position(ctx, row.id), values)
    return await checks.changed(ctx, row, {"added": len(new), "replaced": replace})


async def named(
    ctx: Context, unit_id: UUID, lines: Sequence[TeacherNamed], *, rows: Sequence[int] | None = None
) -> list[AnyRow]:
    """Lines (n,) -> the teachers they mean (n,), of this unit's people; Invalid 422 with a fault for each other.

    rows: the rows of a pasted table the lines stand in, (n,).
    """
    ctx.require(Permission.SUBMISSION_FILE)
    people = await sheet_facts.people(ctx, await sheet_facts.unit_ids(ctx, unit_id))
    book = _Book(people)
    faults: list[FieldFault] = []
    found: list[AnyRow] = []
    for place, line in enumerate(lines):
        person = book.find(line)
        if isinstance(person, _Unknown):
            number = rows[place] if rows else place + 1
            pointer = "/text" if rows else f"/lines/{place}/{person.field}"
            faults.append(FieldFault(pointer, person.code, f"第 {number} 行：{person.message}", {"row": number}))
        else:
            found.append(person)
    if faults:
        detail = "；".join(fault.message for fault in faults[:5])
        raise Invalid("INVALID", f"共 {len(faults)} 行有问题，未保存：{detail}", errors=faults)
    return found


class _Unknown(NamedTuple):
    """Why a line names nobody."""

    field: str
    code: str
    message: str


class _Book:
    """The unit's people by id, staff number and name."""

    def __init__(self, people: Sequence[AnyRow]) -> None:
        self._by_id = {one.id: one for one in people}
        self._by_staff_no = {one.staff_no: one for one in people}
        self._by_name: dict[str, list[AnyRow]] = {}
        for one in people:
            self._by_name.setdefault(one.name, []).append(one)

    def find(self, line: TeacherNamed) -> AnyRow | _Unknown:
        """The person a line means, or why it names nobody."""
        name = tidy_name(line.name) if line.name else None
        if line.teacher_id or line.staff_no:
            field = "teacher_id" if line.teacher_id else "staff_no"
            one = self._by_id.get(line.teacher_id) if line.teacher_id else self._by_staff_no.get(line.staff_no or "")
            if one is None:
                return _Unknown(field, "REFERENCE_UNKNOWN", "本单位没有这位教师，请核对教职工号。")
            if name and one.name != name:
                return _Unknown("name", "NAME_MISMATCH", "姓名与教职工号不是同一人，请核对。")
            return one
        same = self._by_name.get(name or "", [])
        if not same:
            return _Unknown("name", "REFERENCE_UNKNOWN", "本单位没有叫这个名字的教师，请核对姓名或填写教职工号。")
        if len(same) > 1:
            numbers = "、".join(one.staff_no for one in same)
            return _Unknown(
                "name", "TEACHER_AMBIGUOUS", f"本单位有 {len(same)} 位同名教师，请填写教职工号（{numbers}）。"
            )
        return same[0]
