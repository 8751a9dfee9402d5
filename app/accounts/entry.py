"""How a request gets its context: token → principal (cached for 5 s) → one transaction of one region."""

import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.access.context import Context
from app.access.principal import Principal
from app.accounts import queries, tokens
from app.core import events
from app.core.clock import Clock
from app.core.db import Database
from app.core.errors import NotFound, NotPermitted, Unauthenticated
from app.core.limits import Buckets
from app.policy.load import Regulation

CACHE_SECONDS = 5.0
_CACHE_SIZE = 20_000
_TOKEN_CACHE_SECONDS = 5.0
K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Caller:
    """A principal with the regulation of its region."""

    principal: Principal
    regulation: Regulation


@dataclass
class Entrance:
    """What the doors need to open a context: handed down once by the assembly.

    allows_test_clock: true in demo and test databases only. refresh_key: derives successors of refresh tokens.
    """

    database: Database
    keys: tokens.TokenKeys
    refresh_key: bytes = field(repr=False)
    limits: Buckets
    allows_test_clock: bool = False
    _claims: "OrderedDict[str, tuple[float, tokens.Claims]]" = field(default_factory=OrderedDict)
    _callers: "OrderedDict[tuple[tokens.Claims, UUID | None], tuple[float, Caller]]" = field(
        default_factory=OrderedDict
    )

    def claims_of(self, token: str) -> tokens.Claims:
        """The verified claims; a token just verified is not verified again for 5 s."""
        now = time.monotonic()
        known = self._claims.get(token)
        if known and known[0] > now:
            return known[1]
        claims = tokens.verify(self.keys, token)
        _keep(self._claims, token, (now + _TOKEN_CACHE_SECONDS, claims))
        return claims

    async def caller(self, db: AsyncConnection, claims: tokens.Claims, acting_grant: UUID | None) -> Caller:
        """Who the claims stand for in the granted role; a lock or transfer is seen within CACHE_SECONDS."""
        now = time.monotonic()
        key = (claims, acting_grant)
        known = self._callers.get(key)
        if known and known[0] > now:
            return known[1]
        caller = await _load(db, claims, acting_grant)
        _keep(self._callers, key, (now + CACHE_SECONDS, caller))
        return caller

    def known_caller(self, token: str) -> Caller | None:
        """Who a token stands for, if that was found out within CACHE_SECONDS; asks nobody."""
        now = time.monotonic()
        claims = self._claims.get(token)
        if claims is None or claims[0] <= now:
            return None
        known = self._callers.get((claims[1], None))
        return known[1] if known and known[0] > now else None

    @asynccontextmanager
    async def read(self, caller: Caller, *, most: str | None = None) -> AsyncIterator[Context]:
        """A context for hot reads: its connection serves statements compiled once alone; most: their time."""
        async with self.database.read(caller.principal.region_id, most=most) as db:
            yield Context(cast("AsyncConnection", db), caller.principal, caller.regulation, Clock.running())

    @asynccontextmanager
    async def context(
        self, token: str, *, acting_grant: UUID | None = None, clock: Clock | None = None
    ) -> AsyncIterator[Context]:
        """The context of one request; committed at the end, rolled back on any error. Refusals are put on record."""
        async with self._context(self.claims_of(token), acting_grant, clock or Clock.running()) as ctx:
            yield ctx

    def ticket(self, token: str, *, acting_grant: UUID | None, subject: str) -> str:
        """A text for an address that lets its holder do one thing as the caller, for ACCESS_SECONDS.

        It names account, session and role, and is worth what they are worth when it is used. Not a bearer token.
        """
        return tokens.issue(self.keys, self.claims_of(token), audience=_audience(subject, acting_grant))

    @asynccontextmanager
    async def ticket_context(self, ticket: str, *, acting_grant: UUID | None, subject: str) -> AsyncIterator[Context]:
        """The context of who asked for a ticket, as they stand now. Raises Unauthenticated LINK_EXPIRED."""
        try:
            claims = tokens.verify(self.keys, ticket, audience=_audience(subject, acting_grant))
        except Unauthenticated as error:
            raise Unauthenticated("LINK_EXPIRED", "链接无效或已超过 10 分钟，请重新获取。") from error
        async with self._context(claims, acting_grant, Clock.running()) as ctx:
            yield ctx

    @asynccontextmanager
    async def _context(self, claims: tokens.Claims, acting_grant: UUID | None, clock: Clock) -> AsyncIterator[Context]:
        caller: Caller | None = None
        is_known = self._is_known(claims, acting_grant)
        try:
            async with self.database.begin(claims.region_id) as db:
                caller = await self.caller(db, claims, None)
                if acting_grant:
                    caller = await self.caller(db, claims, acting_grant)
                yield Context(db, caller.principal, caller.regulation, clock)
        except (NotFound, NotPermitted) as error:
            if caller and is_known:
                await self._check_anew(claims, acting_grant)
            if caller and isinstance(error, NotPermitted):
                await self._record_refusal(caller, error)
            raise

    def _is_known(self, claims: tokens.Claims, acting_grant: UUID | None) -> bool:
        known = self._callers.get((claims, acting_grant))
        return known is not None and known[0] > time.monotonic()

    async def _check_anew(self, claims: tokens.Claims, acting_grant: UUID | None) -> None:
        """Nobody is refused by who they were up to CACHE_SECONDS ago: the next try goes by who they are.

        Raises Unauthenticated where the token is no longer worth anything (the record was merged, the account locked).
        """
        for grant in {None, acting_grant}:
            self._callers.pop((claims, grant), None)
        async with self.database.begin(claims.region_id) as db:
            await self.caller(db, claims, None)

    async def _record_refusal(self, caller: Caller, error: NotPermitted) -> None:
        async with self.database.begin(caller.principal.region_id) as db:
            ctx = Context(db, caller.principal, caller.regulation, Clock.running())
            facts = {"code": error.code, "permission": error.facts.get("permission")}
            await events.append(
                db,
                [
                    ctx.event(
                        "access.refused",
                        entity="account",
                        entity_id=caller.principal.account_id,
                        facts=facts,
                        channel="audit",
                    )
                ],
            )


def _audience(subject: str, acting_grant: UUID | None) -> str:
    return f"{tokens.AUDIENCE}/{subject}/{acting_grant or '-'}"


async def _load(db: AsyncConnection, claims: tokens.Claims, acting_grant: UUID | None) -> Caller:
    found = await queries.caller_of(db, claims, acting_grant)
    if found is None and acting_grant:
        message = "X-Acting-Grant 不是您目前持有的授权，请从 GET /v1/me 的 grants 中选择。"
        raise NotPermitted("ACTING_GRANT_REFUSED", message)
    if found is None:
        raise Unauthenticated("SESSION_REVOKED", "登录状态已失效（账号被停用、权限变更或已退出），请重新登录。")
    principal, packs = found
    return Caller(principal, Regulation.load(packs))


def _keep(cache: "OrderedDict[K, V]", key: K, value: V) -> None:
    cache[key] = value
    cache.move_to_end(key)
    while len(cache) > _CACHE_SIZE:
        cache.popitem(last=False)
