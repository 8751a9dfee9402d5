"""REST of needs questionnaires."""

from uuid import UUID

from fastapi import APIRouter

from app.access.doors import Ctx, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.training import service
from app.training.schemas import (
    TrainingAnswer,
    TrainingAnswerWrite,
    TrainingMove,
    TrainingSurvey,
    TrainingSurveyResult,
    TrainingSurveyWrite,
    TrainingUnanswered,
)

router = APIRouter(tags=["training"])
READ, WRITE = permits(Permission.SURVEY_READ), permits(Permission.SURVEY_WRITE)
ALL = "/projects/{project_id:uuid}/surveys"
ONE = f"{ALL}/{{survey_id:uuid}}"


@router.get(ALL, response_model=Listing[TrainingSurvey], **READ)
async def list_training_surveys(ctx: Ctx, project_id: UUID, page: Paged) -> object:
    """Questionnaires of a project, newest first 需求问卷列表 [A2.3a]."""
    return listing(await service.find_surveys(ctx, page, project_id))


@router.post(ALL, response_model=TrainingSurvey, status_code=201, **WRITE)
async def create_training_survey(ctx: Ctx, project_id: UUID, new: TrainingSurveyWrite, tag: Tagged) -> object:
    """Write a questionnaire 编制需求问卷 [A2.3a]."""
    return tag.seal(await service.create_survey(ctx, project_id, new))


@router.get(ONE, response_model=TrainingSurvey, **READ)
async def get_training_survey(ctx: Ctx, project_id: UUID, survey_id: UUID, tag: Tagged) -> object:
    """One questionnaire with its questions 需求问卷详情 [A2.3a]."""
    return tag.seal(await service.get_survey(ctx, project_id, survey_id))


@router.put(ONE, response_model=TrainingSurvey, **WRITE)
async def change_training_survey(
    ctx: Ctx, project_id: UUID, survey_id: UUID, new: TrainingSurveyWrite, tag: Tagged
) -> object:
    """Write a questionnaire anew that is not open yet 修改需求问卷 [A2.3a]."""
    return tag.seal(await service.change_survey(ctx, project_id, survey_id, new, version=tag.expected(new)))


@router.post(f"{ONE}:open", response_model=TrainingSurvey, **WRITE)
async def open_training_survey(ctx: Ctx, project_id: UUID, survey_id: UUID, given: TrainingMove, tag: Tagged) -> object:
    """Open a questionnaire: teachers may answer 发布需求问卷 [A2.3a]."""
    return tag.seal(await service.open_survey(ctx, project_id, survey_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:close", response_model=TrainingSurvey, **WRITE)
async def close_training_survey(
    ctx: Ctx, project_id: UUID, survey_id: UUID, given: TrainingMove, tag: Tagged
) -> object:
    """Close a questionnaire 结束需求问卷 [A2.3a]."""
    return tag.seal(await service.close_survey(ctx, project_id, survey_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:answer", response_model=TrainingAnswer, status_code=201, **permits(Permission.SURVEY_ANSWER))
async def answer_training_survey(ctx: Ctx, project_id: UUID, survey_id: UUID, new: TrainingAnswerWrite) -> object:
    """Answer a questionnaire, once 填写需求问卷 [A2.3a]."""
    return await service.answer_survey(ctx, project_id, survey_id, new)


@router.get(f"{ONE}/result", response_model=TrainingSurveyResult, **permits(Permission.SURVEY_RESULT_READ))
async def get_training_survey_result(ctx: Ctx, project_id: UUID, survey_id: UUID) -> object:
    """What a questionnaire came to; texts bear no names 问卷汇总 [A2.3a]."""
    return await service.survey_result(ctx, project_id, survey_id)


@router.get(f"{ONE}/unanswered", response_model=Listing[TrainingUnanswered], **permits(Permission.SURVEY_MISSING_READ))
async def list_training_unanswered(ctx: Ctx, project_id: UUID, survey_id: UUID, page: Paged) -> object:
    """Who has not answered, within the scope 未填写名单 [A2.3a]."""
    return listing(await service.find_unanswered(ctx, page, project_id, survey_id))
