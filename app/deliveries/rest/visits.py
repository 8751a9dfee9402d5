"""REST of visits, who received them, and their hours."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.deliveries import service
from app.deliveries.queries.visits import DeliveryVisitFilter
from app.deliveries.schemas import (
    DeliveryAttendance,
    DeliveryAttendanceWrite,
    DeliveryHeld,
    DeliveryHours,
    DeliveryMove,
    DeliveryReason,
    DeliveryReschedule,
    DeliveryVisit,
    DeliveryVisitCreate,
)

router = APIRouter(tags=["deliveries"])
READ, PLAN = permits(Permission.DELIVERY_READ), permits(Permission.DELIVERY_PLAN)
ONE = "/delivery-visits/{visit_id:uuid}"


@router.get("/delivery-visits", response_model=Listing[DeliveryVisit], **READ)
async def list_delivery_visits(ctx: Ctx, page: Paged, only: Annotated[DeliveryVisitFilter, Depends()]) -> object:
    """Visits with their lessons, newest first 送教活动列表 [M4.3]."""
    return listing(await service.find_visits(ctx, page, only))


@router.post("/delivery-visits", response_model=DeliveryVisit, status_code=201, **PLAN)
async def plan_delivery_visit(ctx: Ctx, new: DeliveryVisitCreate, once: Once) -> Response:
    """Plan a visit to a school, with its lessons and lecturers 安排送教活动 [M4.3]."""
    return await once.answer(ctx, new, lambda: service.plan_visit(ctx, new), DeliveryVisit)


@router.get(ONE, response_model=DeliveryVisit, **READ)
async def get_delivery_visit(ctx: Ctx, visit_id: UUID, tag: Tagged) -> object:
    """One visit 送教活动详情 [M4.3]."""
    return tag.seal(await service.get_visit(ctx, visit_id))


@router.post(f"{ONE}:reschedule", response_model=DeliveryVisit, **PLAN)
async def reschedule_delivery_visit(ctx: Ctx, visit_id: UUID, given: DeliveryReschedule, tag: Tagged) -> object:
    """Put a planned visit on another day 改期."""
    return tag.seal(await service.reschedule_visit(ctx, visit_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:hold", response_model=DeliveryVisit, **PLAN)
async def hold_delivery_visit(ctx: Ctx, visit_id: UUID, given: DeliveryHeld, tag: Tagged) -> object:
    """Say that a visit was held; lessons of trainers become their tasks 登记已送教 [M4.3]."""
    return tag.seal(await service.hold_visit(ctx, visit_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:cancel", response_model=DeliveryVisit, **PLAN)
async def cancel_delivery_visit(ctx: Ctx, visit_id: UUID, given: DeliveryReason, tag: Tagged) -> object:
    """Cancel a planned visit, with a reason 取消送教活动."""
    return tag.seal(await service.cancel_visit(ctx, visit_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:attend", response_model=DeliveryVisit, **permits(Permission.DELIVERY_RECORD))
async def attend_delivery_visit(ctx: Ctx, visit_id: UUID, given: DeliveryAttendanceWrite, tag: Tagged) -> object:
    """Put on record who received a visit 登记受训出勤 [M4.3]."""
    return tag.seal(await service.attend(ctx, visit_id, given))


@router.get(
    f"{ONE}/attendance",
    response_model=Listing[DeliveryAttendance],
    **permits(Permission.DELIVERY_ATTENDANCE_READ),
)
async def list_delivery_attendances(ctx: Ctx, visit_id: UUID, page: Paged) -> object:
    """Who received a visit, of those within the scope 受训出勤列表 [M4.3]."""
    return listing(await service.find_attendance(ctx, page, visit_id))


@router.post(f"{ONE}:confirmHours", response_model=DeliveryHours, **permits(Permission.HOURS_POST))
async def confirm_delivery_hours(ctx: Ctx, visit_id: UUID, given: DeliveryMove, once: Once, tag: Tagged) -> Response:
    """Confirm a held visit: attendance becomes hours of 岗位培训 确认送教学时 [M4.3]."""

    async def confirm() -> object:
        return await service.confirm_hours(ctx, visit_id, given, version=tag.expected(given))

    return await once.answer(ctx, given, confirm, DeliveryHours, status=200)
