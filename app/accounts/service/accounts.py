"""Accounts and grants, kept by 教师教育科 and, for its staff, by 进修学校; nobody changes their own [SoD5]."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission, Reach, Role
from app.accounts import passwords, rules
from app.accounts.queries import accounts as queries
from app.accounts.schemas import AccountCreate, GrantCreate, Password
from app.accounts.states import ACCOUNT_LIFECYCLE, AccountStatus
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, Invalid, NotFound, NotPermitted
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.organisations import service as organisations
from app.organisations.states import OrganisationKind, OrganisationStatus

explain(
    {
        "pk_sign_in_names": ("USERNAME_TAKEN", "这个用户名已被使用，请换一个。"),
        "uq_accounts_region_id_username": ("USERNAME_TAKEN", "这个用户名已被使用，请换一个。"),
        "uq_accounts_teacher": ("TEACHER_HAS_ACCOUNT", "这位教师已有账号。"),
        "fk_accounts_region_id_teacher_id": ("TEACHER_UNKNOWN", "没有这位教师，请核对 teacher_id。"),
    }
)


async def find(ctx: Context, request: PageRequest, **filters: Any) -> Page[AnyRow]:
    """A page of accounts; filters as in queries.accounts.page."""
    ctx.require(Permission.ACCOUNT_READ)
    return await queries.page(ctx, request, **filters)


async def get(ctx: Context, account_id: UUID) -> AnyRow:
    """One account; NotFound outside the scope."""
    ctx.require(Permission.ACCOUNT_READ)
    return _found(await queries.by_id(ctx, account_id))


async def create(ctx: Context, new: AccountCreate) -> dict[str, Any]:
    """Add an account with its first grant; a password that was not given is made and answered this once."""
    ctx.require(Permission.ACCOUNT_CHANGE)
    await _check_grant(ctx, new.grant, has_teacher=new.teacher_id is not None, pointer="/grant")
    plain, made = _password(new.password, new.username)
    account_id = await queries.create_with_hash(
        ctx.db,
        ctx.principal.region_id,
        new.username,
        new.display_name,
        await passwords.make_hash(plain),
        new.grant.role,
        new.grant.organisation_id,
        new.grant.department_id,
        new.teacher_id,
        starts_on=ctx.clock.today,
        ends_on=new.grant.ends_on,
        granted_by=ctx.principal.account_id,
    )
    await _record(ctx, "account.created", account_id, new.grant, teacher_id=new.teacher_id)
    return {**_found(await queries.by_id(ctx, account_id))._asdict(), "password": made}


async def lock(ctx: Context, account_id: UUID, *, version: int | None) -> AnyRow:
    """Lock an account 停用: its sessions end at once, its access tokens within 5 s."""
    row = await _changeable(ctx, account_id, version=version)
    status = ACCOUNT_LIFECYCLE.move(AccountStatus(row.status), "lock")
    await queries.end_sessions(ctx, account_id, because="account_locked")
    changed = await queries.change(ctx, account_id, {"status": str(status)}, narrows=True)
    await _record(ctx, "account.locked", account_id, teacher_id=row.teacher_id)
    return changed


async def unlock(ctx: Context, account_id: UUID, *, version: int | None) -> AnyRow:
    """Unlock an account 启用 and forget its failed sign-ins."""
    row = await _changeable(ctx, account_id, version=version)
    status = ACCOUNT_LIFECYCLE.move(AccountStatus(row.status), "unlock")
    values = {"status": str(status), "failed_sign_ins": 0, "first_failed_at": None}
    changed = await queries.change(ctx, account_id, values)
    await _record(ctx, "account.unlocked", account_id, teacher_id=row.teacher_id)
    return changed


async def reset_password(
    ctx: Context, account_id: UUID, password: Password | None, *, version: int | None
) -> dict[str, Any]:
    """Set a new password (made and answered once if not given); every session of the account ends."""
    row = await _changeable(ctx, account_id, version=version)
    plain, made = _password(password, row.username)
    changed = await queries.set_password(ctx, account_id, await passwords.make_hash(plain), narrows=True)
    await queries.end_sessions(ctx, account_id, because="password_reset")
    await _record(ctx, "account.password_reset", account_id, teacher_id=row.teacher_id)
    return {**changed._asdict(), "password": made}


async def end_sessions(ctx: Context, account_id: UUID) -> AnyRow:
    """Force an account to sign in again 强制下线: its sessions end at once, its access tokens within 5 s."""
    row = await _changeable(ctx, account_id, version=None)
    count = await queries.end_sessions(ctx, account_id, because="forced")
    changed = await queries.change(ctx, account_id, {}, narrows=True)
    await _record(ctx, "account.sessions_ended", account_id, teacher_id=row.teacher_id, count=count)
    return changed


async def follow_merge(ctx: Context, *, teacher_id: UUID, into_id: UUID) -> None:
    """Reaction to "teacher.merged": the account goes to the record that stays, or is locked where that has one."""
    ctx.require(Permission.TEACHER_MERGE)
    account_id = await queries.of_teacher(ctx, teacher_id)
    if account_id is None:
        return
    if await queries.of_teacher(ctx, into_id) is None:
        await queries.change(ctx, account_id, {"teacher_id": into_id}, narrows=True)
        await _record(ctx, "account.teacher_merged", account_id, teacher_id=into_id, was=str(teacher_id))
        return
    await queries.end_sessions(ctx, account_id, because="account_locked")
    await queries.change(ctx, account_id, {"status": str(AccountStatus.LOCKED)}, narrows=True)
    await _record(ctx, "account.locked", account_id, teacher_id=teacher_id, because="teacher_merged")


async def grants(ctx: Context, account_id: UUID) -> Sequence[AnyRow]:
    """Grants of an account within the caller's scope, ended ones too, oldest first."""
    ctx.require(Permission.ACCOUNT_READ)
    _found(await queries.by_id(ctx, account_id))
    return await queries.grants(ctx, account_id)


