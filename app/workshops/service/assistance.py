"""Use cases of city studios that help town workshops: proposed, set by another person, and what came of it. [M7.2b]"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import NotPermitted
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.policy.finding import Finding
from app.workshops.queries import assistance, workshops
from app.workshops.queries.assistance import UnpairedFilter, WorkshopPairFilter
from app.workshops.rules.assistance import Side, check_workshop_pair
from app.workshops.schemas import WorkshopMove, WorkshopPairCreate, WorkshopPairFinish, WorkshopReason
from app.workshops.service import checks
from app.workshops.states import WORKSHOP_PAIR_LIFECYCLE, WorkshopPairStatus

explain({"ex_workshop_pairs_one_at_a_time": ("WORKSHOP_PAIR_OVERLAP", "这两个工作坊（室）在这段时间已有协作帮扶。")})
READ, SET, RUN = Permission.WORKSHOP_READ, Permission.ASSISTANCE_SET, Permission.WORKSHOP_RUN


async def find_workshop_pairs(ctx: Context, request: PageRequest, only: WorkshopPairFilter) -> Page[AnyRow]:
    """City studios that help town workshops, past ones too 市名师工作室与镇工作坊协作 [M7.2b]."""
    ctx.require(READ)
    return await assistance.page(ctx, request, only)


async def get_workshop_pair(ctx: Context, pair_id: UUID) -> AnyRow:
    """One city studio with the town workshop it helps 协作帮扶详情 [M7.2b]."""
    ctx.require(READ)
    return checks.found(await assistance.by_id(ctx, pair_id))


async def find_unpaired_studios(ctx: Context, request: PageRequest, only: UnpairedFilter) -> Page[AnyRow]:
    """Registered city studios that help no town workshop on a day 尚无协作的市名师工作室 [M7.2b]."""
    ctx.require(READ)
    return await assistance.unpaired(ctx, request, on=only.on or ctx.clock.today)


async def propose_workshop_pair(ctx: Context, new: WorkshopPairCreate) -> AnyRow:
    """Propose that a city studio helps a town workshop 提出协作帮扶 [M7.2b]; another person sets it."""
    ctx.require(Permission.ASSISTANCE_RECOMMEND)
    both = await workshops.by_ids(ctx, [new.studio_id, new.town_id])
    missing = [name for name, row in zip(("studio_id", "town_id"), both, strict=True) if row is None]
    checks.refuse([checks.fault(f"/{name}", "REFERENCE_UNKNOWN", "没有这个工作坊（室）") for name in missing])
    findings = _findings(both, new)
    ctx.enforce(findings)
    made = await assistance.add(ctx, new.model_dump())
    return await _told(ctx, made, "proposed", findings)


async def confirm_workshop_pair(ctx: Context, pair_id: UUID, move: WorkshopMove, *, version: int | None) -> AnyRow:
    """Set a pair that somebody else proposed 审定协作帮扶 [M7.2b]; both workshops are looked at again."""
    row, status = await _held(ctx, pair_id, "confirm", version)
    both = [await workshops.by_id(ctx, one, lock=True) for one in sorted((row.studio_id, row.town_id))]
    both.sort(key=lambda one: checks.found(one).id != row.studio_id)
    findings = _findings(both, row)
    ctx.enforce(findings)
    await assistance.change(ctx, pair_id, _answer(ctx, status))
    return await _told(ctx, pair_id, "confirmed", findings, note=move.note)


async def refuse_workshop_pair(ctx: Context, pair_id: UUID, why: WorkshopReason, *, version: int | None) -> AnyRow:
    """Do not set a pair, with a reason 不予审定."""
    _, status = await _held(ctx, pair_id, "refuse", version)
    await assistance.change(ctx, pair_id, _answer(ctx, status) | {"answer_reason": why.reason})
    return await _told(ctx, pair_id, "refused")


async def finish_workshop_pair(
    ctx: Context, pair_id: UUID, given: WorkshopPairFinish, *, version: int | None
) -> AnyRow:
    """The studio puts on record what came of it, and the last day 登记协作成效 [M7.2b]."""
    ctx.require(RUN)
    row = checks.found(await assistance.by_id(ctx, pair_id, lock=True))
    ctx.require(RUN, on=checks.place_of(row))
    check_version(row, version)
    status = WORKSHOP_PAIR_LIFECYCLE.move(WorkshopPairStatus(row.status), "finish")
    if not row.starts_on <= given.ends_on <= ctx.clock.today:
        message = f"结束日期不早于 {row.starts_on}，不晚于今天"
        checks.refuse([checks.fault("/ends_on", "OUT_OF_ORDER", message)])
    await assistance.change(ctx, pair_id, {"status": str(status), "ends_on": given.ends_on, "result": given.result})
    return await _told(ctx, pair_id, "finished")


def _findings(both: Sequence[AnyRow | None], term: Any) -> list[Finding]:
    studio, town = (
        Side(row.family, row.kind, row.level, row.status, checks.cycle_of(row)) for row in map(checks.found, both)
    )
    return check_workshop_pair(studio, town, starts_on=term.starts_on)


async def _held(ctx: Context, pair_id: UUID, verb: str, version: int | None) -> tuple[AnyRow, WorkshopPairStatus]:
    """A pair, held for somebody else than who proposed it, and the status the verb leads to."""
    ctx.require(SET)
    ctx.require(READ)
    row = checks.found(await assistance.by_id(ctx, pair_id, lock=True))
    ctx.require(SET, on=checks.place_of(row))
    if ctx.principal.account_id == row.asked_by:
        message = "自己提出的须由另一人审定，换一项授权也不可以。"
        raise NotPermitted("SEPARATION_OF_DUTIES", message, permission=str(SET))
    check_version(row, version)
    return row, WORKSHOP_PAIR_LIFECYCLE.move(WorkshopPairStatus(row.status), verb)


def _answer(ctx: Context, status: WorkshopPairStatus) -> dict[str, Any]:
    return {"status": str(status), "answered_by": ctx.principal.account_id}


async def _told(
    ctx: Context, pair_id: UUID, verb: str, findings: Sequence[Finding] = (), *, note: str | None = None
) -> AnyRow:
    """The row as it is now, its event written."""
    row = checks.found(await assistance.by_id(ctx, pair_id))
    facts = {"studio_id": str(row.studio_id), "town_id": str(row.town_id)} | ({"note": note} if note else {})
    kind, place = f"workshop_pair.{verb}", checks.place_of(row)
    await ctx.record(kind, entity="workshop_pair", entity_id=pair_id, place=place, facts=facts, findings=findings)
    return row
