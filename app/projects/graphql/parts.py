"""GraphQL of phases, sub-projects and people of a project."""

import strawberry

from app.access.graph_verbs import pages, verb
from app.access.permissions import Permission
from app.projects import schemas, service
from app.projects.graphql.projects import Project  # noqa: F401 - its type comes first

READ, PLAN = Permission.PROJECT_READ, Permission.PROJECT_PLAN
STAFF, ALLOT = Permission.PROJECT_STAFF, Permission.PROJECT_ALLOT


@strawberry.type
class Query:
    """What phases, sub-projects and people of a project answer."""

    project_phases = pages(READ, service.find_phases, schemas.ProjectPhase, at=("uuid",))
    sub_projects = pages(READ, service.find_sub_projects, schemas.SubProject, at=("uuid",))
    project_people = pages(READ, service.find_people, schemas.ProjectPerson, at=("uuid",))
    project_quotas = pages(READ, service.find_quotas, schemas.ProjectQuota, at=("uuid",))
    project_criteria = pages(READ, service.find_criteria, schemas.ProjectCriterion, at=("uuid",))


@strawberry.type
class Mutation:
    """What changes phases, sub-projects and people of a project."""

    create_project_phase = verb(PLAN, service.create_phase, schemas.ProjectPhaseCreate, schemas.ProjectPhase, once=True)
    change_project_phase = verb(
        PLAN, service.change_phase, schemas.ProjectPhasePatch, schemas.ProjectPhase, at=("uuid", "phase_id")
    )
    create_sub_project = verb(
        STAFF, service.create_sub_project, schemas.SubProjectCreate, schemas.SubProject, once=True
    )
    compose_sub_project = verb(
        STAFF, service.compose_sub_project, schemas.SubProjectCompose, schemas.SubProject, at=("uuid", "sub_project_id")
    )
    compose_project_people = verb(STAFF, service.compose_people, schemas.ProjectPeopleCompose, schemas.Project)
    set_project_quotas = verb(ALLOT, service.set_quotas, schemas.ProjectQuotasSet, schemas.Project)
    set_project_criteria = verb(ALLOT, service.set_criteria, schemas.ProjectCriteriaSet, schemas.Project)
    form_project_class = verb(ALLOT, service.form_class, schemas.ProjectClassForm, schemas.ProjectClass, once=True)
