"""Requests for school clerks' accounts and grants 账号申请: one person asks, a second one puts them in force.

Both come from the office the permission names: the school itself, its 中心校, or 教师教育科 [SoD1, SoD5].
"""

from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission, Role
from app.accounts import passwords
from app.accounts.queries import accounts as holders
from app.accounts.queries import requests as queries
from app.accounts.queries.requests import RequestFilter
from app.accounts.schemas import AccountRequestCreate, AccountRequestRefusal
from app.accounts.service.accounts import check_end, check_organisation, refuse_held
from app.accounts.states import ACCOUNT_REQUEST_LIFECYCLE, AccountRequestStatus
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, Invalid, NotFound, NotPermitted
from app.core.pages import Page, PageRequest
from app.core.versions import check_version

NAME_TAKEN = ("USERNAME_TAKEN", "这个用户名已被使用，请换一个。")
WAITING = ("ACCOUNT_REQUEST_OPEN", "这个账号已有一件申请在等待确认，请勿重复申请。")
explain({"uq_account_requests_username": WAITING, "uq_account_requests_account": WAITING})


async def find(ctx: Context, request: PageRequest, only: RequestFilter) -> Page[AnyRow]:
    """Clerks' accounts and grants asked for, newest first 账号申请列表."""
    ctx.require(Permission.ACCOUNT_REQUEST)
    return await queries.page(ctx, request, only)


async def get(ctx: Context, request_id: UUID) -> AnyRow:
    """One request; NotFound outside the scope."""
    ctx.require(Permission.ACCOUNT_REQUEST)
    return _found(await queries.by_id(ctx, request_id))


async def get_many(ctx: Context, ids: list[UUID]) -> list[AnyRow | None]:
    """Requests (n,) -> rows (n,), None where missing."""
    ctx.require(Permission.ACCOUNT_REQUEST)
    return await queries.by_ids(ctx, ids)


async def create(ctx: Context, new: AccountRequestCreate) -> AnyRow:
    """Ask for a school clerk's account or grant; a second person confirms it 申请学校经办人账号.

    Nothing is in force yet.
    """
    ctx.require(Permission.ACCOUNT_REQUEST)
    ctx.require(Permission.ACCOUNT_REQUEST, on=Place(new.organisation_id))
    await _check(ctx, new)
    account_id = await _account(ctx, new.teacher_id, new.organisation_id) if new.teacher_id else None
    if new.username and await queries.is_name_taken(ctx, new.username):
        raise Conflict(*NAME_TAKEN)
    values = new.model_dump(exclude={"teacher_id"}) | {"account_id": account_id}
    row = _found(await queries.by_id(ctx, await queries.add(ctx, values)))
    await _record(ctx, "account_request.asked", row)
    return row


async def confirm(ctx: Context, request_id: UUID, *, version: int | None) -> dict[str, Any]:
    """Put an account or grant in force as the second person 确认.

    From today; the password made for a new account is answered this once.
    """
    ctx.require(Permission.ACCOUNT_REQUEST)
    row, status = await _answerable(ctx, request_id, "confirm", version=version)
    await _check(ctx, row)
    made = None
    if row.account_id is None:
        made = passwords.generated()
        account_id, grant_id = await _open_account(ctx, row, made)
    else:
        account_id, grant_id = row.account_id, await _grant(ctx, row)
    answer = {"status": str(status), "answered_by": ctx.principal.account_id}
    await queries.move(ctx, request_id, {**answer, "account_id": account_id, "grant_id": grant_id})
    told = _found(await queries.by_id(ctx, request_id))
    await _record(ctx, "account.created" if made else "account.granted", told, entity="account")
    await _record(ctx, "account_request.confirmed", told)
    return {**told._asdict(), "password": made}


async def refuse(ctx: Context, request_id: UUID, refusal: AccountRequestRefusal, *, version: int | None) -> AnyRow:
    """Refuse a request, with a reason 不同意."""
    ctx.require(Permission.ACCOUNT_REQUEST)
    _, status = await _answerable(ctx, request_id, "refuse", version=version)
    answer = {"answered_by": ctx.principal.account_id, "answer_reason": refusal.reason}
    await queries.move(ctx, request_id, {"status": str(status), **answer})
    told = _found(await queries.by_id(ctx, request_id))
    await _record(ctx, "account_request.refused", told)
    return told


