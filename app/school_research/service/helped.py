"""Use case of following up whom demonstration schools help 示范校结对帮扶. [M4.1] [A4.5]"""

from typing import Any

from app.access.context import Context
from app.access.permissions import Permission
from app.assistance import service as assistance
from app.assistance.queries import PAIRS, AssistanceFilter
from app.assistance.states import AssistanceStatus, TitleKind
from app.core.pages import Page, PageRequest
from app.policy.school_year import SchoolYear
from app.school_research.queries import helped as queries
from app.school_research.queries.helped import HelpFilter


async def find_helped(ctx: Context, request: PageRequest, only: HelpFilter) -> Page[Any]:
    """Schools that demonstration schools help, with how their research of a year goes 示范校帮扶跟踪 [M4.1 A4.5]."""
    ctx.require(Permission.ASSISTANCE_READ)
    year = SchoolYear.parse(only.school_year)
    day = min(max(ctx.clock.today, year.first_day), year.last_day)
    wanted = AssistanceFilter(TitleKind.DEMONSTRATION_SCHOOL, AssistanceStatus.CONFIRMED, only.school_id, day)
    found = await assistance.find(ctx, PAIRS, request, wanted)
    known = await queries.figures(ctx, [row.helped_id for row in found.items], year.start)
    names = ("helper_id", "helper_name", "helped_id", "helped_name", "goal", "starts_on", "ends_on")
    items = [
        {name: getattr(row, name) for name in names}
        | {"pair_id": row.id, "school_year": year.name}
        | {name: getattr(known[row.helped_id], name) for name in ("has_plan", "activities", "last_score")}
        for row in found.items
    ]
    return Page(items, found.cursors, found.has_more, found.total)
