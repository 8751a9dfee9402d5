"""Who acted on a card, by name 办理人: for those who read the card. [A4.1]"""

from collections.abc import Iterable
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.performance.queries import people


async def names_of(ctx: Context, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Names of who assessed, scored, returned or froze, by account 办理人姓名."""
    ctx.require(Permission.SCORECARD_READ)
    wanted = sorted({one for one in ids if one is not None})
    return await people.names(ctx, wanted) if wanted else {}
