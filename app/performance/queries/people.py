"""SQL of who acted: names of accounts."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.access.context import Context
from app.accounts.models import Account


async def names(ctx: Context, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Names by account (n,) -> up to n; accounts of other regions and unknown ones are left out."""
    statement = select(Account.id, Account.display_name).where(
        Account.region_id == ctx.principal.region_id, Account.id.in_(ids)
    )
    return {row.id: row.display_name for row in await ctx.db.execute(statement)}
