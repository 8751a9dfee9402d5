"""What the practice has come to: per trainee, per project, and the two shares of a year. [A4.5]"""

from datetime import date
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.pages import Page, PageRequest
from app.practice.queries import summary as queries
from app.practice.queries.summary import PersonFilter
from app.practice.rules import results as rules
from app.practice.schemas import PracticeCaseShares, PracticeLacking, PracticeSummary
from app.projects.service import checks as projects

READ = Permission.PRACTICE_READ
NAMES_MAX = 200


async def find_persons(ctx: Context, request: PageRequest, project_id: UUID, only: PersonFilter) -> Page[AnyRow]:
    """Trainees with tasks, outputs, cases and result; lacks: whose case is missing 学员返岗实践情况 [A4.5]."""
    ctx.require(READ)
    await projects.shown(ctx, project_id)
    return await queries.person_page(ctx, request, project_id, only)


async def summary(ctx: Context, project_id: UUID) -> PracticeSummary:
    """The practice of a project in figures, over the trainees within the scope 项目返岗实践汇总 [A4.5]."""
    ctx.require(READ)
    project = await projects.shown(ctx, project_id)
    cases = await queries.counts_of_project(ctx, project.id)
    work = await queries.work_of_project(ctx, project.id)
    found = rules.shares(ctx.regulation, cases.trainees, cases.transfer, cases.leading, on=ctx.clock.today)
    about = {"project_id": project.id, "project_name": project.name, "trainees": cases.trainees}
    return PracticeSummary.model_validate({**about, **work._asdict(), **rules.told(found)})


async def case_shares(ctx: Context, year: int) -> PracticeCaseShares:
    """The two shares over the projects that started in a calendar year, with who is missing 年度案例比例 [A4.5]."""
    ctx.require(READ)
    counts = await queries.counts_of_year(ctx, year)
    last = date(year, 12, 31)
    found = rules.shares(ctx.regulation, counts.trainees, counts.transfer, counts.leading, on=last)
    missing = [
        PracticeLacking.model_validate(row, from_attributes=True) for row in await queries.lacking(ctx, year, NAMES_MAX)
    ]
    about = {"year": year, "trainees": counts.trainees, "missing": missing}
    return PracticeCaseShares.model_validate({**about, **rules.told(found)})
