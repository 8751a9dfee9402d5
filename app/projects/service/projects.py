"""Use cases of projects: list and read. [M3.1]"""

from collections.abc import Sequence
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.pages import Page, PageRequest
from app.projects.queries import projects as queries
from app.projects.queries.projects import ProjectFilter
from app.projects.service import checks


async def find_projects(ctx: Context, request: PageRequest, only: ProjectFilter) -> Page[AnyRow]:
    """Training projects, newest first 培训项目列表 [M3.1]."""
    ctx.require(Permission.PROJECT_READ)
    return await queries.page(ctx, request, only)


async def get_project(ctx: Context, project_id: UUID) -> AnyRow:
    """One training project 培训项目."""
    ctx.require(Permission.PROJECT_READ)
    return await checks.shown(ctx, project_id)


async def get_projects(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Projects (n,) -> rows (n,), None where missing or not to be seen."""
    ctx.require(Permission.PROJECT_READ)
    return await queries.by_ids(ctx, ids)
