"""Use cases of the hours ledger: post, reverse, read. [A5.6] [A5.7.1] [A6.13c]"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core import events
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, Invalid, NotFound, NotPermitted, RuleBroken
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.schemas import Listing
from app.hours import queries, rules
from app.hours.queries import AccountKey, EntryFilter
from app.hours.schemas import Completion, CompletionRow, CycleHours, HoursEntry, HoursEntryCreate, TeacherHours
from app.policy.finding import Finding, Severity
from app.policy.school_year import SchoolYear

TAKEN = ("HOURS_LINE_CONFLICT", "同一来源标识的学时刚被他人登记，请刷新后核对。")
explain(
    {
        "uq_hours_entries_line": TAKEN,
        "uq_hours_entries_reversal": ("HOURS_ALREADY_REVERSED", "这条学时记录已被红冲，不能再次红冲。"),
        "ck_hours_summaries_cap": ("HOURS_OVER_CAP", "计入的学时超过学年上限，未保存。请重试。"),
        "fk_hours_entries_region_id_teacher_id": ("REFERENCE_UNKNOWN", "没有这位教师。"),
    }
)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line on its way into the ledger."""

    place: int
    new: HoursEntryCreate
    year: SchoolYear
    school_id: UUID
    key: str
    policy: rules.CategoryPolicy
    advice: tuple[Finding, ...]

    @property
    def account(self) -> AccountKey:
        return (self.new.teacher_id, self.year.start, str(self.new.category))


async def find(ctx: Context, request: PageRequest, only: EntryFilter) -> Page[AnyRow]:
    """A page of the ledger, newest first; entries stay with the school of their day."""
    ctx.require(Permission.HOURS_READ)
    return await queries.page(ctx, request, only)


async def find_json(ctx: Context, request: PageRequest, only: EntryFilter) -> str:
    """The same page as the JSON text of its answer, made by PostgreSQL: one statement, no objects in between."""
    ctx.require(Permission.HOURS_READ)
    if request.include_total:
        page = await queries.page(ctx, request, only)
        whole = {"items": page.items, "next_cursor": page.next_cursor, "total": page.total}
        return Listing[HoursEntry].model_validate(whole).model_dump_json()
    items, cursor = await queries.page_json(ctx, request, only)
    return f'{{"items":{items},"next_cursor":{json.dumps(cursor)},"total":null}}'


async def get(ctx: Context, entry_id: UUID) -> AnyRow:
    """One entry; NotFound outside the scope."""
    ctx.require(Permission.HOURS_READ)
    return _found(await queries.by_id(ctx, entry_id))


