"""Whole lists of trainees and nominations with the facts a roster prints, numbers masked, for exports."""

from typing import Any
from uuid import UUID

from sqlalchemy import and_
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.core.db import AnySelect
from app.projects.models import Project, ProjectNomination, ProjectTrainee
from app.projects.queries.nominations import visible_nominations
from app.projects.queries.projects import visible
from app.projects.queries.trainees import trainees as visible_trainees
from app.projects.states import NominationStatus, TraineeStatus
from app.teachers.models import Teacher

_Person = aliased(Teacher)
_FACTS = (
    _Person.sex,
    _Person.stage,
    _Person.subject,
    _Person.title,
    _Person.posts,
    _Person.id_number_masked,
    _Person.mobile_masked,
)


def _with_facts(ctx: Context, statement: AnySelect, table: Any, project_id: UUID, status: str | None) -> AnySelect:
    whole = (
        statement.add_columns(*_FACTS)
        .join(_Person, and_(_Person.region_id == table.region_id, _Person.id == table.teacher_id))
        .join(Project, and_(Project.region_id == table.region_id, Project.id == table.project_id))
        .where(visible(ctx), table.project_id == project_id)
    )
    return whole.where(table.status == status) if status else whole


def trainees(ctx: Context, project_id: UUID, status: TraineeStatus | None) -> AnySelect:
    """Trainees of a project within the scope, in the order they came."""
    own = _with_facts(ctx, visible_trainees(ctx), ProjectTrainee, project_id, status)
    return own.order_by(ProjectTrainee.unit_id, ProjectTrainee.school_id, ProjectTrainee.id)


def nominations(ctx: Context, project_id: UUID, status: NominationStatus | None) -> AnySelect:
    """Nominations of a project within the scope, by unit, members of city workshops first. [A6.7]"""
    own = _with_facts(ctx, visible_nominations(ctx), ProjectNomination, project_id, status)
    return own.order_by(ProjectNomination.unit_id, ProjectNomination.priority, ProjectNomination.id)
