"""Use cases of organisations and school years."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.access.reactions import happened
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, Invalid, NotFound
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.organisations import queries, rules
from app.organisations.schemas import (
    OrganisationCreate,
    OrganisationPatch,
    SchoolYearCalendar,
    SchoolYearWrite,
    Term,
    Week,
)
from app.organisations.states import ORGANISATION_LIFECYCLE, OrganisationKind, OrganisationStatus
from app.policy.load import NoPolicyYet
from app.policy.school_year import SchoolYear

explain(
    {
        "uq_organisations_region_id_code": ("ORGANISATION_CODE_TAKEN", "这个机构代码已被使用，请核对。"),
        "uq_organisations_bureau": ("BUREAU_EXISTS", "本区域已有教体局，不能再建一个。"),
        "uq_organisations_department": ("DEPARTMENT_EXISTS", "本区域已有这个科室。"),
    }
)


async def find(ctx: Context, request: PageRequest, **filters: Any) -> Page[AnyRow]:
    """A page of organisations; filters as in queries.page."""
    ctx.require(Permission.ORGANISATION_READ)
    return await queries.page(ctx, request, **filters)


async def get(ctx: Context, organisation_id: UUID) -> AnyRow:
    """One organisation; NotFound outside the scope."""
    ctx.require(Permission.ORGANISATION_READ)
    return _found(await queries.by_id(ctx, organisation_id))


async def get_many(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Organisations (n,) -> rows (n,), None where missing."""
    ctx.require(Permission.ORGANISATION_READ)
    return await queries.by_ids(ctx, ids)


async def create(ctx: Context, new: OrganisationCreate) -> AnyRow:
    """Add an organisation to the tree; RuleBroken if it may not stand there."""
    ctx.require(Permission.ORGANISATION_CHANGE)
    parent = await _open_parent(ctx, new.parent_id)
    ctx.enforce(rules.check_parent(new.kind, OrganisationKind(parent.kind) if parent else None), pointer="/parent_id")
    _check_codes(ctx, new.stages, new.kind, new.department_code)
    values = new.model_dump() | {"kind": str(new.kind), "parent_kind": parent.kind if parent else None}
    row = await queries.create(ctx, values)
    await ctx.record("organisation.created", entity="organisation", entity_id=row.id, place=Place(row.id))
    return row


async def change(ctx: Context, organisation_id: UUID, patch: OrganisationPatch, *, version: int | None) -> AnyRow:
    """Change facts of an organisation; Stale if it changed since it was read."""
    ctx.require(Permission.ORGANISATION_CHANGE)
    row = _found(await queries.by_id(ctx, organisation_id, lock=True))
    check_version(row, version)
    changes = patch.changes()
    _check_codes(ctx, changes.get("stages", ()), OrganisationKind(row.kind), row.department_code)
    if not changes:
        return row
    changed = await queries.change(ctx, organisation_id, changes)
    facts = {"fields": sorted(changes)}
    await ctx.record("organisation.changed", entity="organisation", entity_id=row.id, place=Place(row.id), facts=facts)
    return changed


async def close(ctx: Context, organisation_id: UUID, *, version: int | None) -> AnyRow:
    """Close an organisation 撤并: nothing open stands under it and, as a reaction asks, nobody works there."""
    ctx.require(Permission.ORGANISATION_CHANGE)
    row = _found(await queries.by_id(ctx, organisation_id, lock=True))
    check_version(row, version)
    status = ORGANISATION_LIFECYCLE.move(OrganisationStatus(row.status), "close")
    if await queries.has_open_children(ctx, organisation_id):
        raise Conflict("ORGANISATION_NOT_EMPTY", "下面还有在办的机构，请先撤并或划转它们。")
    await happened(ctx, "organisation.closing", organisation_id=organisation_id)
    changed = await queries.change(ctx, organisation_id, {"status": str(status), "closed_on": ctx.clock.today})
    await ctx.record("organisation.closed", entity="organisation", entity_id=row.id, place=Place(row.id))
    return changed


async def reopen(ctx: Context, organisation_id: UUID, *, version: int | None) -> AnyRow:
    """Open a closed organisation again 恢复."""
    ctx.require(Permission.ORGANISATION_CHANGE)
    row = _found(await queries.by_id(ctx, organisation_id, lock=True))
    check_version(row, version)
    status = ORGANISATION_LIFECYCLE.move(OrganisationStatus(row.status), "reopen")
    await _open_parent(ctx, row.parent_id)
    changed = await queries.change(ctx, organisation_id, {"status": str(status), "closed_on": None})
    await ctx.record("organisation.reopened", entity="organisation", entity_id=row.id, place=Place(row.id))
    return changed


async def school_years(ctx: Context) -> list[SchoolYearCalendar]:
    """The calendars of the region, newest first."""
    ctx.require(Permission.SCHOOL_YEAR_READ)
    return [_calendar(ctx, row) for row in await queries.school_years(ctx)]


