"""Plans of GraphQL queries: a document worked out once, then answered level by level without graphql-core.

graphql-core decides for every value of every answer anew what its type asks; a plan decides it once for the document.
Resolvers, loaders, services, permissions and bounds are the same. A plan gives plain answers only: whatever is out of
the ordinary (a refusal, a fault, a null where none may be) raises, and the whole document is answered by graphql-core,
which says so in its place. A query changes nothing, so that it can be asked twice.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter, itemgetter
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
    SelectionNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
)
from graphql.execution import Executor
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path
from pydantic import BaseModel
from strawberry.types.field import StrawberryField

from app.access import graph, graph_types
from app.api.graphql_shapes import Complete, NotPlain, Run, Shape, Values, all_of, leaf, listed, optional, required


@dataclass(frozen=True, slots=True)
class Part:
    """A field with a resolver: its values for every source of a level."""

    name: str
    values: Callable[[Values, Run], Awaitable[Values]]
    shape: Shape


@dataclass(slots=True)
class Plan:
    """A query worked out; is_hot: it does with statements compiled once, None until its first run has shown it."""

    document: DocumentNode
    operation_name: str | None
    root: Shape
    is_hot: bool | None = None

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
    """is_plain: below a field whose values are plain rows."""

    schema: GraphQLSchema
    fragments: dict[str, FragmentDefinitionNode]
    is_plain: bool = False

    def level(self, parent: GraphQLObjectType, selections: Sequence[SelectionSetNode]) -> Shape:
        """The shape of objects of a type with what is selected of them."""
        if self.is_plain:
            return self.row(parent, selections)
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
            await all_of([_fill(part, sources, shown, run) for part in parts])
            return shown

        return Shape(None, many)

    def field(
        self, parent: GraphQLObjectType, kind: type[BaseModel] | None, name: str, nodes: list[FieldNode]
    ) -> Complete | Part:
        """How a field of a type is read and shown."""
        word = nodes[0].name.value
        if word == "__typename":
            return _constant(parent.name)
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
            return self.loaded(definition, known, name, nodes, loaded) or Part(
                name, _loading(definition, nodes, loaded.batch, loaded, known), shape
            )
        return Part(name, _resolving(definition, parent, name, nodes), shape)

    def loaded(
        self, definition: GraphQLField, known: StrawberryField, name: str, nodes: list[FieldNode], loaded: graph.Loaded
    ) -> Part | None:
        """A loaded field read from plain rows, where no field below it has a resolver."""
        below, plain = get_named_type(definition.type), loaded.plain
        selections = [one.selection_set for one in nodes if one.selection_set]
        if plain is None or not isinstance(below, GraphQLObjectType):
            return None
        try:
            wanted = {_python_name(below, one[0].name.value) for one in self.collected(below, selections).values()}
            if not wanted <= plain.fields | {""}:
                return None
            shape = replace(self, is_plain=True).shape(definition.type, selections)
        except NotPlain:
            return None
        batch, names = plain.batch, tuple(sorted(wanted - {""}))
        return Part(name, _loading(definition, nodes, batch, loaded, known, names), shape)

    def row(self, parent: GraphQLObjectType, selections: Sequence[SelectionSetNode]) -> Shape:
        """The shape of plain rows: read by name, or by attribute where they have no names."""
        read: list[tuple[str, str, Complete]] = []
        for name, nodes in self.collected(parent, selections).items():
            word = nodes[0].name.value
            own = _python_name(parent, word)
            if not own:
                read.append((name, "", _constant(parent.name)))
                continue
            below = [one.selection_set for one in nodes if one.selection_set]
            complete = self.shape(parent.fields[word].type, below).one
            assert complete is not None  # noqa: S101 - no field of a plain row has a resolver
            read.append((name, own, complete))
        named = tuple((name, itemgetter(own) if own else _nothing, complete) for name, own, complete in read)
        attributes = tuple((name, attrgetter(own) if own else _nothing, complete) for name, own, complete in read)

        def one(source: Any) -> Any:
            fields = named if hasattr(source, "keys") else attributes
            return {name: complete(get(source)) for name, get, complete in fields}

        return Shape(one)

    def shape(self, kind: GraphQLOutputType, selections: Sequence[SelectionSetNode]) -> Shape:
        """How values of a type are shown."""
        if isinstance(kind, GraphQLNonNull):
            return required(self.nullable(kind.of_type, selections))
        return optional(self.nullable(kind, selections))

    def nullable(self, kind: GraphQLOutputType, selections: Sequence[SelectionSetNode]) -> Shape:
        """The same for values that are there."""
        if isinstance(kind, GraphQLList):
            return listed(self.shape(kind.of_type, selections))
        if isinstance(kind, GraphQLObjectType):
            return self.level(kind, selections)
        if isinstance(kind, GraphQLScalarType | GraphQLEnumType):
            return Shape(leaf(kind))
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
                elif fragment := self.applied(parent, one, spread):
                    visit(fragment)

        for chosen in selections:
            visit(chosen)
        return found

    def applied(self, parent: GraphQLObjectType, one: SelectionNode, spread: set[str]) -> SelectionSetNode | None:
        """What a fragment selects of a type, None where it is not on that type or was spread before."""
        fragment: InlineFragmentNode | FragmentDefinitionNode
        if isinstance(one, FragmentSpreadNode):
            if one.name.value in spread:
                return None
            spread.add(one.name.value)
            fragment = self.fragments[one.name.value]
        elif isinstance(one, InlineFragmentNode):
            fragment = one
        else:
            raise NotPlain
        if fragment.directives:
            raise NotPlain
        condition = fragment.type_condition
        return fragment.selection_set if condition is None or self.fits(parent, condition.name.value) else None

    def fits(self, parent: GraphQLObjectType, condition: str) -> bool:
        """Whether a fragment on a type applies to objects of another."""
        if condition == parent.name:
            return True
        kind = self.schema.get_type(condition)
        return is_abstract_type(kind) and self.schema.is_sub_type(kind, parent)


def _constant(value: str) -> Complete:
    return lambda _source: value


def _nothing(_source: object) -> None:
    return None


async def _fill(part: Part, sources: Values, shown: Values, run: Run) -> None:
    values = await part.shape.complete(await part.values(sources, run), run)
    for into, value in zip(shown, values, strict=True):
        into[part.name] = value


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


def _python_name(parent: GraphQLObjectType, word: str) -> str:
    """The name of a field in its schema, empty for `__typename`; a field that is worked out has no plain value."""
    if word == "__typename":
        return ""
    if word not in parent.fields:
        raise NotPlain
    known: StrawberryField = parent.fields[word].extensions["strawberry-definition"]
    if known.is_basic_field:
        return known.python_name
    raise NotPlain


def _read_all(get: Complete) -> Callable[[Values, Run], Awaitable[Values]]:
    async def values(sources: Values, _run: Run) -> Values:
        return list(map(get, sources))

    return values


def _loading(
    definition: GraphQLField,
    nodes: list[FieldNode],
    batch: graph.Batch,
    loaded: graph.Loaded,
    known: StrawberryField,
    names: tuple[str, ...] | None = None,
) -> Callable[[Values, Run], Awaitable[Values]]:
    """The values of a level by one call; names: what is wanted of plain rows."""
    converter = graph_types.Names()
    python_names = {converter.from_argument(one): one.python_name for one in known.arguments}
    first = () if names is None else (names,)

    async def values(sources: Values, run: Run) -> Values:
        given = get_argument_values(definition, nodes[0], run.executor.variable_values, None, hide_suggestions=True)
        settings = loaded.settings(run.graph, {python_names[name]: value for name, value in given.items()})
        keys = list(map(loaded.key, sources))
        found = await run.graph.load_all(batch, (*first, *settings), [key for key in keys if key is not None])
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
        for index, value in zip(waiting, await all_of([results[index] for index in waiting]), strict=True):
            results[index] = value
        if any(isinstance(one, Exception) for one in results):
            raise NotPlain
        return results

    return values
