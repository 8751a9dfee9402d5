"""GraphQL of assignments, scores, completion and the three rates."""

import strawberry

from app.access.graph_verbs import pages, reading, verb
from app.access.permissions import Permission
from app.archive.schemas import File
from app.training import schemas, service
from app.training.queries.scores import TrainingCompletionFilter, TrainingScoreFilter
from app.training.queries.work import TrainingSubmissionFilter

WRITE, SEE = Permission.TRAINING_SCORE_WRITE, Permission.TRAINING_SUBMISSION_READ
ASSIGNMENT, SUBMISSION = ("uuid", "assignment_id"), ("uuid", "submission_id")
_A, _S, _M = schemas.TrainingAssignment, schemas.TrainingSubmission, schemas.TrainingScheme


@strawberry.type
class Query:
    """What assignments, scores and completion answer."""

    training_assignments = pages(Permission.TRAINING_ASSIGNMENT_READ, service.find_assignments, _A, at=("uuid",))
    training_submissions = pages(SEE, service.find_submissions, _S, only=TrainingSubmissionFilter, at=("uuid",))
    training_submission_files = pages(SEE, service.find_submission_files, File, at=SUBMISSION)
    training_scheme = reading(Permission.TRAINING_SCHEME_READ, service.get_scheme, _M)
    training_scores = pages(
        Permission.TRAINING_SCORE_READ,
        service.find_scores,
        schemas.TrainingScore,
        only=TrainingScoreFilter,
        at=("uuid",),
    )
    training_completions = pages(
        Permission.COMPLETION_READ,
        service.find_completions,
        schemas.TrainingCompletion,
        only=TrainingCompletionFilter,
        at=("uuid",),
    )
    project_rates = reading(Permission.NOMINATION_RATE_READ, service.project_rates, schemas.ProjectRates)


@strawberry.type
class Mutation:
    """What moves assignments, scores and completion."""

    create_training_assignment = verb(
        Permission.TRAINING_ASSIGNMENT_WRITE, service.create_assignment, schemas.TrainingAssignmentCreate, _A
    )
    submit_training_assignment = verb(
        Permission.TRAINING_SUBMIT, service.submit_assignment, schemas.TrainingSubmissionWrite, _S, at=ASSIGNMENT
    )
    mark_training_submission = verb(
        Permission.TRAINING_MARK, service.mark_submission, schemas.TrainingMarkWrite, _S, at=SUBMISSION
    )
    write_training_scheme = verb(WRITE, service.write_scheme, schemas.TrainingSchemeWrite, _M)
    grade_trainees = verb(WRITE, service.grade_trainees, schemas.TrainingGradesWrite, schemas.TrainingGradesRecorded)
    publish_training_scores = verb(WRITE, service.publish_scores, schemas.TrainingMove, _M)
    recommend_training_completions = verb(
        Permission.COMPLETION_RECOMMEND,
        service.recommend_completions,
        schemas.TrainingRecommend,
        schemas.TrainingCompletions,
    )
    decide_training_completions = verb(
        Permission.COMPLETION_DECIDE,
        service.decide_completions,
        schemas.TrainingDecide,
        schemas.TrainingCompletions,
        once=True,
    )
    post_completion_hours = verb(
        Permission.HOURS_POST,
        service.post_completion_hours,
        schemas.TrainingHoursPost,
        schemas.TrainingHoursPosted,
        once=True,
    )
