"""What the ledger does when two records turn out to be one person's: caps hold for the person. Decision 14."""

from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.ids import new_id
from app.hours import queries, rules
from app.hours.service.certificates import note_reversals
from app.hours.states import HoursCategory
from app.policy.finding import Finding


async def reduce_to_caps(ctx: Context, *, teacher_id: UUID, into_id: UUID, reason: str) -> None:
    """Reaction to "teacher.merging": reverse what both records together have over a cap, and post the rest anew.

    Older entries keep their hours; an entry stays with its record. [A6.13c] 每天六学时，四十学时以内
    """
    ctx.require(Permission.TEACHER_MERGE)
    await queries.lock_summaries_of(ctx, (teacher_id, into_id))
    entries = await queries.entries_of_persons(ctx, (teacher_id, into_id))
    policies = {}
    for one in entries:
        policy = rules.check_policy(ctx.regulation, HoursCategory(one.category), on=one.activity_date)
        if not isinstance(policy, Finding):
            policies[one.category, one.activity_date] = policy
    facts = [
        rules.Standing(one.start_year, one.category, one.activity_date, one.claimed_hours, one.credited_hours)
        for one in entries
    ]
    over = rules.over_caps(facts, policies)
    for place, given in over:
        await _post_anew(ctx, entries[place], given, reason)
    await note_reversals(ctx, [entries[place] for place, _ in over])


async def recount_persons(ctx: Context, *, teacher_id: UUID, into_id: UUID) -> None:
    """Reaction to "teacher.merged" and "teacher.unmerged": the balance of a person is the sum over their records."""
    ctx.require(Permission.TEACHER_MERGE)
    await queries.lock_summaries_of(ctx, (teacher_id, into_id))
    await queries.recount(ctx, (teacher_id, into_id))


async def _post_anew(ctx: Context, entry: AnyRow, given: rules.Credit, reason: str) -> None:
    why = f"合并教师档案，按本人合计重新计入：{reason}"
    reversal_id = new_id()
    await queries.reverse(ctx, entry.id, reversal_id, why)
    same = ("teacher_id", "school_id", "category", "activity_title", "activity_date", "session", "source", "source_id")
    line = {name: getattr(entry, name) for name in (*same, "external_key", "line_key")} | {
        "id": new_id(),
        "school_year": entry.start_year,
        "claimed": entry.claimed_hours,
        "credited": given.credited,
        "revision": entry.revision + 1,
        "reason": why,
        "findings": [finding.as_json() for finding in given.findings],
        "policy_version": ctx.regulation.version,
        "posted_by": ctx.principal.account_id,
        "approved_by": None,
    }
    await queries.post_anew(ctx, line)
    place = Place(entry.school_id, entry.teacher_id)
    facts: dict[str, Any] = {"category": entry.category, "credited": str(-entry.credited_hours)}
    facts |= {"reverses": str(entry.id)}
    await ctx.record("hours.reversed", entity="hours_entry", entity_id=reversal_id, place=place, facts=facts)
    facts = {"category": entry.category, "claimed": str(entry.claimed_hours), "credited": str(given.credited)}
    await ctx.record(
        "hours.posted", entity="hours_entry", entity_id=line["id"], place=place, facts=facts, findings=given.findings
    )
