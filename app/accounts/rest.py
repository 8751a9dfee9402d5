"""REST of tokens, the caller's own account, accounts, API clients and the audit log."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Form, Header, Query, Request, Response
from pydantic import AwareDatetime

from app.access.doors import Ctx, Paged, Tagged, listing, opener, permits
from app.access.permissions import Permission, Role
from app.accounts.entry import Entrance
from app.accounts.queries.requests import RequestFilter
from app.accounts.schemas import (
    Account,
    AccountCreate,
    AccountRequest,
    AccountRequestConfirmed,
    AccountRequestCreate,
    AccountRequestRefusal,
    AccountWithPassword,
    ApiClient,
    ApiClientCreate,
    ApiClientWithSecret,
    AuditEvent,
    Grant,
    GrantCreate,
    Me,
    OwnSession,
    PasswordChange,
    PasswordReset,
    RevokeForm,
    TokenAnswer,
    TokenForm,
)
from app.accounts.service import accounts, audit, clients, own, requests, sign_in
from app.accounts.states import AccountStatus, ClientStatus
from app.core.schemas import Listing

router = APIRouter(tags=["accounts"])
requested = APIRouter(tags=["accounts"])
PUBLIC: dict[str, Any] = {"openapi_extra": {"x-public": True}}
OWN = permits(Permission.OWN_ACCOUNT)
READ = permits(Permission.ACCOUNT_READ)
CHANGE = permits(Permission.ACCOUNT_CHANGE)
REQUEST = permits(Permission.ACCOUNT_REQUEST)
CLIENTS = permits(Permission.API_CLIENT_CHANGE)


async def entrance(request: Request) -> Entrance:
    """The entrance of this application, with the database and keys that sign-in needs."""
    opened = opener(request)
    assert isinstance(opened, Entrance)  # noqa: S101 - the assembly hands down nothing else
    return opened


async def address(request: Request) -> str | None:
    """The address a request comes from, as the server sees it."""
    return request.client.host if request.client else None


Opened = Annotated[Entrance, Depends(entrance)]
Address = Annotated[str | None, Depends(address)]


@router.post("/auth/token", response_model=TokenAnswer, **PUBLIC)
async def issue_token(
    opened: Opened, origin: Address, form: Annotated[TokenForm, Form()], user_agent: Annotated[str, Header()] = ""
) -> object:
    """Tokens for a password, a refresh token or a program's secret 登录、续期."""
    return await sign_in.exchange(opened, form, address=origin, agent=user_agent)


@router.post("/auth/revoke", status_code=200, response_class=Response, **PUBLIC)
async def revoke_token(opened: Opened, form: Annotated[RevokeForm, Form()]) -> None:
    """Sign out by refresh token 退出登录; always 200 (RFC 7009)."""
    await sign_in.revoke(opened, form)


@router.get("/me", response_model=Me, **OWN)
async def get_me(ctx: Ctx) -> object:
    """Who is asking, in which role, and what it may do 当前用户."""
    return await own.me(ctx)


@router.get("/me/sessions", response_model=Listing[OwnSession], **OWN)
async def list_own_sessions(ctx: Ctx) -> object:
    """The caller's open sessions 本人会话."""
    return {"items": await own.sessions(ctx), "next_cursor": None, "total": None}


@router.delete("/me/sessions", status_code=204, **OWN)
async def end_own_sessions(ctx: Ctx) -> None:
    """End every session of the caller, this one too 全部退出."""
    await own.end_all_sessions(ctx)


@router.delete("/me/sessions/{session_id:uuid}", status_code=204, **OWN)
async def end_own_session(ctx: Ctx, session_id: UUID) -> None:
    """End one session of the caller 退出一个会话."""
    await own.end_session(ctx, session_id)


@router.post("/me:changePassword", status_code=204, **OWN)
async def change_own_password(ctx: Ctx, change: PasswordChange, opened: Opened) -> None:
    """Change the caller's password; its other sessions end 修改口令."""
    # A stolen access token must not guess the old password faster than sign-in would let it.
    opened.limits.take("sign_in_address", f"change {ctx.principal.account_id}")
    await own.change_password(ctx, change)


