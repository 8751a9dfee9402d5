"""The one way into the ledger besides imports: crediting lines of any use case. [A5.6] [A5.7.1] [A6.13c]"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum
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
from app.hours.states import HoursCategory
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


class Repeats(Enum):
    """What to do with a line that is in the ledger already: answer its entry, or refuse it with the others' faults."""

    ANSWER = "answer"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class CreditLine:
    """A line to be credited 待计入的学时, whatever use case it comes from, with its provenance.

    source, source_id: the kind of record it comes from, and which; posted_by, approved_by: different persons.
    revision: None takes the next one where the newest entry of the same line was reversed.
    line_key: the key of a line that is credited anew, whatever it says now.
    pointer: where faults of this line point to in the client's document.
    """

    teacher_id: UUID
    category: HoursCategory
    claimed_hours: Decimal
    activity_title: str
    activity_date: date
    source: str
    posted_by: UUID
    session: str | None = None
    school_year: SchoolYear | None = None
    source_id: UUID | None = None
    external_key: str | None = None
    approved_by: UUID | None = None
    reason: str | None = None
    revision: int | None = None
    line_key: str | None = None
    pointer: str = ""

    @property
    def key(self) -> str:
        """What makes it the same line: the source's own key, else teacher, day, category, title and session."""
        if self.line_key:
            return self.line_key
        if self.external_key:
            return rules.external_line_key(self.source, self.external_key)
        return rules.line_key(self.teacher_id, self.activity_date, self.category, self.activity_title, self.session)

    @property
    def content(self) -> dict[str, object]:
        """What two postings of the same line must agree in."""
        return {
            "teacher_id": self.teacher_id,
            "category": str(self.category),
            "claimed_hours": self.claimed_hours,
            "activity_title": self.activity_title,
            "activity_date": self.activity_date,
            "session": self.session,
        }


@dataclass(frozen=True, slots=True)
class _Line:
    """A line on its way into the ledger."""

    place: int
    new: CreditLine
    year: SchoolYear
    school_id: UUID
    policy: rules.CategoryPolicy
    advice: tuple[Finding, ...]
    key: str

    @property
    def account(self) -> AccountKey:
        return (self.new.teacher_id, self.year.start, str(self.new.category))


async def credit(
    ctx: Context,
    new: Sequence[CreditLine],
    *,
    repeats: Repeats = Repeats.ANSWER,
    permission: Permission = Permission.HOURS_POST,
) -> list[AnyRow]:
    """Credit lines of any use case in the order given, all or none, in its transaction; answers an entry per line.

    Refuses with every fault of every line at once. permission: HOURS_RECREDIT where they correct what stood there.
    """
    ctx.require(permission)
    lines, faults = await _checked(ctx, new, permission)
    limits = {line.account: (line.policy.cap, line.policy.target) for line in lines}
    balances = await queries.lock_summaries(ctx, limits)
    newest = await queries.by_line_keys(ctx, [line.key for line in lines])
    # A line that a re-credit has corrected stands under the key it had before.
    lines = [replace(line, key=newest[line.key].line_key) if line.key in newest else line for line in lines]
    known = _known(lines, newest)
    if repeats is Repeats.REFUSE:
        faults += [_already(line, known[line.key]) for line in lines if line.key in known]
    _refuse(faults)
    for line in lines:
        if line.key in known:
            _refuse_other_content(line, known[line.key])
    fresh = {line.key: line for line in reversed(lines) if line.key not in known}
    in_order = [line for line in lines if fresh.get(line.key) is line]
    _refuse_two_contents(lines, fresh)
    revisions = {key: row.revision + 1 for key, row in newest.items()}
    corrects = permission is Permission.HOURS_RECREDIT
    ids = await _write(ctx, in_order, balances, revisions, corrects=corrects)
    rows = {row.id: row for row in await queries.by_ids(ctx, list(ids.values())) if row}
    return [known[line.key] if line.key in known else rows[ids[line.key]] for line in lines]


