"""What workshops do when two records turn out to be one person's. Decision 14."""

from datetime import timedelta
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.workshops.queries import members, workshops
from app.workshops.states import OPEN_FOR_CHANGE


async def follow_merge(ctx: Context, *, teacher_id: UUID, into_id: UUID) -> None:
    """Reaction to "teacher.merged": the record that stays is member and leader in the place of the other.

    No adjustment: the person is the same. History and attendance stay with the record they were written under; where
    both were members, the spell of the one that stays goes on. [A6.13a]
    """
    ctx.require(Permission.TEACHER_MERGE)
    today = ctx.clock.today
    own = {one.workshop_id for one in await members.spells_of(ctx, into_id, on=today)}
    await workshops.lead_instead(ctx, teacher_id, into_id)
    for spell in await members.spells_of(ctx, teacher_id, on=today):
        day = max(today, spell.joined_on + timedelta(days=1))
        if spell.status in OPEN_FOR_CHANGE:
            day = spell.joined_on
            await members.remove(ctx, spell.workshop_id, [teacher_id])
        else:
            await members.end(ctx, spell.workshop_id, [teacher_id], left_on=day, reason="merged")
        if spell.workshop_id not in own:
            await members.succeed(ctx, spell, into_id, joined_on=day)
        facts = {"teacher": str(teacher_id), "into": str(into_id), "role": spell.role}
        facts |= {"was_member": str(spell.workshop_id in own)}
        place = Place(spell.unit_id, spell.leader_id)
        kind, entity_id = "workshop.member_merged", spell.workshop_id
        await ctx.record(kind, entity="workshop", entity_id=entity_id, place=place, facts=facts)
