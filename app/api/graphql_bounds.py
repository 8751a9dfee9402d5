"""Bounds of GraphQL documents, checked in one linear pass before anything is validated or executed. 查询的大小限制

Cost: every selected field counts 1 (or its own weight), times the page sizes it stands under. The cost of a fragment
is worked out once, so fragments that spread fragments cannot make the check itself expensive.
"""

from collections import Counter, OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import ceil
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    introspection_types,
    is_composite_type,
    parse,
)

from app.core.errors import BadRequest, TooLarge

DOCUMENT_MAX_BYTES = 8 * 1024
TOKENS_MAX = 1_000
COMMENTS_MAX = 100
OPERATIONS_MAX = 10
FRAGMENTS_MAX = 20
SPREADS_MAX = 40
DEPTH_MAX = 10
INTROSPECTION_DEPTH_MAX = 20
NESTING_MAX = 60
REPEATS_MAX = 5
COST_MAX = 5_000
INTROSPECTION_COST_MAX = 520_000
LIST_SIZE = 10
_LITERAL_DIGITS = 9
_ENDLESS = 10**9
_ENTRANCES = {"__schema": "__Schema", "__type": "__Type"}


class Measure(NamedTuple):
    """Depth in fields, cost of the data asked for, and cost of what is asked about the schema itself."""

    depth: int
    cost: int
    introspection: int


class Kept:
    """What was worked out for the last texts."""

    def __init__(self, most: int) -> None:
        """most: how many are kept; the least recently used are forgotten."""
        self._most = most
        self._known: OrderedDict[Hashable, Any] = OrderedDict()

    def __contains__(self, key: Hashable) -> bool:
        """Whether anything is known, be it None."""
        return key in self._known

    def get(self, key: Hashable) -> Any:
        """What is known, None for nothing."""
        if key in self._known:
            self._known.move_to_end(key)
        return self._known.get(key)

    def put(self, key: Hashable, value: object) -> None:
        """Keep it."""
        self._known[key] = value
        while len(self._known) > self._most:
            self._known.popitem(last=False)


def read_document(text: str) -> DocumentNode:
    """The parsed document; TooLarge 413 beyond 8 KiB, GraphQLError on bad syntax or too many tokens."""
    if len(text.encode()) > DOCUMENT_MAX_BYTES:
        raise TooLarge("GRAPHQL_DOCUMENT_TOO_LARGE", f"查询文本最多 {DOCUMENT_MAX_BYTES} 字节，请拆成几次查询。")
    return parse(text, max_lexical_tokens=TOKENS_MAX, max_comments=COMMENTS_MAX)


