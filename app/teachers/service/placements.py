"""Use cases of placements 任职: transfer, leaving, coming back, going off post; spells are closed, never rewritten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.access.reactions import happened
from app.core.db import AnyRow
from app.core.errors import Conflict
from app.policy.finding import Finding
from app.teachers import rules
from app.teachers.queries import employments
from app.teachers.queries import records as queries
from app.teachers.schemas import Leave, OnPost, Rejoin, Transfer
from app.teachers.service import checks
from app.teachers.states import TEACHER_LIFECYCLE, TeacherStatus


@dataclass(frozen=True, slots=True)
class _Spell:
    """A spell that begins 新的一段任职."""

    school_id: UUID
    is_on_post: bool
    starts_on: date


async def transfer(ctx: Context, teacher_id: UUID, wanted: Transfer, *, version: int | None) -> AnyRow:
    """Move a teacher to another school 调动; a central school moves between its own schools only."""
    row = await checks.held(ctx, teacher_id, Permission.TEACHER_TRANSFER, version=version)
    target = await checks.employer(ctx, wanted.to_school_id, Permission.TEACHER_TRANSFER, pointer="/to_school_id")
    TEACHER_LIFECYCLE.move(TeacherStatus(row.status), "transfer")
    spell = await employments.last_spell(ctx, teacher_id)
    is_same = wanted.to_school_id == row.school_id
    move = rules.Move(spell.starts_on, wanted.effective_on, is_same, target)
    codes = _codes(ctx, wanted, rules.check_reason(wanted.reason))
    _enforce(ctx, rules.check_transfer(move, on=ctx.clock.today), pointers=_TRANSFER_POINTERS)
    await employments.change_spell(ctx, spell.id, {"ends_on": wanted.effective_on, "reason": wanted.reason})
    changed = await _begin(ctx, row, _Spell(wanted.to_school_id, row.is_on_post, wanted.effective_on), codes)
    facts = {
        "from_school_id": str(row.school_id),
        "to_school_id": str(wanted.to_school_id),
        "effective_on": wanted.effective_on.isoformat(),
    }
    await _record(ctx, "teacher.moved_away", row, facts)
    await _record(ctx, "teacher.transferred", changed, facts)
    return changed


async def leave(ctx: Context, teacher_id: UUID, wanted: Leave, *, version: int | None) -> AnyRow:
    """End a teacher's employment 离开: the record and its history stay, the school may take the teacher on again."""
    row = await checks.held(ctx, teacher_id, Permission.TEACHER_CHANGE, version=version)
    status = TEACHER_LIFECYCLE.move(TeacherStatus(row.status), "leave")
    spell = await employments.last_spell(ctx, teacher_id)
    _enforce(
        ctx,
        rules.check_placement_day(wanted.left_on, after=spell.starts_on, on=ctx.clock.today),
        pointers={"placement": "/left_on"},
    )
    reason = _departure(ctx, wanted)
    await employments.change_spell(ctx, spell.id, {"ends_on": wanted.left_on, "reason": reason})
    changed = await queries.change(ctx, teacher_id, {"status": str(status), "is_on_post": False})
    await happened(ctx, "roster.changed", teacher_ids=(row.id,), school_ids=(row.school_id,), since=wanted.left_on)
    facts = {"left_on": wanted.left_on.isoformat(), "reason": wanted.reason}
    await _record(ctx, "teacher.left", changed, facts)
    return changed


async def rejoin(ctx: Context, teacher_id: UUID, wanted: Rejoin, *, version: int | None) -> AnyRow:
    """Take a teacher on again who had left 重新任职; a school takes back its own, others go through the bureau."""
    row = await checks.held(ctx, teacher_id, Permission.TEACHER_CHANGE, version=version)
    target = await checks.employer(ctx, wanted.school_id, Permission.TEACHER_CHANGE, pointer="/school_id")
    status = TEACHER_LIFECYCLE.move(TeacherStatus(row.status), "rejoin")
    spell = await employments.last_spell(ctx, teacher_id)
    codes = _codes(ctx, wanted)
    findings = rules.check_target(target) + rules.check_placement_day(
        wanted.starts_on, after=spell.ends_on, on=ctx.clock.today, or_on=True
    )
    _enforce(ctx, findings, pointers=_REJOIN_POINTERS)
    spell_to_be = _Spell(wanted.school_id, wanted.is_on_post, wanted.starts_on)
    changed = await _begin(ctx, row, spell_to_be, codes | {"status": str(status)})
    facts = {"school_id": str(wanted.school_id), "starts_on": wanted.starts_on.isoformat()}
    await _record(ctx, "teacher.rejoined", changed, facts)
    return changed


