"""Use cases of merging 合并: two records of one person become one and its other name, and back again. Decision 14."""

from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.access.reactions import happened
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, Invalid
from app.teachers import rules
from app.teachers.queries import employments
from app.teachers.queries import records as queries
from app.teachers.schemas import TeacherMerge, TeacherUnmerge
from app.teachers.service import checks
from app.teachers.states import TEACHER_LIFECYCLE, TeacherStatus

_OF_THE_PERSON = {"name": "姓名", "sex": "性别", "birth_date": "出生日期"}


async def merge(ctx: Context, teacher_id: UUID, wanted: TeacherMerge, *, version: int | None) -> AnyRow:
    """Make a record the other name of another 合并; entries, spells and certificates stay where they are.

    What the person would then have over a cap is reversed and posted anew by the ledger ("teacher.merging").
    """
    ctx.require(Permission.TEACHER_MERGE)
    kept, row = await _held(ctx, teacher_id, wanted.into_id, version=version)
    if kept.id == row.id:
        raise Conflict("MERGE_ITSELF", "不能把档案合并到它自己，into_id 应为另一份档案。")
    status = TEACHER_LIFECYCLE.move(TeacherStatus(row.status), "merge")
    checks.refuse_merged(kept)
    checks.refuse(ctx, {"/reason": rules.check_reason(wanted.reason)})
    differing = [name for name in _OF_THE_PERSON if getattr(row, name) != getattr(kept, name)]
    if differing and not wanted.is_same_person:
        names = "、".join(_OF_THE_PERSON[name] for name in differing)
        message = f"两份档案的{names}不同。请核实确为同一人后，将 is_same_person 填为 true 再提交。"
        raise Conflict("TEACHERS_DIFFER", message, differing=differing)
    await happened(ctx, "teacher.merging", teacher_id=row.id, into_id=kept.id, reason=wanted.reason)
    followers = [*await queries.aliases(ctx, row.id), row.id]
    for one in followers:
        values = {"status": str(status), "is_on_post": False, "merged_into_id": kept.id}
        await queries.change(ctx, one, values)
    await _after(ctx, row.id, kept.id, is_merged=True)
    changed = checks.found(await queries.by_id(ctx, row.id))
    facts = {"into_id": str(kept.id), "reason": wanted.reason, "differing": differing, "was": row.status}
    await ctx.record("teacher.merged", entity="teacher", entity_id=row.id, place=checks.place_of(row), facts=facts)
    facts = {"alias_id": str(row.id), "reason": wanted.reason, "also": [str(one) for one in followers[:-1]]}
    await ctx.record("teacher.absorbed", entity="teacher", entity_id=kept.id, place=checks.place_of(kept), facts=facts)
    return changed


async def unmerge(ctx: Context, teacher_id: UUID, wanted: TeacherUnmerge, *, version: int | None) -> AnyRow:
    """Let a merged record stand by itself again 撤销合并, as its spells say: at a school, or gone.

    Hours that merging reduced stay reduced; 进修学校 reverses and posts them by hand where they are due. The account
    that merging locked is unlocked by hand.
    """
    ctx.require(Permission.TEACHER_MERGE)
    known = checks.found(await queries.by_id(ctx, teacher_id))
    kept, row = await _held(ctx, teacher_id, known.merged_into_id or teacher_id, version=version)
    checks.refuse(ctx, {"/reason": rules.check_reason(wanted.reason)})
    spell = await employments.last_spell(ctx, teacher_id)
    is_gone = spell.ends_on is not None
    status = TEACHER_LIFECYCLE.move(TeacherStatus(row.status), "unmerge")
    status = TEACHER_LIFECYCLE.move(status, "leave") if is_gone else status
    values = {"status": str(status), "merged_into_id": None, "is_on_post": spell.is_on_post and not is_gone}
    await queries.change(ctx, teacher_id, values)
    await _after(ctx, row.id, kept.id, is_merged=False)
    changed = checks.found(await queries.by_id(ctx, row.id))
    facts = {"into_id": str(kept.id), "reason": wanted.reason}
    await ctx.record("teacher.unmerged", entity="teacher", entity_id=row.id, place=checks.place_of(row), facts=facts)
    return changed


async def _held(ctx: Context, teacher_id: UUID, into_id: UUID, *, version: int | None) -> tuple[AnyRow, AnyRow]:
    """The record that stays and the one merged, locked in the order of their ids so that two merges cannot cross."""
    rows: dict[UUID, AnyRow | None] = {}
    for one in sorted({teacher_id, into_id}):
        if one == teacher_id:
            rows[one] = await checks.held(ctx, one, Permission.TEACHER_MERGE, version=version)
        else:
            rows[one] = await queries.by_id(ctx, one, lock=True)
    kept, row = rows[into_id], rows[teacher_id]
    if kept is None or row is None:
        fault = FieldFault("/into_id", "REFERENCE_UNKNOWN", "没有这份教师档案")
        raise Invalid("REFERENCE_UNKNOWN", "没有这份教师档案，请核对 into_id。", errors=[fault])
    return kept, row


async def _after(ctx: Context, teacher_id: UUID, into_id: UUID, *, is_merged: bool) -> None:
    """Tell what counts people and their hours."""
    name = "teacher.merged" if is_merged else "teacher.unmerged"
    await happened(ctx, name, teacher_id=teacher_id, into_id=into_id)
    places = [await employments.places(ctx, one) for one in (teacher_id, into_id)]
    schools = tuple({school for _, some in places for school in some})
    since = min(day for day, _ in places)
    await happened(ctx, "roster.changed", teacher_ids=(teacher_id, into_id), school_ids=schools, since=since)
