"""Honours that awards give 评选所得荣誉: written with the award, withdrawn with it. [M7.1b] [A5.9] [A2.5b] [A6.7]"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.access.context import Context
from app.core.db import AnyRow
from app.teachers.queries import honours as queries
from app.teachers.service import checks


@dataclass(frozen=True, slots=True)
class AwardGiven:
    """An award as an honour follows from it. kind: of `campaign_kinds`, which names the honour of persons."""

    award_id: UUID
    kind: str
    subject_id: UUID
    number: str
    awarded_on: date


async def grant_honour(
    ctx: Context, *, award_id: UUID, kind: str, subject_id: UUID, number: str, proposed_by: UUID | None
) -> None:
    """Reaction to "award.granted": the person has the honour from today, where the kind of award names one."""
    del proposed_by
    await record_honours(ctx, awards=[AwardGiven(award_id, kind, subject_id, number, ctx.clock.today)])


async def record_honours(ctx: Context, *, awards: Sequence[AwardGiven]) -> None:
    """Reaction to "awards.recorded": persons have the honours since the days the papers say; an award gives one."""
    kinds = ctx.regulation.codes("campaign_kinds")
    honours = []
    for one in awards:
        facts = kinds.get(one.kind).facts
        if "honour" in facts:
            what = {"code": str(facts["honour"]), "level": str(facts["honour_level"]), "awarded_on": one.awarded_on}
            honours.append({**what, "teacher_id": one.subject_id, "award_id": one.award_id, "number": one.number})
    if honours:
        await _told(ctx, "teacher.honour_granted", await queries.add_honours(ctx, honours))


async def withdraw_honour(  # noqa: PLR0913 - what a reaction is told
    ctx: Context, *, award_id: UUID, kind: str, subject_id: UUID, number: str, reason: str, asked_by: UUID
) -> None:
    """Reaction to "award.revoked": the honour is withdrawn with the reason and stays on record as such."""
    del kind, subject_id, number, asked_by
    await withdraw_honours(ctx, award_ids=[award_id], reason=reason)


async def withdraw_honours(ctx: Context, *, award_ids: Sequence[UUID], reason: str) -> None:
    """Reaction to "awards.withdrawn": awards had been put on record by mistake."""
    await _told(ctx, "teacher.honour_withdrawn", await queries.withdraw_honours(ctx, award_ids, reason), reason=reason)


async def note_honours_moved(ctx: Context, *, teacher_id: UUID, into_id: UUID) -> None:
    """Reaction to "teacher.merged" and "teacher.unmerged": honours went with the awards, so both read-outs are new."""
    await queries.touch(ctx, [teacher_id, into_id])


async def _told(ctx: Context, kind: str, rows: Sequence[AnyRow], **facts: str) -> None:
    people = await queries.touch(ctx, [row.teacher_id for row in rows]) if rows else {}
    for row in rows:
        about = {"code": row.code, "award": str(row.award_id), **facts}
        place = checks.place_of(people[row.teacher_id])
        await ctx.record(kind, entity="teacher", entity_id=row.teacher_id, place=place, facts=about)
