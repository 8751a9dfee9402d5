"""GraphQL fields made from service functions: what REST has as a route is one line here.

Filters of a list are one frozen dataclass, whose fields are the query parameters of REST and the arguments here.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import MISSING
from dataclasses import fields as fields_of
from inspect import Parameter, Signature, signature
from typing import Annotated, Any
from uuid import UUID

import strawberry
from pydantic import BaseModel

from app.access.context import Context
from app.access.doors import expected_version
from app.access.graph import FIRST_DEFAULT, After, Connection, Etag, First, Info, Listed, Problem, listed, shown
from app.access.graph_types import field, input_type, output_of
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import NotFound
from app.core.pages import Page, PageRequest
from app.core.schemas import Input

Act = Callable[..., Awaitable[object]]
Key = Annotated[str, strawberry.argument(description="每个新请求一个新值（例如 UUID）；重试时沿用原值")]
_payloads: dict[type[BaseModel], Any] = {}


def payload_of(schema: type[BaseModel]) -> Any:
    """The union of a mutation's answer: the type of the schema, or the problem."""
    if schema not in _payloads:
        name = strawberry.union(f"{schema.__name__}Payload")
        _payloads[schema] = Annotated[output_of(schema) | Problem, name]
    return _payloads[schema]


def verb(  # noqa: PLR0913 - what a mutation consists of
    permission: Permission,
    act: Act,
    takes: type[BaseModel] | None,
    gives: type[BaseModel],
    *,
    at: Sequence[str] = ("uuid",),
    more: Mapping[str, Any] = {},
    once: bool = False,
) -> Any:
    """A mutation of `act(ctx, *ids, *more, body)`, with version= where the act takes it.

    takes: the body of REST, None where there is none: the etag is then an argument. at: names of the ids. more: other
    parts of the path, each with the kind REST checks it by. once: under an idempotency key.
    """
    has_version = "version" in signature(act).parameters

    async def resolve(info: Info, **given: Any) -> Any:
        graph, ids = info.context, [given[name] for name in at]
        ids += [info.context.valid(kind, given[name], at=name) for name, kind in more.items()]

        async def acted(ctx: Context, body: BaseModel | None) -> object:
            etag: str | None = getattr(body, "etag", None) if takes else given.get("etag")
            more = {"version": expected_version(etag)} if has_version else {}
            return await act(ctx, *ids, *([] if body is None else [body]), **more)

        def body() -> BaseModel:
            return graph.given(takes, given["input"]) if takes else Input()

        if once:
            name = " ".join((info.field_name, *map(str, ids)))
            return await graph.change_once(gives, body, acted, verb=name, key=given["idempotency_key"])
        return await graph.change(gives, lambda ctx: acted(ctx, body() if takes else None))

    arguments: dict[str, Any] = dict.fromkeys(at, UUID) | {name: input_type(kind) for name, kind in more.items()}
    arguments |= {"input": input_type(takes)} if takes else {}
    arguments |= {"idempotency_key": Key} if once else {}
    arguments |= {"etag": Etag} if has_version and not takes else {}
    return field(permission, _signed(resolve, act, arguments, {"etag": None}), payload_of(gives))


def pages(
    permission: Permission,
    find: Callable[..., Awaitable[Page[AnyRow]]],
    schema: type[BaseModel],
    *,
    only: Any = None,
    at: Sequence[str] = (),
    more: Mapping[str, Any] = {},
) -> Any:
    """A list of `find(ctx, page, *ids, *more, filters)`; only: the dataclass of its filters; more: as of `verb`."""
    filters = {one.name: one.type for one in fields_of(only)} if only else {}
    given_by_default = {one.name: one.default for one in fields_of(only) if one.default is not MISSING} if only else {}

    async def resolve(info: Info, **given: Any) -> Listed:
        ids = [given[name] for name in at]
        ids += [info.context.valid(kind, given[name], at=name) for name, kind in more.items()]
        wanted = {name: info.context.valid(kind, given[name], at=name) for name, kind in filters.items()}

        async def read(ctx: Context, request: PageRequest) -> Page[AnyRow]:
            return await find(ctx, request, *ids, *([only(**wanted)] if only else []))

        return await listed(info, schema, read, first=given["first"], after=given["after"])

    kinds = {**dict.fromkeys(at, UUID), "first": First, "after": After}
    kinds |= {name: input_type(kind) for name, kind in (*more.items(), *filters.items())}
    defaults = {"first": FIRST_DEFAULT, "after": None, **given_by_default}
    returns: Any = Connection[output_of(schema)]  # type: ignore[misc]  # built at run time
    return field(permission, _signed(resolve, find, kinds, defaults), returns | None)


def reading(
    permission: Permission,
    read: Act,
    schema: type[BaseModel],
    *,
    at: Sequence[str] = ("uuid",),
    more: Mapping[str, Any] = {},
) -> Any:
    """A query of `read(ctx, *ids, *more)`; more: further arguments, each with the kind REST checks it by."""

    async def resolve(info: Info, **given: Any) -> Any:
        ids = [given[name] for name in at]
        checked = [info.context.valid(kind, given[name], at=name) for name, kind in more.items()]
        return shown(schema, await info.context.fetch(lambda ctx: read(ctx, *ids, *checked)))

    kinds = {**dict.fromkeys(at, UUID), **{name: input_type(kind) for name, kind in more.items()}}
    return field(permission, _signed(resolve, read, kinds), output_of(schema) | None)


def record(permission: Permission, batch: Callable[..., Awaitable[Sequence[Any]]], schema: type[BaseModel]) -> Any:
    """A query of one record by its id, through the loader of `batch`; NOT_FOUND outside the scope."""

    async def resolve(info: Info, uuid: UUID) -> Any:
        found = await info.context.loader(batch).load(uuid)
        if found is None:
            raise NotFound
        return found

    return field(permission, _signed(resolve, batch, {"uuid": UUID}), output_of(schema) | None)


def _signed(
    resolve: Callable[..., Any], told_by: Callable[..., Any], kinds: Mapping[str, Any], defaults: Mapping[str, Any] = {}
) -> Callable[..., Any]:
    """The resolver with the arguments Strawberry reads, described by the first line of the service function."""
    made = [
        Parameter(name, Parameter.KEYWORD_ONLY, annotation=kind, default=defaults.get(name, Parameter.empty))
        for name, kind in kinds.items()
    ]
    info = Parameter("info", Parameter.POSITIONAL_OR_KEYWORD, annotation=Info)
    resolve.__signature__ = Signature([info, *made])  # type: ignore[attr-defined]  # read by inspect
    resolve.__doc__ = told_by.__doc__
    return resolve
