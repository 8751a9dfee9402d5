"""SQL of API clients."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.accounts.models import ApiClient, SignInName
from app.core.db import AnyRow, AnySelect, touched
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page

_COLUMNS = (
    ApiClient.id,
    ApiClient.client_id,
    ApiClient.name,
    ApiClient.role,
    ApiClient.organisation_id,
    ApiClient.department_id,
    ApiClient.scopes,
    ApiClient.networks,
    ApiClient.expires_on,
    ApiClient.status,
    ApiClient.registered_by,
    ApiClient.created_at,
    ApiClient.updated_at,
    ApiClient.version,
)


def _visible(ctx: Context) -> AnySelect:
    scope = rows(ctx.principal, Permission.API_CLIENT_CHANGE, organisation=ApiClient.organisation_id)
    return select(*_COLUMNS).where(ApiClient.region_id == ctx.principal.region_id, scope)


async def page(ctx: Context, request: PageRequest, *, status: str | None) -> Page[AnyRow]:
    """API clients by name."""
    statement = _visible(ctx)
    if status:
        statement = statement.where(ApiClient.status == status)
    order = (ApiClient.name, ApiClient.id)
    return await fetch_page(ctx.db, statement, request, order=order, scope=f"api_clients|{status}")


async def by_id(ctx: Context, client_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One API client by its record's id; `lock` holds it for a change."""
    statement = _visible(ctx).where(ApiClient.id == client_id)
    return (await ctx.db.execute(statement.with_for_update() if lock else statement)).one_or_none()


async def create(ctx: Context, values: dict[str, Any]) -> AnyRow:
    """Store a new API client and the name it signs in with."""
    who, subject = ctx.principal, new_id()
    await ctx.db.execute(
        insert(SignInName).values(name=values["client_id"], kind="client", region_id=who.region_id, subject_id=subject)
    )
    fields = {"region_id": who.region_id, "id": subject, "registered_by": who.account_id, **values}
    return (await ctx.db.execute(insert(ApiClient).values(**fields).returning(*_COLUMNS))).one()


async def change(ctx: Context, client_id: UUID, values: dict[str, Any]) -> AnyRow:
    """Store changes of an API client; its access tokens are refused from their next check on, at most 5 s later."""
    statement = (
        update(ApiClient)
        .where(ApiClient.region_id == ctx.principal.region_id, ApiClient.id == client_id)
        .values(session_version=ApiClient.session_version + 1, **values, **touched(ApiClient))
        .returning(*_COLUMNS)
    )
    return (await ctx.db.execute(statement)).one()
