"""The change feed and operations as they are answered."""

from typing import Any

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow
from app.core.events import Event, Position
from app.core.events import changes as settled_changes
from app.core.operations import OperationStatus

RETRY_SECONDS = 2
OPEN = (OperationStatus.QUEUED, OperationStatus.RUNNING)


async def changes(ctx: Context, limit: int, after: str | None) -> dict[str, Any]:
    """The changes in the caller's scope after a position, and the position to ask from next."""
    ctx.require(Permission.EVENT_READ)
    scope = rows(ctx.principal, Permission.EVENT_READ, organisation=Event.organisation_id, teacher=Event.teacher_id)
    start = Position.parse(after) if after else None
    found = await settled_changes(ctx.db, ctx.principal.region_id, scope, start, limit + 1)
    items = [_event(row) for row in found[:limit]]
    return {
        "items": items,
        "next_cursor": items[-1]["cursor"] if items else after,
        "has_more": len(found) > limit,
    }


def _event(row: AnyRow) -> dict[str, Any]:
    return {**row._mapping, "cursor": str(Position(row.epoch, row.xid, row.seq))}  # noqa: SLF001 - public by name


def operation_document(row: AnyRow) -> dict[str, Any]:
    """An operation as polled: done or not, how far, and its answer or problem."""
    done = row.status not in OPEN
    processed = row.total if row.total and row.status == OperationStatus.SUCCEEDED else row.processed
    percent = round(100 * processed / row.total) if row.total else None
    place = f"/v1/operations/{row.id}"
    return {
        "id": row.id,
        "kind": row.kind,
        "status": row.status,
        "done": done,
        "retry_after": None if done else RETRY_SECONDS,
        "metadata": {"stage": row.stage, "processed": processed, "total": row.total, "percent": percent},
        "response": row.response,
        "error": row.error,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "links": {"self": place, "events": f"{place}/events"},
    }