async def school_year(ctx: Context, year: SchoolYear) -> SchoolYearCalendar:
    """The calendar of a school year with weeks and due days; NotFound if it is not set."""
    ctx.require(Permission.SCHOOL_YEAR_READ)
    row = await queries.school_year(ctx, year.start)
    if row is None:
        raise NotFound("SCHOOL_YEAR_NOT_SET", f"{year} 学年的校历尚未设置。")
    return _calendar(ctx, row)


async def put_school_year(
    ctx: Context, year: SchoolYear, days: SchoolYearWrite, *, version: int | None
) -> SchoolYearCalendar:
    """Set the first and last school days of a school year [A5.7.3]."""
    ctx.require(Permission.SCHOOL_YEAR_CHANGE)
    known = await queries.school_year(ctx, year.start, lock=True)
    if known:
        check_version(known, version)
    _check_days(year, days)
    row = await queries.put_school_year(ctx, year.start, days.model_dump(), known)
    await ctx.record("school_year.set", entity="school_year", entity_id=row.id, facts={"school_year": year.name})
    return _calendar(ctx, row)


async def region(ctx: Context) -> AnyRow:
    """The caller's region."""
    ctx.require(Permission.ORGANISATION_READ)
    return await queries.region(ctx)


def _found(row: AnyRow | None) -> AnyRow:
    if row is None:
        raise NotFound
    return row


async def _open_parent(ctx: Context, parent_id: UUID | None) -> AnyRow | None:
    if parent_id is None:
        return None
    parent = await queries.by_id(ctx, parent_id)
    if parent is None:
        fault = FieldFault("/parent_id", "REFERENCE_UNKNOWN", "没有这个上级机构")
        raise Invalid("REFERENCE_UNKNOWN", "没有这个上级机构，请核对 parent_id。", errors=[fault])
    if parent.status != OrganisationStatus.OPEN:
        raise Conflict("ORGANISATION_CLOSED", f"上级机构“{parent.name}”已撤并。")
    return parent


def _check_codes(ctx: Context, stages: Sequence[str], kind: OrganisationKind, department: str | None) -> None:
    known = {code.code for code in ctx.regulation.codes("stages")}
    faults = [
        FieldFault(f"/stages/{place}", "CODE_UNKNOWN", f"没有学段代码 {stage}，见 /v1/reference-data/stages")
        for place, stage in enumerate(stages)
        if stage not in known
    ]
    if (kind is OrganisationKind.DEPARTMENT) != (department is not None):
        message = "科室必须有科室代码，其他机构不能有"
        faults.append(FieldFault("/department_code", "DEPARTMENT_CODE", message))
    elif department and department not in {code.code for code in ctx.regulation.departments()}:
        faults.append(
            FieldFault("/department_code", "CODE_UNKNOWN", "没有这个科室代码，见 /v1/reference-data/departments")
        )
    if faults:
        raise Invalid("INVALID", "；".join(fault.message for fault in faults), errors=faults)


def _check_days(year: SchoolYear, days: SchoolYearWrite) -> None:
    order = list(days.model_dump().items())
    faults = [
        FieldFault(f"/{name}", "OUT_OF_ORDER", f"应晚于 {earlier}")
        for (_, earlier), (name, day) in pairwise(order)
        if day <= earlier
    ]
    earliest = year.first_day.replace(month=8, day=15)
    faults += [
        FieldFault(f"/{name}", "OUT_OF_YEAR", f"应在 {earliest} 与 {year.last_day} 之间")
        for name, day in order
        if not earliest <= day <= year.last_day
    ]
    if faults:
        raise Invalid("SCHOOL_YEAR_INVALID", "校历日期不正确，请核对。", errors=faults)


def _calendar(ctx: Context, row: AnyRow) -> SchoolYearCalendar:
    year = SchoolYear(row.start_year)
    spans = (
        (1, row.first_term_starts_on, row.first_term_ends_on),
        (2, row.second_term_starts_on, row.second_term_ends_on),
    )
    terms = [
        Term(
            name=f"{year}-{number}",
            starts_on=first,
            ends_on=last,
            weeks=[Week(**week._asdict()) for week in rules.weeks(first, last)],
        )
        for number, first, last in spans
    ]
    facts = {
        "id": row.id,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "version": row.version,
        "school_year": year.name,
        "terms": terms,
        "school_plan_due_on": _plan_due_on(ctx, row.first_term_starts_on),
    }
    return SchoolYearCalendar.model_validate(facts)


def _plan_due_on(ctx: Context, first_day: date) -> date | None:
    try:
        week = ctx.regulation.whole("school_research.plan.due_before_week", on=first_day)
    except NoPolicyYet:
        return None
    return rules.plan_due_on(first_day, before_week=week)
