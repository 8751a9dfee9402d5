"""What GraphQL resolvers of every domain share: the context of a request, loaders, pages and refusals.

Fields of one request run at the same time on one connection: a resolver reaches a service only through `Graph`, which
lets one call in at a time. Never await a loader inside such a call, the loader needs the same lock.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar

import strawberry
from graphql import FieldNode, FragmentSpreadNode, InlineFragmentNode, SelectionSetNode
from pydantic import BaseModel, TypeAdapter, ValidationError
from sqlalchemy import Row
from sqlalchemy.exc import DBAPIError
from strawberry.dataloader import DataLoader
from strawberry.scalars import JSON

from app.access import graph_types
from app.access.context import Context
from app.core.constraints import is_deadlock, refusal_for
from app.core.db import limit_statements, start_over
from app.core.errors import BadRequest, NotPermitted, ShixunError
from app.core.idempotency import Answer, Claim, once
from app.core.pages import Page, PageRequest
from app.core.prepared import Named

FIRST_MAX = 100
FIRST_DEFAULT = 50
CURSOR_MAX = 1_000
STATEMENT_TIMEOUT = "2s"
M = TypeVar("M", bound=BaseModel)
B = TypeVar("B", bound=BaseModel)
V = TypeVar("V")
Batch = Callable[..., Awaitable[Sequence[Any]]]
"""A function of (ctx, keys, *settings): (n,) keys -> (n,) values in one service call."""
T = TypeVar("T")

First = Annotated[int, strawberry.argument(description="条数，1 至 100")]
Etag = Annotated[str | None, strawberry.argument(description="读取时得到的 etag；已被他人修改则拒绝")]
After = Annotated[str | None, strawberry.argument(description="上一页的 endCursor，与 REST 的 next_cursor 相同")]


@dataclass(frozen=True, slots=True)
class Door:
    """What the door hands down: refusals as problems, faults of input as refusals, rate limits, and where files lie."""

    document: Callable[[ShixunError], Mapping[str, Any]]
    invalid: Callable[[Sequence[Mapping[str, Any]]], ShixunError]
    take: Callable[[str], object]
    storage: Path


@dataclass(frozen=True, slots=True)
class Plain:
    """What brings values as rows of any kind, with the same names and values as the REST schema, but unchecked.

    batch: (ctx, keys, names, *settings), names being the fields that are wanted. fields: those it can give.
    """

    batch: Batch
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A field that one call brings for a whole level: a plan makes that call, a resolver goes through a loader.

    key: what the batch is asked for, None where the source has none. settings: those of the batch, from the arguments.
    plain: the same values in fewer words, where none of the fields selected below has a resolver.
    """

    batch: Batch
    key: Callable[[Any], Any]
    settings: "Callable[[Graph, Mapping[str, Any]], tuple[Hashable, ...]]" = lambda _graph, _given: ()
    plain: "Plain | None" = None


