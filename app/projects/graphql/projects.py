"""GraphQL of projects and their steps."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.graph import Batch, shown_many
from app.access.graph_types import Node, output
from app.access.graph_verbs import pages, record, verb
from app.access.permissions import Permission
from app.projects import schemas, service
from app.projects.queries.projects import ProjectFilter

READ, PLAN = Permission.PROJECT_READ, Permission.PROJECT_PLAN
APPROVE, RUN = Permission.PROJECT_APPROVE, Permission.PROJECT_RUN


@output(schemas.Project)
class Project(Node):
    """One training project 培训项目 [M3.1]."""


async def projects_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.Project | None]:
    """One training project 培训项目 [M3.1]."""
    return shown_many(schemas.Project, await service.get_projects(ctx, ids))


@strawberry.type
class Query:
    """What projects and their steps answer."""

    projects = pages(READ, service.find_projects, schemas.Project, only=ProjectFilter)
    project = record(READ, projects_by_ids, schemas.Project)


@strawberry.type
class Mutation:
    """What changes projects and their steps."""

    create_project = verb(PLAN, service.create_project, schemas.ProjectCreate, schemas.Project, at=(), once=True)
    change_project = verb(PLAN, service.change_project, schemas.ProjectPatch, schemas.Project)
    submit_project = verb(PLAN, service.submit_project, schemas.ProjectMove, schemas.Project)
    return_project = verb(APPROVE, service.return_project, schemas.ProjectReason, schemas.Project)
    approve_project = verb(APPROVE, service.approve_project, schemas.ProjectMove, schemas.Project)
    open_project_selection = verb(RUN, service.open_selection, schemas.ProjectMove, schemas.Project)
    start_project = verb(RUN, service.start_project, schemas.ProjectMove, schemas.Project)
    start_project_practice = verb(RUN, service.start_practice, schemas.ProjectMove, schemas.Project)
    start_project_evaluation = verb(RUN, service.start_evaluation, schemas.ProjectMove, schemas.Project)
    close_project = verb(RUN, service.close_project, schemas.ProjectMove, schemas.Project)
    archive_project = verb(RUN, service.archive_project, schemas.ProjectMove, schemas.Project)
    cancel_project = verb(PLAN, service.cancel_project, schemas.ProjectReason, schemas.Project)


NODES: dict[str, Batch] = {"Project": projects_by_ids}
