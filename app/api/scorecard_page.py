"""The page /scorecard 绩效评级页面: for the service's own accounts, made on the server, nothing from outside.

The token lies in a cookie no script can read and no other site can send; both forms carry a value that only our own
page knows.
"""

import hmac
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.access.context import Context
from app.access.doors import opener
from app.accounts.entry import Entrance
from app.accounts.schemas import RevokeForm, TokenAnswer
from app.accounts.service import sign_in
from app.api import docs, scorecard_view
from app.archive.rest import attached
from app.archive.states import MediaType
from app.core.clock import Clock
from app.core.errors import BadRequest, NotPermitted, ShixunError, Unauthenticated
from app.core.pages import PageRequest
from app.performance import service
from app.performance.service.reading import RecordFilter
from app.performance.service.table import workbook
from app.performance.states import FIRST_YEAR, LAST_YEAR

HOME = "/scorecard"
ACCESS, REFRESH, FORM = "shixun_scorecard", "shixun_scorecard_refresh", "shixun_scorecard_form"
REFRESH_SECONDS, FORM_SECONDS = 12 * 3600, 3600
NAME_MAX, PASSWORD_MAX, FORM_FIELDS = 100, 200, 5
RECORDS, YEARS = 50, 30
Year = Annotated[int, Path(ge=FIRST_YEAR, le=LAST_YEAR)]


@dataclass(slots=True)
class Visit:
    """One request of a page: who asks, and the tokens of a session that was renewed on the way."""

    request: Request
    root: str
    renewed: TokenAnswer | None = None

    @property
    def is_secure(self) -> bool:
        """Whether the browser came by TLS, so that its cookies need never go in the clear."""
        return self.request.url.scheme == "https"

    def settled(self, page: Response) -> Response:
        """The page with the cookies of a renewed session; never kept by caches."""
        page.headers["Cache-Control"] = "no-store"
        if self.renewed:
            self.keep(page, self.renewed)
        return page

    def keep(self, page: Response, tokens: TokenAnswer) -> None:
        """Set the cookies of a session."""
        self._cookie(page, ACCESS, tokens.access_token, tokens.expires_in)
        if tokens.refresh_token:
            self._cookie(page, REFRESH, tokens.refresh_token, REFRESH_SECONDS)

    def with_form(self, make: "Form") -> HTMLResponse:
        """A page with a form: its hidden value is also in a cookie."""
        value = self.request.cookies.get(FORM) or secrets.token_urlsafe(24)
        page = make(value)
        self._cookie(page, FORM, value, FORM_SECONDS)
        return page

    def forget(self, page: Response) -> Response:
        """Take the cookies away."""
        for name in (ACCESS, REFRESH, FORM):
            page.delete_cookie(name, path=f"{self.root}{HOME}")
        return page

    def _cookie(self, page: Response, name: str, value: str, seconds: int) -> None:
        page.set_cookie(
            name,
            value,
            max_age=seconds,
            path=f"{self.root}{HOME}",
            secure=self.is_secure,
            httponly=True,
            samesite="strict",
        )


Form = scorecard_view.Form


