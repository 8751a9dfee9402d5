"""Use cases of activities 校本研修活动: record, correct, cancel, attend, claim the hours. [A5.7.1] [A5.7.2]"""

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, Invalid, NotFound, RuleBroken
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.hours import rules as hours_rules
from app.hours import service as hours
from app.hours.queries import sheet_facts
from app.hours.schemas import SHEET_MAX
from app.organisations import service as organisations
from app.policy.finding import Severity
from app.policy.school_year import SchoolYear
from app.school_research import rules
from app.school_research.queries import activities, plans
from app.school_research.queries.activities import ActivityFilter
from app.school_research.schemas import (
    ResearchActivityCancel,
    ResearchActivityCreate,
    ResearchActivityMove,
    ResearchActivityPatch,
    ResearchAttendanceCreate,
    ResearchClaim,
    ResearchClaimCreate,
    ResearchSignIn,
    ResearchSignInCode,
)
from app.school_research.service.plan_checks import CONTENTS, MODES, found, own_school
from app.school_research.states import ACTIVITY_LIFECYCLE, AttendanceMeans, ResearchActivityStatus

RECORD = Permission.RESEARCH_ACTIVITY_RECORD
ALPHABET, CODE_LENGTH = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 8
explain(
    {
        "uq_research_activities_held": (
            "RESEARCH_ACTIVITY_REPEATED",
            "本校当日已登记同题同场次的活动，如为另一场请填写场次。",
        ),
        "uq_research_activities_code": ("DATA_CONFLICT", "签到码生成冲突，请重试。"),
    }
)


async def find_activities(ctx: Context, request: PageRequest, only: ActivityFilter) -> Page[AnyRow]:
    """A page of activities, newest first."""
    ctx.require(Permission.RESEARCH_ACTIVITY_READ)
    return await activities.page(ctx, request, only)


async def get_activity(ctx: Context, activity_id: UUID) -> AnyRow:
    """One activity; NotFound outside the scope."""
    ctx.require(Permission.RESEARCH_ACTIVITY_READ)
    return found(await activities.by_id(ctx, activity_id))