@router.get("/accounts", response_model=Listing[Account], **READ)
async def list_accounts(
    ctx: Ctx,
    page: Paged,
    role: Role | None = None,
    organisation_id: UUID | None = None,
    status: AccountStatus | None = None,
    q: Annotated[str | None, Query(max_length=50, description="用户名或姓名的一部分")] = None,
) -> object:
    """Accounts by username 账号列表."""
    found = await accounts.find(ctx, page, role=role, organisation_id=organisation_id, status=status, text=q)
    return listing(found)


@router.post("/accounts", response_model=AccountWithPassword, status_code=201, **CHANGE)
async def create_account(ctx: Ctx, new: AccountCreate) -> object:
    """Add an account with its first grant 新增账号."""
    return await accounts.create(ctx, new)


@router.get("/accounts/{account_id:uuid}", response_model=Account, **READ)
async def get_account(ctx: Ctx, account_id: UUID, tag: Tagged) -> object:
    """One account 账号详情."""
    return tag.seal(await accounts.get(ctx, account_id))


@router.post("/accounts/{account_id:uuid}:lock", response_model=Account, **CHANGE)
async def lock_account(ctx: Ctx, account_id: UUID, tag: Tagged) -> object:
    """Lock an account and end its sessions 停用账号."""
    return tag.seal(await accounts.lock(ctx, account_id, version=tag.expected()))


@router.post("/accounts/{account_id:uuid}:unlock", response_model=Account, **CHANGE)
async def unlock_account(ctx: Ctx, account_id: UUID, tag: Tagged) -> object:
    """Unlock an account 启用账号."""
    return tag.seal(await accounts.unlock(ctx, account_id, version=tag.expected()))


@router.post("/accounts/{account_id:uuid}:endSessions", response_model=Account, **CHANGE)
async def end_account_sessions(ctx: Ctx, account_id: UUID, tag: Tagged) -> object:
    """Force an account to sign in again 强制下线."""
    return tag.seal(await accounts.end_sessions(ctx, account_id))


@router.post("/accounts/{account_id:uuid}:resetPassword", response_model=AccountWithPassword, **CHANGE)
async def reset_account_password(
    ctx: Ctx, account_id: UUID, tag: Tagged, reset: Annotated[PasswordReset | None, Body()] = None
) -> object:
    """Set a new password for an account and end its sessions 重置口令."""
    return await accounts.reset_password(ctx, account_id, reset.password if reset else None, version=tag.expected())


@router.get("/accounts/{account_id:uuid}/grants", response_model=Listing[Grant], **READ)
async def list_grants(ctx: Ctx, account_id: UUID) -> object:
    """Grants of an account, oldest first 授权列表."""
    return {"items": await accounts.grants(ctx, account_id), "next_cursor": None, "total": None}


@router.post("/accounts/{account_id:uuid}/grants", response_model=Grant, status_code=201, **CHANGE)
async def create_grant(ctx: Ctx, account_id: UUID, new: GrantCreate, tag: Tagged) -> object:
    """Grant a role at an organisation 授权."""
    return tag.seal(await accounts.grant(ctx, account_id, new))


@router.post("/accounts/{account_id:uuid}/grants/{grant_id:uuid}:end", response_model=Grant, **CHANGE)
async def end_grant(ctx: Ctx, account_id: UUID, grant_id: UUID, tag: Tagged) -> object:
    """End a grant today 结束授权."""
    return tag.seal(await accounts.end_grant(ctx, account_id, grant_id))


@router.get("/api-clients", response_model=Listing[ApiClient], **CLIENTS)
async def list_api_clients(ctx: Ctx, page: Paged, status: ClientStatus | None = None) -> object:
    """Registered programs by name API 客户端列表."""
    return listing(await clients.find(ctx, page, status=status))


@router.post("/api-clients", response_model=ApiClientWithSecret, status_code=201, **CLIENTS)
async def create_api_client(ctx: Ctx, new: ApiClientCreate) -> object:
    """Register a program; its secret is shown this once 登记 API 客户端."""
    return await clients.register(ctx, new)


