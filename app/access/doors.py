"""What REST endpoints of every domain share: the context, pages, versions of records and idempotent answers."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Protocol
from uuid import UUID

from fastapi import Depends, Header, Query, Request, Response
from fastapi.routing import APIRoute
from fastapi.security import OAuth2PasswordBearer
from pydantic import BaseModel, TypeAdapter

from app.access.context import Context
from app.access.permissions import PERMISSIONS, Permission
from app.core.clock import Clock
from app.core.db import AnyRow
from app.core.errors import BadRequest, Unauthenticated
from app.core.idempotency import KEEP, Answer, Claim, once
from app.core.limits import Buckets, Standing
from app.core.pages import LIMIT_DEFAULT, Page, PageRequest

_bearer = OAuth2PasswordBearer(tokenUrl="/v1/auth/token", auto_error=False, description="由 /v1/auth/token 签发的令牌")
Bearer = Annotated[str | None, Depends(_bearer)]
ActingGrant = Annotated[UUID | None, Header(alias="X-Acting-Grant", description="以哪一项授权办理")]


class Opener(Protocol):
    """What opens contexts: accounts' Entrance, handed to the application by the assembly."""

    limits: Buckets
    allows_test_clock: bool

    def context(
        self, token: str, *, acting_grant: UUID | None = None, clock: Clock | None = None
    ) -> AbstractAsyncContextManager[Context]:
        """The context of one request."""
        ...

    def ticket(self, token: str, *, acting_grant: UUID | None, subject: str) -> str:
        """A text that lets its holder do one thing as the caller, for ten minutes."""
        ...

    def ticket_context(
        self, ticket: str, *, acting_grant: UUID | None, subject: str
    ) -> AbstractAsyncContextManager[Context]:
        """The context of who asked for a ticket."""
        ...


def opener(request: Request) -> Opener:
    """The entrance of this application."""
    entrance: Opener = request.app.state.entrance
    return entrance


async def asked_clock(
    request: Request,
    day: Annotated[date | None, Header(alias="X-Shixun-Date", description="仅演示库、测试库：把“今天”设为某日")] = None,
) -> Clock | None:
    """The day a client of a demo database asks for; 400 TEST_CLOCK_REFUSED elsewhere."""
    if day is None:
        return None
    if not opener(request).allows_test_clock:
        raise BadRequest("TEST_CLOCK_REFUSED", "只有演示库和测试库接受请求头 X-Shixun-Date。")
    return Clock.at(day)


async def open_context(
    request: Request,
    token: Bearer,
    clock: Annotated[Clock | None, Depends(asked_clock)],
    acting_grant: ActingGrant = None,
    validate_only: Annotated[bool, Query(description="true：只检查不保存，答复与保存时相同")] = False,  # noqa: FBT002
) -> AsyncIterator[Context]:
    """One transaction for the request, committed before the answer leaves; `validate_only` rolls it back instead."""
    async with opener(request).context(signed_in(token), acting_grant=acting_grant, clock=clock) as ctx:
        _take(request, ctx)
        yield ctx
        if validate_only:
            await ctx.db.rollback()


def signed_in(token: str | None) -> str:
    """The token, if there is one; 401 TOKEN_MISSING without."""
    if token is None:
        raise Unauthenticated("TOKEN_MISSING", "请先登录：在请求头 Authorization 中附上 Bearer 令牌。")
    return token


def _take(request: Request, ctx: Context) -> None:
    if "shixun.limit" in request.scope:  # the lane of hot reads has counted this request
        return
    kind = "read" if request.method in {"GET", "HEAD"} else "write"
    standing: Standing = opener(request).limits.take(kind, str(ctx.principal.account_id))
    request.scope["shixun.limit"] = standing


Ctx = Annotated[Context, Depends(open_context, scope="function")]


async def page_request(
    limit: Annotated[int, Query(ge=1, description="每页条数，最多 200，超出按 200")] = LIMIT_DEFAULT,
    cursor: Annotated[str | None, Query(max_length=1000, description="上一页答复中的 next_cursor")] = None,
    include_total: Annotated[bool, Query(description="true：答复附总数 total")] = False,  # noqa: FBT002
) -> PageRequest:
    """The page a client asks for."""
    return PageRequest(limit, cursor, include_total)


Paged = Annotated[PageRequest, Depends(page_request)]


def listing(page: Page[AnyRow]) -> Mapping[str, object]:
    """A page as it is answered: items, next_cursor, total (null unless asked for)."""
    return {"items": page.items, "next_cursor": page.next_cursor, "total": page.total}


