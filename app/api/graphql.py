"""The GraphQL door: one schema of every domain's parts, and POST /graphql with its limits.

A request is signed in before its document is parsed, measured before it is validated, and runs in one transaction that
is committed before the answer leaves.
"""

from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, replace
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, cast
from uuid import UUID

import strawberry
from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.security import OAuth2PasswordBearer
from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    execute,
    get_operation_ast,
    validate,
)
from graphql.execution import Executor
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from strawberry.printer import print_schema
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types

from app.access import graph, graph_types
from app.access.context import Context
from app.access.doors import asked_clock, opener
from app.access.graph import Door, Graph, Info
from app.api import graphql_bounds, graphql_parts, graphql_plans, problems
from app.api.graphql_bounds import Kept, Measure
from app.api.graphql_plans import Plan
from app.api.graphql_shapes import written
from app.api.middleware import IS_SECOND
from app.core.clock import Clock
from app.core.constraints import refusal_for
from app.core.db import Watched
from app.core.errors import BadRequest, Invalid, NotPermitted, ShixunError, TooLarge, Unauthenticated
from app.core.limits import Buckets
from app.core.log import current_request, logger
from app.policy.load import NoPolicyYet

PATH = "/graphql"
BODY_MAX_BYTES = 64 * 1024
COST_PER_CALL = 50_000 / 60
DOCUMENTS_KEPT, DESCRIPTIONS_KEPT = 64, 8
ERRORS_MAX, MESSAGE_MAX = 20, 300
IDS_MAX = 100
NODES: dict[str, graph.Batch] = graphql_parts.NODES
log = logger("graphql")
_bearer = OAuth2PasswordBearer(tokenUrl="/v1/auth/token", auto_error=False)


class GraphRequest(BaseModel):
    """The body of a request; `extensions` and unknown members are not read."""

    model_config = ConfigDict(extra="ignore")

    query: str = Field(min_length=1)
    variables: dict[str, Any] | None = None
    operation_name: str | None = Field(default=None, alias="operationName")


async def _node(info: Info, id: strawberry.ID) -> object | None:  # noqa: A002 - the name Relay gives it
    """A record by its global id; null where there is none within reach."""
    found = graph_types.read_global_id(id)
    if found is None or found[0] not in NODES:
        return None
    record: object | None = await info.context.loader(NODES[found[0]]).load(found[1])
    return record


async def _nodes(info: Info, ids: list[strawberry.ID]) -> list[object | None]:
    """Records by their global ids (n,) -> (n,), null where there is none within reach; at most 100."""
    if len(ids) > IDS_MAX:
        raise BadRequest(
            "IDS_OUT_OF_RANGE", f"一次最多 {IDS_MAX} 个 ids，收到 {len(ids)} 个。", max=IDS_MAX, got=len(ids)
        )
    found = [graph_types.read_global_id(one) for one in ids]
    waiting = [info.context.loader(NODES[one[0]]).load(one[1]) if one and one[0] in NODES else None for one in found]
    return [None if one is None else await one for one in waiting]


@strawberry.type
class Relay:
    """Records of any type by global id."""

    node = strawberry.field(resolver=_node, graphql_type=graph_types.Node | None, description="按全局标识读取一条记录")
    nodes = strawberry.field(
        resolver=_nodes,
        graphql_type=list[graph_types.Node | None] | None,
        description="按全局标识读取多条记录，最多 100 条",
    )


@cache
def schema() -> strawberry.Schema:
    """The schema of all domains."""
    config = StrawberryConfig(
        default_resolver=graph.read, name_converter=graph_types.Names(), scalar_map=graph_types.SCALARS
    )
    return strawberry.Schema(
        query=merge_types("Query", (*graphql_parts.QUERIES, Relay)),
        mutation=merge_types("Mutation", graphql_parts.MUTATIONS),
        config=config,
    )


def schema_text() -> str:
    """The schema in GraphQL's own language, for openapi/schema.graphql."""
    return print_schema(schema()) + "\n"


def core() -> GraphQLSchema:
    """The same for graphql-core, which parses, validates and executes."""
    return schema()._schema  # noqa: SLF001 - Strawberry has no public name for the schema it made


CHARGED = "shixun.graphql.charged"
"""In the scope of a request that the lane has charged for, and whose plan met something out of the ordinary."""

_valid_documents = Kept(DOCUMENTS_KEPT)
_plans = Kept(DOCUMENTS_KEPT)
_measures = Kept(DOCUMENTS_KEPT)
_descriptions = Kept(DESCRIPTIONS_KEPT)


