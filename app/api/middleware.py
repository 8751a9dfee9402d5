"""Around every request: its id, one log line, metrics, method override, limits in headers and safe headers."""

import re
import time

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import DEADLOCK
from app.core.ids import new_id
from app.core.limits import Standing
from app.core.log import RequestMark, logger, mark_request

REGISTRY = CollectorRegistry()
REQUESTS = Counter("shixun_requests", "Requests", ["method", "route", "status"], registry=REGISTRY)
SECONDS = Histogram("shixun_request_seconds", "Duration of requests", ["route"], registry=REGISTRY)
SECOND_TRIES = Counter("shixun_second_tries", "Writes run once more after a deadlock", registry=REGISTRY)

IS_SECOND = "shixun.is_second"
_SAFE = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"), (b"x-frame-options", b"DENY"))
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
log = logger("request")


class RequestFrame:
    """Pure ASGI, so that streaming and cancellation pass through untouched."""

    def __init__(self, app: ASGIApp) -> None:
        """app: the application inside."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        given = headers.get(b"x-request-id", b"")
        mark = RequestMark(
            given.decode() if _REQUEST_ID.fullmatch(given) else str(new_id()), (scope.get("client") or ("",))[0]
        )
        mark_request(mark)
        if scope["method"] == "POST" and headers.get(b"x-http-method-override", b"").upper() == b"PATCH":
            scope["method"] = "PATCH"
        started = time.perf_counter()
        status = 500

        async def send_marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *_headers(scope, mark)]
            await send(message)

        try:
            await self._app(scope, receive, send_marked)
        finally:
            seconds = time.perf_counter() - started
            route = getattr(scope.get("route"), "path", "-")
            REQUESTS.labels(scope["method"], route, status).inc()
            SECONDS.labels(route).observe(seconds)
            log.info("request", method=scope["method"], route=route, status=status, ms=round(seconds * 1000, 1))


class SecondTry:
    """A write that lost a deadlock runs once more: its transaction is gone, so that nothing of it stands.

    Postings lock accounts in one order; a GraphQL document with several of them cannot, and a merge may meet it. An
    upload is not kept for a second reading. Innermost of all: the frame sees one request.
    """

    def __init__(self, app: ASGIApp) -> None:
        """app: the application inside."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        is_write = scope["type"] == "http" and scope["method"] in {"POST", "PATCH", "PUT", "DELETE"}
        if not is_write or dict(scope["headers"]).get(b"content-type", b"").startswith(b"multipart/"):
            await self._app(scope, receive, send)
            return
        read: list[Message] = []
        is_lost = False

        async def reading() -> Message:
            read.append(await receive())
            return read[-1]

        async def sending(message: Message) -> None:
            nonlocal is_lost
            is_lost = is_lost or bool(scope.pop(DEADLOCK, False))
            if not is_lost:
                await send(message)

        await self._app(scope, reading, sending)
        if not is_lost:
            return
        log.warning("request.tried_again", path=scope["path"])
        SECOND_TRIES.inc()
        scope[IS_SECOND] = True
        again = iter(read)

        async def reading_again() -> Message:
            return next(again, None) or await receive()

        await self._app(scope, reading_again, send)


def _headers(scope: Scope, mark: RequestMark) -> list[tuple[bytes, bytes]]:
    extra = [(b"x-request-id", (mark.id or "").encode()), *_SAFE]
    if scope["path"].startswith(("/v1/", "/graphql")):
        extra.append((b"cache-control", b"private, no-store"))
    standing = scope.get("shixun.limit")
    if isinstance(standing, Standing):
        policy = f'"{standing.name}";q={standing.limit.quota};w={int(standing.limit.window)}'
        state = f'"{standing.name}";r={standing.remaining};t={standing.reset}'
        extra += [(b"ratelimit-policy", policy.encode()), (b"ratelimit", state.encode())]
    return extra
