"""Use case of reminders: which schools owe a plan, a term's assessment or its sheet. [A5.7.1] [A5.7.2] [A5.7.3]"""

from typing import Any

from app.access.context import Context
from app.access.permissions import Permission
from app.core.errors import NotFound
from app.core.pages import Page, PageRequest
from app.organisations import service as organisations
from app.policy.school_year import SchoolYear
from app.school_research import rules
from app.school_research.queries import reminders as queries


async def find_reminders(ctx: Context, request: PageRequest) -> Page[Any]:
    """Schools with something due today: plan, term assessment, hours sheet 待办提醒 [A5.7.1 A5.7.2 A5.7.3]."""
    ctx.require(Permission.RESEARCH_ARCHIVE_READ)
    today = ctx.clock.today
    year = SchoolYear.of(today)
    plan_due, terms = None, []
    for one in (SchoolYear(year.start - 1), year):
        try:
            calendar = await organisations.school_year(ctx, one)
        except NotFound:
            continue
        terms += [(f"{one}-{half}", term.ends_on) for half, term in enumerate(calendar.terms, 1)]
        plan_due = calendar.school_plan_due_on if one == year else None
    term = rules.last_ended(terms, today=today)
    found = await queries.due(ctx, request, plan_year=year.start if plan_due else None, term=term)
    told = {
        "plan": ("A5.7.3", f"{year} 学年的校本研修方案尚未提交，截止日为 {plan_due}。"),
        "assessment": ("A5.7.2", f"{term} 学期有在岗教师尚未考核。"),
        "sheet": ("A5.7.1", f"{term} 学期有活动出席尚未申报学时，或申报表尚未提交。"),
    }
    items = [
        {
            "school_id": row.id,
            "school_name": row.school_name,
            "items": [
                {"what": what, "clause": clause, "message": message}
                for what, (clause, message) in told.items()
                if getattr(row, f"is_{what}_due")
            ],
        }
        for row in found.items
    ]
    return Page(items, found.cursors, found.has_more, found.total)
