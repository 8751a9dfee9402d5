"""What every act on a school sheet checks: whose it is, and what is to be said of its lines. [A5.6] [A5.7.1]"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, Invalid, NotFound, RuleBroken
from app.core.versions import check_version
from app.hours import rules
from app.hours.queries import closings, credited_on_days, sheet_facts, submissions
from app.hours.states import OPEN_FOR_LINES, SUBMISSION_LIFECYCLE, ClosingStatus, HoursCategory, SubmissionStatus
from app.organisations import service as organisations
from app.organisations.states import OrganisationKind
from app.policy.finding import Severity
from app.policy.school_year import SchoolYear

POINTERS = {
    "hours.line_per_day_max": "/claimed_hours",
    "hours.per_day": "/claimed_hours",
    "hours.future": "/activity_date",
    "hours.no_policy": "/activity_date",
    "hours.not_on_post": "/teacher_id",
    "hours_submission.other_school": "/teacher_id",
    "hours_submission.outside_term": "/activity_date",
}
"""Which field of a line a finding is about; the others are about the whole line."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A line as it is checked: stored in a sheet, or proposed."""

    teacher_id: UUID
    teacher_name: str
    activity_title: str
    activity_date: date
    session: str | None
    claimed_hours: Decimal
    line_id: UUID | None = None

    @staticmethod
    def of(row: AnyRow) -> "Claim":
        """From a stored line."""
        names = ("teacher_id", "teacher_name", "activity_title", "activity_date", "session", "claimed_hours")
        return Claim(**{name: getattr(row, name) for name in names}, line_id=row.id)


def place_of(row: AnyRow) -> Place:
    """Whose a sheet is."""
    return Place(row.school_id)


async def shown(ctx: Context, submission_id: UUID) -> AnyRow:
    """A sheet the caller may see; NotFound outside the scope."""
    ctx.require(Permission.SUBMISSION_READ)
    return found(await submissions.by_id(ctx, submission_id))


async def held(
    ctx: Context, submission_id: UUID, permission: Permission, *, version: int | None, verb: str | None = None
) -> AnyRow:
    """The sheet, locked, once the caller may do this and has read its last version.

    verb: the move to be made; it must be possible before anything else is looked at. None: lines or note change.
    """
    ctx.require(permission)
    ctx.require(Permission.SUBMISSION_READ)
    row = found(await submissions.by_id(ctx, submission_id, lock=True))
    ctx.require(permission, on=place_of(row))
    check_version(row, version)
    if verb:
        SUBMISSION_LIFECYCLE.move(SubmissionStatus(row.status), verb)
    elif row.status not in OPEN_FOR_LINES:
        message = "申报已提交或已办结，内容不能再改。确需更正请由中心校或进修学校退回后修改。"
        raise Conflict("HOURS_SUBMISSION_CLOSED", message, status=row.status)
    return row


async def changed(ctx: Context, row: AnyRow, facts: dict[str, Any]) -> AnyRow:
    """The sheet with its next version, once its lines have changed and that is on record."""
    ctx.require(Permission.SUBMISSION_FILE)
    await submissions.change(ctx, row.id, {})
    place = place_of(row)
    await ctx.record(
        "hours_submission.lines_changed", entity="hours_submission", entity_id=row.id, place=place, facts=facts
    )
    return await shown(ctx, row.id)


def found(row: AnyRow | None) -> AnyRow:
    """The row, or NotFound."""
    if row is None:
        raise NotFound
    return row


async def unit_that_files(ctx: Context, school_id: UUID | None, category: str) -> AnyRow:
    """The organisation that files such a sheet: the caller's own, open, and of the kind the category asks for."""
    unit_id = school_id or ctx.principal.organisation_id
    ctx.require(Permission.SUBMISSION_FILE, on=Place(unit_id))
    unit = found(await sheet_facts.filing_unit(ctx, unit_id))
    if unit.status != "open":
        raise Conflict("ORGANISATION_CLOSED", "单位已撤销，不能再申报学时。")
    is_school = unit.kind == OrganisationKind.SCHOOL
    under = unit.parent_kind == OrganisationKind.CENTRAL_SCHOOL
    ctx.enforce(
        rules.check_filing(HoursCategory(category), is_school=is_school, has_central_school=under), pointer="/category"
    )
    return unit


async def term_called(ctx: Context, name: str) -> rules.Term:
    """The term of this name by the calendar of its year; Invalid SCHOOL_YEAR_UNKNOWN 422 where none is set."""
    year, number = SchoolYear.parse(name[:-2]), int(name[-1])
    try:
        calendar = await organisations.school_year(ctx, year)
    except NotFound as error:
        message = f"还没有设置 {year} 学年的校历，请联系进修学校设置后再填报。"
        raise Invalid(
            "SCHOOL_YEAR_UNKNOWN", message, errors=[FieldFault("/term", "SCHOOL_YEAR_UNKNOWN", message)]
        ) from error
    return rules.term_of(year, number, calendar.terms[1].starts_on)