async def _checked(
    ctx: Context, new: Sequence[CreditLine], permission: Permission
) -> tuple[list[_Line], list[FieldFault]]:
    """The lines that may be credited, and what is wrong with the others."""
    placements = await queries.placements(ctx, [(one.teacher_id, one.activity_date) for one in new], permission)
    faults: list[FieldFault] = []
    lines = []
    for place, one in enumerate(new):
        where = placements.get((one.teacher_id, one.activity_date))
        if where is None:
            faults.append(FieldFault(f"{one.pointer}/teacher_id", "REFERENCE_UNKNOWN", "没有这位教师"))
            continue
        policy = rules.check_policy(ctx.regulation, one.category, on=one.activity_date)
        if isinstance(policy, Finding):
            faults.append(ctx.fault(policy, f"{one.pointer}/activity_date"))
            continue
        employed, on_post = where.school_id is not None, bool(where.is_on_post)
        facts = rules.Line(one.category, one.claimed_hours, one.activity_date, one.school_year, employed, on_post)
        found = rules.check_line(facts, policy, today=ctx.clock.today)
        broken = [finding for finding in found if finding.severity is Severity.MUST]
        faults += [ctx.fault(finding, one.pointer + LINE_POINTERS.get(finding.rule, "")) for finding in broken]
        if not broken:
            year = SchoolYear.of(one.activity_date)
            lines.append(_Line(place, one, year, where.school_id, policy, tuple(found), one.key))
    return lines, faults


LINE_POINTERS = {
    "hours.line_per_day_max": "/claimed_hours",
    "hours.per_day": "/claimed_hours",
    "hours.future": "/activity_date",
    "hours.outside_school_year": "/school_year",
    "hours.not_employed": "/activity_date",
    "hours.not_on_post": "/activity_date",
}
"""Which field a finding about a line is about."""


def _refuse(faults: Sequence[FieldFault]) -> None:
    if faults:
        detail = "；".join(fault.message for fault in faults[:5])
        refusal = RuleBroken if any(fault.params.get("severity") == Severity.MUST for fault in faults) else Invalid
        raise refusal("HOURS_LINE_REFUSED", f"共 {len(faults)} 处不符合要求：{detail}", errors=faults)


def _known(lines: Sequence[_Line], newest: Mapping[str, AnyRow]) -> dict[str, AnyRow]:
    """Lines that are in the ledger already: key -> entry. A reversed entry counts only where the revision is fixed."""
    known = {}
    for line in lines:
        row = newest.get(line.key)
        if row and (row.reversed_by_id is None if line.new.revision is None else row.revision >= line.new.revision):
            known[line.key] = row
    return known


def _already(line: _Line, known: AnyRow) -> FieldFault:
    message = f"{known.teacher_name} {known.activity_date}“{known.activity_title}”已计入学时，请从申报中删去该行。"
    return FieldFault(line.new.pointer, "HOURS_ALREADY_CREDITED", message, {"existing_id": str(known.id)})


def _refuse_other_content(line: _Line, known: AnyRow) -> None:
    submitted = line.new.content
    stored = {name: getattr(known, name) for name in submitted}
    if stored != submitted:
        raise Conflict(
            "HOURS_LINE_CONFLICT",
            "同一条学时（来源标识相同）已登记过，但内容不同。请核对；确需更正请先红冲原记录。",
            existing_id=str(known.id),
            existing={name: str(value) for name, value in stored.items()},
            submitted={name: str(value) for name, value in submitted.items()},
        )


def _refuse_two_contents(lines: Sequence[_Line], fresh: dict[str, _Line]) -> None:
    faults = [
        FieldFault(line.new.pointer, "DUPLICATE_CONFLICT", f"与第 {fresh[line.key].place + 1} 条标识相同但内容不同")
        for line in lines
        if line.key in fresh and fresh[line.key].new.content != line.new.content
    ]
    if faults:
        raise Conflict("HOURS_LINE_CONFLICT", "同一批中有标识相同但内容不同的学时，请核对。", errors=faults)


async def _write(
    ctx: Context,
    lines: Sequence[_Line],
    balances: dict[AccountKey, Decimal],
    revisions: Mapping[str, int],
    *,
    corrects: bool,
) -> dict[str, UUID]:
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
        row = _row(ctx, line, given, line.new.revision or revisions.get(line.key, 1))
        rows.append(row)
        drafts.append(_posted(ctx, line, row, given))
    await queries.post(ctx, rows, corrects=corrects)
    await events.append(ctx.db, drafts)
    return {line.key: row["id"] for line, row in zip(lines, rows, strict=True)}


def _row(ctx: Context, line: _Line, given: rules.Credit, revision: int) -> dict[str, Any]:
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
        "source_id": line.new.source_id,
        "external_key": line.new.external_key,
        "line_key": line.key,
        "revision": revision,
        "reason": line.new.reason,
        "findings": [finding.as_json() for finding in line.advice + given.findings],
        "policy_version": ctx.regulation.version,
        "posted_by": line.new.posted_by,
        "approved_by": line.new.approved_by,
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