def check(schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]) -> Measure:
    """The measure of the dearest operation of a document; BadRequest 400 naming the bound that it breaks."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    if len(fragments) > FRAGMENTS_MAX:
        raise _too_much("GRAPHQL_FRAGMENTS", "片段", FRAGMENTS_MAX, len(fragments))
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if len(operations) > OPERATIONS_MAX:
        raise _too_much("GRAPHQL_OPERATIONS", "一份文本中的操作", OPERATIONS_MAX, len(operations))
    measures = [Meter(schema, fragments, _values(node, variables)).operation(node) for node in operations]
    depth, cost, introspection = (max(figures, default=0) for figures in zip(Measure(0, 0, 0), *measures, strict=True))
    if depth > DEPTH_MAX:
        raise _too_much("GRAPHQL_DEPTH", "嵌套层数", DEPTH_MAX, depth)
    if cost > COST_MAX:
        raise _too_much("GRAPHQL_COST", "查询代价（字段数乘以每页条数）", COST_MAX, min(cost, _ENDLESS))
    if introspection > INTROSPECTION_COST_MAX:
        raise _too_much("GRAPHQL_COST", "对接口定义的查询代价", INTROSPECTION_COST_MAX, min(introspection, _ENDLESS))
    return Measure(depth, cost, introspection)


def sizes(variables: Mapping[str, Any]) -> tuple[tuple[str, str, float], ...]:
    """All that a measure depends on in variables: numbers, and how long lists are."""
    found = []
    for name, value in variables.items():
        if isinstance(value, list):
            found.append((name, "list", float(len(value))))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found.append((name, "number", float(min(max(value, -_ENDLESS), _ENDLESS))))
        elif value is not None:
            found.append((name, "other", 0.0))
    return tuple(sorted(found))


def _too_much(code: str, what: str, most: int, got: int) -> BadRequest:
    return BadRequest(code, f"{what}最多 {most}，本次为 {got}。请减少每页条数或拆成几次查询。", max=most, got=got)


def _values(operation: OperationDefinitionNode, given: Mapping[str, Any]) -> dict[str, object]:
    defaults = {
        one.variable.name.value: _literal(one.default_value, {})
        for one in operation.variable_definitions or ()
        if one.default_value
    }
    return {**defaults, **{name: value for name, value in given.items() if value is not None}}


def _literal(node: ValueNode, values: Mapping[str, object]) -> object:
    """A number, or a list of anything by its length; None for what is not a size."""
    match node:
        case VariableNode():
            return values.get(node.name.value)
        case IntValueNode():
            return int(node.value) if len(node.value) <= _LITERAL_DIGITS else _ENDLESS
        case ListValueNode():
            return list(node.values)
        case _:
            return None


@dataclass(slots=True)
class Meter:
    """Measures one operation; `known` keeps what each fragment measures, None while it is being measured."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    values: Mapping[str, object]
    spreads_max: int = SPREADS_MAX
    spreads: int = 0
    known: dict[str, Measure | None] = field(default_factory=dict)

    def operation(self, node: OperationDefinitionNode) -> Measure:
        """The measure of an operation."""
        root = self.schema.get_root_type(node.operation)
        return self.of(node.selection_set, root, 1, 1, Counter())

    def of(
        self,
        node: SelectionSetNode,
        parent: GraphQLCompositeType | None,
        level: int,
        nesting: int,
        names: Counter[str],
    ) -> Measure:
        """The measure of a selection set; level: depth in fields so far, names: answer names already in this set."""
        most = INTROSPECTION_DEPTH_MAX if _is_meta(parent) else DEPTH_MAX
        if level > most or nesting > NESTING_MAX:
            raise _too_much("GRAPHQL_DEPTH", "嵌套层数", most, max(level, most + 1))
        depth, cost, introspection = 0, 0, 0
        for selection in node.selections:
            if isinstance(selection, FieldNode):
                part = self.field(selection, parent, level, nesting, names)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                inner = self.named(condition.name.value) if condition else parent
                part = self.of(selection.selection_set, inner, level, nesting + 1, names)
            elif isinstance(selection, FragmentSpreadNode):
                part = self.fragment(selection.name.value)
            else:  # pragma: no cover - the grammar knows no other selection
                continue
            depth = max(depth, part.depth)
            cost += part.cost
            introspection += part.introspection
        return Measure(depth, cost, introspection)

    def field(
        self, node: FieldNode, parent: GraphQLCompositeType | None, level: int, nesting: int, names: Counter[str]
    ) -> Measure:
        """The measure of a field with all that is under it."""
        name = (node.alias or node.name).value
        names[name] += 1
        if names[name] > REPEATS_MAX:
            raise _too_much("GRAPHQL_REPEATED", f"同一处重复选取 {name[:50]}", REPEATS_MAX, names[name])
        definition = _definition(parent, node.name.value)
        weight = _metadata(definition).get("weight", 1)
        if node.selection_set is None:
            return Measure(1, weight, 0)
        if entrance := _ENTRANCES.get(node.name.value):
            inside = self.of(node.selection_set, self.named(entrance), 1, nesting + 1, Counter())
            return Measure(1, 1, inside.cost)
        kind = get_named_type(definition.type) if definition else None
        below = kind if is_composite_type(kind) else None
        inside = self.of(node.selection_set, below, level + 1, nesting + 1, Counter())
        size = self.mean(node, definition) if _is_meta(parent) else self.size(node, definition)
        return Measure(inside.depth + 1, weight + ceil(size * inside.cost), inside.introspection)

    def fragment(self, name: str) -> Measure:
        """The measure of a fragment, worked out at its first spread."""
        self.spreads += 1
        if self.spreads > self.spreads_max:
            raise _too_much("GRAPHQL_SPREADS", "片段引用", self.spreads_max, self.spreads)
        if name in self.known:
            measured = self.known[name]
            if measured is None:
                raise BadRequest("GRAPHQL_FRAGMENT_CYCLE", f"片段 {name[:50]} 引用了自己，请去掉循环引用。")
            return measured
        definition = self.fragments.get(name)
        if definition is None:
            return Measure(0, 0, 0)
        self.known[name] = None
        parent = self.named(definition.type_condition.name.value)
        measured = self.of(definition.selection_set, parent, 1, 1, Counter())
        self.known[name] = measured
        return measured

    def named(self, name: str) -> GraphQLCompositeType | None:
        """A type with fields by name."""
        kind = introspection_types.get(name) or self.schema.get_type(name)
        return kind if is_composite_type(kind) else None

    def mean(self, node: FieldNode, definition: GraphQLField | None) -> float:
        """How long a list of the schema's description of itself is on average."""
        return _mean_sizes(self.schema).get(node.name.value, 1) if definition and _is_list(definition) else 1

    def size(self, node: FieldNode, definition: GraphQLField | None) -> float:
        """How many items a field stands for: the page size, the number of ids, the stated or the usual length."""
        if definition is None:
            return 1
        given = {argument.name.value: _literal(argument.value, self.values) for argument in node.arguments or ()}
        if "first" in definition.args:
            return _number(given.get("first"), definition.args["first"].default_value)
        if "ids" in definition.args:
            ids = given.get("ids")
            return len(ids) if isinstance(ids, list) else 1
        usual = LIST_SIZE if _is_list(definition) else 1
        return float(_metadata(definition).get("size", usual))


