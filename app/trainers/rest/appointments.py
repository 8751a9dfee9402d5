"""REST of appointments and of their revocation."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.archive.rest import Arrival, uploads
from app.archive.schemas import File
from app.core.schemas import Listing
from app.trainers import service
from app.trainers.queries.appointments import AppointmentFilter, RevocationFilter
from app.trainers.schemas import (
    TrainerAppointment,
    TrainerMove,
    TrainerReason,
    TrainerRevocation,
    TrainerRevocationAsk,
)

router = APIRouter(tags=["trainers"])
READ, REVOKE = permits(Permission.TRAINER_READ), permits(Permission.TRAINER_REVOKE)
READ_REVOCATION = permits(Permission.TRAINER_REVOCATION_READ)
ONE, REVOCATION = "/trainer-appointments/{appointment_id:uuid}", "/trainer-revocations/{revocation_id:uuid}"


@router.get("/trainer-appointments", response_model=Listing[TrainerAppointment], **READ)
async def list_trainer_appointments(ctx: Ctx, page: Paged, only: Annotated[AppointmentFilter, Depends()]) -> object:
    """Appointments, newest first 培训者聘任列表 [A7.6]."""
    return listing(await service.find_appointments(ctx, page, only))


@router.get(ONE, response_model=TrainerAppointment, **READ)
async def get_trainer_appointment(ctx: Ctx, appointment_id: UUID, tag: Tagged) -> object:
    """One appointment 培训者聘任详情 [A7.6]."""
    return tag.seal(await service.get_appointment(ctx, appointment_id))


@router.post(f"{ONE}:revoke", response_model=TrainerRevocation, status_code=201, **REVOKE)
async def revoke_trainer_appointment(
    ctx: Ctx, appointment_id: UUID, given: TrainerRevocationAsk, tag: Tagged, once: Once
) -> Response:
    """Ask for a revocation on one of the four grounds; another person confirms it 提出撤销 [A7.11]."""
    expected = tag.expected(given)
    act = lambda: service.revoke_appointment(ctx, appointment_id, given, version=expected)  # noqa: E731
    return await once.answer(ctx, given, act, TrainerRevocation)


@router.get("/trainer-revocations", response_model=Listing[TrainerRevocation], **READ_REVOCATION)
async def list_trainer_revocations(ctx: Ctx, page: Paged, only: Annotated[RevocationFilter, Depends()]) -> object:
    """Revocations, newest first 撤销资格列表 [A7.11]."""
    return listing(await service.find_revocations(ctx, page, only))


@router.get(REVOCATION, response_model=TrainerRevocation, **READ_REVOCATION)
async def get_trainer_revocation(ctx: Ctx, revocation_id: UUID, tag: Tagged) -> object:
    """One revocation 撤销资格详情 [A7.11]."""
    return tag.seal(await service.get_revocation(ctx, revocation_id))


@router.post(f"{REVOCATION}:confirm", response_model=TrainerRevocation, **REVOKE)
async def confirm_trainer_revocation(ctx: Ctx, revocation_id: UUID, given: TrainerMove, tag: Tagged) -> object:
    """Revoke, as a second person and with evidence 确认撤销 [A7.11]."""
    return tag.seal(await service.confirm_revocation(ctx, revocation_id, given, version=tag.expected(given)))


@router.post(f"{REVOCATION}:refuse", response_model=TrainerRevocation, **REVOKE)
async def refuse_trainer_revocation(ctx: Ctx, revocation_id: UUID, given: TrainerReason, tag: Tagged) -> object:
    """Leave the appointment as it is, as a second person 不予撤销 [A7.11]."""
    return tag.seal(await service.refuse_revocation(ctx, revocation_id, given, version=tag.expected(given)))


@router.post(f"{REVOCATION}/files", **uploads(Permission.TRAINER_REVOKE))
async def attach_trainer_revocation_file(arrived: Arrival, ctx: Ctx, revocation_id: UUID) -> Response:
    """Upload evidence of a revocation 上传撤销证据 [A7.11]."""
    return arrived.answer(await service.attach_revocation_file(ctx, revocation_id, arrived.draft, arrived.shelf.limits))


@router.get(f"{REVOCATION}/files", response_model=Listing[File], **READ_REVOCATION)
async def list_trainer_revocation_files(ctx: Ctx, revocation_id: UUID, page: Paged) -> object:
    """Evidence of a revocation, oldest first 撤销证据 [A7.11]."""
    return listing(await service.revocation_files(ctx, page, revocation_id))
