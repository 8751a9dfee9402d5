"""REST of projects and their steps."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.projects import service
from app.projects.queries.projects import ProjectFilter
from app.projects.schemas import Project, ProjectCreate, ProjectMove, ProjectPatch, ProjectReason

router = APIRouter(tags=["projects"])
READ, PLAN = permits(Permission.PROJECT_READ), permits(Permission.PROJECT_PLAN)
APPROVE, RUN = permits(Permission.PROJECT_APPROVE), permits(Permission.PROJECT_RUN)
ONE = "/projects/{project_id:uuid}"


@router.get("/projects", response_model=Listing[Project], **READ)
async def list_projects(ctx: Ctx, page: Paged, only: Annotated[ProjectFilter, Depends()]) -> object:
    """Training projects, newest first 培训项目列表 [M3.1]."""
    return listing(await service.find_projects(ctx, page, only))


@router.post("/projects", response_model=Project, status_code=201, **PLAN)
async def create_project(ctx: Ctx, new: ProjectCreate, once: Once) -> Response:
    """Propose a project 项目立项 [M3.1]."""
    return await once.answer(ctx, new, lambda: service.create_project(ctx, new), Project)


@router.get(ONE, response_model=Project, **READ)
async def get_project(ctx: Ctx, project_id: UUID, tag: Tagged) -> object:
    """One training project 培训项目 [M3.1]."""
    return tag.seal(await service.get_project(ctx, project_id))


@router.patch(ONE, response_model=Project, **PLAN)
async def change_project(ctx: Ctx, project_id: UUID, patch: ProjectPatch, tag: Tagged) -> object:
    """Change a project that is not submitted 修改立项 [M3.1]."""
    return tag.seal(await service.change_project(ctx, project_id, patch, version=tag.expected(patch)))


@router.post(f"{ONE}:submit", response_model=Project, **PLAN)
async def submit_project(ctx: Ctx, project_id: UUID, given: ProjectMove, tag: Tagged) -> object:
    """Submit a project for approval 提交立项 [M3.1]."""
    return tag.seal(await service.submit_project(ctx, project_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:return", response_model=Project, **APPROVE)
async def return_project(ctx: Ctx, project_id: UUID, given: ProjectReason, tag: Tagged) -> object:
    """Send a project back with a reason 退回立项 [M3.1]."""
    return tag.seal(await service.return_project(ctx, project_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:approve", response_model=Project, **APPROVE)
async def approve_project(ctx: Ctx, project_id: UUID, given: ProjectMove, tag: Tagged) -> object:
    """Approve a project, never one's own 批准立项 [M3.1]."""
    return tag.seal(await service.approve_project(ctx, project_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:openSelection", response_model=Project, **RUN)
async def open_project_selection(ctx: Ctx, project_id: UUID, given: ProjectMove, tag: Tagged) -> object:
    """Open the selection and publish the project 发布项目、开始选学员 [A2.2]."""
    return tag.seal(await service.open_selection(ctx, project_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:start", response_model=Project, **RUN)
async def start_project(ctx: Ctx, project_id: UUID, given: ProjectMove, tag: Tagged) -> object:
    """Start the training; all that is missing is told at once 开始培训 [A4.2b]."""
    return tag.seal(await service.start_project(ctx, project_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:startPractice", response_model=Project, **RUN)
async def start_project_practice(ctx: Ctx, project_id: UUID, given: ProjectMove, tag: Tagged) -> object:
    """Start the return practice 进入返岗实践 [A2.4]."""
    return tag.seal(await service.start_practice(ctx, project_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:startEvaluation", response_model=Project, **RUN)
async def start_project_evaluation(ctx: Ctx, project_id: UUID, given: ProjectMove, tag: Tagged) -> object:
    """Start the evaluation 进入评价 [A2.5a]."""
    return tag.seal(await service.start_evaluation(ctx, project_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:close", response_model=Project, **RUN)
async def close_project(ctx: Ctx, project_id: UUID, given: ProjectMove, tag: Tagged) -> object:
    """Close a project 项目结束 [M3.1]."""
    return tag.seal(await service.close_project(ctx, project_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:archive", response_model=Project, **RUN)
async def archive_project(ctx: Ctx, project_id: UUID, given: ProjectMove, tag: Tagged) -> object:
    """Put a closed project into the archive 项目归档 [A4.2b]."""
    return tag.seal(await service.archive_project(ctx, project_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:cancel", response_model=Project, **PLAN)
async def cancel_project(ctx: Ctx, project_id: UUID, given: ProjectReason, tag: Tagged) -> object:
    """Cancel a project that is not closed 取消项目."""
    return tag.seal(await service.cancel_project(ctx, project_id, given, version=tag.expected(given)))
