"""What every act on evaluations checks: what is there, whose it is, other persons, and all faults at once."""

from collections.abc import Sequence
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, Invalid, NotFound, NotPermitted
from app.core.versions import check_version
from app.evaluations.queries import campaigns
from app.evaluations.states import CampaignStatus


def found(row: AnyRow | None) -> AnyRow:
    """The row; NotFound outside the scope."""
    if row is None:
        raise NotFound
    return row


def place_of(row: AnyRow) -> Place:
    """Whose a candidate or an award is."""
    return Place(row.unit_id, row.teacher_id)


def refuse(faults: Sequence[FieldFault]) -> None:
    """Invalid 422 with every fault."""
    if faults:
        raise Invalid("EVALUATION_INVALID", "；".join(one.message for one in faults) + "。", errors=faults)


def other_person(ctx: Context, permission: Permission, *accounts: UUID | None) -> None:
    """Persons are compared, never roles: not one who has acted on it before."""
    if ctx.principal.account_id in accounts:
        message = "前一步是您本人办理的，这一步须由另一人办理，换一项授权也不可以。"
        raise NotPermitted("SEPARATION_OF_DUTIES", message, permission=str(permission))


async def campaign(ctx: Context, campaign_id: UUID, permission: Permission, *, version: int | None) -> AnyRow:
    """The campaign, locked, once the caller may act on it."""
    ctx.require(permission)
    row = found(await campaigns.by_id(ctx, campaign_id, lock=True))
    check_version(row, version)
    return row


def in_status(row: AnyRow, *statuses: CampaignStatus, what: str) -> None:
    """Conflict 409 CAMPAIGN_STATUS where a campaign does not stand where an act needs it."""
    if row.status not in statuses:
        message = f"评选当前状态为 {row.status}，不能{what}。"
        raise Conflict("CAMPAIGN_STATUS", message, status=row.status, needed=[str(one) for one in statuses])
