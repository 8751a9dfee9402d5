"""Use cases of corrections 更正申请: a teacher asks, another person answers; approved, the record changes with it."""

from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.crypto import vault
from app.core.db import AnyRow
from app.core.errors import Conflict, NotPermitted
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.corrections import queries, rules
from app.corrections.queries import CorrectionFilter
from app.corrections.schemas import TeacherCorrectionCreate, TeacherCorrectionRefusal
from app.corrections.states import CORRECTION_LIFECYCLE, CorrectionStatus
from app.teachers import rules as teacher_rules
from app.teachers import service as teachers
from app.teachers.queries import records
from app.teachers.schemas import Teacher, TeacherPatch
from app.teachers.service import checks, numbers

explain(
    {
        "uq_teacher_corrections_open": (
            "TEACHER_CORRECTION_OPEN",
            "已有一件更正申请在等待办理；需要改动的请先撤回，再一并提出。",
        )
    }
)
NUMBER_PLACE = "teacher_corrections.id_number"


async def find(ctx: Context, request: PageRequest, only: CorrectionFilter) -> Page[AnyRow]:
    """Corrections asked for, newest first 更正申请列表."""
    ctx.require(Permission.TEACHER_CORRECTION_READ)
    return await queries.page(ctx, request, only)


async def get(ctx: Context, correction_id: UUID) -> AnyRow:
    """One correction; NotFound outside the scope."""
    ctx.require(Permission.TEACHER_CORRECTION_READ)
    return checks.found(await queries.by_id(ctx, correction_id))


async def get_many(ctx: Context, ids: list[UUID]) -> list[AnyRow | None]:
    """Corrections (n,) -> rows (n,), None where missing."""
    ctx.require(Permission.TEACHER_CORRECTION_READ)
    return await queries.by_ids(ctx, ids)


async def ask(ctx: Context, new: TeacherCorrectionCreate, *, version: int | None) -> AnyRow:
    """Ask for a correction of the own record 申请更正.

    Checked as the change itself would be; one at a time.

    version: that of the record the teacher has read.
    """
    ctx.require(Permission.TEACHER_CORRECTION_ASK)
    reason = {"/reason": teacher_rules.check_reason(new.reason)}
    row = await teachers.check_own(ctx, new, also=reason, permission=Permission.TEACHER_CORRECTION_ASK, version=version)
    made = new_id()
    proposed = new.model_dump(mode="json", exclude_unset=True, exclude={"etag", "reason"})
    values: dict[str, Any] = {"id": made, "teacher_id": row.id, "reason": new.reason}
    if "id_number" in proposed:
        number = numbers.canonical(new.id_number)
        proposed["id_number"] = numbers.masked_id(number)
        values["id_number"] = vault().encrypt(number, place=NUMBER_PLACE, row=made)
        values["id_number_before"] = (await records.secrets(ctx, row.id)).id_number_index
    present = _present(row)
    facts = [{"field": name, "before": present[name], "proposed": value} for name, value in proposed.items()]
    await queries.add(ctx, {**values, "facts": facts})
    correction = checks.found(await queries.by_id(ctx, made))
    await _record(ctx, "asked", correction)
    return correction


async def approve(ctx: Context, correction_id: UUID, *, version: int | None) -> AnyRow:
    """Change the record as asked 同意更正; never by the person who asked.

    Conflict where the record has moved on.
    """
    ctx.require(Permission.TEACHER_CHANGE)
    row, status = await _answerable(ctx, correction_id, "approve", version=version)
    teacher = await checks.held(ctx, row.teacher_id, Permission.TEACHER_CHANGE, version=None)
    number = await queries.sealed(ctx, correction_id)
    present = _present(teacher)
    changed = rules.moved_on(row.facts, present)
    if number.id_number_before not in {None, (await records.secrets(ctx, teacher.id)).id_number_index}:
        changed.append("id_number")
    if changed:
        message = "申请提出后，档案的这些内容已经改动，不能按原申请更正；请不予同意并说明，由教师核对后重新申请。"
        raise Conflict("TEACHER_CORRECTION_OUTDATED", message, fields=list(dict.fromkeys(changed)))
    proposed = {fact["field"]: fact["proposed"] for fact in row.facts}
    if number.id_number is not None:
        proposed["id_number"] = vault().decrypt(number.id_number, place=NUMBER_PLACE, row=correction_id)
    await teachers.change(ctx, teacher.id, TeacherPatch.model_validate(proposed), version=None)
    await queries.move(ctx, correction_id, {"status": str(status), "answered_by": ctx.principal.account_id})
    await _record(ctx, "approved", row)
    return checks.found(await queries.by_id(ctx, correction_id))


async def refuse(
    ctx: Context, correction_id: UUID, refusal: TeacherCorrectionRefusal, *, version: int | None
) -> AnyRow:
    """Leave the record as it is, with a reason 不同意更正."""
    ctx.require(Permission.TEACHER_CHANGE)
    row, status = await _answerable(ctx, correction_id, "refuse", version=version)
    checks.refuse(ctx, {"/reason": teacher_rules.check_reason(refusal.reason)}, code="TEACHER_CORRECTION_INVALID")
    told = {"answered_by": ctx.principal.account_id, "answer_reason": refusal.reason}
    await queries.move(ctx, correction_id, {"status": str(status), **told})
    await _record(ctx, "refused", row)
    return checks.found(await queries.by_id(ctx, correction_id))


async def withdraw(ctx: Context, correction_id: UUID, *, version: int | None) -> AnyRow:
    """Take an own correction back before it is answered 撤回更正申请."""
    ctx.require(Permission.TEACHER_CORRECTION_ASK)
    row = checks.found(await queries.by_id(ctx, correction_id, lock=True))
    ctx.require(Permission.TEACHER_CORRECTION_ASK, on=_place(row))
    check_version(row, version)
    status = CORRECTION_LIFECYCLE.move(CorrectionStatus(row.status), "withdraw")
    await queries.move(ctx, correction_id, {"status": str(status)})
    await _record(ctx, "withdrawn", row)
    return checks.found(await queries.by_id(ctx, correction_id))


async def _answerable(
    ctx: Context, correction_id: UUID, verb: str, *, version: int | None
) -> tuple[AnyRow, CorrectionStatus]:
    """The correction, held for its answer by somebody else than the teacher, and the status the answer leads to."""
    row = checks.found(await queries.by_id(ctx, correction_id, lock=True))
    ctx.require(Permission.TEACHER_CHANGE, on=_place(row))
    who = ctx.principal
    if who.account_id == row.asked_by or who.teacher_id == row.teacher_id:
        message = "本人的更正申请须由另一人办理，换一项授权也不可以。"
        raise NotPermitted("SEPARATION_OF_DUTIES", message, permission=str(Permission.TEACHER_CHANGE))
    check_version(row, version)
    return row, CORRECTION_LIFECYCLE.move(CorrectionStatus(row.status), verb)


def _place(row: AnyRow) -> Place:
    return Place(row.school_id, row.teacher_id)


def _present(teacher: AnyRow) -> dict[str, Any]:
    """What a record says now, in the form of the facts of a correction."""
    return Teacher.model_validate(teacher).model_dump(mode="json") | {"id_number": teacher.id_number_masked}


async def _record(ctx: Context, verb: str, row: AnyRow) -> None:
    """Field names only: what was proposed is nobody's in the feed."""
    facts = {"fields": sorted(fact["field"] for fact in row.facts)}
    await ctx.record(
        f"teacher_correction.{verb}", entity="teacher_correction", entity_id=row.id, place=_place(row), facts=facts
    )
