"""Use cases of term assessments 学期考核: enter them together, read them, and how far schools are. [A5.7.2]"""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import FieldFault, Invalid
from app.core.pages import Page, PageRequest
from app.hours import service as hours
from app.school_research.queries import assessments
from app.school_research.schemas import TermAssessmentsSet
from app.school_research.service.plan_checks import own_school


async def find_assessments(
    ctx: Context, request: PageRequest, school_id: UUID | None, term: str | None
) -> Page[AnyRow]:
    """A page of assessments, newest first; a teacher sees the own."""
    ctx.require(Permission.TERM_ASSESSMENT_READ)
    return await assessments.page(ctx, request, school_id, term)


async def set_assessments(ctx: Context, new: TermAssessmentsSet) -> AnyRow:
    """Say of teachers whether they passed, all or none 登记考核; answers how far the school is."""
    ctx.require(Permission.TERM_ASSESSMENT_SET)
    school = await own_school(ctx, new.school_id, Permission.TERM_ASSESSMENT_SET)
    people = await hours.named(ctx, school.id, new.lines)
    twice = {one for one, count in Counter(person.id for person in people).items() if count > 1}
    if twice:
        faults = [
            FieldFault(f"/lines/{place}", "REPEATED", f"第 {place + 1} 行：{one.name} 出现多次，请只留一行。")
            for place, one in enumerate(people)
            if one.id in twice
        ]
        raise Invalid("INVALID", f"共 {len(twice)} 人出现多次，未保存。", errors=faults)
    year, half = int(new.term[:4]), int(new.term[-1])
    same = {"school_id": school.id, "start_year": year, "term": half}
    values = [
        {**same, "teacher_id": person.id, "result": str(line.result), "reason": line.reason}
        for person, line in zip(people, new.lines, strict=True)
    ]
    await assessments.put(ctx, values)
    facts = {"term": new.term, "results": dict(Counter(str(line.result) for line in new.lines))}
    place = Place(school.id)
    await ctx.record("term_assessment.set", entity="term_assessment", entity_id=None, place=place, facts=facts)
    return (await assessments.standings(ctx, year, half, school.id))[0]


async def assessment_progress(ctx: Context, term: str) -> Sequence[AnyRow]:
    """How far every school in scope is with its teachers at post 考核进度. [A5.2]"""
    ctx.require(Permission.TERM_ASSESSMENT_READ)
    return await assessments.standings(ctx, int(term[:4]), int(term[-1]), None)
