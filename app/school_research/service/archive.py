"""Use cases of the archive of a school and year 档案 and of the yearly exchange 现场经验交流会. [A5.6] [A5.10]"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.archive import service as archive
from app.certificates import printing
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, Invalid
from app.organisations.states import OrganisationKind
from app.policy.school_year import SchoolYear
from app.school_research import rules
from app.school_research.queries import archive as queries
from app.school_research.queries import plans
from app.school_research.schemas import (
    PlanContent,
    ResearchArchive,
    ResearchArchiveArea,
    ResearchArchiveSchool,
    ResearchExchange,
    ResearchExchangeSet,
    ResearchExchangeStanding,
    ResearchYearSet,
)
from app.school_research.service.files import OWNER
from app.school_research.service.plan_checks import found, own_school
from app.school_research.service.plan_form import form_name, page_of

KIND_NAMES = {
    "plan": "年度方案", "records": "活动记录", "media": "图片和音像",
    "results": "成果", "assessment": "考核", "summary": "总结",
}  # fmt: skip
RESULT_NAMES = {"qualified": "合格", "unqualified": "不合格"}


@dataclass(frozen=True, slots=True)
class YearToPack:
    """A school's year for one zip: files in order, the folder of each activity, and what is written besides."""

    name: str
    files: Sequence[AnyRow]
    folders: dict[UUID, str]
    texts: dict[str, bytes]


async def archive_standing(ctx: Context, year: SchoolYear) -> ResearchArchive:
    """What the archives of a year hold, by school and 中心校; 市直学校 stand together 档案完备情况. [A5.10]"""
    ctx.require(Permission.RESEARCH_ARCHIVE_READ)
    stands = await queries.standing(ctx, year.start)
    ordered = sorted(stands, key=lambda row: (row.central_school_id is None, str(row.central_school_id)))
    areas = []
    for central, group in groupby(ordered, key=lambda row: row.central_school_id):
        schools = list(group)
        items = [_school(row) for row in schools]
        areas.append(
            ResearchArchiveArea(
                central_school_id=central,
                central_school_name=schools[0].central_school_name if central else "市直学校",
                schools=len(items),
                complete=sum(one.is_complete for one in items),
                items=items,
            )
        )
    complete = sum(area.complete for area in areas)
    return ResearchArchive(school_year=year.name, schools=len(stands), complete=complete, areas=areas)


async def year_to_pack(ctx: Context, school_id: UUID, year: SchoolYear) -> YearToPack:
    """All that a school has of a year, for one zip; NotFound outside the scope. [A5.10]"""
    ctx.require(Permission.RESEARCH_ARCHIVE_READ)
    row = found(next(iter(await queries.standing(ctx, year.start, school_id)), None))
    held = await queries.activities(ctx, school_id, year.start)
    place = Place(school_id)
    references = [archive.Reference(OWNER, one.id, place, Permission.RESEARCH_ARCHIVE_READ) for one in held]
    files = await archive.packable_of(ctx, references)
    texts = await _forms(ctx, school_id, year) | await _texts(ctx, row, held, year)
    return YearToPack(
        f"{row.school_name}{year}学年校本研修档案.zip",
        files,
        {one.id: f"{one.activity_date} {one.title}" for one in held},
        texts,
    )


async def set_research_year(ctx: Context, new: ResearchYearSet) -> AnyRow:
    """Write down results and summary of a year 填写学年成果与总结. [A5.10]"""
    ctx.require(Permission.RESEARCH_ARCHIVE_WRITE)
    school = await own_school(ctx, new.school_id, Permission.RESEARCH_ARCHIVE_WRITE)
    if not (new.results or new.summary):
        message = "成果和总结至少填写一项。"
        raise Invalid("INVALID", message, errors=[FieldFault("/summary", "MISSING", message)])
    start = SchoolYear.parse(new.school_year).start
    values = {"school_id": school.id, "start_year": start, "results": new.results, "summary": new.summary}
    row = await queries.put_year(ctx, values)
    await _record(ctx, "research_year", row.id, school.id, {"school_year": new.school_year})
    return row


