"""REST of tasks, duties, and what the practice has come to."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.practice import service
from app.practice.queries.summary import PersonFilter
from app.practice.queries.tasks import DutyFilter, TaskFilter
from app.practice.schemas import (
    PracticeCaseShares,
    PracticeDuty,
    PracticeMove,
    PracticeReason,
    PracticeSummary,
    PracticeTask,
    PracticeTaskExtend,
    PracticeTaskWrite,
    PracticeTrainee,
)
from app.practice.states import YEARS

router = APIRouter(tags=["practice"])
READ, PLAN, SET = (
    permits(Permission.PRACTICE_READ),
    permits(Permission.PRACTICE_PLAN_READ),
    permits(Permission.PRACTICE_PLAN_SET),
)
PROJECT, ONE = "/projects/{project_id:uuid}", "/practice-tasks/{task_id:uuid}"
Year = Annotated[int, Query(ge=YEARS[0], le=YEARS[1], description="公历年")]


@router.get(f"{PROJECT}/practice-tasks", response_model=Listing[PracticeTask], **PLAN)
async def list_practice_tasks(
    ctx: Ctx, project_id: UUID, page: Paged, only: Annotated[TaskFilter, Depends()]
) -> object:
    """Tasks of a project, newest first 返岗实践任务列表 [M5.3]."""
    return listing(await service.find_tasks(ctx, page, project_id, only))


@router.post(f"{PROJECT}/practice-tasks", response_model=PracticeTask, status_code=201, **SET)
async def draft_practice_task(ctx: Ctx, project_id: UUID, new: PracticeTaskWrite, once: Once) -> Response:
    """Draft a task for a workshop or for all trainees 拟定任务 [M5.3]."""
    return await once.answer(ctx, new, lambda: service.draft_task(ctx, project_id, new), PracticeTask)


@router.get(ONE, response_model=PracticeTask, **PLAN)
async def get_practice_task(ctx: Ctx, task_id: UUID, tag: Tagged) -> object:
    """One task 返岗实践任务 [M5.3]."""
    return tag.seal(await service.get_task(ctx, task_id))


@router.put(ONE, response_model=PracticeTask, **SET)
async def change_practice_task(ctx: Ctx, task_id: UUID, given: PracticeTaskWrite, tag: Tagged) -> object:
    """Change a task that is not published yet 修改任务草稿 [M5.3]."""
    return tag.seal(await service.change_task(ctx, task_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:publish", response_model=PracticeTask, **SET)
async def publish_practice_task(ctx: Ctx, task_id: UUID, given: PracticeMove, tag: Tagged) -> object:
    """Publish a task to its trainees 发布任务 [M5.3]."""
    return tag.seal(await service.publish_task(ctx, task_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:extend", response_model=PracticeTask, **SET)
async def extend_practice_task(ctx: Ctx, task_id: UUID, given: PracticeTaskExtend, tag: Tagged) -> object:
    """Give more time for a published task 延长提交期限."""
    return tag.seal(await service.extend_task(ctx, task_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:withdraw", response_model=PracticeTask, **SET)
async def withdraw_practice_task(ctx: Ctx, task_id: UUID, given: PracticeReason, tag: Tagged) -> object:
    """Withdraw a task nobody has handed in for 撤回任务."""
    return tag.seal(await service.withdraw_task(ctx, task_id, given, version=tag.expected(given)))


@router.get(f"{PROJECT}/practice-duties", response_model=Listing[PracticeDuty], **READ)
async def list_practice_duties(
    ctx: Ctx, project_id: UUID, page: Paged, only: Annotated[DutyFilter, Depends()]
) -> object:
    """What each trainee has to do and has done; state=owed: who owes 学员任务完成情况 [M5.3]."""
    return listing(await service.find_duties(ctx, page, project_id, only))


@router.get(f"{PROJECT}/practice-trainees", response_model=Listing[PracticeTrainee], **READ)
async def list_practice_trainees(
    ctx: Ctx, project_id: UUID, page: Paged, only: Annotated[PersonFilter, Depends()]
) -> object:
    """Trainees with tasks, outputs, cases and result; lacks: whose case is missing 学员返岗实践情况 [A4.5]."""
    return listing(await service.find_persons(ctx, page, project_id, only))


@router.get(f"{PROJECT}/practice-summary", response_model=PracticeSummary, **READ)
async def get_practice_summary(ctx: Ctx, project_id: UUID) -> object:
    """The practice of a project in figures, within the scope 项目返岗实践汇总 [A4.5]."""
    return await service.summary(ctx, project_id)


@router.get("/practice-case-shares", response_model=PracticeCaseShares, **READ)
async def get_practice_case_shares(ctx: Ctx, year: Year) -> object:
    """The shares of trainees with transfer and leading cases in a year, with who is missing 年度案例比例 [A4.5]."""
    return await service.case_shares(ctx, year)
