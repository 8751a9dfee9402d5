"""GraphQL types made from the schemas of REST, so that both doors show the same fields 两个入口字段一致.

A resolver answers the REST model itself (`schemas.Organisation`); the type made here reads its attributes. Names are
camelCase, `id` is the global id of Relay and `uuid` the id of REST; enum values are spelled as on REST.
"""

import base64
import binascii
import re
import types
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from inspect import get_annotations
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin
from uuid import UUID

import strawberry
from graphql import GraphQLResolveInfo
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from strawberry.scalars import JSON
from strawberry.schema.name_converter import NameConverter
from strawberry.types import get_object_definition, has_object_definition
from strawberry.types.enum import EnumValue, StrawberryEnumDefinition
from strawberry.types.scalar import ScalarDefinition

from app.access.permissions import Permission
from app.core.clock import CHINA

USUAL_LENGTH = "x-usual-length"
STATEMENT_WEIGHT = 25
"""The cost of a field that is a statement of its own for every parent."""
C = TypeVar("C", bound=type)
_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]*")
_outputs: dict[type[BaseModel], type] = {}
_inputs: dict[type[BaseModel], type] = {}


def _moment(value: datetime) -> str:
    return value.astimezone(CHINA).isoformat(timespec="seconds")


SCALARS: dict[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="带时区的时刻，北京时间，如 2022-12-09T10:00:00+08:00",
        serialize=_moment,
        parse_value=datetime.fromisoformat,
    )
}


@strawberry.interface(description="凡有全局标识的记录 (Relay)")
class Node:
    """What can be asked for by its global id."""

    id: strawberry.ID = strawberry.field(description="全局标识，用于 node(id:)；不透明")


def global_id(kind: str, uuid: UUID) -> str:
    """The global id of a record: base64 of type and id."""
    return base64.b64encode(f"{kind}:{uuid}".encode()).decode()


def read_global_id(text: str) -> tuple[str, UUID] | None:
    """Type and id of a global id, None for anything else."""
    try:
        kind, _, uuid = base64.b64decode(text.encode(), validate=True).decode().partition(":")
        return kind, UUID(uuid)
    except (binascii.Error, UnicodeError, ValueError):
        return None


def output(schema: type[BaseModel], *, name: str | None = None) -> Callable[[C], C]:
    """Class decorator: the GraphQL type of a REST answer, every field of it plus what the class body adds."""

    def decorate(cls: C) -> C:
        kind = name or schema.__name__
        fields: dict[str, Any] = {}
        for key, info in schema.model_fields.items():
            if key == "id":
                fields |= _ids(kind) if issubclass(cls, Node) else {"uuid": _uuid()}
            elif key not in cls.__dict__:
                fields[key] = strawberry.field(description=info.description, metadata=_length(info))
                cls.__annotations__ = {**get_annotations(cls), key: output_type(info.annotation)}
        for key, field in fields.items():
            setattr(cls, key, field)

        def is_type_of(value: object, _info: GraphQLResolveInfo[Any]) -> bool:
            return type(value) is schema

        cls.is_type_of = staticmethod(is_type_of)  # type: ignore[attr-defined]  # read by Strawberry
        made: C = strawberry.type(cls, name=kind, description=_first_line(cls.__doc__ or schema.__doc__))
        _outputs[schema] = made
        return made

    return decorate


def _length(info: FieldInfo) -> dict[str, Any]:
    """How many items a list usually has, where its schema says so: a document that asks for it costs that much."""
    extra = info.json_schema_extra
    return {"size": extra[USUAL_LENGTH]} if isinstance(extra, dict) and USUAL_LENGTH in extra else {}


def _ids(kind: str) -> dict[str, Any]:
    def read_id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(global_id(kind, root.id))

    described = "全局标识，用于 node(id:)；不透明"
    reads = {"reads": read_id}
    return {"id": strawberry.field(resolver=read_id, description=described, metadata=reads), "uuid": _uuid()}


def _uuid() -> Any:
    def read_uuid(root: strawberry.Parent[Any]) -> UUID:
        uuid: UUID = root.id
        return uuid

    return strawberry.field(resolver=read_uuid, description="REST 的 id", metadata={"reads": read_uuid})


def output_of(schema: type[BaseModel]) -> Any:
    """The GraphQL type of a schema, made on the spot (without a global id) where no class adds to it."""
    if schema not in _outputs:
        cls = type(schema.__name__, (), {"__doc__": schema.__doc__, "__module__": schema.__module__})
        output(schema, name=schema.__name__.removesuffix("Out"))(cls)
    return _outputs[schema]


def inputs() -> dict[type[BaseModel], type]:
    """Every REST request body that has a GraphQL input, with that input."""
    return dict(_inputs)


def outputs() -> dict[type[BaseModel], type]:
    """Every REST schema that has a GraphQL type, with that type."""
    return dict(_outputs)


