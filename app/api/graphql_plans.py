"""Plans of GraphQL queries: a document worked out once, then answered level by level without graphql-core.

graphql-core decides for every value of every answer anew what its type asks; a plan decides it once for the document.
Resolvers, loaders, services, permissions and bounds are the same. A plan gives plain answers only: whatever is out of
the ordinary (a refusal, a fault, a null where none may be) raises, and the whole document is answered by graphql-core,
which says so in its place. A query changes nothing, so that it can be asked twice.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from operator import attrgetter
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    is_abstract_type,
)
from graphql.execution import Executor
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path
from pydantic import BaseModel
from strawberry.types.field import StrawberryField

from app.access import graph, graph_types

Values = list[Any]
Complete = Callable[[Any], Any]
"""A value as the answer shows it, of a type without resolvers below it."""


class NotPlain(Exception):
    """graphql-core has to answer this document, or this time."""


@dataclass(slots=True)
class Run:
    """One execution: graphql-core's own view of the request, and what loaders have brought so far."""

    executor: Executor
    graph: graph.Graph
    loaded: dict[Hashable, dict[Any, Any]] = field(default_factory=dict)

    async def load(self, batch: graph.Batch, settings: tuple[Hashable, ...], keys: Values) -> dict[Any, Any]:
        """Values by key, each asked for once; level by level, so that no two calls ask for the same."""
        known = self.loaded.setdefault((batch, *settings), {})
        if missing := [one for one in dict.fromkeys(keys) if one not in known]:
            found = await self.graph.fetch(lambda ctx: batch(ctx, missing, *settings))
            known.update(zip(missing, found, strict=True))
        return known


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


@dataclass(frozen=True, slots=True)
class Part:
    """A field with a resolver: its values for every source of a level."""

    name: str
    values: Callable[[Values, Run], Awaitable[Values]]
    shape: Shape


@dataclass(frozen=True, slots=True)
class Plan:
    """A query worked out."""

    document: DocumentNode
    operation_name: str | None
    root: Shape

    async def answer(self, schema: GraphQLSchema, given: graph.Graph, variables: dict[str, Any] | None) -> Any:
        """The data of the answer; raises where it is no plain one."""
        executor = Executor.build(
            schema,
            self.document,
            context_value=given,
            raw_variable_values=variables,
            operation_name=self.operation_name,
            hide_suggestions=True,
        )
        if isinstance(executor, list):
            raise NotPlain
        return (await self.root.complete([None], Run(executor, given)))[0]


