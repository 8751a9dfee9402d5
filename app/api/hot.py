"""The lane of hot reads: answers three GETs before FastAPI, with the services of their routes and the same bytes.

It gives plain successes only. Whatever is out of the ordinary (a token not seen lately, an unknown parameter, a chosen
grant or day, a refusal, a fault) goes on to the route itself, which says so; a test compares both answers.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import get_args
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.types import ASGIApp, Receive, Scope, Send

from app.access.context import Context
from app.accounts.entry import Entrance
from app.core.pages import LIMIT_DEFAULT, PageRequest
from app.hours import service
from app.hours.queries import EntryFilter
from app.hours.schemas import CompletionGroup
from app.policy.school_year import SchoolYear

_CHOICES = frozenset({b"x-shixun-date", b"x-acting-grant", b"if-none-match"})
_BEARER = b"Bearer "
_LIMIT_DIGITS = 4

Values = Mapping[str, str]
"""Path and query parameters by name, as the client wrote them."""


async def _year_summary(ctx: Context, given: Values) -> str:
    year = SchoolYear.parse(given["school_year"])
    return (await service.year_summary(ctx, UUID(given["teacher_id"]), year)).model_dump_json()


async def _entries(ctx: Context, given: Values) -> str:
    limit = given.get("limit", str(LIMIT_DEFAULT))
    if not limit.isascii() or not limit.isdigit() or len(limit) > _LIMIT_DIGITS or limit.startswith("0"):
        raise ValueError(limit)
    year = SchoolYear.parse(given["school_year"]).start if "school_year" in given else None
    school = UUID(given["school_id"]) if "school_id" in given else None
    teacher = UUID(given["teacher_id"]) if "teacher_id" in given else None
    only = EntryFilter(teacher_id=teacher, school_id=school, school_year=year)
    return await service.find_json(ctx, PageRequest(int(limit), None, include_total=False), only)


async def _completion(ctx: Context, given: Values) -> str:
    group = given.get("group_by", "school")
    if group not in get_args(CompletionGroup):
        raise ValueError(group)
    return (await service.completion(ctx, SchoolYear.parse(given["school_year"]), group)).model_dump_json()


@dataclass(frozen=True, slots=True)
class _Read:
    """How the lane answers a route: the query parameters it knows, and the service call."""

    known: frozenset[str]
    answer: Callable[[Context, Values], Awaitable[str]]


READS = {
    "get_teacher_hours": _Read(frozenset({"school_year"}), _year_summary),
    "list_hours_entries": _Read(frozenset({"school_id", "teacher_id", "school_year", "limit"}), _entries),
    "get_hours_completion": _Read(frozenset({"school_year", "group_by"}), _completion),
}


class HotReads:
    """Pure ASGI, right in front of the router."""

    def __init__(self, app: ASGIApp, *, api: FastAPI) -> None:
        """api: where the routes stand whose reads are answered, and the doors' entrance."""
        self._app = app
        self._api = api
        self._routes: list[tuple[RouteContext, _Read]] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a hot read, or pass it on."""
        body = await self._answer(scope) if scope["type"] == "http" and scope["method"] == "GET" else None
        if body is None:
            await self._app(scope, receive, send)
            return
        headers = [(b"content-length", str(len(body)).encode()), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope) -> bytes | None:
        found = self._find(scope["path"])
        token = token_of(scope) if found else None
        entrance: Entrance = self._api.state.entrance
        caller = entrance.known_caller(token) if token else None
        if found is None or caller is None:
            return None
        route, read, given = found
        for name, value in parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True):
            if name in given or name not in read.known:
                return None
            given[name] = value
        try:
            scope["shixun.limit"] = entrance.limits.take("read", str(caller.principal.account_id))
            async with entrance.read(caller) as ctx:
                body = await read.answer(ctx, given)
        except Exception:  # noqa: BLE001 - the route itself meets the same fault and says so
            return None
        scope["route"] = route.original_route
        return body.encode()

    def _find(self, path: str) -> tuple[RouteContext, _Read, dict[str, str]] | None:
        if self._routes is None:
            routes = iter_route_contexts(self._api.routes)
            self._routes = [(route, READS[route.name]) for route in routes if route.name in READS]
        for route, read in self._routes:
            if match := route.path_regex.match(path):
                return route, read, match.groupdict()
        return None


def token_of(scope: Scope) -> str | None:
    """The token of a request that chooses neither grant nor day."""
    token = None
    for name, value in scope["headers"]:
        if name in _CHOICES:
            return None
        if name == b"authorization" and value.startswith(_BEARER):
            token = value[len(_BEARER) :].decode("latin-1")
    return token
