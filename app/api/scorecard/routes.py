"""The addresses under /scorecard 绩效评级页面; none of them is in the OpenAPI document."""

from collections.abc import Callable, Sequence
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from app.access.context import Context
from app.accounts.schemas import RevokeForm
from app.accounts.service import sign_in
from app.api.scorecard import acts, reads
from app.api.scorecard.card import card_page
from app.api.scorecard.facts import facts_of
from app.api.scorecard.indicator import Wanted, indicator_page
from app.api.scorecard.outlook import Assumed, what_if_page
from app.api.scorecard.record import record_page
from app.api.scorecard.snapshots import content_of, snapshot_page, snapshots_page
from app.api.scorecard.visit import (
    FAULTS,
    HOME,
    REFRESH,
    ROLE,
    Visit,
    opened,
    refusal_of,
    refused,
    sent,
    shown,
    year_of,
)
from app.archive.rest import BODY_MAX, attached, shelf_of
from app.archive.rest import sent as content_sent
from app.archive.service import Opened as FileOpened
from app.archive.service import opened as file_opened
from app.archive.service import packed
from app.archive.states import MediaType
from app.core.clock import Clock
from app.core.db import AnyRow
from app.core.errors import BadRequest, NotFound, ShixunError
from app.core.pages import PageRequest
from app.performance import service
from app.performance.schemas import Scorecard
from app.performance.service.files import YearToPack
from app.performance.service.table import workbook

NAME_MAX, PASSWORD_MAX, YEARS = 100, 200, 30
ROLE_SECONDS = 30 * 24 * 3600
Code = Annotated[str | None, Query()]