async def get_activities(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Activities (n,) -> rows (n,), None where missing."""
    ctx.require(Permission.RESEARCH_ACTIVITY_READ)
    return await activities.by_ids(ctx, ids)


async def attendance(ctx: Context, request: PageRequest, activity_id: UUID) -> Page[AnyRow]:
    """A page of who took part; a teacher sees the own line. NotFound outside the scope."""
    ctx.require(Permission.RESEARCH_ACTIVITY_READ)
    await get_activity(ctx, activity_id)
    return await activities.attendance_page(ctx, request, activity_id)


async def create_activity(ctx: Context, new: ResearchActivityCreate) -> AnyRow:
    """Record an activity 登记活动; its term and plan follow from its day."""
    ctx.require(RECORD)
    school = await own_school(ctx, new.school_id, RECORD)
    year = SchoolYear.of(new.activity_date)
    term = await _term_on(ctx, year, new.activity_date)
    values = new.model_dump(exclude={"school_id"})
    _check_topics(ctx, values)
    plan = await plans.standing(ctx, school.id, year.start)
    own = {"school_id": school.id, "start_year": year.start, "term": term, "plan_id": plan.id if plan else None}
    activity_id = await activities.create(ctx, {**values, **own})
    await _record(ctx, "created", activity_id, school.id, {"date": new.activity_date.isoformat()})
    return await get_activity(ctx, activity_id)


async def change_activity(
    ctx: Context, activity_id: UUID, patch: ResearchActivityPatch, *, version: int | None
) -> AnyRow:
    """Correct an activity 修改活动, until its hours are claimed."""
    row = await _held(ctx, activity_id, version=version)
    changes = patch.changes()
    if not changes:
        return row
    _check_topics(ctx, changes)
    await activities.change(ctx, [activity_id], changes)
    await _record(ctx, "changed", activity_id, row.school_id, {"fields": sorted(changes)})
    return await get_activity(ctx, activity_id)


async def cancel_activity(
    ctx: Context, activity_id: UUID, why: ResearchActivityCancel, *, version: int | None
) -> AnyRow:
    """Let an activity not count 作废; it stays on record with the reason."""
    row = await _held(ctx, activity_id, version=version)
    status = ACTIVITY_LIFECYCLE.move(ResearchActivityStatus(row.status), "cancel")
    values = {"status": str(status), "cancel_reason": why.reason, "sign_in_code": None}
    await activities.change(ctx, [activity_id], values)
    await _record(ctx, "cancelled", activity_id, row.school_id, {})
    return await get_activity(ctx, activity_id)


async def add_attendance(
    ctx: Context, activity_id: UUID, new: ResearchAttendanceCreate, *, version: int | None
) -> AnyRow:
    """Enter who took part by a list, all or none 出席名单; answers the activity. [A5.2]"""
    row = await _held(ctx, activity_id, version=version)
    people = await hours.named(ctx, row.school_id, new.lines)
    spells = await sheet_facts.spells_on(ctx, sorted({(one.id, row.activity_date) for one in people}))
    faults = []
    for place, one in enumerate(people):
        spell = spells.get((one.id, row.activity_date))
        is_own = spell is not None and spell.school_id == row.school_id
        facts = rules.Attendant(one.name, is_own, spell is not None and spell.is_on_post)
        found_ = [finding for finding in rules.check_attendant(facts) if finding.severity is Severity.MUST]
        faults += [ctx.fault(finding, f"/lines/{place}") for finding in found_]
    if faults:
        message = f"共 {len(faults)} 人有问题，未保存：" + "；".join(fault.message for fault in faults[:5])
        raise RuleBroken("RULE_BROKEN", message, errors=faults)
    listed = [{"teacher_id": one.id, "hours": line.hours} for one, line in zip(people, new.lines, strict=True)]
    return await _attended(ctx, row.id, row.school_id, listed, AttendanceMeans.LIST)


async def remove_attendance(ctx: Context, activity_id: UUID, teacher_id: UUID, *, version: int | None) -> AnyRow:
    """Take a teacher off the list 删去出席; answers the activity."""
    row = await _held(ctx, activity_id, version=version)
    if await activities.strike(ctx, activity_id, teacher_id) == 0:
        raise NotFound
    await activities.change(ctx, [activity_id], {})
    await _record(ctx, "attendance_changed", activity_id, row.school_id, {"removed": str(teacher_id)})
    return await get_activity(ctx, activity_id)


async def open_sign_in(
    ctx: Context, activity_id: UUID, move: ResearchActivityMove, *, version: int | None
) -> ResearchSignInCode:
    """Make a code that teachers sign in with on the day 开放签到; a new one ends the last one."""
    del move
    row = await _held(ctx, activity_id, version=version)
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    await activities.change(ctx, [activity_id], {"sign_in_code": code})
    await _record(ctx, "sign_in_opened", activity_id, row.school_id, {})
    return ResearchSignInCode(activity_id=activity_id, code=code, valid_on=row.activity_date)


async def sign_in(ctx: Context, given: ResearchSignIn) -> AnyRow:
    """Sign in by the code shown at an activity of the own school, on its day 签到; answers the activity. [A5.2]"""
    ctx.require(Permission.RESEARCH_SIGN_IN)
    who = ctx.principal
    row = await activities.with_code(ctx, who.organisation_id, given.code)
    if row is None or who.teacher_id is None or row.activity_date != ctx.clock.today:
        raise Conflict("SIGN_IN_CODE_INVALID", "签到码无效：请核对签到码，并在活动当日签到。")
    ctx.require(Permission.RESEARCH_SIGN_IN, on=Place(row.school_id, who.teacher_id))
    _open(await get_activity(ctx, row.id))
    people = [{"teacher_id": who.teacher_id, "hours": None}]
    return await _attended(ctx, row.id, row.school_id, people, AttendanceMeans.CODE)


async def claim_hours(ctx: Context, new: ResearchClaimCreate) -> ResearchClaim:
    """Turn the attendance of a term into hours sheets (drafts) 生成学时申报: nothing is typed twice. [A5.7.1]

    Activities stay together on a sheet; one whose sheet was withdrawn is claimed anew.
    """
    ctx.require(Permission.SUBMISSION_FILE)
    school = await own_school(ctx, new.school_id, Permission.SUBMISSION_FILE)
    waiting = await activities.unclaimed(ctx, school.id, int(new.term[:4]), int(new.term[-1]))
    if not waiting:
        raise Conflict("RESEARCH_NOTHING_TO_CLAIM", "本学期没有尚未申报学时的活动出席，请先登记活动和出席。")
    made, count = [], 0
    for ids in rules.sheets_of([(row.id, row.attended) for row in waiting], most=SHEET_MAX):
        lines = [dict(row._mapping) for row in await activities.lines(ctx, ids)]  # noqa: SLF001 - public by name
        sheet = await hours.claim_attended(ctx, school.id, new.term, lines)
        await activities.change(ctx, ids, {"submission_id": sheet.id})
        made.append(sheet.id)
        count += len(lines)
    facts = {"term": new.term, "activities": len(waiting), "lines": count}
    await _record(ctx, "claimed", None, school.id, facts)
    return ResearchClaim(submission_ids=made, activities=len(waiting), lines=count)


async def _held(ctx: Context, activity_id: UUID, *, version: int | None) -> AnyRow:
    """The activity, locked, once the caller may change it and it is open."""
    ctx.require(RECORD)
    ctx.require(Permission.RESEARCH_ACTIVITY_READ)
    row = found(await activities.by_id(ctx, activity_id, lock=True))
    ctx.require(RECORD, on=Place(row.school_id))
    check_version(row, version)
    _open(row)
    return row


def _open(row: AnyRow) -> None:
    if row.status != ResearchActivityStatus.OPEN or row.is_claimed:
        message = "活动已作废，或其学时已申报，不能再改。已申报的请先撤回学时申报。"
        raise Conflict("RESEARCH_ACTIVITY_CLOSED", message, status=row.status)


async def _term_on(ctx: Context, year: SchoolYear, day: date) -> int:
    try:
        calendar = await organisations.school_year(ctx, year)
    except NotFound as error:
        message = f"还没有设置 {year} 学年的校历，请联系进修学校设置后再登记。"
        fault = FieldFault("/activity_date", "SCHOOL_YEAR_UNKNOWN", message)
        raise Invalid("SCHOOL_YEAR_UNKNOWN", message, errors=[fault]) from error
    return int(hours_rules.term_on(year, day, calendar.terms[1].starts_on)[-1])


def _check_topics(ctx: Context, values: dict[str, Any]) -> None:
    for field, name, what in (("content", CONTENTS, "研修内容"), ("mode", MODES, "研修方式")):
        if field in values:
            known = list(ctx.regulation.codes(name))
            codes, labels = [one.code for one in known], [one.label for one in known]
            ctx.enforce(rules.check_topic(values[field], codes=codes, labels=labels, what=what), pointer=f"/{field}")


async def _attended(
    ctx: Context, activity_id: UUID, school_id: UUID, people: Sequence[dict[str, Any]], means: AttendanceMeans
) -> AnyRow:
    added = await activities.attend(ctx, activity_id, people, means)
    if added:
        await activities.change(ctx, [activity_id], {})
        await _record(ctx, "attendance_changed", activity_id, school_id, {"added": added, "means": str(means)})
    return await get_activity(ctx, activity_id)


async def _record(ctx: Context, act: str, activity_id: UUID | None, school_id: UUID, facts: dict[str, Any]) -> None:
    place = Place(school_id)
    await ctx.record(
        f"research_activity.{act}", entity="research_activity", entity_id=activity_id, place=place, facts=facts
    )
