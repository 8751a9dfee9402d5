"""Use cases of the hours ledger: post by hand 手工登记. [A5.6] [A5.7.1] [A6.13c]"""

from collections.abc import Sequence

from app.access.context import Context
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.hours.schemas import HoursEntryCreate
from app.hours.service.crediting import CreditLine, credit
from app.policy.school_year import SchoolYear


async def post(ctx: Context, new: HoursEntryCreate) -> AnyRow:
    """Credit one line 核准并登记 [A5.6]; the same line again answers the first entry and writes nothing."""
    ctx.require(Permission.HOURS_POST)
    return (await credit(ctx, [_by_hand(ctx, new)]))[0]


async def post_many(ctx: Context, new: Sequence[HoursEntryCreate]) -> list[AnyRow]:
    """Credit lines in the order given, all or none; answers an entry per line."""
    ctx.require(Permission.HOURS_POST)
    return await credit(ctx, [_by_hand(ctx, one, f"/entries/{place}") for place, one in enumerate(new)])


def _by_hand(ctx: Context, new: HoursEntryCreate, pointer: str = "") -> CreditLine:
    year = SchoolYear.parse(new.school_year) if new.school_year else None
    given = new.model_dump(exclude={"school_year"})
    return CreditLine(**given, school_year=year, posted_by=ctx.principal.account_id, revision=1, pointer=pointer)
