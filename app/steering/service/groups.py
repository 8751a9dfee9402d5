"""Use cases of the leading group, its two offices, and who holds their posts. [A1] [A3.1] [M6.1.1] [A4.1]"""

from datetime import date
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.policy.finding import Severity
from app.steering import rules
from app.steering.models import LeadingGroup, LeadingGroupHolder
from app.steering.queries import groups as queries
from app.steering.queries.groups import HolderFilter, LeadingGroupFilter
from app.steering.schemas import (
    LeadingGroupCreate,
    LeadingGroupEnding,
    LeadingGroupHolderCreate,
    LeadingGroupStanding,
)
from app.steering.service import checks
from app.steering.states import (
    HOLDER_LIFECYCLE,
    LEADING_GROUP_LIFECYCLE,
    HolderRank,
    HolderStatus,
    LeadingGroupKind,
    LeadingGroupStatus,
)

explain(
    {
        "ex_leading_groups_one_of_a_kind": ("LEADING_GROUP_STANDS", "这段时间已有同一机构，请先撤销原机构。"),
        "ex_leading_group_holders_single": ("LEADING_GROUP_POST_TAKEN", "这段时间该职务已有人担任，请先办理卸任。"),
        "ex_leading_group_holders_teacher": ("LEADING_GROUP_HOLDER_TWICE", "此人这段时间已在该机构任职。"),
    }
)
READ, SET = Permission.STEERING_READ, Permission.STEERING_SET


async def find_groups(ctx: Context, request: PageRequest, only: LeadingGroupFilter) -> Page[AnyRow]:
    """The leading group and its offices, past ones too, newest first 领导小组与办公室列表 [A1]."""
    ctx.require(READ)
    return await queries.page(ctx, request, only)


async def get_group(ctx: Context, group_id: UUID) -> AnyRow:
    """One body; NotFound outside the region."""
    ctx.require(READ)
    return checks.found(await queries.by_id(ctx, group_id))


async def get_groups(ctx: Context, ids: list[UUID]) -> list[AnyRow | None]:
    """Bodies (n,) -> rows (n,), None where missing."""
    ctx.require(READ)
    return await queries.by_ids(ctx, ids)


async def found_group(ctx: Context, new: LeadingGroupCreate) -> AnyRow:
    """Set up the leading group or an office, where the regulation says it sits 成立机构. [M6.1.1] [A3.1]"""
    ctx.require(SET)
    checks.require_own_body(ctx, new.kind)
    body = await _body(ctx, new.kind, new.starts_on)
    made, who = new_id(), ctx.principal.account_id
    values = {**new.model_dump(), "kind": str(new.kind), "body_id": body.id}
    await queries.add(ctx, LeadingGroup, {"id": made, "made_by": who, **values})
    return await _group_told(ctx, made, "founded", {"kind": str(new.kind)})


async def dissolve_group(ctx: Context, group_id: UUID, given: LeadingGroupEnding, *, version: int | None) -> AnyRow:
    """Dissolve a body 撤销机构; whoever is in post leaves with it, all stays on record. [M6.1.1]"""
    row = await _held(ctx, group_id)
    check_version(row, version)
    status = LEADING_GROUP_LIFECYCLE.move(LeadingGroupStatus(row.status), "dissolve")
    checks.refuse(checks.end_faults(row, given.until, ctx.clock.today))
    left = await queries.leave_with(ctx, row.id, given.until, given.reason)
    await queries.change(ctx, LeadingGroup, row.id, {"status": str(status), **_ended(ctx, given)})
    return await _group_told(ctx, row.id, "dissolved", {"left": left})


async def find_holders(ctx: Context, request: PageRequest, group_id: UUID, only: HolderFilter) -> Page[AnyRow]:
    """Who holds and held the posts of a body, newest first 任职名单 [A1]."""
    ctx.require(READ)
    row = checks.found(await queries.by_id(ctx, group_id))
    return await queries.holder_page(ctx, request, row.id, only)


async def appoint_holder(ctx: Context, group_id: UUID, new: LeadingGroupHolderCreate) -> AnyRow:
    """Appoint somebody to a post 任职; a single post has one holder at a time. [A1]"""
    row = await _held(ctx, group_id)
    if row.status != LeadingGroupStatus.STANDING:
        raise Conflict("LEADING_GROUP_DISSOLVED", "机构已撤销，不能再任职。", status=row.status)
    posts = rules.posts_of(ctx.regulation, LeadingGroupKind(row.kind))
    faults: list[FieldFault] = []
    if new.post not in posts:
        faults.append(FieldFault("/post", "CODE_UNKNOWN", f"没有职务 {new.post}，可填 {'、'.join(posts)}"))
    if new.starts_on < row.starts_on:
        faults.append(FieldFault("/starts_on", "OUT_OF_ORDER", f"任职日期早于机构成立日期 {row.starts_on}"))
    name = await checks.named(ctx, new.teacher_id, new.name, faults)
    checks.refuse(faults)
    made, post = new_id(), posts[new.post]
    by = {"id": made, "group_id": row.id, "appointed_by": ctx.principal.account_id, "is_single": post.is_single}
    values = {**new.model_dump(), "rank": str(new.rank), "name": name}
    await queries.add(ctx, LeadingGroupHolder, {**by, **values})
    return await _holder_told(ctx, made, "appointed")


