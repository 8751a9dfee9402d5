"""Use cases of direct appointment 直接聘任: the bureau asks, the person consents first, then the appointment. [A7.4]"""

from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.trainers.models import TrainerInvitation
from app.trainers.queries import applications as queries
from app.trainers.queries import people
from app.trainers.queries.applications import InvitationFilter
from app.trainers.rules import conditions
from app.trainers.schemas import TrainerAppoint, TrainerInvitationCreate, TrainerMove
from app.trainers.service import checks, letters
from app.trainers.states import INVITATION_LIFECYCLE, AppointmentRoute, InvitationStatus

explain({"uq_trainer_invitations_open": ("TRAINER_INVITATION_OPEN", "已在征求此人意见，请勿重复提出。")})
READ = Permission.TRAINER_INVITATION_READ


async def find_invitations(ctx: Context, request: PageRequest, only: InvitationFilter) -> Page[AnyRow]:
    """Direct appointments under way, newest first 直接聘任列表."""
    ctx.require(READ)
    return await queries.invitation_page(ctx, request, only)


async def get_invitation(ctx: Context, invitation_id: UUID) -> AnyRow:
    """One direct appointment under way; NotFound outside the scope."""
    ctx.require(READ)
    return checks.found(await queries.invitation(ctx, invitation_id))


async def get_invitations(ctx: Context, ids: list[UUID]) -> list[AnyRow | None]:
    """Direct appointments (n,) -> rows (n,), None where missing."""
    ctx.require(READ)
    return await queries.invitations_by_ids(ctx, ids)


async def invite(ctx: Context, new: TrainerInvitationCreate) -> AnyRow:
    """Ask somebody whether they would be appointed 征求本人意见. [A7.4]"""
    ctx.require(Permission.TRAINER_INVITE)
    checks.refuse(checks.unknown_codes(ctx, new.model_dump()))
    person = await checks.person(ctx, new.teacher_id)
    ctx.require(Permission.TRAINER_INVITE, on=Place(person.school_id, person.id))
    made = new_id()
    whose = {"id": made, "school_id": person.school_id, "asked_by": ctx.principal.account_id}
    await people.add(ctx, TrainerInvitation, {**whose, **new.model_dump()})
    return await _told(ctx, made, "asked")


async def consent_invitation(ctx: Context, invitation_id: UUID, given: TrainerMove, *, version: int | None) -> AnyRow:
    """Consent to being appointed 本人同意. [A7.4]"""
    del given
    ctx.require(Permission.TRAINER_CONSENT)
    return await _answer(ctx, invitation_id, "consent", version=version)


async def decline_invitation(ctx: Context, invitation_id: UUID, given: TrainerMove, *, version: int | None) -> AnyRow:
    """Decline to be appointed 本人不同意. [A7.4]"""
    del given
    ctx.require(Permission.TRAINER_CONSENT)
    return await _answer(ctx, invitation_id, "decline", version=version)


async def withdraw_invitation(ctx: Context, invitation_id: UUID, given: TrainerMove, *, version: int | None) -> AnyRow:
    """Ask no longer 撤回直接聘任. [A7.4]"""
    del given
    ctx.require(Permission.TRAINER_INVITE)
    row, status = await _held(ctx, invitation_id, Permission.TRAINER_INVITE, "withdraw", version=version)
    await people.change(ctx, TrainerInvitation, row.id, {"status": str(status)})
    return await _told(ctx, row.id, "withdrawn")


async def appoint_invited(ctx: Context, invitation_id: UUID, given: TrainerAppoint, *, version: int | None) -> AnyRow:
    """Appoint who has consented, with a letter 直接聘任; answers the appointment. [A7.4] [A7.6]"""
    permission = Permission.TRAINER_INVITE
    ctx.require(permission)
    row, status = await _held(ctx, invitation_id, permission, "appoint", version=version)
    checks.other_person(ctx, permission, row, row.answered_by)
    checks.refuse_past(given.starts_on, today=ctx.clock.today)
    person = await checks.person(ctx, row.teacher_id)
    found = conditions.check_first(
        ctx.regulation, conditions.Person(person.birth_date, person.title), starts_on=given.starts_on
    )
    findings = checks.enforce(ctx, found, given.waiver_reason)
    decided: dict[str, Any] = {"decided_by": ctx.principal.account_id, "decided_at": people.NOW}
    await people.change(ctx, TrainerInvitation, row.id, {"status": str(status), **decided})
    origin = ("invitation_id", row.id)
    route = AppointmentRoute.DIRECT
    decision = letters.Decision(route, permission, given.starts_on, origin, findings, given.waiver_reason)
    made = await letters.appoint(ctx, person, row, decision)
    await _told(ctx, row.id, "appointed")
    return made


async def _answer(ctx: Context, invitation_id: UUID, verb: str, *, version: int | None) -> AnyRow:
    """The person's own answer, stored before any appointment. [A7.4]"""
    row, status = await _held(ctx, invitation_id, Permission.TRAINER_CONSENT, verb, version=version)
    by = {"answered_by": ctx.principal.account_id, "answered_at": people.NOW}
    await people.change(ctx, TrainerInvitation, row.id, {"status": str(status), **by})
    return await _told(ctx, row.id, str(status))


async def _held(
    ctx: Context, invitation_id: UUID, permission: Permission, verb: str, *, version: int | None
) -> tuple[AnyRow, InvitationStatus]:
    """The invitation, locked, once the caller may make the step, and the status it leads to."""
    ctx.require(READ)
    row = checks.found(await queries.invitation(ctx, invitation_id, lock=True))
    ctx.require(permission, on=checks.place_of(row))
    check_version(row, version)
    return row, INVITATION_LIFECYCLE.move(InvitationStatus(row.status), verb)


async def _told(ctx: Context, invitation_id: UUID, act: str) -> AnyRow:
    """Put a step on record; the invitation as it is now."""
    row = checks.found(await queries.invitation(ctx, invitation_id))
    place = checks.place_of(row)
    await ctx.record(f"trainer_invitation.{act}", entity="trainer_invitation", entity_id=row.id, place=place, facts={})
    return row
