"""Signing in, refreshing, programs' tokens and signing out: nobody is signed in yet, so there is no context.

Every refusal commits before it is raised: counts, revocations and audit events must outlive it.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.access.permissions import Role
from app.accounts import passwords, rules, tokens
from app.accounts.entry import Entrance
from app.accounts.queries import sign_in as queries
from app.accounts.rules import Refreshing
from app.accounts.schemas import GrantHeld, RevokeForm, TokenAnswer, TokenForm
from app.accounts.states import AccountStatus, ClientStatus
from app.core import events
from app.core.clock import CHINA
from app.core.db import AnyRow
from app.core.errors import FieldFault, Invalid, NotPermitted, ShixunError, Unauthenticated

NO_REGION = 0
"""Where events of unknown names lie if the installation has several regions."""
_NOBODY = UUID(int=0)
_NEEDED = {
    "password": ("username", "password"),
    "refresh_token": ("refresh_token",),
    "client_credentials": ("client_id", "client_secret"),
}


async def exchange(entrance: Entrance, form: TokenForm, *, address: str | None, agent: str | None) -> TokenAnswer:
    """Tokens for what the form offers; Invalid 422 names the fields its grant type needs."""
    faults = [
        FieldFault(f"/{name}", "MISSING", "缺少必填项") for name in _NEEDED[form.grant_type] if not getattr(form, name)
    ]
    if faults:
        names = "、".join(fault.pointer[1:] for fault in faults)
        raise Invalid("INVALID", f"grant_type={form.grant_type} 需要：{names}。", errors=faults)
    if form.grant_type == "password":
        device = form.device or (agent or "")[:100] or None
        return await sign_in(entrance, form.username or "", form.password or "", device=device, address=address)
    if form.grant_type == "refresh_token":
        return await refresh(entrance, form.refresh_token or "")
    return await client_credentials(entrance, form.client_id or "", form.client_secret or "", address=address)


async def sign_in(
    entrance: Entrance, username: str, password: str, *, device: str | None = None, address: str | None = None
) -> TokenAnswer:
    """Tokens of a new session; 401 SIGN_IN_REFUSED alike for unknown name, wrong password, lock and lockout.

    Five failures in 15 minutes refuse the rest of the 15 minutes, right passwords too. 429 beyond 30 tries from one
    address in 15 minutes; 403 NO_GRANT for an account that was right but holds no grant today.
    """
    entrance.limits.take("sign_in_address", address or "")
    region_id, account_id = await _subject(entrance, username.lower())
    async with entrance.database.begin(region_id) as db:
        row = await queries.account_now(db, region_id, account_id)
    # No connection is held while the password is worked on: guesses must not starve the pool.
    stored = row.password_hash if row else None
    is_right = await passwords.matches(password, stored)
    async with entrance.database.begin(region_id) as db:
        answer = await _settle(
            entrance, db, (region_id, account_id, stored, is_right), username=username, device=device
        )
    if isinstance(answer, ShixunError):
        raise answer
    return answer


async def _subject(entrance: Entrance, name: str) -> tuple[int, UUID]:
    async with entrance.database.begin(None) as db:
        found = await queries.subject_of(db, name, "account")
        alone = await queries.only_region(db)
    return (found.region_id, found.subject_id) if found else (alone or NO_REGION, _NOBODY)


async def _settle(
    entrance: Entrance,
    db: AsyncConnection,
    tried: tuple[int, UUID, str | None, bool],
    *,
    username: str,
    device: str | None,
) -> TokenAnswer | ShixunError:
    """The outcome of one try under the account's row lock, with its event; tried: region, account, hash, is right."""
    region_id, account_id, stored, is_right = tried
    row = await queries.account_now(db, region_id, account_id, lock=True)
    held = await queries.grants_held(db, region_id, account_id, on=datetime.now(CHINA).date())
    at = datetime.now(UTC)
    reason = _refusal(row, held, stored=stored, is_right=is_right, at=at)
    if reason is None and row:
        if row.failed_sign_ins:
            await queries.set_failures(db, region_id, account_id, failures=0, first_failed_at=None)
        return await _open(entrance, db, region_id, row, held=held, device=device, at=at)
    if row and reason == "wrong_password":
        count, since = rules.after_failure(row.failed_sign_ins, row.first_failed_at, at=at)
        await queries.set_failures(db, region_id, account_id, failures=count, first_failed_at=since)
    facts: dict[str, Any] = {"reason": reason}
    if row is None:
        facts["name_fingerprint"] = _fingerprint(entrance, username)
    await _record(db, region_id, "sign_in.refused", account_id=row.id if row else None, grant=_first(held), facts=facts)
    if reason == "no_grant":
        return NotPermitted("NO_GRANT", "口令正确，但该账号目前没有有效的授权，请联系管理员。")
    return Unauthenticated("SIGN_IN_REFUSED", "用户名或口令不正确，或暂时不能登录。连续失败 5 次后需等待 15 分钟。")


