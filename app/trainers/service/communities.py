"""Use cases of communities, their sessions, and the yearly concentrated study. [A7.9] [M4.4]"""

from collections.abc import Sequence
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.policy.school_year import SchoolYear
from app.trainers.models import TrainerCommunity, TrainerSession
from app.trainers.queries import communities as queries
from app.trainers.queries import people
from app.trainers.queries.communities import SessionFilter
from app.trainers.rules.team import root_of
from app.trainers.schemas import (
    TrainerAttendanceWrite,
    TrainerCommunityCreate,
    TrainerMembersWrite,
    TrainerMove,
    TrainerSessionCreate,
)
from app.trainers.service import checks
from app.trainers.states import COMMUNITY_LIFECYCLE, CommunityStatus

explain({"uq_trainer_communities_open": ("TRAINER_COMMUNITY_OPEN", "该学科已有研修共同体。")})
RUN = Permission.TRAINER_COMMUNITY_RUN


async def find_communities(ctx: Context, request: PageRequest) -> Page[AnyRow]:
    """Communities, newest first 研修共同体列表 [A7.9]."""
    ctx.require(Permission.TRAINER_READ)
    return await queries.page(ctx, request)


async def make_community(ctx: Context, new: TrainerCommunityCreate) -> AnyRow:
    """Make a community of a subject 组建研修共同体. [A7.9]"""
    ctx.require(RUN)
    checks.refuse(checks.unknown_codes(ctx, new.model_dump()))
    made = new_id()
    await people.add(ctx, TrainerCommunity, {"id": made, "made_by": ctx.principal.account_id, **new.model_dump()})
    await _record(ctx, "trainer_community", "made", made, {"subject": new.subject})
    return checks.found(await queries.by_id(ctx, made))


async def close_community(ctx: Context, community_id: UUID, given: TrainerMove, *, version: int | None) -> AnyRow:
    """Close a community 解散研修共同体; its sessions stay. [A7.9]"""
    del given
    ctx.require(RUN)
    row = checks.found(await queries.by_id(ctx, community_id, lock=True))
    check_version(row, version)
    status = COMMUNITY_LIFECYCLE.move(CommunityStatus(row.status), "close")
    await people.change(ctx, TrainerCommunity, row.id, {"status": str(status)})
    await _record(ctx, "trainer_community", "closed", row.id, {})
    return checks.found(await queries.by_id(ctx, row.id))


async def find_members(ctx: Context, request: PageRequest, community_id: UUID) -> Page[AnyRow]:
    """Who belongs to a community 研修共同体成员 [A7.9]."""
    ctx.require(Permission.TRAINER_READ)
    row = checks.found(await queries.by_id(ctx, community_id))
    return await queries.member_page(ctx, request, row.id)


async def compose_community(
    ctx: Context, community_id: UUID, given: TrainerMembersWrite, *, version: int | None
) -> AnyRow:
    """Name the members of a community, trainers of its subject, and who convenes it 确定成员和召集人. [A7.9]"""
    ctx.require(RUN)
    row = checks.found(await queries.by_id(ctx, community_id, lock=True))
    check_version(row, version)
    if row.status != CommunityStatus.OPEN:
        raise Conflict("TRAINER_COMMUNITY_CLOSED", "研修共同体已解散，不能再改成员。", status=row.status)
    ids: Sequence[UUID] = list(dict.fromkeys(given.appointment_ids))
    known = await queries.active_ones(ctx, ids, ctx.clock.today)
    subjects = {one.code: one for one in ctx.regulation.codes("subjects")}
    faults = []
    for at, one in enumerate(given.appointment_ids):
        if one not in known:
            faults.append(FieldFault(f"/appointment_ids/{at}", "REFERENCE_UNKNOWN", f"第 {at + 1} 名不在聘"))
        elif root_of(subjects, known[one]) != root_of(subjects, row.subject):
            faults.append(FieldFault(f"/appointment_ids/{at}", "OTHER_SUBJECT", f"第 {at + 1} 名不是该学科的培训者"))
    if given.convener_id and given.convener_id not in ids:
        faults.append(FieldFault("/convener_id", "REFERENCE_UNKNOWN", "召集人不在成员名单中"))
    checks.refuse(faults)
    await queries.compose(ctx, row.id, ids, given.convener_id)
    await people.change(ctx, TrainerCommunity, row.id, {})
    await _record(ctx, "trainer_community", "composed", row.id, {"members": len(ids)})
    return checks.found(await queries.by_id(ctx, row.id))


async def find_sessions(ctx: Context, request: PageRequest, only: SessionFilter) -> Page[AnyRow]:
    """Sessions of communities and concentrated studies, newest first 研修活动列表 [A7.9]."""
    ctx.require(Permission.TRAINER_READ)
    return await queries.session_page(ctx, request, only)


async def hold_session(ctx: Context, new: TrainerSessionCreate) -> AnyRow:
    """Put a session that was held on record 登记研修活动. [A7.9] [M4.4]"""
    ctx.require(RUN)
    faults = []
    if new.held_on > ctx.clock.today:
        faults.append(FieldFault("/held_on", "OUT_OF_ORDER", f"日期 {new.held_on} 晚于今天"))
    community = await queries.by_id(ctx, new.community_id, lock=True) if new.community_id else None
    if new.community_id and (community is None or community.status != CommunityStatus.OPEN):
        faults.append(FieldFault("/community_id", "REFERENCE_UNKNOWN", "没有这个研修共同体，或已解散"))
    checks.refuse(faults)
    made, year = new_id(), SchoolYear.of(new.held_on).start
    by = {"id": made, "start_year": year, "recorded_by": ctx.principal.account_id}
    await people.add(ctx, TrainerSession, {**by, **new.model_dump()})
    await _record(ctx, "trainer_session", "held", made, {"held_on": str(new.held_on)})
    return checks.found(await queries.session(ctx, made))


async def attend_session(ctx: Context, session_id: UUID, given: TrainerAttendanceWrite) -> AnyRow:
    """Put on record who attended, of those in the team on the day 登记出勤; answers the session. [A7.9] [M4.4]"""
    ctx.require(RUN)
    row = checks.found(await queries.session(ctx, session_id, lock=True))
    ids: Sequence[UUID] = list(dict.fromkeys(given.appointment_ids))
    known = await queries.active_ones(ctx, ids, row.held_on)
    checks.refuse(
        [
            FieldFault(f"/appointment_ids/{at}", "REFERENCE_UNKNOWN", f"第 {at + 1} 名当日不在聘")
            for at, one in enumerate(given.appointment_ids)
            if one not in known
        ]
    )
    await queries.attend(ctx, row.id, ids)
    await _record(ctx, "trainer_session", "attended", row.id, {"named": len(ids)})
    return checks.found(await queries.session(ctx, row.id))


async def find_attendance(ctx: Context, request: PageRequest, session_id: UUID) -> Page[AnyRow]:
    """Who attended a session 出勤名单 [A7.9]."""
    ctx.require(Permission.TRAINER_READ)
    row = checks.found(await queries.session(ctx, session_id))
    return await queries.attendance_page(ctx, request, row.id)


async def _record(ctx: Context, entity: str, act: str, one: UUID, facts: dict[str, object]) -> None:
    await ctx.record(f"{entity}.{act}", entity=entity, entity_id=one, facts=facts)
