"""The service about itself: probes, metrics, bootstrap, reference data, the regulation, operations and the feed."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from app.access.doors import Ctx, opener, permits
from app.access.permissions import PERMISSIONS, Permission
from app.accounts.entry import Entrance
from app.api import feed
from app.api.metrics import SEALS
from app.api.middleware import REGISTRY
from app.api.system_schemas import Bootstrap, EventFeed, Operation, PolicyDocument, PolicyRule, ReferenceSet
from app.core import jobs, migrate, operations
from app.core.errors import NotFound, ShixunError
from app.core.installation import revision_of
from app.core.pages import LIMIT_DEFAULT, PageRequest
from app.core.schemas import Listing
from app.hours.service.sealing import refusals
from app.policy.load import UnknownName
from app.policy.school_year import SchoolYear

PUBLIC: dict[str, Any] = {"openapi_extra": {"x-public": True}}
READ_POLICY = permits(Permission.POLICY_READ)
WORKER_SEEN = timedelta(seconds=60)
POLL_SECONDS, POLLS_MAX = 0.5, 7200
router = APIRouter(tags=["system"])


def probes() -> APIRouter:
    """Probes outside of /v1: process up, ready to serve, metrics."""
    whole = APIRouter(tags=["probes"])

    @whole.get("/healthz", **PUBLIC)
    async def get_health() -> dict[str, str]:
        """The process is up."""
        return {"status": "ok"}

    @whole.get("/readyz", **PUBLIC)
    async def get_readiness(request: Request) -> JSONResponse:
        """Database reachable, migrations at head, worker seen within a minute."""
        checks = await _readiness(request.app.state.entrance)
        ready = checks["database"] == "ok" and checks["migrations"] == "ok"
        return JSONResponse({"status": "ready" if ready else "not ready", "checks": checks}, 200 if ready else 503)

    @whole.get("/metrics", response_class=PlainTextResponse, **PUBLIC)
    async def get_metrics(request: Request) -> Response:
        """Prometheus metrics of this process, and where the sealer of the ledger has refused."""
        with suppress(SQLAlchemyError, OSError, ShixunError):  # without a database the process's own are still told
            SEALS.refusals = await refusals(request.app.state.entrance.database)
        return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)

    return whole


async def _readiness(entrance: Entrance) -> dict[str, str]:
    try:
        at = await revision_of(entrance.database)
        async with entrance.database.begin() as connection:
            seen = await jobs.is_worker_seen(connection, within=WORKER_SEEN)
    except Exception as error:  # noqa: BLE001 - a probe reports whatever is wrong
        return {"database": type(error).__name__, "migrations": "unknown", "worker": "unknown"}
    migrations = "ok" if at == migrate.head() else f"at {at}, code expects {migrate.head()}: run `shixun migrate`"
    return {"database": "ok", "migrations": migrations, "worker": "ok" if seen else "not seen: run `shixun worker`"}


@router.get("/bootstrap", response_model=Bootstrap, **permits(Permission.OWN_ACCOUNT))
async def get_bootstrap(ctx: Ctx) -> object:
    """Everything a mini-program needs at its start in one call 启动信息."""
    year = SchoolYear.of(ctx.clock.today)
    allowed = {str(name): str(grant.reach) for name in PERMISSIONS if (grant := ctx.principal.grant(name))}
    who = ctx.principal
    return {
        "account_id": who.account_id,
        "role": who.role,
        "organisation_id": who.organisation_id,
        "teacher_id": who.teacher_id,
        "region": f"{who.region_id:06d}",
        "today": ctx.clock.today,
        "school_year": year.name,
        "permissions": allowed,
        "policy": ctx.regulation.version,
        "reference_data_etag": _etag(_reference_sets(ctx)),
    }


@router.get("/reference-data", response_model=Listing[ReferenceSet], **READ_POLICY)
async def list_reference_data(ctx: Ctx, request: Request, response: Response) -> object:
    """All code lists of the region's policy packs in one bundle 代码表; carries an ETag."""
    ctx.require(Permission.POLICY_READ)
    sets = _reference_sets(ctx)
    return _unless_known(request, response, sets, {"items": sets, "next_cursor": None, "total": len(sets)})


@router.get("/reference-data/{name}", response_model=ReferenceSet, **READ_POLICY)
async def get_reference_data(ctx: Ctx, request: Request, response: Response, name: str) -> object:
    """One code list 代码表."""
    ctx.require(Permission.POLICY_READ)
    found = next((one for one in _reference_sets(ctx) if one["name"] == name), None)
    if found is None:
        raise NotFound
    return _unless_known(request, response, found, found)


@router.get("/policy", response_model=Listing[PolicyDocument], **READ_POLICY)
async def list_policy(ctx: Ctx) -> object:
    """The regulations in force in the region 现行办法."""
    ctx.require(Permission.POLICY_READ)
    items = [
        {
            "version": ctx.regulation.version,
            "title": one.title,
            "number": one.number,
            "issuer": one.issuer,
            "issued_on": one.issued_on,
            "holds_from": one.holds_from,
        }
        for one in ctx.regulation.documents.values()
    ]
    return {"items": items, "next_cursor": None, "total": len(items)}


