"""Use cases of checks 检查: mid-term by the 中心校, the sample by 进修学校, and corrections. [A5.8.1 A5.8.2]"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission, Role
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, Invalid, NotPermitted
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.organisations.states import OrganisationKind
from app.school_research.queries import inspections as queries
from app.school_research.queries import plans
from app.school_research.queries.inspections import InspectionFilter
from app.school_research.schemas import (
    InspectionArea,
    InspectionAssess,
    InspectionCorrect,
    InspectionCreate,
    InspectionFollowUp,
    InspectionHandIn,
)
from app.school_research.service.plan_checks import found
from app.school_research.states import INSPECTION_LIFECYCLE, InspectionKind, InspectionStatus

CHECK, ANSWER = Permission.INSPECTION_CHECK, Permission.INSPECTION_ANSWER
explain({"uq_inspections_midterm": ("INSPECTION_TAKEN", "该校本学期已有期中检查记录。")})


async def find_inspections(ctx: Context, request: PageRequest, only: InspectionFilter) -> Page[AnyRow]:
    """A page of checks, newest first."""
    ctx.require(Permission.INSPECTION_READ)
    return await queries.page(ctx, request, only)


async def get_inspection(ctx: Context, inspection_id: UUID) -> AnyRow:
    """One check; NotFound outside the scope."""
    ctx.require(Permission.INSPECTION_READ)
    return found(await queries.by_id(ctx, inspection_id))


async def get_inspections(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Checks (n,) -> rows (n,), None where missing."""
    ctx.require(Permission.INSPECTION_READ)
    return await queries.by_ids(ctx, ids)


async def inspection_progress(ctx: Context, term: str) -> list[InspectionArea]:
    """How far the mid-term checks are, by 中心校 期中检查进度. [A5.8.1]"""
    ctx.require(Permission.INSPECTION_READ)
    rows = await queries.midterm(ctx, int(term[:4]), int(term[-1]))
    ordered = sorted(rows, key=lambda row: (row.central_school_id is None, str(row.central_school_id)))
    areas = []
    for central, group in groupby(ordered, key=lambda row: row.central_school_id):
        schools = list(group)
        left = [row.school_name for row in schools if not row.is_checked]
        name = schools[0].central_school_name if central else "市直学校"
        areas.append(
            InspectionArea(
                central_school_id=central,
                central_school_name=name,
                schools=len(schools),
                checked=len(schools) - len(left),
                unchecked=left,
            )
        )
    return areas


async def create_inspection(ctx: Context, new: InspectionCreate) -> AnyRow:
    """Write down the mid-term check of a school 期中检查; of a 市直学校 by 进修学校. [A5.8.1]

    进修学校 may also spot-check any school, as often as it likes; that does not stand in for the 中心校's check.
    """
    ctx.require(CHECK)
    ctx.require(CHECK, on=Place(new.school_id))
    school = await plans.school(ctx, new.school_id)
    if school is None:
        message = "没有这所学校，请核对。"
        fault = FieldFault("/school_id", "REFERENCE_UNKNOWN", message)
        raise Invalid("REFERENCE_UNKNOWN", message, errors=[fault])
    if school.kind != OrganisationKind.SCHOOL or school.status != "open":
        raise Conflict("SCHOOL_REQUIRED", "只检查在办的学校（含幼儿园）。")
    kind = InspectionKind(new.kind)
    _own_check(ctx, kind, school.parent_kind)
    status = InspectionStatus.CORRECTING if new.correction_due_on else InspectionStatus.ASSESSED
    place = {"school_id": new.school_id, "start_year": int(new.term[:4]), "term": int(new.term[-1])}
    values = place | {"kind": str(kind), "status": str(status)} | _assessed(ctx, new)
    (inspection_id,) = await queries.add(ctx, [values])
    await _record(ctx, inspection_id, new.school_id, status, {"kind": str(kind), "score": str(new.score)})
    return await get_inspection(ctx, inspection_id)