def permits(permission: Permission) -> dict[str, Any]:
    """Route keywords that document (and let tests check) which permission the service will ask for."""
    rule = PERMISSIONS[permission]
    return {
        "openapi_extra": {
            "x-permission": str(permission),
            "x-roles": {str(role): str(grant.reach) for role, grant in rule.grants.items()},
            "x-clause": rule.clause,
        }
    }


class TextRoute(APIRoute):
    """A route whose body may come as plain text: it stands for the member `text` of the JSON body 纯文本."""

    MEDIA_TYPE = "text/plain"
    DOCUMENTED: ClassVar[dict[str, Any]] = {
        "requestBody": {"content": {MEDIA_TYPE: {"schema": {"type": "string", "description": "即 JSON 中的 text"}}}}
    }

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, behind the exchange of the body."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            return await handle(_TextRequest(request) if kind == self.MEDIA_TYPE else request)

        return handled


class _TextRequest(Request):
    """A request with a text, as if it had come as JSON. UTF-8, else GB18030 as spreadsheets in Chinese save it."""

    def __init__(self, request: Request) -> None:
        kept = [pair for pair in request.scope["headers"] if pair[0] != b"content-type"]
        headers = [*kept, (b"content-type", b"application/json")]
        super().__init__({**request.scope, "headers": headers}, request.receive)

    async def body(self) -> bytes:
        if not hasattr(self, "_text"):
            raw = await super().body()
            try:
                text = raw.decode("utf-8-sig")
            except UnicodeDecodeError:
                text = raw.decode("gb18030", errors="replace")
            self._text = json.dumps({"text": text}).encode()
        return self._text


class Tag:
    """ETags of one request: sets the header, answers 304, and reads the version a write expects."""

    def __init__(self, request: Request, response: Response) -> None:
        """request, response: those of the endpoint."""
        self._request = request
        self._response = response

    def seal(self, row: Any) -> Any:
        """The row with its ETag header, or an empty 304 if the client has this version."""
        etag = etag_of(row.version)
        self._response.headers["ETag"] = etag
        known = self._request.headers.get("if-none-match")
        if self._request.method == "GET" and known and etag in {part.strip() for part in known.split(",")}:
            return Response(status_code=304, headers={"ETag": etag})
        return row

    def expected(self, body: Any = None) -> int | None:
        """The version from If-Match or from the body's `etag`; None if the client named none."""
        return expected_version(self._request.headers.get("if-match") or getattr(body, "etag", None))


def etag_of(version: int) -> str:
    """The strong ETag of a row version."""
    return f'"{version}"'


def version_of(etag: str) -> int:
    """The row version of an ETag; 400 ETAG_INVALID for anything else."""
    bare = etag.strip().removeprefix("W/").strip('"')
    if not bare.isascii() or not bare.isdigit() or len(bare) > 18:  # noqa: PLR2004 - longer than any version
        raise BadRequest("ETAG_INVALID", "版本标识 etag 应取自上一次读取的答复。")
    return int(bare)


def expected_version(etag: str | None) -> int | None:
    """The version a client expects; None if it named none."""
    return version_of(etag) if etag else None


async def tag(request: Request, response: Response) -> Tag:
    """The ETags of a request. Async like every dependency here: a plain function would cost a thread hop."""
    return Tag(request, response)


Tagged = Annotated[Tag, Depends(tag)]


@dataclass(frozen=True, slots=True)
class OnceOnly:
    """The Idempotency-Key of a request."""

    route: str
    key: str | None

    async def answer(
        self, ctx: Context, body: BaseModel, act: Callable[[], Awaitable[object]], schema: type[BaseModel], **kind: Any
    ) -> Response:
        """The answer of `act` as `schema`, or the kept bytes of the first call. kind: status (201), keep."""

        async def acted() -> Answer:
            value = TypeAdapter(schema).validate_python(await act(), from_attributes=True)
            return Answer(kind.get("status", 201), value.model_dump_json().encode())

        content = body.model_dump_json().encode()
        who = ctx.principal
        claim = Claim(who.region_id, who.account_id, self.route, self.key, content, kind.get("keep", KEEP))
        answer = await once(ctx.db, claim, acted)
        headers = {"Idempotent-Replayed": "true"} if answer.is_replay else {}
        return Response(answer.body, answer.status, headers=headers, media_type="application/json")


async def once_only(
    request: Request,
    key: Annotated[
        str | None, Header(alias="Idempotency-Key", description="每个新请求一个新值（例如 UUID）；重试时沿用原值")
    ] = None,
) -> OnceOnly:
    """The key and the path it is used on."""
    return OnceOnly(f"{request.method} {request.scope['path']}", key)


Once = Annotated[OnceOnly, Depends(once_only)]
