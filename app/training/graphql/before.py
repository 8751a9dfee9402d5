"""GraphQL of questionnaires and course designs."""

import strawberry

from app.access.graph_verbs import pages, reading, verb
from app.access.permissions import Permission
from app.training import schemas, service

READ, WRITE, REVIEW = Permission.SURVEY_READ, Permission.SURVEY_WRITE, Permission.COURSE_DESIGN_REVIEW
SURVEY, DESIGN = ("uuid", "survey_id"), ("uuid", "design_id")
_S, _D, _R = schemas.TrainingSurvey, schemas.CourseDesign, schemas.CourseReview


@strawberry.type
class Query:
    """What questionnaires and course designs answer."""

    training_surveys = pages(READ, service.find_surveys, _S, at=("uuid",))
    training_survey = reading(READ, service.get_survey, _S, at=SURVEY)
    training_survey_result = reading(
        Permission.SURVEY_RESULT_READ, service.survey_result, schemas.TrainingSurveyResult, at=SURVEY
    )
    training_unanswered = pages(
        Permission.SURVEY_MISSING_READ, service.find_unanswered, schemas.TrainingUnanswered, at=SURVEY
    )
    course_designs = pages(Permission.COURSE_DESIGN_READ, service.find_designs, _D, at=("uuid",))
    course_design = reading(Permission.COURSE_DESIGN_READ, service.get_design, _D, at=DESIGN)
    course_reviews = pages(Permission.COURSE_REVIEW_READ, service.find_reviews, _R, at=DESIGN)


@strawberry.type
class Mutation:
    """What moves questionnaires and course designs."""

    create_training_survey = verb(WRITE, service.create_survey, schemas.TrainingSurveyWrite, _S)
    change_training_survey = verb(WRITE, service.change_survey, schemas.TrainingSurveyWrite, _S, at=SURVEY)
    open_training_survey = verb(WRITE, service.open_survey, schemas.TrainingMove, _S, at=SURVEY)
    close_training_survey = verb(WRITE, service.close_survey, schemas.TrainingMove, _S, at=SURVEY)
    answer_training_survey = verb(
        Permission.SURVEY_ANSWER,
        service.answer_survey,
        schemas.TrainingAnswerWrite,
        schemas.TrainingAnswer,
        at=SURVEY,
    )
    hand_in_course_design = verb(
        Permission.COURSE_DESIGN_WRITE, service.hand_in_design, schemas.CourseDesignCreate, _D, once=True
    )
    review_course_design = verb(REVIEW, service.review_design, schemas.CourseReviewWrite, _R, at=DESIGN)
    accept_course_design = verb(REVIEW, service.accept_design, schemas.TrainingMove, _D, at=DESIGN)
    return_course_design = verb(REVIEW, service.return_design, schemas.TrainingReason, _D, at=DESIGN)
