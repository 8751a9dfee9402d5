"""SQL of the audit log."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.access.context import Context
from app.access.permissions import Permission, Role
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect
from app.core.events import Event
from app.core.pages import Page, PageRequest, fetch_page

_COLUMNS = (
    Event.id,
    Event.occurred_at,
    Event.channel,
    Event.kind,
    Event.entity,
    Event.entity_id,
    Event.organisation_id,
    Event.teacher_id,
    Event.account_id,
    Event.acting_role,
    Event.acting_organisation_id,
    Event.request_id,
    Event.remote_address,
    Event.facts,
    Event.decided_under,
)


def _visible(ctx: Context) -> AnySelect:
    """The bureau: all but own acts; 进修学校: acts of its own; a teacher: what concerns the own record."""
    who = ctx.principal
    scope = rows(who, Permission.AUDIT_READ, organisation=Event.acting_organisation_id, teacher=Event.teacher_id)
    statement = select(*_COLUMNS).where(Event.region_id == who.region_id, scope)
    if who.role is Role.BUREAU:
        statement = statement.where(Event.account_id.is_distinct_from(who.account_id))
    return statement


async def page(  # noqa: PLR0913 - one argument per filter
    ctx: Context,
    request: PageRequest,
    *,
    channel: str | None,
    kind: str | None,
    entity: str | None,
    entity_id: UUID | None,
    account_id: UUID | None,
    since: datetime | None,
    until: datetime | None,
) -> Page[AnyRow]:
    """Events, newest first; since is included, until is not."""
    equal = {"channel": channel, "kind": kind, "entity": entity, "entity_id": entity_id, "account_id": account_id}
    statement = _visible(ctx).where(*(getattr(Event, name) == value for name, value in equal.items() if value))
    if since:
        statement = statement.where(Event.occurred_at >= since)
    if until:
        statement = statement.where(Event.occurred_at < until)
    scope = "audit|" + "|".join(map(str, (*equal.values(), since, until)))
    return await fetch_page(ctx.db, statement, request, order=(Event.id,), descending=True, scope=scope)
