"""What the pages write: marks, evidence and frozen years, through the use cases that REST calls.

Sent twice, a form does nothing twice: its key names the answer. What is refused comes back with the input kept.
"""

import hashlib
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from app.access.context import Context
from app.access.doors import version_of
from app.access.permissions import Permission
from app.api import problems
from app.api.scorecard import reads
from app.api.scorecard.attempt import Attempt
from app.api.scorecard.indicator import indicator_page
from app.api.scorecard.snapshots import snapshots_page
from app.api.scorecard.visit import (
    FAULTS,
    Visit,
    must_be_ours,
    must_come_from_us,
    opened,
    refusal_of,
    refused,
    sent,
    shown,
    token_of,
    year_of,
)
from app.archive.rest import arrive, shelf_of
from app.core.errors import BadRequest, Conflict, FieldFault, Invalid, ShixunError, Stale, TooLarge
from app.core.idempotency import Answer, Claim, once
from app.core.pages import PageRequest
from app.performance import service
from app.performance.schemas import (
    ScorecardAssess,
    ScorecardDesignate,
    ScorecardFreeze,
    ScorecardReturn,
    ScorecardScore,
)
from app.performance.service.checks import requirement_of

SEE = HTTPStatus.SEE_OTHER
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
CORRECTABLE = (Invalid, Conflict, Stale, TooLarge)
"""What a person can put right in the form; anything else is told on a page of its own."""
Values = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Act:
    """A form on a requirement: what it sends, how that is read from its fields, and what it calls."""

    schema: type[BaseModel]
    read: Callable[[Values], dict[str, Any]]
    call: Callable[..., Awaitable[object]]


def _text(values: Values, *names: str) -> dict[str, Any]:
    """Fields that hold something."""
    return {name: values[name][0] for name in names if any(one.strip() for one in values.get(name, [])[:1])}


def _assess(values: Values) -> dict[str, Any]:
    """The mark with its links; an empty pair of lines is no link."""
    pairs = zip(values.get("link_label", []), values.get("link_url", []), strict=False)
    return _text(values, "points", "note") | {"links": [{"label": label, "url": url} for label, url in pairs]}


ACTS: Mapping[str, Act] = {
    "assess": Act(ScorecardAssess, _assess, service.assess),
    "score": Act(ScorecardScore, lambda values: _text(values, "points", "note"), service.score),
    "return": Act(ScorecardReturn, lambda values: _text(values, "reason"), service.return_row),
    "designate": Act(
        ScorecardDesignate, lambda values: {"departments": values.get("departments", [])}, service.designate
    ),
}


async def mark(request: Request, year_text: str, code: str, verb: str) -> Response:
    """Assess, score, return or designate; back to the row, or the page again with what is wrong."""
    visit, values = Visit.of(request), dict[str, list[str]]()
    try:
        year, act = year_of(year_text), ACTS[verb]
        async with sent(visit) as form:
            values = _values(form)
        version, key = version_of(_first(values, "etag")), _first(values, "key")
        values = _without_empty_links(values)
        given = _given(act.schema, act.read(values))
        async with opened(visit, "write") as ctx:
            holder, _ = requirement_of(ctx.regulation, code)
            await _once(visit, ctx, key, given, lambda: act.call(ctx, year, code, given, version=version))
    except FAULTS as fault:
        return await _again(visit, year_text, Attempt(code, verb, values, refusal_of(fault)))
    return _to(visit, f"{year}/indicators/{holder.code}?done={verb}&at={code}#{code}")


async def attach(request: Request, year_text: str, code: str) -> Response:
    """Upload evidence, under the limits of every upload; the same content twice is kept once."""
    visit = Visit.of(request)
    try:
        must_come_from_us(request)
        year, token = year_of(year_text), await token_of(visit)
        async with _arrival(request, token, shelf_of(request), visit.grant) as arrived:
            must_be_ours(request, await request.form())
            async with opened(visit, "write") as ctx:
                holder, _ = requirement_of(ctx.regulation, code)
                await service.attach_file(ctx, year, code, arrived.draft, arrived.shelf.limits)
    except HTTPException as error:
        if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            refusal: ShixunError = TooLarge("BODY_TOO_LARGE", "文件过大，没有保存。请压缩后再上传。")
            return await _again(visit, year_text, Attempt(code, "files", {}, refusal))
        refusal = BadRequest("FORM_UNREADABLE", "上传的内容无法读取，没有保存。请返回页面后重试。")
        return await refused(visit, refusal, _back(visit, year_text))
    except FAULTS as fault:
        return await _again(visit, year_text, Attempt(code, "files", {}, refusal_of(fault)))
    return _to(visit, f"{year}/indicators/{holder.code}?done=file&at={code}#{code}")


