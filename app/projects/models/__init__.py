"""Tables of training plans, projects, nominations and trainees 培训项目."""

from app.projects.models.nominations import ProjectCriterion, ProjectNomination, ProjectQuota, ProjectTrainee
from app.projects.models.people import ProjectPerson, SubProject, SubProjectMember
from app.projects.models.projects import Project, ProjectPhase, TrainingPlan

__all__ = [
    "Project",
    "ProjectCriterion",
    "ProjectNomination",
    "ProjectPerson",
    "ProjectPhase",
    "ProjectQuota",
    "ProjectTrainee",
    "SubProject",
    "SubProjectMember",
    "TrainingPlan",
]