async def end_holder(ctx: Context, holder_id: UUID, given: LeadingGroupEnding, *, version: int | None) -> AnyRow:
    """Let a holder leave a post 卸任; the time in post stays on record. [A1]"""
    ctx.require(SET)
    row = checks.found(await queries.holder(ctx, holder_id, lock=True))
    checks.require_own_body(ctx, LeadingGroupKind(row.kind))
    check_version(row, version)
    status = HOLDER_LIFECYCLE.move(HolderStatus(row.status), "end")
    checks.refuse(checks.end_faults(row, given.until, ctx.clock.today))
    await queries.change(ctx, LeadingGroupHolder, row.id, {"status": str(status), **_ended(ctx, given)})
    return await _holder_told(ctx, row.id, "left")


async def standing(ctx: Context, on: date) -> LeadingGroupStanding:
    """The leading group and its offices on a day, with what they lack 组织领导情况. [A4.1] [A1] [A3.1]"""
    ctx.require(READ)
    rows = await queries.in_post(ctx, on)
    holders = [
        rules.Holder(LeadingGroupKind(row.kind), row.post, HolderRank(row.rank), row.teacher_id or row.name)
        for row in rows
    ]
    findings = rules.check_group(ctx.regulation, holders, on=on)
    people = {kind: len({one.person for one in holders if one.kind is kind}) for kind in LeadingGroupKind}
    group = [row for row in rows if row.kind == LeadingGroupKind.LEADING_GROUP]
    posts = rules.posts_of(ctx.regulation, LeadingGroupKind.LEADING_GROUP).values()
    answer: dict[str, Any] = {
        "on": on,
        "people": people[LeadingGroupKind.LEADING_GROUP],
        "office_people": people[LeadingGroupKind.LEADING_GROUP_OFFICE],
        "project_office_people": people[LeadingGroupKind.PROJECT_OFFICE],
        "is_complete": not any(one.severity is Severity.MUST for one in findings),
        "findings": [one.as_json() for one in findings],
        "posts": [
            {"post": one.code, "label": one.label, "names": [row.name for row in group if row.post == one.code]}
            for one in posts
        ],
    }
    return LeadingGroupStanding.model_validate(answer)


async def _held(ctx: Context, group_id: UUID) -> AnyRow:
    """The body, locked, once the caller may act on it."""
    ctx.require(SET)
    row = checks.found(await queries.by_id(ctx, group_id, lock=True))
    checks.require_own_body(ctx, LeadingGroupKind(row.kind))
    return row


async def _body(ctx: Context, kind: LeadingGroupKind, on: date) -> AnyRow:
    """The organisation a body sits in: the bureau, or what the regulation names for the office. [A3.1]"""
    if kind is LeadingGroupKind.LEADING_GROUP:
        row = await queries.body(ctx, kind="bureau")
        return checks.found(row)
    code = ctx.regulation.texts(rules.LED_FROM[kind], on=on)[0]
    named = ctx.regulation.departments().get(code)
    is_department = named.facts.get("kind") == "department"
    body = await queries.body(ctx, kind=str(named.facts.get("kind")), department=code if is_department else None)
    if body is None:
        message = f"{rules.OFFICES[kind]}设在{named.label}，机构树中没有它，请先登记。"
        raise Conflict("LEADING_GROUP_BODY_MISSING", message, department=code)
    return body


def _ended(ctx: Context, given: LeadingGroupEnding) -> dict[str, Any]:
    return {"until": given.until, "end_reason": given.reason, "ended_by": ctx.principal.account_id}


async def _group_told(ctx: Context, group_id: UUID, act: str, facts: dict[str, object]) -> AnyRow:
    """Put a change of a body on record; the body as it is now."""
    row = checks.found(await queries.by_id(ctx, group_id))
    kind = f"leading_group.{act}"
    await ctx.record(kind, entity="leading_group", entity_id=row.id, place=Place(row.body_id), facts=facts)
    return row


async def _holder_told(ctx: Context, holder_id: UUID, act: str) -> AnyRow:
    """Put a change of a post on record; the holder as it is now."""
    row = checks.found(await queries.holder(ctx, holder_id))
    facts = {"post": row.post, "group": str(row.group_id)}
    await ctx.record(f"leading_group_holder.{act}", entity="leading_group_holder", entity_id=row.id, facts=facts)
    return row