_arrival = asynccontextmanager(arrive)


async def freeze(request: Request, year_text: str) -> Response:
    """Freeze the year, once it is confirmed."""
    visit, values = Visit.of(request), dict[str, list[str]]()
    try:
        year = year_of(year_text)
        async with sent(visit) as form:
            values = _values(form)
        given = _given(ScorecardFreeze, _text(values, "reason"))
        async with opened(visit, "write") as ctx:
            await _once(visit, ctx, _first(values, "key"), given, lambda: _confirmed(ctx, year, given, values))
    except FAULTS as fault:
        refusal = refusal_of(fault)
        if not isinstance(refusal, CORRECTABLE) or refusal.code == "SCORECARD_YEAR_AHEAD":
            return await refused(visit, refusal, _back(visit, year_text))
        tried = Attempt("", "freeze", values, refusal)
        return await shown(
            visit,
            lambda ctx: reads.snapshots(ctx, year_of(year_text), None),
            lambda frame, found: snapshots_page(frame, found, tried),
        )
    return _to(visit, f"{year}/snapshots?done=freeze")


async def _confirmed(ctx: Context, year: int, given: ScorecardFreeze, values: Values) -> object:
    """Freeze where the box is ticked; without it every other fault is told as well."""
    if _first(values, "confirm") == "yes":
        return await service.freeze(ctx, year, given)
    ctx.require(Permission.SCORECARD_FREEZE)
    faults = [FieldFault("/confirm", "MISSING", "请先勾选确认：冻结后不能撤销")]
    before = await service.find_snapshots(ctx, PageRequest(limit=1), year)
    if before.items and given.reason is None:
        faults.append(FieldFault("/reason", "MISSING", f"{year} 年已经冻结过，再次冻结须写明理由"))
    raise Invalid("SCORECARD_INVALID", "；".join(one.message for one in faults) + "。", errors=faults)


async def _once(visit: Visit, ctx: Context, key: str, given: BaseModel, act: Callable[[], Awaitable[object]]) -> Answer:
    """Act, unless this very form has been sent before."""

    async def acted() -> Answer:
        await act()
        return Answer(SEE, b"")

    content = given.model_dump_json().encode()
    nonce = key if _KEY.fullmatch(key) else secrets.token_urlsafe(16)
    named = f"{nonce}-{hashlib.sha256(content).hexdigest()[:16]}"
    who, route = ctx.principal, f"POST {visit.request.scope['path']}"
    return await once(ctx.db, Claim(who.region_id, who.account_id, route, named, content), acted)


async def _again(visit: Visit, year_text: str, tried: Attempt) -> Response:
    """The page of the row with what is wrong, or a page that says what cannot be put right."""
    refusal = tried.refusal
    if not isinstance(refusal, CORRECTABLE) or refusal.code in {"SCORECARD_YEAR", "SCORECARD_YEAR_AHEAD"}:
        return await refused(visit, refusal, _back(visit, year_text))
    if refusal.code == "STATUS_CONFLICT":
        told = "这一项的状态已经变化，现在不能办理这一步。请先看现在的内容。"
        tried = replace(tried, refusal=Conflict(refusal.code, told))
    return await shown(
        visit,
        lambda ctx: reads.indicator_of_requirement(ctx, year_of(year_text), tried.code),
        lambda frame, found: indicator_page(frame, found, tried),
    )


def _back(visit: Visit, year_text: str) -> tuple[str, str] | None:
    try:
        year = year_of(year_text)
    except ShixunError:
        return None
    return f"{visit.root}/scorecard/{year}", f"回到 {year} 年绩效评级"


def _given(schema: type[BaseModel], values: dict[str, Any]) -> Any:
    try:
        return schema.model_validate(values)
    except ValidationError as error:
        raise problems.invalid(error.errors()) from error


def _values(form: FormData) -> dict[str, list[str]]:
    return {name: [one for one in form.getlist(name) if isinstance(one, str)] for name in form}


def _first(values: Values, name: str) -> str:
    return next(iter(values.get(name, [])), "")


def _without_empty_links(values: dict[str, list[str]]) -> dict[str, list[str]]:
    """Links without their empty lines, so that faults and lines have the same numbers."""
    pairs = list(zip(values.get("link_label", []), values.get("link_url", []), strict=False))
    kept = [pair for pair in pairs if any(one.strip() for one in pair)]
    return values | {"link_label": [label for label, _ in kept], "link_url": [url for _, url in kept]}


def _to(visit: Visit, path: str) -> Response:
    return visit.settled(RedirectResponse(f"{visit.root}/scorecard/{path}", SEE))
