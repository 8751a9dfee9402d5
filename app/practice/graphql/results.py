"""GraphQL of tracking visits, weights, results, and the list of excellent trainees."""

import strawberry

from app.access.graph_verbs import pages, reading, verb
from app.access.permissions import Permission
from app.practice import schemas, service
from app.practice.queries.results import ResultFilter, TrackingFilter

ASSESS, PUBLISH, RECORD = Permission.PRACTICE_ASSESS, Permission.PRACTICE_PUBLISH, Permission.TRACKING_RECORD
_V, _W, _R = schemas.TrackingVisit, schemas.PracticeWeights, schemas.PracticeResult


@strawberry.type
class Query:
    """What tracking visits, weights and results answer."""

    tracking_visits = pages(Permission.TRACKING_READ, service.find_tracking_visits, _V, only=TrackingFilter)
    practice_weights = reading(Permission.PRACTICE_PLAN_READ, service.get_weights, _W)
    practice_results = pages(Permission.PRACTICE_READ, service.find_results, _R, only=ResultFilter, at=("uuid",))


@strawberry.type
class Mutation:
    """What records visits and results, publishes them, and proposes excellent trainees."""

    record_tracking_visit = verb(
        RECORD, service.record_tracking_visit, schemas.TrackingVisitCreate, _V, at=(), once=True
    )
    follow_up_tracking_visit = verb(RECORD, service.follow_up, schemas.TrackingFollowUp, _V)
    set_practice_weights = verb(Permission.PRACTICE_PLAN_SET, service.set_weights, schemas.PracticeWeightsWrite, _W)
    record_practice_results = verb(
        ASSESS, service.record_results, schemas.PracticeResultsWrite, schemas.PracticeRecorded, once=True
    )
    publish_practice_results = verb(PUBLISH, service.publish_results, schemas.PracticeMove, schemas.PracticePublished)
    reopen_practice_result = verb(PUBLISH, service.reopen_result, schemas.PracticeReason, _R)
    propose_excellent_trainee = verb(PUBLISH, service.propose_excellent, schemas.PracticeProposal, _R)
    withdraw_excellent_trainee = verb(PUBLISH, service.withdraw_proposal, schemas.PracticeReason, _R)