async def get_many(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Entries (n,) -> rows (n,), None where missing."""
    ctx.require(Permission.HOURS_READ)
    return await queries.by_ids(ctx, ids)


async def newest_of_teachers(ctx: Context, teacher_ids: Sequence[UUID], limit: int) -> dict[UUID, list[AnyRow]]:
    """The newest entries of each teacher (at most `limit` each)."""
    ctx.require(Permission.HOURS_READ)
    return await queries.newest_of_teachers(ctx, teacher_ids, limit)


async def post(ctx: Context, new: HoursEntryCreate) -> AnyRow:
    """Credit one line 核准并登记 [A5.6]; the same line again answers the first entry and writes nothing."""
    ctx.require(Permission.HOURS_POST)
    return (await _post(ctx, [new], batch=False))[0]


async def post_many(ctx: Context, new: Sequence[HoursEntryCreate]) -> list[AnyRow]:
    """Credit lines in the order given, all or none; answers an entry per line."""
    ctx.require(Permission.HOURS_POST)
    return await _post(ctx, new, batch=True)


async def reverse(ctx: Context, entry_id: UUID, reason: str) -> AnyRow:
    """Undo an entry by its exact negation 红冲; never by the person who posted or approved it, and at most once."""
    ctx.require(Permission.HOURS_REVERSE)
    entry = _found(await queries.by_id(ctx, entry_id))
    place = Place(entry.school_id, entry.teacher_id)
    ctx.require(Permission.HOURS_REVERSE, on=place)
    if entry.reverses_id is not None:
        raise Conflict("HOURS_REVERSAL_IS_FINAL", "红冲记录本身不能再红冲；需要重新计入请另行登记。")
    if ctx.principal.account_id in (entry.posted_by, entry.approved_by):
        message = "登记或核准该学时的人不能红冲，请由另一人办理。"
        raise NotPermitted("SEPARATION_OF_DUTIES", message, permission=str(Permission.HOURS_REVERSE))
    await queries.lock_summaries(ctx, {(entry.teacher_id, entry.start_year, entry.category): (None, None)})
    if (_found(await queries.by_id(ctx, entry_id))).reversed_by_id is not None:
        raise Conflict("HOURS_ALREADY_REVERSED", "这条学时记录已被红冲，不能再次红冲。")
    reversal_id = new_id()
    await queries.reverse(ctx, entry_id, reversal_id, reason)
    facts = {"reverses": str(entry_id), "category": entry.category, "credited": str(-entry.credited_hours)}
    await ctx.record("hours.reversed", entity="hours_entry", entity_id=reversal_id, place=place, facts=facts)
    return _found(await queries.by_id(ctx, reversal_id))


async def year_summary(ctx: Context, teacher_id: UUID, year: SchoolYear) -> TeacherHours:
    """A teacher's categories in a school year and the five-year cycle; NotFound outside the scope."""
    summary = (await year_summaries(ctx, [teacher_id], year))[0]
    if summary is None:
        raise NotFound
    return summary


async def year_summaries(ctx: Context, teacher_ids: Sequence[UUID], year: SchoolYear) -> list[TeacherHours | None]:
    """The same for teachers (n,) -> summaries (n,), None where missing; one statement."""
    ctx.require(Permission.HOURS_READ)
    first, last = rules.cycle_of(ctx.regulation, year)
    held: dict[UUID, list[rules.Balance]] = {}
    for row in await queries.balances(ctx, teacher_ids, first, last):
        mine = held.setdefault(row["teacher_id"], [])
        if row["category"] is not None:
            mine.append(rules.Balance(row["school_year"], row["category"], row["claimed"], row["credited"]))
    return [_summary(ctx, one, held[one], year) if one in held else None for one in teacher_ids]


async def completion(ctx: Context, year: SchoolYear, group_by: str) -> Completion:
    """Share of teachers at post who reached the hours of school-based research, by group [A5.7.1]."""
    ctx.require(Permission.HOURS_COMPLETION_READ)
    live = ctx.clock.is_set or not await queries.is_counted(ctx, year)
    rows = await queries.completion(ctx, year, group_by, live=live)
    names = _labels(ctx, group_by)
    items = [
        _completion_row(str(row["key"]), names.get(row["name"], row["name"]), row["teachers"], row["met"])
        for row in rows
    ]
    total = _completion_row("total", "合计", sum(row["teachers"] for row in rows), sum(row["met"] for row in rows))
    rule = ctx.regulation.rule("hours.school_research.target_yearly", on=year.last_day)
    return Completion(
        school_year=year.name,
        group_by=group_by,
        target=Decimal(str(rule.value)),
        clause=rule.clause or "",
        reference_day=min(ctx.clock.today, year.last_day),
        items=items,
        total=total,
    )


async def teacher_completion(
    ctx: Context, request: PageRequest, year: SchoolYear, *, is_met: bool | None, school_id: UUID | None
) -> Page[AnyRow]:
    """Teachers at post with what they have and what is missing, by staff number [A5.7.1]."""
    ctx.require(Permission.HOURS_COMPLETION_READ)
    target = ctx.regulation.decimal("hours.school_research.target_yearly", on=year.last_day)
    return await queries.teacher_completion(ctx, request, year, target, is_met=is_met, school_id=school_id)


async def follow_roster(ctx: Context, *, school_ids: Sequence[UUID], since: date, **_: Any) -> None:
    """Reaction to a change of rosters: count the completion of the schools afresh, in every year it touches."""
    for year in await queries.years_counted(ctx):
        if SchoolYear(year).last_day >= since:
            await queries.refresh_completion(ctx, year, sorted(school_ids))


async def _post(ctx: Context, new: Sequence[HoursEntryCreate], *, batch: bool) -> list[AnyRow]:
    lines = await _checked(ctx, new, batch=batch)
    limits = {line.account: (line.policy.cap, line.policy.target) for line in lines}
    balances = await queries.lock_summaries(ctx, limits)
    known = await queries.by_line_keys(ctx, [line.key for line in lines])
    for line in lines:
        if line.key in known:
            _refuse_other_content(line, known[line.key])
    fresh = {line.key: line for line in reversed(lines) if line.key not in known}
    in_order = [line for line in lines if fresh.get(line.key) is line]
    _refuse_two_contents(lines, fresh)
    ids = await _write(ctx, in_order, balances)
    rows = {row.id: row for row in await queries.by_ids(ctx, list(ids.values())) if row}
    return [known[line.key] if line.key in known else rows[ids[line.key]] for line in lines]


async def _checked(ctx: Context, new: Sequence[HoursEntryCreate], *, batch: bool) -> list[_Line]:
    placements = await queries.placements(ctx, [(one.teacher_id, one.activity_date) for one in new])
    faults: list[FieldFault] = []
    lines = []
    for place, one in enumerate(new):
        pointer = f"/entries/{place}" if batch else ""
        where = placements.get((one.teacher_id, one.activity_date))
        if where is None:
            faults.append(FieldFault(f"{pointer}/teacher_id", "REFERENCE_UNKNOWN", "没有这位教师"))
            continue
        policy = rules.check_policy(ctx.regulation, one.category, on=one.activity_date)
        if isinstance(policy, Finding):
            faults.append(ctx.fault(policy, f"{pointer}/activity_date"))
            continue
        year = SchoolYear.parse(one.school_year) if one.school_year else None
        employed, on_post = where.school_id is not None, bool(where.is_on_post)
        facts = rules.Line(one.category, one.claimed_hours, one.activity_date, year, employed, on_post)
        found = rules.check_line(facts, policy, today=ctx.clock.today)
        broken = [finding for finding in found if finding.severity is Severity.MUST]
        faults += [ctx.fault(finding, pointer + _POINTERS.get(finding.rule, "")) for finding in broken]
        if not broken:
            year = SchoolYear.of(one.activity_date)
            lines.append(_Line(place, one, year, where.school_id, _key(one), policy, tuple(found)))
    if faults:
        detail = "；".join(fault.message for fault in faults[:5])
        raise _refusal(faults)("HOURS_LINE_REFUSED", f"共 {len(faults)} 处不符合要求：{detail}", errors=faults)
    return lines


_POINTERS = {
    "hours.line_per_day_max": "/claimed_hours",
    "hours.per_day": "/claimed_hours",
    "hours.future": "/activity_date",
    "hours.outside_school_year": "/school_year",
    "hours.not_employed": "/activity_date",
    "hours.not_on_post": "/activity_date",
}


def _refusal(faults: Sequence[FieldFault]) -> type[Invalid]:
    return RuleBroken if any(fault.params.get("severity") == Severity.MUST for fault in faults) else Invalid


def _key(new: HoursEntryCreate) -> str:
    if new.external_key:
        return rules.external_line_key(new.source, new.external_key)
    return rules.line_key(new.teacher_id, new.activity_date, new.category, new.activity_title, new.session)


def _content(line: HoursEntryCreate) -> tuple[object, ...]:
    return (
        line.teacher_id,
        str(line.category),
        line.claimed_hours,
        line.activity_title,
        line.activity_date,
        line.session,
    )


def _refuse_other_content(line: _Line, known: AnyRow) -> None:
    stored = (
        known.teacher_id,
        known.category,
        known.claimed_hours,
        known.activity_title,
        known.activity_date,
        known.session,
    )
    if stored != _content(line.new):
        names = ("teacher_id", "category", "claimed_hours", "activity_title", "activity_date", "session")
        raise Conflict(
            "HOURS_LINE_CONFLICT",
            "同一条学时（来源标识相同）已登记过，但内容不同。请核对；确需更正请先红冲原记录。",
            existing_id=str(known.id),
            existing={name: str(value) for name, value in zip(names, stored, strict=True)},
            submitted={name: str(value) for name, value in zip(names, _content(line.new), strict=True)},
        )


def _refuse_two_contents(lines: Sequence[_Line], fresh: dict[str, _Line]) -> None:
    faults = [
        FieldFault(
            f"/entries/{line.place}", "DUPLICATE_CONFLICT", f"与第 {fresh[line.key].place + 1} 条标识相同但内容不同"
        )
        for line in lines
        if line.key in fresh and _content(fresh[line.key].new) != _content(line.new)
    ]
    if faults:
        raise Conflict("HOURS_LINE_CONFLICT", "同一批中有标识相同但内容不同的学时，请核对。", errors=faults)


async def _write(ctx: Context, lines: Sequence[_Line], balances: dict[AccountKey, Decimal]) -> dict[str, UUID]:
    if not lines:
        return {}
    limited = [
        (line.new.teacher_id, str(line.new.category), line.new.activity_date) for line in lines if line.policy.per_day
    ]
    days = await queries.credited_on_days(ctx, limited) if limited else {}
    used = dict(balances)
    rows, drafts = [], []
    for line in lines:
        day = (line.new.teacher_id, str(line.new.category), line.new.activity_date)
        given = rules.credit(
            line.new.claimed_hours, rules.Used(days.get(day, rules.ZERO), used[line.account]), line.policy
        )
        days[day] = days.get(day, rules.ZERO) + given.credited
        used[line.account] += given.credited
        row = _row(ctx, line, given)
        rows.append(row)
        drafts.append(_posted(ctx, line, row, given))
    await queries.post(ctx, rows)
    await events.append(ctx.db, drafts)
    return {line.key: row["id"] for line, row in zip(lines, rows, strict=True)}


def _row(ctx: Context, line: _Line, given: rules.Credit) -> dict[str, Any]:
    return {
        "id": new_id(),
        "teacher_id": line.new.teacher_id,
        "school_id": line.school_id,
        "school_year": line.year.start,
        "category": str(line.new.category),
        "claimed": line.new.claimed_hours,
        "credited": given.credited,
        "activity_title": line.new.activity_title,
        "activity_date": line.new.activity_date,
        "session": line.new.session,
        "source": line.new.source,
        "external_key": line.new.external_key,
        "line_key": line.key,
        "revision": 1,
        "reason": line.new.reason,
        "findings": [finding.as_json() for finding in line.advice + given.findings],
        "policy_version": ctx.regulation.version,
        "posted_by": ctx.principal.account_id,
    }


def _posted(ctx: Context, line: _Line, row: dict[str, Any], given: rules.Credit) -> dict[str, Any]:
    facts = {
        "category": row["category"],
        "school_year": line.year.name,
        "claimed": str(row["claimed"]),
        "credited": str(given.credited),
    }
    return ctx.event(
        "hours.posted",
        entity="hours_entry",
        entity_id=row["id"],
        place=Place(line.school_id, line.new.teacher_id),
        facts=facts,
        findings=line.advice + given.findings,
    )


def _found(row: AnyRow | None) -> AnyRow:
    if row is None:
        raise NotFound
    return row


def _summary(ctx: Context, teacher_id: UUID, held: Sequence[rules.Balance], year: SchoolYear) -> TeacherHours:
    cycle = rules.cycle_standing(ctx.regulation, held, year)
    return TeacherHours.model_validate(
        {
            "teacher_id": teacher_id,
            "school_year": year.name,
            "categories": rules.standings(ctx.regulation, held, year),
            "cycle": CycleHours(
                starts=cycle.starts.name,
                ends=cycle.ends.name,
                credited=cycle.credited,
                target=cycle.target,
                remaining=cycle.remaining,
                is_met=cycle.is_met,
            ),
        }
    )


def _labels(ctx: Context, group_by: str) -> dict[str, str]:
    sets = {"stage": "stages", "subject": "subjects"}
    if group_by not in sets:
        return {}
    return {code.code: code.label for code in ctx.regulation.codes(sets[group_by])}


def _completion_row(key: str, name: str, teachers: int, met: int) -> CompletionRow:
    share = round(met / teachers, 4) if teachers else None
    return CompletionRow(key=key, name=name, teachers=teachers, met=met, share=share)
