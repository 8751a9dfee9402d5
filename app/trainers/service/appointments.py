"""Use cases of appointments and of their revocation by two persons, with evidence. [A7.6] [A7.11]"""

from collections.abc import Sequence
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.archive import service as archive
from app.archive.states import Draft, FileLimits
from app.certificates import service as certificates
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.trainers.models import TrainerAppointment, TrainerRevocation
from app.trainers.queries import appointments as queries
from app.trainers.queries import people
from app.trainers.queries.appointments import AppointmentFilter, RevocationFilter
from app.trainers.schemas import TrainerMove, TrainerReason, TrainerRevocationAsk
from app.trainers.service import checks
from app.trainers.states import (
    APPOINTMENT_LIFECYCLE,
    REVOCATION_LIFECYCLE,
    AppointmentStanding,
    AppointmentStatus,
    RevocationStatus,
)

explain({"uq_trainer_revocations_open": ("TRAINER_REVOCATION_OPEN", "已有人提出撤销，正在等待另一人确认。")})
EVIDENCE = "trainer_revocation"
"""The kind of record under which the archive knows revocations."""
FILES_SEEN = 50


async def find_appointments(ctx: Context, request: PageRequest, only: AppointmentFilter) -> Page[AnyRow]:
    """Appointments, newest first 培训者聘任列表."""
    ctx.require(Permission.TRAINER_READ)
    return await queries.page(ctx, request, only)


async def get_appointment(ctx: Context, appointment_id: UUID) -> AnyRow:
    """One appointment; NotFound outside the region."""
    ctx.require(Permission.TRAINER_READ)
    return checks.found(await queries.by_id(ctx, appointment_id))


async def get_appointments(ctx: Context, ids: list[UUID]) -> list[AnyRow | None]:
    """Appointments (n,) -> rows (n,), None where missing."""
    ctx.require(Permission.TRAINER_READ)
    return await queries.by_ids(ctx, ids)


async def priority_of(ctx: Context, teacher_ids: Sequence[UUID]) -> list[bool]:
    """Teachers (n,) -> (n,): whom the team gives priority for honours and for 国培, 省培, 市培 today. [A7.8]"""
    ctx.require(Permission.TRAINER_READ)
    found = await queries.in_team(ctx, teacher_ids, ctx.clock.today)
    return [one in found for one in teacher_ids]


async def held(ctx: Context, appointment_id: UUID, permission: Permission, *, version: int | None) -> AnyRow:
    """The appointment, locked, once the caller may act on it."""
    ctx.require(permission)
    row = checks.found(await queries.by_id(ctx, appointment_id, lock=True))
    ctx.require(permission, on=checks.place_of(row))
    check_version(row, version)
    return row


def require_running(row: AnyRow) -> None:
    """Conflict 409 where the term is over, by itself or by a decision."""
    if row.standing not in {AppointmentStanding.UPCOMING, AppointmentStanding.ACTIVE}:
        message = "聘期已满或聘任已终止，不能办理。"
        raise Conflict("TRAINER_TERM_OVER", message, standing=str(row.standing), until=str(row.until))


async def end(ctx: Context, row: AnyRow, permission: Permission, verb: str, reason: str) -> None:
    """End a term from today on, and with it the worth of its letter. [A7.10] [A7.11]"""
    ctx.require(permission, on=checks.place_of(row))
    status = APPOINTMENT_LIFECYCLE.move(AppointmentStatus(row.status), verb)
    require_running(row)
    ended = {"until": max(row.starts_on, ctx.clock.today), "ended_by": ctx.principal.account_id, "end_reason": reason}
    await people.change(ctx, TrainerAppointment, row.id, {"status": str(status), **ended})
    if row.certificate_id:  # a letter on paper is taken back on paper
        await certificates.take_back(ctx, row.certificate_id, reason)
    place = checks.place_of(row)
    facts = {"number": row.number}
    await ctx.record(
        f"trainer_appointment.{status}", entity="trainer_appointment", entity_id=row.id, place=place, facts=facts
    )


async def find_revocations(ctx: Context, request: PageRequest, only: RevocationFilter) -> Page[AnyRow]:
    """Revocations, newest first 撤销资格列表."""
    ctx.require(Permission.TRAINER_REVOCATION_READ)
    return await queries.revocation_page(ctx, request, only)


async def get_revocation(ctx: Context, revocation_id: UUID) -> AnyRow:
    """One revocation; NotFound outside the scope."""
    ctx.require(Permission.TRAINER_REVOCATION_READ)
    return checks.found(await queries.revocation(ctx, revocation_id))


