"""REST of phases, sub-projects and people of a project."""

from uuid import UUID

from fastapi import APIRouter, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.projects import service
from app.projects.schemas import (
    Project,
    ProjectClass,
    ProjectClassForm,
    ProjectCriteriaSet,
    ProjectCriterion,
    ProjectPeopleCompose,
    ProjectPerson,
    ProjectPhase,
    ProjectPhaseCreate,
    ProjectPhasePatch,
    ProjectQuota,
    ProjectQuotasSet,
    SubProject,
    SubProjectCompose,
    SubProjectCreate,
)

router = APIRouter(tags=["projects"])
READ, PLAN = permits(Permission.PROJECT_READ), permits(Permission.PROJECT_PLAN)
STAFF, ALLOT = permits(Permission.PROJECT_STAFF), permits(Permission.PROJECT_ALLOT)
ONE = "/projects/{project_id:uuid}"
SUB_PROJECT = f"{ONE}/sub-projects/{{sub_project_id:uuid}}"


@router.get(f"{ONE}/phases", response_model=Listing[ProjectPhase], **READ)
async def list_project_phases(ctx: Ctx, project_id: UUID, page: Paged) -> object:
    """Phases of a project, in the order of their days 项目阶段 [M5.1]."""
    return listing(await service.find_phases(ctx, page, project_id))


@router.post(f"{ONE}/phases", response_model=ProjectPhase, status_code=201, **PLAN)
async def create_project_phase(ctx: Ctx, project_id: UUID, new: ProjectPhaseCreate, once: Once) -> Response:
    """Add a phase 增加阶段 [M5.1]."""
    return await once.answer(ctx, new, lambda: service.create_phase(ctx, project_id, new), ProjectPhase)


@router.patch(f"{ONE}/phases/{{phase_id:uuid}}", response_model=ProjectPhase, **PLAN)
async def change_project_phase(
    ctx: Ctx, project_id: UUID, phase_id: UUID, patch: ProjectPhasePatch, tag: Tagged
) -> object:
    """Change a phase 修改阶段 [M5.1]."""
    return tag.seal(await service.change_phase(ctx, project_id, phase_id, patch, version=tag.expected(patch)))


@router.get(f"{ONE}/sub-projects", response_model=Listing[SubProject], **READ)
async def list_sub_projects(ctx: Ctx, project_id: UUID, page: Paged) -> object:
    """Sub-projects with their teams 子项目和子项目组 [A3.3]."""
    return listing(await service.find_sub_projects(ctx, page, project_id))


@router.post(f"{ONE}/sub-projects", response_model=SubProject, status_code=201, **STAFF)
async def create_sub_project(ctx: Ctx, project_id: UUID, new: SubProjectCreate, once: Once) -> Response:
    """Set up a sub-project with its team 设立子项目、组建子项目组 [A3.3]."""
    return await once.answer(ctx, new, lambda: service.create_sub_project(ctx, project_id, new), SubProject)


@router.post(f"{SUB_PROJECT}:compose", response_model=SubProject, **STAFF)
async def compose_sub_project(
    ctx: Ctx, project_id: UUID, sub_project_id: UUID, given: SubProjectCompose, tag: Tagged
) -> object:
    """Name the team of a sub-project anew 调整子项目组 [A3.3]."""
    return tag.seal(
        await service.compose_sub_project(ctx, project_id, sub_project_id, given, version=tag.expected(given))
    )


@router.get(f"{ONE}/people", response_model=Listing[ProjectPerson], **READ)
async def list_project_people(ctx: Ctx, project_id: UUID, page: Paged) -> object:
    """Managers, guide group and tracking group 项目人员 [A4.2b]."""
    return listing(await service.find_people(ctx, page, project_id))


@router.post(f"{ONE}/people:compose", response_model=Project, **STAFF)
async def compose_project_people(ctx: Ctx, project_id: UUID, given: ProjectPeopleCompose, tag: Tagged) -> object:
    """Name the managers, the guide group or the tracking group 确定项目人员 [A2.4]."""
    return tag.seal(await service.compose_people(ctx, project_id, given, version=tag.expected(given)))


@router.get(f"{ONE}/quotas", response_model=Listing[ProjectQuota], **READ)
async def list_project_quotas(ctx: Ctx, project_id: UUID, page: Paged) -> object:
    """Places of the units, and how many are taken 名额分配 [A2.2]."""
    return listing(await service.find_quotas(ctx, page, project_id))


@router.post(f"{ONE}/quotas:set", response_model=Project, **ALLOT)
async def set_project_quotas(ctx: Ctx, project_id: UUID, given: ProjectQuotasSet, tag: Tagged) -> object:
    """Give units their places 分配名额 [A2.2]."""
    return tag.seal(await service.set_quotas(ctx, project_id, given, version=tag.expected(given)))


@router.get(f"{ONE}/criteria", response_model=Listing[ProjectCriterion], **READ)
async def list_project_criteria(ctx: Ctx, project_id: UUID, page: Paged) -> object:
    """Conditions of selection 遴选条件 [A2.2]."""
    return listing(await service.find_criteria(ctx, page, project_id))


@router.post(f"{ONE}/criteria:set", response_model=Project, **ALLOT)
async def set_project_criteria(ctx: Ctx, project_id: UUID, given: ProjectCriteriaSet, tag: Tagged) -> object:
    """Set the conditions of selection 制定遴选条件 [A2.2]."""
    return tag.seal(await service.set_criteria(ctx, project_id, given, version=tag.expected(given)))


@router.post(f"{ONE}/nominations:formClass", response_model=ProjectClass, **ALLOT)
async def form_project_class(ctx: Ctx, project_id: UUID, given: ProjectClassForm, tag: Tagged, once: Once) -> Response:
    """Nominate the members of whole workshops in one call 整建制组班 [A2.2]."""
    version = tag.expected(given)
    return await once.answer(
        ctx, given, lambda: service.form_class(ctx, project_id, given, version=version), ProjectClass, status=200
    )
