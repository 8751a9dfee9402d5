"""REST of applications and of direct appointments."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.trainers import service
from app.trainers.queries.applications import ApplicationFilter, InvitationFilter
from app.trainers.schemas import (
    TrainerApplication,
    TrainerApplicationWrite,
    TrainerAppoint,
    TrainerAppointment,
    TrainerInvitation,
    TrainerInvitationCreate,
    TrainerMove,
    TrainerOpinion,
    TrainerReason,
)

router = APIRouter(tags=["trainers"])
READ, APPLY = permits(Permission.TRAINER_APPLICATION_READ), permits(Permission.TRAINER_APPLY)
DECIDE, INVITE = permits(Permission.TRAINER_DECIDE), permits(Permission.TRAINER_INVITE)
READ_INVITATION, CONSENT = permits(Permission.TRAINER_INVITATION_READ), permits(Permission.TRAINER_CONSENT)
ONE, INVITATION = "/trainer-applications/{application_id:uuid}", "/trainer-invitations/{invitation_id:uuid}"


@router.get("/trainer-applications", response_model=Listing[TrainerApplication], **READ)
async def list_trainer_applications(ctx: Ctx, page: Paged, only: Annotated[ApplicationFilter, Depends()]) -> object:
    """Applications, newest first 培训者申请列表 [A7.3]."""
    return listing(await service.find_applications(ctx, page, only))


@router.post("/trainer-applications", response_model=TrainerApplication, status_code=201, **APPLY)
async def apply_as_trainer(ctx: Ctx, new: TrainerApplicationWrite, once: Once) -> Response:
    """Apply for the team 申请加入培训者团队 [A7.3]."""
    return await once.answer(ctx, new, lambda: service.apply(ctx, new), TrainerApplication)


@router.get(ONE, response_model=TrainerApplication, **READ)
async def get_trainer_application(ctx: Ctx, application_id: UUID, tag: Tagged) -> object:
    """One application 培训者申请详情 [A7.3]."""
    return tag.seal(await service.get_application(ctx, application_id))


@router.post(f"{ONE}:submit", response_model=TrainerApplication, **APPLY)
async def submit_trainer_application(
    ctx: Ctx, application_id: UUID, new: TrainerApplicationWrite, tag: Tagged
) -> object:
    """Hand a returned application in again 重新提交 [A7.3]."""
    return tag.seal(await service.submit_application(ctx, application_id, new, version=tag.expected(new)))


@router.post(f"{ONE}:recommend", response_model=TrainerApplication, **permits(Permission.TRAINER_RECOMMEND))
async def recommend_trainer_application(ctx: Ctx, application_id: UUID, given: TrainerOpinion, tag: Tagged) -> object:
    """Recommend an applicant of the own unit 单位推荐 [A7.3]."""
    return tag.seal(await service.recommend_application(ctx, application_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:return", response_model=TrainerApplication, **permits(Permission.TRAINER_RETURN_APPLICATION))
async def return_trainer_application(ctx: Ctx, application_id: UUID, given: TrainerReason, tag: Tagged) -> object:
    """Send an application back with a reason 退回 [A7.3]."""
    return tag.seal(await service.return_application(ctx, application_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:appoint", response_model=TrainerAppointment, **DECIDE)
async def appoint_trainer_applicant(ctx: Ctx, application_id: UUID, given: TrainerAppoint, tag: Tagged) -> object:
    """Appoint a recommended applicant, with a letter 审定聘任 [A7.3]."""
    return tag.seal(await service.appoint_applicant(ctx, application_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:reject", response_model=TrainerApplication, **DECIDE)
async def reject_trainer_application(ctx: Ctx, application_id: UUID, given: TrainerReason, tag: Tagged) -> object:
    """Refuse a recommended applicant 不予聘任 [A7.3]."""
    return tag.seal(await service.reject_application(ctx, application_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:withdraw", response_model=TrainerApplication, **APPLY)
async def withdraw_trainer_application(ctx: Ctx, application_id: UUID, given: TrainerMove, tag: Tagged) -> object:
    """Take an own application back 撤回申请 [A7.3]."""
    return tag.seal(await service.withdraw_application(ctx, application_id, given, version=tag.expected(given)))


@router.get("/trainer-invitations", response_model=Listing[TrainerInvitation], **READ_INVITATION)
async def list_trainer_invitations(ctx: Ctx, page: Paged, only: Annotated[InvitationFilter, Depends()]) -> object:
    """Direct appointments under way, newest first 直接聘任列表 [A7.4]."""
    return listing(await service.find_invitations(ctx, page, only))


@router.post("/trainer-invitations", response_model=TrainerInvitation, status_code=201, **INVITE)
async def invite_trainer(ctx: Ctx, new: TrainerInvitationCreate, once: Once) -> Response:
    """Ask somebody whether they would be appointed 征求本人意见 [A7.4]."""
    return await once.answer(ctx, new, lambda: service.invite(ctx, new), TrainerInvitation)


@router.get(INVITATION, response_model=TrainerInvitation, **READ_INVITATION)
async def get_trainer_invitation(ctx: Ctx, invitation_id: UUID, tag: Tagged) -> object:
    """One direct appointment under way 直接聘任详情 [A7.4]."""
    return tag.seal(await service.get_invitation(ctx, invitation_id))


@router.post(f"{INVITATION}:consent", response_model=TrainerInvitation, **CONSENT)
async def consent_trainer_invitation(ctx: Ctx, invitation_id: UUID, given: TrainerMove, tag: Tagged) -> object:
    """Consent to being appointed 本人同意 [A7.4]."""
    return tag.seal(await service.consent_invitation(ctx, invitation_id, given, version=tag.expected(given)))


@router.post(f"{INVITATION}:decline", response_model=TrainerInvitation, **CONSENT)
async def decline_trainer_invitation(ctx: Ctx, invitation_id: UUID, given: TrainerMove, tag: Tagged) -> object:
    """Decline to be appointed 本人不同意 [A7.4]."""
    return tag.seal(await service.decline_invitation(ctx, invitation_id, given, version=tag.expected(given)))


@router.post(f"{INVITATION}:withdraw", response_model=TrainerInvitation, **INVITE)
async def withdraw_trainer_invitation(ctx: Ctx, invitation_id: UUID, given: TrainerMove, tag: Tagged) -> object:
    """Ask no longer 撤回直接聘任 [A7.4]."""
    return tag.seal(await service.withdraw_invitation(ctx, invitation_id, given, version=tag.expected(given)))


@router.post(f"{INVITATION}:appoint", response_model=TrainerAppointment, **INVITE)
async def appoint_invited_trainer(ctx: Ctx, invitation_id: UUID, given: TrainerAppoint, tag: Tagged) -> object:
    """Appoint who has consented, with a letter 直接聘任 [A7.4]."""
    return tag.seal(await service.appoint_invited(ctx, invitation_id, given, version=tag.expected(given)))
