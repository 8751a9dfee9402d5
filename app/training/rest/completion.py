"""REST of completion and of the three rates."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.access.doors import Ctx, Once, Paged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.training import service
from app.training.queries.scores import TrainingCompletionFilter
from app.training.schemas import (
    ProjectRates,
    TrainingCompletion,
    TrainingCompletions,
    TrainingDecide,
    TrainingHoursPost,
    TrainingHoursPosted,
    TrainingRecommend,
)

router = APIRouter(tags=["training"])
ALL = "/projects/{project_id:uuid}/completions"


@router.get(ALL, response_model=Listing[TrainingCompletion], **permits(Permission.COMPLETION_READ))
async def list_training_completions(
    ctx: Ctx, project_id: UUID, page: Paged, only: Annotated[TrainingCompletionFilter, Depends()]
) -> object:
    """Completions of a project within the scope 结业列表 [A4.2]."""
    return listing(await service.find_completions(ctx, page, project_id, only))


@router.post(f"{ALL}:recommend", response_model=TrainingCompletions, **permits(Permission.COMPLETION_RECOMMEND))
async def recommend_training_completions(ctx: Ctx, project_id: UUID, given: TrainingRecommend) -> object:
    """Recommend who completes, each with the findings 提出结业建议 [A4.2]."""
    return await service.recommend_completions(ctx, project_id, given)


@router.post(f"{ALL}:decide", response_model=TrainingCompletions, **permits(Permission.COMPLETION_DECIDE))
async def decide_training_completions(ctx: Ctx, project_id: UUID, given: TrainingDecide, once: Once) -> Response:
    """Decide who completes; certificates are issued; never who recommended 决定结业 [A4.2]."""

    async def decide() -> object:
        return await service.decide_completions(ctx, project_id, given)

    return await once.answer(ctx, given, decide, TrainingCompletions, status=200)


@router.post(f"{ALL}:postHours", response_model=TrainingHoursPosted, **permits(Permission.HOURS_POST))
async def post_completion_hours(ctx: Ctx, project_id: UUID, given: TrainingHoursPost, once: Once) -> Response:
    """Credit the hours of completions that have none yet 计入结业学时 [A4.2]."""

    async def post() -> object:
        return await service.post_completion_hours(ctx, project_id, given)

    return await once.answer(ctx, given, post, TrainingHoursPosted, status=200)


@router.get(
    "/projects/{project_id:uuid}/rates",
    response_model=ProjectRates,
    **permits(Permission.NOMINATION_RATE_READ),
)
async def get_project_rates(ctx: Ctx, project_id: UUID) -> object:
    """The three rates of a project, with the names behind every person-time 选送率、参训率、结业率 [A4.2]."""
    return await service.project_rates(ctx, project_id)