@router.get("/policy/rules", response_model=Listing[PolicyRule], **READ_POLICY)
async def list_policy_rules(ctx: Ctx) -> object:
    """Every figure of the regulations with its clause and quote 条款数值."""
    ctx.require(Permission.POLICY_READ)
    items = [_rule(ctx, param) for param in ctx.regulation.params()]
    return {"items": items, "next_cursor": None, "total": len(items)}


@router.get("/policy/rules/{code}", response_model=PolicyRule, **READ_POLICY)
async def get_policy_rule(ctx: Ctx, code: Annotated[str, Path(max_length=100)]) -> object:
    """The value of a rule on the day of the request, with clause, quote and reading 条款数值."""
    ctx.require(Permission.POLICY_READ)
    try:
        return _rule(ctx, ctx.regulation.rule(code, on=ctx.clock.today))
    except (UnknownName, LookupError) as error:
        raise NotFound("RULE_UNKNOWN", f"{error}。") from error


@router.get("/operations/{operation_id:uuid}", response_model=Operation, **permits(Permission.OWN_ACCOUNT))
async def get_operation(ctx: Ctx, operation_id: UUID, response: Response) -> object:
    """A long-running operation of the caller's organisation 长时任务."""
    found = await _operation(ctx, operation_id)
    if not found["done"]:
        response.headers["Retry-After"] = str(found["retry_after"])
    return found


async def existing(ctx: Ctx, operation_id: UUID) -> UUID:
    """The operation's id if the caller may see it: a stream that has begun cannot answer 404 any more."""
    await _operation(ctx, operation_id)
    return operation_id


@router.get(
    "/operations/{operation_id:uuid}/events", response_class=EventSourceResponse, **permits(Permission.OWN_ACCOUNT)
)
async def stream_operation(
    request: Request, ctx: Ctx, operation_id: Annotated[UUID, Depends(existing)]
) -> AsyncIterator[ServerSentEvent]:
    """Progress as server-sent events until the operation is done; each look is a transaction of its own."""
    entrance, token = opener(request), request.headers.get("authorization", "").partition(" ")[2]
    last = ""
    for _ in range(POLLS_MAX):
        async with entrance.context(token, acting_grant=ctx.principal.grant_id) as own:
            found = Operation.model_validate(await _operation(own, operation_id))
        if (body := found.model_dump_json()) != last:
            yield ServerSentEvent(raw_data=body, event="done" if found.done else "progress")
            last = body
        if found.done:
            return
        await asyncio.sleep(POLL_SECONDS)


@router.get("/events", response_model=EventFeed, **permits(Permission.EVENT_READ))
async def list_events(
    ctx: Ctx,
    limit: Annotated[int, Query(ge=1, description="每次条数，最多 200")] = LIMIT_DEFAULT,
    after: Annotated[str | None, Query(max_length=60, description="上次答复的 next_cursor；不填则从头")] = None,
) -> object:
    """The change feed, oldest first: every committed change once, none missed 变更流."""
    return await feed.changes(ctx, PageRequest(limit).size, after)


async def _operation(ctx: Any, operation_id: UUID) -> dict[str, Any]:
    row = await operations.snapshot(ctx.db, ctx.principal.region_id, operation_id)
    if row.organisation_id != ctx.principal.organisation_id:
        raise NotFound
    return feed.operation_document(row)


def _rule(ctx: Any, param: Any) -> dict[str, Any]:
    reference = ctx.regulation.clause_reference(param.clause) if param.clause else None
    return {
        "code": param.code,
        "value": _plain(param.value),
        "unit": param.unit,
        "strength": param.strength,
        "clause": param.clause,
        "reference": reference,
        "quote": param.quote,
        "reading": param.reading,
        "source": param.source,
        "holds_from": param.holds_from,
        "holds_until": param.holds_until,
    }


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return float(value) if isinstance(value, Decimal) else value


def _reference_sets(ctx: Any) -> list[dict[str, Any]]:
    return [
        {
            "name": codes.name,
            "label": codes.label,
            "closed": codes.closed,
            "clause": codes.clause,
            "codes": [
                {
                    "code": one.code,
                    "label": one.label,
                    "label_short": one.label_short or one.label,
                    "parent": one.parent,
                    "order": one.order,
                    "external": dict(one.external),
                }
                for one in codes
            ],
        }
        for codes in ctx.regulation.code_sets()
    ]


def _etag(content: object) -> str:
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
    return f'"{digest[:16]}"'


def _unless_known(request: Request, response: Response, content: object, answer: object) -> object:
    etag = _etag(content)
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={"ETag": etag})
    response.headers["ETag"] = etag
    return answer
