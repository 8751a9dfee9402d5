"""GraphQL of the caller's own account."""

import strawberry

from app.access.graph import Info
from app.access.graph_types import field, output_of
from app.access.permissions import Permission
from app.accounts import schemas
from app.accounts.service import own


async def _me(info: Info) -> schemas.Me:
    """Who is asking, in which role, and what it may do 当前用户."""
    return await info.context.fetch(own.me)


@strawberry.type
class Query:
    """What accounts answer."""

    me = field(Permission.OWN_ACCOUNT, _me, output_of(schemas.Me) | None)