@dataclass(slots=True)
class Graph:
    """The context of one GraphQL request; `changes` says that the operation is a mutation.

    gives_way: a mutation that loses a deadlock ends the request, so that the whole of it can run again; lost: it has.
    """

    ctx: Context
    door: Door
    changes: bool = False
    refused: list[NotPermitted] = field(default_factory=list)
    gives_way: bool = True
    lost: DBAPIError | None = None
    _is_over: bool = False
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _loaders: dict[Hashable, DataLoader[Any, Any]] = field(default_factory=dict)
    _known: dict[Hashable, dict[Any, Any]] = field(default_factory=dict)

    async def begin(self) -> None:
        """Set the shorter statement timeout of this door for the transaction."""
        await limit_statements(self.ctx.db, STATEMENT_TIMEOUT)

    async def end(self) -> None:
        """Put the refusals on record and let no call in any more: a field given up may still be waiting its turn."""
        refused = {(error.code, error.facts.get("permission")) for error in self.refused}
        for code, permission in sorted(refused, key=str):
            facts = {"code": code, "permission": permission}
            async with self.call() as ctx:
                await ctx.record(
                    "access.refused", entity="account", entity_id=ctx.principal.account_id, facts=facts, channel="audit"
                )
        async with self._lock:
            self._is_over = True

    @asynccontextmanager
    async def call(self) -> AsyncIterator[Context]:
        """The context for one service call, alone on the connection; a failed call leaves its neighbours unharmed.

        In a mutation the call has a savepoint of its own. A query has nothing to lose: after a failure its transaction
        starts again, which costs nothing where no call fails.
        """
        async with self._lock:
            if self._is_over:
                raise asyncio.CancelledError
            if self.lost:
                raise self.lost
            if self.changes:
                async with self.ctx.db.begin_nested():
                    yield self.ctx
                return
            try:
                yield self.ctx
            except Exception:
                await start_over(self.ctx.db, self.ctx.principal.region_id)
                await self.begin()
                raise

    async def fetch(self, read: Callable[[Context], Awaitable[T]]) -> T:
        """What one service call reads."""
        async with self.call() as ctx:
            return await read(ctx)

    def loader(self, batch: Callable[..., Awaitable[Sequence[V]]], *settings: Hashable) -> "DataLoader[Any, V]":
        """The loader of this request for `batch(ctx, keys, *settings)`: (n,) keys -> (n,) values, in one call."""
        key = (batch, *settings)
        if key not in self._loaders:

            async def load(keys: list[Any]) -> Sequence[V]:
                found = await self.load_all(batch, settings, keys)
                return [found[one] for one in keys]

            self._loaders[key] = DataLoader(load_fn=load)
        return self._loaders[key]

    async def load_all(
        self, batch: Callable[..., Awaitable[Sequence[V]]], settings: tuple[Hashable, ...], keys: Sequence[Any]
    ) -> dict[Any, V]:
        """Values by key, for a whole level: one call for those that this request has not brought yet."""
        known = self._known.setdefault((batch, *settings), {})
        if missing := [one for one in dict.fromkeys(keys) if one not in known]:
            found = await self.fetch(lambda ctx: batch(ctx, missing, *settings))
            known.update(zip(missing, found, strict=True))
        return known

    def forget(self) -> None:
        """Let go of what loaders have brought: what follows reads anew."""
        self._loaders.clear()
        self._known.clear()

    async def load(self, loaded: Loaded, root: object, **given: Any) -> Any:
        """The value of a field for one source, in one call with those of its neighbours."""
        settings, key = loaded.settings(self, given), loaded.key(root)
        return None if key is None else await self.loader(loaded.batch, *settings).load(key)

    async def change(self, schema: type[M], act: Callable[[Context], Awaitable[object]]) -> "M | Problem":
        """The answer of a mutation: what `act` returns as `schema`, or the problem; a refused act leaves no trace."""
        try:
            async with self.call() as ctx:
                return shown(schema, await act(ctx))
        except (ShixunError, DBAPIError) as error:
            refusal = error if isinstance(error, ShixunError) else refusal_for(error)
            if self.gives_way and isinstance(error, DBAPIError) and is_deadlock(error):
                self.lost = error
            if refusal is None:
                raise
            if isinstance(refusal, NotPermitted):
                self.refused.append(refusal)
            return Problem.of(self.door.document(refusal))
        finally:
            self.forget()

    async def change_once(
        self,
        schema: type[M],
        body: Callable[[], B],
        act: Callable[[Context, B], Awaitable[object]],
        *,
        verb: str,
        key: str,
    ) -> "M | Problem":
        """The same for a mutation that must not happen twice: the same key and content get the first answer again."""

        async def acted(ctx: Context) -> object:
            content = body()

            async def answer() -> Answer:
                return Answer(201, shown(schema, await act(ctx, content)).model_dump_json().encode())

            who = ctx.principal
            claim = Claim(who.region_id, who.account_id, f"graphql {verb}", key, content.model_dump_json().encode())
            return schema.model_validate_json((await once(ctx.db, claim, answer)).body, by_name=True)

        return await self.change(schema, acted)

    def given(self, schema: type[M], value: object, **more: object) -> M:
        """An input as the request body of REST, checked; the refusal names every fault."""
        try:
            return schema.model_validate(graph_types.given(value) | more)
        except ValidationError as error:
            raise self.door.invalid(error.errors()) from error

    def valid(self, kind: Any, value: object, *, at: str) -> Any:
        """An argument checked as REST checks the parameter `at`."""
        try:
            return _adapter(kind).validate_python(value)
        except ValidationError as error:
            faults = [{**fault, "loc": (at, *fault["loc"])} for fault in error.errors()]
            raise self.door.invalid(faults) from error


@lru_cache(maxsize=200)
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


Info = strawberry.Info[Graph, None]


def shown(schema: type[M], row: object) -> M:
    """A row as the answer REST gives."""
    if isinstance(row, schema):
        return row
    if isinstance(row, Row | Named):  # half the time of asking it for one attribute after the other
        return schema.model_validate(dict(row._mapping))  # noqa: SLF001 - public by name
    return schema.model_validate(row, from_attributes=True)


def shown_many(schema: type[M], rows: Sequence[object | None]) -> list[M | None]:
    """Rows (n,) -> answers (n,), None where missing."""
    return [None if row is None else shown(schema, row) for row in rows]


