"""Use cases of training projects. [M3.1] [A2.2]"""

from app.projects.service.projects import find_projects, get_project, get_projects
from app.projects.service.trainees import find_trainees, get_trainee, get_trainees

__all__ = [
    "find_projects",
    "find_trainees",
    "get_project",
    "get_projects",
    "get_trainee",
    "get_trainees",
]