def pages() -> APIRouter:
    """GET /scorecard and what hangs under it; not in the OpenAPI document."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get(HOME)
    async def this_year(request: Request) -> Response:
        return await _card(_visit(request), Clock.running().today.year)

    @router.get(f"{HOME}/{{year}}")
    async def of_year(request: Request, year: Year) -> Response:
        return await _card(_visit(request), year)

    @router.get(f"{HOME}/{{year}}/table.xlsx")
    async def table(request: Request, year: Year) -> Response:
        return await _table(_visit(request), year)

    @router.get(f"{HOME}/{{year}}/indicators/{{code}}")
    async def indicator(
        request: Request,
        year: Year,
        code: Annotated[str, Path(max_length=100)],
        figure: Annotated[str | None, Query(max_length=100)] = None,
        cursor: Annotated[str | None, Query(max_length=1000)] = None,
    ) -> Response:
        return await _indicator(_visit(request), year, code, (figure, cursor))

    @router.post(f"{HOME}/sign-in")
    async def enter(request: Request) -> Response:
        return await _enter(_visit(request))

    @router.post(f"{HOME}/sign-out")
    async def leave(request: Request) -> Response:
        return await _leave(_visit(request))

    return router


def _visit(request: Request) -> Visit:
    return Visit(request, docs.root_path_of(request))


def _entrance(request: Request) -> Entrance:
    entrance = opener(request)
    assert isinstance(entrance, Entrance)  # noqa: S101 - the assembly hands down nothing else
    return entrance


async def _card(visit: Visit, year: int) -> Response:
    try:
        async with _context(visit) as ctx:
            card = await service.get_card(ctx, year)
            years = (await service.find_years(ctx, PageRequest(limit=YEARS))).items
            today = ctx.clock.today
    except ShixunError as refusal:
        return _refused(visit, refusal)
    page = visit.with_form(lambda form: scorecard_view.card_page(visit.root, card, years, form, today=today))
    return visit.settled(page)


async def _indicator(visit: Visit, year: int, code: str, wanted: tuple[str | None, str | None]) -> Response:
    figure, cursor = wanted
    try:
        async with _context(visit) as ctx:
            one = await service.get_indicator(ctx, year, code)
            listed = [number for part in one.requirements for number in part.figures if not number.parts]
            chosen = figure or (listed[0].code if listed else None)
            request = PageRequest(limit=RECORDS, cursor=cursor)
            found = await service.find_records(ctx, request, year, code, RecordFilter(chosen)) if chosen else None
    except ShixunError as refusal:
        return _refused(visit, refusal)
    return visit.settled(
        visit.with_form(lambda form: scorecard_view.indicator_page(visit.root, year, one, (chosen, found), form))
    )


async def _table(visit: Visit, year: int) -> Response:
    try:
        async with _context(visit) as ctx:
            content = workbook(await service.get_card(ctx, year))
    except ShixunError as refusal:
        return _refused(visit, refusal)
    headers = attached(f"绩效评级自评表{year}.xlsx")
    return visit.settled(Response(content, media_type=str(MediaType.XLSX), headers=headers))


async def _enter(visit: Visit) -> Response:
    """Sign in and go to the card; a refusal shows the form again with its reason."""
    request = visit.request
    try:
        async with request.form(max_files=0, max_fields=FORM_FIELDS) as form:
            _must_be_ours(request, form.get("form"))
            name, password = str(form.get("username", ""))[:NAME_MAX], str(form.get("password", ""))[:PASSWORD_MAX]
        origin = request.client.host if request.client else None
        tokens = await sign_in.sign_in(_entrance(request), name, password, device="绩效评级页面", address=origin)
    except ShixunError as refusal:
        return _refused(visit, refusal)
    page = RedirectResponse(f"{visit.root}{HOME}", HTTPStatus.SEE_OTHER)
    visit.keep(page, tokens)
    return visit.settled(page)


async def _leave(visit: Visit) -> Response:
    """End the session, here and in the database."""
    request = visit.request
    try:
        async with request.form(max_files=0, max_fields=FORM_FIELDS) as form:
            _must_be_ours(request, form.get("form"))
        if token := request.cookies.get(REFRESH):
            await sign_in.revoke(_entrance(request), RevokeForm(token=token))
    except ShixunError as refusal:
        return _refused(visit, refusal)
    return visit.settled(visit.forget(RedirectResponse(f"{visit.root}{HOME}", HTTPStatus.SEE_OTHER)))


def _must_be_ours(request: Request, value: object) -> None:
    """Refuse a form that another site has sent: it does not know the value in the cookie."""
    kept = request.cookies.get(FORM, "")
    is_ours = bool(kept) and hmac.compare_digest(kept.encode(), str(value or "").encode())
    if not is_ours or request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise BadRequest("FORM_REFUSED", "页面已过期，请重新打开后再试。")


@asynccontextmanager
async def _context(visit: Visit) -> AsyncIterator[Context]:
    """The context of the signed-in person; an access token that has run out is renewed once."""
    token = await _token(visit)
    entrance = _entrance(visit.request)
    async with entrance.context(token) as ctx:
        visit.request.scope["shixun.limit"] = entrance.limits.take("read", str(ctx.principal.account_id))
        yield ctx


async def _token(visit: Visit) -> str:
    """The access token of the cookie if it still holds, else one for the refresh token."""
    entrance, cookies = _entrance(visit.request), visit.request.cookies
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


def _refused(visit: Visit, refusal: ShixunError) -> Response:
    """The sign-in form where nobody is signed in, else what is refused and why."""
    is_form = isinstance(refusal, Unauthenticated | BadRequest)
    is_first = refusal.code == "TOKEN_MISSING"
    if is_form:
        is_demo = bool(getattr(visit.request.app.state, "demo", False))
        told = "" if is_first else refusal.detail
        page = visit.with_form(
            lambda form: scorecard_view.sign_in_page(
                visit.root, form, told, status=200 if is_first else refusal.status, is_demo=is_demo
            )
        )
        return visit.settled(page)
    is_outside = isinstance(refusal, NotPermitted)
    return visit.settled(
        visit.with_form(lambda form: scorecard_view.refused_page(visit.root, refusal, form, is_outside=is_outside))
    )
