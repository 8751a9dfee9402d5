"""One request of a page: who asks, in which role, whose form it is, and what a refusal looks like.

The token lies in a cookie no script can read and no other site can send; every form carries a value that only our own
page knows.
"""

import hmac
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.exc import DBAPIError
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from app.access.context import Context
from app.access.doors import opener
from app.access.permissions import PERMISSIONS, Permission
from app.accounts.entry import Entrance
from app.accounts.schemas import TokenAnswer
from app.accounts.service import own, sign_in
from app.api import docs, problems
from app.api.scorecard import refusals
from app.api.scorecard.frame import Frame, Person
from app.core.constraints import refusal_for
from app.core.errors import BadRequest, Invalid, NotPermitted, ShixunError, Unauthenticated
from app.performance.states import FIRST_YEAR, LAST_YEAR
from app.policy.load import NoPolicyYet

HOME = "/scorecard"
ACCESS, REFRESH, FORM = "shixun_scorecard", "shixun_scorecard_refresh", "shixun_scorecard_form"
ROLE = "shixun_scorecard_role"
REFRESH_SECONDS, FORM_SECONDS = 12 * 3600, 3600
FIELDS_MAX = 100
FAULTS = (ShixunError, NoPolicyYet, DBAPIError)
"""What a use case may end with that a page can tell."""
T = TypeVar("T")


@dataclass(slots=True)
class Visit:
    """One request of a page, the tokens of a session that was renewed on the way, and who turned out to ask."""

    request: Request
    root: str
    renewed: TokenAnswer | None = None
    person: Person | None = None
    clause: str | None = None
    _form: str = field(default="", repr=False)

    @classmethod
    def of(cls, request: Request) -> "Visit":
        """The visit of a request."""
        return cls(request, docs.root_path_of(request))

    @property
    def entrance(self) -> Entrance:
        """Where contexts are opened."""
        entrance = opener(self.request)
        assert isinstance(entrance, Entrance)  # noqa: S101 - the assembly hands down nothing else
        return entrance

    @property
    def grant(self) -> UUID | None:
        """The grant the person chose to act with."""
        try:
            return UUID(self.request.cookies.get(ROLE, ""))
        except ValueError:
            return None

    @property
    def form(self) -> str:
        """The value of our forms, also in a cookie."""
        self._form = self._form or self.request.cookies.get(FORM) or secrets.token_urlsafe(24)
        return self._form

    def frame(self, done: str | None = None, at: str | None = None) -> Frame:
        """What every page shows around its content; done, at: what has just been done, and where."""
        return Frame(self.root, self.form, self.person, done or "", at or "")

    def settled(self, page: Response) -> Response:
        """The page with its cookies; never kept by caches."""
        page.headers["Cache-Control"] = "no-store"
        if self.renewed:
            self.keep(page, self.renewed)
        if self._form:
            self.cookie(page, FORM, self._form, FORM_SECONDS)
        return page

    def keep(self, page: Response, tokens: TokenAnswer) -> None:
        """Set the cookies of a session."""
        self.cookie(page, ACCESS, tokens.access_token, tokens.expires_in)
        if tokens.refresh_token:
            self.cookie(page, REFRESH, tokens.refresh_token, REFRESH_SECONDS)

    def forget(self, page: Response, *names: str) -> Response:
        """Take cookies away; all of them where none is named."""
        for name in names or (ACCESS, REFRESH, FORM, ROLE):
            page.delete_cookie(name, path=f"{self.root}{HOME}")
        return page

    def cookie(self, page: Response, name: str, value: str, seconds: int) -> None:
        """Set a cookie for these pages alone; by TLS only where the browser came by TLS."""
        is_secure = self.request.url.scheme == "https"
        path = f"{self.root}{HOME}"
        page.set_cookie(name, value, max_age=seconds, path=path, secure=is_secure, httponly=True, samesite="strict")


def year_of(text: str) -> int:
    """The year of an address; Invalid SCORECARD_YEAR where there is no card of it."""
    year = int(text) if text.isascii() and text.isdigit() and len(text) == len(str(LAST_YEAR)) else 0
    if not FIRST_YEAR <= year <= LAST_YEAR:
        message = f"绩效评级按公历年查询，从 {FIRST_YEAR} 年（办法印发之年）起。请从年度中选择。"
        raise Invalid("SCORECARD_YEAR", message)
    return year


