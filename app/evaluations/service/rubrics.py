"""Use cases of rubrics: read as printed, write, publish by another person, freeze for a campaign. [A5.R] [A6.R]"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import FieldFault
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.evaluations.models import Rubric
from app.evaluations.queries import common
from app.evaluations.queries import rubrics as queries
from app.evaluations.queries.rubrics import RubricFilter
from app.evaluations.rules import rubrics as rules
from app.evaluations.schemas import EvaluationMove, EvaluationReason, RubricWrite
from app.evaluations.service import checks
from app.evaluations.states import RUBRIC_LIFECYCLE, RubricSource, RubricStatus
from app.policy.records import RubricMark, RubricSection, Standard

explain(
    {
        "uq_rubrics_published": (
            "RUBRIC_PUBLISHED",
            "这一名称的评价标准本年度已公布，公布后不再改变。请换一个名称或年度。",
        )
    }
)


async def find_rubrics(ctx: Context, request: PageRequest, only: RubricFilter) -> Page[AnyRow]:
    """Rubrics: as printed in the regulation, and the region's own 评价标准列表."""
    ctx.require(Permission.RUBRIC_READ)
    return await queries.page(ctx, request, only)


async def get_rubric(ctx: Context, rubric_id: UUID) -> AnyRow:
    """One rubric; NotFound outside the region."""
    ctx.require(Permission.RUBRIC_READ)
    return checks.found((await queries.by_ids(ctx, [rubric_id]))[0])


async def get_rubrics(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Rubrics (n,) -> rows (n,), None where missing."""
    ctx.require(Permission.RUBRIC_READ)
    return await queries.by_ids(ctx, ids)


async def write_rubric(ctx: Context, new: RubricWrite) -> AnyRow:
    """Write a rubric of the region's own 拟定评价标准; what is written stays, a change is another one. [M6.2.3b]"""
    ctx.require(Permission.RUBRIC_WRITE)
    sections = _sections(new)
    methods = {one.code for one in ctx.regulation.codes("evaluation_methods")}
    unknown = {mark.method for section in sections for mark in section.marks} - methods
    checks.refuse(
        [
            FieldFault("/sections", "CODE_UNKNOWN", f"没有评价形式 {one}，见 /v1/reference-data/evaluation_methods")
            for one in sorted(unknown)
        ]
    )
    found = rules.check_rubric(ctx.regulation, sections, on=ctx.clock.today)
    findings = rules.accepted(found, new.accepted_reason)
    ctx.enforce(findings, pointer="/sections")
    content = queries.content_of(sections)
    made = new_id()
    await queries.add(
        ctx,
        {
            "id": made,
            **new.model_dump(include={"name", "year", "label", "reading"}),
            "subject": str(new.subject),
            "source": str(RubricSource.OWN),
            "clause": None,
            "content": content,
            "digest": queries.digest_of(new.label, new.subject, content),
            "points": rules.points_of(sections),
            "points_declared": rules.declared_of(sections),
            "findings": [one.as_json() for one in findings],
            "accepted_reason": new.accepted_reason if findings else None,
            "written_by": ctx.principal.account_id,
        },
    )
    return await _told(ctx, made, "written")


async def publish_rubric(ctx: Context, rubric_id: UUID, given: EvaluationMove, *, version: int | None) -> AnyRow:
    """Publish a rubric 公布评价标准: by another person than who wrote it; it never changes afterwards. [M6.2.3b]"""
    del given
    permission = Permission.RUBRIC_PUBLISH
    ctx.require(permission)
    row = await _held(ctx, rubric_id, version=version)
    checks.other_person(ctx, permission, row.written_by)
    status = RUBRIC_LIFECYCLE.move(RubricStatus(row.status), "publish")
    by = {"published_by": ctx.principal.account_id, "published_at": common.NOW}
    await common.change(ctx, Rubric, row.id, {"status": str(status), **by})
    return await _told(ctx, row.id, "published")


async def withdraw_rubric(ctx: Context, rubric_id: UUID, given: EvaluationReason, *, version: int | None) -> AnyRow:
    """Take back a rubric that is not published 撤回评价标准."""
    ctx.require(Permission.RUBRIC_WRITE)
    row = await _held(ctx, rubric_id, version=version)
    status = RUBRIC_LIFECYCLE.move(RubricStatus(row.status), "withdraw")
    await common.change(ctx, Rubric, row.id, {"status": str(status)})
    return await _told(ctx, row.id, "withdrawn", reason=given.reason)


async def freeze(ctx: Context, name: str) -> UUID:
    """Keep a printed rubric as it is today; the id is the one under which it is read anyway. [A5.R] [A6.R]"""
    ctx.require(Permission.CAMPAIGN_RUN)
    row = queries.printed_row(ctx, ctx.regulation.rubric(name))
    await queries.add(ctx, {**row, "written_by": ctx.principal.account_id})
    frozen: UUID = row["id"]
    return frozen


def _sections(new: RubricWrite) -> tuple[RubricSection, ...]:
    return tuple(
        RubricSection(
            section.code,
            section.label,
            section.points_declared,
            tuple(
                RubricMark(
                    mark.code, mark.points, mark.method, tuple(Standard(one.number, one.text) for one in mark.standards)
                )
                for mark in section.marks
            ),
            section.reading,
        )
        for section in new.sections
    )


async def _held(ctx: Context, rubric_id: UUID, *, version: int | None) -> AnyRow:
    """A stored rubric of the region's own, held for its next step."""
    ctx.require(Permission.RUBRIC_READ)
    row = checks.found(await queries.held(ctx, rubric_id))
    check_version(row, version)
    return row


async def _told(ctx: Context, rubric_id: UUID, act: str, **facts: Any) -> AnyRow:
    row = checks.found((await queries.by_ids(ctx, [rubric_id]))[0])
    facts |= {"name": row.name, "year": row.year, "digest": row.digest}
    await ctx.record(f"rubric.{act}", entity="rubric", entity_id=row.id, facts=facts)
    return row