async def grant(ctx: Context, account_id: UUID, new: GrantCreate) -> AnyRow:
    """Grant a role at an organisation from today; Conflict if the account holds it already."""
    ctx.require(Permission.ACCOUNT_CHANGE)
    row = _found(await queries.by_id(ctx, account_id, lock=True))
    _check_other(ctx, account_id)
    await _check_grant(ctx, new, has_teacher=row.teacher_id is not None, pointer="")
    refuse_held(await queries.grants_not_ended(ctx, account_id), new.role, new.organisation_id, new.department_id)
    values = {**new.model_dump(), "role": str(new.role), "account_id": account_id, "starts_on": ctx.clock.today}
    added = await queries.add_grant(ctx, values)
    await _record(ctx, "account.granted", account_id, new, teacher_id=row.teacher_id, grant=str(added.id))
    return added


def refuse_held(held: Sequence[AnyRow], role: Role, organisation_id: UUID, department_id: UUID | None = None) -> None:
    """Raise Conflict if one of an account's grants is the one wanted."""
    wanted = (role, organisation_id, department_id)
    if any((one.role, one.organisation_id, one.department_id) == wanted for one in held):
        raise Conflict("GRANT_EXISTS", "该账号已有这项授权。")


async def end_grant(ctx: Context, account_id: UUID, grant_id: UUID) -> AnyRow:
    """End a grant today; what it allowed is refused within 5 s."""
    ctx.require(Permission.ACCOUNT_CHANGE)
    row = _found(await queries.by_id(ctx, account_id, lock=True))
    _check_other(ctx, account_id)
    known = _found(next((one for one in await queries.grants(ctx, account_id) if one.id == grant_id), None))
    ctx.require(Permission.ACCOUNT_CHANGE, on=Place(known.organisation_id))
    if known.ends_on and known.ends_on <= ctx.clock.today:
        raise Conflict("GRANT_ENDED", f"这项授权已于 {known.ends_on} 结束。")
    ended = await queries.end_grant(ctx, grant_id, on=ctx.clock.today)
    await queries.change(ctx, account_id, {}, narrows=True)
    await _record(ctx, "account.grant_ended", account_id, known, teacher_id=row.teacher_id, grant=str(grant_id))
    return ended