def _refusal(
    row: AnyRow | None, held: Sequence[AnyRow], *, stored: str | None, is_right: bool, at: datetime
) -> str | None:
    if row is None:
        return "unknown_name"
    if rules.is_locked_out(row.failed_sign_ins, row.first_failed_at, at=at):
        return "locked_out"
    if not is_right or row.password_hash != stored:
        return "wrong_password"
    if row.status != AccountStatus.ACTIVE:
        return "locked"
    return None if held else "no_grant"


async def _open(  # noqa: PLR0913 - what a session is made of
    entrance: Entrance,
    db: AsyncConnection,
    region_id: int,
    row: AnyRow,
    *,
    held: Sequence[AnyRow],
    device: str | None,
    at: datetime,
) -> TokenAnswer:
    ends = rules.session_ends([grant.role for grant in held], began=at)
    spans = {"idle_until": rules.idle_until(ends, at=at), "ends_at": ends}
    session_id = await queries.open_session(db, region_id, row.id, device=device, **spans)
    refresh_token = tokens.new_refresh_token(region_id)
    await queries.add_token(db, region_id, session_id, tokens.fingerprint(refresh_token))
    await _record(db, region_id, "sign_in.succeeded", account_id=row.id, grant=held[0], session_id=session_id)
    claims = tokens.Claims(row.id, session_id, region_id, row.session_version, is_client=False)
    return _answer(entrance, claims, refresh_token, held)


async def refresh(entrance: Entrance, refresh_token: str) -> TokenAnswer:
    """New tokens for a refresh token, which is then used up; 401 SESSION_REVOKED if it no longer opens anything.

    The same token within 10 s gets the same successor, so that a lost answer can be asked for again; later it is
    taken for stolen and the whole session is revoked. 429 beyond 30 an hour and session.
    """
    region_id = tokens.region_of(refresh_token)
    if region_id is None:
        raise _over()
    async with entrance.database.begin(region_id) as db:
        answer = await _rotate(entrance, db, region_id, refresh_token)
    if answer is None:
        raise _over()
    return answer


async def _rotate(entrance: Entrance, db: AsyncConnection, region_id: int, refresh_token: str) -> TokenAnswer | None:
    presented = tokens.fingerprint(refresh_token)
    session_id = await queries.session_of(db, region_id, presented)
    if session_id is None:
        return None
    entrance.limits.take("refresh", str(session_id))
    # Lock the session first: of two rotations at once, one must see the other's.
    session = await queries.session_now(db, region_id, session_id)
    token = await queries.token_now(db, region_id, presented)
    held = await queries.grants_held(db, region_id, session.account_id, on=datetime.now(CHINA).date())
    ends = min(session.ends_at, rules.session_ends([grant.role for grant in held], began=session.created_at))
    facts = rules.RefreshFacts(
        is_revoked=session.revoked_at is not None,
        is_account_active=session.account_status == AccountStatus.ACTIVE and bool(held),
        until=min(ends, session.idle_until),
        used_at=token.used_at,
    )
    verdict = rules.judge_refresh(facts, at=token.now)
    if verdict is Refreshing.OVER:
        return None
    if verdict is Refreshing.REUSED:
        await _revoke_stolen(db, region_id, session, at=token.now, grant=_first(held))
        return None
    successor = tokens.successor_of(refresh_token, key=entrance.refresh_key)
    if verdict is Refreshing.ROTATE:
        await queries.use_token(db, region_id, presented, at=token.now)
        await queries.add_token(db, region_id, session_id, tokens.fingerprint(successor))
        spans = {"last_used_at": token.now, "idle_until": rules.idle_until(ends, at=token.now), "ends_at": ends}
        await queries.touch_session(db, region_id, session_id, **spans)
    claims = tokens.Claims(session.account_id, session_id, region_id, session.session_version, is_client=False)
    return _answer(entrance, claims, successor, held)


async def _revoke_stolen(
    db: AsyncConnection, region_id: int, session: AnyRow, *, at: datetime, grant: AnyRow | None
) -> None:
    await queries.touch_session(db, region_id, session.id, revoked_at=at, revoked_because="reuse")
    who = {"account_id": session.account_id, "grant": grant, "session_id": session.id}
    await _record(db, region_id, "session.reuse_detected", **who)