async def set_on_post(ctx: Context, teacher_id: UUID, wanted: OnPost, *, version: int | None) -> AnyRow:
    """Put a teacher off post or back on it at the same school 离岗、返岗, from a day on.

    On the first day of the present spell the spell itself is corrected; later, a new one begins.
    """
    row = await checks.held(ctx, teacher_id, Permission.TEACHER_CHANGE, version=version)
    TEACHER_LIFECYCLE.move(TeacherStatus(row.status), "setOnPost")
    if row.is_on_post == wanted.is_on_post:
        raise Conflict("ON_POST_UNCHANGED", f"教师目前已是“{'在岗' if row.is_on_post else '离岗'}”，无需变更。")
    spell = await employments.last_spell(ctx, teacher_id)
    findings = rules.check_placement_day(
        wanted.effective_on, after=spell.starts_on, on=ctx.clock.today, or_on=True
    ) + rules.check_reason(wanted.reason)
    _enforce(ctx, findings, pointers={"placement": "/effective_on", "reason": "/reason"})
    if wanted.effective_on == spell.starts_on:
        await employments.change_spell(ctx, spell.id, {"is_on_post": wanted.is_on_post})
        changed = await queries.change(ctx, teacher_id, {"is_on_post": wanted.is_on_post})
        since, school_ids = wanted.effective_on, (row.school_id,)
        await happened(ctx, "roster.changed", teacher_ids=(row.id,), school_ids=school_ids, since=since)
    else:
        await employments.change_spell(ctx, spell.id, {"ends_on": wanted.effective_on, "reason": wanted.reason})
        changed = await _begin(ctx, row, _Spell(row.school_id, wanted.is_on_post, wanted.effective_on), {})
    facts = {"is_on_post": wanted.is_on_post, "effective_on": wanted.effective_on.isoformat()}
    await _record(ctx, "teacher.on_post_changed", changed, facts)
    return changed


async def refuse_closing_with_teachers(ctx: Context, organisation_id: UUID) -> None:
    """Reaction to "organisation.closing": ORGANISATION_NOT_EMPTY 409 while somebody is employed there."""
    ctx.require(Permission.ORGANISATION_CHANGE)
    if await employments.is_anybody_employed(ctx, organisation_id, on=ctx.clock.today):
        raise Conflict("ORGANISATION_NOT_EMPTY", "该单位还有在职教师，请先办理调动或离开。")


_TRANSFER_POINTERS = {
    "placement.target_closed": "/to_school_id",
    "placement.target_kind": "/to_school_id",
    "placement.same_school": "/to_school_id",
    "placement": "/effective_on",
}
_REJOIN_POINTERS = {
    "placement.target_closed": "/school_id",
    "placement.target_kind": "/school_id",
    "placement": "/starts_on",
}


def _enforce(ctx: Context, findings: Sequence[Finding], *, pointers: dict[str, str]) -> None:
    """Refuse with every finding at the field it is about, by its code or the code's first word."""
    by_field: dict[str, list[Finding]] = {}
    for finding in findings:
        field = pointers.get(finding.rule) or pointers[finding.rule.partition(".")[0]]
        by_field.setdefault(field, []).append(finding)
    checks.refuse(ctx, by_field, code="PLACEMENT_INVALID")


def _codes(ctx: Context, wanted: Transfer | Rejoin, reason: Sequence[Finding] = ()) -> dict[str, Any]:
    """Stage and subject that change with the placement."""
    codes = {name: getattr(wanted, name) for name in ("stage", "subject") if getattr(wanted, name) is not None}
    checks.refuse(ctx, {"/reason": reason}, checks.unknown_codes(ctx, codes))
    return codes


def _departure(ctx: Context, wanted: Leave) -> str:
    """The reason as history shows it: the label of its code, and the note."""
    reasons = ctx.regulation.codes("departure_reasons")
    note = rules.check_reason(wanted.note) if wanted.note else []
    faults = [] if wanted.reason in reasons else [checks.unknown_code("/reason", "departure_reasons", wanted.reason)]
    checks.refuse(ctx, {"/note": note}, faults)
    label = reasons.get(wanted.reason).label
    return f"{label}：{wanted.note}" if wanted.note else label


async def _begin(ctx: Context, row: AnyRow, spell: _Spell, also: dict[str, Any]) -> AnyRow:
    """Open a spell, let the teacher's row follow, and tell what counts teachers."""
    await employments.open_spell(
        ctx, row.id, school_id=spell.school_id, is_on_post=spell.is_on_post, starts_on=spell.starts_on
    )
    values = {"school_id": spell.school_id, "is_on_post": spell.is_on_post, **also}
    changed = await queries.change(ctx, row.id, values)
    since: date = spell.starts_on
    school_ids = tuple({row.school_id, spell.school_id})
    if (changed.stage, changed.subject) != (row.stage, row.subject):
        since, school_ids = await employments.places(ctx, row.id)
    await happened(ctx, "roster.changed", teacher_ids=(row.id,), school_ids=school_ids, since=since)
    return changed


async def _record(ctx: Context, kind: str, row: AnyRow, facts: dict[str, Any]) -> None:
    await ctx.record(kind, entity="teacher", entity_id=row.id, place=checks.place_of(row), facts=facts)