@router.get("/api-clients/{client_id:uuid}", response_model=ApiClient, **CLIENTS)
async def get_api_client(ctx: Ctx, client_id: UUID, tag: Tagged) -> object:
    """One registered program API 客户端详情."""
    return tag.seal(await clients.get(ctx, client_id))


@router.post("/api-clients/{client_id:uuid}:rotate", response_model=ApiClientWithSecret, **CLIENTS)
async def rotate_api_client(ctx: Ctx, client_id: UUID, tag: Tagged) -> object:
    """Give a program a new secret, shown this once 更换密钥."""
    return await clients.rotate(ctx, client_id, version=tag.expected())


@router.post("/api-clients/{client_id:uuid}:revoke", response_model=ApiClient, **CLIENTS)
async def revoke_api_client(ctx: Ctx, client_id: UUID, tag: Tagged) -> object:
    """Revoke a program for good 吊销 API 客户端."""
    return tag.seal(await clients.revoke(ctx, client_id, version=tag.expected()))


@router.get("/audit-events", response_model=Listing[AuditEvent], **permits(Permission.AUDIT_READ))
async def list_audit_events(
    ctx: Ctx,
    page: Paged,
    channel: Literal["change", "audit"] | None = None,
    kind: Annotated[str | None, Query(max_length=60)] = None,
    entity: Annotated[str | None, Query(max_length=60)] = None,
    entity_id: UUID | None = None,
    account_id: UUID | None = None,
    since: Annotated[AwareDatetime | None, Query(description="起（含），带时区")] = None,
    until: Annotated[AwareDatetime | None, Query(description="止（不含），带时区")] = None,
) -> object:
    """What happened, newest first 审计日志."""
    chosen = {"channel": channel, "kind": kind, "entity": entity, "entity_id": entity_id, "account_id": account_id}
    return listing(await audit.audit_events(ctx, page, **chosen, since=since, until=until))


@requested.get("/account-requests", response_model=Listing[AccountRequest], **REQUEST)
async def list_account_requests(ctx: Ctx, page: Paged, only: Annotated[RequestFilter, Depends()]) -> object:
    """Clerks' accounts and grants asked for, newest first 账号申请列表."""
    return listing(await requests.find(ctx, page, only))


@requested.post("/account-requests", response_model=AccountRequest, status_code=201, **REQUEST)
async def create_account_request(ctx: Ctx, new: AccountRequestCreate, tag: Tagged) -> object:
    """Ask for a school clerk's account or grant; a second person confirms it 申请学校经办人账号."""
    return tag.seal(await requests.create(ctx, new))


@requested.get("/account-requests/{request_id:uuid}", response_model=AccountRequest, **REQUEST)
async def get_account_request(ctx: Ctx, request_id: UUID, tag: Tagged) -> object:
    """One request with its answer 账号申请详情."""
    return tag.seal(await requests.get(ctx, request_id))


@requested.post("/account-requests/{request_id:uuid}:confirm", response_model=AccountRequestConfirmed, **REQUEST)
async def confirm_account_request(ctx: Ctx, request_id: UUID, tag: Tagged) -> object:
    """Put an account or grant in force as the second person 确认."""
    return await requests.confirm(ctx, request_id, version=tag.expected())


@requested.post("/account-requests/{request_id:uuid}:refuse", response_model=AccountRequest, **REQUEST)
async def refuse_account_request(ctx: Ctx, request_id: UUID, refusal: AccountRequestRefusal, tag: Tagged) -> object:
    """Refuse a request, with a reason 不同意."""
    return tag.seal(await requests.refuse(ctx, request_id, refusal, version=tag.expected(refusal)))


@requested.post("/account-requests/{request_id:uuid}:withdraw", response_model=AccountRequest, **REQUEST)
async def withdraw_account_request(ctx: Ctx, request_id: UUID, tag: Tagged) -> object:
    """Take an own request back before it is answered 撤回."""
    return tag.seal(await requests.withdraw(ctx, request_id, version=tag.expected()))