async def outcomes(
    ctx: Context, unit_id: UUID, term: rules.Term, category: HoursCategory, claims: Sequence[Claim]
) -> list[rules.Outcome]:
    """Claims (n,) -> outcomes (n,): what approving them now would do. A fixed number of statements."""
    if not claims:
        return []
    units = await sheet_facts.unit_ids(ctx, unit_id)
    places = sorted({(one.teacher_id, one.activity_date) for one in claims})
    spells = await sheet_facts.spells_on(ctx, places)
    entered = await sheet_facts.entered_on(ctx, places, units)
    sheet = await _sheet(ctx, term, category, claims)
    lines = [_line(one, spells.get(_day(one)), entered.get(_day(one), ()), units) for one in claims]
    return rules.check_sheet(sheet, lines, today=ctx.clock.today)


async def _sheet(ctx: Context, term: rules.Term, category: HoursCategory, claims: Sequence[Claim]) -> rules.Sheet:
    policies = {
        day: rules.check_policy(ctx.regulation, category, on=day) for day in {one.activity_date for one in claims}
    }
    teachers = {one.teacher_id for one in claims}
    year = SchoolYear.of(term.first_day)
    is_closed = any(row.status == ClosingStatus.CLOSED for row in await closings(ctx, year))
    used_year = await sheet_facts.credited_in_year(ctx, teachers, year.start, str(category))
    limited = [(teacher, str(category), day) for teacher, day in {_day(one) for one in claims}]
    by_category = await credited_on_days(ctx, limited) if category is HoursCategory.WORKSHOP else {}
    used_days = {(teacher, day): hours for (teacher, _, day), hours in by_category.items()}
    return rules.Sheet(category, term, policies, used_year, used_days, is_closed)


def _day(claim: Claim) -> tuple[UUID, date]:
    return claim.teacher_id, claim.activity_date


def _line(claim: Claim, spell: AnyRow | None, entered: Sequence[AnyRow], units: frozenset[UUID]) -> rules.SheetLine:
    is_own = spell is not None and spell.school_id in units
    known = tuple(
        rules.Entered(one.id, one.line_key, one.category, one.activity_title, one.session, one.source)
        for one in entered
    )
    return rules.SheetLine(
        teacher_id=claim.teacher_id,
        claimed=claim.claimed_hours,
        title=claim.activity_title,
        day=claim.activity_date,
        session=claim.session,
        is_own=is_own,
        is_on_post=spell is not None and is_own and spell.is_on_post,
        entered=known,
    )


def refuse(ctx: Context, claims: Sequence[Claim], found_: Sequence[rules.Outcome]) -> None:
    """RuleBroken 422 with every fault of every line, if any line is refused or there is none."""
    if not claims:
        message = "申报中没有明细，请先填报。"
        raise RuleBroken(
            "HOURS_SUBMISSION_REFUSED", message, errors=[FieldFault("/lines", "HOURS_SUBMISSION_EMPTY", message)]
        )
    faults = [
        _fault(ctx, place, claim, finding)
        for place, (claim, outcome) in enumerate(zip(claims, found_, strict=True))
        for finding in outcome.findings
        if finding.severity is Severity.MUST
    ]
    if faults:
        refused = sum(outcome.is_refused for outcome in found_)
        detail = "；".join(fault.message for fault in faults[:5])
        message = f"共 {refused} 行须更正，全部未保存：{detail}"
        raise RuleBroken("HOURS_SUBMISSION_REFUSED", message, errors=faults)


def _fault(ctx: Context, place: int, claim: Claim, finding: Any) -> FieldFault:
    fault = ctx.fault(finding, f"/lines/{place}{POINTERS.get(finding.rule, '')}")
    params: Mapping[str, object] = {**fault.params, "line_id": str(claim.line_id) if claim.line_id else None}
    return FieldFault(fault.pointer, fault.code, f"第 {place + 1} 行：{fault.message}", params)


def answered(claims: Sequence[Claim], found_: Sequence[rules.Outcome]) -> dict[str, Any]:
    """The check as it is answered: the sums, and the lines of which something is to be said."""
    pairs = list(enumerate(zip(claims, found_, strict=True), 1))
    refused = sum(outcome.is_refused for outcome in found_)
    return {
        "is_submittable": bool(claims) and refused == 0,
        "line_count": len(claims),
        "refused_count": refused,
        "claimed_hours": sum((claim.claimed_hours for claim in claims), Decimal(0)),
        "credited_hours": sum((outcome.credited for outcome in found_), Decimal(0)),
        "items": [
            {
                "position": place,
                "line_id": claim.line_id,
                "teacher_id": claim.teacher_id,
                "teacher_name": claim.teacher_name,
                "claimed_hours": claim.claimed_hours,
                "credited_hours": outcome.credited,
                "findings": [finding.as_json() for finding in outcome.findings],
            }
            for place, (claim, outcome) in pairs
            if outcome.findings
        ],
    }