def plan_of(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> Plan | None:
    """The plan of a valid query; None where graphql-core has to answer it (mutations, directives, abstract types)."""
    if operation.operation is not OperationType.QUERY or schema.query_type is None:
        return None
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    try:
        if operation.directives:
            return None
        root = _Planner(schema, fragments).level(schema.query_type, [operation.selection_set])
    except NotPlain:
        return None
    name = operation.name.value if operation.name else None
    return Plan(document, name, root)


@dataclass(frozen=True, slots=True)
class _Planner:
    schema: GraphQLSchema
    fragments: dict[str, FragmentDefinitionNode]

    def level(self, parent: GraphQLObjectType, selections: Sequence[SelectionSetNode]) -> Shape:
        """The shape of objects of a type with what is selected of them."""
        read: list[tuple[str, Complete]] = []
        parts: list[Part] = []
        kind = _schema_of(parent)
        for name, nodes in self.collected(parent, selections).items():
            made = self.field(parent, kind, name, nodes)
            if isinstance(made, Part):
                parts.append(made)
                read.append((name, _nothing))
            else:
                read.append((name, made))
        fields, known = tuple(read), kind

        def one(source: Any) -> Any:
            if known is not None and type(source) is not known:
                raise NotPlain
            return {name: get(source) for name, get in fields}

        if not parts:
            return Shape(one)

        async def many(sources: Values, run: Run) -> Values:
            shown = list(map(one, sources))
            await _all([_fill(part, sources, shown, run) for part in parts])
            return shown

        return Shape(None, many)

    def field(
        self, parent: GraphQLObjectType, kind: type[BaseModel] | None, name: str, nodes: list[FieldNode]
    ) -> Complete | Part:
        """How a field of a type is read and shown."""
        word = nodes[0].name.value
        if word == "__typename":
            shown = parent.name
            return lambda _source: shown
        definition = parent.fields.get(word)
        if definition is None:  # __schema, __type
            raise NotPlain
        shape = self.shape(definition.type, [one.selection_set for one in nodes if one.selection_set])
        known: StrawberryField = definition.extensions["strawberry-definition"]
        if known.is_basic_field or "reads" in known.metadata:
            get = _reader(known, kind)
            if shape.one:
                complete = shape.one
                return lambda source: complete(get(source))
            return Part(name, _read_all(get), shape)
        if loaded := known.metadata.get("loaded"):
            return Part(name, _loading(definition, nodes, loaded, _python_names(known)), shape)
        return Part(name, _resolving(definition, parent, name, nodes), shape)

    def shape(self, kind: GraphQLOutputType, selections: Sequence[SelectionSetNode]) -> Shape:
        """How values of a type are shown."""
        if isinstance(kind, GraphQLNonNull):
            return _required(self.nullable(kind.of_type, selections))
        return _optional(self.nullable(kind, selections))

    def nullable(self, kind: GraphQLOutputType, selections: Sequence[SelectionSetNode]) -> Shape:
        """The same for values that are there."""
        if isinstance(kind, GraphQLList):
            return _listed(self.shape(kind.of_type, selections))
        if isinstance(kind, GraphQLObjectType):
            return self.level(kind, selections)
        if isinstance(kind, GraphQLScalarType | GraphQLEnumType):
            return Shape(_leaf(kind))
        raise NotPlain

    def collected(
        self, parent: GraphQLObjectType, selections: Sequence[SelectionSetNode]
    ) -> dict[str, list[FieldNode]]:
        """Fields by the name they get in the answer, those of fragments among them, in the order of the text."""
        found: dict[str, list[FieldNode]] = {}
        spread: set[str] = set()

        def visit(chosen: SelectionSetNode) -> None:
            for one in chosen.selections:
                if one.directives:
                    raise NotPlain
                if isinstance(one, FieldNode):
                    found.setdefault((one.alias or one.name).value, []).append(one)
                elif isinstance(one, InlineFragmentNode):
                    if one.type_condition is None or self.fits(parent, one.type_condition.name.value):
                        visit(one.selection_set)
                elif isinstance(one, FragmentSpreadNode) and one.name.value not in spread:
                    spread.add(one.name.value)
                    fragment = self.fragments[one.name.value]
                    if fragment.directives or fragment.variable_definitions or getattr(one, "arguments", None):
                        raise NotPlain
                    if self.fits(parent, fragment.type_condition.name.value):
                        visit(fragment.selection_set)

        for chosen in selections:
            visit(chosen)
        return found

    def fits(self, parent: GraphQLObjectType, condition: str) -> bool:
        """Whether a fragment on a type applies to objects of another."""
        if condition == parent.name:
            return True
        kind = self.schema.get_type(condition)
        return is_abstract_type(kind) and self.schema.is_sub_type(kind, parent)


def _nothing(_source: object) -> None:
    return None


async def _fill(part: Part, sources: Values, shown: Values, run: Run) -> None:
    values = await part.shape.complete(await part.values(sources, run), run)
    for into, value in zip(shown, values, strict=True):
        into[part.name] = value


async def _all(running: list[Any]) -> Values:
    """The results of all; none is left running when one of them breaks."""
    if len(running) == 1:
        return [await running[0]]
    results = await asyncio.gather(*running, return_exceptions=True)
    for one in results:
        if isinstance(one, BaseException):
            raise one
    return results


def _schema_of(kind: GraphQLObjectType) -> type[BaseModel] | None:
    """The REST schema whose instances a type shows; a type that asks something else of its values has no plan."""
    definition = kind.extensions.get("strawberry-definition")
    schemas = {made: schema for schema, made in graph_types.outputs().items()}
    schema = schemas.get(definition.origin) if definition else None
    if schema is None and kind.is_type_of is not None:
        raise NotPlain
    return schema


def _reader(known: StrawberryField, kind: type[BaseModel] | None) -> Complete:
    reads: Complete | None = known.metadata.get("reads")
    if reads:
        return reads
    name = known.python_name
    return attrgetter(name) if kind else lambda source: graph.read(source, name)


def _python_names(known: StrawberryField) -> dict[str, str]:
    converter = graph_types.Names()
    return {converter.from_argument(one): one.python_name for one in known.arguments}


def _read_all(get: Complete) -> Callable[[Values, Run], Awaitable[Values]]:
    async def values(sources: Values, _run: Run) -> Values:
        return list(map(get, sources))

    return values


def _loading(
    definition: GraphQLField, nodes: list[FieldNode], loaded: graph.Loaded, names: dict[str, str]
) -> Callable[[Values, Run], Awaitable[Values]]:
    async def values(sources: Values, run: Run) -> Values:
        given = get_argument_values(definition, nodes[0], run.executor.variable_values, None, hide_suggestions=True)
        settings = loaded.settings(run.graph, {names[name]: value for name, value in given.items()})
        keys = list(map(loaded.key, sources))
        found = await run.load(loaded.batch, settings, [key for key in keys if key is not None])
        return [None if key is None else found[key] for key in keys]

    return values


def _resolving(
    definition: GraphQLField, parent: GraphQLObjectType, name: str, nodes: list[FieldNode]
) -> Callable[[Values, Run], Awaitable[Values]]:
    resolve = definition.resolve
    if resolve is None:
        raise NotPlain

    async def values(sources: Values, run: Run) -> Values:
        given = get_argument_values(definition, nodes[0], run.executor.variable_values, None, hide_suggestions=True)
        info = run.executor.build_resolve_info(definition, nodes, parent, Path(None, name, parent.name))
        results = [resolve(source, info, **given) for source in sources]
        waiting = [index for index, one in enumerate(results) if isinstance(one, Awaitable)]
        for index, value in zip(waiting, await _all([results[index] for index in waiting]), strict=True):
            results[index] = value
        if any(isinstance(one, Exception) for one in results):
            raise NotPlain
        return results

    return values


def _required(inner: Shape) -> Shape:
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


def _optional(inner: Shape) -> Shape:
    one, many = inner.one, inner.many
    if one:
        return Shape(lambda value: None if value is None else one(value))
    assert many is not None  # noqa: S101 - a shape has one of both

    async def level(values: Values, run: Run) -> Values:
        shown = iter(await many([value for value in values if value is not None], run))
        return [None if value is None else next(shown) for value in values]

    return Shape(None, level)


def _listed(inner: Shape) -> Shape:
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


def _leaf(kind: GraphQLScalarType | GraphQLEnumType) -> Complete:
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
