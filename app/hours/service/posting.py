"""Use cases of the hours ledger: post, reverse, read. [A5.6] [A5.7.1] [A6.13c]"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core import events
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, Invalid, RuleBroken
from app.core.ids import new_id
from app.hours import queries, rules
from app.hours.queries import AccountKey
from app.hours.schemas import HoursEntryCreate
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


async def post(ctx: Context, new: HoursEntryCreate) -> AnyRow:
    """Credit one line 核准并登记 [A5.6]; the same line again answers the first entry and writes nothing."""
    ctx.require(Permission.HOURS_POST)
    return (await _post(ctx, [new], batch=False))[0]


async def post_many(ctx: Context, new: Sequence[HoursEntryCreate]) -> list[AnyRow]:
    """Credit lines in the order given, all or none; answers an entry per line."""
    ctx.require(Permission.HOURS_POST)
    return await _post(ctx, new, batch=True)


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