async def _changeable(ctx: Context, account_id: UUID, *, version: int | None) -> AnyRow:
    """The account, held for a change: not the caller's own, and with no grant beyond the caller's scope."""
    ctx.require(Permission.ACCOUNT_CHANGE)
    row = _found(await queries.by_id(ctx, account_id, lock=True))
    _check_other(ctx, account_id)
    for held in await queries.grants_not_ended(ctx, account_id):
        ctx.require(Permission.ACCOUNT_CHANGE, on=Place(held.organisation_id))
    check_version(row, version)
    return row


def _check_other(ctx: Context, account_id: UUID) -> None:
    if account_id == ctx.principal.account_id:
        raise NotPermitted("OWN_ACCOUNT_REFUSED", "不能给自己授权，也不能停用、重置自己的账号；请由另一位管理员办理。")


async def check_organisation(
    ctx: Context, facts: tuple[str, UUID, UUID | None], *, has_teacher: bool, pointer: str
) -> None:
    """Raise unless role, organisation and desk (facts) agree and are open; 422 for ids that are unknown."""
    ctx.require(Permission.ORGANISATION_READ)
    role, organisation_id, department_id = facts
    wanted = [organisation_id] + ([department_id] if department_id else [])
    found = await organisations.get_many(ctx, wanted)
    names = ("organisation_id", "department_id")
    faults = [
        FieldFault(f"{pointer}/{name}", "REFERENCE_UNKNOWN", "没有这个机构")
        for name, row in zip(names, found, strict=False)
        if row is None
    ]
    if faults:
        raise Invalid("REFERENCE_UNKNOWN", "没有这个机构，请核对 organisation_id 与 department_id。", errors=faults)
    rows = [row for row in found if row]
    kinds = [OrganisationKind(row.kind) for row in rows]
    desk = kinds[1] if department_id else None
    ctx.enforce(rules.check_grant(rules.GrantFacts(role, kinds[0], desk, has_teacher)), pointer=pointer)
    for row in rows:
        if row.status != OrganisationStatus.OPEN:
            raise Conflict("ORGANISATION_CLOSED", f"机构“{row.name}”已撤并。")


async def _check_grant(ctx: Context, new: GrantCreate, *, has_teacher: bool, pointer: str) -> None:
    facts = (str(new.role), new.organisation_id, new.department_id)
    ctx.require(Permission.ACCOUNT_CHANGE, on=Place(new.organisation_id))
    cell = ctx.principal.grant(Permission.ACCOUNT_CHANGE)
    if cell and cell.reach is not Reach.ALL and new.role is not ctx.principal.role:
        raise NotPermitted("ROLE_NOT_GRANTABLE", f"您只能授予 {ctx.principal.role} 角色。")
    await check_organisation(ctx, facts, has_teacher=has_teacher, pointer=pointer)
    check_end(ctx, new.ends_on, pointer=pointer)


def check_end(ctx: Context, ends_on: date | None, *, pointer: str) -> None:
    """Raise Invalid unless a grant's last day lies ahead."""
    if ends_on and ends_on <= ctx.clock.today:
        fault = FieldFault(f"{pointer}/ends_on", "NOT_IN_FUTURE", "到期日应晚于今天")
        raise Invalid("INVALID", "到期日应晚于今天。", errors=[fault])


def _password(given: Password | None, username: str) -> tuple[str, str | None]:
    """The password to store, and the same again if it was made here and must be shown."""
    if given is None:
        made = passwords.generated()
        return made, made
    plain = given.get_secret_value()
    passwords.check(plain, username=username, pointer="/password")
    return plain, None


def _found(row: AnyRow | None) -> AnyRow:
    if row is None:
        raise NotFound
    return row


async def _record(
    ctx: Context, kind: str, account_id: UUID, role_at: Any = None, *, teacher_id: UUID | None, **facts: Any
) -> None:
    if role_at:
        facts |= {"role": str(role_at.role), "organisation": str(role_at.organisation_id)}
        facts |= {"department": str(role_at.department_id)} if role_at.department_id else {}
    place = Place(role_at.organisation_id if role_at else None, teacher_id)
    await ctx.record(kind, entity="account", entity_id=account_id, place=place, facts=facts, channel="audit")