@asynccontextmanager
async def sent(visit: Visit) -> AsyncIterator[FormData]:
    """The form of a request; refused where another site has sent it or it cannot be read."""
    must_come_from_us(visit.request)
    try:
        async with visit.request.form(max_files=0, max_fields=FIELDS_MAX) as form:
            must_be_ours(visit.request, form)
            yield form
    except (HTTPException, ClientDisconnect) as error:
        raise BadRequest("FORM_UNREADABLE", "提交的内容无法读取，没有保存。请返回页面后重试。") from error


def must_come_from_us(request: Request) -> None:
    """Refuse what a page of another site sends."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise _expired()


def must_be_ours(request: Request, form: FormData) -> None:
    """Refuse a form of another site: it does not know the value in the cookie."""
    kept = request.cookies.get(FORM, "")
    if not kept or not hmac.compare_digest(kept.encode(), str(form.get("form") or "").encode()):
        raise _expired()


def _expired() -> BadRequest:
    return BadRequest("FORM_REFUSED", "页面已过期，没有保存任何内容。请重新打开页面后再试。")


@asynccontextmanager
async def opened(visit: Visit, kind: str = "read") -> AsyncIterator[Context]:
    """The context of the signed-in person in the chosen role; an access token that has run out is renewed once."""
    token, entrance = await token_of(visit), visit.entrance
    async with entrance.context(token, acting_grant=visit.grant) as ctx:
        visit.request.scope["shixun.limit"] = entrance.limits.take(kind, str(ctx.principal.account_id))
        visit.person = await _person(ctx)
        try:
            yield ctx
        except NotPermitted as refusal:
            clause = _clause(refusal)
            visit.clause = ctx.regulation.clause_reference(clause) if clause in ctx.regulation.clauses else None
            raise


async def token_of(visit: Visit) -> str:
    """The access token of the cookie if it still holds, else one for the refresh token."""
    entrance, cookies = visit.entrance, visit.request.cookies
    if visit.renewed:
        return visit.renewed.access_token
    if token := cookies.get(ACCESS):
        try:
            entrance.claims_of(token)
        except Unauthenticated:
            pass
        else:
            return token
    if not (refresh := cookies.get(REFRESH)):
        raise Unauthenticated("TOKEN_MISSING", "请先登录。")
    visit.renewed = await sign_in.refresh(entrance, refresh)
    return visit.renewed.access_token


async def shown(
    visit: Visit, read: Callable[[Context], Awaitable[T]], draw: Callable[[Frame, T], Response], **done: str | None
) -> Response:
    """The page drawn from what a person may read, else what is refused and why."""
    try:
        async with opened(visit) as ctx:
            found = await read(ctx)
    except FAULTS as fault:
        return await refused(visit, refusal_of(fault))
    return visit.settled(draw(visit.frame(done.get("done"), done.get("at")), found))


def refusal_of(fault: BaseException) -> ShixunError:
    """A fault as a refusal; raises what is a genuine fault of ours."""
    if isinstance(fault, ShixunError):
        return fault
    if isinstance(fault, NoPolicyYet):
        return problems.no_policy(fault)
    found = refusal_for(fault) if isinstance(fault, DBAPIError) else None
    if found is None:
        raise fault
    return found


async def refused(visit: Visit, refusal: ShixunError, back: tuple[str, str] | None = None) -> Response:
    """The sign-in form where nobody is signed in, else what is refused, by which clause, and where to go on."""
    if isinstance(refusal, Unauthenticated):
        is_first = refusal.code == "TOKEN_MISSING"
        is_demo = bool(getattr(visit.request.app.state, "demo", False))
        status = 200 if is_first and visit.request.method == "GET" else refusal.status
        told = "" if is_first else refusal.detail
        return visit.settled(refusals.sign_in_page(visit.frame(), told, status=status, is_demo=is_demo))
    is_gone = refusal.code == "ACTING_GRANT_REFUSED"
    if visit.person is None and not is_gone:
        visit.person = await _somebody(visit)
    page = refusals.refused_page(visit.frame(), refusal, visit.clause, back)
    return visit.settled(visit.forget(page, ROLE) if is_gone else page)


async def _somebody(visit: Visit) -> Person | None:
    """Who is signed in, so that a refusal still shows the other roles; nobody where that cannot be told."""
    try:
        async with opened(visit):
            return visit.person
    except FAULTS:
        return None


async def _person(ctx: Context) -> Person:
    me = await own.me(ctx)
    desks: Mapping[str, str] = {one.code: one.label for one in ctx.regulation.departments()}
    return Person(me, desks)


def _clause(refusal: NotPermitted) -> str:
    clause = str(refusal.facts.get("clause") or "")
    named = str(refusal.facts.get("permission") or "")
    return clause or (PERMISSIONS[Permission(named)].clause or "" if named in set(Permission) else "")
