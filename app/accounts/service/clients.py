"""API clients: programs with one role at one organisation, narrowed by scopes and networks, for at most a year."""

import secrets
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission, grant_for
from app.accounts import rules, tokens
from app.accounts.queries import clients as queries
from app.accounts.schemas import ApiClientCreate
from app.accounts.service.accounts import check_organisation
from app.accounts.states import API_CLIENT_LIFECYCLE, ClientStatus
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, Invalid, NotFound
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.organisations import service as organisations


async def find(ctx: Context, request: PageRequest, **filters: Any) -> Page[AnyRow]:
    """A page of API clients; filters as in queries.clients.page."""
    ctx.require(Permission.API_CLIENT_CHANGE)
    return await queries.page(ctx, request, **filters)


async def get(ctx: Context, client_id: UUID) -> AnyRow:
    """One API client; NotFound outside the scope."""
    ctx.require(Permission.API_CLIENT_CHANGE)
    return _found(await queries.by_id(ctx, client_id))


async def register(ctx: Context, new: ApiClientCreate) -> dict[str, Any]:
    """Register a program; its scopes must be held by the caller and by the program's role. The secret is shown once."""
    ctx.require(Permission.API_CLIENT_CHANGE, on=Place(new.organisation_id))
    place = (str(new.role), new.organisation_id, new.department_id)
    await check_organisation(ctx, place, has_teacher=False, pointer="")
    await _check_terms(ctx, new)
    secret = _secret()
    values = {
        **new.model_dump(),
        "role": str(new.role),
        "scopes": sorted({str(scope) for scope in new.scopes}),
        "client_id": f"c-{secrets.token_hex(8)}",
        "secret_hash": tokens.fingerprint(secret),
    }
    row = await queries.create(ctx, values)
    await _record(ctx, "api_client.registered", row, scopes=values["scopes"], role=values["role"])
    return {**row._asdict(), "client_secret": secret}


async def rotate(ctx: Context, client_id: UUID, *, version: int | None) -> dict[str, Any]:
    """Give a program a new secret, shown once; the old one and its tokens are refused within 5 s."""
    row = await _active(ctx, client_id, version=version)
    secret = _secret()
    changed = await queries.change(ctx, client_id, {"secret_hash": tokens.fingerprint(secret)})
    await _record(ctx, "api_client.rotated", row)
    return {**changed._asdict(), "client_secret": secret}


async def revoke(ctx: Context, client_id: UUID, *, version: int | None) -> AnyRow:
    """Revoke a program for good 吊销; its tokens are refused within 5 s."""
    ctx.require(Permission.API_CLIENT_CHANGE)
    row = _found(await queries.by_id(ctx, client_id, lock=True))
    check_version(row, version)
    status = API_CLIENT_LIFECYCLE.move(ClientStatus(row.status), "revoke")
    changed = await queries.change(ctx, client_id, {"status": str(status)})
    await _record(ctx, "api_client.revoked", row)
    return changed


async def _active(ctx: Context, client_id: UUID, *, version: int | None) -> AnyRow:
    ctx.require(Permission.API_CLIENT_CHANGE)
    row = _found(await queries.by_id(ctx, client_id, lock=True))
    check_version(row, version)
    if row.status != ClientStatus.ACTIVE:
        raise Conflict("STATUS_CONFLICT", "该客户端已吊销，不能更换密钥。", status=row.status, possible=[])
    return row


async def _check_terms(ctx: Context, new: ApiClientCreate) -> None:
    desk = None
    if new.department_id:
        desk = (await organisations.get(ctx, new.department_id)).department_code
    faults = []
    for place, scope in enumerate(new.scopes):
        if scope in rules.NOT_FOR_PROGRAMS:
            faults.append(FieldFault(f"/scopes/{place}", "SCOPE_NOT_FOR_PROGRAMS", f"{scope} 不能授予程序"))
        elif ctx.principal.grant(scope) is None:
            faults.append(FieldFault(f"/scopes/{place}", "SCOPE_NOT_HELD", f"您没有 {scope} 权限，不能授予程序"))
        elif grant_for(scope, new.role, desk) is None:
            faults.append(FieldFault(f"/scopes/{place}", "SCOPE_BEYOND_ROLE", f"角色 {new.role} 没有 {scope} 权限"))
    latest = rules.client_expires_at_latest(ctx.clock.today)
    if not ctx.clock.today < new.expires_on <= latest:
        params = {"max": latest.isoformat(), "got": new.expires_on.isoformat()}
        faults.append(FieldFault("/expires_on", "EXPIRY_OUT_OF_RANGE", f"到期日应晚于今天、不晚于 {latest}", params))
    if faults:
        raise Invalid("INVALID", "；".join(fault.message for fault in faults) + "。", errors=faults)


def _secret() -> str:
    return f"sxs_{secrets.token_urlsafe(32)}"


def _found(row: AnyRow | None) -> AnyRow:
    if row is None:
        raise NotFound
    return row


async def _record(ctx: Context, kind: str, row: AnyRow, **facts: Any) -> None:
    facts |= {"client_id": row.client_id}
    place = Place(row.organisation_id)
    await ctx.record(kind, entity="api_client", entity_id=row.id, place=place, facts=facts, channel="audit")
