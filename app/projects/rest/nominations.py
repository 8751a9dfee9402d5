"""REST of nominations and trainees."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.projects import service
from app.projects.queries.nominations import NominationFilter
from app.projects.queries.trainees import TraineeFilter
from app.projects.schemas import (
    ProjectApply,
    ProjectMove,
    ProjectNominate,
    ProjectNomination,
    ProjectReason,
    ProjectSubstitute,
    ProjectTrainee,
)

router = APIRouter(tags=["projects"])
READ, MAKE = permits(Permission.NOMINATION_READ), permits(Permission.NOMINATION_MAKE)
TRAINEES, REPLACE = permits(Permission.TRAINEE_READ), permits(Permission.TRAINEE_REPLACE)
ALL = "/projects/{project_id:uuid}/nominations"
ONE, TRAINEE = f"{ALL}/{{nomination_id:uuid}}", "/projects/{project_id:uuid}/trainees/{trainee_id:uuid}"


@router.get(ALL, response_model=Listing[ProjectNomination], **READ)
async def list_project_nominations(
    ctx: Ctx, project_id: UUID, page: Paged, only: Annotated[NominationFilter, Depends()]
) -> object:
    """Nominations, members of city workshops first 报名名单 [A6.7]."""
    return listing(await service.find_nominations(ctx, page, project_id, only))


@router.post(ALL, response_model=ProjectNomination, status_code=201, **MAKE)
async def nominate_for_project(ctx: Ctx, project_id: UUID, new: ProjectNominate, once: Once) -> Response:
    """Nominate a teacher of the own school 学校选送 [M6.3.2]."""
    return await once.answer(ctx, new, lambda: service.nominate(ctx, project_id, new), ProjectNomination)


@router.post(f"{ALL}:apply", response_model=ProjectNomination, status_code=201, **permits(Permission.NOMINATION_APPLY))
async def apply_to_project(ctx: Ctx, project_id: UUID, new: ProjectApply, once: Once) -> Response:
    """Apply for a project oneself 本人申请 [A2.2]."""
    return await once.answer(ctx, new, lambda: service.apply_to_project(ctx, project_id, new), ProjectNomination)


@router.get(ONE, response_model=ProjectNomination, **READ)
async def get_project_nomination(ctx: Ctx, project_id: UUID, nomination_id: UUID, tag: Tagged) -> object:
    """One nomination 报名详情 [A2.2]."""
    return tag.seal(await service.get_nomination(ctx, project_id, nomination_id))


@router.post(f"{ONE}:nominate", response_model=ProjectNomination, **MAKE)
async def nominate_project_applicant(
    ctx: Ctx, project_id: UUID, nomination_id: UUID, given: ProjectMove, tag: Tagged
) -> object:
    """Nominate who has applied 选送申请人 [M6.3.2]."""
    return tag.seal(
        await service.nominate_applicant(ctx, project_id, nomination_id, given, version=tag.expected(given))
    )


@router.post(f"{ONE}:pass", response_model=ProjectNomination, **permits(Permission.NOMINATION_PASS))
async def pass_project_nomination(
    ctx: Ctx, project_id: UUID, nomination_id: UUID, given: ProjectMove, tag: Tagged
) -> object:
    """Pass a nomination on 中心校报送 [A2.2]."""
    return tag.seal(await service.pass_nomination(ctx, project_id, nomination_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:check", response_model=ProjectNomination, **permits(Permission.NOMINATION_CHECK))
async def check_project_nomination(
    ctx: Ctx, project_id: UUID, nomination_id: UUID, given: ProjectMove, tag: Tagged
) -> object:
    """Check the conditions of selection 审核遴选条件 [A2.2]."""
    return tag.seal(await service.check_nomination(ctx, project_id, nomination_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:confirm", response_model=ProjectNomination, **permits(Permission.NOMINATION_CONFIRM))
async def confirm_project_nomination(
    ctx: Ctx, project_id: UUID, nomination_id: UUID, given: ProjectMove, tag: Tagged, once: Once
) -> Response:
    """Admit as a trainee 确认录取 [A2.2]."""
    version = tag.expected(given)
    return await once.answer(
        ctx,
        given,
        lambda: service.confirm_nomination(ctx, project_id, nomination_id, given, version=version),
        ProjectNomination,
        status=200,
    )


@router.post(f"{ONE}:reject", response_model=ProjectNomination, **permits(Permission.NOMINATION_REJECT))
async def reject_project_nomination(
    ctx: Ctx, project_id: UUID, nomination_id: UUID, given: ProjectReason, tag: Tagged
) -> object:
    """Turn a nomination down with a reason 不予通过 [A2.2]."""
    return tag.seal(await service.reject_nomination(ctx, project_id, nomination_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:withdraw", response_model=ProjectNomination, **permits(Permission.NOMINATION_WITHDRAW))
async def withdraw_project_nomination(
    ctx: Ctx, project_id: UUID, nomination_id: UUID, given: ProjectReason, tag: Tagged
) -> object:
    """Take a nomination back 撤回报名."""
    return tag.seal(
        await service.withdraw_nomination(ctx, project_id, nomination_id, given, version=tag.expected(given))
    )


@router.post(f"{ONE}:substitute", response_model=ProjectNomination, **REPLACE)
async def substitute_project_trainee(
    ctx: Ctx, project_id: UUID, nomination_id: UUID, given: ProjectSubstitute, tag: Tagged
) -> object:
    """Propose who takes the place of a trainee 替换学员 [A2.2]."""
    return tag.seal(await service.substitute(ctx, project_id, nomination_id, given, version=tag.expected(given)))


@router.get("/projects/{project_id:uuid}/trainees", response_model=Listing[ProjectTrainee], **TRAINEES)
async def list_project_trainees(
    ctx: Ctx, project_id: UUID, page: Paged, only: Annotated[TraineeFilter, Depends()]
) -> object:
    """Trainees within the scope 项目学员列表 [A2.2]."""
    return listing(await service.find_trainees(ctx, page, project_id, only))


@router.get(TRAINEE, response_model=ProjectTrainee, **TRAINEES)
async def get_project_trainee(ctx: Ctx, project_id: UUID, trainee_id: UUID, tag: Tagged) -> object:
    """One trainee 项目学员 [A2.2]."""
    return tag.seal(await service.get_trainee(ctx, project_id, trainee_id))


@router.post(f"{TRAINEE}:askWithdrawal", response_model=ProjectTrainee, **permits(Permission.TRAINEE_ASK_WITHDRAWAL))
async def ask_project_withdrawal(
    ctx: Ctx, project_id: UUID, trainee_id: UUID, given: ProjectReason, tag: Tagged
) -> object:
    """Ask that a trainee may withdraw 申请退出 [M6.3.2]."""
    return tag.seal(await service.ask_withdrawal(ctx, project_id, trainee_id, given, version=tag.expected(given)))


@router.post(f"{TRAINEE}:withdraw", response_model=ProjectTrainee, **REPLACE)
async def withdraw_project_trainee(
    ctx: Ctx, project_id: UUID, trainee_id: UUID, given: ProjectReason, tag: Tagged
) -> object:
    """A trainee drops out 学员退出 [A2.2]."""
    return tag.seal(await service.withdraw_trainee(ctx, project_id, trainee_id, given, version=tag.expected(given)))