def pages() -> APIRouter:
    """GET and POST /scorecard and what hangs under it."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    _card(router)
    _records(router)
    _frozen(router)
    _files(router)
    _writes(router)
    _sessions(router)
    return router


def _card(router: APIRouter) -> None:
    """The card, what-if, and the printed table."""

    @router.get(HOME)
    async def this_year(request: Request) -> Response:
        return await _of_year(request, str(Clock.running().today.year))

    @router.get(f"{HOME}/{{year}}")
    async def of_year(request: Request, year: str) -> Response:
        return await _of_year(request, year)

    @router.get(f"{HOME}/{{year}}/what-if")
    async def what_if(request: Request, year: str) -> Response:
        asked = Assumed.of(request.query_params)
        return await shown(
            Visit.of(request),
            lambda ctx: asked.outlook(ctx, year_of(year)),
            what_if_page,
        )

    @router.get(f"{HOME}/{{year}}/table.xlsx")
    async def table(request: Request, year: str) -> Response:
        async def read(ctx: Context) -> bytes:
            return workbook(await service.get_card(ctx, year_of(year)))

        headers = attached(f"绩效评级自评表{year}.xlsx")
        return await shown(
            Visit.of(request),
            read,
            lambda _, content: Response(content, media_type=str(MediaType.XLSX), headers=headers),
        )


async def _of_year(request: Request, year: str) -> Response:
    async def read(ctx: Context) -> tuple[Scorecard, Sequence[AnyRow], date]:
        card = await service.get_card(ctx, year_of(year))
        return card, (await service.find_years(ctx, PageRequest(limit=YEARS))).items, ctx.clock.today

    return await shown(Visit.of(request), read, lambda frame, found: card_page(frame, *found))


def _records(router: APIRouter) -> None:
    """An indicator, and the records behind its figures."""

    @router.get(f"{HOME}/{{year}}/indicators/{{code}}")
    async def indicator(request: Request, year: str, code: str) -> Response:
        asked = request.query_params
        wanted = Wanted(asked.get("figure") or None, asked.get("counted"), asked.get("cursor"))
        return await shown(
            Visit.of(request),
            lambda ctx: reads.indicator(ctx, year_of(year), code, wanted),
            indicator_page,
            done=asked.get("done"),
            at=asked.get("at"),
        )

    @router.get(f"{HOME}/{{year}}/indicators/{{code}}/records/{{record}}")
    async def one(request: Request, year: str, code: str, record: str, figure: str = "") -> Response:
        visit = Visit.of(request)
        try:
            async with opened(visit) as ctx:
                found = await reads.record(ctx, year_of(year), code, figure, _id(record))
            facts = await facts_of(visit, found.row)
        except FAULTS as fault:
            return await refused(visit, refusal_of(fault))
        return visit.settled(record_page(visit.frame(), (year, code, figure), found, facts))


def _frozen(router: APIRouter) -> None:
    """Frozen states of a year."""

    @router.get(f"{HOME}/{{year}}/snapshots")
    async def snapshots(request: Request, year: str, cursor: Code = None, done: Code = None) -> Response:
        return await shown(
            Visit.of(request),
            lambda ctx: reads.snapshots(ctx, year_of(year), cursor),
            snapshots_page,
            done=done,
        )

    @router.get(f"{HOME}/{{year}}/snapshots/{{number}}")
    async def snapshot(request: Request, year: str, number: str) -> Response:
        return await shown(
            Visit.of(request),
            lambda ctx: reads.snapshot(ctx, year_of(year), _number(number)),
            snapshot_page,
        )

    @router.get(f"{HOME}/{{year}}/snapshots/{{number}}/content.json")
    async def content(request: Request, year: str, number: str) -> Response:
        return await shown(
            Visit.of(request),
            lambda ctx: reads.snapshot(ctx, year_of(year), _number(number)),
            lambda _, kept: content_of(kept),
        )


def _files(router: APIRouter) -> None:
    """Evidence: one file, or all of a year."""

    @router.get(f"{HOME}/{{year}}/files.zip")
    async def everything(request: Request, year: str) -> Response:
        storage, headers = shelf_of(request).storage, attached(f"绩效评级佐证材料{year}.zip")

        def draw(_: object, found: YearToPack) -> Response:
            table = {f"绩效评级自评表{year}.xlsx": workbook(found.card)}
            pieces = packed(found.files, storage, folders=found.folders, texts=table)
            return StreamingResponse(pieces, media_type="application/zip", headers=headers)

        return await shown(Visit.of(request), lambda ctx: service.evidence_to_pack(ctx, year_of(year)), draw)

    @router.get(f"{HOME}/{{year}}/files/{{file}}")
    async def file(request: Request, year: str, file: str) -> Response:
        shelf = shelf_of(request)

        async def read(ctx: Context) -> FileOpened:
            year_of(year)
            return await file_opened(ctx, _id(file), shelf)

        return await shown(Visit.of(request), read, lambda _, found: content_sent(request, found, shelf))


def _writes(router: APIRouter) -> None:
    """Forms of the pages."""

    @router.post(f"{HOME}/{{year}}/freeze")
    async def freeze(request: Request, year: str) -> Response:
        return await acts.freeze(request, year)

    @router.post(f"{HOME}/{{year}}/requirements/{{code}}/files", max_body_size=BODY_MAX)
    async def attach(request: Request, year: str, code: str) -> Response:
        return await acts.attach(request, year, code)

    for verb in acts.ACTS:
        router.add_api_route(f"{HOME}/{{year}}/requirements/{{code}}/{verb}", _marking(verb), methods=["POST"])


def _marking(verb: str) -> Callable[..., Any]:
    async def mark(request: Request, year: str, code: str) -> Response:
        return await acts.mark(request, year, code, verb)

    return mark


def _sessions(router: APIRouter) -> None:
    """Signing in and out, and choosing a role."""

    @router.post(f"{HOME}/sign-in")
    async def enter(request: Request) -> Response:
        """Sign in and go to the card; a refusal shows the form again with its reason."""
        visit, origin = Visit.of(request), request.client.host if request.client else None
        try:
            async with sent(visit) as form:
                name, password = (str(form.get(one, "")) for one in ("username", "password"))
            tokens = await sign_in.sign_in(
                visit.entrance, name[:NAME_MAX], password[:PASSWORD_MAX], device="绩效评级页面", address=origin
            )
        except ShixunError as refusal:
            return await refused(visit, refusal)
        page = RedirectResponse(f"{visit.root}{HOME}", HTTPStatus.SEE_OTHER)
        visit.keep(page, tokens)
        return visit.settled(visit.forget(page, ROLE))

    @router.post(f"{HOME}/sign-out")
    async def leave(request: Request) -> Response:
        """End the session, here and in the database."""
        visit = Visit.of(request)
        try:
            async with sent(visit):
                pass
            if token := request.cookies.get(REFRESH):
                await sign_in.revoke(visit.entrance, RevokeForm(token=token))
        except ShixunError as refusal:
            return await refused(visit, refusal)
        return visit.forget(RedirectResponse(f"{visit.root}{HOME}", HTTPStatus.SEE_OTHER))

    @router.post(f"{HOME}/role")
    async def role(request: Request) -> Response:
        """Act in another role from here on; only in one the person holds."""
        visit = Visit.of(request)
        try:
            async with sent(visit) as form:
                wanted = str(form.get("grant", ""))
            async with opened(visit):
                pass
        except ShixunError as refusal:
            return await refused(visit, refusal)
        held = {str(one.id) for one in visit.person.me.grants} if visit.person else set()
        if wanted not in held:
            return await refused(visit, BadRequest("ACTING_GRANT_REFUSED", "这不是您现有的身份，请从页面上方选择。"))
        page = RedirectResponse(f"{visit.root}{HOME}", HTTPStatus.SEE_OTHER)
        visit.cookie(page, ROLE, wanted, ROLE_SECONDS)
        return visit.settled(page)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5):  # noqa: PLR2004 - longer than any number
        raise NotFound
    return int(text)