async def _body(request: Request, token: Annotated[str | None, Depends(_bearer)]) -> bytes:
    """The body of a signed request, at most 64 KiB of JSON; nothing is read without a token."""
    if token is None:
        raise Unauthenticated("TOKEN_MISSING", "请先登录：在请求头 Authorization 中附上 Bearer 令牌。")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise UnsupportedMedia("MEDIA_TYPE_UNSUPPORTED", "GraphQL 请求的内容类型应为 application/json。")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_MAX_BYTES:
            raise TooLarge("BODY_TOO_LARGE", f"请求内容过大，最多 {BODY_MAX_BYTES // 1024} KiB。")
    return bytes(body)


class UnsupportedMedia(BadRequest):
    """The body is not JSON (415)."""

    status = 415


async def _open_graph(
    request: Request,
    token: Annotated[str, Depends(_bearer)],
    _read_first: Annotated[bytes, Depends(_body)],
    clock: Annotated[Clock | None, Depends(asked_clock)],
    acting_grant: Annotated[UUID | None, Header(alias="X-Acting-Grant")] = None,
) -> AsyncIterator[Graph]:
    """One transaction for the request, opened when its body is there and committed before the answer leaves."""
    async with opener(request).context(token, acting_grant=acting_grant, clock=clock) as ctx:
        limits, key = opener(request).limits, str(ctx.principal.account_id)
        yield Graph(ctx, door_of(limits, key, request.app.state.storage), gives_way=IS_SECOND not in request.scope)


def _document(error: ShixunError) -> dict[str, Any]:
    return problems.document(error, PATH)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request whose document has a plan."""

    request: GraphRequest
    plan: Plan
    cost: float

    async def answer(self, ctx: Context, door: Door) -> bytes:
        """The plain answer; raises where it is none."""
        return written({"data": await self.plan.answer(core(), Graph(ctx, door), self.request.variables)})


def planned(body: bytes) -> Asked | None:
    """A request that can be answered without the route: it is valid, within the bounds, and its plan known."""
    try:
        request = _asked(body)
        plan: Plan | None = _plans.get((request.query, request.operation_name))
        if plan is None or not plan.is_hot:
            return None
        _, measure = _prepared(request)
    except (ShixunError, _NotValid):
        return None
    return Asked(request, plan, max(1, (measure.cost + measure.introspection) / COST_PER_CALL))


def door_of(limits: Buckets, key: str, storage: Path) -> Door:
    """What this door hands down to resolvers."""
    return Door(_document, problems.invalid, lambda name: limits.take(name, key), storage)


def router() -> APIRouter:
    """POST /graphql; GET is the page of docs.py, and there is no WebSocket."""
    made = APIRouter(include_in_schema=False)

    @made.post(PATH)
    async def post_graphql(
        request: Request,
        body: Annotated[bytes, Depends(_body)],
        graph: Annotated[Graph, Depends(_open_graph, scope="function")],
    ) -> Response:
        charge = _Charge(request, graph)
        charge.take(1)
        answer = await _answer(graph, _asked(body), charge, may_plan=CHARGED not in request.scope)
        if graph.lost:
            raise graph.lost
        await graph.end()
        return Response(answer, media_type="application/json", headers={"Content-Language": "zh-CN"})

    return made


@dataclass(frozen=True, slots=True)
class _Charge:
    """The caller's bucket: a request takes 1, a dear one as much as its cost is of 50,000 a minute."""

    request: Request
    graph: Graph

    def take(self, calls: float) -> None:
        if calls > 0 and CHARGED not in self.request.scope:
            key = str(self.graph.ctx.principal.account_id)
            self.request.scope["shixun.limit"] = opener(self.request).limits.take("graphql", key, cost=calls)


def _asked(body: bytes) -> GraphRequest:
    try:
        return GraphRequest.model_validate_json(body)
    except ValidationError as error:
        raise problems.invalid(error.errors()) from error


async def _answer(graph: Graph, asked: GraphRequest, charge: _Charge, *, may_plan: bool) -> bytes:
    """The answer to a request; what is wrong with its document is told in the answer, as in GraphQL usual.

    may_plan: not where the lane has tried the plan already.
    """
    described = f"{asked.operation_name}\0{asked.query}"
    if known := _descriptions.get(described):
        return bytes(known)
    try:
        document, measure = _prepared(asked)
        operation = _operation(document, asked.operation_name)
    except (BadRequest, Invalid) as refusal:
        return written({"errors": [_told(refusal)]})
    except _NotValid as found:
        return written({"errors": [_told_of(error, graph) for error in found.errors]})
    charge.take((measure.cost + measure.introspection) / COST_PER_CALL - 1)
    graph.changes = operation.operation is OperationType.MUTATION
    await graph.begin()
    if may_plan and (plan := _plan(document, operation, asked)) and (told := await _told_by(plan, graph, asked)):
        return told
    result = await _executed(graph, document, asked)
    answer = written(_result(result, graph))
    if not asked.variables and not result.errors and _is_about_schema(operation):
        _descriptions.put(described, answer)
    return answer


