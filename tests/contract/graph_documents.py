"""Documents for every field of the GraphQL schema, made from the schema and the examples of REST."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_list_type,
    is_required_argument,
)
from graphql.type import get_nullable_type
from strawberry.utils.str_converters import to_camel_case

from app.access.permissions import Permission
from app.api import graphql
from tests.contract.examples import EXAMPLES
from tests.contract.places import Example, Objects

REST_NAMES = {"region": "listRegions"}
"""Queries whose operation of REST is called otherwise than get or list and their own name."""
ARGUMENTS: dict[str, object] = {"schoolYear": "2026-2027", "term": "2026-2027-1"}
"""What a field under a type is asked with where its argument has no default."""
HARVEST = ("uuid", "teacherId")
"""Ids by which the tests see whose records an answer shows."""
ROOTS = {"Query", "Mutation", "Subscription"}


@dataclass(frozen=True)
class Part:
    """One selected field of a document: its text, with the variables it names and their types."""

    text: str
    variables: dict[str, object] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)


def document(parts: Mapping[str, Part], *, operation: str = "query") -> tuple[str, dict[str, object]]:
    """Parts by alias, as one document with its variables."""
    types = {name: kind for part in parts.values() for name, kind in part.types.items()}
    declared = ",".join(f"${name}:{kind}" for name, kind in types.items())
    text = " ".join(f"{alias}:{part.text}" for alias, part in parts.items())
    values = {name: value for part in parts.values() for name, value in part.variables.items()}
    return f"{operation}{f'({declared})' if declared else ''}{{{text}}}", values


def roots(kind: str) -> dict[str, GraphQLField]:
    """The fields of Query or Mutation."""
    found = graphql.core().type_map[kind]
    assert isinstance(found, GraphQLObjectType)
    return dict(found.fields)


def fields_of(kind: str) -> dict[str, GraphQLField]:
    """The fields of a type by its name."""
    return dict(getattr(graphql.core().type_map[kind], "fields", {}))


def nested() -> dict[tuple[str, str], GraphQLField]:
    """Every field with a permission under a type that is no root, by type and field."""
    return {
        (kind.name, name): one
        for kind in graphql.core().type_map.values()
        if isinstance(kind, GraphQLObjectType) and kind.name not in ROOTS and not kind.name.startswith("__")
        for name, one in kind.fields.items()
        if "permission" in one.extensions["strawberry-definition"].metadata
    }


def permission_of(one: GraphQLField) -> Permission:
    """What the service behind a field asks for."""
    return Permission(one.extensions["strawberry-definition"].metadata["permission"])


def example_of(name: str) -> Example | None:
    """The example of REST for a query or a mutation of the same name."""
    title = name[:1].upper() + name[1:]
    names = (REST_NAMES.get(name), name, f"get{title}", f"list{title}")
    return next((EXAMPLES[one] for one in names if one in EXAMPLES), None)


def given(name: str, one: GraphQLField, at: Objects) -> dict[str, object]:
    """The arguments of a root field for the objects of a place, out of the request of REST."""
    example = example_of(name)
    assert example is not None, f"{name}: no example of REST by this name, see REST_NAMES"
    path = example.path(at)
    values = {to_camel_case(key): value for key, value in (*path.items(), *example.query(at).items())}
    if path:
        values["uuid"] = next(iter(path.values()))
    if example.body is not None:
        values["input"] = example.body(at)
    values |= {"idempotencyKey": f"key-of-{name}-{at.place}", "first": 5}
    found = {key: camel(values[key]) for key in one.args if key in values}
    missing = [key for key, argument in one.args.items() if is_required_argument(argument) and key not in found]
    assert not missing, f"{name}: its example has nothing for {missing}"
    return found


def camel(value: object) -> object:
    """A body of REST as an input: keys in camelCase, ids as text."""
    if isinstance(value, Mapping):
        return {to_camel_case(key): camel(one) for key, one in value.items()}
    if isinstance(value, list):
        return [camel(one) for one in value]
    return str(value) if isinstance(value, UUID) else value


def part(name: str, one: GraphQLField, values: Mapping[str, object], *, alias: str, selection: str = "") -> Part:
    """A root field with its arguments as variables that bear the alias in their names."""
    names = {key: f"{alias}_{key}" for key in values}
    arguments = ",".join(f"{key}:${variable}" for key, variable in names.items())
    return Part(
        f"{name}{f'({arguments})' if arguments else ''}{selection or selected(one)}",
        {names[key]: value for key, value in values.items()},
        {names[key]: str(one.args[key].type) for key in values},
    )


def selected(one: GraphQLField) -> str:
    """A selection that shows whose records an answer holds, empty for a plain value."""
    kind = get_named_type(one.type)
    if isinstance(kind, GraphQLUnionType):
        return "{__typename ...on Problem{code status detail}}"
    if isinstance(kind, GraphQLInterfaceType):
        return "{__typename}"
    if not isinstance(kind, GraphQLObjectType):
        return ""
    if "nodes" in kind.fields:
        return f"{{nodes{selected(kind.fields['nodes'])}}}"
    return f"{{__typename {' '.join(name for name in HARVEST if name in kind.fields)}}}"


def under(name: str, one: GraphQLField) -> str:
    """A field under a type, with the arguments that have no default."""
    needed = [key for key, argument in one.args.items() if is_required_argument(argument)]
    for key in needed:
        assert key in ARGUMENTS, f"{name}: nothing to ask {key} with, see ARGUMENTS"
    arguments = ",".join(f'{key}:"{ARGUMENTS[key]}"' for key in needed)
    return f"{name}{f'({arguments})' if arguments else ''}{selected(one)}"


def way_to(kind: str) -> tuple[str, list[str]]:
    """A query and the plain fields that lead from it to a type without a global id."""
    waiting: deque[tuple[str, list[str], Any]] = deque(
        (name, [], get_named_type(one.type)) for name, one in roots("Query").items() if example_of(name)
    )
    while waiting:
        name, steps, found = waiting.popleft()
        if found.name == kind:
            return name, steps
        if isinstance(found, GraphQLObjectType) and len(steps) < 3:
            plain = {key: get_named_type(one.type) for key, one in found.fields.items() if not one.args}
            waiting.extend((name, [*steps, key], one) for key, one in plain.items() if key != "edges")
    message = f"no query leads to {kind}"
    raise AssertionError(message)


def foreign_places(values: Mapping[str, object], one: GraphQLField) -> Iterator[tuple[str, ...]]:
    """The paths of every argument and input field that takes an id of REST, given or not."""
    for name, argument in one.args.items():
        yield from _ids(argument.type, (name,), values.get(name))


def _ids(kind: GraphQLInputType, path: tuple[str, ...], value: object) -> Iterator[tuple[str, ...]]:
    named = get_named_type(kind)
    if named.name == "UUID":
        yield path
    if isinstance(named, GraphQLInputObjectType):
        step = ("0",) if is_list_type(get_nullable_type(kind)) else ()
        inner = value[0] if step and isinstance(value, list) and value else value
        for name, one in named.fields.items():
            yield from _ids(one.type, (*path, *step, name), inner.get(name) if isinstance(inner, dict) else None)


def replaced(value: Any, path: tuple[str, ...], new: str) -> Any:
    """A value with an id put at a path; objects on the way that are not there are made."""
    if not path:
        return [new] if isinstance(value, list) else new
    if path[0] == "0":
        first, *rest = value or [{}]
        return [replaced(first, path[1:], new), *rest]
    return {**(value or {}), path[0]: replaced((value or {}).get(path[0]), path[1:], new)}
