"""Reading the audit log 审计日志; nobody edits it."""

from typing import Any

from app.access.context import Context
from app.access.permissions import Permission
from app.accounts.queries import audit as queries
from app.core.db import AnyRow
from app.core.pages import Page, PageRequest


async def audit_events(ctx: Context, request: PageRequest, **filters: Any) -> Page[AnyRow]:
    """A page of events, newest first; filters as in queries.audit.page.

    The bureau reads all but its own acts, 进修学校 the acts of its own, a teacher what concerns the own record.
    """
    ctx.require(Permission.AUDIT_READ)
    return await queries.page(ctx, request, **filters)
