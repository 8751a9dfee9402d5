"""How the values of a GraphQL answer are shown: what graphql-core would make of a value of a type, or NotPlain."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from graphql import GraphQLEnumType, GraphQLScalarType
from graphql.execution import Executor
from pydantic_core import to_json

from app.access import graph

Values = list[Any]
Complete = Callable[[Any], Any]
"""A value as the answer shows it, of a type without resolvers below it."""


class NotPlain(Exception):
    """graphql-core has to answer this document, or this time."""


@dataclass(frozen=True, slots=True)
class Run:
    """One execution: graphql-core's own view of the request, and the context of its resolvers."""

    executor: Executor[graph.Graph]
    graph: graph.Graph


@dataclass(frozen=True, slots=True)
class Shape:
    """How values of a type are shown: `one` for those without resolvers below, else `many` for a whole level."""

    one: Complete | None
    many: Callable[[Values, Run], Awaitable[Values]] | None = None

    async def complete(self, values: Values, run: Run) -> Values:
        """Values (n,) -> as the answer shows them (n,)."""
        if self.one:
            return list(map(self.one, values))
        assert self.many is not None  # noqa: S101 - a shape has one of both
        return await self.many(values, run)


async def all_of(running: list[Any]) -> Values:
    """The results of all; none is left running when one of them breaks."""
    if len(running) == 1:
        return [await running[0]]
    results = await asyncio.gather(*running, return_exceptions=True)
    for one in results:
        if isinstance(one, BaseException):
            raise one
    return results


def required(inner: Shape) -> Shape:
    """A value that must be there."""
    one, many = inner.one, inner.many
    if one:

        def complete(value: Any) -> Any:
            if value is None:
                raise NotPlain
            return one(value)

        return Shape(complete)
    assert many is not None  # noqa: S101 - a shape has one of both

    async def level(values: Values, run: Run) -> Values:
        if any(value is None for value in values):
            raise NotPlain
        return await many(values, run)

    return Shape(None, level)


def optional(inner: Shape) -> Shape:
    """A value, or null."""
    one, many = inner.one, inner.many
    if one:
        return Shape(lambda value: None if value is None else one(value))
    assert many is not None  # noqa: S101 - a shape has one of both

    async def level(values: Values, run: Run) -> Values:
        shown = iter(await many([value for value in values if value is not None], run))
        return [None if value is None else next(shown) for value in values]

    return Shape(None, level)


def listed(inner: Shape) -> Shape:
    """A list of values."""
    one, many = inner.one, inner.many
    if one:

        def complete(value: Any) -> Any:
            if not isinstance(value, list | tuple):
                raise NotPlain
            return list(map(one, value))

        return Shape(complete)
    assert many is not None  # noqa: S101 - a shape has one of both

    async def level(values: Values, run: Run) -> Values:
        if not all(isinstance(value, list | tuple) for value in values):
            raise NotPlain
        shown = iter(await many([item for value in values for item in value], run))
        return [[next(shown) for _ in value] for value in values]

    return Shape(None, level)


def leaf(kind: GraphQLScalarType | GraphQLEnumType) -> Complete:
    """A plain value; the usual kinds by their type alone, all others by the scalar itself."""
    serialize = kind.coerce_output_value

    def checked(value: Any) -> Any:
        shown = serialize(value)
        if shown is None:
            raise NotPlain
        return shown

    if isinstance(kind, GraphQLEnumType):
        return _enum(kind, checked)
    if kind.name == "String":
        return lambda value: value if type(value) is str else checked(value)
    if kind.name == "Boolean":
        return lambda value: value if type(value) is bool else checked(value)
    if kind.name == "Float":
        return lambda value: float(value) if type(value) is Decimal and value.is_finite() else checked(value)
    return checked


def _enum(kind: GraphQLEnumType, checked: Complete) -> Complete:
    names = {(type(one.value), one.value): name for name, one in kind.values.items()}
    members = getattr(kind, "wrapped_cls", ())
    names |= {(type(member), member): checked(member) for member in members}

    def complete(value: Any) -> Any:
        known = names.get((type(value), value))
        return checked(value) if known is None else known

    return complete


def written(value: object) -> bytes:
    """An answer as JSON."""
    try:
        return to_json(value)
    except ValueError:  # half a character, as a JSON text of a client may bring
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