@strawberry.type(description="游标分页的位置")
class PageInfo:
    """Where a page lies in its list."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


N = TypeVar("N")


@strawberry.type(description="列表中的一项与它的游标")
class Edge(Generic[N]):
    """An item and its cursor."""

    node: N
    cursor: str


@strawberry.type(description="一页列表；nodes 是 edges 的简写")
class Connection(Generic[N]):
    """A page of a list."""

    edges: list[Edge[N]] = strawberry.field(metadata={"size": 1})
    nodes: list[N] = strawberry.field(metadata={"size": 1})
    page_info: PageInfo
    total_count: int | None = strawberry.field(description="总数；选取时才计算")


@dataclass(frozen=True, slots=True)
class Listed:
    """A page as the fields of `Connection` read it."""

    page: Page[Any]
    nodes: list[Any]
    is_later: bool

    @property
    def edges(self) -> list[Mapping[str, Any]]:
        """Items with their cursors."""
        return [{"node": node, "cursor": cursor} for node, cursor in zip(self.nodes, self.page.cursors, strict=True)]

    @property
    def page_info(self) -> Mapping[str, Any]:
        """Position of the page; a page asked for with a cursor has one before it."""
        cursors = self.page.cursors
        return {
            "has_next_page": self.page.has_more,
            "has_previous_page": self.is_later,
            "start_cursor": cursors[0] if cursors else None,
            "end_cursor": cursors[-1] if cursors else None,
        }

    @property
    def total_count(self) -> int | None:
        """The total if it was asked for."""
        return self.page.total


async def listed(
    info: Info,
    schema: type[BaseModel],
    find: Callable[[Context, PageRequest], Awaitable[Page[Any]]],
    *,
    first: int,
    after: str | None,
) -> Listed:
    """A page of a list in one service call; the total is counted only where the query selects it."""
    request = PageRequest(checked_first(first), _cursor(after), selects(info, "totalCount"))
    page = await info.context.fetch(lambda ctx: find(ctx, request))
    return Listed(page, [shown(schema, row) for row in page.items], is_later=bool(after))


def checked_first(first: int) -> int:
    """The page size; 400 FIRST_OUT_OF_RANGE unless 1 to 100."""
    if not 1 <= first <= FIRST_MAX:
        raise BadRequest("FIRST_OUT_OF_RANGE", f"first 应为 1 至 {FIRST_MAX}，收到 {first}。", max=FIRST_MAX, got=first)
    return first


def _cursor(after: str | None) -> str | None:
    if after and len(after) > CURSOR_MAX:
        raise BadRequest("CURSOR_INVALID", "游标无效。请从第一页重新查询。")
    return after or None


def selects(info: Info, name: str) -> bool:
    """Whether the query selects a field right under this one (a skipped field counts as selected)."""
    raw = info._raw_info  # noqa: SLF001 - Strawberry's own view of it converts the whole tree

    def has(node: SelectionSetNode | None) -> bool:
        return any(_names(one) for one in (node.selections if node else ()))

    def _names(one: object) -> bool:
        if isinstance(one, FieldNode):
            return one.name.value == name
        if isinstance(one, FragmentSpreadNode):
            return has(raw.fragments[one.name.value].selection_set)
        return isinstance(one, InlineFragmentNode) and has(one.selection_set)

    return any(has(node.selection_set) for node in raw.field_nodes)


def read(source: Any, name: str) -> object:
    """The value of a field without a resolver, of a model or of a mapping."""
    return source[name] if isinstance(source, Mapping) else getattr(source, name)


@strawberry.type(description="一个字段的问题")
class Fault:
    """One fault of one field."""

    pointer: str = strawberry.field(description="JSON 指针，字段名与 REST 相同")
    code: str
    message: str
    params: JSON


@strawberry.interface(description="办理不成的说明，与 REST 的 problem+json 相同")
class Refused:
    """What a refusal says."""

    code: str = strawberry.field(description="稳定的代码，程序用")
    title: str
    status: int = strawberry.field(description="对应的 HTTP 状态码")
    detail: str = strawberry.field(description="中文说明：什么不行、为什么、怎么办")
    errors: list[Fault] = strawberry.field(description="逐项的问题")
    facts: JSON = strawberry.field(description="附加信息，如 current_etag、possible、clause")
    trace_id: str | None = strawberry.field(description="报修时请提供的编号")


@strawberry.type(description="办理不成的说明，与 REST 的 problem+json 相同")
class Problem(Refused):
    """A refused mutation."""

    @staticmethod
    def of(document: Mapping[str, Any]) -> "Problem":
        """From the problem document of REST."""
        own = ("code", "title", "status", "detail", "trace_id")
        return Problem(
            **{name: document[name] for name in own},
            errors=[Fault(**fault) for fault in document["errors"]],
            facts=JSON({name: document[name] for name in document.keys() - {*own, "errors", "type", "instance"}}),
        )
