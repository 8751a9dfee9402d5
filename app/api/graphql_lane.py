"""The lane of GraphQL queries: those with a plan are answered before FastAPI, on statements compiled once.

As the lane of hot reads it gives plain successes only; anything else goes on to the route with its body, and a plan
that needs more of its connection is not tried here again. Charges, bounds and
permissions are those of the route.
"""

from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.access.graph import STATEMENT_TIMEOUT
from app.accounts.entry import Caller, Entrance
from app.api import graphql
from app.api.graphql import CHARGED
from app.api.hot import token_of
from app.core.db import NotServed


class GraphLane:
    """Pure ASGI, right in front of the router."""

    def __init__(self, app: ASGIApp, *, api: FastAPI) -> None:
        """api: where the route stands, and the doors' entrance."""
        self._app = app
        self._api = api
        self._route: RouteContext | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a query whose plan is known, or pass it on."""
        caller = self._caller(scope)
        if caller is None:
            await self._app(scope, receive, send)
            return
        read: list[Message] = []
        body = await _body(receive, read)
        answer = await self._answer(scope, caller, body) if body else None
        if answer is None:
            await self._app(scope, _again(read, receive), send)
            return
        headers = [
            (b"content-language", b"zh-CN"),
            (b"content-length", str(len(answer)).encode()),
            (b"content-type", b"application/json"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    def _caller(self, scope: Scope) -> Caller | None:
        """Who asks, where the request is a usual one and they were seen lately."""
        if scope["type"] != "http" or scope["path"] != graphql.PATH or scope["method"] != "POST":
            return None
        if (b"content-type", b"application/json") not in scope["headers"]:
            return None
        token = token_of(scope)
        entrance: Entrance = self._api.state.entrance
        return entrance.known_caller(token) if token else None

    async def _answer(self, scope: Scope, caller: Caller, body: bytes) -> bytes | None:
        asked = graphql.planned(body)
        if asked is None:
            return None
        entrance: Entrance = self._api.state.entrance
        key = str(caller.principal.account_id)
        try:
            scope["shixun.limit"] = entrance.limits.take("graphql", key, cost=asked.cost)
        except Exception:  # noqa: BLE001 - the route meets the same refusal and says so
            return None
        scope[CHARGED] = True
        try:
            async with entrance.read(caller, most=STATEMENT_TIMEOUT) as ctx:
                answer = await asked.answer(ctx, graphql.door_of(entrance.limits, key, self._api.state.storage))
        except NotServed:
            asked.plan.is_hot = False
            return None
        except Exception:  # noqa: BLE001 - graphql-core meets the same fault and says so in its place
            return None
        scope["route"] = self._found().original_route
        return answer

    def _found(self) -> RouteContext:
        if self._route is None:
            routes = iter_route_contexts(self._api.routes)
            self._route = next(route for route in routes if route.name == "post_graphql")
        return self._route


async def _body(receive: Receive, read: list[Message]) -> bytes | None:
    """The body, kept as it came for whoever reads it next; None beyond its bound or where the client has gone."""
    body: bytes = b""
    while True:
        message = await receive()
        read.append(message)
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if len(body) > graphql.BODY_MAX_BYTES:
            return None
        if not message.get("more_body"):
            return body


def _again(read: list[Message], receive: Receive) -> Receive:
    messages = iter(read)

    async def reading() -> Message:
        return next(messages, None) or await receive()

    return reading