def extend(base: type, part: type) -> None:
    """Add the fields of `part` to `base`: a domain above gives a type below the fields that lead up to itself."""
    get_object_definition(base, strict=True).fields.extend(get_object_definition(part, strict=True).fields)


def input_of(schema: type[BaseModel]) -> Callable[[C], C]:
    """Class decorator: the GraphQL input of a REST request body; fields with a default may be left out."""

    def decorate(cls: C) -> C:
        annotations: dict[str, Any] = {}
        for key, info in schema.model_fields.items():
            kind = input_type(info.annotation)
            annotations[key] = kind if info.is_required() else kind | None
            setattr(cls, key, _input_field(info))
        cls.__annotations__ = annotations
        made: C = strawberry.input(cls, description=_first_line(cls.__doc__ or schema.__doc__))
        _inputs[schema] = made
        return made

    return decorate


def _input_field(info: FieldInfo) -> Any:
    if info.is_required():
        return strawberry.field(description=info.description)
    return strawberry.field(description=info.description, default=strawberry.UNSET)


def given(value: object) -> dict[str, Any]:
    """The fields that a client named in an input, nested inputs too, ready for the REST schema to check."""
    known = get_object_definition(value, strict=True).fields
    named = {field.python_name: getattr(value, field.python_name) for field in known}
    return {key: _given(one) for key, one in named.items() if one is not strawberry.UNSET}


def _given(value: Any) -> Any:
    if isinstance(value, list):
        return [_given(one) for one in value]
    return given(value) if has_object_definition(value) else value


def output_type(annotation: Any) -> Any:
    """The GraphQL type of the annotation of an answer's field."""
    return _translated(annotation, output_of)


def input_type(annotation: Any) -> Any:
    """The GraphQL type of the annotation of a request's field."""
    return _translated(annotation, _nested_input)


def _nested_input(schema: type[BaseModel]) -> Any:
    if schema not in _inputs:
        name = f"{schema.__name__.removesuffix('Write')}Input"
        input_of(schema)(type(name, (), {"__doc__": schema.__doc__, "__module__": schema.__module__}))
    return _inputs[schema]


def _translated(annotation: Any, model: Callable[[type[BaseModel]], Any]) -> Any:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _translated(arguments[0], model)
    if origin in (Union, types.UnionType):
        return _union([_translated(one, model) for one in arguments])
    if origin is list:
        return list[_translated(arguments[0], model)]  # type: ignore[misc]  # built at run time
    if origin is Literal:
        return str
    if origin is dict or annotation in (Any, object):
        return JSON
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return model(annotation)
    return _leaf(annotation)


def _union(kinds: list[Any]) -> Any:
    """`X | None` as it is; a union of several plain values has no type of its own in GraphQL and becomes JSON."""
    real = [kind for kind in dict.fromkeys(kinds) if kind is not type(None)]
    kind = real[0] if len(real) == 1 else JSON
    return kind | None if type(None) in kinds else kind


def _leaf(annotation: Any) -> Any:
    if annotation is Decimal:
        return float
    if annotation is SecretStr:
        return str
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return enum_of(annotation)
    if annotation in (str, int, float, bool, UUID, date, datetime, type(None)):
        return annotation
    message = f"no GraphQL type for {annotation!r}"
    raise TypeError(message)


def enum_of(kind: type[StrEnum]) -> Any:
    """The GraphQL enum of a set of codes; plain text where a value is no GraphQL name (permissions)."""
    if not all(_NAME.fullmatch(member.value) for member in kind):
        return str
    if not hasattr(kind, "__strawberry_definition__"):
        strawberry.enum(kind, description=_first_line(kind.__doc__))
    return kind


class Names(NameConverter):
    """Names of the schema: camelCase fields, and enum values spelled as on REST."""

    def from_enum_value(self, enum: StrawberryEnumDefinition, enum_value: EnumValue) -> str:
        """The value itself, as REST has it."""
        del enum
        return str(enum_value.value)


def field(
    permission: Permission,
    resolver: Callable[..., Any],
    returns: Any,
    *,
    weight: int = 1,
    size: int | None = None,
    loaded: object = None,
) -> Any:
    """A field with a resolver; the permission is what the service will ask for.

    returns: the GraphQL type, a string where it is defined further down. weight: what the field itself costs, more
    than 1 where it is a statement of its own for every parent. size: items it stands for where it has no `first`.
    loaded: how a plan brings it for a whole level (`graph.Loaded`), where the resolver goes through the same.
    """
    metadata: dict[str, Any] = {"permission": permission, "weight": weight}
    if size is not None:
        metadata["size"] = size
    if loaded is not None:
        metadata["loaded"] = loaded
    return strawberry.field(
        resolver=resolver, graphql_type=returns, description=_first_line(resolver.__doc__), metadata=metadata
    )


def _first_line(text: str | None) -> str | None:
    return text.strip().splitlines()[0] if text else None
