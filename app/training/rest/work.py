"""REST of assignments and of the process score."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from app.access.doors import Ctx, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.training import service
from app.training.queries.scores import TrainingScoreFilter
from app.training.queries.work import TrainingSubmissionFilter
from app.training.schemas import (
    TrainingAssignment,
    TrainingAssignmentCreate,
    TrainingGradesRecorded,
    TrainingGradesWrite,
    TrainingMarkWrite,
    TrainingMove,
    TrainingScheme,
    TrainingSchemeWrite,
    TrainingScore,
    TrainingSubmission,
    TrainingSubmissionWrite,
)

router = APIRouter(tags=["training"])
WRITE = permits(Permission.TRAINING_SCORE_WRITE)
ALL = "/projects/{project_id:uuid}/assignments"
SUBMISSIONS = "/projects/{project_id:uuid}/submissions"
ONE = f"{SUBMISSIONS}/{{submission_id:uuid}}"
SCHEME = "/projects/{project_id:uuid}/process-scheme"
SCORES = "/projects/{project_id:uuid}/process-scores"


@router.get(ALL, response_model=Listing[TrainingAssignment], **permits(Permission.TRAINING_ASSIGNMENT_READ))
async def list_training_assignments(ctx: Ctx, project_id: UUID, page: Paged) -> object:
    """Assignments of a project, by the day they are due 作业列表 [A2.3b]."""
    return listing(await service.find_assignments(ctx, page, project_id))


@router.post(ALL, response_model=TrainingAssignment, status_code=201, **permits(Permission.TRAINING_ASSIGNMENT_WRITE))
async def create_training_assignment(ctx: Ctx, project_id: UUID, new: TrainingAssignmentCreate) -> object:
    """Set an assignment 布置作业 [A2.3b]."""
    return await service.create_assignment(ctx, project_id, new)


@router.post(
    f"{ALL}/{{assignment_id:uuid}}:submit",
    response_model=TrainingSubmission,
    **permits(Permission.TRAINING_SUBMIT),
)
async def submit_training_assignment(
    ctx: Ctx, project_id: UUID, assignment_id: UUID, new: TrainingSubmissionWrite, tag: Tagged
) -> object:
    """Hand an assignment in, or once more until it is marked 提交作业 [M6.3.1]."""
    version = tag.expected(new)
    return tag.seal(await service.submit_assignment(ctx, project_id, assignment_id, new, version=version))


@router.get(SUBMISSIONS, response_model=Listing[TrainingSubmission], **permits(Permission.TRAINING_SUBMISSION_READ))
async def list_training_submissions(
    ctx: Ctx, project_id: UUID, page: Paged, only: Annotated[TrainingSubmissionFilter, Depends()]
) -> object:
    """What was handed in, within the scope; schools see excellent works 作业提交列表 [A2.3c]."""
    return listing(await service.find_submissions(ctx, page, project_id, only))


@router.post(f"{ONE}:mark", response_model=TrainingSubmission, **permits(Permission.TRAINING_MARK))
async def mark_training_submission(
    ctx: Ctx, project_id: UUID, submission_id: UUID, given: TrainingMarkWrite, tag: Tagged
) -> object:
    """Mark what was handed in, and say whether it is an excellent work 批阅作业 [A2.3b]."""
    version = tag.expected(given)
    return tag.seal(await service.mark_submission(ctx, project_id, submission_id, given, version=version))


@router.get(SCHEME, response_model=TrainingScheme, **permits(Permission.TRAINING_SCHEME_READ))
async def get_training_scheme(ctx: Ctx, project_id: UUID, tag: Tagged) -> object:
    """How the process of a project is assessed 过程考核办法 [A2.3b]."""
    return tag.seal(await service.get_scheme(ctx, project_id))


@router.put(SCHEME, response_model=TrainingScheme, **WRITE)
async def write_training_scheme(ctx: Ctx, project_id: UUID, new: TrainingSchemeWrite, tag: Tagged) -> object:
    """Set the weights, and what completion asks; fixed once scores are published 制定过程考核办法 [A2.3b]."""
    return tag.seal(await service.write_scheme(ctx, project_id, new, version=tag.expected(new)))


@router.post(f"{SCORES}:grade", response_model=TrainingGradesRecorded, **WRITE)
async def grade_trainees(ctx: Ctx, project_id: UUID, given: TrainingGradesWrite) -> object:
    """Put grades for learning and exchange on record 登记学习、交流成绩 [A2.3b]."""
    return await service.grade_trainees(ctx, project_id, given)


@router.post(f"{SCORES}:publish", response_model=TrainingScheme, **WRITE)
async def publish_training_scores(ctx: Ctx, project_id: UUID, given: TrainingMove, tag: Tagged) -> object:
    """Compute and publish the process scores of everybody 公布过程考核成绩 [A2.3b]."""
    return tag.seal(await service.publish_scores(ctx, project_id, given, version=tag.expected(given)))


@router.get(SCORES, response_model=Listing[TrainingScore], **permits(Permission.TRAINING_SCORE_READ))
async def list_training_scores(
    ctx: Ctx, project_id: UUID, page: Paged, only: Annotated[TrainingScoreFilter, Depends()]
) -> object:
    """Process scores as published, within the scope 过程考核成绩 [A2.3b]."""
    return listing(await service.find_scores(ctx, page, project_id, only))