async def client_credentials(
    entrance: Entrance, client_id: str, client_secret: str, *, address: str | None = None
) -> TokenAnswer:
    """An access token of a program, no refresh token; 401 CLIENT_REFUSED for every reason alike.

    429 beyond 30 tries from one address in 15 minutes.
    """
    entrance.limits.take("sign_in_address", address or "")
    async with entrance.database.begin(None) as db:
        found = await queries.subject_of(db, client_id, "client")
        alone = await queries.only_region(db)
    region_id, subject = (found.region_id, found.subject_id) if found else (alone or NO_REGION, _NOBODY)
    async with entrance.database.begin(region_id) as db:
        row = await queries.client_now(db, region_id, subject)
        reason = _client_refusal(row, client_secret, address)
        if row and reason is None:
            facts = {"id": row.id, "role": row.role, "organisation_id": row.organisation_id}
            await _record(db, region_id, "api_client.signed_in", client=facts)
            claims = tokens.Claims(row.id, None, region_id, row.session_version, is_client=True)
            return _client_answer(entrance, claims, Role(row.role))
        name = {} if row else {"name_fingerprint": _fingerprint(entrance, client_id)}
        client = {"id": row.id, "role": row.role, "organisation_id": row.organisation_id} if row else None
        await _record(db, region_id, "api_client.refused", client=client, facts={"reason": reason, **name})
    raise Unauthenticated("CLIENT_REFUSED", "客户端标识或密钥不正确，或已到期、已吊销、来源地址不在允许的网段内。")


def _client_refusal(row: AnyRow | None, secret: str, address: str | None) -> str | None:
    known = row.secret_hash if row else bytes(32)
    if not hmac.compare_digest(known, tokens.fingerprint(secret)) or row is None:
        return "wrong_secret" if row else "unknown_client"
    if row.status != ClientStatus.ACTIVE:
        return "revoked"
    if row.expires_on <= datetime.now(CHINA).date():
        return "expired"
    return None if rules.is_in_networks(address, row.networks) else "network"


async def revoke(entrance: Entrance, form: RevokeForm) -> None:
    """End the session of a refresh token [RFC 7009]; a token that opens nothing is no error."""
    region_id = tokens.region_of(form.token)
    if region_id is None:
        return
    async with entrance.database.begin(region_id) as db:
        session_id = await queries.session_of(db, region_id, tokens.fingerprint(form.token))
        if session_id is None:
            return
        session = await queries.session_now(db, region_id, session_id)
        if session.revoked_at is None:
            now = datetime.now(UTC)
            await queries.touch_session(db, region_id, session_id, revoked_at=now, revoked_because="sign_out")
            await _record(db, region_id, "session.ended", account_id=session.account_id, session_id=session_id)


def _answer(entrance: Entrance, claims: tokens.Claims, refresh_token: str, held: Sequence[AnyRow]) -> TokenAnswer:
    return TokenAnswer(
        access_token=tokens.issue(entrance.keys, claims),
        token_type="bearer",  # noqa: S106 - the name of a scheme
        expires_in=tokens.ACCESS_SECONDS,
        refresh_token=refresh_token,
        role=held[0].role,
        grants=[GrantHeld.model_validate(grant) for grant in held],
    )


def _client_answer(entrance: Entrance, claims: tokens.Claims, role: Role) -> TokenAnswer:
    return TokenAnswer(
        access_token=tokens.issue(entrance.keys, claims),
        token_type="bearer",  # noqa: S106 - the name of a scheme
        expires_in=tokens.ACCESS_SECONDS,
        refresh_token=None,
        role=role,
        grants=[],
    )


def _over() -> Unauthenticated:
    return Unauthenticated("SESSION_REVOKED", "登录状态已失效（到期、已退出或凭证被重复使用），请重新登录。")


def _first(held: Sequence[AnyRow]) -> AnyRow | None:
    return held[0] if held else None


def _fingerprint(entrance: Entrance, name: str) -> str:
    """What tells repeated unknown names apart in the log without keeping them: people type passwords there."""
    return hmac.new(entrance.refresh_key, b"name\x00" + name.encode(), hashlib.sha256).hexdigest()[:16]


async def _record(  # noqa: PLR0913 - the parts of an event
    db: AsyncConnection,
    region_id: int,
    kind: str,
    *,
    account_id: UUID | None = None,
    grant: AnyRow | None = None,
    client: dict[str, Any] | None = None,
    session_id: UUID | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    is_client = kind.startswith("api_client.")
    subject = client["id"] if client else account_id
    role = client["role"] if client else grant and grant.role
    organisation = client["organisation_id"] if client else grant and grant.organisation_id
    event = events.draft(
        region_id,
        kind,
        entity="api_client" if is_client else "account",
        entity_id=subject,
        channel="audit",
        account_id=subject,
        acting_role=role,
        acting_organisation_id=organisation,
        session_id=session_id,
        organisation_id=organisation,
        facts=facts or {},
    )
    await events.append(db, [event])