async def withdraw(ctx: Context, request_id: UUID, *, version: int | None) -> AnyRow:
    """Take an own request back before it is answered 撤回."""
    ctx.require(Permission.ACCOUNT_REQUEST)
    row = _found(await queries.by_id(ctx, request_id, lock=True))
    if row.asked_by != ctx.principal.account_id:
        message = "只有提出申请的人可以撤回；不同意请写明理由后退回。"
        raise NotPermitted("NOT_THE_ASKER", message, permission=str(Permission.ACCOUNT_REQUEST))
    check_version(row, version)
    status = ACCOUNT_REQUEST_LIFECYCLE.move(AccountRequestStatus(row.status), "withdraw")
    await queries.move(ctx, request_id, {"status": str(status)})
    told = _found(await queries.by_id(ctx, request_id))
    await _record(ctx, "account_request.withdrawn", told)
    return told


async def _check(ctx: Context, about: Any) -> None:
    """What must hold when it is asked and still hold when it is confirmed: an open school, a last day ahead."""
    facts = (str(Role.SCHOOL), about.organisation_id, None)
    await check_organisation(ctx, facts, has_teacher=False, pointer="")
    check_end(ctx, about.ends_on, pointer="")


async def _account(ctx: Context, teacher_id: UUID, organisation_id: UUID) -> UUID:
    """The account of a teacher within reach, which does not have the grant yet and is not the caller's own."""
    account_id = await queries.account_of(ctx, teacher_id)
    if account_id is None:
        fault = FieldFault("/teacher_id", "REFERENCE_UNKNOWN", "没有这位教师的账号，或不在您的管理范围内")
        raise Invalid("REFERENCE_UNKNOWN", fault.message + "。", errors=[fault])
    _refuse_oneself(ctx, account_id)
    refuse_held(await holders.grants_not_ended(ctx, account_id), Role.SCHOOL, organisation_id)
    return account_id


async def _open_account(ctx: Context, row: AnyRow, password: str) -> tuple[UUID, UUID]:
    """A new account with its grant: their ids."""
    account_id = await holders.create_with_hash(
        ctx.db,
        ctx.principal.region_id,
        row.username,
        row.display_name,
        await passwords.make_hash(password),
        Role.SCHOOL,
        row.organisation_id,
        starts_on=ctx.clock.today,
        ends_on=row.ends_on,
        granted_by=ctx.principal.account_id,
    )
    return account_id, (await holders.grants_not_ended(ctx, account_id))[0].id


async def _grant(ctx: Context, row: AnyRow) -> UUID:
    """The grant for an account there is, unless it was locked or got it otherwise in the meantime."""
    if not await queries.hold_account(ctx, row.account_id):
        raise Conflict("ACCOUNT_LOCKED", "该账号已停用，不能授权。")
    refuse_held(await holders.grants_not_ended(ctx, row.account_id), Role.SCHOOL, row.organisation_id)
    values = {"account_id": row.account_id, "role": str(Role.SCHOOL), "organisation_id": row.organisation_id}
    added = await holders.add_grant(ctx, {**values, "starts_on": ctx.clock.today, "ends_on": row.ends_on})
    made: UUID = added.id
    return made


async def _answerable(
    ctx: Context, request_id: UUID, verb: str, *, version: int | None
) -> tuple[AnyRow, AccountRequestStatus]:
    """The request, held for its answer by a second person, and the status the answer leads to."""
    row = _found(await queries.by_id(ctx, request_id, lock=True))
    if ctx.principal.account_id == row.asked_by:
        message = "申请人不能办理自己的申请，请由本校、中心校或教师教育科的另一人确认；不再需要的请撤回。"
        raise NotPermitted("SEPARATION_OF_DUTIES", message, permission=str(Permission.ACCOUNT_REQUEST))
    _refuse_oneself(ctx, row.account_id)
    check_version(row, version)
    return row, ACCOUNT_REQUEST_LIFECYCLE.move(AccountRequestStatus(row.status), verb)


def _refuse_oneself(ctx: Context, account_id: UUID | None) -> None:
    if account_id == ctx.principal.account_id:
        raise NotPermitted("OWN_ACCOUNT_REFUSED", "不能给自己申请或确认授权，请由另一人办理。")


def _found(row: AnyRow | None) -> AnyRow:
    if row is None:
        raise NotFound
    return row


async def _record(ctx: Context, kind: str, row: AnyRow, *, entity: str = "account_request") -> None:
    facts = {"role": str(Role.SCHOOL), "organisation": str(row.organisation_id)}
    facts |= {"account": str(row.account_id)} if row.account_id else {}
    facts |= {"request": str(row.id), "asked_by": str(row.asked_by)} if entity == "account" else {}
    about = row.account_id if entity == "account" else row.id
    place = Place(row.organisation_id)
    await ctx.record(kind, entity=entity, entity_id=about, place=place, facts=facts, channel="audit")
