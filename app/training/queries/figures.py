"""The figures behind 选送率 参训率 结业率, one function each: for a project's rates and the scorecard. [A4.2]

Conditions on project_quotas, project_nominations, project_trainees with their project, and training_completions.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from app.projects.models import Project, ProjectNomination, ProjectQuota, ProjectTrainee
from app.projects.queries.nominations import OVER
from app.projects.states import NominationRoute, NominationStatus, ProjectStatus, TraineeStatus
from app.training.models import TrainingCompletion
from app.training.queries.scores import was_due, was_present
from app.training.states import TrainingCompletionStatus

_P, _Q, _N, _T, _C = Project, ProjectQuota, ProjectNomination, ProjectTrainee, TrainingCompletion
PROJECT_OVER = (ProjectStatus.CLOSED, ProjectStatus.ARCHIVED)


def in_time() -> Any:
    """How many people a unit sent in time for its places 按时选送人数, without substitutes; correlated to places."""
    return (
        select(func.count())
        .where(
            _N.region_id == _Q.region_id,
            _N.project_id == _Q.project_id,
            _N.unit_id == _Q.unit_id,
            _N.nominated_on.is_not(None),
            _N.status.not_in(OVER),
            _N.route != NominationRoute.SUBSTITUTION,
            or_(_P.nominate_until.is_(None), _N.nominated_on <= _P.nominate_until),
        )
        .correlate(_Q, _P)
        .scalar_subquery()
    )


def was_refused() -> ColumnElement[bool]:
    """A nomination of a unit that was refused for a condition that must be met 不符合遴选条件."""
    return and_(
        _N.status == NominationStatus.REJECTED,
        _N.nominated_on.is_not(None),
        _N.findings.contains([{"severity": "must"}]),
    )


def has_left() -> ColumnElement[bool]:
    """A trainee who left after the first day with nobody in the place."""
    return and_(_T.status == TraineeStatus.WITHDRAWN, _T.left_on > _P.starts_on)


def was_enrolled() -> ColumnElement[bool]:
    """A trainee whom the rates count: enrolled still, or left after the first day."""
    return or_(_T.status == TraineeStatus.ENROLLED, has_left())


def has_begun() -> ColumnElement[bool]:
    """Whether 参训率 counts a trainee yet: what rules.persons.Enrolled.has_begun says, in SQL."""
    return or_(was_due(), has_left())


def attended() -> ColumnElement[bool]:
    """到训: came to one session at least."""
    return was_present()  # type: ignore[no-any-return]


def is_decided() -> ColumnElement[bool]:
    """Whether 结业率 counts a trainee yet: what rules.persons.Enrolled.is_decided says, in SQL."""
    known = func.coalesce(_C.status != TrainingCompletionStatus.RECOMMENDED, false())
    return or_(known, has_left(), _P.status.in_(PROJECT_OVER))


def has_completed() -> ColumnElement[bool]:
    """结业."""
    return func.coalesce(_C.status == TrainingCompletionStatus.COMPLETED, false())
