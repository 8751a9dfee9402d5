"""Use cases of typical cases 典型案例: handed in, reviewed by 进修学校, recommended upward, used again."""

from datetime import date
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.cases import queries
from app.cases.queries import CaseFilter
from app.cases.schemas import (
    CaseUseCreate,
    TypicalCaseCreate,
    TypicalCasePatch,
    TypicalCaseRecommendation,
    TypicalCaseReview,
)
from app.cases.states import CASE_LIFECYCLE, CaseStatus
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, Invalid, NotFound, NotPermitted
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.publications.service import place_of_new

explain(
    {
        "uq_case_uses_region_id_case_id_organisation_id_used_on": (
            "CASE_USE_TAKEN",
            "本单位这一天对这个案例的应用已登记。",
        )
    }
)
READ, SUBMIT, REVIEW, RECOMMEND, USE = (
    Permission.CASE_READ,
    Permission.CASE_SUBMIT,
    Permission.CASE_REVIEW,
    Permission.CASE_RECOMMEND,
    Permission.CASE_USE,
)


async def find(ctx: Context, request: PageRequest, only: CaseFilter) -> Page[AnyRow]:
    """Cases handed in and taken in, newest first 典型案例列表."""
    ctx.require(READ)
    return await queries.page(ctx, request, only)


async def get(ctx: Context, case_id: UUID) -> AnyRow:
    """One case; NotFound outside the scope."""
    ctx.require(READ)
    return _found(await queries.by_id(ctx, case_id))


async def get_many(ctx: Context, ids: list[UUID]) -> list[AnyRow | None]:
    """Cases (n,) -> rows (n,), None where missing."""
    ctx.require(READ)
    return await queries.by_ids(ctx, ids)


async def submit(ctx: Context, new: TypicalCaseCreate) -> AnyRow:
    """Hand a case in 报送典型案例.

    A teacher an own one, a school or 中心校 its own. [A2.5c]
    """
    ctx.require(SUBMIT)
    place = await place_of_new(ctx, SUBMIT, new.organisation_id)
    made = await queries.add(
        ctx, new.model_dump() | {"organisation_id": place.organisation, "teacher_id": place.teacher}
    )
    return await _told(ctx, made, "submitted")


async def change(ctx: Context, case_id: UUID, patch: TypicalCasePatch, *, version: int | None) -> AnyRow:
    """Change a case that is not reviewed yet 修改典型案例."""
    row, _ = await _held(ctx, case_id, SUBMIT, "change", version)
    changes = patch.changes()
    await queries.change(ctx, row.id, changes)
    return await _told(ctx, case_id, "changed", {"fields": sorted(changes)})


async def review(ctx: Context, case_id: UUID, verdict: TypicalCaseReview, *, version: int | None) -> AnyRow:
    """Take a case in, or not with a reason 评审.

    Never by who handed it in.
    """
    row, status = await _held(ctx, case_id, REVIEW, verdict.decision, version)
    told = {"answered_by": ctx.principal.account_id, "answer_reason": verdict.reason}
    await queries.change(ctx, row.id, {"status": str(status), **told})
    return await _told(ctx, case_id, str(status))


async def recommend(ctx: Context, case_id: UUID, where: TypicalCaseRecommendation, *, version: int | None) -> AnyRow:
    """Recommend a case upward 择优上报.

    One that was taken in. [M6.2.3e]
    """
    row, status = await _held(ctx, case_id, RECOMMEND, "recommend", version)
    told = {"recommended_on": ctx.clock.today, "recommended_by": ctx.principal.account_id}
    values = {"status": str(status), "recommended_to": where.recommended_to, **told}
    await queries.change(ctx, row.id, values)
    return await _told(ctx, case_id, "recommended")


async def withdraw(ctx: Context, case_id: UUID, *, version: int | None) -> AnyRow:
    """Take a case back before it is reviewed 撤回."""
    row, status = await _held(ctx, case_id, SUBMIT, "withdraw", version)
    await queries.change(ctx, row.id, {"status": str(status)})
    return await _told(ctx, case_id, "withdrawn")


async def record_use(ctx: Context, case_id: UUID, new: CaseUseCreate) -> AnyRow:
    """Write down that the own organisation has used a case 登记推广应用.

    One that was taken in.
    """
    ctx.require(USE)
    row = _found(await queries.by_id(ctx, case_id))
    if row.status not in {CaseStatus.ACCEPTED, CaseStatus.RECOMMENDED}:
        raise Conflict("STATUS_CONFLICT", "只有已入选的案例可以登记推广应用。", status=row.status, possible=[])
    day: date = new.used_on or ctx.clock.today
    if day > ctx.clock.today:
        message = f"应用日期 {day} 尚未到来。"
        raise Invalid("CASE_INVALID", message, errors=[FieldFault("/used_on", "CASE_USED_ON", message)])
    values = {"case_id": case_id, "organisation_id": ctx.principal.organisation_id, "used_on": day, "note": new.note}
    made = await queries.add_use(ctx, values)
    await _told(ctx, case_id, "used", {"organisation_id": str(ctx.principal.organisation_id)})
    return made


async def uses(ctx: Context, request: PageRequest, case_id: UUID) -> Page[AnyRow]:
    """Where a case was used, newest first 推广应用."""
    ctx.require(READ)
    _found(await queries.by_id(ctx, case_id))
    return await queries.uses(ctx, case_id, request)


async def _held(
    ctx: Context, case_id: UUID, permission: Permission, verb: str, version: int | None
) -> tuple[AnyRow, CaseStatus]:
    """A case, held for a move by whom it is allowed, and the status the verb leads to."""
    ctx.require(permission)
    row = _found(await queries.by_id(ctx, case_id, lock=True))
    ctx.require(permission, on=Place(row.organisation_id, row.teacher_id))
    who = ctx.principal
    is_own = who.account_id == row.asked_by or (row.teacher_id and who.teacher_id == row.teacher_id)
    if permission is not SUBMIT and is_own:
        message = "自己报送的案例须由另一人评审、上报，换一项授权也不可以。"
        raise NotPermitted("SEPARATION_OF_DUTIES", message, permission=str(permission))
    check_version(row, version)
    return row, CASE_LIFECYCLE.move(CaseStatus(row.status), verb)


def _found(row: AnyRow | None) -> AnyRow:
    if row is None:
        raise NotFound
    return row


async def _told(ctx: Context, case_id: UUID, verb: str, facts: dict[str, Any] | None = None) -> AnyRow:
    """The case as it is now, its event written."""
    row = _found(await queries.by_id(ctx, case_id))
    place = Place(row.organisation_id, row.teacher_id)
    await ctx.record(f"typical_case.{verb}", entity="typical_case", entity_id=case_id, place=place, facts=facts)
    return row