def _definition(parent: GraphQLCompositeType | None, name: str) -> GraphQLField | None:
    if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
        fields: Mapping[str, GraphQLField] = parent.fields
        return fields.get(name)
    return None


def _is_meta(parent: GraphQLCompositeType | None) -> bool:
    return parent is not None and parent.name.startswith("__")


def _metadata(definition: GraphQLField | None) -> Mapping[str, Any]:
    known = definition.extensions.get("strawberry-definition") if definition else None
    metadata: Mapping[str, Any] = known.metadata if known else {}
    return metadata


def _number(given: object, default: object) -> int:
    value = given if isinstance(given, int | float) and not isinstance(given, bool) else default
    if not isinstance(value, int | float) or not 0 <= value <= _ENDLESS:
        return _ENDLESS if isinstance(value, int | float) and value > 0 else 1
    return int(value)


def _is_list(definition: GraphQLField) -> bool:
    kind = definition.type
    return isinstance(kind.of_type if isinstance(kind, GraphQLNonNull) else kind, GraphQLList)


@lru_cache(maxsize=4)
def _mean_sizes(schema: GraphQLSchema) -> dict[str, float]:
    """Mean lengths of the lists of the schema's description of itself, per type (args: per field)."""
    types = list(schema.type_map.values())
    with_fields = [kind for kind in types if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)]
    fields = [field for kind in with_fields for field in kind.fields.values()]
    total = {
        "fields": len(fields),
        "inputFields": sum(len(kind.fields) for kind in types if isinstance(kind, GraphQLInputObjectType)),
        "enumValues": sum(len(kind.values) for kind in types if isinstance(kind, GraphQLEnumType)),
        "interfaces": sum(len(kind.interfaces) for kind in with_fields),
        "possibleTypes": sum(len(kind.interfaces) for kind in with_fields),
    }
    means = {name: count / len(types) for name, count in total.items()}
    arguments = sum(len(field.args) for field in fields)
    return {
        **means,
        "types": float(len(types)),
        "directives": float(len(schema.directives)),
        "args": arguments / max(len(fields), 1),
    }