async def exchange_standing(ctx: Context, year: SchoolYear) -> list[ResearchExchangeStanding]:
    """Which 中心校 have hosted the exchange of a year, and which still owe it 举办情况. [A5.6]"""
    ctx.require(Permission.RESEARCH_EXCHANGE_READ)
    return [
        ResearchExchangeStanding(
            central_school_id=row.central_school_id,
            central_school_name=row.central_school_name,
            is_held=row.id is not None,
            exchange=ResearchExchange.model_validate(row) if row.id is not None else None,
        )
        for row in await queries.exchanges(ctx, year.start)
    ]


async def set_exchange(ctx: Context, new: ResearchExchangeSet) -> AnyRow:
    """Record the exchange the own 中心校 has hosted 登记交流会, once a school year. [A5.6]"""
    ctx.require(Permission.RESEARCH_EXCHANGE_RECORD)
    own = ctx.principal.organisation_id
    ctx.require(Permission.RESEARCH_EXCHANGE_RECORD, on=Place(own))
    unit = found(await plans.school(ctx, own))
    if unit.kind != OrganisationKind.CENTRAL_SCHOOL or unit.status != "open":
        raise Conflict("CENTRAL_SCHOOL_REQUIRED", "年度现场经验交流会由在办的中心校承担，本单位不是中心校或已撤销。")
    if new.held_on > ctx.clock.today:
        message = "举办日期晚于今天，请在举办后登记。"
        raise Invalid("INVALID", message, errors=[FieldFault("/held_on", "DATE_FUTURE", message)])
    start = SchoolYear.of(new.held_on).start
    row = await queries.put_exchange(ctx, new.model_dump() | {"central_school_id": own, "start_year": start})
    await _record(ctx, "research_exchange", row.id, own, {"held_on": new.held_on.isoformat()})
    return row


def _school(row: AnyRow) -> ResearchArchiveSchool:
    lacks = rules.missing(
        rules.Kept(
            plan=row.plan,
            activities=row.activities,
            recorded=row.recorded,
            media=row.media,
            assessed_terms=row.assessed_terms,
            results=bool(row.results),
            summary=bool(row.summary),
        )
    )
    counts = {name: getattr(row, name) for name in ("school_id", "school_name", "activities", "recorded", "media")}
    return ResearchArchiveSchool(**counts, missing=lacks, is_complete=not lacks)


async def _forms(ctx: Context, school_id: UUID, year: SchoolYear) -> dict[str, bytes]:
    """The printed form of the plan the school works by, where there is one."""
    standing = await plans.standing(ctx, school_id, year.start)
    row = await plans.by_id(ctx, standing.id) if standing else None
    if row is None:
        return {}
    page, imprint = page_of(ctx, row, PlanContent.model_validate(row.content))
    return {form_name(row, "pdf"): await printing.render(page, imprint)}


async def _texts(ctx: Context, row: AnyRow, held: Sequence[AnyRow], year: SchoolYear) -> dict[str, bytes]:
    """What is stored as text, as files of the zip."""
    lacks = _school(row).missing
    standing = [(name, "缺" if kind in lacks else "有") for kind, name in KIND_NAMES.items()]
    acts = [(one.activity_date, one.title, one.session, one.host, one.leader, one.hours, one.record) for one in held]
    said = [
        (one.term, one.staff_no, one.name, RESULT_NAMES[one.result], one.reason)
        for one in await queries.assessments(ctx, row.school_id, year.start)
    ]
    written = {"成果.txt": row.results, "总结.txt": row.summary}
    return {
        "完备情况.csv": _csv(("种类", "情况"), standing),
        "活动记录.csv": _csv(("日期", "主题", "场次", "主持人", "到场领导", "学时", "记录"), acts),
        "学期考核.csv": _csv(("学期", "教职工号", "姓名", "考核", "原因"), said),
        **{name: text.encode() for name, text in written.items() if text},
    }


def _csv(header: Sequence[str], lines: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    for line in lines:
        writer.writerow(["" if value is None else archive.cell(str(value)) for value in line])
    return text.getvalue().encode("utf-8-sig")


async def _record(ctx: Context, entity: str, entity_id: UUID, unit_id: UUID, facts: dict[str, Any]) -> None:
    await ctx.record(f"{entity}.set", entity=entity, entity_id=entity_id, place=Place(unit_id), facts=facts)