async def hand_in(ctx: Context, inspection_id: UUID, given: InspectionHandIn, *, version: int | None) -> AnyRow:
    """The school hands in what the sample asks for 提交材料. [A5.8.2]"""
    row = await _held(ctx, inspection_id, ANSWER, version=version)
    return await _move(ctx, row, "hand_in", {"material": given.material, "handed_in_by": ctx.principal.account_id})


async def assess(ctx: Context, inspection_id: UUID, given: InspectionAssess, *, version: int | None) -> AnyRow:
    """进修学校 writes down findings and score 评定, and asks for corrections where they are needed. [A5.8.2]"""
    row = await _held(ctx, inspection_id, CHECK, version=version)
    _own_check(ctx, InspectionKind(row.kind), row.parent_kind)
    if ctx.principal.account_id == row.handed_in_by:
        message = "提交材料的人不能评定，请由另一人办理。"
        raise NotPermitted("SEPARATION_OF_DUTIES", message, permission=str(CHECK))
    return await _move(ctx, row, "demand" if given.correction_due_on else "assess", _assessed(ctx, given))


async def correct(ctx: Context, inspection_id: UUID, given: InspectionCorrect, *, version: int | None) -> AnyRow:
    """The school reports what it has put right 整改报告."""
    row = await _held(ctx, inspection_id, ANSWER, version=version)
    return await _move(ctx, row, "correct", {"correction": given.correction})


async def follow_up(ctx: Context, inspection_id: UUID, given: InspectionFollowUp, *, version: int | None) -> AnyRow:
    """Who has checked looks at the correction again 整改复查: settled, or back to the school."""
    row = await _held(ctx, inspection_id, CHECK, version=version)
    _own_check(ctx, InspectionKind(row.kind), row.parent_kind)
    return await _move(ctx, row, "settle" if given.is_settled else "reject", {"follow_up": given.follow_up})


async def _held(ctx: Context, inspection_id: UUID, permission: Permission, *, version: int | None) -> AnyRow:
    ctx.require(permission)
    ctx.require(Permission.INSPECTION_READ)
    row = found(await queries.by_id(ctx, inspection_id, lock=True))
    ctx.require(permission, on=Place(row.school_id))
    check_version(row, version)
    return row


def _own_check(ctx: Context, kind: InspectionKind, parent_kind: str) -> None:
    """Mid-term is the 中心校's, of a 市直学校 进修学校's; spot-checks and the sample are 进修学校's. [A5.8.1 A5.8.2]"""
    is_central = kind is InspectionKind.MIDTERM and parent_kind == OrganisationKind.CENTRAL_SCHOOL
    if (ctx.principal.role is Role.CENTRAL_SCHOOL) is not is_central:
        body = "所属中心校" if is_central else "进修学校"
        raise Conflict("INSPECTION_OTHER_BODY", f"这项检查由{body}办理。")


def _assessed(ctx: Context, given: InspectionCreate | InspectionAssess) -> dict[str, Any]:
    values = given.model_dump(include={"score", "opinion", "correction_due_on"})
    return values | {"assessed_by": ctx.principal.account_id, "assessed_on": ctx.clock.today}


async def _move(ctx: Context, row: AnyRow, verb: str, values: dict[str, Any]) -> AnyRow:
    status = INSPECTION_LIFECYCLE.move(InspectionStatus(row.status), verb)
    await queries.change(ctx, row.id, {"status": str(status), **values})
    await _record(ctx, row.id, row.school_id, status, {"from": row.status})
    return await get_inspection(ctx, row.id)


async def _record(
    ctx: Context, inspection_id: UUID, school_id: UUID, status: InspectionStatus, facts: dict[str, Any]
) -> None:
    place = Place(school_id)
    await ctx.record(f"inspection.{status}", entity="inspection", entity_id=inspection_id, place=place, facts=facts)
