"""What workshops do when two records turn out to be one person's, or two persons' after all. Decision 14."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.workshops.queries import members, successions, workshops
from app.workshops.states import OPEN_FOR_CHANGE


async def follow_merge(ctx: Context, *, teacher_id: UUID, into_id: UUID) -> None:
    """Reaction to "teacher.merged": the record that stays is member and leader in the place of the other.

    No adjustment: the person is the same. History and attendance stay with the record they were written under; where
    both were members, the spell of the one that stays goes on. [A6.13a]
    """
    ctx.require(Permission.TEACHER_MERGE)
    today = ctx.clock.today
    own = {one.workshop_id for one in await members.spells_of(ctx, into_id, on=today)}
    led = {one.id for one in await successions.led_by(ctx, teacher_id)}
    await workshops.lead_instead(ctx, teacher_id, into_id)
    whose = {"teacher_id": teacher_id, "into_id": into_id}
    nothing = {"ended_id": None, "made_id": None, "left_on": None, "left_reason": None}
    taken = [{**whose, **nothing, "workshop_id": one, "was_leader": True} for one in sorted(led)]
    for spell in await members.spells_of(ctx, teacher_id, on=today):
        # What is not registered yet is as if the other record had never been named.
        day = spell.joined_on if spell.status in OPEN_FOR_CHANGE else max(today, spell.joined_on)
        await successions.end_spell(ctx, spell.id, left_on=day, reason="merged")
        has_own = spell.workshop_id in own
        made = None if has_own else await members.succeed(ctx, spell, into_id, joined_on=day)
        before = {"left_on": spell.left_on, "left_reason": spell.left_reason}
        one = {"workshop_id": spell.workshop_id, "was_leader": False, "ended_id": spell.id, "made_id": made}
        taken.append({**whose, **one, **before})
        facts = {"teacher": str(teacher_id), "into": str(into_id), "role": spell.role, "was_member": str(has_own)}
        await _record(ctx, "workshop.member_merged", spell.workshop_id, spell, facts)
    await successions.note(ctx, taken)


async def follow_parting(ctx: Context, *, teacher_id: UUID, **_: object) -> None:
    """Reaction to "teacher.unmerged": memberships and leading go back to the record they were taken over from.

    Its spell goes on as if it had never ended; the one made in its place never was. What was decided about that one
    since (it left, or took another role) stands, and so does everything in workshops that were closed.
    """
    ctx.require(Permission.TEACHER_MERGE)
    given = await successions.standing(ctx, None, teacher_id)
    known = await successions.workshops_of(ctx, [one.workshop_id for one in given])
    later = await successions.standing(ctx, list(known), None)
    ids = {one for row in (*given, *later) for one in (row.ended_id, row.made_id) if one}
    spells = await successions.spells(ctx, sorted(ids))
    for one in given:
        workshop = known.get(one.workshop_id)
        if workshop is None:
            continue
        last = _holder(one, later)
        is_back = await (_lead_again(ctx, one, last, workshop) if one.was_leader else _belong(ctx, one, last, spells))
        facts = {"teacher": str(teacher_id), "from": str(last.into_id), "was_leader": str(one.was_leader)}
        facts |= {"is_back": str(is_back)}
        await _record(ctx, "workshop.member_parted", workshop.id, workshop, facts)
    await successions.undo(ctx, [one.id for one in given])


def _holder(one: AnyRow, later: Sequence[AnyRow]) -> AnyRow:
    """The row by which somebody holds now what was taken over: who took it may have been merged as well."""
    last = one
    while after := next((row for row in later if _follows(row, last)), None):
        last = after
    return last


def _follows(row: AnyRow, before: AnyRow) -> bool:
    if before.was_leader:
        return bool(row.was_leader and row.workshop_id == before.workshop_id and row.teacher_id == before.into_id)
    return before.made_id is not None and row.ended_id == before.made_id


async def _lead_again(ctx: Context, one: AnyRow, last: AnyRow, workshop: AnyRow) -> bool:
    """Let the record lead again what is still led by who took it over."""
    if workshop.leader_id != last.into_id:
        return False
    await workshops.change(ctx, workshop.id, {"leader_id": one.teacher_id})
    return True


async def _belong(ctx: Context, one: AnyRow, last: AnyRow, spells: Mapping[UUID, AnyRow]) -> bool:
    """Let the spell that ended go on, and take back the one made in its place."""
    ended, made = spells.get(one.ended_id), spells.get(last.made_id)
    if ended is None or (one.made_id and (made is None or made.left_on != one.left_on)):
        return False
    if one.made_id and made is not None:
        await successions.end_spell(ctx, made.id, left_on=made.joined_on, reason="unmerged")
    await successions.end_spell(ctx, ended.id, left_on=one.left_on, reason=one.left_reason)
    return True


async def _record(ctx: Context, kind: str, workshop_id: UUID, whose: AnyRow, facts: Mapping[str, str]) -> None:
    place = Place(whose.unit_id, whose.leader_id)
    await ctx.record(kind, entity="workshop", entity_id=workshop_id, place=place, facts=facts)