async def get_revocations(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Revocations (n,) -> rows (n,), None where missing."""
    ctx.require(Permission.TRAINER_REVOCATION_READ)
    return await queries.revocations_by_ids(ctx, ids)


async def revoke_appointment(
    ctx: Context, appointment_id: UUID, given: TrainerRevocationAsk, *, version: int | None
) -> AnyRow:
    """Ask for a revocation on one of the four grounds 提出撤销; another person confirms it. [A7.11]"""
    permission = Permission.TRAINER_REVOKE
    row = await held(ctx, appointment_id, permission, version=version)
    checks.refuse(checks.unknown_codes(ctx, {"ground": given.ground}))
    require_running(row)
    checks.other_person(ctx, permission, row)
    made = new_id()
    whose = {"appointment_id": row.id, "teacher_id": row.teacher_id, "school_id": row.school_id}
    by = {"ground": given.ground, "reason": given.reason, "asked_by": ctx.principal.account_id}
    await people.add(ctx, TrainerRevocation, {"id": made, **whose, **by})
    return await _told(ctx, made, "asked")


async def confirm_revocation(ctx: Context, revocation_id: UUID, given: TrainerMove, *, version: int | None) -> AnyRow:
    """Revoke 撤销资格: by a second person, with evidence; the letter's verification says so from today. [A7.11]"""
    del given
    permission = Permission.TRAINER_REVOKE
    ctx.require(permission)
    row, status = await _answerable(ctx, revocation_id, "confirm", version=version)
    files = await archive.of_records(ctx, EVIDENCE, [row.id], FILES_SEEN)
    if not any(one.hidden_at is None for one in files[0]):
        raise Conflict("TRAINER_EVIDENCE_MISSING", "撤销资格须有证据材料，请先上传。")
    appointment = await held(ctx, row.appointment_id, permission, version=None)
    label = ctx.regulation.codes("revocation_grounds").get(row.ground).label
    await end(ctx, appointment, permission, "revoke", label)
    await people.change(ctx, TrainerRevocation, row.id, {"status": str(status), **_answered(ctx)})
    return await _told(ctx, row.id, "confirmed")


async def refuse_revocation(ctx: Context, revocation_id: UUID, given: TrainerReason, *, version: int | None) -> AnyRow:
    """Leave the appointment as it is, with a reason 不予撤销; by a second person. [A7.11]"""
    ctx.require(Permission.TRAINER_REVOKE)
    row, status = await _answerable(ctx, revocation_id, "refuse", version=version)
    told = {"status": str(status), "answer_reason": given.reason, **_answered(ctx)}
    await people.change(ctx, TrainerRevocation, row.id, told)
    return await _told(ctx, row.id, "refused")


async def attach_revocation_file(ctx: Context, revocation_id: UUID, draft: Draft, limits: FileLimits) -> AnyRow:
    """Hang evidence on a revocation that waits for its answer 上传证据. [A7.11]"""
    ctx.require(Permission.TRAINER_REVOKE)
    ctx.require(Permission.TRAINER_REVOCATION_READ)
    row = checks.found(await queries.revocation(ctx, revocation_id, lock=True))
    if row.status != RevocationStatus.ASKED:
        raise Conflict("TRAINER_REVOCATION_CLOSED", "这件撤销已有结论，不能再补充证据。", status=row.status)
    return await archive.attach(ctx, _reference(row, Permission.TRAINER_REVOKE), draft, limits)


async def revocation_files(ctx: Context, request: PageRequest, revocation_id: UUID) -> Page[AnyRow]:
    """Evidence of a revocation, oldest first 撤销证据. [A7.11]"""
    ctx.require(Permission.TRAINER_REVOCATION_READ)
    row = checks.found(await queries.revocation(ctx, revocation_id))
    return await archive.find(ctx, _reference(row, Permission.TRAINER_REVOCATION_READ), request)


async def revocations_with_files(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Revocations (n,) -> rows (n,) for the archive; to whom they are closed, their files are missing."""
    ctx.require(Permission.FILE_READ)
    if ctx.principal.grant(Permission.TRAINER_REVOCATION_READ) is None:
        return [None] * len(ids)
    return await queries.revocations_by_ids(ctx, ids)


def _reference(row: AnyRow, permission: Permission) -> archive.Reference:
    return archive.Reference(EVIDENCE, row.id, checks.place_of(row), permission)


async def _answerable(
    ctx: Context, revocation_id: UUID, verb: str, *, version: int | None
) -> tuple[AnyRow, RevocationStatus]:
    """The revocation, held for its answer by somebody else, and the status it leads to."""
    permission = Permission.TRAINER_REVOKE
    ctx.require(Permission.TRAINER_REVOCATION_READ)
    row = checks.found(await queries.revocation(ctx, revocation_id, lock=True))
    ctx.require(permission, on=checks.place_of(row))
    checks.other_person(ctx, permission, row, row.asked_by)
    check_version(row, version)
    return row, REVOCATION_LIFECYCLE.move(RevocationStatus(row.status), verb)


def _answered(ctx: Context) -> dict[str, object]:
    return {"answered_by": ctx.principal.account_id, "answered_at": people.NOW}


async def _told(ctx: Context, revocation_id: UUID, act: str) -> AnyRow:
    """Put a step on record; the revocation as it is now."""
    row = checks.found(await queries.revocation(ctx, revocation_id))
    facts = {"ground": row.ground, "appointment": str(row.appointment_id)}
    place = checks.place_of(row)
    await ctx.record(
        f"trainer_revocation.{act}", entity="trainer_revocation", entity_id=row.id, place=place, facts=facts
    )
    return row
