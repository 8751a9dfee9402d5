"""The caller's own account: who am I, sessions, password 本人账号."""

from collections.abc import Sequence
from uuid import UUID

from app.access.context import Context
from app.access.permissions import PERMISSIONS, Permission
from app.accounts import passwords
from app.accounts.queries import accounts as queries
from app.accounts.queries import sign_in
from app.accounts.schemas import GrantHeld, Me, PasswordChange, PermissionHeld
from app.core.db import AnyRow
from app.core.errors import FieldFault, Invalid, NotFound, NotPermitted
from app.organisations import service as organisations


async def me(ctx: Context) -> Me:
    """The caller's account, the role it acts in, its grants and what it may do."""
    ctx.require(Permission.OWN_ACCOUNT)
    who = ctx.principal
    account = await _own(ctx)
    organisation = await organisations.get(ctx, who.organisation_id)
    held = await sign_in.grants_held(ctx.db, who.region_id, who.account_id, on=ctx.clock.today)
    return Me(
        account_id=account.id,
        username=account.username,
        display_name=account.display_name,
        teacher_id=account.teacher_id,
        region=f"{who.region_id:06d}",
        role=who.role,
        organisation_id=who.organisation_id,
        organisation_name=organisation.name,
        desk=who.desk,
        grant_id=who.grant_id,
        grants=[GrantHeld.model_validate(grant) for grant in held],
        permissions=permissions(ctx),
    )


def permissions(ctx: Context) -> list[PermissionHeld]:
    """What the caller may do in the role it acts in, in the order of the table."""
    held = ((permission, ctx.principal.grant(permission)) for permission in Permission)
    return [
        PermissionHeld(
            permission=permission,
            title=PERMISSIONS[permission].title,
            reach=grant.reach,
            clause=PERMISSIONS[permission].clause,
        )
        for permission, grant in held
        if grant
    ]


async def sessions(ctx: Context) -> Sequence[AnyRow]:
    """The caller's open sessions, last used first."""
    ctx.require(Permission.OWN_ACCOUNT)
    return await queries.open_sessions(ctx)


async def end_session(ctx: Context, session_id: UUID) -> None:
    """End one of the caller's sessions; NotFound if it is not open or not the caller's."""
    ctx.require(Permission.OWN_ACCOUNT)
    if not await queries.end_sessions(ctx, ctx.principal.account_id, because="ended_by_owner", only=session_id):
        raise NotFound
    facts = {"session": str(session_id)}
    await ctx.record(
        "session.ended", entity="account", entity_id=ctx.principal.account_id, facts=facts, channel="audit"
    )


async def end_all_sessions(ctx: Context) -> None:
    """End every session of the caller, this one too 全部退出."""
    ctx.require(Permission.OWN_ACCOUNT)
    count = await queries.end_sessions(ctx, ctx.principal.account_id, because="ended_by_owner")
    await ctx.record(
        "session.ended", entity="account", entity_id=ctx.principal.account_id, facts={"count": count}, channel="audit"
    )


async def change_password(ctx: Context, change: PasswordChange) -> None:
    """Set a new password and end the caller's other sessions; 403 PASSWORD_WRONG (on record) for a wrong old one."""
    ctx.require(Permission.OWN_ACCOUNT)
    account = await _own(ctx, lock=True)
    old, new = change.old_password.get_secret_value(), change.new_password.get_secret_value()
    if not await passwords.matches(old, account.password_hash):
        raise NotPermitted("PASSWORD_WRONG", "原口令不正确。")
    passwords.check(new, username=account.username, pointer="/new_password")
    if old == new:
        fault = FieldFault("/new_password", "PASSWORD_UNCHANGED", "新口令不能与原口令相同")
        raise Invalid("PASSWORD_REFUSED", "新口令不能与原口令相同。", errors=[fault])
    await queries.set_password(ctx, account.id, await passwords.make_hash(new), narrows=False)
    await queries.end_sessions(ctx, account.id, because="password_changed", but=ctx.principal.session_id)
    await ctx.record("account.password_changed", entity="account", entity_id=account.id, channel="audit")


async def _own(ctx: Context, *, lock: bool = False) -> AnyRow:
    account = await queries.own(ctx, lock=lock)
    if account is None:
        raise NotFound
    return account
