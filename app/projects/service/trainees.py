"""Use cases of trainees: list and read. [A2.2]"""

from collections.abc import Sequence
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.pages import Page, PageRequest
from app.projects.queries import trainees as queries
from app.projects.queries.trainees import TraineeFilter
from app.projects.service import checks


async def find_trainees(ctx: Context, request: PageRequest, project_id: UUID, only: TraineeFilter) -> Page[AnyRow]:
    """Trainees of a project within the scope 项目学员列表."""
    ctx.require(Permission.TRAINEE_READ)
    await checks.shown(ctx, project_id)
    return await queries.page(ctx, request, project_id, only)


async def get_trainee(ctx: Context, project_id: UUID, trainee_id: UUID) -> AnyRow:
    """One trainee 项目学员."""
    ctx.require(Permission.TRAINEE_READ)
    return checks.found(await queries.by_id(ctx, project_id, trainee_id))


async def get_trainees(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Trainees (n,) -> rows (n,), None where missing or outside the scope."""
    ctx.require(Permission.TRAINEE_READ)
    return await queries.by_ids(ctx, ids)