class _NotValid(Exception):
    """The errors of a document that cannot be executed."""

    def __init__(self, *errors: GraphQLError) -> None:
        super().__init__()
        self.errors = errors


def _prepared(asked: GraphRequest) -> tuple[DocumentNode, Measure]:
    """The document within its bounds and valid; a valid document is not validated again while it is remembered."""
    known: DocumentNode | None = _valid_documents.get(asked.query)
    try:
        document = known or graphql_bounds.read_document(asked.query)
    except GraphQLError as error:
        raise _NotValid(error) from error
    measure = _measured(document, asked)
    if known is None:
        if errors := validate(core(), document, max_errors=ERRORS_MAX, hide_suggestions=True):
            raise _NotValid(*errors)
        _valid_documents.put(asked.query, document)
    return document, measure


def _measured(document: DocumentNode, asked: GraphRequest) -> Measure:
    """The measure of a document, known for the same text with the same sizes."""
    key = (asked.query, graphql_bounds.sizes(asked.variables or {}))
    measure: Measure | None = _measures.get(key)
    if measure is None:
        measure = graphql_bounds.check(core(), document, asked.variables or {})
        _measures.put(key, measure)
    return measure


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operation = get_operation_ast(document, name)
    if operation is None:
        raise BadRequest("GRAPHQL_OPERATION_UNKNOWN", "请用 operationName 指明要执行文本中的哪一个操作。")
    return operation


def _plan(document: DocumentNode, operation: OperationDefinitionNode, asked: GraphRequest) -> Plan | None:
    """The plan of an operation, worked out at its first execution; forgotten with its document."""
    key = (asked.query, asked.operation_name)
    if key not in _plans:
        _plans.put(key, graphql_plans.plan_of(core(), document, operation))
    return cast("Plan | None", _plans.get(key))


async def _told_by(plan: Plan, graph: Graph, asked: GraphRequest) -> bytes | None:
    """A plain answer by the plan; None where graphql-core must look at what is out of the ordinary."""
    db = graph.ctx.db
    watched = Watched(db)
    graph.ctx = replace(graph.ctx, db=cast("AsyncConnection", watched))
    try:
        answer = written({"data": await plan.answer(core(), graph, asked.variables)})
    except Exception:  # noqa: BLE001 - graphql-core meets the same fault and says so in its place
        graph.forget()
        return None
    else:
        plan.is_hot = not watched.gave_more
        return answer
    finally:
        graph.ctx = replace(graph.ctx, db=db)


async def _executed(graph: Graph, document: DocumentNode, asked: GraphRequest) -> ExecutionResult:
    result = execute(
        core(),
        document,
        context_value=graph,
        variable_values=asked.variables,
        operation_name=asked.operation_name,
        executor_class=Executor,
        hide_suggestions=True,
    )
    return await result if isinstance(result, Awaitable) else result


def _is_about_schema(operation: OperationDefinitionNode) -> bool:
    return all(
        isinstance(one, FieldNode) and one.name.value in {"__schema", "__type", "__typename"}
        for one in operation.selection_set.selections
    )


def _result(result: ExecutionResult, graph: Graph) -> dict[str, Any]:
    if not result.errors:
        return {"data": result.data}
    return {"errors": [_told_of(error, graph) for error in result.errors], "data": result.data}


def _told_of(error: GraphQLError, graph: Graph) -> dict[str, Any]:
    """An error as clients get it: refusals with their problem, faults of ours masked and logged."""
    refusal = _refusal(error)
    if isinstance(refusal, NotPermitted):
        graph.refused.append(refusal)
    places = [{"line": place.line, "column": place.column} for place in error.locations or ()]
    return _told(refusal) | ({"locations": places} if places else {}) | ({"path": error.path} if error.path else {})


def _refusal(error: GraphQLError) -> ShixunError:
    cause = error.original_error
    if isinstance(cause, ShixunError):
        return cause
    if isinstance(cause, NoPolicyYet):
        return problems.no_policy(cause)
    if isinstance(cause, DBAPIError) and (known := refusal_for(cause)):
        return known
    if error.path is None or (cause is None and error.message.startswith("Argument ")):
        code = "GRAPHQL_SYNTAX" if isinstance(error, GraphQLSyntaxError) else "GRAPHQL_INVALID"
        return BadRequest(code, f"查询不符合接口定义：{error.message[:MESSAGE_MAX]}")
    log.error("graphql.field_failed", path=error.path, kind=type(cause).__name__, exc_info=cause)
    detail = f"服务出错。请稍后重试；仍出错时请把编号 {current_request().id} 告诉管理员。"
    return ShixunError("INTERNAL", detail)


def _told(refusal: ShixunError) -> dict[str, Any]:
    message = refusal.title if refusal.status >= HTTPStatus.INTERNAL_SERVER_ERROR else refusal.detail
    return {"message": message, "extensions": _document(refusal)}
